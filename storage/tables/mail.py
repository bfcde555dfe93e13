"""Messages, where they lay in the mailboxes, what they say, and what was set aside.

`queue_rank`, `arrived_at` and a message's number give the order of the review queue. They stand in `message` and are
repeated in `tag` and `rule_hit`, so that a queue filtered by a tag or a rule is one walk along one index.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, CleanText, Json, PackedBytes, PackedJson, UtcMoment


class FolderRow(SQLModel, table=True):
    """A folder of a mailbox (or an archive) and how far it has been read: its cursor."""

    __tablename__ = "folder"
    __table_args__ = (UniqueConstraint("account", "name", name="folder_once"),)

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(sa_type=CleanText)
    name: str = Field(sa_type=CleanText)
    uidvalidity: int | None = Field(default=None, sa_type=BigId)
    last_uid: int = Field(default=0, sa_type=BigId)


class MessageRow(SQLModel, table=True):
    """A stored message, as lists and filters need it; `folder_id`, `uidvalidity` and `uid`: where it was first seen."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("mail_sha256", name="message_mail_once"),
        Index(
            "message_copy_once",
            "copy_key",
            unique=True,
            sqlite_where=text("copy_key <> '' AND probable_copy_of IS NULL"),
            postgresql_where=text("copy_key <> '' AND probable_copy_of IS NULL"),
        ),
        Index("message_queue", "queue_rank", "arrived_at", "id"),
        Index("message_by_month", "arrived_month", "queue_rank", "arrived_at", "id"),
        Index("message_by_account", "account", "queue_rank", "arrived_at", "id"),
        Index("message_by_folder", "folder_id", "queue_rank", "arrived_at", "id"),
        Index("message_by_state", "state", "queue_rank", "arrived_at", "id"),
        Index(
            "message_disagreeing",
            "queue_rank",
            "arrived_at",
            "id",
            sqlite_where=text("disagrees IS 1"),
            postgresql_where=text("disagrees IS true"),
        ),
        Index(
            "message_flagged",
            "flagged_for",
            "queue_rank",
            "arrived_at",
            "id",
            sqlite_where=text("flagged_for <> ''"),
            postgresql_where=text("flagged_for <> ''"),
        ),
        Index(
            "message_drawn_check",
            "queue_rank",
            "arrived_at",
            "id",
            sqlite_where=text("drawn_check IS 1"),
            postgresql_where=text("drawn_check IS true"),
        ),
        Index(
            "message_drawn_second",
            "arrived_at",
            "id",
            sqlite_where=text("drawn_second IS 1"),
            postgresql_where=text("drawn_second IS true"),
        ),
        Index("message_by_confidence", "confidence", "queue_rank", "arrived_at", "id"),
        Index("message_by_arrival", "arrived_at", "mail_sha256"),
        Index("message_by_thread", "thread_key", "arrived_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    version: int = 1
    account: str = Field(sa_type=CleanText)
    folder_id: int = Field(foreign_key="folder.id")
    uidvalidity: int = Field(sa_type=BigId)
    uid: int = Field(sa_type=BigId)
    origin: str = Field(sa_type=CleanText)
    raw_sha256: str = Field(sa_type=CleanText)
    mail_sha256: str = Field(sa_type=CleanText)
    size: int = Field(sa_type=BigId)
    arrived_at: datetime = Field(sa_type=UtcMoment)
    arrived_source: str = Field(sa_type=CleanText)
    arrived_month: str = Field(sa_type=CleanText)  # of London
    sent_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    seen_at: datetime = Field(sa_type=UtcMoment)
    stored_at: datetime = Field(sa_type=UtcMoment)
    subject: str = Field(sa_type=CleanText)
    sender_name: str = Field(sa_type=CleanText)
    sender_address: str = Field(sa_type=CleanText)
    user_address: str = Field(sa_type=CleanText)
    recipients: str = Field(sa_type=CleanText)
    message_id: str = Field(sa_type=CleanText)
    thread_key: str = Field(sa_type=CleanText)
    copy_key: str = Field(sa_type=CleanText)
    probable_copy_of: int | None = Field(
        default=None, sa_column=Column(BigId, ForeignKey("message.id"), nullable=True, index=True)
    )
    from_team: bool = Field(sa_type=Boolean)
    state: str = Field(sa_type=CleanText)
    queue_rank: int  # of a pending one: 3 disputed, 2 needs a person or is a random check, 1 neither; 0 decided
    needs_person: bool = Field(sa_type=Boolean)
    confidence: float
    reasons: list[str] = Field(sa_type=Json)
    rules_version: str = Field(sa_type=CleanText)  # of the latest verdict
    decided_version: str = Field(default="", sa_type=CleanText)  # of the verdict that the person saw
    disagrees: bool = Field(default=False, sa_type=Boolean)
    flagged_for: str = Field(default="", sa_type=CleanText)
    disputed: bool = Field(default=False, sa_type=Boolean, sa_column_kwargs={"server_default": false()})
    drawn_check: bool = Field(default=False, sa_type=Boolean, sa_column_kwargs={"server_default": false()})
    drawn_second: bool = Field(default=False, sa_type=Boolean, sa_column_kwargs={"server_default": false()})
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    reviewed_by: str = Field(default="", sa_type=CleanText)


class MessageText(SQLModel, table=True):
    """What a message says, as it was read; can be made again from the raw bytes."""

    __tablename__ = "message_text"

    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), primary_key=True, autoincrement=False))
    zones: list[dict[str, Any]] = Field(sa_type=PackedJson)
    html: str = Field(sa_type=PackedJson)
    attachments: list[dict[str, Any]] = Field(sa_type=PackedJson)
    oddities: list[str] = Field(sa_type=PackedJson)


class MessageRaw(SQLModel, table=True):
    """The message as received, compressed. Retention removes this row and keeps the coded record."""

    __tablename__ = "message_raw"

    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), primary_key=True, autoincrement=False))
    body: bytes = Field(sa_type=PackedBytes)


class SearchText(SQLModel, table=True):
    """The words that full-text search looks at; `place` sorts by arrival and is the row number of the FTS5 index."""

    __tablename__ = "search_text"
    __table_args__ = (UniqueConstraint("message_id", name="search_text_once"),)

    place: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), nullable=False))
    subject: str = Field(sa_type=CleanText)
    sender: str = Field(sa_type=CleanText)
    body: str = Field(sa_type=CleanText)
    attachments: str = Field(sa_type=CleanText)


class SetAsideRow(SQLModel, table=True):
    """A message that could not be read. Never deleted; `released_as` is what it became once repaired."""

    __tablename__ = "set_aside"
    __table_args__ = (UniqueConstraint("mail_sha256", name="set_aside_mail_once"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    folder_id: int = Field(foreign_key="folder.id", index=True)
    uidvalidity: int = Field(sa_type=BigId)
    uid: int = Field(sa_type=BigId)
    origin: str = Field(sa_type=CleanText)
    raw_sha256: str = Field(sa_type=CleanText)
    mail_sha256: str | None = Field(default=None, sa_type=CleanText)  # None: too large, never fetched
    size: int = Field(sa_type=BigId)
    too_large: bool = Field(sa_type=Boolean)
    arrived_at: datetime = Field(sa_type=UtcMoment)
    arrived_source: str = Field(sa_type=CleanText)
    error: str = Field(sa_type=CleanText)
    tries: int = 1
    first_tried_at: datetime = Field(sa_type=UtcMoment)
    last_tried_at: datetime = Field(sa_type=UtcMoment)
    released_as: int | None = Field(
        default=None, sa_column=Column(BigId, ForeignKey("message.id"), nullable=True, index=True)
    )


class SetAsideRaw(SQLModel, table=True):
    """The bytes of a message set aside, whole."""

    __tablename__ = "set_aside_raw"

    set_aside_id: int = Field(
        sa_column=Column(BigId, ForeignKey("set_aside.id"), primary_key=True, autoincrement=False)
    )
    body: bytes = Field(sa_type=PackedBytes)


class SlotRow(SQLModel, table=True):
    """One place on a server and what lies there: exactly one of `message_id` and `set_aside_id` is set."""

    __tablename__ = "slot"
    __table_args__ = (
        Index("slot_by_message", "message_id"),
        Index("slot_by_set_aside", "set_aside_id"),
        Index("slot_by_arrival", "folder_id", "arrived_at"),
    )

    folder_id: int = Field(foreign_key="folder.id", primary_key=True)
    uidvalidity: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    uid: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    message_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("message.id"), nullable=True))
    set_aside_id: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("set_aside.id"), nullable=True))
    outcome: str = Field(sa_type=CleanText)  # stored, duplicate, set aside or too large
    arrived_at: datetime = Field(sa_type=UtcMoment)
    seen_at: datetime = Field(sa_type=UtcMoment)
