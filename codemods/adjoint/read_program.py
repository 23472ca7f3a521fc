"""Take a function in the plain form apart, and refuse what has no adjoint here.

The plain form: numbers, and lists of them at any depth; one operation a line; loops
through ranges and lists, by `enumerate` and `zip` as well; conditions that compare;
lists filled by `append`, `extend` or at an index; calls of functions in the same form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.adjoint.active_names import ActiveNames, depth_of
from codemods.adjoint.fence import check_fence
from codemods.adjoint.lines import (
    assigned_in,
    changed_in,
    names_in,
    names_of,
    read_ahead,
    root_of,
    stored_in,
    written_in,
)
from codemods.adjoint.list_uses import ListUses
from codemods.adjoint.loop_headers import Header, free, header_of, parts_of
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
    Merge,
    NewList,
    Operand,
    Program,
    Statement,
    Store,
    Value,
    Whole,
)
from codemods.adjoint.rules import RULES, SELECTIONS
from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.scopes import all_parameters
from codemods.facts.vocabulary import singular
from codemods.facts.walk import walk
from codemods.refusal import Refusal

__all__ = ["ReadProgram", "depth_of"]

OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "x + y",
    cst.Subtract: "x - y",
    cst.Multiply: "x * y",
    cst.Divide: "x / y",
    cst.Power: "x ** y",
    cst.AddAssign: "x + y",
    cst.SubtractAssign: "x - y",
    cst.MultiplyAssign: "x * y",
    cst.DivideAssign: "x / y",
    cst.PowerAssign: "x ** y",
}
EMPTY = m.List([]) | m.ListComp(elt=m.List([]))
ZEROS = m.BinaryOperation(
    left=m.List([m.Element(m.Float() | m.Integer())]), operator=m.Multiply()
)
NEW_LIST = EMPTY | ZEROS
CODE = cst.Module([])


class ReadProgram:
    """Reads the functions of one module; `programs` has those read before."""

    def __init__(self, bindings: Bindings, types: AnnotatedTypes) -> None:
        self._bindings = bindings
        self._types = types
        self.programs: dict[str, Program] = {}

    def read(
        self, node: cst.FunctionDef, constants: Iterable[str] = ()
    ) -> Program | None:
        """The statements of a function; those that it calls were read before.

        `constants` are names of numbers and lists that no derivative is wanted of.  A
        function that has no derivatives at all is None.  Raises `Refusal` for what the
        plain form does not have.
        """
        names = ActiveNames(
            self._bindings, self._types, self.programs, node, frozenset(constants)
        )
        if not names.names:
            return None
        check_fence(self._bindings.wrapper, node)
        reader = _Reader(self._bindings, self._types, self.programs, node, names)
        program = self.programs[node.name.value] = reader.read()
        return program


class _Reader:
    def __init__(
        self,
        bindings: Bindings,
        types: AnnotatedTypes,
        programs: Mapping[str, Program],
        node: cst.FunctionDef,
        names: ActiveNames,
    ) -> None:
        self.bindings = bindings
        self.types = types
        self.programs = programs
        self.node = node
        self.names: dict[str, Whole | Entry] = {}
        self.lost: dict[str, str] = {}
        self.taken = names_in(node)
        self.active = names.names
        self.depth = names.depth
        self.is_range = names.is_range
        self.block = Block()
        self.uses = ListUses(self._refuse)
        self.changes: set[str] = set()

    def read(self) -> Program:
        block = self.block
        parameters: dict[str, Value | None] = {}
        for parameter in all_parameters(self.node.params):
            name = parameter.name.value
            parameters[name] = self._bind(name) if name in self.active else None
        own = {value: name for name, value in parameters.items() if value is not None}
        body = list(self.node.body.body)
        returned = _only_return(body[-1]) if body else None
        self._read_into(block, body[:-1] if returned else body)
        results = [] if returned is None else list(map(self._operand, _parts(returned)))
        self.uses.index_appends()
        for value in self.uses.grown_and_stored & own.keys():
            name, expected = own[value], "a parameter that is filled or changed"
            self._refuse(self.node.name, expected, f"`{name}`, which is both")
        loops = find(self.node.body, cst.For)
        bound = assigned_in(self.node.body).union(*(names_in(f.target) for f in loops))
        for name in bound & {own[v] for v in self.uses.grown if v in own}:
            expected = "a parameter that is filled to keep its name"
            self._refuse(self.node.name, expected, f"`{name}`, bound again")
        changes = {own[v] for v in self.uses.changed if v in own}
        changes |= self.changes & parameters.keys()
        grows = {own[v] for v in self.uses.only_grown if v in own}
        both = frozenset(changes), frozenset(grows)
        return Program(self.node, parameters, block, results, *both)

    # Blocks.

    def _read_into(self, block: Block, nodes: Iterable[cst.CSTNode]) -> None:
        outer, self.block = self.block, block
        for node in nodes:
            scope = dict(self.names)
            read = self._statement(node)
            self._forget_entries(node)
            for statement in read:
                statement.scope = scope
            block.statements += read
        self.block = outer

    def _statement(self, node: cst.CSTNode) -> list[Statement]:
        match node:
            case cst.For() | cst.If() if not self._concerns(node):
                return [self._plain(node)]
            case cst.For(orelse=None, asynchronous=None):
                return [self._loop(node, node)]
            case cst.If():
                return [self._branch(node)]
            case cst.SimpleStatementLine(body=[small]):
                return self._line(node, small)
        return self._refuse(node, "a loop, a condition or a line", _kind(node))

    def _concerns(self, node: cst.CSTNode) -> bool:
        """Whether a statement binds or changes what has a derivative."""
        return bool(written_in(node) & self.active) or any(
            self._callee(call) is not None
            and any(names_in(a) & self.active for a in call.args)
            for call in find(node, cst.Call)
        )

    def _line(
        self, line: cst.SimpleStatementLine, small: cst.CSTNode
    ) -> list[Statement]:
        match small:
            case cst.Pass() | cst.Expr(value=cst.SimpleString()):
                return []
            case _ if not self._concerns(line):
                return [self._plain(line)]
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value) | (
                cst.AnnAssign(target=target, value=cst.BaseExpression() as value)
            ):
                return [self._assignment(line, target, value)]
            case cst.AnnAssign(value=None):
                return []
            case cst.AugAssign():
                return [self._augmented(line, small)]
            case cst.Expr(value=cst.Call(func=cst.Attribute()) as call):
                return self._method(line, call)
            case cst.Expr(value=cst.Call() as call):
                return [self._call(line, call, [])]
        return self._refuse(line, "an assignment or a call", _kind(small))

    def _plain(self, node: cst.CSTNode) -> Statement:
        assert isinstance(node, cst.SimpleStatementLine | cst.For | cst.If)
        self.changes |= changed_in(node)
        writes = set(written_in(node))
        for call in find(node, cst.Call):
            if isinstance(call.func, cst.Name) and self._is_own(call.func.value):
                # what the function changes is not known here
                writes |= {name for a in call.args for name in names_in(a)}
        return Statement(node, writes=frozenset(writes - self.active))

    def _is_own(self, function: str) -> bool:
        module = self.bindings.wrapper.module
        names = {n.name.value for n in module.body if isinstance(n, cst.FunctionDef)}
        return function in names

    # Loops and conditions.

    def _loop(self, node: cst.For, shown: cst.For | cst.SimpleStatementLine) -> Loop:
        """A loop, that stands in the place of what is shown."""
        header = header_of(node, self.taken, self.active, self._refuse)
        if changed_in(node) & names_in(node.iter):
            self._refuse(node, "a list that the loop leaves alone", "one it changes")
        self._forget_entries(node)
        self._lose_targets(node.body)
        before = dict(self.names)
        counted = header.counter if header.counts_from_zero else None
        body = Block(self.block, True, counted)
        rebound = sorted(assigned_in(node.body) & self.active & before.keys())
        heads = self._heads(node, rebound, body)
        mark = self.uses.mark()
        self._read_into(body, header.lines)
        self._read_into(body, node.body.body)
        for statement in body.statements:
            statement.is_made = statement.node in header.lines or shown is not node
        ends = self._ends(node, heads, mark)
        self.names = {n: v for n, v in before.items() if n in self.names}
        self._lose_targets(node)
        merges = [self._merge(name, head, ends) for name, head in heads.items()]
        for name in rebound:
            if name not in ends:
                self._lose(name, "bound in a loop")
        return Loop(
            shown,
            header.counter,
            header.range,
            body,
            [merge for merge in merges if merge is not None],
            self._own(header, body),
            writes=_written(shown, [body]) | {header.counter},
        )

    def _lose_targets(self, node: cst.CSTNode) -> None:
        """What loops run through is bound again by each, if they run at all."""
        for loop in find(node, cst.For):
            for name in names_in(loop.target) & self.names.keys():
                self._lose(name, "bound in a loop")

    def _heads(
        self, node: cst.For, rebound: Iterable[str], body: Block
    ) -> dict[str, Value]:
        """What a loop binds again has, at the start of each iteration, a value."""
        heads: dict[str, Value] = {}
        for name in rebound:
            before = self.names[name]
            if isinstance(before, Whole):
                self.uses.freeze(before.value)
                heads[name] = self._bind(name, body)
                self.uses.freeze(heads[name])
            else:
                self._lose(name, "an entry of a list, then bound in a loop")
        return heads

    def _ends(
        self, node: cst.For, heads: Mapping[str, Value], mark: int
    ) -> dict[str, Value]:
        """What names are bound to at the end of a loop's body."""
        ends: dict[str, Value] = {}
        read = read_ahead(list(node.body.body))
        for name, head in heads.items():
            found = self.names.get(name)
            if isinstance(found, Whole):
                self.uses.freeze_end(node, found.value, head.block, mark)
                ends[name] = found.value
            elif name in read:
                self._refuse(node, f"`{name}` to be computed", "an entry of a list")
        return ends

    def _merge(self, name: str, head: Value, ends: Mapping[str, Value]) -> Merge | None:
        before = self.names.get(name)
        if name not in ends or not isinstance(before, Whole):
            return None
        after = self._bind(name)
        self.uses.freeze(after)
        return Merge(name, before.value, [ends[name]], after, head)

    def _own(self, header: Header, body: Block) -> frozenset[str]:
        """The counter, and what it picks from ranges: another index every time."""
        names = {header.counter}
        for statement in body.statements:
            match statement:
                case Statement(
                    node=cst.SimpleStatementLine(
                        body=[
                            cst.Assign(
                                targets=[cst.AssignTarget(target=cst.Name(value=name))],
                                value=cst.Subscript(value=row) as picked,
                            )
                        ]
                    )
                ) if (
                    _text(picked) == f"{_text(row)}[{header.counter}]"
                ):
                    if isinstance(row, cst.Name) and self.is_range(row.value):
                        names.add(name)
        written = [name for s in body.statements for name in s.writes]
        return frozenset(n for n in names if written.count(n) <= (n != header.counter))

    def _branch(self, node: cst.If) -> Branch:
        before = dict(self.names)
        blocks, ends = [], []
        for nodes in (list(node.body.body), _otherwise(node)):
            self.names = dict(before)
            blocks.append(Block(self.block))
            self._read_into(blocks[-1], nodes)
            ends.append(self.names)
        self.names = {n: v for n, v in before.items() if all(n in e for e in ends)}
        merges = []
        for name in sorted(assigned_in(node) & self.active):
            last = [end.get(name) for end in ends]
            values = [end.value for end in last if isinstance(end, Whole)]
            if len(values) < len(last):
                self._lose(name, "bound by one branch alone, or to an entry")
                continue
            for value in values:
                self.uses.freeze(value)
            old = before.get(name)
            start = old.value if isinstance(old, Whole) else None
            merges.append(Merge(name, start, values, self._bind(name)))
            self.uses.freeze(merges[-1].after)
        both = (blocks[0], blocks[1])
        test = CODE.code_for_node(node.test)
        return Branch(node, test, both, merges, writes=_written(node, blocks))

    # Lines.

    def _assignment(
        self,
        line: cst.SimpleStatementLine,
        target: cst.BaseExpression,
        value: cst.BaseExpression,
    ) -> Statement:
        if isinstance(value, cst.Call) and self._callee(value) is not None:
            targets = parts_of(target) if isinstance(target, cst.Tuple) else [target]
            return self._call(line, value, targets)
        writes = written_in(line)
        if isinstance(target, cst.Subscript):
            item = self._operand(value)
            place = self._entry(target)
            self.uses.store(target, place, item, self.names)
            self._forget_entries_of(place.value)
            return Store(line, place, item, False, writes=writes)
        if not isinstance(target, cst.Name):
            self._refuse(target, "one name or entry", _kind(target))
        depth = self.depth(target.value)
        if m.matches(value, NEW_LIST) and depth:
            made = self._bind(target.value)
            self.uses.begin(made, self.block, m.matches(value, m.List([])))
            return NewList(line, made, writes=writes)
        if m.matches(value, m.Name() | m.Subscript()):
            source = self._operand(value)
            if not isinstance(source, Constant) and (
                depth or isinstance(source, Entry)
            ):
                return self._load(line, target.value, source)
        operation, operands = self._operation(value)
        made = self._bind(target.value)
        return Compute(line, made, operation, operands, writes=writes)

    def _load(
        self, line: cst.SimpleStatementLine, name: str, source: Whole | Entry
    ) -> Load:
        result: Whole | Entry
        if isinstance(source, Entry):
            result = replace(source, text=name)
        else:
            result = Whole(name, source.value)
        self._rebind(name, result)
        return Load(line, source, result, writes=written_in(line))

    def _augmented(
        self, line: cst.SimpleStatementLine, node: cst.AugAssign
    ) -> Statement:
        writes = written_in(line)
        operation = OPERATORS.get(type(node.operator))
        item = self._operand(node.value)
        if isinstance(node.target, cst.Subscript):
            if operation != "x + y":
                self._refuse(node, "`+=` at an entry", "another operation")
            place = self._entry(node.target)
            self.uses.store(node.target, place, item, self.names)
            self._forget_entries_of(place.value)
            return Store(line, place, item, True, writes=writes)
        if operation is None or not isinstance(node.target, cst.Name):
            self._refuse(node, "arithmetic on a number", _kind(node.operator))
        old = self._operand(node.target)
        self._check_numbers(node, [old, item])
        made = self._bind(node.target.value)
        return Compute(line, made, operation, [old, item], writes=writes)

    def _method(
        self, line_: cst.SimpleStatementLine, call: cst.Call
    ) -> list[Statement]:
        function = cst.ensure_type(call.func, cst.Attribute)
        method = function.attr.value
        if method == "extend" and len(call.args) == 1:
            return [self._extend(line_, function.value, call.args[0].value)]
        if method != "append" or len(call.args) != 1:
            self._refuse(call, "`append` or `extend`", f"`{method}`")
        item = self._operand(call.args[0].value)
        target = self._operand(function.value, is_read=False)
        if isinstance(target, Constant):
            self._refuse(call, "a list with a derivative", "another")
        if not isinstance(item, Constant) and item.depth != target.depth - 1:
            self._refuse(call, "an item of the list", f"`{item.text}`")
        append = Append(line_, target, item, writes=written_in(line_))
        self.uses.append(function.value, append, self.block, self.names)
        return [append]

    def _extend(
        self,
        shown: cst.SimpleStatementLine,
        target: cst.BaseExpression,
        rows: cst.BaseExpression,
    ) -> Loop:
        """=> for index in range(len(rows)): target.append(rows[index])"""
        if not isinstance(rows, cst.Name | cst.Subscript):
            self._refuse(rows, "a list by its name", _kind(rows))
        row, changed = _text(rows), _text(target)
        counter = free(
            f"{singular(next(iter(names_of(row)))) or 'entry'}_index", self.taken
        )
        text = (
            f"for {counter} in range(len({row})):\n"
            f"    {changed}.append({row}[{counter}])"
        )
        lowered = cst.ensure_type(cst.parse_statement(text), cst.For)
        return self._loop(lowered, shown)

    def _call(
        self,
        line: cst.SimpleStatementLine,
        call: cst.Call,
        targets: Sequence[cst.BaseExpression],
    ) -> Call:
        callee = self._callee(call)
        if callee is None:
            self._refuse(call, "a function in the plain form", _text(call.func))
        arguments, roots = self._arguments(call, callee)
        changed = _changed(callee, arguments)
        values: list[Value | None] = []
        for target in targets:
            if not isinstance(target, cst.Name):
                self._refuse(target, "a name for each result", _kind(target))
            known = target.value in self.active
            values.append(self._bind(target.value) if known else None)
        if targets and len(targets) != len(callee.results):
            self._refuse(call, f"{len(callee.results)} results", str(len(targets)))
        writes = written_in(line) | roots
        return Call(line, values, callee.name, arguments, changed, writes=writes)

    def _arguments(
        self, call: cst.Call, callee: Program
    ) -> tuple[list[Operand], set[str]]:
        """The arguments in the order of the parameters, and the lists changed."""
        given: dict[str, cst.BaseExpression] = {}
        names = list(callee.parameters)
        for position, argument in enumerate(call.args):
            if argument.star or position >= len(names):
                self._refuse(call, "an argument for each parameter", "others")
            keyword = argument.keyword.value if argument.keyword else names[position]
            given[keyword] = argument.value
        if given.keys() != callee.parameters.keys():
            self._refuse(call, "an argument for each parameter", "others")
        arguments = [self._operand(given[n], n not in callee.grows) for n in names]
        changed: set[str] = set()
        for name, operand in zip(names, arguments, strict=True):
            if name in callee.changes:
                changed |= root_of(given[name])
                self.changes |= root_of(given[name])
                self._change(given[name], operand, arguments, name in callee.grows)
        return arguments, changed

    def _change(
        self,
        given: cst.BaseExpression,
        operand: Operand,
        others: Sequence[Operand],
        grows: bool,
    ) -> None:
        """Note that a call changes an argument."""
        if isinstance(operand, Constant):
            return
        parameters = {p.name.value for p in all_parameters(self.node.params)}
        if grows and not root_of(given) <= parameters:
            self._refuse(given, "a parameter to be filled", f"`{operand.text}`")
        shared = [o for o in others if not isinstance(o, Constant)]
        if sum(o.value is operand.value for o in shared) > 1:
            self._refuse(given, "a list given once", "one changed and given twice")
        self.uses.change(given, operand, self.names, grows)
        self._forget_entries_of(operand.value, from_the_end=grows)

    def _callee(self, call: cst.Call) -> Program | None:
        name = call.func.value if isinstance(call.func, cst.Name) else ""
        return self.programs.get(name)

    # Expressions.

    def _operation(self, value: cst.BaseExpression) -> tuple[str, Sequence[Operand]]:
        """What is computed, by the name that the rules know it by, and of what."""
        if not names_in(value) & self.active:
            return "x", [Constant(_text(value))]
        name, parts = _operation_of(value)
        if name not in RULES and name not in SELECTIONS:
            self._refuse(value, "an operation that has a rule", f"`{_text(value)}`")
        operands = [self._operand(part) for part in parts]
        self._check_numbers(value, operands)
        return name, operands

    def _check_numbers(self, node: cst.CSTNode, operands: Iterable[Operand]) -> None:
        for operand in operands:
            if not isinstance(operand, Constant) and operand.depth:
                self._refuse(node, "arithmetic on numbers", f"`{operand.text}`")

    def _operand(self, node: cst.BaseExpression, is_read: bool = True) -> Operand:
        if not names_in(node) & self.active:
            return Constant(_text(node))
        found: Operand | None = None
        match node:
            case cst.Name(value=name):
                if name not in self.names:
                    reason = self.lost.get(name, "none on some way")
                    self._refuse(node, f"`{name}` to have one value", reason)
                found = self.names[name]
            case cst.Subscript():
                found = self._entry(node)
        if found is None:
            self._refuse(node, "one operation a line", f"`{_text(node)}`")
        if not isinstance(found, Constant):
            self.uses.check(node, found)
            if is_read:
                self.uses.read(found, self.block)
        return found

    def _entry(self, node: cst.Subscript) -> Entry:
        match node:
            case cst.Subscript(
                value=row, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]
            ) if (not names_in(index) & self.active):
                base = self._operand(row, is_read=False)
                place = _text(index)
                text = f"{base.text}[{place}]"
                match base:
                    case Whole():
                        return Entry(text, base.text, base.value, (place,))
                    case Entry():
                        indices = (*base.indices, place)
                        return Entry(text, base.root, base.value, indices)
        return self._refuse(node, "an entry by its index", f"`{_text(node)}`")

    # Values.

    def _bind(self, name: str, block: Block | None = None) -> Value:
        depth = self.depth(name)
        assert depth is not None  # names without are not active
        value = Value(name, depth, block or self.block)
        self._rebind(name, Whole(name, value))
        return value

    def _rebind(self, name: str, found: Whole | Entry) -> None:
        self.names[name] = found
        self.lost.pop(name, None)

    def _lose(self, name: str, reason: str) -> None:
        self.names.pop(name, None)
        self.lost[name] = reason

    def _forget_entries(self, node: cst.CSTNode) -> None:
        """Names of entries end where an index or the list itself is bound again."""
        bound = set(assigned_in(node))
        bound |= {n for loop in find(node, cst.For) for n in names_in(loop.target)}
        for name, found in list(self.names.items()):
            if name in bound or not isinstance(found, Entry):
                continue
            mentioned = {n for index in found.indices for n in names_of(index)}
            if bound & (mentioned | {found.root}) and found.text == name:
                self._lose(name, "an entry that is not there any more")
        for changed in changed_in(node) & self.names.keys():
            value = self.names[changed].value
            self._forget_entries_of(value, changed not in stored_in(node))

    def _forget_entries_of(self, value: Value, from_the_end: bool = False) -> None:
        for name, found in list(self.names.items()):
            if not isinstance(found, Entry) or found.value is not value:
                continue
            if not from_the_end or any(i.startswith("-") for i in found.indices):
                self._lose(name, "an entry that is another number now")

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        # a loop that was made here in the place of a line is not in the module
        at = node if node in set(walk(self.node)) else self.node.name
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, at, expected=expected, found=found)


def _changed(callee: Program, arguments: Sequence[Operand]) -> list[Value]:
    given = zip(callee.parameters, arguments, strict=True)
    changed = [operand for name, operand in given if name in callee.changes]
    return [o.value for o in changed if not isinstance(o, Constant)]


def _written(shown: cst.CSTNode, blocks: Iterable[Block]) -> frozenset[str]:
    """What a statement writes, by what is in it as well."""
    inside = [s.writes for block in blocks for s in block.statements]
    return written_in(shown).union(*inside)


def _otherwise(node: cst.If) -> Sequence[cst.CSTNode]:
    if isinstance(node.orelse, cst.Else):
        return list(node.orelse.body.body)
    return [] if node.orelse is None else [node.orelse]


def _operation_of(value: cst.BaseExpression) -> tuple[str, list[cst.BaseExpression]]:
    match value:
        case cst.BinaryOperation(left=left, operator=operator, right=right):
            return OPERATORS.get(type(operator), ""), [left, right]
        case cst.UnaryOperation(operator=cst.Minus(), expression=negated):
            return "-x", [negated]
        case cst.Call(func=function, args=arguments):
            plain = [a.value for a in arguments if not a.star and a.keyword is None]
            if len(plain) == len(arguments) <= 2:
                names = ", ".join("xy"[: len(arguments)])
                return f"{_text(function)}({names})", plain
        case cst.Name():
            return "x", [value]
    return "", []


def _only_return(node: cst.CSTNode) -> cst.Return | None:
    match node:
        case cst.SimpleStatementLine(body=[cst.Return() as returned]):
            return returned
    return None


def _parts(returned: cst.Return) -> list[cst.BaseExpression]:
    value = returned.value
    if value is None or m.matches(value, m.Name("None")):
        return []
    return parts_of(value) if isinstance(value, cst.Tuple) else [value]


def _text(node: cst.CSTNode) -> str:
    return CODE.code_for_node(node)


def _kind(node: cst.CSTNode) -> str:
    return type(node).__name__
