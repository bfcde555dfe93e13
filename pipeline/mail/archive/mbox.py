"""Where the messages of an mbox begin and end, found in one pass that holds a line at a time.

An mbox has no standard (RFC 4155 describes it afterwards). A message begins at a line "From sender date" at the start
of the file or after an empty line, and a header follows; a sentence that begins with "From" has no date and no header
after it. Some programs write no empty line, or no date: there a header has to follow of which two of the first lines
are such as only a mail's has. What looks like a beginning, and is none by this, is counted: a person may know better.
The empty line before the next "From" belongs to the mbox, not to the message.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

_LONGEST_LINE = 65_536
_DATED = re.compile(rb"From .*\d\d?:\d\d.*\d{4}|From .*\d{4}-\d\d-\d\d")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
_SENT_BY = re.compile(rb"From (\S+@\S+|MAILER-DAEMON|-)[ \t\r\n]")
_ENVELOPE = re.compile(
    rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.{1,6}\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b"
)
_MAILS = re.compile(  # IANA's list of message headers, and what Exchange, Google and lists add
    rb"(From|To|Cc|Bcc|Subject|Date|Received|Return-Path|Reply-To|Sender|Message-ID|In-Reply-To|References|MIME-Version"
    rb"|Content-[A-Za-z-]+|Delivered-To|Envelope-To|X-[!-9;-~]+|Status|Resent-[A-Za-z-]+|List-[A-Za-z-]+|Mailing-List"
    rb"|DKIM-Signature|DomainKey-Signature|ARC-[A-Za-z-]+|Authentication-Results|Received-SPF|Feedback-ID|Precedence"
    rb"|Thread-(Topic|Index)|Organi[sz]ation|User-Agent|Auto-Submitted|Importance|Priority|Sensitivity|Errors-To"
    rb"|Accept-Language|Disposition-Notification-To|Return-Receipt-To|Apparently-To|Original-[A-Za-z-]+|Old-[A-Za-z-]+"
    rb"|Autocrypt|Keywords|Comments|Lines|Newsgroups|Xref|Path|NNTP-[A-Za-z-]+)[ \t]*:",
    re.IGNORECASE,
)
_HEADER_LINES = 8  # in which two of a mail's have to be
_THUNDERBIRD = b"From - "


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A message from `start` to before `end`, in bytes of the file.

    `doubts` counts lines in it that look like the beginning of another message and were taken for its text.
    """

    start: int
    end: int
    doubts: int = field(default=0, compare=False)


def spans(file: BinaryIO) -> Iterator[Span]:
    """Find the messages of an mbox."""
    start: int | None = None
    doubts = 0
    for begin in _beginnings(file):
        if begin is None:
            doubts += 1
            continue
        if start is not None:
            yield Span(start=start, end=begin.message_end, doubts=doubts)
        start, doubts = begin.at, 0
    if start is not None:
        yield Span(start=start, end=_end_of_last(file, start), doubts=doubts)


def quoting(path: Path) -> str:
    """Tell how "From" lines are quoted: "mboxrd" where the name or the writer says so, else "mboxo".

    The two differ only where a message itself had ">From" at the start of a line; undoing one mark too many would
    change what somebody wrote, so mboxo is the careful choice.
    """
    if path.suffix.lower() == ".mboxrd":
        return "mboxrd"
    with path.open("rb") as file:
        return "mboxrd" if file.read(len(_THUNDERBIRD)) == _THUNDERBIRD else "mboxo"


def holds_several(path: Path) -> bool:
    """Say whether an mbox holds more than one message."""
    with path.open("rb") as file:
        return len(list(islice(spans(file), 2))) > 1


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
    looks_so: bool = True  # so much that a person should know where it is taken for text

    def is_one(self, fields: Sequence[bytes]) -> bool | None:
        """Say whether what follows, so far, makes it one; None where more has to be seen."""
        if self.at == 0:
            return True
        if not _HEADER.match(fields[-1]):
            return False
        if self.marked or sum(1 for line in fields if _MAILS.match(line)) > 1:
            return True
        return False if len(fields) == _HEADER_LINES else None


def _beginnings(file: BinaryIO) -> Iterator[_Beginning | None]:
    """Yield each line that begins a message, once the lines after it have been seen; None for one that may be one."""
    at = empty = 0  # empty: length of the empty line before, 0 for none
    candidate: _Beginning | None = None
    fields: list[bytes] = []  # the header's lines after the candidate
    at_line_start = True
    while line := file.readline(_LONGEST_LINE):
        if candidate and at_line_start and not (fields and line.startswith((b" ", b"\t"))):  # a folded field is one
            fields.append(line)
            is_one = candidate.is_one(fields)
            if is_one or (is_one is False and candidate.looks_so):
                yield candidate if is_one else None
            candidate = candidate if is_one is None else None
        if at_line_start and line.startswith(b"From ") and (found := _candidate(line, at, empty)):
            candidate, fields = found, []
        empty = len(line) if at_line_start and line in (b"\n", b"\r\n") else 0
        at_line_start = line.endswith(b"\n")
        at += len(line)
    if candidate and (candidate.marked or candidate.looks_so):  # the file was cut off right after it
        yield candidate if candidate.marked else None


def _candidate(line: bytes, at: int, empty: int) -> _Beginning | None:
    """Take a line at `at`, behind an empty one of so many bytes, for the beginning of a message, if it may be one."""
    dated, sent = bool(_DATED.match(line)), bool(_SENT_BY.match(line))
    if not (at == 0 or dated or (empty and sent)):
        return None
    return _Beginning(
        at=at,
        message_end=at - empty,
        marked=at == 0 or bool(empty and dated),
        looks_so=dated and (sent or bool(_ENVELOPE.match(line))),
    )


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
