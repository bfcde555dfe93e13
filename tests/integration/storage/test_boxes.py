"""Mailboxes that the settings named at any time stay known, with what read their mail."""

from datetime import timedelta

import pytest

from storage.alerts import Beginning, keep_news, standing_alerts
from storage.boxes import KnownMailbox, know_mailboxes, known_mailboxes
from storage.errors import AlreadyRunning
from storage.records import RunCounts, RunOutcome
from storage.runs import begin_run, end_run, runs

ALERTS = ("planning", "planning INBOX", "2011-03, planning", "planning2")


def box(since, name="planning", *, own_rules=True):
    return KnownMailbox(account="planning-1a2b3c", name=name, own_rules=own_rules, since=since)


def test_a_mailbox_is_known_since_it_was_first_named_and_stays_known(store, now):
    know_mailboxes(store, [box(now)])
    know_mailboxes(store, [box(now + timedelta(days=1))])
    know_mailboxes(store, [])
    assert known_mailboxes(store) == {"planning-1a2b3c": box(now)}


def test_what_changes_of_a_mailbox_is_known_and_since_when_it_is_stays(store, now):
    know_mailboxes(store, [box(now)])
    know_mailboxes(store, [box(now + timedelta(days=1), own_rules=False)])
    assert known_mailboxes(store) == {"planning-1a2b3c": box(now, own_rules=False)}


def test_what_ran_under_a_former_name_ran_under_the_new_one(store, now):
    know_mailboxes(store, [box(now)])
    end_run(store, begin_run(store, "poll", "planning", now=now), RunOutcome.DONE, RunCounts(), now=now)
    begin_run(store, "reconcile", "planning", now=now)
    begin_run(store, "poll", "other", now=now)
    keep_news(store, [Beginning(kind="k", about=about, words="") for about in ALERTS], (), now=now)
    know_mailboxes(store, [box(now, name="plans")], formerly={"planning-1a2b3c": ("planning",)})
    assert sorted((run.job, run.account) for run in runs(store)) == [
        ("poll", "other"),
        ("poll", "plans"),
        ("reconcile", "plans"),
    ]
    with pytest.raises(AlreadyRunning):
        begin_run(store, "reconcile", "plans", now=now)
    assert [alert.about for alert in standing_alerts(store)] == ["plans", "plans INBOX", "2011-03, plans", "planning2"]


def test_a_process_with_earlier_settings_takes_no_name_back(store, now):
    know_mailboxes(store, [box(now, name="plans")])
    know_mailboxes(store, [box(now)])
    assert known_mailboxes(store)["planning-1a2b3c"].name == "plans"
