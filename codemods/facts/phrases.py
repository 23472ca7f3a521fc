"""Names for values: what an expression computes, said in full words.

A name has to be true before it is pretty: it is made from the operation and from the
names of its operands, and falls back on the bare noun of the operation (`product`)
when the phrase would be too long to read.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable

import libcst as cst
import libcst.matchers as m

from codemods.facts.evaluation import is_constant, operands

MOST_WORDS = 6

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")

# operator: (phrase with both operands, noun that stands alone)
OPERATORS: dict[type[cst.CSTNode], tuple[str, str]] = {
    cst.Add: ("{left}_plus_{right}", "total"),
    cst.Subtract: ("{left}_minus_{right}", "difference"),
    cst.Multiply: ("{left}_times_{right}", "product"),
    cst.Divide: ("{left}_over_{right}", "quotient"),
    cst.FloorDivide: ("{left}_floor_divided_by_{right}", "quotient"),
    cst.Modulo: ("{left}_modulo_{right}", "remainder"),
    cst.Power: ("{left}_to_the_power_of_{right}", "power"),
    cst.MatrixMultiply: ("{left}_matrix_times_{right}", "matrix_product"),
    cst.BitAnd: ("{left}_bitwise_and_{right}", "common_bits"),
    cst.BitOr: ("{left}_bitwise_or_{right}", "united_bits"),
    cst.BitXor: ("{left}_bitwise_exclusive_or_{right}", "differing_bits"),
    cst.LeftShift: ("{left}_shifted_left_by_{right}", "shifted_bits"),
    cst.RightShift: ("{left}_shifted_right_by_{right}", "shifted_bits"),
    cst.LessThan: ("{left}_is_less_than_{right}", "is_less"),
    cst.LessThanEqual: ("{left}_is_at_most_{right}", "is_at_most"),
    cst.GreaterThan: ("{left}_is_greater_than_{right}", "is_greater"),
    cst.GreaterThanEqual: ("{left}_is_at_least_{right}", "is_at_least"),
    cst.Equal: ("{left}_equals_{right}", "is_equal"),
    cst.NotEqual: ("{left}_differs_from_{right}", "is_different"),
    cst.In: ("{left}_is_in_{right}", "is_contained"),
    cst.NotIn: ("{left}_is_not_in_{right}", "is_missing"),
    cst.Is: ("{left}_is_{right}", "is_same"),
    cst.IsNot: ("{left}_is_not_{right}", "is_other"),
    cst.And: ("{left}_and_{right}", "all_hold"),
    cst.Or: ("{left}_or_{right}", "any_holds"),
    cst.Minus: ("negative_{operand}", "negative"),
    cst.Plus: ("positive_{operand}", "positive"),
    cst.Not: ("not_{operand}", "negation"),
    cst.BitInvert: ("inverted_{operand}", "inverted_bits"),
}

# function or method: (phrase with its operand, noun that stands alone)
CALLS: dict[str, tuple[str, str]] = {
    "abs": ("absolute_{operand}", "absolute_value"),
    "cos": ("cosine_of_{operand}", "cosine"),
    "cosh": ("hyperbolic_cosine_of_{operand}", "hyperbolic_cosine"),
    "dict": ("dictionary_of_{operand}", "dictionary"),
    "erf": ("error_function_of_{operand}", "error_function"),
    "exists": ("{operand}_exists", "exists"),
    "exp": ("exponential_of_{operand}", "exponential"),
    "float": ("{operand}_as_float", "number"),
    "index": ("index_of_{operand}", "index"),
    "int": ("{operand}_as_integer", "number"),
    "items": ("{operand}_items", "items"),
    "join": ("joined_{operand}", "joined_text"),
    "keys": ("{operand}_keys", "keys"),
    "len": ("length_of_{operand}", "length"),
    "list": ("list_of_{operand}", "items"),
    "log": ("logarithm_of_{operand}", "logarithm"),
    "lower": ("lower_case_{operand}", "lower_case_text"),
    "max": ("maximum_{operand}", "maximum"),
    "min": ("minimum_{operand}", "minimum"),
    "open": ("{operand}_file", "file"),
    "pow": ("{operand}_power", "power"),
    "range": ("range_of_{operand}", "index_range"),
    "read": ("{operand}_text", "text"),
    "replace": ("replaced_{operand}", "replaced_text"),
    "reversed": ("reversed_{operand}", "reversed_items"),
    "round": ("rounded_{operand}", "rounded_number"),
    "set": ("set_of_{operand}", "distinct_items"),
    "sin": ("sine_of_{operand}", "sine"),
    "sinh": ("hyperbolic_sine_of_{operand}", "hyperbolic_sine"),
    "sorted": ("sorted_{operand}", "sorted_items"),
    "split": ("parts_of_{operand}", "parts"),
    "splitlines": ("lines_of_{operand}", "lines"),
    "sqrt": ("square_root_of_{operand}", "square_root"),
    "str": ("{operand}_as_text", "text"),
    "strip": ("stripped_{operand}", "stripped_text"),
    "sum": ("sum_of_{operand}", "sum"),
    "tanh": ("hyperbolic_tangent_of_{operand}", "hyperbolic_tangent"),
    "tuple": ("tuple_of_{operand}", "items"),
    "upper": ("upper_case_{operand}", "upper_case_text"),
    "values": ("{operand}_values", "values"),
    "zip": ("pairs_of_{operand}", "pairs"),
}

POWERS = {
    "2": "squared_{operand}",
    "3": "cubed_{operand}",
    "-1": "reciprocal_of_{operand}",
    "0.5": "square_root_of_{operand}",
    "-0.5": "reciprocal_square_root_of_{operand}",
}

IRREGULAR_PLURALS = {
    "child": "children",
    "index": "indices",
    "matrix": "matrices",
    "vertex": "vertices",
}

UNCOUNTABLE = frozenset({"data", "text"})


def phrases(
    node: cst.BaseExpression, original: cst.BaseExpression | None = None
) -> list[str]:
    """Names for the value of an expression, the most telling first, none too long.

    `original` is the expression before its operands were given the names in `node`.
    """
    found = [
        _phrase(node),
        *_shortened(node),
        *_by_nouns(original or node),
        _noun(node),
    ]
    return [name for name in dict.fromkeys(found) if _is_usable(name)] or ["value"]


def element_phrases(node: cst.BaseExpression) -> list[str]:
    """Names for a collection whose elements `node` computes, the best first."""
    if isinstance(node, cst.BaseComp):
        return ["rows"]
    if isinstance(node, cst.Name) and singular(node.value) is not None:
        return ["rows", f"lists_of_{node.value}"]
    if isinstance(node, (cst.Name, cst.Attribute, cst.Subscript)):
        found = [_phrase(node)]
    else:
        found = [_noun(node), *_shortened(node), _phrase(node)]
    usable = [name for name in dict.fromkeys(found) if _is_usable(name)]
    return [plural(name) for name in usable] or ["items"]


def plural(noun: str) -> str:
    """The plural of a name, by its last word (`loss` gives `losses`)."""
    head, _, last = noun.rpartition("_")
    start = f"{head}_" if head else ""
    if last in UNCOUNTABLE:
        return noun
    if last in IRREGULAR_PLURALS:
        return start + IRREGULAR_PLURALS[last]
    if re.search(r"(s|x|z|ch|sh)$", last):
        return noun + "es"
    if re.search(r"[^aeiou]y$", last):
        return noun[:-1] + "ies"
    return noun + "s"


def singular(noun: str) -> str | None:
    """The singular of a plural name, or None where it does not look like one."""
    head, _, last = noun.rpartition("_")
    start = f"{head}_" if head else ""
    for one, many in IRREGULAR_PLURALS.items():
        if last == many:
            return start + one
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("xes", "x")):
        if last.endswith(ending) and len(last) > len(ending) + 1:
            return start + last.removesuffix(ending) + replacement
    if last.endswith("s") and not last.endswith(("ss", "us", "is")) and len(last) > 3:
        return noun.removesuffix("s")
    return None


def _is_usable(name: str) -> bool:
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and len(name.split("_")) <= MOST_WORDS
        and len(name) > 1
    )


def _phrase(node: cst.BaseExpression) -> str:
    for kind, describe in _DESCRIBE:
        if isinstance(node, kind):
            return describe(node).strip("_")
    return ""


def _name(node: cst.Name) -> str:
    return node.value


def _attribute(node: cst.Attribute) -> str:
    if m.matches(node.value, m.Name("self") | m.Name("math")):
        return node.attr.value
    return f"{_phrase(node.value)}_{node.attr.value.strip('_')}"


def _subscript(node: cst.Subscript) -> str:
    whole = _phrase(node.value)
    if any(m.matches(element.slice, m.Slice()) for element in node.slice):
        return f"part_of_{whole}"
    return singular(whole) or f"{whole}_item"


def _display(node: cst.Tuple | cst.List) -> str:
    if len(node.elements) == 1:
        return _phrase(node.elements[0].value)
    return "items" if node.elements else "nothing"


def _integer(node: cst.Integer) -> str:
    value = node.evaluated_value
    return NUMBERS[value] if value < len(NUMBERS) else f"number_{value}"


def _float(node: cst.Float) -> str:
    value = node.evaluated_value
    if value == 0.5:
        return "one_half"
    return "epsilon" if value <= 1e-3 else "constant"


def _binary(node: cst.BinaryOperation) -> str:
    if isinstance(node.operator, cst.Power):
        exponent = cst.Module([]).code_for_node(node.right)
        if exponent in POWERS:
            return POWERS[exponent].format(operand=_phrase(node.left))
    if _is_square(node):
        return f"squared_{_phrase(node.left)}"
    phrase, _ = OPERATORS[type(node.operator)]
    return phrase.format(left=_phrase(node.left), right=_phrase(node.right))


def _is_square(node: cst.BaseExpression) -> bool:
    """Whether a value is multiplied by itself."""
    return (
        isinstance(node, cst.BinaryOperation)
        and isinstance(node.operator, cst.Multiply)
        and node.left.deep_equals(node.right)
    )


def _comparison(node: cst.Comparison) -> str:
    first = node.comparisons[0]
    if isinstance(first.operator, cst.GreaterThan) and m.matches(
        first.comparator, m.Integer("0")
    ):
        return f"{_phrase(node.left)}_is_positive"
    phrase, _ = OPERATORS[type(first.operator)]
    return phrase.format(left=_phrase(node.left), right=_phrase(first.comparator))


def _boolean(node: cst.BooleanOperation) -> str:
    phrase, _ = OPERATORS[type(node.operator)]
    return phrase.format(left=_phrase(node.left), right=_phrase(node.right))


def _unary(node: cst.UnaryOperation) -> str:
    if isinstance(node.operator, cst.Minus) and isinstance(
        node.expression, cst.Integer
    ):
        return f"minus_{_phrase(node.expression)}"
    phrase, _ = OPERATORS[type(node.operator)]
    return phrase.format(operand=_phrase(node.expression))


def _callee(node: cst.Call) -> str:
    if isinstance(node.func, cst.Attribute):
        return node.func.attr.value
    return node.func.value if isinstance(node.func, cst.Name) else ""


def _operand(node: cst.Call) -> str:
    """What a call is about: the argument of a function, the receiver of a method."""
    arguments = [_phrase(argument.value) for argument in node.args]
    if _callee(node) in ("join", "index", "exists") and arguments:
        return arguments[0]
    receiver = node.func.value if isinstance(node.func, cst.Attribute) else None
    if isinstance(receiver, cst.BaseExpression) and not _is_module_like(receiver, node):
        return _phrase(receiver)
    return arguments[0] if arguments else ""


def _is_module_like(receiver: cst.BaseExpression, call: cst.Call) -> bool:
    """Whether `receiver.name(argument)` is about its argument, as in `math.log(x)`."""
    return m.matches(receiver, m.Name() | m.Attribute()) and bool(call.args)


def _call(node: cst.Call) -> str:
    callee = _callee(node)
    if callee == "isinstance" and len(node.args) == 2:
        subject, kind = (_phrase(argument.value) for argument in node.args)
        return f"{subject}_is_{kind}".lower()
    if callee == "sum" and isinstance(node.args[0].value, cst.BaseSimpleComp):
        return f"sum_of_{element_phrases(node.args[0].value.elt)[0]}"
    if callee == "len" and singular(_operand(node)) is not None:
        return f"number_of_{_operand(node)}"
    if callee in CALLS:
        return CALLS[callee][0].format(operand=_operand(node))
    if callee[:1].isupper():
        return _snake_case(callee)
    return callee if isinstance(node.func, cst.Attribute) else f"{callee}_result"


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _comprehension(node: cst.BaseSimpleComp) -> str:
    return element_phrases(node.elt)[0]


def _text_literal(node: cst.BaseExpression) -> str:
    text = node.raw_value if isinstance(node, cst.SimpleString) else "text"
    words = re.findall(r"[A-Za-z]+", text)
    return "_".join(words[:1]).lower() or "text"


def _shortened(node: cst.BaseExpression) -> list[str]:
    """The noun of an operation with one of its operands."""
    if not isinstance(node, cst.BinaryOperation):
        return []
    parts = [part for part in (node.left, node.right) if not is_constant(part)]
    return [f"{_phrase(part)}_{_noun(node)}" for part in parts]


def _by_nouns(node: cst.BaseExpression) -> list[str]:
    """An operation between constants and the bare nouns of other operations."""
    if not isinstance(node, cst.BinaryOperation):
        return []
    left, right = (_phrase(p) if is_constant(p) else _noun(p) for p in operands(node))
    return [OPERATORS[type(node.operator)][0].format(left=left, right=right)]


def _noun(node: cst.BaseExpression) -> str:
    if _is_square(node):
        return "square"
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Power):
        exponent = cst.Module([]).code_for_node(node.right)
        return {"2": "square", "-1": "reciprocal"}.get(exponent, "power")
    if isinstance(
        node, (cst.BinaryOperation, cst.UnaryOperation, cst.BooleanOperation)
    ):
        return OPERATORS[type(node.operator)][1]
    if isinstance(node, cst.Comparison):
        return OPERATORS[type(node.comparisons[0].operator)][1]
    if isinstance(node, cst.Call):
        return CALLS[_callee(node)][1] if _callee(node) in CALLS else _call(node)
    if isinstance(node, cst.BaseSimpleComp):
        return element_phrases(node.elt)[0]
    return "value"


_DESCRIBE: tuple[tuple[type[cst.CSTNode], Callable[..., str]], ...] = (
    (cst.Name, _name),
    (cst.Attribute, _attribute),
    (cst.Subscript, _subscript),
    (cst.Tuple, _display),
    (cst.List, _display),
    (cst.Integer, _integer),
    (cst.Float, _float),
    (cst.BinaryOperation, _binary),
    (cst.Comparison, _comparison),
    (cst.BooleanOperation, _boolean),
    (cst.UnaryOperation, _unary),
    (cst.Call, _call),
    (cst.BaseSimpleComp, _comprehension),
    (cst.SimpleString, _text_literal),
    (cst.FormattedString, _text_literal),
)
