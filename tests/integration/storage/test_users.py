"""Reviewers, their sessions, and refused sign-ins."""

from datetime import timedelta

import pytest

from storage.errors import NoSuchUser, UserExists
from storage.users import (
    add_user,
    close_session,
    failed_sign_ins_since,
    forget_old_sessions,
    open_session,
    record_failed_sign_in,
    session_user,
    set_keys_enabled,
    set_password_hash,
    set_role,
    user_named,
    users,
)

LIMITS = {"idle": timedelta(minutes=30), "absolute": timedelta(hours=10)}


@pytest.fixture
def ann(store):
    return add_user(store, "Ann Example", "hash", "reviewer")


def test_a_name_is_taken_in_any_case(store, ann):
    with pytest.raises(UserExists, match="already a user"):
        add_user(store, "ann example ", "other", "reader")
    assert user_named(store, "ANN EXAMPLE") == ann
    assert users(store) == (ann,)


def test_role_and_keys_change(store, ann):
    set_role(store, ann.id, "administrator")
    set_keys_enabled(store, ann.id, False)
    after = user_named(store, "ann example")
    assert (after.role, after.keys_enabled) == ("administrator", False)
    with pytest.raises(NoSuchUser):
        set_role(store, 99, "reader")


def test_a_session_ends_after_idling(store, ann, now):
    open_session(store, ann.id, "t", now=now)
    used = now + timedelta(minutes=29)
    assert session_user(store, "t", now=used, **LIMITS) == ann
    assert session_user(store, "t", now=used + timedelta(minutes=29), **LIMITS) == ann
    assert session_user(store, "t", now=used + timedelta(minutes=60), **LIMITS) is None


def test_a_session_ends_after_its_longest_time(store, ann, now):
    open_session(store, ann.id, "t", now=now)
    for quarter in range(1, 40):
        assert session_user(store, "t", now=now + quarter * timedelta(minutes=15), **LIMITS) == ann
    assert session_user(store, "t", now=now + timedelta(hours=10), **LIMITS) is None


def test_sessions_close(store, ann, now):
    for token in "abc":
        open_session(store, ann.id, token, now=now)
    close_session(store, "a")
    assert session_user(store, "a", now=now, **LIMITS) is None
    assert session_user(store, "b", now=now, **LIMITS) == ann
    set_password_hash(store, ann.id, "new")
    assert session_user(store, "b", now=now, **LIMITS) is None


def test_refused_sign_ins_are_counted_and_forgotten(store, now):
    for minute in range(5):
        record_failed_sign_in(store, "Ann", now=now + timedelta(minutes=minute))
    assert failed_sign_ins_since(store, "ann", now + timedelta(minutes=2)) == 3
    forget_old_sessions(store, before=now + timedelta(hours=1))
    assert failed_sign_ins_since(store, "ann", now) == 0
