"""Steps 01 to 05 in a row, on microgpt and on scripts made from it.

Every result is run beside the script that it was made from, scaled down.
"""

from __future__ import annotations

import builtins
import keyword
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import libcst as cst
import libcst.matchers as m
import pytest
from libcst.codemod import CodemodContext

from codemods.facts.bindings import Bindings
from codemods.facts.metadata import wrap
from codemods.facts.vocabulary import spell_out
from codemods.layout import format_source
from codemods.phase import load_step

ORIGINAL = (Path(__file__).parents[2] / "original" / "microgpt.py").read_text()
STEPS = (
    "step_01_format_source",
    "step_02_spell_out_module_names",
    "step_03_spell_out_function_names",
    "step_04_spell_out_graph_names",
    "step_05_spell_out_parameter_keys",
)
NAMES = "ada\nbob\ncarl\ndora\neve\nfritz\n"


@cache
def spell_out_all(code: str) -> str:
    """The script after every step, each with all of its checks."""
    for name in STEPS:
        step = load_step(name)(CodemodContext(filename="script.py"))
        code = step.transform_module(cst.parse_module(code)).code
    return code


def spell_out_quickly(code: str) -> str:
    """The same without the checks that every step passes through."""
    for name in STEPS:
        module = cst.parse_module(code)
        code = load_step(name)(CodemodContext()).apply(module).code
    return format_source(code)


def run(code: str, folder: Path) -> str:
    """What a script prints in two training steps and two samples."""
    for full, short in (("= 500", "= 2"), ("range(20)", "range(2)")):
        assert full in code
        code = code.replace(full, short)
    (folder / "input.txt").write_text(NAMES)
    (folder / "script.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class RenameEverything(cst.CSTTransformer):
    """Renames without regard to scope what is neither Python's nor a library's."""

    def __init__(self, spell: Callable[[int, str], str]) -> None:
        super().__init__()
        self.spell = spell
        self.names: dict[str, str] = {}

    def visit_Module(self, node: cst.Module) -> None:
        kept = {*dir(builtins), *keyword.kwlist, *LIBRARY}
        found = (cst.ensure_type(n, cst.Name).value for n in m.findall(node, m.Name()))
        own = sorted({name for name in found if name[:2] != "__"} - kept)
        self.names = {name: self.spell(i, name) for i, name in enumerate(own)}

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        new = self.names.get(original_node.value, original_node.value)
        return updated_node.with_changes(value=new)


LIBRARY = frozenset(
    "os path exists urllib request urlretrieve open read strip split join append extend"
    " add index values math log exp cos pi random seed shuffle gauss choices weights"
    " format".split()
)


def strip_comments(code: str) -> str:
    module = m.replace(cst.parse_module(code), m.Comment(), cst.Comment("#"))
    return "\n".join(
        line
        for line in cst.ensure_type(module, cst.Module).code.splitlines()
        if line.strip() != "#"
    ).replace("#\n", "\n")


def rename_everything(code: str) -> str:
    renamer = RenameEverything(lambda i, name: f"q{i}z")
    return cst.parse_module(code).visit(renamer).code


def exchange_everything(code: str) -> str:
    """Give each name to another thing, as far from its place as can be."""
    renamer = RenameEverything(lambda i, name: name)
    cst.parse_module(code).visit(renamer)
    names = list(renamer.names)
    half = len(names) // 2
    turned = dict(zip(names, names[half:] + names[:half], strict=True))
    return (
        cst.parse_module(code)
        .visit(RenameEverything(lambda i, name: turned[name]))
        .code
    )


VARIANTS = [
    pytest.param(lambda code: code, id="original"),
    pytest.param(format_source, id="after-black"),
    pytest.param(strip_comments, id="without-comments"),
    pytest.param(
        lambda code: code.replace("n_layer = 1", "n_layer = 2"), id="two-layers"
    ),
    pytest.param(rename_everything, id="strange-names"),
    pytest.param(exchange_everything, id="exchanged-names"),
    pytest.param(
        lambda code: code.replace(
            "for i in range(n_layer)", "for lay in range(n_layer)"
        )
        .replace("{i}.", "{lay}.")
        .replace("for t in range(len(k_h))", "for i in range(len(k_h))")
        .replace("k_h[t]", "k_h[i]"),
        id="other-loop-variables",
    ),
]


@pytest.mark.parametrize("vary", VARIANTS)
def test_prints_the_same(vary: Callable[[str], str], tmp_path: Path) -> None:
    code = vary(ORIGINAL)
    assert run(spell_out_quickly(code), tmp_path) == run(code, tmp_path)


def test_formatting_does_not_matter() -> None:
    assert spell_out_quickly(format_source(ORIGINAL)) == spell_out_all(ORIGINAL)


def test_strange_names_stay() -> None:
    code = format_source(rename_everything(ORIGINAL))
    names = {b.name for b in Bindings(wrap(cst.parse_module(code)))}
    after = Bindings(wrap(cst.parse_module(spell_out_quickly(code))))
    assert {b.name for b in after} == names - {"exp", "log"} | {
        "exponential",
        "logarithm",
    }


def test_no_abbreviation_is_left() -> None:
    bindings = Bindings(wrap(cst.parse_module(spell_out_all(ORIGINAL))))
    names = {binding.name for binding in bindings}
    assert {name for name in names if spell_out(name) != name} == set()
    assert {name for name in names if len(name) < 3} == {"_", "os"}


def test_the_names_of_the_original_become_these() -> None:
    bindings = Bindings(wrap(cst.parse_module(spell_out_all(ORIGINAL))))
    names = {b.name for b in bindings if not b.name.startswith("__")}
    assert sorted(names) == SPELT_OUT.split()


SPELT_OUT = """
Value _ adam_epsilon attention_logits attention_output attention_weights backward
beginning_of_sequence_token block_size branch_value build_topological_order cached_key
cached_position cached_value character child children corrected_first_moment
corrected_second_moment create_matrix current_learning_rate data dimension_index
document documents embedding_dimension exponential exponentials first_moment_buffer
first_moment_decay gpt head_dimension head_index head_keys head_output head_query
head_start head_values hidden_state hidden_value input_value input_vector key keys
layer_index learning_rate line linear local_gradient local_gradients logarithm logit
logits loss losses math matrix maximum_logit mean_square names_address node
normalize_root_mean_square number_of_heads number_of_inputs number_of_layers
number_of_outputs number_of_steps os other parameter parameter_index parameters position
position_embedding position_loss position_value probabilities probability query random
rectified_linear residual_state residual_value row sample_index sampled_characters scale
second_moment_buffer second_moment_decay self sequence_length softmax standard_deviation
state_dictionary step target_token temperature token token_embedding token_value tokens
topological_order total unique_characters urllib value values visited vocabulary_size
weight weight_matrix weight_row
"""
