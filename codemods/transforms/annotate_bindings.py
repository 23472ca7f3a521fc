"""Give the major bindings the types that a run showed their values to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst
import libcst.matchers as m

from codemods.facts.attribute_uses import AttributeUses
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.observed_types import NodeTypes, ObservedTypes
from codemods.facts.scopes import Role, Scope, all_parameters
from codemods.facts.type_names import (
    CONTAINERS,
    NO_DATA,
    UNOBSERVED,
    Type,
    complete,
    join,
)
from codemods.facts.visit import visit
from codemods.refusal import Refusal
from codemods.transforms.write_annotations import AnnotationWriter


def annotate_bindings(module: cst.Module, types: ObservedTypes) -> cst.Module:
    """Annotate the first assignment of every major binding.

    Have: total = 0
          for value in values: total += value.weight
    Want: total: float = 0
          for value in values: total += value.weight
    Refuses: a container that held nothing as long as the run lasted, and a type that
    has no name where it is needed.

    Major are the variables of the module that are first bound outside loops, the
    attributes that `__init__` stores, and everywhere the containers, the variables that
    are computed from their own old values, and those that hold values of several types.
    The type is that of all values that are ever bound to the name.  Left alone are
    names whose first binding is no plain assignment (a parameter, the target of a loop,
    one of several targets) or that are annotated already, what the run did not reach,
    and what is not data: functions, classes, modules, iterators and open files.
    """
    wrapper = wrap(module)
    declarations = _Declarations(Bindings(wrapper), types.on(wrapper.module))
    annotated = visit(wrapper.module, _Annotate(declarations.find()))
    return declarations.writer.add_imports(annotated)


class _Declarations:
    """Finds the assignments to annotate, and their annotations."""

    def __init__(self, bindings: Bindings, types: NodeTypes) -> None:
        self.bindings = bindings
        self.types = types
        self.writer = AnnotationWriter(bindings)
        self.attributes = AttributeUses(bindings, types)
        module = bindings.wrapper.module
        self.plain = {
            assign.targets[0].target: assign
            for assign in find(module, cst.Assign)
            if len(assign.targets) == 1
        }
        self.updated = {update.target for update in find(module, cst.AugAssign)}
        loops = [*find(module, cst.For), *find(module, cst.While)]
        elsewhere = [*loops, *find(module, cst.FunctionDef)]
        repeated = {assign for node in elsewhere for assign in find(node, cst.Assign)}
        self.once = set(self.plain.values()) - repeated
        self.annotated = {a.target for a in find(module, cst.AnnAssign)}

    def find(self) -> dict[cst.Assign, cst.Annotation]:
        found: dict[cst.Assign, cst.Annotation] = {}
        for binding in self.bindings:
            if isinstance(binding.scope.node, cst.Module | cst.FunctionDef):
                found |= self._variable(binding)
        for node in self.bindings.scopes.by_node:
            if isinstance(node, cst.ClassDef):
                found |= self._attributes_of(node)
        return found

    def _variable(self, binding: Binding) -> dict[cst.Assign, cst.Annotation]:
        uses = self.bindings.occurrences(binding)
        bound = [use for use in uses if use.role in BINDING_ROLES]
        own = [use.node for use in bound if use.scope is binding.scope]
        if not own or own[0] not in self.plain or self.annotated & set(own):
            return {}
        type_ = join(self.types.stored(use.node) for use in bound)
        loads = [use.node for use in uses if use.role is Role.LOAD]
        if not type_.is_complete:
            type_ = complete(type_, map(self.types.loaded, loads))
        several = len({self.types.stored(use.node) for use in bound}) > 1
        if several or self._is_major(own, loads, type_):
            return self._declare(own[0], type_, binding.scope)
        return {}

    def _is_major(
        self, own: Sequence[cst.Name], loads: Sequence[cst.Name], type_: Type
    ) -> bool:
        return (
            _is_container(type_)
            or self.plain[own[0]] in self.once
            or any(self._accumulates(target, loads) for target in own)
        )

    def _accumulates(self, target: cst.Name, loads: Sequence[cst.Name]) -> bool:
        """Whether an assignment computes the new value of a variable from the old."""
        if target not in self.plain:
            return target in self.updated
        read = set(find(self.plain[target].value, cst.Name))
        return any(load in read for load in loads)

    def _attributes_of(
        self, definition: cst.ClassDef
    ) -> dict[cst.Assign, cst.Annotation]:
        """Declare what `__init__` is the first to store on the new instance."""
        found: dict[cst.Assign, cst.Annotation] = {}
        declared = _declared_attributes(definition)
        for initializer in _own_initializers(definition):
            scope = self.bindings.scopes.by_node[initializer]
            for target in _stored_on_first_parameter(initializer):
                if target in self.plain and target.attr.value not in declared:
                    type_ = self.attributes.type_of(definition, target.attr.value)
                    found |= self._declare(target, type_, scope)
                declared.add(target.attr.value)
        return found

    def _declare(
        self, target: cst.BaseAssignTargetExpression, type_: Type, scope: Scope
    ) -> dict[cst.Assign, cst.Annotation]:
        if type_ == UNOBSERVED or any(t.name in NO_DATA for t in type_.members):
            return {}
        if not type_.is_complete:
            name = self.bindings.wrapper.module.code_for_node(target)
            raise Refusal.at(
                self.bindings.wrapper,
                target,
                expected=f"values that tell the type of {name} in a shortened run",
                found=str(type_),
            )
        is_module = isinstance(scope.node, cst.Module)
        annotation = self.writer.write(type_, target, scope, evaluated=is_module)
        return {self.plain[target]: annotation}


class _Annotate(cst.CSTTransformer):
    def __init__(self, annotations: Mapping[cst.Assign, cst.Annotation]) -> None:
        super().__init__()
        self.annotations = annotations

    def leave_Assign(
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> cst.Assign | cst.AnnAssign:
        annotation = self.annotations.get(original_node)
        if annotation is None:
            return updated_node
        target = updated_node.targets[0].target
        return cst.AnnAssign(target, annotation, updated_node.value)


def _is_container(type_: Type) -> bool:
    return any(member.name in CONTAINERS for member in type_.members)


def _own_initializers(definition: cst.ClassDef) -> Iterator[cst.FunctionDef]:
    for statement in definition.body.body:
        if m.matches(statement, m.FunctionDef(name=m.Name("__init__"))):
            yield cst.ensure_type(statement, cst.FunctionDef)


def _stored_on_first_parameter(function: cst.FunctionDef) -> Iterator[cst.Attribute]:
    """The attributes of the first parameter that a function's own lines assign."""
    first = all_parameters(function.params)[0].name.value
    for assign in find(function.body, cst.Assign):
        for target in assign.targets:
            if m.matches(target.target, m.Attribute(value=m.Name(first))):
                yield cst.ensure_type(target.target, cst.Attribute)


def _declared_attributes(definition: cst.ClassDef) -> set[str]:
    """The names that a class body already declares, defines or annotates."""
    names = {f.name.value for f in find(definition.body, cst.FunctionDef)}
    for annotated in find(definition.body, cst.AnnAssign):
        match annotated.target:
            case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
                names.add(name)
    return names
