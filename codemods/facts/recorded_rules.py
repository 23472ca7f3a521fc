"""The derivatives of operations, as the operations of a graph record them.

    def raise_to_power(value: Value, other: float, graph: Graph) -> Value:
        node_data, node_local_gradients = graph
        data = node_data[value] ** other                                x ** y
        lower_power = node_data[value] ** (other - 1)
        local_gradient = other * lower_power                     y * x ** (y - 1)
        return create_value(data, graph, (value,), (local_gradient,))

What counts is how the expressions are computed: another spelling has other bits.  So
where an operation spells its derivatives otherwise than the table, its spelling holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from codemods.adjoint.local_derivatives import can_spell, number
from codemods.adjoint.rules import RULES, SELECTIONS, Rule
from codemods.facts.find_nodes import find
from codemods.facts.recorded_graph import RecordedGraph

CODE = cst.Module([])

Spelt = Mapping[str, str]
"""The derivative of an operation by the letter of the operand."""

Ways = list[tuple[str, Spelt]]
"""What an operation is each way through its branches: nothing if that is not known."""


@dataclass(frozen=True)
class RecordedRules:
    """What the operations of a graph record as their derivatives."""

    rules: dict[str, Rule]
    """The rules of the table, spelt as the operations spell them."""

    own: list[cst.FunctionDef]
    """The operations whose derivatives only they themselves know."""


def recorded_rules(graph: RecordedGraph) -> RecordedRules:
    """The derivatives of the operations of a graph.

    An operation has a derivative of its own if the table does not know it, if it spells
    the derivative otherwise than another one does, or if it is another operation each
    way through its branches, and none at all on one of them.
    """
    found: dict[tuple[str, str], str] = {}
    own: list[cst.FunctionDef] = []
    for operation, ways in sorted(_readings(graph), key=lambda read: _is_odd(read[1])):
        spelt = [((n, letter), d) for n, by in ways for letter, d in by.items()]
        after = dict(found)
        agrees = all(after.setdefault(key, text) == text for key, text in spelt)
        if ways and agrees:
            found = after
        else:
            own.append(operation)
    rules = {
        name: Rule(name, *(found.get((name, k), d) for k, d in _letters(rule)))
        for name, rule in RULES.items()
    }
    return RecordedRules(rules, own)


def _readings(graph: RecordedGraph) -> Iterator[tuple[cst.FunctionDef, Ways]]:
    """The operations that make a node, and what they compute each way, if known."""
    for operation in graph.operations.values():
        call = next(iter(_calls(graph.lines_of(operation)[-1])))
        if graph.called(call) is graph.maker:
            ways = [_read(graph, call, names) for names in _ways(graph, operation)]
            known = [way for way in ways if way is not None]
            names = {name for name, _ in known} - {""}
            is_one = len(known) == len(ways) and not names > {"x"}
            yield operation, known if is_one else []


def _is_odd(ways: Ways) -> bool:
    """Whether an operation spells a derivative otherwise than the table."""
    return any(
        text != dict(_letters(RULES[name]))[letter]
        for name, spelt in ways
        for letter, text in spelt.items()
    )


def _letters(rule: Rule) -> Iterator[tuple[str, str | None]]:
    return zip("xy", rule[1:], strict=True)


def _calls(node: cst.CSTNode) -> Iterator[cst.Call]:
    match node:
        case cst.SimpleStatementLine(body=[cst.Return(value=cst.Call() as call)]):
            yield call


def _ways(graph: RecordedGraph, operation: cst.FunctionDef) -> list[_Names]:
    """The names of an operation on each way through its branches."""
    return _Names(graph.data_list, {}, {}).behind(graph.lines_of(operation))


def _read(
    graph: RecordedGraph, call: cst.Call, names: _Names
) -> tuple[str, Spelt] | None:
    """The operation that a function makes a node of one way, and its derivatives.

    None if no rule of the table is like it.
    """
    given = {n: names.spell(a.value) for n, a in graph.given(call).items()}
    data = given.pop(graph.data_name)
    spelt_out = [ast.parse(text, mode="eval").body for text in given.values()]
    tuples = [node.elts for node in spelt_out if isinstance(node, ast.Tuple)]
    if len(tuples) != 2:
        return "", {}  # a node without children has no derivatives
    children = [f"{graph.data_list}[{ast.unparse(node)}]" for node in tuples[0]]
    recorded = [ast.unparse(node) for node in tuples[1]]
    if names.answers and _is_chosen(data, children, recorded):
        return "x" if data in children else "", {}
    for name in (*RULES, *SELECTIONS):
        operands = _match(ast.parse(name, mode="eval").body, data)
        if operands is None:
            continue
        if name in SELECTIONS:
            test = _normal(f"{operands['y']} {SELECTIONS[name]} {operands['x']}")
            told = [names.tells(text, test) for text in recorded]
            if (children, told) == ([operands["y"]], [True]):
                return name, {}
        elif spelt := _spelt(name, operands, data, children, recorded):
            return name, spelt
    return None


def _is_chosen(data: str, children: list[str], recorded: list[str]) -> bool:
    """Whether a branch takes an operand as it is, or a number that is written out."""
    numbers = [number(text) for text in recorded]
    is_operand = children.count(data) == 1
    return (is_operand or number(data) is not None) and (
        numbers == [child == data for child in children]
    )


def _spelt(
    name: str,
    operands: Mapping[str, str],
    data: str,
    children: list[str],
    recorded: list[str],
) -> Spelt | None:
    """The derivatives by the operands that are children, in letters."""
    table = dict(_letters(RULES[name]))
    letters = [letter for letter, text in operands.items() if text in children]
    if [operands[letter] for letter in letters] != children:
        return None
    found: dict[str, str] = {}
    for letter, text in zip(letters, recorded, strict=True):
        rule = table[letter]
        if rule is not None and _substitute(rule, {**operands, "z": data}) == text:
            found[letter] = rule
        elif len(set(operands.values())) < len(operands):
            return None  # nobody knows which operand is meant
        else:
            found[letter] = _in_letters(text, {**operands, "z": data})
        if not can_spell(found[letter]):
            return None
    return found


def _in_letters(text: str, meanings: Mapping[str, str]) -> str:
    """An expression in which the letters stand for what they mean."""

    class Letters(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.expr):
                for letter in ("z", "x", "y"):
                    if meanings.get(letter) == ast.unparse(node):
                        return ast.Name(letter)
            return self.generic_visit(node)

    return ast.unparse(Letters().visit(ast.parse(text, mode="eval")))


def _match(pattern: ast.expr, text: str) -> dict[str, str] | None:
    """What stands for the operands of an operation in an expression."""
    node = ast.parse(text, mode="eval").body
    match pattern, node:
        case ast.BinOp(op=ours), ast.BinOp(left=left, op=theirs, right=right):
            if type(ours) is type(theirs):
                return {"x": ast.unparse(left), "y": ast.unparse(right)}
        case ast.Call(func=ours, args=names), ast.Call(func=theirs, args=given):
            if ast.unparse(ours) == ast.unparse(theirs) and len(names) == len(given):
                return dict(zip("xy", map(ast.unparse, given), strict=False))
        case ast.UnaryOp(op=ours), ast.UnaryOp(op=theirs, operand=operand):
            if type(ours) is type(theirs):
                return {"x": ast.unparse(operand)}
    return None


def _substitute(text: str, operands: Mapping[str, str]) -> str:
    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            known = operands.get(node.id)
            return ast.parse(known, mode="eval").body if known else node

    return ast.unparse(Put().visit(ast.parse(text, mode="eval")).body)


def _normal(text: str) -> str:
    return ast.unparse(ast.parse(text, mode="eval"))


@dataclass(frozen=True)
class _Names:
    """Spells out the names of an operation by what they were computed from."""

    data_list: str
    known: Mapping[str, str]
    answers: Mapping[str, bool]
    """The tests on the way, and whether they held."""

    def tells(self, text: str, test: str) -> bool:
        """Whether an expression is 1 where a test holds, and 0 where it does not."""
        if test in self.answers:
            return number(text) == self.answers[test]
        return text == f"float({test})"

    def behind(self, lines: Sequence[cst.CSTNode]) -> list[_Names]:
        """The same behind some lines, once for each way through them."""
        ways = [self]
        for line in lines:
            ways = [after for way in ways for after in way._behind(line)]
        return ways

    def _behind(self, line: cst.CSTNode) -> list[_Names]:
        match line:
            case cst.If(test=test, body=body, orelse=orelse):
                text = self.spell(test)
                held = None if any(find(test, cst.Call)) else self.answers.get(text)
                ways = []
                if held is not False:
                    way = replace(self, answers={**self.answers, text: True})
                    ways += way.behind(body.body)
                if held is not True:
                    way = replace(self, answers={**self.answers, text: False})
                    ways += way.behind([] if orelse is None else [orelse])
                return ways
            case cst.Else(body=body):
                return self.behind(body.body)
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(
                        targets=[cst.AssignTarget(target=cst.Name(value=name))],
                        value=value,
                    )
                    | cst.AnnAssign(
                        target=cst.Name(value=name),
                        value=cst.BaseExpression() as value,
                    )
                ]
            ):
                return [replace(self, known={**self.known, name: self.spell(value)})]
        return [self]

    def spell(self, node: cst.BaseExpression) -> str:
        return _substitute(CODE.code_for_node(node), self.known)
