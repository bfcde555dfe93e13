"""`statshop user token`: made, listed, revoked; the secret is shown once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.commands.main import run
from review.tokens import hash_of
from storage.engine import open_store
from storage.tokens import token_holder
from storage.upgrade import upgrade
from storage.users import add_user

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
    assert "There is no user Zoe." in capsys.readouterr().err
