"""Note every float that a program formats, with 17 significant digits.

Runs in the interpreter under test, as the helper of a widened copy (see `widen.py`),
and changes nothing that the program can see in what it prints.  Each note is a line:
how many characters the program had written to standard output, the float to 17
digits, and the text that the program got for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

__all__ = ["__observed__", "__observed_format__", "__observed_percent__"]

report: Callable[[bytes], None] = globals()["report"]  # `run_copy.py` put it there

characters_written = 0
write_to_standard_output = sys.stdout.write


def count_and_write(text: str) -> int:
    """Write to standard output, and know how much has been written."""
    global characters_written
    written = write_to_standard_output(text)
    characters_written += written
    return written


sys.stdout.write = count_and_write  # type: ignore[method-assign]


def note(value: float, text: str) -> None:
    """Report one formatted float."""
    if "\n" not in text:
        line = f"{characters_written}\t{float(value):.17g}\t{text}\n"
        report(line.encode("utf-8", "surrogateescape"))


class ObservedFloat(float):
    """A float that notes how it is formatted."""

    def __format__(self, specification: str) -> str:
        text = float.__format__(self, specification)
        note(self, text)
        return text


class ObservedInteger(int):
    """An integer that notes when it is formatted as a float."""

    def __format__(self, specification: str) -> str:
        text = int.__format__(self, specification)
        if specification[-1:] in tuple("eEfFgG%"):
            note(self, text)
        return text


def __observed__(value: Any, formatter: object = format) -> Any:
    """Stand in for a value that is about to be formatted, by Python's own `format`."""
    if formatter is not format:
        return value
    if type(value) is float:
        return ObservedFloat(value)
    if type(value) is int:
        return ObservedInteger(value)
    return value


def __observed_format__(template: Any) -> Any:
    """Stand in for `template.format`."""
    if type(template) is not str:
        return template.format

    def format_observed(*values: Any, **named: Any) -> str:
        observed = {name: __observed__(value) for name, value in named.items()}
        return template.format(*map(__observed__, values), **observed)

    return format_observed


def __observed_percent__(template: Any, values: Any) -> Any:
    """Do `template % values`."""
    if type(template) is not str:
        return template % values
    import re  # only for programs that format in this way

    text: str = template % values
    conversion = r"%(?:\((.*?)\))?[-+ #0]*(\*|\d*)(?:\.(\*|\d*))?[hlL]?(.)"
    left = list(values) if isinstance(values, tuple) else [values]
    for found in re.finditer(conversion, template, re.DOTALL):
        key, width, precision, kind = found.groups()
        if kind == "%":
            continue
        stars = (width == "*") + (precision == "*")
        taken = (values[key],) if key is not None else tuple(left[: stars + 1])
        del left[: stars + 1]
        if kind in "eEfFgG":
            piece = found[0].replace(f"({key})", "", 1)
            note(taken[-1], piece % taken)
    return text
