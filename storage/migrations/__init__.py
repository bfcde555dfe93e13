"""The schema's history, for Alembic; storage.upgrade runs it."""
