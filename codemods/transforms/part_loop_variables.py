"""Give variables of loops names of their own where one name has values of two kinds."""

from __future__ import annotations

from collections import defaultdict

import libcst as cst

from codemods.facts.bindings import Binding, Bindings
from codemods.facts.builtin_types import INT
from codemods.facts.loop_walks import read_walk
from codemods.facts.new_names import NewName
from codemods.facts.recorded_graph import RecordedGraph, find_recorded_graph
from codemods.facts.scopes import Role
from codemods.facts.type_names import Type
from codemods.facts.webs import Web, find_webs
from codemods.transforms.rename_bindings import rename_bindings


def part_loop_variables(module: cst.Module) -> cst.Module:
    """Rename what walks ranges where the same name walks nodes in other loops.

    Have:    for left, right in zip(places, others):      (`range`s)
                 sums.append(add_values(left, right, graph))
             for left, right in zip(sums, nodes):         (`list[Value]`s)
                 sums.append(add_values(left, right, graph))
    Want:    for places_item, others_item in zip(places, others):
                 sums.append(add_values(places_item, others_item, graph))
             for left, right in zip(sums, nodes):
                 sums.append(add_values(left, right, graph))
    Refuses: what `rename_bindings` refuses

    Nothing happens in a module without a recorded graph.
    """
    return rename_bindings(module, _choose_names)


def _choose_names(bindings: Bindings) -> dict[Web, NewName]:
    graph = find_recorded_graph(bindings)
    if graph is None:
        return {}
    webs: dict[Binding, list[Web]] = defaultdict(list)
    for web in find_webs(bindings):
        if web.loops:
            webs[web.binding].append(web)
    return {
        web: NewName(_name_of(bindings, web), insist=True)
        for several in webs.values()
        if any(_kinds(graph, web) == {graph.node} for web in several)
        for web in several
        if _kinds(graph, web) == {INT}
    }


def _kinds(graph: RecordedGraph, web: Web) -> set[Type]:
    """The types of what loops give a variable."""
    targets = [use.node for use in web.occurrences if use.role is Role.STORE]
    return {graph.types.given_to(target) for target in targets}


def _name_of(bindings: Bindings, web: Web) -> str:
    loop = web.loops[0]
    walk = read_walk(bindings, loop) if isinstance(loop, cst.For) else None
    walked = walk.lists.get(web.name, "") if walk is not None else ""
    return f"{walked or web.name}_item"
