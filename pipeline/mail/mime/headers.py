"""Header fields as text: unfolded, encoded words decoded, raw 8-bit letters kept, file names made safe."""

import binascii
import quopri
import re
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message

from pipeline.mail.mime.charsets import decode, one_line
from pipeline.mail.mime.transfer import lenient_base64

_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,30})?\?([bBqQ])\?([^?]*)\?=")
_PLAIN = re.compile(r"[\t\n\r -~]*")  # nothing to decode, nothing to take out
_SURROGATE = re.compile("[\ud800-\udfff]")
_FOLD = re.compile(r"\r?\n[ \t]*|\r[ \t]*")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


Fields = Mapping[str, Sequence[str]]  # the raw values by lower-case name: folded, encoded, octets as surrogates


def fields_of(message: Message) -> Fields:
    """Sort the raw fields of a message by name, once for all who ask for some of them."""
    sorted_by: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        sorted_by.setdefault(name.lower(), []).append(str(value))
    return sorted_by


def field(told: Fields, name: str) -> str:
    """Give the first field of a name as one clean line, "" when there is none."""
    return decoded(first(told, name))


def fields(told: Fields, name: str) -> tuple[str, ...]:
    """Give every field of a name as one clean line each."""
    return tuple(decoded(value) for value in told.get(name, ()))


def first(told: Fields, name: str) -> str:
    """Give the first field of a name as it stands, "" when there is none."""
    values = told.get(name)
    return values[0] if values else ""


def decoded(value: str) -> str:
    """Read one raw field value as its reader should see it."""
    if "=?" not in value and _PLAIN.fullmatch(value):
        return " ".join(value.split())
    return one_line(BIDI.sub("", decode_words(unfolded(value))))


def unfolded(value: str) -> str:
    """Undo folding and read raw octets (kept as surrogates by the parser) by the best guess."""
    if "\n" in value or "\r" in value:
        value = _FOLD.sub(" ", value)
    if "\x1b" in value or not (value.isascii() or _SURROGATE.search(value) is None):
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
        octets = lenient_base64(payload)
    except binascii.Error:
        octets = b""
    return octets if octets or not payload else match[0].encode("utf-8", "surrogateescape")


def content_type(part: Message) -> str:
    """Give the media type in lower case without parameters; text/plain when it is nonsense (RFC 2045, 5.2)."""
    return part.get_content_type()


def _clean_view(part: Message, header: str, value: str) -> Message:
    """Give a part whose field has its raw 8-bit letters read: the standard library would lose them."""
    if value.isascii() or not _SURROGATE.search(value):
        return part
    view = Message()
    view[header] = unfolded(value)
    return view


def parameter(part: Message, name: str, header: str = "content-type") -> str:
    """Give one MIME parameter as text: RFC 2231, RFC 2047 and raw 8-bit are all met in mail; "" when absent."""
    written = next((str(value) for key, value in part.raw_items() if key.lower() == header), "")
    if name not in written.lower():
        return ""
    try:
        value = _clean_view(part, header, written).get_param(name, "", header)
    except (ValueError, TypeError, LookupError):  # `filename*<many digits>=`, a charset with NUL in it
        return ""
    if isinstance(value, tuple):
        charset, _, octets = value
        return decode(str(octets or "").encode("latin-1", "replace"), charset or "").text
    return decode_words(unfolded(str(value or ""))).strip().strip('"')
