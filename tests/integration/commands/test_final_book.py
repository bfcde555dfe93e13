"""Final issues as the page makes them: once, by whom, and in words why not."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from digests.issues.frozen import who_issued
from pipeline.commands import final_book
from pipeline.commands.digesting import make_month
from pipeline.commands.final_book import FinalBook
from pipeline.config import Settings, load_settings
from review.callables import FinalDue, NotIssued
from storage.engine import Store, open_store
from storage.messages import save_batch
from storage.records import Issue, NewMessage, Slot, VerdictRecord, ZoneRecord
from storage.reports import issues
from storage.upgrade import upgrade

APRIL, MAY = datetime(2011, 4, 4, 9, tzinfo=UTC), datetime(2011, 5, 4, 9, tzinfo=UTC)
MARCH = FinalDue(month="2011-03")


@pytest.fixture
def settings(house: Path) -> Settings:
    (house / "config.toml").write_text('[digests]\nfolder = "digests"\n')
    return load_settings(house / "config.toml", {})


@pytest.fixture
def store(house: Path, settings: Settings) -> Store:
    """A message of March 2011, and its month's provisional issue."""
    url = f"sqlite:///{house / 'store.db'}"
    upgrade(url)
    store = open_store(url)
    save_batch(store, [a_message()], None, now=APRIL)
    make_month(store, settings, house, "2011-03", now=APRIL, issue=True)
    return store


def a_message() -> NewMessage:
    raw = b"Subject: Figures\r\n\r\nFigures, please.\r\n"
    digest = sha256(raw).hexdigest()
    return NewMessage(
        slot=Slot(account="statshop", folder="INBOX", uidvalidity=1, uid=1),
        origin="imap",
        raw=raw,
        raw_sha256=digest,
        mail_sha256=digest,
        arrived_at=datetime(2011, 3, 5, tzinfo=UTC),
        arrived_source="INTERNALDATE",
        subject="Figures",
        sender_name="Ann Example",
        sender_address="ann@example.org",
        user_address="ann@example.org",
        thread_key=digest,
        zones=(ZoneRecord(kind="new", text="Figures, please."),),
        verdict=VerdictRecord(rules_version="r1", tags=()),
    )


@pytest.fixture
def book_at(
    store: Store, settings: Settings, house: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[datetime], FinalBook]:
    """Give what the page asks, at a moment."""

    def at(now: datetime) -> FinalBook:
        monkeypatch.setattr(final_book, "clock", lambda: now)
        return FinalBook(store, settings, house)

    return at


def named(store: Store) -> list[tuple[int, str, str]]:
    return [(one.number, one.status, who_issued(one)) for one in issues(store, "2011-03")]


def test_who_asks_twice_makes_one_final_issue(
    book_at: Callable[[datetime], FinalBook], store: Store, house: Path
) -> None:
    book = book_at(MAY)
    assert book.due() == (MARCH,)
    assert [book.issue(MARCH, 1, "pat") for _ in range(2)] == [True, False]
    assert named(store) == [(1, "provisional", ""), (2, "final", "pat")]
    assert (house / "digests/2011-03/issue-2/public/users-and-uses-2011-03.html").exists()
    assert (book.due(), [book.who_issued(one) for one in issues(store, "2011-03")]) == ((), ["", "pat"])


def test_two_who_ask_at_once_make_one_final_issue(book_at: Callable[[datetime], FinalBook], store: Store) -> None:
    book = book_at(MAY)

    def asking(who: str) -> str:
        try:
            book.issue(MARCH, 1, who)
        except NotIssued as refused:
            return str(refused)
        return ""

    with ThreadPoolExecutor(max_workers=3) as pool:
        told = list(pool.map(asking, ("pat", "kim", "lee")))
    assert [(number, status) for number, status, _ in named(store)] == [(1, "provisional"), (2, "final")]
    assert {words.partition(" is being")[0] for words in told} <= {"", "Another digest"}
    assert "" in told


def test_a_month_that_may_not_be_final_is_refused_in_words(
    book_at: Callable[[datetime], FinalBook], store: Store
) -> None:
    asked = (
        (APRIL, MARCH, 1, r"made now would be provisional. It can be made final from 1 May 2011\."),
        (MAY, MARCH, 7, "March 2011 was issued again since you opened the page"),
        (MAY, MARCH, 0, "March 2011 was issued again since you opened the page"),
        (MAY, FinalDue(month="2011-02"), 1, "has no issue yet.* statshop digest 2011-02 --issue$"),
        (MAY, FinalDue(month="2011-03", mailbox="x"), 1, "statshop digest 2011-03 --issue --mailbox x$"),
    )
    for now, due, number, words in asked:
        with pytest.raises(NotIssued, match=words):
            book_at(now).issue(due, number, "pat")
    assert named(store) == [(1, "provisional", "")]


def test_what_stands_in_the_way_is_told(book_at: Callable[[datetime], FinalBook], store: Store, house: Path) -> None:
    (house / "digests/2011-03/issue-2").mkdir()
    with pytest.raises(NotIssued, match=r"issue-2.*\. Nothing was changed\.$"):
        book_at(MAY).issue(MARCH, 1, "pat")
    assert named(store) == [(1, "provisional", "")]


def test_an_issue_stands_though_its_files_could_not_be_put_in_their_place(
    book_at: Callable[[datetime], FinalBook], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, target: Path) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    assert book_at(MAY).issue(MARCH, 1, "pat")
    assert named(store) == [(1, "provisional", ""), (2, "final", "pat")]


def test_who_issued_is_frozen_with_the_issue_and_in_no_file(
    book_at: Callable[[datetime], FinalBook], store: Store, house: Path
) -> None:
    book_at(MAY).issue(MARCH, 1, "pat-the-administrator")
    final: Issue = issues(store, "2011-03")[-1]
    assert json.loads(final.figures)["issued_by"] == "pat-the-administrator"
    files = [path for path in (house / "digests/2011-03/issue-2").rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if b"pat-the-administrator" in path.read_bytes()] == []
