"""The original script, written in other ways."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from pathlib import Path
from textwrap import indent

import libcst as cst
import pytest

ORIGINAL = Path(__file__).parents[2] / "original" / "microgpt.py"


def original() -> str:
    return ORIGINAL.read_text(encoding="utf-8")


def without_comments() -> str:
    return cst.parse_module(original()).visit(_WithoutComments()).code


def renamed() -> str:
    """Every variable, function, class and attribute of the script by another name."""
    tree = ast.parse(original())
    attributes, variables = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                variables.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                variables.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                attributes.add(name)
    variables = {name for name in variables if not name.startswith("__")}
    methods = {"backward", "relu"} | attributes
    code = re.sub(r"(?<![\\.\w])[A-Za-z_]\w*", _renaming(variables), original())
    code = re.sub(r"(?<=\.)[A-Za-z_]\w*", _renaming(methods), code)
    return code.replace("def log_item", "def log").replace("def exp_item", "def exp")


def scaled_down(code: str) -> str:
    """The same program, with fewer and shorter steps."""
    code = re.sub(r"(num_steps\w* =) 500", r"\1 2", code)
    code = re.sub(r"(n_embd\w* =) 16", r"\1 4", code)
    return code.replace("range(20)", "range(3)")


def printed(code: str) -> str:
    """What a script prints, in the current directory."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, "script", "exec"), {"__name__": "__main__"})
    return stream.getvalue()


VARIANTS = [
    pytest.param(original, id="original"),
    pytest.param(without_comments, id="without-comments"),
    pytest.param(renamed, id="renamed"),
]


def _renaming(names: set[str]):  # type: ignore[no-untyped-def]
    return lambda match: match[0] + "_item" * (match[0] in names)


class _WithoutComments(cst.CSTTransformer):
    def leave_Comment(
        self, original_node: cst.Comment, updated_node: cst.Comment
    ) -> cst.RemovalSentinel:
        return cst.RemovalSentinel.REMOVE


def replaced(code: str, *changes: tuple[str, str]) -> str:
    """The code with each text, which must be in it, replaced by another."""
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return code


def with_two_layers(code: str) -> str:
    return replaced(code, ("n_layer = 1 ", "n_layer = 2 "))


def with_training_in_a_function(code: str) -> str:
    """The script with all that follows the optimizer's buffers in `main`."""
    head, tail = code.split("# Repeat in sequence\n")
    return f"{head}def main():\n{indent(tail, '    ')}\n\nmain()\n"


def with_momentum(code: str) -> str:
    """The script with an optimizer that has one buffer."""
    head, rest = code.split("learning_rate, beta1")
    _, rest = rest.split("# second moment buffer\n")
    between, rest = rest.split("    # Adam optimizer update")
    _, tail = rest.split("        p.grad = 0\n")
    return (
        f"{head}learning_rate, momentum = 1e-2, 0.9\n"
        "velocity = [0.0] * len(params) # how fast each parameter moves\n"
        f"{between}    # Momentum update\n"
        "    for i, p in enumerate(params):\n"
        "        velocity[i] = momentum * velocity[i] - learning_rate * p.grad\n"
        "        p.data += velocity[i]\n"
        f"        p.grad = 0\n{tail}"
    )


def with_fewer_prints(code: str) -> str:
    lines = code.splitlines(keepends=True)
    return "".join(x for x in lines if not x.startswith(("print(f", "print(")))


def with_more_prints(code: str) -> str:
    return replaced(
        code,
        ("random.shuffle(docs)\n", "random.shuffle(docs)\nprint(docs[0])\n"),
        ("\n    n = min(", "\n    print(doc, len(tokens))\n    n = min("),
        ("        m[i] =", "        if i == 0: print(p.grad)\n        m[i] ="),
        ("    keys, values = [[] for _ in range(n_layer)], [[] for _ in range(n_layer)]\n"
         "    token_id = BOS\n",
         "    keys, values = [[] for _ in range(n_layer)], [[] for _ in range(n_layer)]\n"
         "    token_id = BOS\n    print('sampling', sample_idx)\n"),
    )


def with_smooth_activation(code: str) -> str:
    """The script with the tanh form of GELU, by an operation that it did not have."""
    return replaced(
        code,
        (
            "    def relu(self)",
            "    def tanh(self): return Value(math.tanh(self.data), (self,), "
            "(1 - math.tanh(self.data)**2,))\n    def relu(self)",
        ),
        (
            "[xi.relu() ** 2 for xi in x]",
            "[0.5 * xi * (1 + (0.8 * (xi + 0.045 * xi ** 3)).tanh()) for xi in x]",
        ),
    )


def with_bias(code: str) -> str:
    return replaced(
        code,
        (
            "    state_dict[f'layer{i}.mlp_fc2']",
            "    state_dict[f'layer{i}.mlp_bias'] = matrix(1, 4 * n_embd)\n"
            "    state_dict[f'layer{i}.mlp_fc2']",
        ),
        (
            "        x = [xi.relu()",
            "        bias = state_dict[f'layer{li}.mlp_bias'][0]\n"
            "        x = [xi + bi for xi, bi in zip(x, bias)]\n"
            "        x = [xi.relu()",
        ),
    )


def with_slots(code: str) -> str:
    return replaced(
        code,
        (
            "    def __init__(self, data",
            "    __slots__ = ('data', 'grad', '_children', '_local_grads')\n\n"
            "    def __init__(self, data",
        ),
    )


def with_operators_written_out(code: str) -> str:
    return replaced(
        code,
        (
            "    def __neg__(self): return self * -1\n",
            "    def __neg__(self): return Value(-self.data, (self,), (-1,))\n",
        ),
        (
            "    def __sub__(self, other): return self + (-other)\n",
            "    def __sub__(self, other):\n"
            "        other = other if isinstance(other, Value) else Value(other)\n"
            "        return Value(self.data - other.data, (self, other), (1, -1))\n",
        ),
    )
