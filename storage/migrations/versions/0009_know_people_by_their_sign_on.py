"""Know people by what the provider of single sign-on calls them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add a column and its index; nothing that stands is changed."""
    op.add_column("reviewer", sa.Column("subject", sa.Text(), nullable=False, server_default=""))
    known = sa.text("subject <> ''")
    op.create_index(
        "reviewer_subject_once", "reviewer", ["subject"], unique=True, sqlite_where=known, postgresql_where=known
    )
