"""Results remembered by the content they were made from."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".cache"


def key_of(*parts: bytes | str) -> str:
    """A name for a result: the hash of everything that it depends on, in order."""
    digest = hashlib.sha256()
    for part in parts:
        data = (
            part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        )
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


class Memory:
    """A folder of results, each in a file that starts with the hash of the rest.

    It can be deleted at any time: what is missing, unreadable or damaged is simply
    not remembered.  Several processes may use it at once.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        """What was put under `key`, or None."""
        try:
            stored = self._path(key).read_bytes()
        except OSError:
            return None
        digest, _, data = stored.partition(b"\n")
        return data if digest == _digest(data) else None

    def put(self, key: str, data: bytes) -> None:
        """Remember `data`, in place of what was there."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, _digest(data) + b"\n" + data)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
