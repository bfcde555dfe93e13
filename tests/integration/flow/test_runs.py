"""A recorded piece of work: its row tells how it ended, and what it fails of first is what is told."""

from datetime import UTC, datetime

import pytest

from pipeline.flow.runs import recorded
from pipeline.mail.errors import SignInRefused
from storage.engine import Store
from storage.errors import DiskFull
from storage.records import RunOutcome
from storage.runs import last_runs

NOW = datetime(2011, 3, 14, 9, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def test_addresses_that_a_server_quotes_are_not_written_down(store: Store) -> None:
    with pytest.raises(SignInRefused), recorded(store, "poll", "box", clock):
        raise SignInRefused("box", "no such user jane.doe@example.org")
    (run,) = last_runs(store, now=NOW)
    assert (run.outcome, run.fault) == (RunOutcome.FAILED, "SignInRefused")
    assert "no such user [address]" in run.error


def test_of_an_error_that_is_not_ours_only_the_class_is_written_down(store: Store) -> None:
    with pytest.raises(ValueError, match="Dear Sir"), recorded(store, "poll", "box", clock):
        raise ValueError("Dear Sir, we use the figures")
    assert last_runs(store, now=NOW)[0].error == "ValueError"


def test_the_first_error_is_told_where_the_end_cannot_be_written(store: Store) -> None:
    def lost_and_full() -> None:
        store.write(lambda session: session.connection().exec_driver_sql("ALTER TABLE run RENAME TO run_away"))
        raise DiskFull

    with pytest.raises(DiskFull), recorded(store, "poll", "box", clock):
        lost_and_full()


def test_being_stopped_is_told_as_such(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), recorded(store, "poll", "box", clock):
        raise KeyboardInterrupt
    assert last_runs(store, now=NOW)[0].outcome is RunOutcome.STOPPED
