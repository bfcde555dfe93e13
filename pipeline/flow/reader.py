"""Reading in worker processes: each message within a time and a memory limit, the workers recycled."""

import gc
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as ReadingTimedOut
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import forkserver
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from classifiers.errors import RuleError
from classifiers.verdict import Verdict
from pipeline.errors import ReadingStopped, WorkersDidNotStart, WorkersEnded
from pipeline.flow.pipes import WidePipes
from pipeline.flow.preloads import preloads
from pipeline.flow.readings import Reading, ReadingContext, Unread
from pipeline.flow.worker import judge_here, prepare, read_here
from pipeline.mail.message import RawMessage

ReadOne = Callable[[RawMessage, datetime], Reading | Unread]
JudgeOne = Callable[[RawMessage, datetime], Verdict | Unread]
Answer = tuple[RawMessage, Reading | Unread]
TOGETHER = 8  # messages handed out in one task: handing a task out costs as much as a short message
TOGETHER_BYTES = 400_000
COLLECTED_AFTER = (20_000, 20, 20)  # objects: each message brings hundreds, and hardly any of them in rings
_FORK_SERVER_ENDED = 255  # what multiprocessing says of a process whose end the fork server cannot tell any more
_ENDED_FROM_OUTSIDE = (signal.SIGTERM, -signal.SIGTERM, -signal.SIGHUP, _FORK_SERVER_ENDED)  # pebble exits with 15
_LOOK_AGAIN = 1.0  # seconds of waiting for a task, between looks whether the pool lives
AHEAD = 8  # tasks handed out before their answers are taken, for each worker


@dataclass(frozen=True, kw_only=True, slots=True)
class ReaderLimits:
    """How many workers, and what one message may cost."""

    workers: int = 2
    seconds_per_message: float = 20
    megabytes_per_worker: int = 2048
    messages_per_worker: int = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What a worker does: how it is prepared, reads one message, and judges one; all importable by name."""

    prepare: Callable[[ReadingContext, int], None] = prepare
    read: ReadOne = read_here
    judge: JudgeOne = judge_here


class Reader:
    """A pool of workers that read messages; use it as a context manager.

    The workers come from a fork server that has imported the parsers and loaded the packaged rules once, so
    that a killed or recycled worker is replaced in a fraction of a second. Rules of one's own each worker loads itself.
    `refuse` raises for an account whose mail nobody can read, as it has no rules that can be used; `behind` are the
    mistakes for which earlier rules are used in place of those of today.
    """

    def __init__(
        self,
        context: ReadingContext,
        limits: ReaderLimits | None = None,
        work: Work | None = None,
        refuse: Callable[[str], None] | None = None,
        behind: tuple[RuleError, ...] = (),
    ) -> None:
        self._limits, self._work, self._refuse = limits or ReaderLimits(), work or Work(), refuse
        self.behind = behind
        self._collected_before = gc.get_threshold()
        self._has_answered = False
        self._together = min(TOGETHER, self._limits.messages_per_worker)
        processes = WidePipes()
        processes.set_forkserver_preload(preloads(own_rules=context.rules_folder is not None))
        self._pool: Any = ProcessPool(
            max_workers=self._limits.workers,
            max_tasks=self._limits.messages_per_worker // self._together,
            initializer=self._work.prepare,
            initargs=(context, self._limits.megabytes_per_worker),
            context=processes,
        )

    def __enter__(self) -> Self:
        self._collected_before = gc.get_threshold()
        gc.set_threshold(*COLLECTED_AFTER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.set_threshold(*self._collected_before)
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def load_ahead(self) -> None:
        """Have the fork server load parsers and rules while the caller looks what is to be read."""
        forkserver.ensure_running()

    def admit(self, account: str) -> None:
        """Raise why mail of an account cannot be read at all; what is read is asked of as well."""
        if self._refuse is not None:
            self._refuse(account)

    def read(self, raws: Iterable[RawMessage], now: datetime, how: ReadOne | None = None) -> Iterator[Answer]:
        """Read messages in their order, at most a few a worker at a time; the first of them are begun at once.

        Several make one task; where that fails in any way they are read one by one, so that a bad one costs itself
        alone. `how` is another way to read these messages than the pool's usual one.
        """
        return self._done(raws, now, how or self._work.read)

    def judge(self, raws: Iterable[RawMessage], now: datetime) -> Iterator[tuple[RawMessage, Verdict | Unread]]:
        """Say what the rules say of messages, as `read` reads them: nothing else of them travels back."""
        return self._done(raws, now, self._work.judge)

    def _done(
        self, raws: Iterable[RawMessage], now: datetime, do: Callable[[RawMessage, datetime], Any]
    ) -> Iterator[tuple[RawMessage, Any]]:
        tasks = (
            (some, self._begun(_all_done, do, some, now)) for some in _in_tasks(self._admitted(raws), self._together)
        )
        waiting = deque(islice(tasks, AHEAD * self._limits.workers))
        return self._answers(waiting, tasks, do, now)

    def _admitted(self, raws: Iterable[RawMessage]) -> Iterator[RawMessage]:
        for raw in raws:
            self.admit(raw.account)
            yield raw

    def _begun(self, *words: Any) -> Any:
        try:
            return self._pool.schedule(words[0], args=words[1:], timeout=self._limits.seconds_per_message)
        except BrokenProcessPool as error:
            raise self._broken() from error
        except RuntimeError as error:  # pebble, of a pool that has ended
            raise WorkersEnded from error

    def _answers(
        self,
        waiting: deque[tuple[list[RawMessage], Any]],
        tasks: Iterator[tuple[list[RawMessage], Any]],
        do: Callable[[RawMessage, datetime], Any],
        now: datetime,
    ) -> Iterator[tuple[RawMessage, Any]]:
        while waiting:
            raws, task = waiting.popleft()
            outcomes = self._outcomes(raws, task, do, now)
            waiting.extend(islice(tasks, 1))
            yield from zip(raws, outcomes, strict=True)

    def _outcomes(
        self, raws: list[RawMessage], task: Any, do: Callable[[RawMessage, datetime], Any], now: datetime
    ) -> list[Any]:
        """Take the answers of a task; where it failed, those of its messages one by one."""
        if len(raws) == 1:
            return [self._outcome(lambda: self._result(task)[0])]
        try:
            outcomes: list[Any] = self._result(task)
        except BrokenProcessPool as error:
            raise self._broken() from error
        except CancelledError as error:
            raise WorkersEnded from error
        except Exception:  # noqa: BLE001 - whichever it was, each message is told its own below
            return [self._outcome(partial(self._result, self._begun(do, raw, now))) for raw in raws]
        self._has_answered = True
        return outcomes

    def _result(self, task: Any) -> Any:
        """Wait for a task. The pool forgets one that it is given as it breaks: nothing would ever come of it."""
        while True:
            try:
                return task.result(timeout=_LOOK_AGAIN)
            except ReadingTimedOut:  # waiting, or the task
                if task.done():
                    return task.result()
                if not self._pool.active:
                    raise BrokenProcessPool("the pool broke as it was given a task") from None

    def _outcome(self, result: Callable[[], Any]) -> Any:
        try:
            outcome = result()
        except ReadingTimedOut:
            return Unread(reason=f"reading it took more than {self._limits.seconds_per_message:g} seconds")
        except BrokenProcessPool as error:
            raise self._broken() from error
        except CancelledError as error:
            raise WorkersEnded from error
        except (ProcessExpired, MemoryError) as error:
            if isinstance(error, ProcessExpired) and error.exitcode in _ENDED_FROM_OUTSIDE:
                raise WorkersEnded from error
            return Unread(reason=f"reading it took more than {self._limits.megabytes_per_worker} MB of memory")
        except Exception as error:  # noqa: BLE001 - one message, kept for a person with its bytes; the run goes on
            return Unread(reason=f"the program failed on it: {type(error).__name__}", is_fault=True)
        self._has_answered = True
        return outcome

    def _broken(self) -> ReadingStopped:
        """Say why no worker begins any more: they never did, or what starts them was ended while they were at work."""
        return WorkersEnded() if self._has_answered else WorkersDidNotStart()


def _all_done(do: Callable[[RawMessage, datetime], Any], raws: Sequence[RawMessage], now: datetime) -> list[Any]:
    """Read, or judge, the messages of a task, in a worker."""
    return [do(raw, now) for raw in raws]


def _in_tasks(raws: Iterable[RawMessage], most: int) -> Iterator[list[RawMessage]]:
    """Put messages together into tasks of bounded count and bytes; a large message is a task of its own."""
    some, size = list[RawMessage](), 0
    for raw in raws:
        if some and (len(some) >= most or size + len(raw.raw) > TOGETHER_BYTES):
            yield some
            some, size = [], 0
        some.append(raw)
        size += len(raw.raw)
    if some:
        yield some
