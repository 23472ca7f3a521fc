"""Derived adjoints against differences and against a graph of the same computation.

Central differences are taken at two widths.  Where these disagree, or the two sides, a
number lies at a kink of `max` or of a condition, and nothing can be said.  Elsewhere
the error of the difference is about the width squared, plus the rounding of the
function over the width: with 1e-5 and values of the size of 1 to 100, less than 1e-6 of
what is compared.

The graph is the reference for the last bit.  It evaluates the same forward source, with
a node for each number that has a derivative, so that an entry of a list is the very
node that was put there.  It goes backward in reverse order of creation and adds to the
operands of each node from the left, with derivatives spelt as the rules spell them.
"""

from __future__ import annotations

import copy
import inspect
import math
import random
import re
import types
from collections.abc import Callable, Collection, Mapping
from typing import Any

import libcst as cst

from codemods.transforms.derive_adjoints import derive_adjoints

WIDTH = 1e-5
TOLERANCE = 1e-5
SIDES = 1e-3
"""How much less the two sides of a difference may agree: by the width, not squared."""
Namespace = dict[str, Any]


class Node:
    """A number, with what it was computed from."""

    tape: list[Node] = []

    def __init__(self, data: float, *sources: tuple[Any, float]) -> None:
        self.data = data
        self.gradient = 0.0
        self.sources = [(node, by) for node, by in sources if isinstance(node, Node)]
        Node.tape.append(self)

    def __add__(self, other: Any) -> Node:
        return Node(self.data + data(other), (self, 1), (other, 1))

    def __radd__(self, other: Any) -> Node:
        return Node(other + self.data, (self, 1))

    def __sub__(self, other: Any) -> Node:
        return Node(self.data - data(other), (self, 1), (other, -1))

    def __rsub__(self, other: Any) -> Node:
        return Node(other - self.data, (self, -1))

    def __mul__(self, other: Any) -> Node:
        return Node(self.data * data(other), (self, data(other)), (other, self.data))

    def __rmul__(self, other: Any) -> Node:
        return Node(other * self.data, (self, other))

    def __truediv__(self, other: Any) -> Node:
        divisor = data(other)
        quotient = self.data / divisor
        return Node(quotient, (self, 1 / divisor), (other, -quotient / divisor))

    def __rtruediv__(self, other: Any) -> Node:
        quotient = other / self.data
        return Node(quotient, (self, -quotient / self.data))

    def __pow__(self, other: Any) -> Node:
        assert not isinstance(other, Node)
        return Node(self.data**other, (self, other * self.data ** (other - 1)))

    def __neg__(self) -> Node:
        return Node(-self.data, (self, -1))

    def __lt__(self, other: Any) -> bool:
        return bool(self.data < data(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.data > data(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.data <= data(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.data >= data(other))


def data(number: Any) -> Any:
    return number.data if isinstance(number, Node) else number


def _graph_function(
    function: Callable[[float], float], slope: Callable[[float, float], float]
) -> Callable[[Any], Any]:
    def apply(number: Any) -> Any:
        if not isinstance(number, Node):
            return function(number)
        value = function(number.data)
        return Node(value, (number, slope(number.data, value)))

    return apply


GRAPH_MATH = types.SimpleNamespace(
    exp=_graph_function(math.exp, lambda x, z: z),
    log=_graph_function(math.log, lambda x, z: 1 / x),
    sqrt=_graph_function(math.sqrt, lambda x, z: 0.5 / z),
    tanh=_graph_function(math.tanh, lambda x, z: 1 - z**2),
    sin=_graph_function(math.sin, lambda x, z: math.cos(x)),
    cos=_graph_function(math.cos, lambda x, z: -math.sin(x)),
    pi=math.pi,
)


def _graph_selection(choose: Callable[..., Any]) -> Callable[..., Any]:
    def select(*numbers: Any) -> Any:
        chosen = choose(*numbers)
        return Node(chosen.data, (chosen, 1)) if isinstance(chosen, Node) else chosen

    return select


def _copied(number: Any) -> Any:
    return Node(number.data, (number, 1)) if isinstance(number, Node) else number


def derive(
    source: str, root: str, constants: Mapping[str, Collection[str]] | None = None
) -> str:
    return derive_adjoints(cst.parse_module(source), root, constants).code


def check(
    source: str,
    root: str,
    *arguments: Any,
    constants: Mapping[str, Collection[str]] | None = None,
    is_smooth: bool = True,
    is_exact: bool = True,
) -> str:
    """Derive, and compare every derivative; the derived source is the result.

    Numbers that no derivative is wanted of are integers among the arguments.
    """
    derived = derive(source, root, constants)
    stopped = (constants or {}).get(root, ())
    seeds, found = backward(derived, root, arguments, stopped)
    # what the root appends to has derivatives that it makes by itself, and drops
    stopped = {*stopped, *_grown(source, root, arguments)}
    names = _parameters(source, root)
    kept = [i for i, name in enumerate(names) if name not in stopped]
    wanted = graph(source, root, arguments, seeds, constants or {})
    for index in kept:
        equal = same if is_exact else close
        assert equal(
            found[index], wanted[index]
        ), f"argument {index}: derived {found[index]}, graph {wanted[index]}\n{derived}"
    if is_smooth:
        for index in kept:
            differ(source, root, arguments, seeds, index, found[index], derived)
    return derived


def same(found: Any, wanted: Any, tolerance: float = 0.0) -> bool:
    """Whether numbers, or lists of them, agree; what has no derivatives has none."""
    if isinstance(wanted, list):
        given = [None] * len(wanted) if found is None else found
        if len(given) != len(wanted):
            return False
        pairs = zip(given, wanted, strict=True)
        return all(same(one, other, tolerance) for one, other in pairs)
    number = 0.0 if found is None else found
    return bool(number == wanted or abs(number - wanted) <= tolerance * abs(wanted))


def close(found: Any, wanted: Any) -> bool:
    """Whether numbers agree but for the order in which they were added up."""
    return same(found, wanted, 1e-9)


def load(source: str, **names: Any) -> Namespace:
    namespace: Namespace = dict(names)
    exec(compile(source, "derived", "exec"), namespace)
    return namespace


def _parameters(source: str, function: str) -> list[str]:
    return list(inspect.signature(load(source)[function]).parameters)


def _grown(source: str, function: str, arguments: tuple[Any, ...]) -> list[str]:
    """The parameters that a function may append to, or that are longer behind it."""
    given = copy.deepcopy(arguments)
    load(source)[function](*given)
    own = source.partition(f"def {function}(")[2]
    return [
        name
        for name, before, after in zip(
            _parameters(source, function), arguments, given, strict=True
        )
        if _size(after) > _size(before) or re.search(rf"\b{name}\.(app|ext)end", own)
    ]


def _size(argument: Any) -> int:
    return sum(map(_size, argument)) if isinstance(argument, list) else 1


def zeros(argument: Any) -> Any:
    if isinstance(argument, float):
        return 0.0
    if isinstance(argument, list):
        return [zeros(one) for one in argument]
    return None


def seed(result: Any, source: random.Random) -> Any:
    if isinstance(result, list | tuple):
        return type(result)([seed(one, source) for one in result])
    return source.uniform(-1, 1)


def parts(result: Any) -> list[Any]:
    if result is None:
        return []
    return list(result) if isinstance(result, tuple) else [result]


def backward(
    derived: str,
    root: str,
    arguments: tuple[Any, ...],
    stopped: Collection[str] = (),
) -> tuple[Any, Any]:
    """The derivatives of the results that were used, and those of the arguments."""
    namespace = load(derived)
    forward = namespace[root]
    reverse = namespace[f"{root.removesuffix('_forward')}_backward"]
    given = copy.deepcopy(arguments)
    names = list(inspect.signature(forward).parameters)
    kept: list[Any] = []
    results = parts(forward(*given, *([kept] if len(names) > len(given) else [])))
    seeds = seed(results, random.Random(7))
    derivatives = {
        f"{name}_gradient": zeros(argument)
        for name, argument in zip(names, arguments, strict=False)
        if isinstance(argument, list)
    }
    values = {**derivatives, "activations": kept}
    values |= zip(names, given, strict=False)
    wanted = list(inspect.signature(reverse).parameters)[len(results) :]
    returned = parts(reverse(*copy.deepcopy(seeds), *[values[n] for n in wanted]))
    assert not kept, "what was kept is left behind"
    found: list[Any] = []
    for name, argument in zip(names, arguments, strict=False):
        if isinstance(argument, float) and name not in stopped:
            found.append(returned.pop(0))
        else:
            found.append(derivatives.get(f"{name}_gradient"))
    assert not returned, "a derivative too many"
    return seeds, found


def graph(
    source: str,
    root: str,
    arguments: tuple[Any, ...],
    seeds: Any,
    constants: Mapping[str, Collection[str]],
) -> list[Any]:
    Node.tape = []
    assert not constants or set(constants) <= set(load(source))
    names = _parameters(source, root)
    stopped = constants.get(root, ())
    given = [
        copy.deepcopy(argument) if name in stopped else leaves(argument)
        for name, argument in zip(names, arguments, strict=True)
    ]
    operands = [shallow(one) for one in given]
    namespace = load(
        _detached(source, constants).replace("import math\n", ""),
        math=GRAPH_MATH,
        detach=data,
        max=_graph_selection(max),
        min=_graph_selection(min),
    )
    results = parts(namespace[root](*operands))
    for result, incoming in zip(results, seeds, strict=True):
        plant(result, incoming)
    for node in reversed(Node.tape):
        for child, by in node.sources:
            child.gradient += by * node.gradient
    return [gradients(one) for one in given]


def _detached(source: str, constants: Mapping[str, Collection[str]]) -> str:
    """Let names be constants that no derivative is wanted of."""
    for name in {name for names in constants.values() for name in names}:
        source = re.sub(rf"( {name}(?:: \w+)? = )(.+)", r"\1detach(\2)", source)
    return source


def leaves(argument: Any) -> Any:
    if isinstance(argument, float):
        return Node(argument)
    return [leaves(a) for a in argument] if isinstance(argument, list) else argument


def shallow(argument: Any) -> Any:
    """A list of its own with the very nodes, since the function may change lists."""
    return [shallow(a) for a in argument] if isinstance(argument, list) else argument


def plant(result: Any, incoming: Any) -> None:
    if isinstance(result, list):
        for one, derivative in zip(result, incoming, strict=True):
            plant(one, derivative)
    elif isinstance(result, Node):
        result.gradient += incoming


def gradients(argument: Any) -> Any:
    if isinstance(argument, Node):
        return argument.gradient
    if isinstance(argument, list):
        return [gradients(one) for one in argument]
    return 0.0


def differ(
    source: str,
    root: str,
    arguments: tuple[Any, ...],
    seeds: Any,
    index: int,
    found: Any,
    derived: str,
) -> None:
    """Compare the derivatives of one argument with central differences."""
    forward = load(source)[root]

    def objective(changed: Any) -> float:
        given = [copy.deepcopy(a) for a in arguments]
        given[index] = changed
        return weighted(parts(forward(*given)), seeds)

    def at(path: tuple[int, ...], by: float) -> float:
        return objective(moved(arguments[index], path, by))

    for path in paths(arguments[index]):
        wide = (at(path, 2 * WIDTH) - at(path, -2 * WIDTH)) / (4 * WIDTH)
        narrow = (at(path, WIDTH) - at(path, -WIDTH)) / (2 * WIDTH)
        here = at(path, 0.0)
        size = max(1.0, abs(narrow), abs(here))
        right = (at(path, WIDTH) - here) / WIDTH
        if max(abs(wide - narrow), SIDES * abs(right - narrow)) > TOLERANCE * size:
            continue  # there is no derivative here, or a very steep one
        one = found
        for step in path:
            one = 0.0 if one is None else one[step]
        one = 0.0 if one is None else one
        assert (
            abs(one - narrow) <= TOLERANCE * size
        ), f"argument {index} at {path}: derived {one}, difference {narrow}\n{derived}"


def weighted(result: Any, seeds: Any) -> float:
    if isinstance(result, list):
        return sum(map(weighted, result, seeds))
    return float(result * seeds)


def paths(argument: Any) -> list[tuple[int, ...]]:
    if isinstance(argument, float):
        return [()]
    if not isinstance(argument, list):
        return []
    return [(i, *rest) for i, one in enumerate(argument) for rest in paths(one)]


def moved(argument: Any, path: tuple[int, ...], by: float) -> Any:
    if not path:
        return argument + by
    changed = list(argument)
    changed[path[0]] = moved(changed[path[0]], path[1:], by)
    return changed


def numbers(*shape: int, start: int = 0) -> Any:
    """Numbers between -1.5 and 1.5 that look like nothing."""
    source = random.Random(f"{shape} {start}")

    def fill(sizes: tuple[int, ...]) -> Any:
        if not sizes:
            return source.uniform(-1.5, 1.5)
        return [fill(sizes[1:]) for _ in range(sizes[0])]

    return fill(shape)
