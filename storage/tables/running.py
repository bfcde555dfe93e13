"""Runs, what they counted, and whom they alerted; large works and the errors of jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, CleanText, Json, UtcMoment


class RunRow(SQLModel, table=True):
    """One run of a job."""

    __tablename__ = "run"
    __table_args__ = (Index("run_by_job", "job", "account", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    job: str = Field(sa_type=CleanText)
    account: str = Field(sa_type=CleanText)
    started_at: datetime = Field(sa_type=UtcMoment)
    ended_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    outcome: str = Field(sa_type=CleanText)
    counts: dict[str, int] = Field(sa_type=Json)
    error: str = Field(default="", sa_type=CleanText)
    fault: str = Field(default="", sa_type=CleanText, sa_column_kwargs={"server_default": ""})  # the error's class


class RunLock(SQLModel, table=True):
    """Who does a job for a mailbox right now: one row at most for each, until it ends or its lease runs out."""

    __tablename__ = "run_lock"

    job: str = Field(sa_type=CleanText, primary_key=True)
    account: str = Field(sa_type=CleanText, primary_key=True)
    run_id: int = Field(sa_column=Column(BigId, ForeignKey("run.id"), nullable=False))
    owner: str = Field(sa_type=CleanText)
    expires_at: datetime = Field(sa_type=UtcMoment)


class FactRow(SQLModel, table=True):
    """A fact of this database, such as the secret with which senders are made unrecognisable."""

    __tablename__ = "fact"

    name: str = Field(sa_type=CleanText, primary_key=True)
    value: str = Field(sa_type=CleanText, repr=False)


class UnreadRow(SQLModel, table=True):
    """A place whose message the server listed, and no longer had when it was asked for its bytes."""

    __tablename__ = "unread"

    folder_id: int = Field(foreign_key="folder.id", primary_key=True)
    uidvalidity: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    uid: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    noticed_at: datetime = Field(sa_type=UtcMoment)


class LedgerCountRow(SQLModel, table=True):
    """One comparison of a folder with what is held of it: only ever added. UIDs stand as IMAP sets ("1:3,7")."""

    __tablename__ = "ledger_count"
    __table_args__ = (Index("ledger_count_by_day", "day", "folder_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    folder_id: int = Field(foreign_key="folder.id")
    day: str = Field(sa_type=CleanText)  # of London
    counted_at: datetime = Field(sa_type=UtcMoment)
    uidvalidity: int = Field(sa_type=BigId)
    counts: dict[str, int] = Field(sa_type=Json)
    uids: dict[str, str] = Field(sa_type=Json)


class AlertRow(SQLModel, table=True):
    """Something that is wrong, from when it began until it ended, and when somebody was told of either."""

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "alert_once",
            "kind",
            "about",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    kind: str = Field(sa_type=CleanText)
    about: str = Field(sa_type=CleanText)
    words: str = Field(sa_type=CleanText)
    began_at: datetime = Field(sa_type=UtcMoment)
    ended_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    told_began_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    told_ended_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class JobErrorRow(SQLModel, table=True):
    """That a job failed, at which try, and why: the error's class, and our own words, which quote no mail."""

    __tablename__ = "job_error"
    __table_args__ = (Index("job_error_by_job", "job_id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    job_id: int = Field(sa_type=BigId)  # the queue's number
    job: str = Field(sa_type=CleanText)
    about: str = Field(sa_type=CleanText)  # the mailbox, or the stretch of a large work
    at: datetime = Field(sa_type=UtcMoment)
    tries: int
    fault: str = Field(sa_type=CleanText)
    words: str = Field(sa_type=CleanText)


class WorkRow(SQLModel, table=True):
    """A large work over many messages, done in stretches; `basis` names what its result depends on."""

    __tablename__ = "work"
    __table_args__ = (Index("work_by_kind", "kind", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    kind: str = Field(sa_type=CleanText)
    basis: str = Field(sa_type=CleanText)
    total: int = Field(sa_type=BigId)  # messages
    began_at: datetime = Field(sa_type=UtcMoment)
    ended_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class WorkPartRow(SQLModel, table=True):
    """A stretch of a large work: cut when it begins, and marked as done in the transaction that keeps its results."""

    __tablename__ = "work_part"
    __table_args__ = (
        Index(
            "work_part_left",
            "work_id",
            "number",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    work_id: int = Field(sa_column=Column(BigId, ForeignKey("work.id"), primary_key=True, autoincrement=False))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    what: dict[str, Any] = Field(sa_type=Json)
    messages: int
    done_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    counts: dict[str, int] = Field(sa_type=Json)  # what came of it: messages stored, verdicts changed
    faults: list[str] = Field(sa_type=Json)  # in our own words
