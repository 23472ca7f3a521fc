"""A heading of the plan and the steps under it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from codemods.step import Step


class Phase:
    """Steps that belong together, named by their modules in `codemods.steps`."""

    def __init__(self, heading: str, *modules: str) -> None:
        self.heading = heading
        self.modules = modules

    def steps(self) -> list[type[Step]]:
        """The step classes, in commit order."""
        return [load_step(module) for module in self.modules]


def load_step(module: str) -> type[Step]:
    """The one step in `codemods/steps/<module>.py`."""
    loaded = importlib.import_module(f"codemods.steps.{module}")
    name = "".join(word.capitalize() for word in module.split("_")[2:])
    step = getattr(loaded, name)
    if not (isinstance(step, type) and issubclass(step, Step)):
        raise TypeError(f"{module}.{name} is not a Step")
    return step


def all_steps(phases: Iterable[Phase]) -> list[type[Step]]:
    """Every step of a plan, in commit order."""
    return [step for phase in phases for step in phase.steps()]
