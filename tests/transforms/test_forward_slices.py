"""Copies of slices that go: what is refused, what is left, and how it is read then."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.facts.metadata import parse
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.forward_slices import forward_slices

SCRIPT = """\
width: int = 2


def add(left: int, right: int) -> int:
    return left + right


def score(query: list[int], keys: list[list[int]]) -> list[int]:
    totals: list[int] = []
    for head in range(2):
        head_start = head * width
        head_start_plus_width = head_start + width
        head_query: list[int] = query[head_start:head_start_plus_width]
        head_keys: list[list[int]] = []
        for key in keys:
            head_start_plus_width = head_start + width
            head_key: list[int] = key[head_start:head_start_plus_width]
            head_keys.append(head_key)
        number_of_head_keys = len(head_keys)
        for position in range(number_of_head_keys):
            total = 0
            for index in range(width):
                product = head_query[index] * head_keys[position][index]
                total = add(total, product)
            totals.append(total)
    return totals


query: list[int] = [1, 2, 3, 4]
keys: list[list[int]] = [[5, 6, 7, 8], [9, 10, 11, 12]]
print(score(query, keys))
"""

FORWARDED = """\
width: int = 2


def add(left: int, right: int) -> int:
    return left + right


def score(query: list[int], keys: list[list[int]]) -> list[int]:
    totals: list[int] = []
    for head in range(2):
        head_start = head * width
        head_end = head_start + width
        number_of_head_keys = len(keys)
        for position in range(number_of_head_keys):
            key: list[int] = keys[position]
            total = 0
            for index in range(head_start, head_end):
                product = query[index] * key[index]
                total = add(total, product)
            totals.append(total)
    return totals


query: list[int] = [1, 2, 3, 4]
keys: list[list[int]] = [[5, 6, 7, 8], [9, 10, 11, 12]]
print(score(query, keys))
"""

INNER = "                total = add(total, product)\n"
AFTER = "            totals.append(total)\n"
QUERY = "        head_query: list[int] = query[head_start:head_start_plus_width]\n"


def replaced(*pairs: tuple[str, str]) -> str:
    code = SCRIPT
    for old, new in pairs:
        assert old in code
        code = code.replace(old, new)
    return code


def behind(line: str, *lines: str) -> str:
    """The script with more lines behind one of its own, as far to the right."""
    indent = " " * (len(line) - len(line.lstrip()))
    return replaced((line, line + "".join(f"{indent}{one}\n" for one in lines)))


REFUSED = [
    pytest.param(
        behind(AFTER, "print(head_query)"),
        "expected an item that a loop counts, or a length, found another use",
        id="a-copy-that-is-printed",
    ),
    pytest.param(
        behind(INNER, "head_query[index] = 0"),
        "expected an item that a loop counts, or a length, found another use",
        id="a-copy-that-is-changed",
    ),
    pytest.param(
        behind(AFTER, "head_keys[position][0] = 0"),
        "expected an item that a loop counts, or a length, found another use",
        id="a-copied-row-that-is-changed",
    ),
    pytest.param(
        behind(AFTER, "totals.append(len(head_query))"),
        "expected an item that a loop counts, or a length, found another use",
        id="the-length-of-a-slice",
    ),
    pytest.param(
        replaced((QUERY, f"{QUERY}        head_query = [3, 4]\n")),
        "expected a copy that is made in one place, found another",
        id="a-variable-of-two-values",
    ),
    pytest.param(
        replaced(
            (
                "    return totals",
                "    for index in range(width):\n"
                "        totals.append(head_query[index])\n    return totals",
            ),
        ),
        "expected uses of `head_query` behind it in the same block, "
        "found one elsewhere",
        id="a-use-behind-the-block",
    ),
    pytest.param(
        replaced(("head_start = head * width", "head_start = head * width - 2")),
        "expected a start that is never negative and stays what it is, "
        "found `head_start`",
        id="a-start-that-is-negative",
    ),
    pytest.param(
        replaced(("range(2)", "range(-2, 2)")),
        "expected a start that is never negative and stays what it is, "
        "found `head_start`",
        id="a-loop-from-below-zero",
    ),
    pytest.param(
        replaced((QUERY, f"{QUERY}        head_start = 0\n")),
        "expected a start that is never negative and stays what it is, "
        "found `head_start`",
        id="a-start-that-changes",
    ),
    pytest.param(
        replaced(
            (
                "        head_start_plus_width = head_start + width\n        head_q",
                "        head_start_plus_width = head_start + 1\n        head_q",
            )
        ),
        "expected `head_start_plus_width` to be `head_start` and a width, "
        "found another end",
        id="ends-of-two-widths",
    ),
    pytest.param(
        replaced(("head_start + width", "head_start * width")),
        "expected `head_start_plus_width` to be `head_start` and a width, "
        "found another end",
        id="an-end-that-is-no-sum",
    ),
    pytest.param(
        replaced(("head_start + width", "(head + 2) * width")),
        "expected `head_start_plus_width` to be `head_start` and a width, "
        "found another end",
        id="an-end-two-widths-behind",
    ),
    pytest.param(
        replaced(
            ("head_start + width", "(other + 1) * width"),
            ("        head_start = ", "        other = head\n        head_start = "),
            (INNER, f"{INNER}                other = 0\n"),
        ),
        "expected `head_start_plus_width` to be `head_start` and a width, "
        "found another end",
        id="an-end-of-what-changes",
    ),
    pytest.param(
        replaced(("    for index in range(width)", "    for index in range(1)")),
        "expected a loop that counts to the width, found another",
        id="a-loop-that-ends-earlier",
    ),
    pytest.param(
        replaced(("    for index in range(width)", "    for index in range(0, width)")),
        "expected a loop that counts to the width, found another",
        id="a-loop-with-a-start",
    ),
    pytest.param(
        behind(INNER, "total = add(total, index)"),
        "expected `index` to read slices from one start, found another use",
        id="a-counter-that-is-added",
    ),
    pytest.param(
        behind(AFTER, "totals.append(index)"),
        "expected `index` to read slices from one start, found another use",
        id="a-counter-behind-its-loop",
    ),
    pytest.param(
        behind(INNER, "total = add(total, query[index])"),
        "expected `index` to read slices from one start, found another use",
        id="a-counter-for-another-list",
    ),
    pytest.param(
        behind(AFTER, "query[0] = 0"),
        "expected nothing that may change what `head_query` copies, found a change",
        id="a-source-that-changes",
    ),
    pytest.param(
        behind(INNER, "keys[position][index] = 0"),
        "expected `index` to read slices from one start, found another use",
        id="a-source-that-changes-at-the-index",
    ),
    pytest.param(
        behind(AFTER, "keys.reverse()"),
        "expected nothing that may change what `head_keys` copies, found a change",
        id="rows-that-change-places",
    ),
    pytest.param(
        behind(AFTER, "query = totals"),
        "expected `query` to stay what it is, found a variable that may change",
        id="a-source-that-becomes-another",
    ),
    pytest.param(
        replaced(("left + right\n", "left + right + keys[0].pop()\n")),
        "expected nothing that may change what `head_query` copies, found a change",
        id="a-function-that-changes-a-list",
    ),
    pytest.param(
        replaced(("totals: list[int] = []", "totals: list[int] = query")),
        "expected nothing that may change what `head_query` copies, found a change",
        id="another-name-for-the-source",
    ),
    pytest.param(
        replaced(
            (
                "list[int] = []\n    for head",
                "list[int] = []\n    query = totals\n" "    for head",
            )
        ),
        "expected nothing that may change what `head_query` copies, found a change",
        id="a-source-that-is-another-list",
    ),
    pytest.param(
        behind(AFTER, "total = unknown(total)"),
        "expected nothing that may change what `head_query` copies, found a change",
        id="a-function-of-which-nothing-is-known",
    ),
    pytest.param(
        replaced(("query: list[int],", "query,")),
        "expected lists of known types, found ?",
        id="a-source-of-no-type",
    ),
    pytest.param(
        replaced(("keys: list[list[int]])", "keys: list[str])")),
        "expected lists of known types, found str",
        id="slices-of-text",
    ),
    pytest.param(
        behind(AFTER, "for one in head_keys:", "    totals.append(len(one))"),
        "expected an item that a loop counts, or a length, found another use",
        id="a-loop-over-the-rows-for-their-lengths",
    ),
    pytest.param(
        behind(
            AFTER,
            "for one in head_keys:",
            "    for index in range(width):",
            "        totals.append(one[index])",
            "totals.append(one[0])",
        ),
        "expected `one` to be used in its loop, found another use",
        id="a-row-behind-the-loop-over-the-rows",
    ),
    pytest.param(
        behind(AFTER, "totals.append(key[0])"),
        "expected `key` to be used in its loop, found another use",
        id="a-row-behind-the-loop-that-copies",
    ),
    pytest.param(
        behind(AFTER, "totals.append(head_key[0])"),
        "expected `head_key` to be used in its loop, found another use",
        id="a-part-behind-the-loop-that-copies",
    ),
    pytest.param(
        replaced(
            (
                "    for head in",
                "    for key in keys:\n        head_key = [1]\n"
                "        totals.append(key[0])\n    for head in",
            )
        ),
        "expected a name that only this loop uses, found another use",
        id="no-name-for-a-row",
    ),
    pytest.param(
        replaced(
            ("range(number_of_head_keys)", "range(3)"),
            ("product = ", "product = position < 2 and "),
        ),
        "expected a row that a plain statement reads, found another",
        id="a-row-that-may-not-be-read",
    ),
    pytest.param(
        replaced(("head_keys[position]", "head_keys[position - 1]")),
        "expected a row that a plain statement reads, found another",
        id="a-row-before",
    ),
    pytest.param(
        behind(INNER, "total = add(total, head_keys[head][index])"),
        "expected one row at a time, found rows inside each other",
        id="two-rows-at-a-time",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        forward_slices(parse(code))
    assert message in str(refusal.value)


LEFT = [
    pytest.param("print(1)\n", id="no-slices"),
    pytest.param(
        replaced(
            (
                "head_query[index] * head_keys[position][index]",
                "head_query[0] * head_keys[position][0]",
            )
        ),
        id="items-that-no-loop-counts",
    ),
    pytest.param(
        "start: int = 1\nend: int = start + 2\nrow: list[int] = [1, 2, 3]\n"
        "for _ in range(2):\n    part = row[start:end]\n"
        "    for index in range(2):\n        print(part[index])\n",
        id="variables-of-the-module",
    ),
    pytest.param(
        "def show(row: list[int], start: int, end: int) -> None:\n"
        "    part = row[start:end]\n    for number in part:\n        print(number)\n",
        id="a-loop-over-a-part",
    ),
    pytest.param(FORWARDED, id="no-copies"),
]


@pytest.mark.parametrize("code", LEFT)
def test_leaves(code: str) -> None:
    module = parse(code)
    assert forward_slices(module) is module


def test_forwards() -> None:
    found = format_source(rewritten(forward_slices, SCRIPT))
    assert found == FORWARDED
    assert outcome(found) == outcome(SCRIPT) == ("[17, 29, 53, 81]\n", "well")


def forwarded(*pairs: tuple[str, str]) -> str:
    code = FORWARDED
    for old, new in pairs:
        assert old in code
        code = code.replace(old, new)
    return code


LOOP = """\
        head_keys: list[list[int]] = []
        for key in keys:
            head_start_plus_width = head_start + width
            head_key: list[int] = key[head_start:head_start_plus_width]
            head_keys.append(head_key)
"""
END = "        head_start_plus_width = head_start + width\n"
NAMED = "            key: list[int] = keys[position]\n"
READ = "product = query[index] * key[index]\n"

CASES = [
    pytest.param(
        replaced((END + QUERY + LOOP, LOOP + END + QUERY)),
        FORWARDED,
        id="the-rows-first",
    ),
    pytest.param(
        replaced(("head_start", "offset")),
        forwarded(("head_start", "offset"), ("head_end", "offset_plus_width")),
        id="a-start-of-another-name",
    ),
    pytest.param(
        replaced(("head_start + width", "(head + 1) * width")),
        forwarded(("head_start + width", "(head + 1) * width")),
        id="an-end-that-is-the-next-start",
    ),
    pytest.param(
        replaced(
            ("head_start + width", "width * next_head - 0"),
            (
                "        head_start = ",
                "        next_head = 1 + head\n        head_start = ",
            ),
        ),
        forwarded(
            ("head_start + width", "width * next_head - 0"),
            (
                "        head_start = ",
                "        next_head = 1 + head\n        head_start = ",
            ),
        ),
        id="an-end-that-is-computed-on-its-own",
    ),
    pytest.param(
        replaced(("left: int", "head_end: int"), ("return left", "return head_end")),
        forwarded(
            ("head_end", "head_start_plus_width"),
            ("left: int", "head_end: int"),
            ("return left", "return head_end"),
        ),
        id="an-end-whose-name-is-taken",
    ),
    pytest.param(
        replaced(("range(number_of_head_keys)", "range(2)")),
        forwarded(
            ("range(number_of_head_keys)", "range(2)"),
            (NAMED, ""),
            (READ, f"{NAMED.strip()}\n                {READ}"),
        ),
        id="a-loop-to-another-number",
    ),
    pytest.param(
        replaced(("head_keys[position][index]", "head_keys[1][index]")),
        forwarded(
            (NAMED, ""),
            (READ, f"key: list[int] = keys[1]\n                {READ}"),
        ),
        id="a-row-by-its-number",
    ),
    pytest.param(
        replaced(
            ("        number_of_head_keys = len(head_keys)\n", ""),
            ("for position in range(number_of_head_keys)", "for one in head_keys"),
            ("head_keys[position][index]", "one[index]"),
        ),
        forwarded(
            ("        number_of_head_keys = len(keys)\n", ""),
            ("for position in range(number_of_head_keys)", "for key in keys"),
            (NAMED, ""),
        ),
        id="a-loop-over-the-rows",
    ),
    pytest.param(
        replaced(
            ("        number_of_head_keys = len(head_keys)\n", ""),
            (
                "for position in range(number_of_head_keys)",
                "for position, one in zip(query, head_keys)",
            ),
            ("head_keys[position][index]", "one[index]"),
            (INNER, INNER.replace("product", "product * position")),
        ),
        forwarded(
            ("        number_of_head_keys = len(keys)\n", ""),
            (
                "for position in range(number_of_head_keys)",
                "for position, key in zip(query, keys)",
            ),
            (NAMED, ""),
            (INNER, INNER.replace("product", "product * position")),
        ),
        id="a-loop-over-the-rows-beside-another-list",
    ),
    pytest.param(
        replaced(
            ("keys: list[list[int]])", "keys: dict[str, list[list[int]]])"),
            ("in keys:", 'in keys["all"]:'),
            ("query, keys)", 'query, {"all": keys})'),
        ),
        forwarded(
            ("keys: list[list[int]])", "keys: dict[str, list[list[int]]])"),
            ("len(keys)", 'len(keys["all"])'),
            ("keys[position]", 'keys["all"][position]'),
            ("query, keys)", 'query, {"all": keys})'),
        ),
        id="rows-in-a-table",
    ),
    pytest.param(
        replaced(
            (QUERY, f"        # what is asked for\n{QUERY}"),
            ("        for key in", "        # of each of them\n        for key in"),
            ("        head_keys:", "        # what there is\n        head_keys:"),
        ),
        forwarded(
            (
                NAMED,
                f"            # what there is\n            # of each of them\n{NAMED}",
            ),
            (
                "            for index",
                "            # what is asked for\n            for index",
            ),
        ),
        id="comments",
    ),
    pytest.param(
        replaced(
            ("head_keys[position][index]", "2"), (LOOP, ""), ("len(head_keys)", "1")
        ),
        forwarded(("key[index]", "2"), (NAMED, ""), ("len(keys)", "1")),
        id="one-copy",
    ),
]


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_forwards_variants(code: str, expected: str) -> None:
    found = format_source(rewritten(forward_slices, code))
    assert found == expected
    assert outcome(found) == outcome(code)
    assert outcome(code)[1] == "well"
