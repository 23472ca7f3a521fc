"""Make some turns of the outer of two loops in one pass of the inner one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.helpers import parse_template_expression

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.block_values import assigned
from codemods.facts.evaluation import names_in
from codemods.facts.jammable_nests import JammableNests, names_of_turn
from codemods.facts.liveness import Statement, statements_of
from codemods.facts.metadata import parse, wrap
from codemods.facts.product_nests import Line, ProductNest, Update, Value
from codemods.facts.scope_names import FreshNames, ScopeNames
from codemods.facts.vocabulary import plural, singular

ORDINALS = "first second third fourth fifth sixth seventh eighth".split()
NUMBERS = "zero one two three four five six seven eight".split()
LIST = "list["
CODE = cst.Module([])


def unroll_and_jam(module: cst.Module, turns: int) -> cst.Module:
    """Unroll the loops over the rows of matrix products, and jam their inner loops.

    Have:    for row in rows:
                 total: float = 0.0
                 for factor, number in zip(row, numbers):
                     product = factor * number
                     total = total + product
                 totals.append(total)
    Want:    number_of_rows = len(rows)
             number_of_remaining_rows = number_of_rows % 2
             number_of_grouped_rows = number_of_rows - number_of_remaining_rows
             for first_row_index in range(0, number_of_grouped_rows, 2):
                 first_row = rows[first_row_index]
                 first_total: float = 0.0
                 second_row_index = first_row_index + 1
                 second_row = rows[second_row_index]
                 second_total: float = 0.0
                 for first_factor, second_factor, number in zip(
                     first_row, second_row, numbers, strict=True
                 ):
                     first_product = first_factor * number
                     first_total = first_total + first_product
                     second_product = second_factor * number
                     second_total = second_total + second_product
                 totals.append(first_total)
                 totals.append(second_total)
             remaining_rows: list[list[float]] = rows[number_of_grouped_rows:]
             for row in remaining_rows:
                 …
    Refuses: nothing: a nest stays as it is if a turn of the outer loop needs what
             another one left, if lists may have second names, if two turns of the inner
             loop may add to one entry, and if either does other work

    What several turns add to the same entry of a list is added in the same order to a
    name, which is read and written once.  Rows that are walked together have to be of
    one length, which `strict` makes sure of when the program runs.
    """
    bindings = Bindings(wrap(module))
    nests = list(JammableNests(bindings).find())
    if not nests:
        return module
    jamming = _Jamming(bindings, nests, turns)
    return parse(bindings.wrapper.module.visit(jamming).code)


class _Jamming(cst.CSTTransformer):
    def __init__(
        self, bindings: Bindings, nests: Sequence[ProductNest], turns: int
    ) -> None:
        super().__init__()
        names = FreshNames(bindings.wrapper)
        self.bindings = bindings
        self.types = AnnotatedTypes(bindings)
        self.jammed = {
            nest.outer: _Jam(
                nest, names.at(nest.outer), self._annotations(nest), turns
            ).statements()
            for nest in nests
        }

    def leave_For(
        self, original_node: cst.For, updated_node: cst.For
    ) -> cst.For | cst.FlattenSentinel[cst.BaseStatement]:
        statements = self.jammed.get(original_node)
        return updated_node if statements is None else cst.FlattenSentinel(statements)

    def _annotations(self, nest: ProductNest) -> dict[str, str]:
        """The annotations of the lists of a nest, as far as known."""
        scope = self.bindings.scopes.by_node[nest.function]
        bindings = {
            listed: Binding(scope, listed) for listed in nest.read | nest.updated
        }
        found = {
            listed: self.types.annotation_of(binding)
            for listed, binding in bindings.items()
            if binding in set(self.bindings)
        }
        return {
            listed: CODE.code_for_node(annotation.annotation)
            for listed, annotation in found.items()
            if annotation is not None
        }


@dataclass(frozen=True)
class _Groups:
    """How the outer loop is taken apart into groups of turns and the rest of them."""

    ahead: list[str]
    places: list[str]
    """What the places of the turns of one group are called."""

    over: str
    """What the first of them runs over."""

    step: str
    """The operator that leads from it to the others."""

    between: list[str]
    rest: str
    """What the loop that was there runs over behind them."""


class _Jam:
    """Writes one nest anew."""

    def __init__(
        self,
        nest: ProductNest,
        names: ScopeNames,
        kinds: Mapping[str, str],
        turns: int,
    ) -> None:
        """`kinds` are the annotations of lists."""
        self.nest = nest
        self.names = names
        self.kinds = kinds
        self.turns = turns
        self.own = names_of_turn(nest)
        self.row = _subject(nest)
        self.rows = plural(self.row)
        self.copies = [self._copy(ordinal) for ordinal in ORDINALS[:turns]]
        updates = [line for line in nest.body if isinstance(line, Update)]
        shared = dict.fromkeys(u.listed for u in updates if u.listed not in self.own)
        self.entries = {listed: self._claim(f"{listed}_entry") for listed in shared}
        self.index = updates[0].index if updates else ""

    def _copy(self, ordinal: str) -> dict[str, str]:
        """What the names of a turn are called in one of those made together."""
        return {name: self._claim(f"{ordinal}_{name}") for name in sorted(self.own)}

    def _claim(self, name: str) -> str:
        return self.names.claim([name], self.nest.outer)

    def statements(self) -> list[cst.BaseStatement]:
        """The loop over groups of turns, and that over the rest."""
        groups = self._groups()
        words = self.rows.replace("_", " ")
        lines = [
            *groups.ahead,
            f"# {NUMBERS[self.turns]} {words} in one pass",
            f"for {groups.places[0]} in {groups.over}:",
            *_indented(self._group(groups)),
            *groups.between,
        ]
        outer = self.nest.outer
        first, *others = cst.parse_module("\n".join(lines) + "\n").body
        assert isinstance(first, cst.SimpleStatementLine)
        led = first.with_changes(leading_lines=outer.leading_lines)
        over = parse_template_expression(groups.rest)
        rest = outer.with_changes(iter=over, leading_lines=[])
        return [s for s in (led, *others, rest) if isinstance(s, cst.BaseStatement)]

    # What the outer loop runs over.

    def _groups(self) -> _Groups:
        walk = self.nest.outer_walk
        if walk.counted is None:
            return self._of_lists([*walk.lists.values()])
        limit = walk.counted.args[0].value
        count, ahead = CODE.code_for_node(limit), list[str]()
        if not isinstance(limit, cst.Name):
            count = self._claim(f"number_of_{self.rows}")
            ahead = [f"{count} = {CODE.code_for_node(limit)}"]
        return self._down(count, ahead) if walk.is_reversed else self._up(count, ahead)

    def _of_lists(self, lists: Sequence[str]) -> _Groups:
        """Items of lists are looked up; slices of them are left."""
        count = self._claim(f"number_of_{self.rows}")
        split, grouped = self._split(count)
        word = "place" if f"{self.row}_index" in self.own else "index"
        places = [self._claim(f"{o}_{self.row}_{word}") for o in ORDINALS[: self.turns]]
        rest = [self._claim(f"remaining_{self._items(listed)}") for listed in lists]
        between = [
            f"{_declared(left, self.kinds.get(listed))} = {listed}[{grouped}:]"
            for left, listed in zip(rest, lists, strict=True)
        ]
        ahead = [f"{count} = len({lists[0]})", *split]
        over = f"range(0, {grouped}, {self.turns})"
        walked = rest[0] if len(rest) == 1 else f"zip({', '.join(rest)})"
        return _Groups(ahead, places, over, "+", between, walked)

    def _items(self, listed: str) -> str:
        """What a list holds, in the plural."""
        walked = self.nest.outer_walk.lists.items()
        element = next(name for name, other in walked if other == listed)
        return plural(singular(listed) or element)

    def _up(self, count: str, ahead: list[str]) -> _Groups:
        split, grouped = self._split(count)
        over = f"range(0, {grouped}, {self.turns})"
        rest = f"range({grouped}, {count})"
        return _Groups([*ahead, *split], self._indices(), over, "+", [], rest)

    def _split(self, count: str) -> tuple[list[str], str]:
        """The lines that say how many turns are in groups, and the name for that."""
        remaining = self._claim(f"number_of_remaining_{self.rows}")
        grouped = self._claim(f"number_of_grouped_{self.rows}")
        lines = [
            f"{remaining} = {count} % {self.turns}",
            f"{grouped} = {count} - {remaining}",
        ]
        return lines, grouped

    def _down(self, count: str, ahead: list[str]) -> _Groups:
        remaining = self._claim(f"number_of_remaining_{self.rows}")
        last = self._claim(f"last_{self.row}_index")
        left = self._claim(f"last_remaining_{self.row}_index")
        lines = [
            f"{remaining} = {count} % {self.turns}",
            f"{last} = {count} - 1",
            f"{left} = {remaining} - 1",
        ]
        over = f"range({last}, {left}, -{self.turns})"
        rest = f"reversed(range({remaining}))"
        return _Groups([*ahead, *lines], self._indices(), over, "-", [], rest)

    def _indices(self) -> list[str]:
        """What a turn's own index is called in the turns of a group."""
        index = self.nest.outer_walk.index
        assert index is not None
        return [copy[index] for copy in self.copies]

    # What is done in a group of turns.

    def _group(self, groups: _Groups) -> Iterator[str]:
        nest = self.nest
        lines = statements_of(cst.ensure_type(nest.outer.body, cst.IndentedBlock))
        place = lines.index(nest.inner)
        for number, copy in enumerate(self.copies):
            if number > 0:
                first = groups.places[0]
                yield f"{groups.places[number]} = {first} {groups.step} {number}"
            for name, listed in nest.outer_walk.lists.items():
                kind = self._kind_of_items(listed)
                is_list = kind is not None and kind.startswith(LIST)
                item = _declared(copy[name], kind if is_list else None)
                yield f"{item} = {listed}[{groups.places[number]}]"
            ahead = [line for line in lines[:place] if not self._is_limit(line)]
            yield from (_renamed(line, copy) for line in ahead)
        yield f"for {self._header()}:"
        yield from _indented(self._pass())
        for copy in self.copies:
            yield from (_renamed(line, copy) for line in lines[place + 1 :])

    def _kind_of_items(self, listed: str) -> str | None:
        """The annotation of the items of a list, if it is known."""
        kind = re.fullmatch(r"list\[(.+)\]", self.kinds.get(listed, ""))
        return kind[1] if kind is not None else None

    def _header(self) -> str:
        """What the inner loop runs over, for all turns of a group."""
        walk, inner = self.nest.inner_walk, self.nest.inner
        own = {n: listed for n, listed in walk.lists.items() if n in self.own}
        shared = [pair for pair in walk.lists.items() if pair[0] not in own]
        pairs = [(c[name], c[own[name]]) for name in own for c in self.copies]
        pairs += [*shared, *self._walked_entries()]
        if pairs == shared:
            return " in ".join(map(CODE.code_for_node, (inner.target, inner.iter)))
        names, lists = (", ".join(part) for part in zip(*pairs, strict=True))
        if walk.index is None:
            return f"{names} in zip({lists}, strict=True)"
        return f"{walk.index}, ({names}) in enumerate(zip({lists}, strict=True))"

    def _is_limit(self, line: Statement) -> bool:
        """Whether a line takes a length that only the inner loop needs.

        It walks lists of one length to their ends.
        """
        limit = self.nest.inner_walk.limit
        if not isinstance(limit, cst.Name) or assigned(line, limit.value) is None:
            return False
        names = [name.value for name in names_in(self.nest.outer)]
        return names.count(limit.value) == 2

    def _walked_entries(self) -> list[tuple[str, str]]:
        """The entries that the turns add to, if the inner loop can walk them."""
        if not self.nest.inner_walk.is_enumerated:
            return []
        return [(entry, listed) for listed, entry in self.entries.items()]

    def _pass(self) -> Iterator[str]:
        """A turn of the inner loop, for all turns of a group."""
        if not self._walked_entries():
            for listed, entry in self.entries.items():
                kept = _declared(entry, self._kind_of_items(listed))
                yield f"{kept} = {listed}[{self.index}]"
        statements = statements_of(
            cst.ensure_type(self.nest.inner.body, cst.IndentedBlock)
        )
        for number, copy in enumerate(self.copies):
            for line, statement in zip(self.nest.body, statements, strict=True):
                if number == 0 or self._is_own(line):
                    yield self._jammed(line, statement, copy)
        for listed, entry in self.entries.items():
            yield f"{listed}[{self.index}] = {entry}"

    def _is_own(self, line: Line) -> bool:
        """Whether a line does something else in each turn of the outer loop."""
        return not isinstance(line, Value) or line.name in self.own

    def _jammed(self, line: Line, statement: Statement, copy: Mapping[str, str]) -> str:
        if isinstance(line, Update) and line.listed in self.entries:
            return f"{self.entries[line.listed]} += {copy.get(line.term, line.term)}"
        return _renamed(statement, copy)


def _subject(nest: ProductNest) -> str:
    """What a turn of the outer loop is about: a row."""
    walk = nest.outer_walk
    first = walk.index or next(iter(walk.lists))
    if walk.counted is None:
        first = singular(walk.lists[first]) or first
    return first.removesuffix("_index")


def _declared(name: str, kind: str | None) -> str:
    """A name with its annotation, if that is known."""
    return name if kind is None else f"{name}: {kind}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" for text in lines for line in text.split("\n"))


def _renamed(statement: Statement, names: Mapping[str, str]) -> str:
    """The text of a line with other names, and without comments."""
    line = statement.visit(_Renaming(names))
    plain = cst.ensure_type(line, cst.SimpleStatementLine).with_changes(
        leading_lines=[], trailing_whitespace=cst.TrailingWhitespace()
    )
    return CODE.code_for_node(plain).strip()


class _Renaming(cst.CSTTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        name = original_node.value
        return updated_node.with_changes(value=self.names.get(name, name))
