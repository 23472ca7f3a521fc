"""Extract the training step into functions

Move the loss of a document and the Adam update of the parameters into
`compute_document_loss` and `update_parameters`, which receive parameters, moments and
step as arguments.

    for step in range(steps):
        tokens = encode_document(documents[step])
        logits = predict(tokens, weights)
        loss = measure(logits)
        loss.backward()
        for weight in weights:
            weight.data -= rate * weight.gradient
            weight.gradient = 0
    =>
    def compute_document_loss(tokens, weights):
        logits = predict(tokens, weights)
        loss = measure(logits)
        return loss

    def update_parameters(weights):
        for weight in weights:
            weight.data -= rate * weight.gradient
            weight.gradient = 0

    for step in range(steps):
        tokens = encode_document(documents[step])
        loss = compute_document_loss(tokens, weights)
        loss.backward()
        update_parameters(weights)
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.training_script import TrainingScript, find_in_training
from codemods.step import Step
from codemods.transforms.extract_function import extract_functions


class ExtractTraining(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        parts = {
            "compute_document_loss": TrainingScript.document_loss,
            "update_parameters": TrainingScript.update,
        }
        regions = {name: find_in_training(part) for name, part in parts.items()}
        return extract_functions(module, regions)
