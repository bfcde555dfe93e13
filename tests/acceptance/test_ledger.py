"""`statshop ledger` and `statshop set-aside` as their user runs them, on a server on this machine."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.imap_server import ImapServer

from pipeline.mail.mailbox import MailboxSettings
from pipeline.mail.signin import Password, Secret
from storage.engine import open_store
from storage.messages import advance
from storage.records import FolderState

STATSHOP = "pipeline.commands.main"
Ran = subprocess.CompletedProcess[str]
ACCOUNT = MailboxSettings(name="box", host="127.0.0.1", user="u", sign_in=Password(secret=Secret(value="p"))).account


@pytest.fixture
def server() -> Iterator[ImapServer]:
    """Serve three messages."""
    serving = ImapServer()
    for number in (1, 2, 3):
        serving.add(f"From: ann@example.org\r\nSubject: Question {number}\r\n\r\nHow many? {number}\r\n".encode())
    yield serving
    serving.close()


@pytest.fixture
def statshop(tmp_path: Path, server: ImapServer, run_in: Callable[..., Ran]) -> Callable[..., Ran]:
    """Run `statshop` in a folder whose settings name the server."""
    (tmp_path / "config.toml").write_text(
        f'[mailboxes.box]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "u"\nsecurity = "plain"\n'
        "max_message_megabytes = 1\n"
    )
    return lambda *words: run_in(tmp_path, STATSHOP, *words, STATSHOP_MAILBOXES__BOX__PASSWORD="p")


def test_the_ledger_finds_names_and_fetches_what_the_polls_missed(statshop: Callable[..., Ran], tmp_path: Path) -> None:
    statshop("upgrade")
    with open_store(f"sqlite:///{tmp_path}/var/statshop.db") as store:
        advance(store, FolderState(account=ACCOUNT, folder="INBOX", uidvalidity=7, last_uid=2))
    assert "stored 1" in statshop("poll").stdout
    said = statshop("ledger", "--reconcile")
    assert said.returncode == 0, said.stderr
    assert "box INBOX: 3 on the server = stored 3. Everything adds up." in said.stdout
    assert "2 missed by the polls and fetched by the count: UID 1:2" in said.stdout
    (row,) = json.loads(statshop("ledger", "--json").stdout)
    assert (row["mailbox"], row["counts"]["stored"], row["uids"]["found"]) == ("box", 3, "1:2")


def test_a_day_that_nobody_counted_is_said_to_be_one(statshop: Callable[..., Ran]) -> None:
    statshop("upgrade")
    said = statshop("ledger", "--day", "2011-03-14")
    assert (said.returncode, "Nothing was counted on 14 March 2011" in said.stdout) == (0, True)
    wrong = statshop("ledger", "--day", "2011-02-30")
    assert (wrong.returncode, "2011-02-30 is no day; write it as 2011-03-14" in wrong.stderr) == (2, True)


def test_a_mailbox_that_cannot_be_counted_is_named(statshop: Callable[..., Ran], server: ImapServer) -> None:
    statshop("upgrade")
    server.close()
    said = statshop("ledger", "--reconcile")
    assert said.returncode == 1
    assert "box: The mail server 127.0.0.1 cannot be reached" in said.stderr


def test_f59_a_message_that_was_too_large_is_fetched_when_a_person_asks(
    statshop: Callable[..., Ran], server: ImapServer
) -> None:
    server.add(b"From: bob@example.org\r\nSubject: Large\r\n\r\n" + b"How many volunteers? " * 60_000 + b"\r\n")
    assert "too large 1" in statshop("poll").stdout
    assert "more than the settings allow" in statshop("set-aside", "list").stdout
    shown = statshop("set-aside", "show", "1")
    assert (shown.stdout, "set-aside retry 1 fetches them" in shown.stderr) == ("", True)
    assert "has to be fetched first" in statshop("set-aside", "release", "1").stderr
    said = statshop("set-aside", "retry", "1")
    assert (said.returncode, said.stdout) == (0, "1: It could be read: it is message 4 now.\n")
    assert "Nothing is set aside" in statshop("set-aside", "list").stdout
    assert "now message 4" in statshop("set-aside", "list", "--all").stdout


def test_a_message_that_is_gone_and_one_that_there_never_was_are_named(
    statshop: Callable[..., Ran], server: ImapServer
) -> None:
    uid = server.add(b"Subject: Large\r\n\r\n" + b"x" * 1_100_000)
    statshop("poll")
    server.expunge(uid)
    said = statshop("set-aside", "retry", "1", "77", "--charset", "windows-1252")
    assert said.returncode == 1
    assert "Message 4 of folder 'INBOX' cannot be fetched: it is no longer on the server." in said.stderr
    assert "77: Nothing set aside has the number 77." in said.stderr
    assert "There is no charset 'klingon'" in statshop("set-aside", "retry", "1", "--charset", "klingon").stderr


def test_a_message_that_cannot_be_read_is_filed_by_hand(statshop: Callable[..., Ran], server: ImapServer) -> None:
    deep = b"".join(b"Content-Type: message/rfc822\r\n\r\n" for _ in range(100))
    server.add(b"From: Bob Example <bob@example.org>\r\nSubject: Deep\r\n" + deep)
    assert "set aside 1" in statshop("poll").stdout
    assert statshop("set-aside", "retry", "--all").returncode == 1
    assert statshop("set-aside", "show", "1").stdout.startswith("From: Bob Example")
    assert "it is message 4 now, and needs a person" in statshop("set-aside", "release", "1").stdout
    rows = [json.loads(line) for line in statshop("export", "--jsonl").stdout.splitlines()]
    (filed,) = [row for row in rows if row.get("subject") == "Deep"]
    assert (filed["sender_address"], filed["tags"]) == ("bob@example.org", [])
    assert "filed by hand" in filed["verdict"]["reasons"][0]
    assert "Everything adds up" in statshop("ledger", "--reconcile").stdout
    assert statshop("retag").returncode == 0
