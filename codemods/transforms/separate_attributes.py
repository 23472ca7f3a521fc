"""Convert an array of structures to a structure of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_module, parse_template_statement

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.direct_calls import LOOKUPS, DirectCalls
from codemods.facts.effects import is_literal
from codemods.facts.find_comments import (
    find_comments,
    lines_of_comments,
    texts_of_comments,
)
from codemods.facts.find_nodes import find
from codemods.facts.metadata import reparse, wrap
from codemods.facts.object_uses import ObjectUses
from codemods.facts.scopes import all_parameters
from codemods.facts.type_names import MAIN, Type
from codemods.facts.visit import visit
from codemods.facts.vocabulary import plural
from codemods.facts.walk import parents, walk
from codemods.refusal import Refusal
from codemods.transforms.add_imports import add_imports
from codemods.transforms.last_comma import without_last_comma
from codemods.transforms.thread_state import thread_state

GRAPH, ALIAS = "graph", "Graph"
INDEX = "index of a node in each list of the graph"
SLOTS = m.Assign([m.AssignTarget(m.Name("__slots__"))])
"""A list of the attributes in a class, which leaves with it."""
SHOWING = m.FunctionDef(m.Name("__repr__") | m.Name("__str__"))
"""Methods that say how objects are printed, which leave if none is."""
END = m.SubscriptElement(m.Slice(upper=None, step=None))


def separate_attributes(module: cst.Module) -> tuple[cst.Module, tuple[str, ...]]:
    """Store each attribute of a class in a list, and let indices stand for objects.

    Have:    class Value:
                 def __init__(self, data: float) -> None:
                     self.data: float = data
                     self.gradient: float = 0
             def create_value(data: float, nodes: list[Value]) -> Value:
                 value = Value(data)
                 nodes.append(value)
                 return value
             nodes: list[Value] = []
             print(create_value(2, nodes).data)
    Want:    Value: TypeAlias = int
             Graph: TypeAlias = tuple[list[float], list[float]]
             def create_value(data: float, graph: Graph) -> Value:
                 node_data, node_gradients = graph
                 value = len(node_data)
                 node_data.append(data)
                 node_gradients.append(0)
                 return value
             node_data: list[float] = []
             node_gradients: list[float] = []
             graph: Graph = (node_data, node_gradients)
             print(node_data[create_value(2, graph)])
    Refuses: what `thread_state` refuses; a class that is more than `__init__` storing
             attributes; objects that are not all made in one function that keeps them
             in a list; other uses of that list than its length and forgetting its end,
             and of the class than as a type hint; an object that is tested for its
             truth or identity, or compared with what may be none; one that goes where a
             number in its place may show, and, where the class says how its objects are
             printed, anything there that may be one; and an attribute of something
             whose type is not certain

    The name of the class stays in the type hints, as another name for `int` that tells
    indices of nodes from other integers.  The comments on the attributes go to the
    lists, and the docstring of the class and its other comments above the two types.
    Nothing happens where no such class is left.  The second result is the comments that
    have left with `__slots__`, `__repr__` and `__str__`.
    """
    bindings = Bindings(wrap(module))
    records = _find_records(bindings)
    if records is None:
        return module, ()
    separation = _Separation(bindings, records)
    separated = visit(bindings.wrapper.module, separation)
    imported = add_imports(separated, [("typing", "TypeAlias")])
    return thread_state(reparse(imported)), texts_of_comments(separation.leaving)


@dataclass(frozen=True)
class Attribute:
    """An attribute of every object: what is stored at first, and how it is declared."""

    name: str
    value: cst.BaseExpression
    annotation: cst.BaseExpression
    comments: Sequence[cst.Comment]

    @property
    def list_name(self) -> str:
        return f"node_{plural(self.name.strip('_'))}"


@dataclass(frozen=True)
class _Records:
    """A class whose objects one function makes and keeps in a list."""

    owner: cst.ClassDef
    maker: cst.FunctionDef
    creation: cst.Call
    kept_in: str


def _find_records(bindings: Bindings) -> _Records | None:
    """The class whose objects are all made in one function that keeps them."""
    module = bindings.wrapper.module
    for owner in module.body:
        if not isinstance(owner, cst.ClassDef):
            continue
        made = [c for c in find(module, cst.Call) if _calls(c, owner.name.value)]
        for maker in module.body:
            if isinstance(maker, cst.FunctionDef) and len(made) == 1:
                kept_in = _keeps(maker, made[0])
                if kept_in is not None:
                    return _Records(owner, maker, made[0], kept_in)
    return None


def _keeps(maker: cst.FunctionDef, creation: cst.Call) -> str | None:
    """The list of a function that is just: make an object, keep it, return it."""
    match maker.body.body:
        case [
            cst.SimpleStatementLine(
                body=[
                    cst.Assign(
                        targets=[cst.AssignTarget(target=cst.Name(value=made))],
                        value=value,
                    )
                ]
            ),
            cst.SimpleStatementLine(
                body=[
                    cst.Expr(
                        cst.Call(
                            func=cst.Attribute(
                                value=cst.Name(value=kept),
                                attr=cst.Name(value="append"),
                            ),
                            args=[cst.Arg(value=cst.Name(value=appended))],
                        )
                    )
                ]
            ),
            cst.SimpleStatementLine(body=[cst.Return(value=cst.Name(value=returned))]),
        ] if (
            value is creation and made == appended == returned
        ):
            return kept
    return None


def _calls(call: cst.Call, name: str) -> bool:
    return m.matches(call.func, m.Name(name))


class _Separation(cst.CSTTransformer):
    def __init__(self, bindings: Bindings, records: _Records) -> None:
        super().__init__()
        self.bindings = bindings
        self.module = bindings.wrapper.module
        self.records = records
        self.owner = records.owner
        self.parents = parents(self.module)
        self.types = AnnotatedTypes(bindings)
        self.direct = DirectCalls(bindings)
        self.kind = Type(self.owner.name.value, (), MAIN)
        leaving = m.SimpleStatementLine([SLOTS]) | SHOWING
        self.leaving = [s for s in self.owner.body.body if m.matches(s, leaving)]
        self.constructor = self._find_constructor()
        self.attributes = self._attributes()
        self.lists = {a.name: a.list_name for a in self.attributes}
        self._refuse_taken()
        receivers = self._receivers()
        self.passed = {argument for f in receivers for argument in self._arguments(f)}
        self._refuse_other_uses()
        self.accesses = {a: self.lists[a.attr.value] for a in self._find_accesses()}
        self.unpacking = {f for a in self.accesses if (f := self._function_of(a))}

    # What there is.

    def _find_constructor(self) -> cst.FunctionDef:
        for part in [*self.owner.bases, *self.owner.keywords, *self.owner.decorators]:
            self._refuse(part, "a class without bases or decorators", "one")
        docstring = m.SimpleStatementLine([m.Expr(m.SimpleString())])
        body = [s for s in self.owner.body.body if not m.matches(s, docstring)]
        body = [s for s in body if s not in self.leaving]
        if len(body) != 1 or not m.matches(body[0], m.FunctionDef(m.Name("__init__"))):
            expected = "a class that is nothing but `__init__`"
            self._refuse(self.owner.name, expected, "more, or less")
        return cst.ensure_type(body[0], cst.FunctionDef)

    def _attributes(self) -> list[Attribute]:
        own = all_parameters(self.constructor.params)[0].name.value
        return [self._attribute(s, own) for s in self.constructor.body.body]

    def _attribute(self, statement: cst.CSTNode, own: str) -> Attribute:
        match statement:
            case cst.SimpleStatementLine(
                body=[
                    cst.AnnAssign(
                        target=cst.Attribute(value=cst.Name(value=base), attr=attr),
                        annotation=annotation,
                        value=cst.BaseExpression() as value,
                    )
                ]
            ) if base == own and own not in _names(value):
                comments = find_comments(statement)
                kind = self._unquoted(annotation.annotation)
            case _:
                expected = "an annotated attribute to be stored"
                self._refuse(statement, expected, "another line")
        return Attribute(attr.value, value, kind, comments)

    def _unquoted(self, annotation: cst.BaseExpression) -> cst.BaseExpression:
        """A type as it is spelt where the class that it may name is defined."""
        changed = visit(annotation, _Unquoted(self.bindings.scopes.annotations))
        assert isinstance(changed, cst.BaseExpression)  # one was put for another
        return changed

    def _refuse_taken(self) -> None:
        taken = {binding.name for binding in self.bindings}
        if len(set(self.lists.values())) != len(self.attributes):
            expected = "attributes with different names for their lists"
            self._refuse(self.owner.name, expected, ", ".join(self.lists))
        for name in (GRAPH, ALIAS, *self.lists.values()):
            if name in taken:
                expected = f"the name `{name}` to be free"
                self._refuse(self.owner.name, expected, "another use")

    def _refuse_other_uses(self) -> None:
        """Refuse what an index, or no class and no list of objects, cannot serve."""
        inside = set(walk(self.owner))
        kept, name = self.records.kept_in, self.owner.name.value
        if len([s for s in self.module.body if self._declares_list(s)]) != 1:
            expected = f"one declaration of `{kept}` as an empty list"
            self._refuse(self.records.maker.name, expected, "another number")
        made = {self.records.creation.func, *inside}
        for use in find(self.module, cst.Name):
            if use.value == kept and not self._serves_list(use):
                expected = f"the length of `{kept}`, or its end to be deleted"
                self._refuse(use, expected, "another use")
            if use.value == name and use not in made and not self._is_hint(use):
                self._refuse(use, f"`{name}` as a type hint", "another use")
            if use.value in (*LOOKUPS, "setattr", "delattr"):
                self._refuse(use, "attributes by their names", f"`{use.value}`")
        for test in self._tests():
            if self.kind in self.types.type_of(test).members:
                self._refuse(test, "a test that holds for 0 as well", "an object")
        is_shown = any(m.matches(s, SHOWING) for s in self.leaving)
        uses = ObjectUses(self.bindings, self.types, self.owner, is_shown=is_shown)
        for node, type_ in uses.lost():
            expected = "no object where a number would show"
            self._refuse(node, expected, str(type_))
        for node, type_ in uses.mixed():
            expected = "objects to be compared with nothing but objects"
            self._refuse(node, expected, str(type_))

    def _serves_list(self, use: cst.Name) -> bool:
        above = self.parents[use]
        match above:
            case cst.AnnAssign():
                return self._declares_list(self.parents[above])
            case cst.Param():
                function = self.parents[self.parents[above]]
                return isinstance(function, cst.FunctionDef) and self._receives(
                    function
                )
            case cst.Arg(keyword=keyword):
                call = self.parents[above]
                return (
                    keyword is use
                    or m.matches(call, self._length())
                    or (above in self.passed)
                )
            case cst.Subscript():
                return m.matches(self.parents[above], m.Del(m.Subscript(slice=[END])))
        return self._function_of(use) is self.records.maker

    def _is_hint(self, node: cst.CSTNode) -> bool:
        while node is not self.module:
            if isinstance(node, cst.Annotation):
                return True
            node = self.parents[node]
        return False

    def _tests(self) -> Iterator[cst.BaseExpression]:
        """What is asked for its truth, or for being the same object."""
        for node in walk(self.module):
            match node:
                case (
                    cst.If(test=test)
                    | cst.While(test=test)
                    | cst.IfExp(test=test)
                    | (cst.CompIf(test=test) | cst.Assert(test=test))
                ):
                    yield test
                case cst.BooleanOperation(left=left, right=right):
                    yield from (left, right)
                case cst.UnaryOperation(operator=cst.Not(), expression=negated):
                    yield negated
                case cst.Comparison(left=left, comparisons=comparisons) if any(
                    isinstance(c.operator, cst.Is | cst.IsNot)
                    and not m.matches(c.comparator, m.Name("None"))
                    for c in comparisons
                ):
                    yield left

    def _find_accesses(self) -> list[cst.Attribute]:
        found = []
        inside = set(walk(self.owner))
        outside = [a for a in find(self.module, cst.Attribute) if a not in inside]
        for access in outside:
            type_ = self.types.type_of(access.value)
            is_stored = access.attr.value in self.lists
            if type_ == self.kind:
                if not is_stored or isinstance(self.parents[access], cst.Del):
                    expected = "an attribute that `__init__` stores, to stay there"
                    self._refuse(access, expected, f"`{access.attr.value}`")
                found.append(access)
            elif is_stored and self._may_be_object(type_):
                self._refuse(access, f"something that is a {self.kind}", str(type_))
        return found

    def _may_be_object(self, type_: Type) -> bool:
        return not type_.is_complete or self.kind in type_.members

    def _receivers(self) -> list[cst.FunctionDef]:
        """The functions that get the list of objects passed."""
        return [
            function
            for function in self.module.body
            if isinstance(function, cst.FunctionDef) and self._receives(function)
        ]

    def _receives(self, function: cst.FunctionDef) -> bool:
        names = [p.name.value for p in all_parameters(function.params)]
        scope = self.bindings.scopes.by_node[function]
        return self.records.kept_in in names and (
            self.types.of_binding(Binding(scope, self.records.kept_in))
            == Type("list", (self.kind,))
        )

    def _arguments(self, function: cst.FunctionDef) -> list[cst.Arg]:
        kept_in = self.records.kept_in
        (parameter,) = [
            p for p in all_parameters(function.params) if p.name.value == kept_in
        ]
        found = []
        for call in self.direct.of(function):
            argument = call.argument(parameter)
            if argument is None or not m.matches(argument.value, m.Name(kept_in)):
                at = argument or call.node
                self._refuse(at, "the one list of objects", "another value")
            found.append(argument)
        return found

    def _function_of(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        while node is not self.module:
            if isinstance(node, cst.FunctionDef):
                return node
            node = self.parents[node]
        return None

    # The edit.

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        name = self.accesses.get(original_node)
        if name is None:
            return updated_node
        index = cst.SubscriptElement(cst.Index(updated_node.value))
        return cst.Subscript(cst.Name(name), [index])

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if m.matches(original_node, self._length()):
            first = cst.Name(self.attributes[0].list_name)
            return updated_node.with_changes(args=[cst.Arg(first)])
        pairs = zip(original_node.args, updated_node.args, strict=True)
        kept = [new for old, new in pairs if old not in self.passed]
        return updated_node.with_changes(args=without_last_comma(kept))

    def _length(self) -> m.Call:
        return m.Call(m.Name("len"), [m.Arg(m.Name(self.records.kept_in))])

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        parameters = updated_node.params
        if self._receives(original_node):
            kept = [
                p for p in parameters.params if p.name.value != self.records.kept_in
            ]
            parameters = parameters.with_changes(params=without_last_comma(kept))
        body = list(updated_node.body.body)
        if original_node is self.records.maker:
            body = self._making(original_node)
        if original_node in self.unpacking or original_node is self.records.maker:
            body.insert(0, parse_template_statement(f"{self._names} = {GRAPH}"))
        block = updated_node.body.with_changes(body=body)
        return updated_node.with_changes(params=parameters, body=block)

    def _making(self, maker: cst.FunctionDef) -> list[cst.CSTNode]:
        """What the constructor stores, appended to the lists."""
        made = self.parents[self.records.creation]
        assign = cst.ensure_type(made, cst.Assign)
        result = cst.ensure_type(assign.targets[0].target, cst.Name).value
        given = self._given()
        first = self.attributes[0].list_name
        lines: list[cst.CSTNode] = [
            parse_template_statement(f"{result} = len({first})")
        ]
        for attribute in self.attributes:
            value = visit(attribute.value, _Renamed(given))
            assert isinstance(value, cst.BaseExpression)  # one was put for another
            lines.append(
                parse_template_statement(
                    f"{attribute.list_name}.append({{value}})", value=value
                )
            )
        return [*lines, parse_template_statement(f"return {result}")]

    def _given(self) -> dict[str, cst.BaseExpression]:
        """What the constructor is called with, by its parameters."""
        names = [p.name.value for p in all_parameters(self.constructor.params)][1:]
        arguments = self.records.creation.args
        for argument in arguments:
            is_plain = isinstance(argument.value, cst.Name) or is_literal(
                argument.value
            )
            if argument.star or argument.keyword is not None or not is_plain:
                self._refuse(argument, "variables by their places", "another way")
        if len(arguments) != len(names):
            self._refuse(self.records.creation, "every argument to be given", "fewer")
        return {n: a.value for n, a in zip(names, arguments, strict=True)}

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        body: list[cst.CSTNode] = []
        for before, after in zip(original_node.body, updated_node.body, strict=True):
            if before is self.owner:
                body += self._aliases(self.owner)
            elif self._declares_list(before):
                body += self._declarations(after)
            else:
                body.append(after)
        return updated_node.with_changes(body=body)

    def _declares_list(self, statement: cst.CSTNode) -> bool:
        name = m.Name(self.records.kept_in)
        declares = m.SimpleStatementLine([m.AnnAssign(target=name, value=m.List([]))])
        return m.matches(statement, declares)

    def _aliases(self, owner: cst.ClassDef) -> list[cst.CSTNode]:
        """The types of a node and of the graph, where the class stood."""
        kinds = ", ".join(f"list[{self._code(a.annotation)}]" for a in self.attributes)
        node, graph = parse_template_module(
            f"{owner.name.value}: TypeAlias = int  # {INDEX}\n"
            f"{ALIAS}: TypeAlias = tuple[{kinds}]\n"
        ).body
        blank = [line for line in owner.leading_lines if not line.comment][:1]
        above = [*blank, *(line for line in owner.leading_lines if line.comment)]
        docstring = (owner.get_docstring() or "").splitlines()
        comments = [cst.Comment(f"# {text}".rstrip()) for text in docstring]
        lines = [*above, *lines_of_comments([*comments, *self._other_comments(owner)])]
        return [node.with_changes(leading_lines=lines), graph]

    def _other_comments(self, owner: cst.ClassDef) -> list[cst.Comment]:
        """The comments in a class on neither an attribute nor what leaves."""
        others = find_comments(owner.with_changes(leading_lines=[]))
        elsewhere = {c for a in self.attributes for c in a.comments}
        elsewhere.update(c for left in self.leaving for c in find_comments(left))
        return [comment for comment in others if comment not in elsewhere]

    def _declarations(self, statement: cst.CSTNode) -> list[cst.CSTNode]:
        """The lists, where the list of objects was declared."""
        lines: list[cst.CSTNode] = []
        above = list(getattr(statement, "leading_lines", ()))
        for attribute in self.attributes:
            kind = self._code(attribute.annotation)
            line = parse_template_statement(f"{attribute.list_name}: list[{kind}] = []")
            comments = lines_of_comments(attribute.comments)
            lines.append(line.with_changes(leading_lines=[*above, *comments]))
            above = []
        graph = f"{GRAPH}: {ALIAS} = ({self._names})"
        return [*lines, parse_template_statement(graph)]

    @property
    def _names(self) -> str:
        """The lists, as they stand in a tuple."""
        names = ", ".join(self.lists.values())
        return names if len(self.lists) > 1 else f"{names},"

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        """`del nodes[count:]` forgets the end of every list."""
        match original_node.body:
            case [cst.Del(target=cst.Subscript(value=cst.Name(value=name)) as part)]:
                if name == self.records.kept_in:
                    return cst.FlattenSentinel(self._forgetting(part))
        return updated_node

    def _forgetting(self, part: cst.Subscript) -> list[cst.SimpleStatementLine]:
        targets = [
            part.with_changes(value=cst.Name(name)) for name in self.lists.values()
        ]
        return [cst.SimpleStatementLine([cst.Del(target)]) for target in targets]

    def _code(self, node: cst.CSTNode) -> str:
        return self.module.code_for_node(node)

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


class _Renamed(cst.CSTTransformer):
    """Puts what was given in the place of parameters."""

    def __init__(self, given: Mapping[str, cst.BaseExpression]) -> None:
        super().__init__()
        self.given = given

    def leave_Name(
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        return self.given.get(updated_node.value, updated_node)

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)


class _Unquoted(cst.CSTTransformer):
    """Takes the quotes off the parts of a type hint."""

    def __init__(self, quoted: Mapping[cst.SimpleString, cst.BaseExpression]) -> None:
        super().__init__()
        self.quoted = quoted

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        return self.quoted.get(original_node, updated_node)


def _names(node: cst.CSTNode) -> set[str]:
    return {name.value for name in find(node, cst.Name)}
