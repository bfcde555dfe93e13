"""What a poll warns of: kept in its run, told by `status` and, where it stays, by an alert; found by `doctor`."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.imap_server import Habits, ImapServer

from pipeline.commands.job_functions import Bench, poll, reader_shelf
from pipeline.config import load_settings
from storage.engine import open_store

Statshop = Callable[..., tuple[int, str]]
NOWHERE = 'after_store = "move"\nafter_store_argument = "Nowhere"\n'
KEYWORD = 'after_store = "keyword"\nafter_store_argument = "StatShop"\n'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    """Serve a message, from a server that keeps no keywords."""
    monkeypatch.setenv("STATSHOP_MAILBOXES__BOX__PASSWORD", "secret")
    serving = ImapServer(Habits(folders=('() "/" INBOX', '() "/" Done'), keeps_keywords=False))
    serving.add(raw=b"From: a@example.org\r\nSubject: Figures\r\n\r\nPlease send figures.\r\n")
    yield serving
    serving.close()


def configure(house: Path, server: ImapServer, more: str) -> None:
    table = f'[mailboxes.box]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "u"\nsecurity = "plain"\nwrite = true\n'
    (house / "config.toml").write_text(f"[reading]\nworkers = 1\n{table}{more}")


@pytest.mark.parametrize(
    ("more", "why"), [(NOWHERE, "no folder 'Nowhere'"), (KEYWORD, "keeps no keywords")], ids=["move", "keyword"]
)
def test_what_cannot_be_marked_is_told_to_who_reads_no_terminal(
    statshop: Statshop, house: Path, server: ImapServer, more: str, why: str
) -> None:
    configure(house, server, more)
    for _ in range(2):
        assert statshop("poll")[0] == 0
    status, said = statshop("status")
    assert (status, why in said) == (0, True)
    statshop("poll")
    status, said = statshop("status", "--json")
    (wrong,) = json.loads(said)["wrong"]
    assert (status, wrong["kind"], why in wrong["words"]) == (1, "polls with a warning", True)
    assert why in statshop("alerts")[1]


def test_it_is_over_once_it_can_be_marked(statshop: Statshop, house: Path, server: ImapServer) -> None:
    configure(house, server, NOWHERE)
    for _ in range(3):
        statshop("poll")
    configure(house, server, NOWHERE.replace("Nowhere", "Done"))
    statshop("poll")
    status, said = statshop("status", "--json")
    assert (status, json.loads(said)["wrong"], len(server.other)) == (0, [], 1)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (NOWHERE, "FAIL mailbox box: The mailbox has no folder 'Nowhere'. It has: Done, INBOX."),
        (KEYWORD, "FAIL mailbox box: Stored mail of folder 'INBOX' is not marked or moved"),
        (NOWHERE.replace("Nowhere", "Done"), "ok   mailbox box: signed in; INBOX holds 1"),
        ('after_store = "flag"\n', "ok   mailbox box: signed in; INBOX holds 1"),
        ("since = 2999-01-01\n", "FAIL mailbox box: The setting since of mailbox 'box' is 1 January 2999"),
    ],
    ids=["missing folder", "no keywords", "move", "flag", "a day to come"],
)
def test_doctor_says_beforehand_whether_it_can_be_done(
    statshop: Statshop, house: Path, server: ImapServer, more: str, says: str
) -> None:
    configure(house, server, more)
    assert says in statshop("doctor")[1]
    assert (server.mails[0].flags, server.other) == (set(), [])


def test_the_schedule_logs_it(
    statshop: Statshop, house: Path, server: ImapServer, caplog: pytest.LogCaptureFixture
) -> None:
    configure(house, server, NOWHERE)
    statshop("upgrade")
    settings = load_settings(house / "config.toml")
    with open_store(f"sqlite:///{house}/var/statshop.db") as store, reader_shelf(settings, house) as readers:
        bench = Bench(store=store, settings=settings, house=house, readers=readers, stop=threading.Event())
        with caplog.at_level(logging.WARNING):
            poll(bench, "box", anyway=False)
    assert "poll box: Stored mail of folder 'INBOX' is not marked or moved" in caplog.text
