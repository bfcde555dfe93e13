"""Files that old programs wrote into the text itself: `begin 644 name` ... `end`."""

import binascii
import re
from dataclasses import dataclass

from pipeline.mail.mime.names import safe_name

_BEGIN = re.compile(r"^begin [0-7]{3,4} ?(\S.{0,200})?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbeddedFile:
    """A file found in a text."""

    filename: str
    octets: bytes


def split_uuencoded(text: str) -> tuple[str, tuple[EmbeddedFile, ...]]:
    """Take uuencoded files out of a text; lines that only look like one stay."""
    if "begin " not in text or "\nend" not in text:
        return text, ()
    kept: list[str] = []
    files: list[EmbeddedFile] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begin = _BEGIN.match(lines[at])
        end = _end_of(lines, at) if begin else None
        if begin and end:
            files.append(EmbeddedFile(filename=safe_name(begin[1] or ""), octets=_decoded(lines[at + 1 : end])))
            at = end + 1
        else:
            kept.append(lines[at])
            at += 1
    return "\n".join(kept), tuple(files)


def _end_of(lines: list[str], begin: int) -> int | None:
    """Find the `end` of a file whose lines in between all have the length they state."""
    for at in range(begin + 1, len(lines)):
        if lines[at].strip() == "end":
            return at
        if lines[at] and not _is_uu(lines[at]):
            return None
    return None


def _is_uu(line: str) -> bool:
    stated = (ord(line[0]) - 32) & 63
    needed = (stated * 8 + 5) // 6
    return 32 <= ord(line[0]) <= 96 and needed - 3 <= len(line) - 1 <= needed + 4


def _decoded(lines: list[str]) -> bytes:
    out = []
    for line in lines:
        try:
            out.append(binascii.a2b_uu(line))
        except (binascii.Error, ValueError):
            stated = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:stated]))
            except (binascii.Error, ValueError):
                continue
    return b"".join(out)
