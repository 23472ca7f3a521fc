"""What the names that a module imports are called where they come from."""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_imports import find_imports
from codemods.facts.scopes import Role


class ImportedNames:
    """The imports of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._imports = find_imports(bindings)
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
