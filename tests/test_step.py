"""The checks that every step passes through, tried on steps that deserve them."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from codemods import step as stepping
from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap
from codemods.refusal import Refusal
from codemods.step import Step

DOCSTRING = """Do one thing to the script

Change a thing, because
it is better so.

    before
    =>
    after
"""


def make_step(
    apply: Callable[[cst.Module], cst.Module], lost: tuple[str, ...] = ()
) -> type[Step]:
    """A step in a module of its own, as a file in `codemods/steps` would define it."""
    namespace = {
        "apply": lambda self, module: apply(module),
        "lost_comments": lost,
        "__module__": "step_07_do_one_thing",
    }
    return type("DoOneThing", (Step,), namespace)


def run(step: type[Step], code: str) -> str:
    context = CodemodContext(filename="script.py")
    return step(context).transform_module_impl(parse(code)).code


def replacing(old: str, new: str) -> Callable[[cst.Module], cst.Module]:
    return lambda module: parse(module.code.replace(old, new))


class PutSum(cst.CSTTransformer):
    """Puts `1 + 2` where a name stands, without the parentheses that it may need."""

    def leave_Name(
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        left, right = cst.Integer("1"), cst.Integer("2")
        return cst.BinaryOperation(left, cst.Add(), right)


@pytest.fixture(autouse=True)
def _module(monkeypatch: pytest.MonkeyPatch) -> None:
    module = type(pytest)("step_07_do_one_thing")
    module.__doc__ = DOCSTRING
    monkeypatch.setitem(__import__("sys").modules, "step_07_do_one_thing", module)


def test_is_named_by_its_file_and_described_by_its_docstring() -> None:
    step = make_step(lambda module: module)
    assert (step.number, step.slug) == (7, "do_one_thing")
    assert step.title() == "step 07 do_one_thing"
    assert step.file_name() == "step_07_do_one_thing.py"
    assert step.message == "Do one thing to the script"
    assert step.explanation == "Change a thing, because it is better so."
    assert step.example == "    before\n    =>\n    after"
    assert f"{step.message}. {step.explanation}" == step.DESCRIPTION


def test_returns_the_same_tree_where_there_is_nothing_to_do() -> None:
    step = make_step(lambda module: module)(CodemodContext())
    module = parse("x = 1\n")
    assert step.transform_module_impl(module) is module


def test_formats_what_it_returns() -> None:
    assert run(make_step(replacing("1", "2")), "x=1\n") == "x = 2\n"


PLANTED = [
    pytest.param(
        make_step,
        lambda module: cst.parse_module(module.code).visit(PutSum()),
        "3 * x\n",
        "expected a tree that prints as it is, found '3' read as '3 * 1'",
        id="missing-parentheses",
    ),
    pytest.param(
        make_step,
        replacing("  # important", ""),
        "x = 1  # important\n",
        "expected every comment to be kept, found a lost comment: # important",
        id="lost-comment",
    ),
    pytest.param(
        make_step,
        replacing("x", "xx"),
        "x = 1\n",
        "expected a second run to change nothing, found a change in 'xxxx = 1'",
        id="not-idle-the-second-time",
    ),
]


@pytest.mark.parametrize(("make", "apply", "code", "message"), PLANTED)
def test_catches(
    make: Callable[[Callable[[cst.Module], cst.Module]], type[Step]],
    apply: Callable[[cst.Module], cst.Module],
    code: str,
    message: str,
) -> None:
    with pytest.raises(Refusal) as refusal:
        run(make(apply), code)
    assert str(refusal.value) == f"script.py: step 07 do_one_thing: {message}"


def test_lays_out_again_what_black_would_change_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stepping, "format_once", lambda code, *_: f"{code}\n\n")
    assert run(make_step(replacing("1", "2")), "x=1\n") == "x = 2\n"


def test_refuses_what_black_never_leaves_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stepping, "format_source", lambda code, *_: f"{code}\n")
    with pytest.raises(Refusal, match="found one that it changes again"):
        run(make_step(replacing("1", "2")), "x=1\n")


def test_lets_a_declared_comment_go() -> None:
    step = make_step(replacing("  # unused", ""), lost=("# unused",))
    assert run(step, "x = 1  # unused\n") == "x = 1\n"


def test_lets_a_declared_comment_go_that_quotes_code() -> None:
    step = make_step(replacing("  # unused `x`", ""), lost=("# unused `x`",))
    assert run(step, "x = 1  # unused `x`\n") == "x = 1\n"


@pytest.mark.parametrize("code", ["x = 1  # needed\n", "x = 1\ny = 2  # needed\n"])
def test_refuses_to_declare_a_comment_that_stays(code: str) -> None:
    step = make_step(replacing("1", "2"), lost=("# needed",))
    with pytest.raises(Refusal) as refusal:
        run(step, code)
    assert str(refusal.value) == (
        "script.py: step 07 do_one_thing: "
        "expected a declared comment to be lost, found it kept: # needed"
    )


def test_one_of_several_comments_may_go_while_another_is_copied() -> None:
    change = replacing("x = 1  # note\ny = 2", "y = 2  # note\nz = 2")
    step = make_step(change, lost=("# note",))
    assert run(step, "x = 1  # note\ny = 2  # note\n").count("# note") == 2


def test_a_declared_comment_may_stay_that_quotes_what_changes() -> None:
    step = make_step(replacing("x", "y"), lost=("# not `x`",))
    assert run(step, "x = 1  # not `x`\n") == "y = 1  # not `y`\n"


def test_comments_may_come_to_stand_on_one_line() -> None:
    step = make_step(lambda module: module.with_changes(header=[]))
    code = "x = [  # one\n    1,\n    2  # two\n]\n"
    assert "# one  # two\n" in run(step, code)


def test_lets_a_name_change_where_a_comment_quotes_it() -> None:
    step = make_step(replacing("docs", "documents"))
    assert "# `documents`" in run(step, "docs = []  # `docs` are read\n")
    with pytest.raises(Refusal, match="a lost comment: # docs are read"):
        run(step, "docs = []  # docs are read\n")


def test_places_a_refusal() -> None:
    def refuse(module: cst.Module) -> cst.Module:
        raise Refusal("a class", "none", line=3, column=5)

    with pytest.raises(Refusal) as refusal:
        run(make_step(refuse), "x = 1\n")
    assert str(refusal.value) == (
        "script.py:3:5: step 07 do_one_thing: expected a class, found none"
    )


REWRITTEN = """\
import math


def doubled(number: float) -> float:
    return number * 3


print(doubled(1))
"""


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (cst.Return, "in `return number * 3` of `doubled`, as the step rewrites it"),
        (cst.Expr, "in `print(doubled(1))`, as the step rewrites it"),
    ],
)
def test_quotes_what_is_not_in_the_file(kind: type[cst.CSTNode], message: str) -> None:
    def refuse(module: cst.Module) -> cst.Module:
        wrapper = wrap(parse(REWRITTEN))
        (node,) = find(wrapper.module, kind)
        raise Refusal.at(wrapper, node, expected="two", found="three")

    with pytest.raises(Refusal) as refusal:
        run(make_step(refuse), "x = 1\n")
    assert str(refusal.value) == (
        f"script.py: step 07 do_one_thing: expected two, found three, {message}"
    )


def test_keeps_a_place_in_the_file() -> None:
    def refuse(module: cst.Module) -> cst.Module:
        wrapper = wrap(module)
        (name,) = find(wrapper.module, cst.Name)
        raise Refusal.at(wrapper, name, expected="two", found="three")

    with pytest.raises(Refusal, match=r"script\.py:1:1: .*, found three$"):
        run(make_step(refuse), "x = 1\n")


def test_refuses_a_file_that_is_not_named_like_a_step() -> None:
    with pytest.raises(TypeError, match="step_<number>_<slug>"):
        type("Odd", (Step,), {"__module__": "odd"})


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("# coding: latin-1\nx=('é')\n".encode("latin-1"), id="declared"),
        pytest.param(b"\xef\xbb\xbfx=('a')\n", id="byte-order-mark"),
    ],
)
def test_keeps_the_encoding_of_a_file_that_libcst_has_read(data: bytes) -> None:
    step = make_step(lambda module: module)(CodemodContext(filename="script.py"))
    after = step.transform_module_impl(cst.parse_module(data))
    expected = data.replace(b"=(", b" = ").replace(b")", b"").replace(b"'", b'"')
    assert after.bytes == expected


def test_refuses_what_is_nested_too_deep_for_its_transform() -> None:
    def descend(module: cst.Module) -> cst.Module:
        return descend(module)

    with pytest.raises(Refusal) as refusal:
        run(make_step(descend), "x = 1\n")
    assert str(refusal.value).startswith(
        "script.py: step 07 do_one_thing: expected at most 150 levels of nesting"
    )
