"""Progress for people: a bar on a terminal, plain lines elsewhere."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

LINES_EVERY = 500  # messages between two plain lines


class ProgressBar:
    """Shows how far something is, on standard error; use it as a context manager and call it with each step."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._told: dict[str, int] = {}

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True))
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, name: str, done: int, total: int) -> None:
        """Show that `done` of `total` of the named thing are done."""
        if self._bar is None:
            self._line(name, done, total)
            return
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(name, total=total)
        self._bar.update(self._tasks[name], completed=done, total=total)

    def _line(self, name: str, done: int, total: int) -> None:
        if done == total or done - self._told.get(name, 0) >= LINES_EVERY:
            self._told[name] = done
            print(f"{name}: {done} of {total}", file=sys.stderr, flush=True)
