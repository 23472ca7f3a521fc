"""What is read of objects behind the loops that made them."""

from __future__ import annotations

import libcst as cst
import pytest
from statement_checks import outcome

from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.transforms.keep_attributes import keep_attributes

HEAD = """\
class Value:
    def __init__(self, data: float, children: "tuple[Value, ...]" = ()) -> None:
        self.data: float = data
        self.grad: float = 0
        self.children: tuple[Value, ...] = children


def add_values(value: Value, other: Value) -> Value:
    return Value(value.data + other.data, (value, other))


def show(value: Value) -> None:
    print(value.data)


def clear(value: Value) -> None:
    value.data = 0


weight: Value = Value(2)
"""

LOOP = """\
for step in range(3):
    # so far
    loss = add_values(weight, weight)
    loss.grad = step
    print(loss.data)
"""


def the_class(module: cst.Module) -> cst.ClassDef:
    (owner,) = find(module, cst.ClassDef)
    return owner


def after(code: str) -> str:
    kept = format_source(keep_attributes(parse(HEAD + code), the_class).code)
    assert outcome(kept) == outcome(HEAD + code)
    return kept.removeprefix(HEAD)


def test_keeps_the_attributes_that_are_read() -> None:
    code = f"{LOOP}print(loss.data, loss.grad)\nlast = loss.data\n"
    wanted = f"""\
{LOOP}    loss_data = loss.data
    loss_grad = loss.grad
print(loss_data, loss_grad)
last = loss_data
"""
    assert after(code) == wanted


def test_keeps_them_in_a_main_function() -> None:
    body = "".join(f"    {line}\n" for line in LOOP.splitlines())
    code = f"def main() -> None:\n{body}    print(loss.data)\n\n\nmain()\n"
    assert "        loss_data = loss.data\n    print(loss_data)\n" in after(code)


def test_takes_a_name_that_is_free() -> None:
    code = f"loss_data = 7\n{LOOP}print(loss.data, loss_data)\n"
    assert (
        "    second_loss_data = loss.data\nprint(second_loss_data, loss_data)"
        in after(code)
    )


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(LOOP, id="nothing-is-read"),
        pytest.param(f"{LOOP}show(loss)\n", id="the-object-is-passed"),
        pytest.param(f"{LOOP}loss.data += 1\nprint(loss.data)\n", id="stored"),
        pytest.param(
            f"{LOOP}clear(weight)\nprint(loss.data)\n", id="stored-in-a-function"
        ),
        pytest.param(
            f"loss = weight\n{LOOP.replace('weight)', 'loss)')}print(loss.data)\n",
            id="from-one-iteration-to-the-next",
        ),
        pytest.param(
            f"{LOOP}    if step == 1:\n        break\nprint(loss.data)\n", id="break"
        ),
        pytest.param(
            f"{LOOP}    if step == 1:\n        continue\nprint(loss.data)\n",
            id="continue",
        ),
        pytest.param(f"{LOOP}loss = weight\nprint(loss.data)\n", id="another-object"),
        pytest.param(
            f"loss = weight\n{LOOP.replace('3', '0')}print(loss.data)\n",
            id="an-object-from-before",
        ),
        pytest.param(f"{LOOP}else:\n    loss = weight\nprint(loss.data)\n", id="else"),
        pytest.param(
            f"{LOOP}loss.data, loss.grad = 7, 8\nprint(loss.data)\n",
            id="stored-side-by-side",
        ),
        pytest.param(
            f"{LOOP}for weight.data in [1, 2]:\n    pass\nprint(loss.data)\n",
            id="stored-by-a-loop",
        ),
        pytest.param(
            f'{LOOP}setattr(loss, "data", 5)\nprint(loss.data)\n', id="setattr"
        ),
        pytest.param(f"{LOOP}loss.__init__(11)\nprint(loss.data)\n", id="made-again"),
        pytest.param(
            f"{LOOP.replace('range(3)', '[1, 2]')}print(loss.data)\n",
            id="a-loop-through-something-else",
        ),
        pytest.param(
            f"{LOOP}rows = [loss.data for loss in [weight]]\nprint(rows)\n",
            id="another-variable",
        ),
    ],
)
def test_leaves_the_rest_alone(code: str) -> None:
    assert after(code) == code
