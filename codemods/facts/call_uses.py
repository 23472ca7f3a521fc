"""What becomes of a value that a method is called on, or that is passed to a function.

table.get(name)       an item of it is left
sorted(rows)          a new list of what it holds is left
show(rows)            it is bound to the parameter of a function of the module
library.show(rows)    it is lost, unless the function is known only to read
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import libcst as cst

from codemods.facts.annotated_types import AnnotatedTypes
from codemods.facts.bindings import Binding, Bindings
from codemods.facts.builtin_types import elements
from codemods.facts.call_arguments import parameter_of
from codemods.facts.full_names import FullNames
from codemods.facts.immutable_types import has_methods, item_type
from codemods.facts.library import find_in_library
from codemods.facts.scopes import Role
from codemods.facts.type_names import UNOBSERVED
from codemods.facts.value_uses import Changed, Flow, Lost, Step, Value, ValueUses
from codemods.facts.walk import parents

MUTATORS = frozenset(
    "add append appendleft clear difference_update discard extend extendleft insert "
    "intersection_update move_to_end pop popitem popleft remove reverse rotate "
    "setdefault sort subtract symmetric_difference_update update".split()
)
"""Methods of the built-in containers that change them."""

ASKING = frozenset("count format index isdisjoint issubset issuperset".split())
"""Methods that leave nothing of what they are called on, nor of their arguments."""

COPYING = frozenset(
    "copy difference intersection keys symmetric_difference union values".split()
)
SPREADING = frozenset(
    "difference difference_update extend extendleft intersection intersection_update "
    "join subtract symmetric_difference symmetric_difference_update union update "
    "writelines".split()
)
"""Methods that only run through their argument."""

SEEKING = frozenset("discard get remove".split())
"""Methods that look for their argument."""

CHANGED_ARGUMENT = {
    **{f"bisect.{name}": 0 for name in ("insort", "insort_left", "insort_right")},
    **{f"builtins.{name}": 0 for name in ("delattr", "setattr")},
    **{
        f"heapq.{name}": 0
        for name in "heapify heappop heappush heappushpop heapreplace".split()
    },
    **{
        f"operator.{name}": 0
        for name in (
            "delitem iadd iand iconcat ifloordiv ilshift imatmul imod imul ior ipow "
            "irshift isub itruediv ixor setitem"
        ).split()
    },
    "random.shuffle": 0,
    "struct.pack_into": 1,
}
"""Functions that change one of their arguments, and which."""

READING = frozenset(
    [f"builtins.{name}" for name in (
        "abs all any ascii bin bool bytes callable chr complex divmod float format "
        "hasattr hash hex id int isinstance issubclass len oct ord pow print range "
        "repr round slice str type"
    ).split()] + ["copy.deepcopy", "json.dumps"]
)  # fmt: skip
"""Functions that leave nothing of their arguments."""

COPIERS = frozenset(
    [f"builtins.{name}" for name in (
        "bytearray dict frozenset iter list reversed set sorted tuple"
    ).split()] + ["copy.copy"]
)  # fmt: skip
PAIRING = frozenset({"builtins.enumerate", "builtins.zip"})
CHOOSING = frozenset({"builtins.max", "builtins.min"})
SPREADERS = frozenset({"builtins.filter", "builtins.map", "builtins.sum"})
READING_MODULES = ("bisect", "heapq", "math", "os.path", "random", "re", "statistics")
"""Of which functions only run through an argument, if they do not change it."""


class CallUses:
    """Where values go that stand in calls."""

    def __init__(
        self, bindings: Bindings, types: AnnotatedTypes, uses: ValueUses
    ) -> None:
        self._bindings = bindings
        self._types = types
        self._uses = uses
        self.names = FullNames(bindings)
        self._parents = parents(bindings.wrapper.module)

    def of_method(self, method: cst.Attribute, value: Value) -> Iterator[Step]:
        """What a method call does with what it is called on."""
        call, name = self._parents[method], method.attr.value
        assert isinstance(call, cst.Call)  # where the method is what is called
        if self._is_module(method.value):
            return
        if name in MUTATORS:
            yield Flow(call, value.item()) if value.layers > 0 else Changed(call)
        elif value.layers == 0 and has_methods(value.type):
            yield Lost(call)
        elif name == "get":
            yield Flow(call, value.item())
        elif name == "items":
            yield from self._in_pairs(call, 0, value.element())
            yield from self._in_pairs(call, 1, value.item())
        elif name in COPYING:
            yield Flow(call, _copied(name, value))
        elif name not in ASKING:
            yield Lost(call)

    def of_argument(self, argument: cst.Arg, value: Value) -> Iterator[Step]:
        """What a call does with one of its arguments."""
        call = self._parents[argument]
        if not isinstance(call, cst.Call):  # the base of a class
            yield Lost(argument)
            return
        name = self.names.find(call.func)
        if name in READING:
            return
        if argument.star:
            yield from self._uses.spread(argument, value)
        elif name:
            yield from self._outside(name, call, argument, value)
        elif isinstance(call.func, cst.Attribute):
            yield from self._to_method(call.func, argument, value)
        else:
            yield from self._to_parameter(call, argument, value)

    def _outside(
        self, name: str, call: cst.Call, argument: cst.Arg, value: Value
    ) -> Iterator[Step]:
        """An argument of a function of another module."""
        index = call.args.index(argument)
        owner, _, method = name.rpartition(".")
        is_unbound = owner.startswith("builtins.") and method in MUTATORS
        if index == CHANGED_ARGUMENT.get(name, 0 if is_unbound else -1):
            yield from [Changed(call)] if value.layers == 0 else []
        elif name in CHANGED_ARGUMENT or is_unbound:
            yield Lost(argument)
        elif name in SPREADERS or owner in READING_MODULES or _has_key(call):
            yield from self._uses.spread(argument, value)
        elif argument.keyword is not None:
            yield Lost(argument)
        elif name in COPIERS:
            yield Flow(call, value.copy())
        elif name in PAIRING:
            yield from self._paired(name, call, argument, value)
        elif name in CHOOSING:
            several = len(call.args) > 1
            yield Flow(call, value if several else value.element())
        else:
            yield Lost(argument)

    def _paired(
        self, name: str, call: cst.Call, argument: cst.Arg, value: Value
    ) -> Iterator[Step]:
        """`enumerate(xs)` has the elements at place 1, `zip(…)` where `xs` stands."""
        before = call.args[: call.args.index(argument)]
        if any(one.star for one in before):
            yield Flow(call, value.element().inside(2))
        else:
            place = len(before) if name == "builtins.zip" else 1
            yield from self._in_pairs(call, place, value.element())

    def _in_pairs(self, call: cst.Call, place: int, part: Value) -> Iterator[Step]:
        """What becomes of one part of each of the tuples that a call yields."""
        places = [place]
        node: cst.CSTNode = call
        while self._is_numbered(parent := self._parents[node]):
            node = self._parents[parent]
            places.append(1)
        if isinstance(parent, cst.For | cst.CompFor) and parent.iter is node:
            places.reverse()
            yield from self._uses.bind_place(parent.target, places, part)
        else:
            yield Flow(call, part.inside(2))

    def _is_numbered(self, argument: cst.CSTNode) -> bool:
        """Whether something is the only argument of `enumerate`."""
        call = self._parents[argument]
        return (
            isinstance(argument, cst.Arg)
            and isinstance(call, cst.Call)
            and len(call.args) == 1
            and self.names.find(call.func) == "builtins.enumerate"
        )

    def _to_method(
        self, method: cst.Attribute, argument: cst.Arg, value: Value
    ) -> Iterator[Step]:
        """An argument of a method, which is known if what it is called on is."""
        receiver, name = self._types.type_of(method.value), method.attr.value
        if receiver == UNOBSERVED or has_methods(receiver):
            yield Lost(argument)
        elif name in SPREADING:
            yield from self._uses.spread(argument, value)
        elif name not in ASKING | SEEKING:
            yield Lost(argument)

    def _to_parameter(
        self, call: cst.Call, argument: cst.Arg, value: Value
    ) -> Iterator[Step]:
        """An argument of a function of the module, or of what is not known."""
        functions = self._functions(call.func)
        if not functions:
            yield Lost(argument)
        for function in functions:
            parameter = parameter_of(function, call.args, argument)
            if parameter is None or function.decorators:
                yield Lost(argument)
            elif parameter.star:
                yield from self._uses.bind(parameter.name, value.inside())
            else:
                yield from self._uses.bind(parameter.name, value)

    def _functions(self, called: cst.BaseExpression) -> list[cst.FunctionDef]:
        """All that a name may mean, if that is nothing but functions of the module."""
        if not isinstance(called, cst.Name):
            return []
        binding = self._bindings.binding_of(called)
        if binding is None or self._bindings.roles(binding) != {Role.FUNCTION}:
            return []
        uses = self._bindings.occurrences(binding)
        found = [self._parents[use.node] for use in uses if use.role is Role.FUNCTION]
        return [node for node in found if isinstance(node, cst.FunctionDef)]

    def _is_module(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is a module, whose functions are no methods."""
        if isinstance(node, cst.Name):
            binding = self._bindings.binding_of(node)
            return binding is not None and self._is_imported_module(binding)
        return isinstance(find_in_library(self.names.find(node)), ModuleType)

    def _is_imported_module(self, binding: Binding) -> bool:
        return self._bindings.roles(binding) == {Role.IMPORT} and all(
            isinstance(self._import_around(use.node), cst.Import)
            for use in self._bindings.occurrences(binding)
            if use.role is Role.IMPORT
        )

    def _import_around(self, name: cst.CSTNode) -> cst.CSTNode:
        while not isinstance(name, cst.Import | cst.ImportFrom):
            name = self._parents[name]
        return name


def _copied(method: str, value: Value) -> Value:
    """What a method of a container leaves in a new one."""
    if value.layers > 0 or method not in ("keys", "values"):
        return value.copy()
    view = elements if method == "keys" else item_type
    return Value(1, view(value.type))


def _has_key(call: cst.Call) -> bool:
    """Whether a function is passed that gets the elements of the other arguments."""
    return any(
        argument.keyword is not None and argument.keyword.value == "key"
        for argument in call.args
    )
