"""The ways to watch a verification: on a terminal, in a log, or as JSON at the end."""

from __future__ import annotations

from abc import ABC, abstractmethod

import click
from rich.console import Console

from codemods.verify.make_runs import Listener
from codemods.verify.row import Row
from codemods.verify.show_progress import ProgressBar
from codemods.verify.show_results import as_details, as_json, as_line, as_table, summary
from codemods.verify.verify import Settings


class View(ABC):
    """Takes the rows as they come, and shows them when all is done."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.listener = Listener()

    def __enter__(self) -> View:
        return self

    def __exit__(self, *error: object) -> None:
        return

    def add(self, row: Row) -> None:
        """Take the next row."""
        self.rows.append(row)

    @abstractmethod
    def show(self, settings: Settings) -> None:
        """Show what was found."""


class TerminalView(View):
    """A progress bar, then a table."""

    def __init__(self, console: Console, jobs: int, title: str) -> None:
        super().__init__()
        self.console = console
        self.title = title
        self.listener = self.progress = ProgressBar(jobs, console)

    def __enter__(self) -> View:
        self.progress.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.progress.bar.stop()

    def show(self, settings: Settings) -> None:
        self.console.print(as_table(self.rows, self.title, self.console.width))
        for line in [*as_details(self.rows), summary(self.rows)]:
            self.console.print(line, markup=False, highlight=False)


class LogView(View):
    """A line for each script, as soon as it has been judged."""

    def __init__(self, title: str) -> None:
        super().__init__()
        click.echo(title)

    def add(self, row: Row) -> None:
        super().add(row)
        click.echo(as_line(row))

    def show(self, settings: Settings) -> None:
        for line in [*as_details(self.rows), summary(self.rows)]:
            click.echo(line)


class JsonView(View):
    """One object, at the end."""

    def show(self, settings: Settings) -> None:
        click.echo(as_json(self.rows, settings))


def open_view(form: str, jobs: int, title: str) -> View:
    """The view that was asked for, or that suits where the output goes."""
    if form == "json":
        return JsonView()
    console = Console()
    return TerminalView(console, jobs, title) if console.is_terminal else LogView(title)
