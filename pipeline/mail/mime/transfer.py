"""Undo transfer encodings, also as programs write them: base64 in pieces, or with a list's footer below."""

import base64
import binascii
import re
from email.message import Message

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_FOREIGN = bytes(set(range(256)) - set(_ALPHABET))
_ENCODED = _ALPHABET + b"\r\n\t "
_ENCODED_LINES = re.compile(rb"(?:[A-Za-z0-9+/=]*[ \t]*\r?\n|[A-Za-z0-9+/=]*\Z)*")


def octets_of(part: Message) -> bytes:
    """Give a part's octets; what cannot be decoded stays as it was sent."""
    if encoding_of(part) == "base64":
        return _from_base64(_as_sent(part))
    try:
        octets = part.get_payload(decode=True)
    except (ValueError, TypeError, AssertionError, UnicodeError):
        octets = None
    return octets if isinstance(octets, bytes) else _as_sent(part)


def encoding_of(part: Message) -> str:
    """Name the transfer encoding of a part in lower case."""
    return str(part.get("content-transfer-encoding", "")).strip().lower()


def _as_sent(part: Message) -> bytes:
    """Give the octets before decoding."""
    payload = part.get_payload()
    return payload.encode("utf-8", "replace") if isinstance(payload, str) else b""


def _from_base64(sent: bytes) -> bytes:
    """Decode base64; text below it (a list's footer) is kept as it stands, and so is what is no base64 at all."""
    if not sent or sent.isspace():
        return b""
    foreign = sent.translate(None, _ENCODED)
    whole = None if foreign else whole_base64(sent)
    if whole is not None:
        return whole
    match = _ENCODED_LINES.match(sent) if foreign else None
    end = match.end() if match else len(sent)
    rest = sent[end:]
    try:
        if not rest.strip() or end * 5 < len(sent):
            return lenient_base64(sent)
        return lenient_base64(sent[:end]) + b"\n" + rest
    except binascii.Error:
        return sent


def whole_base64(sent: bytes) -> bytes | None:
    """Decode base64 that is padded once, at its end, in one go; None where it is not, or is padded wrongly."""
    padding = sent.find(b"=")
    if padding >= 0 and sent[padding:].strip(b"=\r\n\t "):
        return None
    try:
        return binascii.a2b_base64(sent)
    except binascii.Error:
        return None


def lenient_base64(payload: bytes) -> bytes:
    """Decode base64 with wrong padding, in several padded pieces, or with foreign characters in it.

    Raises binascii.Error when there is no base64 in it.
    """
    letters = payload.translate(None, _FOREIGN)
    pieces = [piece for piece in letters.split(b"=") if piece]
    if not pieces and payload.strip():
        raise binascii.Error("no base64 in it")
    return b"".join(_piece(piece) for piece in pieces)


def _piece(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))
