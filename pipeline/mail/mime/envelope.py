"""What stands around a message: mbox lines, byte order marks, blank lines, doubled carriage returns."""

import re

_BOM = b"\xef\xbb\xbf"
_MBOX_LINE = re.compile(rb">?From [^\r\n]{0,500}(?:\r\n|\n|\r)")
_QUOTED_ONCE = re.compile(rb"^>From ", re.M)
_QUOTED_OFTEN = re.compile(rb"^>(>*From )", re.M)
_SPACED = re.compile(rb"^([!-9;-~]{1,80})[ \t]+:", re.M)
LONE_RETURN = re.compile(rb"\r(?!\n)")  # found faster than returns and line ends are counted
_HEAD = 2_000
_HEADERS = 65_536


def without_envelope(raw: bytes) -> bytes:
    """Give the message from its first header field on: a mark, blank lines or an mbox line before it are left out."""
    start = raw[:_HEAD]
    if start[:1] in b"\xef\r\n \t>F" or b"\r\r\n" in start:
        raw = raw.removeprefix(_BOM)
        raw = raw.lstrip(b"\r\n") if raw[:1] in b"\r\n" else raw
        match = _MBOX_LINE.match(raw)
        raw = raw[match.end() :] if match else raw
        if b"\r\r\n" in start:
            raw = raw.replace(b"\r\r\n", b"\r\n")
    return _without_spaced_names(raw)


def _without_spaced_names(raw: bytes) -> bytes:
    """Read `Subject :` as obsolete syntax allows (RFC 5322, 4.5); the parser takes it for the end of the headers."""
    end = raw.find(b"\r\n\r\n", 0, _HEADERS)
    end = end if end >= 0 else _HEADERS
    if raw.find(b" :", 0, end) < 0 and raw.find(b"\t:", 0, end) < 0:  # so other ends of a head need not be looked for
        return raw
    head = _head_of(raw[:_HEADERS])
    return _SPACED.sub(rb"\1:", head) + raw[len(head) :] if _SPACED.search(head) else raw


def _head_of(raw: bytes) -> bytes:
    end = len(raw)
    for mark in (b"\r\n\r\n", b"\n\n", b"\r\r"):  # the first of all: the next only where it begins before
        place = raw.find(mark, 0, end + 1)
        end = place if place >= 0 else end
    return raw[:end]


def unquoted_mbox(raw: bytes, quoting: str) -> bytes:
    """Undo an mbox: the envelope line goes, and one `>` before From lines ("mboxo": only `>From `; "mboxrd": any)."""
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    if b"\n>" not in raw and not raw.startswith(b">"):
        return raw
    if quoting == "mboxrd":
        return _QUOTED_OFTEN.sub(rb"\1", raw)
    return _QUOTED_ONCE.sub(b"From ", raw)


def with_crlf(raw: bytes) -> bytes:
    """Make every line end CRLF, whichever it was (also a lone CR)."""
    if not LONE_RETURN.search(raw) and raw.count(b"\n") == raw.count(b"\r"):
        return raw
    raw = raw.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw.replace(b"\n", b"\r\n")
