"""Give every parameter and return value the type that a run showed it to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import libcst as cst
import libcst.matchers as m

from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.observed_types import NodeTypes, ObservedTypes
from codemods.facts.operator_methods import plain_methods, siblings
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.type_names import (
    MAIN,
    NUMBERS,
    UNOBSERVED,
    Type,
    complete,
    element_type,
    join,
)
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.refusal import Refusal
from codemods.transforms.write_annotations import AnnotationWriter

STATIC_METHOD = m.Decorator(decorator=m.Name("staticmethod"))

BARE = ("dict", "frozenset", "list", "set", "tuple")
"""Containers, whose name alone does not tell what is in them."""

ENTANGLED = (cst.ClassDef, cst.FunctionDef, cst.Yield)
"""What makes a `return` in a function one of another, or no result of a call."""

Owner = cst.Module | cst.ClassDef | cst.FunctionDef


def annotate_signatures(module: cst.Module, types: ObservedTypes) -> cst.Module:
    """Annotate the parameters and results of all functions and methods.

    Have: def scale(self, factor=1): …
    Want: def scale(self, factor: float = 1) -> "Vector": …
    Refuses: a function that the observed run did not call, a parameter or result of
    which it showed too little (a list that stayed empty), and a type that has no name
    where it is needed.

    A default counts as a value that was passed, and so does what the function itself
    binds to the name.  The first parameter of a method stays bare, and annotations that
    are there already stay as they are, but for a container's that does not tell what is
    in it, where the run does.  An operator method that was not called has the types of
    the others of its kind in its class, and one that was takes every kind of number
    that they take.  Where no method for an object on the right was called, it takes the
    numbers that those for one on the left take.  What a method that was not called
    returns can be read off it if it makes an object of its class on every path.
    """
    wrapper = wrap(module)
    signatures = _Signatures(Bindings(wrapper), types.on(wrapper.module))
    annotated = visit(wrapper.module, _Annotate(signatures.find()))
    return signatures.writer.add_imports(annotated)


def has_bare_signatures(module: cst.Module) -> bool:
    """Whether there is anything to annotate; if not, nothing need be observed."""
    return any(
        _is_bare(function.returns) or _bare_parameters(function, owner)
        for function, owner in _functions(module)
    )


class _Signatures:
    """Finds the annotation of every parameter and function that lacks one."""

    def __init__(self, bindings: Bindings, types: NodeTypes) -> None:
        self.bindings = bindings
        self.types = types
        self.writer = AnnotationWriter(bindings)

    def find(self) -> dict[cst.CSTNode, cst.Annotation]:
        found: dict[cst.CSTNode, cst.Annotation] = {}
        for function, owner in _functions(self.bindings.wrapper.module):
            scope = self.bindings.scopes.by_node[owner]
            for parameter in _bare_parameters(function, owner):
                with _unless_annotated(parameter.annotation):
                    passed = self._passed(function, owner, parameter)
                    found[parameter] = self.writer.write(passed, parameter.name, scope)
            if _is_bare(function.returns):
                with _unless_annotated(function.returns):
                    returned = self._returned(function, owner)
                    found[function] = self.writer.write(returned, function.name, scope)
        return found

    def _passed(
        self, function: cst.FunctionDef, owner: Owner, parameter: cst.Param
    ) -> Type:
        """What is passed for a parameter, by callers or by default."""
        type_ = self.types.stored(parameter.name)
        others = self._passed_to(siblings(function, owner), function, parameter)
        if type_ == UNOBSERVED:
            type_ = others
        elif any(member.name in NUMBERS for member in type_.members):
            type_ = join([type_, *_numbers(others)])
        if type_ == UNOBSERVED:
            plain = self._passed_to(plain_methods(function, owner), function, parameter)
            type_ = join(_numbers(plain))
        if type_ == UNOBSERVED:
            raise self._refusal(
                function.name, f"a call of {function.name.value}", "none"
            )
        if parameter.default is not None:
            type_ = join([type_, self.types.loaded(parameter.default)])
        type_ = join([type_, *map(self.types.stored, self._rebound(parameter))])
        if parameter.star == "*":
            type_ = element_type(type_)
        elif parameter.star == "**":
            type_ = type_.arguments[-1]
        return self._completed(type_, parameter)

    def _rebound(self, parameter: cst.Param) -> list[cst.Name]:
        """Where the function binds the name of a parameter to something else."""
        binding = self.bindings.binding_of(parameter.name)
        uses = [] if binding is None else self.bindings.occurrences(binding)
        bound = [use.node for use in uses if use.role in BINDING_ROLES]
        is_plain = parameter.star not in ("*", "**")
        return [name for name in bound if is_plain and name is not parameter.name]

    def _passed_to(
        self,
        others: Sequence[cst.FunctionDef],
        function: cst.FunctionDef,
        parameter: cst.Param,
    ) -> Type:
        """What is passed to other methods for the parameter at the same place."""
        index = all_parameters(function.params).index(parameter)
        return join(self.types.stored(o.params.params[index].name) for o in others)

    def _completed(self, type_: Type, parameter: cst.Param) -> Type:
        """Look for what a parameter does not show in what the function makes of it."""
        if not type_.is_complete:
            binding = self.bindings.binding_of(parameter.name)
            uses = self.bindings.occurrences(binding) if binding is not None else []
            loads = [use.node for use in uses if use.role is Role.LOAD]
            type_ = complete(type_, map(self.types.loaded, loads))
        if not type_.is_complete:
            name = parameter.name.value
            raise self._refusal(
                parameter.name, f"values that tell the type of {name}", str(type_)
            )
        return type_

    def _returned(self, function: cst.FunctionDef, owner: Owner) -> Type:
        type_ = self.types.returned(function)
        for others in (siblings(function, owner), plain_methods(function, owner)):
            if type_ == UNOBSERVED:
                type_ = join(map(self.types.returned, others))
        if type_ == UNOBSERVED:
            type_ = self._made(function, owner)
        if not type_.is_complete:
            raise self._refusal(
                function.name,
                f"a result of {function.name.value} that tells its type",
                "none" if type_ == UNOBSERVED else str(type_),
            )
        return type_

    def _made(self, function: cst.FunctionDef, owner: Owner) -> Type:
        """The class that a method belongs to, if that is all it makes and returns."""
        is_plain = function.asynchronous is None and not any(
            isinstance(node, ENTANGLED) for node in walk(function.body)
        )
        if not isinstance(owner, cst.ClassDef) or not is_plain:
            return UNOBSERVED
        if not _ends_in_return(function.body):
            return UNOBSERVED
        own = self.bindings.binding_of(owner.name)
        returned = [line.value for line in find(function.body, cst.Return)]
        is_own = [
            isinstance(value, cst.Call)
            and isinstance(value.func, cst.Name)
            and self.bindings.binding_of(value.func) == own
            for value in returned
        ]
        return Type(owner.name.value, (), MAIN) if all(is_own) else UNOBSERVED

    def _refusal(self, node: cst.CSTNode, expected: str, found: str) -> Refusal:
        return Refusal.at(
            self.bindings.wrapper,
            node,
            expected=f"{expected} in a shortened run",
            found=found,
        )


def _numbers(type_: Type) -> Iterator[Type]:
    return (member for member in type_.members if member.name in NUMBERS)


@contextmanager
def _unless_annotated(annotation: cst.Annotation | None) -> Iterator[None]:
    """Let an annotation that is there already stay where nothing better is found."""
    try:
        yield
    except Refusal:
        if annotation is None:
            raise


def _ends_in_return(block: cst.CSTNode) -> bool:
    """Whether nothing falls off the end of a block."""
    match block:
        case (
            cst.BaseSuite(body=[*_, last])
            | cst.SimpleStatementLine(body=[*_, last])
            | cst.Else(body=last)
        ):
            return _ends_in_return(last)
        case cst.If(body=body, orelse=cst.If() | cst.Else() as other):
            return _ends_in_return(body) and _ends_in_return(other)
    return isinstance(block, cst.Return)


class _Annotate(cst.CSTTransformer):
    def __init__(self, annotations: Mapping[cst.CSTNode, cst.Annotation]) -> None:
        super().__init__()
        self.annotations = annotations

    def leave_Param(
        self, original_node: cst.Param, updated_node: cst.Param
    ) -> cst.Param:
        annotation = self.annotations.get(original_node)
        if annotation is None:
            return updated_node
        return updated_node.with_changes(annotation=annotation)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        annotation = self.annotations.get(original_node)
        if annotation is None:
            return updated_node
        return updated_node.with_changes(returns=annotation)


class _FunctionFinder(cst.CSTVisitor):
    """Finds every function, with the function, class or module it is defined in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.FunctionDef, Owner]] = []
        self._owners: list[Owner] = []

    def visit_Module(self, node: cst.Module) -> None:
        self._owners.append(node)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._owners.append(node)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._owners.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.found.append((node, self._owners[-1]))
        self._owners.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._owners.pop()


def _functions(module: cst.Module) -> list[tuple[cst.FunctionDef, Owner]]:
    finder = _FunctionFinder()
    visit(module, finder)
    return finder.found


def _bare_parameters(function: cst.FunctionDef, owner: Owner) -> list[cst.Param]:
    """The parameters to annotate: not those that are, nor what a method belongs to."""
    parameters = all_parameters(function.params)
    is_static = any(m.matches(d, STATIC_METHOD) for d in function.decorators)
    if isinstance(owner, cst.ClassDef) and not is_static:
        parameters = parameters[1:]
    return [parameter for parameter in parameters if _is_bare(parameter.annotation)]


def _is_bare(annotation: cst.Annotation | None) -> bool:
    """Whether a type is missing, or that of what a container holds."""
    if annotation is None:
        return True
    hint = annotation.annotation
    return isinstance(hint, cst.Name) and hint.value in BARE
