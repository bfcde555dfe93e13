"""Who works with the program, how they sign in, and what they looked at."""

from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, CleanText, Json, UtcMoment


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


class LookRow(SQLModel, table=True):
    """That somebody looked at something of a message, and when: no content."""

    __tablename__ = "look"
    __table_args__ = (Index("look_by_message", "message_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    message_id: int = Field(sa_column=Column(BigId, ForeignKey("message.id"), nullable=False))
    who: str = Field(sa_type=CleanText)
    what: str = Field(sa_type=CleanText)
    at: datetime = Field(sa_type=UtcMoment)
