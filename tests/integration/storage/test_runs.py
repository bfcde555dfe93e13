"""Runs: one row each; one at a time for each job and mailbox, whoever dies."""

import multiprocessing
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.engine import open_store
from storage.errors import AlreadyRunning, RunTaken
from storage.messages import save_batch, save_set_aside
from storage.owner import is_surely_dead, this_process
from storage.records import RunCounts, RunOutcome
from storage.runs import LEASE, beat, begin_run, end_run, last_good_run, last_runs, runs, status_counts

PROCESSES = multiprocessing.get_context("spawn")


def begin_and_wait(url, now, line):
    with open_store(url) as store:
        begin_run(store, "poll", "statshop", now=now)
        line.send("begun")
        line.poll(30)


@pytest.fixture
def other_process(store_url, now):
    here, there = PROCESSES.Pipe()  # not an Event: setting one waits for ever for a waiter that was killed
    process = PROCESSES.Process(target=begin_and_wait, args=(store_url, now, there))
    process.start()
    assert here.poll(30)
    here.recv()
    yield process
    if process.is_alive():
        here.send("end")
    process.join(10)
    here.close()
    there.close()


def test_a_run_is_written_down(store, now):
    run_id = begin_run(store, "poll", "statshop", now=now)
    end_run(store, run_id, RunOutcome.DONE, RunCounts(listed=5, stored=3), now=now + timedelta(seconds=4))
    (run,) = last_runs(store, now=now)
    assert (run.outcome, run.counts.stored, run.ended_at) == (RunOutcome.DONE, 3, now + timedelta(seconds=4))
    assert last_good_run(store, "poll", "statshop") == run


def test_last_runs_gives_one_a_job_and_mailbox(store, now):
    for job, account in (("poll", "a"), ("poll", "a"), ("poll", "b"), ("digest", "")):
        end_run(store, begin_run(store, job, account, now=now), RunOutcome.FAILED, RunCounts(), "no", now=now)
    assert [(run.job, run.account) for run in last_runs(store, now=now)] == [
        ("digest", ""),
        ("poll", "b"),
        ("poll", "a"),
    ]
    assert len(runs(store, job="poll", account="a")) == 2
    assert last_good_run(store, "poll", "a") is None


def test_f40_another_process_that_lives_is_not_disturbed(store, other_process, now):
    with pytest.raises(AlreadyRunning, match="poll of statshop"):
        begin_run(store, "poll", "statshop", now=now)
    begin_run(store, "poll", "second", now=now)
    assert [run.account for run in runs(store)] == ["second", "statshop"]


def test_a_process_that_was_killed_is_replaced_at_once(store, other_process, now):
    other_process.kill()
    other_process.join(10)
    taken = begin_run(store, "poll", "statshop", now=now + timedelta(seconds=1))
    assert [(run.id == taken, run.outcome) for run in runs(store)] == [
        (True, RunOutcome.RUNNING),
        (False, RunOutcome.LOST),
    ]


def test_a_run_whose_process_was_killed_is_lost_for_whoever_asks(store, other_process, now):
    assert [run.outcome for run in (*last_runs(store, now=now), *runs(store, now=now))] == [RunOutcome.RUNNING] * 2
    other_process.kill()
    other_process.join(10)
    (run,) = last_runs(store, now=now)
    assert (run.outcome, run.error) == (RunOutcome.LOST, "The process ended without a word.")
    assert [run.outcome for run in runs(store, now=now)] == [RunOutcome.LOST]
    assert [run.outcome for run in runs(store)] == [RunOutcome.RUNNING]  # as it is written down


def test_a_run_without_a_beat_is_lost_when_its_lease_ends(store, other_process, now):
    (run,) = last_runs(store, now=now + LEASE + timedelta(seconds=1))
    assert run.outcome is RunOutcome.LOST


def test_f38_a_run_without_a_beat_is_taken_over_after_its_lease(store, other_process, now):
    late = now + LEASE + timedelta(seconds=1)
    lost = runs(store)[0].id
    begin_run(store, "poll", "statshop", now=late)
    with pytest.raises(RunTaken):
        beat(store, lost, now=late)


def test_a_beat_keeps_a_run(store, other_process, now):
    beat(store, runs(store)[0].id, now=now + LEASE - timedelta(seconds=1))
    with pytest.raises(AlreadyRunning):
        begin_run(store, "poll", "statshop", now=now + LEASE + timedelta(seconds=1))


def test_an_owner_elsewhere_is_not_surely_dead():
    machine, number, began = this_process().rsplit(" ", 2)
    assert not is_surely_dead(this_process())
    assert is_surely_dead(f"{machine} {number} {began}0")
    assert not is_surely_dead(f"other {number} {began}0")


def test_status_counts(store, new_message, new_set_aside, new_verdict, now):
    sure = new_message(2, verdict=new_verdict("disposition:noise", needs_person=False))
    save_batch(store, (new_message(1), sure), None, now=now)
    save_set_aside(store, new_set_aside(3), now=now)
    save_set_aside(store, replace(new_set_aside(4), too_large=True, raw=b"", mail_sha256=""), now=now)
    counts = status_counts(store)
    assert (counts.messages, counts.pending, counts.needs_person) == (2, 2, 1)
    assert (counts.set_aside, counts.too_large, counts.disagrees) == (2, 1, 0)
    assert counts.newest_arrived_at == sure.arrived_at
