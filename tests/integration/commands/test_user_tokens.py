"""`statshop user`: tokens made, listed and revoked, a new password, somebody shut out; secrets are shown once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.commands.main import run
from review.passwords import verify_password
from review.tokens import hash_of
from storage.engine import open_store
from storage.tokens import token_holder
from storage.upgrade import upgrade
from storage.users import add_user, open_session, session_user, user_named

NOW = datetime(2011, 4, 1, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> list[str]:
    """Give the arguments that name a settings file whose database holds one person."""
    (tmp_path / "config.toml").write_text(f'[storage]\nurl = "{sqlite_url}"\n')
    upgrade(sqlite_url)
    with open_store(sqlite_url) as store:
        add_user(store, "Ann", "hash", "reviewer")
    return ["--config", str(tmp_path / "config.toml"), "user"]


def test_token_is_made_listed_and_revoked(house, sqlite_url, capsys):
    assert run([*house, "token", "ann", "--scope", "read", "--scope", "review", "--label", "notebook"]) == 0
    secret = capsys.readouterr().out.split("shown this once: ")[1].strip()
    with open_store(sqlite_url) as store:
        assert token_holder(store, hash_of(secret), now=NOW).token.scopes == ("read", "review")
        assert run([*house, "tokens"]) == 0
        listed = capsys.readouterr().out
        assert "1  Ann  read, review  notebook" in listed
        assert secret not in listed
        assert run([*house, "revoke", "1"]) == 0
        assert token_holder(store, hash_of(secret), now=NOW) is None
    assert run([*house, "tokens"]) == 0
    assert "(revoked " in capsys.readouterr().out


def test_token_of_nobody_is_refused_in_words(house, capsys):
    assert run([*house, "token", "Zoe", "--scope", "read"]) == 1
    assert "There is nobody of the name Zoe." in capsys.readouterr().err


def test_new_password_is_shown_once_and_ends_all_sessions(house, sqlite_url, capsys):
    with open_store(sqlite_url) as store:
        open_session(store, user_named(store, "Ann").id, "s", now=NOW)
        assert run([*house, "password", "ann", "--make-password"]) == 0
        password = capsys.readouterr().out.split("shown this once: ")[1].strip()
        assert verify_password(user_named(store, "Ann").password_hash, password)
        assert session_user(store, "s", now=NOW, idle=timedelta(hours=1), absolute=timedelta(hours=1)) is None


def test_removed_person_gets_no_password_and_no_token(house, sqlite_url, capsys):
    assert run([*house, "remove", "ANN"]) == 0
    assert "Ann may no longer sign in" in capsys.readouterr().out
    for again in (["password", "ann", "--make-password"], ["token", "ann", "--scope", "read"]):
        assert run([*house, *again]) == 1
        assert "Ann may no longer sign in. Give them a role" in capsys.readouterr().err
    assert run([*house, "list"]) == 0
    assert "Ann  removed" in capsys.readouterr().out


def test_only_administrator_and_nobody_are_not_removed(house, sqlite_url, capsys):
    with open_store(sqlite_url) as store:
        add_user(store, "Root", "hash", "administrator")
    assert run([*house, "remove", "root"]) == 1
    assert "Root is the only administrator" in capsys.readouterr().err
    assert run([*house, "remove", "zoe"]) == 1
    assert "There is nobody of the name zoe." in capsys.readouterr().err
