"""Header fields as text: unfolded, encoded words decoded, raw 8-bit letters kept, file names made safe."""

import binascii
import quopri
import re
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from functools import lru_cache

from pipeline.mail.mime.charsets import decode, one_line
from pipeline.mail.mime.fields import Fields, fields_of
from pipeline.mail.mime.transfer import lenient_base64

_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,30})?\?([bBqQ])\?([^?]*)\?=")
_PLAIN = re.compile(r"[\t\n\r -~]*")  # nothing to decode, nothing to take out
_SURROGATE = re.compile("[\ud800-\udfff]")
_PARAMETER = r';[ \t]*(?:\r?\n[ \t]+)?([A-Za-z-]+)=(?:"([\w .,:=+/@&()#!-]*)"|([\w.:+/=-]+))'
_PLAIN_PARAMETERS = re.compile(rf"([\w./+-]+)(?:{_PARAMETER})*+;?", re.ASCII)
_PLAIN_PARAMETER = re.compile(_PARAMETER, re.ASCII)
_FOLD = re.compile(r"\r?\n[ \t]*|\r[ \t]*")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


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


def all_decoded(values: Sequence[str]) -> list[str]:
    """Read raw field values as `decoded` reads each; that there is nothing to decode is seen for all at once."""
    whole = "".join(values)
    if "=?" not in whole and _PLAIN.fullmatch(whole):
        return [" ".join(value.split()) for value in values]
    return [decoded(value) for value in values]


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


def boundary_of(part: Message) -> str:
    """Give the boundary of a multipart, "" when it names none."""
    plain = plain_parameters(first(fields_of(part), "content-type"))
    return part.get_boundary() or "" if plain is None else plain.get("boundary", "").rstrip()


def _clean_view(part: Message, header: str, value: str) -> Message:
    """Give a part whose field has its raw 8-bit letters read: the standard library would lose them."""
    if value.isascii() or not _SURROGATE.search(value):
        return part
    view = Message()
    view[header] = unfolded(value)
    return view


@lru_cache(maxsize=1_024)
def plain_parameters(written: str) -> Mapping[str, str] | None:
    """Read the parameters of a field written as nearly all are: `text/plain; charset="utf-8"`; None where it is not.

    Its answer is the standard library's, which a property test holds it to.
    """
    match = _PLAIN_PARAMETERS.fullmatch(written)
    if match is None:
        return None
    found = [(name.lower(), quoted or bare) for name, quoted, bare in _PLAIN_PARAMETER.findall(written)]
    return dict([*reversed(found), (match[1].lower(), "")])  # the first of a name counts


def parameter(part: Message, name: str, header: str = "content-type") -> str:
    """Give one MIME parameter as text: RFC 2231, RFC 2047 and raw 8-bit are all met in mail; "" when absent."""
    written = first(fields_of(part), header)
    if name not in written.lower():
        return ""
    plain = plain_parameters(written)
    if plain is not None:
        return plain.get(name, "").strip()
    try:
        value = _clean_view(part, header, written).get_param(name, "", header)
    except (ValueError, TypeError, LookupError):  # `filename*<many digits>=`, a charset with NUL in it
        return ""
    if isinstance(value, tuple):
        charset, _, octets = value
        return decode(str(octets or "").encode("latin-1", "replace"), charset or "").text
    return decode_words(unfolded(str(value or ""))).strip().strip('"')
