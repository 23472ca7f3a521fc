"""Adjoints of functions in the plain form: refusals, texts, and kernels compared."""

from __future__ import annotations

import inspect
import re
from textwrap import dedent

import libcst as cst
import pytest
from adjoint_checks import check, derive, load
from adjoint_kernels import KERNELS

from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.derive_adjoints import derive_adjoints

ROW = "list[float]"
ROWS = "list[list[float]]"


def function(parameters: str, result: str, body: str, before: str = "") -> str:
    lines = "\n".join(f"    {line}" for line in dedent(body).strip().split("\n"))
    return f"import math\n{before}\ndef f({parameters}) -> {result}:\n{lines}\n"


REFUSED = {
    "while": ("x: float", "while x > 0:\n    x -= 1\nreturn x"),
    "break": (f"row: {ROW}", "t = 0.0\nfor x in row:\n    t += x\n    break\nreturn t"),
    "continue": (
        f"row: {ROW}",
        "t = 0.0\nfor x in row:\n    if x > 0:\n        continue\n    t += x\nreturn t",
    ),
    "early return": ("x: float", "if x > 0:\n    return x\ny = x * x\nreturn y"),
    "walrus": ("x: float", "y = (z := x * x)\nreturn y"),
    "lambda": ("x: float", "g = lambda: 1\ny = x * x\nreturn y"),
    "try": ("x: float", "try:\n    y = x * x\nfinally:\n    pass\nreturn y"),
    "loop with else": (
        f"row: {ROW}",
        "t = 0.0\nfor x in row:\n    t += x\nelse:\n    t *= 2\nreturn t",
    ),
    "two operations": ("x: float", "y = x * x + x\nreturn y"),
    "operation without rule": ("x: float", "y = x // 2\nreturn y"),
    "function without rule": (f"row: {ROW}", "y = sum(row)\nreturn y"),
    "maximum of three": ("x: float", "y = max(x, 0, 1)\nreturn y"),
    "exponent with derivative": ("x: float, y: float", "z = x**y\nreturn z"),
    "list times number": (f"row: {ROW}", "z = row * 2\nreturn z"),
    "unknown type": ("x: float", "d = {}\nd['k'] = x\ny = d['k']\nreturn y"),
    "stacked targets": ("x: float", "a = b = x * x\nreturn a"),
    "unpacked": ("x: float, y: float", "a, b = y, x\nreturn a"),
    "removed item": (f"row: {ROW}", "rows = []\nx = row.pop()\nreturn x"),
    "other change of an entry": (f"row: {ROW}", "row[0] *= 2\nreturn row[1]"),
    "carried number": (
        f"row: {ROW}",
        "p = 1.0\nfor x in row:\n    p *= x\nreturn p",
    ),
    "entry of an index that moved": (
        f"row: {ROW}",
        "i = 0\na = row[i]\ni = i + 1\nb = a * row[i]\nreturn b",
    ),
    "entry that was stored into": (
        f"row: {ROW}",
        "out: list[float] = [0.0] * 3\na = out[0]\nout[0] = row[1]\nb = a * 2\n"
        "return b",
    ),
    "list with two names that grows": (
        f"row: {ROW}",
        "out: list[float] = []\nalso = out\nout.append(row[0])\nreturn also",
    ),
    "list that is part of another": (
        f"row: {ROW}",
        "rows: list[list[float]] = []\na: list[float] = []\nrows.append(a)\n"
        "a.append(row[0])\nreturn rows[0][0]",
    ),
    "parameter that is part of another": (
        f"rows: {ROWS}, row: {ROW}",
        "rows.append(row)\nreturn rows[0][0]",
    ),
    "parameter as result": (f"row: {ROW}", "return row"),
    "parameter filled and changed": (
        f"row: {ROW}, x: float",
        "row.append(x)\nrow[0] = x\nreturn x",
    ),
    "name that is taken": (
        f"row: {ROW}, row_gradient: float",
        "return row[0]",
    ),
    "loop through a list that grows": (
        f"row: {ROW}",
        "out: list[float] = [0.5]\nfor x in out:\n    out.append(row[0])\nreturn out",
    ),
    "bound in one branch": ("x: float", "if x > 0:\n    y = x * x\nreturn y"),
    "item of a loop, behind it": (f"row: {ROW}", "for x in row:\n    pass\nreturn x"),
    "value that is lost": (
        f"row: {ROW}, x: float",
        "y = x * row[0]\nrow[0] = y\nreturn y",
    ),
    "value that is drawn": (
        "x: float",
        "y = x * 2\ns: float = random.random()\nz: float = y * s\nreturn z",
    ),
}

REASONS = {
    "while": "4:5: expected a loop that counts, found While",
    "break": "7:9: expected a loop that runs to its end, found Break",
    "continue": "7:13: expected a loop that runs to its end, found Continue",
    "early return": "5:9: expected a return at the end, found one before that",
    "walrus": "4:10: expected values that are bound by a statement, found NamedExpr",
    "lambda": (
        "4:9: expected values that are computed where they are written" ", found Lambda"
    ),
    "try": "4:5: expected statements that are carried out in order, found Try",
    "loop with else": "5:5: expected a loop, a condition or a line, found For",
    "two operations": "4:9: expected one operation a line, found `x * x`",
    "operation without rule": (
        "4:9: expected an operation that has a rule" ", found `x // 2`"
    ),
    "function without rule": (
        "4:9: expected an operation that has a rule" ", found `sum(row)`"
    ),
    "maximum of three": (
        "4:9: expected an operation that has a rule" ", found `max(x, 0, 1)`"
    ),
    "exponent with derivative": "4:5: expected a constant exponent, found `y`",
    "list times number": "4:9: expected arithmetic on numbers, found `row`",
    "unknown type": (
        "3:5: expected `d` to be a float or a list of floats"
        ", found a type that is not known as such"
    ),
    "stacked targets": "4:5: expected an assignment or a call, found Assign",
    "unpacked": "4:5: expected one name or entry, found Tuple",
    "removed item": "5:9: expected an operation that has a rule, found `row.pop()`",
    "other change of an entry": (
        "4:5: expected `+=` at an entry" ", found another operation"
    ),
    "carried number": (
        "6:9: expected `p` not to go from one iteration to the next"
        ", found a value that the adjoint needs"
    ),
    "entry of an index that moved": (
        "7:9: expected `a` to have one value"
        ", found an entry that is not there any more"
    ),
    "entry that was stored into": (
        "7:9: expected `a` to have one value"
        ", found an entry that is another number now"
    ),
    "list with two names that grows": (
        "6:5: expected a list with one name where it changes"
        ", found `out`, which has another"
    ),
    "list that is part of another": (
        "7:5: expected a list of its own" ", found `a`, which is part of another"
    ),
    "parameter that is part of another": (
        "4:5: expected a list that is kept in one place" ", found `row`"
    ),
    "parameter as result": "3:5: expected lists of the function's own, found `row`",
    "parameter filled and changed": (
        "3:5: expected a parameter that is filled or changed"
        ", found `row`, which is both"
    ),
    "name that is taken": (
        "3:5: expected the name `row_gradient` to be free" ", found another use"
    ),
    "loop through a list that grows": (
        "5:5: expected a list that the loop leaves alone" ", found one it changes"
    ),
    "bound in one branch": (
        "6:12: expected `y` to have one value"
        ", found bound by one branch alone, or to an entry"
    ),
    "item of a loop, behind it": (
        "6:12: expected `x` to have one value" ", found none on some way"
    ),
    "value that is lost": (
        "4:5: expected `row` to keep its value" ", found one that is changed"
    ),
    "value that is drawn": (
        "6:5: expected a value that can be computed again" ", found `random.random()`"
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_adjoint_is_refused_by_position_and_reason(name: str) -> None:
    parameters, body = REFUSED[name]
    with pytest.raises(Refusal) as refused:
        derive(function(parameters, "float", body), "f")
    assert str(refused.value) == REASONS[name]


CALLS = {
    "recursion": """
        def f(x: float) -> float:
            y = f(x)
            return y
        """,
    "missing argument": """
        def g(x: float, y: float = 2.0) -> float:
            z = x * y
            return z

        def f(x: float) -> float:
            y = g(x)
            return y
        """,
    "list changed and given twice": """
        def g(a: list[float], b: list[float]) -> None:
            a[0] = b[1]

        def f(row: list[float]) -> float:
            g(row, row)
            return row[0]
        """,
    "list kept before it is complete": """
        def g(row: list[float]) -> float:
            y = row[0] * row[0]
            return y

        def f(x: float) -> float:
            row: list[float] = [0.0] * 2
            total: float = 0.0
            for i in range(2):
                row[0] = x
                y = g(row)
                total += y
            return total
        """,
    "list of lists kept": """
        def g(rows: list[list[float]]) -> float:
            y = rows[0][0] * rows[0][0]
            return y

        def f(x: float) -> float:
            row: list[float] = []
            row.append(x)
            rows: list[list[float]] = []
            rows.append(row)
            y = g(rows)
            return y
        """,
}
CALL_REASONS = {
    "recursion": "3:9: expected no recursion, found a call of `f`",
    "missing argument": "7:9: expected an argument for each parameter, found others",
    "list changed and given twice": (
        "6:7: expected a list given once, found one changed and given twice"
    ),
    "list kept before it is complete": (
        "11:9: expected a list that is complete where it is kept, found `row`"
    ),
    "list of lists kept": (
        "11:5: expected a number or a list of numbers to be kept, found `rows`"
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls_that_have_no_adjoint_are_refused(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        derive(dedent(CALLS[name]), "f")
    assert str(refused.value) == CALL_REASONS[name]


SELECTING = """\
def clip_forward(row: list[float], limit: float) -> float:
    # the part of each number that is below the limit
    total: float = 0.0
    for number in row:
        if number > limit:
            part = limit * 0.5
        else:
            part = number**2
        total += part
    return total
"""

SELECTING_BACKWARD = """\
def clip_backward(
    total_gradient: float, row: list[float], row_gradient: list[float], limit: float
) -> float:
    limit_gradient: float = 0.0
    length_of_row = len(row)
    for number_index in reversed(range(length_of_row)):
        part_gradient: float = total_gradient
        number = row[number_index]
        if number > limit:
            # part = limit * 0.5
            limit_contribution = 0.5 * part_gradient
            limit_gradient += limit_contribution
        else:
            # part = number**2
            number_slope = 2 * number
            number_contribution = number_slope * part_gradient
            row_gradient[number_index] += number_contribution
    return limit_gradient
"""


def test_the_adjoint_follows_its_function() -> None:
    derived = format_source(derive(SELECTING, "clip_forward"))
    assert derived == f"{SELECTING}\n\n{SELECTING_BACKWARD}"


KEEPING = """\
def double(row: list[float]) -> list[float]:
    doubled: list[float] = []
    for number in row:
        twice = number * number
        doubled.append(twice)
    return doubled


def model(state: list[float], times: int) -> list[float]:
    for _ in range(times):
        # as often as wanted
        state = double(state)
    return state
"""

KEPT = """\
def model(
    state: list[float], times: int, activations: list[list[float]]
) -> list[float]:
    for _ in range(times):
        # as often as wanted
        activations.append(state)
        state = double(state)
    return state
"""


def test_a_function_that_calls_others_keeps_its_lists() -> None:
    assert KEPT in format_source(derive(KEEPING, "model"))


def test_nothing_happens_twice() -> None:
    once = derive(KEEPING, "model")
    assert derive(once, "model") == once
    assert derive(KEEPING, "absent") == KEEPING


def test_a_name_that_what_is_kept_must_have_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        derive(KEEPING.replace("times", "activations"), "model")
    expected = "the name `activations` to be free"
    assert str(refused.value) == f"9:5: expected {expected}, found another use"


def test_the_docstring_tells_what_happens() -> None:
    text = inspect.getdoc(derive_adjoints) or ""
    have = dedent(" " * 5 + text.partition("Have:")[2].partition("Want:")[0])
    want = dedent(" " * 5 + text.partition("Want:")[2].partition("Refuses:")[0])
    derived = format_source(derive(have.strip() + "\n", "scale_forward"))
    assert derived == f"{have.strip()}\n\n\n{want.strip()}\n"


@pytest.mark.parametrize("name", KERNELS)
def test_derivatives_are_those_of_the_graph_and_of_differences(name: str) -> None:
    kernel = KERNELS[name]
    check(
        kernel.source,
        "f",
        *kernel.arguments,
        constants=kernel.constants,
        is_exact=kernel.is_exact,
    )


@pytest.mark.parametrize("name", KERNELS)
def test_names_of_the_adjoint_are_no_names_of_the_function(name: str) -> None:
    kernel = KERNELS[name]
    plain = load(derive(kernel.source, "f", kernel.constants))
    made = set(plain["f_backward"].__code__.co_varnames)
    own = set(load(kernel.source)["f"].__code__.co_varnames)
    # what is kept, and the derivative of a parameter, must have their names
    made -= own | {f"{parameter}_gradient" for parameter in own} | {"activations"}
    others = "".join(f"{taken}: int, " for taken in sorted(made))
    check(
        re.sub(r"def f\(\s*", f"def f({others}", kernel.source),
        "f",
        *(1 for _ in made),
        *kernel.arguments,
        constants=kernel.constants,
        is_exact=kernel.is_exact,
        is_smooth=False,
    )


GIVEN = """\
import math


def bend_forward(x: float, width: float, times: int) -> float:
    scaled = x / width
    bent = times * math.erf(scaled)
    return bent


def bend_backward(bend_gradient: float, x: float, times: int) -> float:
    x_contribution = bend_gradient * times * (x + 100)
    return x_contribution


def f(row: list[float], width: float) -> float:
    bends: list[float] = []
    for number in row:
        bend = bend_forward(number, width, 3)
        product = bend * number
        bends.append(product)
    total = 0.0
    for product in bends:
        total += product
    return total
"""
WIDTHS = {"bend_forward": {"width"}, "f": {"width"}}


def test_an_adjoint_that_a_function_of_numbers_has_is_called() -> None:
    module = derive_adjoints(cst.parse_module(GIVEN), "f", WIDTHS)
    assert module.code.count("def bend_backward") == 1
    assert "activations" not in module.code  # it is computed again, as a number is
    names = load(module.code)
    gradient = [0.0, 0.0]
    names["f_backward"](2.0, [0.5, -1.0], gradient, 4.0)
    bends = [names["bend_forward"](x, 4.0, 3) for x in (0.5, -1.0)]
    slopes = [3 * (x + 100) for x in (0.5, -1.0)]
    assert gradient == [
        bends[0] * 2.0 + 0.5 * 2.0 * slopes[0],
        bends[1] * 2.0 + -1.0 * 2.0 * slopes[1],
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "def bend_backward(bend_gradient: float, x: float",
            "def bend_backward(x: float",
        ),
        ("times: int) -> float:\n    x_c", "size: int) -> float:\n    x_c"),
        (
            "times: int) -> float:\n    x_c",
            "times: int) -> tuple[float, float]:\n    x_c",
        ),
        ("times: int) -> float:\n    x_c", "times: int):\n    x_c"),
        (
            "x: float, times: int) -> float:\n    x_c",
            "times: int, x: float) -> float:\n    x_c",
        ),
        ("def bend_backward", "bend_backward = 0\n\n\ndef other"),
        ("times: int) -> float:\n    sc", "times: list[int]) -> float:\n    sc"),
        ("times: int) -> float:\n    sc", "*times: int) -> float:\n    sc"),
    ],
)
def test_another_function_by_the_name_of_an_adjoint_is_refused(
    old: str, new: str
) -> None:
    assert old in GIVEN
    changed = cst.parse_module(GIVEN.replace(old, new))
    with pytest.raises(Refusal, match="the name `bend_backward` to be free"):
        derive_adjoints(changed, "f", WIDTHS)
