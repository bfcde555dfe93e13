"""Reading in worker processes: each message within a time and a memory limit, the workers recycled."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as ReadingTimedOut
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from pipeline.errors import WorkersDidNotStart
from pipeline.flow.reading import Reading, ReadingContext, Unread, prepare, read_here
from pipeline.mail.message import RawMessage

ReadOne = Callable[[RawMessage, datetime], Reading | Unread]
AHEAD = 16  # messages handed out before their answers are taken, for each worker


@dataclass(frozen=True, kw_only=True, slots=True)
class ReaderLimits:
    """How many workers, and what one message may cost."""

    workers: int = 2
    seconds_per_message: float = 20
    megabytes_per_worker: int = 2048
    messages_per_worker: int = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What a worker does: how it is prepared, and how it reads one message; both importable by name."""

    prepare: Callable[[ReadingContext, int], None] = prepare
    read: ReadOne = read_here


class Reader:
    """A pool of workers that read messages; use it as a context manager.

    The workers come from a fork server that has imported the parsers and spaCy and loaded the packaged rules once, so
    that a killed or recycled worker is replaced in a fraction of a second. Rules of one's own each worker loads itself.
    """

    def __init__(self, context: ReadingContext, limits: ReaderLimits | None = None, work: Work | None = None) -> None:
        self._limits, self._work = limits or ReaderLimits(), work or Work()
        processes = multiprocessing.get_context("forkserver")
        processes.set_forkserver_preload(["pipeline.flow.reading" if context.rules_folder else "pipeline.flow.warm"])
        self._pool: Any = ProcessPool(
            max_workers=self._limits.workers,
            max_tasks=self._limits.messages_per_worker,
            initializer=self._work.prepare,
            initargs=(context, self._limits.megabytes_per_worker),
            context=processes,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def read(
        self, raws: Iterable[RawMessage], now: datetime, how: ReadOne | None = None
    ) -> Iterator[tuple[RawMessage, Reading | Unread]]:
        """Read messages in their order, at most a few a worker at a time; the first of them are begun at once.

        `how` is another way to read these messages than the pool's usual one.
        """
        tasks = ((raw, self._begun(how or self._work.read, raw, now)) for raw in raws)
        waiting = deque(islice(tasks, AHEAD * self._limits.workers))
        return self._answers(waiting, tasks)

    def _begun(self, how: ReadOne, raw: RawMessage, now: datetime) -> Any:
        return self._pool.schedule(how, args=(raw, now), timeout=self._limits.seconds_per_message)

    def _answers(
        self, waiting: deque[tuple[RawMessage, Any]], tasks: Iterator[tuple[RawMessage, Any]]
    ) -> Iterator[tuple[RawMessage, Reading | Unread]]:
        while waiting:
            raw, task = waiting.popleft()
            answer = self._answer(raw, task)
            waiting.extend(islice(tasks, 1))
            yield answer

    def _answer(self, raw: RawMessage, task: Any) -> tuple[RawMessage, Reading | Unread]:
        try:
            return raw, task.result()
        except ReadingTimedOut:
            return raw, Unread(reason=f"reading it took more than {self._limits.seconds_per_message:g} seconds")
        except BrokenProcessPool as error:
            raise WorkersDidNotStart from error
        except (ProcessExpired, MemoryError):
            return raw, Unread(reason=f"reading it took more than {self._limits.megabytes_per_worker} MB of memory")
        except Exception as error:  # noqa: BLE001 - one message, kept for a person with its bytes; the run goes on
            return raw, Unread(reason=f"the program failed on it: {type(error).__name__}", is_fault=True)
