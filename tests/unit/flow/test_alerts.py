"""What somebody must be told of, and when it is over."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipeline.flow.alerts import may_sign_in_again, news, troubles, worst
from pipeline.flow.quiet import is_unusual
from pipeline.flow.trouble import AlertRules, Kind, Seen, SeenFolder, SeenMailbox, Severity, Trouble
from pipeline.flow.working_days import working_days
from storage.records import Run, RunCounts, RunOutcome

NOW = datetime(2011, 3, 16, 9, 0, tzinfo=UTC)  # a Wednesday
RULES = AlertRules()


def run(minutes_ago: float, fault: str = "", outcome: RunOutcome | None = None) -> Run:
    at = NOW - timedelta(minutes=minutes_ago)
    ended = outcome or (RunOutcome.FAILED if fault else RunOutcome.DONE)
    counts = RunCounts()
    error = f"It failed: {fault}." if fault else ""
    return Run(
        id=1,
        job="poll",
        account="box",
        started_at=at,
        ended_at=at,
        outcome=ended,
        counts=counts,
        error=error,
        fault=fault,
    )


def mailbox(*runs: Run, **more: Any) -> SeenMailbox:
    good = next((one for one in runs if one.outcome is RunOutcome.DONE), None)
    given = {"name": "box", "interval": timedelta(minutes=10), "runs": runs, "last_good": good}
    known = {"first_run_at": NOW - timedelta(days=90), "last_count": NOW - timedelta(hours=6)}
    return SeenMailbox(**{**given, **known, **more})


def steady(day_from: date, day_to: date, a_day: int, without: Iterable[date] = ()) -> Mapping[date, int]:
    return {day: a_day for day in working_days(day_from, day_to) if day not in set(without)}


def kinds(seen: Seen, now: datetime = NOW) -> list[Kind]:
    return [trouble.kind for trouble in troubles(seen, RULES, now)]


def test_nothing_is_wrong_with_a_good_deployment() -> None:
    seen = Seen(mailboxes=(mailbox(run(5)),), disks={"/var": 10**12}, last_backup=NOW - timedelta(days=2))
    assert kinds(seen) == []


def warned(minutes_ago: float, words: str = "It is not moved.") -> Run:
    return replace(run(minutes_ago), error=words)


def test_warnings_of_three_good_polls_in_a_row_are_told_and_of_fewer_are_not() -> None:
    three = mailbox(run(1, outcome=RunOutcome.RUNNING), warned(2), warned(12), run(20, "ConnectionLost"), warned(22))
    (trouble,) = troubles(Seen(mailboxes=(three,)), RULES, NOW)
    assert (trouble.kind, trouble.words) == (Kind.WARNED, "It is not moved.")
    assert kinds(Seen(mailboxes=(mailbox(warned(2), warned(12)),))) == []
    assert kinds(Seen(mailboxes=(mailbox(warned(2), run(12), warned(22), warned(32)),))) == []


def test_the_warning_of_a_good_poll_is_not_why_none_goes_well() -> None:
    (trouble,) = troubles(Seen(mailboxes=(mailbox(run(5, outcome=RunOutcome.LOST), warned(61)),)), RULES, NOW)
    assert (trouble.kind, "not moved" in trouble.words) == (Kind.NO_GOOD_RUN, False)


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        pytest.param(Seen(mailboxes=(mailbox(run(1, "SignInRefused"), run(11)),)), Kind.SIGN_IN, id="refused at once"),
        pytest.param(Seen(mailboxes=(mailbox(run(5, "ConnectionLost"), run(61)),)), Kind.NO_GOOD_RUN, id="no good run"),
        pytest.param(Seen(mailboxes=(mailbox(run(61)),)), Kind.NO_GOOD_RUN, id="no run at all any more"),
        pytest.param(Seen(set_aside_today=10), Kind.SET_ASIDE, id="set aside"),
        pytest.param(Seen(disks={"/var": 10**8}), Kind.DISK, id="disk"),
        pytest.param(Seen(digests_missing=("2011-02",)), Kind.DIGEST, id="digest"),
        pytest.param(Seen(schema="The database is at revision 1."), Kind.SCHEMA, id="schema"),
        pytest.param(Seen(erasure_key="The key is missing."), Kind.ERASURE_KEY, id="key of erasures"),
        pytest.param(Seen(last_backup=NOW - timedelta(days=3, hours=1)), Kind.BACKUP, id="backup"),
    ],
)
def test_each_trouble_is_told(seen: Seen, kind: Kind) -> None:
    assert kinds(seen) == [kind]


def test_f42_polls_that_fail_are_told_after_some_intervals_and_so_is_their_recovery() -> None:
    assert kinds(Seen(mailboxes=(mailbox(run(5, "ConnectionLost"), run(59)),))) == []
    (failing,) = troubles(Seen(mailboxes=(mailbox(run(5, "ConnectionLost"), run(61)),)), RULES, NOW)
    assert (failing.kind, news([failing], []).begin) == (Kind.NO_GOOD_RUN, (failing,))
    assert news(troubles(Seen(mailboxes=(mailbox(run(1), run(11, "ConnectionLost")),)), RULES, NOW), [failing.key]).end


def test_a_mailbox_that_was_never_polled_well_is_told_from_its_first_run_on() -> None:
    lately = mailbox(run(5, "ConnectionLost"), first_run_at=NOW - timedelta(minutes=50))
    long_since = mailbox(run(5, "ConnectionLost"), first_run_at=NOW - timedelta(minutes=70))
    assert kinds(Seen(mailboxes=(lately,))) == []
    assert kinds(Seen(mailboxes=(long_since,))) == [Kind.NO_GOOD_RUN]


def test_a_mailbox_that_no_poll_ever_reached_is_told_with_what_keeps_workers_from_it() -> None:
    lately = mailbox(first_run_at=None, last_count=None, known_since=NOW - timedelta(minutes=50))
    assert kinds(Seen(mailboxes=(lately,))) == []
    reason = "The settings name no mailbox 'box'."
    long_since = replace(lately, known_since=NOW - timedelta(minutes=70), job_error=reason)
    (trouble,) = troubles(Seen(mailboxes=(long_since,)), RULES, NOW)
    assert (trouble.kind, reason in trouble.words) == (Kind.NO_GOOD_RUN, True)


def test_a_kind_of_job_that_no_living_worker_takes_is_told_after_half_an_hour() -> None:
    assert kinds(Seen(left_waiting={"retention-1": NOW - timedelta(minutes=29)})) == []
    (trouble,) = troubles(Seen(left_waiting={"retention-1": NOW - timedelta(minutes=31)}), RULES, NOW)
    assert (trouble.kind, trouble.about) == (Kind.WORKERS, "retention-1 jobs")


def test_what_a_stopped_poll_warned_of_is_not_told_as_what_went_wrong() -> None:
    stopped = replace(run(100, outcome=RunOutcome.STOPPED), error="Mail could not be marked.")
    (late,) = troubles(Seen(mailboxes=(mailbox(stopped, run(200, "ConnectionLost"), run(300)),)), RULES, NOW)
    assert late.kind is Kind.NO_GOOD_RUN
    assert late.words.endswith("It failed: ConnectionLost.")


def test_a_poll_that_is_going_on_says_nothing_yet() -> None:
    going = run(0, outcome=RunOutcome.RUNNING)
    (refused,) = troubles(Seen(mailboxes=(mailbox(going, run(1, "SignInRefused"), run(11)),)), RULES, NOW)
    assert (refused.kind, refused.words.partition(".")[0]) == (Kind.SIGN_IN, "It failed: SignInRefused")
    assert kinds(Seen(mailboxes=(mailbox(going, run(10)),))) == []


@pytest.mark.parametrize(
    "later",
    [
        run(1, "MailboxUnreachable"),
        run(1, "ConnectionLost"),
        run(1, outcome=RunOutcome.STOPPED),
        run(1, outcome=RunOutcome.LOST),
    ],
    ids=["unreachable", "lost", "stopped", "died"],
)
def test_f30_a_refusal_stands_until_the_mailbox_lets_us_in(later: Run) -> None:
    runs = (later, run(100, "SignInRefused"), run(200, "SignInRefused"), run(300))
    (refused,) = troubles(Seen(mailboxes=(mailbox(*runs),)), RULES, NOW)
    assert (refused.kind, refused.words.partition(".")[0]) == (Kind.SIGN_IN, "It failed: SignInRefused")
    assert not may_sign_in_again(runs, NOW)
    assert may_sign_in_again(runs, NOW + timedelta(minutes=20))


@pytest.mark.parametrize(
    "later",
    [
        run(1),
        run(1, "FolderMissing"),
        replace(run(1, "ConnectionLost"), counts=RunCounts(bytes_fetched=9)),
    ],
    ids=["good", "folder-missing", "lost-behind-the-sign-in"],
)
def test_f30_a_refusal_is_over_once_the_mailbox_let_us_in(later: Run) -> None:
    runs = (later, run(100, "SignInRefused"), run(300))
    assert Kind.SIGN_IN not in kinds(Seen(mailboxes=(mailbox(*runs),)))
    assert may_sign_in_again(runs, NOW)


@pytest.mark.parametrize(
    ("refusals", "minutes", "may"),
    [(0, 1, True), (1, 59, False), (1, 60, True), (2, 119, False), (2, 120, True), (5, 359, False), (5, 360, True)],
)
def test_f30_a_refused_sign_in_is_tried_ever_more_rarely(refusals: int, minutes: int, may: bool) -> None:
    runs = [run(minutes + 600 * number, "SignInRefused") for number in range(refusals)] + [run(9000)]
    assert may_sign_in_again(runs, NOW) is may


def test_f30_a_poll_that_was_killed_does_not_end_the_pause() -> None:
    runs = [run(1, outcome=RunOutcome.LOST), run(5, "SignInRefused"), run(15, "SignInRefused"), run(9000)]
    assert not may_sign_in_again(runs, NOW)


def test_a_good_run_ends_the_pause() -> None:
    assert may_sign_in_again([run(1), run(2, "SignInRefused")], NOW)


def quiet(arrivals: Mapping[date, int], now: datetime) -> list[str]:
    found = troubles(
        Seen(mailboxes=(mailbox(run(5), arrivals=arrivals, last_good=None, first_run_at=None),)), RULES, now
    )
    return [trouble.words for trouble in found if trouble.kind is Kind.QUIET]


def test_a_mailbox_gone_quiet_is_told_in_words() -> None:
    arrivals = steady(date(2011, 1, 4), date(2011, 3, 14), 4, without=[date(2011, 3, 14)])
    assert quiet(arrivals, datetime(2011, 3, 15, 9, tzinfo=UTC)) == []
    (words,) = quiet(arrivals, datetime(2011, 3, 16, 9, tzinfo=UTC))
    assert (
        words
        == "No messages came since Monday 14 March, the last 2 working days; these weekdays usually bring about 8."
    )


def test_a_weekend_and_bank_holidays_are_no_silence() -> None:
    arrivals = steady(date(2011, 2, 1), date(2011, 4, 21), 9)
    for day in (22, 23, 24, 25, 26):  # Good Friday to Easter Monday, and the Tuesday before anybody has written
        assert quiet(arrivals, datetime(2011, 4, day, 8, tzinfo=UTC)) == []


def test_a_quiet_weekday_is_usual_where_it_always_was() -> None:
    usual = {day: count for day, count in steady(date(2011, 1, 4), date(2011, 3, 15), 9).items() if day.weekday() < 2}
    assert quiet(usual, datetime(2011, 3, 19, 9, tzinfo=UTC)) == []  # Wednesday to Friday bring nothing, ever


def test_the_first_messages_end_the_silence() -> None:
    arrivals = dict(steady(date(2011, 1, 4), date(2011, 3, 11), 4))
    assert quiet(arrivals, NOW)
    assert quiet(arrivals | {NOW.date(): 3}, NOW) == []


def test_one_message_is_one_message() -> None:
    arrivals = dict(steady(date(2011, 1, 4), date(2011, 3, 14), 12)) | {date(2011, 3, 15): 1}
    assert quiet(arrivals, NOW)[0].startswith("1 message came since Tuesday 15 March")


def test_one_campaign_makes_no_later_week_quiet() -> None:
    arrivals = dict(steady(date(2011, 1, 4), date(2011, 3, 15), 2)) | {date(2011, 2, 15): 400}  # a Tuesday
    assert quiet(arrivals, NOW) == []


def test_silence_is_not_told_of_days_that_no_poll_looked_at() -> None:
    arrivals = steady(date(2011, 1, 4), date(2011, 3, 11), 4)
    lost = mailbox(run(5 * 24 * 60), arrivals=arrivals)
    assert kinds(Seen(mailboxes=(lost,))) == [Kind.NO_GOOD_RUN]


def test_a_young_mailbox_has_no_rhythm_yet() -> None:
    assert quiet(steady(date(2011, 2, 28), date(2011, 3, 10), 9), NOW) == []


def test_chances() -> None:
    assert not is_unusual(6.9, 0, 0.001)
    assert is_unusual(7.0, 0, 0.001)
    assert not is_unusual(7.0, 1, 0.001)


def counted(missing: int = 0, uids: str = "", *, days_ago: float = 0.3) -> SeenMailbox:
    at = NOW - timedelta(days=days_ago)
    folder = SeenFolder(folder="INBOX", missing=missing, uids=uids, counted_at=at)
    return mailbox(run(5), folders=(folder,), last_count=at)


def test_a_ledger_that_does_not_add_up_is_told_with_its_uids() -> None:
    (trouble,) = troubles(Seen(mailboxes=(counted(3, "17,20:21"),)), RULES, NOW)
    assert (trouble.key, trouble.severity) == (("ledger does not add up", "box INBOX"), Severity.CRITICAL)
    assert trouble.words == (
        "The count of 16 March 2011 at 01:48 found 3 messages on the server that the polls passed and that could not "
        "be fetched: UID 17,20:21."
    )


def test_counts_that_stay_away_are_told_after_three_days() -> None:
    assert kinds(Seen(mailboxes=(counted(days_ago=2.9),))) == []
    assert kinds(Seen(mailboxes=(counted(days_ago=3.1),))) == [Kind.NOT_COUNTED]
    never = mailbox(run(5), first_run_at=NOW - timedelta(days=4), last_count=None)
    assert kinds(Seen(mailboxes=(never,))) == [Kind.NOT_COUNTED]


def test_one_message_when_it_begins_and_one_when_it_ends() -> None:
    trouble = Trouble(kind=Kind.DISK, about="/var", words="full")
    assert news([trouble], []).begin == (trouble,)
    assert news([trouble], [trouble.key]) == news([], [])
    assert news([], [trouble.key]).end == (trouble.key,)


def test_the_worst_decides() -> None:
    disk, digest = Trouble(kind=Kind.DISK, about="", words=""), Trouble(kind=Kind.DIGEST, about="", words="")
    assert [worst([]), worst([digest]), worst([digest, disk])] == [Severity.OK, Severity.WARNING, Severity.CRITICAL]


def test_rules_with_mistakes_are_told_with_their_places() -> None:
    (trouble,) = troubles(Seen(rule_mistakes=("uses.toml:4: unknown key 'phrase'",)), RULES, NOW)
    assert (trouble.kind, trouble.severity) == (Kind.RULES, Severity.WARNING)
    assert trouble.words == (
        "Mail goes on being tagged by the last rules that worked. uses.toml:4: unknown key 'phrase'"
    )
