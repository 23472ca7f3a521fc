"""Run a derived adjoint where a script walked back through a recorded graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.adjoint.reverse import STACK
from codemods.adjoint.rules import RULES, Rule
from codemods.adjoint.signature import adjoint_name
from codemods.facts.bindings import Bindings
from codemods.facts.call_arguments import calls_of
from codemods.facts.direct_calls import DirectCall
from codemods.facts.find_nodes import find
from codemods.facts.metadata import reparse, wrap
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.surroundings import Surroundings
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.refusal import Refusal
from codemods.transforms.derive_adjoints import derive_adjoints
from codemods.transforms.name_arguments import name_arguments

NESTED_EMPTY = m.ListComp(elt=m.List([]))
KEEPING = f"{STACK}: list[list[float]] = []"
KEEPS = m.Arg(m.Name(STACK))

LEAVING = cst.Break | cst.Continue | cst.Return | cst.Raise
"""What may end a block ahead of its end."""

GUARDS = cst.Try | cst.TryStar | cst.With
"""What may go on behind its block when that has failed."""


def run_adjoint(
    module: cst.Module,
    function: str,
    seed: str,
    lists: Mapping[str, str],
    constants: Mapping[str, Collection[str]],
    rules: Mapping[str, Rule] = RULES,
) -> cst.Module:
    """Derive the adjoint of a function, where a line calls it without arguments.

    Have:    loss = compute_loss_forward(tokens, parameter_data)
             compute_loss_backward()
    Want:    loss = compute_loss_forward(tokens, parameter_data)
             compute_loss_backward(1, tokens, parameter_data, parameter_gradients)
    Refuses: what `derive_adjoints` refuses; names that are taken; parameters with
             derivatives that `lists` does not tell the place of; another number of such
             lines than one, or of lines above it in its block that call the function;
             arguments of that call that are bound again in between; and, in between,
             calls that keep values as well

    `seed` is the derivative of the result, and `lists` are the lists of derivatives by
    the lists that they belong to.  Empty lists that the forward function makes, and
    fills or passes on, are made once, ahead of the loop, since the adjoint leaves them
    empty; so are those of functions that it alone calls, once.  They stay where they
    are if the function may run again before the adjoint has: if there is another call
    of it, or something that may skip the adjoint.  The list of what is kept is made
    once as well, and once in each function that calls what keeps values in it.  What
    the call passes is bound to names, for the adjoint to be passed the same.
    """
    given = name_arguments(module, function)
    module = module if given is module else reparse(given)
    bindings = Bindings(wrap(module))
    place = _find_place(bindings, function)
    received = module
    if _is_always_reversed(bindings, function, place):
        received = reparse(_receive_lists(module, function, place.caller))
    derived = reparse(derive_adjoints(received, function, constants, rules))
    if STACK in _parameters(_function(derived, function)):
        _check_stack(received)
    called = _call_adjoint(derived, function, seed, lists)
    for data, gradients in lists.items():
        named = m.replace(called, m.Name(f"{data}_gradient"), cst.Name(gradients))
        called = cst.ensure_type(named, cst.Module)
    return called


def _refuse(
    bindings: Bindings, node: cst.CSTNode, expected: str, found: str
) -> NoReturn:
    raise Refusal.at(bindings.wrapper, node, expected=expected, found=found)


def _function(module: cst.Module, name: str) -> cst.FunctionDef:
    (found,) = [
        statement
        for statement in module.body
        if isinstance(statement, cst.FunctionDef) and statement.name.value == name
    ]
    return found


def _parameters(function: cst.FunctionDef) -> dict[str, cst.Param]:
    return {p.name.value: p for p in all_parameters(function.params)}


# The place of the adjoint.


@dataclass(frozen=True)
class _Place:
    """Where a block calls the forward function, and where it is to call the adjoint."""

    call: cst.Call
    between: Sequence[cst.CSTNode]
    """The statements from the one that calls to the one that is to."""
    line: cst.CSTNode
    """The line that stands for the call of the adjoint."""
    caller: str | None
    """The function that both are in; None if that is the module itself."""


def _find_place(bindings: Bindings, name: str) -> _Place:
    module = bindings.wrapper.module
    text = f"{adjoint_name(name)}()"
    standing = m.Expr(m.Call(m.Name(adjoint_name(name)), args=[]))
    blocks: list[cst.Module | cst.IndentedBlock] = [module]
    blocks += find(module, cst.IndentedBlock)
    found = [
        (block.body[:index], line)
        for block in blocks
        for index, line in enumerate(block.body)
        if m.matches(line, m.SimpleStatementLine([standing]))
    ]
    if len(found) != 1:
        function = _function(module, name)
        number = str(len(found) or "none")
        _refuse(bindings, function.name, f"one line with `{text}`", number)
    ((above, line),) = found
    call = m.Call(m.Name(name))
    calling = m.SimpleStatementLine([m.Assign(value=call) | m.AnnAssign(value=call)])
    starts = [i for i, statement in enumerate(above) if m.matches(statement, calling)]
    if len(starts) != 1:
        expected = f"one line above it, in its block, that calls `{name}`"
        _refuse(bindings, line, expected, str(len(starts) or "none"))
    start = starts[0]
    made = next(c for c in find(above[start], cst.Call) if m.matches(c, call))
    callers = [
        statement.name.value
        for statement in module.body
        if isinstance(statement, cst.FunctionDef) and line in walk(statement)
    ]
    return _Place(made, above[start + 1 :], line, next(iter(callers), None))


def _is_always_reversed(bindings: Bindings, name: str, place: _Place) -> bool:
    """Whether a function never runs again before its adjoint has run."""
    module = bindings.wrapper.module
    calls = calls_of(bindings, _function(module, name))
    between = [node for statement in place.between for node in walk(statement)]
    guards = [
        guard
        for loop in walk(module)
        if isinstance(loop, cst.For | cst.While)
        for guard in walk(loop)
        if isinstance(guard, GUARDS)
    ]
    return (
        calls == [place.call]
        and not any(isinstance(node, LEAVING) for node in between)
        and not any(place.line in walk(guard) for guard in guards)
    )


# What is made ahead of the loop.


def _receive_lists(module: cst.Module, name: str, caller: str | None) -> cst.Module:
    """Let a function receive the lists that it makes empty.

    So do the functions that it calls once, if nothing else does: it makes their lists.
    """
    for called in _called_once(module, name):
        module = reparse(_receive_lists(module, called, name))
    bindings = Bindings(wrap(module))
    module = bindings.wrapper.module
    function = _function(module, name)
    lines = [s for s in function.body.body if _makes_lists(bindings, function, s)]
    if not lines:
        return module
    around = _function(module, caller) if caller is not None else None
    return visit(module, _Receiving(bindings, function, lines, around))


def _called_once(module: cst.Module, name: str) -> list[str]:
    """The functions that only one line of a function calls, and not in a loop."""
    uses = Counter(name.value for name in find(module, cst.Name))
    defined = {s.name.value for s in module.body if isinstance(s, cst.FunctionDef)}
    lines = [
        statement
        for statement in _function(module, name).body.body
        if isinstance(statement, cst.SimpleStatementLine)
    ]
    called = [call.func for line in lines for call in find(line, cst.Call)]
    names = [function.value for function in called if isinstance(function, cst.Name)]
    # the name stands in the definition and in this call, and nowhere else
    return [name for name in names if name in defined and uses[name] == 2]


def _makes_lists(
    bindings: Bindings, function: cst.FunctionDef, line: cst.CSTNode
) -> bool:
    """Whether a line makes empty lists of numbers, as many as the module has settled.

    A single list counts only if the function itself never touches it but to pass it on.
    An adjoint does not empty lists of anything else than numbers.
    """
    scope = bindings.scopes.by_node[function]
    if not m.matches(line, m.SimpleStatementLine([m.AnnAssign(target=m.Name())])):
        return False
    (made,) = find(line, cst.AnnAssign)
    if not m.findall(made.annotation, m.Name("float")):
        return False
    match made.value:
        case cst.List([]):
            return _is_only_passed(bindings, function, made.target)
        case cst.ListComp(for_in=clause) if m.matches(made.value, NESTED_EMPTY):
            reads = {name.value for name in find(clause.iter, cst.Name)}
            own = {binding.name for binding in bindings if binding.scope is scope}
            return reads.isdisjoint(own)
    return False


def _is_only_passed(
    bindings: Bindings, function: cst.FunctionDef, made: cst.CSTNode
) -> bool:
    """Whether a function does nothing with a list but to give it to others."""
    module = bindings.wrapper.module
    defined = {s.name.value for s in module.body if isinstance(s, cst.FunctionDef)}
    passed = [
        argument.value
        for call in find(function, cst.Call)
        if isinstance(call.func, cst.Name) and call.func.value in defined
        for argument in call.args
    ]
    uses = [
        n for n in find(function, cst.Name) if n.deep_equals(made) and n is not made
    ]
    return bool(uses) and all(use in passed for use in uses)


class _Receiving(cst.CSTTransformer):
    def __init__(
        self,
        bindings: Bindings,
        function: cst.FunctionDef,
        lines: Collection[cst.CSTNode],
        around: cst.FunctionDef | None,
    ) -> None:
        """`around` is the function that makes them instead, or None for the module."""
        super().__init__()
        self.function = function
        self.around = around
        self.lines = list(lines)
        self.declared = [next(iter(find(line, cst.AnnAssign))) for line in lines]
        self.names = [cst.ensure_type(d.target, cst.Name).value for d in self.declared]
        scopes = [bindings.scopes.module]
        if around is not None:
            scopes.append(bindings.scopes.by_node[around])
        taken = {binding.name for binding in bindings if binding.scope in scopes}
        for declared, name in zip(self.declared, self.names, strict=True):
            if name in taken:
                place = f"`{around.name.value}`" if around else "the module"
                expected = f"the name `{name}` to be free in {place}"
                _refuse(bindings, declared.target, expected, "another use")

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        return cst.RemoveFromParent() if original_node in self.lines else updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        if original_node is self.around:
            block = updated_node.body
            made = self._ahead_of_call(block.body)
            return updated_node.with_changes(body=block.with_changes(body=made))
        if original_node is not self.function:
            return updated_node
        added = [cst.Param(cst.Name(n), d.annotation) for n, d in self._pairs()]
        first, *others = updated_node.params.params
        comments = [
            line
            for statement in self.lines
            for line in cst.ensure_type(
                statement, cst.SimpleStatementLine
            ).leading_lines
        ]
        changed = updated_node.with_changes(
            params=updated_node.params.with_changes(params=[first, *added, *others])
        )
        return _with_comments(changed, comments)

    def _pairs(self) -> Iterable[tuple[str, cst.AnnAssign]]:
        return zip(self.names, self.declared, strict=True)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if not m.matches(original_node.func, m.Name(self.function.name.value)):
            return updated_node
        first, *others = updated_node.args
        added = [cst.Arg(cst.Name(name)) for name in self.names]
        return updated_node.with_changes(args=[first, *added, *others])

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        if self.around is not None:
            return updated_node
        return updated_node.with_changes(body=self._ahead_of_call(updated_node.body))

    def _ahead_of_call(self, body: Sequence[cst.CSTNode]) -> list[cst.CSTNode]:
        lines = [
            cst.SimpleStatementLine([cst.AnnAssign(d.target, d.annotation, d.value)])
            for d in self.declared
        ]
        return _ahead_of(body, m.Call(m.Name(self.function.name.value)), lines)


def _with_comments(
    function: cst.FunctionDef, comments: list[cst.EmptyLine]
) -> cst.FunctionDef:
    """Put the comments of lines that have gone above the next line."""
    wanted = [line for line in comments if line.comment is not None]
    if not wanted:
        return function
    body = list(function.body.body)
    index = next(i for i, s in enumerate(body) if isinstance(s, cst.For))
    loop = cst.ensure_type(body[index], cst.For)
    body[index] = loop.with_changes(leading_lines=[*wanted, *loop.leading_lines])
    return function.with_changes(body=function.body.with_changes(body=body))


def _ahead_of(
    body: Sequence[cst.CSTNode],
    pattern: m.BaseMatcherNode,
    lines: list[cst.SimpleStatementLine],
) -> list[cst.CSTNode]:
    """Put lines ahead of the first statement of a block, but functions, with a node."""
    indices = [
        index
        for index, statement in enumerate(body)
        if not isinstance(statement, cst.FunctionDef) and m.findall(statement, pattern)
    ]
    ahead = lines if indices else []
    index = next(iter(indices), 0)
    return [*body[:index], *ahead, *body[index:]]


# The calls of the adjoint.


def _check_stack(module: cst.Module) -> None:
    """Refuse other uses of the name of the list of what is kept."""
    bindings = Bindings(wrap(module))
    for binding in bindings:
        if binding.name == STACK:
            use = bindings.occurrences(binding)[0].anchor
            _refuse(bindings, use, f"the name `{STACK}` to be free", "another use")


def _call_adjoint(
    module: cst.Module, name: str, seed: str, lists: Mapping[str, str]
) -> cst.Module:
    """Call the adjoint in its place, and make the lists for what is kept."""
    bindings = Bindings(wrap(module))
    module = bindings.wrapper.module
    place = _find_place(bindings, name)
    function = _function(module, name)
    call = DirectCall(place.call, function, Surroundings(bindings).scope(place.call))
    own = _parameters(function)
    arguments = []
    for parameter in _parameters(_function(module, adjoint_name(name))):
        read = parameter.removesuffix("_gradient")
        if parameter == STACK:
            _check_between(bindings, place)
            arguments.append(STACK)
        elif parameter in own:
            arguments.append(_given(bindings, place, call.argument(own[parameter])))
        elif read in own and read not in lists:
            expected, found = "derivatives to be collected", f"none of `{read}`"
            _refuse(bindings, own[read], expected, found)
        else:
            arguments.append(lists.get(read, seed))
    text = f"{adjoint_name(name)}({', '.join(arguments)})"
    line = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
    return visit(module, _Calling(place, line))


def _check_between(bindings: Bindings, place: _Place) -> None:
    """Refuse to keep on the stack what the adjoint would take for its own."""
    for statement in place.between:
        if m.findall(statement, KEEPS):
            expected = "no other forward pass ahead of the backward pass"
            _refuse(bindings, statement, expected, "one that keeps values")


def _given(bindings: Bindings, place: _Place, argument: cst.Arg | None) -> str:
    """The name that the forward function is given, if it still means the same."""
    if argument is None or argument.star or not isinstance(argument.value, cst.Name):
        at = place.call if argument is None else argument.value
        _refuse(bindings, at, "a name for each parameter", "another argument")
    name = argument.value.value
    between = {node for statement in place.between for node in walk(statement)}
    for use in bindings.scopes.occurrences:
        is_bound = use.node.value == name and use.role is not Role.LOAD
        if is_bound and use.node in between:
            expected = f"`{name}` to mean the same to the adjoint"
            _refuse(bindings, use.anchor, expected, "another value")
    return name


class _Calling(cst.CSTTransformer):
    """Puts the call of the adjoint in its place, and makes lists for what is kept."""

    def __init__(self, place: _Place, line: cst.SimpleStatementLine) -> None:
        super().__init__()
        self.place = place
        self.kept = cst.ensure_type(
            cst.parse_statement(KEEPING), cst.SimpleStatementLine
        )
        self.line = line

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        body = _ahead_of(updated_node.body, KEEPS, [self.kept])
        return updated_node.with_changes(body=body)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Make a list of its own for a function that does not receive one."""
        if STACK in _parameters(original_node) or not m.findall(
            original_node.body, KEEPS
        ):
            return updated_node
        block = updated_node.body
        body = [self.kept, *block.body]
        return updated_node.with_changes(body=block.with_changes(body=body))

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine:
        if original_node is self.place.line:
            return updated_node.with_changes(body=self.line.body)
        return updated_node
