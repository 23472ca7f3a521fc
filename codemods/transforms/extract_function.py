"""Make a function of consecutive statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import libcst as cst
from libcst.helpers import parse_template_statement

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.liveness import Region, liveness_of
from codemods.facts.metadata import reparse, wrap
from codemods.facts.region_interface import Interface, find_interface
from codemods.facts.scopes import Role
from codemods.facts.type_names import NONE, Type
from codemods.facts.visit import visit
from codemods.facts.walk import parents, walk
from codemods.refusal import Refusal
from codemods.transforms.write_annotations import AnnotationWriter

Assignment = cst.Assign | cst.AnnAssign


def extract_function(
    module: cst.Module, find_region: Callable[[Bindings], Region | None], name: str
) -> cst.Module:
    """Move statements into a new function and call it where they stood.

    Have:    for price in prices:
                 total += price
             print(total)
    Want:    def add_up(total: int, prices: list[int]) -> int:
                 for price in prices:
                     total += price
                 return total
             total = add_up(total, prices)
             print(total)
    Refuses: what `find_interface` refuses, and a name that is taken

    What the region needs becomes a parameter, and what is read of it afterwards is
    returned; both are the variables that they were, under their names.  The comments
    above the first statement go above the function, which stands above the statement
    that calls it.  Types are those of the annotations; where one variable becomes two,
    each is declared.  Nothing changes where no region is found.
    """
    bindings = Bindings(wrap(module))
    region = find_region(bindings)
    if region is None:
        return module
    return reparse(_Extraction(bindings, region, name).extract())


def extract_functions(
    module: cst.Module, regions: Mapping[str, Callable[[Bindings], Region | None]]
) -> cst.Module:
    """Move several regions into functions, each under its name; see `extract_function`.

    What is refused is refused before anything is moved, by its place in the module.
    """
    bindings = Bindings(wrap(module))
    for name, find_region in regions.items():
        region = find_region(bindings)
        if region is not None:
            _Extraction(bindings, region, name)
    for name, find_region in regions.items():
        module = extract_function(module, find_region, name)
    return module


class _Extraction:
    def __init__(self, bindings: Bindings, region: Region, name: str) -> None:
        self.bindings = bindings
        self.region = region
        self.name = name
        self.interface: Interface = find_interface(bindings, region)
        self.types = AnnotatedTypes(bindings)
        self.writer = AnnotationWriter(bindings)
        self.scope = liveness_of(bindings).scope_of(region)
        self.parents = parents(bindings.wrapper.module)
        self.inside = {node for s in region.statements for node in walk(s)}
        self._refuse_taken()

    def extract(self) -> cst.Module:
        module = self.bindings.wrapper.module
        top: cst.CSTNode = self.region.statements[0]
        while self.parents[top] is not module:
            top = self.parents[top]
        changes = dict(self._declarations())
        replacement = _Replacement(
            self.region, top, self._definition(changes), self._call(), changes
        )
        return self.writer.add_imports(visit(module, replacement))

    def _refuse_taken(self) -> None:
        for scope in self.scope.enclosing():
            if self.bindings.resolution.find(self.name, scope) is not None:
                raise Refusal.at(
                    self.bindings.wrapper,
                    self.region.statements[0],
                    expected=f"`{self.name}` to be free for a function",
                    found="another use of that name",
                )

    def _definition(self, changes: Mapping[cst.CSTNode, Assignment]) -> cst.FunctionDef:
        """The function, with the comments that stood above the region."""
        exchange = _Exchange(changes)
        block = visit(cst.IndentedBlock(self.region.statements), exchange)
        body = list(cst.ensure_type(block, cst.IndentedBlock).body)
        first = self.region.statements[0]
        comments = [line for line in first.leading_lines if line.comment is not None]
        body[0] = body[0].with_changes(leading_lines=[])
        if self.interface.outputs:
            names = ", ".join(b.name for b in self.interface.outputs)
            body.append(parse_template_statement(f"return {names}"))
        return cst.FunctionDef(
            cst.Name(self.name),
            cst.Parameters([self._parameter(b) for b in self.interface.inputs]),
            cst.IndentedBlock(body),
            returns=self._annotation(self._result_type()),
            leading_lines=comments,
        )

    def _parameter(self, binding: Binding) -> cst.Param:
        annotation = self._annotation(self.types.of_binding(binding))
        return cst.Param(cst.Name(binding.name), annotation)

    def _result_type(self) -> Type:
        types = tuple(map(self.types.of_binding, self.interface.outputs))
        if not types:
            return NONE
        return types[0] if len(types) == 1 else Type("tuple", types)

    def _annotation(self, type_: Type) -> cst.Annotation | None:
        if not type_.is_complete:
            return None
        top = self.region.statements[0]
        return self.writer.write(type_, top, self.bindings.scopes.module)

    def _call(self) -> cst.SimpleStatementLine:
        """The statement that takes the region's place, and declares what it did."""
        taken = ", ".join(binding.name for binding in self.interface.inputs)
        given = [binding.name for binding in self.interface.outputs]
        target = f"{', '.join(given)} = " if given else ""
        line = parse_template_statement(f"{target}{self.name}({taken})")
        declared = self._declared_inside(*self.interface.outputs[:1])
        if len(given) == 1 and declared is not None:
            line = parse_template_statement(
                f"{given[0]}: {{type}} = {self.name}({taken})", type=declared
            )
        lines = self.region.statements[0].leading_lines
        blank = [line for line in lines if line.comment is None]
        return cst.ensure_type(line, cst.SimpleStatementLine).with_changes(
            leading_lines=blank
        )

    def _declared_inside(self, *bindings: Binding) -> cst.Annotation | None:
        """The annotation in the region that declares a variable, if one does."""
        for binding in bindings:
            annotation = self.types.annotation_of(binding)
            if annotation is not None and annotation in self.inside:
                return annotation
        return None

    def _declarations(self) -> Iterator[tuple[cst.CSTNode, Assignment]]:
        """The assignments that are to declare a variable now, or no longer.

        A variable that the region binds is two from now on: one in the function, and
        one where it was.
        """
        for binding in self.bindings:
            annotation = self.types.annotation_of(binding)
            if binding.scope is not self.scope or annotation is None:
                continue
            if annotation not in self.inside:
                if binding not in self.interface.inputs:
                    yield from self._declare(binding, annotation, inside=True)
                continue
            if binding not in self.interface.outputs:
                yield from self._declare(binding, annotation, inside=False)
            declaration = self.parents[annotation]
            if binding in self.interface.inputs:
                assert isinstance(declaration, cst.AnnAssign)
                if declaration.value is not None:
                    target = cst.AssignTarget(declaration.target)
                    yield declaration, cst.Assign([target], declaration.value)

    def _declare(
        self, binding: Binding, annotation: cst.Annotation, *, inside: bool
    ) -> Iterator[tuple[cst.CSTNode, Assignment]]:
        """Annotate the first binding inside or outside the region, if it can be.

        Not where the annotation would be evaluated earlier than it was.
        """
        uses = [
            use
            for use in self.bindings.occurrences(binding)
            if use.role is not Role.LOAD
        ]
        bound = [use.node for use in uses if (use.node in self.inside) is inside]
        statement = self.parents[self.parents[bound[0]]] if bound else None
        is_earlier = not inside and bound[:1] == [use.node for use in uses[:1]]
        if is_earlier and self.scope is self.bindings.scopes.module:
            return
        if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
            target = statement.targets[0].target
            yield statement, cst.AnnAssign(target, annotation, statement.value)


class _Exchange(cst.CSTTransformer):
    """Exchanges assignments for such that declare a variable, or do not."""

    def __init__(self, changes: Mapping[cst.CSTNode, Assignment]) -> None:
        super().__init__()
        self.changes = changes

    def leave_Assign(
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> Assignment:
        return self.changes.get(original_node, updated_node)

    def leave_AnnAssign(
        self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign
    ) -> Assignment:
        return self.changes.get(original_node, updated_node)


class _Replacement(_Exchange):
    """Puts a call in the place of a region, and the function above that."""

    def __init__(
        self,
        region: Region,
        top: cst.CSTNode,
        definition: cst.FunctionDef,
        call: cst.SimpleStatementLine,
        changes: Mapping[cst.CSTNode, Assignment],
    ) -> None:
        super().__init__(changes)
        self.region = region
        self.top = top
        self.definition = definition
        self.call = call

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        if original_node is not self.region.block:
            return updated_node
        return updated_node.with_changes(body=self._with_call(updated_node.body))

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        index = [s is self.top for s in original_node.body].index(True)
        body: Sequence[cst.CSTNode] = updated_node.body
        if original_node is self.region.block:
            body = self._with_call(body)
        return updated_node.with_changes(
            body=[*body[:index], self.definition, *body[index:]]
        )

    def _with_call(self, body: Sequence[cst.CSTNode]) -> list[cst.CSTNode]:
        return [*body[: self.region.start], self.call, *body[self.region.stop :]]
