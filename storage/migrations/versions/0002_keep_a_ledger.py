"""Keep a ledger: what each folder held and what is held of it, and what was gone before it could be read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the two tables; nothing that stands is changed."""
    op.create_table(
        "unread",
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("uidvalidity", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("uid", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("noticed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"]),
        sa.PrimaryKeyConstraint("folder_id", "uidvalidity", "uid"),
    )
    op.create_table(
        "ledger_count",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.Column("uidvalidity", BIG_ID, nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("uids", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ledger_count_by_day", "ledger_count", ["day", "folder_id", "id"], unique=False)
