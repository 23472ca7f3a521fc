"""The class whose operators build a graph of itself.

    def __add__(self, other):
        return Node(self.data + other.data, (self, other))

Its name, its attributes and the helpers between an operator and the new node are the
script's own business; what counts is that an operator makes a node of the same class
and keeps its own operand as one of the node's.
"""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

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
        and len(_recording_operators(statement)) >= FEWEST_OPERATORS
    ]


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


def _constructs(method: cst.FunctionDef, name: str) -> bool:
    own_class = (
        m.Name(name)
        | m.Call(func=m.Name("type"))
        | m.Attribute(attr=m.Name("__class__"))
    )
    return bool(m.findall(method.body, m.Call(func=own_class)))


def _keeps(method: cst.FunctionDef, operand: str) -> bool:
    """Whether an operand itself, not just an attribute, goes into a new object."""
    kept = m.Element(m.Name(operand))
    passed = m.Call(
        func=m.Name() & ~m.Name("isinstance"),
        args=[m.ZeroOrMore(), m.Arg(m.Name(operand)), m.ZeroOrMore()],
    )
    return bool(m.findall(method.body, kept | passed))
