"""Methods of a class, made functions of the module."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest
from statement_checks import outcome

from codemods.facts.find_nodes import find
from codemods.facts.metadata import parse
from codemods.facts.same_tree import first_difference
from codemods.layout import format_source
from codemods.refusal import Refusal
from codemods.transforms.replace_methods import replace_methods

SHAPE = """\
class Shape:
    def __init__(self, width: float) -> None:
        self.width: float = width

    def area(self, factor: float = 1) -> float:
        return self.width * self.width * factor

"""
LEFT = """\
class Shape:
    def __init__(self, width: float) -> None:
        self.width: float = width


"""
AREA = """\
def area(shape: Shape, factor: float = 1) -> float:
    return shape.width * shape.width * factor


"""


def find_class(module: cst.Module) -> cst.ClassDef:
    return next(find(module, cst.ClassDef))


def replaced(before: str) -> str:
    made = replace_methods(parse(before), find_class)
    assert first_difference(made, parse(made.code)) is None
    after = format_source(made.code)
    assert outcome(after) == outcome(before)
    assert replace_methods(parse(after), find_class).code == after
    return after


CASES = [
    pytest.param(
        SHAPE + "print(Shape(2).area(), Shape(3).area(factor=2))\n",
        LEFT + AREA + "print(area(Shape(2)), area(Shape(3), factor=2))\n",
        id="called",
    ),
    pytest.param(
        SHAPE + "def show(shape: Shape) -> None:\n    print(shape.area(2))\n"
        "show(Shape(2))\n",
        LEFT + AREA + "def show(shape: Shape) -> None:\n    print(area(shape, 2))\n\n\n"
        "show(Shape(2))\n",
        id="of-a-parameter",
    ),
    pytest.param(
        SHAPE + "area = Shape(2).area()\nprint(area)\n",
        LEFT
        + AREA.replace("area(", "area_of_shape(")
        + "area = area_of_shape(Shape(2))\nprint(area)\n",
        id="name-in-use",
    ),
    pytest.param(
        SHAPE + "def f(area: float) -> None:\n    print(area, Shape(2).area())\nf(1)\n",
        LEFT
        + AREA.replace("area(", "area_of_shape(")
        + "def f(area: float) -> None:\n    print(area, area_of_shape(Shape(2)))\n\n\n"
        "f(1)\n",
        id="name-in-use-where-it-is-called",
    ),
    pytest.param(
        SHAPE.replace("area", "sum") + "print(Shape(2).sum(), sum([1]))\n",
        LEFT
        + AREA.replace("area(", "sum_of_shape(")
        + "print(sum_of_shape(Shape(2)), sum([1]))\n",
        id="name-of-a-builtin",
    ),
    pytest.param(
        SHAPE + '    def grown(self) -> "Shape":\n        # Twice as wide.\n'
        "        return Shape(self.width * self.area())\n\n"
        "print(Shape(2).grown().grown().area())\n",
        LEFT + AREA + "def grown(shape: Shape) -> Shape:\n    # Twice as wide.\n"
        "    return Shape(shape.width * area(shape))\n\n\n"
        "print(area(grown(grown(Shape(2)))))\n",
        id="chained-and-calling-each-other",
    ),
    pytest.param(
        SHAPE + "    def __neg__(self) -> float:\n        return -self.area()\n\n"
        "print(-Shape(2))\n",
        LEFT.rstrip() + "\n\n    def __neg__(self) -> float:\n"
        "        return -area(self)\n\n\n" + AREA + "print(-Shape(2))\n",
        id="used-by-an-operator",
    ),
    pytest.param(
        "def area() -> int:\n    return 1\n\n\n" + SHAPE + "\nprint(area())\n",
        "def area() -> int:\n    return 1\n\n\n"
        + LEFT
        + AREA.replace("area(", "area_of_shape(")
        + "print(area())\n",
        id="never-called-and-name-in-use",
    ),
    pytest.param(
        SHAPE + "    def area_of_shape(self) -> float:\n        return self.width\n\n"
        "area = Shape(2).area_of_shape()\nprint(area)\n",
        LEFT
        + AREA.replace("area(", "area_of_shape(")
        + "def area_of_shape_of_shape(shape: Shape) -> float:\n"
        "    return shape.width\n\n\n"
        "area = area_of_shape_of_shape(Shape(2))\nprint(area)\n",
        id="name-given-to-another",
    ),
    pytest.param(
        SHAPE + "\nfor shape in [Shape(1), Shape(2)]:\n    print(shape.area())\n",
        LEFT + AREA + "for shape in [Shape(1), Shape(2)]:\n    print(area(shape))\n",
        id="a-variable-of-the-module-named-like-the-class",
    ),
    pytest.param(
        "class Tool:\n    # Adds one.\n    def use(self, number):\n"
        "        return number + 1\n\n    def name(self):\n        return 'tool'\n\n"
        "print(Tool().use(1), Tool().name())\n",
        "class Tool:\n    pass\n\n\n# Adds one.\ndef use(tool, number):\n"
        '    return number + 1\n\n\ndef name(tool):\n    return "tool"\n\n\n'
        "print(use(Tool(), 1), name(Tool()))\n",
        id="nothing-but-methods",
    ),
    pytest.param(
        "class Tree:\n    def __init__(self, parts):\n        self.parts = parts\n\n"
        "    def size(tree):\n        return len(tree.parts)\n\n"
        "print(Tree([1]).size())\n",
        "class Tree:\n    def __init__(self, parts):\n        self.parts = parts\n\n\n"
        "def size(tree):\n    return len(tree.parts)\n\n\nprint(size(Tree([1])))\n",
        id="without-annotations",
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_replaces(before: str, after: str) -> None:
    assert replaced(format_source(before)) == after


REFUSED = [
    pytest.param(
        SHAPE + "f = Shape(2).area\n",
        "8:5: expected `area` to be called and nothing else, found `area` as a value",
        id="value",
    ),
    pytest.param(
        SHAPE + "print(Shape.area(Shape(2)))\n",
        "8:7: expected `.area` of an object of the class Shape",
        id="called-on-the-class",
    ),
    pytest.param(
        SHAPE + "print(unknown.area())\n",
        "8:7: expected `.area` of an object of the class Shape, "
        "found an object of unknown class",
        id="unknown-object",
    ),
    pytest.param(
        SHAPE + "print(Shape(2).area(*[1]))\n",
        "8:21: expected arguments of `area` one by one, found `*`",
        id="starred-argument",
    ),
    pytest.param(
        SHAPE + "print(getattr(Shape(2), 'area')())\n",
        "8:7: expected methods called by their names, found `getattr`",
        id="looked-up",
    ),
    pytest.param(
        SHAPE.replace("    def area", "    @property\n    def area"),
        "5:5: expected a function without decorators, found a decorator",
        id="property",
    ),
    pytest.param(
        SHAPE.replace("self, factor: float = 1", ""),
        "5:9: expected a method of an object, found no parameters",
        id="no-parameters",
    ),
    pytest.param(
        SHAPE.replace("Shape:", "Shape(Base):"),
        "1:13: expected a class without relatives, found a base",
        id="base",
    ),
    pytest.param(
        SHAPE + "class Square(Shape):\n    def area(self):\n        return 1\n",
        "expected one class with `area`, found another",
        id="subclass-with-its-own",
    ),
    pytest.param(
        SHAPE.replace("* factor", "* self.__secret"),
        "6:47: expected a method that can be moved, found `__secret`",
        id="private-name",
    ),
    pytest.param(
        SHAPE.replace("* factor", "* super().area()"),
        "expected a method that can be moved, found `super`",
        id="super",
    ),
    pytest.param(
        SHAPE.replace("factor: float", "shape: float").replace("* factor", "* shape"),
        "expected `shape` to be free, found a variable",
        id="name-of-the-object-taken",
    ),
    pytest.param(
        SHAPE.replace("* factor", "* sum([shape * self.width for shape in [1]])"),
        "expected `shape` to be free, found a variable",
        id="name-of-the-object-taken-in-a-comprehension",
    ),
    pytest.param(
        SHAPE.replace("class Shape:\n", "class Shape:\n    one = 1.0\n\n").replace(
            "= 1)", "= one)"
        ),
        "7:36: expected a method that can be moved, found a variable of the class",
        id="default-from-the-class",
    ),
    pytest.param(
        SHAPE
        + "def area() -> None:\n    pass\ndef area_of_shape() -> None:\n    pass\n",
        "5:9: expected a free name for a function, found `area` in use",
        id="both-names-in-use",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        replace_methods(parse(dedent(code)), find_class)
    assert message in str(refusal.value)


def test_operators_alone_are_left_alone() -> None:
    module = parse("class A:\n    def __add__(self, other):\n        return self\n")
    assert replace_methods(module, find_class) is module
