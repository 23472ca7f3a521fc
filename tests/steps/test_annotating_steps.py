"""Steps 13 and 14 on the original and on variations of it."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods.memory import Memory
from codemods.refusal import Refusal
from codemods.step import Step
from codemods.steps.step_01_format_source import FormatSource
from codemods.steps.step_13_annotate_signatures import AnnotateSignatures
from codemods.steps.step_14_annotate_bindings import AnnotateBindings

ORIGINAL = Path(__file__).parents[2] / "original" / "microgpt.py"
RENAMES = {
    "Value": "Knot", "_children": "_kids", "grad": "slope", "matrix": "grid",
    "state_dict": "store", "gpt": "think", "build_topo": "lay", "losses": "costs",
    "logits": "scores", "topo": "line", "other": "that", "block_size": "width",
}  # fmt: skip
SIGNATURES = """\
def __init__(self, data: float, children: "tuple[Value, ...]" = (), local_grads: tuple[float, ...] = ()) -> None:
def __add__(self, other: "Value | float") -> "Value":
def __mul__(self, other: "Value | float") -> "Value":
def __pow__(self, other: float) -> "Value":
def log(self) -> "Value":
def exp(self) -> "Value":
def relu(self) -> "Value":
def __neg__(self) -> "Value":
def __radd__(self, other: float) -> "Value":
def __sub__(self, other: float) -> "Value":
def __rsub__(self, other: float) -> "Value":
def __rmul__(self, other: float) -> "Value":
def __truediv__(self, other: "Value | float") -> "Value":
def __rtruediv__(self, other: float) -> "Value":
def backward(self) -> None:
def build_topo(v: "Value") -> None:
def linear(x: list[Value], w: list[list[Value]]) -> list[Value]:
def softmax(logits: list[Value]) -> list[Value]:
def rmsnorm(x: list[Value]) -> list[Value]:
def gpt(token_id: int, pos_id: int, keys: list[list[list[Value]]], values: list[list[list[Value]]]) -> list[Value]:
"""  # noqa: E501
DECLARATIONS = """\
docs: list[str]
uchars: list[str]
self.data: float
self.grad: float
self._children: tuple[Value, ...]
self._local_grads: tuple[float, ...]
topo: list[Value]
visited: set[Value]
state_dict: dict[str, list[list[Value]]]
params: list[Value]
x_attn: list[Value]
k_h: list[list[Value]]
m: list[float]
v: list[float]
tokens: list[int]
losses: list[Value]
"""


def renamed(code: str) -> str:
    words = "|".join(sorted(RENAMES, key=len, reverse=True))
    return re.sub(rf"\b({words})\b", lambda word: RENAMES[word[0]], code)


def with_two_layers(code: str) -> str:
    return code.replace("n_layer = 1 ", "n_layer = 2 ")


def with_slots(code: str) -> str:
    slots = "__slots__ = ('data', 'grad', '_children', '_local_grads')"
    return code.replace(
        "    def __init__(self, data", f"    {slots}\n\n    def __init__(self, data"
    )


def apply(step: type[Step], code: str, folder: Path) -> str:
    (folder / "input.txt").write_text("\n".join(["anna", "bo", "cleo"] * 9))
    scratch = {"input_file": folder / "input.txt", "memory": Memory(folder)}
    context = CodemodContext(filename="script.py", scratch=scratch)
    return step(context).transform_module(cst.parse_module(code)).code


def signatures(code: str) -> str:
    joined = re.sub(r"\(\n\s+(.*?),?\n\s*\)", lambda m: f"({' '.join(m[1].split())})",
                    code, flags=re.DOTALL)  # fmt: skip
    return "".join(
        f"{line.strip()}\n" for line in joined.splitlines() if "def " in line
    )


@pytest.mark.parametrize(
    "vary",
    [
        pytest.param(str, id="original"),
        pytest.param(renamed, id="renamed"),
        pytest.param(with_two_layers, id="two-layers"),
        pytest.param(with_slots, id="slots"),
    ],
)
def test_the_original_is_annotated(vary: type[str], tmp_path: Path) -> None:
    formatted = apply(FormatSource, vary(ORIGINAL.read_text()), tmp_path)
    with_signatures = apply(AnnotateSignatures, formatted, tmp_path)
    assert signatures(with_signatures) == vary(SIGNATURES)
    declared = apply(AnnotateBindings, with_signatures, tmp_path)
    lines = [line.strip().split(" = ")[0] for line in declared.splitlines()]
    assert set(vary(DECLARATIONS).splitlines()) <= set(lines)


def test_a_refusal_names_step_and_place(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        apply(AnnotateSignatures, "def f(a):\n    return a\n", tmp_path)
    assert str(refusal.value) == (
        "script.py:1:5: step 13 annotate_signatures: "
        "expected a call of f in a shortened run, found none"
    )


@pytest.mark.parametrize("step", [AnnotateSignatures, AnnotateBindings])
def test_the_example_is_what_the_step_does(step: type[Step], tmp_path: Path) -> None:
    before, after = dedent(step.example).split("\n=>\n")
    body = {
        AnnotateSignatures: "    return logits\n\n\nsoftmax([Value()])\n",
        AnnotateBindings: "losses.append(Value())\n",
    }[step]
    head = "class Value:\n    pass\n\n\n"
    assert apply(step, f"{head}{before}\n{body}", tmp_path) == f"{head}{after}\n{body}"
