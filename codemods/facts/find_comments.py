"""The comments of a piece of source."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m


def find_comments(node: cst.CSTNode) -> list[cst.Comment]:
    """The comments above, in and behind a node, in order."""
    return [cst.ensure_type(c, cst.Comment) for c in m.findall(node, m.Comment())]
