"""Reviewers, their sessions, and refused sign-ins."""

from datetime import timedelta

import pytest

from storage.errors import LastAdministrator, NoSuchUser, UserExists
from storage.tokens import add_token, token_holder
from storage.users import (
    add_user,
    close_session,
    colleagues,
    failed_sign_ins_since,
    forget_old_sessions,
    open_session,
    record_failed_sign_in,
    remove_user,
    session_user,
    set_keys_enabled,
    set_password_hash,
    set_role,
    set_subject,
    user_named,
    user_of_subject,
    users,
)

LIMITS = {"idle": timedelta(minutes=30), "absolute": timedelta(hours=10)}


@pytest.fixture
def ann(store):
    return add_user(store, "Ann Example", "hash", "reviewer")


def test_a_name_is_taken_in_any_case(store, ann):
    with pytest.raises(UserExists, match="Somebody has the name ann example already"):
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


def test_whoever_is_removed_keeps_name_and_subject_and_nothing_that_opens(store, ann, now):
    set_subject(store, ann.id, "s-1")
    open_session(store, ann.id, "a", now=now)
    add_token(store, ann.id, name="script", scopes=["read"], token_hash="t", who="test", now=now)
    remove_user(store, ann.id, now=now)
    open_session(store, ann.id, "b", now=now)  # by a sign-in that was under way
    add_token(store, ann.id, name="script", scopes=["read"], token_hash="u", who="test", now=now)
    assert [session_user(store, token, now=now, **LIMITS) for token in "ab"] == [None, None]
    assert [token_holder(store, token, now=now) for token in "tu"] == [None, None]
    gone = user_of_subject(store, "s-1")
    assert (gone.name, gone.is_removed, gone.password_hash) == ("Ann Example", True, "")
    with pytest.raises(UserExists):
        add_user(store, "ann example", "hash", "reader")
    with pytest.raises(NoSuchUser):
        remove_user(store, 99, now=now)


def test_the_last_administrator_is_not_removed(store, now):
    first, second = (add_user(store, name, "hash", "administrator") for name in ("First", "Second"))
    remove_user(store, first.id, now=now)
    with pytest.raises(LastAdministrator, match="Second is the only administrator"):
        remove_user(store, second.id, now=now)
    assert user_named(store, "second").role == "administrator"


def test_refused_sign_ins_are_counted_and_forgotten(store, now):
    for minute in range(5):
        record_failed_sign_in(store, "Ann", now=now + timedelta(minutes=minute))
    assert failed_sign_ins_since(store, "ann", now + timedelta(minutes=2)) == 3
    forget_old_sessions(store, before=now + timedelta(hours=1))
    assert failed_sign_ins_since(store, "ann", now) == 0


def test_last_administrator_stays_one(store):
    root, second = (add_user(store, name, "hash", "administrator") for name in ("Root", "Second"))
    set_role(store, root.id, "reader")
    with pytest.raises(LastAdministrator, match="Second is the only administrator"):
        set_role(store, second.id, "reviewer")
    assert user_named(store, "Second").role == "administrator"


def test_only_who_may_decide_is_a_colleague(store):
    for role in ("reader", "reviewer", "administrator"):
        add_user(store, f"a {role}", "hash", role)
    assert colleagues(store) == ("a administrator", "a reviewer")
