"""Loops that walk lists: what is left as it is, what changes, and what is printed."""

from __future__ import annotations

from textwrap import indent

import pytest
from statement_checks import outcome, rewritten

from codemods.layout import format_source
from codemods.transforms.walk_lists import walk_lists

LISTS = """\
def shrink(numbers: list[float]) -> None:
    numbers.pop()


def run(
    prices: list[float],
    amounts: list[float],
    sums: list[float],
    rows: list[list[float]],
    table: dict[int, float],
    places: range,
) -> None:
"""

CALLS = """\


sums: list[float] = [0.0] * 4
prices: list[float] = [1.5, 2.5, 3.5]
run(prices, [4.0, 5.0, 6.0, 7.0], sums, [prices, sums], {0: 1.0}, range(3))
print(prices, sums)
"""


def script(body: str) -> str:
    """A program that runs a function with this body."""
    return LISTS + indent(body, "    ") + CALLS


LEFT = [
    pytest.param(
        "for i in range(len(prices)):\n    prices[0] = 9.0\n    print(prices[i])\n",
        id="a-change-at-another-index",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    rows[0][1] = 9.0\n    print(prices[i])\n",
        id="a-change-by-what-may-be-another-name",
    ),
    pytest.param(
        "for i in range(2):\n    price = prices[i]\n"
        "    shrink(prices)\n    print(price)\n",
        id="a-list-that-gets-shorter",
    ),
    pytest.param(
        "for i in range(len(prices)):\n"
        "    prices.append(prices[i])\n    if len(prices) > 5:\n"
        "        break\n",
        id="a-list-that-gets-longer",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    sums[i] = 9.0\n    print(prices[i])\n",
        id="a-store-before-the-read-to-what-may-be-the-same-list",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    if i > 0:\n        prices[i] = 9.0\n"
        "    print(prices[i])\n",
        id="a-store-that-not-every-turn-makes",
    ),
    pytest.param(
        "for i in range(9):\n    if i > 2:\n"
        "        break\n    print(prices[i] + amounts[i])\n",
        id="a-loop-that-ends-before-the-list",
    ),
    pytest.param(
        "for i in range(9):\n    if i < 3:\n        print(prices[i] + amounts[i])\n",
        id="a-list-that-is-read-in-some-turns",
    ),
    pytest.param(
        "for i in range(9):\n    print(i < 3 and prices[i] + amounts[i])\n",
        id="a-list-that-is-read-on-condition",
    ),
    pytest.param(
        "for i in range(1, len(prices)):\n    print(prices[i] + amounts[i])\n",
        id="a-range-that-starts-elsewhere",
    ),
    pytest.param(
        "for i in places:\n    print(prices[i], i)\n", id="one-read-and-the-index"
    ),
    pytest.param("for i in range(1):\n    print(table[i])\n", id="no-list"),
    pytest.param("for i in range(len(prices)):\n    print(i)\n", id="no-read"),
    pytest.param(
        "for i in range(len(prices)):\n    sums[i] += 1.0\n",
        id="an-entry-that-is-added-to",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    prices = amounts\n    print(prices[i])\n",
        id="a-variable-that-is-bound-again",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    i = 0\n    print(prices[i])\n",
        id="an-index-that-is-bound-again",
    ),
    pytest.param(
        "for i in reversed(range(len(prices))):\n    print(prices[i] + amounts[i])\n",
        id="backwards-through-two-lists",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    rows = [[1.0]] * 3\n    print(rows[i][0])\n",
        id="a-list-of-the-turn",
    ),
    pytest.param(
        "late = []\nfor i in range(len(prices)):\n    late.append(lambda: prices[i])\n"
        "print(late[0]())\n",
        id="a-read-that-comes-later",
    ),
    pytest.param(
        "for i in range(2):\n    for j in range(2):\n"
        "        print(rows[i][j], amounts[i])\n",
        id="lists-beside-the-index-of-an-outer-loop",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    sums[i] += prices[i] * amounts[i]\n",
        id="lists-that-are-read-once-beside-an-index",
    ),
]


@pytest.mark.parametrize("body", LEFT)
def test_leaves(body: str) -> None:
    assert rewritten(walk_lists, script(body)) == script(body)


CHANGED = [
    pytest.param(
        "for i in range(len(prices)):\n    print(prices[i])\n",
        "for price in prices:\n    print(price)\n",
        id="one-list",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    # what it costs\n    cost = prices[i]\n"
        "    print(cost * amounts[i])\n",
        "for cost, amount in zip(prices, amounts):\n"
        "    # what it costs\n    print(cost * amount)\n",
        id="two-lists-and-the-name-that-an-entry-has",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    print(amounts[i] * prices[i])\n",
        "for price, amount in zip(prices, amounts):\n    print(amount * price)\n",
        id="the-list-that-is-counted-first",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    sums[i] += prices[i]\n",
        "for i, price in enumerate(prices):\n    sums[i] += price\n",
        id="an-index-that-is-needed",
    ),
    pytest.param(
        "for i in range(len(prices)):\n"
        "    sums[i] += prices[i] * amounts[i] * prices[i]\n",
        "for i, price, amount in zip(range(len(prices)), prices, amounts):\n"
        "    sums[i] += price * amount * price\n",
        id="an-index-and-a-list-that-is-read-twice",
    ),
    pytest.param(
        "for price in range(len(prices)):\n    sums[price] += prices[price]\n",
        "for price, price_entry in enumerate(prices):\n"
        "    sums[price] += price_entry\n",
        id="an-index-of-the-name-that-an-entry-would-have",
    ),
    pytest.param(
        "for i in places:\n    sums[i] += prices[i] * amounts[i] + prices[i]\n",
        "for i, price, amount in zip(places, prices, amounts):\n"
        "    sums[i] += price * amount + price\n",
        id="a-range-that-is-passed",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    print(prices[i])\nprint(i)\n",
        "for i, price in enumerate(prices):\n    print(price)\nprint(i)\n",
        id="an-index-that-is-read-behind",
    ),
    pytest.param(
        "for i in reversed(range(len(prices))):\n    print(prices[i])\n",
        "for price in reversed(prices):\n    print(price)\n",
        id="backwards-through-one-list",
    ),
    pytest.param(
        "for i in range(len(prices)):\n"
        "    prices[i] = prices[i] * 2 + 1\n    print(prices[i])\n",
        "for i, price in enumerate(prices):\n    updated_price = price * 2 + 1\n"
        "    prices[i] = updated_price\n    print(updated_price)\n",
        id="what-is-stored",
    ),
    pytest.param(
        "for i in range(len(prices)):\n"
        "    double = prices[i] * 2\n    prices[i] = double\n"
        "    print(prices[i])\n",
        "for i, price in enumerate(prices):\n"
        "    double = price * 2\n    prices[i] = double\n"
        "    print(double)\n",
        id="what-is-stored-and-has-a-name",
    ),
    pytest.param(
        "for i in range(len(prices)):\n"
        "    double = prices[i] * 2\n    prices[i] = double\n"
        "    double = 0\n    print(prices[i], double)\n",
        "for i, price in enumerate(prices):\n"
        "    double = price * 2\n    updated_price = double\n"
        "    prices[i] = updated_price\n    double = 0\n"
        "    print(updated_price, double)\n",
        id="what-is-stored-and-loses-its-name",
    ),
    pytest.param(
        "for i in range(len(prices)):\n    print(prices[i])\n    prices[i] -= 1.0\n"
        "    print(prices[i])\n    prices[i] *= 2.0\n    print(prices[i])\n",
        "for i, price in enumerate(prices):\n"
        "    print(price)\n    updated_price = price - 1.0\n"
        "    prices[i] = updated_price\n    print(updated_price)\n"
        "    stored_price = updated_price * 2.0\n"
        "    prices[i] = stored_price\n    print(stored_price)\n",
        id="what-is-updated-twice",
    ),
    pytest.param(
        "for i in range(len(amounts)):\n    prices = [amounts[i]]\n    print(prices)\n",
        "for amount in amounts:\n    prices = [amount]\n    print(prices)\n",
        id="another-list-that-is-bound",
    ),
    pytest.param(
        "# how many\ncount = len(rows[1])\nfor i in range(count):\n"
        "    print(rows[1][i])\n",
        "# how many\nfor row_entry in rows[1]:\n    print(row_entry)\n",
        id="a-length-that-has-a-name",
    ),
    pytest.param(
        "count = len(prices)\nfor i in range(count):\n"
        "    print(prices[i])\nprint(count)\n",
        "count = len(prices)\nfor price in prices:\n    print(price)\nprint(count)\n",
        id="a-length-that-is-read-again",
    ),
    pytest.param(
        "for i in range(len(rows)):\n    for j in range(len(rows[i])):\n"
        "        print(rows[i][j])\n",
        "for row in rows:\n    for row_entry in row:\n        print(row_entry)\n",
        id="a-loop-in-a-loop",
    ),
    pytest.param(
        "price = 1.0\nfor i in range(len(prices)):\n"
        "    print(price)\n    price = prices[i]\n    print(price)\n",
        "price = 1.0\nfor price_entry in prices:\n    print(price)\n"
        "    price = price_entry\n    print(price)\n",
        id="a-name-that-is-read-before",
    ),
]


@pytest.mark.parametrize(("body", "expected"), CHANGED)
def test_walks(body: str, expected: str) -> None:
    after = rewritten(walk_lists, script(body))
    assert format_source(after) == format_source(script(expected))
    assert outcome(after) == outcome(script(body))


OPTIMIZER = """\
def update(
    places: range,
    data: list[float],
    slopes: list[float],
    speeds: list[float],
) -> None:
    for place in places:
        kept = 0.9 * speeds[place]
        speeds[place] = kept + slopes[place]
        data[place] -= 0.1 * speeds[place]
        slopes[place] = 0


def number(count: int) -> tuple[int, range]:
    places: range = range(count)
    return count, places


count, places = number(3)
data: list[float] = [0.5] * count
slopes: list[float] = [1.0, 2.0, 3.0]
speeds: list[float] = [0.0] * count
update(places, data, slopes, speeds)
update(places, data, slopes, speeds)
print(data, slopes, speeds)
"""

WALKED = """\
    for place, speed, slope in zip(places, speeds, slopes):
        kept = 0.9 * speed
        updated_speed = kept + slope
        speeds[place] = updated_speed
        data[place] -= 0.1 * updated_speed
        slopes[place] = 0
"""


def test_walks_what_an_optimizer_updates() -> None:
    after = rewritten(walk_lists, OPTIMIZER)
    assert WALKED in after
    assert outcome(after) == outcome(OPTIMIZER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("slopes: list[float] = [1.0, 2.0, 3.0]", "slopes: list[float] = speeds"),
        (
            "update(places, data, slopes, speeds)\nprint",
            "update(places, speeds, slopes, speeds)\nprint",
        ),
    ],
    ids=["one-list-by-two-names", "one-list-passed-twice"],
)
def test_reads_a_list_that_may_be_stored_to_where_it_stands(old: str, new: str) -> None:
    lines = OPTIMIZER.replace(old, new).splitlines(keepends=True)
    speeds = lines.index("speeds: list[float] = [0.0] * count\n")
    lines.insert(lines.index("count, places = number(3)\n") + 1, lines.pop(speeds))
    code = "".join(lines)
    after = rewritten(walk_lists, code)
    assert outcome(after) == outcome(code)
