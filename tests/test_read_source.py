"""Every way in which a file can be no script."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.check.check_script import check_script
from codemods.read_source import DEEPEST, DEEPEST_PATTERN, read_source, read_text
from codemods.refusal import Refusal

UNUSABLE = [
    pytest.param(
        b"", "expected a script with statements, found an empty one", "", id="empty"
    ),
    pytest.param(
        b"# nothing\n",
        "expected a script with statements, found an empty one",
        "",
        id="only-a-comment",
    ),
    pytest.param(
        b"x = 1\ny = '\xe9'\n",
        "expected UTF-8, found the byte 0xe9",
        ":2:6",
        id="latin-1",
    ),
    pytest.param(
        b"# coding: latin-1\nx = '\xe9'\n",
        "expected UTF-8, found the encoding iso-8859-1",
        ":1:1",
        id="declared-latin-1",
    ),
    pytest.param(
        "# coding: latin-1\nx = 'é'\n".encode(),
        "expected UTF-8, found the encoding iso-8859-1",
        ":1:1",
        id="declared-latin-1-that-could-be-read-otherwise",
    ),
    pytest.param(
        b"# coding: nonsense\nx = 1\n",
        "expected Python 3, found unknown encoding: nonsense",
        ":1:1",
        id="declared-nonsense",
    ),
    pytest.param(
        b"x = (1\n",
        "expected Python 3, found '(' was never closed",
        ":1:5",
        id="syntax-error",
    ),
    pytest.param(
        b"x = 1\nprint 'x'\n", "expected Python 3, found", ":2:1", id="python-2"
    ),
]


@pytest.mark.parametrize(("data", "message", "place"), UNUSABLE)
def test_refuses(tmp_path: Path, data: bytes, message: str, place: str) -> None:
    path = tmp_path / "script.py"
    path.write_bytes(data)
    with pytest.raises(Refusal) as refusal:
        read_source(path)
    assert str(refusal.value).startswith(f"{path}{place}: reading: {message}")


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no such file or directory"):
        read_source(tmp_path / "none.py")


def test_refuses_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="is a directory"):
        read_source(tmp_path)


READABLE = [
    pytest.param(b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n", id="line-ends-of-windows"),
    pytest.param(b"if x:\n\ty = 2\n", "if x:\n\ty = 2\n", id="tabs"),
    pytest.param(b"\xef\xbb\xbfx = 1\n", "x = 1\n", id="byte-order-mark"),
    pytest.param(b"# coding: utf8\nx = 1\n", "# coding: utf8\nx = 1\n", id="declared"),
    pytest.param(b"x = 'a\x0cb'\n", "x = 'a\x0cb'\n", id="form-feed-in-a-string"),
    pytest.param(b"x = 1", "x = 1", id="no-line-end"),
]


@pytest.mark.parametrize(("data", "code"), READABLE)
def test_reads(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "script.py"
    path.write_bytes(data)
    assert read_source(path).code == code


def nested(before: str, after: str) -> Callable[[int], str]:
    return lambda count: f"{before * count}x{after * count}"


def elifs(count: int) -> str:
    clauses = (f"elif x == {i}:\n    pass\n" for i in range(count))
    return f"if x:\n    pass\n{''.join(clauses)}"


DEEP = [
    pytest.param(lambda n: " + ".join(["x"] * n), DEEPEST - 1, id="sums"),
    pytest.param(lambda n: " and ".join(["x"] * n), DEEPEST - 2, id="conjunctions"),
    pytest.param(nested("abs(", ")"), DEEPEST // 2 - 1, id="calls"),
    pytest.param(nested("f(x=", ")"), DEEPEST // 2 - 1, id="keywords"),
    pytest.param(nested("[", "]"), DEEPEST // 2 - 1, id="lists"),
    pytest.param(nested("x[", "]"), DEEPEST // 3 - 1, id="subscripts"),
    pytest.param(elifs, DEEPEST - 4, id="elifs"),
]


@pytest.mark.parametrize(("write", "count"), DEEP)
def test_reads_and_checks_what_is_nested(
    write: Callable[[int], str], count: int, tmp_path: Path
) -> None:
    path = tmp_path / "script.py"
    path.write_text(f"x = 1\n{write(count)}\n", encoding="utf-8")
    read_source(path)
    check_script(read_text(path))


@pytest.mark.parametrize(("write", "count"), DEEP)
def test_refuses_what_is_nested_deeper_whatever_python_would_do(
    write: Callable[[int], str], count: int, tmp_path: Path
) -> None:
    path = tmp_path / "script.py"
    path.write_text(f"x = 1\n{write(count + 4)}\n", encoding="utf-8")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10 * before)  # as do others who share the process
    try:
        with pytest.raises(
            Refusal, match=r":\d+:\d+: reading: expected at most 150 levels"
        ):
            read_text(path)
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"{'(' * 150}x{')' * 150}\n{' + '.join('x' * 9000)}\n", id="sum"),
        pytest.param(f"# elif\n@f\ndef g(): x\n{elifs(9000)}", id="elifs"),
    ],
)
def test_says_where_the_statement_is_that_python_cannot_parse(
    code: str, tmp_path: Path
) -> None:
    path = tmp_path / "script.py"
    path.write_text(code, encoding="utf-8")
    line = 2 if code.startswith("(") else 4
    with pytest.raises(Refusal, match=f":{line}:1: reading: expected at most 150"):
        read_text(path)


@pytest.mark.parametrize(
    ("before", "after"), [("[", "]"), ("(", ")"), ("{1: ", "}"), ("A(b=", ")")]
)
def test_refuses_deep_patterns_before_libcst_takes_years(
    before: str, after: str, tmp_path: Path
) -> None:
    path = tmp_path / "script.py"
    for depth in (DEEPEST_PATTERN, DEEPEST_PATTERN + 1, 40):
        pattern = f"{before * depth}_{after * depth}"
        guard = f"{'abs(' * 20}1{')' * 20}"
        code = f"match 1:\n    case {pattern} if {guard}:\n        pass\n"
        path.write_text(code, encoding="utf-8")
        if depth == DEEPEST_PATTERN:
            read_source(path)
        else:
            with pytest.raises(Refusal, match=":2:[0-9]+: .* brackets in a pattern"):
                read_text(path)
