"""Interpreters are found by path, name or version."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import pytest

from codemods.refusal import Refusal
from codemods.verify.interpreter import find_interpreter


def script_that_says(folder: Path, answer: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("asked", ["/no/such/python", "python2.0", "2.0"])
def test_what_is_not_there_is_refused(asked):
    with pytest.raises(Refusal, match="expected a Python interpreter, found nothing"):
        find_interpreter(asked)


def test_what_is_no_python_is_refused(tmp_path):
    path = script_that_says(tmp_path, "hello")
    with pytest.raises(
        Refusal, match=f"expected a Python interpreter, found {path}: hello"
    ):
        find_interpreter(path)


def test_an_old_python_is_refused(tmp_path):
    path = script_that_says(tmp_path, '["/p", "CPython", "3.10.1", "", [3, 10]]')
    with pytest.raises(Refusal, match=r"expected Python 3.11 or later, found CPython"):
        find_interpreter(path)


def test_the_default_is_this_one():
    found = find_interpreter()
    assert found.path == sys.executable
    assert found.version == f"CPython {platform.python_version()}"
    assert found.identity == sys.version
