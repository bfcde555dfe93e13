"""Figures for monitoring: numbers and names of jobs, nothing else."""

import re
from datetime import timedelta

from storage.ledger import LedgerCounts, LedgerRow, save_count
from storage.messages import save_batch
from storage.metrics import Metric, metrics, metrics_text
from storage.records import RunCounts, RunOutcome
from storage.runs import begin_run, end_run

LINE = re.compile(r'statshop_[a-z_]+(\{([a-z]+="[^"]*",?)+\})? -?[0-9.e+]+')


def test_every_line_is_a_number_and_says_nothing_of_a_message(store, new_message, new_set_aside, now):
    save_batch(store, [new_message(1), new_message(2), new_set_aside(3)], None, now=now)
    end_run(store, begin_run(store, "poll", "box", now=now), RunOutcome.DONE, RunCounts(), now=now)
    end_run(store, begin_run(store, "digest", "", now=now), RunOutcome.FAILED, RunCounts(), "Ann failed", now=now)
    text = metrics_text(metrics(store, now=now + timedelta(seconds=90)))
    numbers = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in numbers)
    assert "statshop_messages 2" in numbers
    assert "statshop_messages_set_aside 1" in numbers
    assert 'statshop_job_failed{job="digest"} 1' in numbers
    assert 'statshop_job_good_run_age_seconds{job="poll",mailbox="box"} 90' in numbers
    assert not re.search("example|Ann|Request", text)


def test_what_the_last_count_of_a_folder_missed_is_a_figure(store, now):
    here = {"account": "box-1a2b3c", "folder": "INBOX", "counted_at": now, "uidvalidity": 7}
    save_count(store, LedgerRow(**here, day="2011-03-14", counts=LedgerCounts(missing=5)))
    save_count(store, LedgerRow(**here, day="2011-03-15", counts=LedgerCounts(missing=2)))
    text = metrics_text(metrics(store, now=now))
    assert [line for line in text.splitlines() if line.startswith("statshop_ledger")] == [
        'statshop_ledger_missing{account="box-1a2b3c",folder="INBOX"} 2'
    ]


def test_a_name_is_explained_once_and_labels_are_escaped():
    text = metrics_text(Metric(name="x", says="X", value=n, labels=(("a", f'"{n}\n\\'),)) for n in (1, 2))
    assert text.count("# HELP statshop_x X.") == 1
    assert 'statshop_x{a="\\"1\\n\\\\"} 1' in text


def test_of_mailboxes_that_the_settings_name_no_more_no_polls_and_counts_are_told(store, now):
    for account in ("old-7a8b9c", "box-1a2b3c"):
        here = {"account": account, "folder": "INBOX", "counted_at": now, "uidvalidity": 7}
        save_count(store, LedgerRow(**here, day="2011-03-14", counts=LedgerCounts(missing=5)))
    for name in ("old", "box"):
        end_run(store, begin_run(store, "poll", name, now=now), RunOutcome.FAILED, RunCounts(), "", now=now)
    text = metrics_text(metrics(store, now=now, mailboxes={"box-1a2b3c": "box", "new-4d5e6f": "new"}))
    numbers = [line for line in text.splitlines() if "mailbox=" in line]
    assert numbers == [
        'statshop_mailbox_polled{mailbox="box"} 1',
        'statshop_mailbox_polled{mailbox="new"} 0',
        'statshop_job_failed{job="poll",mailbox="box"} 1',
        'statshop_ledger_missing{account="box-1a2b3c",folder="INBOX",mailbox="box"} 5',
    ]
