"""Make all tables, and full-text search in each database's own way."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

# PostgreSQL's parser keeps jane@example.org as one word; with its punctuation gone both databases split text alike.
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~‘’“”–—"
_SPLIT = "translate({column}, '{marks}', '{spaces}')"

_FTS5 = """
CREATE VIRTUAL TABLE search_fts USING fts5(
    subject, sender, body, attachments,
    content = 'search_text', content_rowid = 'place', columnsize = 0, prefix = '2 3',
    tokenize = 'porter unicode61 remove_diacritics 2'
)
"""
_ADD = """
INSERT INTO search_fts(rowid, subject, sender, body, attachments)
VALUES (new.place, new.subject, new.sender, new.body, new.attachments);
"""
_REMOVE = """
INSERT INTO search_fts(search_fts, rowid, subject, sender, body, attachments)
VALUES ('delete', old.place, old.subject, old.sender, old.body, old.attachments);
"""


def upgrade() -> None:
    """Make them."""
    _digest_issue()
    _fact()
    _failed_sign_in()
    _folder()
    _reviewer()
    _run()
    _message()
    _reviewer_session()
    _run_lock()
    _decision()
    _digest_issue_message()
    _look()
    _message_raw()
    _message_text()
    _rule_hit()
    _search_text()
    _set_aside()
    _statement()
    _tag()
    _verdict()
    _set_aside_raw()
    _slot()
    if op.get_bind().dialect.name == "postgresql":
        _search_on_postgresql()
    else:
        _search_on_sqlite()


def _search_on_sqlite() -> None:
    op.execute(_FTS5)
    op.execute(f"CREATE TRIGGER search_text_added AFTER INSERT ON search_text BEGIN {_ADD} END")
    op.execute(f"CREATE TRIGGER search_text_removed AFTER DELETE ON search_text BEGIN {_REMOVE} END")
    op.execute(f"CREATE TRIGGER search_text_changed AFTER UPDATE ON search_text BEGIN {_REMOVE} {_ADD} END")


def _search_on_postgresql() -> None:
    marks, spaces = _PUNCTUATION.replace("'", "''"), " " * len(_PUNCTUATION)
    columns = "subject || ' ' || sender || ' ' || body || ' ' || attachments"
    split = _SPLIT.format(column=columns, marks=marks, spaces=spaces)
    op.execute(
        "ALTER TABLE search_text ADD COLUMN words tsvector "
        f"GENERATED ALWAYS AS (to_tsvector('english'::regconfig, {split})) STORED"
    )
    op.execute("CREATE INDEX search_text_words ON search_text USING gin (words)")


def _digest_issue() -> None:
    op.create_table(
        "digest_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "month", "number", name="digest_issue_once"),
    )


def _fact() -> None:
    op.create_table(
        "fact",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _failed_sign_in() -> None:
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("failed_sign_in_by_name", "failed_sign_in", ["name_key", "at"], unique=False)
    op.create_index("ix_failed_sign_in_at", "failed_sign_in", ["at"], unique=False)


def _folder() -> None:
    op.create_table(
        "folder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uidvalidity", BIG_ID, nullable=True),
        sa.Column("last_uid", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "name", name="folder_once"),
    )


def _reviewer() -> None:
    op.create_table(
        "reviewer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("keys_enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name_key", name="reviewer_name_once"),
    )


def _run() -> None:
    op.create_table(
        "run",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("run_by_job", "run", ["job", "account", "id"], unique=False)


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("uidvalidity", BIG_ID, nullable=False),
        sa.Column("uid", BIG_ID, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("raw_sha256", sa.Text(), nullable=False),
        sa.Column("mail_sha256", sa.Text(), nullable=False),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("arrived_source", sa.Text(), nullable=False),
        sa.Column("arrived_month", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_address", sa.Text(), nullable=False),
        sa.Column("user_address", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("thread_key", sa.Text(), nullable=False),
        sa.Column("copy_key", sa.Text(), nullable=False),
        sa.Column("probable_copy_of", BIG_ID, nullable=True),
        sa.Column("from_team", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("queue_rank", sa.Integer(), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("decided_version", sa.Text(), nullable=False),
        sa.Column("disagrees", sa.Boolean(), nullable=False),
        sa.Column("flagged_for", sa.Text(), nullable=False),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"],
            ["folder.id"],
        ),
        sa.ForeignKeyConstraint(
            ["probable_copy_of"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mail_sha256", name="message_mail_once"),
    )
    op.create_index("ix_message_probable_copy_of", "message", ["probable_copy_of"], unique=False)
    op.create_index("message_by_account", "message", ["account", "queue_rank", "arrived_at", "id"], unique=False)
    op.create_index("message_by_arrival", "message", ["arrived_at", "mail_sha256"], unique=False)
    op.create_index("message_by_folder", "message", ["folder_id", "queue_rank", "arrived_at", "id"], unique=False)
    op.create_index("message_by_month", "message", ["arrived_month", "queue_rank", "arrived_at", "id"], unique=False)
    op.create_index("message_by_state", "message", ["state", "queue_rank", "arrived_at", "id"], unique=False)
    op.create_index("message_by_thread", "message", ["thread_key", "arrived_at"], unique=False)
    op.create_index(
        "message_copy_once",
        "message",
        ["copy_key"],
        unique=True,
        sqlite_where=sa.text("copy_key <> '' AND probable_copy_of IS NULL"),
        postgresql_where=sa.text("copy_key <> '' AND probable_copy_of IS NULL"),
    )
    op.create_index(
        "message_disagreeing",
        "message",
        ["queue_rank", "arrived_at", "id"],
        unique=False,
        sqlite_where=sa.text("disagrees IS 1"),
        postgresql_where=sa.text("disagrees IS true"),
    )
    op.create_index(
        "message_flagged",
        "message",
        ["flagged_for", "queue_rank", "arrived_at", "id"],
        unique=False,
        sqlite_where=sa.text("flagged_for <> ''"),
        postgresql_where=sa.text("flagged_for <> ''"),
    )
    op.create_index("message_queue", "message", ["queue_rank", "arrived_at", "id"], unique=False)


def _reviewer_session() -> None:
    op.create_table(
        "reviewer_session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["reviewer.id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_reviewer_session_reviewer_id", "reviewer_session", ["reviewer_id"], unique=False)


def _run_lock() -> None:
    op.create_table(
        "run_lock",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("job", "account"),
    )


def _decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("tags_before", sa.Text(), nullable=False),
        sa.Column("tags_after", sa.Text(), nullable=False),
        sa.Column("statements_before", sa.Text(), nullable=False),
        sa.Column("statements_after", sa.Text(), nullable=False),
        sa.Column("review_before", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("bulk", sa.Text(), nullable=False),
        sa.Column("undoes", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["undoes"],
            ["decision.id"],
        ),
        sa.UniqueConstraint("undoes", name="decision_undone_once"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "decision_by_bulk",
        "decision",
        ["bulk"],
        unique=False,
        sqlite_where=sa.text("bulk <> ''"),
        postgresql_where=sa.text("bulk <> ''"),
    )
    op.create_index("decision_by_message", "decision", ["message_id", "id"], unique=False)
    op.create_index("decision_by_person", "decision", ["who", "id"], unique=False)


def _digest_issue_message() -> None:
    op.create_table(
        "digest_issue_message",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["digest_issue.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("issue_id", "message_id"),
    )
    op.create_index("digest_issue_message_by_message", "digest_issue_message", ["message_id"], unique=False)


def _look() -> None:
    op.create_table(
        "look",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("look_by_message", "look", ["message_id", "id"], unique=False)


def _message_raw() -> None:
    op.create_table(
        "message_raw",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("message_id"),
    )


def _message_text() -> None:
    op.create_table(
        "message_text",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("zones", sa.LargeBinary(), nullable=False),
        sa.Column("html", sa.LargeBinary(), nullable=False),
        sa.Column("attachments", sa.LargeBinary(), nullable=False),
        sa.Column("oddities", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("message_id"),
    )


def _rule_hit() -> None:
    op.create_table(
        "rule_hit",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("queue_rank", sa.Integer(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("message_id", "rule"),
    )
    op.create_index("rule_hit_queue", "rule_hit", ["rule", "queue_rank", "arrived_at", "message_id"], unique=False)


def _search_text() -> None:
    op.create_table(
        "search_text",
        sa.Column("place", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("place"),
        sa.UniqueConstraint("message_id", name="search_text_once"),
    )


def _set_aside() -> None:
    op.create_table(
        "set_aside",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("uidvalidity", BIG_ID, nullable=False),
        sa.Column("uid", BIG_ID, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("raw_sha256", sa.Text(), nullable=False),
        sa.Column("mail_sha256", sa.Text(), nullable=True),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("too_large", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("arrived_source", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", MOMENT, nullable=False),
        sa.Column("last_tried_at", MOMENT, nullable=False),
        sa.Column("released_as", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["folder_id"],
            ["folder.id"],
        ),
        sa.ForeignKeyConstraint(
            ["released_as"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mail_sha256", name="set_aside_mail_once"),
    )
    op.create_index("ix_set_aside_folder_id", "set_aside", ["folder_id"], unique=False)
    op.create_index("ix_set_aside_released_as", "set_aside", ["released_as"], unique=False)


def _statement() -> None:
    op.create_table(
        "statement",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("zone", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("message_id", "position"),
    )


def _tag() -> None:
    op.create_table(
        "tag",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("queue_rank", sa.Integer(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("message_id", "dimension", "value"),
    )
    op.create_index("tag_queue", "tag", ["dimension", "value", "queue_rank", "arrived_at", "message_id"], unique=False)


def _verdict() -> None:
    op.create_table(
        "verdict",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("statements", sa.Text(), nullable=False),
        sa.Column("hits", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.PrimaryKeyConstraint("message_id", "rules_version"),
    )


def _set_aside_raw() -> None:
    op.create_table(
        "set_aside_raw",
        sa.Column("set_aside_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_aside_id"],
            ["set_aside.id"],
        ),
        sa.PrimaryKeyConstraint("set_aside_id"),
    )


def _slot() -> None:
    op.create_table(
        "slot",
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("uidvalidity", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("uid", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("set_aside_id", BIG_ID, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"],
            ["folder.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["set_aside_id"],
            ["set_aside.id"],
        ),
        sa.PrimaryKeyConstraint("folder_id", "uidvalidity", "uid"),
    )
    op.create_index("slot_by_arrival", "slot", ["folder_id", "arrived_at"], unique=False)
    op.create_index("slot_by_message", "slot", ["message_id"], unique=False)
    op.create_index("slot_by_set_aside", "slot", ["set_aside_id"], unique=False)
