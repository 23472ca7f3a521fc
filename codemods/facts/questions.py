"""Names that say that what they stand for answers yes or no."""

from __future__ import annotations

QUESTIONS = ("is_", "has_")


def is_question(name: str) -> bool:
    """Whether a name, such as `is_empty` or `_has_next`, asks a question."""
    return name.lstrip("_").startswith(QUESTIONS)
