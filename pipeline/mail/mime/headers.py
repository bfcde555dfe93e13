"""Header fields as text: unfolded, encoded words decoded, raw 8-bit letters kept, file names made safe."""

import binascii
import quopri
import re
from collections.abc import Iterator
from email.message import Message

from pipeline.mail.mime.charsets import decode, one_line
from pipeline.mail.mime.transfer import lenient_base64

_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,30})?\?([bBqQ])\?([^?]*)\?=")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FOLD = re.compile(r"\r?\n[ \t]*|\r[ \t]*")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def field(message: Message, name: str) -> str:
    """Give the first field of a name as one clean line, "" when there is none."""
    return next(fields(message, name), "")


def fields(message: Message, name: str) -> Iterator[str]:
    """Give every field of a name as one clean line each."""
    for value in raw_fields(message, name):
        yield decoded(value)


def raw_fields(message: Message, name: str) -> Iterator[str]:
    """Give the fields of a name as they stand: folded, encoded, octets as surrogates."""
    name = name.lower()
    for key, value in message.raw_items():
        if key.lower() == name:
            yield str(value)


def decoded(value: str) -> str:
    """Read one raw field value as its reader should see it."""
    return one_line(BIDI.sub("", decode_words(unfolded(value))))


def unfolded(value: str) -> str:
    """Undo folding and read raw octets (kept as surrogates by the parser) by the best guess."""
    value = _FOLD.sub(" ", value)
    if _SURROGATE.search(value) or "\x1b" in value:
        value = decode(value.encode("utf-8", "surrogateescape"), "").text
    return value


def decode_words(value: str) -> str:
    """Decode RFC 2047 words, also those that other programs refuse; what cannot be decoded stays as it was.

    White space between neighbouring words goes, and neighbours of one charset are joined first: some programs split
    a letter over two words.
    """
    if "=?" not in value:
        return value
    out: list[str] = []
    run: list[tuple[str, bytes]] = []
    at = 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        if between.strip() or not run:
            out += [*_joined(run), between]
            run = []
        run.append((match[1], _word_octets(match)))
        at = match.end()
    return "".join([*out, *_joined(run), value[at:]])


def _joined(run: list[tuple[str, bytes]]) -> Iterator[str]:
    """Decode neighbouring words, those of one charset together."""
    at = 0
    while at < len(run):
        end = at + 1
        while end < len(run) and run[end][0].lower() == run[at][0].lower():
            end += 1
        yield decode(b"".join(octets for _, octets in run[at:end]), run[at][0]).text
        at = end


def _word_octets(match: re.Match[str]) -> bytes:
    payload = match[3].encode("utf-8", "surrogateescape")
    if match[2] in "qQ":
        return quopri.decodestring(payload, header=True)
    try:
        return lenient_base64(payload)
    except binascii.Error:
        return match[0].encode("utf-8", "surrogateescape")


def content_type(part: Message) -> str:
    """Give the media type in lower case without parameters; text/plain when it is nonsense (RFC 2045, 5.2)."""
    return part.get_content_type()


def _clean_view(part: Message, header: str) -> Message:
    """Give a part whose field has its raw 8-bit letters read: the standard library would lose them."""
    value = next(raw_fields(part, header), "")
    if not _SURROGATE.search(value):
        return part
    view = Message()
    view[header] = unfolded(value)
    return view


def parameter(part: Message, name: str, header: str = "content-type") -> str:
    """Give one MIME parameter as text: RFC 2231, RFC 2047 and raw 8-bit are all met in mail; "" when absent."""
    try:
        value = _clean_view(part, header).get_param(name, "", header)
    except (ValueError, TypeError, LookupError):  # `filename*<many digits>=`, a charset with NUL in it
        return ""
    if isinstance(value, tuple):
        charset, _, octets = value
        return decode(str(octets or "").encode("latin-1", "replace"), charset or "").text
    return decode_words(unfolded(str(value or ""))).strip().strip('"')
