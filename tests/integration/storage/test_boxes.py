"""Mailboxes that the settings named at any time stay known, with what read their mail."""

from datetime import timedelta

from storage.boxes import KnownMailbox, know_mailboxes, known_mailboxes


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
