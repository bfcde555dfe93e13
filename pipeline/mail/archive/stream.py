"""A part of an archive as a stream of messages, each with a lasting place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.mail.archive.find import ArchiveFile, Kind, Survey, unique_name, written
from pipeline.mail.archive.mbox import Span, is_cut_off, quoting
from pipeline.mail.archive.msg import message_of_msg
from pipeline.mail.archive.parts import ArchivePart
from pipeline.mail.errors import ArchiveError, ArchiveUnreadable
from pipeline.mail.mailbox import MEGABYTE, Fetched, NotRetrieved
from pipeline.mail.message import Origin, RawMessage

_NAMED = 10
_HOLDING_MAIL = frozenset(
    (".pst", ".ost", ".olm", ".emlx", ".nsf", ".dbx", ".zip", ".gz", ".bz2", ".xz", ".7z", ".tar", ".tgz")
)
LARGEST = 250 * MEGABYTE  # more is not read into memory at all


def open_part(part: ArchivePart, *, account: str) -> Iterator[Fetched]:
    """Give the messages of a part; a file that cannot be read comes as NotRetrieved, and the others follow.

    A `single` file that cannot be read is an error instead. Each message's `folder` is the file it lies in (for a
    Maildir without its flags) and `uid` its place there: 1, in an mbox its first byte counted from 1. Both stay when
    messages are added and flags change.
    """
    read = _Reading(account=account, spans=part.spans)
    for file in part.files:
        try:
            yield from read.messages(file)
        except ArchiveError as error:
            if part.single:
                raise
            yield read.unread(file.place, 1, str(error))


def warnings_of(found: Survey) -> tuple[str, ...]:
    """Say what a person should know of an archive's files before they are read."""
    boxes = (file.path for file in found.files if file.kind is Kind.MBOX)
    return tuple(_cut_off(path) for path in boxes if _ends_amid_a_line(path)) + left_out_words(found.left_out)


def _ends_amid_a_line(path: Path) -> bool:
    try:
        return is_cut_off(path)
    except OSError:  # it went away since it was read, or never could be: what was read of it says so
        return False


def doubts_told(path: Path, doubts: int) -> tuple[str, ...]:
    """Say how many lines of an mbox may begin a message and were taken for text."""
    if not doubts:
        return ()
    lines, were = ("line looks", "was") if doubts == 1 else ("lines look", "were")
    said = f"{doubts:,} {lines} like the beginning of a message and {were} taken for text"
    return (f"{written(path)}: {said}, since no header follows that is surely a mail's.",)


def left_out_words(paths: Sequence[Path]) -> tuple[str, ...]:
    """Name the files of an archive that are no messages, and say of those that hold mail all the same what to do."""
    if not paths:
        return ()
    were = "file is no message and was" if len(paths) == 1 else "files are no messages and were"
    words = (f"{len(paths):,} {were} left out: {_named(paths)}.",)
    holding = [path for path in paths if path.suffix.lower() in _HOLDING_MAIL]
    if not holding:
        return words
    return (*words, f"Mail may lie in {_named(holding)}: save or unpack it as mbox or .eml files, and import those.")


def _named(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    return ", ".join(written(path) for path in paths[:_NAMED]) + more


def too_many(size: int) -> str:
    """Say of so many bytes that they are too many."""
    return f"it has {size // MEGABYTE:,} MB, too many for one message"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """What every message of a part is given: the account, and in an mbox where each of them lies."""

    account: str
    spans: tuple[Span, ...]

    def messages(self, file: ArchiveFile) -> Iterator[Fetched]:
        """Read a file; raises ArchiveError."""
        return self._of_mbox(file) if file.kind is Kind.MBOX else self._of_one(file)

    def unread(self, place: str, uid: int, reason: str) -> NotRetrieved:
        """Tell of a message why it cannot be read."""
        return NotRetrieved(account=self.account, folder=place, uidvalidity=0, uid=uid, reason=reason)

    def _of_one(self, file: ArchiveFile) -> Iterator[Fetched]:
        path = _where_it_is_now(file)
        if path is None:
            return
        if file.kind is Kind.MSG:
            yield self._message(file.place, 1, message_of_msg(path))
            return
        try:
            with path.open("rb") as opened:
                yield self._read(opened, file, Span(start=0, end=path.stat().st_size), mbox="")
        except OSError as error:
            if file.kind is Kind.MAILDIR and isinstance(error, FileNotFoundError):
                return  # deleted, or renamed a second time, while we read: what a mail program does there
            raise _unreadable(path, error) from error

    def _of_mbox(self, file: ArchiveFile) -> Iterator[Fetched]:
        try:
            quoted = quoting(file.path)
            with file.path.open("rb") as opened:
                for span in self.spans:
                    yield self._read(opened, file, span, mbox=quoted)
        except OSError as error:
            raise _unreadable(file.path, error) from error

    def _read(self, opened: BinaryIO, file: ArchiveFile, span: Span, *, mbox: str) -> Fetched:
        size = span.end - span.start
        if size > LARGEST:
            return self.unread(file.place, span.start + 1, too_many(size))
        opened.seek(span.start)
        raw = opened.read(size)
        one_in_mbox = "mboxo" if raw.startswith(b"From ") else ""  # an .eml cut out of an mbox
        return self._message(file.place, span.start + 1, raw, mbox or one_in_mbox)

    def _message(self, place: str, uid: int, raw: bytes, mbox: str = "") -> RawMessage:
        return RawMessage(
            origin=Origin.ARCHIVE, account=self.account, folder=place, uidvalidity=0, uid=uid, raw=raw, mbox=mbox
        )


def _where_it_is_now(file: ArchiveFile) -> Path | None:
    """Follow a Maildir message whose flags changed since the folder was listed: its name did, its unique name not."""
    if file.kind is not Kind.MAILDIR or file.path.exists():
        return file.path
    maildir, name = file.path.parent.parent, unique_name(file.path.name)
    try:
        listed = [path for part in ("cur", "new") for path in (maildir / part).iterdir()]
    except OSError as error:  # the folder itself went away: a disk that is not mounted any more
        raise _unreadable(maildir, error) from error
    return next((path for path in listed if unique_name(path.name) == name), None)


def _unreadable(path: Path, error: OSError) -> ArchiveUnreadable:
    return ArchiveUnreadable(written(path), error.strerror or "it cannot be read")


def _cut_off(path: Path) -> str:
    return (
        f"{written(path)} ends in the middle of a line: it was perhaps cut off. All that is there is imported; "
        "import it again once it is whole, and only what is new is added."
    )
