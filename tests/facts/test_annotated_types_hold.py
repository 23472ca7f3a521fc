"""Second opinions on annotated types: mypy's, and that of programs that run."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mypy import api

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, wrap
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.type_names import ANY_LENGTH, NUMBERS, UNOBSERVED, Type
from codemods.facts.walk import parents

ROOT = Path(__file__).parents[2]
SNAPSHOT = ROOT / "generated" / "step_14_annotate_bindings.py"


@pytest.fixture(scope="module")
def bindings() -> Bindings:
    return Bindings(wrap(parse(SNAPSHOT.read_text(encoding="utf-8"))))


def test_every_variable_of_an_annotated_script_is_known(bindings: Bindings) -> None:
    types = AnnotatedTypes(bindings)
    assert [b for b in bindings if not types.of_binding(b).is_complete] == []


def test_every_operand_of_an_annotated_script_is_known(bindings: Bindings) -> None:
    types, module = AnnotatedTypes(bindings), bindings.wrapper.module
    operands: list[cst.BaseExpression] = []
    for binary in find(module, cst.BinaryOperation):
        operands += [binary, binary.left, binary.right]
    for unary in find(module, cst.UnaryOperation):
        operands += [unary, unary.expression]
    for comparison in find(module, cst.Comparison):
        operands += [comparison.left, *(c.comparator for c in comparison.comparisons)]
    for call in find(module, cst.Call):
        operands += [argument.value for argument in call.args]
    unknown = [node for node in operands if not types.type_of(node).is_complete]
    assert [module.code_for_node(node) for node in unknown] == []


def test_mypy_agrees(bindings: Bindings, tmp_path: Path) -> None:
    """Have: total = weight * 2
    Want: reveal_type(weight)  # 7
          total = weight * 2
          reveal_type(total)  # 8
    """
    types = AnnotatedTypes(bindings)
    asked = _Asked(bindings)
    revealed = _reveal(bindings.wrapper.module.visit(asked).code, tmp_path)
    assert set(revealed) == set(range(len(asked.uses)))
    different = []
    for number, theirs in revealed.items():
        use = asked.uses[number]
        ours = types.type_of(use.node)
        # Where a value is stored, mypy tells what it is, not what the variable may be.
        stored = ours.members if use.role is Role.STORE else ()
        if theirs not in map(str, (Type("Any"), ours, *stored)):
            different.append((use.node.value, use.scope.name, str(ours), theirs))
    assert different == []
    compared = {bindings.binding_of(use.node) for use in asked.uses}
    variables = {b for b in bindings if _is_variable(bindings, b)}
    assert variables - compared == set()


class _Asked(cst.CSTTransformer):
    """Asks mypy for the variables that a statement loads, before it, and those that it
    stores, after it; for the targets of a loop, where its body begins."""

    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self.bindings = bindings
        self.uses: list[Occurrence] = []
        self.uses_of: dict[cst.CSTNode, list[Occurrence]] = {}
        above = parents(bindings.wrapper.module)
        for use in bindings.scopes.occurrences:
            binding = bindings.binding_of(use.node)
            if binding is None or not _is_variable(bindings, binding):
                continue
            node = above.get(use.anchor)
            while node is not None and not isinstance(
                node, cst.SimpleStatementLine | cst.BaseCompoundStatement
            ):
                node = above.get(node)
            if node is not None:
                self.uses_of.setdefault(node, []).append(use)

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.FlattenSentinel[cst.BaseStatement]:
        before = self.ask(original_node, Role.LOAD, Role.UPDATE)
        after = self.ask(original_node, Role.STORE, Role.UPDATE)
        return cst.FlattenSentinel([*before, updated_node, *after])

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        asked = self.ask(original_node, Role.STORE)
        body = cst.ensure_type(updated_node.body, cst.IndentedBlock)
        return updated_node.with_changes(
            body=body.with_changes(body=[*asked, *body.body])
        )

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        asked = self.ask(original_node, Role.PARAMETER)
        return updated_node.with_deep_changes(
            updated_node.body, body=[*asked, *updated_node.body.body]
        )

    def ask(self, node: cst.CSTNode, *roles: Role) -> list[cst.BaseStatement]:
        lines: list[cst.BaseStatement] = []
        for use in self.uses_of.get(node, []):
            if use.role in roles:
                text = f"reveal_type({use.node.value})  # {len(self.uses)}"
                lines.append(cst.parse_statement(text))
                self.uses.append(use)
        return lines


def _is_variable(bindings: Bindings, binding: Binding) -> bool:
    """Whether a name is a variable of the module or a function, and not of a
    comprehension, into which no statement can be put."""
    values = {Role.STORE, Role.UPDATE, Role.PARAMETER}
    return bindings.roles(binding) <= values and not binding.scope.is_comprehension


def _reveal(code: str, folder: Path) -> dict[int, str]:
    """What mypy says, by the number behind each question."""
    (folder / "copy_of_script.py").write_text(code, encoding="utf-8")
    options = ["--strict", "--cache-dir", str(folder), "--no-error-summary"]
    said, problems, _ = api.run([*options, str(folder / "copy_of_script.py")])
    assert not problems
    lines, revealed = code.splitlines(), {}
    for answer in said.splitlines():
        found = re.search(r':(\d+): note: Revealed type is "(.*)"$', answer)
        assert found is not None, answer
        number = lines[int(found[1]) - 1].rsplit("# ")[1]
        revealed[int(number)] = _as_annotated(found[2])
    return revealed


def _as_annotated(revealed: str) -> str:
    short = re.sub(r"\b(builtins|copy_of_script)\.", "", revealed)
    return re.sub(r"^_io\.TextIOWrapper\[.*\]$", "TextIO", short)


ATOMS = "0 1 2 0.5 True None 'ab' '' [] [1] [0.5,[]] () (1,'a') {1} {} {'a':2}".split()
VARIABLES = ("v0", "v1", "v2")
PATTERNS = (
    *(f"({{0}} {operator} {{1}})" for operator in ("+", "-", "/", "//", "%", "&", "|")),
    *(f"({{0}} {operator} {{1}})" for operator in ("==", "<", "in", "is", "and", "or")),
    *("({0} * 2)", "(2 * {0})", "({0} * 0.5)", "(-{0})", "(+{0})", "(not {0})"),
    *("({0}) ** 2", "({0}) ** -1", "[{0}, {1}]", "[*{0}, {1}]", "({0}, {1})"),
    *("({0}, *{1})", "{{{0}: {1}}}", "{{{0}, {1}}}", "({0})[0]", "({0})[-1]"),
    *("({0})[:1]", "({0} if {1} else {2})", "[w for w in {0}]", "len({0})", "abs({0})"),
    *("min({0})", "max({0}, {1})", "sum({0})", "sum({0}, {1})", "round({0})"),
    *("round({0}, 1)", "list({0})", "tuple({0})", "set({0})", "dict({0})"),
    *("sorted({0})", "list(zip({0}, {1}))", "list(enumerate({0}))", "str({0})"),
    *("float({0})", "list(reversed({0}))", "next(iter({0}), {1})", "divmod({0}, {1})"),
    *("list(map(str, {0}))", "list(filter(None, {0}))", "({0}).copy()", "({0}).pop()"),
    *("({0}).get({1}, {2})", "list(({0}).items())", "(lambda: {0})()"),
)
expressions = st.recursive(
    st.sampled_from([*ATOMS, *VARIABLES]),
    lambda inner: st.builds(
        lambda pattern, *parts: pattern.format(*parts),
        st.sampled_from(PATTERNS),
        *[inner] * 3,
    ),
    max_leaves=6,
)
STATEMENTS = (
    *("{v} = {e}", "{v} = {e}", "{v}, {w} = {e}", "{v}, *{w} = {e}", "{v} += {e}"),
    *("{v} -= {e}", "{v} /= {e}", "{v} |= {e}"),
    *("for {v} in {e}:\n    {w} = {f}", "for {v}, {w} in {e}:\n    pass"),
    "if isinstance({v}, {c}):\n    {w} = {v}\nelse:\n    {w} = {e}",
    "if {v} is None:\n    {v} = {e}\n{w} = {v}",
)
statements = st.builds(
    lambda pattern, v, w, e, f, c: pattern.format(v=v, w=w, e=e, f=f, c=c),
    st.sampled_from(STATEMENTS),
    *[st.sampled_from(VARIABLES)] * 2,
    *[expressions] * 2,
    st.sampled_from(["int", "float", "(int, str)", "list"]),
)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@settings(max_examples=150, deadline=None)
@given(st.lists(statements, min_size=2, max_size=6))
def test_values_are_of_the_types(program: list[str]) -> None:
    """Whatever a program binds before it fails is of the type of its variable."""
    code = "v0 = 1\nv1 = [0.5]\nv2 = 'a'\n" + "\n".join(program) + "\n"
    bindings = Bindings(wrap(parse(code)))
    types = AnnotatedTypes(bindings)
    known = {b.name: types.of_binding(b) for b in bindings if b.scope.parent is None}
    for state in _states(code):
        for name, type_ in known.items():
            if name in state:
                assert _is_of(state[name], type_), f"{code}{name}: {type_}"


def _states(code: str) -> Iterator[dict[str, object]]:
    """The variables of a program after each statement of the module."""
    state: dict[str, object] = {}
    with contextlib.suppress(Exception):
        for statement in parse(code).body:
            exec(cst.Module([statement]).code, state)
            yield state


def _is_of(value: object, type_: Type) -> bool:
    """Whether a value is of a type, where an `int` is a `float` as well."""
    if type_ == UNOBSERVED:
        return True
    return any(_is_of_member(value, member) for member in type_.members)


def _is_of_member(value: object, type_: Type) -> bool:
    kind = type(value).__name__
    if type_.name in NUMBERS:
        return kind in NUMBERS[: NUMBERS.index(type_.name) + 1]
    if kind.removesuffix("Type") != type_.name:
        return False
    if isinstance(value, tuple) and ANY_LENGTH not in type_.arguments:
        same_length = len(value) == len(type_.arguments)
        return same_length and all(map(_is_of, value, type_.arguments))
    columns: list[list[object]] = (
        [list(value)] if isinstance(value, list | set | tuple) else []
    )
    if isinstance(value, dict):
        columns = [list(value), list(value.values())]
    return all(
        _is_of(item, argument)
        for column, argument in zip(columns, type_.arguments, strict=False)
        for item in column
    )
