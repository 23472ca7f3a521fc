"""The whole plan on other scripts of the family, through the command line."""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest

from codemods.layout import format_source
from codemods.phase import all_steps
from codemods.plan import PHASES
from codemods.step import Claim

PROJECT = Path(__file__).parents[1]
ORIGINAL = (PROJECT / "original" / "microgpt.py").read_text(encoding="utf-8")


Change = Callable[[str], str]


def replacing(*pairs: tuple[str, str]) -> Change:
    def change(code: str) -> str:
        for old, new in pairs:
            assert old in code
            code = code.replace(old, new)
        return code

    return change


def without_comments(code: str) -> str:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return tokenize.untokenize(t for t in tokens if t.type != tokenize.COMMENT)


def commented(code: str) -> str:
    """A script with a comment above every line that begins a statement."""
    lines = code.splitlines(keepends=True)
    statements = (
        node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.stmt)
    )
    for number in sorted({node.lineno for node in statements}, reverse=True):
        line = lines[number - 1]
        indent = line[: len(line) - len(line.lstrip())]
        lines.insert(number - 1, f"{indent}# about line {number}\n")
    return "".join(lines)


def chained(*changes: Change) -> Change:
    def change(code: str) -> str:
        for one in changes:
            code = one(code)
        return code

    return change


SIZES = replacing(("n_layer = 1 ", "n_layer = 2 "), ("n_embd = 16 ", "n_embd = 24 "))
LITTLE = replacing(
    ("n_head = 4 ", "n_head = 1 "),
    ("n_embd = 16 ", "n_embd = 8 "),
    ("block_size = 8 ", "block_size = 4 "),
)
MANY_HEADS = replacing(
    ("n_head = 4 ", "n_head = 8 "),
    ("n_embd = 16 ", "n_embd = 32 "),
    ("n_layer = 1 ", "n_layer = 3 "),
)
LONG = replacing(
    ("n_head = 4 ", "n_head = 2 "),
    ("n_embd = 16 ", "n_embd = 24 "),
    ("n_layer = 1 ", "n_layer = 3 "),
    ("block_size = 8 ", "block_size = 16 "),
)
OTHER_NUMBERS = replacing(
    ("random.seed(42)", "random.seed(7)"),
    ("temperature = 0.5", "temperature = 0.8"),
    ("1e-2, 0.9, 0.95", "3e-2, 0.85, 0.99"),
    ("num_steps = 500", "num_steps = 300"),
)
PLAIN_RECTIFIER = replacing(
    ("block_size = 8 ", "block_size = 16 "),
    ("xi.relu() ** 2", "xi.relu()"),
    (", std=0)", ")"),
    ("* 0.5 * (1 + math.cos(math.pi * step / num_steps))", "* (1 - step / num_steps)"),
    (
        'computation graph."""\n',
        'computation graph."""\n'
        "    __slots__ = ('data', 'grad', '_children', '_local_grads')\n",
    ),
)
BIAS = replacing(
    (
        "    state_dict[f'layer{i}.mlp_fc2']",
        "    state_dict[f'layer{i}.mlp_b1'] = matrix(1, 4 * n_embd, std=0)\n"
        "    state_dict[f'layer{i}.mlp_fc2']",
    ),
    (
        "        x = [xi.relu() ** 2 for xi in x]",
        "        bias = state_dict[f'layer{li}.mlp_b1'][0]\n"
        "        x = [xi + bi for xi, bi in zip(x, bias)]\n"
        "        x = [xi.relu() ** 2 for xi in x]",
    ),
)
BIASES = replacing(
    (
        "def linear(x, w):\n"
        "    return [sum(wi * xi for wi, xi in zip(wo, x)) for wo in w]\n",
        "def linear(x, w, bias=None):\n"
        "    out = [sum(wi * xi for wi, xi in zip(wo, x)) for wo in w]\n"
        "    if bias is not None:\n"
        "        out = [o + b for o, b in zip(out, bias)]\n"
        "    return out\n",
    ),
    (
        "    state_dict[f'layer{i}.mlp_fc2']",
        "    state_dict[f'layer{i}.mlp_b1'] = matrix(1, 4 * n_embd, std=0)\n"
        "    state_dict[f'layer{i}.mlp_fc2']",
    ),
    (
        "f'layer{li}.mlp_fc1'])",
        "f'layer{li}.mlp_fc1'], state_dict[f'layer{li}.mlp_b1'][0])",
    ),
    ('inference ---")', 'inference ---", loss.data)'),
)
"""A bias that a call may leave out, and a loss that is read behind its loop."""


TANH = replacing(
    (
        "def relu(self): return Value(max(0, self.data), (self,), "
        "(float(self.data > 0),))",
        "def tanh(self): return Value(math.tanh(self.data), (self,), "
        "(1 - math.tanh(self.data)**2,))",
    ),
    (
        "[xi.relu() ** 2 for xi in x]",
        "[0.5 * xi * (1 + (0.79788456 * (xi + 0.044715 * xi ** 3)).tanh()) "
        "for xi in x]",
    ),
)
TIED = replacing(
    (", 'lm_head': matrix(vocab_size, n_embd)}", "}"),
    ("state_dict['lm_head']", "state_dict['wte']"),
)
MOMENTUM = replacing(
    (
        "learning_rate, beta1, beta2, eps_adam = 1e-2, 0.9, 0.95, 1e-8",
        "learning_rate, beta = 1e-1, 0.9",
    ),
    ("v = [0.0] * len(params) # second moment buffer\n", ""),
    ("m[i] = beta1 * m[i] + (1 - beta1) * p.grad", "m[i] = beta * m[i] + p.grad"),
    ("        v[i] = beta2 * v[i] + (1 - beta2) * p.grad ** 2\n", ""),
    ("        m_hat = m[i] / (1 - beta1 ** (step + 1))\n", ""),
    ("        v_hat = v[i] / (1 - beta2 ** (step + 1))\n", ""),
    ("p.data -= lr_t * m_hat / (v_hat ** 0.5 + eps_adam)", "p.data -= lr_t * m[i]"),
)


IDIOMS = replacing(
    (
        "docs = [l.strip() for l in open('input.txt').read().strip().split('\\n') "
        "if l.strip()]",
        "with open('input.txt') as input_file:\n"
        "    docs = [line.strip() for line in input_file if line.strip()]",
    ),
    (
        "    def __neg__(self)",
        "    def __repr__(self): return f'Value(data={self.data}, grad={self.grad})'\n"
        "    def tanh(self): return Value(math.tanh(self.data), (self,), "
        "(1 - math.tanh(self.data) ** 2,))\n"
        "    def zero_grad(self): self.grad = 0\n"
        "    def __neg__(self)",
    ),
    ("p.grad = 0", "p.zero_grad()"),
    ("    losses = []\n", "    loss = Value(0)\n"),
    ("        losses.append(loss_t)\n", "        loss += loss_t\n"),
    ("    loss = (1 / n) * sum(losses)", "    loss = loss / n"),
)
"""Methods that nothing calls, a file in a `with`, a loss that is added up."""


OTHER_IDIOMS = replacing(
    (
        "[t + p for t, p in zip(tok_emb, pos_emb)]",
        "[a + b for a, b in zip(tok_emb, pos_emb)]",
    ),
    ("params = [p for", "params: list[Value] = [p for"),
    ("        p.grad = 0\n", ""),
    (
        "    loss.backward()\n",
        "    for p in params:\n        p.grad = 0\n    loss.backward()\n",
    ),
    (
        "        topo = []\n        visited = set()\n",
        "        topo, visited = [], set()\n",
    ),
    (
        "            if v not in visited:\n"
        "                visited.add(v)\n"
        "                for child in v._children:\n"
        "                    build_topo(child)\n"
        "                topo.append(v)\n",
        "            if v in visited:\n"
        "                return\n"
        "            visited.add(v)\n"
        "            for child in v._children:\n"
        "                build_topo(child)\n"
        "            topo.append(v)\n",
    ),
    ("reversed(topo)", "topo[::-1]"),
    ("    keys, values = [[]", "    if vocab_size > 1: pass\n    keys, values = [[]"),
)
"""Names for two things, gradients cleared before, a search that leaves early."""


HEADS = replacing(
    (
        "        k = linear(x, state_dict[f'layer{li}.attn_wk'])\n"
        "        v = linear(x, state_dict[f'layer{li}.attn_wv'])\n"
        "        keys[li].append(k)\n"
        "        values[li].append(v)\n",
        "        keys[li].append(linear(x, state_dict[f'layer{li}.attn_wk']))\n"
        "        values[li].append(linear(x, state_dict[f'layer{li}.attn_wv']))\n",
    ),
    ("            hs = h * head_dim\n", ""),
    ("[hs:hs+head_dim]", "[h*head_dim:(h+1)*head_dim]"),
    (
        "[sum(q_h[j] * k_h[t][j] for j in range(head_dim)) / head_dim**0.5 "
        "for t in range(len(k_h))]",
        "[sum(a * b for a, b in zip(q_h, past_key)) / head_dim**0.5 "
        "for past_key in k_h]",
    ),
    (
        "[sum(attn_weights[t] * v_h[t][j] for t in range(len(v_h))) "
        "for j in range(head_dim)]",
        "[sum(weight * past_value[j] for weight, past_value in zip(attn_weights, v_h)) "
        "for j in range(head_dim)]",
    ),
    ("x_attn.extend(head_out)", "x_attn += head_out"),
)
"""Slices between bounds of their own, that loops walk side by side."""


OPERATORS = replacing(
    ("    def __radd__(self, other): return self + other\n", ""),
    (
        "    def __rmul__(self, other): return self * other\n",
        "    __radd__ = __add__\n    __rmul__ = __mul__\n",
    ),
    (
        "    def __pow__(self, other): return",
        "    def __pow__(self, other):\n"
        "        assert isinstance(other, (int, float)), 'only numbers'\n"
        "        return",
    ),
    (
        "Value(max(0, self.data), (self,), (float(self.data > 0),))",
        "Value(self.data if self.data > 0 else 0, (self,), "
        "(1.0 if self.data > 0 else 0.0,))",
    ),
)
"""Operators that are those of other methods, and a rectifier that chooses."""


TOTALS = replacing(
    (
        "params = [p for mat in state_dict.values() for row in mat for p in row]",
        "params = []\nfor mat in state_dict.values():\n    for row in mat:\n"
        "        params.extend(row)\n",
    ),
    ("    losses = []\n", "    loss = 0\n"),
    ("        losses.append(loss_t)\n", "        loss += loss_t\n"),
    ("    loss = (1 / n) * sum(losses)", "    loss = loss / n"),
    ('loss.data:.4f}")\n', 'loss.data:.4f} {average:.4f}")\n'),
    (
        '    print(f"step',
        "    if step == 0:\n        average = loss.data\n    else:\n"
        '        average = 0.9 * average + 0.1 * loss.data\n    print(f"step',
    ),
)
"""Totals that start from numbers, an average that runs, a list that is extended."""


OWN_DERIVATIVES = replacing(
    (
        "    def relu(self): return Value(max(0, self.data), (self,), "
        "(float(self.data > 0),))\n",
        """\
    def sigmoid(self):
        out = 1 / (1 + math.exp(-self.data)) # between 0 and 1
        return Value(out, (self,), (out * (1 - out),))
    def leaky_relu(self, slope=0.01):
        # a little gets through
        data = self.data if self.data > 0 else slope * self.data
        return Value(data, (self,), (1.0 if self.data > 0 else slope,))
""",
    ),
    (
        "    def __sub__(self, other): return self + (-other)\n",
        """\
    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data - other.data, (self, other), (1, -1))
""",
    ),
    (
        "    def __truediv__(self, other): return self * other**-1\n",
        """\
    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        inverse = 1.0 / other.data
        slope = -self.data * inverse * inverse
        return Value(self.data * inverse, (self, other), (inverse, slope))
""",
    ),
    (
        "[xi.relu() ** 2 for xi in x]",
        "[xi.leaky_relu(0.02) * xi.sigmoid() + xi.leaky_relu() for xi in x]",
    ),
)
"""Operations that no table of derivatives knows, and one that disagrees with it."""


LOSSES = """\
    keys, values = [[] for _ in range(n_layer)], [[] for _ in range(n_layer)]
    losses = []
    for pos_id in range(n):
        token_id, target_id = tokens[pos_id], tokens[pos_id + 1]
        logits = gpt(token_id, pos_id, keys, values)
        probs = softmax(logits)
        loss_t = -probs[target_id].log()
        losses.append(loss_t)
    """
RETURNED = replacing(
    (
        "    logits = linear(x, state_dict['lm_head'])\n    return logits\n",
        "    return linear(x, state_dict['lm_head'])\n",
    ),
    (f"{LOSSES}loss = (1 / n) * sum(losses)", "    loss = average_loss(tokens, n)"),
    (
        "# Let there be Adam",
        "def token_loss(probs, target_id):\n    return -probs[target_id].log()\n\n"
        f"def average_loss(tokens, n):\n{LOSSES}return (1 / n) * sum(losses)\n\n"
        "# Let there be Adam",
    ),
    ("-probs[target_id].log()\n        l", "token_loss(probs, target_id)\n        l"),
)


def in_main(code: str) -> str:
    """All that is done in a function, and what the model reads passed to it."""
    names = r"n_embd|n_head|n_layer|block_size|head_dim"
    settings = re.findall(rf"^(?:{names}) = .*\n", code, re.MULTILINE)
    for setting in settings:
        code = code.replace(setting, "")
    code = code.replace("pos_id, keys, values)", "pos_id, keys, values, state_dict)")
    head, data = code.split("# Let there be an input", 1)
    data, graph = data.split("# Let there be an Autograd", 1)
    graph, parameters = graph.split("# Initialize the parameters", 1)
    parameters, model = parameters.split("# Define the model", 1)
    model, rest = model.split("# Let there be Adam", 1)
    done = (
        f"# Let there be an input{data}# Initialize the parameters{parameters}"
        f"# Let there be Adam{rest}"
    )
    return (
        f"{head}{''.join(settings)}\n# Let there be an Autograd{graph}"
        f"# Define the model{model}def main():\n{indent(done, '    ')}\n"
        "if __name__ == '__main__':\n    main()\n"
    )


def renamed(code: str) -> str:
    """Every variable, function, class and attribute by another name."""
    tree = ast.parse(code)
    variables, attributes = set(), {"backward", "relu", "sigmoid", "leaky_relu"}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                variables.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                variables.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                attributes.add(name)
    variables = {name for name in variables if not name.startswith("__")}
    variables -= {"log", "exp", "tanh"}  # of `math`, too
    words = re.compile(r"(?<![\\.\w])[A-Za-z_]\w*")
    code = words.sub(lambda found: _other(found[0], variables), code)
    members = re.compile(r"(?<=\.)[A-Za-z_]\w*")
    return members.sub(lambda found: _other(found[0], attributes), code)


def _other(name: str, known: set[str]) -> str:
    return f"{name}_item" if name in known else name


def codemods(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "codemods", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)


LONGER = {"descriptive-names", "no-polymorphism", "trivial-comprehensions"}
"""What breaks where no table knows a name, and where names make lines longer."""

TOLD = {
    "bias": {"descriptive-names"},
    "biases": LONGER,
    "heads": {*LONGER, "no-generator", "one-operation-per-line", "type-hints"},
    "returned": {"descriptive-names"},
    "mixture": LONGER,
    "own-derivatives-renamed": {*LONGER, "no-method-dispatch"},
    "renamed": LONGER,
    "main": {
        *("no-chained-calls", "no-lambda", "no-method-dispatch", "no-polymorphism"),
        *("one-operation-per-line", "one-statement-per-line", "type-hints"),
        "separate-data-and-functions",
    },
}
"""The rules that a script is told to break; the others are told of nothing."""


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            chained(SIZES, without_comments), id="two-layers-wider-uncommented"
        ),
        *(
            pytest.param(change, id=name, marks=pytest.mark.family)
            for name, change in {
                "formatted": format_source,
                "little": LITTLE,
                "many-heads": MANY_HEADS,
                "long": LONG,
                "other-numbers": OTHER_NUMBERS,
                "renamed": renamed,
                "plain-rectifier-commented": chained(PLAIN_RECTIFIER, commented),
                "bias": BIAS,
                "biases": BIASES,
                "tanh": TANH,
                "tied": TIED,
                "momentum": MOMENTUM,
                "idioms": IDIOMS,
                "other-idioms": OTHER_IDIOMS,
                "heads": HEADS,
                "operators": OPERATORS,
                "own-derivatives": OWN_DERIVATIVES,
                "own-derivatives-renamed": chained(
                    *(SIZES, OWN_DERIVATIVES, format_source, renamed)
                ),
                "totals": TOTALS,
                "returned": RETURNED,
                "main": in_main,
                "mixture": chained(
                    *(SIZES, BIAS, TANH, TIED, MOMENTUM, format_source, renamed)
                ),
            }.items()
        ),
    ],
)
def test_every_snapshot_prints_what_its_own_original_prints(
    change: Callable[[str], str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    script, snapshots = tmp_path / "script.py", tmp_path / "snapshots"
    script.write_text(change(ORIGINAL), encoding="utf-8")
    applied = codemods("apply", "--original", script, "--output", snapshots)
    assert applied.returncode == 0
    told = re.findall(r": step \d\d \w+: ([a-z-]+): ", applied.stderr)
    assert set(told) <= TOLD.get(request.node.callspec.id, set())
    assert all(line.startswith(str(snapshots)) for line in applied.stderr.splitlines())
    data = PROJECT / "original" / "input.txt"
    verified = codemods(
        *("verify", "--quick", "--format", "json", "--original", script),
        *("--input", data, "--output", snapshots),
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    rows = json.loads(verified.stdout)["rows"]
    steps = all_steps(PHASES)
    assert [row["number"] for row in rows] == [0, *(step.number for step in steps)]
    # every row has printed what the original prints; but for one step, what the
    # snapshot before it computes, to 17 digits
    claims = {step.number for step in steps if step.claim is Claim.PRINTED}
    assert len(claims) == 1
    assert {row["number"] for row in rows if row["seen"] != "exact"} <= claims
    assert all(row["floats_compared"] > 0 for row in rows)


UNUSABLE = [
    pytest.param("", "reading: expected a script with statements", id="empty"),
    pytest.param("print 'x'\n", ":1:1: reading: expected Python 3", id="python-2"),
    pytest.param(
        "for i in range(3):\n    print(i)\n",
        "step 04 spell_out_graph_names: expected one class whose operators build a "
        "graph of itself, found none",
        id="no-script-of-this-family",
    ),
]


@pytest.mark.parametrize(("code", "message"), UNUSABLE)
def test_refuses_in_one_line_and_writes_nothing(
    code: str, message: str, tmp_path: Path
) -> None:
    script, snapshots = tmp_path / "script.py", tmp_path / "snapshots"
    script.write_text(code, encoding="utf-8")
    applied = codemods("apply", "--original", script, "--output", snapshots)
    assert applied.returncode == 2
    assert applied.stdout == ""
    assert message in applied.stderr
    assert applied.stderr.count("\n") == 1
    assert not snapshots.exists()


def test_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    applied = codemods("apply", "--original", tmp_path / "none.py")
    assert applied.returncode == 2
    assert "expected a script that can be read, found no such file" in applied.stderr
