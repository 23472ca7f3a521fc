"""Start a script under limits and report what it cost.

Runs in the interpreter under test, which need not have any package, as
`python -s -P launch.py JOB`, where JOB is a JSON object (see `run.py`).  The script
gets a process of its own, so that its peak memory is its own and not the harness's.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
import time
from typing import Any

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000


def launch(job: dict[str, Any]) -> dict[str, Any]:
    """Run the job's command to its end; return how it ended and what it used."""
    os.set_inheritable(job["figures_to"], False)
    isolated = leave_network()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        start(job)
    _, status, usage = os.wait4(child, 0)
    signalled = os.WIFSIGNALED(status)
    return {
        "exit_code": None if signalled else os.WEXITSTATUS(status),
        "signal": os.WTERMSIG(status) if signalled else None,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_kilobytes": usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1),
        "network_isolated": isolated,
    }


def start(job: dict[str, Any]) -> None:
    """Become the command.  Never returns."""
    try:
        for name, amount in job["limits"].items():
            limit(getattr(resource, name, None), amount)
        os.execv(job["command"][0], job["command"])
    finally:
        os._exit(127)


def limit(kind: int | None, amount: int) -> None:
    """Set a limit for good, or as near to it as the system allows."""
    if kind is None:
        return
    _, most = resource.getrlimit(kind)
    if most != resource.RLIM_INFINITY:
        amount = min(amount, most)
    try:
        resource.setrlimit(kind, (amount, amount))
    except (OSError, ValueError):  # some systems know a limit but do not enforce it
        return


def leave_network() -> bool:
    """Move to a network of nothing, where the system allows it."""
    user, group = os.getuid(), os.getgid()
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if library.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            return False
    except (OSError, AttributeError):  # not Linux
        return False
    keep_identity("setgroups", "deny")
    keep_identity("uid_map", f"{user} {user} 1")
    keep_identity("gid_map", f"{group} {group} 1")
    return True


def keep_identity(file: str, text: str) -> None:
    """Stay who we were in the new user namespace; to be nobody there is harmless."""
    try:
        with open(f"/proc/self/{file}", "w") as mapping:
            mapping.write(text)
    except OSError:
        return


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    with open(given["figures_to"], "w") as report:
        json.dump(launch(given), report)
