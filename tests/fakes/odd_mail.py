"""Odd mail without end: messages made of odd parts, and real ones with pieces cut, moved, doubled and overwritten.

`examine` reads one as the program does and asserts what holds for any bytes: no crash, clean text, zones that fit.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from demo.mailbox import SAMPLES
from pipeline.mail.clean import message_text
from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.message import ParsedEmail
from pipeline.mail.parse import copy_key, parse_email, thread_key

LONGEST_SECONDS = 5.0  # of processor time, for one message
NAMES = "From To Subject Date Received Content-Type Content-Disposition Content-Transfer-Encoding"
FIELDS = st.sampled_from([name.encode() for name in NAMES.split()])
VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"multipart/mixed; boundary=b",
            b"multipart/alternative; boundary=b",
            b"message/rfc822",
            b"message/delivery-status",
            b"text/html; charset=utf-7",
            b"text/calendar",
            b"application/pdf; name*0*=a",
            b"base64",
            b"quoted-printable",
            b"x-uuencode",
            b"attachment; filename=../a",
            b"=?utf-8?b?w6k?= <a@b.org>",
            b"Tue, 16 Nov 2010 09:41:00 +0000",
        ]
    ),
)
MARKS = [b"--b", b"--b--", b"", b"From: x", b"begin 644 a", b"end", b"> q"]
LINES = st.one_of(st.binary(max_size=40), st.sampled_from(MARKS))
MESSAGES = st.builds(
    lambda fields, lines, ends: ends.join([*(name + b": " + value for name, value in fields), b"", *lines]),
    st.lists(st.tuples(FIELDS, VALUES), max_size=8),
    st.lists(st.one_of(LINES, st.builds(lambda name, value: name + b": " + value, FIELDS, VALUES)), max_size=25),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing done to a message: at `place` (0 to 1 of it), over `length` bytes, with `piece`."""

    kind: str
    place: float
    length: int
    piece: bytes


PIECES = st.one_of(
    VALUES, LINES, st.sampled_from([b"\0", b"\xff\xfe", b"\x1b$B", b"\x85", b"=\r\n", b"\r", b"\n\n", b'"', b"("])
)
CHANGES = st.builds(
    lambda kind, place, length, piece: Change(kind=kind, place=place, length=length, piece=piece),
    st.sampled_from(["insert", "overwrite", "cut", "double", "move", "end"]),
    st.floats(0, 1),
    st.integers(1, 400),
    PIECES,
)


def changed(raw: bytes, changes: Sequence[Change]) -> bytes:
    """Do changes to a message, one after the other."""
    for change in changes:
        raw = _changed(raw, change)
    return raw


def _changed(raw: bytes, change: Change) -> bytes:
    at = int(change.place * len(raw))
    before, piece, after = raw[:at], raw[at : at + change.length], raw[at + change.length :]
    if change.kind == "insert":
        return before + change.piece + piece + after
    if change.kind == "overwrite":
        return before + change.piece + after
    if change.kind == "cut":
        return before + after
    if change.kind == "double":
        return before + piece * 3 + after
    if change.kind == "move":
        return piece + before + after
    return before


def real_messages() -> list[bytes]:
    """Give the messages that changes are made to: the demo's, and those of tests, each odd in one way."""
    kept = SAMPLES.parents[1] / "tests/data/mail"
    return [path.read_bytes() for path in sorted([*SAMPLES.glob("*.eml"), *kept.glob("*.eml")])]


def odd_mail() -> st.SearchStrategy[bytes]:
    """Give a strategy for odd mail."""
    real = st.builds(changed, st.sampled_from(real_messages()), st.lists(CHANGES, min_size=1, max_size=12))
    return st.one_of(MESSAGES, real, st.binary(max_size=300))


def examine(raw: bytes) -> bool:
    """Read a message and check what came of it; False when it was refused, in words and in time as well."""
    begun = time.process_time()
    try:
        check(parse_email(raw))
        read = True
    except UnreadableMessage as error:
        assert str(error)  # noqa: PT017  # either outcome is right
        read = False
    took = time.process_time() - begun
    assert took < LONGEST_SECONDS, f"it took {took:.1f} s"
    return read


def check(parsed: ParsedEmail) -> None:
    for text in (parsed.subject, parsed.text, parsed.sender.name, parsed.sender.address, parsed.message_id):
        text.encode("utf-8")
        assert "\0" not in text
    assert "\n" not in parsed.subject + parsed.sender.name
    assert bool(copy_key(parsed)) == bool(parsed.message_id or parsed.sent_at)
    assert isinstance(thread_key(parsed), str)
    for zone in message_text(parsed, team_addresses=frozenset()).zones[1:]:
        if not zone.name:
            assert parsed.text[zone.start : zone.start + len(zone.text)] == zone.text
    for attachment in parsed.attachments:
        assert attachment.filename
        assert "/" not in attachment.filename
    for carried in parsed.attached:
        check(carried)
