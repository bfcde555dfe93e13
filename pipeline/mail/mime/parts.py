"""Walk the parts of a message: what is its body, what is attached, which messages it carries.

Our own walk on the parser's tree, because mail-parser mixes the text of attached messages into the body, leaves 7-bit
charsets undecoded, takes a named text/plain body for an attachment, and has no place for parts without a name.
"""

import re
from dataclasses import dataclass, field
from email.message import Message

from pipeline.mail.html import html_text
from pipeline.mail.mime.caps import ParseLimits, message_tree, too_deep
from pipeline.mail.mime.charsets import clean_text, decode, decode_as
from pipeline.mail.mime.envelope import without_envelope
from pipeline.mail.mime.headers import content_type, parameter
from pipeline.mail.mime.names import file_name
from pipeline.mail.mime.transfer import encoding_of, octets_of
from pipeline.mail.mime.uuencode import split_uuencoded

_HTML_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([a-zA-Z0-9_-]{2,40})", re.I)
_FIRST_BOUNDARY = re.compile(rb"^--(\S{1,200})[ \t]*\r?\n(?=content-)", re.I | re.M)
_LETTER = 4  # the most octets that one letter takes in UTF-8
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "message/feedback-report"})
_REPORTS |= frozenset({"message/global-delivery-status", "message/global-disposition-notification"})
_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_HEADERS_ONLY = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPart:
    """A part that is not the body, decoded from its transfer encoding."""

    filename: str
    content_type: str
    octets: bytes
    charset: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """A message inside the message, with its depth in the tree."""

    message: Message
    filename: str
    depth: int


@dataclass(kw_only=True, slots=True)
class Piece:
    """One piece of the body: plain text, HTML, or both where they are alternatives."""

    plain: str = ""
    html: str = ""

    def text(self, limits: ParseLimits) -> str:
        """Give the piece as its reader sees it."""
        return self.plain if self.plain.strip() or not self.html else html_text(self.html, limits.html)


@dataclass(kw_only=True, slots=True)
class Parts:
    """What the walk found, in reading order."""

    pieces: list[Piece] = field(default_factory=list)
    raw: list[RawPart] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)

    def take(self, other: "Parts") -> None:
        """Add everything but the pieces of another walk."""
        self.raw += other.raw
        self.carried += other.carried
        self.oddities += other.oddities


def read_parts(message: Message, limits: ParseLimits, depth: int = 0) -> Parts:
    """Walk one message, stopping at the messages it carries. Raises UnreadableMessage when nested too deep."""
    found = Parts()
    kind = content_type(message)
    if kind in ("text/plain", "text/html"):  # the body, whatever name or disposition it has
        _take_body(octets_of(message), kind, parameter(message, "charset"), limits, found)
    else:
        _walk(message, limits, depth, found)
    return found


def _walk(part: Message, limits: ParseLimits, depth: int, found: Parts) -> None:
    if depth > limits.depth:
        raise too_deep(limits)
    kind = content_type(part)
    if kind.startswith("multipart/"):
        _walk_multipart(part, kind, limits, depth, found)
    elif kind in _MESSAGES or kind in _HEADERS_ONLY:
        _carry(part, limits, depth, found)
    elif kind in _REPORTS:
        found.raw.append(RawPart(filename=file_name(part), content_type=kind, octets=_report_octets(part)))
    else:
        _take_leaf(part, kind, limits, depth, found)


def _walk_multipart(part: Message, kind: str, limits: ParseLimits, depth: int, found: Parts) -> None:
    children = _children(part)
    if not children:
        _walk_broken(part, limits, depth, found)
    elif kind == "multipart/alternative":
        _walk_alternatives(children, limits, depth, found)
    else:
        for child in children:
            _walk(child, limits, depth + 1, found)


def _walk_alternatives(children: list[Message], limits: ParseLimits, depth: int, found: Parts) -> None:
    """Make one piece of the alternatives: the plain text where there is one, the HTML beside it."""
    chosen = Piece()
    for child in children:
        branch = Parts()
        _walk(child, limits, depth + 1, branch)
        found.take(branch)
        plain = "\n".join(piece.plain for piece in branch.pieces if piece.plain.strip())
        html = "\n".join(piece.html for piece in branch.pieces if piece.html)
        chosen.plain = chosen.plain or plain
        chosen.html = chosen.html or html
    if chosen.plain or chosen.html:
        found.pieces.append(chosen)


def _walk_broken(part: Message, limits: ParseLimits, depth: int, found: Parts) -> None:
    """Read a multipart that has no parts: its boundary is missing or wrong, so the first one in the text is tried."""
    found.oddities.append("its parts could not be told apart (no boundary)")
    octets = octets_of(part)
    boundary = _FIRST_BOUNDARY.search(octets[:100_000])
    if boundary:
        head = b'Content-Type: multipart/mixed; boundary="%s"\n\n' % boundary[1]
        tree, _ = message_tree(head + octets, limits)
        if tree.is_multipart():
            _walk(tree, limits, depth + 1, found)
            return
    text = decode(octets, "")
    found.pieces.append(Piece(plain=clean_text(text.text)))


def _carry(part: Message, limits: ParseLimits, depth: int, found: Parts) -> None:
    """Keep a message inside the message apart; one that was encoded (against RFC 2046, 5.2.1) is parsed again."""
    inner = _children(part)
    encoded = encoding_of(part) in ("base64", "quoted-printable")
    if inner and not encoded:
        found.carried.append(Carried(message=inner[0], filename=file_name(part), depth=depth + 1))
        return
    tree, _ = message_tree(_reencoded(part, inner), limits)
    found.carried.append(Carried(message=tree, filename=file_name(part), depth=depth + 1))


def _reencoded(part: Message, inner: list[Message]) -> bytes:
    """Give the octets of an attached message that was sent in base64 or quoted-printable."""
    if not inner:
        return octets_of(part)
    shell = Message()
    shell["Content-Transfer-Encoding"] = str(part.get("content-transfer-encoding"))
    head = "".join(f"{name}:{value}\n" for name, value in inner[0].raw_items()).encode("utf-8", "surrogateescape")
    body = inner[0].get_payload(decode=True)
    sent = head + (body if isinstance(body, bytes) else b"")
    shell.set_payload(sent.decode("ascii", "surrogateescape"))
    return octets_of(shell)


def _report_octets(part: Message) -> bytes:
    """Give a delivery status as the lines of its fields, block by block (RFC 3464, 2.1)."""
    blocks = _children(part)
    if not blocks:
        return octets_of(part)
    return "\n\n".join(_block_text(block) for block in blocks[:200]).encode("utf-8", "surrogateescape")


def _block_text(block: Message) -> str:
    fields = "\n".join(f"{name}: {value}" for name, value in block.raw_items())
    rest = block.get_payload()
    return f"{fields}\n{rest}".strip() if isinstance(rest, str) else fields


def _take_leaf(part: Message, kind: str, limits: ParseLimits, depth: int, found: Parts) -> None:
    octets = octets_of(part)
    name = file_name(part)
    saved = _saved_message(octets, name, limits)
    if saved is not None:
        found.carried.append(Carried(message=saved, filename=name, depth=depth + 1))
        return
    charset = parameter(part, "charset")
    attached = _disposition(part) == "attachment"
    has_body = any(piece.plain.strip() or piece.html for piece in found.pieces)
    if kind in ("text/plain", "text/html") and not attached and not (name and has_body):
        _take_body(octets, kind, charset, limits, found)
    elif kind.startswith("text/") and not (attached or name or has_body) and kind != "text/calendar":
        _take_body(
            octets, "text/html" if kind in ("text/enriched", "text/richtext") else "text/plain", charset, limits, found
        )
    elif octets or name:
        found.raw.append(RawPart(filename=name, content_type=kind, octets=octets, charset=charset))


def _take_body(octets: bytes, kind: str, charset: str, limits: ParseLimits, found: Parts) -> None:
    octets = _beginning(octets, max(limits.text, limits.html) * _LETTER)
    if kind == "text/html" and not charset:
        meta = _HTML_CHARSET.search(octets[:4000])
        charset = meta[1].decode("ascii") if meta else ""
    text = decode_as(octets, limits.charset) if limits.charset else decode(octets, charset)
    if text.oddity:
        found.oddities.append(text.oddity)
    if kind == "text/html":
        found.pieces.append(Piece(html=clean_text(text.text)))
        return
    plain, files = split_uuencoded(clean_text(text.text))
    found.pieces.append(Piece(plain=plain))
    found.raw += [
        RawPart(filename=one.filename, content_type="application/octet-stream", octets=one.octets) for one in files
    ]


def _saved_message(octets: bytes, name: str, limits: ParseLimits) -> Message | None:
    """Read a message that was saved as a file and attached (`enquiry.eml`), if it is one."""
    if not name.lower().endswith(".eml"):
        return None
    tree, _ = message_tree(without_envelope(octets), limits)
    return tree if tree["from"] and (tree["subject"] is not None or tree["date"]) else None


def _beginning(octets: bytes, most: int) -> bytes:
    """Cut octets at a line end, so that no letter is cut in two; what is left still fills every limit of text."""
    if len(octets) <= most:
        return octets
    return octets[: octets.rfind(b"\n", most - 10_000, most) + 1 or most]


def _children(part: Message) -> list[Message]:
    """Give the parts of a part; none where it is not a multipart, or is a broken one."""
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _disposition(part: Message) -> str:
    return str(part.get("content-disposition", "")).partition(";")[0].strip().strip('"').lower()
