"""Importing what is not imported yet."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, ImportItem

from codemods.transforms.add_imports import add_imports

SCRIPT = Path(__file__).parents[2] / "original" / "microgpt.py"

NAMES = [("collections.abc", "Callable"), ("typing", "TypeAlias")]

CASES = [
    pytest.param(
        "import random\n\nrandom.seed(2)\n",
        "import random\nfrom collections.abc import Callable\n"
        "from typing import TypeAlias\n\nrandom.seed(2)\n",
        id="below-the-others",
    ),
    pytest.param(
        "from collections.abc import Callable\nfrom typing import Any, TypeAlias\n",
        "from collections.abc import Callable\nfrom typing import Any, TypeAlias\n",
        id="there-already",
    ),
    pytest.param(
        '"""Does it."""\nfrom typing import Any\nx = 1\n',
        '"""Does it."""\nfrom typing import TypeAlias, Any\n'
        "from collections.abc import Callable\n\nx = 1\n",
        id="one-of-them-beside-another",
    ),
    pytest.param(
        "# what it does\nx = 1\nimport math\n",
        "# what it does\nfrom collections.abc import Callable\n"
        "from typing import TypeAlias\n\nx = 1\nimport math\n",
        id="none-at-the-top",
    ),
    pytest.param(
        "def f():\n    from typing import TypeAlias\n\n\n# at the end\n",
        "from collections.abc import Callable\nfrom typing import TypeAlias\n\n"
        "def f():\n    from typing import TypeAlias\n\n\n# at the end\n",
        id="one-inside-a-function",
    ),
]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_adds(before: str, after: str) -> None:
    assert add_imports(cst.parse_module(before), NAMES).code == after


@pytest.mark.parametrize(
    "code", [SCRIPT.read_text(), *(case.values[0] for case in CASES)]
)
def test_adds_as_libcst_adds(code: object) -> None:
    module = cst.parse_module(str(code))
    items = [ImportItem(module_, name) for module_, name in NAMES]
    expected = AddImportsVisitor(CodemodContext(), items).transform_module(module)
    assert add_imports(module, NAMES).code == expected.code
