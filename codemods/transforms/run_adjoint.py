"""Run a derived adjoint where a script walked back through a recorded graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.adjoint.reverse import STACK
from codemods.adjoint.rules import RULES, Rule
from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import reparse, wrap
from codemods.facts.scopes import all_parameters
from codemods.facts.visit import visit
from codemods.refusal import Refusal
from codemods.transforms.derive_adjoints import derive_adjoints

FORWARD, BACKWARD = "_forward", "_backward"
NESTED_EMPTY = m.ListComp(elt=m.List([]))
KEEPING = f"{STACK}: list[list[float]] = []"


def run_adjoint(
    module: cst.Module,
    function: str,
    seed: str,
    lists: Mapping[str, str],
    constants: Mapping[str, Collection[str]],
    rules: Mapping[str, Rule] = RULES,
) -> cst.Module:
    """Derive the adjoint of a function, and call it where a `pass` stands for that.

    Have:    loss = compute_loss_forward(tokens, parameter_data)
             pass
    Want:    loss = compute_loss_forward(tokens, parameter_data)
             compute_loss_backward(1, tokens, parameter_data, parameter_gradients)
    Refuses: what `derive_adjoints` refuses; names that are taken; and parameters with
             derivatives that `lists` does not tell the place of

    `seed` is the derivative of the result, and `lists` are the lists of derivatives by
    the lists that they belong to.  Lists of lists that the forward function fills are
    made once, ahead of the loop, since the adjoint leaves them empty; so are those of
    functions that it alone calls, once, and the list of what it keeps.
    """
    received = reparse(_receive_lists(module, function, _caller_of(module, function)))
    derived = reparse(derive_adjoints(received, function, constants, rules))
    called = _call_adjoint(derived, function.removesuffix(FORWARD), seed, lists)
    for data, gradients in lists.items():
        named = m.replace(called, m.Name(f"{data}_gradient"), cst.Name(gradients))
        called = cst.ensure_type(named, cst.Module)
    return called


def _refuse(
    bindings: Bindings, node: cst.CSTNode, expected: str, found: str
) -> NoReturn:
    raise Refusal.at(bindings.wrapper, node, expected=expected, found=found)


# What is made ahead of the loop.


def _receive_lists(module: cst.Module, name: str, caller: str | None) -> cst.Module:
    """Let a function receive the lists of lists that it makes empty.

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


def _caller_of(module: cst.Module, name: str) -> str | None:
    """The function whose loop calls one; None if that is in the module itself."""
    calls = m.Call(m.Name(name))
    holders = [statement for statement in module.body if m.findall(statement, calls)]
    callers = [s.name.value for s in holders if isinstance(s, cst.FunctionDef)]
    if len(callers) < len(holders):
        return None
    if len(callers) != 1:
        expected, found = f"one function that calls `{name}`", " and ".join(callers)
        bindings = Bindings(wrap(module))
        called = _function(bindings.wrapper.module, name)
        _refuse(bindings, called.name, expected, found or "none")
    return callers[0]


def _function(module: cst.Module, name: str) -> cst.FunctionDef:
    (found,) = [
        statement
        for statement in module.body
        if isinstance(statement, cst.FunctionDef) and statement.name.value == name
    ]
    return found


def _makes_lists(
    bindings: Bindings, function: cst.FunctionDef, line: cst.CSTNode
) -> bool:
    """Whether a line makes empty lists of numbers, as many as the module has settled.

    What makes one list may go on to fill it; that counts if only others can do so.  An
    adjoint does not empty lists of anything else.
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
        return _ahead_of_call(body, self.function.name.value, lines)


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


def _ahead_of_call(
    body: Sequence[cst.CSTNode], name: str, lines: list[cst.SimpleStatementLine]
) -> list[cst.CSTNode]:
    """Put lines ahead of the statement of a block that calls a function."""
    calls = m.Call(m.Name(name))
    index = next(
        i
        for i, s in enumerate(body)
        if not isinstance(s, cst.FunctionDef) and m.findall(s, calls)
    )
    return [*body[:index], *lines, *body[index:]]


# The calls of the adjoint.


def _call_adjoint(
    module: cst.Module, name: str, seed: str, lists: Mapping[str, str]
) -> cst.Module:
    """Call the adjoint where the walk was, and make the list of what is kept."""
    function = _function(module, name + BACKWARD)
    forward = _function(module, name + FORWARD)
    own = {p.name.value: p for p in all_parameters(forward.params)}
    arguments = []
    for parameter in all_parameters(function.params):
        given = parameter.name.value
        read = given.removesuffix("_gradient")
        if given in own or given == STACK:
            arguments.append(given)
        elif read in own and read not in lists:
            expected, found = "derivatives to be collected", f"none of `{read}`"
            _refuse(Bindings(wrap(module)), own[read], expected, found)
        else:
            arguments.append(lists.get(read, seed))
    text = f"{name}{BACKWARD}({', '.join(arguments)})"
    line = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
    changed = visit(module, _Calling(line))
    if STACK in arguments:
        kept = cst.ensure_type(cst.parse_statement(KEEPING), cst.SimpleStatementLine)
        caller = _caller_of(changed, name + FORWARD)
        held = changed if caller is None else _function(changed, caller).body
        body = _ahead_of_call(held.body, name + FORWARD, [kept])
        changed = changed.with_deep_changes(held, body=body)
    return changed


class _Calling(cst.CSTTransformer):
    """Puts the call of the adjoint where the walk was."""

    def __init__(self, line: cst.SimpleStatementLine) -> None:
        super().__init__()
        self.line = line

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return STACK not in {p.name.value for p in all_parameters(node.params)}

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Make a list of its own for what nobody goes back to."""
        own = {p.name.value for p in all_parameters(original_node.params)}
        passes = m.findall(original_node.body, m.Arg(m.Name(STACK)))
        if STACK in own or not passes:
            return updated_node
        made = cst.parse_statement(KEEPING)
        body = [made, *updated_node.body.body]
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine:
        if m.matches(original_node, m.SimpleStatementLine([m.Pass()])):
            return updated_node.with_changes(body=self.line.body)
        return updated_node
