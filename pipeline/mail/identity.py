"""Which mail a message is, whichever way it came: digests, probable copies, threads, and when it arrived."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from classifiers.travelling import travels_light
from pipeline.mail.message import ArrivalSource, Origin, ParsedEmail, RawMessage
from pipeline.mail.mime.dates import plausible, read_date, utc
from pipeline.mail.mime.envelope import unquoted_mbox, with_crlf
from pipeline.mail.mime.received import read_received


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """When a message arrived (aware UTC), and what says so."""

    at: datetime
    source: ArrivalSource


def canonical_bytes(raw: RawMessage) -> bytes:
    """Give the mail's own bytes: the mbox envelope and quoting undone, line ends CRLF.

    The same mail over IMAP, from a Maildir (LF) and from an mbox gives the same bytes.
    """
    octets = raw.raw
    if raw.mbox:
        octets = unquoted_mbox(octets, raw.mbox)
    octets = with_crlf(octets)
    if octets.endswith(b"\r\n") and octets[-3:-2] not in (b"", b"\r", b"\n"):  # as most end: it need not be copied
        return octets
    return octets.rstrip(b"\r\n") + b"\r\n"


def quoting_of(raw: bytes, mail: str) -> str:
    """Tell how "From" lines are quoted in stored bytes, by the digest that identifies their mail (`RawMessage.mbox`).

    Only one way of undoing the quoting gives that digest; where two do, they undo the same.
    """
    if not raw.startswith(b"From "):
        return ""
    given = RawMessage(origin=Origin.ARCHIVE, account="", folder="", uidvalidity=0, uid=0, raw=raw)
    tried = ("", "mboxo", "mboxrd")
    return next((quoting for quoting in tried if mail_sha256(replace(given, mbox=quoting)) == mail), "")


def raw_sha256(raw: bytes) -> str:
    """Give the digest of the bytes as received."""
    return sha256(raw).hexdigest()


def mail_sha256(raw: RawMessage) -> str:
    """Give the digest that identifies the mail."""
    return sha256(canonical_bytes(raw)).hexdigest()


def copy_key(parsed: ParsedEmail) -> str:
    """Give a digest of Message-ID, Date, From and body: equal keys under different bytes are probable copies.

    "" where a message has neither Message-ID nor Date: the same words written twice are two letters.
    """
    if not parsed.message_id and parsed.sent_at is None:
        return ""
    body = " ".join(parsed.text.split())
    date = parsed.sent_at.isoformat() if parsed.sent_at else ""
    told = "\x1f".join((parsed.message_id, date, parsed.sender.address.lower(), body))
    return sha256(told.encode("utf-8")).hexdigest()


def thread_key(parsed: ParsedEmail) -> str:
    """Give the Message-ID that began the thread; the message's own where it began one; "" when it has none."""
    if parsed.references:
        return parsed.references[0]
    return parsed.in_reply_to or parsed.message_id


def arrival(raw: RawMessage, parsed: ParsedEmail | None, our_hosts: tuple[str, ...], now: datetime) -> Arrival:
    """Say when a message arrived: by the server, else our hosts' topmost Received, the mbox line, Date, else now."""
    if raw.internal_date is not None:
        return Arrival(at=utc(raw.internal_date), source=ArrivalSource.INTERNALDATE)
    received = _received_by_us(parsed, our_hosts)
    if received:
        return Arrival(at=received, source=ArrivalSource.RECEIVED)
    boxed = _mbox_date(raw)
    if boxed:
        return Arrival(at=boxed, source=ArrivalSource.MBOX)
    if parsed is not None and parsed.sent_at and parsed.sent_at <= now and plausible(parsed.sent_at):
        return Arrival(at=parsed.sent_at, source=ArrivalSource.DATE)
    return Arrival(at=utc(now), source=ArrivalSource.IMPORTED)


def _received_by_us(parsed: ParsedEmail | None, our_hosts: tuple[str, ...]) -> datetime | None:
    if parsed is None:
        return None
    ours = tuple(host.lower().lstrip(".") for host in our_hosts)
    for hop in map(read_received, parsed.received):
        if hop.at and any(hop.by == host or hop.by.endswith("." + host) for host in ours):
            return hop.at
    return None


def _mbox_date(raw: RawMessage) -> datetime | None:
    """Read the date of an envelope line: `From sender Thu Mar  3 10:22:00 2011`, in UTC as RFC 4155 has it."""
    if not raw.mbox or not raw.raw.startswith(b"From "):
        return None
    line = raw.raw[:300].partition(b"\n")[0].decode("ascii", "replace").strip()
    words = line.split()
    for count in (5, 6, 7):
        at = read_date(" ".join(words[-count:])) if len(words) > count else None
        if at:
            return at.astimezone(UTC)
    return None
