"""The first administrator of the page: made where there is nobody, told to a person and never to a journal."""

import os

import pytest

from pipeline.commands.serve import JOURNAL, _first_sign_in
from storage.engine import Store
from storage.users import users


def test_the_first_password_is_shown_once(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(JOURNAL, "0:0")  # of the session that a terminal was opened in
    _first_sign_in(sqlite_store)
    assert "password" in capsys.readouterr().out
    _first_sign_in(sqlite_store)
    assert (len(users(sqlite_store)), capsys.readouterr().out) == (1, "")


def test_no_password_is_made_where_a_journal_would_keep_it(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = os.fstat(1)
    monkeypatch.setenv(JOURNAL, f"{out.st_dev}:{out.st_ino}")
    _first_sign_in(sqlite_store)
    said = capsys.readouterr().out
    assert ("user add NAME --role administrator" in said, "password" in said) == (True, False)
    assert len(users(sqlite_store)) == 0
