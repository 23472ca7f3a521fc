"""Give every intermediate value a name and a line of its own."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst
from libcst.metadata import MetadataWrapper

from codemods.facts.adapters import is_adapter
from codemods.facts.argument_names import ArgumentNames
from codemods.facts.evaluation import is_constant
from codemods.facts.find_nodes import find
from codemods.facts.last_name import last_name
from codemods.facts.metadata import wrap
from codemods.facts.operations import OPERATION
from codemods.facts.phrases import phrases, singular
from codemods.facts.walk import parents
from codemods.refusal import Refusal
from codemods.transforms.hoist_expressions import ExpressionHoister, Place, Slot

Owner = cst.FunctionDef | cst.Module

INDEX = "_index"


def name_intermediates(
    module: cst.Module, within: Callable[[Owner], bool] = lambda owner: True
) -> cst.Module:
    """Split statements until each performs one operation.

    Have:    `scale = (total / len(x) + 1e-5) ** -0.5`
    Want:    a line each for `len(x)`, the quotient and the sum, then the power
    Refuses: as `ExpressionHoister` does

    An operation is a call, an arithmetic, logical or comparing operator, or a slice.
    Reading a name, attribute or item is none, nor is a display such as `(a, b)`.
    Negating the one operation of a condition (`if not f(x)`) is part of the condition.
    What is evaluated on demand stays where it is, and so do the conditions of `while`.
    A `for`, one of a comprehension as well, may count or pair what it runs over
    (`range`, `enumerate`, `zip`, …), and each entry of a dictionary written on a line
    of its own may be one operation.  A file that is opened for writing gets no name,
    because it would be closed later, and is refused where it would have to have one.

    `within` chooses the functions, or the module level, whose statements are split.
    """
    return _IntermediateNamer(wrap(module), within).rewrite()


class _IntermediateNamer(ExpressionHoister):
    def __init__(
        self, wrapper: MetadataWrapper, within: Callable[[Owner], bool]
    ) -> None:
        super().__init__(wrapper)
        self.within = within
        self.parents = parents(wrapper.module)
        self.arguments = ArgumentNames(wrapper.module)

    def reaches(self, owner: Owner) -> bool:
        return self.within(owner)

    def chooses(self, node: cst.BaseExpression, place: Place) -> bool:
        if place in (Place.WHOLE, Place.ENTRY) or is_constant(node):
            return False
        if place is Place.ADAPTED and is_adapter(node) or _opens_for_writing(node):
            return False
        return isinstance(node, OPERATION) or _is_slice(node)

    def _parts(self, node: cst.BaseExpression, place: Place) -> list[Slot]:
        """A comprehension is an operation itself, besides what it runs over."""
        if isinstance(node, cst.BaseComp):
            return [(part, Place.ADAPTED) for part in self.order.operands(node)]
        return super()._parts(node, place)

    def candidates(
        self, node: cst.BaseExpression, original: cst.BaseExpression
    ) -> list[str]:
        return [*self._role(original), *phrases(node, original)]

    def bind(
        self, node: cst.BaseExpression, name: str, original: cst.BaseExpression
    ) -> list[cst.BaseStatement]:
        if _opens_for_writing(node):
            raise Refusal.at(
                self.wrapper,
                original,
                expected="a file that is written to in a statement of its own",
                found="one that a name would keep open",
            )
        return super().bind(node, name, original)

    def _role(self, node: cst.BaseExpression) -> list[str]:
        """What the function, method or slice that takes a value calls it."""
        name = self.arguments.of(node)
        if name is not None:
            return [name]
        argument = self.parents[node]
        match argument:
            case cst.Attribute(attr=cst.Name("append")):
                return _rows_of(node)
            case cst.Slice():
                return _bound_of(node, "_start" if argument.lower is node else "_end")
        match self.parents.get(argument):
            case cst.Call(
                func=cst.Attribute(
                    value=cst.Name(value=name)
                    | cst.Subscript(value=cst.Name(value=name)),
                    attr=cst.Name("append"),
                )
            ) as call if (
                argument in call.args
            ):
                return list(filter(None, [singular(name)]))
        return []


def _rows_of(node: cst.BaseExpression) -> list[str]:
    """The entry of a list of lists: `layer_keys` of `keys[layer_index]`."""
    match node:
        case cst.Subscript(
            value=cst.Name(value=listed),
            slice=[cst.SubscriptElement(slice=cst.Index(value=cst.Name(value=index)))],
        ) if index.endswith(INDEX):
            return [f"{index.removesuffix(INDEX)}_{listed}"]
    return []


def _bound_of(node: cst.BaseExpression, ending: str) -> list[str]:
    """The bound of a slice: `head_start` of `head_index * width`, where it starts."""
    counted = {n.value for n in find(node, cst.Name) if n.value.endswith(INDEX)}
    return [f"{name.removesuffix(INDEX)}{ending}" for name in sorted(counted)[:1]]


def _opens_for_writing(node: cst.BaseExpression) -> bool:
    """Whether this is a file, not read only, that nothing but its last use closes."""
    if not isinstance(node, cst.Call) or last_name(node.func) != "open":
        return False
    first = 1 if isinstance(node.func, cst.Name) else 0
    placed = [a.value for a in node.args if a.keyword is None][first : first + 1]
    named = [a.value for a in node.args if a.keyword and a.keyword.value == "mode"]
    modes = (
        mode.raw_value if isinstance(mode, cst.SimpleString) else "w"
        for mode in (*placed, *named)
    )
    return any(set("wax+") & set(mode) for mode in modes)


def _is_slice(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Subscript) and any(
        isinstance(element.slice, cst.Slice) for element in node.slice
    )
