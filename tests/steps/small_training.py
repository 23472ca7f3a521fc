"""A small script of the kind that the steps are for: it trains, and it samples."""

from __future__ import annotations

from codemods.layout import format_source

CLASS = """\
import math
import random


class Node:
    def __init__(self, data: float, children: "tuple[Node, ...]" = ()) -> None:
        self.data: float = data
        self.gradient: float = 0
        self.children: tuple[Node, ...] = children

    def __add__(self, other: "Node") -> "Node":
        return Node(self.data + other.data, (self, other))

    def __mul__(self, other: "Node | float") -> "Node":
        if not isinstance(other, Node):
            other = Node(other)
        return Node(self.data * other.data, (self, other))

    def __rmul__(self, other: float) -> "Node":
        return self * other

    def exponential(self) -> "Node":
        return Node(math.exp(self.data), (self,))

    def backward(self) -> None:
        for child in self.children:
            child.gradient += self.gradient + 1


"""
SETUP = """\
# The letters of all words, and a mark that ends a word.
file = open("input.txt")
words: list[str] = file.read().split()
random.shuffle(words)
print(len(words))
joined: str = "".join(words)
letters: list[str] = sorted(set(joined))
mark = len(letters)
print(mark)
size: int = 2  # how many numbers there are for a letter
table: list[Node] = []
for _ in range(size * (mark + 1)):
    # They start at random.
    table.append(Node(random.gauss(0, 1)))
print(len(table))
"""
TRAINING = """\
for step in range(2):
    word = words[step % len(words)]
    indices: list[int] = []
    for letter in word:
        indices.append(letters.index(letter))
    tokens: list[int] = indices + [mark]
    total = Node(0)
    for token in tokens:
        total = total + table[size * token].exponential()
    loss = 0.5 * total

    # Follow the slopes.
    loss.backward()

    # Move a little.
    rate = 0.1
    for node in table:
        node.data -= rate * node.gradient
        node.gradient = 0
    print(f"{step} {loss.data:.4f}")
"""
SAMPLING = """\
for sample in range(2):
    picked: list[str] = []
    while len(picked) < size:
        token = int(100 * abs(table[len(picked)].data)) % mark
        if token == mark:
            break
        picked.append(letters[token])
    text = "".join(picked)
    print(f"{sample} {text}")
"""


def in_module(code: str) -> str:
    """Code behind the class of the small script."""
    return format_source(CLASS + code)


SMALL = in_module("random.seed(1)\n" + SETUP + TRAINING + SAMPLING)
