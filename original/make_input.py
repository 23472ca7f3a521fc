"""Make input.txt again from the package it comes from: see input.md.

python original/make_input.py [PATH]
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

TABLES = ("dist.female.first", "dist.male.first")


def make_input() -> str:
    """The distinct first names of the census tables, lower case, sorted, one a line."""
    found = set()
    for table in TABLES:
        for row in files("names").joinpath(table).read_text("ascii").splitlines():
            name, *_frequencies = row.split()
            found.add(name.lower())
    return "".join(f"{name}\n" for name in sorted(found))


if __name__ == "__main__":
    path = (
        Path(*sys.argv[1:]) if sys.argv[1:] else Path(__file__).with_name("input.txt")
    )
    path.write_text(make_input(), encoding="ascii", newline="\n")
    print(f"wrote {path}")
