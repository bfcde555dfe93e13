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
    assert statshop("ledger", "--day", "yesterday").returncode == 2


def test_a_mailbox_that_cannot_be_counted_is_named(statshop: Callable[..., Ran], server: ImapServer) -> None:
    statshop("upgrade")
    server.close()
    said = statshop("ledger", "--reconcile")
    assert said.returncode == 1
    assert "box: The mail server 127.0.0.1 cannot be reached" in said.stderr
