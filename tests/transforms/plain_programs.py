"""Small programs in the plain form, made of choices: most of them nobody would write.

Names are few, so that they are bound again, and what they are bound to is whatever is
there.  Many of the programs fail when they run, and are of no use then.
"""

from __future__ import annotations

from collections.abc import Callable

Choose = Callable[[int], int]
"""Picks a number below another."""

NUMBERS = ("a", "b", "c", "x", "y")
LISTS = ("p", "q", "u", "v")
COUNTERS = ("i", "j", "k")
FUNCTIONS = ("tanh", "sin", "cos", "exp")
OPERATORS = ("+", "-", "*", "*", "/")
LENGTH = 3


class Programs:
    """Writes a module of helpers and a function `f` that may call them."""

    def __init__(self, choose: Choose) -> None:
        self.choose = choose

    def module(self) -> str:
        helpers = self.choose(3)
        parts = ["import math\n"]
        self.helpers: list[tuple[str, str]] = []
        for number in range(helpers):
            kind = ("number", "list", "both", "none")[self.choose(4)]
            name = f"h{number}"
            parts.append(self.function(name, kind, 2 + self.choose(3)))
            self.helpers.append((name, kind))
        parts.append(self.function("f", ("number", "list", "both")[self.choose(3)], 7))
        return "\n".join(parts)

    def function(self, name: str, kind: str, size: int) -> str:
        self.numbers = {"x", "y"}
        self.lists = {"u", "v"}
        self.counters = {"n"}
        self.walked: set[str] = set()
        lines: list[str] = []
        if self.choose(4):
            self.lists.add("p")
            made = ("[]", f"[0.0] * {LENGTH}", f"[0.5] * {LENGTH}")[self.choose(3)]
            lines.append(f"p: list[float] = {made}")
            if made == "[]":
                lines += [
                    "for a in u:",
                    f"    a = a * {self.number()}",
                    "    p.append(a)",
                ]
                self.numbers.discard("a")
        lines += self.block(size, 0)
        if kind == "number":
            result, returned = "float", self.number()
        elif kind == "list":
            result, returned = "list[float]", self.own()
        elif kind == "both":
            result = "tuple[float, list[float]]"
            returned = f"{self.number()}, {self.own()}"
        else:
            result, returned = "None", ""
        lines.append(f"return {returned}".rstrip())
        parameters = "x: float, y: float, u: list[float], v: list[float], n: int"
        head = f"def {name}({parameters}) -> {result}:\n"
        return head + "".join(f"    {line}\n" for line in lines)

    def pick(self, names: set[str] | tuple[str, ...]) -> str:
        known = sorted(names)
        return known[self.choose(len(known))]

    def number(self) -> str:
        return self.pick(self.numbers)

    def list(self) -> str:
        return self.pick(self.lists)

    def operand(self) -> str:
        match self.choose(6):
            case 0:
                return ("0.5", "2", "-1.5")[self.choose(3)]
            case 1 | 2:
                return f"{self.list()}[{self.index()}]"
        return self.number()

    def index(self) -> str:
        counters = sorted(self.counters - {"n"})
        if counters and self.choose(2):
            return counters[self.choose(len(counters))]
        return ("0", "1", "2", "-1")[self.choose(4)]

    def own(self) -> str:
        """A list of the function's own, if it has any: mostly parameters are read."""
        own = self.lists - {"u", "v"} - self.walked
        if own and self.choose(8):
            return self.pick(own)
        return self.list()

    def append(self, item: str) -> list[str]:
        target = self.own()
        return [] if target in self.walked else [f"{target}.append({item})"]

    def block(self, size: int, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(1 + self.choose(size)):
            lines += self.statement(depth)
        return lines or ["pass"]

    def statement(self, depth: int) -> list[str]:
        kinds = 12 if depth < 2 else 9
        match self.choose(kinds):
            case 0 | 1 | 2:
                return [self.assignment()]
            case 3:
                target = self.number()
                return [f"{target} {self.pick(OPERATORS)}= {self.operand()}"]
            case 4:
                return [self.new_list()]
            case 5:
                return self.append(self.operand())
            case 6:
                sign = ("=", "+=")[self.choose(2)]
                return [f"{self.own()}[{self.index()}] {sign} {self.operand()}"]
            case 7:
                return [self.call()]
            case 8:
                return [self.count()]
            case 9 | 10:
                return self.loop(depth)
        return self.condition(depth)

    def assignment(self) -> str:
        first, second = self.operand(), self.operand()
        match self.choose(8):
            case 0:
                value = f"math.{self.pick(FUNCTIONS)}({first})"
            case 1:
                value = f"-{self.number()}"
            case 2:
                value = f"{first} ** {('2', '3', '-1')[self.choose(3)]}"
            case 3:
                value = f"{('max', 'min')[self.choose(2)]}({first}, {second})"
            case 4:
                value = first
            case _:
                value = f"{first} {self.pick(OPERATORS)} {second}"
        target = NUMBERS[self.choose(len(NUMBERS))]
        self.numbers.add(target)
        return f"{target} = {value}"

    def new_list(self) -> str:
        target = LISTS[self.choose(len(LISTS))]
        match self.choose(4):
            case 0:
                value = f"[0.0] * {LENGTH}"
            case 1:
                value = self.list()
            case 2:
                (line,) = self.append("")[:1] or [""]
                return line.replace(".append()", f".extend({self.list()})") or "pass"
            case _:
                value = "[]"
        self.lists.add(target)
        return f"{target}: list[float] = {value}"

    def call(self) -> str:
        if not self.helpers:
            return self.assignment()
        name, kind = self.helpers[self.choose(len(self.helpers))]
        numbers = f"{self.number()}, {self.number()}"
        text = f"{name}({numbers}, {self.list()}, {self.list()}, n)"
        number = NUMBERS[self.choose(len(NUMBERS))]
        row = LISTS[self.choose(len(LISTS))]
        if kind == "none":
            return text
        if kind in ("number", "both"):
            self.numbers.add(number)
        if kind in ("list", "both"):
            self.lists.add(row)
        targets = {"number": number, "list": row, "both": f"{number}, {row}"}
        return f"{targets[kind]} = {text}"

    def count(self) -> str:
        target = COUNTERS[self.choose(len(COUNTERS))]
        known = target in self.counters
        self.counters.add(target)
        if known and self.choose(2):
            return f"{target} = {target} + 1"
        return f"{target} = {self.choose(LENGTH)}"

    def loop(self, depth: int) -> list[str]:
        counter = COUNTERS[self.choose(len(COUNTERS))]
        item = NUMBERS[self.choose(len(NUMBERS))]
        other = NUMBERS[self.choose(len(NUMBERS))]
        row = self.list()
        heads = [
            f"for {counter} in range(n):",
            f"for {counter} in range(len({row})):",
            f"for {counter} in range(1, {LENGTH}):",
            f"for {item} in {row}:",
            f"for {counter}, {item} in enumerate({row}):",
            f"for {item}, {other} in zip({row}, {self.list()}):",
        ]
        chosen = self.choose(len(heads))
        if chosen in (0, 1, 2, 4):
            self.counters.add(counter)
        if chosen > 2:
            self.numbers.add(item)
        if chosen == 5:
            self.numbers.add(other)
        walked, self.walked = self.walked, self.walked | {row}
        lines = [heads[chosen], *_indented(self.block(4, depth + 1))]
        self.walked = walked
        return lines

    def condition(self, depth: int) -> list[str]:
        test = f"{self.number()} {('<', '>', '<=')[self.choose(3)]} {self.operand()}"
        lines = [f"if {test}:", *_indented(self.block(3, depth + 1))]
        if self.choose(2):
            lines += ["else:", *_indented(self.block(3, depth + 1))]
        return lines


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
