"""The annotated script before its explicit forms, written in other ways.

What a variant of the original becomes takes as long as all steps do; these change the
snapshot of step 15 instead.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from textwrap import indent

import libcst as cst
import pytest

from codemods.transforms.thread_state import thread_state

SNAPSHOTS = Path(__file__).parents[2] / "generated"


def snapshot(number: int) -> str:
    """The committed snapshot of a step."""
    [path] = SNAPSHOTS.glob(f"step_{number:02d}_*.py")
    return path.read_text(encoding="utf-8")


def replaced(code: str, *changes: tuple[str, str]) -> str:
    """The code with each text, which must be in it, replaced by another."""
    for old, new in changes:
        assert old in code, old
        code = code.replace(old, new)
    return code


def small(code: str) -> str:
    """The same program, with fewer and shorter steps."""
    return replaced(
        code,
        ("number_of_steps: int = 500", "number_of_steps: int = 2"),
        ("embedding_dimension: int = 16", "embedding_dimension: int = 4"),
        ("range(20)", "range(3)"),
    )


def with_two_layers(code: str) -> str:
    return replaced(code, ("number_of_layers: int = 1", "number_of_layers: int = 2"))


def in_main(code: str) -> str:
    """All that follows the optimizer's buffers in a function."""
    head, tail = code.split("# Repeat in sequence\n")
    call = 'if __name__ == "__main__":\n    main()\n'
    code = f"{head}def main() -> None:\n{indent(tail, '    ')}\n\n{call}"
    return thread_state(cst.parse_module(code)).code


def with_momentum(code: str) -> str:
    """An optimizer that has one buffer."""
    head, rest = code.split("first_moment_decay: float")
    _, rest = rest.split("# second moment buffer\n")
    between, rest = rest.split("    # Adam optimizer update")
    _, tail = rest.split("        parameter.gradient = 0\n")
    _, between = between.split("* number_of_parameters\n")
    return (
        f"{head}momentum: float = 0.9\n"
        "# how fast each parameter moves\n"
        f"velocities: list[float] = [0.0] * number_of_parameters\n{between}"
        "    # Momentum update\n"
        "    for parameter_index, parameter in enumerate(parameters):\n"
        "        kept_velocity = momentum * velocities[parameter_index]\n"
        "        added_velocity = learning_rate * parameter.gradient\n"
        "        velocities[parameter_index] = kept_velocity - added_velocity\n"
        "        parameter.data += velocities[parameter_index]\n"
        f"        parameter.gradient = 0\n{tail}"
    )


def with_slots(code: str) -> str:
    slots = '    __slots__ = ("data", "gradient", "_children", "_local_gradients")\n\n'
    return replaced(code, ("    def __init__(", f"{slots}    def __init__("))


def with_operators_written_out(code: str) -> str:
    """Operators that make their own nodes instead of using others."""
    return replaced(
        code,
        (
            "        return self * -1\n",
            "        return Value(-self.data, (self,), (-1,))\n",
        ),
        (
            "        negative_other = -other\n        return self + negative_other\n",
            "        data = self.data - other\n"
            "        return Value(data, (self,), (1,))\n",
        ),
        (
            '    def __rmul__(self, other: float) -> "Value":\n'
            "        return self * other\n",
            '    def __rmul__(self, other: float) -> "Value":\n'
            "        data = other * self.data\n"
            "        return Value(data, (self,), (other,))\n",
        ),
    )


def with_smooth_activation(code: str) -> str:
    """The tanh form of GELU, by an operation that the class did not have."""
    start = code.index("    def rectified_linear")
    stop = code.index("    def __neg__")
    method = (
        '    def hyperbolic_tangent(self) -> "Value":\n'
        "        data = math.tanh(self.data)\n"
        "        squared_data = data**2\n"
        "        one_minus_squared_data = 1 - squared_data\n"
        "        return Value(data, (self,), (one_minus_squared_data,))\n\n"
    )
    return replaced(
        code[:start] + method + code[stop:],
        (
            "            rectified_linear = hidden_value.rectified_linear()\n"
            "            squared_rectified_linear = rectified_linear**2\n"
            "            updated_hidden_state.append(squared_rectified_linear)\n",
            "            cube = hidden_value**3\n"
            "            scaled_cube = 0.045 * cube\n"
            "            inner = hidden_value + scaled_cube\n"
            "            scaled_inner = 0.8 * inner\n"
            "            tangent = scaled_inner.hyperbolic_tangent()\n"
            "            one_plus_tangent = 1 + tangent\n"
            "            half = 0.5 * hidden_value\n"
            "            activated = half * one_plus_tangent\n"
            "            updated_hidden_state.append(activated)\n",
        ),
    )


def with_bias(code: str) -> str:
    """A vector that is added between the projections of the perceptron."""
    key = 'f"layer{layer_index}.perceptron_bias"'
    return replaced(
        code,
        (
            "    number_of_inputs = 4 * embedding_dimension\n",
            f"    state_dictionary[{key}] = create_matrix(1, number_of_outputs)\n"
            "    number_of_inputs = 4 * embedding_dimension\n",
        ),
        (
            "        for hidden_value in hidden_state:\n",
            f"        bias: list[Value] = state_dictionary[{key}][0]\n"
            "        biased_state: list[Value] = []\n"
            "        for hidden_value, bias_value in zip(hidden_state, bias):\n"
            "            biased_value = hidden_value + bias_value\n"
            "            biased_state.append(biased_value)\n"
            "        hidden_state = biased_state\n"
            "        for hidden_value in hidden_state:\n",
        ),
    )


def with_fewer_prints(code: str) -> str:
    lines = code.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("print("))


def with_more_prints(code: str) -> str:
    losses = "    number_of_tokens = len(tokens)\n"
    updates = "        parameter.gradient = 0\n"
    sampling = "    token = beginning_of_sequence_token\n"
    return replaced(
        code,
        (
            "random.shuffle(documents)\n",
            "random.shuffle(documents)\nprint(documents[0])\n",
        ),
        (losses, f"    print(document)\n{losses}"),
        (
            updates,
            f"{updates}        if parameter_index == 0:\n"
            "            print(parameter.data)\n",
        ),
        (sampling, f'    print("sampling", sample_index)\n{sampling}'),
    )


def without_comments(code: str) -> str:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return tokenize.untokenize(t for t in tokens if t.type != tokenize.COMMENT)


def renamed(code: str) -> str:
    """Every variable, function, class, attribute and method by another name."""
    variables, attributes = set(), set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                variables.add(name)
            case ast.FunctionDef(name=name):
                variables.add(name)
            case ast.ClassDef(name=name, body=body):
                variables.add(name)
                attributes |= {m.name for m in body if isinstance(m, ast.FunctionDef)}
            case ast.Attribute(attr=name, ctx=ast.Store()):
                attributes.add(name)
    variables -= {"weights"}  # the name of an argument of a library function, too
    code = re.sub(r"(?<![\\.\w])[A-Za-z_]\w*", _suffixed(variables), code)
    return re.sub(r"(?<=\.)[A-Za-z_]\w*", _suffixed(attributes), code)


def _suffixed(names: set[str]) -> Callable[[re.Match[str]], str]:
    own = {name for name in names if not name.startswith("__")}
    return lambda match: match[0] + "_item" * (match[0] in own)


Change = Callable[[str], str]


def combined(*changes: Change) -> Callable[[], str]:
    return lambda: reduce(lambda code, change: change(code), changes, snapshot(15))


VARIANTS = [
    pytest.param(
        combined(small, with_momentum, with_slots, in_main),
        id="momentum-and-slots-in-main",
    ),
    pytest.param(
        combined(
            *(small, with_two_layers, with_bias),
            *(with_smooth_activation, with_more_prints),
        ),
        id="two-layers-with-bias-activation-and-prints",
    ),
    pytest.param(
        combined(
            *(small, with_operators_written_out, with_fewer_prints),
            *(without_comments, renamed),
        ),
        id="operators-written-out-without-prints-and-comments-renamed",
    ),
]
