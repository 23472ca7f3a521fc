"""Leave out the products with numbers that are exactly zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from codemods.adjoint.signature import BACKWARD, FORWARD
from codemods.facts.bindings import Bindings
from codemods.facts.block_values import assigned
from codemods.facts.evaluation import names_in
from codemods.facts.find_nodes import find
from codemods.facts.metadata import reparse, wrap
from codemods.facts.product_nests import ProductNest, Value
from codemods.facts.scope_names import FreshNames
from codemods.facts.visit import visit
from codemods.facts.vocabulary import plural
from codemods.facts.zero_sites import SparseKernel, SparseRows, ZeroSites

PASSES = (FORWARD, BACKWARD)
"""What the names of functions end with that run in one pass of two."""

MANNER = "_skipping_zeros"
COMMENT = "# products with 0.0 add nothing: only what is not zero is walked"


def skip_zeros(module: cst.Module) -> cst.Module:
    """Let the kernels of matrix products leave out what is zero after a rectifier.

    Have:    def add_products(numbers: list[float], rows: list[list[float]]) -> …:
                 totals: list[float] = []
                 for row in rows:
                     total: float = 0.0
                     for factor, number in zip(row, numbers):
                         product = factor * number
                         total = total + product
                     totals.append(total)
                 return totals
             for signal in signals:
                 rectified = max(0, signal)
                 numbers.append(rectified)
             totals = add_products(numbers, rows)
    Want:    def add_products_skipping_zeros(numbers, rows):
                 totals: list[float] = []
                 nonzero_indices: list[int] = []
                 for number_index, number in enumerate(numbers):
                     if number != 0.0:
                         nonzero_indices.append(number_index)
                 for row in rows:
                     total: float = 0.0
                     for number_index in nonzero_indices:
                         product = row[number_index] * numbers[number_index]
                         total = total + product
                     totals.append(total)
                 return totals
             totals = add_products_skipping_zeros(numbers, rows)
    Refuses: nothing: a kernel, or a call of it, stays as it is where the numbers are
             not those of a rectifier, where lists may have second names, and where
             somebody may read a gradient that is left out

    The new kernel stands behind the old one, or in its place if no other call is left.
    The kernel that adds to gradients becomes another one in the same way, if the
    gradients of the numbers are read only where the rectifier was on.  Where a kernel
    gets gradients most of which are zero, its outer loop leaves out those turns.

    Numbers are believed to be finite, rows to be as long as what they are multiplied
    with, and sums to start from 0.0: then a product with 0.0, which is 0.0 or -0.0,
    changes no bit of them.  A power of a positive number is believed to be positive.
    """
    bindings = Bindings(wrap(module))
    sites = ZeroSites(bindings)
    kernels, rows = list(sites.kernels()), list(sites.rows())
    if not kernels and not rows:
        return module
    editing = _Editing(bindings, kernels, rows)
    return reparse(visit(bindings.wrapper.module, editing))


class _Editing(cst.CSTTransformer):
    def __init__(
        self,
        bindings: Bindings,
        kernels: Sequence[SparseKernel],
        rows: Sequence[SparseRows],
    ) -> None:
        super().__init__()
        self.names = FreshNames(bindings.wrapper)
        self.added: dict[cst.CSTNode, cst.FunctionDef] = {}
        self.replaced: set[cst.CSTNode] = set()
        self.called: dict[cst.CSTNode, str] = {}
        for kernel in kernels:
            function = self._skipping_items(kernel)
            self.added[kernel.nest.function] = function
            if not kernel.has_others:
                self.replaced.add(kernel.nest.function)
            self.called |= dict.fromkeys(kernel.calls, function.name.value)
        self.loops = {one.nest.outer: self._skipping_turns(one) for one in rows}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        name = self.called.get(original_node)
        if name is None:
            return updated_node
        return updated_node.with_changes(func=cst.Name(name))

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[cst.FunctionDef]:
        added = self.added.get(original_node)
        if added is None:
            return updated_node
        if original_node in self.replaced:
            return added.with_changes(leading_lines=original_node.leading_lines)
        return cst.FlattenSentinel([updated_node, added])

    def leave_For(
        self, original_node: cst.For, updated_node: cst.For
    ) -> cst.For | cst.FlattenSentinel[cst.BaseStatement]:
        lines = self.loops.get(original_node)
        return updated_node if lines is None else cst.FlattenSentinel(lines)

    # A kernel that walks the items that are not zero.

    def _skipping_items(self, kernel: SparseKernel) -> cst.FunctionDef:
        nest, item = kernel.nest, kernel.element
        names = self.names.at(nest.outer)
        index = nest.inner_walk.index or names.claim([f"{item}_index"], nest.outer)
        indices = names.claim(["nonzero_indices"], nest.outer)
        collected = _statements(f"""\
{COMMENT}
{indices}: list[int] = []
for {index}, {item} in enumerate({nest.inner_walk.lists[item]}):
    if {item} != 0.0:
        {indices}.append({index})
""")
        inner = _walking(nest, index, indices)
        outer = nest.outer.deep_replace(nest.inner, inner)
        assert isinstance(outer, cst.For)
        function = _without_limit(nest, _with_statements(nest, [*collected, outer]))
        return function.with_changes(
            name=cst.Name(self._name(nest)), leading_lines=[cst.EmptyLine()] * 2
        )

    def _name(self, nest: ProductNest) -> str:
        """`linear_forward` => `linear_skipping_zeros_forward`"""
        name = nest.function.name.value
        ending = next((end for end in PASSES if name.endswith(end)), "")
        wanted = f"{name.removesuffix(ending)}{MANNER}{ending}"
        return self.names.at(nest.function).claim([wanted], nest.function)

    # A loop that makes no turn for a gradient that is zero.

    def _skipping_turns(self, rows: SparseRows) -> list[cst.BaseStatement]:
        outer, index = rows.nest.outer, rows.nest.outer_walk.index
        assert index is not None
        wanted = f"active_{plural(index)}"
        indices = self.names.at(outer).claim([wanted], outer)
        over = cst.Module([]).code_for_node(outer.iter)
        collected = _statements(f"""\
{COMMENT}
{indices}: list[int] = []
for {index} in {over}:
    if {rows.listed}[{index}] != 0.0:
        {indices}.append({index})
""")
        first = cst.ensure_type(collected[0], cst.SimpleStatementLine)
        lines = [*outer.leading_lines, *first.leading_lines]
        walked = outer.with_changes(iter=cst.Name(indices), leading_lines=[])
        return [first.with_changes(leading_lines=lines), *collected[1:], walked]


def _walking(nest: ProductNest, index: str, indices: str) -> cst.For:
    """The inner loop over the items that are not zero, which looks all of them up."""
    body = cst.ensure_type(nest.inner.body, cst.IndentedBlock)
    if nest.inner_walk.counted is None:
        walked = nest.inner_walk.lists
        found = {element: f"{listed}[{index}]" for element, listed in walked.items()}
        names = [name.value for name in names_in(body)]
        bound = [line.name for line in nest.body if isinstance(line, Value)]
        often = [name for name in found if names.count(name) > 1 or name in bound]
        looked_up = [_statements(f"{name} = {found.pop(name)}\n")[0] for name in often]
        body = cst.ensure_type(body.visit(_Replacing(found)), cst.IndentedBlock)
        body = body.with_changes(body=[*looked_up, *body.body])
    return nest.inner.with_changes(
        target=cst.Name(index), iter=cst.Name(indices), body=body
    )


def _with_statements(
    nest: ProductNest, statements: Sequence[cst.BaseStatement]
) -> cst.FunctionDef:
    """The function of a nest with other statements in its place."""
    block = cst.ensure_type(nest.function.body, cst.IndentedBlock)
    body: list[cst.BaseStatement] = []
    for statement in block.body:
        body += statements if statement is nest.outer else [statement]
    return nest.function.with_changes(body=block.with_changes(body=body))


def _without_limit(nest: ProductNest, function: cst.FunctionDef) -> cst.FunctionDef:
    """A function without the line that took a length which nothing needs any more."""
    limit = nest.inner_walk.limit
    if not isinstance(limit, cst.Name):
        return function
    names = [name.value for name in names_in(function)]
    lines = find(function, cst.SimpleStatementLine)
    made = [line for line in lines if assigned(line, limit.value) is not None]
    if len(made) != 1 or names.count(limit.value) != 1:
        return function
    left = function.deep_remove(made[0])
    return cst.ensure_type(left, cst.FunctionDef)


def _statements(code: str) -> list[cst.BaseStatement]:
    """The statements of a text; a comment above them belongs to the first."""
    module = cst.parse_module(code)
    first, *rest = module.body
    assert isinstance(first, cst.SimpleStatementLine | cst.For)
    lines = [*module.header, *first.leading_lines]
    found = [first.with_changes(leading_lines=lines), *rest]
    return [s for s in found if isinstance(s, cst.BaseStatement)]


class _Replacing(cst.CSTTransformer):
    """Puts expressions in the places of variables that are read."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__()
        self.found = found

    def leave_Name(
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        text = self.found.get(original_node.value)
        return updated_node if text is None else cst.parse_expression(text)
