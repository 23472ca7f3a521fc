"""Renaming what a comment quotes in backquotes, and nothing else in it."""

from __future__ import annotations

import pytest

from codemods.transforms.rename_quoted_names import (
    rename_quoted_attributes,
    rename_quoted_keys,
    rename_quoted_names,
)


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("# docs", "# docs"),
        ("# `doc` and `a.docs`", "# `doc` and `a.docs`"),
        ("# `docs` are docs", "# `documents` are docs"),
        ("# `docs[0].x` of `len(docs)`", "# `documents[0].x` of `len(documents)`"),
        ("# a lone ` and docs", "# a lone ` and docs"),
    ],
)
def test_names(text: str, renamed: str) -> None:
    names = {"docs": "documents"}
    assert rename_quoted_names(text, lambda name: names.get(name, name)) == renamed


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("# grad and v.grad", "# grad and v.grad"),
        ("# `math.grad` and `grad + 1`", "# `math.grad` and `grad + 1`"),
        ("# `v.grad`, `a.b.grad()`", "# `v.gradient`, `a.b.gradient()`"),
        ("# `grad`, `grad()`, `data`", "# `gradient`, `gradient()`, `data`"),
    ],
)
def test_attributes(text: str, renamed: str) -> None:
    names = {"grad": "gradient", "data": "datum"}
    lone = {"grad": "gradient"}
    assert rename_quoted_attributes(text, names, lone, {"math"}) == renamed


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("# 'wte' and `wte`", "# 'wte' and `wte`"),
        ("# `'wte'`, `t[\"wte\"]`", "# `'token'`, `t[\"token\"]`"),
    ],
)
def test_keys(text: str, renamed: str) -> None:
    assert rename_quoted_keys(text, {"wte": "token"}) == renamed
