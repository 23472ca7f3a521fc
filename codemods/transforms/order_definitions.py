"""Put constants above the functions of a script, and what it does below them."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Collection, Iterator, Sequence
from itertools import dropwhile, pairwise
from typing import NoReturn

import libcst as cst
import libcst.matchers as m

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.annotation_types import TYPING, Annotations
from codemods.facts.bindings import BINDING_ROLES, Binding, Bindings
from codemods.facts.call_graph import DEFINITION
from codemods.facts.definition_order import DefinitionOrder
from codemods.facts.docstrings import WHOLE_DOCSTRING
from codemods.facts.find_nodes import find
from codemods.facts.imported_names import ImportedNames
from codemods.facts.metadata import wrap
from codemods.facts.module_state import ModuleState
from codemods.facts.reflection import Reflection
from codemods.facts.scopes import Role
from codemods.facts.settings import Settings
from codemods.facts.type_names import UNOBSERVED
from codemods.facts.value_ranges import ValueRanges
from codemods.facts.walk import walk
from codemods.refusal import Refusal

IMPORT = m.SimpleStatementLine([m.AtLeastN(m.Import() | m.ImportFrom(), n=1)])
ACTS = (cst.Await, cst.Call, cst.Lambda, cst.NamedExpr, cst.Subscript, cst.Yield)
MAY_FAIL = (cst.Divide, cst.FloorDivide, cst.Modulo, cst.Power)


def order_definitions(module: cst.Module) -> cst.Module:
    """Order a script as imports, constants, types, functions and the main sequence.

    Have:    documents = load()
             width = 16
             def load() -> list[str]:
                 …
             print(len(documents), width)
    Want:    width = 16
             def load() -> list[str]:
                 …
             documents = load()
             print(len(documents), width)
    Refuses: definitions that are not at the top of the module, classes, decorators and
             defaults that call something; a function that is defined twice, and what
             moves under the name of a builtin; what a definition needs while it is
             made, if it is no constant; a module that is imported after something was
             done, if it is none of Python's own; a constant that may not be computable;
             and a module that looks at its own names

    A constant is what literals decide, and what is made of those and never changes, if
    functions use it.  Everything that is done stays in order.  Functions are ordered by
    `DefinitionOrder`.  Comments move with what they stand above.
    """
    bindings = Bindings(wrap(module))
    module = bindings.wrapper.module
    if not any(isinstance(statement, DEFINITION) for statement in module.body):
        return module
    ordered = _Order(bindings).statements()
    if all(new is old for new, old in zip(ordered, module.body, strict=True)):
        return module
    return module.with_changes(body=_spaced(ordered, module.body))


class _Order:
    """Tells the parts of a script apart, and what may not move."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.module = bindings.wrapper.module
        self.settings = Settings(bindings)
        self.state = ModuleState(bindings)
        self.imports = ImportedNames(bindings)
        self.annotations = Annotations(bindings, self.imports)
        self.ranges = ValueRanges(bindings, AnnotatedTypes(bindings))
        self.heading: list[cst.CSTNode] = []
        self.constants: list[cst.CSTNode] = []
        self.types: list[cst.CSTNode] = []
        self.functions: list[cst.FunctionDef] = []
        self.main: list[cst.CSTNode] = []
        self.above: set[Binding] = set()
        """The variables that are bound above all functions."""

    def statements(self) -> list[cst.CSTNode]:
        """All statements of the module in their new order."""
        lookup = Reflection(self.bindings).every_name
        if lookup is not None:
            self._refuse(
                lookup, "a module that does not look up its names", "a look-up"
            )
        for index, statement in enumerate(self.module.body):
            self._sort(index, statement)
        order = DefinitionOrder(self.bindings, self.functions)
        declarations, functions = self._declarations(), order.by_use(self.main)
        self._refuse_early(declarations, functions)
        return [*self.heading, *declarations, *functions, *self.main]

    def _sort(self, index: int, statement: cst.CSTNode) -> None:
        """Put a statement with those of its kind."""
        if index == 0 and m.matches(statement, WHOLE_DOCSTRING):
            self.heading.append(statement)
        elif m.matches(statement, IMPORT):
            self._refuse_late_import(statement)
            self.heading.append(statement)
            self._note_above(statement)
        elif isinstance(statement, cst.FunctionDef):
            self._refuse_function(statement)
            self.functions.append(statement)
        else:
            for definition in walk(statement):
                if isinstance(definition, DEFINITION):
                    expected = "functions that are defined at the top of the module"
                    self._refuse(definition, expected, "another definition")
            self._sort_line(statement)

    def _sort_line(self, statement: cst.CSTNode) -> None:
        binding = self._assigned(statement)
        if binding is not None and self._is_type(statement):
            group = self.types
        elif binding is not None and self._is_constant(binding, statement):
            group = self.constants
            if self.main:
                self._refuse_failure(statement)
        else:
            self.main.append(statement)
            return
        group.append(statement)
        self._note_above(statement)

    def _note_above(self, statement: cst.CSTNode) -> None:
        for binding in self._bound(statement):
            if self.main and hasattr(builtins, binding.name):
                expected = "names that are none of Python's own"
                self._refuse(statement, expected, f"`{binding.name}`")
            self.above.add(binding)

    def _bound(self, statement: cst.CSTNode) -> Iterator[Binding]:
        """The variables that a line or a definition binds."""
        for use in self.bindings.scopes.occurrences:
            if use.role in BINDING_ROLES and use.scope is self.bindings.scopes.module:
                block, index = use.place[0]
                if self.module.body[index] is statement and block is self.module:
                    binding = self.bindings.binding_of(use.node)
                    if binding is not None:
                        yield binding

    def _declarations(self) -> list[cst.CSTNode]:
        """Constants and types, each behind those that it is made of."""
        pending = [*self.constants, *self.types]
        binder = {b: statement for statement in pending for b in self._bound(statement)}
        placed: dict[cst.CSTNode, None] = {}

        def place(statement: cst.CSTNode) -> None:
            for name in find(statement, cst.Name):
                binding = self.bindings.binding_of(name)
                needed = binder.get(binding) if binding is not None else None
                if needed not in (None, statement) and needed not in placed:
                    place(needed)
            placed[statement] = None

        for statement in pending:
            if statement not in placed:
                place(statement)
        return list(placed)

    # Which statements are constants and types.

    def _assigned(self, statement: cst.CSTNode) -> Binding | None:
        """The variable that a line assigns, if it does nothing else."""
        match statement:
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)])
                    | cst.AnnAssign(
                        target=cst.Name() as name, value=cst.BaseExpression()
                    )
                ]
            ):
                return self.bindings.binding_of(name)
        return None

    def _is_type(self, statement: cst.CSTNode) -> bool:
        """Whether a line gives a type a name."""
        assign = cst.ensure_type(statement, cst.SimpleStatementLine).body[0]
        match assign:
            case cst.AnnAssign(annotation=annotation):
                name = self.imports.full_name(annotation.annotation)
                return name in {f"{module}.TypeAlias" for module in TYPING}
            case cst.Assign(value=cst.BaseExpression() as value):
                return self.annotations.read_type(value) != UNOBSERVED
        return False

    def _is_constant(self, binding: Binding, statement: cst.CSTNode) -> bool:
        """Whether a line binds what can be bound above the functions, and should be."""
        if binding in self.settings:
            return True
        is_used = any(True for _ in self.state.uses_in_functions(binding))
        return is_used and binding not in self.state and self._is_computed(statement)

    def _is_computed(self, statement: cst.CSTNode) -> bool:
        """Whether only literals and constants decide a value."""
        return not any(
            isinstance(node, ACTS)
            or (isinstance(node, cst.Name) and not self._is_known(node))
            for node in walk(self._value(statement))
        )

    def _value(self, statement: cst.CSTNode) -> cst.BaseExpression:
        line = cst.ensure_type(statement, cst.SimpleStatementLine).body[0]
        assert isinstance(line, cst.Assign | cst.AnnAssign)
        assert line.value is not None  # what only declares is not asked about
        return line.value

    def _is_known(self, name: cst.Name) -> bool:
        binding = self.bindings.binding_of(name)
        is_own = binding is not None and binding.scope.is_comprehension
        return binding is None or is_own or binding in self.above

    # What cannot be moved.

    def _refuse_late_import(self, statement: cst.CSTNode) -> None:
        """Refuse modules that may notice what was done before they are imported."""
        for node in walk(statement) if self.main else ():
            match node:
                case cst.Import(names=aliases):
                    modules = [alias.evaluated_name for alias in aliases]
                case cst.ImportFrom(module=cst.Attribute() | cst.Name() as module):
                    modules = [cst.Module([]).code_for_node(module)]
                case cst.ImportFrom():
                    modules = [""]
                case _:
                    continue
            for name in modules:
                if name.split(".")[0] not in sys.stdlib_module_names:
                    expected = "imports above everything that is done"
                    self._refuse(node, expected, "one below")

    def _refuse_function(self, function: cst.FunctionDef) -> None:
        binding = self.bindings.binding_of(function.name)
        uses = self.bindings.occurrences(binding) if binding is not None else []
        bound = [use for use in uses if use.role in BINDING_ROLES]
        name = function.name.value
        if [use.role for use in bound] != [Role.FUNCTION]:
            self._refuse(function.name, f"one definition of `{name}`", "another")
        if self.main and hasattr(builtins, name):
            expected = "names that are none of Python's own"
            self._refuse(function.name, expected, f"`{name}`")
        for decorator in function.decorators:
            self._refuse(decorator, "functions without decorators", "a decorator")
        for call in find(function.params, cst.Call):
            self._refuse(call, "defaults that call nothing", "a call")

    def _refuse_failure(self, statement: cst.CSTNode) -> None:
        """Refuse a constant of which the computation may fail, earlier than it did."""
        for node in find(statement, cst.BinaryOperation):
            if isinstance(node.operator, MAY_FAIL) and self.ranges.find(node) is None:
                expected = "a constant that can certainly be computed"
                self._refuse(node, expected, "one that may fail")

    def _refuse_early(
        self, declarations: Sequence[cst.CSTNode], functions: Sequence[cst.FunctionDef]
    ) -> None:
        """Refuse declarations and definitions that need what is not bound yet."""
        bound = set(self.above)
        for statement in declarations:
            self._refuse_unbound(statement, bound)
        for function in functions:
            self._refuse_unbound(function.params, bound)
            if function.returns is not None:
                self._refuse_unbound(function.returns, bound)
            bound.update(self._bound(function))

    def _refuse_unbound(self, node: cst.CSTNode, bound: Collection[Binding]) -> None:
        for name in find(node, cst.Name):
            binding = self.bindings.binding_of(name)
            is_own = binding and binding.scope is self.bindings.scopes.module
            if is_own and binding not in bound:
                expected = "definitions that need only constants"
                self._refuse(name, expected, f"`{name.value}`")

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> NoReturn:
        wrapper = self.bindings.wrapper
        raise Refusal.at(wrapper, node, expected=expected, found=found)


def _spaced(
    ordered: Sequence[cst.CSTNode], before: Sequence[cst.CSTNode]
) -> list[cst.CSTNode]:
    """Statements with a blank line ahead of each that stood behind another one."""
    above = dict(zip(before[1:], before, strict=False))
    body = list(ordered[:1])
    for previous, statement in pairwise(ordered):
        lines = list(getattr(statement, "leading_lines", ()))
        is_paragraph = above.get(statement) is not previous
        is_paragraph |= any(line.comment is None for line in lines[:1])
        kept = dropwhile(lambda line: line.comment is None, lines)
        blank = [cst.EmptyLine(indent=False)] if is_paragraph else []
        body.append(statement.with_changes(leading_lines=[*blank, *kept]))
    return body
