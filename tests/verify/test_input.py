"""The data sets are the ones they are said to be."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path

import pytest

ORIGINAL = Path(__file__).parents[2] / "original"
FETCH = runpy.run_path(str(ORIGINAL / "fetch_names.py"))


def test_the_embedded_input_is_made_from_its_package():
    make_input = runpy.run_path(str(ORIGINAL / "make_input.py"))["make_input"]
    committed = (ORIGINAL / "input.txt").read_bytes()
    assert make_input().encode() == committed
    assert committed.count(b"\n") == 5163


def test_the_address_of_names_is_the_one_in_the_script():
    script = (ORIGINAL / "microgpt.py").read_text()
    assert f"names_url = '{FETCH['names_url']()}'" in script


def test_data_with_another_hash_is_not_taken(tmp_path):
    file = tmp_path / "names.txt"
    file.write_bytes(b"emma\n")
    with pytest.raises(ValueError, match="expected SHA-256 0a30b555"):
        FETCH["fetch_names"](file.as_uri())


def test_data_with_the_hash_is_taken(tmp_path, monkeypatch):
    file = tmp_path / "names.txt"
    file.write_bytes(b"emma\n")
    fetch = FETCH["fetch_names"]
    digest = hashlib.sha256(b"emma\n").hexdigest()
    monkeypatch.setitem(fetch.__globals__, "SHA256", digest)
    assert fetch(file.as_uri()) == b"emma\n"
