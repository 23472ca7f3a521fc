"""The plan: the steps in commit order, under the headings of PLAN.md."""

from __future__ import annotations

from codemods.phase import Phase

PHASES = (
    Phase(
        "Plain form",
        "step_01_format_source",
    ),
)
