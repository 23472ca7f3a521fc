"""Names are made of whole English words

A name counts where the script chooses it: variables, also those of loops,
comprehensions and patterns; parameters, functions and classes; attributes that it
stores; imports that it renames; and the string keys of dictionaries, each where it
first stands.  What it imports, builtins and dunder names are not its choice.  `_` says
that there is nothing to name, as long as nobody reads it.

A name has at least three letters, and no digits unless it is a key.  Its words are on
Debian's American English list, or are terms of the field with a reason to be allowed
(`codemods/rules/words/allowed.txt`), and are no abbreviations
(`codemods/rules/words/abbreviations.txt`).  Words of two letters are prepositions and
the like, such as `of` and `is`.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from functools import cache

import libcst as cst

from codemods.check.rule import Rule
from codemods.check.script import Script
from codemods.facts.bindings import Binding
from codemods.facts.scopes import Occurrence, Role
from codemods.facts.string_keys import HOLE, key_template
from codemods.rules.words.read_words import SHORTEST, is_word, meaning

NAMING = frozenset({Role.STORE, Role.PARAMETER, Role.FUNCTION, Role.CLASS, Role.IMPORT})
BUILTINS = tuple(dir(builtins))
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
        ("_ = 1\nprint(_)\n", 1),
        ("rows: '[i for i in keys]' = []\n", 1),
    )

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self._attributes: set[str] = set()
        self._keys: set[str] = set()

    def visit_Module(self, node: cst.Module) -> None:
        for binding in self.script.bindings:
            if binding.scope.is_class:
                self._attributes.add(binding.name)
            self._check_binding(binding)

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
            if name not in self._attributes and not self._is_foreign(stored.value):
                self._attributes.add(name)
                self._check_name(stored.attr, name)

    def visit_Subscript(self, node: cst.Subscript) -> None:
        if not self._is_foreign(node.value):
            for element in node.slice:
                if isinstance(element.slice, cst.Index):
                    self._check_key(element.slice.value)

    def visit_DictElement(self, node: cst.DictElement) -> None:
        self._check_key(node.key)

    def visit_DictComp(self, node: cst.DictComp) -> None:
        self._check_key(node.key)

    def _is_foreign(self, node: cst.BaseExpression) -> bool:
        """Whether an object is not the script's: `os.environ`, or the type `list`."""
        bindings = self.script.bindings
        return bindings.is_builtin(node, *BUILTINS) or bindings.is_imported(node)

    def _check_name(self, node: cst.CSTNode, name: str) -> None:
        if not (name.startswith("__") and name.endswith("__")):
            self._report_objection(node, objection(name))

    def _check_key(self, node: cst.BaseExpression) -> None:
        key = key_template(node)
        if key is not None and key not in self._keys:
            self._keys.add(key)
            self._report_objection(node, objection_to_key(key))

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
def objection_to_key(template: str) -> str | None:
    """What to do about a key, in which numbers are fine, as it is often computed."""
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
