"""One message read: parsed, cleaned and tagged in one call. It runs in a worker process that can be killed."""

import gc
import logging
import resource
import signal
import warnings
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from classifiers.explaining import Asked
from classifiers.needs import THRESHOLD
from classifiers.opinion import read_opinion
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.verdict import MessageText, Verdict
from pipeline.flow.readings import Reading, ReadingContext, Unread
from pipeline.mail import clean, identity, parse
from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.message import ParsedEmail, RawMessage

__all__ = [
    "MessageReader",
    "Reading",
    "ReadingContext",
    "Unread",
    "explained_here",
    "judge_here",
    "nearly_here",
    "packaged_tagger",
    "prepare",
    "read_here",
]

MEGABYTE = 1024 * 1024
_COLLECTED_AFTER = (20_000, 20, 20)  # objects: a message makes thousands, and hardly any of them in rings


class MessageReader:
    """Reads messages one after the other in this process, with the rules loaded once."""

    def __init__(self, context: ReadingContext) -> None:
        self._context = context
        person_below = THRESHOLD if context.person_below is None else context.person_below
        self._tagger = _tagger(context.rules_folder).doubting_below(person_below)
        by_folder = {folder: _tagger(folder).doubting_below(person_below) for _, folder in context.mailbox_rules}
        self._taggers = {account: by_folder[folder] for account, folder in context.mailbox_rules}
        opinion = context.second_opinion
        self._opinion = read_opinion(opinion) if opinion is not None and opinion.exists() else None

    def read(self, raw: RawMessage, now: datetime) -> Reading | Unread:
        """Parse, clean and tag one message; a message that cannot be read is a value, not an error."""
        mail = identity.canonical_bytes(raw)
        parsed = _parsed(mail, raw.charset)
        if isinstance(parsed, Unread):
            return parsed
        text = clean.message_text(parsed, team_addresses=self._context.team_addresses)
        raw_sha256 = identity.raw_sha256(raw.raw)
        return Reading(
            parsed=parsed,
            text=text,
            verdict=self.verdict(text, raw.account),
            user_address=clean.user_address(text),
            raw_sha256=raw_sha256,
            mail_sha256=raw_sha256 if mail == raw.raw else identity.raw_sha256(mail),
            copy_key=identity.copy_key(parsed),
            thread_key=identity.thread_key(parsed),
            arrival=identity.arrival(raw, parsed, self._context.mail_hosts, now),
        )

    def judged(self, raw: RawMessage) -> Verdict | Unread:
        """Say what the rules say of one message, without making anything else of it."""
        parsed = _parsed(identity.canonical_bytes(raw), raw.charset)
        if isinstance(parsed, Unread):
            return parsed
        return self.verdict(clean.message_text(parsed, team_addresses=self._context.team_addresses), raw.account)

    def explained(
        self, raw: RawMessage, now: datetime, why_not: Asked | None = None, *, nearly: bool = False
    ) -> Reading | Unread:
        """Read one message and explain its tags rule by rule, and why one that is asked about does not stand.

        Which others it just missed is said where `nearly` asks for it.
        """
        reading = self.read(raw, now)
        if isinstance(reading, Unread):
            return reading
        tagger = self._tagger_of(raw.account)
        explanation = tagger.explain(reading.text, why_not)
        missed = tagger.nearly(reading.text, reading.verdict) if nearly else ()
        return replace(reading, explanation=replace(explanation, verdict=reading.verdict, nearly=missed))

    def verdict(self, text: MessageText, account: str = "") -> Verdict:
        """Say what the rules of its mailbox say of a cleaned message, and whether past decisions dispute it."""
        tagger = self._tagger_of(account)
        verdict = tagger.verdict(text)
        if self._opinion is None:
            return verdict
        return self._opinion.beside(verdict, tuple(zone.kind for zone in text.zones), tagger.rulebook.catalogue)

    def _tagger_of(self, account: str) -> Tagger:
        return self._taggers.get(account, self._tagger)


def _parsed(mail: bytes, charset: str) -> ParsedEmail | Unread:
    try:
        return parse.parse_email(mail, limits=parse.ParseLimits(charset=charset))
    except UnreadableMessage as error:
        return Unread(reason=str(error))


@cache
def packaged_tagger() -> Tagger:
    """Load the packaged rules, once in a process and, by the fork server, once for all workers."""
    return _loaded(None)


def _tagger(folder: Path | None) -> Tagger:
    return packaged_tagger() if folder is None else _loaded(folder)


def _loaded(folder: Path | None) -> Tagger:
    """Load rules with the garbage collector at rest: they are half a million objects, none of them garbage."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return Tagger(load_rules(folder) if folder else load_rules())
    finally:
        if collects:
            gc.enable()


_reader: MessageReader | None = None


def prepare(context: ReadingContext, megabytes: int) -> None:
    """Make this process a worker: limit its address space, load the rules, and let no library speak.

    What parsers log and warn of quotes the message they are at; what is wrong with it stands in its oddities.
    """
    global _reader  # a worker process has one reader, made by the pool's initialiser
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # its fork server ignores it
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    gc.set_threshold(*_COLLECTED_AFTER)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))
    _reader = MessageReader(context)


def read_here(raw: RawMessage, now: datetime) -> Reading | Unread:
    """Read one message in a prepared worker; what nobody asks for in the parent does not travel there."""
    if _reader is None:
        raise RuntimeError("the worker was not prepared")
    reading = _reader.read(raw, now)
    return reading if isinstance(reading, Unread) else _light(reading)


def judge_here(raw: RawMessage, now: datetime) -> Verdict | Unread:
    """Say in a prepared worker what the rules say of one message."""
    if _reader is None:
        raise RuntimeError("the worker was not prepared")
    return _reader.judged(raw)


def _light(reading: Reading) -> Reading:
    """Leave out the header fields, and what stands twice: the text is in the zones."""
    parsed = replace(reading.parsed, text="", headers=(), received=(), attached=())
    return replace(reading, parsed=parsed, text=replace(reading.text, headers=()))


def explained_here(why_not: Asked | None, raw: RawMessage, now: datetime) -> Reading | Unread:
    """Read and explain one message in a prepared worker."""
    if _reader is None:
        raise RuntimeError("the worker was not prepared")
    return _reader.explained(raw, now, why_not)


def nearly_here(why_not: Asked | None, raw: RawMessage, now: datetime) -> Reading | Unread:
    """Read and explain one message in a prepared worker, with the tags that it just missed."""
    if _reader is None:
        raise RuntimeError("the worker was not prepared")
    return _reader.explained(raw, now, why_not, nearly=True)
