"""Bytes to ParsedEmail: mail-parser reads the letterhead, our own walk the parts; nothing behind this is bytes.

mail-parser is given the header fields it is asked for and no more: measured, that leaves out every one of its shapes
that cost seconds (Received, attached messages, deep parts), and a third of its time. Where it fails all the same, the
standard library's compat32 functions read the fields.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from functools import lru_cache
from hashlib import sha256
from itertools import islice

from mailparser import MailParser

from pipeline.mail.attachments import OBSTACLES, DocumentText, document_text
from pipeline.mail.identity import (
    Arrival,
    arrival,
    canonical_bytes,
    copy_key,
    mail_sha256,
    raw_sha256,
    thread_key,
)
from pipeline.mail.message import Address, Attachment, ParsedEmail
from pipeline.mail.mime.addresses import (
    addresses,
    plain_addresses,
    salvaged,
    shows_another,
    standard_addresses,
    whole_name,
)
from pipeline.mail.mime.caps import ParseLimits, message_tree
from pipeline.mail.mime.charsets import clean_text
from pipeline.mail.mime.dates import plain_date, plausible, read_date, tells_half_days, utc
from pipeline.mail.mime.envelope import without_envelope
from pipeline.mail.mime.fields import Fields, fields_of
from pipeline.mail.mime.headers import all_decoded, field, fields, first, unfolded
from pipeline.mail.mime.names import distinct_name, unnamed
from pipeline.mail.mime.parts import Carried, Parts, RawPart, read_parts
from pipeline.mail.mime.received import read_received, received_fields
from pipeline.mail.mime.trust import sender_is_trusted

__all__ = [
    "Arrival",
    "ParseLimits",
    "arrival",
    "canonical_bytes",
    "copy_key",
    "mail_sha256",
    "parse_email",
    "raw_sha256",
    "thread_key",
]

logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)  # it logs whole header values: personal data

_ADDRESSES = ("from", "to", "cc", "reply-to")
_SUBJECT_LENGTH = 2_000
_ID_LENGTH = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Letterhead:
    """What the letterhead fields say."""

    senders: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    date: datetime | None = None


def parse_email(raw: bytes, *, limits: ParseLimits = ParseLimits()) -> ParsedEmail:  # noqa: B008  # frozen value
    """Parse a message as received.

    Raises UnreadableMessage when it is nested too deep, has too many parts or too many bytes of headers; everything
    else is read as well as it can be, and what was wrong stands in `oddities`.
    """
    tree, cut = message_tree(without_envelope(raw), limits)
    parsed_oddities = tuple(f"the header {name} was too long and was cut" for name in dict.fromkeys(cut))
    return _parsed(tree, limits, depth=0, oddities=parsed_oddities[:10])


def _parsed(
    tree: Message, limits: ParseLimits, *, depth: int, oddities: Sequence[str] = (), name: str = ""
) -> ParsedEmail:
    parts, told = read_parts(tree, limits, depth), fields_of(tree)
    head, odd_head = _letterhead(told)
    sender, odd_sender = _sender(told, head)
    received = received_fields(told)
    sent_at, odd_date = _sent_at(told, head, received)
    text, odd_text = _body(parts, limits)
    attachments = _attachments(parts, limits)
    if not text.strip():
        text = _text_elsewhere(attachments)
    return ParsedEmail(
        subject=field(told, "subject")[:_SUBJECT_LENGTH],
        sender=sender,
        to=head.to,
        cc=head.cc,
        reply_to=head.reply_to[0] if head.reply_to else Address(),
        sent_at=sent_at,
        message_id=_first_id(field(told, "message-id")),
        in_reply_to=_first_id(field(told, "in-reply-to")),
        references=_ids(field(told, "references")),
        headers=_all_headers(tree, limits),
        content_type=field(told, "content-type").lower() or "text/plain",
        received=received,
        sender_trusted=sender_is_trusted(fields(told, "authentication-results"), fields(told, "received-spf")),
        text=text,
        html="\n".join(piece.html for piece in parts.pieces if piece.html)[: limits.html * 2],
        attachments=attachments,
        attached=tuple(_carried(one, limits) for one in parts.carried[: limits.attachments]),
        attached_as=name,
        oddities=_unique(
            [*oddities, *odd_head, *odd_sender, *odd_date, *parts.oddities, *odd_text, *_obstacles(attachments)]
        ),
    )


def _carried(one: Carried, limits: ParseLimits) -> ParsedEmail:
    return _parsed(one.message, limits, depth=one.depth, name=one.filename)


def _letterhead(told: Fields) -> tuple[_Letterhead, tuple[str, ...]]:
    """Read the address fields and the date: at once where they are written plainly, else by mail-parser."""
    written = {name: unfolded(told[name][0]) for name in (*_ADDRESSES, "date") if name in told}
    return _plainly(written) or _by_mail_parser(written)


def _plainly(written: Mapping[str, str]) -> tuple[_Letterhead, tuple[str, ...]] | None:
    """Read a letterhead in which nothing is unusual; None when anything is."""
    date = plain_date(written["date"]) if "date" in written else None
    read = {name: plain_addresses(written.get(name, "")) if written.get(name) else () for name in _ADDRESSES}
    senders, to, cc, reply_to = (read[name] for name in _ADDRESSES)
    if (date is None and "date" in written) or senders is None or to is None or cc is None or reply_to is None:
        return None
    return _Letterhead(senders=senders, to=to, cc=cc, reply_to=reply_to, date=date), ()


def _by_mail_parser(written: Mapping[str, str]) -> tuple[_Letterhead, tuple[str, ...]]:
    """Have mail-parser read the fields.

    The broad except is meant: mail-parser raises bare AttributeError, TypeError and ValueError on odd messages, and
    what a release of it raises next is not ours to know. Nothing of ours runs inside.
    """
    letterhead = Message()
    for name, value in written.items():
        letterhead[name] = value
    try:
        read = MailParser(letterhead)
        pairs = {name: list(getattr(read, name.replace("-", "_"))) for name in _ADDRESSES if letterhead[name]}
        date = read.date
    except Exception:  # noqa: BLE001  # see above
        return _by_the_standard_library(letterhead), ("its addresses were hard to read",)
    return _Letterhead(
        senders=addresses(pairs.get("from", ())),
        to=addresses(pairs.get("to", ())),
        cc=addresses(pairs.get("cc", ())),
        reply_to=addresses(pairs.get("reply-to", ())),
        date=utc(date) if date else None,
    ), ()


def _by_the_standard_library(letterhead: Message) -> _Letterhead:
    return _Letterhead(
        senders=standard_addresses(str(letterhead["from"] or "")),
        to=standard_addresses(str(letterhead["to"] or "")),
        cc=standard_addresses(str(letterhead["cc"] or "")),
        reply_to=standard_addresses(str(letterhead["reply-to"] or "")),
    )


def _sender(told: Fields, head: _Letterhead) -> tuple[Address, tuple[str, ...]]:
    """Choose the sender; say what was odd about the From field."""
    written = told.get("from", ())
    if not written or not written[0].strip():
        return _without_from(told), ("it names no sender",)
    whole = whole_name(written[0])
    sender = whole or next((one for one in head.senders if one.address), None)
    odd = []
    if sender is None:
        sender = salvaged(written[0])
        odd.append("the sender's address is malformed")
    if len(written) > 1 or (whole is None and len(head.senders) > 1):
        odd.append("it names several senders")
    if shows_another(sender):
        odd.append("the sender's name shows another address")
    return sender, tuple(odd)


def _without_from(told: Fields) -> Address:
    for name in ("sender", "resent-from", "return-path"):
        value = first(told, name)
        if "@" in value:
            return salvaged(value)
    return Address()


def _sent_at(told: Fields, head: _Letterhead, received: Sequence[str]) -> tuple[datetime | None, tuple[str, ...]]:
    written = field(told, "date")
    at = head.date
    if at is None or not plausible(at) or tells_half_days(written):
        at = read_date(written)
    if at:
        return at, ()
    oddity = "the date could not be read" if written else "it has no date"
    return next((hop.at for hop in map(read_received, reversed(received)) if hop.at), None), (oddity,)


def _body(parts: Parts, limits: ParseLimits) -> tuple[str, tuple[str, ...]]:
    text = "\n".join(piece.text(limits) for piece in parts.pieces).strip("\n")
    odd = []
    if any(len(piece.html) > limits.html and not piece.plain.strip() for piece in parts.pieces):
        odd.append(f"only the first {limits.html:,} characters of its HTML were read")
    if len(text) > limits.text:
        odd.append(f"only the first {limits.text:,} characters were read")
    if len(text) > limits.zoned:
        odd.append(f"only the first {limits.zoned:,} characters count for its tags")
    return text[: limits.text], tuple(odd)


def _text_elsewhere(attachments: Sequence[Attachment]) -> str:
    """Give the text of a message that has no body: its calendar entry or delivery status."""
    return next((one.text for one in attachments if one.content_type in _SPEAKING and one.text), "")


_SPEAKING = ("text/calendar", "message/delivery-status", "message/disposition-notification")


def _attachments(parts: Parts, limits: ParseLimits) -> tuple[Attachment, ...]:
    """Read what is attached: the first documents for their text, names made different from each other."""
    taken: set[str] = set()
    made = []
    read = 0
    for place, part in enumerate(parts.raw[: limits.attachments], start=1):
        name = distinct_name(part.filename or unnamed(part.content_type, place), taken)
        made.append(_attachment(part, name, limits, read=read < limits.documents))
        read += bool(made[-1].text)
    return tuple(made)


def _attachment(part: RawPart, name: str, limits: ParseLimits, *, read: bool) -> Attachment:
    found = DocumentText(note=f"more than {limits.documents} documents: the text of this one is not read")
    if read:
        found = document_text(part.octets, part.content_type, name, part.charset, limits)
    return Attachment(
        filename=name,
        content_type=part.content_type,
        size=len(part.octets),
        sha256=sha256(part.octets).hexdigest(),
        text=found.text,
        note=found.note,
    )


def _obstacles(attachments: Sequence[Attachment]) -> tuple[str, ...]:
    return tuple(one.note for one in attachments if one.note in OBSTACLES)


def _all_headers(tree: Message, limits: ParseLimits) -> tuple[tuple[str, str], ...]:
    """Give the decoded fields, as many as the limit allows."""
    items = tuple(islice(tree.raw_items(), limits.header_fields))
    values = all_decoded([str(value) for _, value in items])
    return tuple([(_clean_name(name), value) for (name, _), value in zip(items, values, strict=True)])


@lru_cache(maxsize=4_096)
def _clean_name(name: str) -> str:
    return clean_text(name.lower())


def _first_id(value: str) -> str:
    return next(iter(_ids(value)), "")


def _ids(value: str) -> tuple[str, ...]:
    """Give the Message-IDs in a field, without their angles (RFC 5322, 3.6.4); also ones with spaces or quotes."""
    if "<" not in value:
        return tuple(value.split()[:1])
    found = (part.partition(">")[0].strip() for part in value.split("<")[1:])
    return tuple(one[:_ID_LENGTH] for one in found if one)


def _unique(oddities: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(oddities))[:20]
