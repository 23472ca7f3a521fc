"""What is remembered comes back, and what is damaged does not."""

from __future__ import annotations

import pytest

from codemods.memory import Memory, key_of


def test_nothing_is_remembered_at_first(tmp_path):
    assert Memory(tmp_path / "none").get(key_of("a")) is None


def test_what_is_put_is_there_and_can_be_replaced(tmp_path):
    memory, key = Memory(tmp_path / "new"), key_of("a")
    memory.put(key, b"one\ntwo")
    assert Memory(tmp_path / "new").get(key) == b"one\ntwo"
    memory.put(key, b"")
    assert memory.get(key) == b""
    assert memory.get(key_of("b")) is None


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-1], id="cut short"),
        pytest.param(lambda data: data[:-1] + b"X", id="changed"),
        pytest.param(lambda data: b"", id="empty"),
    ],
)
def test_what_is_damaged_is_not_remembered(tmp_path, damage):
    memory, key = Memory(tmp_path), key_of("a")
    memory.put(key, b"something")
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(damage(file.read_bytes()))
    assert memory.get(key) is None


def test_a_key_tells_its_parts_apart():
    keys = [key_of("ab", "c"), key_of("a", "bc"), key_of("abc"), key_of("abc", "")]
    assert len(set(keys)) == 4
    assert key_of("é", b"x") == key_of("é".encode(), "x")
