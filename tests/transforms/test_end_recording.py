"""Scripts that walk back through a graph: refused, idle, and evaluated in floats."""

from __future__ import annotations

import pytest
from recorded_script import HEAD, MODEL, SCRIPT, TANH, TRAINING, WALK
from statement_checks import outcome

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.end_recording import end_recording


def replaced(*pairs: tuple[str, str]) -> str:
    script = SCRIPT
    for old, new in pairs:
        assert old in script
        script = script.replace(old, new)
    return script


def first_loss(code: str) -> str:
    """What a script prints first, also one whose walk has become a call of nothing."""
    return outcome(code.replace("compute_loss_backward()", "pass"))[0].split("\n")[0]


REFUSED = [
    pytest.param(
        replaced(("slope = 1 - squared_data", "slope = random.random()")),
        "an operation that only computes",
        id="a-derivative-of-something-else",
    ),
    pytest.param(
        replaced(("    print(f", "    print(loss)\n    print(f")),
        "a read of the node's number",
        id="the-node-itself-is-printed",
    ),
    pytest.param(
        replaced(("backward(loss, graph)\n", "backward(loss - 1, graph)\n")),
        "a node that one line of the loop records",
        id="a-walk-from-elsewhere",
    ),
    pytest.param(
        replaced(("    backward(loss, graph)\n", "    backward(loss, graph)\n" * 2)),
        "one walk, called once in a loop",
        id="two-walks",
    ),
    pytest.param(
        replaced(("    return loss\n", "    return 1 * loss\n")),
        "a node that the last line returns",
        id="a-node-that-is-computed-on-the-way-out",
    ),
    pytest.param(
        replaced(
            ("# Multiplies and adds.\n", "def compute_loss_forward() -> None: ...\n\n")
        ),
        "the name `compute_loss_forward` to be free",
        id="a-name-that-is-taken",
    ),
    pytest.param(
        replaced(
            (
                "    # And back",
                "    if inputs == []:\n        compute_loss_backward()\n    # And back",
            )
        ),
        "the name `compute_loss_backward` to be free",
        id="the-name-of-the-adjoint-in-a-branch-that-never-runs",
    ),
]


@pytest.mark.parametrize(("code", "expected"), REFUSED)
def test_refuses(code: str, expected: str) -> None:
    with pytest.raises(Refusal, match=expected.replace("(", r"\(")):
        end_recording(parse(code))


IDLE = [
    pytest.param("print(1)\n", id="no-graph"),
    pytest.param(HEAD + TANH + MODEL, id="no-walk"),
    pytest.param(HEAD + TANH + WALK.replace("+=", "-=") + MODEL, id="another-walk"),
    pytest.param(
        HEAD + TANH + WALK.replace("] = 1", "] = value") + MODEL, id="another-seed"
    ),
]


@pytest.mark.parametrize("code", IDLE)
def test_finds_no_walk(code: str) -> None:
    assert end_recording(parse(code)) is None


def test_computes_in_floats_what_was_recorded() -> None:
    ended = end_recording(parse(SCRIPT))
    assert ended is not None
    assert (ended.function, ended.seed) == ("compute_loss_forward", "1")
    assert (ended.data, ended.gradients) == ("node_data", "node_gradients")
    code = ended.module.code
    assert "    # And back again.\n    compute_loss_backward()\n" in code
    assert 'print(f"{loss:.17g}")' in code
    assert "del node_data" not in code
    assert "loss = compute_loss_forward(inputs, node_data)" in code
    assert first_loss(code) == first_loss(SCRIPT)


def test_a_node_with_a_type_becomes_a_float() -> None:
    code = replaced(("    loss = compute_loss(", "    loss: Value = compute_loss("))
    ended = end_recording(parse(code))
    assert ended is not None
    assert "    loss: float = compute_loss_forward(" in ended.module.code
    assert first_loss(ended.module.code) == first_loss(code)


def test_computes_what_is_returned_without_a_name() -> None:
    code = replaced(("    return loss\n", "    return add_values(loss, loss, graph)\n"))
    ended = end_recording(parse(code))
    assert ended is not None
    assert "    loss_plus_loss = loss + loss\n    return loss_plus_loss\n" in (
        ended.module.code
    )
    assert first_loss(ended.module.code) == first_loss(code)


def test_names_the_numbers_that_were_no_nodes() -> None:
    ended = end_recording(parse(SCRIPT))
    assert ended is not None
    assert {"data", "largest"} <= set(ended.constants["compute_loss_forward"])
    assert "numbers" not in ended.constants["compute_loss_forward"]
    assert not ended.constants["weigh_forward"]


def test_takes_the_walk_of_the_training_loop() -> None:
    indented = "".join(f"    {line}\n" for line in TRAINING.splitlines())
    script = HEAD + TANH + WALK + MODEL + f"if True:\n{indented}"
    with pytest.raises(Refusal, match="one walk, called once in a loop"):
        end_recording(parse(script))


def test_computes_the_greater_of_two_where_a_branch_takes_it() -> None:
    rectify = """\
    if 0 < node_data[value]:
        data = node_data[value]
    else:
        data = 0
    if 0 < node_data[value]:
        slope = 1.0
    else:
        slope = 0.0
"""
    start, end = TANH.index("    data ="), TANH.index("    return")
    code = replaced((TANH, TANH[:start] + rectify + TANH[end:]))
    ended = end_recording(parse(code))
    assert ended is not None
    assert "    weighed = max(0, total)\n    return weighed\n" in ended.module.code
    assert first_loss(ended.module.code) == first_loss(code)
    shadowed = code.replace("def weigh(", "max = sum\n\n\ndef weigh(")
    ended = end_recording(parse(shadowed))
    assert ended is not None
    assert "    if 0 < total:\n" in ended.module.code


def test_an_operation_without_a_rule_stays_a_function() -> None:
    ended = end_recording(parse(replaced(("math.tanh", "math.cosh"))))
    assert ended is not None
    forward = """\
def tanh_forward(value: float) -> float:
    tanh = math.cosh(value)
    return tanh
"""
    backward = """\
def tanh_backward(tanh_gradient: float, value: float) -> float:
    tanh = math.cosh(value)
    squared_tanh = tanh**2
    slope = 1 - squared_tanh
    value_contribution = slope * tanh_gradient
    return value_contribution
"""
    assert f"{forward}\n\n{backward}" in format_source(ended.module.code)
    assert "value" not in ended.constants["tanh_forward"]
