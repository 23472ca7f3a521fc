"""The words that names may be made of, and what is said about those that are not."""

from __future__ import annotations

import hashlib
import io
import tokenize
from functools import cache
from pathlib import Path

import pytest

from codemods.check.check_script import traverse
from codemods.check.script import Script
from codemods.facts.vocabulary import PHRASES, WORDS, singular, spell_out
from codemods.rules.descriptive_names import (
    WORD_OR_NUMBER,
    DescriptiveNames,
    objection,
)
from codemods.rules.words.read_words import (
    FOLDER,
    SHORT_WORDS,
    abbreviations,
    allowed_words,
    is_listed,
    is_word,
    listed_words,
    meaning,
)

PROJECT = Path(__file__).parents[2]
LISTED = listed_words()
SPELLED_OUT = {**WORDS, **PHRASES}


def found(code: str) -> list[str]:
    script = Script(code)
    rule = DescriptiveNames(script)
    traverse(script.module, [rule])
    return [f"{f.line}:{f.column}: {f.message}" for f in sorted(rule.findings)]


# The lists.


def test_debians_list_is_as_debian_has_it() -> None:
    digest = hashlib.sha256((FOLDER / "american-english.txt").read_bytes()).hexdigest()
    assert digest == "9f513f1ceadb6a01c5485b7dbdfd5118dc66cd70b59cae2851292112d4066a32"


def test_debians_notice_is_beside_it() -> None:
    notice = (FOLDER / "american-english.copyright").read_bytes()
    digest = hashlib.sha256(notice).hexdigest()
    assert digest == "1d7c0128f6c72d2270bf1b271b37a3a21267f759161b68c4dc6c501574c0892e"


@pytest.mark.parametrize("file", ["allowed.txt", "abbreviations.txt"])
def test_every_line_of_our_lists_is_a_word_and_a_phrase_in_order(file: str) -> None:
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    words = [line.partition(": ")[0] for line in lines]
    assert words == sorted(set(words))
    assert all(word.isalpha() and word.islower() for word in words)
    assert all(line.partition(": ")[2].strip() for line in lines)


def test_no_word_is_both_allowed_and_an_abbreviation() -> None:
    assert allowed_words().keys().isdisjoint(abbreviations())


@pytest.mark.parametrize("word", allowed_words())
def test_allowed_words_are_needed(word: str) -> None:
    """Somebody else chose them: the original, the plan, the vocabulary or a step."""
    assert not is_listed(word)
    written = _words_of_original() | _words_of_plan() | _words_spelled_out()
    assert word in written | _words_of_snapshots()


def _words_of_original() -> set[str]:
    return _words((PROJECT / "original" / "microgpt.py").read_text(encoding="utf-8"))


@cache
def _words_of_snapshots() -> set[str]:
    found = set()
    for snapshot in (PROJECT / "generated").glob("step_*.py"):
        code = io.StringIO(snapshot.read_text(encoding="utf-8"))
        for token in tokenize.generate_tokens(code.readline):
            if token.type != tokenize.COMMENT:
                found |= _words(token.string)
    return found


def _words_of_plan() -> set[str]:
    return _words((PROJECT / "PLAN.md").read_text(encoding="utf-8"))


def _words_spelled_out() -> set[str]:
    return _words(" ".join(SPELLED_OUT.values()))


def _words(text: str) -> set[str]:
    words = {word.lower() for word in WORD_OR_NUMBER.findall(text)}
    return words | {one for one in map(singular, words) if one is not None}


@pytest.mark.parametrize("word", abbreviations())
def test_abbreviations_would_be_words_and_stand_for_words(word: str) -> None:
    assert is_listed(word)
    assert not is_word(word)
    stands_for = abbreviations()[word].lower().split()
    assert word not in stands_for
    proper_names = {meant for meant in stands_for if meant.capitalize() in LISTED}
    assert all(is_word(meant) for meant in {*stands_for} - {"a"} - proper_names)


# What the vocabulary knows.


@pytest.mark.parametrize("name", SPELLED_OUT)
def test_whatever_the_vocabulary_spells_out_is_found(name: str) -> None:
    assert objection(name) is not None
    assert objection(spell_out(name)) is None


@pytest.mark.parametrize("word", sorted(WORDS.keys() & abbreviations()))
def test_both_spell_out_alike(word: str) -> None:
    assert abbreviations()[word] == WORDS[word].replace("_", " ")


# Words.


@pytest.mark.parametrize(
    "word",
    ["matrix", "matrices", "exponentials", "logits", "adam", "gaussian", "café"]
    + ["pi", "of", "is", "self", "axes", "indices", "bias", "thus", "chi", "bins"]
    + ["tokenizer", "datasets", "embed"],
)
def test_words(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize(
    "word",
    ["embd", "emb", "x", "a", "i", "", "ms", "wo", "xi", "iii", "xiv", "cpu", "usa"]
    + ["max", "dims", "vals", "lens", "ids", "headdimension", "itos", "gpt2"]
    + ["wei", "sal", "deb", "gen", "foo", "thing", "things", "fibonacci"],
)
def test_no_words(word: str) -> None:
    assert not is_word(word)


def test_short_words_are_few_and_english() -> None:
    assert {len(word) for word in SHORT_WORDS} == {2}
    assert listed_words() > SHORT_WORDS


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("tok", "token"),
        ("lr", "learning rate"),
        ("probs", "probabilities"),
        ("act", "activation"),
        ("acts", "activations"),
        ("wq", None),
        ("token", None),
    ],
)
def test_meanings(word: str, meant: str | None) -> None:
    assert meaning(word) == meant


# What is said about names.


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tok_emb", "`tok_emb`: spell out `tok` (token), `emb` (embedding)"),
        ("wte", "`wte`: spell out `wte`"),
        ("BOS", "`BOS`: spell out `BOS` (beginning of sequence)"),
        ("MyVec", "`MyVec`: spell out `My`, `Vec` (vector)"),
        ("tok_tok", "`tok_tok`: spell out `tok` (token)"),
        ("beta1", "`beta1`: say in words what the number 1 stands for"),
        (
            "layer2_wq",
            "`layer2_wq`: spell out `wq`; say in words what the number 2 stands for",
        ),
        ("x", "`x` is too short: say in full what it stands for"),
        ("_k_h", "`_k_h` is too short: say in full what it stands for"),
        ("lr", "`lr` is too short: say in full what it stands for (learning rate)"),
        ("fc1", "`fc1` is too short: say in full what it stands for"),
    ],
)
def test_messages(name: str, message: str) -> None:
    assert found(f"{name} = 0\n") == [f"1:1: {message}"]


@pytest.mark.parametrize(
    "name",
    ["_hidden_state_", "__private", "XMLReader", "HiddenState", "BLOCK_SIZE", "Logits"],
)
def test_case_and_underscores_only_separate(name: str) -> None:
    expected = {"XMLReader": ["1:1: `XMLReader`: spell out `XML`"]}
    assert found(f"{name} = 0\n") == expected.get(name, [])


# Which names, and where.


def test_a_name_is_reported_once_a_scope_where_it_is_first_bound() -> None:
    code = "print(val)\ndef load(val):\n    val = val + 1\n\n\nval = 1\nval += 1\n"
    message = "`val`: spell out `val` (value)"
    assert found(code) == [f"2:10: {message}", f"6:1: {message}"]


def test_an_attribute_is_reported_once_where_it_is_first_stored() -> None:
    code = """\
class Node:
    def __init__(self):
        self.grad = 0
        self.tok: int = 0

    def fwd(self):
        self.fwd = self.grad


for node.tok, (node.pos, *node.lst) in pairs:
    node.grad = node.seq
"""
    assert [line.split(" ")[:2] for line in found(code)] == [
        ["3:14:", "`grad`:"],
        ["4:14:", "`tok`:"],
        ["6:9:", "`fwd`:"],
        ["10:21:", "`pos`:"],
        ["10:32:", "`lst`:"],
    ]


def test_a_key_is_reported_once_where_it_first_stands() -> None:
    code = """\
state = {'wte': 0, 'head': 1, **state}
state[f'layer{i}.attn_wq'] = state[f'layer{j}.attn_wq'] = state['wte']
state[i], state['\\n'], state[f'{i}'], state['layer0'], state[b'wk']
"""
    assert found(code) == [
        "1:10: `wte`: spell out `wte`",
        "2:7: `layer{}.attn_wq`: spell out `attn` (attention), `wq`",
    ]


@pytest.mark.parametrize(
    ("code", "places"),
    [
        pytest.param("a.get('wte', 0).pop('wpe')\n", ["1:7", "1:21"], id="methods"),
        pytest.param("dict(wte=1, wpe=2)\n", ["1:6", "1:13"], id="keywords"),
        pytest.param("def load(state: dict[str, int]):\n"
                     "    return 'wte' in state or 'wpe' not in state\n",
                     ["2:12", "2:30"], id="in"),
        pytest.param("[('wte', 1), ('attn_wq', size, 3)]\n", ["1:3", "1:15"],
                     id="table"),
        pytest.param("rows.append((f'layer{index}.wq', [16, 16]))\n", ["1:14"],
                     id="row"),
        pytest.param("for part in ('wq', 'head'):\n    state[part] = 0\n",
                     ["1:14"], id="loop"),
        pytest.param("PARTS = ['wq', 'head']\n"
                     "{f'layer.{part}': 0 for part in PARTS}\n",
                     ["1:10"], id="loop-over-name"),
    ],
)  # fmt: skip
def test_strings_that_name_data(code: str, places: list[str]) -> None:
    assert [line.partition(": ")[0] for line in found(code)] == places


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import os\nos.environ.get('TMP')\n", id="of-modules"),
        pytest.param("print('ei' in word, 'wq' in {'wq', 'wk'})\n", id="in-text"),
        pytest.param("words = ['wei', 'deb', f'{word}ly']\n", id="words"),
        pytest.param("for word in ('wei', 'deb'):\n    print(f'{word}')\n", id="loop"),
        pytest.param("counts = [('e', 5), ('the lr', 3), ('utf-8', 1)]\n", id="text"),
        pytest.param("vowels = set()\nfor vowel in 'ae':\n    rows[vowel]\n",
                     id="letters"),
    ],
)  # fmt: skip
def test_strings_that_are_text(code: str) -> None:
    assert found(code) == []


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import sys, urllib.request\n", id="modules"),
        pytest.param("from math import cos, sqrt\ncos(sqrt(2))\n", id="functions"),
        pytest.param("import sys\nsys.argv = []\n", id="attributes-of-modules"),
        pytest.param("import os\nos.environ['TMP'] = 'x'\n", id="keys-of-modules"),
        pytest.param("rows: dict['Vec', list['Vec']]\n", id="types"),
        pytest.param("open('x', errors='ignore', fd=3)\n", id="arguments"),
        pytest.param("def __len__(self):\n    return 0\n", id="dunder"),
        pytest.param("try:\n    import np\nexcept OSError:\n    np = 0\n", id="either"),
        pytest.param("del idx\nprint(idx.val)\nidx.val += 1\n", id="uses"),
    ],
)
def test_names_that_the_script_does_not_choose(code: str) -> None:
    assert found(code) == []


def test_a_name_that_hides_a_builtin_is_chosen() -> None:
    assert found("list = {}\nlist['wte'] = 0\n") == ["2:6: `wte`: spell out `wte`"]


def test_underscore_may_stand_for_what_nobody_reads() -> None:
    assert found("for _ in range(3):\n    for _ in range(3):\n        pass\n") == []
    assert found("for __ in range(3):\n    print(__)\n") == [
        "1:5: `__` is read: say in full what it stands for"
    ]


def test_renaming_leaves_nothing_to_find() -> None:
    snapshots = sorted((PROJECT / "generated").glob("step_*.py"))
    counts = {
        path.stem: len(found(path.read_text(encoding="utf-8"))) for path in snapshots
    }
    renamed = list(counts).index("step_05_spell_out_parameter_keys")
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    assert counts["step_01_format_source"] > 100
    assert set(list(counts.values())[renamed:]) == {0}
