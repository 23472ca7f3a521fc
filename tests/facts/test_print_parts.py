"""Modules that are printed statement by statement."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.metadata import parse, reparse
from codemods.facts.print_parts import text_of

CASES = [
    pytest.param("", id="empty"),
    pytest.param("# only a comment\n", id="comment"),
    pytest.param("x = 1", id="no-newline-at-the-end"),
    pytest.param("# above\n\nx = 1\n\n# between\ny = 2\n# below\n\n", id="comments"),
    pytest.param("if x:\n  y = 1\nelse:\n  y = 2\n", id="two-spaces"),
    pytest.param("x = 1\r\ny = 2\r\n", id="carriage-returns"),
    pytest.param("x = '''\n\n'''; y = 1\nz = 1\n", id="long-string"),
    pytest.param("@a\n# why\n@b(1)\ndef f(): pass\n\n@c\nclass C: pass\n", id="blocks"),
]


class Double(cst.CSTTransformer):
    """Doubles every number."""

    def leave_Integer(
        self, original_node: cst.Integer, updated_node: cst.Integer
    ) -> cst.Integer:
        return updated_node.with_changes(value=updated_node.value * 2)


@pytest.mark.parametrize("code", CASES)
def test_prints_what_libcst_prints(code: str) -> None:
    for module in (parse(code), cst.parse_module(code)):
        changed = module.visit(Double())
        assert text_of(module) == code
        assert text_of(changed) == changed.code
        assert reparse(changed).deep_equals(cst.parse_module(changed.code))
