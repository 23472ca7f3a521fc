"""Whether the rows of a table begin with keys that all differ.

    table: list[tuple[str, int]] = [("first", 1), ("last", 2)]
    for index in range(3):
        table.append((f"row{index}", 3))

Two keys differ where one has letters, before what is put into it or behind that, which
the other cannot have.  What a loop over a range puts into a key differs each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import libcst as cst
import libcst.matchers as m

from codemods.facts.assigned_values import assigned_values
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Role
from codemods.facts.walk import parents

COUNTED = m.For(target=m.Name(), iter=m.Call(m.Name("range")))


class _Key(NamedTuple):
    """A key: the letters that it begins and ends with, and what is put in between."""

    start: str
    end: str
    between: cst.Name | None

    def differs(self, other: _Key) -> bool:
        if self.between is None and other.between is None:
            return self.start != other.start
        starts, ends = (self.start, other.start), (self.end, other.end)
        return not (_agree(*starts, str.startswith) and _agree(*ends, str.endswith))


def _agree(one: str, other: str, is_part: object) -> bool:
    assert callable(is_part)
    return bool(is_part(one, other)) or bool(is_part(other, one))


class TableKeys:
    """Answers for the tables of one module."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)

    def all_differ(self, table: cst.Name) -> bool:
        """Whether no two rows of a table, by its name where it is read, share a key."""
        binding = self._bindings.binding_of(table)
        values = None if binding is None else assigned_values(self._bindings, binding)
        if binding is None or values is None or len(values) != 1:
            return False
        value = values[0]
        if isinstance(value, cst.Call):
            made = self._returned(value)
            if made is None or not self._is_only_walked(binding):
                return False
            binding = made
        return self._rows_differ(binding)

    def _returned(self, call: cst.Call) -> Binding | None:
        """The variable that a function of the module returns at its end."""
        name = call.func.value if isinstance(call.func, cst.Name) else ""
        for statement in self._bindings.wrapper.module.body:
            if m.matches(statement, m.FunctionDef(m.Name(name))):
                returned = list(find(statement, cst.Return))
                if len(returned) == 1 and isinstance(returned[0].value, cst.Name):
                    return self._bindings.binding_of(returned[0].value)
        return None

    def _is_only_walked(self, binding: Binding) -> bool:
        """Whether nothing is done with a table but to go through it."""
        return all(
            m.matches(self._parents[use.node], m.For(iter=m.Name(binding.name)))
            for use in self._bindings.occurrences(binding)
            if use.role is Role.LOAD
        )

    def _rows_differ(self, binding: Binding) -> bool:
        rows: list[cst.BaseExpression] = []
        for use in self._bindings.occurrences(binding):
            parent = self._parents[use.node]
            match parent:
                case cst.AnnAssign(value=cst.List() as listed):
                    rows += [element.value for element in listed.elements]
                case cst.Attribute(attr=cst.Name(value="append")):
                    call = cst.ensure_type(self._parents[parent], cst.Call)
                    rows += [argument.value for argument in call.args]
                case cst.For(iter=walked) | cst.Return(value=walked) if (
                    walked is use.node
                ):
                    pass
                case _:
                    return False
        keys = list(self._keys(rows))
        return len(keys) == len(rows) and all(
            one.differs(other) for one, other in combinations(keys, 2)
        )

    def _keys(self, rows: list[cst.BaseExpression]) -> Iterator[_Key]:
        """The keys of rows, as far as they are understood."""
        for row in rows:
            first = row.elements[0].value if isinstance(row, cst.Tuple) else row
            loops = self._loops_around(row)
            match first:
                case cst.SimpleString() if not loops:
                    text = str(first.evaluated_value)
                    yield _Key(text, text, None)
                case cst.FormattedString():
                    key = _template(first)
                    if key is not None and self._counts(loops, key.between):
                        yield key

    def _loops_around(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        found: list[cst.CSTNode] = []
        while not isinstance(node, cst.FunctionDef | cst.Module):
            if isinstance(node, cst.For | cst.While):
                found.append(node)
            node = self._parents[node]
        return found

    def _counts(self, loops: list[cst.CSTNode], name: cst.Name | None) -> bool:
        """Whether a variable has another value in each round of the only loop."""
        if name is None or len(loops) != 1 or not m.matches(loops[0], COUNTED):
            return False
        (loop,) = loops
        counter = cst.ensure_type(cst.ensure_type(loop, cst.For).target, cst.Name)
        binding = self._bindings.binding_of(name)
        if binding is None or binding != self._bindings.binding_of(counter):
            return False
        uses = self._bindings.occurrences(binding)
        return all(
            use.role is Role.LOAD or use.node is counter or loop not in use.loops
            for use in uses
        )


def _template(key: cst.FormattedString) -> _Key | None:
    """A key with one variable put in as it is."""
    fields = [p for p in key.parts if isinstance(p, cst.FormattedStringExpression)]
    plain = m.FormattedStringExpression(m.Name(), conversion=None, format_spec=None)
    if len(fields) != 1 or not m.matches(fields[0], plain):
        return None
    index = key.parts.index(fields[0])
    before, after = (
        "".join(p.value for p in parts if isinstance(p, cst.FormattedStringText))
        for parts in (key.parts[:index], key.parts[index + 1 :])
    )
    return _Key(before, after, cst.ensure_type(fields[0].expression, cst.Name))
