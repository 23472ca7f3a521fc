"""The original script, written in other ways."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from pathlib import Path

import libcst as cst
import pytest

ORIGINAL = Path(__file__).parents[2] / "original" / "microgpt.py"


def original() -> str:
    return ORIGINAL.read_text(encoding="utf-8")


def without_comments() -> str:
    return cst.parse_module(original()).visit(_WithoutComments()).code


def renamed() -> str:
    """Every variable, function, class and attribute of the script by another name."""
    tree = ast.parse(original())
    attributes, variables = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                variables.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                variables.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                attributes.add(name)
    variables = {name for name in variables if not name.startswith("__")}
    methods = {"backward", "relu"} | attributes
    code = re.sub(r"(?<![\\.\w])[A-Za-z_]\w*", _renaming(variables), original())
    code = re.sub(r"(?<=\.)[A-Za-z_]\w*", _renaming(methods), code)
    return code.replace("def log_item", "def log").replace("def exp_item", "def exp")


def scaled_down(code: str) -> str:
    """The same program, with fewer and shorter steps."""
    code = re.sub(r"(num_steps\w* =) 500", r"\1 2", code)
    code = re.sub(r"(n_embd\w* =) 16", r"\1 4", code)
    return code.replace("range(20)", "range(3)")


def printed(code: str) -> str:
    """What a script prints, in the current directory."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, "script", "exec"), {"__name__": "__main__"})
    return stream.getvalue()


VARIANTS = [
    pytest.param(original, id="original"),
    pytest.param(without_comments, id="without-comments"),
    pytest.param(renamed, id="renamed"),
]


def _renaming(names: set[str]):  # type: ignore[no-untyped-def]
    return lambda match: match[0] + "_item" * (match[0] in names)


class _WithoutComments(cst.CSTTransformer):
    def leave_Comment(
        self, original_node: cst.Comment, updated_node: cst.Comment
    ) -> cst.RemovalSentinel:
        return cst.RemovalSentinel.REMOVE
