"""What is done on the server with stored messages: a flag, a keyword or a move, each safe to repeat.

What is left to do is read off the server itself: the messages up to the cursor that lack the mark. So a process that
dies between the commit and the mark loses nothing and doubles nothing (F17).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pipeline.mail.batches import uid_sets
from pipeline.mail.errors import MailboxError
from pipeline.mail.imap.connection import Connection
from pipeline.mail.imap.listing import find_folder, imap_date
from pipeline.mail.imap.rows import Row
from pipeline.mail.mailbox import AfterStore, FolderStatus, MailboxSettings, Marked

_LACKS = {"\\flagged": "UNFLAGGED", "\\seen": "UNSEEN", "\\answered": "UNANSWERED"}
_LIKENESS = "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])"
_WINDOW = 50_000
_DAY = timedelta(days=1)

Likeness = tuple[
    bytes, int, datetime | None
]  # header, size, INTERNALDATE: what a copy keeps; a Message-ID alone may be missing


def unmarked(
    connection: Connection, settings: MailboxSettings, status: FolderStatus, upto: int, *, window: int = _WINDOW
) -> tuple[int, ...]:
    """List the UIDs up to `upto` without the mark; for a move, all that still lie in the folder.

    Asked for in windows of places: the answer to one SEARCH is one line, and imaplib reads no line of a million octets.
    """
    found: list[int] = []
    for first in range(1, status.exists + 1, window):
        places = f"{first}:{min(first + window - 1, status.exists)}"
        found += connection.search(places, "UID", f"1:{upto}", *_lacking(settings))
    return tuple(uid for uid in sorted(set(found)) if uid <= upto)


def mark(connection: Connection, settings: MailboxSettings, status: FolderStatus, uids: Sequence[int]) -> Marked:
    """Mark messages in the folder that is open for writing, set by set; stop at the first that fails and say why."""
    step, problem = _step(connection, settings, status)
    if problem:
        return Marked(problem=problem)
    done: list[int] = []
    for uid_set in uid_sets(uids):
        try:
            step(uid_set)
        except MailboxError as error:
            return Marked(done=tuple(done), problem=str(error))
        done += members(uid_set)
    return Marked(done=tuple(done))


def why_not(connection: Connection, settings: MailboxSettings, status: FolderStatus) -> str:
    """Say why messages of the folder that is open for writing could not be marked; "" where nothing is in the way."""
    return _step(connection, settings, status)[1]


def members(uid_set: str) -> list[int]:
    """Give the UIDs of a set such as "1:3,7". Pure."""
    ends = (part.partition(":") for part in uid_set.split(","))
    return [uid for first, _, last in ends for uid in range(int(first), int(last or first) + 1)]


def _lacking(settings: MailboxSettings) -> tuple[str, ...]:
    if settings.after_store is AfterStore.FLAG:
        return (_LACKS[settings.mark_flag.lower()],)
    if settings.after_store is AfterStore.KEYWORD:
        return ("UNKEYWORD", settings.after_store_argument)
    return ()


def _step(connection: Connection, settings: MailboxSettings, status: FolderStatus) -> tuple[Callable[[str], None], str]:
    """Choose how one set is marked, or say why this server cannot do it safely."""
    if settings.after_store is AfterStore.KEYWORD and not status.keywords_allowed:
        return (lambda _: None), "the server keeps no keywords in this folder; use after_store = flag or move"
    if settings.after_store is not AfterStore.MOVE:
        return (lambda uid_set: connection.command("STORE", uid_set, "+FLAGS.SILENT", f"({settings.mark_flag})")), ""
    abilities = connection.capabilities()
    target, _ = find_folder(connection, settings.after_store_argument)
    connection.open_folder(status.server_name, read_only=False)
    if target == status.server_name:
        return (lambda _: None), "the folder to move to is the folder itself"
    if "MOVE" in abilities:
        return (lambda uid_set: connection.command("MOVE", uid_set, connection.quoted(target))), ""
    if "UIDPLUS" in abilities:
        return (lambda uid_set: _copy_and_remove(connection, status.server_name, target, uid_set)), ""
    return (lambda _: None), _CANNOT_MOVE


_CANNOT_MOVE = (
    "the server offers neither MOVE nor UIDPLUS, so messages cannot be moved without touching others: "
    "they stay where they are; use after_store = flag instead"
)


def _copy_and_remove(connection: Connection, source: str, target: str, uid_set: str) -> None:
    """Move by COPY, \\Deleted and UID EXPUNGE of these very UIDs (RFC 4315), copying none that was copied before."""
    rows = connection.fetch(uid_set, _LIKENESS)
    there = _likenesses_in(connection, target, rows)
    connection.open_folder(source, read_only=False)
    missing = [uid for uid in members(uid_set) if uid in rows and _likeness(rows[uid]) not in there]
    for part in uid_sets(missing):
        connection.command("COPY", part, connection.quoted(target))
    connection.command("STORE", uid_set, "+FLAGS.SILENT", "(\\Deleted)")
    connection.command("EXPUNGE", uid_set)


def _likenesses_in(connection: Connection, target: str, rows: dict[int, Row]) -> frozenset[Likeness]:
    """Look in the target among the messages of the same days for copies that an interrupted move left."""
    days = [at.date() for row in rows.values() if isinstance(at := row.get(b"INTERNALDATE"), datetime)]
    if not days:
        return frozenset()
    connection.open_folder(target)
    found = connection.search("SINCE", imap_date(min(days) - _DAY), "BEFORE", imap_date(max(days) + 2 * _DAY))
    likenesses = [_likeness(row) for part in uid_sets(found) for row in connection.fetch(part, _LIKENESS).values()]
    return frozenset(likenesses)


def _likeness(row: Row) -> Likeness:
    return bytes(row.get(b"BODY[HEADER]") or b""), int(row.get(b"RFC822.SIZE") or 0), row.get(b"INTERNALDATE")
