"""Functions in the plain form that have nothing to do with any one script."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

from adjoint_checks import numbers


@dataclass
class Kernel:
    """A module, what to give its function `f`, and how exact its adjoint is."""

    code: str
    arguments: tuple[Any, ...]
    constants: Mapping[str, Collection[str]] = field(default_factory=dict)
    is_exact: bool = True

    @property
    def source(self) -> str:
        return dedent(self.code).lstrip()


KERNELS = {
    "a number bound again by itself": Kernel(
        """
        def f(x: float, y: float) -> float:
            x *= y
            x *= y
            x = x * x
            return x
        """,
        (1.3, 0.7),
    ),
    "results without names": Kernel(
        """
        def double(row: list[float]) -> list[float]:
            doubled: list[float] = []
            for number in row:
                product = number * 2
                doubled.append(product)
            return doubled


        def square(x: float) -> float:
            return x * x


        def quadruple(row: list[float]) -> list[float]:
            row = double(row)
            return double(row)


        def f(row: list[float]) -> float:
            row = quadruple(row)
            total = 0.0
            for number in row:
                squared = square(number)
                total += squared
            return -total
        """,
        ([1.3, 0.7],),
    ),
    "every augmented assignment": Kernel(
        """
        def f(x: float, y: float) -> float:
            x += y
            x -= y
            x /= y
            x **= 3
            y = x / y
            y = -y
            return y
        """,
        (1.3, 0.7),
    ),
    "a parameter bound again by calls": Kernel(
        """
        import math


        def g(row: list[float]) -> list[float]:
            out: list[float] = []
            for x in row:
                y = math.tanh(x)
                out.append(y)
            return out


        def f(row: list[float]) -> list[float]:
            row = g(row)
            row = g(row)
            return row
        """,
        (numbers(3),),
    ),
    "layer normalisation": Kernel(
        """
        def f(inputs: list[float], gain: list[float], bias: list[float]) -> list[float]:
            number = len(inputs)
            total: float = 0.0
            for value in inputs:
                total += value
            mean = total / number
            total = 0.0
            for value in inputs:
                deviation = value - mean
                square = deviation * deviation
                total += square
            variance = total / number
            shifted = variance + 1e-5
            scale = shifted**-0.5
            outputs: list[float] = []
            for value, factor, offset in zip(inputs, gain, bias):
                deviation = value - mean
                normal = deviation * scale
                scaled = normal * factor
                output = scaled + offset
                outputs.append(output)
            return outputs
        """,
        (numbers(4), numbers(4, start=1), numbers(4, start=2)),
    ),
    "GELU by tanh": Kernel(
        """
        import math


        def f(row: list[float]) -> list[float]:
            out: list[float] = []
            for x in row:
                cube = x**3
                small = 0.044715 * cube
                inner = x + small
                scaled = inner * 0.7978845608
                hyper = math.tanh(scaled)
                plus = 1 + hyper
                half = 0.5 * x
                y = half * plus
                out.append(y)
            return out
        """,
        (numbers(5),),
    ),
    "SiLU by exp": Kernel(
        """
        import math


        def f(row: list[float]) -> list[float]:
            out: list[float] = []
            for x in row:
                negative = -x
                power = math.exp(negative)
                plus = 1 + power
                y = x / plus
                out.append(y)
            return out
        """,
        (numbers(5),),
    ),
    "SwiGLU": Kernel(
        """
        import math


        def linear(row: list[float], weights: list[list[float]]) -> list[float]:
            out: list[float] = []
            for weight_row in weights:
                total: float = 0.0
                for weight, x in zip(weight_row, row):
                    product = weight * x
                    total = total + product
                out.append(total)
            return out


        def silu(row: list[float]) -> list[float]:
            out: list[float] = []
            for x in row:
                negative = -x
                power = math.exp(negative)
                plus = 1 + power
                y = x / plus
                out.append(y)
            return out


        def f(
            row: list[float],
            gate: list[list[float]],
            up: list[list[float]],
            down: list[list[float]],
        ) -> list[float]:
            gates = linear(row, gate)
            active = silu(gates)
            values = linear(row, up)
            products: list[float] = []
            for a, v in zip(active, values):
                product = a * v
                products.append(product)
            result = linear(products, down)
            return result
        """,
        (numbers(3), numbers(4, 3), numbers(4, 3, start=1), numbers(3, 4)),
    ),
    "cross-entropy with label smoothing": Kernel(
        """
        import math


        def f(logits: list[float], target: int) -> float:
            highest = max(logits)
            total: float = 0.0
            for logit in logits:
                shifted = logit - highest
                power = math.exp(shifted)
                total += power
            log_total = math.log(total)
            loss: float = 0.0
            number = len(logits)
            for index, logit in enumerate(logits):
                shifted = logit - highest
                log_probability = shifted - log_total
                share = 0.1 / number
                if index == target:
                    share = share + 0.9
                term = share * log_probability
                loss -= term
            return loss
        """,
        (numbers(5), 2),
        constants={"f": {"highest"}},
    ),
    "conditions that select": Kernel(
        """
        def f(x: float, y: float, row: list[float]) -> float:
            if x > y:
                z = x * x
                s = z * row[0]
            elif x > 0:
                s = x * y
                s = s * row[1]
            else:
                s = row[2] + 1
            t = max(s, y)
            t = min(t, 3.0)
            total: float = 0.0
            for value in row:
                if value > 0:
                    total += value
                else:
                    square = value**2
                    total = total + square
                    if square > 0.5:
                        total -= x
            w = total * t
            return w
        """,
        (1.3, 0.7, numbers(4)),
    ),
    "attention over a cache that each call fills": Kernel(
        """
        import math


        def linear(row: list[float], weights: list[list[float]]) -> list[float]:
            out: list[float] = []
            for weight_row in weights:
                total: float = 0.0
                for weight, x in zip(weight_row, row):
                    product = weight * x
                    total = total + product
                out.append(total)
            return out


        def attend(
            row: list[float],
            weights: list[list[float]],
            keys: list[list[float]],
        ) -> list[float]:
            key = linear(row, weights)
            keys.append(key)
            scores: list[float] = []
            number_of_keys = len(keys)
            for position in range(number_of_keys):
                cached = keys[position]
                total: float = 0.0
                for k, x in zip(cached, row):
                    product = k * x
                    total += product
                score = math.exp(total)
                scores.append(score)
            return scores


        def f(
            rows: list[list[float]],
            weights: list[list[float]],
            keys: list[list[float]],
        ) -> float:
            loss: float = 0.0
            for row in rows:
                scores = attend(row, weights, keys)
                for score in scores:
                    square = score * score
                    loss += square
            return loss
        """,
        (numbers(3, 2), numbers(2, 2), []),
    ),
    "a cache that the function fills": Kernel(
        """
        def f(
            queries: list[list[float]], rows: list[list[float]], keys: list[list[float]]
        ) -> float:
            loss: float = 0.0
            for query, row in zip(queries, rows):
                key: list[float] = []
                for entry in row:
                    double = entry * 2
                    key.append(double)
                keys.append(key)
                for cached in keys:
                    total: float = 0.0
                    for q, k in zip(query, cached):
                        product = q * k
                        total += product
                    square = total * total
                    loss += square
            return loss
        """,
        (numbers(3, 2), numbers(3, 2, start=4), []),
    ),
    "a loss over layers and rows": Kernel(
        """
        import math


        def linear(row: list[float], weights: list[list[float]]) -> list[float]:
            out: list[float] = []
            for weight_row in weights:
                total: float = 0.0
                for weight, x in zip(weight_row, row):
                    product = weight * x
                    total = total + product
                out.append(total)
            return out


        def model(state: list[float], layers: list[list[list[float]]]) -> list[float]:
            for weights in layers:
                residual = state
                state = linear(state, weights)
                updated: list[float] = []
                for s, r in zip(state, residual):
                    t = math.tanh(s)
                    u = t + r
                    updated.append(u)
                state = updated
            return state


        def f(rows: list[list[float]], layers: list[list[list[float]]]) -> float:
            loss: float = 0.0
            for row in rows:
                out = model(row, layers)
                for o in out:
                    square = o * o
                    loss += square
            return loss
        """,
        (numbers(3, 2), numbers(2, 2, 2)),
        is_exact=False,
    ),
    "momentum": Kernel(
        """
        def f(
            weights: list[float],
            velocity: list[float],
            gradients: list[float],
            rate: float,
        ) -> list[float]:
            updated: list[float] = []
            for index in range(len(weights)):
                kept = 0.9 * velocity[index]
                new = kept + gradients[index]
                velocity[index] = new
                step = rate * new
                weight = weights[index] - step
                updated.append(weight)
            return updated
        """,
        (numbers(3), numbers(3, start=1), numbers(3, start=2), 0.1),
        constants={"f": {"rate"}},
    ),
    "entries stored and added to": Kernel(
        """
        def f(row: list[float], n: int) -> list[float]:
            out: list[float] = [0.0] * n
            for index in range(n):
                out[index] += row[index]
                square = row[index] * row[index]
                out[index] += square
                out[0] += square
            total = out[0] * out[1]
            out[1] = total
            return out
        """,
        (numbers(3), 3),
    ),
    "extend twice": Kernel(
        """
        def f(a: list[float], b: list[float]) -> float:
            both: list[float] = []
            both.extend(a)
            both.extend(b)
            total: float = 0.0
            for index, x in enumerate(both):
                y = x**2
                z = y * index
                total += z
            return total
        """,
        (numbers(3), numbers(2)),
    ),
    "enumerate of zip": Kernel(
        """
        def f(a: list[float], b: list[float], c: list[float]) -> list[float]:
            out: list[float] = []
            for index, (x, y, z) in enumerate(zip(a, b, c)):
                p = x * y
                q = p * z
                r = q * index
                out.append(r)
            return out
        """,
        (numbers(3), numbers(3, start=1), numbers(3, start=2)),
    ),
    "several results": Kernel(
        """
        def g(x: float, row: list[float]) -> tuple[float, list[float], float]:
            out: list[float] = []
            total: float = 0.0
            for r in row:
                p = x * r
                out.append(p)
                total += p
            return total, out, row[0]


        def f(x: float, row: list[float]) -> tuple[float, list[float]]:
            a, b, c = g(x, row)
            d, e, h = g(x, row=b)
            a2 = a * c
            a3 = a2 / d
            return a3, e
        """,
        (1.2, numbers(3)),
    ),
    "fractional powers": Kernel(
        """
        def f(x: float, y: float) -> float:
            a = x**0.5
            b = y**-1.5
            c = a**2
            d = c * b
            e = d**1
            return e
        """,
        (1.3, 0.7),
    ),
    "a parameter called like a derivative": Kernel(
        """
        def f(x: float, x_gradient: float) -> float:
            y = x * x_gradient
            z = y * x
            return z
        """,
        (1.3, 0.7),
    ),
    "numbers that change places": Kernel(
        """
        def f(x: float, y: float) -> float:
            x = x + y
            z = x + y
            x = z * x
            y = x - z
            x = y + y
            return x
        """,
        (1.3, 0.7),
    ),
    "the last item": Kernel(
        """
        def f(row: list[float]) -> list[float]:
            out: list[float] = []
            out.append(row[0])
            for x in row:
                y = x + out[-1]
                out.append(y)
            return out
        """,
        (numbers(3),),
    ),
    "lists of lists": Kernel(
        """
        def f(a: list[float], n: int) -> float:
            rows: list[list[float]] = []
            for i in range(n):
                row: list[float] = []
                for x in a:
                    y = x * i
                    row.append(y)
                rows.append(row)
            total: float = 0.0
            for row in rows:
                for x in row:
                    z = x * x
                    total += z
            return total
        """,
        (numbers(3), 3),
    ),
    "ranges": Kernel(
        """
        def f(a: list[float]) -> float:
            total: float = 0.0
            for i in range(1, 5, 2):
                x = a[i]
                j = i - 1
                y = x * a[j]
                total += y
            for i in range(3, 0, -1):
                total += a[i]
            for i in range(2, 2):
                total += a[i]
            return total
        """,
        (numbers(6),),
    ),
    "a number first used in a branch": Kernel(
        """
        def f(x: float, row: list[float]) -> float:
            y = x * x
            t: float = 0.0
            for r in row:
                if r > 0:
                    p = r * y
                    t += p
            return t
        """,
        (1.1, numbers(4)),
    ),
    "a list that is used behind a loop that goes on with it": Kernel(
        """
        def g(row: list[float], w: float) -> list[float]:
            out: list[float] = []
            for x in row:
                y = x * w
                out.append(y)
            return out


        def f(state: list[float], w: float, n: int) -> list[float]:
            first = state
            for i in range(n):
                state = g(state, w)
            out: list[float] = []
            for a, b in zip(first, state):
                c = a * b
                out.append(c)
            return out
        """,
        (numbers(3), 0.7, 3),
        is_exact=False,
    ),
    "a list by another name from a branch": Kernel(
        """
        def f(a: list[float], b: list[float], w: float) -> list[float]:
            if w > 0:
                state = a
            else:
                state = b
            out: list[float] = []
            for x, y in zip(a, state):
                c = x * y
                out.append(c)
            return out
        """,
        (numbers(3), numbers(3, start=1), 0.7),
    ),
    "a list given twice": Kernel(
        """
        def g(a: list[float], b: list[float]) -> float:
            t: float = 0.0
            for x, y in zip(a, b):
                z = x * y
                t += z
            return t


        def f(a: list[float]) -> float:
            t = g(a, a)
            return t
        """,
        (numbers(3),),
    ),
    "a constant result": Kernel(
        """
        def f(a: list[float]) -> tuple[float, float]:
            t = a[0] * a[1]
            return 2.0, t
        """,
        (numbers(3),),
    ),
    "a function of integers": Kernel(
        """
        def count(n: int) -> int:
            m = n + 1
            return m


        def f(a: list[float], n: int) -> float:
            m = count(n)
            t = a[m] * m
            return t
        """,
        (numbers(3), 1),
    ),
    "lists that change places": Kernel(
        """
        def g(row: list[float], w: float) -> list[float]:
            out: list[float] = []
            for x in row:
                y = x * w
                out.append(y)
            return out


        def f(a: list[float], b: list[float], w: float, n: int) -> list[float]:
            for i in range(n):
                c = g(a, w)
                a = b
                b = c
            out: list[float] = []
            for x, y in zip(a, b):
                z = x * y
                out.append(z)
            return out
        """,
        (numbers(3), numbers(3, start=3), 0.7, 3),
        is_exact=False,
    ),
    "items that are constants": Kernel(
        """
        def f(a: list[float]) -> list[float]:
            out: list[float] = []
            for x in a:
                if x > 0:
                    out.append(x)
                else:
                    out.append(0.0)
            return out
        """,
        (numbers(5),),
    ),
    "a number divided by itself": Kernel(
        """
        def f(x: float, y: float) -> float:
            z = x * y
            z /= z
            z = z * x
            return z
        """,
        (1.3, 0.7),
    ),
    "a loop in a branch goes on with a number from outside": Kernel(
        """
        def f(x: float, row: list[float]) -> float:
            c = x + row[0]
            d = c * x
            if c > row[1]:
                for y in row:
                    c += y
            return d
        """,
        (1.3, [0.5, -0.7]),
    ),
    "a list kept ahead of the items of a loop": Kernel(
        """
        def g(x: float, row: list[float]) -> list[float]:
            out: list[float] = []
            for r in row:
                y = r * x
                out.append(y)
            return out


        def f(row: list[float], steps: list[float]) -> float:
            total: float = 0.0
            for step in steps:
                row = g(step, row)
                total += row[0]
            return total
        """,
        ([0.5, -0.7], [1.1, 0.9, -0.3]),
        is_exact=False,
    ),
    "branches that change what both read": Kernel(
        """
        def f(x: float, row: list[float]) -> float:
            out: list[float] = [0.5] * 2
            if x > 0:
                out.append(x)
                y = out[2] + row[0]
            else:
                y = out[0] - x
            z = y * x
            if x > 1:
                x = z
            else:
                x = x * y
            w = x * z
            return w
        """,
        (1.3, [0.5, -0.7]),
    ),
    "a list that is stored into by a call": Kernel(
        """
        def g(row: list[float], x: float) -> float:
            y = x * 2
            row[0] = y
            z = row[0] * row[1]
            return z


        def f(row: list[float], x: float) -> float:
            a = g(row, x)
            b = a * 3
            return b
        """,
        ([0.3, 1.1], 0.7),
    ),
    "a value that goes on through two loops": Kernel(
        """
        def f(x: float, y: float, row: list[float], n: int) -> float:
            for i in range(n):
                for j in range(n):
                    x = row[j] * y
                x = x * 2
            return x
        """,
        (0.7, -1.2, [0.3, 1.1], 2),
    ),
    "an index that a loop binds again": Kernel(
        """
        def f(x: float, row: list[float], n: int) -> float:
            i = 1
            y = min(row[i], x)
            if x <= y:
                z = y * 2
            else:
                z = 0.0
                for i in range(n):
                    z += row[i]
            w = z + y
            return w
        """,
        (0.7, [0.3, 0.9, -0.2], 2),
    ),
}
