"""Move functions out of the functions that they are defined in."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from itertools import dropwhile
from typing import NoReturn

import libcst as cst

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.class_family import ClassFamily
from codemods.facts.class_names import is_class_name, is_private
from codemods.facts.demands import Need, find_demands
from codemods.facts.direct_calls import DirectCall, DirectCalls, is_self
from codemods.facts.effects import is_literal
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.reflection import Reflection
from codemods.facts.scopes import (
    Occurrence,
    Role,
    Scope,
    all_parameters,
    annotations_of,
)
from codemods.facts.surroundings import Places, Surroundings
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.refusal import Refusal
from codemods.transforms.copy_annotations import AnnotationCopier
from codemods.transforms.pass_variables import Demands, PassVariables

CLASS_HOOKS = ("__init_subclass__", "__set_name__")


def lift_closures(module: cst.Module) -> cst.Module:
    """Move every function that stands in another one to the module.

    Have:    def count(root: Node) -> int:
                 seen: set[Node] = set()
                 def visit(node: Node) -> None:
                     seen.add(node)
                     for child in node.children:
                         visit(child)
                 visit(root)
                 return len(seen)
    Want:    def count(root: Node) -> int:
                 seen: set[Node] = set()
                 visit(root, seen)
                 return len(seen)
             def visit(node: Node, seen: set[Node]) -> None:
                 seen.add(node)
                 for child in node.children:
                     visit(child, seen)
    Refuses: what `DirectCalls` and `PassVariables` refuse, a use as a value first of
             all; a call that may run before the definition; variables from outside
             that are bound more than once, in a loop or by an expression; defaults
             that are no literals; generators and coroutines; classes in functions;
             `nonlocal`, `super` and names that a class mangles; a name that the module
             or Python has already; a class or function that may run before what comes
             behind it; strings that may name variables (`eval`, `locals()`)

    A function goes behind the statement of the module that holds it, with its comments;
    what is moved out of one statement keeps its order.  Variables of the functions
    around it become parameters, and nothing binds these again, so it makes no
    difference when they are read.
    """
    bindings = Bindings(wrap(module))
    lifting = _Lifting(bindings)
    if not lifting.nested:
        return module
    return visit(bindings.wrapper.module, lifting.edit())


class _Lifting:
    """Finds what functions inside functions take from around them."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.surroundings = Surroundings(bindings)
        self.copier = AnnotationCopier(bindings)
        scopes = bindings.scopes.by_node
        self.nested = [
            node
            for node, scope in scopes.items()
            if isinstance(node, cst.FunctionDef)
            and scope.parent is not None
            and isinstance(scope.parent.node, cst.FunctionDef)
        ]
        self.definitions = {bindings.binding_of(f.name): f for f in self.nested}

    def edit(self) -> _LiftClosures:
        """The edit, once nothing speaks against it."""
        self._refuse_lookups()
        direct = DirectCalls(self.bindings)
        calls = [call for f in self.nested for call in direct.of(f)]
        for function in self.nested:
            self._refuse_special(function)
            self._refuse_holder(function)
        needs = self._find_needs(calls)
        for call in calls:
            self._refuse_call_before_definition(call, needs)
        edit = _LiftClosures(self.bindings, find_demands(self.bindings, needs), calls)
        edit.prepare(self._annotation)
        for function in self.nested:
            edit.annotations |= self._moved_annotations(function)
        return edit

    def _find_needs(self, calls: list[DirectCall]) -> dict[cst.FunctionDef, list[Need]]:
        """What each function reads from around it and which of the others it calls."""
        needs: dict[cst.FunctionDef, list[Need]] = {f: [] for f in self.nested}
        called = {call.node.func: call.function for call in calls}
        for use in self.bindings.scopes.occurrences:
            function = _function_around(use.scope)
            binding = self.bindings.binding_of(use.node)
            if function not in needs or binding is None:
                continue
            if use.node in called:
                needs[function].append(called[use.node])
            elif self._is_from_around(binding, function):
                self._refuse_variable(binding, use)
                needs[function].append(binding)
        return needs

    def _is_from_around(self, binding: Binding, function: cst.FunctionDef) -> bool:
        own = self.bindings.scopes.by_node[function]
        return (
            binding.scope is not self.bindings.scopes.module
            and own not in binding.scope.enclosing()
            and binding not in self.definitions
        )

    def _annotation(
        self, function: cst.FunctionDef, binding: Binding
    ) -> cst.Annotation | None:
        module, places = self.bindings.scopes.module, self._places(function)
        copied = self.copier.of_variable(binding, module, places)
        around = binding.scope.parent
        if copied is None and around is not None and any(annotations_of(function)):
            first = self.bindings.occurrences(binding)[0].node
            owner = around.node
            if isinstance(owner, cst.ClassDef) and is_self(first, binding, owner):
                return cst.Annotation(cst.Name(owner.name.value))
        return copied

    def _moved_annotations(
        self, function: cst.FunctionDef
    ) -> dict[cst.Annotation, cst.Annotation]:
        module, places = self.bindings.scopes.module, self._places(function)
        return {
            declared: self.copier.at(declared, module, places)
            for declared in annotations_of(function)
        }

    def _places(self, function: cst.FunctionDef) -> Places:
        """The place that a function goes to: behind the statement that holds it."""
        module = self.bindings.wrapper.module
        return {module: self.surroundings.places(function)[module] + 1}

    # What cannot be moved.

    def _refuse_special(self, function: cst.FunctionDef) -> None:
        name = function.name.value
        in_module = Binding(self.bindings.scopes.module, name)
        namesakes = [f for f in self.nested if f.name.value == name]
        if in_module in self.bindings or hasattr(builtins, name) or namesakes[1:]:
            self._refuse(function.name, f"the name `{name}` to be free", "another use")
        if function.asynchronous is not None:
            self._refuse(function.name, "a function that runs at once", "a coroutine")
        for parameter in all_parameters(function.params):
            if parameter.default is not None and not is_literal(parameter.default):
                self._refuse(parameter.default, "a literal as default", "another value")
        for node in walk(function):
            found = _found_special(node)
            if found is not None:
                self._refuse(node, "a function that can be moved", found)

    def _refuse_holder(self, function: cst.FunctionDef) -> None:
        """Refuse what may call a function before the statement behind it has run."""
        expected = "a function in a plain function or class of the module"
        holder = self.bindings.wrapper.module.body[
            self.surroundings.places(function)[self.bindings.wrapper.module]
        ]
        around = [s.node for s in self.bindings.scopes.by_node[function].enclosing()]
        functions = [node for node in around if isinstance(node, cst.FunctionDef)]
        classes = [node for node in around if isinstance(node, cst.ClassDef)]
        if around != [*functions, *classes, self.bindings.wrapper.module]:
            self._refuse(function.name, expected, "a class inside a function")
        if holder not in around:
            self._refuse(function.name, expected, "a statement around it")
        for node in functions:
            for decorator in node.decorators:
                self._refuse(decorator, expected, "a decorator")
        for definition in classes:
            for place, found in self._run_by(definition):
                self._refuse(place, expected, found)

    def _run_by(self, definition: cst.ClassDef) -> Iterator[tuple[cst.CSTNode, str]]:
        """What a class definition runs, and may call a method with."""
        for decorator in definition.decorators:
            yield decorator, "a decorator"
        foreign = ClassFamily(self.bindings, definition).foreign_base()
        if foreign is not None:
            yield foreign, "a base from elsewhere"
        yield from ((word, "a metaclass") for word in definition.keywords)
        for method in find(self.bindings.wrapper.module, cst.FunctionDef):
            if method.name.value in CLASS_HOOKS:
                yield method.name, f"`{method.name.value}`"
        for call in find(definition.body, cst.Call):
            if self.surroundings.scope(call).owner.is_class:
                yield call, "a call in a class body"

    def _refuse_variable(self, binding: Binding, use: Occurrence) -> None:
        name = binding.name
        if use.anchor is not use.node or (
            self.surroundings.stands_in(use.node, cst.Annotation)
        ):
            self._refuse(use.anchor, "a type of the module", f"the local `{name}`")
        uses = self.bindings.occurrences(binding)
        first, *more = [use for use in uses if use.role in BINDING_ROLES]
        for other in more:
            self._refuse(other.node, f"`{name}` to be bound once", "another value")
        if first.role is not Role.PARAMETER and not first.assigned:
            expected = f"`{name}` to be a parameter or assigned by a line"
            self._refuse(first.node, expected, "another kind of binding")
        if first.loops:
            self._refuse(first.node, f"`{name}` to be bound once", "a loop")

    def _refuse_call_before_definition(
        self, call: DirectCall, needs: dict[cst.FunctionDef, list[Need]]
    ) -> None:
        """Refuse a call that fails now, because a function is not defined yet."""
        around = _function_around(call.scope)
        here = self.bindings.scopes.by_node[around] if around is not None else None
        reached = [call.function]
        for function in reached:
            called = [n for n in needs[function] if isinstance(n, cst.FunctionDef)]
            reached += [f for f in dict.fromkeys(called) if f not in reached]
        places = self.surroundings.places(call.node)
        for function in reached:
            defined = self.bindings.binding_of(function.name)
            if defined is None or defined.scope is not here:
                continue
            if not self.surroundings.is_bound_before(defined, places):
                expected = f"a call that runs when `{defined.name}` is defined"
                self._refuse(call.node, expected, "one that may run before")

    def _refuse_lookups(self) -> None:
        lookup = Reflection(self.bindings).every_name
        if lookup is not None:
            expected = "variables that are found by their names in the text only"
            self._refuse(lookup, expected, "a place that may look them up by a string")

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


class _LiftClosures(PassVariables):
    """Takes the functions out, with their new parameters, and puts them in again."""

    def __init__(
        self, bindings: Bindings, demands: Demands, calls: Sequence[DirectCall]
    ) -> None:
        super().__init__(bindings, demands, calls)
        self.annotations: dict[cst.Annotation, cst.Annotation] = {}
        self.lifted: dict[cst.FunctionDef, cst.FunctionDef] = {}

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> cst.Annotation:
        copied = self.annotations.get(original_node)
        if copied is None:
            return updated_node
        return updated_node.with_changes(annotation=copied.annotation)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        updated = super().leave_FunctionDef(original_node, updated_node)
        if original_node not in self.demands:
            return updated
        self.lifted[original_node] = cst.ensure_type(updated, cst.FunctionDef)
        return cst.RemoveFromParent()

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        if original_node.body[0] not in self.lifted:
            return updated_node
        first, *rest = updated_node.body or [cst.SimpleStatementLine([cst.Pass()])]
        return updated_node.with_changes(body=[_without_space_above(first), *rest])

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        """Put each function behind the statement that it was part of."""
        body: list[cst.BaseStatement] = []
        for before, after in zip(original_node.body, updated_node.body, strict=True):
            inside = find(before, cst.FunctionDef)
            body += [after, *(self.lifted[f] for f in inside if f in self.lifted)]
        return updated_node.with_changes(body=body)


def _without_space_above(statement: cst.BaseStatement) -> cst.BaseStatement:
    """A statement as it stands first in a block: no blank lines, but all comments."""
    assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    lines = dropwhile(lambda line: line.comment is None, statement.leading_lines)
    return statement.with_changes(leading_lines=list(lines))


def _function_around(scope: Scope) -> cst.FunctionDef | None:
    """The function definition whose run evaluates a scope, or makes its lambda."""
    nodes = (around.node for around in scope.enclosing())
    return next((node for node in nodes if isinstance(node, cst.FunctionDef)), None)


def _found_special(node: cst.CSTNode) -> str | None:
    """What is in a function that would mean something else, or nothing, elsewhere."""
    match node:
        case cst.Yield():
            return "a generator"
        case cst.Nonlocal():
            return "`nonlocal`"
        case cst.ClassDef():
            return "a class"
        case cst.Name(value=name) if is_private(name):
            return f"the private name `{name}`"
        case cst.Name(value=name) if is_class_name(name):
            return f"`{name}`"
    return None
