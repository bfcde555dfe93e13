"""Tokens for scripts: kept by their digest, worthless once revoked, never gone."""

from datetime import timedelta

import pytest

from storage.errors import NoSuchToken
from storage.tokens import add_token, revoke_token, token_holder, tokens
from storage.users import add_user


@pytest.fixture
def token(store, now):
    user = add_user(store, "Ann", "hash", "reviewer")
    return add_token(store, user.id, name="notebook", scopes=["read"], token_hash="d1", who="root", now=now)


def test_token_is_known_by_its_digest(store, token, now):
    found = token_holder(store, "d1", now=now)
    assert (found.user.name, found.user.role, found.token.scopes) == ("Ann", "reviewer", ("read",))
    assert token_holder(store, "d2", now=now) is None


def test_last_use_is_noted_to_the_minute(store, token, now):
    for seconds in (0, 30, 61):
        token_holder(store, "d1", now=now + timedelta(seconds=seconds))
    assert tokens(store)[0].used_at == now + timedelta(seconds=61)


def test_revoked_token_is_worthless_and_stays_listed(store, token, now):
    revoke_token(store, token.id, now=now)
    assert token_holder(store, "d1", now=now) is None
    assert [one.revoked_at for one in tokens(store)] == [now]
    with pytest.raises(NoSuchToken):
        revoke_token(store, token.id, now=now)


def test_standing_tokens_come_first(store, token, now):
    other = add_token(store, token.user_id, name="b", scopes=["read"], token_hash="d2", who="root", now=now)
    revoke_token(store, token.id, now=now)
    assert [one.id for one in tokens(store)] == [other.id, token.id]
