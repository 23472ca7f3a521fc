"""The types that annotations spell, by what their names mean in the module.

Quoted annotations are read as what they quote, and names of compound types as those
types: after `Matrix: TypeAlias = list[list[float]]`, or the same without the
annotation, `Matrix` is a `list[list[float]]`.  Only aliases that are to be opaque are
types of their own, as if they were classes of the module: so `Node: TypeAlias = int`
tells the indices of nodes from other integers.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Sequence
from functools import cached_property

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.imported_names import ImportedNames
from codemods.facts.known_types import build, join_known
from codemods.facts.scopes import Role, Scope
from codemods.facts.type_names import (
    ANY_LENGTH,
    CONTAINERS,
    MAIN,
    NONE,
    UNOBSERVED,
    Type,
)
from codemods.facts.walk import parents

TYPING = ("typing", "typing_extensions")
BUILTINS = {
    **{name.capitalize(): name for name in ("list", "dict", "set", "tuple", "type")},
    "FrozenSet": "frozenset",
    "Text": "str",
}
"""Names of `typing` for builtins."""

ABSTRACT = frozenset(
    "Callable Collection Generator ItemsView Iterable Iterator KeysView Mapping "
    "MutableMapping MutableSequence Sequence ValuesView".split()
)
"""Names of `typing` for those of `collections.abc`."""

FILES = frozenset({"BinaryIO", "TextIO"})
QUALIFIERS = frozenset({"Annotated", "ClassVar", "Final"})
"""Names of `typing` around a type that they do not change."""

SPECIAL = QUALIFIERS | {"Optional", "Union"}
GENERIC = CONTAINERS | ABSTRACT | SPECIAL | {"type"}
"""What says too little without its arguments."""
CALLABLE = Type("Callable", (), "collections.abc")


class Annotations:
    """Reads the annotations of one module."""

    def __init__(
        self,
        bindings: Bindings,
        imports: ImportedNames,
        opaque: Collection[str] = (),
    ) -> None:
        """The aliases of the module named in `opaque` are types of their own."""
        self._bindings = bindings
        self._imports = imports
        self._opaque = opaque
        self._aliases: dict[Binding, Type] = {}

    def read(self, annotation: cst.Annotation) -> Type:
        """The type that an annotation spells."""
        return self.read_type(annotation.annotation)

    def read_type(self, node: cst.BaseExpression) -> Type:
        """The type that an expression spells; unknown if it spells none."""
        match node:
            case cst.SimpleString():
                return self._read_quoted(node)
            case cst.BinaryOperation(operator=cst.BitOr()):
                return join_known(map(self.read_type, (node.left, node.right)))
            case cst.Subscript():
                inside = [item.slice for item in node.slice]
                indices = [one.value for one in inside if isinstance(one, cst.Index)]
                return self._read_generic(node.value, indices)
            case cst.Name() | cst.Attribute():
                return self._read_plain(node)
        return UNOBSERVED

    def _read_quoted(self, node: cst.SimpleString) -> Type:
        quoted = self._bindings.scopes.annotations.get(node)
        return self.read_type(quoted) if quoted is not None else UNOBSERVED

    def _read_generic(
        self, node: cst.BaseExpression, arguments: Sequence[cst.BaseExpression]
    ) -> Type:
        origin = self._origin(node)
        if origin.name in SPECIAL and origin.module == "typing":
            return self._read_special(origin.name, arguments)
        if origin == CALLABLE:
            return self._read_callable(arguments)
        if origin == Type("tuple") and _is_empty_tuple(arguments):
            return origin
        found = [
            ANY_LENGTH if isinstance(a, cst.Ellipsis) else self.read_type(a)
            for a in arguments
        ]
        if origin == UNOBSERVED or origin.arguments:
            return UNOBSERVED
        return build(origin.name, found, origin.module)

    def _read_special(self, name: str, arguments: Sequence[cst.BaseExpression]) -> Type:
        """What `Optional[…]` and its like stand for."""
        if name in QUALIFIERS:
            return self.read_type(arguments[0])
        if name == "Optional":
            return join_known([self.read_type(arguments[0]), NONE])
        if name == "Union":
            return join_known(map(self.read_type, arguments))
        return UNOBSERVED

    def _read_callable(self, arguments: Sequence[cst.BaseExpression]) -> Type:
        if len(arguments) != 2:
            return UNOBSERVED
        parameters, result = arguments
        found = [ANY_LENGTH]
        if isinstance(parameters, cst.List):
            found = [self.read_type(element.value) for element in parameters.elements]
        elif not isinstance(parameters, cst.Ellipsis):
            return UNOBSERVED
        return build("Callable", (*found, self.read_type(result)), "collections.abc")

    def _read_plain(self, node: cst.BaseExpression) -> Type:
        """A name without arguments; of a container, it leaves out what counts."""
        origin = self._origin(node)
        bare = not origin.arguments and origin.name in GENERIC
        return UNOBSERVED if bare else origin

    def _origin(self, node: cst.BaseExpression) -> Type:
        """The type that a name means, before its arguments."""
        full_name = self._imports.full_name(node)
        if full_name:
            return _imported(full_name)
        if not isinstance(node, cst.Name):
            return UNOBSERVED
        binding = self._imports.resolve(node)
        if binding is not None:
            return self._of_binding(binding)
        if node.value == "None":
            return NONE
        named = getattr(builtins, node.value, None)
        return Type(node.value) if isinstance(named, type) else UNOBSERVED

    def _of_binding(self, binding: Binding) -> Type:
        """The class or the alias that a name is bound to, and to nothing else."""
        uses = self._bindings.occurrences(binding)
        bound = [o for o in uses if o.role is not Role.LOAD]
        if len(bound) != 1:
            return UNOBSERVED
        if bound[0].role is Role.CLASS:
            return class_type(self._bindings, self._parents[bound[0].node])
        if binding not in self._aliases:
            self._aliases[binding] = UNOBSERVED  # for types that contain themselves
            self._aliases[binding] = self._read_alias(binding, bound[0].node)
        return self._aliases[binding]

    def aliases_of(self, type_: Type) -> set[str]:
        """The aliases of the module that stand for a type."""
        return {
            binding.name
            for binding in self._bindings
            if binding.scope is self._bindings.scopes.module
            and self._of_binding(binding) == type_
            and Role.CLASS not in self._bindings.roles(binding)
        }

    def _read_alias(self, binding: Binding, target: cst.Name) -> Type:
        """The type that an assignment gives a name to, if it does."""
        found = self._read_given(target)
        is_module = binding.scope is self._bindings.scopes.module
        if found != UNOBSERVED and is_module and binding.name in self._opaque:
            return Type(binding.name, (), MAIN)
        return found

    def _read_given(self, target: cst.Name) -> Type:
        parent = self._parents[target]
        if isinstance(parent, cst.AssignTarget):
            assign = self._parents[parent]
            value = assign.value if isinstance(assign, cst.Assign) else None
            return UNOBSERVED if value is None else self.read_type(value)
        if isinstance(parent, cst.AnnAssign) and parent.value is not None:
            name = self._imports.full_name(parent.annotation.annotation)
            if name in {f"{module}.TypeAlias" for module in TYPING}:
                return self._read_unquoted(parent.value)
        return UNOBSERVED

    def _read_unquoted(self, node: cst.BaseExpression) -> Type:
        """The type in the value of an alias, which may be quoted as a whole."""
        if not isinstance(node, cst.SimpleString):
            return self.read_type(node)
        try:
            return self.read_type(cst.parse_expression(str(node.evaluated_value)))
        except cst.ParserSyntaxError:
            return UNOBSERVED

    @cached_property
    def _parents(self) -> dict[cst.CSTNode, cst.CSTNode]:
        return parents(self._bindings.wrapper.module)


def class_type(bindings: Bindings, definition: cst.CSTNode) -> Type:
    """The type of the instances of a class of the module."""
    scope: Scope | None = bindings.scopes.by_node[definition]
    names: list[str] = []
    while scope is not None and scope.parent is not None:
        if names and not scope.is_class:
            names.append("<locals>")
        names.append(scope.name)
        scope = scope.parent
    return Type(".".join(reversed(names)), (), MAIN)


def _imported(full_name: str) -> Type:
    """The type that an imported name stands for, before its arguments."""
    module, _, name = full_name.rpartition(".")
    if module not in TYPING:
        return Type(name, (), module) if module else UNOBSERVED
    if name in BUILTINS:
        return Type(BUILTINS[name])
    if name in ABSTRACT:
        return Type(name, (), "collections.abc")
    known = name in SPECIAL or name in FILES
    return Type(name, (), "typing") if known else UNOBSERVED


def _is_empty_tuple(arguments: Sequence[cst.BaseExpression]) -> bool:
    return (
        len(arguments) == 1
        and isinstance(arguments[0], cst.Tuple)
        and not arguments[0].elements
    )
