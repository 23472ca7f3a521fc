"""Names that mean something else, or nothing, in code that is taken out of a class."""

from __future__ import annotations

CLASS_NAMES = ("super", "__class__")


def is_class_name(name: str) -> bool:
    """Whether Python gives a name a meaning by the class around it.

    So it does to `super` and `__class__`, and to private names, which it mangles.
    """
    return name in CLASS_NAMES or is_private(name)


def is_private(name: str) -> bool:
    """Whether a class mangles a name."""
    return name.startswith("__") and not name.endswith("__")
