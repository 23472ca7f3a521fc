"""Whether the children of every node are older than it: they have smaller indices.

    def create_node(data: float, children: tuple[int, ...] = ()) -> int:
        node = len(node_data)
        node_data.append(data)
        node_children.append(children)
        return node

Where one such function makes the nodes, nothing else changes the list of children, and
all that is passed as a child was made before, a child has the smaller index.  Narrow by
intention: what is not understood may be a younger child.  Believed is only that a list
of indices, where a child is taken from one, holds indices of nodes.
"""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.find_nodes import find
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.walk import parents

COUNTERS = m.Call(m.Name("range") | m.Name("enumerate") | m.Name("len"))
ONE_ARGUMENT = m.Call(args=[m.Arg()])
UNPACK = m.SimpleStatementLine([m.Assign([m.AssignTarget(m.Tuple())], m.Name())])
READERS = (cst.Arg, cst.Assign, cst.AnnAssign, cst.For, cst.CompFor, cst.Return)


class Maker(NamedTuple):
    """A function that appends a node to several lists, and returns its index."""

    function: cst.FunctionDef
    counted: str
    """The list whose length is the index."""
    appended: dict[str, cst.BaseExpression]


class OlderChildren:
    """Tells which lists of a module hold children that are older than their nodes."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._module = bindings.wrapper.module
        self._parents = parents(self._module)
        self._direct = DirectCalls(bindings)
        self._makers: dict[str, Maker] = {}

    def in_list(self, name: str) -> bool:
        """Whether a list, by its name, holds older children of every node."""
        found = [
            maker
            for statement in self._module.body
            if isinstance(statement, cst.FunctionDef)
            and (maker := maker_of(statement)) is not None
            and name in maker.appended
        ]
        if len(found) != 1:
            return False
        (maker,) = found
        self._makers = {maker.function.name.value: maker}
        return (
            maker.counted in maker.appended
            and all(self._grows_in(maker, each) for each in {name, maker.counted})
            and self._is_only_read(name)
            and self._deletions(name) == self._deletions(maker.counted)
            and self._are_made_before(maker, name)
        )

    # The lists.

    def _grows_in(self, maker: Maker, name: str) -> bool:
        """Whether a list is empty at first, and nothing but the maker makes it longer.

        It has one name everywhere: it is packed and unpacked as the same tuple.
        """
        uses = [n for n in find(self._module, cst.Name) if n.value == name]
        tuples = [t for use in uses if (t := self._tuple_around(use)) is not None]
        others = [use for use in uses if self._tuple_around(use) is None]
        # however the tuples are laid out
        packed = {tuple(self._code(e.value) for e in t.elements) for t in tuples}
        declared = [use for use in others if self._declares(use)]
        kept = (*declared, *find(maker.function, cst.Name))
        return (
            len(packed) <= 1
            and len(declared) == 1
            and all(use in kept or self._keeps_length(use) for use in others)
        )

    def _tuple_around(self, use: cst.Name) -> cst.Tuple | None:
        element = self._parents[use]
        above = self._parents[element]
        if not isinstance(element, cst.Element) or not isinstance(above, cst.Tuple):
            return None
        holder = self._parents[above]
        packs = isinstance(holder, cst.Assign | cst.AnnAssign)
        return above if packs or isinstance(holder, cst.AssignTarget) else None

    def _declares(self, use: cst.Name) -> bool:
        above = self._parents[use]
        is_empty = m.matches(above, m.AnnAssign(target=m.Name(), value=m.List([])))
        is_in_module = self._parents[self._parents[above]] is self._module
        return is_empty and is_in_module

    def _keeps_length(self, use: cst.Name) -> bool:
        above = self._parents[use]
        if isinstance(above, cst.Subscript) and above.value is use:
            is_item = m.matches(above, m.Subscript(slice=[m.SubscriptElement(ITEM)]))
            is_deleted = isinstance(self._parents[above], cst.Del)
            is_end = m.matches(above, m.Subscript(slice=[m.SubscriptElement(END)]))
            return is_end if is_deleted else is_item
        return m.matches(self._parents[above], m.Call(m.Name("len"), [m.Arg()]))

    def _is_only_read(self, name: str) -> bool:
        for item in find(self._module, cst.Subscript):
            above = self._parents[item]
            if m.matches(item.value, m.Name(name)) and not isinstance(above, cst.Del):
                is_target = getattr(above, "target", None) is item
                if is_target or not isinstance(above, READERS):
                    return False
        return True

    def _deletions(self, name: str) -> list[str]:
        """What is deleted of a list, as it is written, without its name."""
        return [
            self._code(line.target.with_changes(value=cst.Name("_")))
            for line in find(self._module, cst.Del)
            if isinstance(line.target, cst.Subscript)
            and m.matches(line.target.value, m.Name(name))
        ]

    def _code(self, node: cst.CSTNode) -> str:
        return self._module.code_for_node(node)

    # What is passed as children.

    def _are_made_before(self, maker: Maker, name: str) -> bool:
        given = maker.appended[name]
        if m.matches(given, m.Tuple([])):
            return True
        names = {p.name.value: p for p in all_parameters(maker.function.params)}
        parameter = names.get(given.value) if isinstance(given, cst.Name) else None
        if parameter is None:
            return False
        passed = self._passed(maker.function, parameter)
        return all(
            isinstance(children, cst.Tuple)
            and all(self._is_made(e.value, set()) for e in children.elements)
            for children in passed
        )

    def _passed(
        self, function: cst.FunctionDef, parameter: cst.Param
    ) -> list[cst.BaseExpression | None]:
        """What each call passes as a parameter, or its default, where that is one."""
        calls = self._direct.of(function)
        return [call.passed(parameter) or parameter.default for call in calls]

    def _is_made(self, node: cst.BaseExpression, seen: set[Binding]) -> bool:
        """Whether an expression is an index that was returned, or taken from a list."""
        if isinstance(node, cst.Call):
            return self._returns_made(node, seen)
        if not isinstance(node, cst.Name):
            return isinstance(node, cst.Subscript)
        binding = self._bindings.binding_of(node)
        if binding is None or binding in seen:
            return binding is not None
        return all(
            self._holds_made(use.node, use.role, {*seen, binding})
            for use in self._bindings.occurrences(binding)
            if use.role in BINDING_ROLES
        )

    def _returns_made(self, call: cst.Call, seen: set[Binding]) -> bool:
        if not isinstance(call.func, cst.Name):
            return False
        name = call.func.value
        if name in self._makers:
            return True
        called = [
            statement
            for statement in self._module.body
            if isinstance(statement, cst.FunctionDef) and statement.name.value == name
        ]
        binding = self._bindings.binding_of(call.func) if called else None
        if binding is None or binding in seen:
            return binding is not None
        returned = [r.value for f in called for r in find(f, cst.Return)]
        return all(
            v is not None and self._is_made(v, {*seen, binding}) for v in returned
        )

    def _holds_made(self, target: cst.Name, role: Role, seen: set[Binding]) -> bool:
        above = self._parents[target]
        if role is Role.PARAMETER and isinstance(above, cst.Param):
            function = self._parents[self._parents[above]]
            return isinstance(function, cst.FunctionDef) and all(
                value is not None and self._is_made(value, seen)
                for value in self._passed(function, above)
            )
        while isinstance(above, cst.AssignTarget | cst.Element | cst.Tuple):
            above = self._parents[above]
        match above:
            case cst.For(target=bound, iter=source) | (
                cst.CompFor(target=bound, iter=source)
            ):
                counted = m.Tuple([m.Element(~m.Name(target.value)), m.Element()])
                if self._is_enumeration(source) and m.matches(bound, counted):
                    source = cst.ensure_type(source, cst.Call).args[0].value
                return not m.findall(source, COUNTERS)
            case cst.Assign(value=value) | (
                cst.AnnAssign(value=cst.BaseExpression() as value)
            ):
                return self._is_made(value, seen)
        return False

    def _is_enumeration(self, source: cst.BaseExpression) -> bool:
        return (
            isinstance(source, cst.Call)
            and self._bindings.is_builtin(source.func, "enumerate")
            and m.matches(source, ONE_ARGUMENT)
        )


ITEM = m.Index()
END = m.Slice(lower=m.Name(), upper=None, step=None)


def maker_of(function: cst.FunctionDef) -> Maker | None:
    """The lists that a function appends one node to, if it does nothing else."""
    body = [*function.body.body]
    if body and m.matches(body[0], UNPACK):
        body.pop(0)
    length = m.Call(m.Name("len"), [m.Arg(m.SaveMatchedNode(m.Name(), "counted"))])
    made = m.SaveMatchedNode(m.Name(), "index")
    first = m.SimpleStatementLine([m.Assign([m.AssignTarget(made)], length)])
    found = m.extract(body[0], first) if len(body) > 1 else None
    if found is None:
        return None
    index, counted = found["index"], found["counted"]
    assert isinstance(index, cst.Name)  # by the pattern
    assert isinstance(counted, cst.Name)  # by the pattern
    last = m.SimpleStatementLine([m.Return(m.Name(index.value))])
    appended = dict(filter(None, map(_appended, body[1:-1])))
    if not m.matches(body[-1], last) or len(appended) != len(body) - 2:
        return None
    return Maker(function, counted.value, appended)


def _appended(statement: cst.CSTNode) -> tuple[str, cst.BaseExpression] | None:
    """The list and the value of `list.append(value)`."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Expr(
                    cst.Call(
                        func=cst.Attribute(
                            value=cst.Name(value=name), attr=cst.Name(value="append")
                        ),
                        args=[cst.Arg(value=value)],
                    )
                )
            ]
        ):
            return name, value
    return None
