"""Let a copy of a program show every float that it formats to 17 digits."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from codemods.facts.visit import visit

VALUE = "__observed__"
FORMAT = "__observed_format__"
PERCENT = "__observed_percent__"

Part = cst.BaseFormattedStringContent


def widen(module: cst.Module) -> cst.Module:
    """Pass what is formatted through the functions of `observe_floats.py`.

    Have: f"{loss:.4f}"               Want: f"{__observed__(loss):.4f}"
          format(loss, ".4f")               format(__observed__(loss, format), ".4f")
          template.format(loss)             __observed_format__(template)(loss)
          template % loss                   __observed_percent__(template, loss)

    The copy prints what the program prints, evaluates in the same order and has the
    same lines.  A value without a format specification is left alone: Python prints
    it to the last bit.  So is a field that cannot be edited and mean the same.
    """
    return visit(module, _Widen())


class _Widen(cst.CSTTransformer):
    def __init__(self) -> None:
        super().__init__()
        self.strings: list[cst.FormattedString] = []

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        self.strings.append(node)

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.FormattedString:
        self.strings.pop()
        return updated_node

    def leave_FormattedStringExpression(
        self,
        original_node: cst.FormattedStringExpression,
        updated_node: cst.FormattedStringExpression,
    ) -> cst.FormattedStringExpression | cst.FlattenSentinel[Part]:
        field = updated_node
        if not field.format_spec or field.conversion or _is_open(field.expression):
            return field
        observed = field.with_changes(expression=_observe(field.expression), equal=None)
        if field.equal is None:
            return observed
        shown = _shown_source(original_node, self.strings[-1])
        return field if shown is None else cst.FlattenSentinel([shown, observed])

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        arguments = updated_node.args
        starred = any(argument.star for argument in arguments)
        if (
            m.matches(original_node.func, m.Name("format"))
            and len(arguments) == 2
            and not starred
        ):
            value = _observe(arguments[0].value, updated_node.func)
            first = arguments[0].with_changes(value=value)
            return updated_node.with_changes(args=[first, arguments[1]])
        if m.matches(original_node.func, m.Attribute(attr=m.Name("format"))):
            template = cst.ensure_type(updated_node.func, cst.Attribute).value
            function = cst.Call(cst.Name(FORMAT), [cst.Arg(template)])
            return updated_node.with_changes(func=function)
        return updated_node

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if not m.matches(original_node, m.BinaryOperation(operator=m.Modulo())):
            return updated_node
        both = [cst.Arg(updated_node.left), cst.Arg(updated_node.right)]
        return cst.Call(
            cst.Name(PERCENT), both, lpar=updated_node.lpar, rpar=updated_node.rpar
        )


def _observe(*given: cst.BaseExpression) -> cst.Call:
    return cst.Call(cst.Name(VALUE), [cst.Arg(argument) for argument in given])


def _is_open(value: cst.BaseExpression) -> bool:
    """Whether an expression would be read differently as an argument."""
    return isinstance(value, cst.Tuple | cst.Yield | cst.Lambda) and not value.lpar


def _shown_source(
    field: cst.FormattedStringExpression, string: cst.FormattedString
) -> cst.FormattedStringText | None:
    """The text that `{value=:.4f}` puts before the value; None if it needs escapes."""
    whole = cst.Module([]).code_for_node(
        field.with_changes(format_spec=None, conversion=None)
    )
    text = whole[1:-1]
    if any(special in text for special in ("\\", "\n", string.start[-1])):
        return None
    return cst.FormattedStringText(text.replace("{", "{{").replace("}", "}}"))
