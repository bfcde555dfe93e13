"""File names of attachments, made harmless: nothing of a path, no marks, never two alike in one message."""

import mimetypes
import re
from email.message import Message

from pipeline.mail.mime.charsets import clean_text, one_line
from pipeline.mail.mime.headers import BIDI, parameter

_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_LENGTH = 120
_ENDINGS = {
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/plain": ".txt",
    "text/calendar": ".ics",
    "application/ms-tnef": ".dat",
    "image/jpeg": ".jpg",
}


def file_name(part: Message) -> str:
    """Give the safe name of a part's file, "" when it names none."""
    name = parameter(part, "filename", "content-disposition") or parameter(part, "name")
    return safe_name(name)


def safe_name(name: str) -> str:
    """Make a file name harmless: no folder, no control or direction mark, no more than 120 characters."""
    name = BIDI.sub("", one_line(clean_text(name)))
    name = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    name = _FORBIDDEN.sub("_", name).strip(" .") if name.strip(" .") else ""
    if len(name) <= _LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:_LENGTH]
    return stem[: _LENGTH - len(ending) - 1] + "." + ending


def unnamed(content_type: str, place: int) -> str:
    """Name a part that has no name by its place and kind: `part-2.pdf`."""
    if content_type in ("message/delivery-status", "message/disposition-notification"):
        return content_type.partition("/")[2] + ".txt"
    ending = _ENDINGS.get(content_type) or mimetypes.guess_extension(content_type) or ""
    return f"part-{place}{ending}"


def distinct_name(name: str, taken: set[str]) -> str:
    """Make a name different from those taken: `image001.png`, `image001 (2).png`; it is then taken too."""
    stem, dot, ending = name.rpartition(".")
    stem, dot = (stem, dot) if stem else (name, "")
    distinct = name
    number = 1
    while distinct.lower() in taken:
        number += 1
        distinct = f"{stem} ({number}){dot}{ending if dot else ''}"
    taken.add(distinct.lower())
    return distinct
