"""The lines of an adjoint as they are to be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import libcst as cst

CODE = cst.Module([])
BINDING = re.compile(r"(\s*)([A-Za-z_]\w*)(: [^=]+)? = (.*)")
TARGETS = re.compile(r"\s*for (.+?) in |\s*([\w, ]+) = ")
WIDTH = 84
"""What fits into a line of 88 columns at the indentation of a function's body."""


def conditional(test: str, then: list[str], otherwise: list[str]) -> list[str]:
    if then and otherwise:
        return [f"if {test}:", *indented(then), "else:", *indented(otherwise)]
    if then:
        return [f"if {test}:", *indented(then)]
    if otherwise:
        return [f"if {test}:", "    pass", "else:", *indented(otherwise)]
    return []


def indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def shown(node: cst.CSTNode) -> str:
    """A statement on one line."""
    bare = (
        node.with_changes(leading_lines=[]) if hasattr(node, "leading_lines") else node
    )
    text = " ".join(CODE.code_for_node(bare).split("#")[0].split())
    text = text.replace("( ", "(").replace(" )", ")").replace(",)", ")")
    text = text.replace("[ ", "[").replace(" ]", "]")
    return re.sub(r"^(\w+): [^=]+ = ", r"\1 = ", text)


def with_annotations(
    lines: Sequence[str], annotations: Mapping[str, str], parameters: Collection[str]
) -> list[str]:
    """Annotate names where they are bound first, and nowhere else."""
    seen = set(parameters)
    found: list[str] = []
    for line in lines:
        if line.lstrip().startswith("#"):
            found.append(_shortened(line))
            continue
        binding = BINDING.fullmatch(line)
        if binding is None:
            targets = TARGETS.match(line)
            if targets is not None:
                text = targets[1] or targets[2]
                seen |= set(re.findall(r"\w+", text))
            found.append(line)
            continue
        space, name, annotation, value = binding.groups()
        plain = name
        while plain not in annotations and plain.startswith("former_"):
            plain = plain.removeprefix("former_")
        if annotation is None and plain in annotations:
            annotation = f": {annotations[plain]}"
        if name in seen:
            annotation = None
        seen.add(name)
        found.append(f"{space}{name}{annotation or ''} = {value}")
    return found


def _shortened(line: str) -> str:
    """A comment as it is if it fits, or with its longest part left out."""
    if len(line) <= WIDTH:
        return line
    target, equals, value = line.partition(" = ")
    called = re.match(r"[\w.]+\(", value or line.partition("# ")[2])
    if equals and called is None:
        return f"{target} = …"
    return f"{line[: line.index('(')]}(…)" if "(" in line else f"{line[:WIDTH - 2]} …"
