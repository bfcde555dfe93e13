"""Digests of single mailboxes and over all, issued side by side: what one keeps back, the others do not give away."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from digests.disclosure.audit import Audit
from digests.errors import IssueStands
from digests.past import public_editions
from pipeline.commands.alerting import digests_missing
from pipeline.commands.digesting import make_due_digests, make_month
from pipeline.commands.jobs import POLL
from pipeline.commands.number_book import NumberBook
from pipeline.commands.opening import mailboxes_of
from pipeline.config import Settings, load_settings
from pipeline.errors import MonthNotRead
from review.callables import NumberAsked
from storage.engine import Store, open_store
from storage.messages import save_batch
from storage.records import NewMessage, RunCounts, RunOutcome, Slot, TagRecord, VerdictRecord, ZoneRecord
from storage.reports import issues
from storage.runs import begin_run, end_run
from storage.upgrade import upgrade

COUNTS = {
    "north": {"local-government": 60, "academia": 35, "media": 24, "unknown": 18},
    "south": {"local-government": 50, "academia": 28, "media": 2, "unknown": 16},
}
APRIL, MAY = datetime(2011, 4, 4, 9, tzinfo=UTC), datetime(2011, 5, 4, 9, tzinfo=UTC)


def settings_of(house: Path, *names: str) -> Settings:
    """Give mailboxes, each with digests of its own."""
    tables = (f'[mailboxes.{name}]\nhost = "127.0.0.1"\nuser = "{name}"\n' for name in names)
    (house / "config.toml").write_text("[digests]\nper_mailbox = true\n" + "".join(tables))
    return load_settings(
        house / "config.toml", {f"STATSHOP_MAILBOXES__{name.upper()}__PASSWORD": "x" for name in names}
    )


def filled(house: Path, settings: Settings, month: int, held_since: datetime | None = None) -> Store:
    """Store a month of mail of the mailboxes: on the day after its end, or at another moment."""
    url = f"sqlite:///{house / 'store.db'}"
    upgrade(url)
    accounts = {each.name: each.account for each in mailboxes_of(settings)}
    messages = [
        a_message(accounts[name], month, f"{name} {user} {number}", user)
        for name in accounts
        for user, count in COUNTS[name].items()
        for number in range(count)
    ]
    store = open_store(url)
    save_batch(store, messages, None, now=held_since or datetime(2011, month + 1, 1, tzinfo=UTC))
    return store


def a_message(account: str, month: int, words: str, user: str) -> NewMessage:
    raw = f"Subject: {month} {words}\r\n\r\nFigures, please.\r\n".encode()
    digest = sha256(raw).hexdigest()
    tags = (("disposition", "triage"), ("user_category", user), ("product", "headline"))
    return NewMessage(
        slot=Slot(account=account, folder="INBOX", uidvalidity=1, uid=int(digest[:7], 16) + 1),
        origin="imap",
        raw=raw,
        raw_sha256=digest,
        mail_sha256=digest,
        arrived_at=datetime(2011, month, 5, tzinfo=UTC) + timedelta(seconds=int(digest[:4], 16)),
        arrived_source="INTERNALDATE",
        subject="Figures",
        sender_name="Ann Example",
        sender_address=f"{digest[:8]}@example.org",
        user_address=f"{digest[:8]}@example.org",
        thread_key=digest,
        zones=(ZoneRecord(kind="new", text="Figures, please."),),
        verdict=VerdictRecord(
            rules_version="r1", tags=tuple(TagRecord(dimension=dimension, value=value) for dimension, value in tags)
        ),
    )


def media_in(folder: Path) -> str:
    """Read how many messages of the media a public CSV file shows."""
    with (folder / "issue-1" / "public" / "messages-by-user-2011-03.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return next(row[1] for row in rows if row[0] == "Media")


def test_editions_side_by_side_give_no_small_count_away(house: Path) -> None:
    """26 of the media wrote, 2 of them to the south: so the north's 24 are kept back as well."""
    settings = settings_of(house, "north", "south")
    with filled(house, settings, 3) as store:
        assert make_due_digests(store, settings, house, now=APRIL) == ("2011-03",)
        assert list(Audit(public_editions(store), settings.digests.small_count_below).leaks()) == []
    digests = house / "var" / "digests"
    shown = [media_in(digests / folder / "2011-03") for folder in ("", "north", "south")]
    assert shown == ["26", "[c]", "[c]"]


def test_numbers_of_an_issue_lead_on_once_its_mailbox_is_in_the_settings_no_more(house: Path) -> None:
    settings = settings_of(house, "north")
    account = mailboxes_of(settings)[0].account
    asked = NumberAsked(
        month="2011-03", issue=1, account=account, table="messages-by-user", row="media", column="messages"
    )
    with filled(house, settings, 3) as store:
        make_month(store, settings, house, "2011-03", now=APRIL, issue=True, mailbox="north")
        book = NumberBook(store, settings_of(house), house)
        found = [book.behind(one) for one in (asked, replace(asked, issue=0), replace(asked, account="x"))]
    assert [one and len(one.message_ids) for one in found] == [24, None, None]


def test_missed_months_are_issued_one_after_the_other_over_all_first(house: Path) -> None:
    settings = settings_of(house, "north")
    with filled(house, settings, 2) as store, filled(house, settings, 3):
        make_due_digests(store, settings, house, now=datetime(2011, 3, 4, 9, tzinfo=UTC))
        with filled(house, settings, 4):
            make_due_digests(store, settings, house, now=MAY)
        accounts = ("", *(each.account for each in mailboxes_of(settings)))
        made = [issue for account in accounts for issue in issues(store, account=account)]
        order = [(one.month, accounts.index(one.account)) for one in sorted(made, key=lambda one: one.id)]
    assert order == [(month, place) for month in ("2011-02", "2011-03", "2011-04") for place in range(2)]


def test_a_mailboxs_missing_digest_is_told_with_its_name(house: Path) -> None:
    settings = settings_of(house, "north")
    with filled(house, settings, 3) as store:
        assert digests_missing(store, settings, datetime(2011, 4, 2, 10, tzinfo=UTC)) == ()  # due for half an hour
        assert digests_missing(store, settings, APRIL) == ("2011-03", "2011-03, north")
        make_month(store, settings, house, "2011-03", now=APRIL, issue=True)
        assert digests_missing(store, settings, APRIL) == ("2011-03, north",)


def test_a_mailbox_read_late_owes_its_month_with_the_next_and_none_is_left_out(house: Path) -> None:
    """Nobody is told of a digest that no job makes; in May the job makes March and April, then goes on as ever."""
    settings = settings_of(house, "north")
    added = datetime(2011, 4, 10, 12, tzinfo=UTC)
    with filled(house, settings, 3, added) as store, filled(house, settings, 4):
        for now in (added + timedelta(days=1), datetime(2011, 5, 1, 12, tzinfo=UTC)):
            assert digests_missing(store, settings, now) == ()
            assert make_due_digests(store, settings, house, now=now) == ()
        assert digests_missing(store, settings, MAY) == ("2011-03", "2011-04", "2011-03, north", "2011-04, north")
        assert make_due_digests(store, settings, house, now=MAY) == ("2011-03", "2011-04")
        assert digests_missing(store, settings, MAY) == ()


def test_a_mailbox_added_beside_one_with_issues_owes_its_month_with_the_next(house: Path) -> None:
    settings = settings_of(house, "north")
    with filled(house, settings, 3) as store:
        make_due_digests(store, settings, house, now=APRIL)
        settings = settings_of(house, "north", "south")
        with filled(house, settings_of(house, "south"), 3, APRIL), filled(house, settings, 4):
            assert digests_missing(store, settings, APRIL + timedelta(days=9)) == ()
            make_due_digests(store, settings, house, now=MAY)
        (south,) = mailboxes_of(settings, "south")
        assert [one.month for one in issues(store, account=south.account)] == ["2011-03", "2011-04"]


def test_a_month_without_mail_after_the_first_is_issued_with_it_and_nobody_is_told(house: Path) -> None:
    settings = settings_of(house, "north")
    with filled(house, settings, 3, datetime(2011, 4, 10, 12, tzinfo=UTC)) as store:
        assert make_due_digests(store, settings, house, now=MAY) == ("2011-03", "2011-04")
        for now in (MAY, datetime(2011, 6, 1, 15, tzinfo=UTC)):
            assert digests_missing(store, settings, now) == ()


def test_a_first_month_that_no_job_made_is_told_until_one_makes_it(house: Path) -> None:
    settings = settings_of(house, "north")
    with filled(house, settings, 3) as store, filled(house, settings, 4):
        for now in (APRIL, datetime(2011, 5, 1, 15, tzinfo=UTC)):
            assert digests_missing(store, settings, now) == ("2011-03", "2011-03, north")
        assert make_due_digests(store, settings, house, now=MAY) == ("2011-03", "2011-04")
        assert digests_missing(store, settings, MAY) == ()


def test_a_month_issued_by_hand_brings_those_after_it_with_the_next_digest_time(house: Path) -> None:
    settings = settings_of(house, "north")
    by_hand, june = datetime(2011, 5, 11, tzinfo=UTC), datetime(2011, 6, 2, 10, tzinfo=UTC)
    with filled(house, settings, 2, by_hand) as store:
        make_month(store, settings, house, "2011-02", now=by_hand, issue=True)
        for now in (by_hand, datetime(2011, 6, 2, 14, tzinfo=UTC)):  # 2 June: due for less than six hours
            assert digests_missing(store, settings, now) == ()
        assert make_due_digests(store, settings, house, now=by_hand) == ()
        assert make_due_digests(store, settings, house, now=june) == ("2011-03", "2011-04", "2011-05")


def test_the_refusal_of_a_second_issue_names_the_command_of_its_mailbox(house: Path) -> None:
    settings = settings_of(house, "north")
    with filled(house, settings, 3) as store:
        for mailbox, words in (("north", "2011-03 --mailbox north --issue --again"), (None, "2011-03 --issue --again")):
            make_month(store, settings, house, "2011-03", now=APRIL, issue=True, mailbox=mailbox)
            with pytest.raises(IssueStands, match=f"statshop digest {words}"):
                make_month(store, settings, house, "2011-03", now=APRIL, issue=True, mailbox=mailbox)


def test_a_mailbox_that_was_not_read_holds_up_no_digest_of_another(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "north", "south")
    before, after = datetime(2011, 3, 30, tzinfo=UTC), datetime(2011, 4, 2, tzinfo=UTC)
    with filled(tmp_path, settings, 3) as store:
        for name, at in (("north", before), ("south", after)):
            end_run(store, begin_run(store, POLL, name, now=at), RunOutcome.DONE, RunCounts(), now=at)
        with pytest.raises(MonthNotRead, match="mailbox north"):
            make_due_digests(store, settings, tmp_path, now=APRIL)
        held = {
            each.name: [one.month for one in issues(store, "2011-03", each.account)] for each in mailboxes_of(settings)
        }
        assert held == {"north": [], "south": ["2011-03"]}
        assert issues(store, "2011-03", None) == ()


def test_a_number_of_a_month_that_has_not_begun_is_behind_nothing(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "north")
    with filled(tmp_path, settings, 3) as store:
        asked = NumberAsked(month="2999-01", account="", issue=0, table="trend", row="2999-01", column="received")
        assert NumberBook(store, settings, tmp_path).behind(asked) is None
