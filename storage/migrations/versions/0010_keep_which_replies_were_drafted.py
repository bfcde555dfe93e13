"""Keep for which messages a reply was put among the mailbox's drafts, so that none is put there twice."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table; nothing that stands is changed."""
    op.create_table(
        "drafted_reply",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("message_id"),
    )
