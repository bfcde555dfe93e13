"""Keep which messages were drawn to be checked, what second readers said, quotable sentences, and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add three columns and two tables; nothing that stands is changed."""
    for table, column in (("message", "drawn_check"), ("message", "drawn_second"), ("statement", "quotable")):
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    _index("drawn_check", ["queue_rank", "arrived_at", "id"])
    _index("drawn_second", ["arrived_at", "id"])
    _second_reading()
    _api_token()


def _index(column: str, keys: list[str]) -> None:
    op.create_index(
        f"message_{column}",
        "message",
        keys,
        sqlite_where=sa.text(f"{column} IS 1"),
        postgresql_where=sa.text(f"{column} IS true"),
    )


def _second_reading() -> None:
    op.create_table(
        "second_reading",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("first_who", sa.Text(), nullable=False),
        sa.Column("first_tags", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )


def _api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["reviewer_id"], ["reviewer.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash", name="api_token_once"),
    )
    op.create_index("ix_api_token_reviewer_id", "api_token", ["reviewer_id"])
