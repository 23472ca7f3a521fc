"""Rename the string keys of dictionaries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import combinations

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.docstrings import find_docstrings
from codemods.facts.metadata import wrap
from codemods.facts.string_keys import (
    HOLE,
    StringKeyedDictionary,
    find_string_keyed_dictionaries,
)
from codemods.facts.visit import visit
from codemods.refusal import Refusal
from codemods.transforms.rename_quoted_names import rename_quoted_keys


def rename_keys(
    module: cst.Module,
    select: Callable[[Bindings, StringKeyedDictionary], bool],
    rename: Callable[[str], str],
) -> cst.Module:
    """Rename the keys of the selected dictionaries wherever they are written.

    Have: `table = {"wte": first}` and `table[f"layer{i}.wq"] = second`
    Want: `table = {"token": first}` and `table[f"layer{i}.query"] = second`

    `rename` maps the text of a key to its new text; a `HOLE` in it stands for an
    expression of an f-string, and has to stay.

    Refuses: keys that the program can see in another way than by subscripts (`keys()`,
    iteration, `in`, the dictionary passed on or printed); two keys that would become
    one; keys that one f-string or another may produce, and that would differ then.
    """
    bindings = Bindings(wrap(module))
    renamed: dict[cst.CSTNode, str] = {}
    old_to_new: dict[str, str] = {}
    for dictionary in find_string_keyed_dictionaries(bindings):
        if select(bindings, dictionary):
            names = {old: rename(old) for old in dictionary.keys.values()}
            if any(old != new for old, new in names.items()):
                _check(bindings, dictionary, names)
                renamed |= {node: names[old] for node, old in dictionary.keys.items()}
                old_to_new |= names
    if not renamed:
        return module
    return visit(bindings.wrapper.module, _Rename(bindings, renamed, old_to_new))


def _check(
    bindings: Bindings, dictionary: StringKeyedDictionary, names: Mapping[str, str]
) -> None:
    name = dictionary.name
    for place in dictionary.hidden:
        raise Refusal.at(
            bindings.wrapper,
            place,
            expected=f"the keys of {name!r} to be used as subscripts only",
            found="a use that may see them",
        )
    for first, second in combinations(dictionary.keys.items(), 2):
        if not _stay_apart(first[1], second[1], names):
            raise Refusal.at(
                bindings.wrapper,
                second[0],
                expected=f"keys of {name!r} that stay as alike as they are",
                found=f"{_shown(first[1])} beside {_shown(second[1])}",
            )


def _stay_apart(first: str, second: str, names: Mapping[str, str]) -> bool:
    """Whether two keys are equal after the rename exactly when they were before."""
    if first == second:
        return True
    if HOLE not in first and HOLE in second:
        first, second = second, first
    if HOLE in second:
        unchanged = names[first] == first and names[second] == second
        return unchanged or not (
            _may_be_equal(first, second) or _may_be_equal(names[first], names[second])
        )
    before = _pattern(first).fullmatch(second)
    after = _pattern(names[first]).fullmatch(names[second])
    return (before and before.groups()) == (after and after.groups())


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.*)".join(re.escape(text) for text in template.split(HOLE)))


def _may_be_equal(first: str, second: str) -> bool:
    """Whether f-strings may yield the same text, judged by how they start and end."""
    starts = [template.split(HOLE)[0] for template in (first, second)]
    ends = [template.split(HOLE)[-1] for template in (first, second)]
    return (starts[0].startswith(starts[1]) or starts[1].startswith(starts[0])) and (
        ends[0].endswith(ends[1]) or ends[1].endswith(ends[0])
    )


def _shown(template: str) -> str:
    return repr(template.replace(HOLE, "{}"))


class _Rename(cst.CSTTransformer):
    """Writes the new keys; in comments and docstrings too, where they are quoted."""

    def __init__(
        self,
        bindings: Bindings,
        renamed: Mapping[cst.CSTNode, str],
        names: Mapping[str, str],
    ) -> None:
        super().__init__()
        self.renamed = renamed
        self.names = names
        self.docstrings = find_docstrings(bindings.wrapper.module)

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        value = updated_node.value
        if original_node in self.renamed:
            quote = updated_node.quote
            value = f"{updated_node.prefix}{quote}{self.renamed[original_node]}{quote}"
        if original_node in self.docstrings:
            value = rename_quoted_keys(value, self.names)
        return updated_node.with_changes(value=value)

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.FormattedString:
        if original_node not in self.renamed:
            return updated_node
        holes = [
            part
            for part in updated_node.parts
            if isinstance(part, cst.FormattedStringExpression)
        ]
        texts = self.renamed[original_node].split(HOLE)
        parts: list[cst.BaseFormattedStringContent] = []
        for text, hole in zip(texts, [*holes, None], strict=True):
            parts += [cst.FormattedStringText(text)] if text else []
            parts += [hole] if hole is not None else []
        return updated_node.with_changes(parts=parts)

    def leave_Comment(
        self, original_node: cst.Comment, updated_node: cst.Comment
    ) -> cst.Comment:
        value = rename_quoted_keys(updated_node.value, self.names)
        return updated_node.with_changes(value=value)
