"""What leaves: issues, deliveries, drafted replies; and what is taken away for good."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import BigId, CleanText, UtcMoment


class IssueRow(SQLModel, table=True):
    """A frozen edition of a month's digest."""

    __tablename__ = "digest_issue"
    __table_args__ = (UniqueConstraint("account", "month", "number", name="digest_issue_once"),)

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(sa_type=CleanText)
    month: str = Field(sa_type=CleanText)
    number: int
    status: str = Field(sa_type=CleanText)
    issued_at: datetime = Field(sa_type=UtcMoment)
    rules_version: str = Field(sa_type=CleanText)
    figures: bytes = Field(sa_type=LargeBinary)  # exactly the bytes that sha256 speaks of
    sha256: str = Field(sa_type=CleanText)


class IssueMessage(SQLModel, table=True):
    """That an issue counted a message."""

    __tablename__ = "digest_issue_message"
    __table_args__ = (Index("digest_issue_message_by_message", "message_id"),)

    issue_id: int = Field(foreign_key="digest_issue.id", primary_key=True)
    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), primary_key=True, autoincrement=False))


class OptOutRow(SQLModel, table=True):
    """That a sender, known by their key alone, does not want to be invited; `who` took it down."""

    __tablename__ = "opt_out"

    sender_key: str = Field(sa_type=CleanText, primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)
    who: str = Field(sa_type=CleanText)


class DeliveryRow(SQLModel, table=True):
    """That an issue was sent to somebody: begun before the message goes out, so that it never goes out twice."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("issue_id", "way", "recipient", name="delivery_once"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    issue_id: int = Field(foreign_key="digest_issue.id")
    way: str = Field(sa_type=CleanText)  # email or notify
    recipient: str = Field(sa_type=CleanText)
    begun_at: datetime = Field(sa_type=UtcMoment)
    sent_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class DraftedReplyRow(SQLModel, table=True):
    """That a reply to a message was put among the mailbox's drafts: begun before, so that it is never put there twice.

    The number stays when the message is erased, and tells nothing of anybody.
    """

    __tablename__ = "drafted_reply"

    message_id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    begun_at: datetime = Field(sa_type=UtcMoment)
    saved_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class ErasureRow(SQLModel, table=True):
    """That a person was erased, and how much of theirs: not who."""

    __tablename__ = "erasure"

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_type=UtcMoment)
    messages: int
    set_aside: int


class TombstoneRow(SQLModel, table=True):
    """A mail that was erased and must not come back: a keyed digest, and the row that stands for it."""

    __tablename__ = "tombstone"

    digest: str = Field(sa_type=CleanText, primary_key=True)
    erasure_id: int = Field(sa_column=Column(BigId, ForeignKey("erasure.id"), nullable=False))
    message_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("message.id"), nullable=True))
    set_aside_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("set_aside.id"), nullable=True))


class ForgottenRow(SQLModel, table=True):
    """That a part of a message (raw, attachments, text) is no longer held, since when, and why."""

    __tablename__ = "forgotten"

    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), primary_key=True, autoincrement=False))
    part: str = Field(sa_type=CleanText, primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)
    why: str = Field(sa_type=CleanText)
