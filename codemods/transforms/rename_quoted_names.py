"""Rename names where a comment or docstring quotes them in backquotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping

QUOTE = re.compile(r"`[^`\n]+`")
NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
ATTRIBUTE = re.compile(r"(?P<owner>\w*)\.(?P<name>[A-Za-z_]\w*)")
STRING = re.compile(r"(?P<quote>['\"])(?P<text>[^'\"]+)(?P=quote)")
LONE_NAME = re.compile(r"`(?P<name>[A-Za-z_]\w*)(?P<call>(\(\))?)`")


def rename_quoted_names(text: str, rename: Callable[[str], str]) -> str:
    """Rename each name of a text that stands in backquotes.

    Have: `# Keep `docs` sorted, whatever docs are`
    Want: `# Keep `documents` sorted, whatever docs are`

    Attributes are not names: `a.docs` stays.
    """
    return QUOTE.sub(lambda quote: NAME.sub(lambda n: rename(n[0]), quote[0]), text)


def rename_quoted_attributes(
    text: str,
    attributes: Mapping[str, str],
    lone_names: Mapping[str, str],
    foreign: Container[str],
) -> str:
    """Rename each attribute of a text that stands in backquotes.

    Have: `# Adds to `node.grad`, never to `grad` of its own`
    Want: `# Adds to `node.gradient`, never to `gradient` of its own`

    A name quoted alone is an attribute if it is among `lone_names`; what follows the
    name of a `foreign` object and a dot is none.
    """

    def rename(found: re.Match[str]) -> str:
        owner, name = found["owner"], found["name"]
        return f"{owner}.{name if owner in foreign else attributes.get(name, name)}"

    def rename_lone(found: re.Match[str]) -> str:
        return f"`{lone_names.get(found['name'], found['name'])}{found['call']}`"

    dotted = QUOTE.sub(lambda quote: ATTRIBUTE.sub(rename, quote[0]), text)
    return LONE_NAME.sub(rename_lone, dotted)


def rename_quoted_keys(text: str, keys: Mapping[str, str]) -> str:
    """Rename each string literal of a text that is a key and stands in backquotes.

    Have: `# The rows of `table["wte"]` sum to one`
    Want: `# The rows of `table["token"]` sum to one`
    """

    def rename(found: re.Match[str]) -> str:
        new = keys.get(found["text"], found["text"])
        return f"{found['quote']}{new}{found['quote']}"

    return QUOTE.sub(lambda quote: STRING.sub(rename, quote[0]), text)
