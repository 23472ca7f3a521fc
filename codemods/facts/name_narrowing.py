"""What a variable of several types holds at one place, by the tests on the way there.

    def __add__(self, other: Node | float) -> Node:
        if not isinstance(other, Node):
            other = Node(other)             a float until here
        data = self.data + other.data       a Node from here on

Followed are assignments to the plain name, `isinstance`, comparisons with None, and
branches that do not come to their end.  Where a loop, a `try` or another function may
bind the variable, it is of the type that it has everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.class_members import ClassMembers
from codemods.facts.scopes import Role
from codemods.facts.type_names import Type
from codemods.facts.variable_tests import NEVER, TypeOf, VariableTests, either
from codemods.facts.walk import parents

Block = cst.Module | cst.IndentedBlock | cst.SimpleStatementSuite
Leave = cst.Return | cst.Raise | cst.Continue | cst.Break


class NameNarrowing:
    """Narrows the types of the variables of one module, place by place."""

    def __init__(
        self, bindings: Bindings, members: ClassMembers, type_of: TypeOf
    ) -> None:
        self._bindings = bindings
        self._members = members
        self._type_of = type_of
        self._flows: dict[tuple[Binding, Type], _Flow | None] = {}

    def holds(
        self, test: cst.BaseExpression, binding: Binding, declared: Type
    ) -> bool | None:
        """Whether a test always holds, or never, where a variable is of a type.

        None if that depends on the value, or if the test is not reached.
        """
        flow = self._flow(binding, declared)
        return None if flow is None else flow.holds(test)

    def narrow(self, name: cst.Name, binding: Binding, declared: Type) -> Type:
        """The type of a variable where it is loaded, by its type everywhere."""
        if len(declared.members) < 2:
            return declared
        key = (binding, declared)
        if key not in self._flows:
            self._flows[key] = self._flow(binding, declared)
        flow = self._flows[key]
        found = declared if flow is None else flow.before(name)
        return declared if found == NEVER else found

    def forget(self) -> None:
        """Forget what was found by types that may have changed since."""
        self._flows.clear()

    def _flow(self, binding: Binding, declared: Type) -> _Flow | None:
        """The flow of a variable's values; none if it is bound out of order."""
        above = parents(self._bindings.wrapper.module)
        uses = self._bindings.occurrences(binding)
        bound = [o for o in uses if o.role in BINDING_ROLES - {Role.PARAMETER}]
        if any(
            o.scope is not binding.scope or isinstance(above[o.node], cst.NamedExpr)
            for o in bound
        ):
            return None
        names = {o.node for o in uses}
        tests = VariableTests(self._bindings, self._members, self._type_of, names)
        stores = set(_around((o.node for o in bound), above))
        mentions = set(_around((o.anchor for o in uses), above))
        return _Flow(declared, tests, above, stores, mentions)


class _Flow:
    """The values of one variable on their way through its scope.

    `stores` and `mentions` are the nodes around where it is bound, and where it occurs.
    """

    def __init__(
        self,
        declared: Type,
        tests: VariableTests,
        above: dict[cst.CSTNode, cst.CSTNode],
        stores: set[cst.CSTNode],
        mentions: set[cst.CSTNode],
    ) -> None:
        self._declared = declared
        self._tests = tests
        self._parents = above
        self._stores = stores
        self._mentions = mentions
        self._known: dict[cst.CSTNode, Type] = {}

    def before(self, node: cst.CSTNode) -> Type:
        """The type of the variable where a node starts to be evaluated."""
        if node not in self._known:
            self._known[node] = self._before(node, self._parents.get(node))
        return self._known[node]

    def holds(self, test: cst.BaseExpression) -> bool | None:
        """Whether a test surely holds, or fails, by what the variable may be there."""
        before = self.before(test)
        may_hold, may_fail = (
            self._tests.assume(test, holds, before) != NEVER for holds in (True, False)
        )
        return may_hold if may_hold != may_fail else None

    def _before(self, node: cst.CSTNode, parent: cst.CSTNode | None) -> Type:
        assume = self._tests.assume
        match parent:
            case None | cst.FunctionDef() | cst.ClassDef():
                return self._declared
            case cst.Lambda() | cst.GeneratorExp():  # evaluated at another time
                return self._declared
            case cst.Module() | cst.IndentedBlock() | cst.SimpleStatementSuite():
                return self._before_statement(parent, node)
            case cst.If() | cst.IfExp() if node is not parent.test:
                return assume(parent.test, node is parent.body, self.before(parent))
            case cst.BooleanOperation() if node is parent.right:
                holds = isinstance(parent.operator, cst.And)
                return assume(parent.left, holds, self.before(parent))
            case cst.While() if node is parent.body:
                return assume(parent.test, True, self._around_statement(parent))
            case cst.BaseCompoundStatement():
                return self._around_statement(parent)
        return self.before(parent)

    def _around_statement(self, statement: cst.CSTNode) -> Type:
        """The type at places in a statement that others in it may come before."""
        if statement in self._stores and not isinstance(statement, cst.If):
            return self._declared
        return self.before(statement)

    def _before_statement(self, block: Block, node: cst.CSTNode | None) -> Type:
        """The type before a statement of a block, or at the end of the block."""
        statements = list(block.body)
        index = len(statements)
        if node is not None:
            index = next(i for i, one in enumerate(statements) if one is node)
        for statement in reversed(statements[:index]):
            if self._matters(statement):
                return self._after(statement)
        return self.before(block)

    def _matters(self, statement: cst.CSTNode) -> bool:
        """Whether a variable may be of another type after a statement than before."""
        asserts = isinstance(statement, cst.SimpleStatementLine) and any(
            isinstance(line, cst.Assert) for line in statement.body
        )
        tests = asserts or isinstance(statement, cst.If)
        return statement in self._stores or (tests and statement in self._mentions)

    def _after(self, statement: cst.CSTNode) -> Type:
        match statement:
            case cst.If():
                return self._after_branches(statement)
            case cst.SimpleStatementLine() if statement in self._stores:
                value = _assigned_value(statement)
                if value is not None:
                    return self._tests.assigned(value, self._declared)
            case cst.SimpleStatementLine():
                found = self.before(statement)
                for line in statement.body:
                    if isinstance(line, cst.Assert):
                        found = self._tests.assume(line.test, True, found)
                return found
        return self._declared  # it is bound in a way that says no more

    def _after_branches(self, statement: cst.If) -> Type:
        match statement.orelse:
            case cst.If() as other:
                otherwise = self._after(other)
            case cst.Else() as other:
                otherwise = self._end(other.body)
            case _:
                before = self.before(statement)
                otherwise = self._tests.assume(statement.test, False, before)
        return either(self._end(statement.body), otherwise)

    def _end(self, body: cst.BaseSuite) -> Type:
        if not isinstance(body, Block):
            return self._declared
        last = body.body[-1] if body.body else None
        if isinstance(last, cst.SimpleStatementLine):
            last = last.body[-1]
        return NEVER if isinstance(last, Leave) else self._before_statement(body, None)


def _around(
    nodes: Iterable[cst.CSTNode], above: dict[cst.CSTNode, cst.CSTNode]
) -> Iterator[cst.CSTNode]:
    """The nodes that these stand in."""
    for node in nodes:
        while (parent := above.get(node)) is not None:
            yield parent
            node = parent


def _assigned_value(line: cst.SimpleStatementLine) -> cst.BaseExpression | None:
    """What a statement binds to the one name that is its target."""
    match line.body:
        case [cst.Assign(targets=[cst.AssignTarget(target=cst.Name())], value=value)]:
            return value
        case [cst.AnnAssign(target=cst.Name(), value=value)]:
            return value
    return None
