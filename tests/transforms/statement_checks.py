"""What the tests of statement-level transforms have in common."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from textwrap import indent

import libcst as cst

Transform = Callable[[cst.Module], cst.Module]


def rewritten(transform: Transform, code: str) -> str:
    """The code after the transform, once printing and a second run are checked."""
    after = transform(cst.parse_module(code)).code
    assert cst.parse_module(after).code == after
    assert transform(cst.parse_module(after)).code == after
    return after


def outcome(code: str, module_name: str = "example") -> tuple[str, str]:
    """What a program prints, and how it ends."""
    stream = io.StringIO()
    ending = "well"
    with contextlib.redirect_stdout(stream):
        try:
            exec(compile(code, "example", "exec"), {"__name__": module_name})
        except Exception as error:  # noqa: BLE001 (compared, not hidden)
            ending = repr(error)
    return stream.getvalue(), ending


TRACED = """\
def see(tag, value):
    print(tag, a, b, c)
    return value

def bump(value):
    {declaration} a
    a = a + 1 if isinstance(a, int) else 100
    print("bump", a)
    return value

def fail():
    print("fail", a, b)
    raise ValueError("failed")

class Box:
    def __setattr__(self, name, value):
        print("set", name, value, a, b)
        self.__dict__[name] = value

    def __getattr__(self, name):
        print("get", name, a)
        return 11

    def __setitem__(self, key, value):
        print("put", key, value, b)

    def __getitem__(self, key):
        print("take", key, b)
        return key

    def __bool__(self):
        print("asked", a, b, c)
        return False

a = 1
b = 2
c = 3
box = Box()
"""

ENDING = "print(a, b, c, box.__dict__)\n"


def at_the_top(statement: str) -> str:
    """A statement between functions that watch the module's variables."""
    return TRACED.format(declaration="global") + statement + "\n" + ENDING


def in_a_function(statement: str) -> str:
    """A statement between functions that watch the variables around them."""
    body = TRACED.format(declaration="nonlocal") + statement + "\n" + ENDING
    return "def main():\n" + indent(body, "    ") + "\nmain()\n"


def unwatched(statement: str) -> str:
    """A statement in a function whose variables nothing else can see."""
    watching = TRACED.format(declaration="global")
    body = f"a = 4\nb = 5\nc = 6\n{statement}\n{ENDING}"
    return watching + "def main():\n" + indent(body, "    ") + "\nmain()\n"


def guarded(statement: str) -> str:
    """A statement after whose failure its function goes on."""
    attempt = "try:\n" + indent(statement, "    ")
    return attempt + "\nexcept ValueError:\n    print('caught', a, b, c)"
