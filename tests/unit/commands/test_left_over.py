"""What is said of a large work that was left before its end."""

from datetime import UTC, datetime

import pytest

from pipeline.commands.large import Done, left_over, told_unread
from storage.records import RunOutcome
from storage.works import Work

WORK = Work(id=1, kind="retag", basis="r1", total=500, began_at=datetime(2011, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("stopped", "by_workers", "alive", "words"),
    [
        (False, False, False, ""),
        (False, True, True, ""),
        (True, False, False, " Stopped when asked to with 300 messages left; the same command goes on."),
        (
            True,
            True,
            True,
            " The workers go on with the 300 messages that are left; the same command watches them, and ",
        ),
        (True, True, False, " No worker gives a sign of life and 300 messages are left; the same command with --here"),
    ],
)
def test_what_is_left_is_said_and_who_does_it(stopped: bool, by_workers: bool, alive: bool, words: str) -> None:
    told = {"stopped": stopped, "by_workers": by_workers, "alive": alive}
    done = Done(work=WORK, messages=200, counts={}, faults=(), **told)
    assert left_over(done).startswith(words)
    assert (left_over(done) == "", told_unread(done)) == (not stopped, int(stopped))


def test_a_work_begun_anew_goes_on_without_the_option() -> None:
    done = Done(work=WORK, messages=200, counts={}, faults=(), stopped=True, anew=True)
    assert "the same command without --anew goes on" in left_over(done)


@pytest.mark.parametrize(("stopped", "outcome"), [(True, RunOutcome.STOPPED), (False, RunOutcome.DONE)])
def test_a_work_that_was_asked_to_stop_is_no_run_that_was_done(stopped: bool, outcome: RunOutcome) -> None:
    assert Done(work=WORK, messages=200, counts={}, faults=(), stopped=stopped).outcome == outcome


def test_messages_that_cannot_be_read_are_named_and_the_command_fails(capsys: pytest.CaptureFixture[str]) -> None:
    faults = tuple(f"message {number} cannot be read today" for number in range(30))
    assert told_unread(Done(work=WORK, messages=200, counts={}, faults=faults, stopped=False)) == 1
    assert capsys.readouterr().err.splitlines()[19:] == [faults[19], "30 cannot be read today."]
    assert told_unread(Done(work=WORK, messages=200, counts={}, faults=(), stopped=False)) == 0
