"""Put functions that one statement calls in the place of that statement."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator, Mapping
from itertools import starmap

import libcst as cst
import libcst.matchers as m
from libcst.helpers import parse_template_statement

from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.direct_calls import DirectCall
from codemods.facts.docstrings import WHOLE_DOCSTRING
from codemods.facts.effects import is_literal
from codemods.facts.find_nodes import find
from codemods.facts.liveness import Region, Statement, liveness_of, statements_of
from codemods.facts.main_sequence import CALL, GUARD, called_once
from codemods.facts.metadata import wrap
from codemods.facts.reflection import Reflection
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.visit import visit
from codemods.facts.walk import children
from codemods.transforms.replace_statement import replacement, standalone

GLOBAL = m.SimpleStatementLine([m.Global()])
END = m.SimpleStatementLine([m.Return(None) | m.Return(m.Name("None"))])
FOREIGN = cst.Yield | cst.Await | cst.Return | cst.ClassDef | cst.Global
"""What means something else, or nothing, in a module."""

VARIABLE = {Role.LOAD, Role.STORE, Role.UPDATE}
AS_A_SCRIPT = m.ComparisonTarget(
    m.Equal(), m.SimpleString(m.MatchIfTrue(lambda text: text[1:-1] == "__main__"))
)


def inline_procedures(module: cst.Module) -> cst.Module:
    """Let the main sequence of a script stand in the module, where it runs.

    Have:    def train(rates, count):
                 \"\"\"Repeat in sequence.\"\"\"
                 for step in range(count):
                     print(rates[step])
             if __name__ == "__main__":
                 train(rates, 3)
    Want:    # Repeat in sequence.
             count = 3
             for step in range(count):
                 print(rates[step])

    A procedure is a function of the module that a statement of the module calls, which
    is its only use and has no use for a result.  Left alone are those that may return
    before their end, wait or yield; are decorated; define classes; have defaults that
    are no literals; whose variables would get in the way of others in the module; and
    all where names may be looked up by a string.  Only a script that is run, and never
    imported, prints what it printed.
    """
    module = _without_guards(module)
    while (inlined := _inline_one(module)) is not None:
        module = inlined
    return module


def _without_guards(module: cst.Module) -> cst.Module:
    body: list[cst.BaseStatement] = []
    for statement in module.body:
        guarded = _guarded(statement)
        if guarded is not None and isinstance(statement, cst.If):
            body += replacement(statement, statements_of(guarded)).nodes
        else:
            body.append(statement)
    return module.with_changes(body=body)


def _guarded(statement: cst.CSTNode) -> cst.IndentedBlock | None:
    """What only runs if the module is run as a script."""
    if (
        m.matches(statement, GUARD)
        and isinstance(statement, cst.If)
        and isinstance(statement.test, cst.Comparison)
        and m.matches(statement.test.comparisons[0], AS_A_SCRIPT)
        and isinstance(statement.body, cst.IndentedBlock)
        and statement.orelse is None
    ):
        return statement.body
    return None


def _inline_one(module: cst.Module) -> cst.Module | None:
    """The module without its first procedure, if it has one."""
    bindings = Bindings(wrap(module))
    reflection = Reflection(bindings)
    if reflection.every_name is not None:
        return None
    for index, statement in enumerate(statements_of(bindings.wrapper.module)):
        if m.matches(statement, CALL):
            call = next(find(statement, cst.Call))
            function = called_once(call, bindings)
            if function is not None:
                printed = reflection.printed
                procedure = _Procedure(bindings, function, call, index, printed)
                if procedure.may_be_inlined():
                    return procedure.inline()
    return None


class _Procedure:
    """A function that a statement of the module, at an index, calls.

    Some names are `printed` as they are spelt.
    """

    def __init__(
        self,
        bindings: Bindings,
        function: cst.FunctionDef,
        call: cst.Call,
        index: int,
        printed: Collection[cst.Name],
    ) -> None:
        self.bindings = bindings
        self.module = bindings.wrapper.module
        self.function = function
        self.index = index
        self.printed = printed
        self.scope = bindings.scopes.by_node[function]
        module_scope = bindings.scopes.module
        self.call = DirectCall(call, function, module_scope)
        live = liveness_of(bindings)
        self.live = live.live_after(Region(self.module, index, index + 1))
        self.same = {
            parameter: variable
            for parameter in all_parameters(function.params)
            if (variable := self._variable_for(parameter)) is not None
        }
        """The variables of the module that stand for parameters."""

    # What speaks against it.

    def may_be_inlined(self) -> bool:
        """Whether the module does the same if the call is replaced by what it does."""
        function = self.function
        return (
            function in self.module.body
            and isinstance(function.body, cst.IndentedBlock)
            and not function.decorators
            and function.asynchronous is None
            and all(map(self._is_given, all_parameters(function.params)))
            and not any(argument.star for argument in self.call.node.args)
            and any(self._statements())
            and all(map(self._may_stand_in_module, self._nodes()))
            and not any(find(function, cst.Nonlocal))
            and all(map(self._is_free, self._names()))
            and self._is_passed_in_order()
        )

    def _is_given(self, parameter: cst.Param) -> bool:
        """Whether it is known what a parameter gets, and when that is evaluated."""
        if parameter.star or self.call.argument(parameter) is not None:
            return not parameter.star
        return parameter.default is not None and is_literal(parameter.default)

    def _is_passed_in_order(self) -> bool:
        """Whether nothing that is passed means a parameter that was bound before."""
        bound: set[str] = set()
        for parameter, value in self._passed():
            if any(name.value in bound for name in find(value, cst.Name)):
                return False
            bound.add(parameter.name.value)
        return True

    def _may_stand_in_module(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.Annotation():
                return all(map(self._is_known_in_module, find(node, cst.Name)))
        return not isinstance(node, FOREIGN)

    def _nodes(self) -> Iterator[cst.CSTNode]:
        """What stands in the function itself, not in one that it defines."""
        pending: list[cst.CSTNode] = list(self._statements())
        for node in pending:
            yield node
            if not isinstance(node, cst.FunctionDef | cst.Lambda):
                pending += children(node)

    def _is_known_in_module(self, name: cst.Name) -> bool:
        """Whether an annotation that the function never evaluated can be."""
        binding = self.bindings.binding_of(name)
        if binding is None:
            return hasattr(builtins, name.value)
        return binding.scope is self.bindings.scopes.module

    def _names(self) -> set[str]:
        """The names of the variables that become those of the module."""
        own = {b.name for b in self.bindings if b.scope is self.scope}
        return own - {parameter.name.value for parameter in self.same}

    def _is_free(self, name: str) -> bool:
        """Whether binding a name in the module makes no difference to anything else."""
        in_module = Binding(self.bindings.scopes.module, name)
        for use in self.bindings.scopes.occurrences:
            binding = self.bindings.binding_of(use.node)
            if use.node.value != name or binding not in (None, in_module):
                continue
            is_elsewhere = use.scope.owner is not self.bindings.scopes.module
            if binding is None or is_elsewhere or use.role not in VARIABLE:
                return False
        return in_module not in self.live

    def _variable_for(self, parameter: cst.Param) -> Binding | None:
        """The variable that a parameter is another name for, as long as it is one."""
        given = self.call.argument(parameter)
        own = Binding(self.scope, parameter.name.value)
        if given is None or not isinstance(given.value, cst.Name):
            return None
        variable = self.bindings.binding_of(given.value)
        if variable is None or self.bindings.roles(own) != {Role.PARAMETER}:
            return None
        uses = self.bindings.occurrences(variable)
        is_hidden = any(
            use.node.value == variable.name
            and self.scope in use.scope.enclosing()
            and self.bindings.binding_of(use.node) not in (variable, own)
            for use in self.bindings.scopes.occurrences
        )
        named = self.bindings.occurrences(own)
        is_printed = any(use.node in self.printed for use in named)
        is_bound_once = len([u for u in uses if u.role in BINDING_ROLES]) == 1
        return variable if is_bound_once and not (is_hidden or is_printed) else None

    # What becomes of it.

    def inline(self) -> cst.Module:
        """The module with what the function does in the place of the call."""
        line = statements_of(self.module)[self.index]
        body: list[cst.BaseStatement] = []
        for statement in self.module.body:
            if statement is line:
                documented = self.function.with_changes(
                    leading_lines=[
                        *self.function.leading_lines,
                        *_as_comments(self.function),
                    ]
                )
                done = replacement(
                    documented, [*starmap(_assignment, self._passed()), *self._moved()]
                )
                body += replacement(line, done.nodes).nodes
            elif statement is not self.function:
                body.append(statement)
        return self.module.with_changes(body=body)

    def _statements(self) -> list[Statement]:
        """The statements that the module needs, too."""
        block = cst.ensure_type(self.function.body, cst.IndentedBlock)
        found = statements_of(block)
        if m.matches(found[0], WHOLE_DOCSTRING):
            found = found[1:]
        if found and m.matches(found[-1], END):
            found = found[:-1]
        return [statement for statement in found if not m.matches(statement, GLOBAL)]

    def _passed(self) -> Iterator[tuple[cst.Param, cst.BaseExpression]]:
        """The parameters that are no other names for variables, and what they get."""
        for parameter in all_parameters(self.function.params):
            value = self.call.argument(parameter)
            given = parameter.default if value is None else value.value
            assert given is not None  # `_is_given`
            if parameter not in self.same and not given.deep_equals(parameter.name):
                yield parameter, given

    def _moved(self) -> Iterator[cst.BaseStatement]:
        """The statements, led by the docstring, with the variables of the module."""
        names: dict[cst.CSTNode, str] = {
            use.node: variable.name
            for parameter, variable in self.same.items()
            for use in self.bindings.occurrences(
                Binding(self.scope, parameter.name.value)
            )
        }
        for statement in self._statements():
            moved = visit(statement, _Rename(names))
            assert isinstance(moved, Statement)
            yield moved


class _Rename(cst.CSTTransformer):
    """Writes other names at some places."""

    def __init__(self, names: Mapping[cst.CSTNode, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        name = self.names.get(original_node)
        return updated_node if name is None else updated_node.with_changes(value=name)


def _assignment(parameter: cst.Param, value: cst.BaseExpression) -> cst.BaseStatement:
    declared = parameter.annotation
    if declared is None:
        return parse_template_statement(
            "{name} = {value}", name=parameter.name, value=standalone(value)
        )
    return parse_template_statement(
        "{name}: {declared} = {value}",
        name=parameter.name,
        declared=declared.annotation,
        value=standalone(value),
    )


def _as_comments(function: cst.FunctionDef) -> list[cst.EmptyLine]:
    """The docstring of a function, as what it becomes where there is none."""
    text = function.get_docstring()
    lines = text.split("\n") if text else []
    return [cst.EmptyLine(comment=cst.Comment(f"# {line}".rstrip())) for line in lines]
