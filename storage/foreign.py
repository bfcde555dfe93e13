"""What stands in the database and not among the models: full-text search, and on PostgreSQL the queue of jobs."""

SQLITE_TABLES = (
    "search_fts",
    "search_fts_config",
    "search_fts_data",
    "search_fts_idx",
)
POSTGRESQL_TABLES = (
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)
POSTGRESQL_COLUMNS = (("search_text", "words"), ("search_text", "marks"))
POSTGRESQL_INDEXES = ("search_text_words",)


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, compared_to: object) -> bool:
    """Say whether Alembic should compare a thing of the database with the models."""
    if kind == "column" and reflected:
        table = getattr(getattr(thing, "table", None), "name", "")
        return (table, name) not in POSTGRESQL_COLUMNS
    return name not in (*SQLITE_TABLES, *POSTGRESQL_TABLES, *POSTGRESQL_INDEXES)
