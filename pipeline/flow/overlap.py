"""Batches of a folder filed in a row, overlapping: while one is kept, the next are read and more are fetched.

They are kept in their order, each only after the one before it is committed, so that the cursor never passes a message
that is not stored.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Self

from pipeline.flow.filing import Begun, begin_batch, keep_batch, read_batch
from pipeline.flow.plan import Batch
from pipeline.flow.reader import Reader
from pipeline.mail.errors import MailboxError
from pipeline.mail.mailbox import FolderStatus, Mailbox
from storage.engine import Store

AHEAD = 4  # batches fetched, being read or read, beside the one that is being kept
AHEAD_BYTES = 40_000_000  # of them together; one is always let in


class Filing:
    """Files the batches given to `add`; use it as a context manager, which ends when all of them are kept.

    The cursor `moves` with each batch, or not at all. `kept` hears of each batch when it is committed, in this thread.
    When the mailbox fails, what was fetched before is still kept, up to the first batch that cannot be accounted for
    without it; when the database fails, nothing after it is. Once `stop` is set, one batch more is kept at most; the
    others are left to the next poll.
    """

    def __init__(
        self,
        store: Store,
        reader: Reader,
        mailbox: Mailbox,
        status: FolderStatus,
        *,
        moves: bool,
        max_tries: int,
        kept: Callable[[Batch, dict[str, int]], None],
        stop: threading.Event,
    ) -> None:
        self._store, self._reader, self._mailbox, self._status = store, reader, mailbox, status
        self._moves, self._max_tries, self._kept, self._stop = moves, max_tries, kept, stop
        self._keeper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keep")
        self._begun = deque[Begun]()
        self._keeping: tuple[Batch, Future[dict[str, int]]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._keeper:
            try:
                if kind is None or issubclass(kind, MailboxError):
                    while self._begun and not (self._stop.is_set() and self._keeping):
                        self._read_on()
            finally:
                self._settle()

    def add(self, batch: Batch, now: datetime) -> None:
        """Fetch a batch, and go on with those before it where enough lies ready to keep the workers busy."""
        self._begun.append(begin_batch(self._reader, self._mailbox, self._status, batch, now))
        while len(self._begun) > AHEAD or (
            len(self._begun) > 1 and sum(one.octets for one in self._begun) > AHEAD_BYTES
        ):
            self._read_on()

    def _read_on(self) -> None:
        """Wait until the oldest batch is read, and hand it over to be kept.

        What came after it waits aside: where the oldest fails it is forgotten, since its cursors lie beyond the oldest.
        """
        later, self._begun = self._begun, deque()
        begun = later.popleft()
        ready = read_batch(self._mailbox, begun)
        self._settle()
        cursor = begun.batch.cursor if self._moves else None
        keeping = self._keeper.submit(keep_batch, self._store, ready, cursor, self._max_tries)
        self._keeping = (begun.batch, keeping)
        self._begun = later

    def _settle(self) -> None:
        """Wait until what is being kept is committed; what went wrong there is raised here."""
        keeping, self._keeping = self._keeping, None
        if keeping is not None:
            self._kept(keeping[0], keeping[1].result())
