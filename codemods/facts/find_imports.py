"""What the imports of a module bind, and what that is called where it comes from.

import os.path                      `os`: the module `os`
import os.path as paths             `paths`: the module `os.path`
from itertools import chain as join `join`: `itertools.chain`
from . import shapes                `shapes`: `.shapes`
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import libcst as cst
from libcst.helpers import get_full_name_for_node

from codemods.facts.bindings import Bindings
from codemods.facts.scopes import Role
from codemods.facts.walk import parents


class Imported(NamedTuple):
    """What an imported name stands for; from an `import` that is a module."""

    full_name: str
    is_module: bool


@lru_cache(maxsize=8)
def find_imports(bindings: Bindings) -> Mapping[cst.Name, Imported]:
    """Every name that an import binds, where it does; `import *` names none."""
    above = parents(bindings.wrapper.module)
    found: dict[cst.Name, Imported] = {}
    for use in bindings.scopes.occurrences:
        if use.role is Role.IMPORT:
            alias = above[use.node]
            while not isinstance(alias, cst.ImportAlias):
                alias = above[alias]
            found[use.node] = _imported(use.node, alias, above[alias])
    return found


def _imported(
    name: cst.Name, alias: cst.ImportAlias, statement: cst.CSTNode
) -> Imported:
    if isinstance(statement, cst.ImportFrom):
        return Imported(_origin(statement) + alias.evaluated_name, False)
    as_whole = alias.asname is not None
    return Imported(alias.evaluated_name if as_whole else name.value, True)


def _origin(statement: cst.ImportFrom) -> str:
    """The module that names are imported from, with the dots around it."""
    module = statement.module
    name = get_full_name_for_node(module) if module is not None else None
    return "." * len(statement.relative) + (f"{name}." if name is not None else "")
