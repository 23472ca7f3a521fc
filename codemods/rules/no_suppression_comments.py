"""No comments that silence a tool

A comment silences a tool where the tool would obey it: at the start of the comment or
behind another `#` in it.  Prose that mentions such a comment silences nothing.
"""

from __future__ import annotations

import re

import libcst as cst
from libcst import matchers

from codemods.check.rule import Rule

MENTION = r"""\#\s*(
    (?: noqa | nosec | nosemgrep | nosonar | noinspection )\b
  | (?: type | ty ):\s*ignore\b
  | pragma:\s*no(?: cover | branch | \b )
  | (?: autopep8 | basedpyright | codespell | flake8 | fmt | isort | mypy | pylint
      | pyrefly | pyright | pytype | ruff | yapf ):
  | pyre-(?: ignore | fixme )\b
)"""
FLAGS = re.IGNORECASE | re.VERBOSE
DIRECTIVE = re.compile(rf"(?<![^\s\#]){MENTION}", FLAGS)


class NoSuppressionComments(Rule):
    sentences = (
        "They are non-negotiable and should not be deferred to a cleanup pass.",
    )
    VALID = (
        "x = 1  # one\n",
        "# type: one of the two kinds of token\n",
        "# the reader needs no `# noqa` here, nor does pylint: it is plain\n",
        "# format: one name a line\n",
        "text = '# noqa'\n",
        "# nosecond chance\n",
        "# tycho: ignore the moons\n# pragma: note this\n",
    )
    INVALID = (
        ("import os  # noqa\n", 1),
        ("import os  #NOQA: F401\nimport re  ## noqa\n", 2),
        ("x = f()  # type: ignore[call-arg]\n", 1),
        ("x = f()  # the callers check this  # type: ignore\n", 1),
        (
            "# pylint: disable=invalid-name\n# pyright: basic\n# mypy: ignore-errors\n",
            3,
        ),
        ("# fmt: off\nx = [1,\n     2]\n# fmt: on\n", 2),
        ("def f():\n    # isort: skip\n    g()  # nosec B101\n", 2),
        ("x = f()  # ty: ignore[call]\ny = f()  # pyrefly: ignore\n", 2),
        ("x = f()  # basedpyright: ignore\n# pytype: disable=name-error\n", 2),
        ("x = f()  # nosemgrep: rule\ny = f()  # NOSONAR\n", 2),
        ("if x == 1:  # pragma: nocover\n    pass  # codespell:ignore\n", 2),
        ("if x == 1:  # pragma: no cover\n    pass  # ruff: noqa\n", 2),
    )

    def visit_Module(self, node: cst.Module) -> None:
        if re.search(MENTION, self.script.source, FLAGS):  # in hardly any script
            for comment in matchers.findall(node, matchers.Comment()):
                self._check_comment(cst.ensure_type(comment, cst.Comment))

    def _check_comment(self, comment: cst.Comment) -> None:
        directive = DIRECTIVE.search(comment.value)
        if directive is not None:
            self.report(comment, f"mend what `{directive[1]}` silences")
