"""Print a module statement by statement, so that what is known is not printed again.

A statement cannot change, and neither can its text.
"""

from __future__ import annotations

import libcst as cst

LAYOUT = "    ", "\n"
"""How modules are indented, and how their lines end, whose texts are kept."""

MOST = 8192
"""As many texts are kept: those of the statements of many modules."""

_texts: dict[cst.CSTNode, str] = {}


def text_of(module: cst.Module) -> str:
    """What `module.code` is."""
    is_usual = (module.default_indent, module.default_newline) == LAYOUT
    if not is_usual or not module.body or not module.has_trailing_newline:
        return module.code
    above = map(module.code_for_node, module.header)
    below = map(module.code_for_node, module.footer)
    return "".join([*above, *map(statement_text, module.body), *below])


def statement_text(statement: cst.CSTNode) -> str:
    """The text of a statement of a module that is laid out as usual."""
    text = _texts.get(statement)
    if text is None:
        text = cst.Module([]).code_for_node(statement)
        keep_text(statement, text)
    return text


def keep_text(statement: cst.CSTNode, text: str) -> None:
    """Let a text be known that is that of a statement."""
    _texts[statement] = text
    if len(_texts) > MOST:
        del _texts[next(iter(_texts))]
