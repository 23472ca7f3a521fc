"""Values that are bound once: which lines stay, and what becomes of their names."""

from __future__ import annotations

import re
from textwrap import indent

import libcst as cst
import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.facts.phrases import phrases
from codemods.transforms.bind_values_once import bind_values_once

HEAD = """\
import math


def show(number: float, twice: float) -> float:
    print(number, twice)
    return number


def extend(row: list[float]) -> None:
    row.append(1.0)


"""


def spelled(code: str) -> str:
    """The code with the name that says how its value is computed for `second`."""
    found = re.search(r"second(?:: int)? = ((?!0).+)", code)
    if found is None:
        return code
    name = phrases(cst.parse_expression(found[1].split("  #")[0]))[0]
    return re.sub(r"\bsecond\b", name, code)


def function(body: str) -> str:
    first = "def run(row: list[float], step: int, scale: float) -> float:\n"
    call = "\n\nprint(run([1.0, 2.0], 3, 0.5))\n"
    return spelled(f"{HEAD}{first}{indent(body, '    ')}    return scale\n{call}")


LEFT = [
    pytest.param(
        'for text in "a b ".split("_"):\n    bare = text.strip()\n'
        '    if bare != "":\n        text = "c "\n        bare = text.strip()\n'
        "        print(bare)\n",
        id="the-text-of-another-string",
    ),
    pytest.param(
        "class Text:\n    def strip(self) -> int:\n        print(1)\n"
        "        return 2\n\n\ntext = Text()\nfirst = text.strip()\n"
        "second = text.strip()\nprint(first, second)\n",
        id="a-method-of-another-class",
    ),
    pytest.param(
        "first = step + 1\nstep = 5\nsecond = step + 1\nprint(first, second)\n",
        id="an-operand-that-changed",
    ),
    pytest.param(
        "first = step + 1\nfor step in range(2):\n    second = step + 1\n"
        "    print(first, second)\n",
        id="an-operand-that-a-loop-binds",
    ),
    pytest.param(
        "for item in row:\n    first = step + 1\n    step = first\n"
        "    second = step + 1\n    print(first, second)\n",
        id="an-operand-that-is-counted",
    ),
    pytest.param(
        "first = step + 1\nfor item in row:\n    second = step + 1\n"
        "    print(first, second)\n    step = step + 2\n",
        id="an-operand-that-changes-below-in-a-loop",
    ),
    pytest.param(
        "first = step + 1\nprint(first)\nfirst = 0\nsecond = step + 1\n"
        "print(first, second)\n",
        id="a-first-name-that-changed",
    ),
    pytest.param(
        "first = step + 1\nsecond = step + 1\nfirst = 0\nprint(first, second)\n",
        id="a-first-name-that-changes-later",
    ),
    pytest.param(
        "if step > 5:\n    first = step + 1\n    print(first)\n"
        "second = step + 1\nprint(second)\n",
        id="a-first-line-that-may-not-run",
    ),
    pytest.param(
        "if step > 5:\n    first = step + 1\n    print(first)\n"
        "else:\n    first = step + 1\n    print(-first)\n",
        id="in-another-branch",
    ),
    pytest.param(
        "second = 0\nfirst = step + 1\nif step > 5:\n    second = step + 1\n"
        "    print(1)\nprint(first, second)\n",
        id="a-second-name-with-another-value",
    ),
    pytest.param(
        "first = step + 1\nfor item in row:\n    if item > 1:\n        print(second)\n"
        "    second = step + 1\nprint(first)\n",
        id="a-second-name-that-is-read-above",
    ),
    pytest.param(
        "first = row[0] + 1\nrow[0] = 4.0\nsecond = row[0] + 1\nprint(first, second)\n",
        id="an-item-that-is-assigned",
    ),
    pytest.param(
        "alias: list[float] = row\nfirst = row[0] + 1\nalias[0] = 4.0\n"
        "second = row[0] + 1\nprint(first, second)\n",
        id="an-item-that-is-assigned-by-another-name",
    ),
    pytest.param(
        "first = len(row)\nextend(row)\nsecond = len(row)\nprint(first, second)\n",
        id="a-list-that-a-function-gets",
    ),
    pytest.param(
        "first = len(row)\ndel row[0]\nsecond = len(row)\nprint(first, second)\n",
        id="a-list-that-loses-an-item",
    ),
    pytest.param(
        "first = len(row)\nrow[:] = []\nsecond = len(row)\nprint(first, second)\n",
        id="a-slice-that-is-assigned",
    ),
    pytest.param(
        "first = len(row)\nrow += [1.0]\nsecond = len(row)\nprint(first, second)\n",
        id="a-list-that-is-extended",
    ),
    pytest.param(
        "table: dict[str, float] = {}\nfirst = len(table)\ntable['a'] = 1.0\n"
        "second = len(table)\nprint(first, second)\n",
        id="a-table-that-grows",
    ),
    pytest.param(
        "first = show(scale, 1)\nsecond = show(scale, 1)\nprint(first, second)\n",
        id="a-call-that-prints",
    ),
    pytest.param(
        "first = [scale]\nsecond = [scale]\nfirst.append(1)\nprint(first, second)\n",
        id="what-is-no-number",
    ),
    pytest.param(
        "first = scale * 2\nwidth = scale * 2\nprint(first, width)\n",
        id="a-name-that-says-more",
    ),
    pytest.param(
        "first = step * 2\nsecond: int = step * 2\nprint(first, second)\n",
        id="a-name-that-is-declared",
    ),
    pytest.param(
        "first = step * 2\n# the other one\nsecond = step * 2\nprint(first, second)\n",
        id="a-name-with-a-comment",
    ),
    pytest.param(
        "first = step * 2  # one\nsecond = step * 2\nprint(first, second)\n",
        id="a-first-name-with-a-comment",
    ),
    pytest.param(
        "first = step * 2\nsecond = step * 2\nprint(f'{first=} {second=}')\n",
        id="a-name-that-is-printed",
    ),
    pytest.param(
        "first = step * 2\nsecond = step * 2\nprint([second for first in row])\n",
        id="a-name-that-a-comprehension-hides",
    ),
    pytest.param(
        "first = step * 2\nsecond = step * 2\n\ndef inner() -> int:\n"
        "    return second\n\nprint(first, inner())\n",
        id="a-name-that-another-function-reads",
    ),
    pytest.param(
        "first = step * 2\nif scale > 0:\n    first = step * 2\nprint(first)\n",
        id="a-line-alone-in-its-block",
    ),
    pytest.param(
        "first = step + scale\nsecond = scale + step\nprint(first, second)\n",
        id="the-other-way-round",
    ),
    pytest.param(
        "first = scale * 1\nsecond = scale * 1.0\nprint(first, second)\n",
        id="another-literal",
    ),
]


@pytest.mark.parametrize("body", LEFT)
def test_leaves(body: str) -> None:
    code = function(body)
    assert bind_values_once(parse(code)).code == code


MODULE_LEFT = [
    pytest.param(
        "row: list[int] = [1]\nsize = len(row)\n\n\n"
        "def run(row: list[int]) -> int:\n    size = len(row)\n    return size\n\n\n"
        "print(run([1, 2]), size)\n",
        id="a-variable-of-another-scope",
    ),
    pytest.param(
        "step = 1\nfirst = step + 1\n\n\ndef change() -> None:\n    global step\n"
        "    step = 5\n\n\nchange()\nsecond = step + 1\nprint(first, second)\n",
        id="a-global-operand",
    ),
    pytest.param(
        "step = 1\nfirst = step + 1\nsecond = step + 1\n\n\ndef show() -> None:\n"
        "    print(second)\n\n\nshow()\nprint(first)\n",
        id="a-second-name-that-functions-read",
    ),
    pytest.param(
        "step = 1\nfirst = step + 1\nsecond = step + 1\nprint(first, globals())\n",
        id="a-look-up-of-all-names",
    ),
]


@pytest.mark.parametrize("code", MODULE_LEFT)
def test_leaves_variables_of_the_module(code: str) -> None:
    code = spelled(code)
    assert bind_values_once(parse(code)).code == code


BOUND = [
    pytest.param(
        "next_step = step + 1\nprint(next_step)\nnext_step = step + 1\n"
        "print(next_step)\n",
        "next_step = step + 1\nprint(next_step)\nprint(next_step)\n",
        id="the-same-name",
    ),
    pytest.param(
        "next_step = step + 1\nfor item in row:\n    next_step = step + 1\n"
        "    print(next_step)\nfor item in row:\n    if item > 1:\n"
        "        next_step = step + 1\n        print(next_step)\n",
        "next_step = step + 1\nfor item in row:\n"
        "    print(next_step)\nfor item in row:\n    if item > 1:\n"
        "        print(next_step)\n",
        id="the-same-name-inside-of-loops",
    ),
    pytest.param(
        "power = math.exp(row[0])\nsecond = math.exp(row[0])\nrow[0] = second\n"
        "print(power, second)\n",
        "power = math.exp(row[0])\nrow[0] = power\nprint(power, power)\n",
        id="another-name",
    ),
    pytest.param(
        "first = scale * 2\nsecond = scale * 2\n"
        "third = first + 1\nfourth = second + 1\n"
        "print(first, second, third, fourth)\n",
        "first = scale * 2\nthird = first + 1\nfourth = first + 1\n"
        "print(first, first, third, fourth)\n",
        id="one-after-the-other",
    ),
    pytest.param(
        "first = len(row)\nrow[0] = 2.0\nwords: list[str] = []\nwords.append('a')\n"
        "second = len(row)\nprint(first, second, words)\n",
        "first = len(row)\nrow[0] = 2.0\nwords: list[str] = []\nwords.append('a')\n"
        "print(first, first, words)\n",
        id="a-length-that-stays",
    ),
    pytest.param(
        "first = len(row)\nprint(first)\n\n# Now the end.\nfirst = len(row)\n"
        "print(first - 1)\n",
        "first = len(row)\nprint(first)\n\n# Now the end.\nprint(first - 1)\n",
        id="a-comment-above",
    ),
    pytest.param(
        "length_of_row = len(row)\nrow_length = len(row)\n"
        "print(length_of_row, row_length)\n",
        "length_of_row = len(row)\nprint(length_of_row, length_of_row)\n",
        id="another-name-of-the-same-words",
    ),
    pytest.param(
        'for text in "a b ".split("_"):\n    bare = text.strip()\n'
        '    if bare != "":\n        bare = text.strip()\n        print(bare)\n',
        'for text in "a b ".split("_"):\n    bare = text.strip()\n'
        '    if bare != "":\n        print(bare)\n',
        id="a-stripped-text",
    ),
]


@pytest.mark.parametrize(("before", "after"), BOUND)
def test_binds_once(before: str, after: str) -> None:
    found = bind_values_once(parse(function(before))).code
    assert found == function(after)
    assert outcome(found) == outcome(function(before))


def test_binds_once_in_the_main_sequence() -> None:
    before = (
        "parameters: list[int] = [1, 2]\n"
        "size: int = len(parameters)\n"
        "print(size)\n\n\n"
        "def extend(row: list[int]) -> None:\n    row.append(1)\n\n\n"
        "size = len(parameters)\n"
        "buffer: list[float] = [0.0] * size\n"
        "extend([1])\n"
        "size = len(parameters)\n"
        "print(size, buffer)\n"
    )
    after = before.replace("\n\n\nsize = len(parameters)\n", "\n\n\n", 1)
    assert rewritten(bind_values_once, before) == after
    assert outcome(after) == outcome(before)
