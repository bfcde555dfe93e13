"""What the page asks of the rules: explain a text or an .eml."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from classifiers.errors import ClassifierError
from classifiers.explaining import Asked, Uncounted, WhyNot
from classifiers.verdict import Dimension, MessageText
from pipeline.commands.lighting import lacking_words
from pipeline.commands.opening import clock
from pipeline.commands.readers import reading_basis, steady_reader
from pipeline.commands.words import sentence_of
from pipeline.config import Settings
from pipeline.errors import ReadingStopped
from pipeline.flow.ingest import verdict_record, zone_records
from pipeline.flow.reader import Reader
from pipeline.flow.reading import Reading, Unread, nearly_here
from pipeline.mail.message import Origin, RawMessage
from review.callables import Explained, MissedTag, NearMiss
from review.why import ZONE_NAMES

MOST_MATCHES = 3  # of one tag


class Explainer:
    """Reads for the page, in worker processes that are started when the page first asks, and anew for other rules."""

    def __init__(self, settings: Settings, house: Path) -> None:
        self._settings, self._house = settings, house
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._basis = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader is not None:
            self._reader.__exit__(kind, error, trace)

    def explain(self, content: bytes, why_not: tuple[str, str] | None = None, mailbox: str = "") -> Explained:
        """Say what today's rules make of an .eml, which tags it just missed, and why one in particular.

        `mailbox` is the account of a mailbox that has rules of its own.
        """
        raw = RawMessage(origin=Origin.ARCHIVE, account=mailbox, folder="page", uidvalidity=0, uid=1, raw=content)
        asked = None if why_not is None else Asked(dimension=Dimension(why_not[0]), value=why_not[1])
        try:
            with self.reader() as reader:
                _, outcome = next(reader.read([raw], clock(), partial(nearly_here, asked)))
        except (ClassifierError, ReadingStopped) as error:
            return Explained(error=sentence_of(error).words)
        return Explained(error=outcome.reason) if isinstance(outcome, Unread) else _told(outcome)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Give the reader, to one request at a time. Raises ClassifierError where no rules can be used."""
        with self._lock:
            yield self._reading()

    def _reading(self) -> Reader:
        basis = reading_basis(self._settings, self._house)
        if self._reader is None or basis != self._basis:
            if self._reader is not None:
                self._reader.__exit__(None, None, None)
                self._reader = None
            self._reader, self._basis = steady_reader(self._settings, self._house), basis
        return self._reader


def _told(outcome: Reading) -> Explained:
    told = outcome.explanation
    return Explained(
        subject=outcome.parsed.subject,
        sender=outcome.parsed.sender.address,
        zones=zone_records(outcome.text.zones),
        verdict=verdict_record(outcome.verdict),
        near=tuple(missed_tag(why, outcome.text) for why in told.nearly) if told else (),
        asked=missed_tag(told.why_not, outcome.text) if told and told.why_not else None,
    )


def missed_tag(why: WhyNot, text: MessageText) -> MissedTag:
    """Say why a tag does not stand: the matches that did not count, and the rules that lacked a word."""
    rules = [_uncounted(one, text) for one in why.uncounted[:MOST_MATCHES]]
    rules += [NearMiss(rule=near.rule, reason=lacking_words(near), sentence=near.sentence) for near in why.near]
    return MissedTag(dimension=why.asked.dimension, value=why.asked.value, reason=why.reason, rules=tuple(rules))


def _uncounted(one: Uncounted, text: MessageText) -> NearMiss:
    place = (
        "the address or headers"
        if one.hit.zone < 0
        else f"the {ZONE_NAMES.get(text.zones[one.hit.zone].kind, text.zones[one.hit.zone].kind)}"
    )
    words = " ".join(one.hit.words.split())
    return NearMiss(rule=one.hit.rule, reason=f"“{words}” stands in {place}: {one.why}")
