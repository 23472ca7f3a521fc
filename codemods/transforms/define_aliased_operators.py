"""Write out the operators of a class that are bound to the methods of others."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
from libcst.helpers import parse_template_statement

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.class_family import ClassFamily
from codemods.facts.find_nodes import find
from codemods.facts.graph_operators import BINARY
from codemods.facts.metadata import wrap
from codemods.facts.scopes import all_parameters
from codemods.facts.visit import visit
from codemods.transforms.replace_statement import replacement

OPERATORS: dict[str, Callable[[], cst.BaseBinaryOp]] = {
    f"__{name}__": operator for operator, name in BINARY.items()
}
REFLECTED = {name.replace("__", "__r", 1): name for name in OPERATORS}


def define_aliased_operators(module: cst.Module) -> cst.Module:
    """Define what an operator does for an object on its right as a method of its own.

    Have:    class Value:
                 def __add__(self, other):
                     return Value(self.data + other)
                 __radd__ = __add__
    Want:    class Value:
                 def __add__(self, other):
                     return Value(self.data + other)
                 def __radd__(self, other):
                     return self + other
    Refuses: nothing

    Aliases stay in a class with relatives or a metaclass, and where the method is not
    the only one of its name, is decorated, is set from elsewhere, takes other
    parameters than two, or leaves an operation to the other operand.
    """
    if not any(find(module, cst.ClassDef)):
        return module
    bindings = Bindings(wrap(module))
    return visit(bindings.wrapper.module, _Definitions(bindings))


class _Definitions(cst.CSTTransformer):
    """Puts methods in the place of the aliases of a module's classes."""

    def __init__(self, bindings: Bindings) -> None:
        super().__init__()
        self.bindings = bindings
        module = bindings.wrapper.module
        self.named = {access.attr.value for access in find(module, cst.Attribute)}
        self.named |= {str(s.evaluated_value) for s in find(module, cst.SimpleString)}
        self.made = {
            statement: definition
            for owner in find(module, cst.ClassDef)
            if ClassFamily(bindings, owner).members == [owner] and not owner.keywords
            for statement in owner.body.body
            if (definition := self._definition(owner, statement)) is not None
        }

    def _definition(
        self, owner: cst.ClassDef, statement: cst.CSTNode
    ) -> cst.BaseStatement | None:
        """The method that a statement stands for, if it is an alias that can go."""
        match statement:
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(
                        targets=[cst.AssignTarget(target=cst.Name(value=alias))],
                        value=cst.Name(value=name),
                    )
                ]
            ) if (
                REFLECTED.get(alias) == name
            ):
                method = self._only_method(owner, name)
                if method is not None and self._is_bound_once(owner, alias):
                    return _reflected(alias, method)
        return None

    def _only_method(self, owner: cst.ClassDef, name: str) -> cst.FunctionDef | None:
        """The method of a name, if nothing else can be meant by its operator."""
        found = [
            method
            for method in owner.body.body
            if isinstance(method, cst.FunctionDef) and method.name.value == name
        ]
        if len(found) != 1 or not self._is_bound_once(owner, name):
            return None
        (method,) = found
        names = {name.value for name in find(method.body, cst.Name)}
        is_special = method.decorators or method.asynchronous
        is_whole = "NotImplemented" not in names and not is_special
        is_alone = is_whole and name not in self.named
        return method if is_alone and _takes_two(method.params) else None

    def _is_bound_once(self, owner: cst.ClassDef, name: str) -> bool:
        binding = Binding(self.bindings.scopes.by_node[owner], name)
        uses = self.bindings.occurrences(binding)
        return len([use for use in uses if use.role in BINDING_ROLES]) == 1

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.BaseStatement]:
        definition = self.made.get(original_node)
        if definition is None:
            return updated_node
        return replacement(original_node, [definition])


def _takes_two(parameters: cst.Parameters) -> bool:
    """Whether a method takes just an object and an operand."""
    plain = [*parameters.posonly_params, *parameters.params]
    return plain == all_parameters(parameters) and len(plain) == 2


def _reflected(name: str, method: cst.FunctionDef) -> cst.BaseStatement:
    """A method that applies the operator of another to its operands turned round."""
    subject, operand = (p.name for p in all_parameters(method.params))
    operator = OPERATORS[REFLECTED[name]]()
    return parse_template_statement(
        f"def {name}({subject.value}, {operand.value}):\n    return {{applied}}\n",
        applied=cst.BinaryOperation(subject, operator, operand),
    )
