"""A database that a newer program has upgraded, and that no longer serves this one: every command says so and ends."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engine import Store
from storage.revisions import HEAD

SENTENCE = (
    f"The database is at revision 9999, which this program (up to {HEAD}) does not know: install the newer program "
    "that upgraded it.\n"
)
WORDS = (
    *("poll", "import mail.eml", "serve", "schedule", "worker", "upgrade", "rebuild", "retag", "learn", "retention"),
    *("ledger", "set-aside list", "set-aside retry --all", "digest 2011-03", "export", "verify", "jobs", "user list"),
    *("person find a@example.org", "person erase a@example.org --yes"),
)
MAILBOX = '[mailboxes.box]\nhost = "127.0.0.1"\nport = 1\nuser = "u"\n[retention]\nraw_months = 1\n'


@pytest.fixture
def newer(store: Store, store_url: str, house: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Name a newer database in the settings."""
    with store.writing() as session:
        do = session.connection().execute
        do(text("UPDATE alembic_version SET version_num = '9999'"))
        do(text("UPDATE fact SET value = '9999' WHERE name = 'oldest program'"))
    (house / "config.toml").write_text(MAILBOX)
    (house / "mail.eml").write_text("Subject: figures\n\nWhere are they?\n")
    monkeypatch.setenv("STATSHOP_STORAGE__URL", store_url)
    monkeypatch.setenv("STATSHOP_MAILBOXES__BOX__PASSWORD", "secret")
    return store


def test_every_command_refuses_in_one_sentence_and_changes_nothing(
    newer: Store, statshop: Callable[..., tuple[int, str]]
) -> None:
    assert {words: statshop(*words.split()) for words in WORDS} == dict.fromkeys(WORDS, (1, SENTENCE))
    with newer.reading() as session:
        held = [
            session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("message", "run", "erasure", "alert")
        ]
    assert held == [0, 0, 0, 0]


def test_those_who_watch_are_told_that_it_is_critical(newer: Store, statshop: Callable[..., tuple[int, str]]) -> None:
    assert statshop("status") == (2, f"STATSHOP CRITICAL - {SENTENCE}")
    assert statshop("alerts") == (2, f"CRITICAL schema not current: database: {SENTENCE}")
    status, said = statshop("doctor")
    assert status == 1
    assert f"FAIL database: {SENTENCE}" in said


def test_where_it_states_that_it_still_serves_this_program_work_goes_on(
    newer: Store, statshop: Callable[..., tuple[int, str]]
) -> None:
    with newer.writing() as session:
        do = session.connection().execute
        do(text("UPDATE fact SET value = :head WHERE name = 'oldest program'"), {"head": HEAD})
    status, said = statshop("verify")
    assert (status, said.partition(" are ")[0]) == (0, "The bytes of 0 messages")
    assert statshop("export") == (0, "")
