"""What the rules said of a message, and what people decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, CleanText, Json, UtcMoment


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
