"""Operations with derivatives of their own, as functions of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from recorded_script import HEAD

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import parse, wrap
from codemods.facts.recorded_graph import find_recorded_graph
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.write_kernels import backward_kernel, forward_kernel

UNPACK = "    node_data, node_gradients, node_children, node_local_gradients = graph\n"


def kernels(operation: str) -> str:
    """The two kernels of the last operation of a script."""
    graph = find_recorded_graph(Bindings(wrap(parse(HEAD + operation))))
    assert graph is not None
    function = list(graph.operations.values())[-1]
    both = parse("").with_changes(
        body=[
            forward_kernel(graph, function, "f_forward"),
            backward_kernel(graph, function, "f_backward"),
        ]
    )
    return format_source(both.code)


def operation(parameters: str, body: str, end: str, name: str = "bend_of_x") -> str:
    lines = "".join(f"    {line}\n" for line in body.split("\n") if line)
    return (
        f"def {name}({parameters}, graph: Graph) -> Value:\n{UNPACK}{lines}"
        f"    return create_value({end})\n"
    )


def test_drops_what_does_not_serve_a_kernel_and_names_what_is_left() -> None:
    negated = operation(
        "x: Value",
        "negative_data = -node_data[x]  # the other way\n"
        "exponential = math.exp(negative_data)\n"
        "data = 1 / exponential\n"
        "# as steep as it is high\n"
        "local_gradient = data",
        "data, graph, (x,), (local_gradient,)",
    )
    wanted = """\
def f_forward(x: float) -> float:
    negative_data = -x  # the other way
    exponential = math.exp(negative_data)
    bend = 1 / exponential
    return bend


def f_backward(bend_gradient: float, x: float) -> float:
    negative_data = -x  # the other way
    exponential = math.exp(negative_data)
    bend = 1 / exponential
    # as steep as it is high
    local_gradient = bend
    x_contribution = local_gradient * bend_gradient
    return x_contribution
"""
    assert kernels(negated) == wanted


def test_names_that_were_made_of_an_expression_follow_it() -> None:
    doubled = operation(
        "x: Value",
        "number = node_data[x]\n"
        "negative_data = -node_data[x]\n"
        "exponential_of_negative_data = math.exp(negative_data)\n"
        "data = number * exponential_of_negative_data",
        "data, graph, (x,), (exponential_of_negative_data,)",
    )
    wanted = """\
def f_forward(x: float) -> float:
    negative_x = -x
    exponential_of_negative_x = math.exp(negative_x)
    bend = x * exponential_of_negative_x
    return bend


def f_backward(bend_gradient: float, x: float) -> float:
    negative_x = -x
    exponential_of_negative_x = math.exp(negative_x)
    x_contribution = exponential_of_negative_x * bend_gradient
    return x_contribution
"""
    assert kernels(doubled) == wanted


def test_keeps_branches_and_what_is_no_node() -> None:
    leaky = operation(
        "x: Value, slope: float",
        "if node_data[x] > 0:\n    data = node_data[x]\n"
        "else:\n    data = slope * node_data[x]\n"
        "if node_data[x] > 0:\n    local_gradient = 1.0\n"
        "else:\n    local_gradient = slope",
        "data, graph, (x,), (local_gradient,)",
    )
    wanted = """\
def f_forward(x: float, slope: float) -> float:
    if x > 0:
        bend = x
    else:
        bend = slope * x
    return bend


def f_backward(bend_gradient: float, x: float, slope: float) -> float:
    if x > 0:
        local_gradient = 1.0
    else:
        local_gradient = slope
    x_contribution = local_gradient * bend_gradient
    return x_contribution
"""
    assert kernels(leaky) == wanted


def loaded(code: str) -> dict[str, Callable[..., object]]:
    names: dict[str, Callable[..., object]] = {}
    exec("import math\n" + code, names)
    return names


def test_gives_each_operand_its_share() -> None:
    hypot = operation(
        "x: Value, y: Value",
        "data = math.hypot(node_data[x], node_data[y])",
        "data, graph, (x, y), (node_data[x] / data, node_data[y] / data)",
    )
    names = loaded(kernels(hypot))
    assert names["f_forward"](3.0, 4.0) == 5.0
    assert names["f_backward"](10.0, 3.0, 4.0) == (6.0, 8.0)


def test_an_operand_that_is_no_child_has_no_share() -> None:
    half = operation(
        "x: Value, y: Value",
        "data = math.copysign(node_data[x], node_data[y])",
        "data, graph, (x,), (math.copysign(1.0, node_data[y]),)",
    )
    names = loaded(kernels(half))
    assert names["f_forward"](3.0, -1.0) == -3.0
    assert names["f_backward"](2.0, -1.0) == (-2.0, 0.0)


def test_a_name_that_is_in_use_is_not_given_again() -> None:
    taken = "bend: int = 1\n" + operation(
        "x: Value", "data = math.cosh(node_data[x])", "data, graph, (x,), (bend,)"
    )
    names = loaded("bend = 7\n" + kernels(taken))
    assert names["f_forward"](0.0) == 1.0
    assert names["f_backward"](2.0) == 14


def test_names_that_a_kernel_needs_are_not_taken_twice() -> None:
    both = operation(
        "x: Value, y: Value, x_slope: float",
        "bend_gradient = 2 * node_data[x]\n"
        "x_contribution = 3 * node_data[y]\n"
        "data = bend_gradient + x_contribution",
        "data, graph, (x, y), (bend_gradient * x_slope, x_contribution * x_slope)",
    )
    names = loaded(kernels(both))
    assert names["f_backward"](10.0, 1.0, 2.0, 0.5) == (10.0, 30.0)


def test_another_name_of_what_is_bound_again_stays() -> None:
    again = operation(
        "x: Value, beta: float",
        "first = beta\nbeta = 2 * beta\ndata = first * beta * node_data[x]",
        "data, graph, (x,), (first * beta,)",
    )
    names = loaded(kernels(again))
    assert names["f_forward"](1.0, 3.0) == 18.0
    assert names["f_backward"](1.0, 3.0) == 18.0


def test_a_function_may_be_called_as_the_operation_is() -> None:
    helper = "def bend(number: float) -> float:\n    return number + 1\n"
    code = helper + operation(
        "x: Value", "", "bend(node_data[x]) * 2, graph, (x,), (2,)"
    )
    assert loaded(helper + kernels(code))["f_forward"](3.0) == 8.0


PURE = "data = math.cosh(node_data[x])"
ENDED = "data, graph, (x,), (1,)"
REFUSED = [
    pytest.param(
        operation("x: Value", "data = random.random()", ENDED),
        "an operation that only computes, found another call",
        id="a-call-that-does-more",
    ),
    pytest.param(
        operation("x: Value", "data = node_gradients[x]", ENDED),
        "numbers of nodes alone, found `node_gradients`",
        id="another-list",
    ),
    pytest.param(
        operation("x: Value", "data = node_data[x] + x", ENDED),
        "numbers of nodes alone, found `x`",
        id="the-node-itself",
    ),
    pytest.param(
        operation("x: Value", "data = node_data[x - 1]", ENDED),
        "numbers of nodes alone, found `node_data`",
        id="the-number-of-another-node",
    ),
    pytest.param(
        operation("x: Value, y: Value", PURE, "data, graph, (y, x), (1, 2)"),
        "the operands in their order, found other children",
        id="children-in-another-order",
    ),
    pytest.param(
        operation("x: Value", PURE, "data, graph, (x, x), (1, 2)"),
        "the operands in their order, found other children",
        id="a-child-twice",
    ),
    pytest.param(
        operation("x: Value, y: Value", PURE, "data, graph, (x, y), (1,)"),
        "a local gradient for each child, found 1",
        id="a-derivative-too-few",
    ),
    pytest.param(
        operation("x: Value", "data = sum([node_data[x] for y in (1, 2)])", ENDED),
        "variables of the operation alone, found others",
        id="a-comprehension",
    ),
    pytest.param(
        operation("x: Value", f"{PURE}\nboth = (x,)", "data, graph, both, (1,)"),
        "children and their local gradients, found others",
        id="children-by-a-name",
    ),
]


@pytest.mark.parametrize(("code", "expected"), REFUSED)
def test_refuses(code: str, expected: str) -> None:
    with pytest.raises(Refusal, match=expected):
        kernels(code)


def test_a_function_of_numbers_may_be_called() -> None:
    helper = "def halve(number: float) -> float:\n    return number / 2\n"
    body = "data = halve(node_data[x])"
    code = helper + operation("x: Value", body, "data, graph, (x,), (0.5,)")
    names = loaded(helper + kernels(code))
    assert names["f_forward"](3.0) == 1.5
    assert math.isclose(names["f_backward"](2.0), 1.0)  # type: ignore[arg-type]
