"""A script as rules see it: each fact about it is found out once, when first asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.check.hot_path import HotPath, find_hot_path
from codemods.facts.bindings import Bindings
from codemods.facts.full_names import FullNames
from codemods.facts.metadata import parse, wrap
from codemods.facts.obvious_types import ObviousTypes
from codemods.facts.positions import Positions
from codemods.facts.walk import parents


class Script:
    """The text and the tree of a script, and its facts.

    Raises `libcst.ParserSyntaxError` if the source is not Python.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.wrapper: MetadataWrapper = wrap(parse(source))
        self.module = self.wrapper.module

    @cached_property
    def positions(self) -> Positions:
        return Positions(self.module)

    @cached_property
    def parents(self) -> Mapping[cst.CSTNode, cst.CSTNode]:
        return parents(self.module)

    @cached_property
    def bindings(self) -> Bindings:
        return Bindings(self.wrapper)

    @cached_property
    def full_names(self) -> FullNames:
        return FullNames(self.bindings)

    @cached_property
    def types(self) -> ObviousTypes:
        return ObviousTypes(self.bindings)

    @cached_property
    def hot_path(self) -> HotPath:
        return find_hot_path(self.bindings)
