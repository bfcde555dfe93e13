"""Keep where past decisions suggest other tags than the rules: such messages come first."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add a column to two tables; nothing that stands is changed."""
    for table in ("message", "verdict"):
        op.add_column(table, sa.Column("disputed", sa.Boolean(), nullable=False, server_default=sa.false()))
