"""Data and functions in separate places

Functions stand together: what the module declares stands above the first of them, and
what it does below the last.  Statements that stand together between two functions are
one finding.
"""

from __future__ import annotations

from itertools import pairwise

import libcst as cst

from codemods.check.rule import Rule

DEFINITION = (cst.FunctionDef, cst.ClassDef)


class SeparateDataAndFunctions(Rule):
    sentences = (
        "This refactor targets procedural, data-oriented Python.",
        "Data and functions are separate. Data is declared and laid out in one place.",
        "Functions that transform that data are defined separately.",
        'They do not own, encapsulate, or "belong to" the data.',
    )
    VALID = (
        "import math\nrate = 0.1\ndef f():\n    pass\ndef g():\n    pass\nf()\ng()\n",
        "x = 1\nprint(x)\n",
        "def f():\n    pass\n",
    )
    INVALID = (
        ("def f():\n    pass\nrate = 0.1\ndef g():\n    pass\n", 1),
        ("class A:\n    pass\nx = 1\nfor i in y:\n    pass\ndef f():\n    pass\n", 1),
        (
            "def f():\n    pass\nx = 1\ndef g():\n    pass\nx = 2\ndef h():\n    f()\n",
            2,
        ),
    )

    def visit_Module(self, node: cst.Module) -> None:
        places = [i for i, s in enumerate(node.body) if isinstance(s, DEFINITION)]
        between = node.body[places[0] : places[-1]] if places else ()
        for before, statement in pairwise(between):
            if isinstance(before, DEFINITION) and not isinstance(statement, DEFINITION):
                self.report(
                    statement,
                    "move what stands here above the first function, if it declares "
                    "data, or below the last",
                )
