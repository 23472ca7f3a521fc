"""Whether the elements of the matrices of a dictionary are numbered from 0 on.

    def create_matrix(rows: int, columns: int) -> list[list[int]]:
        matrix: list[list[int]] = []
        for _ in range(rows):
            row: list[int] = []
            for _ in range(columns):
                node = create_node(0.5)         the index of a new node
                row.append(node)
            matrix.append(row)
        return matrix

    weights: dict[str, list[list[int]]] = {}
    for name, rows, columns in layout:
        weights[name] = create_matrix(rows, columns)

Where nothing else makes nodes before or between, the elements are 0, 1, 2 and so on,
matrix after matrix and row after row.  What does not prove it is refused.  Believed is
only that numbers of rows and columns are not negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.call_graph import CallGraph
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Region, Statement, statements_of
from codemods.facts.older_children import Maker, OlderChildren, maker_of
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import Type
from codemods.facts.walk import parents
from codemods.refusal import Refusal

MATRIX = Type("list", (Type("list", (Type("int"),)),))
DOCSTRING = m.SimpleStatementLine([m.Expr(m.SimpleString())])
NAMED = m.SimpleStatementLine(
    [m.Assign([m.AssignTarget(m.Name())]) | m.AnnAssign(target=m.Name())]
)
EMPTY_LIST = m.AnnAssign(target=m.Name(), value=m.List([])) | m.Assign(
    [m.AssignTarget(m.Name())], m.List([])
)


@dataclass(frozen=True)
class Walk:
    """A dictionary that is declared, and filled by a loop over a table."""

    holder: cst.FunctionDef
    """The function in which they stand."""
    block: cst.IndentedBlock
    index: int
    """That of the declaration; the loop is the next statement."""
    dictionary: cst.Name
    loop: cst.For
    table: cst.Name
    key: str
    row: tuple[str, ...]
    """The names that the loop gives to what stands in a row of the table."""
    call: cst.Call

    @property
    def region(self) -> Region:
        return Region(self.block, self.index, self.index + 2)


@dataclass(frozen=True)
class MatrixFunction:
    """A function that makes a matrix of new nodes, element by element."""

    function: cst.FunctionDef
    rows: cst.Name
    outer: cst.For
    inner: cst.For
    creation: cst.SimpleStatementLine
    """The line of the inner loop that makes a node; the next one appends it."""
    maker: cst.FunctionDef
    sizes: tuple[str, str]
    """The parameters that say how many rows there are, and elements in a row."""


def find_walks(bindings: Bindings) -> Iterator[Walk]:
    """The dictionaries of matrices of indices that loops over tables fill."""
    types = AnnotatedTypes(bindings)
    for function in bindings.wrapper.module.body:
        if isinstance(function, cst.FunctionDef) and isinstance(
            function.body, cst.IndentedBlock
        ):
            block = function.body
            for index in range(len(block.body) - 1):
                walk_ = _walk_at(function, block, index)
                if walk_ is not None and _holds_matrices(walk_, types):
                    yield walk_


def _walk_at(
    function: cst.FunctionDef, block: cst.IndentedBlock, index: int
) -> Walk | None:
    loop, dictionary = block.body[index + 1], m.SaveMatchedNode(m.Name(), "dictionary")
    declared = m.AnnAssign(target=dictionary, value=m.Dict([]))
    found = m.extract(block.body[index], m.SimpleStatementLine([declared]))
    if found is None or not isinstance(loop, cst.For):
        return None
    name = cst.ensure_type(found["dictionary"], cst.Name)
    parts = m.extract(loop, _filling(name.value))
    names = _plain_names(loop.target)
    if parts is None or not names:
        return None
    table, key = (cst.ensure_type(parts[k], cst.Name) for k in ("table", "key"))
    call = cst.ensure_type(parts["call"], cst.Call)
    if key.value not in names:
        return None
    return Walk(
        *(function, block, index, name, loop, table, key.value, tuple(names), call)
    )


def _filling(dictionary: str) -> m.For:
    """`for key, … in table: dictionary[key] = make(…)`"""
    key = m.SaveMatchedNode(m.Name(), "key")
    item = m.Subscript(m.Name(dictionary), [m.SubscriptElement(m.Index(key))])
    call = m.SaveMatchedNode(m.Call(m.Name()), "call")
    line = m.SimpleStatementLine([m.Assign([m.AssignTarget(item)], call)])
    return m.For(
        iter=m.SaveMatchedNode(m.Name(), "table"),
        body=m.IndentedBlock([line]),
        orelse=None,
    )


def _plain_names(target: cst.BaseExpression) -> list[str]:
    elements = target.elements if isinstance(target, cst.Tuple) else []
    names = [e.value.value for e in elements if isinstance(e.value, cst.Name)]
    return names if len(set(names)) == len(elements) else []


def _holds_matrices(walk_: Walk, types: AnnotatedTypes) -> bool:
    kind = types.type_of(walk_.dictionary)
    return kind.name == "dict" and kind.arguments[1:] == (MATRIX,)


class NumberedElements:
    """What makes the elements of a dictionary of matrices; refuses other numbers."""

    def __init__(self, bindings: Bindings, walk_: Walk) -> None:
        self.bindings = bindings
        self.walk = walk_
        self._module = bindings.wrapper.module
        self._calls = CallGraph(bindings)
        self._direct = DirectCalls(bindings)
        self.made = self._matrix_function()
        self._check_maker()
        self._check_matrix_function()
        self._check_before()

    # The function that makes a matrix.

    def _matrix_function(self) -> MatrixFunction:
        function = self._function_named(self.walk.call.func)
        found = None if function is None else self._read(function)
        if found is None:
            expected = "a function that makes a list of lists of new nodes"
            self._refuse(self.walk.call, expected, "another one")
        return found

    def _function_named(self, name: cst.BaseExpression) -> cst.FunctionDef | None:
        binding = self.bindings.binding_of(name) if isinstance(name, cst.Name) else None
        functions = (s for s in self._module.body if isinstance(s, cst.FunctionDef))
        defined = (f for f in functions if self.bindings.binding_of(f.name) == binding)
        return None if binding is None else next(defined, None)

    def _read(self, function: cst.FunctionDef) -> MatrixFunction | None:
        """The parts of a function that fills rows, and a list with them."""
        body = [s for s in statements_in(function) if not m.matches(s, DOCSTRING)]
        if len(body) != 3:
            return None
        nested = self._filled(body[:2], body[1])
        returned = m.SimpleStatementLine([m.Return(m.Name())])
        if nested is None or not m.matches(body[2], returned):
            return None
        rows, outer, row_lines = nested
        if len(row_lines) != 3 or next(find(body[2], cst.Name)).value != rows.value:
            return None
        inside = self._filled(row_lines[:2], row_lines[1])
        if inside is None or not _appends(row_lines[2], rows.value, inside[0].value):
            return None
        row, inner, lines = inside
        creation, maker = self._creation(lines, row.value)
        sizes = (_counted(outer), _counted(inner))
        names = {p.name.value for p in all_parameters(function.params)}
        if maker is None or creation is None or not names.issuperset(sizes):
            return None
        return MatrixFunction(*(function, rows, outer, inner, creation, maker, sizes))

    def _filled(
        self, lines: Sequence[Statement], loop: cst.CSTNode
    ) -> tuple[cst.Name, cst.For, list[Statement]] | None:
        """`rows = []`, and a counting loop below it with these lines."""
        counting = m.For(
            m.Name(),
            m.Call(m.Name("range"), [m.Arg(m.Name(), star="", keyword=None)]),
            m.IndentedBlock(),
            None,
        )
        if not m.matches(lines[0], m.SimpleStatementLine([EMPTY_LIST])):
            return None
        if not isinstance(loop, cst.For) or not m.matches(loop, counting):
            return None
        return next(find(lines[0], cst.Name)), loop, statements_in(loop)

    def _creation(
        self, lines: Sequence[Statement], row: str
    ) -> tuple[cst.SimpleStatementLine | None, cst.FunctionDef | None]:
        """The last line but one, which makes what the last one appends."""
        if len(lines) < 2:
            return None, None
        match lines[-2]:
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(
                        targets=[cst.AssignTarget(target=cst.Name(value=made))],
                        value=cst.Call(func=func),
                    )
                ]
            ) as line if _appends(lines[-1], row, made):
                return line, self._function_named(func)
        return None, None

    def _check_matrix_function(self) -> None:
        """Refuse elements that depend on their place, and other creations."""
        made = self.made
        for loop in (made.outer, made.inner):
            counter = cst.ensure_type(loop.target, cst.Name).value
            inside = [n for n in find(loop.body, cst.Name) if n.value == counter]
            stored = {made.outer.target, made.inner.target}
            for name in inside:
                if name not in stored:
                    self._refuse(name, "elements made alike", "one made by its place")
        own = {made.rows.value, *made.sizes}
        lines = made.inner.body.body[:-2]
        for line in lines:
            if not m.matches(line, NAMED):
                self._refuse(line, "lines that name what an element needs", "another")
        for name in (n for line in lines for n in find(line, cst.Name)):
            if name.value in own:
                expected = "lines that only serve the next element"
                self._refuse(name, expected, f"`{name.value}` in one")
        creating = [c for c in find(made.function, cst.Call) if self._creates(c.func)]
        if creating != list(find(made.creation, cst.Call))[:1]:
            expected = "one new node for each element"
            self._refuse(made.creation, expected, "others")
        calls = [call.node for call in self._direct.of(made.function)]
        if calls != [self.walk.call]:
            other = next(c for c in calls if c is not self.walk.call)
            self._refuse(other, "matrices made by the loop over the table", "another")

    # The numbers of the nodes.

    def _check_maker(self) -> None:
        maker: Maker | None = maker_of(self.made.maker)
        older = OlderChildren(self.bindings)
        if maker is None or not any(map(older.in_list, maker.appended)):
            expected = "a function that numbers nodes by the length of an empty list"
            self._refuse(self.made.creation, expected, "another")

    def _creates(self, node: cst.CSTNode) -> bool:
        """Whether running some code may make nodes."""
        definition = isinstance(node, cst.FunctionDef | cst.ClassDef)
        return not definition and self.made.maker in self._calls.reached_from([node])

    def _check_before(self) -> None:
        """Refuse nodes that may be there when the loop begins."""
        calls = [call.node for call in self._direct.of(self.walk.holder)]
        if len(calls) != 1:
            expected = "one call of the function that makes the matrices"
            self._refuse(self.walk.holder.name, expected, "another number")
        above = parents(self._module)
        top: cst.CSTNode = calls[0]
        while above[top] is not self._module:
            top = above[top]
        if not isinstance(top, cst.SimpleStatementLine):
            self._refuse(calls[0], "a call that runs once", "one in a block")
        inside = self.walk.block.body[: self.walk.index]
        arguments = [a for call in (calls[0], self.walk.call) for a in call.args]
        before = self._module.body[: self._module.body.index(top)]
        for node in (*before, *arguments, *inside):
            if self._creates(node):
                expected = "no node before those of the matrices"
                self._refuse(node, expected, "code that may make one")

    def column_of(self, size: str) -> str:
        """The name that the loop over the table gives to a size of the matrix."""
        parameters = [p.name.value for p in all_parameters(self.made.function.params)]
        given: dict[str, cst.BaseExpression] = {}
        for index, argument in enumerate(self.walk.call.args):
            keyword = argument.keyword
            given[parameters[index] if keyword is None else keyword.value] = (
                argument.value
            )
        value = given.get(size)
        if not isinstance(value, cst.Name) or value.value not in self.walk.row:
            self._refuse(self.walk.call, f"`{size}` from the table", "another value")
        return value.value

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


def statements_in(block: cst.FunctionDef | cst.For) -> list[Statement]:
    """The statements of an indented block; none where they stand behind a colon."""
    body = block.body
    return statements_of(body) if isinstance(body, cst.IndentedBlock) else []


def _counted(loop: cst.For) -> str:
    """The `n` of `for … in range(n)`."""
    call = cst.ensure_type(loop.iter, cst.Call)
    return cst.ensure_type(call.args[0].value, cst.Name).value


def _appends(line: cst.CSTNode, to: str, value: str) -> bool:
    call = m.Call(
        m.Attribute(m.Name(to), m.Name("append")), [m.Arg(m.Name(value), keyword=None)]
    )
    return m.matches(line, m.SimpleStatementLine([m.Expr(call)]))
