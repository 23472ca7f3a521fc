"""Write the review page: one file that needs nothing else.

Its parts stand in the folder `page`.  The browser is told to run only the one script
and the one style that the page came with, by their hashes, and to load nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from codemods.review.embed_series import embed_series
from codemods.review.read_series import Commit, Series
from codemods.review.visible import visible

PARTS = Path(__file__).parent / "page"
SCRIPTS = ("carried.js", "compare.js", "show_code.js", "notes.js", "page.js")
STYLES = ("page.css", "code.css", "pictures.css")
VIEWS = (
    ("plan", "Plan"),
    ("pictures", "Pictures"),
    ("data", "Data"),
    ("notes", "Notes"),
)
KEYS = (
    ("j", "next step"),
    ("k", "previous step"),
    ("n", "next hunk"),
    ("p", "previous hunk"),
    ("/", "find in steps and changes"),
    ("?", "these keys"),
)


def write_page(series: Series, pictures: Sequence[Markup], data_map: Markup) -> str:
    """The page as HTML, with pictures that were drawn of the same series."""
    environment = Environment(
        loader=FileSystemLoader(PARTS),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _prose
    script, style = _joined(SCRIPTS), _joined(STYLES)
    return environment.get_template("page.html.j2").render(
        title=f"Review of {series.original.name}",
        policy=_policy(script, style),
        style=Markup(style),
        script=Markup(script),
        data=Markup(_as_json(embed_series(series))),
        series=series,
        main=series.main_verification,
        lead=_lead(series),
        tiles=list(_tiles(series)),
        measured_on=_measured_on(series),
        sanity=lambda commit: _sanity(commit, series.main_verification),
        views=VIEWS,
        keys=KEYS,
        pictures=pictures,
        data_map=data_map,
    )


def _shown(value: object) -> object:
    """What a template writes: text without characters that act on the screen."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return "\n".join(map(visible, value.split("\n")))
    return value


def _prose(text: str) -> Markup:
    """Prose in which what stands between backquotes is code."""
    pieces = re.split(r"`([^`]+)`", str(_shown(text)))
    code = [f"<code>{escape(piece)}</code>" for piece in pieces[1::2]]
    plain = [str(escape(piece)) for piece in pieces[::2]]
    return Markup("".join(chain(*zip_longest(plain, code, fillvalue=""))))


def _joined(names: Sequence[str]) -> str:
    """Files as one text, which stands in the page as it is."""
    text = "\n".join((PARTS / name).read_text(encoding="utf-8") for name in names)
    assert "</" not in text, "it would end the element that it stands in"
    return text


def _policy(script: str, style: str) -> str:
    sources = [
        f"{kind}-src '{_hash(text)}'"
        for kind, text in (("script", script), ("style", style))
    ]
    return "; ".join(
        [
            "default-src 'none'",
            *sources,
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _as_json(data: dict[str, Any]) -> str:
    """JSON that no script in it can end: without the sign that begins a tag."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _lead(series: Series) -> str:
    first, last = series.original, series.scripts[-1]
    return (
        f"Every step is one codemod and one commit. The original has "
        f"{first.number_of_lines:,} lines and {first.functions} functions, the last "
        f"snapshot {last.number_of_lines:,} and {last.functions}."
    )


def _tiles(series: Series) -> list[tuple[str, str]]:
    commits = series.commits
    tiles = []
    counted = [commit.findings for commit in commits if commit.findings]
    if counted:
        first, last = counted[0][0], counted[-1][1]
        tiles.append((f"{first} → {last}", "findings of the rules"))
    key = series.main_verification
    if key is not None:
        seen = [commit.figures[key] for commit in commits if key in commit.figures]
        exact = sum(figures.level == "exact" for figures in seen)
        verified = f"{len(seen)} of {len(commits)}"
        tiles.append((verified, "snapshots verified in full as they are now"))
        tiles.append((f"{exact} of {len(seen)}", "of those exact to 17 digits"))
    if series.main_benchmark is not None:
        speed = commits[-1].speeds.get(series.main_benchmark)
        fast = "not measured" if speed is None else f"{speed.times_as_fast:.1f}"
        tiles.append((fast, "times as fast, the last snapshot"))
    return tiles


def _measured_on(series: Series) -> str:
    key = series.main_verification
    if key is None:
        return "No snapshot has been verified in full as it is now."
    on = series.verifications[key]
    return (
        f"Seconds, memory and levels are from full runs on {on.input_name} with "
        f"{on.interpreter} ({on.machine}), one after the other or two at a time; "
        f"a snapshot that has changed since counts as not measured."
    )


def _sanity(commit: Commit, key: str | None) -> str:
    figures = commit.figures.get(key or "")
    return f"Sanity check: {figures.sanity_check if figures else 'not measured.'}"
