"""Turn lambdas into functions with names."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst.helpers import parse_template_statement
from libcst.metadata import MetadataWrapper

from codemods.facts.bindings import Bindings
from codemods.facts.effects import Effects, is_literal, mentions
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.scope_names import FreshNames
from codemods.facts.surroundings import Surroundings
from codemods.facts.visit import visit
from codemods.facts.walk import parents
from codemods.refusal import Refusal
from codemods.transforms.replace_statement import replacement, standalone

KEYS = {"sort": "sort_key", "sorted": "sort_key", "min": "minimum_key",
        "max": "maximum_key", "groupby": "group_key"}  # fmt: skip
IDENTITY = ("__name__", "__qualname__", "__code__")
HEADERS = (cst.SimpleStatementLine, cst.For, cst.If, cst.With, cst.FunctionDef,
           cst.ClassDef, cst.Match)  # fmt: skip
DEFERRED = (cst.BaseComp, cst.While, cst.ExceptHandler, cst.ExceptStarHandler,
            cst.MatchCase, cst.SimpleStatementSuite, cst.Annotation)  # fmt: skip


def replace_lambdas(module: cst.Module) -> cst.Module:
    """Replace every lambda by a function that is defined where it is needed.

    Have:    double = lambda number: 2 * number
             names.sort(key=lambda name: name.lower())
    Want:    def double(number):
                 return 2 * number
             def sort_key(name):
                 return name.lower()
             names.sort(key=sort_key)
    Refuses: a lambda that its statement evaluates later or repeatedly (in a
             comprehension or the condition of a loop), in a class body where it is not
             a method, with defaults that cannot be evaluated earlier, with `yield`, in
             a place that suggests no name, or whose `__name__` is asked for

    A function refers to the variables around it by name, whenever it is called, just
    as the lambda did.  Its `__name__` is a new one.
    """
    while any(find(module, cst.Lambda)):
        wrapper = wrap(module)
        module = visit(wrapper.module, _Naming(wrapper))
    return module


class _Naming(cst.CSTTransformer):
    """Replaces the outermost lambdas; what is inside them is a statement after that."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        super().__init__()
        self.wrapper = wrapper
        self.parents = parents(wrapper.module)
        self.surroundings = Surroundings(Bindings(wrapper))
        self.effects = Effects(wrapper)
        self.names = FreshNames(wrapper)
        self.replaced: dict[cst.CSTNode, str] = {}
        self.hoisted: dict[cst.CSTNode, list[cst.BaseStatement]] = {}

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        if any(find(node.body, cst.Yield)):
            self._refuse(node, "a lambda that returns a value", "`yield` in a lambda")
        if not self._is_bound_to_name(node):
            self._hoist(node)
        return False

    def leave_Lambda(
        self, original_node: cst.Lambda, updated_node: cst.Lambda
    ) -> cst.BaseExpression:
        name = self.replaced.get(original_node)
        return updated_node if name is None else cst.Name(name)

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> object:
        updated = super().on_leave(original_node, updated_node)
        before = self.hoisted.get(original_node)
        if before is None or not isinstance(updated, cst.CSTNode):
            return updated
        return cst.FlattenSentinel([*before, updated])

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.BaseStatement:
        match updated_node.body[0]:
            case cst.Assign(
                targets=[cst.AssignTarget(target=cst.Name(name))],
                value=cst.Lambda() as value,
            ):
                (definition,) = replacement(updated_node, [_definition(name, value)])
                return definition
            case _:
                return updated_node

    def _is_bound_to_name(self, node: cst.Lambda) -> bool:
        """Whether a lambda is all that a line assigns, and to one name."""
        match self.parents[node]:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
                line = self.parents[self.parents[node]]
                if not isinstance(line, cst.SimpleStatementLine) or line.body[1:]:
                    self._refuse(node, "an assignment on its own line", "others on it")
                self._refuse_identity(name)
                return True
            case _:
                return False

    def _refuse_identity(self, name: cst.Name) -> None:
        for attribute in find(self.wrapper.module, cst.Attribute):
            is_same = mentions(attribute.value) == {name.value}
            if is_same and attribute.attr.value in IDENTITY:
                self._refuse(attribute, "no question after the lambda's name", "one")

    def _hoist(self, node: cst.Lambda) -> None:
        if self.surroundings.scope(node).is_class:
            self._refuse(
                node,
                "a function or module around the lambda",
                "a class, of which the function would become an attribute",
            )
        self._refuse_early_defaults(node)
        statement = self._statement(node)
        wanted = self._describe(node)
        name = self.names.at(node).claim([wanted], node)
        self.replaced[node] = name
        self.hoisted.setdefault(statement, []).append(_definition(name, node))

    def _statement(self, node: cst.Lambda) -> cst.BaseStatement:
        """The statement whose evaluation creates the lambda exactly once."""
        for _, parent in self._climb(node):
            if isinstance(parent, HEADERS) and not self._is_elif(parent):
                return parent
            if isinstance(parent, (*DEFERRED, cst.If)):
                self._refuse(
                    node,
                    "a lambda that can be defined before its statement",
                    f"one in {_described(parent)}",
                )
        raise TypeError("a lambda outside any statement")

    def _refuse_early_defaults(self, node: cst.Lambda) -> None:
        parameters = node.params
        for parameter in [
            *parameters.posonly_params,
            *parameters.params,
            *parameters.kwonly_params,
        ]:
            default = parameter.default
            settled = default is None or is_literal(default)
            if isinstance(default, cst.Name):
                settled = not self.effects.is_shared(default) and not self._is_rebound(
                    default, node
                )
            if not settled:
                self._refuse(
                    node, "defaults that are the same before the statement", "another"
                )

    def _is_rebound(self, name: cst.Name, node: cst.Lambda) -> bool:
        statement = self._statement(node)
        bindings = find(statement, cst.NamedExpr)
        return any(name.value in mentions(binding.target) for binding in bindings)

    def _describe(self, node: cst.Lambda) -> str:
        for child, parent in self._climb(node):
            match parent:
                case cst.Arg():
                    return self._describe_argument(parent)
                case cst.DictElement(
                    key=cst.SimpleString() as key
                ) if key.raw_value.isidentifier():
                    return f"{key.raw_value}_function"
                case cst.Param():
                    return f"{parent.name.value}_default"
                case cst.Return():
                    return "returned_function"
                case cst.Assign():
                    return f"{_word(parent.targets[0].target)}_function"
                case cst.AnnAssign():
                    return f"{_word(parent.target)}_function"
                case cst.Call() if parent.func is child:
                    break
        return self._refuse(node, "a place that suggests a name", "no such place")

    def _describe_argument(self, argument: cst.Arg) -> str:
        call = self.parents[argument]
        callee = _word(call.func) if isinstance(call, cst.Call) else "base"
        if argument.keyword is None:
            return f"{callee}_function"
        keyword = argument.keyword.value
        return KEYS.get(callee, f"{callee}_key") if keyword == "key" else keyword

    def _is_elif(self, node: cst.BaseStatement) -> bool:
        above = self.parents[node]
        return isinstance(above, cst.If) and above.orelse is node

    def _climb(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """Each node above `node` and the child it was reached from."""
        while (parent := self.parents.get(node)) is not None:
            yield node, parent
            node = parent

    def _refuse(self, node: cst.CSTNode, expected: str, found: str) -> str:
        raise Refusal.at(self.wrapper, node, expected=expected, found=found)


def _definition(name: str, node: cst.Lambda) -> cst.BaseStatement:
    definition = parse_template_statement(
        "def {name}():\n    return {body}",
        name=cst.Name(name),
        body=standalone(node.body),
    )
    assert isinstance(definition, cst.FunctionDef)
    definition = definition.with_changes(params=node.params)
    (complete,) = replacement(cst.SimpleStatementLine([cst.Expr(node)]), [definition])
    return complete


def _described(node: cst.CSTNode) -> str:
    if isinstance(node, cst.BaseComp):
        return "a comprehension"
    kinds = {cst.While: "the condition of a loop", cst.If: "`elif`",
             cst.SimpleStatementSuite: "a line with the header of a block",
             cst.Annotation: "an annotation"}  # fmt: skip
    return kinds.get(type(node), "a clause of a statement")


def _word(node: cst.BaseExpression) -> str:
    """The last word of what an expression is called."""
    match node:
        case cst.Name(name) | cst.Attribute(attr=cst.Name(name)):
            return name.strip("_") or "unnamed"
        case cst.Subscript(value=inner) | cst.Call(func=inner):
            return _word(inner)
        case _:
            return "chosen"
