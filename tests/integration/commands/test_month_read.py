"""An issue says that it holds all mail of its month: none is made before that can be known."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from digests.errors import MonthNotBegun, MonthUnknown
from pipeline.commands.digesting import make_due_digests, make_month
from pipeline.commands.job_functions import Bench, do_job, reader_shelf
from pipeline.commands.jobs import POLL
from pipeline.commands.opening import mailboxes_of
from pipeline.commands.scheduling import Scheduled
from pipeline.config import Settings, load_settings
from pipeline.errors import MonthNotRead
from pipeline.jobs.calls import DIGEST, JobCall, digest_call
from storage.engine import Store, open_store
from storage.records import RunCounts, RunOutcome
from storage.reports import issued_months
from storage.runs import begin_run, end_run
from storage.upgrade import upgrade

APRIL = datetime(2011, 4, 4, 9, tzinfo=UTC)
LAST_EVENING = datetime(2011, 3, 31, 22, 59, tzinfo=UTC)  # 23:59 in London
MIDNIGHT = datetime(2011, 3, 31, 23, tzinfo=UTC)
Opened = Callable[[str], tuple[Store, Settings]]


@pytest.fixture
def opened(house: Path, hold_letter: Callable[[Store, str, datetime], None]) -> Opened:
    """Give a store, with a letter of a month where one is named, and the settings of one mailbox."""

    def made(arrived: str = "") -> tuple[Store, Settings]:
        (house / "config.toml").write_text('[mailboxes.north]\nhost = "127.0.0.1"\nuser = "north"\n')
        settings = load_settings(house / "config.toml", {"STATSHOP_MAILBOXES__NORTH__PASSWORD": "x"})
        url = f"sqlite:///{house / 'store.db'}"
        upgrade(url)
        store = open_store(url)
        if arrived:
            (box,) = mailboxes_of(settings)
            hold_letter(store, box.account, datetime.fromisoformat(arrived))
        return store, settings

    return made


def polled(store: Store, at: datetime, outcome: RunOutcome = RunOutcome.DONE, handed_out: int = 0) -> None:
    run = begin_run(store, POLL, "north", now=at)
    end_run(store, run, outcome, RunCounts(handed_out=handed_out), now=at)


def test_an_issue_over_a_mailbox_that_was_not_read_since_the_month_ended_is_refused(
    opened: Opened, house: Path
) -> None:
    store, settings = opened("2011-03-05T12:00+00:00")
    with store:
        polled(store, LAST_EVENING)
        polled(store, APRIL, RunOutcome.FAILED)
        for mailbox in (None, "north"):
            with pytest.raises(MonthNotRead, match="last good poll was on 31 March 2011 at 23:59"):
                make_month(store, settings, house, "2011-03", now=APRIL, issue=True, mailbox=mailbox)
        assert issued_months(store) == ()
        assert make_month(store, settings, house, "2011-03", now=APRIL)  # a draft may be made at any time


def test_the_schedule_waits_for_a_poll_and_then_makes_the_digest(opened: Opened, house: Path) -> None:
    store, settings = opened("2011-03-05T12:00+00:00")
    with store:
        polled(store, LAST_EVENING)
        with pytest.raises(MonthNotRead, match="statshop poll north"):
            make_due_digests(store, settings, house, now=APRIL)
        polled(store, MIDNIGHT)
        assert make_due_digests(store, settings, house, now=APRIL) == ("2011-03",)


def test_a_poll_that_handed_its_mail_to_workers_does_not_say_that_a_month_was_read(opened: Opened, house: Path) -> None:
    store, settings = opened("2011-03-05T12:00+00:00")
    with store:
        polled(store, APRIL, handed_out=2000)
        with pytest.raises(MonthNotRead, match="workers may be at its mail still"):
            make_month(store, settings, house, "2011-03", now=APRIL, issue=True)
        polled(store, MIDNIGHT)
        polled(store, APRIL, handed_out=2000)
        assert make_month(store, settings, house, "2011-03", now=APRIL, issue=True)


def test_an_issue_over_a_mailbox_of_which_no_poll_went_well_is_refused(opened: Opened, house: Path) -> None:
    store, settings = opened("2011-03-05T12:00+00:00")
    with store:
        polled(store, APRIL, RunOutcome.FAILED)
        with pytest.raises(MonthNotRead, match="no poll of it has gone well yet"):
            make_month(store, settings, house, "2011-03", now=APRIL, issue=True)


def test_a_mailbox_that_only_imports_fill_is_issued(opened: Opened, house: Path) -> None:
    store, settings = opened("2011-03-05T12:00+00:00")
    with store:
        assert make_month(store, settings, house, "2011-03", now=APRIL, issue=True)


@pytest.mark.parametrize("arrived", ["", "2011-04-02T12:00+00:00"])
def test_a_month_before_all_that_is_held_is_not_issued_as_one_without_mail(
    opened: Opened, house: Path, arrived: str
) -> None:
    store, settings = opened(arrived)
    with store:
        polled(store, APRIL)
        with pytest.raises(MonthUnknown, match="whether any came is not known"):
            make_month(store, settings, house, "2011-03", now=APRIL, issue=True)


def test_a_month_without_mail_after_one_with_mail_is_issued(opened: Opened, house: Path) -> None:
    store, settings = opened("2011-02-05T12:00+00:00")
    with store:
        polled(store, APRIL)
        assert make_month(store, settings, house, "2011-03", now=APRIL, issue=True)


def test_a_month_that_has_not_begun_is_not_drafted(opened: Opened, house: Path) -> None:
    store, settings = opened("2011-03-05T12:00+00:00")
    with store, pytest.raises(MonthNotBegun, match="has not begun"):
        make_month(store, settings, house, "2011-05", now=APRIL)


def test_a_digest_that_failed_is_tried_again_after_a_poll(opened: Opened, house: Path) -> None:
    store, settings = opened("")
    tried, again = Event(), Event()

    def do(call: JobCall) -> bool:
        if call.kind is not DIGEST:
            return tried.wait(30)
        if not tried.is_set():
            tried.set()
            raise OSError("No space left on device")
        again.set()
        return True

    with store, Scheduled(store, settings, house, Event(), do):
        assert again.wait(30)


def test_a_digest_that_was_handed_to_workers_and_not_made_is_handed_out_again(
    opened: Opened, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, settings = opened("2011-03-05T12:00+00:00")
    monkeypatch.setattr("pipeline.commands.scheduling.clock", lambda: APRIL)
    first, again = Event(), Event()

    def hand_out(call: JobCall) -> bool:
        if call.kind is DIGEST:
            (again if first.is_set() else first).set()
        return True if call.kind is DIGEST else first.wait(30)

    with store, Scheduled(store, settings, house, Event(), hand_out):
        assert again.wait(30)


def test_a_worker_leaves_a_digest_that_waits_for_a_poll_to_the_schedule(
    opened: Opened, house: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store, settings = opened("2011-03-05T12:00+00:00")
    monkeypatch.setattr("pipeline.commands.job_functions.clock", lambda: APRIL)
    with store, reader_shelf(settings, house) as readers:
        bench = Bench(store=store, settings=settings, house=house, readers=readers, stop=Event())
        polled(store, LAST_EVENING)
        do_job(bench, digest_call())
        assert "statshop poll north" in caplog.text
        assert issued_months(store) == ()
        polled(store, MIDNIGHT)
        do_job(bench, digest_call())
        assert issued_months(store) == ("2011-03",)
