"""
The most atomic way to train and inference a GPT in pure, dependency-free Python.
This file is the complete algorithm.
Everything else is just efficiency.

@karpathy
"""

import os  # os.path.exists
import math  # math.log, math.exp
import random  # random.seed, random.choices, random.gauss, random.shuffle
from typing import TypeAlias

random.seed(42)  # Let there be order among chaos


# Let there be an input dataset `documents`: list[str] of documents (e.g. a dataset of names)
def load_documents() -> list[str]:
    if not os.path.exists("input.txt"):
        import urllib.request

        names_address: str = (
            "https://raw.githubusercontent.com/karpathy/makemore/refs/heads/master/names.txt"
        )
        urllib.request.urlretrieve(names_address, "input.txt")
    # list[str] of documents
    documents: list[str] = []
    input_file = open("input.txt")
    input_file_text: str = input_file.read()
    stripped_input_file_text: str = input_file_text.strip()
    for line in stripped_input_file_text.split("\n"):
        stripped_line = line.strip()
        if stripped_line != "":
            stripped_line = line.strip()
            documents.append(stripped_line)
    random.shuffle(documents)
    return documents


documents: list[str] = load_documents()
number_of_documents: int = len(documents)
print(f"num docs: {number_of_documents}")


# Let there be a Tokenizer to translate strings to discrete symbols and back
# unique characters in the dataset become token ids 0..n-1
def build_vocabulary(documents: list[str]) -> tuple[list[str], int, int]:
    joined_documents: str = "".join(documents)
    set_of_joined_documents: set[str] = set(joined_documents)
    unique_characters: list[str] = sorted(set_of_joined_documents)
    # token id for the special Beginning of Sequence (BOS) token
    beginning_of_sequence_token: int = len(unique_characters)
    # total number of unique tokens, +1 is for BOS
    number_of_unique_characters: int = len(unique_characters)
    vocabulary_size: int = number_of_unique_characters + 1
    return unique_characters, beginning_of_sequence_token, vocabulary_size


unique_characters, beginning_of_sequence_token, vocabulary_size = build_vocabulary(
    documents
)
print(f"vocab size: {vocabulary_size}")

# Let there be an Autograd to apply the chain rule recursively across a computation graph
# Stores a single scalar value and its gradient, as a node in a computation graph.
Value: TypeAlias = int  # index of a node in each list of the graph
Graph: TypeAlias = tuple[
    list[float], list[float], list[tuple[Value, ...]], list[tuple[float, ...]]
]


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


def raise_to_power(value: Value, other: float, graph: Graph) -> Value:
    node_data, node_gradients, node_children, node_local_gradients = graph
    data = node_data[value] ** other
    other_minus_one = other - 1
    data_power = node_data[value] ** other_minus_one
    other_times_data_power = other * data_power
    return create_value(data, graph, (value,), (other_times_data_power,))


def negate_value(value: Value, graph: Graph) -> Value:
    minus_one_value = create_value(-1, graph)
    return multiply_values(value, minus_one_value, graph)


def subtract_number(value: Value, other: float, graph: Graph) -> Value:
    negative_other = -other
    negative_other_value = create_value(negative_other, graph)
    return add_values(value, negative_other_value, graph)


def divide_values(value: Value, other: Value, graph: Graph) -> Value:
    reciprocal_of_other = raise_to_power(other, -1, graph)
    return multiply_values(value, reciprocal_of_other, graph)


def divide_by_number(value: Value, other: float, graph: Graph) -> Value:
    reciprocal_of_other = other**-1
    reciprocal_of_other_value = create_value(reciprocal_of_other, graph)
    return multiply_values(value, reciprocal_of_other_value, graph)


def logarithm_of_value(value: Value, graph: Graph) -> Value:
    node_data, node_gradients, node_children, node_local_gradients = graph
    data = math.log(node_data[value])
    one_over_data = 1 / node_data[value]
    return create_value(data, graph, (value,), (one_over_data,))


def exponential_of_value(value: Value, graph: Graph) -> Value:
    node_data, node_gradients, node_children, node_local_gradients = graph
    data = math.exp(node_data[value])
    exponential_of_data = math.exp(node_data[value])
    return create_value(data, graph, (value,), (exponential_of_data,))


def rectified_linear_of_value(value: Value, graph: Graph) -> Value:
    node_data, node_gradients, node_children, node_local_gradients = graph
    data = max(0, node_data[value])
    data_is_positive = node_data[value] > 0
    data_is_positive_as_float = float(data_is_positive)
    return create_value(data, graph, (value,), (data_is_positive_as_float,))


def backward(value: Value, graph: Graph) -> None:
    node_data, node_gradients, node_children, node_local_gradients = graph
    node_gradients[value] = 1
    for node in range(value, -1, -1):
        for child, local_gradient in zip(
            node_children[node], node_local_gradients[node]
        ):
            local_gradient_times_node_gradient = local_gradient * node_gradients[node]
            node_gradients[child] += local_gradient_times_node_gradient


# Initialize the parameters, to store the knowledge of the model.
embedding_dimension: int = 16  # embedding dimension
number_of_heads: int = 4  # number of attention heads
number_of_layers: int = 1  # number of layers
block_size: int = 8  # maximum sequence length
head_dimension: int = embedding_dimension // number_of_heads  # dimension of each head

# name, number of outputs, number of inputs and standard deviation of every matrix
Layout: TypeAlias = list[tuple[str, int, int, float]]


def create_matrix(
    number_of_outputs: int,
    number_of_inputs: int,
    graph: Graph,
    standard_deviation: float,
) -> None:
    number_of_elements = number_of_outputs * number_of_inputs
    for _ in range(number_of_elements):
        data = random.gauss(0, standard_deviation)
        create_value(data, graph)


def list_matrices(vocabulary_size: int) -> Layout:
    layout: Layout = [
        ("token_embedding", vocabulary_size, embedding_dimension, 0.02),
        ("position_embedding", block_size, embedding_dimension, 0.02),
        ("language_model_head", vocabulary_size, embedding_dimension, 0.02),
    ]
    for layer_index in range(number_of_layers):
        layout.append(
            (
                f"layer{layer_index}.attention_query_weights",
                embedding_dimension,
                embedding_dimension,
                0.02,
            )
        )
        layout.append(
            (
                f"layer{layer_index}.attention_key_weights",
                embedding_dimension,
                embedding_dimension,
                0.02,
            )
        )
        layout.append(
            (
                f"layer{layer_index}.attention_value_weights",
                embedding_dimension,
                embedding_dimension,
                0.02,
            )
        )
        layout.append(
            (
                f"layer{layer_index}.attention_output_weights",
                embedding_dimension,
                embedding_dimension,
                0,
            )
        )
        number_of_outputs = 4 * embedding_dimension
        layout.append(
            (
                f"layer{layer_index}.perceptron_hidden_weights",
                number_of_outputs,
                embedding_dimension,
                0.02,
            )
        )
        number_of_inputs = 4 * embedding_dimension
        layout.append(
            (
                f"layer{layer_index}.perceptron_output_weights",
                embedding_dimension,
                number_of_inputs,
                0,
            )
        )
    return layout


# the elements of the matrices are numbered from 0 on: each row is a range
def locate_rows(layout: Layout) -> tuple[dict[str, list[range]], int]:
    state_dictionary: dict[str, list[range]] = {}
    start = 0
    for name, number_of_outputs, number_of_inputs, _ in layout:
        rows: list[range] = []
        for _ in range(number_of_outputs):
            stop = start + number_of_inputs
            row = range(start, stop)
            rows.append(row)
            start = stop
        state_dictionary[name] = rows
    return state_dictionary, start


def initialize_parameters(
    vocabulary_size: int, graph: Graph
) -> tuple[dict[str, list[range]], range]:
    layout: Layout = list_matrices(vocabulary_size)
    state_dictionary, number_of_parameters = locate_rows(layout)
    for _, number_of_outputs, number_of_inputs, standard_deviation in layout:
        create_matrix(number_of_outputs, number_of_inputs, graph, standard_deviation)
    # flatten params into a single range
    parameters: range = range(number_of_parameters)
    return state_dictionary, parameters


# every node of the graph, in the order in which they were created
# scalar value of this node calculated during forward pass
node_data: list[float] = []
# derivative of the loss w.r.t. this node, calculated in backward pass
node_gradients: list[float] = []
# children of this node in the computation graph
node_children: list[tuple[Value, ...]] = []
# local derivative of this node w.r.t. its children
node_local_gradients: list[tuple[float, ...]] = []
graph: Graph = (node_data, node_gradients, node_children, node_local_gradients)
state_dictionary, parameters = initialize_parameters(vocabulary_size, graph)
number_of_parameters: int = len(parameters)
print(f"num params: {number_of_parameters}")


# Define the model architecture: a stateless function mapping token sequence and parameters to logits over what comes next.
# Follow GPT-2, blessed among the GPTs, with minor differences: layernorm -> rmsnorm, no biases, GeLU -> ReLU^2
def linear(
    input_vector: list[Value], weight_matrix: list[range], graph: Graph
) -> list[Value]:
    sums: list[Value] = []
    for weight_row in weight_matrix:
        sum_of_products: Value = create_value(0, graph)
        for weight, input_value in zip(weight_row, input_vector):
            weight_times_input_value = multiply_values(weight, input_value, graph)
            sum_of_products = add_values(
                sum_of_products, weight_times_input_value, graph
            )
        sums.append(sum_of_products)
    return sums


def linear_forward(
    input_vector: list[float], weight_matrix: list[range], node_data: list[float]
) -> list[float]:
    sums: list[float] = []
    for weight_row in weight_matrix:
        sum_of_products: float = 0.0
        for weight, input_value in zip(weight_row, input_vector):
            weight_times_input_value = node_data[weight] * input_value
            sum_of_products = sum_of_products + weight_times_input_value
        sums.append(sum_of_products)
    return sums


def softmax(logits: list[Value], graph: Graph) -> list[Value]:
    node_data, node_gradients, node_children, node_local_gradients = graph
    logit_data: list[float] = []
    for logit in logits:
        logit_data.append(node_data[logit])
    maximum_logit = max(logit_data)
    exponentials: list[Value] = []
    for logit in logits:
        logit_minus_maximum_logit = subtract_number(logit, maximum_logit, graph)
        exponential = exponential_of_value(logit_minus_maximum_logit, graph)
        exponentials.append(exponential)
    total: Value = create_value(0, graph)
    for exponential in exponentials:
        total = add_values(total, exponential, graph)
    quotients: list[Value] = []
    for exponential in exponentials:
        quotient = divide_values(exponential, total, graph)
        quotients.append(quotient)
    return quotients


def softmax_forward(logits: list[float]) -> list[float]:
    maximum_logit = max(logits)
    exponentials: list[float] = []
    for logit in logits:
        negative_maximum_logit = -maximum_logit
        logit_minus_maximum_logit = logit + negative_maximum_logit
        exponential = math.exp(logit_minus_maximum_logit)
        exponentials.append(exponential)
    total: float = 0.0
    for exponential in exponentials:
        total = total + exponential
    quotients: list[float] = []
    for exponential in exponentials:
        reciprocal_of_total = total**-1
        quotient = exponential * reciprocal_of_total
        quotients.append(quotient)
    return quotients


def normalize_root_mean_square(input_vector: list[Value], graph: Graph) -> list[Value]:
    sum_of_squares: Value = create_value(0, graph)
    for input_value in input_vector:
        squared_input_value = multiply_values(input_value, input_value, graph)
        sum_of_squares = add_values(sum_of_squares, squared_input_value, graph)
    length_of_input_vector = len(input_vector)
    mean_square = divide_by_number(sum_of_squares, length_of_input_vector, graph)
    epsilon_value = create_value(1e-5, graph)
    mean_square_plus_epsilon = add_values(mean_square, epsilon_value, graph)
    scale = raise_to_power(mean_square_plus_epsilon, -0.5, graph)
    products: list[Value] = []
    for input_value in input_vector:
        product = multiply_values(input_value, scale, graph)
        products.append(product)
    return products


def normalize_root_mean_square_forward(input_vector: list[float]) -> list[float]:
    sum_of_squares: float = 0.0
    for input_value in input_vector:
        squared_input_value = input_value * input_value
        sum_of_squares = sum_of_squares + squared_input_value
    length_of_input_vector = len(input_vector)
    reciprocal_of_length_of_input_vector = length_of_input_vector**-1
    mean_square = sum_of_squares * reciprocal_of_length_of_input_vector
    epsilon_value = 1e-5
    mean_square_plus_epsilon = mean_square + epsilon_value
    scale = mean_square_plus_epsilon**-0.5
    products: list[float] = []
    for input_value in input_vector:
        product = input_value * scale
        products.append(product)
    return products


def gpt(
    token: int,
    position: int,
    keys: list[list[list[Value]]],
    values: list[list[list[Value]]],
    state_dictionary: dict[str, list[range]],
    graph: Graph,
) -> list[Value]:
    # token embedding
    token_embedding: range = state_dictionary["token_embedding"][token]
    # position embedding
    position_embedding: range = state_dictionary["position_embedding"][position]
    # joint token and position embedding
    hidden_state: list[Value] = []
    for token_value, position_value in zip(token_embedding, position_embedding):
        token_value_plus_position_value = add_values(token_value, position_value, graph)
        hidden_state.append(token_value_plus_position_value)
    hidden_state = normalize_root_mean_square(hidden_state, graph)

    for layer_index in range(number_of_layers):
        # 1) Multi-head attention block
        residual_state: list[Value] = hidden_state
        hidden_state = normalize_root_mean_square(hidden_state, graph)
        query: list[Value] = linear(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_query_weights"],
            graph,
        )
        key: list[Value] = linear(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_key_weights"],
            graph,
        )
        value: list[Value] = linear(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_value_weights"],
            graph,
        )
        keys[layer_index].append(key)
        values[layer_index].append(value)
        attention_output: list[Value] = []
        for head_index in range(number_of_heads):
            head_start = head_index * head_dimension
            head_end = head_start + head_dimension
            attention_logits: list[Value] = []
            number_of_head_keys = len(keys[layer_index])
            for cached_position in range(number_of_head_keys):
                cached_key: list[Value] = keys[layer_index][cached_position]
                sum_of_products: Value = create_value(0, graph)
                for dimension_index in range(head_start, head_end):
                    head_query_item_product = multiply_values(
                        query[dimension_index],
                        cached_key[dimension_index],
                        graph,
                    )
                    sum_of_products = add_values(
                        sum_of_products, head_query_item_product, graph
                    )
                square_root_of_head_dimension = head_dimension**0.5
                attention_logit = divide_by_number(
                    sum_of_products, square_root_of_head_dimension, graph
                )
                attention_logits.append(attention_logit)
            attention_weights: list[Value] = softmax(attention_logits, graph)
            head_output: list[Value] = []
            for dimension_index in range(head_start, head_end):
                sum_of_products = create_value(0, graph)
                number_of_head_values = len(values[layer_index])
                for cached_position in range(number_of_head_values):
                    cached_value: list[Value] = values[layer_index][cached_position]
                    attention_weight_times_head_value_item = multiply_values(
                        attention_weights[cached_position],
                        cached_value[dimension_index],
                        graph,
                    )
                    sum_of_products = add_values(
                        sum_of_products, attention_weight_times_head_value_item, graph
                    )
                head_output.append(sum_of_products)
            attention_output.extend(head_output)
        hidden_state = linear(
            attention_output,
            state_dictionary[f"layer{layer_index}.attention_output_weights"],
            graph,
        )
        updated_hidden_state: list[Value] = []
        for branch_value, residual_value in zip(hidden_state, residual_state):
            branch_value_plus_residual_value = add_values(
                branch_value, residual_value, graph
            )
            updated_hidden_state.append(branch_value_plus_residual_value)
        hidden_state = updated_hidden_state
        # 2) MLP block
        residual_state = hidden_state
        hidden_state = normalize_root_mean_square(hidden_state, graph)
        hidden_state = linear(
            hidden_state,
            state_dictionary[f"layer{layer_index}.perceptron_hidden_weights"],
            graph,
        )
        updated_hidden_state = []
        for hidden_value in hidden_state:
            rectified_linear = rectified_linear_of_value(hidden_value, graph)
            squared_rectified_linear = raise_to_power(rectified_linear, 2, graph)
            updated_hidden_state.append(squared_rectified_linear)
        hidden_state = updated_hidden_state
        hidden_state = linear(
            hidden_state,
            state_dictionary[f"layer{layer_index}.perceptron_output_weights"],
            graph,
        )
        updated_hidden_state = []
        for branch_value, residual_value in zip(hidden_state, residual_state):
            branch_value_plus_residual_value = add_values(
                branch_value, residual_value, graph
            )
            updated_hidden_state.append(branch_value_plus_residual_value)
        hidden_state = updated_hidden_state

    logits: list[Value] = linear(
        hidden_state, state_dictionary["language_model_head"], graph
    )
    return logits


def gpt_forward(
    token: int,
    position: int,
    keys: list[list[list[float]]],
    values: list[list[list[float]]],
    state_dictionary: dict[str, list[range]],
    node_data: list[float],
) -> list[float]:
    token_embedding: range = state_dictionary["token_embedding"][token]
    position_embedding: range = state_dictionary["position_embedding"][position]
    hidden_state: list[float] = []
    for token_value, position_value in zip(token_embedding, position_embedding):
        token_value_plus_position_value = (
            node_data[token_value] + node_data[position_value]
        )
        hidden_state.append(token_value_plus_position_value)
    hidden_state = normalize_root_mean_square_forward(hidden_state)

    for layer_index in range(number_of_layers):
        residual_state: list[float] = hidden_state
        hidden_state = normalize_root_mean_square_forward(hidden_state)
        query: list[float] = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_query_weights"],
            node_data,
        )
        key: list[float] = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_key_weights"],
            node_data,
        )
        value: list[float] = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_value_weights"],
            node_data,
        )
        keys[layer_index].append(key)
        values[layer_index].append(value)
        attention_output: list[float] = []
        for head_index in range(number_of_heads):
            head_start = head_index * head_dimension
            head_end = head_start + head_dimension
            attention_logits: list[float] = []
            number_of_head_keys = len(keys[layer_index])
            for cached_position in range(number_of_head_keys):
                cached_key: list[float] = keys[layer_index][cached_position]
                sum_of_products: float = 0.0
                for dimension_index in range(head_start, head_end):
                    head_query_item_product = (
                        query[dimension_index] * cached_key[dimension_index]
                    )
                    sum_of_products = sum_of_products + head_query_item_product
                square_root_of_head_dimension = head_dimension**0.5
                square_root_of_head_dimension_reciprocal = (
                    square_root_of_head_dimension**-1
                )
                attention_logit = (
                    sum_of_products * square_root_of_head_dimension_reciprocal
                )
                attention_logits.append(attention_logit)
            attention_weights: list[float] = softmax_forward(attention_logits)
            head_output: list[float] = []
            for dimension_index in range(head_start, head_end):
                sum_of_products = 0.0
                number_of_head_values = len(values[layer_index])
                for cached_position in range(number_of_head_values):
                    cached_value: list[float] = values[layer_index][cached_position]
                    attention_weight_times_head_value_item = (
                        attention_weights[cached_position]
                        * cached_value[dimension_index]
                    )
                    sum_of_products = (
                        sum_of_products + attention_weight_times_head_value_item
                    )
                head_output.append(sum_of_products)
            attention_output.extend(head_output)
        hidden_state = linear_forward(
            attention_output,
            state_dictionary[f"layer{layer_index}.attention_output_weights"],
            node_data,
        )
        updated_hidden_state: list[float] = []
        for branch_value, residual_value in zip(hidden_state, residual_state):
            branch_value_plus_residual_value = branch_value + residual_value
            updated_hidden_state.append(branch_value_plus_residual_value)
        hidden_state = updated_hidden_state
        residual_state = hidden_state
        hidden_state = normalize_root_mean_square_forward(hidden_state)
        hidden_state = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.perceptron_hidden_weights"],
            node_data,
        )
        updated_hidden_state = []
        for hidden_value in hidden_state:
            rectified_linear = max(0, hidden_value)
            squared_rectified_linear = rectified_linear**2
            updated_hidden_state.append(squared_rectified_linear)
        hidden_state = updated_hidden_state
        hidden_state = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.perceptron_output_weights"],
            node_data,
        )
        updated_hidden_state = []
        for branch_value, residual_value in zip(hidden_state, residual_state):
            branch_value_plus_residual_value = branch_value + residual_value
            updated_hidden_state.append(branch_value_plus_residual_value)
        hidden_state = updated_hidden_state

    logits: list[float] = linear_forward(
        hidden_state, state_dictionary["language_model_head"], node_data
    )
    return logits


# Let there be Adam, the blessed optimizer and its buffers
learning_rate: float = 1e-2
first_moment_decay: float = 0.9
second_moment_decay: float = 0.95
adam_epsilon: float = 1e-8
number_of_parameters = len(parameters)
first_moment_buffer: list[float] = [0.0] * number_of_parameters  # first moment buffer
number_of_parameters = len(parameters)
# second moment buffer
second_moment_buffer: list[float] = [0.0] * number_of_parameters

# Repeat in sequence
number_of_steps: int = 500  # number of training steps


def encode_document(
    document: str, unique_characters: list[str], beginning_of_sequence_token: int
) -> list[int]:
    indices: list[int] = []
    for character in document:
        index = unique_characters.index(character)
        indices.append(index)
    beginning_of_sequence_token_plus_indices: list[int] = [
        beginning_of_sequence_token
    ] + indices
    tokens: list[int] = beginning_of_sequence_token_plus_indices + [
        beginning_of_sequence_token
    ]
    return tokens


def compute_document_loss(
    tokens: list[int], state_dictionary: dict[str, list[range]], graph: Graph
) -> Value:
    number_of_tokens = len(tokens)
    number_of_tokens_minus_one = number_of_tokens - 1
    sequence_length = min(block_size, number_of_tokens_minus_one)

    # Forward the token sequence through the model, building up the computation graph all the way to the loss.
    keys: list[list[list[Value]]] = [[] for _ in range(number_of_layers)]
    values: list[list[list[Value]]] = [[] for _ in range(number_of_layers)]
    losses: list[Value] = []
    for position in range(sequence_length):
        token = tokens[position]
        position_plus_one = position + 1
        target_token = tokens[position_plus_one]
        logits: list[Value] = gpt(
            token, position, keys, values, state_dictionary, graph
        )
        probabilities: list[Value] = softmax(logits, graph)
        logarithm = logarithm_of_value(probabilities[target_token], graph)
        position_loss = negate_value(logarithm, graph)
        losses.append(position_loss)
    # final average loss over the document sequence. May yours be low.
    one_over_sequence_length = 1 / sequence_length
    sum_of_losses: Value = create_value(0, graph)
    for term in losses:
        sum_of_losses = add_values(sum_of_losses, term, graph)
    one_over_sequence_length_value = create_value(one_over_sequence_length, graph)
    loss = multiply_values(sum_of_losses, one_over_sequence_length_value, graph)
    return loss


# Adam optimizer update: update the model parameters based on the corresponding gradients.
# cosine learning rate decay
def update_parameters(
    step: int,
    parameters: range,
    first_moment_buffer: list[float],
    second_moment_buffer: list[float],
    graph: Graph,
) -> None:
    node_data, node_gradients, node_children, node_local_gradients = graph
    learning_rate_times_one_half = learning_rate * 0.5
    pi_times_step = math.pi * step
    pi_times_step_quotient = pi_times_step / number_of_steps
    cosine_of_pi_times_step_quotient = math.cos(pi_times_step_quotient)
    one_plus_cosine = 1 + cosine_of_pi_times_step_quotient
    current_learning_rate = learning_rate_times_one_half * one_plus_cosine
    for parameter in parameters:
        first_moment_decay_product = first_moment_decay * first_moment_buffer[parameter]
        one_minus_first_moment_decay = 1 - first_moment_decay
        one_minus_first_moment_decay_product = (
            one_minus_first_moment_decay * node_gradients[parameter]
        )
        first_moment_buffer[parameter] = (
            first_moment_decay_product + one_minus_first_moment_decay_product
        )
        second_moment_decay_product = (
            second_moment_decay * second_moment_buffer[parameter]
        )
        one_minus_second_moment_decay = 1 - second_moment_decay
        squared_parameter_gradient = node_gradients[parameter] ** 2
        one_minus_second_moment_decay_product = (
            one_minus_second_moment_decay * squared_parameter_gradient
        )
        second_moment_buffer[parameter] = (
            second_moment_decay_product + one_minus_second_moment_decay_product
        )
        step_plus_one = step + 1
        first_moment_decay_power = first_moment_decay**step_plus_one
        one_minus_first_moment_decay_power = 1 - first_moment_decay_power
        corrected_first_moment = (
            first_moment_buffer[parameter] / one_minus_first_moment_decay_power
        )
        step_plus_one = step + 1
        second_moment_decay_power = second_moment_decay**step_plus_one
        one_minus_second_moment_decay_power = 1 - second_moment_decay_power
        corrected_second_moment = (
            second_moment_buffer[parameter] / one_minus_second_moment_decay_power
        )
        current_learning_rate_product = current_learning_rate * corrected_first_moment
        square_root_of_corrected_second_moment = corrected_second_moment**0.5
        adam_epsilon_total = square_root_of_corrected_second_moment + adam_epsilon
        current_learning_rate_product_quotient = (
            current_learning_rate_product / adam_epsilon_total
        )
        node_data[parameter] -= current_learning_rate_product_quotient
        node_gradients[parameter] = 0


number_of_kept_nodes: int = len(node_data)
for step in range(number_of_steps):

    # Take single document, tokenize it, surround it with BOS special token on both sides
    number_of_documents = len(documents)
    step_modulo_number_of_documents = step % number_of_documents
    document = documents[step_modulo_number_of_documents]
    tokens: list[int] = encode_document(
        document, unique_characters, beginning_of_sequence_token
    )
    loss = compute_document_loss(tokens, state_dictionary, graph)

    # Backward the loss, calculating the gradients with respect to all model parameters.
    backward(loss, graph)

    update_parameters(
        step, parameters, first_moment_buffer, second_moment_buffer, graph
    )

    step_plus_one = step + 1
    print(
        f"step {step_plus_one:4d} / {number_of_steps:4d} | loss {node_data[loss]:.4f}"
    )
    del node_data[number_of_kept_nodes:]
    del node_gradients[number_of_kept_nodes:]
    del node_children[number_of_kept_nodes:]
    del node_local_gradients[number_of_kept_nodes:]

# Inference: may the model babble back to us
# in (0, 1], control the "creativity" of generated text, low to high
temperature: float = 0.5
print("\n--- inference ---")


def generate_sample(
    beginning_of_sequence_token: int,
    state_dictionary: dict[str, list[range]],
    vocabulary_size: int,
    unique_characters: list[str],
    node_data: list[float],
) -> list[str]:
    keys: list[list[list[float]]] = [[] for _ in range(number_of_layers)]
    values: list[list[list[float]]] = [[] for _ in range(number_of_layers)]
    token = beginning_of_sequence_token
    sampled_characters: list[str] = []
    for position in range(block_size):
        logits: list[float] = gpt_forward(
            token, position, keys, values, state_dictionary, node_data
        )
        quotients: list[float] = []
        for logit in logits:
            reciprocal_of_temperature = temperature**-1
            quotient = logit * reciprocal_of_temperature
            quotients.append(quotient)
        probabilities: list[float] = softmax_forward(quotients)
        range_of_vocabulary_size = range(vocabulary_size)
        choices: list[int] = random.choices(
            range_of_vocabulary_size, weights=probabilities
        )
        token = choices[0]
        if token == beginning_of_sequence_token:
            break
        sampled_characters.append(unique_characters[token])
    return sampled_characters


for sample_index in range(20):
    sampled_characters: list[str] = generate_sample(
        beginning_of_sequence_token,
        state_dictionary,
        vocabulary_size,
        unique_characters,
        node_data,
    )
    sample_index_plus_one = sample_index + 1
    joined_sampled_characters = "".join(sampled_characters)
    print(f"sample {sample_index_plus_one:2d}: {joined_sampled_characters}")
