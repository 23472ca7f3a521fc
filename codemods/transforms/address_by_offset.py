"""Replace lists of indices that count up by ranges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_module, parse_template_statement

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.annotation_types import Annotations
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.find_comments import find_comments
from codemods.facts.find_nodes import find
from codemods.facts.imported_names import ImportedNames
from codemods.facts.metadata import reparse, wrap
from codemods.facts.numbered_elements import (
    DOCSTRING,
    NumberedElements,
    Walk,
    find_walks,
    statements_in,
)
from codemods.facts.retyped_values import RetypedValues
from codemods.facts.scope_names import ScopeNames
from codemods.facts.surroundings import Surroundings
from codemods.facts.table_keys import TableKeys
from codemods.facts.type_names import Type, spell
from codemods.facts.visit import visit
from codemods.facts.vocabulary import singular
from codemods.facts.walk import parents
from codemods.refusal import Refusal
from codemods.transforms.copy_rows import copy_rows
from codemods.transforms.replace_statement import replacement

RANGE = Type("range")
ALL = Type("range", (), "all")
"""The range of all elements, which starts at 0; it is spelled as any other range."""

ROWS = Type("list", (RANGE,))

NAME = m.Arg(m.Name(), star="")

COMMENT = "# the elements of the matrices are numbered from 0 on: each row is a range"


def address_by_offset(module: cst.Module) -> tuple[cst.Module, tuple[str, ...]]:
    """Say where the elements of matrices are, instead of listing their numbers.

    Have:    def initialize(size: int) -> tuple[dict[str, list[list[int]]], list[int]]:
                 layout: Layout = list_matrices(size)
                 weights: dict[str, list[list[int]]] = {}
                 for name, rows, columns in layout:
                     weights[name] = create_matrix(rows, columns)
                 numbers: list[int] = []
                 for matrix in weights.values():
                     for row in matrix:
                         for number in row:
                             numbers.append(number)
                 return weights, numbers
    Want:    def locate_rows(layout: Layout) -> tuple[dict[str, list[range]], int]:
                 weights: dict[str, list[range]] = {}
                 start = 0
                 for name, number_of_rows, number_of_columns in layout:
                     rows: list[range] = []
                     for _ in range(number_of_rows):
                         stop = start + number_of_columns
                         row = range(start, stop)
                         rows.append(row)
                         start = stop
                     weights[name] = rows
                 return weights, start
             def initialize(size: int) -> tuple[dict[str, list[range]], range]:
                 layout: Layout = list_matrices(size)
                 weights, number_of_numbers = locate_rows(layout)
                 for _, rows, columns in layout:
                     create_matrix(rows, columns)
                 numbers: range = range(number_of_numbers)
                 return weights, numbers
    Refuses: what `NumberedElements` and `RetypedValues` refuse; keys of the table that
             may be the same, where a list of all elements is made; and names that are
             taken

    A row that gets to where other lists of indices do is copied there.  The function
    that makes a matrix makes its elements in one loop and keeps no list.  Where the
    list of all elements is enumerated, an element is its own index.  Nothing happens
    where no dictionary of matrices of indices is filled from a table.  The second
    result is the comments on the list of all that quoted its type, as they were.
    """
    bindings = Bindings(wrap(module))
    walk_ = next(find_walks(bindings), None)
    if walk_ is None:
        return module, ()
    addressing = _Addressing(bindings, walk_)
    copies = addressing.values.copies()
    if copies:
        return address_by_offset(reparse(copy_rows(bindings, copies)))
    addressed = reparse(visit(bindings.wrapper.module, addressing))
    return addressed, tuple(addressing.requoted)


@dataclass(frozen=True)
class _AllElements:
    """A list of the elements of all matrices, one after the other."""

    name: cst.Name
    index: int
    """That of its declaration; the loops are the next statement."""
    annotation: cst.Annotation


class _Addressing(cst.CSTTransformer):
    def __init__(self, bindings: Bindings, walk_: Walk) -> None:
        super().__init__()
        self.bindings = bindings
        self.module = bindings.wrapper.module
        self.parents = parents(self.module)
        self.walk = walk_
        self.elements = NumberedElements(bindings, walk_)
        self.made = self.elements.made
        self.sizes = [self.elements.column_of(size) for size in self.made.sizes]
        self.all = self._all_elements()
        types = AnnotatedTypes(bindings)
        key, _ = types.type_of(walk_.dictionary).arguments
        self.kind = Type("dict", (key, ROWS))
        self.values = RetypedValues(bindings, dict(self._declared()), self._replaced())
        self._check()
        self._choose_names()
        self.reader = Annotations(bindings, ImportedNames(bindings))
        self.requoted: list[str] = []
        self.counters = dict(self._counters())
        self.merged = {
            use.node: element
            for counter, element in self.counters.values()
            for use in bindings.occurrences(counter)
        }

    # What there is.

    def _all_elements(self) -> _AllElements | None:
        body = self.walk.block.body
        behind = range(self.walk.index + 2, len(body) - 1)
        found = (self._all_at(index, body[index + 1]) for index in behind)
        return next(filter(None, found), None)

    def _all_at(self, index: int, loop: cst.CSTNode) -> _AllElements | None:
        match self.walk.block.body[index]:
            case cst.SimpleStatementLine(
                body=[
                    cst.AnnAssign(
                        target=cst.Name() as name,
                        annotation=annotation,
                        value=cst.List(elements=[]),
                    )
                ]
            ) if m.matches(loop, self._collecting(name.value)):
                levels = list(find(loop, cst.For))
                chain = [cst.ensure_type(f.target, cst.Name).value for f in levels]
                walked = [next(find(f.iter, cst.Name)).value for f in levels[1:]]
                (appended,) = [a.value for a in find(levels[-1], cst.Arg)]
                last = cst.ensure_type(appended, cst.Name).value
                if [*walked, last] == chain and len(set(chain)) == len(chain):
                    return _AllElements(name, index, annotation)
        return None

    def _collecting(self, name: str) -> m.For:
        """Loops through the values of the dictionary down to their rows or elements."""
        append, extend = (
            m.SimpleStatementLine(
                [m.Expr(m.Call(m.Attribute(m.Name(name), m.Name(adds)), [NAME]))]
            )
            for adds in ("append", "extend")
        )
        dictionary = m.Name(self.walk.dictionary.value)
        values = m.Call(m.Attribute(dictionary, m.Name("values")), [])
        inner = m.For(m.Name(), m.Name(), m.IndentedBlock([append]), None)
        middle = m.For(m.Name(), m.Name(), m.IndentedBlock([inner | extend]), None)
        return m.For(m.Name(), values, m.IndentedBlock([middle]), None)

    def _declared(self) -> Iterator[tuple[cst.Annotation, Type]]:
        declaration = self.parents[self.walk.dictionary]
        annotation = cst.ensure_type(declaration, cst.AnnAssign).annotation
        yield annotation, self.kind
        if self.all is not None:
            yield self.all.annotation, ALL

    def _replaced(self) -> list[cst.CSTNode]:
        body, index = self.walk.block.body, self.walk.index
        found: list[cst.CSTNode] = [self.made.function, *body[index : index + 2]]
        if self.all is not None:
            found += body[self.all.index : self.all.index + 2]
        return found

    # What is refused.

    def _check(self) -> None:
        if self.bindings.resolution.find("range", self.bindings.scopes.module):
            expected = "`range` to be the builtin"
            self._refuse(self.walk.dictionary, expected, "another one")
        self._check_table()
        self.values.check()
        for part in find(self.module, cst.Subscript):
            slices = any(isinstance(e.slice, cst.Slice) for e in part.slice)
            if slices and self.values.after.type_of(part.value) == ALL:
                self._refuse(part, "all elements, or one of them", "some")

    def _check_table(self) -> None:
        table = self.walk.table
        binding = self.bindings.binding_of(table)
        around = Surroundings(self.bindings)
        places = around.places(self.walk.dictionary)
        if binding is None or not around.is_bound_before(binding, places):
            expected = f"`{table.value}` to be there above the dictionary"
            self._refuse(table, expected, "another place")
        if self.all is not None and not TableKeys(self.bindings).all_differ(table):
            expected = "keys that certainly differ in every row of the table"
            self._refuse(table, expected, "some that may not")

    def _counters(self) -> Iterator[tuple[cst.For, tuple[Binding, str]]]:
        """The loops in which an element is its own index, with that and its name."""
        pair = m.Tuple([m.Element(m.Name()), m.Element(m.Name())])
        counting = m.Call(m.Name("enumerate"), [m.Arg(m.Name(), star="")])
        for loop in find(self.module, cst.For):
            if not m.matches(loop, m.For(pair, counting)):
                continue
            given = cst.ensure_type(loop.iter, cst.Call).args[0].value
            counter, element = find(loop.target, cst.Name)
            bindings = [self.bindings.binding_of(name) for name in (counter, element)]
            if self.values.after.type_of(given) == ALL and all(
                binding is not None and self._is_bound_once(binding)
                for binding in bindings
            ):
                assert bindings[0] is not None  # as just asked
                yield loop, (bindings[0], element.value)

    def _is_bound_once(self, binding: Binding) -> bool:
        uses = self.bindings.occurrences(binding)
        return sum(use.role in BINDING_ROLES for use in uses) == 1

    # Names.

    def _choose_names(self) -> None:
        wrapper = self.bindings.wrapper
        top = ScopeNames.of(wrapper, self.module.body[0])
        place = self.walk.block.body[self.walk.index]
        inner = ScopeNames.of(wrapper, place)
        self.locator = top.claim(["locate_rows", "locate_matrix_rows"], self.module)
        self.blank = "_" if inner.is_free("_", place) else None
        if self.all is not None:
            wanted = [f"number_of_{self.all.name.value}", "number_of_elements"]
            self.total = inner.claim(wanted, place)
        top.taken |= {*self.walk.row, self.walk.table.value, self.walk.dictionary.value}
        rows = self.made.rows.value
        self.rows = top.claim([rows, f"located_{rows}"], self.module)
        self.row = top.claim([singular(rows) or "row", "row"], self.module)
        self.start = top.claim(["start", "row_start"], self.module)
        self.stop = top.claim(["stop", "row_stop"], self.module)
        makes = ScopeNames.of(wrapper, self.made.outer)
        self.count = makes.claim(["number_of_elements"], self.made.outer)

    # The edit.

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> cst.Annotation:
        kind = self.values.declared.get(original_node)
        if kind is None:
            return updated_node
        written = self._written(original_node.annotation, kind)
        return updated_node.with_changes(annotation=written)

    def _written(self, node: cst.BaseExpression, kind: Type) -> cst.BaseExpression:
        """A type hint with ranges in the place of lists."""
        quoted = self.bindings.scopes.annotations
        if isinstance(node, cst.SimpleString) and node in quoted:
            text = self.module.code_for_node(self._written(quoted[node], kind))
            return cst.SimpleString(f"{node.quote}{text}{node.quote}")
        if self.reader.read_type(node) == kind:
            return node
        if isinstance(node, cst.Subscript) and len(node.slice) == len(kind.arguments):
            parts = [
                item.with_changes(slice=self._written_index(item.slice, part))
                for item, part in zip(node.slice, kind.arguments, strict=True)
            ]
            if kind.name != RANGE.name:
                return node.with_changes(slice=parts)
        return cst.parse_expression(spell(kind))

    def _written_index(self, item: cst.BaseSlice, kind: Type) -> cst.BaseSlice:
        index = cst.ensure_type(item, cst.Index)
        return index.with_changes(value=self._written(index.value, kind))

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        if original_node not in self.counters:
            return updated_node
        _, element = self.counters[original_node]
        walked = cst.ensure_type(updated_node.iter, cst.Call).args[0].value
        return updated_node.with_changes(target=cst.Name(element), iter=walked)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        element = self.merged.get(original_node)
        return updated_node if element is None else cst.Name(element)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[cst.BaseStatement]:
        if original_node is self.made.function:
            return self._making(updated_node)
        if original_node is not self.walk.holder:
            return updated_node
        body: list[cst.BaseStatement] = [*statements_in(updated_node)]
        if self.all is not None:
            index = self.all.index
            body[index : index + 2] = self._range(body[index : index + 2])
        index = self.walk.index
        body[index : index + 2] = self._locating(*body[index : index + 2])
        block = updated_node.body.with_changes(body=body)
        return cst.FlattenSentinel(
            [self._locator(), updated_node.with_changes(body=block)]
        )

    def _making(self, function: cst.FunctionDef) -> cst.FunctionDef:
        """The function that makes the elements of a matrix, without lists of them."""
        made = self.made
        *lines, _, _ = made.inner.body.body
        (assign,) = made.creation.body
        call = cst.ensure_type(assign, cst.Assign).value
        creation = made.creation.with_changes(body=[cst.Expr(call)])
        sizes = " * ".join(made.sizes)
        counted = parse_template_statement(f"{self.count} = {sizes}")
        loop = made.inner.with_changes(
            iter=cst.parse_expression(f"range({self.count})"),
            body=made.inner.body.with_changes(body=[*lines, creation]),
        )
        kept = [s for s in function.body.body if m.matches(s, DOCSTRING)]
        changed = statements_in(made.function)[len(kept) :]
        body = [*kept, *_instead(changed, [counted, loop])]
        return function.with_changes(
            body=function.body.with_changes(body=body),
            returns=cst.Annotation(cst.Name("None")),
        )

    def _range(self, lines: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        """The declaration of all elements, as a range."""
        line = cst.ensure_type(lines[0], cst.SimpleStatementLine)
        declaration = cst.ensure_type(line.body[0], cst.AnnAssign)
        value = cst.parse_expression(f"range({self.total})")
        declared = declaration.with_changes(value=value)
        instead = _instead(lines, [line.with_changes(body=[declared])])
        return list(map(self._requoted, instead))

    def _requoted(self, line: cst.BaseStatement) -> cst.BaseStatement:
        """Let comments that quote the type of all elements quote what it is now."""
        assert self.all is not None  # it is declared in this line
        quoted = self.module.code_for_node(self.all.annotation.annotation)
        for comment in find_comments(line):
            now = comment.value.replace(quoted, spell(ALL))
            if now != comment.value:
                self.requoted.append(comment.value)
                line = line.with_deep_changes(comment, value=now)
        return line

    def _locating(
        self, declaration: cst.BaseStatement, loop: cst.BaseStatement
    ) -> list[cst.BaseStatement]:
        """The offsets, and the loop that makes the elements."""
        line = cst.ensure_type(declaration, cst.SimpleStatementLine)
        declared: cst.BaseSmallStatement = cst.ensure_type(line.body[0], cst.AnnAssign)
        located = cst.parse_expression(f"{self.locator}({self.walk.table.value})")
        declared = declared.with_changes(value=located)
        if self.all is not None:
            text = f"{self.walk.dictionary.value}, {self.total} = {{located}}"
            given = parse_template_statement(text, located=located)
            (declared,) = cst.ensure_type(given, cst.SimpleStatementLine).body
        after = [line.with_changes(body=[declared]), self._creating(loop)]
        return _instead([declaration, loop], after)

    def _creating(self, statement: cst.BaseStatement) -> cst.For:
        loop = cst.ensure_type(statement, cst.For)
        line = cst.ensure_type(loop.body.body[0], cst.SimpleStatementLine)
        call = cst.ensure_type(line.body[0], cst.Assign).value
        made = line.with_changes(body=[cst.Expr(call)])
        read = {name.value for name in find(call, cst.Name)}
        return loop.with_changes(
            target=self._target(read),
            body=loop.body.with_changes(body=[made]),
        )

    def _target(self, read: set[str]) -> cst.BaseExpression:
        """What a loop over the table binds, with `_` for what it does not read."""
        names = [n if n in read else self.blank or n for n in self.walk.row]
        listed = ", ".join(names)
        return cst.ensure_type(cst.parse_expression(listed), cst.Tuple)

    def _locator(self) -> cst.FunctionDef:
        """The function that computes the ranges of the rows from the table alone."""
        kind, result = self.kind, self.walk.dictionary.value
        returned, returns = result, spell(kind)
        if self.all is not None:
            returned = f"{result}, {self.start}"
            returns = spell(Type("tuple", (kind, Type("int"))))
        rows, columns = self.sizes
        target = self._target({self.walk.key, *self.sizes})
        text = f"""\
def {self.locator}({self.walk.table.value}: {self._table_hint()}) -> {returns}:
    {result}: {spell(kind)} = {{}}
    {self.start} = 0
    for {self.module.code_for_node(target)} in {self.walk.table.value}:
        {self.rows}: {spell(ROWS)} = []
        for _ in range({rows}):
            {self.stop} = {self.start} + {columns}
            {self.row} = range({self.start}, {self.stop})
            {self.rows}.append({self.row})
            {self.start} = {self.stop}
        {result}[{self.walk.key}] = {self.rows}
    return {returned}
"""
        function = parse_template_module(text).body[0]
        comment = cst.EmptyLine(comment=cst.Comment(COMMENT))
        return cst.ensure_type(function, cst.FunctionDef).with_changes(
            leading_lines=[comment]
        )

    def _table_hint(self) -> str:
        types, binding = self.values.before, self.bindings.binding_of(self.walk.table)
        assert binding is not None  # as has been checked
        annotation = types.annotation_of(binding)
        if annotation is None:
            return spell(types.of_binding(binding))
        return self.module.code_for_node(annotation.annotation)

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


def _instead(
    before: Sequence[cst.BaseStatement], after: Sequence[cst.BaseStatement]
) -> list[cst.BaseStatement]:
    """Statements in the place of others, led by the comments that they lack."""
    taken_apart = cst.If(cst.Name("True"), cst.IndentedBlock(list(before)))
    return list(replacement(taken_apart, after))
