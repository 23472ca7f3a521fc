"""The command `review`."""

from __future__ import annotations

from pathlib import Path

import click

from codemods.memory import Memory
from codemods.plan import PHASES
from codemods.review.draw_data_map import draw_data_map
from codemods.review.draw_pictures import draw_pictures
from codemods.review.page import write_page
from codemods.review.read_series import PROJECT, read_series
from codemods.review.serve import serve
from codemods.step import find_input

PATH = click.Path(path_type=Path)


@click.command("review")
@click.option("--original", type=PATH, default=PROJECT / "original" / "microgpt.py")
@click.option("--output", "folder", type=PATH, default=PROJECT / "generated")
@click.option("--to", "file", type=PATH, default=PROJECT / "review.html")
@click.option("--serve", "is_served", is_flag=True, help="Open it in the browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=0)
def review_command(
    original: Path, folder: Path, file: Path, is_served: bool, port: int
) -> None:
    """Write a page on which the series of snapshots can be reviewed.

    The page is one file and needs no network.  With --serve it is opened at an address
    of this computer, on a free port or the given one, until the command is ended.
    """
    series = read_series(PHASES, original, folder)
    data_map = draw_data_map(series, find_input(original), Memory())
    page = write_page(series, draw_pictures(series), data_map).encode()
    file.write_bytes(page)
    click.echo(f"{file}: {len(page) / 1024:.0f} kB")
    if is_served:
        serve(page, port)
