"""Which arguments the parameters of functions get, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.walk import parents


def arguments_of(
    bindings: Bindings, parameter: cst.Param
) -> list[cst.BaseExpression] | None:
    """All that a parameter is ever bound to; None where that is not known.

    It is known of a function of the module that is called by its name and used in no
    other way, with all arguments written out.
    """
    above = parents(bindings.wrapper.module)
    function = above[above[parameter]]
    if not isinstance(function, cst.FunctionDef) or parameter.star:
        return None
    calls = _calls(bindings, function)
    if calls is None or function.decorators:
        return None
    given = [_argument(call, function.params, parameter) for call in calls]
    found = [value for value in given if value is not None]
    return found if len(found) == len(given) else None


def parameters_of(bindings: Bindings, argument: cst.Arg) -> Iterator[cst.Param]:
    """The parameters that an argument is bound to, if its call is one by a name."""
    above = parents(bindings.wrapper.module)
    call = above[argument]
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Name):
        return
    binding = bindings.binding_of(call.func)
    for use in bindings.occurrences(binding) if binding is not None else ():
        function = above[use.node]
        if isinstance(function, cst.FunctionDef) and function.name is use.node:
            for parameter in all_parameters(function.params):
                passed = _argument(call, function.params, parameter)
                if passed is argument.value:
                    yield parameter


def _calls(bindings: Bindings, function: cst.FunctionDef) -> list[cst.Call] | None:
    binding = bindings.binding_of(function.name)
    if binding is None or binding.scope is not bindings.scopes.module:
        return None
    above = parents(bindings.wrapper.module)
    found = []
    for use in bindings.occurrences(binding):
        if use.node is function.name:
            continue
        call = above.get(use.node)
        is_called = isinstance(call, cst.Call) and call.func is use.node
        if use.role is not Role.LOAD or not is_called:
            return None
        found.append(cst.ensure_type(call, cst.Call))
    return found


def _argument(
    call: cst.Call, parameters: cst.Parameters, parameter: cst.Param
) -> cst.BaseExpression | None:
    """What one call passes, or the default; None if that is not written out."""
    if any(argument.star for argument in call.args):
        return None
    placed = [*parameters.posonly_params, *parameters.params]
    values = [argument.value for argument in call.args if argument.keyword is None]
    passed = list(_placed(placed, values, parameter))
    passed += [a.value for a in call.args if _names(a, parameter)]
    return passed[0] if passed else parameter.default


def _placed(
    parameters: Sequence[cst.Param],
    values: Sequence[cst.BaseExpression],
    parameter: cst.Param,
) -> Iterator[cst.BaseExpression]:
    for one, value in zip(parameters, values, strict=False):
        if one is parameter:
            yield value


def _names(argument: cst.Arg, parameter: cst.Param) -> bool:
    keyword = argument.keyword
    return keyword is not None and keyword.value == parameter.name.value
