"""The ledger: what each folder held when it was counted, what is held of it here, and which UIDs differ."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, or_, select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.order import LONDON
from storage.records import Saved, Slot
from storage.saving import folder_id
from storage.sql import insert_once
from storage.text import clean


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerCounts:
    """A folder's messages, counted: `on_server` is the sum of the seven after it; the last three lie there no more."""

    on_server: int = 0
    stored: int = 0
    duplicate: int = 0  # the same mail lies in another place as well
    set_aside: int = 0
    too_large: int = 0
    left_out: int = 0  # older than the setting `since`
    waiting: int = 0  # above the cursor: the next poll's
    missing: int = 0  # at or below the cursor, and not here
    found: int = 0  # were missing, and were fetched by this count
    gone: int = 0  # kept here, no longer on the server
    unread: int = 0  # the server listed them, and had them no more when it was asked for their bytes
    unseen: int = 0  # numbers that the server has given out, and no listing ever showed


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerUids:
    """Which UIDs these are, each as an IMAP set such as "1:3,7"; empty where there are none."""

    waiting: str = ""
    missing: str = ""
    found: str = ""
    gone: str = ""
    unread: str = ""
    unseen: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerRow:
    """One line of the ledger: a folder on a London day ("2011-03-14"), as it was last counted on that day."""

    account: str
    folder: str
    day: str
    counted_at: datetime
    uidvalidity: int
    counts: LedgerCounts = field(default_factory=LedgerCounts)
    uids: LedgerUids = field(default_factory=LedgerUids)

    @property
    def adds_up(self) -> bool:
        """Say whether every message that the polls should have taken is held here."""
        return self.counts.missing == 0

    @property
    def can_be_compared(self) -> bool:
        """Say whether the server gives lasting numbers; without them a folder can be counted, not compared."""
        return self.uidvalidity != 0


def london_day(at: datetime) -> str:
    """Give the day of a moment in London, as "2011-03-14"."""
    return at.astimezone(LONDON).date().isoformat()


def held_outcomes(store: Store, account: str, folder: str, uidvalidity: int) -> dict[int, Saved]:
    """Tell of each UID that is recorded what lies there, ascending.

    After a folder was rebuilt its messages stand under new numbers, as duplicates of themselves: the first place of
    each among the new numbers counts as stored.
    """
    slot, row = m.slot.c, m.message.c
    moved = and_(row.folder_id == slot.folder_id, row.uidvalidity != slot.uidvalidity)
    lies = select(slot.uid, slot.outcome, slot.message_id, func.coalesce(moved, False).label("moved"))
    lies = lies.select_from(m.slot.outerjoin(m.message, row.id == slot.message_id)).where(
        slot.folder_id.in_(_folder(account, folder)), slot.uidvalidity == uidvalidity
    )
    held: dict[int, Saved] = {}
    moved_here: set[int] = set()
    with store.reading() as session:
        for one in session.connection().execute(lies.order_by(slot.uid)):
            first_place = one.moved and one.message_id not in moved_here
            held[one.uid] = Saved.STORED if first_place else Saved(one.outcome)
            moved_here |= {one.message_id} if first_place else set()
    return held


def unread_uids(store: Store, account: str, folder: str, uidvalidity: int) -> frozenset[int]:
    """Give the UIDs whose bytes were never had: gone before they could be read, withheld, or too large to fetch."""
    here = m.unread.c
    came = exists().where(
        m.slot.c.folder_id == here.folder_id, m.slot.c.uidvalidity == here.uidvalidity, m.slot.c.uid == here.uid
    )
    row, slot = m.set_aside.c, m.slot.c
    empty = select(slot.uid).select_from(m.slot.join(m.set_aside, row.id == slot.set_aside_id))
    empty = empty.where(
        slot.folder_id.in_(_folder(account, folder)), slot.uidvalidity == uidvalidity, row.mail_sha256.is_(None)
    )
    gone = select(here.uid).where(here.folder_id.in_(_folder(account, folder)), here.uidvalidity == uidvalidity, ~came)
    with store.reading() as session:
        return frozenset(session.connection().execute(gone.union(empty)).scalars())


def was_numbered_otherwise(store: Store, account: str, folder: str, uidvalidity: int) -> bool:
    """Say whether anything is known of a folder under another UIDVALIDITY: it was numbered anew since."""
    others = [
        exists().where(table.c.folder_id.in_(_folder(account, folder)), table.c.uidvalidity.not_in((0, uidvalidity)))
        for table in (m.slot, m.unread)
    ]
    with store.reading() as session:
        return bool(session.connection().execute(select(or_(*others))).scalar())


def note_unread(session: Session, slots: Iterable[Slot], *, now: datetime) -> None:
    """Write down, in the transaction of the batch, which messages were gone before they could be read."""
    for slot in slots:
        place = {"folder_id": folder_id(session, clean(slot.account), clean(slot.folder))}
        place |= {"uidvalidity": slot.uidvalidity, "uid": slot.uid}
        insert_once(session, m.unread, place | {"noticed_at": now}, m.unread.c.uid)


def save_count(store: Store, row: LedgerRow) -> None:
    """Add a count to the ledger; earlier ones stay."""

    def work(session: Session) -> None:
        values = {
            "folder_id": folder_id(session, clean(row.account), clean(row.folder)),
            "day": row.day,
            "counted_at": row.counted_at,
            "uidvalidity": row.uidvalidity,
            "counts": asdict(row.counts),
            "uids": asdict(row.uids),
        }
        session.connection().execute(m.ledger_count.insert(), values)

    store.write(work)


def ledger_rows(store: Store, *, day: str = "", account: str = "", days: int = 31) -> tuple[LedgerRow, ...]:
    """Give a line a folder and day, the newest day first: of one day ("2011-03-14"), or of the last `days` counted.

    The line is the last count of the day; what earlier counts of the day found is added to it, so that a message that
    the polls missed stays named.
    """
    here = m.ledger_count.c
    joined = select(m.ledger_count, m.folder.c.account, m.folder.c.name).join(m.folder, here.folder_id == m.folder.c.id)
    wanted = joined.where(here.day == day) if day else joined.where(here.day.in_(_last_days(days)))
    if account:
        wanted = wanted.where(m.folder.c.account == account)
    with store.reading() as session:
        found = session.connection().execute(wanted.order_by(here.id)).all()
    return _a_line_a_day([_row(one) for one in found])


def last_counts(store: Store) -> tuple[LedgerRow, ...]:
    """Give the last count of each folder, whenever it was made."""
    here = m.ledger_count.c
    latest = select(func.max(here.id)).group_by(here.folder_id)
    joined = select(m.ledger_count, m.folder.c.account, m.folder.c.name).join(m.folder, here.folder_id == m.folder.c.id)
    with store.reading() as session:
        found = session.connection().execute(joined.where(here.id.in_(latest)).order_by(here.id))
        return tuple(_row(one) for one in found)


def most_on_server(store: Store, account: str, folder: str, *, since: str) -> int | None:
    """Give the most messages that a folder held lately: at a count since a day ("2011-03-14"), or at the last before.

    Where none was made before, what had come until the first counts as well. None: no count was made since that day.
    """
    here = m.ledger_count.c
    mine = select(here.counted_at, here.counts).where(here.folder_id.in_(_folder(account, folder)))
    with store.reading() as session:
        do = session.connection().execute
        lately = do(mine.where(here.day >= since).order_by(here.id)).all()
        if not lately:
            return None
        before = do(mine.where(here.day < since).order_by(here.id.desc()).limit(1)).all()
        came: int = 0 if before else do(_came_until(lately[0].counted_at, account, folder)).scalar_one()
    return max(came, *(int(one.counts["on_server"]) for one in (*before, *lately)))


def _came_until(at: datetime, account: str, folder: str) -> Select[Any]:
    """Select how many messages had come by then: under other numbers too, which a folder made anew would hide."""
    slot = m.slot.c
    came = select(func.count().label("many")).where(slot.folder_id.in_(_folder(account, folder)), slot.seen_at <= at)
    each = came.group_by(slot.uidvalidity).subquery()
    return select(func.coalesce(func.max(each.c.many), 0))


def _a_line_a_day(counts: Sequence[LedgerRow]) -> tuple[LedgerRow, ...]:
    lines: dict[tuple[str, str, str], LedgerRow] = {}
    for count in counts:
        key = (count.day, count.account, count.folder)
        lines[key] = _with_found(lines[key], count) if key in lines else count
    newest_first = sorted(lines, key=lambda key: (key[1], key[2]))
    return tuple(lines[key] for key in sorted(newest_first, key=lambda key: key[0], reverse=True))


def _with_found(earlier: LedgerRow, later: LedgerRow) -> LedgerRow:
    """Give the later count, with what the earlier one found."""
    found = ",".join(uids for uids in (earlier.uids.found, later.uids.found) if uids)
    counts = replace(later.counts, found=earlier.counts.found + later.counts.found)
    return replace(later, counts=counts, uids=replace(later.uids, found=found))


def _last_days(days: int) -> Select[Any]:
    return select(m.ledger_count.c.day).distinct().order_by(m.ledger_count.c.day.desc()).limit(days)


def _folder(account: str, folder: str) -> Select[Any]:
    return select(m.folder.c.id).where(m.folder.c.account == account, m.folder.c.name == clean(folder))


def _row(row: Row[Any]) -> LedgerRow:
    return LedgerRow(
        account=row.account,
        folder=row.name,
        day=row.day,
        counted_at=row.counted_at,
        uidvalidity=row.uidvalidity,
        counts=LedgerCounts(**{name: row.counts.get(name, 0) for name in LedgerCounts.__dataclass_fields__}),
        uids=LedgerUids(**{name: row.uids.get(name, "") for name in LedgerUids.__dataclass_fields__}),
    )
