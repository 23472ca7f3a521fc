"""The parameters of the module's functions that arguments become."""

from __future__ import annotations

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.direct_calls import DirectCall
from codemods.facts.scopes import all_parameters
from codemods.facts.surroundings import Surroundings
from codemods.facts.walk import parents


def given_parameters(bindings: Bindings, argument: cst.Arg) -> list[cst.Param]:
    """The parameters that an argument becomes, of each function of the name called."""
    above = parents(bindings.wrapper.module)
    call = above[argument]
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Name):
        return []
    binding = bindings.binding_of(call.func)
    uses = bindings.occurrences(binding) if binding is not None else []
    scope = Surroundings(bindings).scope(call)
    return [
        parameter
        for use in uses
        if isinstance(function := above[use.node], cst.FunctionDef)
        for parameter in all_parameters(function.params)
        if DirectCall(call, function, scope).argument(parameter) is argument
    ]
