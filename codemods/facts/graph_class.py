"""The class whose operators build a graph of itself.

    def __add__(self, other):
        return Node(self.data + other.data, (self, other))

Its name, its attributes and the helpers between an operator and the new node are the
script's own business; what counts is that an operator, or a function that one has
become, makes a node of the same class and keeps its own operand as one of the node's.
"""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from codemods.facts.find_nodes import find
from codemods.refusal import Refusal

ARITHMETIC = frozenset(
    f"__{side}{operation}__"
    for operation in ("add", "sub", "mul", "truediv", "pow", "matmul", "neg", "abs")
    for side in ("", "r", "i")
)
FEWEST_OPERATORS = 2


def find_graph_class(module: cst.Module) -> cst.ClassDef:
    """The one class of a module whose operators build a graph of itself.

    Raises `Refusal` if there is none, or more than one.
    """
    found = find_graph_classes(module)
    if len(found) != 1:
        names = " and ".join(definition.name.value for definition in found)
        raise Refusal(
            "one class whose operators build a graph of itself", names or "none"
        )
    return found[0]


def find_graph_classes(module: cst.Module) -> list[cst.ClassDef]:
    """Every class at the top of a module whose operators build a graph of itself."""
    return [
        statement
        for statement in module.body
        if isinstance(statement, cst.ClassDef)
        and max(
            len(_recording_operators(statement)),
            len(_recording_functions(statement, module)),
        )
        >= FEWEST_OPERATORS
    ]


def adds_numbers_as_objects(definition: cst.ClassDef) -> bool:
    """Whether a number that an object is added to becomes an object itself first.

        def __add__(self, other):
            other = other if isinstance(other, Node) else Node(other)
        def __radd__(self, other): return self + other

    Then `0 + node` and `Node(0) + node` come to the same.
    """
    add, reflected = _method(definition, "__add__"), _method(definition, "__radd__")
    if add is None or reflected is None:
        return False
    own, other = (parameter.name.value for parameter in reflected.params.params)
    adds = m.BinaryOperation(m.Name(own), m.Add(), m.Name(other)) | m.Call(
        m.Attribute(m.Name(own), m.Name("__add__")), [m.Arg(m.Name(other))]
    )
    delegates = bool(m.findall(reflected.body, m.Return(adds)))
    return _makes_objects(add if delegates else reflected, definition.name.value)


def _method(definition: cst.ClassDef, name: str) -> cst.FunctionDef | None:
    """The method of a name, if it takes two operands and there is no other."""
    found = [
        statement
        for statement in definition.body.body
        if isinstance(statement, cst.FunctionDef) and statement.name.value == name
    ]
    if len(found) == 1 and len(found[0].params.params) == 2:
        return found[0]
    return None


def _makes_objects(method: cst.FunctionDef, name: str) -> bool:
    """Whether a method makes its second operand an object where it is none."""
    operand = m.Name(method.params.params[1].name.value)
    test = m.Call(m.Name("isinstance"), [m.Arg(operand), m.Arg(m.Name(name))])
    make = m.Call(m.Name(name), [m.Arg(operand, keyword=None)])
    bound = m.Assign([m.AssignTarget(operand)], make | m.IfExp())
    return all(m.findall(method.body, pattern) for pattern in (test, make, bound))


def _recording_operators(definition: cst.ClassDef) -> list[cst.FunctionDef]:
    return [
        method
        for method in definition.body.body
        if isinstance(method, cst.FunctionDef)
        and method.name.value in ARITHMETIC
        and method.params.params
        and _constructs(method, definition.name.value)
        and _keeps(method, method.params.params[0].name.value)
    ]


def _recording_functions(
    definition: cst.ClassDef, module: cst.Module
) -> list[cst.FunctionDef]:
    """The functions that the operators of a class have become, if they have."""
    return [
        function
        for function in module.body
        if isinstance(function, cst.FunctionDef)
        and function.params.params
        and _constructs(function, definition.name.value)
        and _keeps(function, function.params.params[0].name.value)
    ]


def _constructs(method: cst.FunctionDef, name: str) -> bool:
    own_class = (
        m.Name(name)
        | m.Call(func=m.Name("type"))
        | m.Attribute(attr=m.Name("__class__"))
    )
    calls = find(method.body, cst.Call)
    return any(m.matches(call.func, own_class) for call in calls)


def _keeps(method: cst.FunctionDef, operand: str) -> bool:
    """Whether an operand itself, not just an attribute, goes into a new object."""
    kept = m.Element(m.Name(operand))
    passed = m.Call(
        func=m.Name() & ~m.Name("isinstance"),
        args=[m.ZeroOrMore(), m.Arg(m.Name(operand)), m.ZeroOrMore()],
    )
    elements = find(method.body, cst.Element)
    calls = find(method.body, cst.Call)
    return any(m.matches(element, kept) for element in elements) or any(
        m.matches(call, passed) for call in calls
    )
