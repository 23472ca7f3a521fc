"""Take a function in the plain form apart, and refuse what has no adjoint here.

The plain form: numbers, and lists of them at any depth; one operation a line; loops
through ranges and lists, by `enumerate` and `zip` as well; conditions that compare;
lists filled by `append`, `extend` or at an index; calls of functions in the same form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, NoReturn

import libcst as cst
import libcst.matchers as m

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
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import Type
from codemods.facts.vocabulary import singular
from codemods.facts.walk import walk
from codemods.refusal import Refusal

FLOAT = Type("float")
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
}
MUTATORS = frozenset("append clear extend insert pop remove reverse sort".split())
EMPTY = m.List([]) | m.ListComp(elt=m.List([]))
ZEROS = m.BinaryOperation(
    left=m.List([m.Element(m.Float() | m.Integer())]), operator=m.Multiply()
)
NEW_LIST = EMPTY | ZEROS
CODE = cst.Module([])


def depth_of(type_: Type) -> int | None:
    """How deep the lists of floats of a type are: 0 for a float, None for no such."""
    if type_ == FLOAT:
        return 0
    if type_.name != "list" or len(type_.arguments) != 1:
        return None
    inner = depth_of(type_.arguments[0])
    return None if inner is None else inner + 1


def names_in(node: cst.CSTNode) -> set[str]:
    """The names of variables in an expression or statement."""
    skipped: set[cst.CSTNode] = {a.attr for a in find(node, cst.Attribute)}
    skipped |= {a.keyword for a in find(node, cst.Arg) if a.keyword is not None}
    skipped |= {n for a in find(node, cst.Annotation) for n in find(a, cst.Name)}
    return {n.value for n in find(node, cst.Name) if n not in skipped}


class Header(NamedTuple):
    """A loop as one that counts, and what it reads in the first lines of its body."""

    counter: str
    range: str
    counts_from_zero: bool
    loads: Sequence[cst.SimpleStatementLine]


class ReadProgram:
    """Reads the functions of one module; `programs` has those read before."""

    def __init__(self, bindings: Bindings, types: AnnotatedTypes) -> None:
        self._bindings = bindings
        self._types = types
        self.programs: dict[str, Program] = {}

    def read(self, node: cst.FunctionDef, constants: Iterable[str] = ()) -> Program:
        """The statements of a function; those that it calls were read before.

        `constants` are names of numbers and lists that no derivative is wanted of.
        Raises `Refusal` for what the plain form does not have.
        """
        reader = _Reader(
            self._bindings, self._types, self.programs, node, frozenset(constants)
        )
        program = self.programs[node.name.value] = reader.read()
        return program


class _Reader:
    def __init__(
        self,
        bindings: Bindings,
        types: AnnotatedTypes,
        programs: Mapping[str, Program],
        node: cst.FunctionDef,
        constants: frozenset[str],
    ) -> None:
        self.bindings = bindings
        self.types = types
        self.programs = programs
        self.node = node
        self.scope = bindings.scopes.by_node[node]
        self.own = {binding for binding in bindings if binding.scope is self.scope}
        self.names: dict[str, Whole | Entry] = {}
        self.taken = names_in(node)
        self.active = self._active_names(constants)
        self.appends: list[tuple[Append, Block]] = []
        self.begun: dict[Value, Block] = {}

    def read(self) -> Program:
        block = Block()
        parameters: dict[str, Value | None] = {}
        for parameter in all_parameters(self.node.params):
            name = parameter.name.value
            parameters[name] = self._bind(name, block) if name in self.active else None
        body = list(_statements(self.node.body))
        returned = _only(body[-1], cst.Return) if body else None
        self._read_into(block, body[:-1] if returned else body)
        results = [] if returned is None else list(map(self._operand, _parts(returned)))
        self._index_appends()
        depths = [None if isinstance(r, Constant) else r.depth for r in results]
        return Program(self.node, parameters, block, results, depths)

    # Which names have derivatives.

    def _active_names(self, constants: frozenset[str]) -> set[str]:
        """The names of numbers and lists that depend on such parameters."""
        active = {p.name.value for p in all_parameters(self.node.params)}
        active = {n for n in active - constants if self._depth(n) is not None}
        flows = [(names, reads) for names, reads in self._flows()]
        size = -1
        while size != len(active):
            size = len(active)
            for names, reads in flows:
                if reads & active:
                    candidates = names - constants - active
                    active |= {n for n in candidates if self._depth(n) is not None}
        return active

    def _flows(self) -> Iterator[tuple[set[str], set[str]]]:
        """What is bound or changed in one place, and what that reads."""
        for node in walk(self.node.body):
            match node:
                case cst.Assign(targets=targets, value=value):
                    for target in targets:
                        yield names_in(target), names_in(value)
                case cst.AnnAssign(target=name, value=cst.BaseExpression() as value) | (
                    cst.AugAssign(target=name, value=value)
                    | cst.For(target=name, iter=value)
                ):
                    yield names_in(name), names_in(value)
                case cst.Call(func=cst.Attribute(value=changed), args=arguments):
                    yield names_in(changed), _names_of(arguments)
                case cst.Call(args=arguments) if self._callee(node) is not None:
                    # what a function changes is a list of lists that it is given
                    reads = _names_of(arguments)
                    yield {n for n in reads if (self._depth(n) or 0) > 1}, reads

    def _depth(self, name: str) -> int | None:
        binding = Binding(self.scope, name)
        if binding not in self.own:
            return None
        return depth_of(self.types.of_binding(binding))

    # Blocks.

    def _read_into(self, block: Block, nodes: Iterable[cst.CSTNode]) -> None:
        for node in nodes:
            block.statements += self._statement(node, block)

    def _statement(self, node: cst.CSTNode, block: Block) -> list[Statement]:
        match node:
            case cst.For() | cst.If() if not self._concerns(node):
                return [self._plain(node)]
            case cst.For(orelse=None, asynchronous=None):
                return [self._loop(node, block)]
            case cst.If():
                return [self._branch(node, block)]
            case cst.SimpleStatementLine(body=[small]):
                return self._line(node, small, block)
        return self._refuse(node, "a loop, a condition or a line", _kind(node))

    def _concerns(self, node: cst.CSTNode) -> bool:
        """Whether a statement binds or changes what has a derivative."""
        return bool(written_in(node) & self.active) or any(
            isinstance(call.func, cst.Name)
            and call.func.value in self.programs
            and any(names_in(a) & self.active for a in call.args)
            for call in find(node, cst.Call)
        )

    def _line(
        self, line: cst.SimpleStatementLine, small: cst.CSTNode, block: Block
    ) -> list[Statement]:
        match small:
            case cst.Pass() | cst.Expr(value=cst.SimpleString()):
                return []
            case _ if not self._concerns(line):
                return [self._plain(line)]
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value) | (
                cst.AnnAssign(target=target, value=cst.BaseExpression() as value)
            ):
                return [self._assignment(line, target, value, block)]
            case cst.AugAssign():
                return [self._augmented(line, small, block)]
            case cst.Expr(value=cst.Call(func=cst.Attribute()) as call):
                return self._method(line, call, block)
            case cst.Expr(value=cst.Call() as call):
                return [self._call(line, call, [], block)]
        return self._refuse(line, "an assignment or a call", _kind(small))

    def _plain(self, node: cst.CSTNode) -> Statement:
        assert isinstance(node, cst.SimpleStatementLine | cst.For | cst.If)
        return Statement(node, reads=_read(node), writes=written_in(node))

    # Loops and conditions.

    def _loop(self, node: cst.For, block: Block) -> Loop:
        header = self._header(node)
        counter = header.counter if header.counts_from_zero else None
        body = Block(block, True, counter)
        before = dict(self.names)
        rebound = self._rebound(node.body, before)
        heads = {name: self._bind(name, body) for name in rebound}
        self._read_into(body, header.loads)
        self._read_into(body, _statements(node.body))
        ends = {name: self._end(node, name) for name in heads}
        self.names = before
        merges = []
        for name, head in heads.items():
            old = before[name].value
            merges.append(Merge(name, old, [ends[name]], self._bind(name, block), head))
        reads = frozenset(names_in(cst.parse_expression(header.range)))
        return Loop(
            node,
            header.counter,
            header.range,
            body,
            merges,
            reads=reads | _read(node),
            writes=written_in(node) | {header.counter},
        )

    def _branch(self, node: cst.If, block: Block) -> Branch:
        before = dict(self.names)
        orelse: Sequence[cst.CSTNode] = ()
        if isinstance(node.orelse, cst.Else):
            orelse = list(_statements(node.orelse.body))
        elif node.orelse is not None:
            orelse = [node.orelse]
        blocks, ends = [], []
        for nodes in (list(_statements(node.body)), orelse):
            self.names = dict(before)
            blocks.append(Block(block))
            self._read_into(blocks[-1], nodes)
            ends.append(self.names)
        self.names = before
        merges = []
        for name in sorted(_assigned(node) & self.active):
            if all(isinstance(end.get(name), Whole) for end in ends):
                old = before[name].value if name in before else None
                last = [end[name].value for end in ends]
                merges.append(Merge(name, old, last, self._bind(name, block)))
            else:
                self.names.pop(name, None)
        reads, writes = _read(node), written_in(node)
        test = CODE.code_for_node(node.test)
        both = (blocks[0], blocks[1])
        return Branch(node, test, both, merges, reads=reads, writes=writes)

    def _rebound(self, body: cst.CSTNode, before: Mapping[str, object]) -> list[str]:
        """The values that a loop binds again, which it goes on with the next time."""
        names = _assigned(body) & self.active & before.keys()
        return sorted(names)

    def _end(self, node: cst.CSTNode, name: str) -> Value:
        """What a name is bound to at the end of a block."""
        found = self.names.get(name)
        if not isinstance(found, Whole):
            self._refuse(node, f"`{name}` to be computed", "an entry of a list")
        return found.value

    def _header(self, node: cst.For) -> Header:
        """How a loop counts.

        => for index in range(len(rows))          row = rows[index]
        """
        iterable: cst.BaseExpression = node.iter
        target: cst.BaseExpression = node.target
        if m.matches(iterable, m.Call(m.Name("range"))) and isinstance(
            target, cst.Name
        ):
            call = cst.ensure_type(iterable, cst.Call)
            counts = len(call.args) == 1
            return Header(target.value, CODE.code_for_node(iterable), counts, [])
        counter: str | None = None
        if _called(iterable, "enumerate", 1) and _is_pair(target):
            counter, target = _pair(target)
            (iterable,) = _arguments(iterable)
        targets: Sequence[cst.BaseExpression] = [target]
        rows: Sequence[cst.BaseExpression] = [iterable]
        if isinstance(target, cst.Tuple) and _called(iterable, "zip", None):
            targets, rows = _parts_of(target), _arguments(iterable)
        names = [t.value for t in targets if isinstance(t, cst.Name)]
        if len(names) != len(targets) or len(names) != len(rows):
            self._refuse(node, "a name for each list", "other targets")
        for row in rows:
            if not m.matches(row, m.Name() | m.Subscript()):
                self._refuse(row, "a list by its name", _kind(row))
        first = next((name for name in names if name in self.active), names[0])
        counter = counter or self._free(f"{first}_index")
        texts = [CODE.code_for_node(row) for row in rows]
        lines = [
            f"{n} = {text}[{counter}]" for n, text in zip(names, texts, strict=True)
        ]
        return Header(counter, f"range(len({texts[0]}))", True, list(map(_line, lines)))

    def _free(self, name: str) -> str:
        """A name that the function does not have; loops may share it."""
        while name in self.taken:
            name = f"{name}_index"
        return name

    # Lines.

    def _assignment(
        self,
        line: cst.SimpleStatementLine,
        target: cst.BaseExpression,
        value: cst.BaseExpression,
        block: Block,
    ) -> Statement:
        if isinstance(value, cst.Call) and self._callee(value) is not None:
            targets = _parts_of(target) if isinstance(target, cst.Tuple) else [target]
            return self._call(line, value, targets, block)
        reads, writes = _read(line), written_in(line)
        if isinstance(target, cst.Subscript):
            item = self._operand(value)
            place = self._entry(target)
            return Store(line, place, item, False, reads=reads, writes=writes)
        if not isinstance(target, cst.Name):
            self._refuse(target, "one name or entry", _kind(target))
        depth = self._depth(target.value)
        if m.matches(value, NEW_LIST) and depth:
            made = self._bind(target.value, block)
            if m.matches(value, m.List([])):
                self.begun[made] = block
            return NewList(line, made, reads=reads, writes=writes)
        if m.matches(value, m.Name() | m.Subscript()):
            source = self._operand(value)
            if not isinstance(source, Constant) and (
                depth or isinstance(source, Entry)
            ):
                return self._load(line, target.value, source)
        operation, operands = self._operation(value)
        made = self._bind(target.value, block)
        return Compute(line, made, operation, operands, reads=reads, writes=writes)

    def _load(
        self, line: cst.SimpleStatementLine, name: str, source: Whole | Entry
    ) -> Load:
        result: Whole | Entry
        if isinstance(source, Entry):
            result = replace(source, text=name)
        else:
            result = Whole(name, source.value)
        self.names[name] = result
        return Load(line, source, result, reads=_read(line), writes=written_in(line))

    def _augmented(
        self, line: cst.SimpleStatementLine, node: cst.AugAssign, block: Block
    ) -> Statement:
        reads, writes = _read(line), written_in(line)
        operation = OPERATORS.get(type(node.operator))
        item = self._operand(node.value)
        if isinstance(node.target, cst.Subscript):
            if operation != "x + y":
                self._refuse(node, "`+=` at an entry", "another operation")
            place = self._entry(node.target)
            return Store(line, place, item, True, reads=reads, writes=writes)
        if operation is None or not isinstance(node.target, cst.Name):
            self._refuse(node, "arithmetic on a number", _kind(node.operator))
        old = self._operand(node.target)
        made = self._bind(node.target.value, block)
        return Compute(line, made, operation, [old, item], reads=reads, writes=writes)

    def _method(
        self, line: cst.SimpleStatementLine, call: cst.Call, block: Block
    ) -> list[Statement]:
        function = cst.ensure_type(call.func, cst.Attribute)
        method = function.attr.value
        if method == "extend" and len(call.args) == 1:
            return [self._extension(line, call, block)]
        if method != "append" or len(call.args) != 1:
            self._refuse(call, "`append` or `extend`", f"`{method}`")
        target_operand = self._operand(function.value)
        item = self._operand(call.args[0].value)
        if isinstance(target_operand, Constant):
            self._refuse(call, "a list with a derivative", "another")
        reads, writes = _read(line), written_in(line)
        append = Append(line, target_operand, item, reads=reads, writes=writes)
        self.appends.append((append, block))
        return [append]

    def _extension(
        self, line: cst.SimpleStatementLine, call: cst.Call, block: Block
    ) -> Loop:
        """`rows.extend(others)` as a loop that appends."""
        function = cst.ensure_type(call.func, cst.Attribute)
        target = self._operand(function.value)
        row = self._operand(call.args[0].value)
        if isinstance(target, Constant) or isinstance(row, Constant):
            self._refuse(call, "lists with derivatives", "another")
        stem = _root_name(row)
        counter = self._free(f"{singular(stem) or stem}_index")
        indices = (*(row.indices if isinstance(row, Entry) else ()), counter)
        text = f"{row.text}[{counter}]"
        item = Entry(text, _root_name(row), row.value, indices)
        reads, writes = _read(line), written_in(line)
        body = Block(block, True, counter)
        append = Append(line, target, item, reads=reads, writes=writes)
        body.statements.append(append)
        self.appends.append((append, body))
        run = f"range(len({row.text}))"
        return Loop(
            line, counter, run, body, [], reads=reads, writes=writes | {counter}
        )

    def _call(
        self,
        line: cst.SimpleStatementLine,
        call: cst.Call,
        targets: Sequence[cst.BaseExpression],
        block: Block,
    ) -> Call:
        callee = self._callee(call)
        if callee is None:
            self._refuse(call, "a function in the plain form", _text(call.func))
        given: dict[str, cst.BaseExpression] = {}
        names = list(callee.parameters)
        for position, argument in enumerate(call.args):
            keyword = argument.keyword.value if argument.keyword else names[position]
            given[keyword] = argument.value
        if given.keys() != callee.parameters.keys():
            self._refuse(call, "an argument for each parameter", "others")
        arguments = [self._operand(given[name]) for name in names]
        values: list[Value | None] = []
        for target in targets:
            if not isinstance(target, cst.Name):
                self._refuse(target, "a name for each result", _kind(target))
            known = target.value in self.active
            values.append(self._bind(target.value, block) if known else None)
        if targets and len(targets) != len(callee.results):
            self._refuse(call, f"{len(callee.results)} results", str(len(targets)))
        reads, writes = _read(line), written_in(line)
        name = callee.name
        return Call(line, values, name, arguments, reads=reads, writes=writes)

    def _callee(self, call: cst.Call) -> Program | None:
        name = call.func.value if isinstance(call.func, cst.Name) else ""
        return self.programs.get(name)

    # Expressions.

    def _operation(self, value: cst.BaseExpression) -> tuple[str, Sequence[Operand]]:
        """What is computed, by the name that the rules know it by, and of what."""
        match value:
            case cst.BinaryOperation(left=left, operator=operator, right=right):
                name = OPERATORS.get(type(operator))
                if name is not None:
                    return name, [self._operand(left), self._operand(right)]
            case cst.UnaryOperation(operator=cst.Minus(), expression=negated):
                if not isinstance(negated, cst.BaseNumber):
                    return "-x", [self._operand(negated)]
            case cst.Call(func=function, args=arguments):
                name = f"{_text(function)}({', '.join('xy'[: len(arguments)])})"
                if name in RULES or name in SELECTIONS:
                    return name, [self._operand(a.value) for a in arguments]
        if not names_in(value) & self.active:
            return "x", [Constant(_text(value))]
        if isinstance(value, cst.Name):
            return "x", [self._operand(value)]
        return self._refuse(value, "an operation that has a rule", f"`{_text(value)}`")

    def _operand(self, node: cst.BaseExpression) -> Operand:
        if not names_in(node) & self.active:
            return Constant(_text(node))
        match node:
            case cst.Name(value=name):
                if name not in self.names:
                    self._refuse(node, f"`{name}` to be bound on every way", "not so")
                return self.names[name]
            case cst.Subscript():
                return self._entry(node)
        return self._refuse(node, "one operation a line", f"`{_text(node)}`")

    def _entry(self, node: cst.Subscript) -> Entry:
        match node:
            case cst.Subscript(
                value=row, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]
            ) if (not names_in(index) & self.active):
                base = self._operand(row)
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

    def _bind(self, name: str, block: Block) -> Value:
        depth = self._depth(name)
        assert depth is not None  # names without are not active
        value = Value(name, depth, block)
        self.names[name] = Whole(name, value)
        return value

    def _index_appends(self) -> None:
        """Find where in their lists the items of loops are put, one each time."""
        counts: dict[Value, int] = {}
        for append, _ in self.appends:
            counts[append.target.value] = counts.get(append.target.value, 0) + 1
        for append, block in self.appends:
            value = append.target.value
            around = self.begun.get(value)
            is_only = isinstance(append.target, Whole) and counts[value] == 1
            if is_only and around is not None and block.parent is around:
                append.index = block.counter

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        # a loop that was made here in the place of a line is not in the module
        at = node if node in set(walk(self.node)) else self.node.name
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, at, expected=expected, found=found)


def _root_name(row: Whole | Entry) -> str:
    return row.root if isinstance(row, Entry) else row.text


def _statements(body: cst.BaseSuite) -> Iterator[cst.CSTNode]:
    yield from body.body


def _only(node: cst.CSTNode, kind: type[cst.Return]) -> cst.Return | None:
    if isinstance(node, cst.SimpleStatementLine) and len(node.body) == 1:
        small = node.body[0]
        return small if isinstance(small, kind) else None
    return None


def _parts(returned: cst.Return) -> list[cst.BaseExpression]:
    value = returned.value
    if value is None or m.matches(value, m.Name("None")):
        return []
    return _parts_of(value) if isinstance(value, cst.Tuple) else [value]


def _parts_of(node: cst.Tuple) -> list[cst.BaseExpression]:
    return [element.value for element in node.elements]


def _called(node: cst.BaseExpression, name: str, number: int | None) -> bool:
    is_call = isinstance(node, cst.Call) and m.matches(node.func, m.Name(name))
    return is_call and number in (None, len(_arguments(node)))


def _arguments(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    return [a.value for a in cst.ensure_type(node, cst.Call).args]


def _is_pair(node: cst.BaseExpression) -> bool:
    return m.matches(node, m.Tuple([m.Element(m.Name()), m.Element()]))


def _pair(node: cst.BaseExpression) -> tuple[str, cst.BaseExpression]:
    first, second = _parts_of(cst.ensure_type(node, cst.Tuple))
    return cst.ensure_type(first, cst.Name).value, second


def _assigned(node: cst.CSTNode) -> set[str]:
    """The names that assignments in a block bind."""
    found: set[str] = set()
    for part in walk(node):
        match part:
            case (
                cst.AssignTarget(target=target)
                | cst.AugAssign(target=target)
                | (cst.AnnAssign(target=target, value=cst.BaseExpression()))
            ) if not _is_entry(target):
                found |= names_in(target)
    return found


def _names_of(arguments: Iterable[cst.Arg]) -> set[str]:
    return {name for argument in arguments for name in names_in(argument)}


def _is_entry(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Subscript)


def written_in(node: cst.CSTNode) -> frozenset[str]:
    """The names that a statement binds, and those of lists that it changes."""
    found = set(_assigned(node))
    for part in walk(node):
        match part:
            case cst.AssignTarget(target=target) | cst.AugAssign(target=target):
                found |= _root(target)
            case cst.For(target=target):
                found |= names_in(target)
            case cst.Call(
                func=cst.Attribute(value=changed, attr=cst.Name(value=method))
            ) if (method in MUTATORS):
                found |= _root(changed)
    return frozenset(found)


def _root(node: cst.CSTNode) -> set[str]:
    """The name of the list that an entry is in."""
    while isinstance(node, cst.Subscript):
        node = node.value
    return {node.value} if isinstance(node, cst.Name) else set()


def _read(node: cst.CSTNode) -> frozenset[str]:
    return frozenset(names_in(node))


def _line(text: str) -> cst.SimpleStatementLine:
    return cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)


def _text(node: cst.CSTNode) -> str:
    return CODE.code_for_node(node)


def _kind(node: cst.CSTNode) -> str:
    return type(node).__name__
