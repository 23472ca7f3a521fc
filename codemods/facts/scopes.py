"""Where every name of a module occurs, and in which scope.

LibCST's ScopeProvider knows neither the captures of a match statement, nor that a
walrus inside a comprehension binds outside it, nor the names in `global` and `del`
statements; a rename that misses one of those changes the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.last_name import last_name
from codemods.facts.visit import visit
from codemods.refusal import Refusal

Comprehension = cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp
ScopeNode = cst.Module | cst.ClassDef | cst.FunctionDef | cst.Lambda | Comprehension
Loop = cst.For | cst.While | cst.CompFor


class Role(Enum):
    """What an occurrence of a name does."""

    LOAD = "load"
    STORE = "store"
    UPDATE = "update"  # an augmented assignment loads and stores
    DELETE = "delete"
    PARAMETER = "parameter"
    FUNCTION = "function"
    CLASS = "class"
    IMPORT = "import"
    GLOBAL = "global"
    NONLOCAL = "nonlocal"


@dataclass(eq=False)
class Scope:
    """A module, class body, function, lambda or comprehension."""

    node: ScopeNode
    parent: Scope | None
    name: str = ""
    consumer: cst.Name | None = None
    """The function whose only argument this generator expression is, if any."""

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, cst.ClassDef)

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, cst.FunctionDef | cst.Lambda)

    @property
    def is_comprehension(self) -> bool:
        return isinstance(self.node, Comprehension)

    @property
    def owner(self) -> Scope:
        """The scope itself, or that around the comprehensions that it stands in."""
        scope = self
        while scope.is_comprehension and scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the module down to the owner: `("Shape", "area")`."""
        owner = self.owner
        return (*owner.parent.path, owner.name) if owner.parent is not None else ()

    def enclosing(self) -> Iterator[Scope]:
        """The scope and those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


@dataclass(frozen=True, eq=False)
class Occurrence:
    """One appearance of a name."""

    node: cst.Name
    role: Role
    scope: Scope
    anchor: cst.CSTNode
    """The node itself, or the string annotation that it stands in."""

    loops: tuple[Loop, ...]
    """The loops whose target or body it stands in, outermost first."""

    place: tuple[tuple[cst.CSTNode, int], ...]
    """The blocks around it, outermost first, and the index of its statement in each."""

    assigned: bool
    """Whether it is a target of an assignment that is a statement of its own."""


@dataclass
class Scopes:
    """Every scope of a module, and every occurrence in order of evaluation."""

    module: Scope
    by_node: dict[cst.CSTNode, Scope] = field(default_factory=dict)
    occurrences: list[Occurrence] = field(default_factory=list)
    annotations: dict[cst.SimpleString, cst.BaseExpression] = field(
        default_factory=dict
    )
    """What the strings among the annotations stand for."""


@lru_cache(maxsize=8)
def find_scopes(wrapper: MetadataWrapper) -> Scopes:
    """Find the scopes and names of `wrapper.module`.

    Refuses type parameters and `type` statements: their scopes are not modelled.
    """
    finder = _ScopeFinder(wrapper)
    visit(wrapper.module, finder)
    return finder.found


class _ScopeFinder(cst.CSTVisitor):
    """Visits a module in order of evaluation, noting each name with its role."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        super().__init__()
        self.wrapper = wrapper
        self.scope = Scope(wrapper.module, None)
        self.found = Scopes(self.scope, {wrapper.module: self.scope})
        self.role = Role.LOAD
        self.assigned = False
        self.annotating = False
        self.anchor: cst.CSTNode | None = None
        self.loops: list[Loop] = []
        self.place: list[tuple[cst.CSTNode, int]] = []
        self.names_for: dict[cst.CSTNode, str] = {}
        self.consumers: dict[cst.CSTNode, cst.Name] = {}

    def note(self, node: cst.Name, role: Role, scope: Scope | None = None) -> None:
        self.found.occurrences.append(
            Occurrence(
                node=node,
                role=role,
                scope=scope or self.scope,
                anchor=self.anchor or node,
                loops=tuple(self.loops),
                place=tuple(self.place),
                assigned=self.assigned and role is Role.STORE and scope is None,
            )
        )

    def see(self, *nodes: cst.CSTNode | None, role: Role = Role.LOAD) -> None:
        """Visit nodes that load, or store, or delete."""
        outside, self.role = self.role, role
        for node in nodes:
            if node is not None:
                visit(node, self)
        self.role = outside

    @contextmanager
    def inside(self, node: ScopeNode, name: str = "") -> Iterator[None]:
        outside = self.scope
        self.scope = Scope(node, outside, name, self.consumers.get(node))
        self.found.by_node[node] = self.scope
        yield
        self.scope = outside

    @contextmanager
    def inside_loop(self, loop: Loop) -> Iterator[None]:
        self.loops.append(loop)
        yield
        self.loops.pop()

    # Names, and the expressions that are loaded even where they are assigned to.

    def visit_Name(self, node: cst.Name) -> None:
        self.note(node, self.role)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        self.see(node.value)
        return False

    def visit_Subscript(self, node: cst.Subscript) -> bool:
        annotating = self.annotating
        self.see(node.value)
        self.annotating = annotating and last_name(node.value) != "Literal"
        self.see(*node.slice)
        self.annotating = annotating
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        self.see(node.value)
        return False

    def visit_Call(self, node: cst.Call) -> None:
        if len(node.args) == 1 and isinstance(node.func, cst.Name):
            self.consumers[node.args[0].value] = node.func

    # Assignments.

    def visit_Assign(self, node: cst.Assign) -> bool:
        if isinstance(node.value, cst.Lambda) and len(node.targets) == 1:
            self.names_for[node.value] = _name_of_lambda(node.targets[0].target)
        self.see(node.value)
        self.assigned = True
        self.see(*(target.target for target in node.targets), role=Role.STORE)
        self.assigned = False
        return False

    def visit_AnnAssign(self, node: cst.AnnAssign) -> bool:
        if isinstance(node.value, cst.Lambda):
            self.names_for[node.value] = _name_of_lambda(node.target)
        self.see(node.annotation, node.value)
        self.assigned = node.value is not None
        self.see(node.target, role=Role.STORE)
        self.assigned = False
        return False

    def visit_AugAssign(self, node: cst.AugAssign) -> bool:
        self.see(node.target, role=Role.UPDATE)
        self.see(node.value)
        return False

    def visit_NamedExpr(self, node: cst.NamedExpr) -> bool:
        self.see(node.value)
        self.note(cst.ensure_type(node.target, cst.Name), Role.STORE, self.scope.owner)
        return False

    def visit_Del(self, node: cst.Del) -> bool:
        self.see(node.target, role=Role.DELETE)
        return False

    def visit_AsName(self, node: cst.AsName) -> bool:
        self.see(node.name, role=Role.STORE)
        return False

    def visit_Import(self, node: cst.Import) -> bool:
        self._note_imports(node.names)
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        if not isinstance(node.names, cst.ImportStar):
            self._note_imports(node.names)
        return False

    def _note_imports(self, aliases: Sequence[cst.ImportAlias]) -> None:
        for alias in aliases:
            bound = alias.asname.name if alias.asname is not None else alias.name
            self.note(root_name(bound), Role.IMPORT)

    def visit_Global(self, node: cst.Global) -> bool:
        for item in node.names:
            self.note(item.name, Role.GLOBAL)
        return False

    def visit_Nonlocal(self, node: cst.Nonlocal) -> bool:
        for item in node.names:
            self.note(item.name, Role.NONLOCAL)
        return False

    # Patterns.

    def visit_MatchAs(self, node: cst.MatchAs) -> bool:
        self.see(node.pattern)
        self.see(node.name, role=Role.STORE)
        return False

    def visit_MatchStar(self, node: cst.MatchStar) -> bool:
        self.see(node.name, role=Role.STORE)
        return False

    def visit_MatchMapping(self, node: cst.MatchMapping) -> bool:
        self.see(*node.elements)
        self.see(node.rest, role=Role.STORE)
        return False

    def visit_MatchKeywordElement(self, node: cst.MatchKeywordElement) -> bool:
        self.see(node.pattern)
        return False

    # Loops and blocks.

    def visit_For(self, node: cst.For) -> bool:
        self.see(node.iter)
        with self.inside_loop(node):
            self.see(node.target, role=Role.STORE)
            self.see(node.body)
        self.see(node.orelse)
        return False

    def visit_While(self, node: cst.While) -> bool:
        with self.inside_loop(node):
            self.see(node.test, node.body)
        self.see(node.orelse)
        return False

    def visit_Module(self, node: cst.Module) -> bool:
        self._see_block(node, node.body)
        return False

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> bool:
        self._see_block(node, node.body)
        return False

    def visit_SimpleStatementSuite(self, node: cst.SimpleStatementSuite) -> bool:
        self._see_block(node, node.body)
        return False

    def _see_block(self, block: cst.CSTNode, body: Sequence[cst.CSTNode]) -> None:
        for index, statement in enumerate(body):
            self.place.append((block, index))
            self.see(statement)
            self.place.pop()

    # Scopes.

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self._refuse_type_parameters(node, node.type_parameters)
        self.see(*node.decorators)
        self._see_outside(node.params)
        self.see(node.returns)
        self.note(node.name, Role.FUNCTION)
        with self.inside(node, node.name.value):
            self._note_parameters(node.params)
            self.see(node.body)
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        self._see_outside(node.params)
        with self.inside(node, self.names_for.get(node, "<lambda>")):
            self._note_parameters(node.params)
            self.see(node.body)
        return False

    def _see_outside(self, parameters: cst.Parameters) -> None:
        """Defaults and annotations belong to the scope around the function."""
        for parameter in all_parameters(parameters):
            self.see(parameter.annotation, parameter.default)

    def _note_parameters(self, parameters: cst.Parameters) -> None:
        for parameter in all_parameters(parameters):
            self.note(parameter.name, Role.PARAMETER)

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self._refuse_type_parameters(node, node.type_parameters)
        self.see(*node.decorators, *node.bases, *node.keywords)
        self.note(node.name, Role.CLASS)
        with self.inside(node, node.name.value):
            self.see(node.body)
        return False

    def visit_TypeAlias(self, node: cst.TypeAlias) -> None:
        self._refuse_type_parameters(node, node)

    def _refuse_type_parameters(
        self, node: cst.CSTNode, found: cst.CSTNode | None
    ) -> None:
        if found is not None:
            raise Refusal.at(
                self.wrapper,
                node,
                expected="no type parameters",
                found="a scope of type parameters",
            )

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return self._see_comprehension(node, node.elt)

    def visit_SetComp(self, node: cst.SetComp) -> bool:
        return self._see_comprehension(node, node.elt)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return self._see_comprehension(node, node.elt)

    def visit_DictComp(self, node: cst.DictComp) -> bool:
        return self._see_comprehension(node, node.key, node.value)

    def _see_comprehension(
        self, node: Comprehension, *elements: cst.BaseExpression
    ) -> bool:
        """Only the first iterable is evaluated in the scope around it."""
        self.see(node.for_in.iter)
        with self.inside(node):
            self._see_clause(node.for_in, elements)
        return False

    def _see_clause(
        self, clause: cst.CompFor, elements: Sequence[cst.BaseExpression]
    ) -> None:
        with self.inside_loop(clause):
            self.see(clause.target, role=Role.STORE)
            self.see(*clause.ifs)
            if clause.inner_for_in is None:
                self.see(*elements)
            else:
                self.see(clause.inner_for_in.iter)
                self._see_clause(clause.inner_for_in, elements)

    # Annotations.

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        self.annotating = True
        self.see(node.annotation)
        self.annotating = False
        return False

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> bool:
        return not self.annotating

    def visit_SimpleString(self, node: cst.SimpleString) -> bool:
        value = node.evaluated_value
        if self.annotating and isinstance(value, str):
            expression = _parse_annotation(value)
            if expression is not None:
                self.found.annotations[node] = expression
                outside, self.anchor = self.anchor, self.anchor or node
                self.see(expression)
                self.anchor = outside
        return False


def all_parameters(parameters: cst.Parameters) -> list[cst.Param]:
    """The parameters of a function in the order in which they are written."""
    star = parameters.star_arg
    return [
        *parameters.posonly_params,
        *parameters.params,
        *([star] if isinstance(star, cst.Param) else []),
        *parameters.kwonly_params,
        *([parameters.star_kwarg] if parameters.star_kwarg is not None else []),
    ]


def annotations_of(function: cst.FunctionDef) -> Iterator[cst.Annotation]:
    """The annotations in the signature of a function."""
    for parameter in all_parameters(function.params):
        if parameter.annotation is not None:
            yield parameter.annotation
    if function.returns is not None:
        yield function.returns


def root_name(node: cst.CSTNode) -> cst.Name:
    """The `a` of a dotted name `a.b.c`."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return cst.ensure_type(node, cst.Name)


def _name_of_lambda(target: cst.BaseExpression) -> str:
    return last_name(target) or "<lambda>"


def _parse_annotation(text: str) -> cst.BaseExpression | None:
    """The expression in a string annotation; what does not parse is just text."""
    try:
        return cst.parse_expression(text)
    except cst.ParserSyntaxError:
        return None
