"""Replace operators on the objects of a class by calls of functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import NoReturn

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.evaluation import is_constant
from codemods.facts.find_comments import comments_gone, texts_of_comments
from codemods.facts.find_nodes import find
from codemods.facts.graph_operators import GraphOperators, Operation
from codemods.facts.metadata import reparse, wrap
from codemods.facts.observed_types import ObservedTypes
from codemods.facts.scopes import all_parameters
from codemods.facts.visit import visit
from codemods.facts.vocabulary import plural
from codemods.facts.walk import walk
from codemods.transforms.decide_type_tests import decide_type_tests
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
    "__radd__": ("", "add_to_number"),
    "__rsub__": ("", "subtract_from_number"),
    "__rmul__": ("", "multiply_number"),
    "__rmatmul__": ("", "multiply_by_matrix"),
    "__rtruediv__": ("", "divide_number"),
    "__rfloordiv__": ("", "floor_divide_number"),
    "__rmod__": ("", "remainder_of_number"),
    "__rpow__": ("", "raise_number"),
    "__neg__": ("", "negate_{one}"),
    "__pos__": ("", "keep_{one}"),
    "__invert__": ("", "invert_{one}"),
}
"""Names of the functions: for two objects, and for one, alone or with a number."""

SIMPLE = (cst.Name, cst.Attribute, cst.Subscript)
PARENTHESIZED = (cst.Tuple, cst.GeneratorExp, cst.NamedExpr, cst.Yield)


def replace_operators(
    module: cst.Module,
    find_class: Callable[[cst.Module], cst.ClassDef],
    observe: Callable[[cst.Module, Collection[cst.CSTNode]], ObservedTypes],
) -> tuple[cst.Module, tuple[str, ...]]:
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

    A method that applies operators to its operand, or returns early for one kind of
    it, becomes two functions where it is used with objects and with numbers; each keeps
    what is done with its kind.  One that only turns its operands round is not called at
    all.  Methods that nothing uses are dropped with the others.  The second result is
    the comments that have left with methods that became no function, or with what is
    not done for a kind.
    """
    bindings = Bindings(wrap(module))
    operators = GraphOperators(bindings, find_class(bindings.wrapper.module))
    if not operators.operators:
        return module, ()
    operators.check_class()
    observed = observe(bindings.wrapper.module, operators.questions()).on(
        bindings.wrapper.module
    )
    operators = GraphOperators(bindings, operators.owner, observed)
    operators.confirm(observed)
    made: dict[tuple[str, bool], str] = {}
    methods = {
        name: (bindings.wrapper, method) for name, method in operators.methods.items()
    }
    lost: list[str] = []
    operations = operators.find()
    while operations:
        known = set(made.values())
        round_ = _Round(operators, operations, made)
        rounded = reparse(visit(bindings.wrapper.module, round_))
        decided, left = decide_type_tests(rounded, find_class, round_.split)
        lost += left
        bindings = Bindings(wrap(decided))
        owner = find_class(bindings.wrapper.module)
        origins = {name: methods[method] for (method, _), name in made.items()}
        operators = GraphOperators(bindings, owner, origins=origins)
        new = _functions(bindings.wrapper.module, set(made.values()) - known)
        operations = operators.find(new) if new else []
    used = {method for method, _ in made}
    unused = [
        method
        for name, method in operators.methods.items()
        if method in operators.operators and name not in used
    ]
    removed = visit(bindings.wrapper.module, _Removal(operators.operators))
    gone = Counter(comments_gone([module], [removed]))
    lost += texts_of_comments(unused)
    return removed, tuple((Counter(lost) & gone).elements())


class _Round(cst.CSTTransformer):
    """Replaces operators on objects; the functions made for them have some again."""

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
        self.methods = operators.methods
        self.made = made
        self.new: list[cst.FunctionDef] = []
        self.split: set[str] = set()
        self.operations = {operation.site: operation for operation in operations}
        self.calls = {
            operation.site: self._function_for(self._turned(operation))
            for operation in operations
        }

    def _turned(self, operation: Operation) -> Operation:
        """The operation itself, or the one that its method turns it into."""
        if not operation.is_reflected:
            return operation
        self._refuse_effects(operation.receiver, operation.other)
        plain = operation.method.replace("__r", "__", 1)
        if plain in self.methods and self._turns(operation):
            return replace(operation, method=plain)
        return operation

    def _turns(self, operation: Operation) -> bool:
        """Whether a method only applies its operator to its operands turned round."""
        method = self.methods[operation.method]
        names = [parameter.name.value for parameter in all_parameters(method.params)]
        match method.body.body:
            case [cst.SimpleStatementLine(body=[cst.Return(value=value)])]:
                return (
                    isinstance(value, cst.BinaryOperation)
                    and isinstance(operation.site, cst.BinaryOperation)
                    and isinstance(value.operator, type(operation.site.operator))
                    and [_text(value.left), _text(value.right)] == names
                )
        return False

    def _refuse_effects(self, *operands: cst.BaseExpression | None) -> None:
        """Refuse operands that cannot be evaluated in another order."""
        given = [operand for operand in operands if operand is not None]
        if any(map(is_constant, given)):
            return
        for operand in given:
            if not all(map(self._only_reads, walk(operand))):
                expected = "an operand that can be evaluated in another order"
                self._refuse(operand, expected, "one that does something")

    def _only_reads(self, node: cst.CSTNode) -> bool:
        """Whether a node, apart from its parts, only reads or computes a number."""
        if isinstance(node, cst.BinaryOperation | cst.UnaryOperation):
            return self.operators.type_of(node).name in ("float", "int")
        if not isinstance(node, cst.BaseExpression):
            return True
        return isinstance(node, SIMPLE) or is_constant(node)

    def _refuse_special(self, method: cst.FunctionDef) -> None:
        """Refuse methods that Python does not simply call."""
        for decorator in method.decorators:
            self._refuse(decorator, "a method without decorators", "a decorator")
        for name in find(method, cst.Name):
            if name.value == "NotImplemented":
                expected = "a method that does the whole operation"
                self._refuse(name, expected, "`NotImplemented`")

    def _function_for(self, operation: Operation) -> str:
        """The name of the function for an operation, made if need be."""
        method = self.methods[operation.method]
        splits = self._splits(method)
        key = (operation.method, splits and operation.other_is_object)
        if key not in self.made:
            self._refuse_special(method)
            for_objects = operation.other_is_object if splits else self._takes(method)
            name = self._name(operation, for_objects)
            mover = MoveMethods(self.bindings, self.owner, [method])
            function = mover.finish(
                cst.ensure_type(visit(method, mover), cst.FunctionDef), name
            )
            if splits:
                kind = self.owner.name.value if for_objects else "float"
                function = _with_operand(function, kind)
                self.split.add(name)
            self.made[key] = name
            self.new.append(function)
        return self.made[key]

    def _splits(self, method: cst.FunctionDef) -> bool:
        """Whether what a method does to its operand depends on what that is."""
        types, kind = self.operators.types, self.operators.kind
        applies = any(
            kind in (type_ := types.type_of(side)).members and type_ != kind
            for node in walk(method.body)
            for side in _sides(node)
        )
        return applies or any(map(self._returns_by_type, find(method.body, cst.If)))

    def _returns_by_type(self, statement: cst.If) -> bool:
        """Whether a branch that is taken by the type of something returns."""
        asks = (
            self.bindings.is_builtin(call.func, "isinstance")
            for call in find(statement.test, cst.Call)
        )
        return any(asks) and any(find(statement, cst.Return))

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
        for_two, for_one = NAMES.get(operation.method, ("", ""))
        pattern = for_two if for_objects and for_two else for_one
        if not pattern:
            expected = "an operator that there is a name for"
            self._refuse(operation.site, expected, f"`{operation.method}`")
        name = pattern.format(one=one, many=plural(one))
        uses = self.bindings.scopes.occurrences
        if name in self.made.values() or any(use.node.value == name for use in uses):
            found = f"`{name}` in use"
            self._refuse(operation.site, "a free name for a function", found)
        return name

    # The edit.

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        operands = [updated_node.left, updated_node.right]
        operation = self.operations.get(original_node)
        if operation is not None and operation.is_reflected:
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
        if not isinstance(target, cst.Name):
            assert isinstance(original_node.target, cst.BaseExpression)
            self._refuse_effects(original_node.value)
            self._refuse_effects(original_node.target)
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

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        self.operators.refuse(node, expected, found)


class _Removal(cst.CSTTransformer):
    """Removes the operator methods of a class."""

    def __init__(self, removed: Collection[cst.FunctionDef]) -> None:
        super().__init__()
        self.removed = removed

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        if original_node in self.removed:
            return cst.RemoveFromParent()
        return updated_node


def _functions(module: cst.Module, names: Collection[str]) -> list[cst.FunctionDef]:
    """The functions of a module that have these names."""
    functions = (s for s in module.body if isinstance(s, cst.FunctionDef))
    return [function for function in functions if function.name.value in names]


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
    where = "params" if parameters.params else "posonly_params"
    *others, last = getattr(parameters, where)
    last = last.with_changes(annotation=cst.Annotation(cst.Name(kind)))
    return function.with_changes(
        params=parameters.with_changes(**{where: [*others, last]})
    )


def _call(name: str, operands: Sequence[cst.BaseExpression]) -> cst.Call:
    bare = [
        (
            operand
            if isinstance(operand, PARENTHESIZED)
            else operand.with_changes(lpar=[], rpar=[])
        )
        for operand in operands
    ]
    return cst.Call(cst.Name(name), [cst.Arg(operand) for operand in bare])


def _text(node: cst.BaseExpression) -> str:
    return node.value if isinstance(node, cst.Name) else ""
