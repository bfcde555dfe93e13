"""Archives filed: their messages read and stored in batches; what is held already is passed over."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from pipeline.flow.filing import outcomes
from pipeline.flow.ingest import not_retrieved, record_of
from pipeline.flow.reader import Reader
from pipeline.mail.identity import mail_sha256
from pipeline.mail.mailbox import Fetched, NotRetrieved
from pipeline.mail.message import RawMessage
from storage.engine import Store
from storage.known import held_mails
from storage.messages import save_batch
from storage.records import NewMessage, NewSetAside, RunCounts

BATCH_MESSAGES = 100
BATCH_BYTES = 20_000_000


class Import:
    """An import; `counts` tells at any time what it has done. It can be stopped and begun again at any point.

    A mail that is stored or set aside already is known by its digest before it is read (RFC 822 bytes with CRLF), so
    that a second import of the same archive costs little, and one that was interrupted goes on where it ended.
    """

    def __init__(self, store: Store, reader: Reader, clock: Callable[[], datetime], stop: threading.Event) -> None:
        self._store, self._reader, self._clock, self._stop = store, reader, clock, stop
        self.counts = RunCounts()
        self.seen = 0

    def run(self, messages: Iterable[Fetched], told: Callable[[int], None]) -> None:
        """File the messages; `told` hears how many were seen."""
        for batch in _batches(iter(messages)):
            if self._stop.is_set():
                return
            self._batch(batch)
            told(self.seen)

    def _batch(self, batch: Sequence[Fetched]) -> None:
        now = self._clock()
        raws = {mail_sha256(item): item for item in batch if isinstance(item, RawMessage)}
        held = held_mails(self._store, raws)
        fresh = [raw for digest, raw in raws.items() if digest not in held]
        items: list[NewMessage | NewSetAside] = [
            record_of(raw, outcome, now) for raw, outcome in self._reader.read(fresh, now)
        ]
        items += [not_retrieved(item, now) for item in batch if isinstance(item, NotRetrieved)]
        saved = outcomes(save_batch(self._store, items, None, now=now))
        twice = len(batch) - len(items)
        self._count(listed=len(batch), fetched=len(items), duplicates=twice + saved.pop("duplicates"), **saved)
        self.seen += len(batch)

    def _count(self, **more: int) -> None:
        self.counts = replace(self.counts, **{name: getattr(self.counts, name) + n for name, n in more.items()})


def _batches(messages: Iterator[Fetched]) -> Iterator[list[Fetched]]:
    while batch := list(_bounded(messages)):
        yield batch


def _bounded(messages: Iterator[Fetched]) -> Iterator[Fetched]:
    size = 0
    for message in islice(messages, BATCH_MESSAGES):
        yield message
        size += len(message.raw)
        if size >= BATCH_BYTES:
            return
