"""Write the adjoint of a function, and of those that it calls."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from textwrap import indent
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.adjoint.active_names import depth_of
from codemods.adjoint.context import Unsupported
from codemods.adjoint.derivatives import list_of
from codemods.adjoint.program import Block, Program, Value, Whole
from codemods.adjoint.pure_functions import pure_functions
from codemods.adjoint.read_program import ReadProgram
from codemods.adjoint.reverse import STACK, reverse
from codemods.adjoint.rules import RULES, Rule
from codemods.adjoint.signature import FLOAT, Adjoint, Role, adjoint_name, given_adjoint
from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Bindings
from codemods.facts.call_graph import CallGraph
from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse, reparse, wrap
from codemods.facts.operations import OPERATION
from codemods.facts.scopes import all_parameters
from codemods.facts.visit import visit
from codemods.facts.walk import walk
from codemods.refusal import Refusal
from codemods.transforms.name_results import name_results
from codemods.transforms.name_walked import name_walked

KEEPING = f"{STACK}: list[list[float]]"
CODE = cst.Module([])


def derive_adjoints(
    module: cst.Module,
    root: str,
    constants: Mapping[str, Collection[str]] | None = None,
    rules: Mapping[str, Rule] = RULES,
) -> cst.Module:
    """Write the adjoint of a function, and of those that it calls, behind each.

    Have:    def scale_forward(row: list[float], factor: list[float]) -> list[float]:
                 products: list[float] = []
                 for number in row:
                     product = number * factor[0]
                     products.append(product)
                 return products
    Want:    def scale_backward(
                 products_gradient: list[float],
                 row: list[float],
                 row_gradient: list[float],
                 factor: list[float],
                 factor_gradient: list[float],
             ) -> None:
                 length_of_row = len(row)
                 for number_index in reversed(range(length_of_row)):
                     # products.append(product)
                     product_gradient = products_gradient[number_index]
                     # product = number * factor[0]
                     number_contribution = factor[0] * product_gradient
                     number = row[number_index]
                     factor_entry_contribution = number * product_gradient
                     row_gradient[number_index] += number_contribution
                     factor_gradient[0] += factor_entry_contribution
    Refuses: what is not in the plain form; an operation that the rules do not know;
             a value of the forward pass that is lost where the adjoint needs it

    Lists that a loop walks together are taken to be as long as the first of them.  A
    sum has the bits of reverse-mode differentiation, operation by operation, except
    where a list that goes through a loop or a condition also has another name.

    What such a function computes in `return`, or makes for a loop to walk through, is
    bound to a name first.  `constants` are, by the name of the function, numbers and
    lists that no derivative is wanted of, and `rules` are the derivatives of every
    operation of the table, in case they are to be spelt otherwise.  A forward function
    that must keep values receives a list for them, and so does each function that calls
    it.  A function of numbers that has an adjoint already, as `given_adjoint` says,
    keeps it.
    """
    bindings = Bindings(wrap(module))
    derivation = _Derivation(bindings, constants or {}, rules)
    if root not in derivation.functions or derivation.has_adjoint(root):
        return module
    named = name_results(module, derivation.computing(root))
    named = name_walked(named, derivation.reached(root))
    if named is not module:
        return derive_adjoints(reparse(named), root, constants, rules)
    derivation.derive(root)
    return visit(bindings.wrapper.module, _Writing(bindings, derivation))


class _Derivation:
    """The adjoints of one function and those that it calls."""

    def __init__(
        self,
        bindings: Bindings,
        constants: Mapping[str, Collection[str]],
        rules: Mapping[str, Rule],
    ) -> None:
        self.bindings = bindings
        self.constants = constants
        self.rules = rules
        self.functions = {
            node.name.value: node
            for node in bindings.wrapper.module.body
            if isinstance(node, cst.FunctionDef)
        }
        self.types = AnnotatedTypes(bindings)
        self.reader = ReadProgram(bindings, self.types)
        self.adjoints: dict[str, Adjoint] = {}
        self.pure = pure_functions(self.functions)

    @property
    def programs(self) -> Mapping[str, Program]:
        return self.reader.programs

    def has_adjoint(self, name: str) -> bool:
        names = {binding.name for binding in self.bindings}
        return adjoint_name(name) in names

    def reached(self, root: str) -> set[str]:
        """The functions that are called, but for those that have adjoints already."""
        start = self.functions[root]
        called = CallGraph(self.bindings).reached_from([start.body])
        names = {function.name.value for function in (start, *called)}
        return {name for name in names if not self.has_adjoint(name)}

    def computing(self, root: str) -> set[str]:
        """The functions of numbers that are called, and compute what they return."""
        return {
            name
            for name in self.reached(root)
            for returned in find(self.functions[name].body, cst.Return)
            if isinstance(returned.value, OPERATION)
            and depth_of(self.types.type_of(returned.value)) is not None
        }

    def derive(self, name: str, callers: tuple[str, ...] = ()) -> None:
        """Derive the adjoint of a function after those of the ones it calls."""
        node = self.functions[name]
        for call in find(node.body, cst.Call):
            callee = call.func.value if isinstance(call.func, cst.Name) else None
            if callee in (name, *callers):
                self._refuse(call, "no recursion", f"a call of `{callee}`")
            if callee in self.functions and callee not in self.adjoints:
                if self.has_adjoint(callee):
                    self._take(callee)
                else:
                    self.derive(callee, (name, *callers))
        program = self.reader.read(node, self.constants.get(name, ()))
        if program is None:
            return
        try:
            self.adjoints[name] = reverse(
                *(program, self.programs, self.adjoints, self.pure, self.rules),
                is_root=not callers,
            )
        except Unsupported as problem:
            at = problem.statement.node if problem.statement else node.name
            known = at in set(walk(node))
            self._refuse(at if known else node.name, problem.expected, problem.found)

    def _take(self, name: str) -> None:
        """Take a function of numbers, with the adjoint that it has, as it is."""
        node, own = self.functions[name], self.functions.get(adjoint_name(name))
        block, constants = Block(), self.constants.get(name, ())
        values: dict[str, Value | None] = {}
        for parameter in all_parameters(node.params):
            of = parameter.name.value
            is_float = m.matches(parameter, m.Param(annotation=FLOAT))
            is_derived = is_float and of not in constants
            values[of] = Value(of, 0, block) if is_derived else None
        derived = [of for of, value in values.items() if value is not None]
        adjoint = given_adjoint(node, own, derived) if own is not None else None
        if adjoint is None:
            expected = f"the name `{adjoint_name(name)}` to be free"
            self._refuse(node.name, expected, "another use")
        result = Whole("result", Value("result", 0, block))
        no_lists: frozenset[str] = frozenset()
        self.reader.programs[name] = Program(
            *(node, values, block, [result], no_lists, no_lists), is_operation=True
        )
        self.adjoints[name] = adjoint

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


class _Writing(cst.CSTTransformer):
    def __init__(self, bindings: Bindings, derivation: _Derivation) -> None:
        super().__init__()
        self.derivation = derivation
        self.keeping = {n for n, a in derivation.adjoints.items() if a.uses_stack}
        self.before: dict[cst.CSTNode, list[str]] = {}
        self.after: dict[cst.CSTNode, list[str]] = {}
        for adjoint in derivation.adjoints.values():
            # the last that is kept is the first that the adjoint pops
            for kept in reversed(adjoint.kept):
                places = self.before if kept.is_before else self.after
                text = f"[{kept.name}]" if kept.is_number else kept.name
                places.setdefault(kept.statement.node, []).append(text)

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.FlattenSentinel[cst.CSTNode]:
        left = super().on_leave(original_node, updated_node)
        before = self.before.get(original_node, [])
        after = self.after.get(original_node, [])
        if not (before or after):
            return left  # type: ignore[return-value]
        assert isinstance(left, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        first = [_keep(name) for name in before]
        if first:
            first[0] = first[0].with_changes(leading_lines=left.leading_lines)
            left = left.with_changes(leading_lines=[])
        return cst.FlattenSentinel([*first, left, *map(_keep, after)])

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        name = original_node.func
        if isinstance(name, cst.Name) and name.value in self.keeping:
            given = cst.Arg(cst.Name(STACK))
            return updated_node.with_changes(args=[*updated_node.args, given])
        return updated_node

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[cst.FunctionDef]:
        name = original_node.name.value
        adjoint = self.derivation.adjoints.get(name)
        is_last = original_node is self.derivation.functions.get(name)
        if adjoint is None or not is_last or self.derivation.has_adjoint(name):
            return updated_node
        if name in self.keeping:
            updated_node = _with_parameter(updated_node, KEEPING)
        backward = _write(self.derivation.programs[name], adjoint)
        return cst.FlattenSentinel([updated_node, backward])


def _keep(name: str) -> cst.SimpleStatementLine:
    line = cst.parse_statement(f"{STACK}.append({name})")
    return cst.ensure_type(line, cst.SimpleStatementLine)


def _with_parameter(node: cst.FunctionDef, text: str) -> cst.FunctionDef:
    function = cst.parse_statement(f"def function({text}) -> None: ...")
    (added,) = cst.ensure_type(function, cst.FunctionDef).params.params
    parameters = [*node.params.params, added]
    return node.with_changes(params=node.params.with_changes(params=parameters))


def _write(program: Program, adjoint: Adjoint) -> cst.FunctionDef:
    parameters = ", ".join(_parameters(program, adjoint))
    number = len(adjoint.returned)
    result = {0: "None", 1: "float"}.get(number)
    result = result or f"tuple[{', '.join(['float'] * number)}]"
    body = indent("\n".join(adjoint.lines) or "pass", "    ")
    text = f"\n\ndef {adjoint.name}({parameters}) -> {result}:\n{body}\n"
    return cst.ensure_type(parse(text).body[0], cst.FunctionDef)


def _parameters(program: Program, adjoint: Adjoint) -> Iterator[str]:
    annotations = {
        p.name.value: CODE.code_for_node(p.annotation.annotation)
        for p in all_parameters(program.node.params)
        if p.annotation is not None
    }
    for name, role, parameter, depth in adjoint.slots:
        match role:
            case Role.RESULT:
                yield f"{name}: {list_of(depth)}"
            case Role.STACK:
                yield KEEPING
            case _:
                yield f"{name}: {annotations[parameter]}"
