"""The brief's style as rules, one a file."""

SUITE = (
    "no_class",
    "no_hidden_state",
    "no_nested_function",
    "no_method_dispatch",
    "no_operator_overloading",
    "no_polymorphism",
    "separate_data_and_functions",
    "descriptive_names",
    "type_hints",
    "trivial_comprehensions",
    "one_operation_per_line",
    "one_statement_per_line",
    "no_chained_calls",
    "no_clever_tricks",
    "explicit_control_flow",
    "no_lambda",
    "no_generator",
    "no_context_manager",
    "no_decorator",
    "no_dunder",
    "no_suppression_comments",
)
"""The rules in the order of the brief's sentences.

Not included: formatting, which is black's; types, which are mypy's; and unused or
undefined names, which are pyflakes'.  `make check` asks all three.
"""
