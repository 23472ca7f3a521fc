"""Extract the set-up into functions

Move loading, tokenizing and parameter initialization from the module level into
functions that receive their inputs and return their outputs, with live-out bindings as
results.

    documents = open("input.txt").read().split()
    random.shuffle(documents)
    print(len(documents))
    =>
    def load_documents():
        documents = open("input.txt").read().split()
        random.shuffle(documents)
        return documents

    documents = load_documents()
    print(len(documents))
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.training_script import TrainingScript, find_in_training
from codemods.step import Step
from codemods.transforms.extract_function import extract_functions


class ExtractSetup(Step):
    raises = {
        "separate-data-and-functions": "the calls of the new functions stand between "
        "them, until the file is put in order",
    }

    def apply(self, module: cst.Module) -> cst.Module:
        parts = {
            "load_documents": TrainingScript.loading,
            "build_vocabulary": TrainingScript.vocabulary,
            "initialize_parameters": TrainingScript.parameters,
            "encode_document": TrainingScript.encoding,
        }
        regions = {name: find_in_training(part) for name, part in parts.items()}
        return extract_functions(module, regions)
