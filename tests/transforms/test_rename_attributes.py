"""Renaming the attributes and methods of a class, and nothing that looks like them."""

from __future__ import annotations

import contextlib
import io
from inspect import cleandoc

import libcst as cst
import pytest

from codemods.facts.new_names import NewName
from codemods.refusal import Refusal
from codemods.transforms.rename_attributes import rename_attributes


def rename(code: str, names: dict[str, str], insist: bool = True) -> str:
    def first_class(module: cst.Module) -> cst.ClassDef:
        return next(s for s in module.body if isinstance(s, cst.ClassDef))

    def choose(attribute: str) -> NewName | None:
        new = names.get(attribute)
        return NewName(new, insist) if new is not None else None

    return rename_attributes(cst.parse_module(code), first_class, choose).code


def printed(code: str) -> str:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, "example", "exec"), {"__name__": "example"})
    return stream.getvalue()


ACCOUNT = """
class Account:
    def __init__(self): self.bal = 0
    def dep(self, x): self.bal += x
"""

REFUSED = [
    pytest.param(
        ACCOUNT + "print(getattr(Account(), 'bal'))\n",
        "4:7: expected 'bal' to be found by its name in the text only",
        id="getattr",
    ),
    pytest.param(
        ACCOUNT + "name = 'bal'\nsetattr(Account(), name, 1)\n", "5:1", id="setattr"
    ),
    pytest.param(ACCOUNT + "print(Account().__dict__)\n", "4:7", id="dict"),
    pytest.param(ACCOUNT + "print(vars(Account()))\n", "4:7", id="vars"),
    pytest.param(
        ACCOUNT + "from operator import attrgetter\n", "4:22", id="attrgetter"
    ),
    pytest.param(
        ACCOUNT + "    def __getattr__(self, name): return 1\n",
        "4:9",
        id="getattr-hook",
    ),
    pytest.param(
        ACCOUNT + "print('{0.bal}'.format(Account()))\n", "4:7", id="format-string"
    ),
    pytest.param(
        ACCOUNT + "a = Account()\nprint(f'{a.bal=}')\n", "5:9", id="self-documenting"
    ),
    pytest.param(ACCOUNT + "print(Account.__match_args__)\n", "4:7", id="match-args"),
    pytest.param(
        "import base\nclass Account(base.Account):\n    bal = 0\n",
        "2:15: expected 'bal' to be found by its name in the text only, "
        "found a base from elsewhere",
        id="a-base-from-elsewhere",
    ),
    pytest.param(
        "from dataclasses import dataclass\n@dataclass\nclass Account:\n    bal: int\n",
        "2:1",
        id="a-class-decorator",
    ),
    pytest.param(
        "bal = 1\nclass Account:\n    bal = bal\n",
        "3:11: expected 'bal' to mean one thing in a class body",
        id="a-class-body-that-copies-a-variable",
    ),
    pytest.param(
        ACCOUNT + "class Scale:\n    bal = 1\n",
        "4:1: expected 'bal' to be an attribute of one class only, found 'Scale'",
        id="another-class-with-it",
    ),
    pytest.param(
        ACCOUNT + "    def reset(self): self.balance = 0\n",
        "4:27: expected 'balance' to be free, found 'balance' in use",
        id="taken-by-the-class",
    ),
    pytest.param(
        ACCOUNT + "def f(x): return x.balance\n",
        "4:20: expected 'balance' to be free, found 'balance' in use",
        id="taken-by-an-object-that-may-be-one",
    ),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_refuses(code: str, message: str) -> None:
    code = code.lstrip("\n")
    with pytest.raises(Refusal) as refused:
        rename(code, {"bal": "balance"})
    assert message in str(refused.value)
    assert rename(code, {"bal": "balance"}, insist=False) == code


LIBRARY = [
    pytest.param(
        "from argparse import ArgumentParser\nimport sys\n"
        "options = ArgumentParser().parse_args([*sys.argv])\nprint(options.rate)\n",
        "6:15",
        id="what-a-call-gives",
    ),
    pytest.param(
        "import tools\nfor part in tools.split([A()]):\n    print(part.rate)\n",
        "5:16",
        id="what-is-in-what-a-call-gives",
    ),
    pytest.param(
        "import tools\nprint([tools.made(A()).parts[0].rate])\n",
        "4:33",
        id="part-of-what-a-call-gives",
    ),
    pytest.param(
        "import tools\ntry:\n    tools.run()\nexcept tools.Error as error:\n"
        "    print(error.rate)\n",
        "7:17",
        id="an-exception",
    ),
]


@pytest.mark.parametrize(("uses", "place"), LIBRARY)
def test_refuses_what_may_be_of_an_object_from_elsewhere(uses: str, place: str) -> None:
    code = f"class A:\n    rate = 1\n{uses}"
    with pytest.raises(Refusal) as refused:
        rename(code, {"rate": "speed"})
    expected = "expected 'rate' to be an attribute of one class only, found an object"
    assert str(refused.value).startswith(f"{place}: {expected}")
    assert rename(code, {"rate": "speed"}, insist=False) == code


def test_refuses_what_a_library_gives_to_its_objects_where_they_may_be_meant() -> None:
    code = "import collections\nclass A:\n    maxlen = 1\nprint(A.maxlen, A().maxlen)\n"
    assert "A.longest, A().longest" in rename(code, {"maxlen": "longest"})
    with pytest.raises(Refusal, match="6:14: .*an object that may be none of it"):
        rename(code + "def f(x):\n    return x.maxlen\n", {"maxlen": "longest"})


@pytest.mark.parametrize(
    "attribute", ["append", "items", "join", "count", "read", "errno"]
)
def test_refuses_what_builtin_types_have(attribute: str) -> None:
    with pytest.raises(Refusal, match="2:9: .*one that builtin types have as well"):
        rename(f"class A:\n    def {attribute}(self): pass\n", {attribute: "other"})


@pytest.mark.parametrize("new", ["class", "a b", "__a"])
def test_refuses_what_is_no_name(new: str) -> None:
    with pytest.raises(Refusal, match="expected a new name for an attribute"):
        rename("class A:\n    a = 1\n", {"a": new})


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param(ACCOUNT, {}, id="no-names"),
        pytest.param(ACCOUNT, {"__init__": "start", "x": "y"}, id="no-attributes"),
        pytest.param("class A:\n    __a = 1\n", {"__a": "b"}, id="mangled"),
    ],
)
def test_leaves_alone(code: str, names: dict[str, str]) -> None:
    assert rename(code, names) == code


RENAMED = [
    pytest.param(
        """
        import math, logging.config
        from os import path
        class Number:
            config = 1
            def __init__(self, v): self.v = v
            def log(self): return Number(math.log(self.v))
            def sep(self): return path.sep
        n = Number(1.0)
        print(n.log().v, math.log(2), (n).log().v, Number.log(n).v)
        print([n][0].sep(), path.sep)
        """,
        {"log": "logarithm", "sep": "separator", "config": "configuration"},
        """
        import math, logging.config
        from os import path
        class Number:
            configuration = 1
            def __init__(self, v): self.v = v
            def logarithm(self): return Number(math.log(self.v))
            def separator(self): return path.sep
        n = Number(1.0)
        print(n.logarithm().v, math.log(2), (n).logarithm().v, Number.logarithm(n).v)
        print([n][0].separator(), path.sep)
        """,
        id="methods-beside-functions-of-modules",
    ),
    pytest.param(
        """
        class Node:
            __slots__ = ("val", "nxt")
            __match_args__ = ("val",)
            lim = limit = 3
            def __init__(self, val, nxt=None):
                self.val, self.nxt = val, nxt
        node = Node(1, Node(val=2))
        node.nxt.val += Node.lim
        match node:
            case Node(val=1, nxt=Node(v)): print(v)
        print({"val": 1})
        """,
        {"val": "value", "nxt": "next_node", "lim": "bound"},
        """
        class Node:
            __slots__ = ("value", "next_node")
            __match_args__ = ("value",)
            bound = limit = 3
            def __init__(self, val, nxt=None):
                self.value, self.next_node = val, nxt
        node = Node(1, Node(val=2))
        node.next_node.value += Node.bound
        match node:
            case Node(value=1, next_node=Node(v)): print(v)
        print({"val": 1})
        """,
        id="slots-class-attributes-and-patterns",
    ),
    pytest.param(
        """
        class Base:
            def run(self): return self.res()
            def res(self): return 1
        class Derived(Base):
            def res(self): return 2 + super().res()
            alias = res
        class Other:
            def __init__(self): self.result = 5
            def run(self): return self.result
        print(Base().run(), Derived().run(), Derived().alias(), Other().run())
        """,
        {"res": "outcome"},
        """
        class Base:
            def run(self): return self.outcome()
            def outcome(self): return 1
        class Derived(Base):
            def outcome(self): return 2 + super().outcome()
            alias = outcome
        class Other:
            def __init__(self): self.result = 5
            def run(self): return self.result
        print(Base().run(), Derived().run(), Derived().alias(), Other().run())
        """,
        id="relatives",
    ),
    pytest.param(
        """
        import types
        class Model:
            def __init__(self, lr): self.lr = lr
        options = types.SimpleNamespace()
        options.lr = 0.5
        also = options
        model = Model(also.lr)
        made = type(model)(options.lr)
        print(made.lr, model.lr)
        """,
        {"lr": "rate"},
        """
        import types
        class Model:
            def __init__(self, lr): self.rate = lr
        options = types.SimpleNamespace()
        options.lr = 0.5
        also = options
        model = Model(also.lr)
        made = type(model)(options.lr)
        print(made.rate, model.rate)
        """,
        id="objects-from-elsewhere",
    ),
    pytest.param(
        """
        import argparse
        class Option:
            def __init__(self): self.loud = 1
        parser = argparse.ArgumentParser()
        parser.add_argument("--loud", default=3)
        options = parser.parse_args([])
        print(options.loud, Option().loud)
        """,
        {"loud": "volume"},
        """
        import argparse
        class Option:
            def __init__(self): self.volume = 1
        parser = argparse.ArgumentParser()
        parser.add_argument("--loud", default=3)
        options = parser.parse_args([])
        print(options.loud, Option().volume)
        """,
        id="options-that-are-parsed",
    ),
    pytest.param(
        '''
        import math
        class Node:
            """Holds `val`; see `node.val` and `math.exp`, not val."""
            # `exp()` is `node.exp`
            def exp(self): return math.exp(self.val)
        node = Node()
        node.val = 0
        print(node.exp())  # `node`
        ''',
        {"exp": "exponential"},
        '''
        import math
        class Node:
            """Holds `val`; see `node.val` and `math.exp`, not val."""
            # `exponential()` is `node.exponential`
            def exponential(self): return math.exp(self.val)
        node = Node()
        node.val = 0
        print(node.exponential())  # `node`
        ''',
        id="comments-and-docstrings-that-quote",
    ),
]


@pytest.mark.parametrize(("before", "names", "after"), RENAMED)
def test_renames(before: str, names: dict[str, str], after: str) -> None:
    code, expected = cleandoc(before) + "\n", cleandoc(after) + "\n"
    assert rename(code, names) == expected
    assert printed(expected) == printed(code)
