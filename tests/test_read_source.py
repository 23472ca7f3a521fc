"""Every way in which a file can be no script."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.check.check_script import check_script
from codemods.read_source import DEEPEST, read_source, read_text
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
    pytest.param(b"x = 'a\x0cb'\n", "x = 'a\x0cb'\n", id="form-feed-in-a-string"),
    pytest.param(b"x = 1", "x = 1", id="no-line-end"),
]


@pytest.mark.parametrize(("data", "code"), READABLE)
def test_reads(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "script.py"
    path.write_bytes(data)
    assert read_source(path).code == code


DEEP = [
    pytest.param(lambda n: " + ".join(["x"] * n), id="sums"),
    pytest.param(lambda n: f"{'abs(' * (n - 1)}x{')' * (n - 1)}", id="calls"),
    pytest.param(lambda n: f"{'[' * (n - 1)}x{']' * (n - 1)}", id="lists"),
]
DEEPER = [
    *DEEP,
    pytest.param(lambda n: f"{'f(x=' * (n // 2)}x{')' * (n // 2)}", id="keywords"),
]


@pytest.mark.parametrize("write", DEEP)
def test_reads_and_checks_what_is_nested(
    write: Callable[[int], str], tmp_path: Path
) -> None:
    path = tmp_path / "script.py"
    path.write_text(f"x = 1\n{write(DEEPEST - 1)}\n", encoding="utf-8")
    read_source(path)
    check_script(read_text(path))


@pytest.mark.parametrize("write", DEEPER)
def test_refuses_what_is_nested_deeper_whatever_python_would_do(
    write: Callable[[int], str], tmp_path: Path
) -> None:
    path = tmp_path / "script.py"
    path.write_text(f"x = 1\n{write(DEEPEST)}\n", encoding="utf-8")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10 * before)  # as do others who share the process
    try:
        with pytest.raises(
            Refusal, match=r":2:\d+: reading: expected at most 100 levels"
        ):
            read_text(path)
    finally:
        sys.setrecursionlimit(before)
