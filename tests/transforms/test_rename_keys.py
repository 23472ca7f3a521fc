"""Renaming the string keys of a dictionary wherever they are written."""

from __future__ import annotations

import contextlib
import io
from inspect import cleandoc

import libcst as cst
import pytest

from codemods.facts.string_keys import HOLE
from codemods.refusal import Refusal
from codemods.transforms.rename_keys import rename_keys


def rename(code: str, **names: str) -> str:
    """Rename the words of all keys; `#` stands for an expression."""

    def rename_words(key: str) -> str:
        words = key.split(".")
        return ".".join(
            names.get(w.replace(HOLE, "_hole"), w).replace("#", HOLE) for w in words
        )

    return rename_keys(cst.parse_module(code), lambda *_: True, rename_words).code


def printed(code: str) -> str:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, "example", "exec"), {"__name__": "example"})
    return stream.getvalue()


STOCK = "stock = {'ap': 1, 'pe': 2}\n"
SEEN = "expected the keys of 'stock' to be used as subscripts only, found a use that"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("print(stock.keys())", f"2:7: {SEEN}", id="keys"),
        pytest.param("print(stock.items())", f"2:7: {SEEN}", id="items"),
        pytest.param("for name in stock: pass", f"2:13: {SEEN}", id="iteration"),
        pytest.param("print('ap' in stock)", f"2:15: {SEEN}", id="in"),
        pytest.param("print(stock)", f"2:7: {SEEN}", id="printed"),
        pytest.param("show(stock)", f"2:6: {SEEN}", id="passed-on"),
        pytest.param("other = stock\nprint(other)", f"3:7: {SEEN}", id="renamed"),
        pytest.param(
            "def show(table): print(table)\nshow(stock)", f"2:24: {SEEN}", id="argument"
        ),
        pytest.param(
            "def give(): return stock\nprint(give())", f"3:7: {SEEN}", id="returned"
        ),
        pytest.param(
            "def give(): return stock\nshow(give)", f"2:5: {SEEN}", id="function-passed"
        ),
        pytest.param(
            "def give(): return stock, 1\npair = give()",
            f"3:8: {SEEN}",
            id="in-a-tuple",
        ),
        pytest.param("def give(): yield stock", f"2:19: {SEEN}", id="yielded"),
        pytest.param("print(stock.get('ap'))", f"2:7: {SEEN}", id="get"),
        pytest.param("stock.update(ap=3)", f"2:1: {SEEN}", id="update"),
        pytest.param("def f(key): return stock[key]", f"2:26: {SEEN}", id="any-key"),
        pytest.param("print(stock['a' 'p'])", f"2:13: {SEEN}", id="two-strings"),
        pytest.param(
            "stock['apple'] = 3",
            "2:7: expected keys of 'stock' that stay as alike as they are, "
            "found 'ap' beside 'apple'",
            id="two-keys-become-one",
        ),
        pytest.param(
            "end = 'p'\nprint(stock[f'a{end}'])",
            "3:13: expected keys of 'stock' that stay as alike as they are, "
            "found 'ap' beside 'a{}'",
            id="an-f-string-that-may-spell-a-key",
        ),
    ],
)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        rename(STOCK + code + "\n", ap="apple")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("", id="nothing"),
        pytest.param("stock = {'pe': 1}\nprint(stock)\n", id="no-key-to-rename"),
        pytest.param("stock = {1: 2}\nstock[3] = 4\n", id="no-string-keys"),
        pytest.param("stock = {'ap': 1}\nstock = load()\n", id="also-made-elsewhere"),
        pytest.param("def f(stock): return stock['ap']\n", id="never-called"),
        pytest.param("stock = make()\nstock['ap'] = 1\n", id="made-elsewhere"),
        pytest.param("stock = {}\n", id="empty"),
    ],
)
def test_leaves_alone(code: str) -> None:
    assert rename(code, ap="apple") == code


RENAMED = [
    pytest.param(
        """
        stock = {'ap': [1], "pe": [2], **{}} if False else {}
        """,
        """
        stock = {'ap': [1], "pe": [2], **{}} if False else {}
        """,
        id="not-a-plain-display",
    ),
    pytest.param(
        """
        # Rows of `stock["ap"]`, and of "ap"
        stock: dict = {'ap': [1], "pe": [2]}
        stock["ba.ap"] = stock['ap']
        del stock['ap']
        for v in stock.values(): print(v, len(stock), 'ap')
        other = {'ap': 1}
        other['ap'] += 1
        print(other['ap'])
        """,
        """
        # Rows of `stock["apple"]`, and of "ap"
        stock: dict = {'apple': [1], "pe": [2]}
        stock["ba.apple"] = stock['apple']
        del stock['apple']
        for v in stock.values(): print(v, len(stock), 'ap')
        other = {'apple': 1}
        other['apple'] += 1
        print(other['apple'])
        """,
        id="displays-and-subscripts",
    ),
    pytest.param(
        """
        stock = {}
        for i in range(2):
            stock[f'row{i}.ap'] = i
            stock[f"row{i:02d}.{i + 1}.pe"] = i
        def f(i): return stock[f"row{i}.ap"]
        print(f(1), sum(stock.values()))
        """,
        """
        stock = {}
        for i in range(2):
            stock[f'row{i}.apple'] = i
            stock[f"row{i:02d}.{i + 1}.pear"] = i
        def f(i): return stock[f"row{i}.apple"]
        print(f(1), sum(stock.values()))
        """,
        id="f-strings",
    ),
    pytest.param(
        """
        stock = {'row0.ap': 5}
        i = 0
        print(stock[f'row{i}.ap'])
        """,
        """
        stock = {'row0.apple': 5}
        i = 0
        print(stock[f'row{i}.apple'])
        """,
        id="an-f-string-that-spells-a-key-renamed-alike",
    ),
    pytest.param(
        """
        def make():
            stock = {'ap': 1}
            return stock, len(stock)
        def read(table, name, rest={'ap': 3}): return table['ap'] + rest['ap']
        def total():
            stock, size = make()
            again = stock
            print(read(again, 'ap'), read(name='ap', table={'ap': 2}))
            stock = {'ap': 7}
            return stock
        total()
        print(total()['ap'])
        """,
        """
        def make():
            stock = {'apple': 1}
            return stock, len(stock)
        def read(table, name, rest={'apple': 3}): return table['apple'] + rest['apple']
        def total():
            stock, size = make()
            again = stock
            print(read(again, 'ap'), read(name='ap', table={'apple': 2}))
            stock = {'apple': 7}
            return stock
        total()
        print(total()['apple'])
        """,
        id="through-functions",
    ),
    pytest.param(
        """
        def fill():
            global stock
            stock = {}
            stock['ap'] = [1]
        def swap(first, second): return second, first
        fill()
        bare, full = {}, stock
        full, bare = swap(bare, full)
        print(full['ap'])
        """,
        """
        def fill():
            global stock
            stock = {}
            stock['apple'] = [1]
        def swap(first, second): return second, first
        fill()
        bare, full = {}, stock
        full, bare = swap(bare, full)
        print(full['apple'])
        """,
        id="global-and-swapped",
    ),
]


@pytest.mark.parametrize(("before", "after"), RENAMED)
def test_renames(before: str, after: str) -> None:
    code, expected = cleandoc(before) + "\n", cleandoc(after) + "\n"
    assert rename(code, ap="apple", pe="pear" if "f'" in code else "pe") == expected
    assert printed(expected) == printed(code)
