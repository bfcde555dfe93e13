"""Message files read and tagged without a database: what `classify` and `evaluate` share."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from classifiers.verdict import Dimension, StatementKind, Verdict
from pipeline.errors import NoSuchPath, SeveralMessages
from pipeline.flow.reader import Reader
from pipeline.flow.reading import Reading, Unread
from pipeline.mail.archive import Kind, holds_several, survey
from pipeline.mail.archive.mbox import quoting
from pipeline.mail.archive.msg import message_of_msg
from pipeline.mail.errors import ArchiveError, ArchiveUnreadable
from pipeline.mail.message import Origin, RawMessage


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageFile:
    """A message's file, and its name as the output gives it: relative to the folder that was named.

    Where two of several paths hold a file of the same name, each is named with the path it was found under.
    """

    path: Path
    name: str
    kind: Kind = Kind.EML


def files_in(paths: Iterable[Path]) -> tuple[MessageFile, ...]:
    """List the files named, and every .eml file below the folders named, in order.

    Raises `NoSuchPath`, `NotAnArchive` for a named file that is no mail, as an import does, and `SeveralMessages` for
    one that holds more than one. One that may not be read is listed: it is told of among the others.
    """
    found: list[MessageFile] = []
    for path in paths:
        if path.is_dir():
            below = sorted(file for file in path.rglob("*") if file.suffix.lower() == ".eml" and file.is_file())
            found += [MessageFile(path=file, name=file.relative_to(path).as_posix()) for file in below]
        elif path.is_file():
            found.append(MessageFile(path=path, name=path.name, kind=_kind_of(path)))
        else:
            raise NoSuchPath(path)
    often = Counter(file.name for file in found)
    return tuple(file if often[file.name] == 1 else replace(file, name=file.path.as_posix()) for file in found)


def _kind_of(path: Path) -> Kind:
    """Tell what a named file is; one that may not be read is taken for a message."""
    with suppress(ArchiveUnreadable, OSError):
        (file,) = survey(path.resolve()).files
        if file.kind is Kind.MBOX and holds_several(file.path):
            raise SeveralMessages(path)
        return file.kind
    return Kind.EML


def read_files(
    files: Iterable[MessageFile], reader: Reader, now: datetime
) -> Iterator[tuple[RawMessage, Reading | Unread]]:
    """Read message files in worker processes; a file that vanishes meanwhile is an `Unread` like any other."""
    pending: list[tuple[RawMessage, Unread]] = []
    for raw, outcome in reader.read(_raw_messages(files, pending), now):
        yield raw, outcome
        yield from _taken(pending)
    yield from _taken(pending)


def prediction(name: str, outcome: Reading | Unread) -> dict[str, Any]:
    """Give one message's tags in the form that labelled folders use."""
    if isinstance(outcome, Unread):
        return {**_row(name, Verdict(rules_version="", tags=())), "disposition": "triage", "error": outcome.reason}
    return _row(name, outcome.verdict)


def _row(name: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "file": name,
        "disposition": next(iter(verdict.values(Dimension.DISPOSITION)), None),
        "products": list(verdict.values(Dimension.PRODUCT)),
        "user_category": next(iter(verdict.values(Dimension.USER_CATEGORY)), "unknown"),
        "uses": list(verdict.values(Dimension.USE)),
        "channels": list(verdict.values(Dimension.CHANNEL)),
        "use_quotes": [s.text for s in verdict.statements if s.kind is StatementKind.USE],
        "decision_quotes": [s.text for s in verdict.statements if s.kind is StatementKind.DECISION],
        "needs_review": verdict.needs_person,
        "confidence": round(verdict.confidence, 3),
        "reasons": list(verdict.reasons),
    }


def _raw_messages(files: Iterable[MessageFile], unread: list[tuple[RawMessage, Unread]]) -> Iterator[RawMessage]:
    for place, file in enumerate(files, start=1):
        raw = RawMessage(origin=Origin.ARCHIVE, account="", folder=file.name, uidvalidity=0, uid=place, raw=b"")
        try:
            content = message_of_msg(file.path) if file.kind is Kind.MSG else file.path.read_bytes()
        except OSError as error:
            unread.append((raw, Unread(reason=f"the file could not be read: {error.strerror}")))
            continue
        except ArchiveError as error:
            unread.append((raw, Unread(reason=str(error))))
            continue
        yield replace(raw, raw=content, mbox=_quoted_how(file, content))


def _quoted_how(file: MessageFile, content: bytes) -> str:
    """Say how lines that begin with "From " are quoted, as an import does."""
    if file.kind is Kind.MBOX:
        return quoting(file.path)
    return "mboxo" if content.startswith(b"From ") else ""


def _taken(pending: list[tuple[RawMessage, Unread]]) -> Iterator[tuple[RawMessage, Unread]]:
    while pending:
        yield pending.pop(0)
