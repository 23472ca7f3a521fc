"""The brief's two sections on style, sentence by sentence.

Each sentence is enforced by the rules that quote it, or has a reason here why no rule
can exist.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """A sentence of the brief, and why no rule enforces it, if none does."""

    text: str
    reason: str = ""


PARADIGM = (
    Sentence("This refactor targets procedural, data-oriented Python."),
    Sentence(
        "The organizing principle is: functions transform data that is passed to them "
        "explicitly."
    ),
    Sentence("No classes. No `class` keyword anywhere in the final codebase."),
    Sentence(
        "Data is organized in plain containers - flat lists, tuples, dicts used as "
        "named record stores - not objects with methods."
    ),
    Sentence(
        "No hidden state. Every function receives its inputs as arguments and returns "
        "its outputs."
    ),
    Sentence(
        "No reading from or writing to module-level mutable state inside functions."
    ),
    Sentence(
        "Module-level constants (hyperparameters, configuration) are acceptable.",
    ),
    Sentence(
        "No method dispatch. No operator overloading, no dunder methods, no "
        "polymorphism."
    ),
    Sentence("Operations are explicit function calls."),
    Sentence(
        "Data and functions are separate. Data is declared and laid out in one place."
    ),
    Sentence("Functions that transform that data are defined separately."),
    Sentence('They do not own, encapsulate, or "belong to" the data.'),
)

STYLE = (
    Sentence(
        "Every step of the plan - and every future commit implementing it - must "
        "respect these constraints:",
        "Held by the ratchet instead of a rule: the counts of every rule before and "
        "after every step.",
    ),
    Sentence("Full descriptive names. No abbreviations."),
    Sentence(
        "`activation_data` not `act_data`, `layer_index` not `li`, `head_dimension` "
        "not `head_dim`."
    ),
    Sentence("Names should read as plain English."),
    Sentence("Type hints on all function signatures and major bindings."),
    Sentence("Use `list[float]`, `tuple[int, int, int]`, etc."),
    Sentence(
        "Introduce `TypeAlias` for recurring compound types if it aids clarity.",
        "Whether an alias aids clarity is for a reader to say; `list[list[float]]` "
        "mostly says more than a name for it.",
    ),
    Sentence(
        "Prefer explicit `for` loops over list comprehensions unless the comprehension "
        "is a trivial one-line mapping with no readability cost."
    ),
    Sentence("If a reader has to scan horizontally or parse nested logic, use a loop."),
    Sentence("One operation per line in hot paths."),
    Sentence("No stacked or chained method calls."),
    Sentence("Each line should do one legible thing."),
    Sentence("No clever tricks."),
    Sentence(
        "If a reader has to pause to understand an expression, it should be rewritten."
    ),
    Sentence(
        "Favor obviousness over concision.",
        "A preference between two ways of writing; the rules on operations, tricks and "
        "control flow name the cases in which it decides.",
    ),
    Sentence(
        "Explicit control flow. Avoid relying on short-circuit evaluation, ternary "
        "nesting, or implicit truthiness for logic that matters."
    ),
    Sentence(
        "Use Python's standard vocabulary where it is paradigm-neutral.",
        "A permission: it names what no rule may object to, and the valid cases of the "
        "rules use it.",
    ),
    Sentence(
        "`enumerate`, `zip`, `range`, `f-strings`, `math` and `random` standard "
        "library - these are fine.",
        "A permission, too: the generator that `random` keeps for itself is state, but "
        "the brief allows it.",
    ),
    Sentence(
        "They are syntax and utilities, not paradigm commitments.",
        "It explains the permission before it.",
    ),
    Sentence("Avoid Python idioms that smuggle in abstraction."),
    Sentence(
        "No generators as lazy pipelines, no context managers for control flow, no "
        "decorators, no `__dunder__` anything."
    ),
    Sentence("If a Python feature exists to hide mechanism, don't use it here."),
    Sentence(
        "These invariants apply from the first commit forward.",
        "Held by the ratchet: no count may rise, and what a step introduces obeys "
        "every rule, unless the step says why not yet.",
    ),
    Sentence("They are non-negotiable and should not be deferred to a cleanup pass."),
)

SECTIONS = {"Programming Paradigm": PARADIGM, "Code Style Invariants": STYLE}
