"""Run a copy of a script as if it were the script.

Runs in the interpreter under test as `python -s -P run_copy.py NAME COPY HELPER PIPE`:
the script's name in the working directory, the file that holds the text to run, the
file that holds the helper, and the descriptor of the pipe for what that reports.
"""

from __future__ import annotations

import builtins
import os
import sys
from types import CodeType, TracebackType
from typing import Any

name, copy, helper, pipe = sys.argv[1:]
os.set_inheritable(int(pipe), False)
channel = open(int(pipe), "wb")  # noqa: SIM115 (open until the script has ended)


def report(data: bytes) -> None:
    """Tell the harness something, at once."""
    channel.write(data)
    channel.flush()


def code_of(path: str, shown: str) -> CodeType:
    """The code in a file, under the name that tracebacks are to show."""
    with open(path, encoding="utf-8", newline="") as file:
        return compile(file.read(), shown, "exec", dont_inherit=True)


def show_error(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Show an uncaught error without this file's frame at its top."""
    inner = trace.tb_next if trace else None
    sys.__excepthook__(kind, error.with_traceback(inner), inner)


offered: dict[str, Any] = {"__name__": "helper", "report": report}
exec(code_of(helper, "<helper>"), offered)
for offer in offered["__all__"]:
    setattr(builtins, offer, offered[offer])

standard_output: Any = sys.stdout
standard_output.reconfigure(line_buffering=True)  # the harness compares line by line
sys.excepthook = show_error
sys.argv = [name]
script = type(sys)("__main__")
script.__file__ = os.path.abspath(name)
sys.modules["__main__"] = script
exec(code_of(copy, name), script.__dict__)
