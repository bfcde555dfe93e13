"""Progress for people: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:  # it is imported where there is a terminal to show a bar on
    from rich.progress import Progress, TaskID

LINES_EVERY = 500  # messages between two plain lines
SECONDS_BETWEEN = 30.0  # two plain lines at most, where the steps are small and slow


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    first: int
    began: float
    last: int
    at: float


class ProgressBar:
    """Shows how far something is, on standard error; use it as a context manager and call it with each step."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._told: dict[str, _Told] = {}

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._bar = _bar()
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
        now = time.monotonic()
        told = self._told.setdefault(name, _Told(first=done, began=now, last=0, at=now))
        soon = done - told.last < LINES_EVERY and now - told.at < SECONDS_BETWEEN
        if done == told.last or (done != total and soon):
            return
        self._told[name] = replace(told, last=done, at=now)
        left = time_left(done - told.first, total - done, now - told.began)
        print(f"{name}: {done} of {total}{left}", file=sys.stderr, flush=True)


def _bar() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def time_left(done: int, left: int, seconds: float) -> str:
    """Say about how long the rest takes at the rate so far, as the end of a line; "" while nobody can tell. Pure."""
    if done <= 0 or left <= 0 or seconds < 1:
        return ""
    rest = left * seconds / done
    if rest < 90:
        return f", about {max(1, round(rest))} seconds left"
    if rest < 5400:
        return f", about {round(rest / 60)} minutes left"
    return f", about {rest / 3600:.1f} hours left"
