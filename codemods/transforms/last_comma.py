"""Lists of arguments or parameters whose end has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

Item = TypeVar("Item", cst.Arg, cst.Param)


def without_last_comma(items: Sequence[Item]) -> list[Item]:
    """A comma behind the last item would keep each on a line of its own."""
    kept = list(items)
    if kept:
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return kept
