"""Turn expressions that choose between values into statements that do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import libcst as cst
from libcst.helpers import parse_template_expression, parse_template_statement
from libcst.metadata import MetadataWrapper

from codemods.facts.argument_names import ArgumentNames
from codemods.facts.bindings import BINDING_ROLES, Bindings
from codemods.facts.effects import Effects, mentions
from codemods.facts.evaluation import operands
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.obvious_types import ObviousTypes
from codemods.facts.scope_names import FreshNames
from codemods.facts.scopes import Role
from codemods.facts.visit import visit
from codemods.facts.vocabulary import singular
from codemods.facts.walk import parents, walk
from codemods.refusal import Refusal
from codemods.transforms.hoist_expressions import ExpressionHoister, Place
from codemods.transforms.put_statements_on_lines import put_statements_on_lines
from codemods.transforms.replace_statement import replacement, standalone

INVERSES: dict[type[cst.BaseCompOp], cst.BaseCompOp] = {
    cst.Is: cst.IsNot(), cst.IsNot: cst.Is(), cst.In: cst.NotIn(), cst.NotIn: cst.In()
}  # fmt: skip
KINDS = (cst.IfExp, cst.BooleanOperation)
LOOSE = (cst.BooleanOperation, cst.IfExp, cst.Lambda, cst.NamedExpr)

Use = Callable[[cst.BaseExpression], cst.BaseStatement]


def expand_conditional_expressions(module: cst.Module) -> cst.Module:
    """Choose by `if` statements what conditional expressions, `and` and `or` choose.

    Have:    size = 2 * (1 if small else 4)      name = given or "nobody"
    Want:    if small:                           name = given
                 chosen_size = 1                 if not name:
             else:                                   name = "nobody"
                 chosen_size = 4
             size = 2 * chosen_size
    Refuses: a choice that its statement makes later, repeatedly or perhaps not at all
             (in a comprehension, a lambda, the condition of a loop, behind `and`), one
             inside a larger expression in a class body, and one that would move
             before something that it might notice

    `and` and `or` choose values where neither their whole is a condition nor their
    left side obviously a `bool`.  A choice that leaves a variable as it is becomes
    nothing at all.  Taken for granted is that this variable has a value, and that
    asking twice whether a value is true is like asking once.
    """
    module = put_statements_on_lines(module)
    while any(isinstance(node, KINDS) for node in walk(module)):
        wrapper = wrap(module)
        choices = Choices(wrapper)
        if not choices.nodes:
            break
        choices.check()
        if any(choices.is_whole(node) for node in choices.nodes):
            module = visit(wrapper.module, _WholeValues(choices))
        else:
            module = _Parts(choices).rewrite()
            if module is wrapper.module:
                raise choices.refusal(choices.nodes[0])
    return module


class Choices:
    """The expressions of `wrapper.module` that choose between values."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self.wrapper = wrapper
        self.parents = parents(wrapper.module)
        self.types = ObviousTypes(Bindings(wrapper))
        self.effects = Effects(wrapper)
        self.nodes = [node for node in walk(wrapper.module) if self.includes(node)]

    def includes(self, node: cst.CSTNode) -> bool:
        """Whether `node` is a conditional expression, or `and` or `or` used as one."""
        if isinstance(node, cst.IfExp):
            return True
        if not isinstance(node, cst.BooleanOperation) or self._is_condition(node):
            return False
        parent = self.parents[node]
        if isinstance(parent, cst.BooleanOperation) and parent.left is node:
            return False  # part of the choice around it
        kind = self.types.type_of(node.left)
        is_discarded = isinstance(parent, cst.Expr)
        return is_discarded or kind is None or kind.kind != "bool"

    def is_whole(self, node: cst.CSTNode) -> bool:
        """Whether a choice is all that a statement assigns, returns or evaluates."""
        return self._whole_line(node) is not None

    def check(self) -> None:
        """Refuse the first choice that cannot be made before its statement."""
        for node in self.nodes:
            if self._whole_line(node) is None and not self._is_always_evaluated(node):
                raise self.refusal(node)

    def refusal(self, node: cst.CSTNode) -> Refusal:
        """What to raise where a choice cannot be made before its statement."""
        return Refusal.at(
            self.wrapper,
            node,
            expected="a choice that its statement makes exactly once",
            found=f"`{cst.Module([]).code_for_node(node)}`",
        )

    def _whole_line(self, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
        small = self.parents[node]
        line = self.parents[small]
        values = (cst.Assign, cst.AugAssign, cst.AnnAssign, cst.Return, cst.Expr)
        if not isinstance(small, values) or not isinstance(
            line, cst.SimpleStatementLine
        ):
            return None
        if small.value is not node or line.body[1:] or not self._reads_late(small):
            return None
        return line

    def _reads_late(self, small: cst.BaseSmallStatement) -> bool:
        """Whether all but the value of a statement may be evaluated after a choice."""
        match small:
            case cst.AugAssign(target=cst.Name() as target, value=value):
                is_read = target.value in mentions(value)
                return not is_read and not self.effects.may_be_rebound(target)
            case cst.AugAssign():
                return False
            case cst.AnnAssign(annotation=annotation):
                return not any(find(annotation, cst.Call))
            case _:
                return True

    def _is_condition(self, node: cst.CSTNode) -> bool:
        """Whether only the truth of an expression matters."""
        parent = self.parents[node]
        match parent:
            case cst.BooleanOperation():
                return self._is_condition(parent)
            case cst.UnaryOperation():
                return isinstance(parent.operator, cst.Not)
            case cst.MatchCase():
                return True
            case cst.If() | cst.While() | cst.IfExp() | cst.CompIf() | cst.Assert():
                return parent.test is node
            case _:
                return False

    def _is_always_evaluated(self, node: cst.CSTNode) -> bool:
        """Whether the statement around a choice evaluates it once, before its body."""
        inner = node
        for parent in self._ancestors(node):
            match parent:
                case cst.IfExp() | cst.BooleanOperation() if parent in self.nodes:
                    return True  # left to the choice around it
                case cst.BaseExpression():
                    if all(operand is not inner for operand in operands(parent)):
                        return False
                    inner = parent
                case cst.If() | cst.For() | cst.Match() | cst.With() | cst.Assert():
                    is_header = inner is _header(parent)
                    return is_header and not self.effects.is_in_class_body(node)
                case cst.Assign() | cst.AugAssign() | cst.AnnAssign():
                    return not self.effects.is_in_class_body(node)
                case cst.Return() | cst.Expr() | cst.Raise():
                    return not self.effects.is_in_class_body(node)
                case cst.BaseStatement() | cst.BaseSmallStatement():
                    return False
        return False

    def _ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent


class _WholeValues(cst.CSTTransformer):
    """Makes the choices that are all that a statement assigns, returns or evaluates."""

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        self.choices = choices
        self.effects = choices.effects
        self.bindings = Bindings(choices.wrapper)
        self.names = FreshNames(choices.wrapper)

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        small = original_node.body[0]
        value = getattr(small, "value", None)
        if value not in self.choices.nodes or not self.choices.is_whole(value):
            return updated_node
        return replacement(original_node, list(self._parts(small, value)))

    def _parts(
        self, small: cst.BaseSmallStatement, value: cst.BaseExpression
    ) -> Iterator[cst.BaseStatement]:
        if isinstance(small, cst.AnnAssign):
            yield _line(small.with_changes(value=None, equal=cst.MaybeSentinel.DEFAULT))
            small = cst.Assign([cst.AssignTarget(small.target)], small.value or value)
        if isinstance(value, cst.IfExp):
            yield from _branches(value, _use_in(small), self._unchanged(small))
        elif isinstance(value, cst.BooleanOperation) and isinstance(small, cst.Expr):
            yield _if(_condition(value, value.left), [_line(cst.Expr(value.right))])
        elif isinstance(value, cst.BooleanOperation):
            variable = self._variable(small, value)
            name = cst.Name(variable or self._temporary(small))
            yield from _held(value, name)
            if variable is None:
                yield _use_in(small)(name)

    def _unchanged(self, small: cst.BaseSmallStatement) -> str | None:
        """The variable that stays as it is where a choice falls on it itself."""
        match small:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)]):
                binding = self.bindings.binding_of(target)
                uses = [] if binding is None else self.bindings.occurrences(binding)
                given = [u for u in uses if u.role in BINDING_ROLES - {Role.DELETE}]
                is_attribute = self.effects.is_in_class_body(target)
                return target.value if len(given) > 1 and not is_attribute else None
            case _:
                return None

    def _variable(
        self, small: cst.BaseSmallStatement, value: cst.BooleanOperation
    ) -> str | None:
        """The variable assigned to, if nothing notices its being bound too early."""
        match small:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)]):
                is_read = target.value in _mentioned_on_the_right(value)
                is_seen = self.effects.is_shared(target)
                is_seen = is_seen or self.effects.is_guarded(target)
                return None if is_read or is_seen else target.value
            case _:
                return None

    def _temporary(self, small: cst.BaseSmallStatement) -> str:
        if self.effects.is_in_class_body(small) or self.effects.is_dynamic:
            raise Refusal.at(
                self.choices.wrapper,
                small,
                expected="a place where a temporary variable makes no difference",
                found="a class body, or a module that looks at its variables",
            )
        target = _target(small)
        wanted = "value" if target is None else _word(target)
        return self.names.at(small).claim([f"chosen_{wanted}"], small)


class _Parts(ExpressionHoister):
    """Makes the choices inside larger expressions before their statements."""

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices.wrapper)
        self.choices = choices
        self.arguments = ArgumentNames(choices.wrapper.module)

    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        return node in self.choices.nodes

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        if original not in self.choices.nodes:  # what has to be computed before one
            return super().candidates(node, original)
        name = self.arguments.of(original)
        if name is not None:
            return [name]
        match self.choices.parents[original]:
            case cst.Element() as item:
                items = self.arguments.of(self.choices.parents[item])
                one = singular(items) if items is not None else None
                return [*filter(None, [one]), "chosen_value"]
            case cst.Arg() as argument:
                call = self.choices.parents[argument]
                callee = _word(call.func) if isinstance(call, cst.Call) else "base"
                return [f"{callee}_argument"]
        return ["chosen_value"]

    def bind(
        self, node: cst.BaseExpression, name: str, original: cst.BaseExpression
    ) -> list[cst.BaseStatement]:
        if isinstance(node, cst.BooleanOperation):
            return _held(node, cst.Name(name))
        return _branches(node, _binding_of(cst.Name(name)), None)


def _branches(
    value: cst.BaseExpression, use: Use, unchanged: str | None
) -> list[cst.BaseStatement]:
    """Statements that use the value that a conditional expression chooses.

    Where that is the variable `unchanged` there is nothing to do.
    """
    if not isinstance(value, cst.IfExp):
        is_done = isinstance(value, cst.Name) and value.value == unchanged
        return [] if is_done else [use(value)]
    body = _branches(value.body, use, unchanged)
    otherwise = _branches(value.orelse, use, unchanged)
    if not body and not otherwise:
        return [_line(cst.Expr(value.test))]
    if not body:
        return [_if(_negation(value.test), otherwise)]
    is_chain = isinstance(value.orelse, cst.IfExp)
    return [_if(value.test, body, otherwise, is_chain=is_chain)]


def _held(value: cst.BooleanOperation, name: cst.Name) -> list[cst.BaseStatement]:
    """Statements that bind `name` to what `and` or `or` gives."""
    bind = _binding_of(name)
    first = [] if _is_same(value.left, name) else [bind(value.left)]
    return [*first, _if(_condition(value, name), [bind(value.right)])]


def _condition(
    value: cst.BooleanOperation, left: cst.BaseExpression
) -> cst.BaseExpression:
    """When the right side of `and` or `or` is evaluated."""
    return left if isinstance(value.operator, cst.And) else _negation(left)


def _if(
    test: cst.BaseExpression,
    body: Sequence[cst.BaseStatement],
    otherwise: Sequence[cst.BaseStatement] = (),
    is_chain: bool = False,
) -> cst.If:
    orelse: cst.If | cst.Else | None = None
    if otherwise:
        first = otherwise[0]
        orelse = cst.Else(cst.IndentedBlock(otherwise))
        orelse = first if is_chain and isinstance(first, cst.If) else orelse
    return cst.If(standalone(test), cst.IndentedBlock(body), orelse)


def _negation(test: cst.BaseExpression) -> cst.BaseExpression:
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return inner
        case cst.Comparison(comparisons=[single]) if type(single.operator) in INVERSES:
            inverse = INVERSES[type(single.operator)]
            return test.with_changes(
                comparisons=[single.with_changes(operator=inverse)]
            )
        case cst.BaseExpression() if isinstance(test, LOOSE) and not test.lpar:
            parentheses = {"lpar": [cst.LeftParen()], "rpar": [cst.RightParen()]}
            test = test.with_changes(**parentheses)
    return parse_template_expression("not {test}", test=standalone(test))


def _use_in(small: cst.BaseSmallStatement) -> Use:
    return lambda value: _line(small.with_changes(value=standalone(value)))


def _binding_of(name: cst.Name) -> Use:
    return lambda value: parse_template_statement(
        "{name} = {value}", name=name, value=standalone(value)
    )


def _line(small: cst.BaseSmallStatement) -> cst.SimpleStatementLine:
    bare = small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    return cst.SimpleStatementLine([bare])


def _target(small: cst.BaseSmallStatement) -> cst.BaseExpression | None:
    match small:
        case cst.Assign():
            return small.targets[0].target
        case cst.AugAssign():
            return small.target
        case _:
            return None


def _header(statement: cst.CSTNode) -> cst.BaseExpression | None:
    """The expression that a statement evaluates before anything else."""
    match statement:
        case cst.If() | cst.Assert():
            return statement.test
        case cst.For():
            return statement.iter
        case cst.Match():
            return statement.subject
        case cst.With():
            return statement.items[0].item
        case _:
            return None


def _mentioned_on_the_right(value: cst.BaseExpression) -> set[str]:
    if not isinstance(value, cst.BooleanOperation):
        return set()
    return mentions(value.right) | _mentioned_on_the_right(value.left)


def _is_same(value: cst.BaseExpression, name: cst.Name) -> bool:
    return isinstance(value, cst.Name) and value.value == name.value


def _word(node: cst.BaseExpression) -> str:
    """The last word of what an expression is called."""
    match node:
        case cst.Name(name) | cst.Attribute(attr=cst.Name(name)):
            return name.strip("_") or "value"
        case cst.Subscript(value=inner) | cst.Call(func=inner):
            return _word(inner)
        case _:
            return "value"
