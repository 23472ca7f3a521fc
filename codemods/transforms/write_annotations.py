"""Write types as annotations, where names have their meaning at the place."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.positions import Positions
from codemods.facts.scopes import Role, Scope
from codemods.facts.type_names import ANY_LENGTH, MAIN, Type, spell
from codemods.refusal import Refusal
from codemods.transforms.add_imports import add_imports

STRUCTURAL = ("|", ANY_LENGTH.name, "None")


def _among(name: m.ImportAlias) -> Sequence[m.ImportAlias | m.AtLeastN[Any]]:
    """One of several names that an import statement imports."""
    return [m.ZeroOrMore(), name, m.ZeroOrMore()]


FUTURE = m.ImportFrom(
    module=m.Name("__future__"), names=_among(m.ImportAlias(m.Name("annotations")))
)


def is_deferred(module: cst.Module) -> bool:
    """Whether a module asks Python not to evaluate its annotations."""
    imports = find(module, cst.ImportFrom)
    return any(m.matches(statement, FUTURE) for statement in imports)


class AnnotationWriter:
    """Writes types as annotations in one module, and collects the imports they need.

    An annotation is quoted where it is evaluated before a class that it names is
    defined.  Refuses types that have no name at the place, or whose name means
    something else there.
    """

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._wrapper = bindings.wrapper
        self._deferred = is_deferred(self._wrapper.module)
        self._imports: set[tuple[str, str]] = set()

    def write(
        self, type_: Type, place: cst.CSTNode, scope: Scope, *, evaluated: bool = True
    ) -> cst.Annotation:
        """The annotation to stand at `place`, which belongs to `scope`.

        `evaluated` says whether Python evaluates it, which it does not for variables
        of a function.
        """
        must_wait = False
        for part in type_.parts():
            if part.name not in STRUCTURAL:
                self._check(part, place, scope)
                must_wait |= part.module == MAIN and not self._is_after(part, place)
        text = spell(type_)
        if must_wait and evaluated and not self._deferred:
            return cst.Annotation(cst.SimpleString(f'"{text}"'))
        return cst.Annotation(cst.parse_expression(text))

    def add_imports(self, module: cst.Module) -> cst.Module:
        """Import what the annotations written so far need."""
        if not self._imports:
            return module
        return add_imports(module, sorted(self._imports))

    def _check(self, part: Type, place: cst.CSTNode, scope: Scope) -> None:
        root = part.name.split(".")[0]
        found = self._bindings.resolution.find(root, scope)
        roles = set() if found is None else self._bindings.roles(found)
        if part.module == MAIN:
            means_it = roles == {Role.CLASS} and "<locals>" not in part.name
        elif part.module == "builtins":
            means_it = not roles and hasattr(builtins, root)
        else:
            imported = self._imports_of(part) if roles == {Role.IMPORT} else not roles
            means_it = imported and not part.module.startswith("_")
            self._imports.add((part.module, root))
        if not means_it:
            raise Refusal.at(
                self._wrapper,
                place,
                expected=f"a place where `{root}` names the class {part.name}",
                found="another meaning of that name" if roles else "no such name",
            )

    def _imports_of(self, part: Type) -> bool:
        """Whether the module imports a class under its own name."""
        import_of_it = m.ImportFrom(
            module=m.MatchIfTrue(lambda node: self._text(node) == part.module),
            names=_among(m.ImportAlias(name=m.Name(part.name), asname=None)),
        )
        imports = find(self._wrapper.module, cst.ImportFrom)
        return any(m.matches(statement, import_of_it) for statement in imports)

    def _text(self, node: cst.CSTNode | None) -> str:
        return self._wrapper.module.code_for_node(node) if node is not None else ""

    def _is_after(self, part: Type, place: cst.CSTNode) -> bool:
        """Whether a place stands below the definition of a class of the module."""
        definitions = [
            node
            for node in self._bindings.scopes.by_node
            if isinstance(node, cst.ClassDef)
            and node.name.value == part.name.split(".")[0]
        ]
        positions = Positions(self._wrapper.module)
        line = positions[place].start.line
        return all(positions[node].end.line < line for node in definitions)
