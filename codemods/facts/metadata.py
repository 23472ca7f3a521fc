"""LibCST metadata, computed once for a tree, however many transforms ask for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache

import libcst as cst
from libcst import BatchableCSTVisitor
from libcst.metadata import MetadataWrapper
from libcst.metadata.base_provider import ProviderT

from codemods.stopwatch import STOPWATCH

Visit = Callable[[cst.CSTNode], None]
_parsed: deque[cst.Module] = deque(maxlen=8)


@lru_cache(maxsize=8)
def parse(code: str) -> cst.Module:
    """The tree of a source text, the same one for the same text.

    A tree that came from here holds no node twice, so its metadata needs no copy.
    """
    with STOPWATCH.measure("parse"):
        module = cst.parse_module(code)
    _parsed.append(module)
    return module


@lru_cache(maxsize=8)
def wrap(module: cst.Module) -> MetadataWrapper:
    """Metadata for `module`, or for a copy of it: visit `wrap(module).module`.

    The copy matters: a tree that holds one node twice has no usable metadata.
    """
    fresh = any(module is known for known in _parsed)
    with STOPWATCH.measure("metadata"):
        return _TimedWrapper(module, unsafe_skip_copy=fresh)


class _TimedWrapper(MetadataWrapper):
    def resolve_many(
        self, providers: Collection[ProviderT]
    ) -> Mapping[ProviderT, Mapping[cst.CSTNode, object]]:
        with STOPWATCH.measure("metadata"):
            return super().resolve_many(providers)

    def visit_batched(
        self,
        visitors: Iterable[BatchableCSTVisitor],
        before_visit: Visit | None = None,
        after_leave: Visit | None = None,
    ) -> cst.CSTNode:
        """Visit the tree for some visitors: for none, LibCST visits it all the same."""
        some = list(visitors)
        if not some and before_visit is None and after_leave is None:
            return self.module
        return super().visit_batched(some, before_visit, after_leave)
