"""Keep the figures of a full verification in the ledger."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from codemods.ledger import Ledger, Verification, sha256_of
from codemods.verify.row import Row
from codemods.verify.verify import Settings


def note_figures(ledger: Ledger, rows: Sequence[Row], settings: Settings) -> None:
    """Write the figures of a complete plan to the ledger, if every row has passed.

    A quick run, or one on no input, has no figures worth keeping.
    """
    if settings.iterations is not None or settings.input_file is None:
        return
    if not all(row.passed() for row in rows):
        return
    original, *snapshots = rows
    verification = Verification(
        input_name=settings.input_file.name,
        input_sha256=sha256_of(settings.input_file.read_bytes()),
        interpreter=settings.interpreter.version,
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        original=original.figures(),
        snapshots={row.candidate.path.name: row.figures() for row in snapshots},
    )
    latest = Ledger.load(ledger.path.parent)  # others may have written it meanwhile
    latest.set_verification(verification)
    latest.save()
