"""A widened copy prints what the program prints, and shows its floats."""

from __future__ import annotations

import libcst as cst
import pytest

from codemods.verify.observe import HELPER
from codemods.verify.run import run_script
from codemods.verify.weave import weave
from codemods.verify.widen import widen

UNCHANGED = (
    pytest.param('f"{x} {x!r:>10} {x!s:.3} {x=}"', id="no format of a float"),
    pytest.param('"%.3f" + "{:.3f}"', id="only text"),
    pytest.param("format(x)", id="format without a specification"),
    pytest.param('f"{1, 2:>5}"', id="open tuple"),
)


@pytest.mark.parametrize("expression", UNCHANGED)
def test_leaves_alone(expression):
    assert widen(cst.parse_module(f"{expression}\n")).code == f"{expression}\n"


CHANGED = (
    pytest.param('f"{x:.4f}"', 'f"{__observed__(x):.4f}"', id="f-string"),
    pytest.param(
        'f"{x:{width}.{2}f}"', 'f"{__observed__(x):{width}.{2}f}"', id="nested fields"
    ),
    pytest.param(
        'f"{ x[0] = :.1f}"', 'f" x[0] = { __observed__(x[0]):.1f}"', id="shows itself"
    ),
    pytest.param(
        "f'{ {1: x}[1]=:.1f}'",
        "f' {{1: x}}[1]={ __observed__({1: x}[1]):.1f}'",
        id="shows itself with braces",
    ),
    pytest.param(
        'format(x, ".4f")', 'format(__observed__(x, format), ".4f")', id="format"
    ),
    pytest.param(
        '"{:.1f} {k}".format(x, k=y)',
        '__observed_format__("{:.1f} {k}")(x, k=y)',
        id="method",
    ),
    pytest.param(
        "template.format(*values)",
        "__observed_format__(template)(*values)",
        id="method of something that is not a literal",
    ),
    pytest.param("a % b", "__observed_percent__(a, b)", id="maybe a remainder"),
    pytest.param('("%.1f" % x)', '(__observed_percent__("%.1f", x))', id="percent"),
)


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_widens(before, after):
    assert widen(cst.parse_module(f"{before}\n")).code == f"{after}\n"


PROGRAM = r"""
class Money(float):
    def __format__(self, spec): return "money"
class Wrapped:
    def __init__(self, data): self.data = data
    def __format__(self, spec): return format(self.data, spec)
third, half, width, count = 1 / 3, -2.5, 12, 7
print(f"a {third:.4f}|{third!r:>30}|{third=:.2f}|{third = :8.3f}|{third=}|{third}")
print(f"{half:{width}.{2}f}|{count:4d}|{count:.2f}|{half:+.1e}|{half:.0%}|{half:>9}")
print(f"{Money(3):.2f}|{Wrapped(third):.3f}|{True:.2f}|{2 ** 70:.3e}|{'s':>4}|{1j:.1f}")
print(format(third, ".3f"), format(half), "{:.2f} {:.1f} {k}".format(third, half, k=1))
print("%.3f|%5d|%*.*f|%s|%%" % (third, count, 8, 2, half, third), "%.1f" % half)
print("%(a).2f %(b)s" % {"a": third, "b": half}, "%-8.2f|" "%x" % (half, 255))
text = f"{third:.2f}".rjust(20)
print(text, len(text), text[-2:], f"{f'{third:.2f}':>10}")
print(f"{float('nan'):.2f} {float('inf'):8.1f} {-0.0:.1f} {1e300:.3g} {third:,.2f}")
def yields():
    got = f"{(yield 1):.2f}"
    print(got)
machine = yields(); next(machine)
try:
    machine.send(1.5)
except StopIteration:
    pass
"""


def observed(script, python):
    result = run_script(
        script,
        copy=widen(cst.parse_module(script)).code,
        helper=HELPER.read_text(),
        python=python,
    )
    assert result.stderr == b""
    return result.stdout.decode(), result.reported.decode()


def test_a_widened_copy_prints_the_same(interpreter):
    output, notes = observed(PROGRAM, interpreter.path)
    assert output == run_script(PROGRAM, python=interpreter.path).stdout.decode()
    woven = weave(output, notes)
    assert woven.text.split("\n")[0] == (
        "a 0.33333333333333331|            0.3333333333333333"
        "|third=0.33333333333333331|third =    0.33333333333333331"
        "|third=0.3333333333333333|0.3333333333333333"
    )


def test_a_format_function_of_ones_own_gets_what_it_is_given(interpreter):
    script = (
        "def format(value, how): return type(value).__name__ + how\n"
        "print(format(1.5, '.2f'))\n"
    )
    assert observed(script, interpreter.path) == ("float.2f\n", "")
