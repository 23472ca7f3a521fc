"""Objects that a list keeps: what is refused, what is threaded, what is forgotten."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome

from codemods.facts.graph_class import find_graph_class
from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.record_creations import record_creations

CLASS = """\
class Value:
    def __init__(self, data: float, children: "tuple[Value, ...]" = ()) -> None:
        self.data: float = data
        self.children: tuple[Value, ...] = children


"""

MAKER = """\
def create_value(
    data: float, nodes: list[Value], children: tuple[Value, ...] = ()
) -> Value:
    value = Value(data, children)
    nodes.append(value)
    return value


"""

FUNCTIONS = """\
def add_values(value: Value, other: Value) -> Value:
    return Value(value.data + other.data, (value, other))


def negate_value(value: Value) -> Value:
    return Value(-value.data, (value,))


"""

RECORDING = """\
def add_values(value: Value, other: Value, nodes: list[Value]) -> Value:
    return create_value(value.data + other.data, nodes, (value, other))


def negate_value(value: Value, nodes: list[Value]) -> Value:
    return create_value(-value.data, nodes, (value,))


"""

COMMENT = "# every node of the graph, in the order in which they were created\n"
LIST = COMMENT + "nodes: list[Value] = []\n"


def recorded(module: cst.Module) -> cst.Module:
    return record_creations(module, find_graph_class)


def rewritten(code: str) -> str:
    """The code after the transform, whose class no function builds a graph of now."""
    after = recorded(parse(code)).code
    with pytest.raises(Refusal, match="build a graph of itself, found none"):
        recorded(parse(after))
    return after


SURVIVES = "expected objects that serve one iteration"

REFUSED = [
    pytest.param(
        "loss = Value(0)\nfor step in range(3):\n"
        "    loss = add_values(loss, Value(1))\n",
        f"16:1: {SURVIVES}, found `loss`, which is read later",
        id="an-object-that-the-next-iteration-reads",
    ),
    pytest.param(
        "for step in range(3):\n    loss = Value(step)\nprint(loss.data)\n",
        f"15:1: {SURVIVES}, found `loss`, which is read later",
        id="an-object-that-is-read-behind-the-loop",
    ),
    pytest.param(
        "best: list[Value] = []\nfor step in range(3):\n    best = [Value(step)]\n"
        "print(len(best))\n",
        f"16:1: {SURVIVES}, found `best`, which is read later",
        id="an-object-in-a-list",
    ),
    pytest.param(
        "history: list[Value] = []\nfor step in range(3):\n"
        "    history.append(Value(step))\n",
        f"17:5: {SURVIVES}, found one that is kept",
        id="an-object-that-a-list-keeps",
    ),
    pytest.param(
        "best: dict[str, Value] = {}\nfor step in range(3):\n"
        '    best["last"] = Value(step)\n',
        f"17:5: {SURVIVES}, found one that is kept",
        id="an-object-that-a-dictionary-keeps",
    ),
    pytest.param(
        "weight = Value(1)\nfor step in range(3):\n"
        "    weight.children = (Value(step),)\n",
        f"17:5: {SURVIVES}, found one that is kept",
        id="an-object-that-an-object-keeps",
    ),
    pytest.param(
        "history: list[Value] = []\ndef keep(value: Value) -> None:\n"
        "    history.append(value)\nfor step in range(3):\n    keep(Value(step))\n",
        f"17:5: {SURVIVES}, found one that is kept",
        id="an-object-that-a-function-keeps",
    ),
    pytest.param(
        "def keep(value: Value, kept: list[Value]) -> None:\n"
        "    last = kept\n    last.append(value)\n"
        "history: list[Value] = []\n"
        "for step in range(3):\n    keep(Value(step), history)\n",
        f"17:5: {SURVIVES}, found one that is kept",
        id="an-object-that-a-function-keeps-in-an-argument",
    ),
    pytest.param(
        "for value in [Value(1), Value(2)]:\n    print(negate_value(value).data)\n",
        "15:14: expected objects made in the body of the loop, "
        "found some that are made above it",
        id="objects-that-a-loop-is-over",
    ),
    pytest.param(
        "while negate_value(Value(1)).data > 0:\n    print(1)\n",
        "15:7: expected objects made in the body of the loop",
        id="objects-in-the-test-of-a-loop",
    ),
    pytest.param(
        "for step in range(2):\n    print(Value(step).data)\nbias = Value(1)\n"
        "for step in range(2):\n    print(negate_value(bias).data)\n",
        "17:1: expected objects made in the loops, or above them all, "
        "found some between two loops",
        id="objects-between-two-loops",
    ),
    pytest.param(
        "nodes = 3\n",
        "1:7: expected the name `nodes` to be free",
        id="a-name-that-is-taken",
    ),
    pytest.param(
        "values = list(map(Value, [1, 2]))\n",
        "15:19: expected a class that is called, found another use of it",
        id="a-class-that-is-passed",
    ),
    pytest.param(
        "Node = Value\nprint(Node(1).data)\n",
        "15:8: expected a class that is called, found another use of it",
        id="a-second-name-of-the-class",
    ),
    pytest.param(
        "class Weight(Value):\n    pass\n",
        "15:14: expected a class that is called, found another use of it",
        id="a-subclass",
    ),
    pytest.param(
        "make = lambda: Value(1)\nprint(make().data)\n",
        "expected a function or method of the module around what needs state",
        id="a-lambda-that-makes-objects",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        recorded(parse(CLASS + FUNCTIONS + code))
    assert message in str(refusal.value)


OTHER_CLASSES = [
    pytest.param(
        CLASS.rstrip() + "\n\n    def copy(self) -> Value:\n        return Value(1)\n",
        "7:16: expected objects made by functions, found one made by a method",
        id="a-method-that-makes-objects",
    ),
    pytest.param(
        CLASS.replace("data: float,", "data: float = abs(-1),"),
        "2:24: expected a literal as default, found another value",
        id="a-default-that-is-computed",
    ),
    pytest.param(
        "empty = ()\n" + CLASS.replace("= ()) ->", "= empty) ->"),
        "3:37: expected a literal as default, found another value",
        id="a-default-that-is-a-variable",
    ),
    pytest.param(
        CLASS.replace("= ()) ->", "= (), *rest: int) ->"),
        "expected parameters that are passed by their places, found others",
        id="any-number-of-arguments",
    ),
    pytest.param(
        "class Value:\n    data: float\n",
        "1:7: expected a class with `__init__`, found none",
        id="no-constructor",
    ),
]


@pytest.mark.parametrize(("code", "message"), OTHER_CLASSES)
def test_refuses_classes(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        recorded(parse(code + "\n\n" + FUNCTIONS))
    assert message in str(refusal.value)


def test_refuses_a_module_without_such_a_class() -> None:
    with pytest.raises(Refusal, match="one class whose operators build a graph"):
        recorded(parse("print(1)\n"))


CASES = [
    pytest.param(
        "weight = Value(2)\nprint(negate_value(weight).data)\n",
        LIST
        + "weight = create_value(2, nodes)\nprint(negate_value(weight, nodes).data)\n",
        id="no-loop",
    ),
    pytest.param(
        "weight = Value(2)\n"
        "for step in range(3):\n"
        "    loss = add_values(weight, negate_value(weight))\n"
        "    weight.data += 1\n"
        "    print(loss.data)\n",
        LIST + "weight = create_value(2, nodes)\n"
        "number_of_kept_nodes: int = len(nodes)\n"
        "for step in range(3):\n"
        "    loss = add_values(weight, negate_value(weight, nodes), nodes)\n"
        "    weight.data += 1\n"
        "    print(loss.data)\n"
        "    del nodes[number_of_kept_nodes:]\n",
        id="a-loop",
    ),
    pytest.param(
        "# Count.\nfor step in range(3):\n    print(Value(step).data)\n",
        LIST + "number_of_kept_nodes: int = len(nodes)\n"
        "# Count.\n"
        "for step in range(3):\n"
        "    print(create_value(step, nodes).data)\n"
        "    del nodes[number_of_kept_nodes:]\n",
        id="a-loop-that-makes-the-first-object",
    ),
    pytest.param(
        "weight = Value(2)\n"
        "for step in range(2):\n"
        "    print(negate_value(weight).data)\n"
        "print(weight.data)\n"
        "count = 0\n"
        "while count < 2:\n"
        "    recent: list[Value] = []\n"
        "    recent.append(negate_value(weight))\n"
        "    count += len(recent)\n",
        LIST + "weight = create_value(2, nodes)\n"
        "number_of_kept_nodes: int = len(nodes)\n"
        "for step in range(2):\n"
        "    print(negate_value(weight, nodes).data)\n"
        "    del nodes[number_of_kept_nodes:]\n"
        "print(weight.data)\n"
        "count = 0\n"
        "while count < 2:\n"
        "    recent: list[Value] = []\n"
        "    recent.append(negate_value(weight, nodes))\n"
        "    count += len(recent)\n"
        "    del nodes[number_of_kept_nodes:]\n",
        id="two-loops",
    ),
    pytest.param(
        "weight = Value(2)\nfor step in range(3):\n    print(step)\n",
        LIST
        + "weight = create_value(2, nodes)\nfor step in range(3):\n    print(step)\n",
        id="a-loop-that-makes-nothing",
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_records(before: str, after: str) -> None:
    code = CLASS + FUNCTIONS + before
    found = rewritten(code)
    assert format_source(found) == CLASS + MAKER + RECORDING + after
    assert outcome(found) == outcome(code)


def test_records_in_a_main_function() -> None:
    code = (
        CLASS
        + FUNCTIONS
        + (
            "def main() -> None:\n"
            "    weight = Value(2)\n"
            "    for step in range(3):\n"
            "        print(negate_value(weight).data)\n\n\n"
            "main()\n"
        )
    )
    found = rewritten(code)
    assert "    number_of_kept_nodes: int = len(nodes)\n    for" in found
    assert found.endswith(LIST + "main(nodes)\n")
    assert outcome(found) == outcome(code)
