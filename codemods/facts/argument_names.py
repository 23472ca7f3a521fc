"""What the functions and constructors of a module call the arguments they are given.

def scale(row, factor): ...
scale(numbers, 1 / n)               1 / n: factor
scale(row=numbers[1:], factor=2)    numbers[1:]: row
"""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from codemods.facts.walk import parents


class ArgumentNames:
    """The names of the parameters that arguments of calls in a module are for."""

    def __init__(self, module: cst.Module) -> None:
        self._parents = parents(module)
        self._parameters = _parameters(module)

    def of(self, node: cst.CSTNode) -> str | None:
        """The parameter that an expression is passed as, all of it, if that is known.

        A function of the same name somewhere inside the module may mislead, so this is
        a name for people to read and no more.
        """
        argument = self._parents[node]
        call = self._parents[argument]
        if not isinstance(argument, cst.Arg) or not isinstance(call, cst.Call):
            return None
        if argument.keyword is not None:
            return argument.keyword.value
        index = list(call.args).index(argument)
        name = call.func.value if isinstance(call.func, cst.Name) else None
        names = self._parameters.get(name, []) if isinstance(name, str) else []
        return names[index] if index < len(names) else None


def _parameters(module: cst.Module) -> dict[str, list[str]]:
    """The positional parameters of a module's functions and constructors, by name."""
    found: dict[str, list[str]] = {}
    for node in module.body:
        if isinstance(node, cst.FunctionDef):
            found[node.name.value] = _positional(node)
        elif isinstance(node, cst.ClassDef):
            for method in m.findall(node, m.FunctionDef(name=m.Name("__init__"))):
                definition = cst.ensure_type(method, cst.FunctionDef)
                found[node.name.value] = _positional(definition)[1:]
    return found


def _positional(function: cst.FunctionDef) -> list[str]:
    parameters = function.params
    return [p.name.value for p in (*parameters.posonly_params, *parameters.params)]
