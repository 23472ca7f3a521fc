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


# Initialize the parameters, to store the knowledge of the model.
embedding_dimension: int = 16  # embedding dimension
number_of_heads: int = 4  # number of attention heads
number_of_layers: int = 1  # number of layers
block_size: int = 8  # maximum sequence length
head_dimension: int = embedding_dimension // number_of_heads  # dimension of each head

# name, number of outputs, number of inputs and standard deviation of every matrix
Layout: TypeAlias = list[tuple[str, int, int, float]]

# the numbers of every matrix, row by row
Rows: TypeAlias = dict[str, list[list[float]]]


def create_matrix(
    number_of_outputs: int,
    number_of_inputs: int,
    standard_deviation: float,
    parameter_data: list[float],
    parameter_gradients: list[float],
) -> None:
    number_of_elements = number_of_outputs * number_of_inputs
    for _ in range(number_of_elements):
        data = random.gauss(0, standard_deviation)
        parameter_data.append(data)
        parameter_gradients.append(0)


def list_matrices(vocabulary_size: int) -> Layout:
    layout: Layout = [
        ("token_embedding", vocabulary_size, embedding_dimension, 0.02),
        ("position_embedding", block_size, embedding_dimension, 0.02),
        ("language_model_head", vocabulary_size, embedding_dimension, 0.02),
    ]
    number_of_outputs = 4 * embedding_dimension
    number_of_inputs = 4 * embedding_dimension
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
        layout.append(
            (
                f"layer{layer_index}.perceptron_hidden_weights",
                number_of_outputs,
                embedding_dimension,
                0.02,
            )
        )
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


def cut_rows(places: dict[str, list[range]], numbers: list[float]) -> Rows:
    rows: Rows = {}
    for name, matrix_places in places.items():
        matrix: list[list[float]] = []
        for place in matrix_places:
            row: list[float] = numbers[place.start : place.stop]
            matrix.append(row)
        rows[name] = matrix
    return rows


def store_rows(
    rows: Rows, places: dict[str, list[range]], numbers: list[float]
) -> None:
    for name, matrix_places in places.items():
        for place, row in zip(matrix_places, rows[name]):
            numbers[place.start : place.stop] = row


def initialize_parameters(
    vocabulary_size: int, parameter_data: list[float], parameter_gradients: list[float]
) -> tuple[dict[str, list[range]], range]:
    layout: Layout = list_matrices(vocabulary_size)
    state_dictionary, number_of_parameters = locate_rows(layout)
    for _, number_of_outputs, number_of_inputs, standard_deviation in layout:
        create_matrix(
            number_of_outputs,
            number_of_inputs,
            standard_deviation,
            parameter_data,
            parameter_gradients,
        )
    # flatten params into a single range
    parameters: range = range(number_of_parameters)
    return state_dictionary, parameters


parameter_data: list[float] = []
parameter_gradients: list[float] = []
state_dictionary, parameters = initialize_parameters(
    vocabulary_size, parameter_data, parameter_gradients
)
number_of_parameters: int = len(parameters)
print(f"num params: {number_of_parameters}")


# Define the model architecture: a stateless function mapping token sequence and parameters to logits over what comes next.
# Follow GPT-2, blessed among the GPTs, with minor differences: layernorm -> rmsnorm, no biases, GeLU -> ReLU^2
def linear_forward(
    input_vector: list[float], weight_matrix: list[list[float]]
) -> list[float]:
    sums: list[float] = []
    for weight_row in weight_matrix:
        sum_of_products: float = 0.0
        for weight, input_value in zip(weight_row, input_vector):
            weight_times_input_value = weight * input_value
            sum_of_products = sum_of_products + weight_times_input_value
        sums.append(sum_of_products)
    return sums


def linear_skipping_zeros_forward(
    input_vector: list[float], weight_matrix: list[list[float]]
) -> list[float]:
    sums: list[float] = []
    # products with 0.0 add nothing: only what is not zero is walked
    nonzero_indices: list[int] = []
    for input_value_index, input_value in enumerate(input_vector):
        if input_value != 0.0:
            nonzero_indices.append(input_value_index)
    for weight_row in weight_matrix:
        sum_of_products: float = 0.0
        for input_value_index in nonzero_indices:
            weight_times_input_value = (
                weight_row[input_value_index] * input_vector[input_value_index]
            )
            sum_of_products = sum_of_products + weight_times_input_value
        sums.append(sum_of_products)
    return sums


def linear_backward(
    sums_gradient: list[float],
    input_vector: list[float],
    input_vector_gradient: list[float],
    weight_matrix: list[list[float]],
    weight_matrix_gradient: list[list[float]],
) -> None:
    length_of_weight_matrix = len(weight_matrix)
    # products with 0.0 add nothing: only what is not zero is walked
    active_weight_row_indices: list[int] = []
    for weight_row_index in reversed(range(length_of_weight_matrix)):
        if sums_gradient[weight_row_index] != 0.0:
            active_weight_row_indices.append(weight_row_index)
    for weight_row_index in active_weight_row_indices:
        # sums.append(sum_of_products)
        sum_of_products_gradient = sums_gradient[weight_row_index]
        weight_row: list[float] = weight_matrix[weight_row_index]
        weight_row_gradient: list[float] = weight_matrix_gradient[weight_row_index]
        length_of_weight_row = len(weight_row)
        for input_value_index in range(length_of_weight_row):
            # weight_times_input_value = weight * input_value
            input_value = input_vector[input_value_index]
            weight_contribution = input_value * sum_of_products_gradient
            weight = weight_row[input_value_index]
            input_value_contribution = weight * sum_of_products_gradient
            weight_row_gradient[input_value_index] += weight_contribution
            input_vector_gradient[input_value_index] += input_value_contribution


def linear_skipping_zeros_backward(
    sums_gradient: list[float],
    input_vector: list[float],
    input_vector_gradient: list[float],
    weight_matrix: list[list[float]],
    weight_matrix_gradient: list[list[float]],
) -> None:
    length_of_weight_matrix = len(weight_matrix)
    # products with 0.0 add nothing: only what is not zero is walked
    nonzero_indices: list[int] = []
    for input_value_index, input_value in enumerate(input_vector):
        if input_value != 0.0:
            nonzero_indices.append(input_value_index)
    for weight_row_index in reversed(range(length_of_weight_matrix)):
        # sums.append(sum_of_products)
        sum_of_products_gradient = sums_gradient[weight_row_index]
        weight_row: list[float] = weight_matrix[weight_row_index]
        weight_row_gradient: list[float] = weight_matrix_gradient[weight_row_index]
        for input_value_index in nonzero_indices:
            # weight_times_input_value = weight * input_value
            input_value = input_vector[input_value_index]
            weight_contribution = input_value * sum_of_products_gradient
            weight = weight_row[input_value_index]
            input_value_contribution = weight * sum_of_products_gradient
            weight_row_gradient[input_value_index] += weight_contribution
            input_vector_gradient[input_value_index] += input_value_contribution


def softmax_forward(logits: list[float]) -> list[float]:
    maximum_logit = max(logits)
    exponentials: list[float] = []
    negative_maximum_logit = -maximum_logit
    for logit in logits:
        logit_minus_maximum_logit = logit + negative_maximum_logit
        exponential = math.exp(logit_minus_maximum_logit)
        exponentials.append(exponential)
    total: float = 0.0
    for exponential in exponentials:
        total = total + exponential
    quotients: list[float] = []
    reciprocal_of_total = total**-1
    for exponential in exponentials:
        quotient = exponential * reciprocal_of_total
        quotients.append(quotient)
    return quotients


def softmax_backward(
    quotients_gradient: list[float], logits: list[float], logits_gradient: list[float]
) -> None:
    maximum_logit = max(logits)
    exponentials: list[float] = []
    negative_maximum_logit = -maximum_logit
    for logit in logits:
        logit_minus_maximum_logit = logit + negative_maximum_logit
        exponential = math.exp(logit_minus_maximum_logit)
        exponentials.append(exponential)
    total: float = 0.0
    for exponential in exponentials:
        total = total + exponential
    length_of_exponentials = len(exponentials)
    exponentials_gradient: list[float] = [0.0] * length_of_exponentials
    total_gradient: float = 0.0
    reciprocal_of_total = total**-1
    total_power = total**-2
    total_power_slope = -1 * total_power
    for exponential_index in reversed(range(length_of_exponentials)):
        # quotients.append(quotient)
        quotient_gradient = quotients_gradient[exponential_index]
        # quotient = exponential * reciprocal_of_total
        exponential_contribution = reciprocal_of_total * quotient_gradient
        exponential = exponentials[exponential_index]
        reciprocal_of_total_gradient = exponential * quotient_gradient
        exponentials_gradient[exponential_index] += exponential_contribution
        # reciprocal_of_total = total ** -1
        total_contribution = total_power_slope * reciprocal_of_total_gradient
        total_gradient += total_contribution
    for exponential_index in range(length_of_exponentials):
        # total = total + exponential
        exponentials_gradient[exponential_index] += total_gradient
    length_of_logits = len(logits)
    for logit_index in range(length_of_logits):
        # exponentials.append(exponential)
        exponential_gradient = exponentials_gradient[logit_index]
        # exponential = math.exp(logit_minus_maximum_logit)
        exponential = exponentials[logit_index]
        logit_minus_maximum_logit_gradient = exponential * exponential_gradient
        # logit_minus_maximum_logit = logit + negative_maximum_logit
        logits_gradient[logit_index] += logit_minus_maximum_logit_gradient


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


def normalize_root_mean_square_backward(
    products_gradient: list[float],
    input_vector: list[float],
    input_vector_gradient: list[float],
) -> None:
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
    scale_gradient: float = 0.0
    for input_value_index in reversed(range(length_of_input_vector)):
        # products.append(product)
        product_gradient = products_gradient[input_value_index]
        # product = input_value * scale
        input_value_contribution = scale * product_gradient
        input_value = input_vector[input_value_index]
        scale_contribution = input_value * product_gradient
        input_vector_gradient[input_value_index] += input_value_contribution
        scale_gradient += scale_contribution
    # scale = mean_square_plus_epsilon ** -0.5
    mean_square_plus_epsilon_power = mean_square_plus_epsilon**-1.5
    mean_square_plus_epsilon_power_slope = -0.5 * mean_square_plus_epsilon_power
    mean_square_plus_epsilon_gradient = (
        mean_square_plus_epsilon_power_slope * scale_gradient
    )
    # mean_square = sum_of_squares * reciprocal_of_length_of_input_vector
    sum_of_squares_gradient = (
        reciprocal_of_length_of_input_vector * mean_square_plus_epsilon_gradient
    )
    for input_value_index, input_value in enumerate(input_vector):
        # squared_input_value = input_value * input_value
        input_value_contribution = input_value * sum_of_squares_gradient
        input_vector_gradient[input_value_index] += input_value_contribution
        input_vector_gradient[input_value_index] += input_value_contribution


def gpt_forward(
    token: int,
    position: int,
    keys: list[list[list[float]]],
    values: list[list[list[float]]],
    state_dictionary: Rows,
    activations: list[list[float]],
) -> list[float]:
    # token embedding
    token_embedding: list[float] = state_dictionary["token_embedding"][token]
    # position embedding
    position_embedding: list[float] = state_dictionary["position_embedding"][position]
    # joint token and position embedding
    hidden_state: list[float] = []
    for token_value, position_value in zip(token_embedding, position_embedding):
        token_value_plus_position_value = token_value + position_value
        hidden_state.append(token_value_plus_position_value)
    activations.append(hidden_state)
    hidden_state = normalize_root_mean_square_forward(hidden_state)

    square_root_of_head_dimension = head_dimension**0.5
    square_root_of_head_dimension_reciprocal = square_root_of_head_dimension**-1
    for layer_index in range(number_of_layers):
        # 1) Multi-head attention block
        residual_state: list[float] = hidden_state
        activations.append(hidden_state)
        hidden_state = normalize_root_mean_square_forward(hidden_state)
        query: list[float] = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_query_weights"],
        )
        key: list[float] = linear_forward(
            hidden_state, state_dictionary[f"layer{layer_index}.attention_key_weights"]
        )
        activations.append(hidden_state)
        value: list[float] = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_value_weights"],
        )
        keys[layer_index].append(key)
        values[layer_index].append(value)
        attention_output: list[float] = []
        for head_index in range(number_of_heads):
            head_start = head_index * head_dimension
            head_end = head_start + head_dimension
            attention_logits: list[float] = []
            for cached_key in keys[layer_index]:
                sum_of_products: float = 0.0
                for dimension_index in range(head_start, head_end):
                    head_query_item_product = (
                        query[dimension_index] * cached_key[dimension_index]
                    )
                    sum_of_products = sum_of_products + head_query_item_product
                attention_logit = (
                    sum_of_products * square_root_of_head_dimension_reciprocal
                )
                attention_logits.append(attention_logit)
            activations.append(attention_logits)
            attention_weights: list[float] = softmax_forward(attention_logits)
            head_output: list[float] = []
            for dimension_index in range(head_start, head_end):
                sum_of_products = 0.0
                for cached_value, attention_weight in zip(
                    values[layer_index], attention_weights
                ):
                    attention_weight_times_head_value_item = (
                        attention_weight * cached_value[dimension_index]
                    )
                    sum_of_products = (
                        sum_of_products + attention_weight_times_head_value_item
                    )
                head_output.append(sum_of_products)
            activations.append(attention_weights)
            attention_output.extend(head_output)
            activations.append(head_output)
        activations.append(query)
        activations.append(attention_output)
        hidden_state = linear_forward(
            attention_output,
            state_dictionary[f"layer{layer_index}.attention_output_weights"],
        )
        updated_hidden_state: list[float] = []
        for branch_value, residual_value in zip(hidden_state, residual_state):
            branch_value_plus_residual_value = branch_value + residual_value
            updated_hidden_state.append(branch_value_plus_residual_value)
        activations.append(residual_state)
        activations.append(hidden_state)
        hidden_state = updated_hidden_state
        # 2) MLP block
        residual_state = hidden_state
        activations.append(hidden_state)
        hidden_state = normalize_root_mean_square_forward(hidden_state)
        activations.append(hidden_state)
        hidden_state = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.perceptron_hidden_weights"],
        )
        updated_hidden_state = []
        for hidden_value in hidden_state:
            rectified_linear = max(0, hidden_value)
            squared_rectified_linear = rectified_linear**2
            updated_hidden_state.append(squared_rectified_linear)
        activations.append(hidden_state)
        hidden_state = updated_hidden_state
        activations.append(hidden_state)
        hidden_state = linear_skipping_zeros_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.perceptron_output_weights"],
        )
        updated_hidden_state = []
        for branch_value, residual_value in zip(hidden_state, residual_state):
            branch_value_plus_residual_value = branch_value + residual_value
            updated_hidden_state.append(branch_value_plus_residual_value)
        activations.append(residual_state)
        activations.append(hidden_state)
        hidden_state = updated_hidden_state

    activations.append(hidden_state)
    logits: list[float] = linear_forward(
        hidden_state, state_dictionary["language_model_head"]
    )
    return logits


def gpt_forward_without_activations(
    token: int,
    position: int,
    keys: list[list[list[float]]],
    values: list[list[list[float]]],
    state_dictionary: Rows,
) -> list[float]:
    token_embedding: list[float] = state_dictionary["token_embedding"][token]
    position_embedding: list[float] = state_dictionary["position_embedding"][position]
    hidden_state: list[float] = []
    for token_value, position_value in zip(token_embedding, position_embedding):
        token_value_plus_position_value = token_value + position_value
        hidden_state.append(token_value_plus_position_value)
    hidden_state = normalize_root_mean_square_forward(hidden_state)

    square_root_of_head_dimension = head_dimension**0.5
    square_root_of_head_dimension_reciprocal = square_root_of_head_dimension**-1
    for layer_index in range(number_of_layers):
        residual_state: list[float] = hidden_state
        hidden_state = normalize_root_mean_square_forward(hidden_state)
        query: list[float] = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_query_weights"],
        )
        key: list[float] = linear_forward(
            hidden_state, state_dictionary[f"layer{layer_index}.attention_key_weights"]
        )
        value: list[float] = linear_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_value_weights"],
        )
        keys[layer_index].append(key)
        values[layer_index].append(value)
        attention_output: list[float] = []
        for head_index in range(number_of_heads):
            head_start = head_index * head_dimension
            head_end = head_start + head_dimension
            attention_logits: list[float] = []
            for cached_key in keys[layer_index]:
                sum_of_products: float = 0.0
                for dimension_index in range(head_start, head_end):
                    head_query_item_product = (
                        query[dimension_index] * cached_key[dimension_index]
                    )
                    sum_of_products = sum_of_products + head_query_item_product
                attention_logit = (
                    sum_of_products * square_root_of_head_dimension_reciprocal
                )
                attention_logits.append(attention_logit)
            attention_weights: list[float] = softmax_forward(attention_logits)
            head_output: list[float] = []
            for dimension_index in range(head_start, head_end):
                sum_of_products = 0.0
                for cached_value, attention_weight in zip(
                    values[layer_index], attention_weights
                ):
                    attention_weight_times_head_value_item = (
                        attention_weight * cached_value[dimension_index]
                    )
                    sum_of_products = (
                        sum_of_products + attention_weight_times_head_value_item
                    )
                head_output.append(sum_of_products)
            attention_output.extend(head_output)
        hidden_state = linear_forward(
            attention_output,
            state_dictionary[f"layer{layer_index}.attention_output_weights"],
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
        )
        updated_hidden_state = []
        for hidden_value in hidden_state:
            rectified_linear = max(0, hidden_value)
            squared_rectified_linear = rectified_linear**2
            updated_hidden_state.append(squared_rectified_linear)
        hidden_state = updated_hidden_state
        hidden_state = linear_skipping_zeros_forward(
            hidden_state,
            state_dictionary[f"layer{layer_index}.perceptron_output_weights"],
        )
        updated_hidden_state = []
        for branch_value, residual_value in zip(hidden_state, residual_state):
            branch_value_plus_residual_value = branch_value + residual_value
            updated_hidden_state.append(branch_value_plus_residual_value)
        hidden_state = updated_hidden_state

    logits: list[float] = linear_forward(
        hidden_state, state_dictionary["language_model_head"]
    )
    return logits


def gpt_backward(
    logits_gradient: list[float],
    token: int,
    position: int,
    keys: list[list[list[float]]],
    keys_gradient: list[list[list[float]]],
    values: list[list[list[float]]],
    values_gradient: list[list[list[float]]],
    state_dictionary: Rows,
    state_dictionary_gradient: Rows,
    activations: list[list[float]],
) -> None:
    # logits = linear_forward(…)
    hidden_state: list[float] = activations.pop()
    length_of_hidden_state = len(hidden_state)
    hidden_state_gradient: list[float] = [0.0] * length_of_hidden_state
    linear_backward(
        logits_gradient,
        hidden_state,
        hidden_state_gradient,
        state_dictionary["language_model_head"],
        state_dictionary_gradient["language_model_head"],
    )
    square_root_of_head_dimension = head_dimension**0.5
    square_root_of_head_dimension_reciprocal = square_root_of_head_dimension**-1
    for layer_index in reversed(range(number_of_layers)):
        # hidden_state = updated_hidden_state
        updated_hidden_state_gradient: list[float] = hidden_state_gradient
        hidden_state = activations.pop()
        length_of_hidden_state = len(hidden_state)
        hidden_state_gradient = [0.0] * length_of_hidden_state
        residual_state: list[float] = activations.pop()
        length_of_residual_state = len(residual_state)
        residual_state_gradient: list[float] = [0.0] * length_of_residual_state
        for branch_value_index in range(length_of_hidden_state):
            # updated_hidden_state.append(branch_value_plus_residual_value)
            branch_value_plus_residual_value_gradient = updated_hidden_state_gradient[
                branch_value_index
            ]
            # branch_value_plus_residual_value = branch_value + residual_value
            hidden_state_gradient[
                branch_value_index
            ] += branch_value_plus_residual_value_gradient
            residual_state_gradient[
                branch_value_index
            ] += branch_value_plus_residual_value_gradient
        # hidden_state = linear_forward(…)
        hidden_state = activations.pop()
        length_of_hidden_state = len(hidden_state)
        input_vector_gradient: list[float] = [0.0] * length_of_hidden_state
        linear_skipping_zeros_backward(
            hidden_state_gradient,
            hidden_state,
            input_vector_gradient,
            state_dictionary[f"layer{layer_index}.perceptron_output_weights"],
            state_dictionary_gradient[f"layer{layer_index}.perceptron_output_weights"],
        )
        hidden_state_gradient = input_vector_gradient
        # hidden_state = updated_hidden_state
        updated_hidden_state_gradient = hidden_state_gradient
        hidden_state = activations.pop()
        length_of_hidden_state = len(hidden_state)
        hidden_state_gradient = [0.0] * length_of_hidden_state
        for hidden_value_index in range(length_of_hidden_state):
            # updated_hidden_state.append(squared_rectified_linear)
            squared_rectified_linear_gradient = updated_hidden_state_gradient[
                hidden_value_index
            ]
            # squared_rectified_linear = rectified_linear ** 2
            hidden_value = hidden_state[hidden_value_index]
            rectified_linear = max(0, hidden_value)
            rectified_linear_slope = 2 * rectified_linear
            rectified_linear_gradient = (
                rectified_linear_slope * squared_rectified_linear_gradient
            )
            # rectified_linear = max(0, hidden_value)
            if hidden_value > 0:
                hidden_state_gradient[hidden_value_index] += rectified_linear_gradient
        # hidden_state = linear_forward(…)
        hidden_state = activations.pop()
        length_of_hidden_state = len(hidden_state)
        input_vector_gradient = [0.0] * length_of_hidden_state
        linear_backward(
            hidden_state_gradient,
            hidden_state,
            input_vector_gradient,
            state_dictionary[f"layer{layer_index}.perceptron_hidden_weights"],
            state_dictionary_gradient[f"layer{layer_index}.perceptron_hidden_weights"],
        )
        hidden_state_gradient = input_vector_gradient
        # hidden_state = normalize_root_mean_square_forward(hidden_state)
        hidden_state = activations.pop()
        normalize_root_mean_square_backward(
            hidden_state_gradient, hidden_state, residual_state_gradient
        )
        # residual_state = hidden_state
        hidden_state_gradient = residual_state_gradient
        # hidden_state = updated_hidden_state
        updated_hidden_state_gradient = hidden_state_gradient
        hidden_state = activations.pop()
        length_of_hidden_state = len(hidden_state)
        hidden_state_gradient = [0.0] * length_of_hidden_state
        residual_state = activations.pop()
        length_of_residual_state = len(residual_state)
        residual_state_gradient = [0.0] * length_of_residual_state
        for branch_value_index in range(length_of_hidden_state):
            # updated_hidden_state.append(branch_value_plus_residual_value)
            branch_value_plus_residual_value_gradient = updated_hidden_state_gradient[
                branch_value_index
            ]
            # branch_value_plus_residual_value = branch_value + residual_value
            hidden_state_gradient[
                branch_value_index
            ] += branch_value_plus_residual_value_gradient
            residual_state_gradient[
                branch_value_index
            ] += branch_value_plus_residual_value_gradient
        # hidden_state = linear_forward(…)
        attention_output: list[float] = activations.pop()
        length_of_attention_output = len(attention_output)
        attention_output_gradient: list[float] = [0.0] * length_of_attention_output
        linear_backward(
            hidden_state_gradient,
            attention_output,
            attention_output_gradient,
            state_dictionary[f"layer{layer_index}.attention_output_weights"],
            state_dictionary_gradient[f"layer{layer_index}.attention_output_weights"],
        )
        query: list[float] = activations.pop()
        length_of_query = len(query)
        query_gradient: list[float] = [0.0] * length_of_query
        for head_index in reversed(range(number_of_heads)):
            head_output: list[float] = activations.pop()
            length_of_head_output = len(head_output)
            head_output_gradient: list[float] = [0.0] * length_of_head_output
            for entry_index in reversed(range(length_of_head_output)):
                # attention_output.append(head_output[entry_index])
                head_output_entry_contribution = attention_output_gradient.pop()
                head_output_gradient[entry_index] += head_output_entry_contribution
            attention_weights: list[float] = activations.pop()
            length_of_attention_weights = len(attention_weights)
            attention_weights_gradient: list[float] = [
                0.0
            ] * length_of_attention_weights
            head_start = head_index * head_dimension
            head_end = head_start + head_dimension
            for dimension_index in reversed(range(head_start, head_end)):
                # head_output.append(sum_of_products)
                sum_of_products_gradient = head_output_gradient.pop()
                number_of_head_values = len(values[layer_index])
                for cached_position in range(number_of_head_values):
                    # attention_weight_times_head_value_item = …
                    cached_value: list[float] = values[layer_index][cached_position]
                    attention_weights_entry_contribution = (
                        cached_value[dimension_index] * sum_of_products_gradient
                    )
                    cached_value_entry_contribution = (
                        attention_weights[cached_position] * sum_of_products_gradient
                    )
                    attention_weights_gradient[
                        cached_position
                    ] += attention_weights_entry_contribution
                    values_gradient[layer_index][cached_position][
                        dimension_index
                    ] += cached_value_entry_contribution
            # attention_weights = softmax_forward(attention_logits)
            attention_logits: list[float] = activations.pop()
            length_of_attention_logits = len(attention_logits)
            attention_logits_gradient: list[float] = [0.0] * length_of_attention_logits
            softmax_backward(
                attention_weights_gradient, attention_logits, attention_logits_gradient
            )
            number_of_head_keys = len(keys[layer_index])
            for cached_position in reversed(range(number_of_head_keys)):
                # attention_logits.append(attention_logit)
                attention_logit_gradient = attention_logits_gradient[cached_position]
                # attention_logit = …
                sum_of_products_gradient = (
                    square_root_of_head_dimension_reciprocal * attention_logit_gradient
                )
                cached_key: list[float] = keys[layer_index][cached_position]
                for dimension_index in range(head_start, head_end):
                    # head_query_item_product = …
                    query_entry_contribution = (
                        cached_key[dimension_index] * sum_of_products_gradient
                    )
                    cached_key_entry_contribution = (
                        query[dimension_index] * sum_of_products_gradient
                    )
                    query_gradient[dimension_index] += query_entry_contribution
                    keys_gradient[layer_index][cached_position][
                        dimension_index
                    ] += cached_key_entry_contribution
        # values[layer_index].append(value)
        value_gradient = values_gradient[layer_index].pop()
        values[layer_index].pop()
        # keys[layer_index].append(key)
        key_gradient = keys_gradient[layer_index].pop()
        keys[layer_index].pop()
        # value = linear_forward(…)
        hidden_state = activations.pop()
        length_of_hidden_state = len(hidden_state)
        hidden_state_gradient = [0.0] * length_of_hidden_state
        linear_backward(
            value_gradient,
            hidden_state,
            hidden_state_gradient,
            state_dictionary[f"layer{layer_index}.attention_value_weights"],
            state_dictionary_gradient[f"layer{layer_index}.attention_value_weights"],
        )
        # key = linear_forward(…)
        linear_backward(
            key_gradient,
            hidden_state,
            hidden_state_gradient,
            state_dictionary[f"layer{layer_index}.attention_key_weights"],
            state_dictionary_gradient[f"layer{layer_index}.attention_key_weights"],
        )
        # query = linear_forward(…)
        linear_backward(
            query_gradient,
            hidden_state,
            hidden_state_gradient,
            state_dictionary[f"layer{layer_index}.attention_query_weights"],
            state_dictionary_gradient[f"layer{layer_index}.attention_query_weights"],
        )
        # hidden_state = normalize_root_mean_square_forward(hidden_state)
        hidden_state = activations.pop()
        normalize_root_mean_square_backward(
            hidden_state_gradient, hidden_state, residual_state_gradient
        )
        # residual_state = hidden_state
        hidden_state_gradient = residual_state_gradient
    # hidden_state = normalize_root_mean_square_forward(hidden_state)
    hidden_state = activations.pop()
    length_of_hidden_state = len(hidden_state)
    input_vector_gradient = [0.0] * length_of_hidden_state
    normalize_root_mean_square_backward(
        hidden_state_gradient, hidden_state, input_vector_gradient
    )
    hidden_state_gradient = input_vector_gradient
    token_embedding_gradient: list[float] = state_dictionary_gradient[
        "token_embedding"
    ][token]
    position_embedding_gradient: list[float] = state_dictionary_gradient[
        "position_embedding"
    ][position]
    length_of_token_embedding = len(token_embedding_gradient)
    for token_value_index in reversed(range(length_of_token_embedding)):
        # hidden_state.append(token_value_plus_position_value)
        token_value_plus_position_value_gradient = hidden_state_gradient[
            token_value_index
        ]
        # token_value_plus_position_value = …
        token_embedding_gradient[
            token_value_index
        ] += token_value_plus_position_value_gradient
        position_embedding_gradient[
            token_value_index
        ] += token_value_plus_position_value_gradient


# Let there be Adam, the blessed optimizer and its buffers
learning_rate: float = 1e-2
first_moment_decay: float = 0.9
second_moment_decay: float = 0.95
adam_epsilon: float = 1e-8
first_moment_buffer: list[float] = [0.0] * number_of_parameters  # first moment buffer
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


def compute_document_loss_forward(
    tokens: list[int],
    keys: list[list[list[float]]],
    values: list[list[list[float]]],
    state_dictionary: Rows,
    activations: list[list[float]],
) -> float:
    number_of_tokens = len(tokens)
    number_of_tokens_minus_one = number_of_tokens - 1
    sequence_length = min(block_size, number_of_tokens_minus_one)
    losses: list[float] = []
    # Forward the token sequence through the model, building up the computation graph all the way to the loss.
    for position in range(sequence_length):
        token = tokens[position]
        position_plus_one = position + 1
        target_token = tokens[position_plus_one]
        logits: list[float] = gpt_forward(
            token, position, keys, values, state_dictionary, activations
        )
        activations.append(logits)
        probabilities: list[float] = softmax_forward(logits)
        activations.append(probabilities)
        logarithm = math.log(probabilities[target_token])
        position_loss = logarithm * -1
        losses.append(position_loss)
    # final average loss over the document sequence. May yours be low.
    one_over_sequence_length = 1 / sequence_length
    sum_of_losses: float = 0.0
    for term in losses:
        sum_of_losses = sum_of_losses + term
    activations.append(losses)
    loss = sum_of_losses * one_over_sequence_length
    return loss


def compute_document_loss_backward(
    loss_gradient: float,
    tokens: list[int],
    keys: list[list[list[float]]],
    values: list[list[list[float]]],
    state_dictionary: Rows,
    state_dictionary_gradient: Rows,
    activations: list[list[float]],
) -> None:
    # loss = sum_of_losses * one_over_sequence_length
    number_of_tokens = len(tokens)
    number_of_tokens_minus_one = number_of_tokens - 1
    sequence_length = min(block_size, number_of_tokens_minus_one)
    one_over_sequence_length = 1 / sequence_length
    sum_of_losses_gradient = one_over_sequence_length * loss_gradient
    losses: list[float] = activations.pop()
    length_of_losses = len(losses)
    losses_gradient: list[float] = [0.0] * length_of_losses
    for term_index in range(length_of_losses):
        # sum_of_losses = sum_of_losses + term
        losses_gradient[term_index] += sum_of_losses_gradient
    keys_gradient: list[list[list[float]]] = []
    for key_rows in keys:
        key_rows_gradient: list[list[float]] = []
        for key_row in key_rows:
            length_of_key_row = len(key_row)
            key_row_gradient: list[float] = [0.0] * length_of_key_row
            key_rows_gradient.append(key_row_gradient)
        keys_gradient.append(key_rows_gradient)
    values_gradient: list[list[list[float]]] = []
    for value_rows in values:
        value_rows_gradient: list[list[float]] = []
        for value_row in value_rows:
            length_of_value_row = len(value_row)
            value_row_gradient: list[float] = [0.0] * length_of_value_row
            value_rows_gradient.append(value_row_gradient)
        values_gradient.append(value_rows_gradient)
    for position in reversed(range(sequence_length)):
        # losses.append(position_loss)
        position_loss_gradient = losses_gradient[position]
        # position_loss = logarithm * -1
        logarithm_gradient = -1 * position_loss_gradient
        # logarithm = math.log(probabilities[target_token])
        probabilities: list[float] = activations.pop()
        position_plus_one = position + 1
        target_token = tokens[position_plus_one]
        reciprocal_of_probabilities_entry = 1 / probabilities[target_token]
        probabilities_entry_contribution = (
            reciprocal_of_probabilities_entry * logarithm_gradient
        )
        length_of_probabilities = len(probabilities)
        probabilities_gradient: list[float] = [0.0] * length_of_probabilities
        probabilities_gradient[target_token] += probabilities_entry_contribution
        # probabilities = softmax_forward(logits)
        logits: list[float] = activations.pop()
        length_of_logits = len(logits)
        logits_gradient: list[float] = [0.0] * length_of_logits
        softmax_backward(probabilities_gradient, logits, logits_gradient)
        # logits = gpt_forward(…)
        token = tokens[position]
        gpt_backward(
            logits_gradient,
            token,
            position,
            keys,
            keys_gradient,
            values,
            values_gradient,
            state_dictionary,
            state_dictionary_gradient,
            activations,
        )


# Adam optimizer update: update the model parameters based on the corresponding gradients.
# cosine learning rate decay
def update_parameters(
    step: int,
    parameters: range,
    first_moment_buffer: list[float],
    second_moment_buffer: list[float],
    parameter_gradients: list[float],
    parameter_data: list[float],
) -> None:
    learning_rate_times_one_half = learning_rate * 0.5
    pi_times_step = math.pi * step
    pi_times_step_quotient = pi_times_step / number_of_steps
    cosine_of_pi_times_step_quotient = math.cos(pi_times_step_quotient)
    one_plus_cosine = 1 + cosine_of_pi_times_step_quotient
    current_learning_rate = learning_rate_times_one_half * one_plus_cosine
    one_minus_first_moment_decay = 1 - first_moment_decay
    one_minus_second_moment_decay = 1 - second_moment_decay
    step_plus_one = step + 1
    first_moment_decay_power = first_moment_decay**step_plus_one
    one_minus_first_moment_decay_power = 1 - first_moment_decay_power
    second_moment_decay_power = second_moment_decay**step_plus_one
    one_minus_second_moment_decay_power = 1 - second_moment_decay_power
    for parameter, first_moment, parameter_gradient, second_moment in zip(
        parameters, first_moment_buffer, parameter_gradients, second_moment_buffer
    ):
        first_moment_decay_product = first_moment_decay * first_moment
        one_minus_first_moment_decay_product = (
            one_minus_first_moment_decay * parameter_gradient
        )
        updated_first_moment = (
            first_moment_decay_product + one_minus_first_moment_decay_product
        )
        first_moment_buffer[parameter] = updated_first_moment
        second_moment_decay_product = second_moment_decay * second_moment
        squared_parameter_gradient = parameter_gradient**2
        one_minus_second_moment_decay_product = (
            one_minus_second_moment_decay * squared_parameter_gradient
        )
        updated_second_moment = (
            second_moment_decay_product + one_minus_second_moment_decay_product
        )
        second_moment_buffer[parameter] = updated_second_moment
        corrected_first_moment = (
            updated_first_moment / one_minus_first_moment_decay_power
        )
        corrected_second_moment = (
            updated_second_moment / one_minus_second_moment_decay_power
        )
        current_learning_rate_product = current_learning_rate * corrected_first_moment
        square_root_of_corrected_second_moment = corrected_second_moment**0.5
        adam_epsilon_total = square_root_of_corrected_second_moment + adam_epsilon
        current_learning_rate_product_quotient = (
            current_learning_rate_product / adam_epsilon_total
        )
        parameter_data[parameter] -= current_learning_rate_product_quotient
        parameter_gradients[parameter] = 0


keys: list[list[list[float]]] = [[] for _ in range(number_of_layers)]
values: list[list[list[float]]] = [[] for _ in range(number_of_layers)]
activations: list[list[float]] = []
for step in range(number_of_steps):

    # Take single document, tokenize it, surround it with BOS special token on both sides
    step_modulo_number_of_documents = step % number_of_documents
    document = documents[step_modulo_number_of_documents]
    tokens: list[int] = encode_document(
        document, unique_characters, beginning_of_sequence_token
    )
    parameter_data_rows: Rows = cut_rows(state_dictionary, parameter_data)
    loss = compute_document_loss_forward(
        tokens, keys, values, parameter_data_rows, activations
    )

    # Backward the loss, calculating the gradients with respect to all model parameters.
    parameter_gradient_rows: Rows = cut_rows(state_dictionary, parameter_gradients)
    compute_document_loss_backward(
        1,
        tokens,
        keys,
        values,
        parameter_data_rows,
        parameter_gradient_rows,
        activations,
    )
    store_rows(parameter_gradient_rows, state_dictionary, parameter_gradients)

    update_parameters(
        step,
        parameters,
        first_moment_buffer,
        second_moment_buffer,
        parameter_gradients,
        parameter_data,
    )

    step_plus_one = step + 1
    print(f"step {step_plus_one:4d} / {number_of_steps:4d} | loss {loss:.4f}")

# Inference: may the model babble back to us
# in (0, 1], control the "creativity" of generated text, low to high
temperature: float = 0.5
print("\n--- inference ---")


def generate_sample(
    beginning_of_sequence_token: int,
    state_dictionary: Rows,
    vocabulary_size: int,
    unique_characters: list[str],
) -> list[str]:
    keys: list[list[list[float]]] = [[] for _ in range(number_of_layers)]
    values: list[list[list[float]]] = [[] for _ in range(number_of_layers)]
    token = beginning_of_sequence_token
    sampled_characters: list[str] = []
    reciprocal_of_temperature = temperature**-1
    for position in range(block_size):
        logits: list[float] = gpt_forward_without_activations(
            token, position, keys, values, state_dictionary
        )
        quotients: list[float] = []
        for logit in logits:
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


parameter_data_rows = cut_rows(state_dictionary, parameter_data)
for sample_index in range(20):
    sampled_characters: list[str] = generate_sample(
        beginning_of_sequence_token,
        parameter_data_rows,
        vocabulary_size,
        unique_characters,
    )
    sample_index_plus_one = sample_index + 1
    joined_sampled_characters = "".join(sampled_characters)
    print(f"sample {sample_index_plus_one:2d}: {joined_sampled_characters}")
