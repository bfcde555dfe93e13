"""Save a batch inside one transaction. The unique keys decide what is new; nothing is looked up and then trusted.

Four things may be known of what comes: its slot, its mail, a set-aside mail under its slot, and a copy of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update
from sqlmodel import Session

from storage import models as m
from storage.before import Place, slots_at, waiting_among
from storage.draw import Draw
from storage.numbers import Numbers
from storage.order import london_month, queue_rank, search_place
from storage.plain import Plain, texts_plain
from storage.records import NewMessage, NewSetAside, ReviewState, Saved, SavedMessage, Slot
from storage.sql import insert_all, insert_new, insert_once, insert_those_new, insert_together
from storage.text import clean
from storage.texts import search_row, text_row
from storage.verdicts import RULES, rule_hit_rows, statement_rows, tag_rows, verdict_row

# Built once: for every message SQLAlchemy would need longer to build them than SQLite to answer.
_SLOT = select(m.slot).where(
    m.slot.c.folder_id == bindparam("folder"),
    m.slot.c.uidvalidity == bindparam("uidvalidity"),
    m.slot.c.uid == bindparam("uid"),
)
_WAITING = select(m.set_aside.c.id).where(
    m.set_aside.c.released_as.is_(None),
    (m.set_aside.c.mail_sha256 == bindparam("mail"))
    | ((m.set_aside.c.id == bindparam("there")) & m.set_aside.c.mail_sha256.is_(None)),
)
# `<> ''` is what the index asks for, and a parameter does not tell it: without it all messages are walked through.
_COPIED = select(m.message.c.id).where(
    m.message.c.copy_key == bindparam("copy"), m.message.c.copy_key != "", m.message.c.probable_copy_of.is_(None)
)


class Saving:
    """One batch: new messages go in one by one, what hangs on them table by table when it is finished."""

    def __init__(self, session: Session, *, now: datetime, max_tries: int, draw: Draw) -> None:
        self._session = session
        self._draw = draw
        self._now = now
        self._max_tries = max_tries
        self._folders: dict[tuple[str, str], int] = {}
        self._new: list[tuple[int, NewMessage]] = []
        self._slots: list[Plain] = []  # to be written
        self._before: dict[Place, Row[Any] | None] = {}  # what lay in the slots of the batch, until it is asked for
        self._none_waits: set[str] = set()  # mails of the batch of which nothing is set aside
        self._numbers = Numbers(session)
        self._drawn: dict[str, bool] = {}  # whether a person checks a mail all the same
        self._ahead: dict[str, int] = {}  # numbers of messages that are stored already, by their mail

    def look_up(self, items: Sequence[NewMessage | NewSetAside]) -> None:
        """Ask in a few queries what is known of all items of a batch, instead of one by one."""
        self._before = slots_at(self._session, [self._place(item.slot) for item in items])
        mails = {item.mail_sha256 for item in items if isinstance(item, NewMessage)}
        if len(mails) == len(items):  # nothing is set aside meanwhile
            self._none_waits = mails - waiting_among(self._session, mails)

    def insert_ahead(self, items: Sequence[NewMessage | NewSetAside]) -> None:
        """Insert the new ones of a batch in one go; `message` is still asked for each, and sees to all others.

        Only where nothing is set aside among them: that asks which of the batch came before it.
        """
        messages = [item for item in items if isinstance(item, NewMessage)]
        if len(messages) == len(items):
            rows, row = [self._message_row(new) for new in messages], m.message.c
            self._ahead = insert_those_new(self._session, m.message, rows, row.mail_sha256, row.id)

    def message(self, new: NewMessage) -> SavedMessage:
        """Store a message unless its mail is held already; its slot is recorded either way."""
        before = self._slot(new.slot)
        if before is not None and before.message_id is not None and self._holds(before.message_id, new.mail_sha256):
            return SavedMessage(outcome=Saved.KNOWN, message_id=before.message_id)
        message_id, outcome = self._stored(new)
        self._settle_slot(before, new, outcome, message_id=message_id)
        self._release(before, new, message_id)
        return SavedMessage(outcome=outcome, message_id=message_id)

    def set_aside(self, new: NewSetAside) -> SavedMessage:
        """Keep what could not be read, or count one more try; a mail that was read elsewhere is a duplicate."""
        before = self._slot(new.slot)
        held = self._message_of(new.mail_sha256)
        there = None if before is None else before.message_id
        if there is not None and (held == there or not new.mail_sha256):
            return SavedMessage(outcome=Saved.KNOWN, message_id=there)
        if held is not None:
            self._settle_slot(before, new, Saved.DUPLICATE, message_id=held)
            return SavedMessage(outcome=Saved.DUPLICATE, message_id=held)
        outcome = Saved.TOO_LARGE if new.too_large else Saved.SET_ASIDE
        self._settle_slot(before, new, outcome, set_aside_id=self._kept(before, new))
        return SavedMessage(outcome=outcome, message_id=None)

    def erased(
        self, new: NewMessage | NewSetAside, *, message_id: int | None, set_aside_id: int | None
    ) -> SavedMessage:
        """Record the slot of a mail that was erased, and nothing else of it: what stands for it lies there now."""
        before = self._slot(new.slot)
        lies = None if before is None else (before.message_id, before.set_aside_id)
        if lies in ((message_id, None), (None, set_aside_id)):
            return SavedMessage(outcome=Saved.KNOWN, message_id=message_id)
        if message_id is not None:
            self._settle_slot(before, new, Saved.DUPLICATE, message_id=message_id)
        else:
            self._settle_slot(before, new, Saved.SET_ASIDE, set_aside_id=set_aside_id)
        return SavedMessage(outcome=Saved.DUPLICATE, message_id=message_id)

    def finish(self) -> None:
        """Write all that hangs on the new messages."""
        write = self._session
        self._write_slots()
        insert_new(
            write, m.digest_issue_message, self._numbers.counted((key, new.mail_sha256) for key, new in self._new)
        )
        insert_all(write, m.message_raw, [{"message_id": key, "body": new.raw} for key, new in self._new])
        insert_all(write, m.message_text, [text_row(key, new) for key, new in self._new])
        insert_all(write, m.verdict, [verdict_row(key, new.verdict, self._now) for key, new in self._new])
        insert_all(write, m.tag, [row for key, new in self._new for row in self._tag_rows(key, new)])
        insert_all(
            write,
            m.statement,
            [row for key, new in self._new for row in statement_rows(key, new.verdict.statements, RULES)],
        )
        insert_all(write, m.rule_hit, [row for key, new in self._new for row in self._hit_rows(key, new)])
        insert_together(write, m.search_text, self._search_rows(), m.search_text.c.place)

    def _rank(self, new: NewMessage) -> int:
        if new.mail_sha256 not in self._drawn:
            self._drawn[new.mail_sha256] = self._draw.checks(new.mail_sha256)
        asks = new.verdict.needs_person or self._drawn[new.mail_sha256]
        return queue_rank(ReviewState.PENDING, asks, new.verdict.disputed)

    def _tag_rows(self, message_id: int, new: NewMessage) -> list[Plain]:
        return tag_rows(message_id, new.verdict.tags, RULES, rank=self._rank(new), arrived_at=new.arrived_at)

    def _hit_rows(self, message_id: int, new: NewMessage) -> list[Plain]:
        return rule_hit_rows(message_id, new.verdict, rank=self._rank(new), arrived_at=new.arrived_at)

    def folder_id(self, account: str, name: str) -> int:
        """Give the number of a folder, which is made when it is new."""
        key = (clean(account), clean(name))
        if key not in self._folders:
            self._folders[key] = folder_id(self._session, *key)
        return self._folders[key]

    def _stored(self, new: NewMessage) -> tuple[int, Saved]:
        """Insert the message; what its unique keys refuse is the same mail, or else a copy of another."""
        ahead = self._ahead.pop(new.mail_sha256, None)
        if ahead is not None:
            self._new.append((ahead, new))
            return ahead, Saved.STORED
        row = self._message_row(new)
        while (message_id := insert_once(self._session, m.message, row, m.message.c.id)) is None:
            held = self._message_of(new.mail_sha256)
            if held is not None:
                return held, Saved.DUPLICATE
            row["probable_copy_of"] = self._copied(new.copy_key)
        self._new.append((message_id, new))
        return message_id, Saved.STORED

    def _message_row(self, new: NewMessage) -> Plain:
        verdict = new.verdict
        return (
            self._draw.of(new.mail_sha256)
            | self._numbers.of(new.mail_sha256)
            | _told_by(new)
            | {
                "version": 1,
                "account": new.slot.account,
                "folder_id": self.folder_id(new.slot.account, new.slot.folder),
                "uidvalidity": new.slot.uidvalidity,
                "uid": new.slot.uid,
                "origin": new.origin,
                "raw_sha256": new.raw_sha256,
                "mail_sha256": new.mail_sha256,
                "size": len(new.raw),
                "arrived_at": new.arrived_at,
                "arrived_source": new.arrived_source,
                "arrived_month": london_month(new.arrived_at),
                "sent_at": new.sent_at,
                "seen_at": self._now,
                "stored_at": self._now,
                "probable_copy_of": None,
                "from_team": new.from_team,
                "state": ReviewState.PENDING,
                "queue_rank": self._rank(new),
                "needs_person": verdict.needs_person,
                "disputed": verdict.disputed,
                "confidence": verdict.confidence,
                "reasons": texts_plain(verdict.reasons),
                "rules_version": verdict.rules_version,
                "decided_version": "",
                "disagrees": False,
                "flagged_for": "",
                "reviewed_by": "",
            }
        )

    def _slot(self, slot: Slot) -> Row[Any] | None:
        folder, uidvalidity, uid = place = self._place(slot)
        if place in self._before:
            return self._before.pop(place)
        self._write_slots()
        asked = {"folder": folder, "uidvalidity": uidvalidity, "uid": uid}
        return self._session.connection().execute(_SLOT, asked).first()

    def _place(self, slot: Slot) -> Place:
        return self.folder_id(slot.account, slot.folder), slot.uidvalidity, slot.uid

    def _write_slots(self) -> None:
        slots, self._slots = self._slots, []
        insert_new(self._session, m.slot, slots)

    def _slot_is(self, slot: Slot) -> tuple[Any, ...]:
        return (
            m.slot.c.folder_id == self.folder_id(slot.account, slot.folder),
            m.slot.c.uidvalidity == slot.uidvalidity,
            m.slot.c.uid == slot.uid,
        )

    def _settle_slot(
        self,
        before: Row[Any] | None,
        new: NewMessage | NewSetAside,
        outcome: Saved,
        *,
        message_id: int | None = None,
        set_aside_id: int | None = None,
    ) -> None:
        """Say what lies in the slot now.

        A server without UIDVALIDITY, or a changed archive, may put another mail there: that one is stored too, and the
        slot names the latest; each message keeps its first place itself.
        """
        lies = {
            "message_id": message_id,
            "set_aside_id": set_aside_id,
            "outcome": outcome,
            "arrived_at": new.arrived_at,
        }
        if before is not None:
            self._session.connection().execute(update(m.slot).where(*self._slot_is(new.slot)).values(lies))
            return
        place = {
            "folder_id": self.folder_id(new.slot.account, new.slot.folder),
            "uidvalidity": new.slot.uidvalidity,
            "uid": new.slot.uid,
            "seen_at": self._now,
        }
        self._slots.append(place | lies)

    def _release(self, before: Row[Any] | None, new: NewMessage, message_id: int) -> None:
        """Link what was set aside, and could be read now, to the message it became."""
        if new.mail_sha256 in self._none_waits and (before is None or before.set_aside_id is None):
            return
        self._write_slots()
        known = {"mail": new.mail_sha256, "there": before.set_aside_id if before is not None else None}
        for set_aside_id in self._session.connection().execute(_WAITING, known).scalars().all():
            mark_released(self._session, set_aside_id, message_id)

    def _kept(self, before: Row[Any] | None, new: NewSetAside) -> int:
        """Give the number of the set-aside row: the one that stands, with this try counted, or a new one."""
        stands = self._standing(before, new)
        if stands is not None:
            self._try_again(stands, new)
            return int(stands.id)
        row = self._set_aside_row(new)
        key: int | None = insert_once(self._session, m.set_aside, row, m.set_aside.c.id)
        if key is None:  # another process was first
            first = select(m.set_aside.c.id).where(m.set_aside.c.mail_sha256 == new.mail_sha256)
            return int(self._session.connection().execute(first).scalar_one())
        if not new.too_large:
            insert_all(self._session, m.set_aside_raw, [{"set_aside_id": key, "body": new.raw}])
        return key

    def _standing(self, before: Row[Any] | None, new: NewSetAside) -> Row[Any] | None:
        if new.mail_sha256:
            same = self._one_set_aside(m.set_aside.c.mail_sha256 == new.mail_sha256)
            if same is not None:
                return same
        if before is None or before.set_aside_id is None:
            return None
        there = self._one_set_aside(m.set_aside.c.id == before.set_aside_id)
        another_mail = there is not None and there.mail_sha256 and new.mail_sha256 not in ("", there.mail_sha256)
        return there if there is not None and not another_mail else None

    def _try_again(self, stands: Row[Any], new: NewSetAside) -> None:
        """Count a try, up to the limit: then it is left as it stands, for a person."""
        changes: Plain = {}
        if stands.mail_sha256 is None and (new.mail_sha256 or (stands.too_large and not new.too_large)):
            changes = self._bytes_came(stands.id, new)
        if not new.too_large and stands.tries < self._max_tries:
            changes |= {"tries": stands.tries + 1, "error": new.error, "last_tried_at": self._now}
        if changes:
            there = m.set_aside.c.id == stands.id
            self._session.connection().execute(update(m.set_aside).where(there).values(changes))

    def _bytes_came(self, set_aside_id: int, new: NewSetAside) -> Plain:
        """Keep the bytes of what was too large, or withheld by the server, in place of what stood for them."""
        raw = m.set_aside_raw
        self._session.connection().execute(delete(raw).where(raw.c.set_aside_id == set_aside_id))
        insert_all(self._session, raw, [{"set_aside_id": set_aside_id, "body": new.raw}])
        changes: Plain = {"too_large": False, "mail_sha256": new.mail_sha256 or None, "raw_sha256": new.raw_sha256}
        return changes | {"size": new.size or len(new.raw), "error": new.error, "last_tried_at": self._now}

    def _set_aside_row(self, new: NewSetAside) -> Plain:
        return {
            "folder_id": self.folder_id(new.slot.account, new.slot.folder),
            "uidvalidity": new.slot.uidvalidity,
            "uid": new.slot.uid,
            "origin": new.origin,
            "raw_sha256": new.raw_sha256,
            "mail_sha256": None if new.too_large else new.mail_sha256 or None,
            "size": new.size or len(new.raw),
            "too_large": new.too_large,
            "arrived_at": new.arrived_at,
            "arrived_source": new.arrived_source,
            "error": new.error,
            "tries": 1,
            "first_tried_at": self._now,
            "last_tried_at": self._now,
        }

    def _one_set_aside(self, condition: Any) -> Row[Any] | None:
        return self._session.connection().execute(select(m.set_aside).where(condition)).first()

    def _holds(self, message_id: int, mail_sha256: str) -> bool:
        held = select(m.message.c.mail_sha256).where(m.message.c.id == message_id)
        return bool(self._session.connection().execute(held).scalar() == mail_sha256)

    def _message_of(self, mail_sha256: str) -> int | None:
        held = select(m.message.c.id).where(m.message.c.mail_sha256 == mail_sha256)
        return self._session.connection().execute(held).scalar() if mail_sha256 else None

    def _copied(self, copy_key: str) -> int | None:
        return self._session.connection().execute(_COPIED, {"copy": copy_key}).scalar()

    def _search_rows(self) -> list[Plain]:
        """Give the rows of `search_text`, each at a place that nobody has."""
        wanted = {key: search_place(new.arrived_at, key) for key, new in self._new}
        places = m.search_text.c.place
        held = select(places).where(places.in_(wanted.values()))
        taken = set(self._session.connection().execute(held).scalars()) if wanted else set()
        rows = []
        for key, new in self._new:
            place = wanted[key]
            while place in taken:
                place += 1
            taken.add(place)
            rows.append({"place": place} | search_row(key, new))
        return rows


def _told_by(new: NewMessage) -> Plain:
    """Give the columns that stand in the message under the same name."""
    return {
        "subject": new.subject,
        "sender_name": new.sender_name,
        "sender_address": new.sender_address,
        "user_address": new.user_address,
        "recipients": new.recipients,
        "message_id": new.message_id,
        "thread_key": new.thread_key,
        "copy_key": new.copy_key,
    }


def folder_id(session: Session, account: str, name: str) -> int:
    """Give the number of a folder, which is made when it is new."""
    folder = m.folder.c
    known = select(folder.id).where(folder.account == account, folder.name == name)
    found = session.connection().execute(known).scalar()
    if found is None:
        found = insert_once(session, m.folder, {"account": account, "name": name, "last_uid": 0}, folder.id)
    return int(found if found is not None else session.connection().execute(known).scalar_one())


def mark_released(session: Session, set_aside_id: int, message_id: int) -> None:
    """Say which message a set-aside mail became; the slots that named it name the message now."""
    change = session.connection().execute
    change(update(m.set_aside).where(m.set_aside.c.id == set_aside_id).values(released_as=message_id))
    now_there = {"message_id": message_id, "set_aside_id": None, "outcome": Saved.DUPLICATE}
    change(update(m.slot).where(m.slot.c.set_aside_id == set_aside_id).values(now_there))
