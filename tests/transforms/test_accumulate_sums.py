"""Sums of objects, integers and floating-point numbers."""

from __future__ import annotations

import pytest
from libcst.codemod import CodemodContext
from statement_checks import outcome

from codemods.facts.metadata import parse
from codemods.facts.observed_types import observe_types
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.steps.step_09_accumulate_sums import AccumulateSums
from codemods.transforms.accumulate_sums import accumulate_sums

NODES = """\
log = []


class Node:
    def __init__(self, n):
        log.append(n)
        self.n = n

    def __add__(self, other):
        return Node(self.n + (other.n if isinstance(other, Node) else other))

    def __radd__(self, other):
        return self + other

    def __mul__(self, other):
        return Node(self.n * other.n)


nodes = [Node(1), Node(2), Node(3)]
for round in range(2):
"""
REST = "    print(log)\n"


def accumulated(code: str) -> str:
    after = accumulate_sums(parse(code), observe_types).code
    assert outcome(after) == outcome(code)
    return format_source(after)


CASES = [
    pytest.param(
        "    x = sum(a * a for a in nodes)\n",
        "    x = 0\n    for a in nodes:\n        x = x + a * a\n",
        id="generator-of-objects",
    ),
    pytest.param(
        "    x = sum(nodes)\n",
        "    x = 0\n    for node in nodes:\n        x = x + node\n",
        id="list-of-objects",
    ),
    pytest.param(
        "    x = Node(4) * nodes[1] + sum(nodes)\n",
        "    node = Node(4)\n    node_times_node = node * nodes[1]\n"
        "    sum_of_nodes = 0\n    for term in nodes:\n"
        "        sum_of_nodes = sum_of_nodes + term\n"
        "    x = node_times_node + sum_of_nodes\n",
        id="behind-a-call",
    ),
    pytest.param(
        "    x = nodes[0] * nodes[1] + sum(nodes)\n",
        "    node_times_node = nodes[0] * nodes[1]\n    sum_of_nodes = 0\n"
        "    for node in nodes:\n        sum_of_nodes = sum_of_nodes + node\n"
        "    x = node_times_node + sum_of_nodes\n",
        id="objects-created-in-order",
    ),
    pytest.param(
        "    x = sum(a.n for a in nodes)\n",
        "    x = 0\n    for a in nodes:\n        x = x + a.n\n",
        id="integers",
    ),
    pytest.param(
        "    x = sum(nodes, Node(7))\n",
        "    x = Node(7)\n    for node in nodes:\n        x = x + node\n",
        id="from-an-object",
    ),
    pytest.param(
        "    x = sum((a * a for a in nodes), start=nodes[0] * nodes[1])\n",
        "    x = nodes[0] * nodes[1]\n    for a in nodes:\n        x = x + a * a\n",
        id="from-what-is-computed",
    ),
    pytest.param(
        "    x = nodes[1] * sum(nodes, sum(nodes))\n",
        "    sum_of_nodes = 0\n    for node in nodes:\n"
        "        sum_of_nodes = sum_of_nodes + node\n",
        id="from-a-sum",
    ),
    pytest.param(
        "    x = sum(nodes, 0.5)\n",
        "    x = 0.5\n    for node in nodes:\n        x = x + node\n",
        id="from-a-number",
    ),
    pytest.param(
        "    x = sum([[0], [1]], [])\n",
        "    x = sum([[0], [1]], [])\n",
        id="lists-are-left-alone",
    ),
    pytest.param(
        "    x = sum((a.n for a in nodes), 0.1)\n",
        "    x = sum((a.n for a in nodes), 0.1)\n",
        id="integers-from-a-float-are-left-alone",
    ),
    pytest.param(
        "    x = sum(nodes[:0], nodes[0])\n",
        "    x = sum(nodes[:0], nodes[0])\n",
        id="of-nothing-from-something-is-left-alone",
    ),
    pytest.param(
        "    x = sum(a.n * 0.1 for a in nodes)\n",
        "    x = sum(a.n * 0.1 for a in nodes)\n",
        id="floats-are-left-alone",
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_accumulates(before: str, after: str) -> None:
    result = accumulated(NODES + before + REST)
    assert after in result, result


@pytest.mark.parametrize(
    ("term", "operand"),
    [
        ("1 if n > 1 else 0", "(1 if n > 1 else 0)"),
        ("n > 1", "(n > 1)"),
        ("1 < n < 3", "(1 < n < 3)"),
        ("n in (1, 2)", "(n in (1, 2))"),
        ("n << 1", "(n << 1)"),
        ("n & 1", "(n & 1)"),
        ("n - 1", "(n - 1)"),
        ("n or 5", "(n or 5)"),
        ("not n", "(not n)"),
        ("(n or 5)", "(n or 5)"),
        ("n % 2", "n % 2"),
        ("-n", "-n"),
        ("n**2", "n**2"),
    ],
)
def test_a_term_has_parentheses_where_it_needs_them(term: str, operand: str) -> None:
    after = accumulated(f"x = sum({term} for n in [0, 1, 2, 3])\nprint(x)\n")
    assert f"x = x + {operand}\n" in after


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "x = 7\ndef g(i):\n    return x + i\nx = sum(g(i) for i in range(3))\n"
            "print(x)\n",
            id="read-by-a-function",
        ),
        pytest.param(
            "def f():\n    x = 7\n    def g():\n        yield x\n        yield x\n"
            "    x = sum(g())\n    return x\nprint(f())\n",
            id="read-by-a-generator",
        ),
        pytest.param(
            "def f(ts):\n    x = 7\n    try:\n        x = sum(int(t) for t in ts)\n"
            "    except ValueError:\n        pass\n    return x\n"
            "print(f(['1']), f(['1', 'a']))\n",
            id="read-after-a-failure",
        ),
    ],
)
def test_the_old_value_stays_until_the_sum_is_complete(code: str) -> None:
    assert "= 0\n" in accumulated(code)


@pytest.mark.parametrize(
    ("returned", "left"),
    [
        pytest.param("sum(n - 1 for n in a) - sum(-n for n in a)", 0, id="integers"),
        pytest.param("sum(n - 1 for n in b) + sum(a)", 1, id="of-floats-first"),
        pytest.param("sum(a) + sum(n / 2 for n in a)", 1, id="of-floats-second"),
        pytest.param("sum(a), sum(n - 1 for n in b), sum(a)", 1, id="between"),
        pytest.param("[sum(r) for r in [a]], sum(sum(r) for r in [a])", 0, id="within"),
        pytest.param(
            "sum(max([sum(q) for q in r]) for r in [[a]])", 0, id="within-a-maximum"
        ),
    ],
)
def test_the_step_accumulates_all_sums_of_integers(returned: str, left: int) -> None:
    code = f"def f(a, b):\n    return {returned}\n\n\nprint(f([1, 2], [0.5, 2.0]))\n"
    step = AccumulateSums(CodemodContext(filename="script.py"))
    after = step.transform_module(parse(format_source(code))).code
    assert outcome(after) == outcome(code)
    assert after.count("sum(") == left


WRAPPING = NODES.replace("def __init__(self, n):", "def __init__(self, n, k=()):")
WRAPPING = WRAPPING.replace("log.append(n)", "self.k = k").replace(
    "        return Node(self.n + (other.n if isinstance(other, Node) else other))\n",
    "        other = other if isinstance(other, Node) else Node(other)\n"
    "        return Node(self.n + other.n, (self, other))\n",
)
WRAPPING = WRAPPING.replace("Node(self.n * other.n)", "Node(self.n * other.n, (self,))")


@pytest.mark.parametrize(
    ("before", "start"),
    [
        pytest.param("    x = sum(nodes)\n", "Node(0)", id="objects"),
        pytest.param("    x = sum(nodes, 2.5)\n", "Node(2.5)", id="from-a-number"),
        pytest.param("    x = sum(nodes, -1)\n", "-1", id="from-no-literal"),
        pytest.param("    x = sum(a.n for a in nodes)\n", "0", id="integers"),
        pytest.param(
            "    for few in ([], nodes):\n        x = sum(few)\n", "0", id="once-empty"
        ),
    ],
)
def test_starts_as_the_total_is(before: str, start: str) -> None:
    rest = "    log.append(x.n if isinstance(x, Node) else x)\n" + REST
    assert f"x = {start}\n" in accumulated(WRAPPING + before + rest)


def test_a_class_out_of_reach_is_not_named() -> None:
    code = WRAPPING + "    pass\n\n\ndef f(Node):\n    return sum(nodes).n\n\n\n"
    assert "= 0\n" in accumulated(code + "print(f(1))\n")


def test_leaves_what_only_looks_like_a_sum() -> None:
    code = "def sum(x):\n    return max(x)\n\n\nprint(sum([1, 2]))\n"
    assert accumulated(code) == code


def test_sums_of_one_statement_have_names_of_their_own() -> None:
    accumulated("print(sum([1, 2]), sum([3, 4]))\n")


def test_leaves_a_module_without_sums() -> None:
    module = parse("x = max(1, 2)\n")
    assert accumulate_sums(module, observe_types) is module


def test_refuses_a_sum_that_did_not_run() -> None:
    code = NODES + "    if round > 5:\n        x = sum(nodes)\n    print(log)\n"
    with pytest.raises(Refusal) as refusal:
        accumulate_sums(parse(code), observe_types)
    assert str(refusal.value) == (
        "22:13: expected a sum of terms of one kind, seen in a shortened run, "
        "found a sum that did not run, or of nothing"
    )


def test_refuses_a_sum_of_objects_and_floats() -> None:
    code = NODES + "    x = sum([nodes[0], 0.5])\n    print(log)\n"
    with pytest.raises(Refusal, match=r"21:9: .* found a sum of Node \| float"):
        accumulate_sums(parse(code), observe_types)


def test_refuses_a_start_that_comes_too_late() -> None:
    code = NODES + "    x = sum(list(nodes), Node(0))\n    print(log)\n"
    with pytest.raises(Refusal, match="a start that can be evaluated before what"):
        accumulate_sums(parse(code), observe_types)


def test_refuses_a_function_that_reads_a_variable() -> None:
    code = "print(sum((lambda: i)() for i in range(3)))\n"
    with pytest.raises(Refusal, match="found one that makes a function which reads"):
        accumulate_sums(parse(code), observe_types)
