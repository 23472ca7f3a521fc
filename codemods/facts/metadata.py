"""LibCST metadata, computed in one place so that its cost can be told apart."""

from __future__ import annotations

import time
from collections.abc import Collection

import libcst as cst
from libcst.metadata import MetadataWrapper
from libcst.metadata.wrapper import _T as Metadata


def wrap(module: cst.Module) -> MetadataWrapper:
    """Metadata for a private copy of `module`: visit `wrap(module).module`.

    The copy matters: a tree that holds one node twice has no usable metadata.
    """
    return MetadataWrapper(module)
