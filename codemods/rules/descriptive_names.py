"""Names are made of whole English words

A name counts where the script chooses it: variables, also those of loops,
comprehensions and patterns; parameters, functions and classes; attributes that it
stores; imports that it renames; and strings that name data, each where it first stands.
What it imports, builtins and dunder names are not its choice.  `_` says that there is
nothing to name, as long as nobody reads it.

Strings name data as keys of dictionaries: in brackets, in displays, as keywords of
`dict`, as first arguments of `get`, `pop` and `setdefault`, and left of `in` where a
dictionary is obviously right of it.  They do so in tables, too: beside something else
than a string in a list or tuple, as in `[("wte", 27), ("wpe", 8)]`, and in a display
from which a loop takes keys or parts of keys.  There, what is not spelt like a name, in
two or more letters, digits, underscores and dots, is text.

A name has at least three letters, and no digits unless it is a string.  Its words are
on Debian's American English list, on which proper names do not count, or are terms of
the field with a reason to be allowed (`codemods/rules/words/allowed.txt`), and neither
abbreviations nor words that stand for anything, such as `thing`
(`codemods/rules/words/abbreviations.txt`).  Words of two letters are prepositions and
the like, such as `of` and `is`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import libcst as cst

from codemods.check.rule import Rule
from codemods.check.script import Script
from codemods.facts.bindings import Binding
from codemods.facts.name_strings import NameString, find_name_strings, is_foreign
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.string_keys import HOLE
from codemods.rules.words.read_words import SHORTEST, is_word, meaning

NAMING = frozenset({Role.STORE, Role.PARAMETER, Role.FUNCTION, Role.CLASS, Role.IMPORT})
WORD_OR_NUMBER = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")
"""Words begin at capitals; a run of capitals is one: `XMLReader` is `XML`, `Reader`."""


class DescriptiveNames(Rule):
    sentences = (
        "Full descriptive names. No abbreviations.",
        "`activation_data` not `act_data`, `layer_index` not `li`, `head_dimension` "
        "not `head_dim`.",
        "Names should read as plain English.",
    )
    VALID = (
        "activation_data = []\nlayer_index = 0\nhead_dimension = 4\n",
        "BLOCK_SIZE = 8\nclass ComputationGraph:\n    pass\n",
        "for _ in range(3):\n    pass\n",
        "import os, urllib.request\nfrom math import exp\nos.environ['X'] = exp\n",
        "random.choices(range(3), k=2)\n",
        "class Node:\n    def __eq__(self, other):\n        return self._value\n",
        "logits, exponentials = softmax(pi_times_step)\n",
        "rows: list['Vec'] = []\n",
        "weights[f'layer{layer_index}.attention_query'] = weights['layer0.token']\n",
        "def reset(node):\n    node.value = 0\n    node.lst += node.val\n",
        "names = ['wei', 'deb']\nfor name in names:\n    print(name, 'ei' in name)\n",
        "report = [('the lr is', 1), ('e', 5), ('rate', 'lr')]\n",
    )
    INVALID = (
        ("act_data = []\nli = 0\nhead_dim = 4\n", 3),
        ("x = 1\nx = 2\nprint(x)\n", 1),
        ("beta1 = layer2_weight = 0.9\n", 2),
        ("x_value = 1\n", 1),
        ("def relu(arr, *args, eps=1, **kwargs):\n    pass\n", 5),
        ("double = lambda n: 2 * n\n", 1),
        ("for idx, (tok, *pos) in pairs:\n    pass\n", 3),
        ("lengths = [len(doc) for doc in documents if (n := doc)]\n", 2),
        (
            "match pair:\n    case {'first': a, **kv} | [a, *kv] as p:\n        pass\n",
            3,
        ),
        ("try:\n    pass\nexcept OSError as e:\n    pass\n", 1),
        ("with open(path) as fh, lock() as node.lk:\n    pass\n", 2),
        ("import numpy as np\nfrom math import exp as ex\n", 2),
        ("BOS = 0\nclass MyVec:\n    pass\n", 2),
        ("class Node:\n    val: int\n    def fwd(self):\n        self.val = 1\n", 2),
        ("self.grad, (child.tmp, *other.lst) = values\n", 3),
        ("state = {'wte': 1, f'layer{index}.wq': 2}\nprint(state['wte'])\n", 2),
        ("print(state['lm_head'], {f'w{index}': 0 for index in range(3)})\n", 2),
        ("state = dict(wte=1)\nstate.get('wpe')\nprint('attn' in state)\n", 3),
        ("table = [('wte', 27), (f'layer{index}.attn_wq', 16)]\n", 2),
        ("for name in ('wq', 'wk'):\n    state[f'layer.{name}'] = 0\n", 2),
        ("_ = 1\nprint(_)\n", 1),
        ("rows: '[i for i in keys]' = []\n", 1),
    )

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self._attributes: set[str] = set()

    def visit_Module(self, node: cst.Module) -> None:
        for binding in self.script.bindings:
            if binding.scope.is_class:
                self._attributes.add(binding.name)
            self._check_binding(binding)
        self._check_strings()

    def _check_strings(self) -> None:
        named = find_name_strings(self.script.bindings, self.script.types)
        first: dict[str, cst.CSTNode] = {}
        for node, name in sorted(named, key=self._start):
            first.setdefault(name, node)
        for name, node in first.items():
            self._report_objection(node, objection_to_string(name))

    def _start(self, named: NameString) -> tuple[int, int]:
        start = self.script.positions[named.node].start
        return start.line, start.column

    def _check_binding(self, binding: Binding) -> None:
        occurrences = self.script.bindings.occurrences(binding)
        first = next((o for o in occurrences if o.role in NAMING), None)
        if first is None or not self._is_chosen(first):
            return
        name = binding.name
        if name.strip("_") != "":
            self._check_name(first.anchor, name)
        elif any(occurrence.role is Role.LOAD for occurrence in occurrences):
            message = f"`{name}` is read: say in full what it stands for"
            self.report(first.anchor, message)

    def _is_chosen(self, occurrence: Occurrence) -> bool:
        """Whether the script chose a name, which it did not if it only imports it."""
        if occurrence.role is not Role.IMPORT:
            return True
        return isinstance(self.script.parents[occurrence.node], cst.AsName)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._check_attributes(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._check_attributes(node.target)

    def visit_For(self, node: cst.For) -> None:
        self._check_attributes(node.target)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._check_attributes(node.target)

    def visit_AsName(self, node: cst.AsName) -> None:
        self._check_attributes(node.name)

    def _check_attributes(self, target: cst.BaseExpression) -> None:
        """Objects of other modules have attributes that the script did not name."""
        for stored in _attributes(target):
            name = stored.attr.value
            is_own = not is_foreign(self.script.bindings, stored.value)
            if is_own and name not in self._attributes:
                self._attributes.add(name)
                self._check_name(stored.attr, name)

    def _check_name(self, node: cst.CSTNode, name: str) -> None:
        if not (name.startswith("__") and name.endswith("__")):
            self._report_objection(node, objection(name))

    def _report_objection(self, node: cst.CSTNode, message: str | None) -> None:
        if message is not None:
            self.report(node, message)


def _attributes(target: cst.BaseExpression) -> Iterator[cst.Attribute]:
    """The attributes among what an assignment stores."""
    if isinstance(target, cst.Attribute):
        yield target
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _attributes(element.value)


@cache
def objection(name: str) -> str | None:
    """What to do about a name; None if it is fine."""
    return _objection(name, WORD_OR_NUMBER.findall(name))


@cache
def objection_to_string(template: str) -> str | None:
    """What to do about a name in a string, which may have numbers: it is often made."""
    parts = WORD_OR_NUMBER.findall(template)
    words = [part for part in parts if not part.isdecimal()]
    return _objection(template.replace(HOLE, "{}"), words) if words else None


def _objection(shown: str, parts: list[str]) -> str | None:
    words = [part for part in parts if not part.isdecimal()]
    if len("".join(words)) < SHORTEST:
        known = meaning("".join(words).lower())
        example = "" if known is None else f" ({known})"
        return f"`{shown}` is too short: say in full what it stands for{example}"
    numbers = [part for part in parts if part.isdecimal()]
    to_do = _spell_out(words)
    to_do += [f"say in words what the number {n} stands for" for n in numbers]
    return f"`{shown}`: {'; '.join(to_do)}" if to_do else None


def _spell_out(words: list[str]) -> list[str]:
    """The request to spell out those words that are none; nothing if all are."""
    unknown = dict.fromkeys(word for word in words if not is_word(word.lower()))
    described = [_describe(word) for word in unknown]
    return [f"spell out {', '.join(described)}"] if described else []


def _describe(word: str) -> str:
    known = meaning(word.lower())
    return f"`{word}`" if known is None else f"`{word}` ({known})"
