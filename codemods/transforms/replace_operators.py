"""Replace operators on the objects of a class by calls of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.evaluation import is_constant
from codemods.facts.graph_operators import GraphOperators, Operation
from codemods.facts.metadata import parse, wrap
from codemods.facts.observed_types import ObservedTypes
from codemods.facts.scopes import all_parameters
from codemods.facts.vocabulary import plural
from codemods.facts.walk import walk
from codemods.refusal import Refusal
from codemods.transforms.move_methods import MoveMethods, snake_case

NAMES = {
    "__add__": ("add_{many}", "add_number"),
    "__sub__": ("subtract_{many}", "subtract_number"),
    "__mul__": ("multiply_{many}", "multiply_by_number"),
    "__truediv__": ("divide_{many}", "divide_by_number"),
    "__pow__": ("raise_to_{one}", "raise_to_power"),
    "__matmul__": ("multiply_matrices", "multiply_matrix"),
    "__floordiv__": ("floor_divide_{many}", "floor_divide_by_number"),
    "__mod__": ("remainder_of_{many}", "remainder_by_number"),
    "__rsub__": ("", "subtract_from_number"),
    "__rtruediv__": ("", "divide_number"),
    "__rpow__": ("", "raise_number"),
    "__neg__": ("", "negate_{one}"),
    "__pos__": ("", "keep_{one}"),
    "__invert__": ("", "invert_{one}"),
}
"""Names of the functions: for two objects, and for one, alone or with a number."""

SIMPLE = (cst.Name, cst.Attribute, cst.Subscript, cst.SubscriptElement, cst.Index)


def replace_operators(
    module: cst.Module,
    find_class: Callable[[cst.Module], cst.ClassDef],
    observe: Callable[[cst.Module], ObservedTypes],
) -> cst.Module:
    """Make functions of the operator methods of a class, and call them.

    Have:    class Value:
                 def __mul__(self, other: "Value | float") -> "Value": …
                 def __rmul__(self, other: float) -> "Value":
                     return self * other
             loss = 0.5 * total
    Want:    def multiply_values(value: Value, other: Value | float) -> Value: …
             loss = multiply_values(total, 0.5)
    Refuses: what `GraphOperators` refuses, above all an operand of which annotations
             and a shortened run do not say alike whether it is an object; operands that
             would have to be evaluated in another order

    A method that applies operators to its operand becomes two functions where it is
    used with objects and with numbers.  One that only turns its operands round is not
    called at all.  Methods that nothing uses are dropped with the others.
    """
    made: dict[tuple[str, bool], str] = {}
    while True:
        bindings = Bindings(wrap(module))
        owner = find_class(bindings.wrapper.module)
        operators = GraphOperators(bindings, owner)
        operations = operators.find()
        if not operations:
            break
        if not made:
            types = observe(bindings.wrapper.module).on(bindings.wrapper.module)
            operators.confirm(types)
        round_ = _Round(operators, operations, made)
        module = parse(bindings.wrapper.module.visit(round_).code)
    return module.visit(_Removal(owner)) if made else module


class _Round(cst.CSTTransformer):
    """Replaces every operator outside the class; the functions made have some again."""

    def __init__(
        self,
        operators: GraphOperators,
        operations: Sequence[Operation],
        made: dict[tuple[str, bool], str],
    ) -> None:
        super().__init__()
        self.operators = operators
        self.bindings = operators.bindings
        self.owner = operators.owner
        self.methods = {
            method.name.value: method
            for method in self.owner.body.body
            if isinstance(method, cst.FunctionDef)
        }
        self.made = made
        self.new: list[cst.FunctionDef] = []
        self.operations = {operation.site: operation for operation in operations}
        self.turned = {site for site, o in self.operations.items() if self._turns(o)}
        self.calls = {
            site: self._function_for(operation)
            for site, operation in self.operations.items()
            if site not in self.turned
        }

    def _turns(self, operation: Operation) -> bool:
        """Whether a method only applies its operator to its operands turned round."""
        if not operation.method.startswith("__r"):
            return False
        assert operation.other is not None
        for operand in (operation.receiver, operation.other):
            self._refuse_effects(operand)
        method = self.methods[operation.method]
        own, other = (
            parameter.name.value for parameter in all_parameters(method.params)
        )
        match method.body.body:
            case [cst.SimpleStatementLine(body=[cst.Return(value=value)])]:
                return (
                    isinstance(value, cst.BinaryOperation)
                    and isinstance(operation.site, cst.BinaryOperation)
                    and isinstance(value.operator, type(operation.site.operator))
                    and [_text(value.left), _text(value.right)] == [own, other]
                )
        return False

    def _refuse_effects(self, operand: cst.BaseExpression) -> None:
        for node in walk(operand):
            if not isinstance(node, SIMPLE) and not (
                isinstance(node, cst.BaseExpression) and is_constant(node)
            ):
                self._refuse(
                    operand, "an operand that can be evaluated later", "another"
                )

    def _function_for(self, operation: Operation) -> str:
        """The name of the function for an operation, made if need be."""
        method = self.methods[operation.method]
        splits = self._splits(method)
        key = (operation.method, splits and operation.other_is_object)
        if key not in self.made:
            for_objects = operation.other_is_object if splits else self._takes(method)
            name = self._name(operation, for_objects)
            mover = MoveMethods(self.bindings, self.owner, [method])
            function = mover.finish(
                cst.ensure_type(method.visit(mover), cst.FunctionDef), name
            )
            if splits:
                kind = self.owner.name.value if for_objects else "float"
                function = _with_operand(function, kind)
            self.made[key] = name
            self.new.append(function)
        return self.made[key]

    def _splits(self, method: cst.FunctionDef) -> bool:
        """Whether what a method does to its operand depends on what that is."""
        types, kind = self.operators.types, self.operators.kind
        return any(
            kind in (type_ := types.type_of(side)).members and type_ != kind
            for node in walk(method.body)
            for side in _sides(node)
        )

    def _takes(self, method: cst.FunctionDef) -> bool:
        """Whether a method takes an object as its operand, by its annotation."""
        scope = self.bindings.scopes.by_node[method]
        operands = all_parameters(method.params)[1:]
        kinds = (
            self.operators.types.of_binding(Binding(scope, operand.name.value))
            for operand in operands
        )
        return any(self.operators.kind in kind.members for kind in kinds)

    def _name(self, operation: Operation, for_objects: bool) -> str:
        one = snake_case(self.owner.name.value)
        pattern = NAMES[operation.method][0 if for_objects else 1]
        name = pattern.format(one=one, many=plural(one))
        if not name or Binding(self.bindings.scopes.module, name) in self.bindings:
            self._refuse(operation.site, "a free name for a function", f"`{name}`")
        return name

    # The edit.

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if original_node in self.turned:
            left, right = updated_node.right, updated_node.left
            return updated_node.with_changes(left=left, right=right)
        operands = [updated_node.left, updated_node.right]
        operation = self.operations.get(original_node)
        if operation is not None and operation.receiver is original_node.right:
            operands.reverse()
        return self._call(original_node, updated_node, operands)

    def leave_UnaryOperation(
        self, original_node: cst.UnaryOperation, updated_node: cst.UnaryOperation
    ) -> cst.BaseExpression:
        return self._call(original_node, updated_node, [updated_node.expression])

    def leave_AugAssign(
        self, original_node: cst.AugAssign, updated_node: cst.AugAssign
    ) -> cst.BaseSmallStatement:
        name = self.calls.get(original_node)
        if name is None:
            return updated_node
        target = updated_node.target
        assert isinstance(target, cst.BaseExpression)
        self._refuse_effects(target)
        value = _call(name, [target, updated_node.value])
        return cst.Assign([cst.AssignTarget(updated_node.target)], value)

    def _call(
        self,
        original: cst.CSTNode,
        updated: cst.BaseExpression,
        operands: Sequence[cst.BaseExpression],
    ) -> cst.BaseExpression:
        name = self.calls.get(original)  # type: ignore[call-overload]
        return updated if name is None else _call(name, operands)

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        """Put the functions behind the class, in the order of the methods."""
        order = {name: key for key, name in self.made.items()}
        body = list(updated_node.body)
        made = [
            s
            for s in (*body, *self.new)
            if isinstance(s, cst.FunctionDef) and s.name.value in order
        ]
        methods = list(self.methods)
        made.sort(key=lambda f: methods.index(order[f.name.value][0]))
        index = [s is self.owner for s in original_node.body].index(True) + 1
        below = [s for s in body[index:] if s not in made]
        return updated_node.with_changes(body=[*body[:index], *made, *below])

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> None:
        raise Refusal.at(self.bindings.wrapper, node, expected=expected, found=found)


class _Removal(cst.CSTTransformer):
    """Removes the operator methods of a class."""

    def __init__(self, owner: cst.ClassDef) -> None:
        super().__init__()
        self.removed = {
            method
            for method in owner.body.body
            if isinstance(method, cst.FunctionDef) and _is_operator(method.name.value)
        }

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        if original_node in self.removed:
            return cst.RemoveFromParent()
        return updated_node


def _is_operator(name: str) -> bool:
    plain = name.removeprefix("__r").removeprefix("__")
    return name in NAMES or f"__{plain}" in NAMES


def _sides(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """What an arithmetic operator is applied to."""
    match node:
        case cst.BinaryOperation(left=left, right=right):
            return [left, right]
        case cst.UnaryOperation(expression=expression):
            return [expression]
    return []


def _with_operand(function: cst.FunctionDef, kind: str) -> cst.FunctionDef:
    """A function whose last parameter is of one kind only."""
    parameters = function.params
    *others, last = parameters.params
    last = last.with_changes(annotation=cst.Annotation(cst.Name(kind)))
    return function.with_changes(params=parameters.with_changes(params=[*others, last]))


def _call(name: str, operands: Sequence[cst.BaseExpression]) -> cst.Call:
    bare = [operand.with_changes(lpar=[], rpar=[]) for operand in operands]
    return cst.Call(cst.Name(name), [cst.Arg(operand) for operand in bare])


def _text(node: cst.BaseExpression) -> str:
    return node.value if isinstance(node, cst.Name) else ""
