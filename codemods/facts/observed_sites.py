"""Where a script's values can be watched, and a copy of it that hands them over.

    y = [f(x, 2) for x in xs]
    =>
    y = __observe__(4, [__observe__(3, __observe__(1, f)(__observe__(2, x), 2))
                        for x in __observe__(0, xs) if __observed__(5, x)])

What is handed over is evaluated where, when and as often as before; see
`observe_launch.py` for what is done with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

import libcst as cst
import libcst.matchers as m
from libcst.metadata import (
    ExpressionContext,
    ExpressionContextProvider,
    MetadataWrapper,
)

from codemods.facts.docstrings import WHOLE_DOCSTRING
from codemods.facts.places import Place, find_places
from codemods.facts.scopes import Role, all_parameters, find_scopes
from codemods.facts.straight_lines import find_straight_lines
from codemods.facts.type_names import NONE, Type
from codemods.facts.visit import visit


class Seen(Enum):
    """In what way a value is seen at a place."""

    LOADED = "the value of an expression"
    STORED = "what is bound to a target or parameter"
    RETURNED = "what a function, at its name, returns"
    YIELDED = "what a generator function, at its name, yields"
    DELEGATED = "what a generator function, at its name, yields from"


Key = tuple[Seen, Place]

# What is never evaluated, or not as an expression of its own.
OPAQUE = (
    cst.Annotation,
    cst.Decorator,
    cst.Global,
    cst.Import,
    cst.ImportFrom,
    cst.MatchPattern,
    cst.Nonlocal,
    cst.TypeAlias,
    cst.TypeParameters,
)

UNWRAPPED = (
    cst.Await,
    cst.Ellipsis,
    cst.From,
    cst.NamedExpr,
    cst.StarredElement,
    cst.Yield,
)
PLAIN = m.Name() | m.Integer() | m.SimpleString()
VARIABLE_ROLES = {Role.STORE, Role.UPDATE, Role.DELETE, Role.PARAMETER}
UNPARENTHESIZED = (cst.Tuple, cst.GeneratorExp)


@dataclass
class Sites:
    """What is learnt from where."""

    keys: list[Key] = field(default_factory=list)
    """What is seen at each numbered site."""

    known: dict[Key, Type] = field(default_factory=dict)
    """What the text itself shows."""

    tuples: dict[Key, list[Key]] = field(default_factory=dict)
    """For each tuple display the keys of its elements."""

    same: dict[Key, list[Key]] = field(default_factory=dict)
    """What is seen where something else is seen: a target is bound to its value."""


def instrument(
    wrapper: MetadataWrapper, wanted: Collection[Place] | None = None
) -> tuple[cst.Module, Sites]:
    """Return a copy of `wrapper.module` that hands over its values, and its sites.

    If only some places are `wanted`, only what tells of their values is handed over.
    """
    finder = _SiteFinder(wrapper)
    visit(wrapper.module, finder)
    if wanted is not None:
        finder.keep(wanted)
    return visit(wrapper.module, _Instrumenter(finder)), finder.sites


def literal_type(node: cst.BaseExpression) -> Type | None:
    """The type that the spelling of an expression shows, if it does."""
    match node:
        case cst.Integer():
            return Type("int")
        case cst.Float():
            return Type("float")
        case cst.Imaginary():
            return Type("complex")
        case cst.SimpleString():
            return Type("bytes" if "b" in node.prefix.lower() else "str")
        case cst.ConcatenatedString():
            return literal_type(node.left)
        case cst.FormattedString():
            return Type("str")
        case cst.Name("True") | cst.Name("False"):
            return Type("bool")
        case cst.Name("None"):
            return NONE
        case cst.Tuple(elements=[]):
            return Type("tuple")
        case cst.UnaryOperation(operator=cst.Not()):
            return Type("bool")
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator)]):
            is_plain = isinstance(operator, cst.In | cst.NotIn | cst.Is | cst.IsNot)
            return Type("bool") if is_plain else None
    return None


class _SiteFinder(cst.CSTVisitor):
    """Numbers the expressions that must be watched; notes what tells of the rest."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        super().__init__()
        self.places = find_places(wrapper.module)
        self.contexts = wrapper.resolve(ExpressionContextProvider)
        self.sites = Sites()
        self.numbers: dict[cst.CSTNode, int] = {}
        self.generators: set[cst.CSTNode] = set()
        self.valued: set[cst.CSTNode] = set()
        """The functions in which a `return` has a value."""

        self._kept: set[Key] | None = None
        self._skipped: set[cst.CSTNode | None] = set()
        self._straight = find_straight_lines(wrapper)
        occurrences = find_scopes(wrapper).occurrences
        self._variables = {
            o.node.value for o in occurrences if o.role in VARIABLE_ROLES
        }
        self._functions: list[cst.FunctionDef | cst.Lambda] = []

    def keep(self, wanted: Collection[Place]) -> None:
        """Watch only what these places, or others that tell of them, come to."""
        self._kept = set()
        pending = [(seen, place) for seen in Seen for place in wanted]
        while pending:
            key = pending.pop()
            if key not in self._kept:
                self._kept.add(key)
                pending += self.sites.same.get(key, [])
                pending += self.sites.tuples.get(key, [])
        keys = {node: self.sites.keys[n] for node, n in self.numbers.items()}
        kept = {node: key for node, key in keys.items() if key in self._kept}
        self.sites.keys = list(kept.values())
        self.numbers = {node: number for number, node in enumerate(kept)}

    def watches(self, seen: Seen, node: cst.CSTNode) -> bool:
        """Whether what happens at `node` tells of anything that is wanted."""
        return self._kept is None or (seen, self.places[node]) in self._kept

    def new_site(self, seen: Seen, node: cst.CSTNode) -> int:
        """A site of its own for what happens at `node`."""
        self.sites.keys.append((seen, self.places[node]))
        return len(self.sites.keys) - 1

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, OPAQUE) or m.matches(
            node, m.FormattedStringExpression(equal=m.AssignEqual())
        ):
            return False
        if isinstance(node, cst.BaseExpression) and self._is_loaded(node):
            self._find_type(node)
        return super().on_visit(node)

    def _is_loaded(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, UNWRAPPED) or node in self._skipped:
            return False
        context = self.contexts.get(node, ExpressionContext.LOAD)
        has_context = cst.Name, cst.Attribute, cst.Subscript, cst.Tuple, cst.List
        if isinstance(node, has_context) and node not in self.contexts:
            return False
        return context is ExpressionContext.LOAD

    def _find_type(self, node: cst.BaseExpression) -> None:
        """Settle where the type of a loaded expression is to come from."""
        key, text = (Seen.LOADED, self.places[node]), literal_type(node)
        if text is not None:
            self.sites.known[key] = text
        elif node in self._straight:
            self._tell(Seen.LOADED, node, self._straight[node], Seen.STORED)
        elif isinstance(node, cst.Tuple) and (elements := self._elements(node)):
            self.sites.tuples[key] = elements
        else:
            self.numbers[node] = len(self.sites.keys)
            self.sites.keys.append(key)

    def _elements(self, node: cst.Tuple) -> list[Key]:
        """The keys of the elements of a tuple, unless one of them is not watched."""
        parts = [part for e in node.elements for part in (e, e.value)]
        if any(isinstance(part, UNWRAPPED) for part in parts):
            return []
        return [(Seen.LOADED, self.places[element.value]) for element in node.elements]

    def _tell(
        self,
        seen: Seen,
        node: cst.CSTNode,
        value: cst.BaseExpression,
        seen_there: Seen = Seen.LOADED,
    ) -> None:
        """What happens at `node` happens with what is seen at `value`."""
        while isinstance(value, cst.NamedExpr):
            value = value.value
        origin = (seen_there, self.places[value])
        self.sites.same.setdefault((seen, self.places[node]), []).append(origin)

    def visit_Expr(self, node: cst.Expr) -> None:
        self._skipped.add(node.value)  # nobody loads it

    def visit_Arg(self, node: cst.Arg) -> None:
        self._skipped.add(node.keyword)

    def visit_Param(self, node: cst.Param) -> None:
        self._skipped.add(node.name)

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) or self._is_definition(node.func):
            self._skipped.add(node.func)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if self._is_definition(node.value):
            self._skipped.add(node.value)

    def _is_definition(self, node: cst.BaseExpression) -> bool:
        """Whether a name is nothing but a function, class, module or builtin."""
        return isinstance(node, cst.Name) and node.value not in self._variables

    def leave_Assign(self, original_node: cst.Assign) -> None:
        for target in original_node.targets:
            self._tell(Seen.STORED, target.target, original_node.value)

    def leave_AnnAssign(self, original_node: cst.AnnAssign) -> None:
        if original_node.value is not None:
            self._tell(Seen.STORED, original_node.target, original_node.value)

    def leave_NamedExpr(self, original_node: cst.NamedExpr) -> None:
        self._tell(Seen.STORED, original_node.target, original_node)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._functions.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._functions.pop()
        if original_node not in self.generators | self.valued:
            self.sites.known[Seen.RETURNED, self.places[original_node.name]] = NONE

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self._functions.append(node)

    def leave_Lambda(self, original_node: cst.Lambda) -> None:
        self._functions.pop()

    def leave_Return(self, original_node: cst.Return) -> None:
        if original_node.value is not None:
            self._tell_result(Seen.RETURNED, original_node.value)
            self.valued.add(self._functions[-1])

    def leave_Yield(self, original_node: cst.Yield) -> None:
        value = original_node.value
        if self._functions:
            self.generators.add(self._functions[-1])
        if isinstance(value, cst.From):
            self._tell_result(Seen.DELEGATED, value.item)
        elif value is not None:
            self._tell_result(Seen.YIELDED, value)

    def _tell_result(self, seen: Seen, value: cst.BaseExpression) -> None:
        function = self._functions[-1] if self._functions else None
        if isinstance(function, cst.FunctionDef):
            self._tell(seen, function.name, value)


class _Instrumenter(cst.CSTTransformer):
    """Wraps the numbered expressions, and watches what is bound without one."""

    def __init__(self, finder: _SiteFinder) -> None:
        super().__init__()
        self.finder = finder
        self._classes: list[str] = []
        self._temporaries = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        return not isinstance(node, OPAQUE) and super().on_visit(node)

    def on_leave(
        self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT
    ) -> cst.CSTNodeT | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNodeT]:
        updated = super().on_leave(original_node, updated_node)
        number = self.finder.numbers.get(original_node)
        if number is None or not isinstance(updated, cst.BaseExpression):
            return updated
        return _observe(number, updated)  # type: ignore[return-value]

    # What is bound by a statement is seen once the statement has bound it.

    def leave_Assign(
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> cst.FlattenSentinel[cst.BaseSmallStatement]:
        unpacked = [t.target for t in original_node.targets if _is_display(t.target)]
        seen = (s for target in unpacked for s in self._stores(target))
        return cst.FlattenSentinel([updated_node, *seen])

    def leave_AugAssign(
        self, original_node: cst.AugAssign, updated_node: cst.AugAssign
    ) -> cst.FlattenSentinel[cst.BaseSmallStatement]:
        place = original_node.target
        if not any(self.finder.watches(s, place) for s in (Seen.LOADED, Seen.STORED)):
            return cst.FlattenSentinel([updated_node])
        before, target = self._settle(updated_node.target)
        return cst.FlattenSentinel(
            [
                *before,
                *self._watch(Seen.LOADED, place, target),
                updated_node.with_changes(target=target),
                *self._watch(Seen.STORED, place, target),
            ]
        )

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        seen = self._stores(original_node.target)
        return updated_node.with_changes(body=_prepend(seen, updated_node.body))

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.With:
        names = [item.asname for item in original_node.items if item.asname is not None]
        seen = [s for name in names for s in self._stores(name.name)]
        return updated_node.with_changes(body=_prepend(seen, updated_node.body))

    def leave_CompFor(
        self, original_node: cst.CompFor, updated_node: cst.CompFor
    ) -> cst.CompFor:
        tests = [
            cst.CompIf(_call("__observed__", self._new_site(Seen.STORED, name), name))
            for name in _leaves(original_node.target)
            if isinstance(name, cst.Name) and self.finder.watches(Seen.STORED, name)
        ]
        return updated_node.with_changes(ifs=[*tests, *updated_node.ifs])

    # Functions.

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        parameters = [p.name for p in all_parameters(original_node.params)]
        seen = [s for name in parameters for s in self._stores(name)]
        body = _prepend(seen, updated_node.body)
        returns = original_node in self.finder.valued - self.finder.generators
        if returns and self.finder.watches(Seen.RETURNED, original_node.name):
            site = self.finder.new_site(Seen.RETURNED, original_node.name)
            body = cst.ensure_type(visit(body, _BareReturns(site)), cst.IndentedBlock)
            body = _append(body, cst.Expr(_observe(site, cst.Name("None"))))
        return updated_node.with_changes(body=body)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._classes.append(node.name.value)

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        self._classes.pop()
        return updated_node

    # Targets.

    def _stores(self, target: cst.BaseExpression) -> list[cst.BaseSmallStatement]:
        leaves = _leaves(target)
        return [s for leaf in leaves for s in self._watch(Seen.STORED, leaf, leaf)]

    def _watch(
        self, seen: Seen, place: cst.CSTNode, target: cst.BaseExpression
    ) -> list[cst.BaseSmallStatement]:
        """Look at what `target` holds; reading it must not call anything."""
        if not self.finder.watches(seen, place):
            return []
        look: tuple[str, list[cst.BaseExpression]]
        match target:
            case cst.Name():
                look = "__observe__", [target]
            case cst.Attribute(value=cst.Name() as owner):
                attribute = cst.SimpleString(repr(self._mangled(target.attr.value)))
                look = "__observe_attribute__", [owner, attribute]
            case cst.Subscript(
                value=cst.Name() as owner,
                slice=[cst.SubscriptElement(cst.Index(value=index))],
            ) if m.matches(index, PLAIN):
                look = "__observe_item__", [owner, index]
            case _:
                return []
        function, arguments = look
        return [cst.Expr(_call(function, self._new_site(seen, place), *arguments))]

    def _new_site(self, seen: Seen, node: cst.CSTNode) -> cst.Integer:
        return cst.Integer(str(self.finder.new_site(seen, node)))

    def _mangled(self, attribute: str) -> str:
        """What a class makes of a name with two leading underscores."""
        private = attribute.startswith("__") and not attribute.endswith("__")
        if private and self._classes:
            return f"_{self._classes[-1].lstrip('_')}{attribute}"
        return attribute

    def _settle(
        self, target: cst.BaseExpression
    ) -> tuple[list[cst.BaseSmallStatement], cst.BaseAssignTargetExpression]:
        """Evaluate the parts of an updated target once, before it is looked at."""
        before: list[cst.BaseSmallStatement] = []

        def settled(part: cst.BaseExpression) -> cst.BaseExpression:
            if m.matches(part, PLAIN):
                return part
            self._temporaries += 1
            name = cst.Name(f"__observed_{self._temporaries}__")
            before.append(cst.Assign([cst.AssignTarget(name)], part))
            return name

        if isinstance(target, cst.Attribute | cst.Subscript):
            target = target.with_changes(value=settled(target.value))
        if isinstance(target, cst.Subscript) and len(target.slice) == 1:
            index = target.slice[0].slice
            if isinstance(index, cst.Index) and index.star is None:
                index = index.with_changes(value=settled(index.value))
                target = target.with_changes(slice=[cst.SubscriptElement(index)])
        return before, target  # type: ignore[return-value]


class _BareReturns(cst.CSTTransformer):
    """Lets every `return` of one function body that returns nothing hand over None."""

    def __init__(self, site: int) -> None:
        super().__init__()
        self.site = site

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def leave_Return(
        self, original_node: cst.Return, updated_node: cst.Return
    ) -> cst.Return:
        if updated_node.value is not None:
            return updated_node
        value = _observe(self.site, cst.Name("None"))
        return updated_node.with_changes(
            value=value, whitespace_after_return=cst.SimpleWhitespace(" ")
        )


def _is_display(target: cst.BaseExpression) -> bool:
    return isinstance(target, cst.Tuple | cst.List)


def _leaves(target: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The names, attributes and subscripts that a target binds."""
    if isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _leaves(element.value)
    else:
        yield target


def _call(function: str, *arguments: cst.BaseExpression) -> cst.Call:
    return cst.Call(cst.Name(function), [cst.Arg(argument) for argument in arguments])


def _observe(site: int, value: cst.BaseExpression) -> cst.Call:
    """Hand over a value, with parentheses wherever the value had some or needs some."""
    parentheses = {"lpar": [cst.LeftParen()], "rpar": [cst.RightParen()]}
    inner = value
    if isinstance(value, UNPARENTHESIZED) and not value.lpar:
        inner = value.with_changes(**parentheses)
    call = _call("__observe__", cst.Integer(str(site)), inner)
    return call.with_changes(**parentheses) if value.lpar else call


def _prepend(
    statements: Sequence[cst.BaseSmallStatement], body: cst.BaseSuite
) -> cst.IndentedBlock:
    """The body as a block, with statements at its start but after a docstring."""
    if isinstance(body, cst.IndentedBlock):
        lines = list(body.body)
    else:
        smalls = cst.ensure_type(body, cst.SimpleStatementSuite).body
        body, lines = cst.IndentedBlock([]), [cst.SimpleStatementLine(smalls)]
    start = 1 if lines and m.matches(lines[0], WHOLE_DOCSTRING) else 0
    added = [cst.SimpleStatementLine([statement]) for statement in statements]
    return body.with_changes(body=[*lines[:start], *added, *lines[start:]])


def _append(body: cst.IndentedBlock, last: cst.BaseSmallStatement) -> cst.IndentedBlock:
    return body.with_changes(body=[*body.body, cst.SimpleStatementLine([last])])
