"""Text as both databases take it: no NUL, no lone surrogate. Each is replaced one for one, so offsets still hold."""

import re

_REFUSED = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """Replace what a database refuses by U+FFFD; the length stays."""
    if text.isascii() and "\x00" not in text:
        return text
    return _REFUSED.sub(REPLACEMENT, text)


def cut(text: str, most_bytes: int) -> str:
    """Give the beginning of a clean text that takes at most so many bytes in UTF-8."""
    if len(text) * 4 <= most_bytes:
        return text
    return text.encode()[:most_bytes].decode(errors="ignore")
