"""Operators bound to the methods of others: which are written out, and which stay."""

from __future__ import annotations

import pytest
from statement_checks import outcome, rewritten

from codemods.transforms.define_aliased_operators import define_aliased_operators

CLASS = """\
class Value:
    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        print(self.data, other.data)
        return Value(self.data + other.data)

"""
ALIAS = "    __radd__ = __add__\n"
DEFINED = "    def __radd__(self, other):\n        return self + other\n"
END = "print((1 + Value(2)).data, (Value(3) + 4).data)\n"

KEPT = [
    pytest.param(CLASS + ALIAS + "class Leaf(Value): ...\n" + END, id="a-subclass"),
    pytest.param(
        CLASS.replace("Value:", "Value(metaclass=type):") + ALIAS + END,
        id="a-metaclass",
    ),
    pytest.param(
        CLASS + ALIAS + "    def __add__(self, other):\n        return self\n" + END,
        id="another-method-of-the-name",
    ),
    pytest.param(
        CLASS + ALIAS + "    __radd__ = print\n", id="another-value-of-the-alias"
    ),
    pytest.param(
        CLASS + ALIAS + "plain = Value.__add__\nValue.__add__ = print\n" + END,
        id="set-from-elsewhere",
    ),
    pytest.param(
        CLASS + ALIAS + 'setattr(Value, "__add__", lambda self, other: self)\n' + END,
        id="set-by-its-name",
    ),
    pytest.param(
        CLASS.replace(
            "        print(",
            "        if other is None: return NotImplemented\n        print(",
        )
        + ALIAS
        + END,
        id="an-operation-left-to-the-other",
    ),
    pytest.param(
        CLASS.replace("    def __add__", "    @staticmethod\n    def __add__") + ALIAS,
        id="decorated",
    ),
    pytest.param(
        CLASS.replace("self, other)", "self, other, scale=1)") + ALIAS + END,
        id="another-parameter",
    ),
    pytest.param(
        CLASS.replace("self, other)", "*both)") + ALIAS, id="any-number-of-parameters"
    ),
    pytest.param(CLASS + "    __rmul__ = __add__\n" + END, id="another-operator"),
    pytest.param(CLASS + "    plus = __add__\n" + END, id="no-operator"),
    pytest.param("add = 1\n", id="no-class"),
]


@pytest.mark.parametrize("code", KEPT)
def test_keeps(code: str) -> None:
    assert rewritten(define_aliased_operators, code) == code


CASES = [
    pytest.param(CLASS, CLASS, id="no-alias"),
    pytest.param(CLASS + ALIAS, CLASS + DEFINED, id="at-the-end"),
    pytest.param(
        CLASS + "    # turned round\n    __radd__ = __add__  # the same\n",
        CLASS + "    # turned round\n    # the same\n" + DEFINED,
        id="with-comments",
    ),
    pytest.param(
        CLASS.replace("self, other)", "me, you, /)")
        .replace("self.", "me.", 2)
        .replace("other", "you")
        + ALIAS,
        CLASS.replace("self, other)", "me, you, /)")
        .replace("self.", "me.", 2)
        .replace("other", "you")
        + DEFINED.replace("self", "me").replace("other", "you"),
        id="by-other-names",
    ),
    pytest.param(
        CLASS.replace("add", "pow").replace("data + ", "data ** ")
        + ALIAS.replace("add", "pow"),
        CLASS.replace("add", "pow").replace("data + ", "data ** ")
        + DEFINED.replace("add", "pow").replace("+", "**"),
        id="a-power",
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_defines(before: str, after: str) -> None:
    assert rewritten(define_aliased_operators, before + END) == after + END
    assert outcome(after + END) == outcome(before + END)
