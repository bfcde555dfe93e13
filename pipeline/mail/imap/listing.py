"""What is in a mailbox: its folders, a folder's status, the UIDs in it and their sizes."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from pipeline.mail.batches import uid_sets
from pipeline.mail.errors import FolderMissing, FolderRefused, ServerRefused
from pipeline.mail.imap.connection import Connection, ServerFolder
from pipeline.mail.imap.rows import Row
from pipeline.mail.mailbox import FolderStatus

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEARCHABLE = 50_000  # imaplib gives up on a line of a million octets; FETCH answers in a line a message


def find_folder(connection: Connection, folder: str) -> tuple[str, dict[bytes, Any]]:
    """EXAMINE a folder by its configured name, or by the name the server has for it (F15).

    Gives the server's name and its answers; raises FolderMissing.
    """
    try:
        return folder, connection.open_folder(folder)
    except ServerRefused as refused:
        there = connection.list_folders()
        name = same_folder(folder, there)
        if name is None:
            raise FolderMissing(folder, tuple(sorted(row.name for row in there if row.holds_messages))) from refused
        if name == folder:
            raise FolderRefused(folder, refused.words) from refused
        return name, connection.open_folder(name)


def same_folder(folder: str, there: Iterable[ServerFolder]) -> str | None:
    """Find the one folder that a name means, be its parts separated by "/" or ".", with or without INBOX. Pure."""
    folders = [row for row in there if row.holds_messages]
    if any(row.name == folder for row in folders):
        return folder
    for separator in ("/", "."):
        wanted = _parts(folder, separator)
        found = [row.name for row in folders if _means(_parts(row.name, row.delimiter), wanted)]
        if len(found) == 1:
            return found[0]
    return None


def status_of(folder: str, server_name: str, answers: dict[bytes, Any]) -> FolderStatus:
    """Make a FolderStatus of the answers to EXAMINE. Pure."""
    uidvalidity = 0 if b"UIDNOTSTICKY" in answers else int(answers.get(b"UIDVALIDITY") or 0)
    permanent = answers.get(b"PERMANENTFLAGS") or ()
    return FolderStatus(
        folder=folder,
        server_name=server_name,
        uidvalidity=uidvalidity,
        uidnext=int(answers.get(b"UIDNEXT") or 0),
        exists=int(answers.get(b"EXISTS") or 0),
        keywords_allowed=b"\\*" in permanent,
        warnings=() if uidvalidity else (_no_uidvalidity(folder),),
    )


def list_uids(connection: Connection, status: FolderStatus, after: int, since: date | None) -> tuple[int, ...]:
    """List the UIDs above `after`: by SEARCH, checked against EXISTS; where SEARCH falls short, by FETCH (F13)."""
    if not status.exists:
        return ()
    if _may_be_many(status, after):
        return _fetched_uids(connection, after, since)
    try:
        found = _searched_uids(connection, after, since)
        complete = _is_complete(connection, status, after, since, found)
    except ServerRefused:  # BADCHARSET, or a SEARCH that this server has not got
        return _fetched_uids(connection, after, since)
    return found if complete else _fetched_uids(connection, after, since)


def list_sizes(connection: Connection, uids: Sequence[int]) -> dict[int, int]:
    """Give the sizes of messages, asked for in short commands (F12)."""
    wanted = frozenset(uids)
    sizes: dict[int, int] = {}
    for uid_set in uid_sets(sorted(wanted)):
        rows = connection.fetch(uid_set, "(UID RFC822.SIZE)")
        sizes |= {uid: int(row[b"RFC822.SIZE"]) for uid, row in rows.items() if uid in wanted and _has_size(row)}
    return sizes


def arrival_of(row: Row) -> datetime | None:
    """Give a row's INTERNALDATE in UTC, None where the server gives none that exists. Pure."""
    at = row.get(b"INTERNALDATE")
    if not isinstance(at, datetime) or at.tzinfo is None:
        return None
    try:
        return at.astimezone(UTC)
    except (ValueError, OverflowError):  # a zone of more than a day, a year before the first
        return None


def _searched_uids(connection: Connection, after: int, since: date | None) -> tuple[int, ...]:
    """SEARCH; `n:*` also gives the last message when it lies below n (RFC 3501, 6.4.8), so filter."""
    criteria = ("SINCE", imap_date(since)) if since else ()
    return tuple(uid for uid in connection.search("UID", f"{after + 1}:*", *criteria) if uid > after)


def _is_complete(
    connection: Connection, status: FolderStatus, after: int, since: date | None, found: tuple[int, ...]
) -> bool:
    """Say whether SEARCH named all there is: UIDs ascend with places, so the place before the first new one is known.

    What arrived since EXAMINE does not count. With `since`, the messages before it have to make up the number.
    """
    counted = sum(1 for uid in found if uid < status.uidnext or not status.uidnext)
    if since:
        before = connection.search("UID", f"{after + 1}:*", "BEFORE", imap_date(since))
        counted += sum(1 for uid in before if uid > after)
    place = status.exists - counted
    if place <= 0:
        return True
    if not after:
        return False
    uid = connection.uid_at(place)
    return uid is not None and uid <= after


def _fetched_uids(connection: Connection, after: int, since: date | None) -> tuple[int, ...]:
    """List by FETCH, which no server caps; `since` counts days as the server's zone has them, as SEARCH does."""
    items = "(UID INTERNALDATE)" if since else "(UID)"
    rows = connection.fetch(f"{after + 1}:*", items)
    return tuple(sorted(uid for uid, row in rows.items() if uid > after and _arrived_since(row, since)))


def _arrived_since(row: Row, since: date | None) -> bool:
    at = row.get(b"INTERNALDATE")
    return since is None or not isinstance(at, datetime) or at.date() >= since


def _may_be_many(status: FolderStatus, after: int) -> bool:
    new_at_most = status.uidnext - 1 - after if status.uidnext else status.exists
    return min(status.exists, new_at_most) > _SEARCHABLE


def _has_size(row: Row) -> bool:
    return isinstance(row.get(b"RFC822.SIZE"), int)


def imap_date(day: date) -> str:
    """Write a day as SEARCH takes it, in English whatever the machine speaks (RFC 3501, 9). Pure."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def _parts(name: str, separator: str) -> tuple[str, ...]:
    parts = name.split(separator) if separator else [name]
    return tuple(unicodedata.normalize("NFC", part) for part in parts if part)


def _means(parts: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return parts == wanted or (parts[:1] == ("INBOX",) and parts[1:] == wanted)


def _no_uidvalidity(folder: str) -> str:
    return (
        f"The server gives folder {folder!r} no lasting message numbers (no UIDVALIDITY): "
        "mail may be fetched more than once, and is then recognised by its bytes."
    )


def halves(uids: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Split a batch in two; the second is empty for a single message and then left out. Pure."""
    middle = (len(uids) + 1) // 2
    yield tuple(uids[:middle])
    if uids[middle:]:
        yield tuple(uids[middle:])
