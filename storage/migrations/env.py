"""What Alembic runs: on the connection that storage.upgrade hands over, inside its transaction."""

from alembic import context

from storage.foreign import is_ours
from storage.models import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=is_ours,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
