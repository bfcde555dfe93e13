"""The tables; private to this package. What they hold goes in and out as the frozen values of records.py.

`queue_rank`, `arrived_at` and a message's number give the order of the review queue. They stand in `message` and are
repeated in `tag` and `rule_hit`, so that a queue filtered by a tag or a rule is one walk along one index.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint, false, text
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


class VerdictRow(SQLModel, table=True):
    """What one version of the rules said of a message: the latest, and each that a person decided upon, are kept."""

    __tablename__ = "verdict"

    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), primary_key=True, autoincrement=False))
    rules_version: str = Field(sa_type=CleanText, primary_key=True)
    made_at: datetime = Field(sa_type=UtcMoment)
    tags: list[dict[str, Any]] = Field(sa_type=Json)
    statements: list[dict[str, Any]] = Field(sa_type=Json)
    hits: list[dict[str, Any]] = Field(sa_type=Json)
    confidence: float
    needs_person: bool = Field(sa_type=Boolean)
    reasons: list[str] = Field(sa_type=Json)
    disputed: bool = Field(default=False, sa_type=Boolean, sa_column_kwargs={"server_default": false()})


class TagRow(SQLModel, table=True):
    """A tag that counts: the person's (`source` person) where one decided, else the rules'."""

    __tablename__ = "tag"
    __table_args__ = (Index("tag_queue", "dimension", "value", "queue_rank", "arrived_at", "message_id"),)

    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), primary_key=True, autoincrement=False))
    dimension: str = Field(sa_type=CleanText, primary_key=True)
    value: str = Field(sa_type=CleanText, primary_key=True)
    position: int
    confidence: float
    reason: str = Field(sa_type=CleanText)
    source: str = Field(sa_type=CleanText)
    queue_rank: int
    arrived_at: datetime = Field(sa_type=UtcMoment)


class StatementRow(SQLModel, table=True):
    """A quoted sentence that counts, as with tags."""

    __tablename__ = "statement"

    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), primary_key=True, autoincrement=False))
    position: int = Field(primary_key=True)
    kind: str = Field(sa_type=CleanText)
    text: str = Field(sa_type=CleanText)
    zone: int
    start: int
    stop: int
    rule: str = Field(sa_type=CleanText)
    source: str = Field(sa_type=CleanText)
    quotable: bool = Field(default=False, sa_type=Boolean, sa_column_kwargs={"server_default": false()})


class RuleHit(SQLModel, table=True):
    """That a rule matched somewhere in a message, by its latest verdict; where exactly stands in the verdict."""

    __tablename__ = "rule_hit"
    __table_args__ = (Index("rule_hit_queue", "rule", "queue_rank", "arrived_at", "message_id"),)

    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), primary_key=True, autoincrement=False))
    rule: str = Field(sa_type=CleanText, primary_key=True)
    queue_rank: int
    arrived_at: datetime = Field(sa_type=UtcMoment)


class DecisionRow(SQLModel, table=True):
    """An event of a message's history: only ever added."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("decision_by_message", "message_id", "id"),
        Index("decision_by_person", "who", "id"),
        UniqueConstraint("undoes", name="decision_undone_once"),
        Index("decision_by_bulk", "bulk", sqlite_where=text("bulk <> ''"), postgresql_where=text("bulk <> ''")),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), nullable=False))
    at: datetime = Field(sa_type=UtcMoment)
    who: str = Field(sa_type=CleanText)
    action: str = Field(sa_type=CleanText)
    tags_before: list[dict[str, Any]] = Field(sa_type=Json)
    tags_after: list[dict[str, Any]] = Field(sa_type=Json)
    statements_before: list[dict[str, Any]] = Field(sa_type=Json)
    statements_after: list[dict[str, Any]] = Field(sa_type=Json)
    review_before: dict[str, Any] = Field(sa_type=Json)  # state, who, when: what an undo restores
    rules_version: str = Field(sa_type=CleanText)
    note: str = Field(sa_type=CleanText)
    bulk: str = Field(default="", sa_type=CleanText)  # equal for the decisions of one bulk action
    undoes: int | None = Field(default=None, sa_column=Column(BigId, ForeignKey("decision.id"), nullable=True))


class SecondReadingRow(SQLModel, table=True):
    """What a second person said of a message without knowing what the first had said, and what that was: for good."""

    __tablename__ = "second_reading"

    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=UtcMoment)
    who: str = Field(sa_type=CleanText)
    tags: list[dict[str, Any]] = Field(sa_type=Json)
    first_who: str = Field(sa_type=CleanText)
    first_tags: list[dict[str, Any]] = Field(sa_type=Json)


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


class ReviewerRow(SQLModel, table=True):
    """A person who signs in to the review page; `name_key` is the name without regard to case.

    `subject` is who they are to the provider of single sign-on, "" until they come from there.
    """

    __tablename__ = "reviewer"
    __table_args__ = (
        UniqueConstraint("name_key", name="reviewer_name_once"),
        Index(
            "reviewer_subject_once",
            "subject",
            unique=True,
            sqlite_where=text("subject <> ''"),
            postgresql_where=text("subject <> ''"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=CleanText)
    name_key: str = Field(sa_type=CleanText)
    role: str = Field(sa_type=CleanText)
    password_hash: str = Field(sa_type=CleanText, repr=False)
    keys_enabled: bool = Field(default=True, sa_type=Boolean)
    subject: str = Field(default="", sa_type=CleanText, sa_column_kwargs={"server_default": ""})


class SessionRow(SQLModel, table=True):
    """A reviewer's sign-in; only a digest of its token is kept."""

    __tablename__ = "reviewer_session"

    token_hash: str = Field(sa_type=CleanText, primary_key=True)
    reviewer_id: int = Field(foreign_key="reviewer.id", index=True)
    opened_at: datetime = Field(sa_type=UtcMoment)
    used_at: datetime = Field(sa_type=UtcMoment)


class ApiTokenRow(SQLModel, table=True):
    """A token with which a person's scripts ask for things; only a digest of it is kept. Never deleted: revoked."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("token_hash", name="api_token_once"),)

    id: int | None = Field(default=None, primary_key=True)
    reviewer_id: int = Field(foreign_key="reviewer.id", index=True)
    name: str = Field(sa_type=CleanText)
    scopes: list[str] = Field(sa_type=Json)
    token_hash: str = Field(sa_type=CleanText, repr=False)
    made_at: datetime = Field(sa_type=UtcMoment)
    made_by: str = Field(sa_type=CleanText)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class FailedSignIn(SQLModel, table=True):
    """A sign-in that was refused, for throttling."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index("failed_sign_in_by_name", "name_key", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    name_key: str = Field(sa_type=CleanText)
    source: str = Field(sa_type=CleanText)
    at: datetime = Field(sa_type=UtcMoment, index=True)


class FactRow(SQLModel, table=True):
    """A fact of this database, such as the secret with which senders are made unrecognisable."""

    __tablename__ = "fact"

    name: str = Field(sa_type=CleanText, primary_key=True)
    value: str = Field(sa_type=CleanText, repr=False)


class LookRow(SQLModel, table=True):
    """That somebody looked at something of a message, and when: no content."""

    __tablename__ = "look"
    __table_args__ = (Index("look_by_message", "message_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), nullable=False))
    who: str = Field(sa_type=CleanText)
    what: str = Field(sa_type=CleanText)
    at: datetime = Field(sa_type=UtcMoment)


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


METADATA = SQLModel.metadata


def _table(model: type[SQLModel]) -> Table:
    return METADATA.tables[str(model.__tablename__)]


# The tables as SQL sees them: the statements of this package are written with these.
folder = _table(FolderRow)
message = _table(MessageRow)
message_text = _table(MessageText)
message_raw = _table(MessageRaw)
search_text = _table(SearchText)
set_aside = _table(SetAsideRow)
set_aside_raw = _table(SetAsideRaw)
slot = _table(SlotRow)
verdict = _table(VerdictRow)
tag = _table(TagRow)
statement = _table(StatementRow)
rule_hit = _table(RuleHit)
decision = _table(DecisionRow)
second_reading = _table(SecondReadingRow)
run = _table(RunRow)
run_lock = _table(RunLock)
reviewer = _table(ReviewerRow)
reviewer_session = _table(SessionRow)
api_token = _table(ApiTokenRow)
failed_sign_in = _table(FailedSignIn)
fact = _table(FactRow)
look = _table(LookRow)
digest_issue = _table(IssueRow)
digest_issue_message = _table(IssueMessage)
unread = _table(UnreadRow)
ledger_count = _table(LedgerCountRow)
alert = _table(AlertRow)
erasure = _table(ErasureRow)
tombstone = _table(TombstoneRow)
forgotten = _table(ForgottenRow)
opt_out = _table(OptOutRow)
delivery = _table(DeliveryRow)
drafted_reply = _table(DraftedReplyRow)
job_error = _table(JobErrorRow)
work = _table(WorkRow)
work_part = _table(WorkPartRow)
