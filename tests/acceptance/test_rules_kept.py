"""A bad edit of rules of one's own never replaces those that work: mail goes on being stored and tagged."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.imap_server import ImapServer

HOUSE = Path(__file__).parents[2]
STATSHOP = "pipeline.commands.main"
Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def server() -> Iterator[ImapServer]:
    """Serve a mailbox."""
    serving = ImapServer()
    yield serving
    serving.close()


def ask(server: ImapServer, number: int) -> None:
    server.add(f"From: ann@example.org\r\nSubject: The volunteering report {number}\r\n\r\nMay I?\r\n".encode())


def test_mail_goes_on_being_tagged_by_the_last_rules_that_worked(
    server: ImapServer, tmp_path: Path, run_in: Callable[..., Ran]
) -> None:
    shutil.copytree(HOUSE / "classifiers/rules", tmp_path / "rules")
    (tmp_path / "config.toml").write_text(
        '[rules]\nfolder = "rules"\n'
        f'[mailboxes.box]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "u"\nsecurity = "plain"\n'
    )

    def statshop(*words: str) -> Ran:
        return run_in(tmp_path, STATSHOP, *words, STATSHOP_MAILBOXES__BOX__PASSWORD="p")

    ask(server, 1)
    assert "stored 1" in statshop("poll").stdout
    (tmp_path / "rules/products.toml").write_text('dimension = "product"\n[[rule]]\nid = "x"\nphrase = ["y"]\n')
    ask(server, 2)
    said = statshop("poll")
    assert (said.returncode, "stored 1" in said.stdout) == (0, True), said.stderr
    assert "the rules have a mistake, so version" in said.stderr
    assert "products.toml:4" in said.stderr
    assert '"volunteering"' in statshop("export").stdout.splitlines()[1]
    assert "rules with mistakes" in statshop("status").stdout
    assert statshop("doctor").returncode == 1


def test_nothing_is_written_where_the_settings_and_the_rules_lie(tmp_path: Path, run_in: Callable[..., Ran]) -> None:
    house, state = tmp_path / "etc", tmp_path / "state"
    shutil.copytree(HOUSE / "classifiers/rules", house / "rules")
    (house / "config.toml").write_text(
        f'[storage]\nurl = "sqlite:///{state}/statshop.db"\n[digests]\nfolder = "{state}/digests"\n'
        '[rules]\nfolder = "rules"\n'
    )
    (tmp_path / "mail.eml").write_bytes(b"From: ann@example.org\r\nSubject: Volunteering\r\n\r\nMay I?\r\n")
    said = run_in(house, STATSHOP, "import", str(tmp_path / "mail.eml"))
    assert "stored 1" in said.stdout, said.stderr
    assert sorted(path.name for path in house.iterdir()) == ["config.toml", "rules"]
