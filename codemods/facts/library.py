"""Which names of the standard library are functions or classes, and which are data."""

from __future__ import annotations

import bisect
import builtins
import collections
import copy
import functools
import heapq
import itertools
import json
import math
import operator
import os
import random
import re
import statistics
import string
import sys
import time

MODULES = {
    module.__name__: module
    for module in (
        *(bisect, builtins, collections, copy, functools, heapq, itertools, json),
        *(math, operator, os, random, re, statistics, string, sys, time),
    )
}


def find_in_library(full_name: str) -> object:
    """What such as `math.exp` is; None if it is not in `MODULES`."""
    module, _, path = full_name.partition(".")
    found: object = MODULES.get(module)
    for name in path.split(".") if path else ():
        found = getattr(found, name, None)
    return found


def is_function(full_name: str) -> bool:
    """Whether such as `math.exp` or `builtins.len` can be called; exceptions are data.

    Of modules that are not in `MODULES` nothing is known.
    """
    found = find_in_library(full_name)
    is_exception = isinstance(found, type) and issubclass(found, BaseException)
    return callable(found) and not is_exception


def attributes_in(module: str, *, itself: bool) -> set[str]:
    """What the objects of the public classes of a module in `MODULES` have.

    Also what the module has `itself`, if it may stand where such an object would.
    """
    members = vars(MODULES[module]) if module in MODULES else {}
    public = {name: kind for name, kind in members.items() if not name.startswith("_")}
    kinds = [kind for kind in public.values() if isinstance(kind, type)]
    own = set(public) if itself else set()
    return own | {name for kind in kinds for name in dir(kind)}
