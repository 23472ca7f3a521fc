"""Types that can be read off a module's text: literals, and what is made of them.

Narrow by intention.  An expression has an obvious type if it is a literal or a
display, a call of a builtin or of a method of an obvious type, an operation on obvious
types, or a variable that every binding in sight gives the same obvious type.
Annotations are believed.  Whatever else: None.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.walk import parents

NUMBERS = ("int", "float")
CONTAINERS = ("bytearray", "dict", "frozenset", "list", "range", "set", "tuple")

GIVES = BINDING_ROLES - {Role.DELETE}

LATER = (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.GeneratorExp)
"""What is inside these runs at another time, or in another scope."""


@dataclass(frozen=True)
class ObviousType:
    """A builtin class by name, and what its elements are where that is obvious.

    `kind` is one of `bool`, `int`, `float`, `str`, `bytes`, `None`, `file` (open for
    text), or a container.
    """

    kind: str
    element: ObviousType | None = None

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS

    @property
    def is_container(self) -> bool:
        return self.kind in CONTAINERS


DYNAMIC = frozenset("dir eval exec globals locals vars _getframe".split())
"""Names by which a module reaches for its variables other than by name."""

READERS = frozenset(
    "all any enumerate len list max min print reversed set sorted sum tuple zip".split()
)
"""Builtins that leave the containers they are given as they are."""

BOOL, INT, FLOAT = ObviousType("bool"), ObviousType("int"), ObviousType("float")
STR, FILE = ObviousType("str"), ObviousType("file")
LINES = ObviousType("list", STR)

FUNCTIONS = {
    "bool": BOOL, "all": BOOL, "any": BOOL, "callable": BOOL, "hasattr": BOOL,
    "isinstance": BOOL, "issubclass": BOOL, "int": INT, "len": INT, "ord": INT,
    "id": INT, "hash": INT, "float": FLOAT, "str": STR, "repr": STR, "ascii": STR,
    "chr": STR, "bin": STR, "hex": STR, "oct": STR, "format": STR, "input": STR,
    "range": ObviousType("range", INT), "dict": ObviousType("dict"),
    "bytes": ObviousType("bytes"), "bytearray": ObviousType("bytearray"),
}  # fmt: skip
REMAKES = {"list": "list", "tuple": "tuple", "set": "set", "sorted": "list",
           "frozenset": "frozenset"}  # fmt: skip
METHODS: dict[str, dict[str, ObviousType]] = {
    "str": {
        **dict.fromkeys(
            "capitalize casefold center expandtabs format join ljust lower lstrip "
            "removeprefix removesuffix replace rjust rstrip strip swapcase title "
            "translate upper zfill".split(),
            STR,
        ),
        **dict.fromkeys("count find index rfind rindex".split(), INT),
        **dict.fromkeys("split rsplit splitlines".split(), LINES),
    },
    "file": {"read": STR, "readline": STR, "readlines": LINES},
    "list": {"count": INT, "index": INT},
    "tuple": {"count": INT, "index": INT},
}
PREDICATES = frozenset(
    "endswith exists isabs isalnum isalpha isascii isclose isdecimal isdigit isdir "
    "isdisjoint isfile isfinite isidentifier isinf islink islower ismount isnan "
    "isnumeric isprintable isspace issubset issuperset istitle isupper is_dir "
    "is_file startswith".split()
)
"""Methods and functions of the standard library that answer yes or no."""


class ObviousTypes:
    """Obvious types of the expressions of a module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._known: dict[cst.CSTNode, ObviousType | None] = {}
        self._open: set[cst.CSTNode] = set()
        names = {name.value for name in find(bindings.wrapper.module, cst.Name)}
        self.is_dynamic = not DYNAMIC.isdisjoint(names)

    def type_of(self, node: cst.BaseExpression) -> ObviousType | None:
        """The type of an expression, or None where it is not obvious."""
        match node:
            case cst.Name():
                return self._of_name(node)
            case cst.Call():
                return self._of_call(node)
            case cst.Subscript():
                return self._of_subscript(node)
            case cst.Comparison():
                return BOOL
            case cst.UnaryOperation():
                return self._of_unary(node)
            case cst.BinaryOperation():
                return self._of_binary(node)
            case cst.BooleanOperation():
                return _join([self.type_of(node.left), self.type_of(node.right)])
            case cst.IfExp():
                return _join([self.type_of(node.body), self.type_of(node.orelse)])
            case cst.NamedExpr():
                return self.type_of(node.value)
            case _:
                return self._of_display(node)

    def builtin_name(self, node: cst.BaseExpression) -> str | None:
        """The builtin that a name stands for, if it does."""
        if not isinstance(node, cst.Name) or not hasattr(builtins, node.value):
            return None
        return node.value if self._bindings.is_builtin(node, node.value) else None

    def has_builtin(self, name: str) -> bool:
        """Whether no scope of the module has something else by a builtin's name."""
        return all(binding.name != name for binding in self._bindings)

    def _of_display(self, node: cst.BaseExpression) -> ObviousType | None:
        match node:
            case cst.Integer():
                return INT
            case cst.Float():
                return FLOAT
            case cst.SimpleString() | cst.ConcatenatedString():
                value = node.evaluated_value
                return ObviousType("bytes") if isinstance(value, bytes) else STR
            case cst.FormattedString():
                return STR
            case cst.List() | cst.Tuple() | cst.Set():
                kind = type(node).__name__.lower()
                elements = _join(self.type_of(e.value) for e in node.elements)
                return ObviousType(kind, elements)
            case cst.ListComp() | cst.SetComp():
                kind = "list" if isinstance(node, cst.ListComp) else "set"
                return ObviousType(kind, self.type_of(node.elt))
            case cst.Dict() | cst.DictComp():
                return ObviousType("dict")
            case _:
                return None

    def _of_call(self, node: cst.Call) -> ObviousType | None:
        if isinstance(node.func, cst.Attribute):
            method = node.func.attr.value
            if method in PREDICATES:
                return BOOL
            receiver = self.type_of(node.func.value)
            return METHODS.get(receiver.kind, {}).get(method) if receiver else None
        function = self.builtin_name(node.func)
        if function is None:
            return self._of_defined_call(node)
        if function in REMAKES:
            given = self._element_of(node.args[0].value) if node.args else None
            return ObviousType(REMAKES[function], given)
        if function == "open":
            return FILE if self._opens_text(node.args) else None
        return FUNCTIONS.get(function)

    def _of_defined_call(self, node: cst.Call) -> ObviousType | None:
        if not isinstance(node.func, cst.Name):
            return None
        kinds = []
        for bound in self._bound(node.func):
            definition = self._parents[bound.node]
            if not isinstance(definition, cst.FunctionDef):
                return BOOL if node.func.value in PREDICATES else None
            kinds.append(self._of_result(definition))
        return _join(kinds)

    def _of_result(self, definition: cst.FunctionDef) -> ObviousType | None:
        """What a function is annotated to return, or `bool` if that is all it returns.

        A function that may also end without `return` gives `None` there, which is no
        other answer in a condition.
        """
        if definition.asynchronous is not None or definition.decorators:
            return None
        if definition.returns is not None:
            return _from_annotation(definition.returns)
        returns = [found.value for found in find(definition.body, cst.Return)]
        is_generator = any(find(definition.body, cst.Yield))
        kinds = [None if value is None else self.type_of(value) for value in returns]
        return BOOL if not is_generator and _join(kinds) == BOOL else None

    def _opens_text(self, arguments: Sequence[cst.Arg]) -> bool:
        modes = [a for i, a in enumerate(arguments) if a.keyword is None and i == 1]
        modes += [a for a in arguments if a.keyword and a.keyword.value == "mode"]
        return not any(a.star for a in arguments) and all(
            isinstance(a.value, cst.SimpleString) and "b" not in a.value.raw_value
            for a in modes
        )

    def _of_subscript(self, node: cst.Subscript) -> ObviousType | None:
        whole = self.type_of(node.value)
        if whole is None or len(node.slice) != 1:
            return None
        if isinstance(node.slice[0].slice, cst.Slice):
            return whole if whole.kind in ("str", "list", "tuple") else None
        return STR if whole.kind == "str" else _item(whole)

    def _of_unary(self, node: cst.UnaryOperation) -> ObviousType | None:
        if isinstance(node.operator, cst.Not):
            return BOOL
        operand = self.type_of(node.expression)
        return operand if operand is not None and operand.is_number else None

    def _of_binary(self, node: cst.BinaryOperation) -> ObviousType | None:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left is None:
            return None
        if isinstance(node.operator, cst.Modulo) and left == STR:
            return STR
        if right is None:
            return None
        if left.is_number and right.is_number:
            return _of_arithmetic(node.operator, left, right)
        sums = ("bytes", "list", "str", "tuple")
        if isinstance(node.operator, cst.Add) and left.kind == right.kind in sums:
            element = left.element if left.element == right.element else None
            return ObviousType(left.kind, element)
        if isinstance(node.operator, cst.Multiply) and right == INT:
            return left if left.kind in ("str", "list", "tuple") else None
        return None

    def _of_name(self, node: cst.Name) -> ObviousType | None:
        if node.value in ("True", "False"):
            return BOOL
        if node.value == "None":
            return ObviousType("None")
        if self.is_dynamic:
            return None
        bound = self._reaching(node, self._bound(node))
        kinds = [self._of_binding(b.node) for b in bound if b.node not in self._open]
        return self._shallow(_join(kinds), bound)

    def _bound(self, name: cst.Name) -> list[Occurrence]:
        """Where a variable of the module gets its values."""
        return [use for use in self._uses(name) if use.role in GIVES]

    def _uses(self, name: cst.Name) -> list[Occurrence]:
        binding = self._bindings.binding_of(name)
        return [] if binding is None else self._bindings.occurrences(binding)

    def _reaching(self, node: cst.Name, bound: list[Occurrence]) -> list[Occurrence]:
        """The bindings that may have given a variable its value at one place.

        In the body of a loop over the variable that binds it nowhere else, that is the
        loop; anywhere else it is taken to be any of them.
        """
        for child, loop in self._loops_around(node):
            by_loop = [b for b in bound if b.node is loop.target]
            if not by_loop or child is not loop.body:
                continue
            others = (b for b in bound if b.node is not loop.target)
            if any(self._may_interrupt(loop, by_loop[0], other) for other in others):
                break
            return by_loop
        return bound

    def _may_interrupt(self, loop: cst.For, own: Occurrence, other: Occurrence) -> bool:
        """Whether a binding may be made while the body of a loop runs."""
        return other.scope is not own.scope or any(
            parent is loop or isinstance(parent, cst.GeneratorExp)
            for _, parent in self._ancestors(other.node)
        )

    def _loops_around(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.For]]:
        """The loops of the same function around a node, and the child it is in."""
        for child, parent in self._ancestors(node):
            if isinstance(parent, LATER):
                return
            if isinstance(parent, cst.For):
                yield child, parent

    def _ancestors(
        self, node: cst.CSTNode
    ) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        while (parent := self._parents.get(node)) is not None:
            yield node, parent
            node = parent

    def _shallow(
        self, kind: ObviousType | None, bound: Sequence[Occurrence]
    ) -> ObviousType | None:
        """Forget the elements of what may have got other elements since."""
        if kind is None or kind.element is None:
            return kind
        if kind.kind in ("list", "set") and not all(
            self._only_reads(use)
            for use in self._uses(bound[0].node)
            if use.role in (Role.LOAD, Role.DELETE)
        ):
            return ObviousType(kind.kind)
        return ObviousType(kind.kind, ObviousType(kind.element.kind))

    def _only_reads(self, use: Occurrence) -> bool:
        """Whether a use of a container cannot change it or give it another name."""
        node = use.anchor
        parent = self._parents.get(node)
        match parent:
            case cst.For() | cst.CompFor():
                return parent.iter is node
            case cst.Subscript():
                return parent.value is node and not isinstance(
                    self._parents[parent],
                    (cst.AssignTarget, cst.AugAssign, cst.Del, cst.Element),
                )
            case cst.Arg():
                call = self._parents[parent]
                return (
                    isinstance(call, cst.Call)
                    and self.builtin_name(call.func) in READERS
                )
            case _:
                return False

    def _of_binding(self, node: cst.CSTNode) -> ObviousType | None:
        """What one binding of a variable gives it; `node` is its name there."""
        if node not in self._known:
            self._open.add(node)
            known = self._bound_by(node, self._parents.get(node))
            self._open.discard(node)
            if self._open:
                return known  # perhaps for want of what is being looked up
            self._known[node] = known
        return self._known[node]

    def _bound_by(
        self, node: cst.CSTNode, parent: cst.CSTNode | None
    ) -> ObviousType | None:
        match parent:
            case cst.AssignTarget():
                assign = cst.ensure_type(self._parents[parent], cst.Assign)
                return self.type_of(assign.value)
            case cst.AnnAssign():
                return self._as_annotated(parent.annotation, parent.value)
            case cst.AugAssign():
                return self._of_update(parent)
            case cst.NamedExpr():
                return self.type_of(parent.value)
            case cst.For() | cst.CompFor() if parent.target is node:
                return self._element_of(parent.iter)
            case cst.AsName():
                return self._of_context(self._parents[parent])
            case cst.Param(star=""):
                return self._as_annotated(parent.annotation, parent.default)
            case _:
                return None

    def _as_annotated(
        self, annotation: cst.Annotation | None, value: cst.BaseExpression | None
    ) -> ObviousType | None:
        """What an annotation says, unless the value beside it is the exception."""
        if annotation is None:
            return None
        said = _from_annotation(annotation)
        return said if value is None else _join([said, self.type_of(value)])

    def _of_update(self, node: cst.AugAssign) -> ObviousType | None:
        """An update of a variable keeps its type where the operand has it too.

        What the variable holds before is said by its other bindings, and the update's
        own answer is joined with theirs.
        """
        operand = self.type_of(node.value)
        divides = isinstance(node.operator, cst.DivideAssign)
        return FLOAT if divides and operand in (INT, FLOAT) else operand

    def _of_context(self, item: cst.CSTNode) -> ObviousType | None:
        if not isinstance(item, cst.WithItem):
            return None
        opened = self.type_of(item.item)
        return opened if opened == FILE else None

    def _element_of(self, node: cst.BaseExpression) -> ObviousType | None:
        whole = self.type_of(node)
        if whole is None:
            return None
        return STR if whole.kind in ("str", "file") else whole.element


def _item(whole: ObviousType) -> ObviousType | None:
    return whole.element if whole.kind in ("list", "tuple") else None


def _of_arithmetic(
    operator: cst.BaseBinaryOp, left: ObviousType, right: ObviousType
) -> ObviousType:
    """A power of integers may be either, which makes no difference to a truth test."""
    if isinstance(operator, (cst.Divide, cst.Power)) or FLOAT in (left, right):
        return FLOAT
    return INT


def _join(kinds: Iterable[ObviousType | None]) -> ObviousType | None:
    """The type of a value that has one of these types."""
    known = list(kinds)
    if not known or any(kind is None for kind in known):
        return None
    types = {kind for kind in known if kind is not None}
    if len(types) == 1:
        return types.pop()
    if all(kind.is_number for kind in types):
        return FLOAT if FLOAT in types else INT
    names = {kind.kind for kind in types}
    return ObviousType(names.pop()) if len(names) == 1 else None


def _from_annotation(annotation: cst.Annotation) -> ObviousType | None:
    node, element = annotation.annotation, None
    if isinstance(node, cst.Subscript):
        first = node.slice[0].slice
        if isinstance(first, cst.Index) and len(node.slice) == 1:
            element = _from_annotation(cst.Annotation(first.value))
        node = node.value
    known = (*NUMBERS, "bool", "str", "bytes", *CONTAINERS)
    if not isinstance(node, cst.Name) or node.value not in known:
        return None
    return ObviousType(node.value, element)
