"""Give functions rows of numbers instead of the places where the numbers are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple, NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_module, parse_template_statement

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.assigned_values import givers
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.disjoint_rows import DisjointRows
from codemods.facts.find_nodes import find
from codemods.facts.indexed_lists import IndexedLists
from codemods.facts.metadata import wrap
from codemods.facts.place_flow import PlaceFlow, index_of
from codemods.facts.row_demands import RowDemands
from codemods.facts.scope_names import ScopeNames
from codemods.facts.sole_lists import SoleLists
from codemods.facts.type_names import Type, spell
from codemods.facts.visit import visit
from codemods.facts.vocabulary import singular
from codemods.facts.walk import parents, walk
from codemods.refusal import Refusal
from codemods.transforms.add_imports import add_imports
from codemods.transforms.change_lines import ChangeLines
from codemods.transforms.last_comma import without_last_comma

ROWS = Type("list", (Type("range"),))
LEVEL = 3
"""How many layers are above the numbers: rows, matrices and their dictionary."""

ALIASES = m.Annotation(m.Name("TypeAlias"))

ALIAS = """
# the numbers of every matrix, row by row
{Rows}: TypeAlias = {kind}
"""

CUTTING = """
def {cut_rows}({places}: {place_kind}, {numbers}: list[float]) -> {Rows}:
    {rows}: {Rows} = {{}}
    for {name}, {matrix_places} in {places}.items():
        {matrix}: list[list[float]] = []
        for {place} in {matrix_places}:
            {row}: list[float] = {numbers}[{place}.start : {place}.stop]
            {matrix}.append({row})
        {rows}[{name}] = {matrix}
    return {rows}
"""

STORING = """
def {store_rows}(
    {rows}: {Rows}, {places}: {place_kind}, {numbers}: list[float]
) -> None:
    for {name}, {matrix_places} in {places}.items():
        for {place}, {row} in zip({matrix_places}, {rows}[{name}]):
            {numbers}[{place}.start : {place}.stop] = {row}
"""

LOCAL = ("places", "numbers", "rows", "name", "matrix_places", "matrix", "place", "row")

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def cut_rows(module: cst.Module) -> tuple[cst.Module, tuple[str, ...]]:
    """Cut lists of numbers into rows ahead of the calls that walk them.

    Have:    def add_up(
                 weights: dict[str, list[range]], data: list[float], sums: list[float]
             ) -> None:
                 row = weights["first"][0]
                 for index in range(len(row)):
                     place = row[index]
                     sums[place] += data[place]
             add_up(weights, data, sums)
    Want:    def add_up(weights: Rows, weights_sum: Rows) -> None:
                 row = weights["first"][0]
                 row_sum = weights_sum["first"][0]
                 for index in range(len(row)):
                     place = row[index]
                     row_sum[index] += place
             data_rows: Rows = cut_rows(weights, data)
             sum_rows: Rows = cut_rows(weights, sums)
             add_up(data_rows, sum_rows)
             store_rows(sum_rows, weights, sums)
    Refuses: ranges that are used otherwise than to index one list that is read and one
             that is changed; ranges that may have a number twice; lists that may have
             other names; numbers to be changed that a loop walks; and an index that is
             bound again before what it indexes is changed

    Rows are cut once for several calls, and ahead of loops, where the list that is read
    stays as it is.  Nothing happens where no dictionary of lists of ranges is passed to
    functions that index by their numbers.  Returns the comments as well that quoted
    what has changed, and are changed too.
    """
    bindings = Bindings(wrap(module))
    types = AnnotatedTypes(bindings)
    for binding in list(bindings):
        kind = types.of_binding(binding)
        if binding.scope is not bindings.scopes.module or kind.name != "dict":
            continue
        if kind.arguments[1] == ROWS:
            flow = PlaceFlow(bindings, binding, LEVEL)
            if flow.functions:
                return _Cutting(bindings, flow, kind.arguments[0]).cut()
    return module, ()


class _Site(NamedTuple):
    """A line of the main sequence that calls a function that walks rows."""

    line: cst.SimpleStatementLine
    reads: bool
    changes: bool


class _Rows(NamedTuple):
    """Where the place of a number stands: an item of a row."""

    row: cst.BaseExpression
    item: cst.Subscript


class _Cutting(ChangeLines):
    def __init__(self, bindings: Bindings, flow: PlaceFlow, key: Type) -> None:
        super().__init__()
        self.bindings = bindings
        self.module = bindings.wrapper.module
        self.parents = parents(self.module)
        self.flow = flow
        self.place_kind = f"dict[{spell(key)}, list[range]]"
        self.kind = f"dict[{spell(key)}, list[list[float]]]"
        self.maker = self._check_flow()
        self.lists = IndexedLists(bindings, flow)
        self.demands = RowDemands(bindings, flow, self.lists)
        self.read, self.changed = self._check_lists()
        self.elements = {
            item: self._element(item)
            for item in flow.indexed
            if self.lists.is_changed(item)
        }
        self.calls = {
            call.node: call
            for function in flow.functions
            for call in flow.calls_of(function)
        }
        self.sites = self._sites()
        self._choose_names()
        self.requoted: list[str] = []
        self._plan_lines()
        self._plan_cuts()
        self.behind |= self._runtime()

    # What is refused.

    def _check_flow(self) -> cst.FunctionDef:
        """The function that makes the ranges, if they are understood."""
        odd = self.flow.first_odd()
        if odd is not None:
            self._refuse(odd, "ranges whose numbers index lists", "another use")
        uses = self.bindings.occurrences(self.flow.root)
        for use in uses:
            if self.flow.function_of(use.node) in self.flow.functions:
                expected = f"`{use.node.value}` to be passed"
                self._refuse(use.node, expected, "a use of the module's variable")
        maker = DisjointRows(self.bindings).maker(self.flow.root)
        if maker is None:
            expected = "ranges that certainly have no number twice"
            self._refuse(uses[0].node, expected, "some that may")
        return maker

    def _check_lists(self) -> tuple[Binding, Binding | None]:
        """The list whose numbers are read, and the one whose are changed."""
        found: dict[bool, Binding] = {}
        for item in self.flow.indexed:
            changed = self.lists.is_changed(item)
            origin = self.lists.of_item(item)
            if found.setdefault(changed, origin) != origin:
                what = "changed" if changed else "read"
                self._refuse(item, f"one list that is {what}", "a second one")
            if found.get(not changed) == origin:
                self._refuse(item, "a list to be read or changed", "both")
        if False not in found:
            self._refuse(self.flow.indexed[0], "a list that is read as well", "none")
        sole = SoleLists(self.bindings)
        for binding in found.values():
            doubt = sole.first_doubt(binding)
            if doubt is not None:
                expected = f"a list that is called `{binding.name}` and nothing else"
                self._refuse(doubt, expected, "what may give it another name")
        return found[False], found.get(True)

    def _element(self, item: cst.Subscript) -> _Rows:
        """The row and the item of it that holds the place of a changed number."""
        index = index_of(item)
        if isinstance(index, cst.Name):
            index = self._definition(index, item)
        if not isinstance(index, cst.Subscript) or any(find(index, cst.Call)):
            expected = "a place that a line above takes out of a row"
            self._refuse(item, expected, "another place")
        for name in find(index.value, cst.Name):
            if self._walked(name):
                expected = "rows to be changed that are found by an index"
                self._refuse(name, expected, "a loop over them")
        return _Rows(index.value, index)

    def _walked(self, name: cst.Name) -> bool:
        """Whether a loop binds a variable that rows come to, and no line since then."""
        binding = self.bindings.binding_of(name)
        is_followed = binding in self.flow.levels
        is_followed &= self._definition(name, name) is None
        return is_followed and any(
            self.bindings.binding_of(target) == binding for target in self.flow.walked
        )

    def _definition(
        self, name: cst.Name, item: cst.CSTNode
    ) -> cst.BaseExpression | None:
        """What was assigned to a name, if nothing in it was bound again since then."""
        node = item
        while not isinstance(node, cst.FunctionDef | cst.Module):
            statement, node = node, self.parents[node]
            if not isinstance(node, cst.IndentedBlock):
                continue
            lines = list(node.body)
            last = next(i for i, line in enumerate(lines) if line is statement)
            for index in reversed(range(last)):
                value = self._assigned(lines[index], name)
                if value is not None:
                    since = lines[index + 1 : last + 1]
                    is_same = not self._binds(since, [name, *find(value, cst.Name)])
                    return value if is_same else None
        return None

    def _assigned(self, line: cst.CSTNode, name: cst.Name) -> cst.BaseExpression | None:
        target = self._target(line)
        if target is None or not self._is_same(target, name):
            return None
        return _value(cst.ensure_type(line, cst.SimpleStatementLine))

    def _binds(self, lines: Sequence[cst.CSTNode], names: Sequence[cst.Name]) -> bool:
        """Whether statements may bind one of these variables."""
        bindings = {self.bindings.binding_of(name) for name in names}
        given = {
            use.node
            for binding in bindings
            for use in (self.bindings.occurrences(binding) if binding else ())
            if use.role in BINDING_ROLES
        }
        return any(node in given for line in lines for node in walk(line))

    def _is_same(self, one: cst.Name, other: cst.Name) -> bool:
        return self.bindings.binding_of(one) == self.bindings.binding_of(other)

    # The main sequence.

    def _sites(self) -> list[_Site]:
        """The lines of the main sequence that make calls, in order."""
        found = []
        for node, call in self.calls.items():
            if call.caller is not None:
                continue
            given = [a for a in node.args if a in self.flow.passed]
            for argument in given:
                if self._root(argument.value) is None:
                    expected = f"`{self.flow.root.name}`, or an item of it"
                    self._refuse(argument, expected, "another value")
            self._refuse_second_names(node)
            bound = [self._parameter(argument) for argument in given]
            reads = any(map(self.demands.reads, bound))
            changes = any(map(self.demands.changes, bound))
            found.append(_Site(self._line(node), reads, changes))
        order = {node: index for index, node in enumerate(walk(self.module))}
        return sorted(found, key=lambda site: order[site.line])

    def _refuse_second_names(self, call: cst.Call) -> None:
        """Refuse lists that a call gets beside the rows that are cut out of them."""
        for argument in call.args:
            for name in find(argument.value, cst.Name):
                is_list = self.bindings.binding_of(name) in (self.read, self.changed)
                if is_list and argument not in self.lists.passed:
                    expected = f"`{name.value}` to be passed once"
                    self._refuse(argument, expected, "the same list again")

    def _line(self, call: cst.Call) -> cst.SimpleStatementLine:
        """The line that makes a call and does nothing else."""
        small = self.parents[call]
        line = self.parents[small]
        is_alone = isinstance(small, cst.Assign | cst.AnnAssign | cst.Expr)
        if not isinstance(line, cst.SimpleStatementLine) or not is_alone:
            self._refuse(call, "a call that has a line of its own", "one that has none")
        return line

    def _root(self, node: cst.BaseExpression) -> cst.Name | None:
        """The name of the dictionary in an expression that it begins."""
        while isinstance(node, cst.Subscript):
            node = node.value
        is_root = isinstance(node, cst.Name) and (
            self.bindings.binding_of(node) == self.flow.root
        )
        return cst.ensure_type(node, cst.Name) if is_root else None

    def _parameter(self, argument: cst.Arg) -> Binding:
        return self._binding(self.flow.passed[argument].name)

    # Names.

    def _choose_names(self) -> None:
        wrapper = self.bindings.wrapper
        top = ScopeNames.of(wrapper, self.module.body[0])
        options = {name: [name, f"{name}_of_numbers"] for name in LOCAL}
        options |= {"Rows": ["Rows", "NumberRows"]}
        options |= {"cut_rows": ["cut_rows", "cut_number_rows"]}
        options |= {"store_rows": ["store_rows", "store_number_rows"]}
        self.names = {
            k: top.claim(wanted, self.module) for k, wanted in options.items()
        }
        self.data_rows = top.claim([_rows_of(self.read)], self.module)
        self.new_names: dict[Binding, str] = {}
        """What has the numbers that are changed, by what has those that are read."""
        if self.changed is None:
            return
        suffix = _difference(self.changed.name, self.read.name)
        rows = top.claim([_rows_of(self.changed)], self.module)
        self.new_names[self.flow.root] = rows
        for function in self.flow.functions:
            names = ScopeNames.of(wrapper, function.body.body[0])
            for binding, level in self.flow.levels.items():
                is_here = binding.scope.node is function and level > 0
                if is_here and self.demands.changes(binding):
                    name = f"{binding.name}_{suffix}"
                    self.new_names[binding] = names.claim([name], function)

    # The lines that change.

    def _plan_lines(self) -> None:
        """Let lines that take a row take the one of the other list as well."""
        for function in self.flow.functions:
            for line in find(function, cst.SimpleStatementLine):
                target = self._target(line)
                binding = self._followed(target)
                if target is None or binding is None:
                    continue
                is_number = self.flow.levels[binding] == 0
                if is_number and not self.demands.reads(binding):
                    self.removed.add(line)
                elif binding in self.new_names and self.demands.reads(binding):
                    self.behind[line] = [self._changed_row(line, target)]
                elif binding in self.new_names:
                    self.replaced[line] = self._changed_row(line, target)

    def _changed_row(
        self, line: cst.SimpleStatementLine, target: cst.Name
    ) -> cst.SimpleStatementLine:
        """`row_sum = weights_sum["first"][0]` for `row = weights["first"][0]`"""
        new = cst.AnnAssign(
            cst.Name(self.new_names[self._binding(target)]),
            self._annotation(target),
            self._changed(_value(line)),
        )
        given = givers(self.bindings, self._binding(target))
        is_first = next(use.node for use in given if use.assigned) is target
        return cst.SimpleStatementLine([new if is_first else _undeclared(new)])

    def _declares(self, target: cst.Name) -> bool:
        """Whether a line is where a variable is given its type."""
        given = givers(self.bindings, self._binding(target))
        return given[0].node is target

    def _binding(self, name: cst.Name) -> Binding:
        binding = self.bindings.binding_of(name)
        assert binding is not None  # the flow follows it
        return binding

    def _changed(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The numbers to be changed where an expression stands for those to be read."""
        if isinstance(node, cst.Name):
            return cst.Name(self.new_names[self._binding(node)])
        item = cst.ensure_type(node, cst.Subscript)
        return item.deep_clone().with_changes(value=self._changed(item.value))

    def _target(self, line: cst.CSTNode) -> cst.Name | None:
        match line:
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)])
                    | cst.AnnAssign(
                        target=cst.Name() as name, value=cst.BaseExpression()
                    )
                ]
            ):
                return name
        return None

    def _followed(self, name: cst.Name | None) -> Binding | None:
        binding = None if name is None else self.bindings.binding_of(name)
        return binding if binding in self.flow.levels else None

    def _annotation(self, name: cst.Name) -> cst.Annotation:
        kinds = ["float", "list[float]", "list[list[float]]", self.names["Rows"]]
        level = self.flow.levels[self._binding(name)]
        return cst.Annotation(cst.parse_expression(kinds[level]))

    # Cutting and storing.

    def _plan_cuts(self) -> None:
        self._plan_reading()
        first = True
        for site in self.sites:
            if site.changes and self.changed is not None:
                rows = self.new_names[self.flow.root]
                cut = self._cutting(rows, self.changed, is_first=first)
                self.ahead.setdefault(site.line, []).append(cut)
                self.behind[site.line] = [self._storing(rows, self.changed)]
                first = False

    def _plan_reading(self) -> None:
        """Cut the rows that are read as seldom as the list that is read changes."""
        placed: list[Statement] = []
        for site in self.sites:
            if not site.reads:
                continue
            place = self._ahead_of_loops(site.line)
            if not any(self._lasts(before, place) for before in placed):
                cut = self._cutting(self.data_rows, self.read, is_first=not placed)
                self.ahead.setdefault(place, []).append(cut)
                placed.append(place)

    def _ahead_of_loops(self, line: cst.SimpleStatementLine) -> Statement:
        """The outermost statement around a line that leaves list and places alone."""
        statement: Statement = line
        while isinstance(block := self.parents[statement], cst.IndentedBlock):
            loop = self.parents[block]
            if not isinstance(loop, cst.For | cst.While) or self._disturbs(loop):
                break
            statement = loop
        return statement

    def _lasts(self, before: Statement, place: Statement) -> bool:
        """Whether what is cut ahead of one statement serves another one behind it."""
        block = self.parents[before]
        if block is not self.parents[place]:
            return False
        assert isinstance(block, cst.Module | cst.IndentedBlock)  # of a statement
        lines = list(block.body)
        between = lines[lines.index(before) : lines.index(place)]
        return not any(map(self._disturbs, between))

    def _disturbs(self, statement: cst.CSTNode) -> bool:
        """Whether a statement may change the list that is read, or the places."""
        known = {self.read, self.flow.root}
        for name in find(statement, cst.Name):
            argument = self.parents[name]
            is_passed = argument in self.lists.passed or argument in self.flow.passed
            is_harmless = is_passed and self.parents[argument] in self.calls
            if self.bindings.binding_of(name) in known and not is_harmless:
                return True
        return False

    def _cutting(
        self, rows: str, numbers: Binding, *, is_first: bool
    ) -> cst.SimpleStatementLine:
        declared = f": {self.names['Rows']}" if is_first else ""
        call = f"{self.names['cut_rows']}({self.flow.root.name}, {numbers.name})"
        return _line(f"{rows}{declared} = {call}")

    def _storing(self, rows: str, numbers: Binding) -> cst.SimpleStatementLine:
        name = self.names["store_rows"]
        return _line(f"{name}({rows}, {self.flow.root.name}, {numbers.name})")

    # The edit.

    def cut(self) -> tuple[cst.Module, tuple[str, ...]]:
        """The module with rows, and the comments that read differently in it."""
        changed = visit(self.module, self)
        return add_imports(changed, [("typing", "TypeAlias")]), tuple(self.requoted)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        binding = self._followed(original_node)
        if binding is None or self.demands.reads(binding):
            return updated_node
        is_inside = binding.scope.node in self.flow.functions
        new = self.new_names.get(binding) if is_inside else None
        return updated_node if new is None else cst.Name(new)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        if original_node in self.elements:
            return self._changed(self.elements[original_node].item)
        if original_node in set(self.flow.indexed):
            index = index_of(updated_node)
            assert index is not None  # that is why it was found
            return index
        return updated_node

    def leave_AnnAssign(
        self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign
    ) -> cst.AnnAssign:
        target = original_node.target
        if not isinstance(target, cst.Name) or self._is_outside(target):
            return updated_node
        return updated_node.with_changes(annotation=self._annotation(target))

    def leave_Assign(
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> cst.Assign | cst.AnnAssign:
        """Say of the rows that a function takes what they are."""
        target = original_node.targets[0].target
        if not isinstance(target, cst.Name) or self._is_outside(target):
            return updated_node
        is_row = self.flow.levels[self._binding(target)] > 0
        if not is_row or not self._declares(target):
            return updated_node
        kind = self._annotation(target)
        return cst.AnnAssign(cst.Name(target.value), kind, updated_node.value)

    def _is_outside(self, name: cst.Name) -> bool:
        """Whether a name is none that rows come to."""
        binding = self._followed(name)
        return binding is None or binding.scope.node not in self.flow.functions

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if original_node not in self.calls:
            return updated_node
        arguments = [
            new
            for old, updated in zip(original_node.args, updated_node.args, strict=True)
            for new in self._arguments(old, updated)
        ]
        return updated_node.with_changes(args=without_last_comma(arguments))

    def _arguments(self, old: cst.Arg, updated: cst.Arg) -> Iterator[cst.Arg]:
        """The rows to be read, and those to be changed, in the place of places."""
        if old in self.lists.passed:
            return
        if old not in self.flow.passed:
            yield updated
            return
        binding = self._parameter(old)
        if self.demands.reads(binding):
            yield updated.with_changes(value=self._given(old, updated))
        if binding in self.new_names:
            keyword = None if old.keyword is None else cst.Name(self.new_names[binding])
            changed = self._changed(old.value)
            yield updated.with_changes(value=changed, keyword=keyword)

    def _given(self, old: cst.Arg, updated: cst.Arg) -> cst.BaseExpression:
        """The rows to be read: in the main sequence, those that were cut for it."""
        root = self._root(old.value)
        if root is None:
            return updated.value
        cut = cst.Name(self.data_rows)
        if old.value is root:
            return cut
        given = updated.value.deep_replace(self._first_name(updated.value), cut)
        assert isinstance(given, cst.BaseExpression)  # one was put for another
        return given

    def _first_name(self, node: cst.BaseExpression) -> cst.BaseExpression:
        while isinstance(node, cst.Subscript):
            node = node.value
        return node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        if original_node not in self.flow.functions:
            return updated_node
        old, new = original_node.params, updated_node.params
        changed = {
            kind: without_last_comma(
                [
                    parameter
                    for before in getattr(old, kind)
                    for parameter in self._parameters(before)
                ]
            )
            for kind in ("posonly_params", "params", "kwonly_params")
        }
        return updated_node.with_changes(params=new.with_changes(**changed))

    def _parameters(self, parameter: cst.Param) -> Iterator[cst.Param]:
        binding = self.bindings.binding_of(parameter.name)
        if binding in self.lists.origins:
            return
        if binding is None or binding not in self.flow.levels:
            yield parameter
            return
        typed = parameter.with_changes(annotation=self._annotation(parameter.name))
        if self.demands.reads(binding):
            yield typed
        if binding in self.new_names:
            yield typed.with_changes(name=cst.Name(self.new_names[binding]))

    def leave_Comment(
        self, original_node: cst.Comment, updated_node: cst.Comment
    ) -> cst.Comment:
        """Let comments quote what is read as it is read now."""
        text = original_node.value
        for item in self.flow.indexed:
            index = index_of(item)
            if item not in self.elements and index is not None:
                quoted = re.escape(self.module.code_for_node(item))
                now = self.module.code_for_node(index).replace("\\", r"\\")
                text = re.sub(rf"(?<![\w.]){quoted}", now, text)
        if text != original_node.value:
            self.requoted.append(original_node.value)
        return updated_node.with_changes(value=text)

    def _runtime(self) -> dict[cst.CSTNode, list[cst.CSTNode]]:
        """The type of rows ahead of all that takes them, functions behind the maker."""
        users = {self.maker, *self.flow.functions}
        above = list(takewhile(lambda line: line not in users, self.module.body))
        alias = m.SimpleStatementLine([m.AnnAssign(annotation=ALIASES)])
        types = [line for line in above if m.matches(line, alias)]
        declared, functions = self._written(ALIAS), self._written(CUTTING)
        if self.changed is not None:
            functions += self._written(STORING)
        first = self.module.body[len(above)]
        if not types and first is self.maker:
            return {self.maker: [*declared, *functions]}
        if not above:
            self._refuse(first, "an import above all functions", "a function")
        return {[*above, *types][-1]: declared, self.maker: functions}

    def _written(self, text: str) -> list[cst.CSTNode]:
        """Statements from a text with gaps for names and types."""
        kinds = {"kind": self.kind, "place_kind": self.place_kind}
        module = parse_template_module(text.format(**self.names, **kinds))
        (statement,) = module.body
        lines = [*module.header, *getattr(statement, "leading_lines", ())]
        return [statement.with_changes(leading_lines=lines)]

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


def _rows_of(numbers: Binding) -> str:
    return f"{singular(numbers.name) or numbers.name}_rows"


def _difference(one: str, other: str) -> str:
    """What one name says that another does not: `gradient` of `weight_gradients`."""
    words = one.split("_")
    same = takewhile(
        lambda pair: pair[0] == pair[1], zip(words, other.split("_"), strict=False)
    )
    rest = "_".join(words[len(list(same)) :]) or one
    return singular(rest) or rest


def _value(line: cst.SimpleStatementLine) -> cst.BaseExpression:
    (small,) = line.body
    assert isinstance(small, cst.Assign | cst.AnnAssign)  # only those are followed
    assert small.value is not None  # a declaration gives nothing
    return small.value


def _undeclared(line: cst.AnnAssign) -> cst.Assign:
    assert line.value is not None  # as it was made
    target = cst.ensure_type(line.target, cst.Name)
    return cst.Assign([cst.AssignTarget(target)], line.value)


def _line(text: str) -> cst.SimpleStatementLine:
    return cst.ensure_type(parse_template_statement(text), cst.SimpleStatementLine)
