"""`statshop status` as a monitoring plugin: its first line and its exit status."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.issued import issue_of_march

from pipeline.commands.alerting import look
from pipeline.config import load_settings
from storage.engine import open_store
from storage.jobs import JobError, note_job_error
from storage.records import RunCounts, RunOutcome
from storage.runs import begin_run, end_run

Statshop = Callable[..., tuple[int, str]]
MAILBOX = '[mailboxes.box]\nhost = "h"\nuser = "u"\n'


@pytest.fixture
def polled(statshop: Statshop, house: Path) -> Callable[..., None]:
    """Make a database, and runs in it."""
    (house / "config.toml").write_text(MAILBOX)
    statshop("upgrade")

    def ran(minutes_ago: float, fault: str = "", job: str = "poll") -> None:
        at = datetime.now(tz=UTC) - timedelta(minutes=minutes_ago)
        outcome = RunOutcome.FAILED if fault else RunOutcome.DONE
        with open_store(f"sqlite:///{house}/var/statshop.db") as store:
            number = begin_run(store, job, "box" if job == "poll" else "", now=at)
            end_run(store, number, outcome, RunCounts(), "It failed.", now=at, fault=fault)

    return ran


def test_in_order(statshop: Statshop, polled: Callable[..., None]) -> None:
    polled(5)
    status, said = statshop("status")
    assert status == 0
    assert said.startswith("STATSHOP OK - 0 messages, 0 need a person | messages=0 pending=0 set_aside=0\n")


def test_months_that_could_be_final_are_named(statshop: Statshop, polled: Callable[..., None], house: Path) -> None:
    polled(5)
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        issue_of_march(store, datetime(2011, 4, 2, 9, tzinfo=UTC))
    assert "Provisional, could be final: 2011-03. statshop digest MONTH --issue --again" in statshop("status")[1]


def test_a_failed_run_is_a_warning(statshop: Statshop, polled: Callable[..., None]) -> None:
    polled(15)
    polled(5, "ConnectionLost")
    status, said = statshop("status")
    assert (status, said.splitlines()[0].partition(" | ")[0]) == (1, "STATSHOP WARNING - last run failed: poll box")


def test_a_failed_poll_of_a_mailbox_that_was_taken_out_is_no_warning(
    statshop: Statshop, polled: Callable[..., None], house: Path
) -> None:
    polled(5, "ConnectionLost")
    (house / "config.toml").write_text(MAILBOX.replace(".box]", ".other]"))
    status, said = statshop("status")
    assert (status, said.splitlines()[0].partition(" | ")[0]) == (1, "STATSHOP WARNING - never polled: other")
    (house / "config.toml").write_text("")
    assert statshop("status")[0] == 0


def test_a_large_work_that_failed_is_told_for_a_week(statshop: Statshop, polled: Callable[..., None]) -> None:
    polled(5)
    polled(6 * 24 * 60, "OSError", job="retag")
    assert statshop("status")[1].startswith("STATSHOP WARNING - last run failed: retag |")
    polled(8 * 24 * 60, "OSError", job="rebuild")
    assert "rebuild" not in statshop("status")[1].splitlines()[0]


def test_a_mailbox_that_no_worker_knows_is_told(statshop: Statshop, polled: Callable[..., None], house: Path) -> None:
    polled(5)
    more = MAILBOX.replace(".box]", ".other]")
    (house / "config.toml").write_text(MAILBOX + more.replace('user = "u"', 'user = "v"'))
    status, said = statshop("status")
    assert (status, "never polled: other" in said) == (1, True)
    statshop("alerts")
    settings, later = load_settings(house / "config.toml"), datetime.now(tz=UTC) + timedelta(hours=2)
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        error = JobError(job_id=2, job="poll-1", about="other", at=later, tries=1, fault="", words="No such mailbox.")
        note_job_error(store, error)
        words = [trouble.words for trouble in look(store, settings, house, now=later) if trouble.about == "other"]
    assert words == ["No poll has gone well yet. It is due every 10 minutes. No such mailbox."]


def test_a_refused_sign_in_is_critical(statshop: Statshop, polled: Callable[..., None]) -> None:
    polled(5, "SignInRefused")
    status, said = statshop("status", "--json")
    told = json.loads(said)
    assert (status, told["state"], told["wrong"][0]["kind"]) == (2, "critical", "sign-in refused")


@pytest.mark.parametrize("words", [("status",), ("status", "--json")], ids=["plugin", "json"])
def test_settings_that_are_not_there_or_wrong_are_critical(
    statshop: Statshop, house: Path, words: tuple[str, ...]
) -> None:
    (house / "config.toml").write_text('[page]\nport = "none"\n')
    status, said = statshop(*words)
    assert (status, "page.port" in said) == (2, True)
    (house / "config.toml").unlink()
    status, said = statshop(*words)
    assert (status, "There is no settings file config.toml" in said) == (2, True)
    assert said.startswith("STATSHOP CRITICAL - " if len(words) == 1 else '{"state": "critical"')


def test_no_database_is_critical(statshop: Statshop) -> None:
    status, said = statshop("status")
    assert status == 2
    assert said.startswith("STATSHOP CRITICAL - The database has no tables yet")


def test_json_is_json_when_there_is_mail(statshop: Statshop, house: Path) -> None:
    (house / "one.eml").write_bytes(b"From: a@example.org\r\nDate: Tue, 01 Mar 2011 09:00:00 +0000\r\n\r\nFigures?\r\n")
    statshop("import", "one.eml")
    status, said = statshop("status", "--json")
    counts = json.loads(said)["counts"]
    assert (status, counts["messages"], counts["newest_arrived_at"]) == (0, 1, "2011-03-01T09:00:00+00:00")
