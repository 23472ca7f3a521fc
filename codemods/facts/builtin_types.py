"""What the builtins and a few modules of the standard library are annotated to give.

Three tables: the methods of the built-in types, the builtin functions, and what is
imported.  `T`, or `K` and `V`, stand for what a container holds; for a function, `T`
is what its first argument yields when iterated over, and `SAME` that argument itself.
What depends on more than that is worked out elsewhere, and what is not here is not
known.
"""

from __future__ import annotations

from collections.abc import Mapping

from codemods.facts.known_types import build, join_known
from codemods.facts.type_names import (
    ANY_LENGTH,
    MAIN,
    NONE,
    UNOBSERVED,
    Type,
    iterator_type,
    join,
)

BOOL, INT, FLOAT, STR, BYTES = map(Type, ("bool", "int", "float", "str", "bytes"))
RANGE = Type("range")
TEXT_FILE, BINARY_FILE = Type("TextIO", (), "typing"), Type("BinaryIO", (), "typing")
MODULE = Type("ModuleType", (), "types")

T, K, V, SAME = (Type(name, (), "") for name in ("T", "K", "V", "SAME"))


def list_of(element: Type) -> Type:
    return Type("list", (element,))


def tuple_of(*elements: Type) -> Type:
    return Type("tuple", elements)


def view_of(name: str, *arguments: Type) -> Type:
    return Type(name, arguments, "collections.abc")


def _each(rows: Mapping[str, Type]) -> dict[str, Type]:
    """The rows of a table, one for each of the names that share a type."""
    return {name: type_ for names, type_ in rows.items() for name in names.split()}


SET_METHODS = _each(
    {
        "isdisjoint issubset issuperset": BOOL,
        "copy difference intersection": SAME,
    }
)
DICT_METHODS = _each(
    {
        "clear update": NONE,
        "copy": SAME,
        "get": join([V, NONE]),
        "__getitem__ pop": V,
        "items": view_of("ItemsView", K, V),
        "keys": view_of("KeysView", K),
        "popitem": tuple_of(K, V),
        "setdefault": V,
        "values": view_of("ValuesView", V),
    }
)

METHODS: Mapping[str, Mapping[str, Type]] = {
    "str": _each(
        {
            "capitalize casefold center expandtabs format __getitem__ join ljust lower "
            "lstrip removeprefix removesuffix replace rjust rstrip strip swapcase "
            "title translate upper zfill": STR,
            "count find index rfind rindex": INT,
            "encode": BYTES,
            "endswith isalnum isalpha isascii isdecimal isdigit isidentifier islower "
            "isnumeric isprintable isspace istitle isupper startswith": BOOL,
            "partition rpartition": tuple_of(STR, STR, STR),
            "rsplit split splitlines": list_of(STR),
        }
    ),
    "bytes": _each(
        {"count find index __getitem__": INT, "decode hex": STR, "lower strip": BYTES}
    ),
    "int": _each({"bit_count bit_length": INT}),
    "float": _each({"hex": STR, "is_integer": BOOL}),
    "list": _each(
        {
            "append clear extend insert remove reverse sort": NONE,
            "copy": SAME,
            "count index": INT,
            "__getitem__ pop": T,
        }
    ),
    "tuple": _each({"count index": INT, "__getitem__": T}),
    "range": _each({"count index __getitem__": INT}),
    "set": SET_METHODS
    | _each(
        {
            "add clear difference_update discard intersection_update remove "
            "symmetric_difference_update update": NONE,
            "pop": T,
        }
    ),
    "frozenset": SET_METHODS,
    "dict": DICT_METHODS,
    "OrderedDict": DICT_METHODS,
    "defaultdict": DICT_METHODS,
    "Mapping": {
        n: DICT_METHODS[n] for n in ("get items keys __getitem__ values").split()
    },
    "Sequence": _each({"count index": INT, "__getitem__": T}),
    "deque": _each(
        {
            "append appendleft clear extend extendleft insert remove reverse "
            "rotate": NONE,
            "copy": SAME,
            "count index": INT,
            "__getitem__ pop popleft": T,
        }
    ),
    "TextIO": _each(
        {
            "close flush": NONE,
            "__enter__": SAME,
            "read readline": STR,
            "readlines": list_of(STR),
            "write": INT,
        }
    ),
    "BinaryIO": _each(
        {
            "close flush": NONE,
            "__enter__": SAME,
            "read readline": BYTES,
            "readlines": list_of(BYTES),
            "write": INT,
        }
    ),
}
"""What the methods of a type return, by its name."""

PARAMETERS = {
    "dict": "KV", "OrderedDict": "KV", "defaultdict": "KV", "Mapping": "KV",
    "list": "T", "set": "T", "frozenset": "T", "deque": "T", "Sequence": "T",
}  # fmt: skip
"""What the arguments of a type are called in the table of its methods."""

ITERABLES = {
    **dict.fromkeys(
        "Counter Generator Iterable Iterator KeysView Mapping Sequence ValuesView "
        "defaultdict deque dict frozenset list set OrderedDict".split(),
        T,
    ),
    "ItemsView": tuple_of(T, V),
    "BinaryIO": BYTES,
    "TextIO": STR,
    "bytes": INT,
    "range": INT,
    "str": STR,
}
"""What iterating over a type yields; `T` is its first argument, `V` the next."""

FUNCTIONS: Mapping[str, Type] = _each(
    {
        "all any bool callable hasattr isinstance issubclass": BOOL,
        "hash id int len ord": INT,
        "float": FLOAT,
        "ascii bin chr format hex input oct repr str": STR,
        "bytes": BYTES,
        "delattr print setattr": NONE,
        "range": RANGE,
        "frozenset": Type("frozenset", (T,)),
        "list sorted": list_of(T),
        "set": Type("set", (T,)),
        "tuple": tuple_of(T, ANY_LENGTH),
        "enumerate": iterator_type(tuple_of(INT, T)),
        "iter reversed": iterator_type(T),
    }
)
"""What the builtin functions and types return when called."""

EMPTY = {
    "dict": Type("dict", (UNOBSERVED, UNOBSERVED)),
    "frozenset": Type("frozenset", (UNOBSERVED,)),
    "list": list_of(UNOBSERVED),
    "set": Type("set", (UNOBSERVED,)),
    "tuple": tuple_of(),
}
"""What a type returns that is called without an argument."""


def _of_modules(rows: Mapping[str, Mapping[str, Type]]) -> dict[str, Type]:
    """The rows of a table by the full names, `math.pi`."""
    return {
        f"{module}.{name}": type_
        for module, names in rows.items()
        for name, type_ in _each(names).items()
    }


CONSTANTS: Mapping[str, Type] = _of_modules(
    {
        "math": {"e inf nan pi tau": FLOAT},
        "os": {"linesep sep": STR},
        "string": {
            "ascii_letters ascii_lowercase ascii_uppercase digits punctuation": STR
        },
        "sys": {"argv": list_of(STR), "maxsize": INT, "stderr stdin stdout": TEXT_FILE},
    }
)
"""What modules hold."""

LIBRARY: Mapping[str, Type] = _of_modules(
    {
        "copy": {"copy deepcopy": SAME},
        "math": {
            "acos acosh asin asinh atan atan2 atanh cbrt copysign cos cosh degrees "
            "dist erf erfc exp exp2 expm1 fabs fmod fsum gamma hypot ldexp lgamma log "
            "log10 log1p log2 nextafter pow radians remainder sin sinh sqrt tan tanh "
            "ulp": FLOAT,
            "comb factorial gcd isqrt lcm perm": INT,
            "isclose isfinite isinf isnan": BOOL,
            "frexp": tuple_of(FLOAT, INT),
            "modf": tuple_of(FLOAT, FLOAT),
        },
        "os.path": {"exists isabs isdir isfile islink": BOOL, "getsize": INT},
        "random": {
            "betavariate expovariate gammavariate gauss lognormvariate normalvariate "
            "paretovariate random triangular uniform vonmisesvariate "
            "weibullvariate": FLOAT,
            "choice": T,
            "choices sample": list_of(T),
            "getrandbits randint randrange": INT,
            "seed setstate shuffle": NONE,
        },
        "time": {
            "monotonic perf_counter process_time time": FLOAT,
            "monotonic_ns perf_counter_ns process_time_ns time_ns": INT,
        },
    }
)
"""What functions of modules return."""


def fill(pattern: Type, meanings: Mapping[str, Type]) -> Type:
    """The type that a row of a table stands for, by what its letters mean.

    It is not known where a letter has no known meaning, but for the elements of tuples.
    """
    if pattern.module == "":
        return meanings.get(pattern.name, UNOBSERVED)
    filled = (fill(argument, meanings) for argument in pattern.arguments)
    return build(pattern.name, filled, pattern.module)


def needs(pattern: Type) -> set[str]:
    """The letters in a row of a table."""
    return {part.name for part in pattern.parts() if part.module == ""}


def elements(type_: Type) -> Type:
    """What iterating over values of a type yields."""
    return join_known(map(_elements, type_.members))


def _elements(type_: Type) -> Type:
    if type_.module == MAIN:  # whatever it is called
        return UNOBSERVED
    if type_.name == "tuple":
        return join_known(a for a in type_.arguments if a != ANY_LENGTH)
    pattern = ITERABLES.get(type_.name, UNOBSERVED)
    return fill(pattern, dict(zip("TV", type_.arguments, strict=False)))


def method_result(receiver: Type, method: str) -> Type:
    """What a method of a built-in type returns when called in the plainest way."""
    if receiver.module == MAIN:  # whatever it is called
        return UNOBSERVED
    pattern = METHODS.get(receiver.name, {}).get(method, UNOBSERVED)
    letters = PARAMETERS.get(receiver.name, "")
    meanings = dict(zip(letters, receiver.arguments, strict=False))
    if receiver.name == "tuple":
        meanings = {"T": elements(receiver)}
    return fill(pattern, {**meanings, "SAME": receiver})
