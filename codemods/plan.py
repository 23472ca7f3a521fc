"""The plan: the steps in commit order, under the headings of PLAN.md."""

from __future__ import annotations

from codemods.phase import Phase

PHASES = (
    Phase(
        "Plain form",
        "step_01_format_source",
        "step_02_spell_out_module_names",
        "step_03_spell_out_function_names",
        "step_04_spell_out_graph_names",
        "step_05_spell_out_parameter_keys",
        "step_06_replace_lambdas",
        "step_07_split_stacked_statements",
        "step_08_unroll_comprehensions",
        "step_09_accumulate_sums",
        "step_10_expand_conditions",
        "step_11_name_function_intermediates",
        "step_12_name_main_intermediates",
        "step_13_annotate_signatures",
        "step_14_annotate_bindings",
    ),
    Phase(
        "Explicit data flow",
        "step_15_thread_state",
        "step_16_extract_setup",
        "step_17_extract_training",
        "step_18_extract_sampling",
    ),
    Phase(
        "Explicit operations",
        "step_19_replace_methods",
        "step_20_replace_operators",
        "step_21_wrap_arguments",
    ),
    Phase(
        "Structure of arrays",
        "step_22_record_nodes",
        "step_23_separate_attributes",
    ),
    Phase(
        "Linear backward",
        "step_24_walk_in_order",
    ),
    Phase(
        "Flat parameters",
        "step_25_declare_layout",
        "step_26_address_by_offset",
        "step_27_read_heads_in_place",
    ),
    Phase(
        "Kernels",
        "step_28_sample_in_floats",
        "step_29_derive_backward",
    ),
    Phase(
        "Common case",
        "step_30_hoist_invariants",
        "step_31_cut_rows",
        "step_32_walk_lists",
        "step_33_skip_units_that_are_off",
        "step_34_sample_without_activations",
        "step_35_order_definitions",
    ),
)
