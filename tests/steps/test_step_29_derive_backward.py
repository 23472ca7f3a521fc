"""The whole step on a small script, with the checks that every step passes through."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from libcst.codemod import CodemodContext
from script_variants import printed

from codemods.facts.metadata import parse
from codemods.refusal import Refusal
from codemods.steps.step_29_derive_backward import DeriveBackward

sys.path.append(str(Path(__file__).parents[1] / "transforms"))
from recorded_script import SCRIPT  # noqa: E402 (found there)


def derived(code: str) -> str:
    context = CodemodContext(filename="script.py")
    return DeriveBackward(context).transform_module(parse(code)).code


def test_prints_the_same_bits() -> None:
    after = derived(SCRIPT)
    assert printed(after) == printed(SCRIPT)
    assert "create_value" not in after
    assert "node_" not in after


def test_derives_what_it_finds() -> None:
    """Another program has another adjoint, and it is as exact."""
    changed = SCRIPT.replace(
        "        total = add_values(total, product, graph)\n",
        "        square = multiply_values(product, product, graph)\n"
        "        total = add_values(total, square, graph)\n",
    )
    assert changed != SCRIPT
    after = derived(changed)
    assert printed(after) == printed(changed)
    assert printed(after) != printed(derived(SCRIPT))


def test_calls_the_adjoint_where_the_walk_was() -> None:
    after = derived(SCRIPT)
    assert "    # And back again.\n    compute_loss_backward(" in after
    assert "parameter_gradients" in after
    assert "\n    pass\n" not in after


def test_keeps_lines_that_do_nothing() -> None:
    """They stood for the walk once."""
    idle = "    if step > 0:\n        pass\n"
    changed = SCRIPT.replace(
        "    # And back again.\n", f"{idle}    # And back again.\n"
    )
    assert changed != SCRIPT
    after = derived(changed)
    assert printed(after) == printed(changed)
    assert idle in after


def test_gives_the_adjoint_what_the_loss_was_given() -> None:
    head, training = SCRIPT.split("number_of_kept_nodes: int")
    changed = f"{head}number_of_kept_nodes: int{training.replace('inputs', 'row')}"
    after = derived(changed)
    assert printed(after) == printed(SCRIPT)
    assert "    compute_loss_backward(1, row, " in after


def test_keeps_comments_but_those_of_the_graph() -> None:
    after = derived(SCRIPT)
    assert "# Multiplies and adds.\ndef weigh_forward(" in after
    assert "# What a sum is made of." not in after


def test_derives_what_is_returned_without_a_name() -> None:
    changed = SCRIPT.replace(
        "    return loss\n", "    return add_values(loss, loss, graph)\n"
    )
    assert changed != SCRIPT
    assert printed(derived(changed)) == printed(changed)


def test_quotes_what_is_not_in_the_script() -> None:
    """What is refused late is refused in a text that nobody has."""
    later = "        total = add_values(total, product, graph)\n"
    changed = SCRIPT.replace(
        later, f"{later}        if weight > 5:\n            break\n"
    )
    assert changed != SCRIPT
    with pytest.raises(Refusal) as refusal:
        derived(changed)
    assert str(refusal.value) == (
        "script.py: step 29 derive_backward: expected a loop that runs to its end, "
        "found Break, in `break` of `weigh_forward`, as the step rewrites it"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("squared_data = data**2", "squared_data = data * data"),
        ("slope = 1 - squared_data", "slope = -squared_data + 1.0"),
        ("slope = 1 - squared_data", "slope = 1 + squared_data"),
        ("(1, 1)", "(1, -0.5)"),
    ],
    ids=["a-product", "turned-round", "a-wrong-sign", "a-wrong-factor"],
)
def test_differentiates_as_the_graph_did(old: str, new: str) -> None:
    """Even where that is not what mathematics says: the bits are to stay."""
    changed = SCRIPT.replace(old, new)
    assert changed != SCRIPT
    after = derived(changed)
    assert printed(after) == printed(changed)
    assert after != derived(SCRIPT)


def test_an_operation_keeps_the_derivative_that_only_it_has() -> None:
    again = SCRIPT[SCRIPT.index("def add_values(") :].split("\n\n\n")[0]
    other = again.replace("add_values", "join_values").replace("(1, 1)", "(1, 2)")
    code = SCRIPT.replace(again, f"{again}\n\n\n{other}").replace(
        "total = add_values(total", "total = join_values(total"
    )
    assert printed(code) != printed(SCRIPT)
    after = derived(code)
    assert printed(after) == printed(code)
    assert "def join_values_backward(join_values_gradient: float)" in after


def test_an_operation_that_no_rule_is_like_stays_a_function() -> None:
    code = SCRIPT.replace(
        "    data = math.tanh(node_data[value])\n    squared_data = data**2\n"
        "    slope = 1 - squared_data\n",
        "    # flat on both sides\n    data = math.atan(node_data[value])\n"
        "    squared_data = node_data[value] ** 2\n"
        "    # steep in the middle\n    slope = 1 / (1 + squared_data)\n",
    )
    assert "math.atan" in code
    after = derived(code)
    assert printed(after) == printed(code)
    forward = """\
def tanh_forward(value: float) -> float:
    # flat on both sides
    tanh = math.atan(value)
    return tanh


def tanh_backward(tanh_gradient: float, value: float) -> float:
    squared_value = value**2
"""
    assert forward in after
    assert "# steep in the middle" not in after
