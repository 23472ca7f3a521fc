"""LibCST metadata, computed in one place so that its cost can be told apart."""

from __future__ import annotations

import libcst as cst
from libcst.metadata import MetadataWrapper


def wrap(module: cst.Module) -> MetadataWrapper:
    """Metadata for a private copy of `module`: visit `wrap(module).module`.

    The copy matters: a tree that holds one node twice has no usable metadata.
    """
    return MetadataWrapper(module)
