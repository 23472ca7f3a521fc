"""Extract the sampling of a document into a function

Move the body of the sampling loop into `generate_sample`, which receives parameters and
vocabulary and returns the sampled characters, so that the module level is a sequence of
calls.

    for sample_index in range(20):
        characters = []
        while len(characters) < block_size:
            characters.append(predict(characters, weights))
        print("".join(characters))
    =>
    def generate_sample(weights):
        characters = []
        while len(characters) < block_size:
            characters.append(predict(characters, weights))
        return characters

    for sample_index in range(20):
        characters = generate_sample(weights)
        print("".join(characters))
"""

from __future__ import annotations

import libcst as cst

from codemods.facts.training_script import TrainingScript, find_in_training
from codemods.step import Step
from codemods.transforms.extract_function import extract_function


class ExtractSampling(Step):
    def apply(self, module: cst.Module) -> cst.Module:
        region = find_in_training(TrainingScript.sampling)
        return extract_function(module, region, "generate_sample")
