"""Bytes to clean Unicode: WHATWG's reading of charset names, 7-bit charsets, and a guess where the name is wrong.

https://encoding.spec.whatwg.org/#names-and-labels: mail labelled iso-8859-1 or us-ascii is Windows-1252 in truth.
"""

import codecs
import re
from dataclasses import dataclass

_ALIASES = {
    "": "utf-8",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso-8859-1-windows-3.0-latin-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "x-ansi": "cp1252",
    "windows-1252": "cp1252",
    "x-cp1252": "cp1252",
    "iso-8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "chinese": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "ksc5601": "cp949",
    "korean": "cp949",
    "windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "hz-gb-2312": "hz",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "macroman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ce": "mac_latin2",
    "koi8-ru": "koi8_u",
}
_NOT_FOR_MAIL = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
_SEVEN_BIT = frozenset({"utf-7", "hz", "iso2022_jp_ext", "iso2022_kr", "iso2022_jp_2", "iso2022_jp_1", "iso2022_jp_3"})
_ESCAPES = re.compile(rb"\x1b(?:\$[@B]|\$\([A-Q]|\([BIJ])")
_EAST_ASIAN = ("gb18030", "cp932", "euc_jp", "cp949", "big5hkscs")

# Windows-1252's reading of the C1 controls, which no mail means; the five it leaves undefined vanish.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_CLEAN: dict[int, str] = {
    **{code: "" for code in (*range(0x20), 0x7F, 0xAD, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xFFFE, 0xFFFF)},
    **{code: "\n" for code in (0x0B, 0x0C, 0x2028, 0x2029)},
    **{code: "\ufffd" for code in range(0xD800, 0xE000)},
    **_C1,
    0xA0: " ",
}
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u200b\u200e\u200f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_PLAIN = bytes(code for code in range(128) if not _ODD.match(chr(code)))

_C1_CONTROL = re.compile("[\x80-\x9f]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """Text, and in words what was odd about its charset ("" when nothing was)."""

    text: str
    oddity: str = ""


def clean_text(text: str) -> str:
    """Make text safe for every store and reader: line ends are LF, no NUL, control, lone surrogate, invisible mark."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and not text.encode().translate(None, _PLAIN):  # a tenth of what the pattern takes
        return text
    return _ODD.sub(_replacement, text.replace("\xa0", " "))  # the commonest at once


def _replacement(match: re.Match[str]) -> str:
    """Give what stands for an odd character; one by one, because translating a long text costs far more."""
    return _CLEAN[ord(match[0])]


def one_line(text: str) -> str:
    """Clean text and fold its white space: for subjects, names and header values."""
    return " ".join(clean_text(text).split())


def codec_named(label: str) -> str | None:
    """Give Python's codec for a charset label of mail, or None when there is none that is safe."""
    label = label.strip().strip("\"'").lower()[:60]
    name = _ALIASES.get(label) or _ALIASES.get(label.replace("_", "-"), label)
    try:
        found = codecs.lookup(name).name.replace("-", "_")
    except (LookupError, ValueError):
        return _near_name(label)
    return None if found in _NOT_FOR_MAIL else name


def _near_name(label: str) -> str | None:
    """Read labels such as `cp-850` or `utf-8 euao6y69zh2w`."""
    match = re.match(r"(cp|windows|iso|utf|koi8)[-_ ]?([0-9a-z][-_0-9]*)", label)
    if not match:
        return None
    name = match[1] + ("-" if match[1] != "cp" else "") + match[2].strip("-_")
    name = _ALIASES.get(name, name)
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return name


def decode(octets: bytes, label: str) -> Decoded:
    """Decode octets by the charset a message names, else by the best guess, which is then said."""
    if octets.isascii() and b"\x1b" not in octets:
        return _decode_ascii(octets, label)
    codec = codec_named(label)
    if codec == "cp1252" or codec is None or codec == "utf-8":
        return _decode_common(octets, label, codec)
    try:
        return Decoded(text=octets.decode(codec))
    except (UnicodeError, LookupError, ValueError):
        return _decode_wrong(octets, label, codec)


def decode_as(octets: bytes, label: str) -> Decoded:
    """Decode octets by the charset that a person chose, and say so; where it does not fit, marks stand."""
    codec = codec_named(label) or "utf-8"
    return Decoded(text=octets.decode(codec, "replace"), oddity=f"a person chose the charset {_shown(label)}")


def _decode_ascii(octets: bytes, label: str) -> Decoded:
    """Decode plain ASCII, unless the charset writes other letters in seven bits."""
    codec = codec_named(label) if label else "utf-8"
    if codec in _SEVEN_BIT or (codec or "").startswith(("utf-16", "utf_16", "utf-32")):
        try:
            return Decoded(text=octets.decode(codec or "ascii"))
        except (UnicodeError, ValueError):
            return Decoded(text=octets.decode("ascii"), oddity=_guessed(label, "ascii"))
    unknown = codec is None
    return Decoded(text=octets.decode("ascii"), oddity=_guessed(label, "ascii") if unknown else "")


def _decode_common(octets: bytes, label: str, codec: str | None) -> Decoded:
    """Decode what is said to be UTF-8, Latin-1 or nothing known."""
    if _ESCAPES.search(octets):
        try:
            return Decoded(text=octets.decode("iso2022_jp_ext"), oddity=_guessed(label, "iso-2022-jp"))
        except UnicodeError:
            pass
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_eight_bit(octets, label, codec)
    return Decoded(text=text, oddity="" if codec == "utf-8" or text.isascii() else _guessed(label, "utf-8"))


def _decode_eight_bit(octets: bytes, label: str, codec: str | None) -> Decoded:
    if codec == "cp1252" and label.lower() not in ("us-ascii", "ascii"):
        return Decoded(text=_latin(octets))
    if codec == "utf-8" and _mostly_utf8(octets):
        return Decoded(text=octets.decode("utf-8", "replace"), oddity="some letters could not be read (broken utf-8)")
    guess = _east_asian(octets) or "windows-1252"
    text = _latin(octets) if guess == "windows-1252" else octets.decode(guess, "replace")
    return Decoded(text=text, oddity=_guessed(label, guess))


def _decode_wrong(octets: bytes, label: str, codec: str) -> Decoded:
    """Decode what the named charset refuses: as UTF-8 if it is, else as named with marks where it fails."""
    try:
        return Decoded(text=octets.decode("utf-8-sig"), oddity=_guessed(label, "utf-8"))
    except UnicodeDecodeError:
        pass
    try:
        text = octets.decode(codec, "replace")
    except (UnicodeError, LookupError, ValueError):
        return Decoded(text=_latin(octets), oddity=_guessed(label, "windows-1252"))
    if text.count("\ufffd") * 10 > len(text):
        return Decoded(text=_latin(octets), oddity=_guessed(label, "windows-1252"))
    return Decoded(text=text, oddity=f"some letters could not be read (charset {_shown(label)})")


def _latin(octets: bytes) -> str:
    """Decode Latin-1; `clean_text` makes Windows-1252 of its controls."""
    return _C1_CONTROL.sub(_replacement, octets.decode("latin-1"))


def _mostly_utf8(octets: bytes) -> bool:
    """Say whether a text is UTF-8 with a few faults, rather than another charset."""
    text = octets.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    letters = sum(1 for _ in re.finditer(r"[^\x00-\x7f\ufffd]", text))
    return faults * 4 <= letters


def _east_asian(octets: bytes) -> str | None:
    """Guess a two-byte charset for text that is mostly 8-bit, by the share of its usual characters."""
    high = len(octets) - len(octets.translate(None, bytes(range(0x80, 0x100))))
    if high < 8 or high * 3 < len(octets):
        return None
    scores = [(_usual_share(octets[:4000], codec), codec) for codec in _EAST_ASIAN]
    share, codec = max(scores)
    return codec if share > 0.8 else None


def _usual_share(octets: bytes, codec: str) -> float:
    text = octets.decode(codec, "replace")
    wide = [char for char in text if ord(char) > 0x7F]
    usual = sum(1 for char in wide if "\u3000" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or char >= "\uac00")
    faults = text.count("\ufffd")
    return (usual - faults * 2) / len(wide) if wide else 0.0


def _guessed(label: str, guess: str) -> str:
    said = f"it said {_shown(label)}" if label else "it named none"
    return f"the charset was guessed: {said}, read as {guess}"


def _shown(label: str) -> str:
    return one_line(label)[:40]
