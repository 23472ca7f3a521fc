"""The Python that snapshots are run with."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

from codemods.refusal import Refusal

OLDEST = (3, 11)
ASK = """
import json, platform, sys
print(json.dumps([sys.executable, platform.python_implementation(),
                  platform.python_version(), sys.version, list(sys.version_info[:2])]))
"""


@dataclass(frozen=True)
class Interpreter:
    """Where an interpreter is, what it is called, and what makes it itself."""

    path: str
    version: str
    identity: str


@cache
def find_interpreter(asked: str = sys.executable) -> Interpreter:
    """The interpreter at a path, or with a name such as `python3.12` or `3.12`.

    What is found may be a script that starts the interpreter; the path is its own.
    """
    name = f"python{asked}" if re.fullmatch(r"[\d.]+", asked) else asked
    found = shutil.which(name)
    if found is None:
        raise Refusal("a Python interpreter", f"nothing called {name}")
    command = [found, "-s", "-c", ASK]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        path, implementation, number, identity, version = json.loads(answer.stdout)
    except ValueError:
        said = (answer.stderr or answer.stdout).strip().split("\n")[0]
        raise Refusal("a Python interpreter", f"{found}: {said}") from None
    if tuple(version) < OLDEST:
        raise Refusal("Python 3.11 or later", f"{implementation} {number} at {path}")
    return Interpreter(path, f"{implementation} {number}", identity)
