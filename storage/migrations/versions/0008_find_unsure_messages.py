"""Find the few messages below a confidence without going through all."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add an index; nothing that stands is changed."""
    op.create_index("message_by_confidence", "message", ["confidence", "queue_rank", "arrived_at", "id"])
