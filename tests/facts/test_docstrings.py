"""The strings that are docstrings, unless the program reads them."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.docstrings import find_docstrings

CODE = '''\
"""module"""
class A:
    """class"""; x = "other"
    async def f(self):
        "function"
        "no docstring"
    def g(self): "one line"
def h():
    x = "no docstring"
    def i():
        """inner"""
'''


def texts(code: str) -> list[str]:
    found = find_docstrings(cst.parse_module(code))
    return sorted(cst.ensure_type(node, cst.SimpleString).raw_value for node in found)


def test_finds_docstrings() -> None:
    assert texts(CODE) == ["class", "function", "inner", "module"]


@pytest.mark.parametrize("reader", ["print(__doc__)", "A.f.__doc__", "help(A)"])
def test_docstrings_that_the_program_reads_are_data(reader: str) -> None:
    assert texts(f"{CODE}{reader}\n") == []
