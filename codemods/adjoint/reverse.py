"""Write the adjoint of a function: its statements in reverse, each by its rule.

The function that is written adds to the derivatives of what the forward function reads,
in the order in which reverse-mode differentiation of the recorded operations would:
statement by statement from the last to the first, the operands of each from the left.
Loops run backward where their iterations add to the same place, and forward elsewhere,
where the direction changes no bit.

Values of the forward pass are had again by one rule.  What is cheap is computed again:
integers, numbers, and in a function that calls no other, its lists as well.  What took
a call, or a list in a function that calls others, is kept: the forward function appends
it to a list, `activations`, where it is used last, and the adjoint pops it there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, NoReturn

import libcst as cst

from codemods.adjoint.program import (
    Append,
    Block,
    Branch,
    Call,
    Compute,
    Constant,
    Entry,
    Load,
    Loop,
    NewList,
    Operand,
    Program,
    Statement,
    Store,
    Value,
    Whole,
)
from codemods.adjoint.rules import RULES, SELECTIONS
from codemods.adjoint.slices import slice_of
from codemods.facts.vocabulary import singular

STACK = "activations"
"""The list that values of the forward pass are kept in."""

CODE = cst.Module([])
IDENTIFIER = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}


@dataclass(frozen=True)
class Kept:
    """A name to be kept, before or after a statement of the forward function."""

    name: str
    statement: Statement
    is_before: bool


class Role(Enum):
    """What a parameter of an adjoint is to a parameter of the function."""

    VALUE = "that parameter"
    DERIVATIVE = "the derivatives of that parameter, to be added to"
    RESULT = "the derivatives of a result, which come in"
    STACK = "what the forward function kept"


class Slot(NamedTuple):
    """A parameter of an adjoint, and the function's parameter that it belongs to."""

    name: str
    role: Role
    parameter: str = ""


@dataclass(frozen=True)
class Adjoint:
    """The adjoint of a function, and what the function must keep for it."""

    name: str
    slots: Sequence[Slot]
    returned: Sequence[str]
    """The parameters, numbers, whose derivatives it returns."""
    lines: Sequence[str]
    kept: Sequence[Kept]

    @property
    def uses_stack(self) -> bool:
        return any(slot.role is Role.STACK for slot in self.slots)


class Unsupported(Exception):
    """What the adjoint cannot be written for, with the statement where that shows."""

    def __init__(self, statement: Statement | None, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.statement = statement
        self.expected = expected
        self.found = found


@dataclass(eq=False)
class _Context:
    """A block of the adjoint that is being written, for one of the program."""

    block: Block
    parent: _Context | None = None
    counter: str | None = None
    index: int = 0
    """Which statement of the block is being reversed."""
    lines: list[str] = field(default_factory=list)
    held: dict[str, Statement | None] = field(default_factory=dict)
    """The statement that each name has its value of the forward pass from."""
    wrote: set[str] = field(default_factory=set)
    relied: set[str] = field(default_factory=set)
    must_reverse: bool = False
    places: list[tuple[Value, tuple[str, ...]]] = field(default_factory=list)
    """The entries that were added to."""

    @property
    def statement(self) -> Statement | None:
        statements = self.block.statements
        return statements[self.index] if self.index < len(statements) else None

    def chain(self) -> Iterable[_Context]:
        context: _Context | None = self
        while context is not None:
            yield context
            context = context.parent


def reverse(
    program: Program,
    programs: Mapping[str, Program],
    adjoints: Mapping[str, Adjoint],
    is_root: bool,
) -> Adjoint:
    """The adjoint of a function, given the functions that it calls and theirs.

    The root makes the derivatives of the lists that it appends to by itself, because
    nobody reads these lists behind it.  Raises `Unsupported`.
    """
    return _Reversal(program, programs, adjoints, is_root).run()


def growing(program: Program, programs: Mapping[str, Program]) -> set[str]:
    """The parameters that a function appends to, or has others append to."""
    own = {value: name for name, value in program.parameters.items() if value}
    found = set()
    for statement in _all_statements(program.block):
        match statement:
            case Append(target=target) if target.value in own:
                found.add(own[target.value])
            case Call(function=function, arguments=arguments):
                callee = programs[function]
                names = growing(callee, programs)
                for name, given in zip(callee.parameters, arguments, strict=True):
                    if name in names and not isinstance(given, Constant):
                        found |= {own[given.value]} if given.value in own else set()
    return found


class _Reversal:
    def __init__(
        self,
        program: Program,
        programs: Mapping[str, Program],
        adjoints: Mapping[str, Adjoint],
        is_root: bool,
    ) -> None:
        self.program = program
        self.is_root = is_root
        self.programs = programs
        self.adjoints = adjoints
        everything = _all_statements(program.block)
        self.calls = any(isinstance(statement, Call) for statement in everything)
        self.derivatives: dict[Value, str] = {}
        self.used = set(_used(program))
        self.growing = growing(program, programs)
        self.kept: list[Kept] = []
        self.heads: dict[Block, Statement] = {}
        self.uses_stack = False
        self.annotated: set[str] = set()

    def run(self) -> Adjoint:
        root = _Context(self.program.block)
        root.index = len(root.block.statements)
        parameters = self.program.parameters
        for name, value in parameters.items():
            if value is not None and value.depth and not self._is_own(name):
                self.derivatives[value] = f"{name}_gradient"
        results = self._begin(root)
        self._block(root)
        returned = self._returned(root)
        lines = [line for text in root.lines for line in text.split("\n")]
        read = set(IDENTIFIER.findall("\n".join(_without_comments(lines))))
        slots = [Slot(name, Role.RESULT) for name in results]
        for name, value in parameters.items():
            if name in read:
                slots.append(Slot(name, Role.VALUE, name))
            if value is None or not value.depth or self._is_own(name):
                continue
            if f"{name}_gradient" in read:
                slots.append(Slot(f"{name}_gradient", Role.DERIVATIVE, name))
        if self.uses_stack:
            slots.append(Slot(STACK, Role.STACK))
        forward = self.program.name.removesuffix("_forward")
        name = f"{forward}_backward"
        return Adjoint(name, slots, returned, lines, self.kept)

    def _is_own(self, name: str) -> bool:
        return self.is_root and name in self.growing

    def _begin(self, root: _Context) -> list[str]:
        """Give the results the derivatives that come in."""
        names: list[str] = []
        for number, result in enumerate(self.program.results):
            match result:
                case Constant():
                    names.append(f"result_{number}_gradient")
                case Whole(text=text, value=value):
                    names.append(f"{text}_gradient")
                    if value in self.derivatives:
                        self._fail(root, "results that are no parameters", text)
                    self.derivatives[value] = f"{text}_gradient"
                case Entry(depth=0):
                    names.append("result_gradient")
                    self._add(root, result, "result_gradient")
                case _:
                    self._fail(root, "a result by its name", result.text)
        if len(set(names)) < len(names):
            self._fail(root, "each result once", "one twice")
        return names

    def _returned(self, root: _Context) -> list[str]:
        """Return what was added up for parameters that are numbers."""
        names, texts = [], []
        for name, value in self.program.parameters.items():
            if value is not None and not value.depth:
                names.append(name)
                texts.append(self.derivatives.get(value, "0.0"))
        if names:
            root.lines.append(f"return {', '.join(texts)}")
        return names

    def _fail(self, context: _Context, expected: str, found: str) -> NoReturn:
        raise Unsupported(context.statement, expected, found)

    # Statements.

    def _block(self, context: _Context) -> None:
        for index in range(len(context.block.statements) - 1, -1, -1):
            context.index = index
            self._statement(context, context.block.statements[index])

    def _statement(self, context: _Context, statement: Statement) -> None:
        begun = len(context.lines)
        match statement:
            case Loop():
                self._loop(context, statement)
                return
            case Branch():
                self._branch(context, statement)
                return
            case Compute():
                self._compute(context, statement)
            case Load():
                self._load(context, statement)
            case NewList():
                self.derivatives.pop(statement.value, None)
            case Append():
                self._append(context, statement)
            case Store():
                self._store(context, statement)
            case Call():
                self._call(context, statement)
        if len(context.lines) > begun:
            context.lines.insert(begun, f"# {_shown(statement.node)}")

    def _compute(self, context: _Context, statement: Compute) -> None:
        upstream = self.derivatives.pop(statement.value, None)
        if upstream is None:
            return
        operands = statement.operands
        if statement.operation in SELECTIONS:
            self._select(context, statement, upstream)
            return
        rule = RULES[statement.operation]
        texts = dict(zip("xy", (o.text for o in operands), strict=False))
        texts["z"] = statement.value.name
        additions: list[tuple[Operand, str]] = []
        known: dict[str, str] = {}
        for operand, derivative in zip(operands, rule[1:], strict=False):
            if isinstance(operand, Constant):
                continue
            if derivative is None or (
                statement.operation == "x ** y" and operand is not operands[0]
            ):
                self._fail(context, "a constant exponent", operand.text)
            assert derivative is not None
            spelt = _substituted(derivative, texts)
            if spelt not in known:
                taken = set(known.values())
                known[spelt] = self._scaled(
                    context, operand, derivative, texts, upstream, taken
                )
            additions.append((operand, known[spelt]))
        for operand, text in additions:
            self._add(context, operand, text)

    def _scaled(
        self,
        context: _Context,
        operand: Whole | Entry,
        derivative: str,
        texts: Mapping[str, str],
        upstream: str,
        taken: set[str],
    ) -> str:
        """The name of a derivative times what comes in, from the left."""
        if derivative == "1":
            return upstream
        name = self._name_of(context, operand)
        while name in taken:
            name = f"other_{name}"
        if derivative == "-1":
            return self._write(context, name, f"-{upstream}")
        local = self._local(context, derivative, texts)
        return self._write(context, name, f"{local} * {upstream}")

    def _name_of(self, context: _Context, operand: Whole | Entry) -> str:
        """What to call what goes to an operand; its derivative, if that is all of it."""
        stem = operand.text if operand.text.isidentifier() else _stem(operand.text)
        if (
            isinstance(operand, Whole)
            and operand.value not in self.derivatives
            and operand.value.block is context.block
            and f"{stem}_gradient" not in self.derivatives.values()
        ):
            return f"{stem}_gradient"
        return f"{stem}_contribution"

    def _local(
        self, context: _Context, derivative: str, texts: Mapping[str, str]
    ) -> str:
        """Write what computes a derivative, one operation a line; the last as text."""
        node = ast.parse(derivative, mode="eval").body
        return self._expression(context, node, texts)

    def _expression(
        self, context: _Context, node: ast.expr, texts: Mapping[str, str]
    ) -> str:
        match node:
            case ast.Name(id=name):
                context.index += name == "z"  # the result is there behind the line
                self._provide_all(context, texts[name])
                context.index -= name == "z"
                return texts[name]
            case ast.Constant(value=value):
                return repr(value)
            case ast.UnaryOp(operand=operand):
                inner = self._expression(context, operand, texts)
                return self._temporary(context, f"negative_{_stem(inner)}", f"-{inner}")
            case ast.Call(func=function, args=[argument]):
                inner = self._expression(context, argument, texts)
                name = f"{ast.unparse(function).split('.')[-1]}_of_{_stem(inner)}"
                return self._temporary(
                    context, name, f"{ast.unparse(function)}({inner})"
                )
            case ast.BinOp(left=left, op=operator, right=right):
                first = self._expression(context, left, texts)
                second = self._expression(context, right, texts)
                text = f"{first} {BINARY[type(operator)]} {second}"
                return self._folded(context, operator, first, second, text)
        raise AssertionError(node)  # the table has nothing else

    def _folded(
        self,
        context: _Context,
        operator: ast.operator,
        first: str,
        second: str,
        text: str,
    ) -> str:
        if _is_number(first) and _is_number(second):
            return repr(ast.literal_eval(first) - ast.literal_eval(second))
        match operator:
            case ast.Pow() if second in ("1", "1.0"):
                return first  # the power is exact
            case ast.Pow():
                name = f"{_stem(first)}_power"
            case ast.Sub():
                name = f"{_stem(first)}_minus_{_stem(second)}"
            case ast.Div() if first == "1":
                name = f"reciprocal_of_{_stem(second)}"
            case ast.Div():
                name = f"{_stem(first)}_over_{_stem(second)}"
            case _:
                name = f"{_stem(second)}_slope"
        return self._temporary(context, name, text)

    def _temporary(self, context: _Context, name: str, text: str) -> str:
        return self._write(context, name, text)

    def _write(self, context: _Context, name: str, text: str) -> str:
        """Bind a name of the adjoint's own."""
        self._release(context, name)
        context.lines.append(f"{name} = {text}")
        return name

    def _release(self, context: _Context, name: str) -> None:
        """Give the derivatives that were known by a name names of their own."""
        for value, text in list(self.derivatives.items()):
            if text == name and f"{value.name}_gradient" != name:
                own = f"{value.name}_gradient"
                self.derivatives[value] = own
                self._owner(context, value).lines.append(f"{own} = {name}")

    def _select(self, context: _Context, statement: Compute, upstream: str) -> None:
        first, second = statement.operands
        compares = SELECTIONS[statement.operation]
        self._provide_all(context, first.text)
        self._provide_all(context, second.text)
        test = f"{second.text} {compares} {first.text}"
        chosen = []
        for operand in (second, first):
            inside = _Context(Block(context.block), context)
            inside.index = 0
            if not isinstance(operand, Constant):
                self._add(inside, operand, upstream)
            self._absorb(context, inside)
            chosen.append(inside.lines)
        context.lines += _conditional(test, *chosen)

    # Adding to derivatives.

    def _add(self, context: _Context, operand: Operand, text: str) -> None:
        match operand:
            case Whole(value=value) if not value.depth:
                self._add_to_number(context, value, text)
            case Entry(value=value, indices=indices, depth=0):
                row = self._row(context, operand.root, value)
                for index in indices:
                    self._provide_all(context, index)
                place = row + "".join(f"[{index}]" for index in indices)
                context.lines.append(f"{place} += {text}")
                context.places.append((value, indices))
            case _:
                self._fail(context, "a number", operand.text)

    def _add_to_number(self, context: _Context, value: Value, text: str) -> None:
        own = f"{value.name}_gradient"
        owner = self._owner(context, value)
        if value not in self.derivatives:
            if owner is context:
                self.derivatives[value] = text
                return
            self._write(owner, own, "0.0")
            self.derivatives[value] = own
        elif self.derivatives[value] != own:
            known = self.derivatives[value]
            self._write(owner, own, known)
            self.derivatives[value] = own
        self._release(context, own)
        context.lines.append(f"{own} += {text}")
        for inner in context.chain():
            if inner is owner:
                break
            inner.must_reverse = True

    def _owner(self, context: _Context, value: Value) -> _Context:
        for outer in context.chain():
            if outer.block is value.block:
                return outer
        return context

    def _row(
        self, context: _Context, name: str, value: Value, otherwise: str | None = None
    ) -> str:
        """The name of the derivatives of a list, which are made if there are none."""
        if value in self.derivatives:
            return self.derivatives[value]
        owner = self._owner(context, value)
        own = f"{name}_gradient"
        if own in self.derivatives.values():
            own = otherwise or f"former_{own}"
        self._provide(owner, name)
        annotation = "" if own in self.annotated else f": {_list_of(value.depth)}"
        self.annotated.add(own)
        if value.depth == 1:
            owner.lines.append(f"{own}{annotation} = [0.0] * len({name})")
        else:
            owner.lines += _zeros(own, annotation, name, value.depth)
        self.derivatives[value] = own
        return own

    # Lists.

    def _load(self, context: _Context, statement: Load) -> None:
        source, result = statement.source, statement.result
        if isinstance(source, Whole) and isinstance(result, Whole):
            known = self.derivatives.get(source.value)
            own = f"{source.text}_gradient"
            if known == f"{result.text}_gradient" and own != known:
                context.lines.append(f"{own} = {known}")
                self.derivatives[source.value] = own

    def _append(self, context: _Context, statement: Append) -> None:
        target, item = statement.target, statement.item
        if target.value not in self.derivatives:
            return
        row = self.derivatives[target.value]
        if isinstance(target, Entry):
            for index in target.indices:
                self._provide_all(context, index)
            row += "".join(f"[{index}]" for index in target.indices)
        if statement.index is not None:
            text = f"{row}[{statement.index}]"
            context.places.append((target.value, (statement.index,)))
        else:
            text = f"{row}.pop()"
            for inner in context.chain():
                if inner.block is target.value.block:
                    break
                inner.must_reverse = True
        self._take(context, item, text, statement.index is None)
        if target.depth > 1 and statement.index is None:
            context.lines.append(f"{target.text}.pop()")

    def _take(self, context: _Context, item: Operand, text: str, must: bool) -> None:
        """Let the derivative of an entry be that of the item which was put there."""
        match item:
            case Whole(value=value) if value not in self.derivatives and (
                value.block is context.block
            ):
                own = f"{item.text}_gradient"
                self._write(context, own, text)
                self.derivatives[value] = own
            case Whole(value=value) if not value.depth:
                self._add_to_number(context, value, text)
            case Entry(depth=0):
                self._add(context, item, text)
            case Constant():
                if must:
                    context.lines.append(text)
            case _:
                self._fail(context, "a list that is kept in one place", item.text)

    def _store(self, context: _Context, statement: Store) -> None:
        target = statement.target
        if target.value not in self.derivatives:
            return
        for index in target.indices:
            self._provide_all(context, index)
        row = self.derivatives[target.value]
        place = row + "".join(f"[{index}]" for index in target.indices)
        context.places.append((target.value, target.indices))
        if not isinstance(statement.item, Constant):
            name = f"{_stem(statement.item.text)}_contribution"
            self._write(context, name, place)
            if not statement.adds:
                context.lines.append(f"{place} = 0.0")
            self._add(context, statement.item, name)
        elif not statement.adds:
            context.lines.append(f"{place} = 0.0")

    # Calls.

    def _call(self, context: _Context, statement: Call) -> None:
        values = [v for v in statement.values if v is not None]
        if statement.values and not any(v in self.derivatives for v in values):
            return
        adjoint = self.adjoints[statement.function]
        arguments = iter(statement.values)
        parameters = self.programs[statement.function].parameters
        operands = dict(zip(parameters, statement.arguments, strict=True))
        given = []
        late: list[tuple[str, str]] = []
        for name, role, parameter in adjoint.slots:
            match role:
                case Role.RESULT:
                    given.append(self._incoming(context, next(arguments)))
                case Role.STACK:
                    self.uses_stack = True
                    given.append(STACK)
                case Role.VALUE:
                    given.append(operands[parameter].text)
                case Role.DERIVATIVE:
                    operand = operands[parameter]
                    given.append(self._outgoing(context, operand, name, late))
        for slot in adjoint.slots:
            if slot.role is Role.VALUE:
                self._provide_all(context, operands[slot.parameter].text)
        text = f"{adjoint.name}({', '.join(given)})"
        names = [f"{name}_contribution" for name in adjoint.returned]
        context.lines.append(f"{', '.join(names)} = {text}" if names else text)
        for value in values:
            self.derivatives.pop(value, None)
        for own, other in late:
            context.lines.append(f"{own} = {other}")
            for value, known in self.derivatives.items():
                if known == other:
                    self.derivatives[value] = own
        for name, parameter in zip(names, adjoint.returned, strict=True):
            if not isinstance(operands[parameter], Constant):
                self._add(context, operands[parameter], name)
        for inner in context.chain():
            inner.must_reverse = True

    def _incoming(self, context: _Context, value: Value | None) -> str:
        if value is None:
            return "0.0"
        if value not in self.derivatives:
            if not value.depth:
                return "0.0"
            return self._row(context, value.name, value)
        return self.derivatives[value]

    def _outgoing(
        self,
        context: _Context,
        operand: Operand,
        parameter: str,
        late: list[tuple[str, str]],
    ) -> str:
        """The derivatives of an argument, for the adjoint to add to."""
        match operand:
            case Whole(text=text, value=value):
                was_known = value in self.derivatives
                row = self._row(context, text, value, otherwise=parameter)
                if not was_known and row != f"{text}_gradient":
                    late.append((f"{text}_gradient", row))
                return row
            case Entry(value=value, indices=indices):
                for index in indices:
                    self._provide_all(context, index)
                row = self._row(context, operand.root, value)
                return row + "".join(f"[{index}]" for index in indices)
        self._provide_all(context, operand.text)
        name = f"unused_{parameter}"
        return self._write(context, name, f"[0.0] * len({operand.text})")

    # Loops and conditions.

    def _loop(self, context: _Context, statement: Loop) -> None:
        inside = _Context(statement.body, context, statement.counter)
        carried = []
        for merge in statement.merges:
            assert merge.head is not None and merge.before is not None
            name = f"{merge.name}_gradient"
            is_live = merge.after in self.derivatives
            if not is_live and merge.head not in self.used:
                continue
            carried.append(merge)
            self._settle(context, merge.after, name)
            self.derivatives.pop(merge.after)
            self.derivatives[merge.ends[0]] = name
        self._block(inside)
        inside.index = 0
        for merge in carried:
            assert merge.head is not None and merge.before is not None
            name = f"{merge.name}_gradient"
            self._settle(inside, merge.head, name)
            self.derivatives.pop(merge.head)
            self.derivatives[merge.before] = name
            if any(end is not merge.head for end in merge.ends) and self._is_changed(
                inside, name
            ):
                inside.must_reverse = True
        self._absorb(context, inside)
        if not inside.lines:
            return
        self._provide_all(context, statement.range)
        runs = statement.range
        if inside.must_reverse or not _apart(inside.places, statement):
            runs = f"reversed({runs})"
        context.lines.append(f"for {statement.counter} in {runs}:")
        context.lines += _indented(inside.lines)

    def _is_changed(self, context: _Context, name: str) -> bool:
        return any(
            re.match(rf"\s*{name} [-+*/]?=", line)
            for text in context.lines
            for line in text.split("\n")
        )

    def _settle(self, context: _Context, value: Value, name: str) -> None:
        """Let a derivative be known by a name, and be zero if there is none yet."""
        known = self.derivatives.get(value)
        if known is None and value.depth:
            self.derivatives[value] = self._row(
                context, name.removesuffix("_gradient"), value
            )
            return
        if known is None:
            self._write(context, name, "0.0")
        elif known != name:
            self._release(context, name)
            context.lines.append(f"{name} = {known}")
        self.derivatives[value] = name

    def _branch(self, context: _Context, statement: Branch) -> None:
        live = [m for m in statement.merges if m.after in self.derivatives]
        for merge in live:
            self._settle(context, merge.after, f"{merge.name}_gradient")
            self.derivatives.pop(merge.after)
        written = []
        self._provide_all(context, statement.test)
        for number, block in enumerate(statement.blocks):
            inside = _Context(block, context)
            for merge in live:
                self.derivatives[merge.ends[number]] = f"{merge.name}_gradient"
            self._block(inside)
            inside.index = 0
            for merge in live:
                if merge.before is not None and merge.before in self.used:
                    self._settle(inside, merge.before, f"{merge.name}_gradient")
                    self.derivatives.pop(merge.before)
            self._absorb(context, inside)
            written.append(inside.lines)
        for merge in live:
            if merge.before is not None and merge.before in self.used:
                self.derivatives[merge.before] = f"{merge.name}_gradient"
        context.lines += _conditional(statement.test, *written)

    def _absorb(self, context: _Context, inside: _Context) -> None:
        """Note in a block what a block inside it did."""
        context.must_reverse |= inside.must_reverse and not isinstance(
            context.statement, Loop
        )
        context.places += inside.places
        context.wrote |= inside.wrote

    # Values of the forward pass.

    def _provide_all(self, context: _Context, text: str) -> None:
        for name in dict.fromkeys(IDENTIFIER.findall(text)):
            self._provide(context, name)

    def _provide(self, context: _Context, name: str) -> None:
        """Let a name have the value that it had ahead of the statement in question."""
        inner: list[_Context] = []
        for outer in context.chain():
            if outer.counter == name:
                break
            writer = _last_writer(outer.block, outer.index, name)
            if writer is not None or outer.parent is None:
                if any(name in each.wrote for each in inner):
                    self._fail(context, f"a name of its own for `{name}`", "one reused")
                self._have(outer, name, writer)
                break
            if outer.block.is_loop and _is_written(outer.block, name):
                if any(name in each.wrote for each in inner):
                    self._fail(context, f"a name of its own for `{name}`", "one reused")
                if self.calls and _is_carried_list(outer, name):
                    self._have(outer, name, self._head(outer.block))
                    break
                self._fail(
                    context,
                    f"`{name}` not to go from one iteration to the next",
                    "a value that the adjoint needs",
                )
            inner.append(outer)
        for each in inner:
            each.relied.add(name)

    def _head(self, block: Block) -> Statement:
        """What stands for whatever gave a name its value at the head of a loop."""
        return self.heads.setdefault(block, Statement(self.program.node))

    def _have(self, context: _Context, name: str, writer: Statement | None) -> None:
        if name in self.growing:
            return  # the adjoint takes away again what was appended since
        if name in context.held and context.held[name] is writer:
            return
        if writer is None:
            is_rebound = _is_written(context.block, name)
            if name not in self.program.parameters or not is_rebound:
                return
        if self.calls and self._is_list(name, writer):
            self._pop(context, name, writer)
            return
        if writer is None:
            self._fail(context, f"`{name}` to keep its value", "one bound again")
        self._again(context, name)

    def _is_list(self, name: str, writer: Statement | None) -> bool:
        if writer in self.heads.values():
            return True
        match writer:
            case Call(values=values):
                return any(v is not None and v.name == name for v in values)
            case Load(result=Whole()) | NewList() | Append() | Store():
                return True
            case Loop() | Branch():
                return any(v.name == name and v.depth for v in self.used)
            case None:
                value = self.program.parameters.get(name)
                return value is not None and value.depth > 0
        return False

    def _pop(self, context: _Context, name: str, writer: Statement | None) -> None:
        statement = context.statement
        if statement is None:
            self._fail(context, "a statement that uses what is kept", name)
        assert statement is not None
        is_compound = isinstance(statement, Loop | Branch) or (
            isinstance(statement, Call) and self.adjoints[statement.function].uses_stack
        )
        if is_compound and name in _rebinds(statement):
            self._fail(context, f"a name of its own for `{name}`", "one bound again")
        self.kept.append(Kept(name, statement, not is_compound))
        self.uses_stack = True
        self._claim(context, name, writer)
        context.lines.append(f"{name} = {STACK}.pop()")
        for inner in context.chain():
            inner.must_reverse = True

    def _claim(self, context: _Context, name: str, writer: Statement | None) -> None:
        """Note that a block of the adjoint binds a name of the forward pass."""
        if name in context.relied:
            self._fail(context, f"a name of its own for `{name}`", "one reused")
        context.wrote.add(name)
        for outer in context.chain():
            outer.held.pop(name, None)
        context.held[name] = writer

    def _again(self, context: _Context, name: str) -> None:
        """Write the statements that compute a name, those that are needed, again."""
        statements = context.block.statements[: context.index]
        shortcut = self._put_away(context, name)
        if shortcut is not None:
            row, index = shortcut
            self._provide_filled(context, row)
            self._claim(context, name, _last_writer(context.block, context.index, name))
            context.lines.append(f"{name} = {row.text}[{index}]")
            return
        kept, outside = slice_of(statements, name, self._stops(context))
        for each in sorted(outside):
            self._provide(context, each)
        for node, writes in kept:
            for written in sorted(writes):
                writer = _last_writer(context.block, context.index, written)
                self._claim(context, written, writer)
            context.lines += CODE.code_for_node(node).rstrip("\n").split("\n")

    def _stops(self, context: _Context) -> set[str]:
        """The names that need not be computed again ahead of the current statement."""
        names = set()
        for name, held in context.held.items():
            if held is _last_writer(context.block, context.index, name):
                names.add(name)
        if self.calls:
            for statement in context.block.statements[: context.index]:
                for name in statement.writes:
                    writer = _last_writer(context.block, context.index, name)
                    if self._is_list(name, writer):
                        names.add(name)
        return names

    def _put_away(
        self, context: _Context, name: str
    ) -> tuple[Whole | Entry, str] | None:
        """The list and the index where a number stands that was expensive to have."""
        writer = _last_writer(context.block, context.index, name)
        if not isinstance(writer, Compute) or "(" not in writer.operation:
            return None
        for statement in context.block.statements:
            if isinstance(statement, Append) and statement.index is not None:
                item = statement.item
                if isinstance(item, Whole) and item.value is writer.value:
                    return statement.target, statement.index
        return None

    def _provide_filled(self, context: _Context, row: Whole | Entry) -> None:
        """Let a list be there as it is behind the loop that fills it."""
        owner = self._owner(context, row.value)
        owner.index += 1
        self._provide(owner, row.text)
        owner.index -= 1
        for inner in context.chain():
            if inner is owner:
                break
            inner.relied.add(row.text)


def _substituted(derivative: str, texts: Mapping[str, str]) -> str:
    """A derivative with the operands in it, to tell whether two are the same."""
    return IDENTIFIER.sub(lambda found: texts.get(found[0], found[0]), derivative)


def _all_statements(block: Block) -> Iterator[Statement]:
    for statement in block.statements:
        yield statement
        match statement:
            case Loop(body=body):
                yield from _all_statements(body)
            case Branch(blocks=blocks):
                for inside in blocks:
                    yield from _all_statements(inside)


def _used(program: Program) -> Iterator[Value]:
    """The values that something is computed from."""
    operands: list[Operand] = list(program.results)
    for statement in _all_statements(program.block):
        match statement:
            case Compute(operands=those):
                operands += those
            case Append(target=target, item=item) | Store(target=target, item=item):
                operands += [target, item]
            case Call(arguments=arguments):
                operands += arguments
            case Load(source=source):
                operands.append(source)
            case Loop(merges=merges) | Branch(merges=merges):
                yield from (value for merge in merges for value in merge.ends)
    yield from (o.value for o in operands if not isinstance(o, Constant))


def _last_writer(block: Block, index: int, name: str) -> Statement | None:
    for statement in reversed(block.statements[:index]):
        if name in statement.writes:
            return statement
    return None


def _is_carried_list(context: _Context, name: str) -> bool:
    """Whether a loop goes on with a list by another name for it each time."""
    loop = context.parent.statement if context.parent is not None else None
    if not isinstance(loop, Loop):
        return False
    return any(m.name == name and m.after.depth for m in loop.merges)


def _is_written(block: Block, name: str) -> bool:
    return any(name in statement.writes for statement in block.statements)


def _rebinds(statement: Statement) -> set[str]:
    match statement:
        case Loop(merges=merges) | Branch(merges=merges):
            return {merge.name for merge in merges}
        case Call(values=values):
            return {value.name for value in values if value is not None}
    return set()


def _apart(places: Sequence[tuple[Value, tuple[str, ...]]], loop: Loop) -> bool:
    """Whether each iteration adds to entries of its own."""
    counter = loop.counter
    own = {counter} | {
        name
        for statement in loop.body.statements
        if type(statement) is Statement
        and f"[{counter}]" in CODE.code_for_node(statement.node)
        for name in statement.writes
    }
    found: dict[Value, set[tuple[int, str]]] = {}
    for value, indices in places:
        if value.block is loop.body:
            continue
        at = {(k, index) for k, index in enumerate(indices) if index in own}
        if value not in found:
            found[value] = at
        found[value] &= at
        if not found[value]:
            return False
    return True


def _conditional(test: str, then: list[str], otherwise: list[str]) -> list[str]:
    if then and otherwise:
        return [f"if {test}:", *_indented(then), "else:", *_indented(otherwise)]
    if then:
        return [f"if {test}:", *_indented(then)]
    if otherwise:
        return [f"if not {test}:", *_indented(otherwise)]
    return []


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for text in lines for line in text.split("\n")]


def _zeros(own: str, annotation: str, name: str, depth: int) -> list[str]:
    """Lists of zeros in the shape of a list of lists."""
    row = f"{singular(name) or name}_row" + "s" * (depth > 2)
    inner = [f"{row}_gradient = [0.0] * len({row})"]
    if depth > 2:
        row = row.replace("_rows_rows", "_rows")
        hint = f": {_list_of(depth - 1)}"
        inner = _zeros(f"{row}_gradient", hint, row, depth - 1)
    lines = [f"{own}{annotation} = []", f"for {row} in {name}:"]
    return [*lines, *_indented([*inner, f"{own}.append({row}_gradient)"])]


def _list_of(depth: int) -> str:
    return "list[" * depth + "float" + "]" * depth


def _is_number(text: str) -> bool:
    try:
        return isinstance(ast.literal_eval(text), int | float)
    except (SyntaxError, ValueError):
        return False


def _stem(text: str) -> str:
    """A name made of an expression: `row[index]` => row_entry."""
    if text.isidentifier():
        return text
    names = IDENTIFIER.findall(text)
    return f"{names[0]}_entry" if names else "number"


def _shown(node: cst.CSTNode) -> str:
    """A statement on one line, shortened if it would not fit."""
    bare = (
        node.with_changes(leading_lines=[]) if hasattr(node, "leading_lines") else node
    )
    text = " ".join(CODE.code_for_node(bare).split("#")[0].split())
    text = text.replace("( ", "(").replace(" )", ")").replace(",)", ")")
    text = re.sub(r": [a-z]+(\[[^=]*\])? =", " =", text)
    if len(text) > 70 and text.endswith(")"):
        text = f"{text.split('(')[0]}(…)"
    return text


def _without_comments(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if not line.lstrip().startswith("#")]
