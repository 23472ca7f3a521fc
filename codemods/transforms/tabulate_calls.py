"""List the arguments of calls that fill a dictionary in one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import (
    parse_template_module,
    parse_template_statement,
)

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.effects import is_literal
from codemods.facts.find_nodes import find
from codemods.facts.fixed_values import FixedValues
from codemods.facts.immutable_types import is_immutable
from codemods.facts.liveness import Liveness, Region, Statement
from codemods.facts.metadata import reparse, wrap
from codemods.facts.scope_names import ScopeNames
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import MAIN, Type, spell
from codemods.facts.visit import visit
from codemods.facts.vocabulary import plural
from codemods.refusal import Refusal
from codemods.transforms.add_imports import add_imports
from codemods.transforms.extract_function import extract_function
from codemods.transforms.replace_statement import replacement

KEY = ("name", "key", "entry_name")
TABLE = ("layout", "table", "table_layout")
ALIAS = ("Layout", "Table", "TableLayout")
MAKING = frozenset("build create draw initialize make new sample".split())
"""How the name of a function begins that is named after what it makes."""

HEAD = m.SimpleStatementLine([m.Import() | m.ImportFrom() | m.Expr(m.SimpleString())])

FEWEST = 2
"""One call is no table."""


def tabulate_calls(module: cst.Module) -> cst.Module:
    """Let a loop over a table make the matrices that a dictionary holds.

    Have:    def initialize(size: int) -> dict[str, list[list[float]]]:
                 weights: dict[str, list[list[float]]] = {
                     "embedding": create_matrix(size, width, deviation=0.1)
                 }
                 for layer in range(number_of_layers):
                     weights[f"layer{layer}"] = create_matrix(width, width)
                 return weights
    Want:    # name, number of rows, number of columns and deviation of every matrix
             Layout: TypeAlias = list[tuple[str, int, int, float]]
             def list_matrices(size: int) -> Layout:
                 layout: Layout = [("embedding", size, width, 0.1)]
                 for layer in range(number_of_layers):
                     layout.append((f"layer{layer}", width, width, 0.02))
                 return layout
             def initialize(size: int) -> dict[str, list[list[float]]]:
                 layout: Layout = list_matrices(size)
                 weights: dict[str, list[list[float]]] = {}
                 for name, rows, columns, deviation in layout:
                     weights[name] = create_matrix(rows, columns, deviation)
                 return weights
    Refuses: what `extract_function` refuses; an entry that is made in another way than
             by a call of that one function; an argument or key that may not be
             evaluated before the calls above it; an argument that can be changed in
             place and is not the same variable in every call; a default that is no
             literal; and names bound between the entries that are read behind them

    The function is called as often as before, in the same order, with the same values.
    Nothing happens where no dictionary of matrices is made by two or more such calls.
    """
    bindings = Bindings(wrap(module))
    filling = next(_find_fillings(bindings), None)
    if filling is None:
        return module
    tabulation = _Tabulation(bindings, filling)
    tabulated = reparse(visit(bindings.wrapper.module, tabulation))
    listed = extract_function(tabulated, tabulation.find_table, tabulation.lister)
    return tabulation.finish(listed)


@dataclass(frozen=True)
class _Filling:
    """Statements of a function that make a dictionary and fill it by calls."""

    function: cst.FunctionDef
    region: Region
    target: cst.Name
    entries: Mapping[cst.BaseExpression, cst.BaseExpression]
    """The keys of the dictionary by the expressions that make the values."""


def _find_fillings(bindings: Bindings) -> Iterator[_Filling]:
    types = AnnotatedTypes(bindings)
    for function in bindings.wrapper.module.body:
        if not isinstance(function, cst.FunctionDef):
            continue
        for index, statement in enumerate(function.body.body):
            target = _declared_dictionary(statement)
            if target is None or not _is_of_matrices(types.type_of(target)):
                continue
            filling = _filling_from(function, index, target)
            calls = [e for e in filling.entries if _is_direct_call(e, bindings)]
            if len(calls) >= FEWEST:
                yield filling


def _declared_dictionary(statement: cst.CSTNode) -> cst.Name | None:
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.AnnAssign(target=cst.Name() as target, value=cst.Dict())
                | cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name() as target)],
                    value=cst.Dict(),
                )
            ]
        ):
            return target
    return None


def _is_of_matrices(kind: Type) -> bool:
    inner = kind.arguments[-1:] if kind.name == "dict" else ()
    return any(t.name == "list" and t.arguments[0].name == "list" for t in inner)


def _is_direct_call(node: cst.BaseExpression, bindings: Bindings) -> bool:
    return _called(node, bindings) is not None


def _called(node: cst.BaseExpression, bindings: Bindings) -> cst.FunctionDef | None:
    """The function of the module that an expression calls by its name."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name):
        return None
    binding = bindings.binding_of(node.func)
    for statement in bindings.wrapper.module.body:
        if isinstance(statement, cst.FunctionDef) and (
            bindings.binding_of(statement.name) == binding
        ):
            return statement
    return None


def _filling_from(function: cst.FunctionDef, start: int, target: cst.Name) -> _Filling:
    """The declaration of a dictionary, and all up to the last entry behind it."""
    block = cst.ensure_type(function.body, cst.IndentedBlock)
    entries: dict[cst.BaseExpression, cst.BaseExpression] = {}
    (display,) = list(find(block.body[start], cst.Dict))[:1]
    for element in display.elements:
        key = element.key if isinstance(element, cst.DictElement) else element.value
        entries[element.value] = key
    stop = start + 1
    for index, statement in enumerate(block.body[start + 1 :], start + 1):
        found = dict(_stored(statement, target.value))
        if found:
            entries |= found
            stop = index + 1
    return _Filling(function, Region(block, start, stop), target, entries)


def _stored(
    statement: cst.CSTNode, name: str
) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """The value and key of every `name[key] = value` in a statement."""
    for line in find(statement, cst.Assign):
        item = _item_of(line, name)
        if item is not None:
            yield line.value, item


def _item_of(line: cst.CSTNode, name: str) -> cst.BaseExpression | None:
    match line:
        case cst.Assign(
            targets=[
                cst.AssignTarget(
                    target=cst.Subscript(
                        value=cst.Name(value=stored),
                        slice=[cst.SubscriptElement(slice=cst.Index(value=key))],
                    )
                )
            ]
        ) if (
            stored == name
        ):
            return key
    return None


class _Tabulation(cst.CSTTransformer):
    """Makes a table of the entries, and a loop over it, in the function itself."""

    def __init__(self, bindings: Bindings, filling: _Filling) -> None:
        super().__init__()
        self.bindings = bindings
        self.module = bindings.wrapper.module
        self.types = AnnotatedTypes(bindings)
        self.filling = filling
        self.fixed = FixedValues(bindings, self.types, filling.function)
        self.function = self._function()
        self.parameters = list(self.function.params.params)
        self.given = {call: self._arguments(call) for call in self._calls()}
        self.columns = [p for p in self.parameters if self._is_column(p)]
        self._check()
        self._choose_names()

    # What there is.

    def _function(self) -> cst.FunctionDef:
        called = [_called(e, self.bindings) for e in self.filling.entries]
        (function,) = [f for f in called if f is not None][:1]
        for entry, found in zip(self.filling.entries, called, strict=True):
            if found is not function:
                expected = f"an entry made by `{function.name.value}`, as others are"
                self._refuse(entry, expected, "another value")
        if len(function.params.params) != len(all_parameters(function.params)):
            expected = "parameters that are passed by their places"
            self._refuse(function.name, expected, "others")
        return function

    def _calls(self) -> list[cst.Call]:
        return [cst.ensure_type(e, cst.Call) for e in self.filling.entries]

    def _arguments(self, call: cst.Call) -> dict[str, cst.BaseExpression]:
        """What a call gives to the parameters, defaults included."""
        names = [p.name.value for p in self.parameters]
        given = {
            p.name.value: p.default for p in self.parameters if p.default is not None
        }
        for name, default in given.items():
            if not is_literal(default):
                self._refuse(default, f"a literal as default of `{name}`", "another")
        for index, argument in enumerate(call.args):
            if argument.star:
                self._refuse(argument, "arguments one by one", f"`{argument.star}`")
            keyword = argument.keyword
            name = names[index] if keyword is None else keyword.value
            given[name] = argument.value
        return given

    def _is_column(self, parameter: cst.Param) -> bool:
        """Whether a parameter takes a value that can stand in a table.

        Else it must be the same variable in every call, which is left as it is.
        """
        name = parameter.name.value
        kind = self._kind(parameter)
        if is_immutable(kind) and kind.module != MAIN:
            return True
        passed = [given[name] for given in self.given.values() if name in given]
        for value in passed:
            if not isinstance(value, cst.Name) or not value.deep_equals(passed[0]):
                expected = f"one variable as `{name}` in every call, or a number"
                self._refuse(value, expected, "another value")
            if self._is_bound_inside(value):
                expected = f"a variable as `{name}` that stays as it is"
                self._refuse(value, expected, "one that is bound between the calls")
        return False

    def _kind(self, parameter: cst.Param) -> Type:
        scope = self.bindings.scopes.by_node[self.function]
        return self.types.of_binding(Binding(scope, parameter.name.value))

    def _is_bound_inside(self, name: cst.Name) -> bool:
        return self.bindings.binding_of(name) in self._bound()

    def _bound(self) -> frozenset[Binding]:
        liveness = Liveness(self.bindings)
        region = self.filling.region
        return liveness.flow(region.statements, liveness.scope_of(region)).bound

    # What is refused.

    def _check(self) -> None:
        first, *rest = self.filling.region.statements
        for statement in rest:
            self._check_statement(statement)
        names = [p.name.value for p in self.columns]
        for call, given in self.given.items():
            self._check_fixed(self.filling.entries[call])
            for name in names:
                self._check_fixed(given[name])
        dictionary = self.bindings.binding_of(self.filling.target)
        stores = 1 + sum(1 for s in rest for _ in _stored(s, self._dictionary))
        uses = [n for s in [first, *rest] for n in find(s, cst.Name)]
        same = [n for n in uses if self.bindings.binding_of(n) == dictionary]
        if len(same) != stores:
            self._refuse(same[-1], "entries to be stored and nothing else", "a use")
        self._refuse_survivors(dictionary)

    def _check_statement(self, statement: cst.CSTNode) -> None:
        """Refuse what is neither an entry nor computes something for one."""
        match statement:
            case cst.For(orelse=None, target=cst.Name() | cst.Tuple()):
                self._check_fixed(statement.iter)
                for line in statement.body.body:
                    self._check_statement(line)
            case cst.SimpleStatementLine(
                body=[
                    cst.AnnAssign(target=cst.Name(), value=cst.BaseExpression())
                    | cst.Assign(targets=[cst.AssignTarget(target=cst.Name())]) as line
                ]
            ):
                assert line.value is not None  # by the pattern
                self._check_fixed(line.value)
            case cst.SimpleStatementLine(body=[line]) if (
                _item_of(line, self._dictionary) is not None
            ):
                pass
            case _:
                expected = "an entry, or a name for what one is made of"
                self._refuse(statement, expected, "another statement")

    def _check_fixed(self, node: cst.BaseExpression) -> None:
        if not self.fixed.is_fixed(node):
            expected = "a value that can be listed before the first matrix is made"
            self._refuse(node, expected, "one that may change or do something")

    def _refuse_survivors(self, dictionary: Binding | None) -> None:
        live = Liveness(self.bindings).live_after(self.filling.region)
        for binding in (self._bound() & live) - {dictionary}:
            expected = "names that serve the entries only"
            found = f"`{binding.name}`, which is read behind them"
            self._refuse(self.filling.region.statements[-1], expected, found)

    # Names.

    @property
    def _dictionary(self) -> str:
        return self.filling.target.value

    def _choose_names(self) -> None:
        wrapper = self.bindings.wrapper
        top = ScopeNames.of(wrapper, self.module.body[0])
        inner = ScopeNames.of(wrapper, self.filling.region.statements[0])
        kinds = [Type("str"), *(self._kind(p) for p in self.columns)]
        made = self._made()
        self.row_type = f"tuple[{', '.join(map(spell, kinds))}]"
        self.alias = top.claim(ALIAS, self.module)
        self.lister = top.claim([f"list_{plural(made)}"], self.module)
        inner.taken |= {self.alias, self.lister}
        # the names of the region move away with it
        leaving = {b.name for b in self._bound()} - {self._dictionary}
        names = [p.name.value for p in self.columns]
        inner.taken -= leaving & set(names)
        place = self.filling.region.statements[0]
        self.table = inner.claim(TABLE, place)
        self.key = inner.claim([n for n in KEY if n not in names], place)
        self.row = {
            name: inner.claim([name, f"{made}_{name}"], place) for name in names
        }

    def _made(self) -> str:
        """What the function makes: `matrix` of `create_matrix`."""
        first, _, rest = self.function.name.value.partition("_")
        return rest if first in MAKING and rest else self.function.name.value

    # The edit.

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        if original_node is self.function and self._is_always_given():
            return self._without_defaults(updated_node)
        if original_node is not self.filling.function:
            return updated_node
        region = self.filling.region
        body = list(updated_node.body.body)
        tabulated = self._table(region.statements)
        body[region.start : region.stop] = [*tabulated, *self._walk()]
        block = updated_node.body.with_changes(body=body)
        return updated_node.with_changes(body=block)

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        body = list(updated_node.body)
        body.insert(self._place_of_alias(), self._alias_line())
        return updated_node.with_changes(body=body)

    def _place_of_alias(self) -> int:
        """Above both functions: behind what is declared there, if anything is."""
        functions = (self.function, self.filling.function)
        above = min(i for i, s in enumerate(self.module.body) if s in functions)
        is_other = m.FunctionDef() | m.ClassDef() | HEAD
        places = range(above, 0, -1)
        behind = (i for i in places if not m.matches(self.module.body[i - 1], is_other))
        return next(behind, above)

    def _alias_line(self) -> cst.SimpleStatementLine:
        """The type of the table, and a comment on what stands in a row of it."""
        *some, last = [self.key, *(p.name.value for p in self.columns)]
        text = f"# {', '.join(some)} and {last} of every {self._made()}"
        comment = cst.EmptyLine(comment=cst.Comment(text.replace("_", " ")))
        text = f"{self.alias}: TypeAlias = list[{self.row_type}]\n"
        (line,) = parse_template_module(text).body
        assert isinstance(line, cst.SimpleStatementLine)  # by the text
        return line.with_changes(leading_lines=[cst.EmptyLine(indent=False), comment])

    def _is_always_given(self) -> bool:
        """Whether no other call needs the defaults of the function."""
        calls = {call.node for call in DirectCalls(self.bindings).of(self.function)}
        return calls == set(self.given)

    def _without_defaults(self, function: cst.FunctionDef) -> cst.FunctionDef:
        plain = [
            p.with_changes(default=None, equal=cst.MaybeSentinel.DEFAULT)
            for p in function.params.params
        ]
        return function.with_changes(params=function.params.with_changes(params=plain))

    def _table(self, statements: Sequence[Statement]) -> list[cst.CSTNode]:
        """The statements with rows of the table in the place of entries."""
        first, *rest = statements
        rows = _Rows(self)
        block = cst.ensure_type(visit(cst.IndentedBlock(rest), rows), cst.IndentedBlock)
        return [*self._declaration(first), *block.body]

    def _declaration(self, line: cst.BaseStatement) -> Sequence[cst.BaseStatement]:
        """The table with the rows that the display of the dictionary stands for."""
        assert isinstance(line, cst.SimpleStatementLine)
        display = next(find(line, cst.Dict))
        elements = []
        for entry in display.elements:
            row = self.row_of(cst.ensure_type(entry.value, cst.Call))
            elements.append(cst.Element(row, entry.comma))
        listed = cst.List(
            elements,
            cst.LeftSquareBracket(display.lbrace.whitespace_after),
            cst.RightSquareBracket(display.rbrace.whitespace_before),
        )
        made = parse_template_statement(
            f"{self.table}: {self.alias} = {{rows}}", rows=listed
        )
        body = cst.ensure_type(made, cst.SimpleStatementLine).body
        return replacement(line, [line.with_changes(leading_lines=[], body=body)])

    def row_of(self, call: cst.Call) -> cst.Tuple:
        values = [self.filling.entries[call]]
        values += [self.given[call][p.name.value] for p in self.columns]
        row = cst.Tuple([cst.Element(value.deep_clone()) for value in values])
        return row.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])

    def _walk(self) -> list[cst.CSTNode]:
        """An empty dictionary, and the loop that makes what the table lists."""
        value = cst.Call(cst.Name(self.function.name.value), self._passed())
        names = [self.key, *self.row.values()]
        first = self.filling.region.statements[0]
        (line,) = cst.ensure_type(first, cst.SimpleStatementLine).body
        empty = cst.SimpleStatementLine([line.with_changes(value=cst.Dict([]))])
        loop = parse_template_statement(
            f"for {', '.join(names)} in {self.table}:\n"
            f"    {self._dictionary}[{self.key}] = {{value}}\n",
            value=value,
        )
        return [empty, loop]

    def _passed(self) -> list[cst.Arg]:
        """The arguments of the one call: columns, and what was the same in all."""
        first, *_ = self.given.values()
        names = [parameter.name.value for parameter in self.parameters]
        columns = {name: cst.Name(new) for name, new in self.row.items()}
        return [cst.Arg(columns.get(n) or first[n].deep_clone()) for n in names]

    # The function that the table moves into.

    def find_table(self, bindings: Bindings) -> Region:
        """The statements that make the table, once they are there."""
        region, name = self.filling.region, self.filling.function.name.value
        (block,) = [
            cst.ensure_type(statement.body, cst.IndentedBlock)
            for statement in bindings.wrapper.module.body
            if isinstance(statement, cst.FunctionDef) and statement.name.value == name
        ]
        return Region(block, region.start, region.stop)

    def finish(self, module: cst.Module) -> cst.Module:
        """Say by its name what the function returns that makes the table."""
        returns = cst.Annotation(cst.Name(self.alias))
        body = [
            (
                statement.with_changes(returns=returns)
                if m.matches(statement, m.FunctionDef(m.Name(self.lister)))
                else statement
            )
            for statement in module.body
        ]
        return add_imports(module.with_changes(body=body), [("typing", "TypeAlias")])

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


class _Rows(cst.CSTTransformer):
    """Puts rows of a table in the place of entries of a dictionary."""

    def __init__(self, tabulation: _Tabulation) -> None:
        super().__init__()
        self.tabulation = tabulation

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.BaseStatement]:
        call = getattr(original_node.body[0], "value", None)
        if not isinstance(call, cst.Call) or call not in self.tabulation.given:
            return updated_node
        row = self.tabulation.row_of(call)
        made = parse_template_statement(
            f"{self.tabulation.table}.append({{row}})", row=row
        )
        body = cst.ensure_type(made, cst.SimpleStatementLine).body
        return replacement(
            original_node, [original_node.with_changes(leading_lines=[], body=body)]
        )
