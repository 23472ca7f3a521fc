"""Keep the objects of a class in a list, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_module, parse_template_statement

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.call_graph import CallGraph, Loop
from codemods.facts.effects import is_literal
from codemods.facts.find_nodes import find
from codemods.facts.kept_objects import KeptObjects
from codemods.facts.liveness import Region
from codemods.facts.main_sequence import MainSequence
from codemods.facts.metadata import reparse, wrap
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.surroundings import Surroundings
from codemods.facts.type_names import MAIN, Type
from codemods.facts.visit import visit
from codemods.facts.walk import parents, walk
from codemods.refusal import Refusal
from codemods.transforms.copy_annotations import AnnotationCopier
from codemods.transforms.move_methods import snake_case
from codemods.transforms.thread_state import thread_state

LoopNode = TypeVar("LoopNode", cst.For, cst.While)

LIST = "nodes"
KEPT = "number_of_kept_nodes"
COMMENT = "# every node of the graph, in the order in which they were created"


def record_creations(
    module: cst.Module, find_class: Callable[[cst.Module], cst.ClassDef]
) -> cst.Module:
    """Let one function make the objects of a class, and pass it the list to keep them.

    Have:    def negate(value: Value) -> Value:
                 return Value(-value.data, (value,))
             weight = Value(2)
             for step in range(3):
                 loss = negate(weight)
                 print(loss.data)
    Want:    def create_value(data: float, nodes: list[Value], children=()) -> Value:
                 value = Value(data, children)
                 nodes.append(value)
                 return value
             def negate(value: Value, nodes: list[Value]) -> Value:
                 return create_value(-value.data, nodes, (value,))
             nodes: list[Value] = []
             weight = create_value(2, nodes)
             number_of_kept_nodes: int = len(nodes)
             for step in range(3):
                 loss = negate(weight, nodes)
                 print(loss.data)
                 del nodes[number_of_kept_nodes:]
    Refuses: what `thread_state` refuses; names that are taken; a class with defaults
             that are no literals, that its own methods make objects of, or that is
             used in another way than by calls; an object that an iteration of the main
             sequence leaves to the next; and loops with objects made between them

    The loops of the main sequence forget what an iteration has made.
    """
    bindings = Bindings(wrap(module))
    owner = find_class(bindings.wrapper.module)
    recording = _Recording(bindings, owner)
    if recording.is_done():
        return module
    recording.check()
    return thread_state(reparse(visit(bindings.wrapper.module, recording)))


class _Recording(cst.CSTTransformer):
    def __init__(self, bindings: Bindings, owner: cst.ClassDef) -> None:
        super().__init__()
        self.bindings = bindings
        self.module = bindings.wrapper.module
        self.owner = owner
        self.subject = snake_case(owner.name.value)
        self.maker = f"create_{self.subject}"
        self.calls = CallGraph(bindings)
        self.creations = [
            call
            for call in find(self.module, cst.Call)
            if m.matches(call.func, m.Name(owner.name.value))
        ]
        self.main = MainSequence(bindings)
        self.loops = [loop for loop in self.main.loops() if self._creates(loop)]
        self.first = next((s for s in self.module.body if self._creates(s)), None)

    def is_done(self) -> bool:
        """Whether nothing but one function that keeps a list makes objects."""
        keeps = m.Call(m.Attribute(attr=m.Name("append")), [m.Arg(m.Name())])
        return any(
            isinstance(statement, cst.FunctionDef)
            and set(self.creations) <= set(find(statement, cst.Call))
            and bool(m.findall(statement, keeps))
            for statement in self.module.body
        )

    def check(self) -> None:
        for name in (LIST, KEPT, self.maker):
            if any(binding.name == name for binding in self.bindings):
                self._refuse(
                    self.owner.name, f"the name `{name}` to be free", "another use"
                )
        for call in find(self.owner, cst.Call):
            if call in self.creations:
                self._refuse(call, "objects made by functions", "one made by a method")
        self._refuse_values()
        self._refuse_between()
        for loop in self.loops:
            self._refuse_survivors(loop)

    def _creates(self, node: cst.CSTNode) -> bool:
        """Whether running a statement may make objects."""
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            return False
        reached = [node, *self.calls.reached_from([node])]
        inside = {part for body in reached for part in walk(body)}
        return any(call in inside for call in self.creations)

    def _refuse_values(self) -> None:
        """Refuse uses of the class by which objects may be made unseen."""
        above = parents(self.module)
        made = {call.func for call in self.creations}
        tested = m.Call(m.Name("isinstance"), [m.Arg(), m.Arg()])
        binding = self.bindings.binding_of(self.owner.name)
        for use in self.bindings.occurrences(binding) if binding else []:
            is_text = use.anchor is not use.node  # an annotation's
            if use.role is not Role.LOAD or is_text or use.node in made:
                continue
            around = above[use.node]
            is_tested = isinstance(around, cst.Arg) and m.matches(above[around], tested)
            if not is_tested and not self._is_annotation(use.node, above):
                self._refuse(use.node, "a class that is called", "another use of it")

    def _is_annotation(
        self, node: cst.CSTNode, above: dict[cst.CSTNode, cst.CSTNode]
    ) -> bool:
        while node is not self.module:
            if isinstance(node, cst.Annotation):
                return True
            node = above[node]
        return False

    def _refuse_between(self) -> None:
        """Refuse objects that a loop would forget although it has not made them."""
        for loop in self.loops:
            header = loop.iter if isinstance(loop, cst.For) else loop.test
            if self._creates(header):
                expected = "objects made in the body of the loop"
                self._refuse(header, expected, "some that are made above it")
        for block in self.main.blocks:
            places = [i for i, s in enumerate(block.body) if s in self.loops]
            for statement in block.body[min(places) : max(places)] if places else []:
                if self._creates(statement) and statement not in self.loops:
                    expected = "objects made in the loops, or above them all"
                    self._refuse(statement, expected, "some between two loops")
        if (
            len({id(b) for b in self.main.blocks for s in b.body if s in self.loops})
            > 1
        ):
            expected = "loops that stand in one block"
            self._refuse(self.loops[-1], expected, "another block")

    def _refuse_survivors(self, loop: Loop) -> None:
        """Refuse objects that something reads after the iteration that made them."""
        body = cst.ensure_type(loop.body, cst.IndentedBlock)
        region = Region(body, 0, len(body.body))
        liveness, types = self.main.liveness, AnnotatedTypes(self.bindings)
        bound = liveness.flow(region.statements, liveness.scope_of(region)).bound
        kind = Type(self.owner.name.value, (), MAIN)
        for binding in bound & liveness.live_after(region):
            if kind in types.of_binding(binding).parts():
                expected = "objects that serve one iteration"
                self._refuse(loop, expected, f"`{binding.name}`, which is read later")
        bodies = [loop, *self.calls.reached_from([loop])]
        for place in KeptObjects(self.bindings, kind).find(bodies, bound):
            self._refuse(place, "objects that serve one iteration", "one that is kept")

    # The edit.

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if original_node not in self.creations:
            return updated_node
        return updated_node.with_changes(func=cst.Name(self.maker))

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        return self._with_forgetting(original_node, updated_node)

    def leave_While(
        self, original_node: cst.While, updated_node: cst.While
    ) -> cst.While:
        return self._with_forgetting(original_node, updated_node)

    def _with_forgetting(self, original: LoopNode, updated: LoopNode) -> LoopNode:
        if original not in self.loops:
            return updated
        forget = parse_template_statement(f"del {LIST}[{KEPT}:]")
        body = updated.body.with_changes(body=[*updated.body.body, forget])
        return updated.with_changes(body=body)

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = self._with_additions(original_node.body, updated_node.body)
        return updated_node.with_changes(body=body)

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        body = self._with_additions(original_node.body, updated_node.body)
        return updated_node.with_changes(body=body)

    def _with_additions(
        self, original: Sequence[cst.CSTNode], updated: Sequence[cst.CSTNode]
    ) -> list[cst.CSTNode]:
        """A block with the list, the count and the function at their places."""
        body: list[cst.CSTNode] = []
        for before, after in zip(original, updated, strict=True):
            new = [self._list()] if before is self.first else []
            if before in self.loops[:1]:
                new.append(parse_template_statement(f"{KEPT}: int = len({LIST})"))
            body += _ahead(new, after)
            if before is self.owner:
                body.append(self._maker())
        return body

    def _list(self) -> cst.CSTNode:
        declaration = parse_template_statement(
            f"{LIST}: list[{self.owner.name.value}] = []"
        )
        return cst.ensure_type(declaration, cst.SimpleStatementLine).with_changes(
            leading_lines=[cst.EmptyLine(comment=cst.Comment(COMMENT))]
        )

    def _maker(self) -> cst.FunctionDef:
        """The function that makes an object and keeps it."""
        parameters = self._parameters()
        names = ", ".join(parameter.name.value for parameter in parameters)
        result = self.subject
        if result in [parameter.name.value for parameter in parameters]:
            result = f"new_{result}"
        kind = self.owner.name.value
        text = (
            f"def {self.maker}() -> {kind}:\n"
            f"    {result} = {kind}({names})\n"
            f"    {LIST}.append({result})\n"
            f"    return {result}\n"
        )
        function = parse_template_module(text).body[0]
        return cst.ensure_type(function, cst.FunctionDef).with_changes(
            params=cst.Parameters(parameters)
        )

    def _parameters(self) -> list[cst.Param]:
        """Those of the constructor, as they can stand behind the class."""
        copier = AnnotationCopier(self.bindings)
        behind = Surroundings(self.bindings).places(self.owner)[self.module] + 1
        scope = self.bindings.scopes.module
        found = []
        constructor = self._constructor().params
        if len(constructor.params) != len(all_parameters(constructor)):
            expected = "parameters that are passed by their places"
            self._refuse(constructor, expected, "others")
        for parameter in constructor.params[1:]:
            default = parameter.default
            is_fixed = m.matches(default, m.Tuple([])) if default else True
            if default is not None and not (is_fixed or is_literal(default)):
                self._refuse(parameter, "a literal as default", "another value")
            annotation = parameter.annotation
            if annotation is not None:
                annotation = copier.at(annotation, scope, {self.module: behind})
            found.append(parameter.with_changes(annotation=annotation))
        return found

    def _constructor(self) -> cst.FunctionDef:
        found = [
            method
            for method in self.owner.body.body
            if isinstance(method, cst.FunctionDef) and method.name.value == "__init__"
        ]
        if not found:
            self._refuse(self.owner.name, "a class with `__init__`", "none")
        return found[0]

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


def _ahead(new: list[cst.CSTNode], statement: cst.CSTNode) -> list[cst.CSTNode]:
    """New statements, and the one below them without the blank lines above it."""
    if not new:
        return [statement]
    lines = list(getattr(statement, "leading_lines", ()))
    while lines and lines[0].comment is None:
        lines.pop(0)
    return [*new, statement.with_changes(leading_lines=lines)]
