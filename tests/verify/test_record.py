"""References are recorded only of what prints the same twice, and found by content."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codemods.ledger import sha256_of
from codemods.refusal import Refusal
from codemods.verify.compare_floats import NUMBER
from codemods.verify.interpreter import find_interpreter
from codemods.verify.limits import Limits
from codemods.verify.observe import Job
from codemods.verify.record import record
from codemods.verify.reference import RECORDED, find_reference

ORIGINAL = Path(__file__).parents[2] / "original"
SHARED = Path(__file__).parents[3] / "shared" / "data"
SCRIPT = "print(f\"{len(open('input.txt').read()) / 3:.2f}\")\n"


def record_text(script: str, folder: Path) -> Path:
    data = folder / "words.txt"
    data.write_text("four")
    job = Job("script.py", script, data, find_interpreter(), Limits(seconds=20))
    with ThreadPoolExecutor(2) as executor:
        return record(job, folder / "expected", executor)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        pytest.param("print(1)\nraise SystemExit(4)\n", "exit status 4: ", id="fails"),
        pytest.param("print(hash('a') % 1000)\n", None, id="depends on the hash seed"),
        pytest.param(
            "print(f'{1 + id(object()) * 1e-25:.4f}', f'{id(object()) * 1e-15:.1f}')\n",
            None,
            id="depends on addresses, in the 17th digit",
        ),
        pytest.param(
            "import sys, os\nprint(os.getpid(), file=sys.stderr)\n",
            None,
            id="standard error",
        ),
    ],
)
def test_what_cannot_be_a_reference_is_refused(tmp_path, script, found):
    with pytest.raises(Refusal) as refused:
        record_text(script, tmp_path)
    if found is None:
        assert refused.value.expected == "a script that prints the same twice"
    else:
        assert refused.value.found == found
    assert not (tmp_path / "expected").exists()


def test_a_recording_is_found_by_the_content_of_script_and_input(tmp_path):
    path = record_text(SCRIPT, tmp_path)
    folder = path.parent
    assert sorted(file.name for file in folder.iterdir()) == [
        "words.exact.txt",
        "words.json",
        "words.printed.txt",
    ]
    assert (folder / "words.printed.txt").read_text() == "1.33\n"
    assert (folder / "words.exact.txt").read_text() == "1.3333333333333333\n"
    reference = find_reference([tmp_path, folder], SCRIPT.encode(), b"four")
    assert reference.expected.stdout == b"1.33\n"
    assert reference.widened == "1.3333333333333333\n"
    assert reference.floats == 1
    assert find_reference([folder], SCRIPT.encode(), b"five") is None
    assert find_reference([folder], SCRIPT.encode() + b"\n", b"four") is None


def test_the_original_is_judged_by_what_was_recorded(tmp_path, verify_texts):
    folder = record_text(SCRIPT, tmp_path).parent
    data, printed = tmp_path / "words.txt", folder / "words.printed.txt"
    arguments = {"input_file": data, "recorded_in": (folder,)}
    assert [row.seen() for row in verify_texts(SCRIPT, SCRIPT, **arguments)] == [
        "exact",
        "exact",
    ]
    printed.write_text("1.34\n")
    rows = verify_texts(SCRIPT, SCRIPT, **arguments)
    assert [row.seen() for row in rows] == ["differs", "differs"]


@pytest.mark.parametrize("name", ["input", "names"])
def test_the_references_beside_the_original_are_of_it(name):
    provenance = json.loads((RECORDED / f"{name}.json").read_text())
    script = (ORIGINAL / "microgpt.py").read_bytes()
    assert provenance["script_sha256"] == sha256_of(script)
    printed = (RECORDED / f"{name}.printed.txt").read_text()
    exact = (RECORDED / f"{name}.exact.txt").read_text()
    pairs = zip(NUMBER.findall(printed), NUMBER.findall(exact), strict=True)
    widened = [(short, full) for short, full in pairs if short != full]
    assert len(widened) == provenance["floats"] == 500
    assert all(f"{float(full):.4f}" == short for short, full in widened)


def test_the_reference_for_the_embedded_input_is_of_that_input():
    provenance = json.loads((RECORDED / "input.json").read_text())
    data = (ORIGINAL / "input.txt").read_bytes()
    assert provenance["input_sha256"] == sha256_of(data)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("names.printed.txt", "names.expected.txt", id="printed"),
        pytest.param("names.exact.txt", "names.expected.exact.txt", id="exact"),
    ],
)
def test_the_reference_for_names_is_the_one_that_was_given(ours, theirs):
    if not SHARED.is_dir():
        pytest.skip("the data set is not at hand")
    assert (RECORDED / ours).read_bytes() == (SHARED / theirs).read_bytes()
