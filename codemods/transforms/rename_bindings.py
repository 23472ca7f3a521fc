"""Rename variables, functions, classes and parameters, scope by scope."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import libcst as cst

from codemods.facts.bindings import Binding, Bindings, Resolution
from codemods.facts.call_sites import CallSites, Function, accepts_keyword
from codemods.facts.class_family import ClassFamily
from codemods.facts.docstrings import find_docstrings
from codemods.facts.metadata import wrap
from codemods.facts.new_names import NewName
from codemods.facts.reflection import Reflection
from codemods.facts.scopes import Role, Scope
from codemods.facts.visit import visit
from codemods.facts.webs import Web
from codemods.refusal import Refusal
from codemods.transforms.rename_quoted_names import rename_quoted_names

Names = Mapping[Web, NewName]


def rename_bindings(
    module: cst.Module, choose: Callable[[Bindings], Names]
) -> cst.Module:
    """Give the variables that `choose` picks their new names, wherever they occur.

    Have: `def area(w): return w * w` and `area(w=2)`
    Want: `def area(width): return width * width` and `area(width=2)`

    Keyword arguments, `global` and `nonlocal`, `del`, except-as names, match captures,
    string annotations, and names quoted in backquotes in comments follow.  A name that
    is not insisted on stays where it cannot be given safely.

    Refuses: a name that is no identifier, or that is taken, captures another variable
    or hides a builtin in use; imports, names in a class body, names with a meaning for
    Python; a parameter that unknown callers may pass by keyword; names that the
    program observes (`globals()`, `eval`, `__all__`, `f"{x=}"`, `function.__name__`,
    the texts of dataclasses, named tuples, enumerations and exceptions).
    """
    bindings = Bindings(wrap(module))
    wanted = choose(bindings)
    if not wanted:
        return module
    renaming = _Renaming(bindings, wanted).settle()
    return visit(bindings.wrapper.module, _Rename(renaming))


@dataclass(frozen=True)
class _Conflict:
    """Why webs cannot have the names they were to get."""

    webs: list[Web]
    node: cst.CSTNode
    expected: str
    found: str


class _Renaming:
    """The names to give: those wanted, less what is in conflict and not insisted on."""

    def __init__(self, bindings: Bindings, wanted: Names) -> None:
        self.bindings = bindings
        self.names = dict(wanted)
        self.parameters = {
            web.binding: web for web in wanted if web.has_role(Role.PARAMETER)
        }
        self.calls = CallSites(bindings)
        self.reflection = Reflection(bindings)

    def settle(self) -> _Renaming:
        """Drop names until none is in conflict; refuse where that is not allowed."""
        while (conflict := next(self._conflicts(), None)) is not None:
            optional = [web for web in conflict.webs if not self.names[web].insist]
            if not optional:
                raise Refusal.at(
                    self.bindings.wrapper,
                    conflict.node,
                    expected=conflict.expected,
                    found=conflict.found,
                )
            del self.names[optional[-1]]
        return self

    def spelled(self) -> dict[cst.Name, str]:
        """The new name of every node that is renamed."""
        spelled = {
            occurrence.node: name.text
            for web, name in self.names.items()
            for occurrence in web.occurrences
        }
        for web in self.names:
            for function in _function_taking(web):
                for use in self.calls.keyword_uses(function, web.name):
                    spelled[use.keyword] = self.names[web].text
        return spelled

    def _conflicts(self) -> Iterator[_Conflict]:
        if self.names and self.reflection.every_name is not None:
            yield _Conflict(
                list(self.names),
                self.reflection.every_name,
                "variables that are found by their names in the text only",
                "a place that may look them up by a string",
            )
        for web, name in self.names.items():
            for expected, found in self._objections(web, name.text):
                anchor = web.occurrences[0].anchor
                yield _Conflict([web], anchor, expected, f"{found} {web.name!r}")
            yield from self._parameter_conflicts(web, name.text)
        yield from self._captures()

    def _objections(self, web: Web, text: str) -> Iterator[tuple[str, str]]:
        if not text.isidentifier() or keyword.iskeyword(text) or text[:2] == "__":
            yield "a new name that can name a variable", f"{text!r} for"
        if web.name.startswith("__"):
            yield "a name that Python gives no meaning", "the name"
        if web.scope.is_class:
            yield "a variable", "the attribute"
        if web.has_role(Role.IMPORT):
            yield "a name that the module defines itself", "the import"
        if web.scope.parent is None and hasattr(builtins, web.name):
            yield "a name that is no builtin elsewhere", "the builtin name"
        if self._is_also_read_by_class(web):
            yield "a name that no class body binds as well", "the ambiguous name"
        if any(
            occurrence.node in self.reflection.printed for occurrence in web.occurrences
        ):
            yield "a name that is not printed", "the self-documenting name"
        if web.scope.parent is None and web.name in self.reflection.exported:
            yield "a name that is not exported", "in `__all__`"
        if self.reflection.own_name and web.has_role(Role.FUNCTION, Role.CLASS):
            yield "a function whose own name is not read", "`__name__` read beside"
        if web.has_role(Role.CLASS) and self._may_be_printed(web):
            yield "a class that does not print its name", "one that may:"

    def _may_be_printed(self, web: Web) -> bool:
        """Whether a name may be that of a class which shows it in its objects' texts.

        As dataclasses, named tuples, enumerations and exceptions do: a class whose
        texts are written elsewhere, by a decorator, a metaclass or a base.
        """
        definitions = [
            node
            for node in self.bindings.scopes.by_node
            if isinstance(node, cst.ClassDef)
            and self.bindings.binding_of(node.name) == web.binding
        ]
        families = [ClassFamily(self.bindings, node) for node in definitions]
        return any(
            family.foreign_base() is not None
            or any(member.decorators or member.keywords for member in family.members)
            for family in families
        )

    def _is_also_read_by_class(self, web: Web) -> bool:
        """Whether a class body may mean this variable until it binds its own."""
        return any(
            self.bindings.may_mean_outside_class(occurrence) == web.binding
            for occurrence in self.bindings.scopes.occurrences
            if occurrence.scope.is_class and occurrence.node.value == web.name
        )

    def _parameter_conflicts(self, web: Web, text: str) -> Iterator[_Conflict]:
        for function in _function_taking(web):
            obstacle = self.calls.obstacle(function, web.name, text)
            if obstacle is not None:
                expected = f"every call that may pass {web.name!r} by name to be known"
                yield _Conflict([web], obstacle.node, expected, obstacle.found)
            for use in self.calls.keyword_uses(function, web.name):
                if any(self._new_parameter(f, web.name) != text for f in use.functions):
                    expected = f"{web.name!r} to be one parameter"
                    yield _Conflict([web], use.keyword, expected, "one of several")

    def _new_parameter(self, function: Function, name: str) -> str:
        scope = self.bindings.scopes.by_node[function]
        web = self.parameters.get(Binding(scope, name))
        return self.names[web].text if web in self.names else name

    def _captures(self) -> Iterator[_Conflict]:
        """Names that would mean something else if every new name were given."""
        spelled = self.spelled()
        after = Resolution(
            self.bindings.scopes, lambda o: spelled.get(o.node, o.node.value)
        )
        origin: dict[Binding | None, Binding | None] = {None: None}
        for occurrence in self.bindings.scopes.occurrences:
            text = spelled.get(occurrence.node, occurrence.node.value)
            old = self.bindings.binding_of(occurrence.node)
            new = after.find(text, occurrence.scope)
            same_scope = (old and old.scope) is (new and new.scope)
            if not same_scope or origin.setdefault(new, old) != old:
                yield _Conflict(
                    [web for web, name in self.names.items() if name.text == text],
                    occurrence.anchor,
                    f"the new name {text!r} to be free",
                    f"another meaning of {text!r}",
                )


def _function_taking(web: Web) -> list[Function]:
    """The function whose parameter can be passed by this name; or nothing."""
    function = web.scope.node
    if not isinstance(function, Function) or not web.has_role(Role.PARAMETER):
        return []
    return [function] if accepts_keyword(function, web.name) else []


class _Rename(cst.CSTTransformer):
    """Writes the new names; in comments and docstrings too, where they are quoted."""

    def __init__(self, renaming: _Renaming) -> None:
        super().__init__()
        self.bindings = renaming.bindings
        self.names = renaming.names
        self.spelled = renaming.spelled()
        self.docstrings = find_docstrings(self.bindings.wrapper.module)
        self.around: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.around.append(node)
        return super().on_visit(node)

    def on_leave(
        self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT
    ) -> cst.CSTNodeT | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNodeT]:
        self.around.pop()
        return super().on_leave(original_node, updated_node)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        new = self.spelled.get(original_node)
        return updated_node if new is None else updated_node.with_changes(value=new)

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        value = updated_node.value
        annotation = self.bindings.scopes.annotations.get(original_node)
        if original_node in self.docstrings:
            value = rename_quoted_names(value, self._visible_name)
        elif annotation is not None:
            quote = updated_node.quote
            code = _code(visit(annotation, self))
            value = f"{updated_node.prefix}{quote}{code}{quote}"
        return updated_node.with_changes(value=value)

    def leave_Comment(
        self, original_node: cst.Comment, updated_node: cst.Comment
    ) -> cst.Comment:
        value = rename_quoted_names(updated_node.value, self._visible_name)
        return updated_node.with_changes(value=value)

    def _visible_name(self, name: str) -> str:
        """What a name in a comment at this place is called now."""
        binding = self.bindings.resolution.find(name, self._scope())
        webs = [web for web in self.names if web.binding == binding]
        near = [web for web in webs if set(web.loops) & set(self.around)]
        found = {self.names[web].text for web in near or webs}
        renamed = sum(len(web.occurrences) for web in webs)
        everywhere = binding and renamed == len(self.bindings.occurrences(binding))
        return found.pop() if len(found) == 1 and (near or everywhere) else name

    def _scope(self) -> Scope:
        scopes = self.bindings.scopes.by_node
        return next(scopes[node] for node in reversed(self.around) if node in scopes)


def _code(node: object) -> str:
    return cst.Module([]).code_for_node(node) if isinstance(node, cst.CSTNode) else ""
