"""The derivatives in an adjoint: by what name each is known, and what is added to it.

A derivative that nothing was added to yet has no name.  The first contribution to a
number in the block of its own may lend it its name; a second one, or one from a block
inside, needs a name that no other derivative is known by, and a start from zero where
the number was bound.  Derivatives of lists are lists, made where they are first needed.
"""

from __future__ import annotations

from codemods.adjoint.context import Context
from codemods.adjoint.forward_values import ForwardValues
from codemods.adjoint.lines import assigned_in
from codemods.adjoint.local_derivatives import stem
from codemods.adjoint.program import (
    Entry,
    Loop,
    Operand,
    Program,
    Value,
    Whole,
    all_statements,
)
from codemods.facts.vocabulary import singular


class Derivatives:
    """The names of the derivatives of one adjoint while it is written."""

    def __init__(
        self, program: Program, values: ForwardValues, taken: set[str]
    ) -> None:
        """`taken` are names that the function has a use for."""
        self.program = program
        self.values = values
        self.taken = taken
        self.names: dict[Value, str] = {}
        self.annotations: dict[str, str] = {}
        self._own: set[Value] = set()
        self._owners: dict[Value, Context] = {}
        self._busy: set[str] = set()
        loops = [s for s in all_statements(program.block) if isinstance(s, Loop)]
        self._places = {name for s in loops for name in s.own - {s.counter}}

    def __contains__(self, value: Value) -> bool:
        return value in self.names

    def pop(self, value: Value) -> str | None:
        """The name of a derivative that is complete."""
        self._own.discard(value)
        return self.names.pop(value, None)

    def lend(self, value: Value, name: str) -> None:
        """Let a derivative be known by a name that others may have as well."""
        self._own.discard(value)
        self.names[value] = name

    def give(self, value: Value, name: str) -> None:
        """Let a derivative be known by a name of its own."""
        self.names[value] = name
        self._own.add(value)

    # Names.

    def busy(self, *names: str) -> None:
        """Keep names from being used until the statement is done."""
        self._busy.update(names)

    def done(self) -> None:
        self._busy.clear()

    def fresh(self, context: Context, name: str, owner: Context | None = None) -> str:
        """A name to bind in a block, or in the block around that owns the value.

        Where a derivative only goes by the name, it gets one of its own.
        """
        self._release(context, name)
        inner = []
        for each in context.chain():
            if each is (owner or context):
                break
            inner.append(each)
        known = self.taken | set(self.names.values()) | self._busy
        known = known.union(*(each.wrote for each in inner))
        while name in known:
            name = f"former_{name}"
        return name

    def write(self, context: Context, name: str, text: str) -> str:
        """Bind a name of the adjoint's own, that others are not bound to."""
        found = self.fresh(context, name)
        self.bind(context, found, text)
        self._busy.add(found)
        return found

    def bind(self, context: Context, name: str, text: str) -> None:
        context.lines.append(f"{name} = {text}")
        for outer in context.chain():
            outer.wrote.add(name)

    def _release(self, context: Context, name: str) -> None:
        """Give a derivative that goes by a name one of its own, where it is written."""
        if name in self._busy or name in self.taken:
            return
        holders = [v for v, known in self.names.items() if known == name]
        if len(holders) != 1 or holders[0].depth or holders[0] in self._own:
            return
        (value,) = holders
        own = f"{value.name}_gradient"
        known = self.taken | set(self.names.values()) | self._busy
        if own not in known and self.owner(context, value) is context:
            self.bind(context, own, name)
            self.give(value, own)

    def rename(self, context: Context, value: Value, name: str) -> None:
        """Call a derivative as its value is called, if that name is free."""
        known = self.names[value]
        if known == name or self.owner(context, value) is not context:
            return
        if self.fresh(context, name) != name:
            return
        if value.depth:
            self.annotations.setdefault(name, list_of(value.depth))
        self.bind(context, name, known)
        self.give(value, name)

    def stem(self, operand: Operand) -> str:
        """What to call an operand; an entry by the name of what says where it is."""
        if isinstance(operand, Entry) and operand.indices[-1] in self._places:
            return operand.indices[-1] if "[" in operand.text else operand.text
        return stem(operand.text)

    def owner(self, context: Context, value: Value) -> Context:
        """Where a value was bound: its derivative starts from zero there."""
        if value in self._owners:
            return self._owners[value]
        for outer in context.chain():
            if outer.block is value.block:
                return outer
        return context

    def move(self, value: Value, owner: Context) -> None:
        """Let a branch own a value from outside."""
        self._owners[value] = owner

    # Adding.

    def add(self, context: Context, operand: Operand, text: str) -> None:
        match operand:
            case Whole(value=value) if not value.depth:
                self.add_to_number(context, value, text)
            case Entry(depth=0):
                place = self.place(context, operand)
                context.lines.append(f"{place} += {text}")
            case Whole() | Entry():
                context.fail("a number", f"`{operand.text}`")

    def add_to_number(self, context: Context, value: Value, text: str) -> None:
        owner = self.owner(context, value)
        known = self.names.get(value)
        if known is None and owner is context:
            self.lend(value, text)
            return
        if value not in self._own:
            name = self.fresh(context, f"{value.name}_gradient", owner)
            self.bind(owner, name, known or "0.0")
            self.annotations[name] = "float"
            self.give(value, name)
        context.lines.append(f"{self.names[value]} += {text}")
        for inner in context.chain():
            if inner is owner:
                break
            inner.must_reverse = True

    def own(self, context: Context, operand: Whole) -> str:
        """The name that a derivative has to itself; it is zero if there is none."""
        value = operand.value
        known = self.names.get(value)
        if value.depth:
            return self.row(context, operand, behind=True)
        if known is not None and list(self.names.values()).count(known) == 1:
            self.give(value, known)
            return known
        name = self.fresh(context, f"{operand.text}_gradient")
        self.bind(context, name, known or "0.0")
        self.give(value, name)
        self.annotations[name] = "float"
        return name

    def place(self, context: Context, operand: Whole | Entry) -> str:
        """The derivative of an entry, where it is in its list."""
        if isinstance(operand, Whole):
            return self.row(context, operand)
        indices = [self.values.text(context, index) for index in operand.indices]
        row = self.row(context, operand)
        context.places.append((operand.value, operand.indices))
        return row + "".join(f"[{index}]" for index in indices)

    def row(
        self,
        context: Context,
        operand: Whole | Entry,
        otherwise: str | None = None,
        behind: bool = False,
    ) -> str:
        """The name of the derivatives of a list, which are made if there are none.

        They are in the shape that the list has ahead of the statement, or behind it.
        """
        value = operand.value
        if value in self.names:
            return self.names[value]
        root = operand.root if isinstance(operand, Entry) else operand.text
        owner = self.owner(context, value)
        root = self._visible(context, owner, root, value)
        shape = self.values.text(owner, root, behind or owner is not context)
        own = f"{root}_gradient"
        if otherwise is not None and own in self.names.values():
            own = otherwise
        name = self.fresh(context, own, owner)
        self._make(owner, name, shape, value.depth)
        self.give(value, name)
        return name

    def _visible(
        self, context: Context, owner: Context, root: str, value: Value
    ) -> str:
        """A name that a list has where it was bound."""
        if owner is context or owner.statement is None:
            return root
        for name in (root, value.name):
            known = owner.statement.scope.get(name)
            is_same = isinstance(known, Whole) and known.value is value
            if is_same and name not in assigned_in(owner.statement.node):
                return name
        return owner.fail("a list by the name that it has outside", f"`{root}`")

    def measure(self, context: Context, row: str) -> str:
        """Write what counts the entries of a list; its name."""
        name = f"length_of_{stem(row)}"
        if name in self.taken:
            name = f"{stem(row)}_length"
        return self.write(context, name, f"len({row})")

    def _make(self, context: Context, name: str, shape: str, depth: int) -> None:
        """Write a list of zeros in the shape of another."""
        self.annotations[name] = list_of(depth)
        if depth == 1:
            length = self.measure(context, shape)
            self.bind(context, name, f"[0.0] * {length}")
            return
        self.bind(context, name, "[]")
        row = self.fresh(context, _item_name(shape, depth))
        inner_name = self.fresh(context, f"{row}_gradient")
        inner = Context(context.block, context)
        self._make(inner, inner_name, row, depth - 1)
        inner.lines.append(f"{name}.append({inner_name})")
        context.lines.append(f"for {row} in {shape}:")
        context.lines += [f"    {line}" for line in inner.lines]


def _item_name(name: str, depth: int) -> str:
    """What to call the items of a list of lists: `keys` => key_rows => key_row."""
    item = (singular(name) if name.isidentifier() else None) or name
    return item.removesuffix("_row") + "_row" + "s" * (depth > 2)


def list_of(depth: int) -> str:
    return "list[" * depth + "float" + "]" * depth
