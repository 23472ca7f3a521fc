"""The harness finds every fault that is planted, and calls it what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codemods.refusal import Refusal
from codemods.step import Claim
from codemods.verify.find_fault import Fault
from codemods.verify.limits import Limits

ORIGINAL = Path(__file__).parents[2] / "original"
MICROGPT = (ORIGINAL / "microgpt.py").read_text()

TRAIN = """\
import random
random.seed(1)
total = 1.0
for step in range(8):
    total = total / 3 + random.gauss(0, 1)
    print(f"step {step} | loss {total:.4f}")
print("done")
"""


def replaced(script, old, new):
    """The script with one place changed; the place must be there, and only once."""
    assert script.count(old) == 1, old
    return script.replace(old, new)


PLANTED_IN_MICROGPT = (
    pytest.param(
        "(other.data, self.data))",
        "(other.data, -self.data))",
        id="sign flipped in the backward rule of multiplication",
    ),
    pytest.param(
        "child.grad += local_grad * v.grad",
        "child.grad = local_grad * v.grad",
        id="gradient not accumulated",
    ),
    pytest.param(
        "{'wte': matrix(vocab_size, n_embd), 'wpe': matrix(block_size, n_embd),",
        "{'wpe': matrix(block_size, n_embd), 'wte': matrix(vocab_size, n_embd),",
        id="two random draws swapped",
    ),
)


@pytest.mark.parametrize(("old", "new"), PLANTED_IN_MICROGPT)
def test_a_fault_in_the_mathematics_shows_in_the_loss(verify_texts, old, new):
    snapshot = replaced(MICROGPT, old, new)
    original, row = verify_texts(
        MICROGPT, snapshot, iterations=2, input_file=ORIGINAL / "input.txt"
    )
    assert original.passed()
    assert row.finding.fault is Fault.DIFFERS
    assert re.match(r"differs at line [45]: expected 'step .*loss", row.finding.summary)


PLANTED = (
    pytest.param(
        'print("done")',
        'print("done ")',
        Fault.WHITE_SPACE,
        "differs in white space at line 9: expected 'done', found 'done '",
        id="extra space",
    ),
    pytest.param(
        'print("done")',
        'print("\\ndone")',
        Fault.WHITE_SPACE,
        "differs in white space: an extra blank line at line 9",
        id="extra blank line",
    ),
    pytest.param(
        'print("done")',
        'print("done", end="")',
        Fault.WHITE_SPACE,
        "differs in white space at line 9: expected 'done\\n', found 'done'",
        id="no line end at the end",
    ),
    pytest.param(
        'print("done")',
        'print("done\\n")',
        Fault.GOES_ON,
        "goes on after its end: line 10: ''",
        id="extra blank line at the end",
    ),
    pytest.param(
        'print("done")',
        "",
        Fault.ENDS_EARLY,
        "ends early: line 9 is missing: 'done'",
        id="missing line",
    ),
    pytest.param(
        'print("done")',
        'print("done"); print("really")',
        Fault.GOES_ON,
        "goes on after its end: line 10: 'really'",
        id="additional line",
    ),
    pytest.param(
        "total / 3",
        "total / 4",
        Fault.DIFFERS,
        "differs at line 1: expected 'step 0 | loss 1.6215', "
        "found 'step 0 | loss 1.5382'",
        id="wrong number",
    ),
    pytest.param(
        'print("done")',
        'print("done"); raise SystemExit(3)',
        Fault.EXIT_STATUS,
        "exit status 3 instead of 0, after line 9 of its output",
        id="wrong exit status",
    ),
    pytest.param(
        'print("done")',
        "total.no_such_attribute",
        Fault.EXIT_STATUS,
        "exit status 1 instead of 0, after line 8 of its output: AttributeError: "
        "'float' object has no attribute 'no_such_attribute'",
        id="uncaught error",
    ),
    pytest.param(
        'print("done")',
        'print("done"); import sys; print("careful", file=sys.stderr)',
        Fault.STANDARD_ERROR,
        "standard error differs at line 1: expected nothing, found 'careful'",
        id="writes to standard error",
    ),
    pytest.param(
        'print("done")',
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        Fault.SIGNAL,
        "died by SIGSEGV, after line 8 of its output",
        id="dies by a signal",
    ),
    pytest.param(
        'print("done")',
        "while True: pass",
        Fault.TIME,
        "out of time: still running after 2 s, after line 8 of its output",
        id="hangs",
    ),
    pytest.param(
        'print("done")',
        "import time; time.sleep(100)",
        Fault.TIME,
        "out of time: still running after 2 s, after line 8 of its output",
        id="sleeps",
    ),
    pytest.param(
        'print("done")',
        "hoard = [bytearray(1 << 20) for _ in iter(int, 1)]",
        Fault.MEMORY,
        "out of memory: more than 200 MB",
        id="allocates without end",
    ),
    pytest.param(
        'print("done")',
        'print("done")\nwhile True: print("x" * 10000)',
        Fault.OUTPUT,
        "prints without end: ",
        id="prints without end",
    ),
    pytest.param(
        'print("done")',
        'import sys\nwhile True: print("x" * 10000, file=sys.stderr)',
        Fault.OUTPUT,
        "prints without end: ",
        id="prints without end on standard error",
    ),
    pytest.param(
        'print("done")',
        'import os; print("done", os.urandom(8).hex())',
        Fault.NOT_THE_SAME_TWICE,
        "prints something different on every run: line 9: 'done ",
        id="different on every run",
    ),
    pytest.param(
        'print("done")',
        'print(min({"done", "alas", "soon"}, key=hash))',
        Fault.NOT_THE_SAME_TWICE,
        "prints something different on every run: line 9: ",
        id="depends on the hash seed",
    ),
    pytest.param(
        "loss {total:.4f}",
        "loss {total * (1 + 1e-13):.4f}",
        Fault.CLAIM,
        "claims to be exact, but 8 floats differ at 17 digits, by at most ",
        id="13th digit, where the printed text is the same",
    ),
    pytest.param(
        'print("done")',
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        Fault.EXIT_STATUS,
        "exit status 1 instead of 0, after line 8 of its output: ",
        id="tries the network",
    ),
)


@pytest.mark.parametrize(("old", "new", "fault", "summary"), PLANTED)
def test_a_planted_fault_is_named(verify_texts, old, new, fault, summary):
    limits = Limits(seconds=2, memory_megabytes=200)
    snapshot = replaced(TRAIN, old, new)
    original, row = verify_texts(TRAIN, snapshot, limits=limits)
    assert original.passed()
    assert row.finding.fault is fault
    assert row.finding.summary.startswith(summary)
    assert row.seen() == fault.value
    assert row.sanity_check() == f"Output not confirmed: {row.finding.summary}."


def test_the_difference_is_shown_with_the_lines_before_it(verify_texts):
    snapshot = replaced(TRAIN, 'print("done")', 'print("over")')
    *_, row = verify_texts(TRAIN, snapshot)
    *before, expected, found = row.finding.details
    assert [line[:12] for line in before] == [
        "      6 step",
        "      7 step",
        "      8 step",
    ]
    assert (expected, found) == ("-     9 done", "+     9 over")


def test_a_run_is_ended_at_the_first_difference(verify_texts):
    slow = 'print("one", flush=True)\nimport time\ntime.sleep({})\nprint("two")\n'
    *_, row = verify_texts(slow.format(0), slow.format(60).replace("one", "ones"))
    assert row.finding.fault is Fault.DIFFERS
    assert row.seconds < 10


def test_an_original_that_is_not_the_same_twice_is_blamed_itself(verify_texts):
    script = "print(f'{id(object()) / 7:.4f}')\n"
    with pytest.raises(Refusal) as refused:
        verify_texts(script, script)
    assert refused.value.expected == "a script that prints the same twice"
    assert refused.value.file == "script.py"


def test_a_printed_claim_lets_the_last_digits_differ(verify_texts):
    changed = replaced(TRAIN, "{total:.4f}", "{total * (1 + 1e-13):.4f}")
    rows = verify_texts(TRAIN, (changed, Claim.PRINTED), changed)
    assert [row.seen() for row in rows] == ["exact", "printed", "exact"]
    assert rows[1].difference.count == 8
    assert 0 < rows[1].difference.largest < 1e-12
    assert (
        rows[1]
        .sanity_check()
        .startswith(
            "Output identical as printed; 8 floats differ at 17 digits, by at most "
        )
    )


def test_only_the_script_that_changes_the_last_digits_is_blamed(verify_texts):
    changed = replaced(TRAIN, "{total:.4f}", "{total * (1 + 1e-13):.4f}")
    rows = verify_texts(TRAIN, TRAIN + "\n", changed, changed + "\n")
    assert [row.seen() for row in rows] == ["exact", "exact", "not as claimed", "exact"]


SAY = 'print(f"step {step} | loss {total:.4f}")'

OTHER_FORMATS = (
    pytest.param("print('loss {:.4f}'.format(VALUE))", id="method of a literal"),
    pytest.param(
        "say = 'loss {:.4f}'; print(say.format(VALUE))", id="method of a name"
    ),
    pytest.param("print('loss {:.4f}'.format(*[VALUE]))", id="unpacked values"),
    pytest.param("say = 'loss %.4f'; print(say % VALUE)", id="percent of a name"),
    pytest.param("print(f'{VALUE:.4f}{VALUE:.4f}')", id="no room between two floats"),
    pytest.param("s = f'{VALUE:.4f}'; print(s[1:])", id="text changed afterwards"),
    pytest.param("print(VALUE)", id="no format at all"),
)


@pytest.mark.parametrize("line", OTHER_FORMATS)
def test_the_last_digits_are_seen_however_they_are_formatted(verify_texts, line):
    exactly, nearly = (
        line.replace("VALUE", v) for v in ("total", "total * (1 + 1e-13)")
    )
    snapshot = replaced(TRAIN, SAY, nearly)
    _, row = verify_texts(replaced(TRAIN, SAY, exactly), snapshot)
    assert not row.passed()


def test_separators_of_any_kind_are_only_text(verify_texts):
    script = "print('\\x1c\\x1d\\x1e\\x1f\\x00\\t', f'{1 / 3:.2f}')\n"
    original, row = verify_texts(script, script + "\n")
    assert original.passed()
    assert row.seen() == "exact"
    assert row.floats_compared == 1


def test_a_script_without_floats_is_compared_as_well(verify_texts):
    rows = verify_texts("print('a')\n", "print(chr(97))\n", "print('b')\n")
    assert [row.seen() for row in rows] == ["exact", "exact", "differs"]
    assert rows[1].floats_compared == 0
