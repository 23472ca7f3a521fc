"""What the names that a module imports are called where they come from."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import libcst as cst
from libcst.helpers import get_full_name_for_node

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.scopes import Role, root_name
from codemods.facts.walk import parents


class _Imported(NamedTuple):
    full_name: str
    is_module: bool


class ImportedNames:
    """The imports of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._full_names: dict[Binding, str] = {}

    def full_name(self, node: cst.BaseExpression) -> str:
        """`math.pi`, for an expression that is imported, by whatever name."""
        match node:
            case cst.Attribute():
                owner = self.full_name(node.value)
                return f"{owner}.{node.attr.value}" if owner else ""
            case cst.Name():
                binding = self.resolve(node)
                return self._imported_as(binding) if binding is not None else ""
        return ""

    def resolve(self, name: cst.Name) -> Binding | None:
        """What a name means; within a quoted type it is one of the module's."""
        found = self._bindings.binding_of(name)
        module = self._bindings.scopes.module
        return found or self._bindings.resolution.find(name.value, module)

    def is_module(self, binding: Binding) -> bool:
        """Whether a name is bound by `import module` and nothing else."""
        return self._bindings.roles(binding) == {Role.IMPORT} and all(
            self._imports[o.node].is_module
            for o in self._bindings.occurrences(binding)
            if o.role is Role.IMPORT
        )

    def _imported_as(self, binding: Binding) -> str:
        if binding not in self._full_names:
            self._full_names[binding] = self._find_full_name(binding)
        return self._full_names[binding]

    def _find_full_name(self, binding: Binding) -> str:
        if self._bindings.roles(binding) != {Role.IMPORT}:
            return ""
        names = {
            self._imports[o.node].full_name
            for o in self._bindings.occurrences(binding)
            if o.role is Role.IMPORT
        }
        return names.pop() if len(names) == 1 else ""

    @cached_property
    def _imports(self) -> dict[cst.Name, _Imported]:
        """What each name is that an import statement binds."""
        found: dict[cst.Name, _Imported] = {}
        for node in parents(self._bindings.wrapper.module):
            if isinstance(node, cst.Import):
                for alias in node.names:
                    found[_bound_name(alias)] = _Imported(_module_bound(alias), True)
            elif isinstance(node, cst.ImportFrom):
                found |= _imported_from(node)
        return found


def _bound_name(alias: cst.ImportAlias) -> cst.Name:
    return root_name(alias.asname.name if alias.asname is not None else alias.name)


def _module_bound(alias: cst.ImportAlias) -> str:
    """The module that a name stands for; `import os.path` binds `os`."""
    as_whole = alias.asname is not None
    return alias.evaluated_name if as_whole else _bound_name(alias).value


def _imported_from(statement: cst.ImportFrom) -> dict[cst.Name, _Imported]:
    """What an import statement imports, with the leading dots of its module."""
    if isinstance(statement.names, cst.ImportStar):
        return {}
    module = statement.module
    name = get_full_name_for_node(module) if module is not None else ""
    origin = "." * len(statement.relative) + (name or "")
    return {
        _bound_name(alias): _Imported(f"{origin}.{alias.evaluated_name}", False)
        for alias in statement.names
    }
