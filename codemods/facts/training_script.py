"""The parts of a script that trains a model on documents, found by what they compute.

loading        the region of the main sequence that opens a file
vocabulary     the one that computes from the strings so loaded
parameters     the one that gives graph values
encoding       in a loop, what makes a list of integers of a string
document loss  in a loop, what makes a graph value for the graph to be walked from
update         behind that walk
sampling       the body of a loop that prints, without walking a graph
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import libcst as cst
import libcst.matchers as m

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.call_graph import Loop
from codemods.facts.find_nodes import find
from codemods.facts.graph_class import find_graph_class
from codemods.facts.liveness import Flow, Region, statements_of
from codemods.facts.main_sequence import MainSequence
from codemods.facts.type_names import MAIN, Type
from codemods.refusal import Refusal

STRING = Type("str")
STRINGS = Type("list", (STRING,))
INTEGERS = Type("list", (Type("int"),))


class TrainingScript:
    """The regions of one script; each method gives None where there is no such region.

    Raises `Refusal` if there is no class that builds a graph, or no one method of it
    that walks the graph.
    """

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.types = AnnotatedTypes(bindings)
        self.main = MainSequence(bindings)
        self.graph = find_graph_class(bindings.wrapper.module)
        self.walk = _graph_walk(bindings, self.graph)

    def loading(self) -> Region | None:
        return self._run(self._opens)

    def vocabulary(self) -> Region | None:
        return self._run(self._reads_strings)

    def parameters(self) -> Region | None:
        return self._run(self._makes_graph)

    def encoding(self) -> Region | None:
        body, walk = self._training()
        start, stop = None, self._loss_start(body, walk)
        waists = self.main.waists(body, stop)
        if stop not in waists or self.types.of_binding(waists[stop]) != INTEGERS:
            return None
        for index, binding in waists.items():
            if self.types.of_binding(binding) == STRING:
                start = index
        return None if start is None else _worthwhile(Region(body, start, stop))

    def document_loss(self) -> Region | None:
        body, walk = self._training()
        start, stop = self._loss_start(body, walk), walk
        while stop > start and not self._makes_graph(Region(body, stop - 1, stop)):
            stop -= 1
        return _worthwhile(Region(body, start, stop))

    def update(self) -> Region | None:
        body, walk = self._training()
        size = len(statements_of(body))
        return _worthwhile(self.main.without_output(Region(body, walk + 1, size), size))

    def sampling(self) -> Region | None:
        training, _ = self._training()
        for loop in self.main.loops():
            body = _block(loop)
            if body is training or not self.main.prints(loop):
                continue
            size = len(statements_of(body))
            region = _worthwhile(self.main.without_output(Region(body, 0, size), size))
            if region is not None:
                return region
        return None

    def _run(self, is_wanted: Callable[[Region], bool]) -> Region | None:
        for region in map(_worthwhile, self.main.runs()):
            if region is not None and is_wanted(region):
                return region
        return None

    def _opens(self, region: Region) -> bool:
        return any(
            self.bindings.is_builtin(call.func, "open")
            for statement in region.statements
            for call in find(statement, cst.Call)
        )

    def _reads_strings(self, region: Region) -> bool:
        needed = self._flow(region).needed
        return any(
            self.types.of_binding(binding) == STRINGS
            for binding in needed
            if binding not in self.main.settings
        )

    def _holds_graph_values(self, binding: Binding) -> bool:
        type_ = self.types.of_binding(binding)
        graph = Type(self.graph.name.value, (), MAIN)
        return any(part == graph for part in type_.parts())

    def _training(self) -> tuple[cst.IndentedBlock, int]:
        """The body of the loop that trains, and where in it the graph is walked."""
        walk = m.SimpleStatementLine(
            [m.Expr(m.Call(m.Attribute(attr=m.Name(self.walk))))]
        )
        for loop in self.main.loops():
            body = _block(loop)
            for index, statement in enumerate(statements_of(body)):
                if m.matches(statement, walk):
                    return body, index
        raise Refusal.at(
            self.bindings.wrapper,
            self.graph,
            expected="a loop of the main sequence that trains",
            found=f"no call of `{self.walk}` in one",
        )

    def _loss_start(self, body: cst.IndentedBlock, walk: int) -> int:
        """Where the loss begins: behind the last waist before the first graph value."""
        first = 0
        while first < walk and not self._makes_graph(Region(body, first, first + 1)):
            first += 1
        return max((at for at in self.main.waists(body, first)), default=0)

    def _makes_graph(self, region: Region) -> bool:
        """Whether a region gives what is behind it something of graph values."""
        given = self._flow(region).bound & self.main.liveness.live_after(region)
        return any(map(self._holds_graph_values, given))

    def _flow(self, region: Region) -> Flow:
        liveness = self.main.liveness
        return liveness.flow(region.statements, liveness.scope_of(region))


def _graph_walk(bindings: Bindings, graph: cst.ClassDef) -> str:
    """The method that walks the graph: it loops, and changes other objects."""
    found = [
        method.name.value
        for method in find(graph.body, cst.FunctionDef)
        if not method.name.value.startswith("__")
        and len(method.params.params) == 1
        and any(_changes_others(loop) for loop in find(method.body, cst.For))
    ]
    if len(found) != 1:
        expected = "one method that walks the graph"
        names = " and ".join(f"`{name}`" for name in found) or "none"
        raise Refusal.at(bindings.wrapper, graph, expected=expected, found=names)
    return found[0]


def _changes_others(loop: cst.For) -> bool:
    stored = m.Attribute(value=m.Name() | m.Subscript())
    changes = m.AugAssign(stored) | m.Assign([m.AssignTarget(stored)])
    return bool(m.findall(loop.body, changes))


def _block(loop: Loop) -> cst.IndentedBlock:
    return cst.ensure_type(loop.body, cst.IndentedBlock)


def _worthwhile(region: Region) -> Region | None:
    """The region, unless it is one line: that has been extracted, or need not be."""
    lines = [isinstance(s, cst.SimpleStatementLine) for s in region.statements]
    return region if lines not in ([], [True]) else None


def find_in_training(
    part: Callable[[TrainingScript], Region | None],
) -> Callable[[Bindings], Region | None]:
    """The search for one of these regions in a module."""
    return lambda bindings: part(_script_of(bindings))


@lru_cache(maxsize=1)
def _script_of(bindings: Bindings) -> TrainingScript:
    """The parts of a script, which one module is asked for several times."""
    return TrainingScript(bindings)
