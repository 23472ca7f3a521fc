"""What a run may use, and why one was ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Limits:
    """What a run may use before it is ended.

    `output_bytes` counts standard output, and likewise standard error.
    """

    seconds: float = 1800.0
    memory_megabytes: int = 2048
    output_bytes: int = 1 << 26
    reported_bytes: int = 1 << 28
    file_bytes: int = 1 << 28

    def of_resources(self) -> dict[str, int]:
        """The limits that the system itself can keep, by their names in `resource`.

        Processor time is a backstop for when nobody is left to look at the clock.
        """
        return {
            "RLIMIT_AS": self.memory_megabytes << 20,
            "RLIMIT_CPU": int(self.seconds) + 5,
            "RLIMIT_FSIZE": self.file_bytes,
            "RLIMIT_CORE": 0,
        }


class Stop(Enum):
    """Why a run was ended from outside."""

    TIME = "out of time"
    OUTPUT = "prints without end"
    CALLER = "ended by the caller"
