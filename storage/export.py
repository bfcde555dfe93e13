"""Everything out: each stored and set-aside message as plain values, in an order that does not depend on numbers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, tuple_
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.loading import history_of, slots_of, statements_of, tags_of, verdict_of
from storage.plain import Plain, all_plain
from storage.records import Decision, Slot, VerdictRecord

CHUNK = 200


def export_rows(store: Store) -> Iterator[dict[str, Any]]:
    """Give every stored message by arrival, then every one set aside, each ready for JSON, from one state.

    Messages are named by their `mail_sha256`, not by this database's numbers: two databases that hold the same export
    the same. Texts and raw bytes are not in it.
    """
    with store.snapshot() as session:
        yield from _messages(session)
        yield from _set_asides(session)


def _messages(session: Session) -> Iterator[Plain]:
    row = m.message.c
    in_order = select(m.message).order_by(row.arrived_at, row.mail_sha256).limit(CHUNK)
    rows = session.connection().execute(in_order).all()
    while rows:
        yield from _exported(session, rows)
        last = tuple_(rows[-1].arrived_at, rows[-1].mail_sha256, types=[row.arrived_at.type, row.mail_sha256.type])
        rows = session.connection().execute(in_order.where(tuple_(row.arrived_at, row.mail_sha256) > last)).all()


def _exported(session: Session, rows: Sequence[Row[Any]]) -> Iterator[Plain]:
    ids = [row.id for row in rows]
    tags, statements = tags_of(session, ids), statements_of(session, ids)
    attachments = _attachments(session, ids)
    for row in rows:
        yield {
            "kind": "message",
            "mail_sha256": row.mail_sha256,
            "account": row.account,
            "arrived_at": _moment(row.arrived_at),
            "arrived_source": row.arrived_source,
            "arrived_month": row.arrived_month,
            "sent_at": _moment(row.sent_at),
            "subject": row.subject,
            "sender_name": row.sender_name,
            "sender_address": row.sender_address,
            "user_address": row.user_address,
            "recipients": row.recipients,
            "message_id": row.message_id,
            "thread_key": row.thread_key,
            "from_team": row.from_team,
            "probable_copy_of": _mail_of(session, row.probable_copy_of),
            "attachments": attachments[row.id],
            "tags": all_plain(tags[row.id]),
            "statements": all_plain(statements[row.id]),
            "verdict": _verdict(verdict_of(session, row.id, row.rules_version)),
            "review": _review(row, history_of(session, row.id)),
            "receipt": _receipt(session, row),
        }


def _attachments(session: Session, ids: list[int]) -> dict[int, list[Plain]]:
    """Give what was attached, without its text."""
    row = m.message_text.c
    theirs = select(row.message_id, row.attachments).where(row.message_id.in_(ids))
    return {
        message_id: [{name: one[name] for name in one if name != "text"} for one in attached]
        for message_id, attached in session.connection().execute(theirs)
    }


def _verdict(verdict: VerdictRecord) -> Plain:
    return {
        "rules_version": verdict.rules_version,
        "confidence": verdict.confidence,
        "needs_person": verdict.needs_person,
        "disputed": verdict.disputed,
        "reasons": list(verdict.reasons),
        "tags": all_plain(verdict.tags),
        "statements": all_plain(verdict.statements),
        "hits": all_plain(verdict.hits),
    }


def _review(row: Row[Any], history: tuple[Decision, ...]) -> Plain:
    return {
        "state": row.state,
        "reviewed_at": _moment(row.reviewed_at),
        "reviewed_by": row.reviewed_by,
        "disagrees": row.disagrees,
        "flagged_for": row.flagged_for,
        "history": [_event(one) for one in history],
    }


def _event(decision: Decision) -> Plain:
    return {
        "at": _moment(decision.at),
        "who": decision.who,
        "action": decision.action,
        "before": all_plain(decision.before),
        "after": all_plain(decision.after),
        "statements_before": all_plain(decision.statements_before),
        "statements_after": all_plain(decision.statements_after),
        "rules_version": decision.rules_version,
        "note": decision.note,
    }


def _receipt(session: Session, row: Row[Any]) -> Plain:
    return {
        "seen_at": _moment(row.seen_at),
        "stored_at": _moment(row.stored_at),
        "origin": row.origin,
        "raw_sha256": row.raw_sha256,
        "size": row.size,
        "slots": [_slot(one) for one in slots_of(session, row)],
    }


def _set_asides(session: Session) -> Iterator[Plain]:
    row = m.set_aside.c
    pile = select(m.set_aside, m.folder.c.account, m.folder.c.name).join(m.folder, row.folder_id == m.folder.c.id)
    for one in session.connection().execute(pile.order_by(row.arrived_at, row.raw_sha256, row.uid)).all():
        slot = Slot(account=one.account, folder=one.name, uidvalidity=one.uidvalidity, uid=one.uid)
        yield {
            "kind": "set aside",
            "mail_sha256": one.mail_sha256 or "",
            "raw_sha256": one.raw_sha256,
            "slot": _slot(slot),
            "origin": one.origin,
            "arrived_at": _moment(one.arrived_at),
            "arrived_source": one.arrived_source,
            "size": one.size,
            "too_large": one.too_large,
            "error": one.error,
            "tries": one.tries,
            "first_tried_at": _moment(one.first_tried_at),
            "last_tried_at": _moment(one.last_tried_at),
            "released_as": _mail_of(session, one.released_as),
        }


def _mail_of(session: Session, message_id: int | None) -> str | None:
    if message_id is None:
        return None
    mail = select(m.message.c.mail_sha256).where(m.message.c.id == message_id)
    return str(session.connection().execute(mail).scalar_one())


def _slot(slot: Slot) -> Plain:
    return {"account": slot.account, "folder": slot.folder, "uidvalidity": slot.uidvalidity, "uid": slot.uid}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
