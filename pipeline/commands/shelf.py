"""Readers that are made once and lent to many jobs; a new one when the rules have changed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from classifiers.errors import RulesUnreadable
from pipeline.flow.reader import Reader


@dataclass(slots=True)
class _Copy:
    version: str
    reader: Reader
    lent: int = 0


class ReaderShelf:
    """Lends a reader to one thread or several; use it as a context manager.

    `version` says which rules count now: once they are others, a new reader is lent out, and the old one ends when its
    last borrower has given it back. So does one with which something went wrong: its processes may be to blame, but not
    where one mailbox has no rules that can be used.
    """

    def __init__(self, make: Callable[[], Reader], version: Callable[[], str]) -> None:
        self._make, self._version = make, version
        self._lock = threading.Lock()
        self._copy: _Copy | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            copy, self._copy = self._copy, None
        if copy is not None:
            copy.reader.__exit__(kind, error, trace)

    @contextmanager
    def lent(self) -> Iterator[Reader]:
        """Lend the reader of today's rules."""
        copy = self._taken()
        try:
            yield copy.reader
        except RulesUnreadable:
            raise
        except BaseException:
            with self._lock:
                self._copy = None if self._copy is copy else self._copy
            raise
        finally:
            self._given_back(copy)

    def _taken(self) -> _Copy:
        version = self._version()
        with self._lock:
            before = self._copy
            if before is None or before.version != version:
                self._copy = _Copy(version, self._make().__enter__())
            assert self._copy is not None
            self._copy.lent += 1
            copy = self._copy
            unused = before is not None and before is not copy and not before.lent
        if before is not None and unused:
            _ended(before)
        return copy

    def _given_back(self, copy: _Copy) -> None:
        with self._lock:
            copy.lent -= 1
            old = copy is not self._copy and not copy.lent
        if old:
            _ended(copy)


def _ended(copy: _Copy) -> None:
    copy.reader.__exit__(None, None, None)
