"""Fill no list that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.find_nodes import find
from codemods.facts.metadata import wrap
from codemods.facts.scopes import all_parameters
from codemods.facts.unread_lists import UnreadLists
from codemods.facts.visit import visit
from codemods.refusal import Refusal
from codemods.transforms.last_comma import without_last_comma
from codemods.transforms.move_lines import MoveLines
from codemods.transforms.without_comments import WithoutComments

Dropped = tuple[cst.Param, ...]
"""Parameters of a function, in their order."""
Version = tuple[cst.FunctionDef, Dropped]


def drop_unread_lists(module: cst.Module) -> cst.Module:
    """Give a function that keeps something in a list a version that keeps nothing.

    Have:    def scale(row: list[float], kept: list[list[float]]) -> float:
                 kept.append(row)
                 return row[0] * 2
             def show(row: list[float]) -> None:
                 kept: list[list[float]] = []
                 print(scale(row, kept))
    Want:    def scale(row: list[float], kept: list[list[float]]) -> float:
                 kept.append(row)
                 return row[0] * 2
             def scale_without_kept(row: list[float]) -> float:
                 return row[0] * 2
             def show(row: list[float]) -> None:
                 print(scale_without_kept(row))
    Refuses: a version whose name is taken

    A function gets such a version behind it, without its comments, where it is called
    for lists that are read too; otherwise it just loses the parameter.  Lists count
    that are made empty and only handed on, to functions that only append variables to
    them.
    """
    bindings = Bindings(wrap(module))
    lists = UnreadLists(bindings)
    if not lists.made:
        return module
    return visit(bindings.wrapper.module, _Dropping(_Versions(lists, bindings)))


class _Versions:
    """Which functions are called for which lists, and what those versions are named."""

    def __init__(self, lists: UnreadLists, bindings: Bindings) -> None:
        self.lists = lists
        self._module = bindings.wrapper.module
        self._lost = {
            argument: parameter
            for filling in lists.made.values()
            for argument, parameter in filling.passed
        }
        self.of: dict[cst.FunctionDef, list[Dropped]] = {}
        """For each function, what its versions drop; the first one keeps its name."""
        self._names = {name.value for name in find(self._module, cst.Name)}
        self._find_versions()
        for function, found in self.of.items():
            found.sort(key=len)
            for dropped in found[1:]:
                self._check_name((function, dropped), bindings)

    def _find_versions(self) -> None:
        self._follow(self._called_from(self._outside(), ()))
        for function in self.lists.called:
            if function not in self.of:
                self._follow([(function, ())])

    def _follow(self, versions: Iterable[Version]) -> None:
        """Note versions, and those that they call."""
        open_ends = [*versions]
        while open_ends:
            function, dropped = open_ends.pop()
            found = self.of.setdefault(function, [])
            if dropped not in found:
                found.append(dropped)
                open_ends += self._called_from([function], dropped)

    def _outside(self) -> list[cst.CSTNode]:
        """The statements that run, or may run, without being called directly."""
        return [s for s in self._module.body if s not in self.lists.called]

    def _called_from(
        self, nodes: list[cst.CSTNode], dropped: Dropped
    ) -> Iterator[Version]:
        for node in nodes:
            for call in find(node, cst.Call):
                if call in self.lists.calls:
                    yield self.called(call, dropped)

    def called(self, call: cst.Call, dropped: Dropped) -> Version:
        """What a call calls, in a function that drops these parameters."""
        function = self.lists.calls[call].function
        lost = self.lost(dropped)
        found = {lost[argument] for argument in call.args if argument in lost}
        return function, tuple(
            parameter
            for parameter in all_parameters(function.params)
            if parameter in found
        )

    def lost(self, dropped: Dropped) -> dict[cst.Arg, cst.Param]:
        """The arguments that leave, where these parameters do."""
        lost = dict(self._lost)
        for parameter in dropped:
            lost |= dict(self.lists.parameters[parameter].passed)
        return lost

    def lines(self, dropped: Dropped) -> set[cst.CSTNode]:
        """The lines that leave, where these parameters do."""
        fillings = [*self.lists.made.values()]
        fillings += [self.lists.parameters[parameter] for parameter in dropped]
        return {line for filling in fillings for line in filling.lines}

    def name(self, version: Version) -> str:
        """What a version of a function is called."""
        function, dropped = version
        if self.of[function][0] == dropped:
            return function.name.value
        names = "_and_".join(parameter.name.value for parameter in dropped)
        return f"{function.name.value}_without_{names}"

    def _check_name(self, version: Version, bindings: Bindings) -> None:
        name = self.name(version)
        if name in self._names:
            expected, found = f"the name `{name}` to be free", "it taken"
            place = version[0].name
            raise Refusal.at(bindings.wrapper, place, expected=expected, found=found)
        self._names.add(name)


class _Dropping(MoveLines):
    """Writes what a statement is where some parameters are dropped."""

    def __init__(self, versions: _Versions, dropped: Dropped = ()) -> None:
        super().__init__()
        self.versions = versions
        self.dropped = dropped
        self.lost = versions.lost(dropped)
        self.removed |= versions.lines(dropped)

    def leave_Module(
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        updated_node = super().leave_Module(original_node, updated_node)
        body: list[cst.CSTNode] = []
        kept = [s for s in original_node.body if s not in self.removed]
        for before, after in zip(kept, updated_node.body, strict=True):
            found = self.versions.of.get(before, [()])  # type: ignore[call-overload]
            first, *others = found
            body.append(self._version(before, first) if first else after)
            for dropped in others:
                body.append(self._copy(before, dropped))
        return updated_node.with_changes(body=body)

    def _version(self, statement: cst.CSTNode, dropped: Dropped) -> cst.FunctionDef:
        function = cst.ensure_type(statement, cst.FunctionDef)
        version = cst.ensure_type(
            visit(function, _Dropping(self.versions, dropped)), cst.FunctionDef
        )
        name = self.versions.name((function, dropped))
        return version.with_changes(name=cst.Name(name))

    def _copy(self, statement: cst.CSTNode, dropped: Dropped) -> cst.FunctionDef:
        copy = visit(self._version(statement, dropped), WithoutComments())
        return cst.ensure_type(copy, cst.FunctionDef)

    def leave_Parameters(
        self, original_node: cst.Parameters, updated_node: cst.Parameters
    ) -> cst.Parameters:
        kept = [p for p in original_node.params if p not in self.dropped]
        if len(kept) == len(original_node.params):
            return updated_node
        return updated_node.with_changes(params=without_last_comma(kept))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if original_node not in self.versions.lists.calls:
            return updated_node
        pairs = zip(original_node.args, updated_node.args, strict=True)
        kept = [after for before, after in pairs if before not in self.lost]
        name = self.versions.name(self.versions.called(original_node, self.dropped))
        if len(kept) < len(updated_node.args):
            kept = without_last_comma(kept)
        return updated_node.with_changes(func=cst.Name(name), args=kept)
