"""Where the time of a message goes, stage by stage, beside the least that each could cost.

Processor time of one core, in milliseconds a message, over the ordinary messages that lie beside the checkout (else
the labelled ones). The floor of a stage is the bare library doing the bare thing.
"""

import gc
import imaplib
import pickle
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import mailparser
import spacy
import zstandard

from benchmarks.ingest import ARCHIVE, crlf, deliver, dovecot, settings_of
from benchmarks.tagging import LABELLED
from benchmarks.timing import cpu_seconds_of
from pipeline.flow.ingest import record_of
from pipeline.flow.reading import MessageReader, ReadingContext
from pipeline.mail import clean, parse
from pipeline.mail.imap.client import ImapMailbox
from pipeline.mail.message import Origin, RawMessage
from storage.engine import open_store
from storage.messages import save_batch
from storage.upgrade import upgrade

NOW = datetime(2011, 12, 31, tzinfo=UTC)
MESSAGES = 1000
BATCH = 100
Item = TypeVar("Item")
Made = TypeVar("Made")


def main() -> None:
    """Print a line for each stage and its floor."""
    mails = _mails()
    raws = [_raw(number, mail) for number, mail in enumerate(mails, start=1)]
    reader = MessageReader(ReadingContext())
    gc.collect()
    gc.freeze()  # as the fork server does: else the rules are searched for garbage while messages are timed
    _fetch(mails)
    _each("floor: mail-parser alone", mailparser.parse_from_bytes, mails)
    parsed = _each("parse", parse.parse_email, mails)
    texts = _each("clean", lambda mail: clean.message_text(mail, team_addresses=frozenset()), parsed)
    nlp = spacy.blank("en")
    _each("floor: spaCy's tokens of the text", lambda mail: nlp(mail.text), parsed)
    _each("tag, the first time", reader.verdict, texts)
    _each("tag, warm", reader.verdict, texts)
    readings = [reader.read(raw, NOW) for raw in raws]
    _each("to the parent and back", lambda reading: pickle.loads(pickle.dumps(reading)), readings)
    records = _each("record", lambda pair: record_of(*pair, NOW), list(zip(raws, readings, strict=True)))
    _floor_of_saving(mails)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        upgrade(url)
        with open_store(url) as store:
            save_batch(store, records[:BATCH], None, now=NOW)
            rest = [records[start : start + BATCH] for start in range(BATCH, len(records), BATCH)]
            _of("save", len(records) - BATCH, lambda: [save_batch(store, batch, None, now=NOW) for batch in rest])


def _fetch(mails: Sequence[bytes]) -> None:
    """Fetch over IMAP from a local Dovecot, by the standard library in one command and by ours."""
    if not ARCHIVE.is_file():
        return
    with dovecot() as server:
        deliver(server, "bench", mails)
        client = imaplib.IMAP4("127.0.0.1", server.port)
        client.login("bench", "secret")
        client.select("INBOX", readonly=True)
        _of("floor: fetch by imaplib", len(mails), lambda: client.uid("FETCH", "1:*", "(BODY.PEEK[])"))
        client.logout()
        with ImapMailbox(settings_of(server.port)) as mailbox:
            status = mailbox.examine("INBOX")
            uids = mailbox.uids(status, 0, None)
            _of("fetch", len(mails), lambda: list(mailbox.fetch(status, uids)))


def _floor_of_saving(mails: Sequence[bytes]) -> None:
    """Insert the compressed bytes, and nothing else, in batches."""
    with tempfile.TemporaryDirectory() as folder, sqlite3.connect(f"{folder}/floor.db") as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB)")
        pack = zstandard.ZstdCompressor(level=3).compress

        def insert() -> None:
            for start in range(0, len(mails), BATCH):
                rows = [(pack(mail),) for mail in mails[start : start + BATCH]]
                database.executemany("INSERT INTO raw (body) VALUES (?)", rows)
                database.commit()

        _of("floor: compressed insert", len(mails), insert)


def _each(name: str, call: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
    those, made = list(items), list[Made]()
    _of(name, len(those), lambda: made.extend(call(one) for one in those))
    return made


def _of(name: str, count: int, call: Callable[[], object]) -> None:
    print(f"{name:36} {1000 * cpu_seconds_of(call) / count:6.2f} ms")


def _mails() -> list[bytes]:
    """Give messages from all over the archive."""
    if not ARCHIVE.is_file():
        return [file.read_bytes() for file in sorted(LABELLED.glob("*.eml"))]
    with tarfile.open(ARCHIVE) as archive:
        every = [member for member in archive if member.isfile()][:: max(1, 5000 // MESSAGES)][:MESSAGES]
        return [crlf(archive.extractfile(member).read()) for member in every]


def _raw(number: int, mail: bytes) -> RawMessage:
    return RawMessage(
        origin=Origin.IMAP, account="bench", folder="INBOX", uidvalidity=1, uid=number, raw=mail, internal_date=NOW
    )
