"""Text as both databases take it: no NUL, no lone surrogate. Each is replaced one for one, so offsets still hold."""

import re

_REFUSED = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """Replace what a database refuses by U+FFFD; the length stays."""
    if "\x00" not in text and (text.isascii() or _is_utf8(text)):
        return text
    return _REFUSED.sub(REPLACEMENT, text)


def _is_utf8(text: str) -> bool:
    """Say whether no surrogate stands in a text: to encode it takes a tenth of what looking letter by letter does."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def cut(text: str, most_bytes: int) -> str:
    """Give the beginning of a clean text that takes at most so many bytes in UTF-8."""
    if len(text) * 4 <= most_bytes:
        return text
    return text.encode()[:most_bytes].decode(errors="ignore")
