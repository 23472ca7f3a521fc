"""What else changes its type when the types of some declarations are changed.

    rows: list[list[int]] = make()      declared as list[range] instead:
    def scale(row: list[int]) -> …      a range as well, if `scale(rows[0])` is called
    for row in rows:                    row: range

A changed type is followed through variables, calls and results until nothing changes
any more.  Whatever is done with a value must be possible with what it becomes, and mean
the same; everything else is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, NoReturn

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.annotation_types import Annotations
from codemods.facts.bindings import Bindings
from codemods.facts.class_members import ClassMembers
from codemods.facts.expression_types import ExpressionTypes
from codemods.facts.find_nodes import find
from codemods.facts.imported_names import ImportedNames
from codemods.facts.mutations import Mutations
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.type_names import Type
from codemods.facts.type_rounds import TypeRounds
from codemods.facts.value_uses import ValueUses
from codemods.facts.walk import children, parents
from codemods.refusal import Refusal

READERS = ("enumerate", "len", "list", "reversed", "tuple", "zip")
"""Builtins that go through a range as they go through a list."""

REDUCERS = ("all", "any", "max", "min", "set", "sorted", "sum")
"""The same, where they compare or add up numbers."""

RANGE = Type("range")
ONCE = cst.Arg | cst.Call | cst.Assign | cst.AnnAssign | cst.Expr
"""What evaluates an expression in it once, on the line that it stands in."""

VIEWS = ("items", "keys", "values")
SEARCHES = ("count", "index")


class RetypedTypes(AnnotatedTypes):
    """The types that expressions have when some annotations spell others."""

    def __init__(
        self, bindings: Bindings, declared: Mapping[cst.Annotation, Type]
    ) -> None:
        super().__init__(bindings)
        self._annotations = _Retyped(bindings, self._imports, declared)
        self._members = ClassMembers(bindings, self._annotations)
        self._expressions = ExpressionTypes(
            bindings, self._imports, self._members, self.type_of, self.of_binding
        )
        forget = self._expressions.narrowing.forget
        self._rounds = TypeRounds(bindings, self._infer, forget)


class _Retyped(Annotations):
    def __init__(
        self,
        bindings: Bindings,
        imports: ImportedNames,
        declared: Mapping[cst.Annotation, Type],
    ) -> None:
        super().__init__(bindings, imports)
        self._declared = declared

    def read(self, annotation: cst.Annotation) -> Type:
        return self._declared.get(annotation) or super().read(annotation)


class _Flow(NamedTuple):
    """A value that gets to where an annotation declares what is expected."""

    value: cst.BaseExpression
    is_target: bool
    """Whether the value is what the target of an assignment or loop is given."""
    annotation: cst.Annotation

    def kind(self, types: RetypedTypes) -> Type:
        if self.is_target:
            return types.given_to(cst.ensure_type(self.value, cst.Name))
        return types.type_of(self.value)


class RetypedValues:
    """Follows the change of declared types through a module.

    `replaced` are statements that make room for others: nothing in them counts.
    """

    def __init__(
        self,
        bindings: Bindings,
        declared: Mapping[cst.Annotation, Type],
        replaced: Collection[cst.CSTNode],
    ) -> None:
        self._bindings = bindings
        self._parents = parents(bindings.wrapper.module)
        self._replaced = frozenset(replaced)
        self._nodes = list(self._remaining(bindings.wrapper.module))
        self.before = RetypedTypes(bindings, {})
        self._uses = ValueUses(bindings, self.before)
        self._flows = list(self._find_flows())
        self._first = dict(declared)
        self._kept: set[cst.Annotation] = set()
        """The annotations that stay what they are, because ranges are copied there."""

        self._follow()
        while (mixed := next(filter(self._is_mixed, self.declared), None)) is not None:
            self._kept.add(mixed)
            self._follow()

    def _follow(self) -> None:
        self.declared = dict(self._first)
        self.after = RetypedTypes(self._bindings, self.declared)
        while self._spread():
            self.after = RetypedTypes(self._bindings, self.declared)

    def _spread(self) -> bool:
        """Let annotations follow what flows to them; whether any changed."""
        changed = {
            flow.annotation: kind
            for flow in self._flows
            if flow.annotation not in (self.declared.keys() | self._kept)
            and (kind := flow.kind(self.after)) != flow.kind(self.before)
            and kind.is_complete
        }
        self.declared |= changed
        return bool(changed)

    # What is copied.

    def copies(self) -> dict[cst.BaseExpression, cst.Annotation]:
        """The ranges that flow to where lists do, and what those are declared as."""
        return {
            value: flow.annotation
            for flow in self._flows
            if flow.annotation in self._kept
            and flow.kind(self.after) == RANGE
            and (value := self._copiable(flow)) is not None
        }

    def _is_mixed(self, annotation: cst.Annotation) -> bool:
        """Whether lists are declared, and what else flows there can be copied."""
        flows = [flow for flow in self._flows if flow.annotation is annotation]
        ranges = [flow for flow in flows if flow.kind(self.after) == RANGE]
        lists = [flow for flow in flows if flow.kind(self.after).name == "list"]
        is_known = len(ranges) + len(lists) == len(flows)
        return bool(ranges and lists) and is_known and all(map(self._copiable, ranges))

    def _copiable(self, flow: _Flow) -> cst.BaseExpression | None:
        """The expression of what flows, if a copy made ahead of its line serves."""
        value: cst.CSTNode | None = flow.value
        if flow.is_target:
            target = self._parents[flow.value]
            is_plain = isinstance(target, cst.AssignTarget)
            line = self._parents[target] if is_plain else target
            value = getattr(line, "value", None)
        if not isinstance(value, cst.BaseExpression):
            return None
        above = self._parents[value]
        around: list[cst.CSTNode] = []
        while isinstance(above, ONCE):
            around.append(above)
            above = self._parents[above]
        is_alone = isinstance(above, cst.SimpleStatementLine) and not above.body[1:]
        is_first = all(call in around for call in find(above, cst.Call))
        if is_alone and is_first and Mutations(self._bindings).only_reads(value):
            return value
        return None

    def _remaining(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes that stay, but for those in annotations."""
        if node not in self._replaced and not isinstance(node, cst.Annotation):
            yield node
            for child in children(node):
                yield from self._remaining(child)

    # What flows where.

    def _find_flows(self) -> Iterator[_Flow]:
        for node in self._nodes:
            match node:
                case cst.Call():
                    yield from self._passed(node)
                case cst.FunctionDef(returns=cst.Annotation() as annotation):
                    for line in self._returns(node):
                        if line.value is not None:
                            yield _Flow(line.value, False, annotation)
        yield from self._stored()

    def _stored(self) -> Iterator[_Flow]:
        remaining = set(self._nodes)
        for binding in self._bindings:
            annotation = self.before.annotation_of(binding)
            for use in self._bindings.occurrences(binding):
                is_store = use.role is Role.STORE and use.node in remaining
                if annotation is not None and is_store and self._has_value(use.node):
                    yield _Flow(use.node, True, annotation)

    def _has_value(self, target: cst.Name) -> bool:
        above = self._parents[target]
        return not isinstance(above, cst.AnnAssign) or above.value is not None

    def _returns(self, function: cst.FunctionDef) -> Iterator[cst.Return]:
        for line in find(function.body, cst.Return):
            if self._function_around(line) is function:
                yield line

    def _function_around(self, node: cst.CSTNode) -> cst.CSTNode:
        while not isinstance(node, cst.FunctionDef | cst.Module):
            node = self._parents[node]
        return node

    def _passed(self, call: cst.Call) -> Iterator[_Flow]:
        for parameter, value in self.arguments(call):
            if parameter.annotation is not None:
                yield _Flow(value, False, parameter.annotation)

    def arguments(
        self, call: cst.Call
    ) -> Iterator[tuple[cst.Param, cst.BaseExpression]]:
        """What a call of a function of the module gives to which parameter.

        Without `*` and `**`, and what is behind them; defaults are given as well.
        """
        function = self._called(call)
        if function is None or any(argument.star for argument in call.args):
            return
        parameters = all_parameters(function.params)
        by_name = {p.name.value: p for p in parameters}
        given = {p.name.value: p.default for p in parameters if p.default is not None}
        for index, argument in enumerate(call.args):
            keyword = argument.keyword
            name = parameters[index].name.value if keyword is None else keyword.value
            given[name] = argument.value
        for name, value in given.items():
            yield by_name[name], value

    def _called(self, call: cst.Call) -> cst.FunctionDef | None:
        if not isinstance(call.func, cst.Name):
            return None
        binding = self._bindings.binding_of(call.func)
        uses = self._bindings.occurrences(binding) if binding is not None else []
        defined = [use for use in uses if use.role is not Role.LOAD]
        if len(defined) != 1 or defined[0].role is not Role.FUNCTION:
            return None
        function = self._parents[defined[0].node]
        return cst.ensure_type(function, cst.FunctionDef)

    # What is refused.

    def check(self) -> None:
        """Refuse values that are not what they are declared as, and other uses."""
        copied = self.copies()
        for flow in self._flows:
            expected = self.declared.get(flow.annotation)
            if flow.annotation in self._kept and self._copiable(flow) not in copied:
                expected = flow.kind(self.before)
            if expected is not None and flow.kind(self.after) != expected:
                found = str(flow.kind(self.after))
                self._refuse(flow.value, f"{expected} here as elsewhere", found)
        changed = list(self._changed())
        for node, kind in changed:
            if kind.is_complete and not self._serves(node, self._parents[node], kind):
                self._refuse(node, f"a use that {kind} has as well", "another")
        for node, kind in changed:
            if not kind.is_complete:
                self._refuse(node, "a value of one type", "one of several")

    def _changed(self) -> Iterator[tuple[cst.BaseExpression, Type]]:
        """The expressions that become something else, and what."""
        for node in self._nodes:
            if isinstance(node, cst.BaseExpression):
                kind = self.after.type_of(node)
                if kind != self.before.type_of(node):
                    yield node, kind

    def _serves(
        self, node: cst.BaseExpression, parent: cst.CSTNode, kind: Type
    ) -> bool:
        """Whether what is done with a value can be done with what it becomes."""
        match parent:
            case cst.Subscript():
                return parent.value is node and not self._uses.is_target(parent)
            case cst.Attribute():
                called = self._parents[parent]
                names = SEARCHES if kind.name == "range" else VIEWS
                is_called = isinstance(called, cst.Call) and called.func is parent
                return is_called and parent.attr.value in names
            case cst.Arg(star=""):
                return self._serves_call(parent, kind)
            case cst.Call():
                return parent.func is node
            case cst.For() | cst.CompFor():
                return node in (parent.iter, parent.target)
            case cst.Element():
                return isinstance(self._parents[parent], cst.Tuple)
            case cst.ComparisonTarget():
                is_plain = kind.name in ("dict", "range")
                return is_plain and isinstance(parent.operator, cst.In | cst.NotIn)
            case cst.Return():
                function = self._function_around(parent)
                return getattr(function, "returns", None) is not None
        holders = (cst.AnnAssign, cst.Assign, cst.AssignTarget, cst.FunctionDef)
        return isinstance(parent, (*holders, cst.ListComp, cst.Param))

    def _serves_call(self, argument: cst.Arg, kind: Type) -> bool:
        call = cst.ensure_type(self._parents[argument], cst.Call)
        builtins = (*READERS, *REDUCERS) if kind.name == "range" else READERS
        if self._bindings.is_builtin(call.func, *builtins):
            return argument.keyword is None
        return any(
            value is argument.value and parameter.annotation is not None
            for parameter, value in self.arguments(call)
        )

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self._bindings.wrapper, node, expected=expected, found=found)
