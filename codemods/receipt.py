"""What a whole `apply` came to, so that one with nothing to do is known at once.

It imports nothing that takes long: none of the libraries, steps and rules.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from codemods.ledger import Ledger, sha256_of
from codemods.memory import Memory, key_of
from codemods.show_steps import Row

TOOLKIT = Path(__file__).parent
SECTIONS = "snapshots", "rules"


@dataclass(frozen=True)
class Receipt:
    """What was shown of each step, and what is in the ledger of the snapshots."""

    rows: Sequence[Row]
    ledger: Mapping[str, Any]

    def holds_in(self, folder: Path) -> bool:
        """Whether the folder has these snapshots as they were made, and this ledger."""
        noted = sections_of(Ledger.load(folder))
        return noted == self.ledger and all(
            (folder / name).is_file()
            and sha256_of((folder / name).read_bytes()) == origin["sha256"]
            for name, origin in noted["snapshots"].items()
        )


def sections_of(ledger: Ledger) -> dict[str, Any]:
    """What `apply` writes into the ledger, as it is read from there."""
    kept = {name: ledger.content.get(name, {}) for name in SECTIONS}
    return dict(json.loads(json.dumps(kept)))


def read_receipt(key: str) -> Receipt | None:
    """The receipt that was kept under a key, if any."""
    stored = Memory().get(key)
    if stored is None:
        return None
    content = json.loads(stored)
    return Receipt([tuple(row) for row in content["rows"]], content["ledger"])


def write_receipt(key: str, receipt: Receipt, memory: Memory) -> None:
    """Keep a receipt, in place of what was there."""
    content = {"rows": receipt.rows, "ledger": receipt.ledger}
    memory.put(key, json.dumps(content).encode())


def key_of_run(original: Path, input_file: Path | None) -> str:
    """Everything on which it depends what applying the whole plan comes to."""
    data = input_file or original.with_name("input.txt")
    embedded = TOOLKIT.parent / "original" / "input.txt"
    texts = [p.read_bytes() if p.is_file() else b"" for p in (original, data, embedded)]
    return key_of("applied", *texts, str(data.is_file()), _toolkit())


@cache
def _toolkit() -> str:
    """Changes with everything that steps and rules are, and with what they use."""
    files = sorted(f for f in TOOLKIT.rglob("*") if f.suffix in (".py", ".txt"))
    versions = (version(library) for library in ("libcst", "black"))
    return key_of(*(file.read_bytes() for file in files), *versions, sys.version)
