"""A mailbox's new name in what is kept by its name: runs, their locks, errors of jobs, and alerts that stand.

Mail, cursors, the ledger and issues are kept by its account, which stays.
"""

from sqlalchemy import select, update
from sqlmodel import Session

from storage import models as m


def rename_runs(session: Session, old: str, new: str) -> None:
    """Have what ran under the old name of a mailbox have run under the new one."""
    do = session.connection().execute
    do(update(m.run).where(m.run.c.account == old).values(account=new))
    do(update(m.job_error).where(m.job_error.c.about == old).values(about=new))
    lock = m.run_lock.c
    taken = select(lock.job).where(lock.account == new).scalar_subquery()
    do(update(m.run_lock).where(lock.account == old, lock.job.not_in(taken)).values(account=new))
    _rename_alerts(session, old, new)


def _rename_alerts(session: Session, old: str, new: str) -> None:
    """Let what stands go on under the new name: nobody is told that it is over, and begins."""
    row = m.alert.c
    standing = session.connection().execute(select(row.id, row.kind, row.about).where(row.ended_at.is_(None))).all()
    keys = {(one.kind, one.about) for one in standing}
    for one in standing:
        about = _about(one.about, old, new)
        if about != one.about and (one.kind, about) not in keys:
            session.connection().execute(update(m.alert).where(row.id == one.id).values(about=about))


def _about(words: str, old: str, new: str) -> str:
    """Put the new name where an alert names a mailbox: alone, before a folder, or behind a month."""
    if words == old or words.startswith(f"{old} "):
        return new + words[len(old) :]
    return words.removesuffix(f", {old}") + f", {new}" if words.endswith(f", {old}") else words
