"""Runs: one row each, and one at a time for each job and mailbox, by a lock row with a lease."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.errors import AlreadyRunning, RunTaken
from storage.owner import is_surely_dead, this_process
from storage.plain import Plain
from storage.records import Run, RunCounts, RunOutcome, StatusCounts
from storage.setaside import still_waits
from storage.sql import insert_once

LEASE = timedelta(minutes=5)  # without a beat for so long, a run on another machine counts as lost
_WITHOUT_A_WORD = "The process ended without a word."
_RUNS = select(m.run, m.run_lock.c.owner, m.run_lock.c.expires_at).outerjoin(
    m.run_lock, m.run_lock.c.run_id == m.run.c.id
)
_COUNTS = tuple(RunCounts.__dataclass_fields__)


def begin_run(store: Store, job: str, account: str, *, now: datetime) -> int:
    """Begin a run and give its number; raise AlreadyRunning when another live process does this job.

    A run whose process died on this machine, or whose lease ran out, is marked as lost and taken over.
    """

    def work(session: Session) -> int:
        run_id = _new_run(session, job, account, now)
        row = {"job": job, "account": account, "run_id": run_id}
        row |= {"owner": this_process(), "expires_at": now + LEASE}
        while insert_once(session, m.run_lock, row, m.run_lock.c.run_id) is None:
            _clear_lost(session, job, account, now)
        return run_id

    return store.write(work)


def beat(store: Store, run_id: int, *, now: datetime) -> None:
    """Say that a run lives; raise RunTaken when another took over meanwhile."""

    def work(session: Session) -> None:
        longer = update(m.run_lock).where(m.run_lock.c.run_id == run_id).values(expires_at=now + LEASE)
        if session.connection().execute(longer).rowcount == 0:
            raise RunTaken(run_id)

    store.write(work)


def end_run(
    store: Store,
    run_id: int,
    outcome: RunOutcome,
    counts: RunCounts,
    error: str = "",
    *,
    now: datetime,
    fault: str = "",
) -> None:
    """Write down how a run ended, and let the next begin. A run that was taken for lost tells its end all the same.

    `error` is for people, `fault` names the error's class.
    """

    def work(session: Session) -> None:
        session.connection().execute(delete(m.run_lock).where(m.run_lock.c.run_id == run_id))
        told = {"outcome": outcome, "ended_at": now, "counts": _plain(counts), "error": error, "fault": fault}
        session.connection().execute(update(m.run).where(m.run.c.id == run_id).values(told))

    store.write(work)


def last_runs(store: Store, *, now: datetime) -> tuple[Run, ...]:
    """Give the latest run of each job and mailbox, the newest first; one whose process is gone is lost."""
    row = m.run.c
    latest = select(func.max(row.id)).group_by(row.job, row.account)
    with store.reading() as session:
        found = session.connection().execute(_RUNS.where(row.id.in_(latest)).order_by(row.id.desc()))
        return tuple(_run_as_of(one, now) for one in found)


def runs(
    store: Store, *, now: datetime | None = None, job: str = "", account: str = "", limit: int = 50
) -> tuple[Run, ...]:
    """Give the newest runs, of one job and mailbox where named.

    One whose process is gone `now` is lost, though nobody wrote its end down; without `now` it is as it was written.
    """
    row = m.run.c
    newest = _RUNS.order_by(row.id.desc()).limit(limit)
    if job:
        newest = newest.where(row.job == job)
    if account:
        newest = newest.where(row.account == account)
    with store.reading() as session:
        found = session.connection().execute(newest)
        return tuple(_run(one) if now is None else _run_as_of(one, now) for one in found)


def last_good_run(store: Store, job: str, account: str, *, since: datetime | None = None) -> Run | None:
    """Give the newest run of a job that ended well; None when none ever did.

    With `since` the newest from then on that did all of its work itself: what is handed out may not be done yet.
    """
    row = m.run.c
    good = select(m.run).where(row.job == job, row.account == account, row.outcome == RunOutcome.DONE)
    good = good if since is None else good.where(row.started_at >= since)
    with store.reading() as session:
        newest = map(_run, session.connection().execute(good.order_by(row.id.desc())))
        return next((run for run in newest if since is None or not run.counts.handed_out), None)


def status_counts(store: Store) -> StatusCounts:
    """Count what there is and what waits: a few walks along narrow indexes."""
    row, aside = m.message.c, m.set_aside.c
    with store.reading() as session:
        get = session.connection().execute
        ranks = {rank: many for rank, many in get(select(row.queue_rank, func.count()).group_by(row.queue_rank))}
        by_lot = (row.queue_rank == 2) & row.drawn_check.is_(True) & row.needs_person.is_(False)
        checks = get(select(func.count()).select_from(m.message).where(by_lot)).scalar_one()
        pile = select(aside.too_large, func.count()).where(still_waits()).group_by(aside.too_large)
        waiting = {too_large: many for too_large, many in get(pile)}
        disagrees = get(select(func.count()).select_from(m.message).where(row.disagrees.is_(True))).scalar_one()
        newest = get(select(row.arrived_at).order_by(row.arrived_at.desc()).limit(1)).scalar()
    return StatusCounts(
        messages=sum(ranks.values()),
        pending=ranks.get(1, 0) + ranks.get(2, 0) + ranks.get(3, 0),
        needs_person=ranks.get(2, 0) + ranks.get(3, 0) - checks,
        set_aside=sum(waiting.values()),
        too_large=waiting.get(True, 0),
        disagrees=disagrees,
        newest_arrived_at=newest,
    )


def rules_of_newest(store: Store, limit: int) -> Counter[tuple[str, str]]:
    """Count the newest messages by account and the version of the rules that read them last."""
    row = m.message.c
    newest = select(row.account, row.rules_version).order_by(row.id.desc()).limit(limit).subquery().c
    counted = select(newest.account, newest.rules_version, func.count()).group_by(newest.account, newest.rules_version)
    with store.reading() as session:
        found = session.connection().execute(counted)
        return Counter({(account, version): count for account, version, count in found})


def _new_run(session: Session, job: str, account: str, now: datetime) -> int:
    row = {"job": job, "account": account, "started_at": now, "outcome": RunOutcome.RUNNING}
    row |= {"counts": _plain(RunCounts()), "error": ""}
    return int(insert_once(session, m.run, row, m.run.c.id))


def _clear_lost(session: Session, job: str, account: str, now: datetime) -> None:
    """Remove the lock of a run that is lost; raise when the run lives."""
    lock = m.run_lock.c
    here = (lock.job == job) & (lock.account == account)
    held = session.connection().execute(select(m.run_lock).where(here).with_for_update()).first()
    if held is None:
        return
    if _is_held(held, now):
        raise AlreadyRunning(job, account, held.run_id)
    session.connection().execute(delete(m.run_lock).where(here, lock.run_id == held.run_id))
    lost = {"outcome": RunOutcome.LOST, "ended_at": now, "error": _WITHOUT_A_WORD}
    still = (m.run.c.id == held.run_id) & (m.run.c.outcome == RunOutcome.RUNNING)
    session.connection().execute(update(m.run).where(still).values(lost))


def _is_held(lock: Row[Any], now: datetime) -> bool:
    """Say whether the run that holds a lock lives, as far as can be known from here."""
    return bool(lock.expires_at > now and not is_surely_dead(lock.owner))


def _run_as_of(row: Row[Any], now: datetime) -> Run:
    """Give a run as it stands now: nobody writes down that a process was killed until the next run of its job."""
    run = _run(row)
    if run.outcome is not RunOutcome.RUNNING or (row.owner and _is_held(row, now)):
        return run
    return replace(run, outcome=RunOutcome.LOST, error=_WITHOUT_A_WORD)


def _plain(counts: RunCounts) -> Plain:
    return {name: getattr(counts, name) for name in _COUNTS}


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        job=row.job,
        account=row.account,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=RunOutcome(row.outcome),
        counts=RunCounts(**{name: row.counts.get(name, 0) for name in _COUNTS}),
        error=row.error,
        fault=row.fault,
    )
