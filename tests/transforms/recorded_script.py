"""A small script that records a graph and walks back through it, in pieces."""

from __future__ import annotations

HEAD = """\
import math
import random
from typing import TypeAlias

# What a sum is made of.
Value: TypeAlias = int
Graph: TypeAlias = tuple[
    list[float], list[float], list[tuple[Value, ...]], list[tuple[float, ...]]
]
random.seed(3)


def create_value(
    data: float,
    graph: Graph,
    children: tuple[Value, ...] = (),
    local_gradients: tuple[float, ...] = (),
) -> Value:
    node_data, node_gradients, node_children, node_local_gradients = graph
    value = len(node_data)
    node_data.append(data)
    node_gradients.append(0)
    node_children.append(children)
    node_local_gradients.append(local_gradients)
    return value


def add_values(value: Value, other: Value, graph: Graph) -> Value:
    node_data, node_gradients, node_children, node_local_gradients = graph
    data = node_data[value] + node_data[other]
    return create_value(data, graph, (value, other), (1, 1))


def multiply_values(value: Value, other: Value, graph: Graph) -> Value:
    node_data, node_gradients, node_children, node_local_gradients = graph
    data = node_data[value] * node_data[other]
    return create_value(
        data, graph, (value, other), (node_data[other], node_data[value])
    )


"""

TANH = """\
def tanh_of_value(value: Value, graph: Graph) -> Value:
    node_data, node_gradients, node_children, node_local_gradients = graph
    data = math.tanh(node_data[value])
    squared_data = data**2
    slope = 1 - squared_data
    return create_value(data, graph, (value,), (slope,))


"""

WALK = """\
def backward(value: Value, graph: Graph) -> None:
    node_data, node_gradients, node_children, node_local_gradients = graph
    node_gradients[value] = 1
    for node in range(value, -1, -1):
        for child, local_gradient in zip(
            node_children[node], node_local_gradients[node]
        ):
            local_gradient_times_node_gradient = local_gradient * node_gradients[node]
            node_gradients[child] += local_gradient_times_node_gradient


"""

MODEL = """\
def create_row(size: int, graph: Graph) -> None:
    for _ in range(size):
        data = random.gauss(0, 1)
        create_value(data, graph)


node_data: list[float] = []
node_gradients: list[float] = []
node_children: list[tuple[Value, ...]] = []
node_local_gradients: list[tuple[float, ...]] = []
graph: Graph = (node_data, node_gradients, node_children, node_local_gradients)
create_row(3, graph)


# Multiplies and adds.
def weigh(numbers: list[Value], weights: range, graph: Graph) -> Value:
    total: Value = create_value(0, graph)
    for number, weight in zip(numbers, weights):
        product = multiply_values(number, weight, graph)
        total = add_values(total, product, graph)
    weighed = tanh_of_value(total, graph)
    return weighed


def compute_loss(inputs: list[float], graph: Graph) -> Value:
    node_data, node_gradients, node_children, node_local_gradients = graph
    numbers: list[Value] = []
    for data in inputs:
        number = create_value(data, graph)
        numbers.append(number)
    result = weigh(numbers, range(3), graph)
    largest = max(inputs)
    largest_value = create_value(largest, graph)
    loss = multiply_values(result, largest_value, graph)
    return loss


"""

TRAINING = """\
number_of_kept_nodes: int = len(node_data)
for step in range(3):
    inputs: list[float] = [0.5, 0.25, 1.5]
    loss = compute_loss(inputs, graph)
    # And back again.
    backward(loss, graph)
    for parameter in range(3):
        node_data[parameter] -= 0.5 * node_gradients[parameter]
        node_gradients[parameter] = 0
    print(f"{node_data[loss]:.17g}")
    del node_data[number_of_kept_nodes:]
    del node_gradients[number_of_kept_nodes:]
    del node_children[number_of_kept_nodes:]
    del node_local_gradients[number_of_kept_nodes:]
"""

SCRIPT = HEAD + TANH + WALK + MODEL + TRAINING
