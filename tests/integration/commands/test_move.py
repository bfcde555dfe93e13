"""`statshop move`: an SQLite file put into the PostgreSQL database of the settings."""

import pytest

from storage.engine import open_store
from storage.messages import export_rows

MAIL = b"From: Ann Example <ann@example.org>\r\nSubject: Request\r\n\r\nWe use the cohesion report.\r\n"


@pytest.fixture
def imported(house, statshop):
    """Give the file of a database with one message, and what it exports."""
    (house / "one.eml").write_bytes(MAIL)
    assert statshop("import", "one.eml")[0] == 0
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        return list(export_rows(store))


@pytest.mark.postgres
def test_all_is_there_afterwards_and_the_file_stays(house, statshop, imported, postgres_url, monkeypatch):
    monkeypatch.setenv("STATSHOP_STORAGE__URL", postgres_url)
    status, said = statshop("move", "var/statshop.db")
    assert (status, "Moved 1 message," in said) == (0, True)
    with open_store(postgres_url) as store:
        assert list(export_rows(store)) == imported
    for words in (("move", "var/statshop.db"), ("status",), ("import", "one.eml")):
        if words[0] != "move":
            monkeypatch.delenv("STATSHOP_STORAGE__URL", raising=False)
        status, said = statshop(*words)
        assert (status != 0, "was moved to postgresql" in said) == (True, True)
    assert statshop("move", "--undo", "var/statshop.db") == (
        0,
        "var/statshop.db can be used again. What came to the other database since is not in it.\n",
    )
    assert statshop("status")[0] == 0


def test_a_move_to_sqlite_is_refused_in_words(house, statshop, imported):
    status, said = statshop("move", "var/statshop.db")
    assert status == 1
    assert "storage.url" in said


def test_a_file_that_is_no_database_is_named(house, statshop, monkeypatch):
    (house / "notes.txt").write_text("no database")
    monkeypatch.setenv("STATSHOP_STORAGE__URL", "postgresql://nobody@127.0.0.1:1/none")
    status, said = statshop("move", "notes.txt")
    assert status == 1
    assert "notes.txt" in said
