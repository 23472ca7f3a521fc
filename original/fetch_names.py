"""Fetch names.txt, the data set that the original script downloads, and check it.

python original/fetch_names.py PATH
"""

from __future__ import annotations

import ast
import hashlib
import sys
import urllib.request
from pathlib import Path

SCRIPT = Path(__file__).with_name("microgpt.py")
SHA256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"


def names_url() -> str:
    """The one address in the original script."""
    constants = (
        getattr(node, "value", None) for node in ast.walk(ast.parse(SCRIPT.read_text()))
    )
    (url,) = {c for c in constants if isinstance(c, str) and c.startswith("https://")}
    return url


def fetch_names(url: str) -> bytes:
    """The data set; raises ValueError if it is not the one the references are for."""
    with urllib.request.urlopen(url) as answer:
        data: bytes = answer.read()
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        raise ValueError(f"{url}: expected SHA-256 {SHA256}, found {found}")
    return data


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    Path(sys.argv[1]).write_bytes(fetch_names(names_url()))
    print(f"wrote {sys.argv[1]}")
