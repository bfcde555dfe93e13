"""What people decide: each decision is an event that is only ever added, and an undo is one more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, exists, func, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import NoSuchMessage, NotDecided, StaleDecision, UndoRefused
from storage.loading import message_row, statements_of, stored_message, tags_of, verdict_of
from storage.order import queue_rank
from storage.plain import Plain, all_plain, read_plain
from storage.records import BulkResult, Decision, ReviewState, StatementRecord, StoredMessage, TagRecord, VerdictRecord
from storage.sql import insert_all, put_rows
from storage.users import DECIDING
from storage.verdicts import PERSON, RULES, disagrees, quoted, statement_rows, tag_rows, tag_values

CONFIRM, CORRECT, UNDO, FLAG = "confirm", "correct", "undo", "flag"
PUBLISH, WITHDRAW = "publish", "withdraw"  # of the quotes of a message that is decided: nothing else of it changes
MOST_UNDONE = 10  # decisions: how far back a person may undo; one of many messages together is one
MOST_TOGETHER = 200  # messages that one decision is looked for among
NEARBY = 1_000  # events among which those of one undo lie


def decide(
    store: Store,
    message_id: int,
    *,
    version: int,
    who: str,
    action: str = "",
    tags: Sequence[TagRecord],
    statements: Sequence[StatementRecord],
    note: str = "",
    now: datetime,
) -> StoredMessage:
    """Keep what a person says of a message, and give it as it stands then.

    It is confirmed when tags and statements are the rules' own, else corrected; the event is named so too, unless
    `action` is another word. Raise StaleDecision when the message is no longer at `version`.
    """

    def work(session: Session) -> StoredMessage:
        row = _at_version(session, message_id, version)
        rules = verdict_of(session, message_id, row.rules_version)
        opinion = _Opinion(tags=_once(tags), statements=statements, who=who, note=note, at=now)
        _decide(session, row, rules, opinion, action=action)
        return stored_message(session, message_id)

    return store.write(work)


def confirm_many(store: Store, messages: Iterable[tuple[int, int]], who: str, now: datetime) -> BulkResult:
    """Confirm messages as the rules tagged them, each (number, version); one undo takes all of them back.

    Those changed meanwhile, decided already, flagged for somebody, drawn for the random check, or not there are left
    as they are and named.
    """
    bulk = uuid4().hex

    def work(session: Session) -> BulkResult:
        done: list[int] = []
        refused: list[int] = []
        for message_id, version in sorted(set(messages)):
            kept = _confirm(session, message_id, version, who=who, now=now, bulk=bulk)
            (done if kept else refused).append(message_id)
        return BulkResult(done=tuple(done), refused=tuple(refused), bulk=bulk)

    return store.write(work)


@dataclass(frozen=True, kw_only=True, slots=True)
class Undone:
    """What an undo took back: its message, the first of several.

    `passed_over` are the messages that were left as somebody has decided on them since, those of the same bulk too.
    """

    message_id: int
    passed_over: tuple[int, ...] = ()


def undo(store: Store, who: str, *, now: datetime, decision: int | None = None, bulk: str = "") -> Undone | None:
    """Take back a person's last decision (a bulk one as a whole); None: nothing left to undo.

    The last 10 decisions can be undone, latest first; `decision` or `bulk` names the one that is meant. One on which
    somebody has decided since is passed over; of a bulk, such messages are left as they are. Raise UndoRefused when
    there is no other.
    """
    return store.write(lambda session: _undo(session, who, now, decision, bulk))


def undone_together(store: Store, undoing: Decision) -> int:
    """Count the messages whose decisions were taken back by the same undo as this event of one of them."""
    event = m.decision.c
    near = event.id.between(undoing.id - NEARBY, undoing.id + NEARBY)
    same = (event.who == undoing.who, event.at == undoing.at, event.action == UNDO)
    with store.reading() as session:
        return int(session.connection().execute(select(func.count()).where(near, *same)).scalar_one())


def flag(store: Store, message_id: int, *, who: str, flagged_for: str, note: str = "", now: datetime) -> None:
    """Ask a colleague to look at a message; an empty `flagged_for` takes the flag away. Tags stay as they are."""

    def work(session: Session) -> None:
        row = message_row(session, message_id)
        _set(session, row, {"flagged_for": flagged_for})
        tags, statements = _standing(session, message_id)
        _add_event(session, row, FLAG, (tags, statements), (tags, statements), who=who, note=note, at=now)

    store.write(work)


def allow_quotes(
    store: Store, message_id: int, *, version: int, who: str, published: bool, now: datetime
) -> StoredMessage:
    """Keep whether the quotes of a decided message may be published; the rest of the decision stands.

    Raise NotDecided where no person has decided, StaleDecision when the message is no longer at `version`.
    """

    def work(session: Session) -> StoredMessage:
        row = _at_version(session, message_id, version)
        if row.state == ReviewState.PENDING:
            raise NotDecided(message_id)
        tags, before = _standing(session, message_id)
        after = [replace(said, quotable=published) for said in before]
        quotes = update(m.statement).where(m.statement.c.message_id == message_id)
        session.connection().execute(quotes.values(quotable=published))
        _set(session, row, {})
        named = PUBLISH if published else WITHDRAW
        _add_event(session, row, named, (tags, before), (tags, after), who=who, note="", at=now)
        return stored_message(session, message_id)

    return store.write(work)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opinion:
    """What a person says, and when."""

    tags: Sequence[TagRecord]
    statements: Sequence[StatementRecord]
    who: str
    note: str
    at: datetime

    def state(self, rules: VerdictRecord) -> ReviewState:
        """Say whether the person agrees with the rules; how sure they were does not matter."""
        same_tags = tag_values(self.tags) == tag_values(rules.tags)
        same_quotes = quoted(self.statements) == quoted(rules.statements)
        return ReviewState.CONFIRMED if same_tags and same_quotes else ReviewState.CORRECTED


def _at_version(session: Session, message_id: int, version: int) -> Row[Any]:
    row = message_row(session, message_id)
    if row.version != version:
        raise StaleDecision(stored_message(session, message_id))
    return row


def _once(tags: Sequence[TagRecord]) -> list[TagRecord]:
    return list({(tag.dimension, tag.value): tag for tag in reversed(tags)}.values())[::-1]


def _decide(
    session: Session, row: Row[Any], rules: VerdictRecord, opinion: _Opinion, *, action: str = "", bulk: str = ""
) -> None:
    before = _standing(session, row.id)
    state = opinion.state(rules)
    rank = queue_rank(state, rules.needs_person or row.drawn_check, rules.disputed)
    _put(session, row, opinion.tags, opinion.statements, PERSON, rank=rank)
    changes = {"state": state, "reviewed_at": opinion.at, "reviewed_by": opinion.who}
    changes |= {"decided_version": row.rules_version, "disagrees": False, "flagged_for": ""}
    changes["queue_rank"] = rank
    _set(session, row, changes)
    named = CONFIRM if state is ReviewState.CONFIRMED else CORRECT
    if action not in ("", CONFIRM, CORRECT):
        named = action
    after = (opinion.tags, opinion.statements)
    _add_event(session, row, named, before, after, who=opinion.who, note=opinion.note, at=opinion.at, bulk=bulk)


def _confirm(session: Session, message_id: int, version: int, *, who: str, now: datetime, bulk: str) -> bool:
    try:
        row = message_row(session, message_id)
    except NoSuchMessage:
        return False
    if row.version != version or row.state != ReviewState.PENDING or row.flagged_for:
        return False
    if row.drawn_check and not row.needs_person:  # who confirms a list together has checked none of it
        return False
    rules = verdict_of(session, message_id, row.rules_version)
    opinion = _Opinion(tags=rules.tags, statements=rules.statements, who=who, note="", at=now)
    _decide(session, row, rules, opinion, bulk=bulk)
    return True


def _undo(session: Session, who: str, now: datetime, decision: int | None, bulk: str) -> Undone | None:
    passed: dict[int, str] = {}
    for together in _standing_decisions(session, who):
        if (bulk and bulk != together[0].bulk) or (decision and decision not in [one.id for one in together]):
            continue
        since = {one.message_id: _take_back(session, one, who, now) for one in together}
        done = [number for number, by in since.items() if by is None]
        passed |= {number: by for number, by in since.items() if by is not None}
        if done:
            return Undone(message_id=done[0], passed_over=tuple(passed))
    if passed:
        raise UndoRefused(*next(iter(passed.items())))
    return None


def _standing_decisions(session: Session, who: str) -> list[list[Row[Any]]]:
    """Give what stands of a person's last decisions, the latest first: their events, those of a bulk together."""
    event, later = m.decision.c, m.decision.alias()
    is_undone = exists().where(later.c.undoes == event.id).label("is_undone")
    mine = select(event.id, event.message_id, event.bulk, is_undone).where(
        event.who == who, event.action.not_in((UNDO, FLAG))
    )
    latest: dict[str, list[Row[Any]]] = {}
    for one in session.connection().execute(mine.order_by(event.id.desc()).limit(MOST_UNDONE * MOST_TOGETHER)):
        latest.setdefault(one.bulk or str(one.id), []).append(one)
    standing = ([one for one in some if not one.is_undone] for some in list(latest.values())[:MOST_UNDONE])
    return [sorted(some, key=lambda one: int(one.message_id)) for some in standing if some]


def _take_back(session: Session, taken: Row[Any], who: str, now: datetime) -> str | None:
    """Restore what a decision replaced, or give who has decided since. Where the rules counted before, today's count.

    The event is read once its message is locked: its words may have been taken away since.
    """
    row = message_row(session, taken.message_id)
    event = session.connection().execute(select(m.decision).where(m.decision.c.id == taken.id)).one()
    since = _decided_since(session, event)
    if since is not None:
        return since
    now_stands = _standing(session, row.id)
    rules = verdict_of(session, row.id, row.rules_version)
    only_quotes = event.action in (PUBLISH, WITHDRAW)
    review = _read_review(_plain_review(row) if only_quotes else event.review_before)
    pending = review["state"] == ReviewState.PENDING
    tags = rules.tags if pending else read_plain(TagRecord, event.tags_before)
    statements = rules.statements if pending else read_plain(StatementRecord, event.statements_before)
    if _flagged_since(session, event):
        review |= {"flagged_for": row.flagged_for}
    elif _may_not_decide(session, review["flagged_for"]):
        review |= {"flagged_for": ""}
    if not pending:
        overruled = verdict_of(session, row.id, review["decided_version"])
        review |= {"disagrees": disagrees(rules.tags, tags, overruled.tags)}
    rank = queue_rank(review["state"], rules.needs_person or row.drawn_check, rules.disputed)
    _put(session, row, tags, statements, RULES if pending else PERSON, rank=rank)
    _set(session, row, review | {"queue_rank": rank})
    _add_event(session, row, UNDO, now_stands, (tags, statements), who=who, note="", at=now, undoes=event.id)
    return None


def _decided_since(session: Session, decided: Row[Any]) -> str | None:
    """Give who has decided on the same message after `decided`, if that still stands."""
    event = m.decision.c
    undone = select(event.undoes).where(event.undoes.is_not(None))
    later = select(event.who).where(
        event.message_id == decided.message_id,
        event.id > decided.id,
        event.action.not_in((UNDO, FLAG)),
        event.id.not_in(undone),
    )
    return session.connection().execute(later.order_by(event.id.desc()).limit(1)).scalar()


def _flagged_since(session: Session, decided: Row[Any]) -> bool:
    """Say whether somebody flagged the message after `decided`, or took a flag away: an undo leaves that as it is."""
    event = m.decision.c
    later = (event.message_id == decided.message_id, event.id > decided.id, event.action == FLAG)
    return session.connection().execute(select(event.id).where(*later).limit(1)).first() is not None


def _may_not_decide(session: Session, name: str) -> bool:
    """Say whether somebody has been shut out or may only read: nobody would find a flag for them."""
    person = m.reviewer.c
    found = session.connection().execute(select(person.role).where(person.name == name)).scalar()
    return found is not None and found not in DECIDING


def _standing(session: Session, message_id: int) -> tuple[Sequence[TagRecord], Sequence[StatementRecord]]:
    ids = (message_id,)
    return tags_of(session, ids)[message_id], statements_of(session, ids)[message_id]


def _put(
    session: Session,
    row: Row[Any],
    tags: Sequence[TagRecord],
    statements: Sequence[StatementRecord],
    source: str,
    *,
    rank: int,
) -> None:
    now_tags = tag_rows(row.id, tags, source, rank=rank, arrived_at=row.arrived_at)
    put_rows(session, m.tag, {row.id: now_tags})
    put_rows(session, m.statement, {row.id: statement_rows(row.id, statements, source)})
    hits = update(m.rule_hit).where(m.rule_hit.c.message_id == row.id)
    session.connection().execute(hits.values(queue_rank=rank))


def _set(session: Session, row: Row[Any], changes: Plain) -> None:
    changed = update(m.message).where(m.message.c.id == row.id).values(changes | {"version": row.version + 1})
    session.connection().execute(changed)


def _add_event(
    session: Session,
    row: Row[Any],
    action: str,
    before: tuple[Sequence[TagRecord], Sequence[StatementRecord]],
    after: tuple[Sequence[TagRecord], Sequence[StatementRecord]],
    *,
    who: str,
    note: str,
    at: datetime,
    bulk: str = "",
    undoes: int | None = None,
) -> None:
    event = {
        "message_id": row.id,
        "at": at,
        "who": who,
        "action": action,
        "tags_before": all_plain(before[0]),
        "tags_after": all_plain(after[0]),
        "statements_before": all_plain(before[1]),
        "statements_after": all_plain(after[1]),
        "review_before": _plain_review(row),
        "rules_version": row.rules_version,
        "note": note,
        "bulk": bulk,
        "undoes": undoes,
    }
    insert_all(session, m.decision, [event])


def _plain_review(row: Row[Any]) -> Plain:
    return {
        "state": row.state,
        "reviewed_at": row.reviewed_at.isoformat() if row.reviewed_at else None,
        "reviewed_by": row.reviewed_by,
        "decided_version": row.decided_version,
        "disagrees": row.disagrees,
        "flagged_for": row.flagged_for,
    }


def _read_review(plain: Plain) -> Plain:
    at = plain["reviewed_at"]
    return plain | {"reviewed_at": datetime.fromisoformat(at) if at else None}
