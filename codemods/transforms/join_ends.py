"""Let functions that make one object or another make it at one end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_statement

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.argument_names import ArgumentNames
from codemods.facts.atoms import is_atom
from codemods.facts.bindings import Bindings
from codemods.facts.metadata import reparse, wrap
from codemods.facts.scope_names import ScopeNames
from codemods.facts.type_names import UNOBSERVED, join
from codemods.facts.visit import visit
from codemods.facts.vocabulary import singular
from codemods.facts.walk import parents
from codemods.transforms.replace_statement import replacement

Way = Sequence[cst.BaseStatement]
Pair = tuple[cst.BaseExpression, cst.BaseExpression]


def join_ends(
    module: cst.Module, find_class: Callable[[cst.Module], cst.ClassDef]
) -> cst.Module:
    """Make an object of a class behind a branch instead of in both of its ways.

    Have:    def rectify(value: Value) -> Value:
                 if value.data > 0:
                     return Value(value.data, (value,), (1.0,))
                 return Value(0.0, (value,), (0.0,))
    Want:    def rectify(value: Value) -> Value:
                 if value.data > 0:
                     data = value.data
                     local_gradient = 1.0
                 else:
                     data = 0.0
                     local_gradient = 0.0
                 return Value(data, (value,), (local_gradient,))
    Refuses: nothing

    Ends that pass other numbers of arguments, or compute what they pass, stay.
    """
    while True:
        bindings = Bindings(wrap(module))
        owner = find_class(bindings.wrapper.module).name.value
        joined = visit(bindings.wrapper.module, _Joining(bindings, owner))
        if joined is bindings.wrapper.module:
            return module
        module = reparse(joined)


class _Joining(cst.CSTTransformer):
    """Joins two ends of each function at the top of a module, the last ones first."""

    def __init__(self, bindings: Bindings, owner: str) -> None:
        super().__init__()
        self.bindings = bindings
        self.made = m.Call(m.Name(owner), [m.ZeroOrMore(m.Arg(keyword=None, star=""))])
        self.types = AnnotatedTypes(bindings)
        self.arguments = ArgumentNames(bindings.wrapper.module)
        self.parents = parents(bindings.wrapper.module)

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        body = [s for s in original_node.body.body if isinstance(s, cst.BaseStatement)]
        for index, branch in reversed(list(enumerate(body))):
            if not isinstance(branch, cst.If):
                continue
            ways = _ways(branch, body[index + 1 :])
            calls = [call for way in ways for call in self._returned(way)]
            pairs = _differences(*calls) if len(calls) == 2 else []
            if pairs:
                joined = self._join(branch, ways, calls[0], pairs)
                block = updated_node.body.with_changes(body=[*body[:index], *joined])
                return updated_node.with_changes(body=block)
        return updated_node

    def _returned(self, way: Way) -> list[cst.Call]:
        """The call by which the last line of a way makes an object."""
        match way:
            case [*_, cst.SimpleStatementLine(body=[cst.Return(value=value)])]:
                if isinstance(value, cst.Call) and m.matches(value, self.made):
                    return [value]
        return []

    def _join(
        self,
        branch: cst.If,
        ways: Sequence[Way],
        made: cst.Call,
        pairs: Sequence[Pair],
    ) -> list[cst.BaseStatement]:
        """A branch that binds what its ends differ in, and one end behind it."""
        names = ScopeNames.of(self.bindings.wrapper, branch)
        ends: list[list[cst.BaseStatement]] = [[], []]
        given: dict[cst.CSTNode, cst.Name] = {}
        for first, second in pairs:
            name = names.claim(self._wanted(first), branch)
            ends[0].append(_binding(f"{name}{self._kind(first, second)}", first))
            ends[1].append(_binding(name, second))
            given[first] = cst.Name(name)
        blocks = [_block(way, end) for way, end in zip(ways, ends, strict=True)]
        joined = branch.with_changes(body=blocks[0], orelse=cst.Else(blocks[1]))
        last = cst.ensure_type(visit(made, _Given(given)), cst.Call)
        return [joined, cst.SimpleStatementLine([cst.Return(last)])]

    def _wanted(self, value: cst.BaseExpression) -> list[str]:
        """What to call an argument, or an item of one."""
        name = self.arguments.of(value)
        if name is None:
            items = self.arguments.of(self.parents[self.parents[value]])
            name = singular(items) if items is not None else None
        return [name or "chosen_value"]

    def _kind(self, *values: cst.BaseExpression) -> str:
        """The annotation of a variable that is bound to values of two types."""
        types = [self.types.type_of(value) for value in values]
        if types[0] == types[1] or UNOBSERVED in types:
            return ""
        return f": {join(types)}"


class _Given(cst.CSTTransformer):
    """Puts variables in the place of the values that they are bound to."""

    def __init__(self, given: Mapping[cst.CSTNode, cst.Name]) -> None:
        super().__init__()
        self.given = given

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> object:
        name = self.given.get(original_node)
        return super().on_leave(original_node, updated_node) if name is None else name


def _ways(branch: cst.If, below: Way) -> list[Way]:
    """What is done where a test holds, and where it fails, to the end of a function."""
    match branch.body, branch.orelse:
        case cst.IndentedBlock() as first, None:
            return [_statements(first), below]
        case cst.IndentedBlock() as first, cst.Else(body=cst.IndentedBlock() as second):
            return [] if below else [_statements(first), _statements(second)]
    return []


def _statements(block: cst.IndentedBlock) -> Way:
    return [s for s in block.body if isinstance(s, cst.BaseStatement)]


def _differences(first: cst.Call, second: cst.Call) -> list[Pair]:
    """What two calls pass that differs; nothing if one may take longer to tell."""
    items = [[i for a in c.args for i in _items(a.value)] for c in (first, second)]
    forms = [[_length(a.value) for a in call.args] for call in (first, second)]
    if forms[0] != forms[1] or not all(map(is_atom, items[0] + items[1])):
        return []
    pairs = zip(*items, strict=True)
    return [(one, other) for one, other in pairs if _text(one) != _text(other)]


def _items(value: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The items of a tuple; another value is its own only item."""
    if isinstance(value, cst.Tuple):
        return [element.value for element in value.elements]
    return [value]


def _length(value: cst.BaseExpression) -> int | None:
    return len(value.elements) if isinstance(value, cst.Tuple) else None


def _binding(target: str, value: cst.BaseExpression) -> cst.BaseStatement:
    return parse_template_statement(f"{target} = {{value}}", value=value)


def _block(way: Way, end: Sequence[cst.BaseStatement]) -> cst.IndentedBlock:
    """The lines of a way, its end but for the line that leaves the function."""
    *lines, last = way
    returned = cst.ensure_type(last, cst.SimpleStatementLine)
    body = [*lines, *replacement(returned, end)]
    lead = list(getattr(body[0], "leading_lines", ()))
    while lead and lead[0].comment is None:
        lead.pop(0)  # a block does not begin with an empty line
    return cst.IndentedBlock([body[0].with_changes(leading_lines=lead), *body[1:]])


def _text(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)
