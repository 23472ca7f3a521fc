"""Which name a variable gets: from the table, the vocabulary, or its loop."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import wrap
from codemods.facts.new_names import NameChooser, NameTable
from codemods.facts.webs import find_webs


def chosen(code: str, table: NameTable, *below: str) -> list[str]:
    """`old=>new` in order of appearance; `!` where the name is insisted on."""
    bindings = Bindings(wrap(cst.parse_module(code)))
    names = NameChooser(bindings, table, below).choose(find_webs(bindings))
    return [
        f"{web.name}=>{name.text}{'!' if name.insist else ''}"
        for web, name in names.items()
    ]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("for _ in docs: pass", [], id="underscore"),
        pytest.param("for doc_no in pages: pass", ["doc_no=>document_no"], id="longer"),
        pytest.param("for x in text: pass", [], id="no-plural"),
        pytest.param("for x in range(2, n): pass", [], id="a-range-with-a-start"),
        pytest.param("for x in pages[0]: pass", [], id="an-element"),
        pytest.param("for x in pages: x = 1", [], id="assigned-otherwise-too"),
        pytest.param("for x in pages: pass\nfor x in rows: pass\nprint(x)", [],
                     id="two-things-that-cannot-be-told-apart"),
        pytest.param("for x, (y, z) in zip(pages, lines): pass", [], id="nested"),
        pytest.param("for x, y in pages: pass", [], id="pairs"),
        pytest.param("for x in max(pages): pass", [], id="any-call"),
        pytest.param("strs = 1", ["strs=>strings"], id="vocabulary"),
        pytest.param("inp = 1", [], id="never-the-name-of-a-builtin"),
    ],
)  # fmt: skip
def test_what_cannot_be_named_well_stays(code: str, names: list[str]) -> None:
    assert chosen(code, {}) == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("for d in pages: pass", ["d=>page"], id="elements"),
        pytest.param("[d for d in sorted(pages)]", ["d=>page"], id="sorted"),
        pytest.param("for d in self._children: pass", ["d=>child"], id="attribute"),
        pytest.param("pages = [d.no for d in f()]", ["d=>page"], id="assigned"),
        pytest.param(
            "params = []\nfor i, p in enumerate(params): pass",
            ["params=>parameters", "i=>parameter_index", "p=>parameter"],
            id="enumerate",
        ),
        pytest.param(
            "for a, b, c in zip(keys, [1], reversed(values)): pass",
            ["a=>key", "c=>value"],
            id="zip",
        ),
        pytest.param("for i in range(n_row): pass", ["i=>row_index"], id="count"),
        pytest.param("for i in range(len(rows)): pass", ["i=>row_index"], id="length"),
        pytest.param(
            "for j in range(key_dim): pass", ["j=>dimension_index"], id="dimension"
        ),
        pytest.param(
            "n = 2\nfor i in range(n): pass",
            ["n=>number_of_rows!", "i=>row_index"],
            id="a-count-that-the-table-names",
        ),
    ],
)
def test_short_loop_variables_are_named_after_their_loops(
    code: str, names: list[str]
) -> None:
    assert chosen(code, {"": {"n": "number_of_rows"}}) == names


TABLE: NameTable = {
    "": {"x": "module_x", "i in range(3)": "third", "i in ...": "any", "j": "plain"},
    "f": {"x": "local_x", "k in zip(a, b)": "pair"},
    "f.g": {"x": "inner_x"},
}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("x = 1", ["x=>module_x!"], id="module"),
        pytest.param(
            "def f(x):\n    def g(x): pass\ndef h(x): pass",
            ["x=>local_x!", "x=>inner_x!"],
            id="functions",
        ),
        pytest.param("f = lambda x: x", ["x=>local_x!"], id="lambda"),
        pytest.param("for i in range( 3 ): pass", ["i=>third!"], id="this-iterable"),
        pytest.param("for i in range(4): pass", ["i=>any!"], id="any-iterable"),
        pytest.param("[i for i in y for j in i]", ["i=>any!"], id="comprehension"),
        pytest.param(
            "def f(a, b):\n    return [k for k in zip(\n        a,\n        b,\n    )]",
            ["k=>pair!"],
            id="an-iterable-on-several-lines",
        ),
        pytest.param("for j in y: pass", ["j=>plain!"], id="a-loop-by-its-plain-name"),
        pytest.param(
            "for i in range(3): pass\nfor i in range(4): pass",
            ["i=>third!", "i=>any!"],
            id="two-loops",
        ),
        pytest.param(
            "for i in range(3): pass\nfor i in range(4): pass\nprint(i)",
            [],
            id="two-loops-that-are-one-thing",
        ),
    ],
)
def test_the_table_is_insisted_on(code: str, names: list[str]) -> None:
    assert chosen(code, TABLE) == names


def test_paths_start_below_a_scope() -> None:
    code = "class A:\n    def f(self, x): pass\n"
    assert chosen(code, TABLE) == []
    assert chosen(code, TABLE, "A") == ["x=>local_x!"]
