"""Trees that are put together from known parts are those that LibCST's parser makes."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from codemods.facts.find_nodes import find
from codemods.facts.parse_parts import parse_parts, split

ROOT = Path(__file__).parents[2]

CASES = [
    pytest.param("", id="empty"),
    pytest.param("# only a comment\n", id="comment"),
    pytest.param("x = 1", id="no-newline-at-the-end"),
    pytest.param(
        "# above\n\nx = 1\n# between\n\ny = 2  # beside\n# below\n", id="comments"
    ),
    pytest.param('"""Say."""\n\nimport os; x = 1; y = 2\nz = 3\n', id="shared-line"),
    pytest.param("x = 1; \\\ny = 2\nz = 3\n", id="continued-line"),
    pytest.param(
        "def f():\n    pass\n    # inside\n\n# below\nx = 1\n", id="indented-gap"
    ),
    pytest.param("def f():\n    pass\n  \nx = 1\n", id="blank-with-spaces"),
    pytest.param("if x:\n  y = 1\nelse:\n  y = 2\nx = 1\n", id="two-spaces"),
    pytest.param("x = 1\nif x:\n\ty = 1\n", id="tab-below"),
    pytest.param("x = 1\r\ny = 2\r\n", id="carriage-returns"),
    pytest.param(
        "@a\n# why\n@b(1)\nclass C: pass\n@c\ndef f(): pass\n", id="decorators"
    ),
    pytest.param("x = '''\n  # no comment\ny = 1\n'''\nz = 1\n\n\n", id="long-string"),
    pytest.param("try:\n    x\nexcept* A:\n    y\nwhile x:\n    y\n", id="blocks"),
]


@pytest.mark.parametrize("code", CASES)
def test_gives_the_tree_of_the_whole_text(code: str) -> None:
    found = parse_parts(code)
    assert found.code == code
    assert found.deep_equals(cst.parse_module(code))


@pytest.mark.parametrize("folder", ["generated", "original", "codemods/facts"])
def test_gives_the_trees_of_whole_files(folder: str) -> None:
    for file in (ROOT / folder).glob("*.py"):
        code = file.read_text()
        assert parse_parts(code).deep_equals(cst.parse_module(code)), file
        assert "".join(split(code)) == code


def test_says_where_a_text_is_not_python() -> None:
    with pytest.raises(cst.ParserSyntaxError) as error:
        parse_parts("x = 1\ny = = 2\n")
    assert error.value.raw_line == 2


def test_shares_what_two_texts_have_in_common() -> None:
    before = parse_parts("x = 1\n\n\ndef f():\n    return 1\n\n\ny = 2\n")
    after = parse_parts("x = 2\n\n\ndef f():\n    return 1\n\n\ny = 3\n")
    assert [a is b for a, b in zip(before.body, after.body, strict=True)] == [
        *(False, True, False)
    ]


def test_holds_no_node_twice() -> None:
    nodes = list(find(parse_parts("x = 1\nx = 1\nx = 1\n"), cst.CSTNode))
    assert len(set(map(id, nodes))) == len(nodes)
