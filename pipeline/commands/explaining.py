"""What the page asks of the rules: explain a text or an .eml, and read a set-aside message again."""

import threading
from types import TracebackType
from typing import Self

from pipeline.commands.opening import clock
from pipeline.commands.readers import reader_limits
from pipeline.config import Settings
from pipeline.flow.ingest import verdict_record, zone_records
from pipeline.flow.reader import Reader
from pipeline.flow.reading import ReadingContext, Unread
from pipeline.flow.retry import retry_one
from pipeline.mail.message import Origin, RawMessage
from review.callables import Explained, Retried
from storage.engine import Store
from storage.setaside import set_aside_one


class Explainer:
    """Reads for the page, in worker processes that are started when the page first asks."""

    def __init__(self, context: ReadingContext, store: Store, settings: Settings) -> None:
        self._context, self._store, self._settings = context, store, settings
        self._lock = threading.Lock()
        self._reader: Reader | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader is not None:
            self._reader.__exit__(kind, error, trace)

    def explain(self, content: bytes) -> Explained:
        """Say what today's rules make of an .eml."""
        raw = RawMessage(origin=Origin.ARCHIVE, account="", folder="page", uidvalidity=0, uid=1, raw=content)
        with self._lock:
            _, outcome = next(self._reading().read([raw], clock()))
        if isinstance(outcome, Unread):
            return Explained(error=outcome.reason)
        return Explained(
            subject=outcome.parsed.subject,
            sender=outcome.parsed.sender.address,
            zones=zone_records(outcome.text.zones),
            verdict=verdict_record(outcome.verdict),
        )

    def retry(self, set_aside_id: int) -> Retried:
        """Read a set-aside message again."""
        item = set_aside_one(self._store, set_aside_id)
        with self._lock:
            retry_one(self._store, self._reading(), item, clock())
        again = set_aside_one(self._store, set_aside_id)
        return Retried(message_id=again.released_as, error="" if again.released_as else again.error)

    def _reading(self) -> Reader:
        if self._reader is None:
            self._reader = Reader(self._context, reader_limits(self._settings))
        return self._reader
