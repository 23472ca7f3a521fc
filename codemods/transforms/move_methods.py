"""Take methods of a class to the module, as functions of what they were called on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.class_names import is_class_name
from codemods.facts.find_nodes import find
from codemods.facts.scopes import all_parameters, annotations_of
from codemods.facts.surroundings import Places, Surroundings
from codemods.refusal import Refusal
from codemods.transforms.copy_annotations import AnnotationCopier


class MoveMethods(cst.CSTTransformer):
    """Rewrites methods to stand behind their class: visit one, then `finish` it.

    Have:    def area(self) -> "Shape | float":
    Want:    def area(shape: Shape) -> Shape | float:
    Refuses: methods without a first parameter, in which the name for it is taken, or
             that mean something else outside a class (`super`, private names)
    """

    def __init__(
        self,
        bindings: Bindings,
        owner: cst.ClassDef,
        methods: Iterable[cst.FunctionDef],
    ) -> None:
        super().__init__()
        self.bindings = bindings
        self.owner = owner
        self.subject = snake_case(owner.name.value)
        self._renamed: set[cst.Name] = set()
        self._annotations: dict[cst.Annotation, cst.Annotation] = {}
        copier, module = AnnotationCopier(bindings), bindings.wrapper.module
        behind = Surroundings(bindings).places(owner)[module] + 1
        places: Places = {module: behind}
        for method in methods:
            self._refuse_special(method)
            self._renamed |= set(self._subject_of(method))
            for declared in annotations_of(method):
                copied = copier.at(declared, bindings.scopes.module, places)
                self._annotations[declared] = copied

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        if original_node not in self._renamed:
            return updated_node
        return updated_node.with_changes(value=self.subject)

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> cst.Annotation:
        copied = self._annotations.get(original_node)
        if copied is None:
            return updated_node
        return updated_node.with_changes(annotation=copied.annotation)

    def finish(self, visited: cst.FunctionDef, name: str) -> cst.FunctionDef:
        """The function that a method has become, under a name.

        Its first parameter is annotated if anything else in its signature is.
        """
        parameters = visited.params
        kind = "posonly_params" if parameters.posonly_params else "params"
        first, *others = getattr(parameters, kind)
        if first.annotation is None and any(annotations_of(visited)):
            annotation = cst.Annotation(cst.Name(self.owner.name.value))
            first = first.with_changes(annotation=annotation)
        parameters = parameters.with_changes(**{kind: [first, *others]})
        return visited.with_changes(name=cst.Name(name), params=parameters)

    def _subject_of(self, method: cst.FunctionDef) -> Iterator[cst.Name]:
        """The occurrences of the first parameter."""
        scope = self.bindings.scopes.by_node[method]
        first = Binding(scope, all_parameters(method.params)[0].name.value)
        inside = set(find(method, cst.Name))
        for use in self.bindings.scopes.occurrences:
            if use.node not in inside:
                continue
            if self.bindings.binding_of(use.node) == first:
                yield use.node
            elif use.node.value == self.subject:
                self.refuse(use.node, f"`{self.subject}` to be free", "a variable")

    def _refuse_special(self, method: cst.FunctionDef) -> None:
        if not (method.params.posonly_params or method.params.params):
            self.refuse(method.name, "a method of an object", "no parameters")
        around = self.bindings.scopes.by_node[self.owner]
        for node in find(method, cst.Name):
            binding = self.bindings.binding_of(node)
            if node is not method.name and binding and binding.scope is around:
                expected = "a method that can be moved"
                self.refuse(node, expected, "a variable of the class")
            if is_class_name(node.value):
                self.refuse(node, "a method that can be moved", f"`{node.value}`")

    def refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


def snake_case(name: str) -> str:
    """`GraphNode` => graph_node."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
