"""The short way to a message's tree: fields and parts are cut out whole, where the message is regular.

The standard library's parser reads line by line, and tries each line against every open boundary. Here nothing is
decided: whatever is odd in any way, and messages inside messages, are left to it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from itertools import pairwise
from typing import Protocol

from pipeline.mail.mime.envelope import LONE_RETURN
from pipeline.mail.mime.headers import boundary_of

_FIELD = re.compile(r"^([!-9;-~]+):[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)\n", re.M)  # name, value with its folds
_HEAD_END = re.compile(r"\n(\r?\n)")
_MARK_END = re.compile(r"(--)?[ \t]*(?:\r?\n|\Z)")
_PLAIN_ENCODINGS = ("7bit", "8bit", "binary")  # any other is a defect of a multipart
_DEEPEST = 40


class Taking(Protocol):
    """What makes parts and takes their fields; it counts and cuts them, or refuses more."""

    def new_part(self) -> Message:
        """Make an empty part."""

    def taken(self, fields: Sequence[tuple[str, str]]) -> Iterable[tuple[str, str]]:
        """Give all the fields of a part, their names and values, as they shall stand."""


def split_tree(raw: bytes, taking: Taking) -> Message | None:
    """Give the tree that the standard library's parser gives, or None where only that can tell."""
    if LONE_RETURN.search(raw):  # it ends lines too
        return None
    text = raw.decode("ascii", "surrogateescape")
    return _part(text, 0, len(text), taking, 0)


def _part(text: str, start: int, end: int, taking: Taking, depth: int) -> Message | None:
    """Cut out the part between two places: its fields, then its body or its own parts."""
    body = _body_begins(text, start, end)
    if body is None or depth > _DEEPEST:
        return None
    part = taking.new_part()
    if not _took_fields(text, start, body[0], part, taking):
        return None
    kind = part.get_content_maintype()
    if kind == "message":
        return None
    if kind == "multipart":
        return part if _took_parts(text, body[1], end, part, taking, depth) else None
    own = text[body[1] : end]
    part.set_payload(_without_line_end(own) if depth else own)  # the last belongs to the boundary (RFC 2046, 5.1.1)
    return part


def _body_begins(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Give where the fields end and where the body begins: before and behind the first blank line."""
    if text.startswith(("\r\n", "\n"), start, end):
        return start, text.index("\n", start) + 1
    blank = _HEAD_END.search(text, start, end)
    return blank.span(1) if blank else None


def _took_fields(text: str, start: int, end: int, part: Message, taking: Taking) -> bool:
    """Take the fields between two places; say whether nothing but fields stood there."""
    fields = _FIELD.findall(text, start, end)
    folds = "".join([value for _, value in fields]).count("\n")
    if len(fields) + folds != text.count("\n", start, end):
        return False
    for name, value in taking.taken([(name, value.rstrip("\r\n")) for name, value in fields]):
        part.set_raw(name, value)
    return True


def _took_parts(text: str, start: int, end: int, whole: Message, taking: Taking, depth: int) -> bool:
    """Take the parts of a multipart; say whether its boundaries stand as they should."""
    boundary = boundary_of(whole)
    encoding = str(whole.get("content-transfer-encoding", "8bit")).lower()
    if not boundary or encoding not in _PLAIN_ENCODINGS or whole.get_content_subtype() == "digest":
        return False
    marks = list(_marks(text, start, end, "--" + boundary))
    if len(marks) < 2 or not marks[-1][2]:
        return False
    for (_, begin, _), (stop, _, _) in pairwise(marks):
        child = _part(text, begin, stop, taking, depth + 1) if begin < stop else None
        if child is None:
            return False
        if child.is_multipart():
            child.epilogue = _without_line_end(child.epilogue) if child.epilogue else None
        whole.attach(child)
    if marks[0][0] > start:
        whole.preamble = _without_line_end(text[start : marks[0][0]])
    whole.epilogue = text[marks[-1][1] : end]
    return True


def _marks(text: str, start: int, end: int, mark: str) -> Iterator[tuple[int, int, bool]]:
    """Give the lines that are boundaries, up to the closing one: begin, end, and whether it closes."""
    at = text.find(mark, start, end)
    while at >= 0:
        after = at + len(mark)
        found = _MARK_END.match(text, after, end) if text[at - 1] == "\n" else None
        if found:
            yield at, found.end(), found[1] is not None
        if found and found[1]:
            return
        at = text.find(mark, after, end)


def _without_line_end(text: str) -> str:
    return text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n")
