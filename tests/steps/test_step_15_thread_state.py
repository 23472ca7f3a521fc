"""Step 15 on the original script and on other ways to write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from script_variants import VARIANTS, original, printed, scaled_down

from codemods.check.check_script import check_script
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.steps.step_15_thread_state import ThreadState

CLOSURE = """\
        def build_topo(v):
            if v not in visited:
                visited.add(v)
                for child in v._children:
                    build_topo(child)
                topo.append(v)
        build_topo(self)
"""
ITERATION = """\
        stack = [(self, False)]
        while stack:
            v, is_done = stack.pop()
            if is_done:
                topo.append(v)
            elif v not in visited:
                visited.add(v)
                stack.append((v, True))
                stack.extend((child, False) for child in reversed(v._children))
"""


def with_two_layers() -> str:
    return original().replace("n_layer = 1 ", "n_layer = 2 ")


def with_training_in_a_function() -> str:
    """The script with all that follows the optimizer's buffers in `main`."""
    head, tail = original().split("# Repeat in sequence\n")
    return f"{head}def main():\n{indent(tail, '    ')}\n\nmain()\n"


def with_iteration() -> str:
    assert CLOSURE in original()
    return original().replace(CLOSURE, ITERATION)


def with_optimizer_class() -> str:
    """The script with a class whose method reads the parameters."""
    reset = "        p.grad = 0\n"
    assert reset in original()
    code = (
        original()
        .replace(reset, "")
        .replace(
            "# Repeat in sequence\n",
            "class Optimizer:\n    def reset(self):\n        for p in params:\n"
            "            p.grad = 0\n\noptimizer = Optimizer()\n",
        )
    )
    return code.replace('    print(f"step ', '    optimizer.reset()\n    print(f"step ')


def applied(code: str) -> str:
    step = ThreadState(CodemodContext(filename="script.py"))
    return step.transform_module(cst.parse_module(code)).code


def test_the_example_is_true() -> None:
    before, after = dedent(ThreadState.example + "\n").split("=>\n")
    head = "totals: list[int] = []\n"
    assert applied(format_source(head + before)) == format_source(head + after)


def test_what_is_lifted_receives_state_too() -> None:
    before = (
        "seen: list[int] = []\n\n\ndef f(base: int) -> int:\n"
        "    def g(number: int) -> int:\n        seen.append(number)\n"
        "        return base + number\n\n    return g(1)\n\n\nprint(f(2), seen)\n"
    )
    after = (
        "seen: list[int] = []\n\n\ndef f(base: int, seen: list[int]) -> int:\n"
        "    return g(1, base, seen)\n\n\n"
        "def g(number: int, base: int, seen: list[int]) -> int:\n"
        "    seen.append(number)\n    return base + number\n\n\n"
        "print(f(2, seen), seen)\n"
    )
    assert applied(before) == after
    assert printed(before) == printed(after)


def test_a_refusal_names_step_and_place() -> None:
    with pytest.raises(Refusal) as refusal:
        applied("def f():\n    def g():\n        return 1\n\n    return g\n")
    assert str(refusal.value) == (
        "script.py:5:12: step 15 thread_state: "
        "expected `g` to be called and nothing else, found `g` as a value"
    )


@pytest.mark.parametrize(
    "variant",
    [
        *VARIANTS,
        pytest.param(with_two_layers, id="two-layers"),
        pytest.param(with_training_in_a_function, id="training-in-a-function"),
        pytest.param(with_iteration, id="no-closure"),
        pytest.param(with_optimizer_class, id="optimizer-class"),
    ],
)
def test_the_script_hides_no_state_and_prints_the_same(
    variant: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = format_source(variant())
    after = applied(before)
    rules = {finding.rule for finding in check_script(after)}
    assert not rules & set(ThreadState.reaches)
    assert re.search(r"gpt\w*\(.*, state_dict\w*\)", after)
    (tmp_path / "input.txt").write_text("ada\ngrace\n\nbarbara\n")
    monkeypatch.chdir(tmp_path)
    assert printed(scaled_down(after)) == printed(scaled_down(before))


def test_a_traversal_without_a_closure_stays_as_it_is() -> None:
    before = format_source(with_iteration())
    method = before[before.index("    def backward") : before.index("# Initialize")]
    assert method in applied(before)
