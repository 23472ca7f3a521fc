"""One run: what the script sees, how it ends, what is left of it."""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path

import pytest

from codemods.refusal import Refusal
from codemods.verify.limits import Limits, Stop
from codemods.verify.run import run_script


def test_an_interpreter_that_is_not_there_is_refused():
    with pytest.raises(Refusal) as refused:
        run_script("print()", python="/no/such/python")
    assert refused.value.expected == "an interpreter that starts"


def test_the_script_sees_itself_its_input_and_nothing_else(
    tmp_path, interpreter, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    data = tmp_path / "some.txt"
    data.write_text("hello\n")
    result = run_script(
        "import os, sys\n"
        "print([sorted(os.listdir()), open('input.txt').read(), sys.argv, __name__,\n"
        "       os.path.basename(__file__), sys.stdin.read(),\n"
        "       sorted(n for n in os.environ if n.startswith('PYTHON'))])\n",
        input_file=data,
        python=interpreter.path,
        name="model.py",
    )
    assert ast.literal_eval(result.stdout.decode()) == [
        ["input.txt", "model.py"],
        "hello\n",
        ["model.py"],
        "__main__",
        "model.py",
        "",
        ["PYTHONHASHSEED"],
    ]


def test_the_figures_are_those_of_the_script_alone(interpreter):
    ballast = bytearray(100 << 20)
    small = run_script("print(1)", python=interpreter.path)
    large = run_script("x = bytearray(50 << 20)", python=interpreter.path)
    assert len(ballast) == 100 << 20
    assert small.exit_code == large.exit_code == 0
    assert small.peak_kilobytes < 30 << 10
    assert 50 << 10 < large.peak_kilobytes < 90 << 10
    assert small.seconds < 5


def test_a_traceback_shows_the_script_and_not_the_copy(interpreter):
    result = run_script(
        "def fail():\n    raise ValueError('no')\nfail()\n",
        copy="def fail():\n    raise ValueError('n' 'o')\nfail()\n",
        python=interpreter.path,
        name="model.py",
    )
    lines = result.stderr.decode().splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1] == '  File "model.py", line 3, in <module>'
    assert "    raise ValueError('no')" in lines
    assert lines[-1] == "ValueError: no"


def test_a_helper_gives_builtins_and_reports(interpreter):
    result = run_script(
        "print(f'{double(4)}')\n",
        copy="print(f'{double(5)}')\n",
        helper=(
            "import atexit\n"
            "__all__ = ['double']\n"
            "def double(number):\n"
            "    report(b'%d,' % number)\n"
            "    return 2 * number\n"
            "atexit.register(report, b'end')\n"
        ),
        python=interpreter.path,
    )
    assert (result.stdout, result.reported) == (b"10\n", b"5,end")


def test_the_network_is_out_of_reach_where_the_system_allows_it():
    result = run_script(
        "import socket\n"
        "s = socket.socket()\n"
        "print(s.connect_ex(('127.0.0.1', 9)), len(socket.if_nameindex()))\n"
    )
    if not result.network_isolated:
        pytest.skip("this system does not let a process leave the network")
    code, interfaces = result.stdout.split()
    assert int(code) != 0
    assert interfaces == b"1"


def test_the_script_stays_who_it_was():
    result = run_script("import os\nprint(os.getuid(), os.getgid())")
    assert result.stdout.split() == [b"%d" % os.getuid(), b"%d" % os.getgid()]


def test_hash_seeds_are_those_asked_for():
    script = "print(hash('x'))"
    first, again, other = (
        run_script(script, hash_seed=seed).stdout for seed in (0, 0, 1)
    )
    assert first == again != other


def test_output_comes_line_by_line_and_can_be_ended():
    seen = []

    def look(chunk: bytes) -> bool:
        seen.append(chunk)
        return b"two" not in chunk

    result = run_script(
        "import time\nfor word in ('one', 'two', 'three'):\n"
        "    print(word)\n    time.sleep(0.2)\ntime.sleep(60)\n",
        on_output=look,
    )
    assert seen == [b"one\n", b"two\n"]
    assert result.stopped_because is Stop.CALLER
    assert result.exit_code is result.signal is None
    assert result.seconds < 10


@pytest.mark.parametrize(
    ("script", "limits", "stop"),
    [
        pytest.param("while True: pass", Limits(seconds=0.5), Stop.TIME, id="time"),
        pytest.param(
            "while True: print('x' * 999)",
            Limits(seconds=20, output_bytes=100_000),
            Stop.OUTPUT,
            id="output",
        ),
    ],
)
def test_a_run_beyond_its_limits_is_ended(script, limits, stop):
    result = run_script(script, limits=limits)
    assert result.stopped_because is stop
    assert result.seconds < 10


def test_a_file_without_end_is_not_written():
    limits = Limits(seconds=20, file_bytes=1_000_000)
    script = "with open('x', 'wb') as f:\n    while True: f.write(b'x' * 4096)\n"
    result = run_script(script, limits=limits)
    assert result.exit_code == 1
    assert b"File too large" in result.stderr


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(
            "import subprocess, sys\n"
            "sleep = 'import time; time.sleep(60)'\n"
            "print(subprocess.Popen([sys.executable, '-c', sleep]).pid, flush=True)\n",
            id="as a subprocess",
        ),
        pytest.param(
            "import os, time\n"
            "pid = os.fork()\n"
            "if pid == 0: time.sleep(60)\n"
            "print(pid, flush=True)\n",
            id="as a fork that keeps the pipes open",
        ),
    ],
)
def test_what_a_script_has_started_ends_with_it(start):
    began = time.monotonic()
    result = run_script(start)
    assert result.exit_code == 0
    assert time.monotonic() - began < 10
    child = Path("/proc", result.stdout.split()[0].decode(), "cmdline")
    assert not child.exists() or child.read_bytes() == b""


def test_line_ends_and_letters_stay_as_they_are():
    result = run_script("print('''a\r\né''', ascii('''\r\n'''))\r\n")
    assert result.stdout == "a\né '\\n'\n".encode()
