"""Make functions of the methods that a script calls by their names."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.direct_calls import DirectCalls
from codemods.facts.metadata import wrap
from codemods.facts.scopes import Scope
from codemods.facts.visit import visit
from codemods.transforms.move_methods import MoveMethods


def replace_methods(
    module: cst.Module, find_class: Callable[[cst.Module], cst.ClassDef]
) -> cst.Module:
    """Move the methods of a class that have names of their own behind the class.

    Have:    class Shape:
                 def area(self) -> float:
                     return self.width * self.height
             print(shape.area())
    Want:    class Shape:
                 ...
             def area(shape: Shape) -> float:
                 return shape.width * shape.height
             print(area(shape))
    Refuses: what `MoveMethods` and `DirectCalls` refuse, above all a use of a method
             that is no call, and a call on an object whose class is not certain

    Methods such as `__add__`, which Python calls by itself, stay.  A function has the
    name of the method or, where that means something else at a call, that of its class
    as well: `area_of_shape`.
    """
    bindings = Bindings(wrap(module))
    owner = find_class(bindings.wrapper.module)
    methods = [
        method
        for method in owner.body.body
        if isinstance(method, cst.FunctionDef)
        and not method.name.value.startswith("__")
    ]
    if not methods:
        return module
    return visit(bindings.wrapper.module, _ReplaceMethods(bindings, owner, methods))


class _ReplaceMethods(MoveMethods):
    """Takes the methods out of a class and turns their calls round."""

    def __init__(
        self,
        bindings: Bindings,
        owner: cst.ClassDef,
        methods: Sequence[cst.FunctionDef],
    ) -> None:
        super().__init__(bindings, owner, methods)
        direct = DirectCalls(bindings)
        calls = {method: direct.of(method) for method in methods}
        self.names: dict[cst.FunctionDef, str] = {}
        for method in methods:
            scopes = [bindings.scopes.module, *(call.scope for call in calls[method])]
            self.names[method] = self._name_for(method, scopes)
        self.called = {c.node: self.names[m] for m in methods for c in calls[m]}
        self.functions: list[cst.FunctionDef] = []

    def _name_for(self, method: cst.FunctionDef, scopes: Sequence[Scope]) -> str:
        """A name that means nothing else in any of the scopes."""
        name = method.name.value
        candidates = [
            candidate
            for candidate in (name, f"{name}_of_{self.subject}")
            if candidate not in self.names.values()
            and all(self._is_free(candidate, scope) for scope in scopes)
        ]
        if not candidates:
            self.refuse(method.name, "a free name for a function", f"`{name}` in use")
        return candidates[0]

    def _is_free(self, name: str, scope: Scope) -> bool:
        taken = self.bindings.resolution.find(name, scope) is not None
        return not taken and not hasattr(builtins, name)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        name = self.called.get(original_node)
        if name is None:
            return updated_node
        receiver = cst.ensure_type(updated_node.func, cst.Attribute).value
        arguments = [cst.Arg(receiver), *updated_node.args]
        return updated_node.with_changes(func=cst.Name(name), args=arguments)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        name = self.names.get(original_node)
        if name is None:
            return updated_node
        self.functions.append(self.finish(updated_node, name))
        return cst.RemoveFromParent()

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        if updated_node.body.body:
            return updated_node
        line = cst.SimpleStatementLine([cst.Pass()])
        body = updated_node.body.with_changes(body=[line])
        return updated_node.with_changes(body=body)

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        index = [s is self.owner for s in original_node.body].index(True) + 1
        body = updated_node.body
        return updated_node.with_changes(
            body=[*body[:index], *self.functions, *body[index:]]
        )
