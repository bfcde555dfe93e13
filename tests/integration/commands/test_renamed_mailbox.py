"""A mailbox that gets another name goes on where it was, once the settings say what it was called."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.imap_server import ImapServer

from pipeline.commands.alerting import check_alerts
from pipeline.commands.digesting import make_month
from pipeline.commands.job_functions import Bench, poll, reader_shelf
from pipeline.commands.opening import mailboxes_of, note_mailboxes
from pipeline.config import load_settings
from storage.engine import open_store
from storage.messages import save_batch
from storage.records import FolderState, QueueFilter
from storage.reports import issues
from storage.reviews import queue
from storage.runs import runs
from storage.upgrade import upgrade

LONG_AGO, NOW = datetime(2011, 3, 1, tzinfo=UTC), datetime(2011, 3, 9, tzinfo=UTC)
Statshop = Callable[..., tuple[int, str]]
MAIL = (
    b"From: A <%d@example.org>\r\nDate: Tue, 01 Mar 2011 09:00:00 +0000\r\nSubject: Figures\r\n\r\nFigures, please.\r\n"
)


@pytest.fixture
def server() -> Iterator[ImapServer]:
    serving = ImapServer()
    yield serving
    serving.close()


@pytest.fixture
def called(house: Path, server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write settings in which the one mailbox has a name, and one more line."""

    def written(name: str, more: str = "", host: str = "127.0.0.1") -> None:
        for other in ("OLD", "NEW"):
            monkeypatch.delenv(f"STATSHOP_MAILBOXES__{other}__PASSWORD", raising=False)
        monkeypatch.setenv(f"STATSHOP_MAILBOXES__{name.upper()}__PASSWORD", "x")
        table = f'[mailboxes.{name}]\nhost = "{host}"\nsecurity = "plain"\nport = {server.port}\nuser = "u"\n{more}\n'
        (house / "config.toml").write_text(f"[reading]\nworkers = 1\n[digests]\nper_mailbox = true\n{table}")

    server.add(MAIL % 1)
    server.add(MAIL % 2)
    return written


@pytest.fixture
def read(house: Path, called: Callable[..., None]) -> None:
    """Have the mailbox read under its old name, long ago: it was empty."""
    called("old")
    settings, url = load_settings(house / "config.toml"), f"sqlite:///{house}/var/statshop.db"
    upgrade(url)
    with open_store(url) as store:
        note_mailboxes(store, settings, now=LONG_AGO)
        cursor = FolderState(account=account_of(house), folder="INBOX", uidvalidity=7, last_uid=0)
        save_batch(store, [], cursor, now=LONG_AGO)


def account_of(house: Path) -> str:
    return mailboxes_of(load_settings(house / "config.toml"))[0].account


def test_a_new_name_alone_is_refused_with_what_to_write(
    read: None, called: Callable[..., None], statshop: Statshop, server: ImapServer
) -> None:
    called("new")
    before = len(server.sign_ins)
    status, said = statshop("poll")
    assert (status, len(server.sign_ins) - before) == (1, 0)
    assert 'write formerly = ["old"] below [mailboxes.new]' in said
    assert statshop("status")[1].startswith("STATSHOP CRITICAL - mailbox under another name: new")
    assert "FAIL mailbox new: Mail of the user and host" in statshop("doctor")[1]
    assert 'write formerly = ["old"]' in statshop("digest", "2011-03", "--mailbox", "new")[1]


def test_a_mailbox_goes_on_under_its_new_name(
    house: Path, called: Callable[..., None], statshop: Statshop, server: ImapServer
) -> None:
    called("old")
    assert "old: fetched 2, stored 2" in statshop("poll")[1]
    account = account_of(house)
    assert statshop("digest", "2011-03", "--issue", "--mailbox", "old")[0] == 0
    called("new", 'formerly = ["old"]')
    server.add(MAIL % 3)
    status, said = statshop("poll")
    assert (status, "new: fetched 1, stored 1, duplicates 0" in said) == (0, True)
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        assert account_of(house) == account
        assert queue(store, QueueFilter(account=account)).count == 3
        assert {run.account for run in runs(store, job="poll")} == {"new"}
        settings, then = load_settings(house / "config.toml"), datetime(2026, 4, 1, tzinfo=UTC)
        make_month(store, settings, house, "2011-03", now=then, issue=True, again=True, mailbox="new")
        assert [issue.number for issue in issues(store, "2011-03", account)] == [1, 2]
    files = house / "var" / "digests"
    assert [(files / "new" / "2011-03" / f"issue-{number}").is_dir() for number in (1, 2)] == [True, True]
    assert not (files / "old").exists()
    assert statshop("status")[1].count("poll new") == 2  # the last one and the next


def test_an_alert_that_stands_goes_on_under_the_new_name(read: None, house: Path, called: Callable[..., None]) -> None:
    with open_store(f"sqlite:///{house}/var/statshop.db") as store:
        before = [one.key for one in check_alerts(store, load_settings(house / "config.toml"), house, now=NOW)]
        called("new", 'formerly = ["old"]')
        after = [one.key for one in check_alerts(store, load_settings(house / "config.toml"), house, now=NOW)]
        assert before == [("no good run", "old"), ("ledger not counted", "old")]
        assert after == [(kind, "new") for kind, _ in before]
        assert [run.job for run in runs(store)].count("alerts") == 1  # the second look had no news


def test_a_job_handed_out_under_the_old_name_is_done(read: None, house: Path, called: Callable[..., None]) -> None:
    called("new", 'formerly = ["old"]')
    settings = load_settings(house / "config.toml")
    with open_store(f"sqlite:///{house}/var/statshop.db") as store, reader_shelf(settings, house) as readers:
        bench = Bench(store=store, settings=settings, house=house, readers=readers, stop=threading.Event())
        poll(bench, "old", anyway=True)
        assert queue(store, QueueFilter(account=account_of(house))).count == 2


def test_mail_of_another_host_is_not_taken_for_its_own(
    read: None, called: Callable[..., None], statshop: Statshop
) -> None:
    called("new", 'formerly = ["old"]', host="localhost")
    status, said = statshop("poll")
    assert (status, "under the name old is mail of another user or host than that of mailbox new" in said) == (1, True)
