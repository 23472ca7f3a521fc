"""LibCST metadata, computed once for a tree, however many transforms ask for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache

import libcst as cst
from libcst import BatchableCSTVisitor
from libcst.metadata import (
    ExpressionContext,
    ExpressionContextProvider,
    MetadataWrapper,
    ScopeProvider,
)
from libcst.metadata.base_provider import ProviderT
from libcst.metadata.expression_context_provider import ExpressionContextVisitor
from libcst.metadata.scope_provider import ScopeVisitor

from codemods.facts.parse_parts import parse_parts
from codemods.facts.print_parts import text_of
from codemods.facts.same_tree import read_print
from codemods.facts.visit import Reading
from codemods.stopwatch import STOPWATCH

Visit = Callable[[cst.CSTNode], None]
_parsed: deque[cst.Module] = deque(maxlen=8)


@lru_cache(maxsize=8)
def parse(code: str) -> cst.Module:
    """The tree of a source text, the same one for the same text.

    A tree that came from here holds no node twice, so its metadata needs no copy.
    """
    with STOPWATCH.measure("parse"):
        module = parse_parts(code)
    _parsed.append(module)
    return module


def reparse(module: cst.Module) -> cst.Module:
    """The tree of the text of a module; refuses a module that is misprinted.

    Afterwards nobody could tell.
    """
    return read_print(module, text_of(module), parse)


@lru_cache(maxsize=8)
def wrap(module: cst.Module) -> MetadataWrapper:
    """Metadata for `module`, or for a copy of it: visit `wrap(module).module`.

    The copy matters: a tree that holds one node twice has no usable metadata.
    """
    fresh = any(module is known for known in _parsed)
    with STOPWATCH.measure("metadata"):
        return Wrapper(module, unsafe_skip_copy=fresh)


class Wrapper(MetadataWrapper):
    """LibCST's, timed, and without visits for nothing."""

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
        some = [visitor for visitor in visitors if not _is_served(visitor, self)]
        if not some and before_visit is None and after_leave is None:
            return self.module
        return super().visit_batched(some, before_visit, after_leave)


def _is_served(visitor: BatchableCSTVisitor, wrapper: MetadataWrapper) -> bool:
    """Whether it was a provider that is quicker without being shown all layout."""
    if isinstance(visitor, ExpressionContextProvider):
        wrapper.module.visit(_Contexts(visitor, ExpressionContext.LOAD))
        return True
    if isinstance(visitor, ScopeProvider):
        with visitor.resolve(wrapper):
            scopes = _Scopes(visitor)
            wrapper.module.visit(scopes)
            scopes.infer_accesses()
        return True
    return False


class _Contexts(ExpressionContextVisitor):
    """LibCST's visitor, which visits code only, also where it says `node.visit`."""

    def on_visit(self, node: cst.CSTNode) -> bool:
        Reading(self, ExpressionContextVisitor).visit(node)
        return False

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Nothing: it was left at the end of `on_visit`."""


class _Scopes(ScopeVisitor):
    """LibCST's visitor, which visits code only, also where it says `node.visit`."""

    def on_visit(self, node: cst.CSTNode) -> bool:
        Reading(self, ScopeVisitor).visit(node)
        return False

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Nothing: it was left at the end of `on_visit`."""
