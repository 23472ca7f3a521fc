"""
The most atomic way to train and inference a GPT in pure, dependency-free Python.
This file is the complete algorithm.
Everything else is just efficiency.

@karpathy
"""

import os  # os.path.exists
import math  # math.log, math.exp
import random  # random.seed, random.choices, random.gauss, random.shuffle

random.seed(42)  # Let there be order among chaos

# Let there be an input dataset `documents`: list[str] of documents (e.g. a dataset of names)
if not os.path.exists("input.txt"):
    import urllib.request

    names_address = "https://raw.githubusercontent.com/karpathy/makemore/refs/heads/master/names.txt"
    urllib.request.urlretrieve(names_address, "input.txt")
# list[str] of documents
documents = [
    line.strip()
    for line in open("input.txt").read().strip().split("\n")
    if line.strip()
]
random.shuffle(documents)
print(f"num docs: {len(documents)}")

# Let there be a Tokenizer to translate strings to discrete symbols and back
# unique characters in the dataset become token ids 0..n-1
unique_characters = sorted(set("".join(documents)))
# token id for the special Beginning of Sequence (BOS) token
beginning_of_sequence_token = len(unique_characters)
# total number of unique tokens, +1 is for BOS
vocabulary_size = len(unique_characters) + 1
print(f"vocab size: {vocabulary_size}")


# Let there be an Autograd to apply the chain rule recursively across a computation graph
class Value:
    """Stores a single scalar value and its gradient, as a node in a computation graph."""

    def __init__(self, data, children=(), local_gradients=()):
        self.data = data  # scalar value of this node calculated during forward pass
        # derivative of the loss w.r.t. this node, calculated in backward pass
        self.gradient = 0
        self._children = children  # children of this node in the computation graph
        # local derivative of this node w.r.t. its children
        self._local_gradients = local_gradients

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, other):
        return Value(self.data**other, (self,), (other * self.data ** (other - 1),))

    def logarithm(self):
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def exponential(self):
        return Value(math.exp(self.data), (self,), (math.exp(self.data),))

    def rectified_linear(self):
        return Value(max(0, self.data), (self,), (float(self.data > 0),))

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1

    def backward(self):
        topological_order = []
        visited = set()

        def build_topological_order(node):
            if node not in visited:
                visited.add(node)
                for child in node._children:
                    build_topological_order(child)
                topological_order.append(node)

        build_topological_order(self)
        self.gradient = 1
        for node in reversed(topological_order):
            for child, local_gradient in zip(node._children, node._local_gradients):
                child.gradient += local_gradient * node.gradient


# Initialize the parameters, to store the knowledge of the model.
embedding_dimension = 16  # embedding dimension
number_of_heads = 4  # number of attention heads
number_of_layers = 1  # number of layers
block_size = 8  # maximum sequence length
head_dimension = embedding_dimension // number_of_heads  # dimension of each head


def create_matrix(number_of_outputs, number_of_inputs, standard_deviation=0.02):
    return [
        [Value(random.gauss(0, standard_deviation)) for _ in range(number_of_inputs)]
        for _ in range(number_of_outputs)
    ]


state_dictionary = {
    "token_embedding": create_matrix(vocabulary_size, embedding_dimension),
    "position_embedding": create_matrix(block_size, embedding_dimension),
    "language_model_head": create_matrix(vocabulary_size, embedding_dimension),
}
for layer_index in range(number_of_layers):
    state_dictionary[f"layer{layer_index}.attention_query_weights"] = create_matrix(
        embedding_dimension, embedding_dimension
    )
    state_dictionary[f"layer{layer_index}.attention_key_weights"] = create_matrix(
        embedding_dimension, embedding_dimension
    )
    state_dictionary[f"layer{layer_index}.attention_value_weights"] = create_matrix(
        embedding_dimension, embedding_dimension
    )
    state_dictionary[f"layer{layer_index}.attention_output_weights"] = create_matrix(
        embedding_dimension, embedding_dimension, standard_deviation=0
    )
    state_dictionary[f"layer{layer_index}.perceptron_hidden_weights"] = create_matrix(
        4 * embedding_dimension, embedding_dimension
    )
    state_dictionary[f"layer{layer_index}.perceptron_output_weights"] = create_matrix(
        embedding_dimension, 4 * embedding_dimension, standard_deviation=0
    )
# flatten params into a single list[Value]
parameters = [
    parameter
    for matrix in state_dictionary.values()
    for row in matrix
    for parameter in row
]
print(f"num params: {len(parameters)}")


# Define the model architecture: a stateless function mapping token sequence and parameters to logits over what comes next.
# Follow GPT-2, blessed among the GPTs, with minor differences: layernorm -> rmsnorm, no biases, GeLU -> ReLU^2
def linear(input_vector, weight_matrix):
    return [
        sum(
            weight * input_value
            for weight, input_value in zip(weight_row, input_vector)
        )
        for weight_row in weight_matrix
    ]


def softmax(logits):
    maximum_logit = max(logit.data for logit in logits)
    exponentials = [(logit - maximum_logit).exponential() for logit in logits]
    total = sum(exponentials)
    return [exponential / total for exponential in exponentials]


def normalize_root_mean_square(input_vector):
    mean_square = sum(input_value * input_value for input_value in input_vector) / len(
        input_vector
    )
    scale = (mean_square + 1e-5) ** -0.5
    return [input_value * scale for input_value in input_vector]


def gpt(token, position, keys, values):
    token_embedding = state_dictionary["token_embedding"][token]  # token embedding
    # position embedding
    position_embedding = state_dictionary["position_embedding"][position]
    # joint token and position embedding
    hidden_state = [
        token_value + position_value
        for token_value, position_value in zip(token_embedding, position_embedding)
    ]
    hidden_state = normalize_root_mean_square(hidden_state)

    for layer_index in range(number_of_layers):
        # 1) Multi-head attention block
        residual_state = hidden_state
        hidden_state = normalize_root_mean_square(hidden_state)
        query = linear(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_query_weights"],
        )
        key = linear(
            hidden_state, state_dictionary[f"layer{layer_index}.attention_key_weights"]
        )
        value = linear(
            hidden_state,
            state_dictionary[f"layer{layer_index}.attention_value_weights"],
        )
        keys[layer_index].append(key)
        values[layer_index].append(value)
        attention_output = []
        for head_index in range(number_of_heads):
            head_start = head_index * head_dimension
            head_query = query[head_start : head_start + head_dimension]
            head_keys = [
                cached_key[head_start : head_start + head_dimension]
                for cached_key in keys[layer_index]
            ]
            head_values = [
                cached_value[head_start : head_start + head_dimension]
                for cached_value in values[layer_index]
            ]
            attention_logits = [
                sum(
                    head_query[dimension_index]
                    * head_keys[cached_position][dimension_index]
                    for dimension_index in range(head_dimension)
                )
                / head_dimension**0.5
                for cached_position in range(len(head_keys))
            ]
            attention_weights = softmax(attention_logits)
            head_output = [
                sum(
                    attention_weights[cached_position]
                    * head_values[cached_position][dimension_index]
                    for cached_position in range(len(head_values))
                )
                for dimension_index in range(head_dimension)
            ]
            attention_output.extend(head_output)
        hidden_state = linear(
            attention_output,
            state_dictionary[f"layer{layer_index}.attention_output_weights"],
        )
        hidden_state = [
            branch_value + residual_value
            for branch_value, residual_value in zip(hidden_state, residual_state)
        ]
        # 2) MLP block
        residual_state = hidden_state
        hidden_state = normalize_root_mean_square(hidden_state)
        hidden_state = linear(
            hidden_state,
            state_dictionary[f"layer{layer_index}.perceptron_hidden_weights"],
        )
        hidden_state = [
            hidden_value.rectified_linear() ** 2 for hidden_value in hidden_state
        ]
        hidden_state = linear(
            hidden_state,
            state_dictionary[f"layer{layer_index}.perceptron_output_weights"],
        )
        hidden_state = [
            branch_value + residual_value
            for branch_value, residual_value in zip(hidden_state, residual_state)
        ]

    logits = linear(hidden_state, state_dictionary["language_model_head"])
    return logits


# Let there be Adam, the blessed optimizer and its buffers
learning_rate, first_moment_decay, second_moment_decay, adam_epsilon = (
    1e-2,
    0.9,
    0.95,
    1e-8,
)
first_moment_buffer = [0.0] * len(parameters)  # first moment buffer
second_moment_buffer = [0.0] * len(parameters)  # second moment buffer

# Repeat in sequence
number_of_steps = 500  # number of training steps
for step in range(number_of_steps):

    # Take single document, tokenize it, surround it with BOS special token on both sides
    document = documents[step % len(documents)]
    tokens = (
        [beginning_of_sequence_token]
        + [unique_characters.index(character) for character in document]
        + [beginning_of_sequence_token]
    )
    sequence_length = min(block_size, len(tokens) - 1)

    # Forward the token sequence through the model, building up the computation graph all the way to the loss.
    keys, values = [[] for _ in range(number_of_layers)], [
        [] for _ in range(number_of_layers)
    ]
    losses = []
    for position in range(sequence_length):
        token, target_token = tokens[position], tokens[position + 1]
        logits = gpt(token, position, keys, values)
        probabilities = softmax(logits)
        position_loss = -probabilities[target_token].logarithm()
        losses.append(position_loss)
    # final average loss over the document sequence. May yours be low.
    loss = (1 / sequence_length) * sum(losses)

    # Backward the loss, calculating the gradients with respect to all model parameters.
    loss.backward()

    # Adam optimizer update: update the model parameters based on the corresponding gradients.
    # cosine learning rate decay
    current_learning_rate = (
        learning_rate * 0.5 * (1 + math.cos(math.pi * step / number_of_steps))
    )
    for parameter_index, parameter in enumerate(parameters):
        first_moment_buffer[parameter_index] = (
            first_moment_decay * first_moment_buffer[parameter_index]
            + (1 - first_moment_decay) * parameter.gradient
        )
        second_moment_buffer[parameter_index] = (
            second_moment_decay * second_moment_buffer[parameter_index]
            + (1 - second_moment_decay) * parameter.gradient**2
        )
        corrected_first_moment = first_moment_buffer[parameter_index] / (
            1 - first_moment_decay ** (step + 1)
        )
        corrected_second_moment = second_moment_buffer[parameter_index] / (
            1 - second_moment_decay ** (step + 1)
        )
        parameter.data -= (
            current_learning_rate
            * corrected_first_moment
            / (corrected_second_moment**0.5 + adam_epsilon)
        )
        parameter.gradient = 0

    print(f"step {step+1:4d} / {number_of_steps:4d} | loss {loss.data:.4f}")

# Inference: may the model babble back to us
temperature = 0.5  # in (0, 1], control the "creativity" of generated text, low to high
print("\n--- inference ---")
for sample_index in range(20):
    keys, values = [[] for _ in range(number_of_layers)], [
        [] for _ in range(number_of_layers)
    ]
    token = beginning_of_sequence_token
    sampled_characters = []
    for position in range(block_size):
        logits = gpt(token, position, keys, values)
        probabilities = softmax([logit / temperature for logit in logits])
        token = random.choices(
            range(vocabulary_size),
            weights=[probability.data for probability in probabilities],
        )[0]
        if token == beginning_of_sequence_token:
            break
        sampled_characters.append(unique_characters[token])
    print(f"sample {sample_index+1:2d}: {''.join(sampled_characters)}")
