"""Where the messages of an mbox begin and end, found in one pass that holds a line at a time.

An mbox has no standard (RFC 4155 describes it afterwards). A message begins at a line "From sender date" at the start
of the file or after an empty line, and a header follows; a sentence that begins with "From" has no date and no header
after it. Some programs write no empty line, or no date: there two lines have to follow that only a mail's header has.
The empty line before the next "From" belongs to the mbox, not to the message.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_LONGEST_LINE = 65_536
_DATED = re.compile(rb"From .*\d\d?:\d\d.*\d{4}|From .*\d{4}-\d\d-\d\d")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
_SENT_BY = re.compile(rb"From (\S+@\S+|MAILER-DAEMON|-)[ \t\r\n]")
_MAILS = re.compile(
    rb"(From|To|Cc|Bcc|Subject|Date|Received|Return-Path|Reply-To|Sender|Message-ID|In-Reply-To|References|MIME-Version"
    rb"|Content-[A-Za-z-]+|Delivered-To|Envelope-To|X-[!-9;-~]+|Status)[ \t]*:",
    re.IGNORECASE,
)
_THUNDERBIRD = b"From - "


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A message from `start` to before `end`, in bytes of the file."""

    start: int
    end: int


def spans(file: BinaryIO) -> Iterator[Span]:
    """Find the messages of an mbox."""
    start: int | None = None
    for begin in _beginnings(file):
        if start is not None:
            yield Span(start=start, end=begin.message_end)
        start = begin.at
    if start is not None:
        yield Span(start=start, end=_end_of_last(file, start))


def quoting(path: Path) -> str:
    """Tell how "From" lines are quoted: "mboxrd" where the name or the writer says so, else "mboxo".

    The two differ only where a message itself had ">From" at the start of a line; undoing one mark too many would
    change what somebody wrote, so mboxo is the careful choice.
    """
    if path.suffix.lower() == ".mboxrd":
        return "mboxrd"
    with path.open("rb") as file:
        return "mboxrd" if file.read(len(_THUNDERBIRD)) == _THUNDERBIRD else "mboxo"


def is_cut_off(path: Path) -> bool:
    """Say whether an mbox ends in the middle of a line, as after a broken copy."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if not size:
            return False
        file.seek(size - 1)
        return file.read(1) != b"\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Beginning:
    at: int
    message_end: int  # where the message before it ends
    marked: bool = True  # by a date and what stands before it; if not, more has to follow

    @property
    def needed(self) -> int:
        """Count the lines of a header that have to follow."""
        return 1 if self.marked else 2

    def goes_on(self, line: bytes) -> bool:
        """Say whether a line after it may be of the message's header."""
        return self.at == 0 or bool((_HEADER if self.marked else _MAILS).match(line))


def _beginnings(file: BinaryIO) -> Iterator[_Beginning]:
    """Yield each line that begins a message, once the lines after it have been seen."""
    at = empty = seen = 0  # empty: length of the empty line before, 0 for none; seen: header lines after the candidate
    candidate: _Beginning | None = None
    at_line_start = True
    while line := file.readline(_LONGEST_LINE):
        if candidate and not (seen and line.startswith((b" ", b"\t"))):  # a folded field is one
            seen += 1
            if not candidate.goes_on(line):
                candidate = None
            elif seen == candidate.needed:
                yield candidate
                candidate = None
        if at_line_start and line.startswith(b"From ") and (found := _candidate(line, at, empty)):
            candidate, seen = found, 0
        empty = len(line) if at_line_start and line in (b"\n", b"\r\n") else 0
        at_line_start = line.endswith(b"\n")
        at += len(line)
    if candidate and candidate.marked:  # the file was cut off right after it
        yield candidate


def _candidate(line: bytes, at: int, empty: int) -> _Beginning | None:
    """Take a line at `at`, behind an empty one of so many bytes, for the beginning of a message, if it may be one."""
    dated = bool(_DATED.match(line))
    if at == 0 or (empty and dated):
        return _Beginning(at=at, message_end=at - empty)
    if dated or (empty and _SENT_BY.match(line)):
        return _Beginning(at=at, message_end=at - empty, marked=False)
    return None


def _end_of_last(file: BinaryIO, start: int) -> int:
    """Leave out the empty line that writers put after the last message too."""
    size = file.seek(0, 2)
    tail_at = max(start, size - 4)
    file.seek(tail_at)
    tail = file.read(4)
    for empty in (b"\r\n\r\n", b"\n\n"):
        if tail.endswith(empty):
            return size - len(empty) // 2
    return size
