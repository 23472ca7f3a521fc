"""The order of a script: what is refused, what is left, and where everything goes."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.check.check_script import check_script
from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.order_definitions import order_definitions

FUNCTION = """\
def double(number: int) -> int:
    return 2 * number


"""

REFUSED = [
    pytest.param(
        "print(1)\nif 1 < 2:\n    def double() -> None:\n        pass\n\n\n"
        "def triple() -> None:\n    pass\n",
        "3:5: expected functions that are defined at the top of the module, found "
        "another definition",
        id="a-definition-under-a-condition",
    ),
    pytest.param(
        "print(1)\n\n\nclass Box:\n    pass\n",
        "4:1: expected functions that are defined at the top of the module, found "
        "another definition",
        id="a-class",
    ),
    pytest.param(
        f"{FUNCTION}print(double(1))\n\n\n{FUNCTION}print(double(1))\n",
        "1:5: expected one definition of `double`, found another",
        id="a-second-definition",
    ),
    pytest.param(
        f"{FUNCTION}print(double(1))\ndouble = print\n",
        "1:5: expected one definition of `double`, found another",
        id="a-function-that-is-rebound",
    ),
    pytest.param(
        "import functools\n\nprint(1)\n\n\n@functools.cache\ndef one() -> int:\n"
        "    return 1\n",
        "6:1: expected functions without decorators, found a decorator",
        id="a-decorator",
    ),
    pytest.param(
        "def read() -> int:\n    print(1)\n    return 1\n\n\nprint(2)\n\n\n"
        "def show(number: int = read()) -> None:\n    print(number)\n",
        "9:24: expected defaults that call nothing, found a call",
        id="a-default-that-calls",
    ),
    pytest.param(
        "import random\n\nstart = random.random()\n\n\n"
        "def show(number: float = start) -> None:\n    print(number)\n",
        "6:26: expected definitions that need only constants, found `start`",
        id="a-default-that-is-drawn",
    ),
    pytest.param(
        "try:\n    from typing import List as Row\nexcept ImportError:\n"
        "    Row = list\n\n\ndef show(row: Row) -> None:\n    print(row)\n",
        "7:15: expected definitions that need only constants, found `Row`",
        id="a-type-that-is-found-out",
    ),
    pytest.param(
        "from typing import TypeAlias\n\ntry:\n    from typing import List\n"
        "except ImportError:\n    List = list\nRow: TypeAlias = List\n\n\n"
        "def show(row: Row) -> None:\n    print(row)\n",
        "7:18: expected definitions that need only constants, found `List`",
        id="a-type-of-a-type-that-is-found-out",
    ),
    pytest.param(
        "print(sum([1, 2]))\n\n\ndef sum(row: list[int]) -> int:\n    return 0\n",
        "4:5: expected names that are none of Python's own, found `sum`",
        id="a-function-with-the-name-of-a-builtin",
    ),
    pytest.param(
        f"print(max(1, 2))\nmax = 3\n\n\n{FUNCTION}print(double(max))\n",
        "2:1: expected names that are none of Python's own, found `max`",
        id="a-constant-with-the-name-of-a-builtin",
    ),
    pytest.param(
        f"import sys\n\nsys.path.append('.')\nimport elsewhere\n\n\n{FUNCTION}",
        "4:1: expected imports above everything that is done, found one below",
        id="a-module-that-is-imported-late",
    ),
    pytest.param(
        f"print(1)\nfrom . import elsewhere\n\n\n{FUNCTION}",
        "2:1: expected imports above everything that is done, found one below",
        id="a-neighbour-that-is-imported-late",
    ),
    pytest.param(
        f"print(1)\nzero = 0\nratio = 1 / zero\n\n\n{FUNCTION}print(double(2))\n",
        "3:9: expected a constant that can certainly be computed, found one that may "
        "fail",
        id="a-constant-that-fails",
    ),
    pytest.param(
        f"print('double' in globals())\n\n\n{FUNCTION}",
        "1:19: expected a module that does not look up its names, found a look-up",
        id="a-look-up-of-all-names",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        order_definitions(parse(code))
    assert str(refusal.value) == message


LEFT = [
    pytest.param("print(1)\nwidth = 2\nprint(width)\n", id="no-functions"),
    pytest.param(
        f'"""Text."""\n\nimport math\n\nwidth = 2\n\n\n{FUNCTION}print(width)\n',
        id="a-script-in-order",
    ),
    pytest.param(
        "import functools\n\nprint(1)\n", id="a-script-without-definitions-that-imports"
    ),
]


@pytest.mark.parametrize("code", LEFT)
def test_leaves(code: str) -> None:
    assert order_definitions(parse(code)).code == code


BEFORE = '''\
"""Counts."""

import random

random.seed(1)  # always the same


# Let there be words.
def load_words() -> list[str]:
    words: list[str] = ["ada", "grace"]
    random.shuffle(words)
    return words


words: list[str] = load_words()
print(len(words))

from typing import TypeAlias

# Let there be rows.
Row: TypeAlias = list[float]
width: int = 4  # how wide they are
half: int = width // 2
names: list[str] = ["scale", "shift"]
Rows: TypeAlias = list[Row]


def model_backward(rows: Rows) -> float:
    shifted = shift_backward(rows[0][0])
    return scale_backward(shifted)


def scale_backward(number: float, factor: int = half) -> float:
    return number / factor


def unused() -> None:
    pass


totals: Row = []


def train(rows: Rows, totals: Row) -> None:
    total = model_forward(rows)
    totals.append(total + model_backward(rows))


def shift_forward(number: float) -> float:
    return number + width


def shift_backward(number: float) -> float:
    return number - width


# Let there be a model.
# It is a small one.
def model_forward(rows: Rows) -> float:
    scaled = scale_forward(rows[0][0])
    return shift_forward(scaled)


def scale_forward(number: float) -> float:
    return number * half


rows: Rows = [[random.random()] * width]
# The end.
rate: float = 0.5
train(rows, totals)
print(totals, names[0], rate)


def show() -> None:
    print(names)


show()
# Nothing follows.
'''

AFTER = '''\
"""Counts."""

import random

from typing import TypeAlias

width: int = 4  # how wide they are
half: int = width // 2
names: list[str] = ["scale", "shift"]

# The end.
rate: float = 0.5

# Let there be rows.
Row: TypeAlias = list[float]

Rows: TypeAlias = list[Row]


# Let there be words.
def load_words() -> list[str]:
    words: list[str] = ["ada", "grace"]
    random.shuffle(words)
    return words


def scale_forward(number: float) -> float:
    return number * half


def scale_backward(number: float, factor: int = half) -> float:
    return number / factor


def shift_forward(number: float) -> float:
    return number + width


def shift_backward(number: float) -> float:
    return number - width


# Let there be a model.
# It is a small one.
def model_forward(rows: Rows) -> float:
    scaled = scale_forward(rows[0][0])
    return shift_forward(scaled)


def model_backward(rows: Rows) -> float:
    shifted = shift_backward(rows[0][0])
    return scale_backward(shifted)


def train(rows: Rows, totals: Row) -> None:
    total = model_forward(rows)
    totals.append(total + model_backward(rows))


def show() -> None:
    print(names)


def unused() -> None:
    pass


random.seed(1)  # always the same

words: list[str] = load_words()
print(len(words))

totals: Row = []

rows: Rows = [[random.random()] * width]

train(rows, totals)
print(totals, names[0], rate)

show()
# Nothing follows.
'''


def test_orders_a_script() -> None:
    found = format_source(order_definitions(parse(BEFORE)).code)
    assert found == AFTER
    assert order_definitions(parse(found)).code == found
    assert outcome(found) == outcome(BEFORE)
    assert outcome(found)[1] == "well"


def test_data_and_functions_are_separate() -> None:
    rules = [finding.rule for finding in check_script(AFTER)]
    assert "separate-data-and-functions" not in rules
    rules = [finding.rule for finding in check_script(BEFORE)]
    assert "separate-data-and-functions" in rules


STAYS = [
    pytest.param(
        "start = 1\nstart = 2\n",
        "print(double(start))\n",
        id="what-is-bound-twice",
    ),
    pytest.param("start = 1\nstart += 2\n", "print(double(start))\n", id="what-counts"),
    pytest.param(
        "start = [1]\nstart.append(2)\n",
        "print(double(start[1]))\n",
        id="a-list-that-grows",
    ),
    pytest.param(
        "start = int('1')\n",
        "print(double(start))\n",
        id="what-something-is-called-for",
    ),
]


@pytest.mark.parametrize(("above", "below"), STAYS)
def test_what_changes_is_part_of_the_main_sequence(above: str, below: str) -> None:
    after = rewritten(order_definitions, f"{above}\n\n{FUNCTION}{below}")
    assert format_source(after) == format_source(f"{FUNCTION}{above}\n{below}")
    assert outcome(after) == outcome(above + FUNCTION + below)


def test_functions_that_call_each_other() -> None:
    code = (
        "print(1)\n\n\ndef is_even(n: int) -> bool:\n    return n == 0 or is_odd(n - 1)"
        "\n\n\ndef is_odd(n: int) -> bool:\n    return n != 0 and is_even(n - 1)\n\n\n"
        "print(is_even(4))\n"
    )
    after = rewritten(order_definitions, code)
    assert after.index("def is_odd") < after.index("def is_even")
    assert outcome(after) == outcome(code)
