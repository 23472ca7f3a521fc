"""Which arguments the parameters of functions get, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from codemods.facts.bindings import Bindings
from codemods.facts.direct_calls import DirectCall
from codemods.facts.scopes import Role, all_parameters
from codemods.facts.surroundings import Surroundings
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
    calls = calls_of(bindings, function)
    if calls is None or function.decorators:
        return None
    given = [_argument(bindings, call, parameter) for call in calls]
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
                passed = _argument(bindings, call, parameter)
                if passed is argument.value:
                    yield parameter


def parameter_of(
    function: cst.FunctionDef, arguments: Sequence[cst.Arg], argument: cst.Arg
) -> cst.Param | None:
    """The parameter that an argument is bound to."""
    parameters = all_parameters(function.params)
    if argument.keyword is not None:
        names = {parameter.name.value: parameter for parameter in parameters}
        return names.get(argument.keyword.value)
    index = arguments.index(argument)
    if any(before.star for before in arguments[:index]):
        return None
    stars = [i for i, one in enumerate(parameters) if one.star == "*"]
    index = min([index, *stars])
    return parameters[index] if index < len(parameters) else None


def calls_of(bindings: Bindings, function: cst.FunctionDef) -> list[cst.Call] | None:
    """The calls of a function of the module; None if it is used in another way."""
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
    bindings: Bindings, call: cst.Call, parameter: cst.Param
) -> cst.BaseExpression | None:
    """What one call passes, or the default; None if that is not written out."""
    above = parents(bindings.wrapper.module)
    function = cst.ensure_type(above[above[parameter]], cst.FunctionDef)
    is_spread = any(argument.star for argument in call.args)
    if is_spread or function.params.star_kwarg is not None:
        return None
    scope = Surroundings(bindings).scope(call)
    passed = DirectCall(call, function, scope).argument(parameter)
    return parameter.default if passed is None else passed.value
