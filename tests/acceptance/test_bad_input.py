"""Bad input of any kind: one clear sentence with what to do, a non-zero exit, no traceback, nothing lost."""

import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.mailbox import prepare
from demo.server import ServedMailbox, serve

Ran = subprocess.CompletedProcess[str]
HOUSE = Path(__file__).parents[2]
STATSHOP = "pipeline.commands.main"
PREFIX = "STATSHOP_MAILBOXES__BOX__"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedMailbox]:
    """Serve the sample mailbox."""
    folder = tmp_path_factory.mktemp("mailbox")
    prepare(folder)
    with serve(folder) as mailbox:
        yield mailbox


@pytest.fixture
def statshop(tmp_path: Path, run_in: Callable[..., Ran]) -> Callable[..., Ran]:
    """Run a command in a folder with an empty config.toml; variables of the mailbox by name."""
    (tmp_path / "config.toml").touch()

    def ran(*words: str, **variables: str) -> Ran:
        return run_in(tmp_path, STATSHOP, *words, **{PREFIX + name: text for name, text in variables.items()})

    return ran


def mailbox(served: ServedMailbox, **changes: str) -> dict[str, str]:
    usual = {"HOST": served.host, "PORT": str(served.port), "USER": served.user, "PASSWORD": served.password}
    return {**usual, "SECURITY": "plain", "CONNECT_TIMEOUT": "3", **changes}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fails_in_words(said: Ran, *words: str) -> None:
    assert said.returncode == 1, said.stdout + said.stderr
    assert "Traceback" not in said.stderr
    for word in words:
        assert word in said.stderr + said.stdout


def test_a_wrong_password_gives_the_servers_words(statshop: Callable[..., Ran], served: ServedMailbox) -> None:
    said = statshop("poll", **mailbox(served, PASSWORD="wrong"))
    fails_in_words(said, "refused the sign-in", "Check the user and the password")
    assert "wrong" not in said.stderr.replace("wrong password", "")


def test_a_host_that_is_not_there_is_named(statshop: Callable[..., Ran], served: ServedMailbox) -> None:
    said = statshop("poll", **mailbox(served, PORT=str(free_port())))
    fails_in_words(said, "cannot be reached", "Check host, port and security")


def test_a_wrong_folder_lists_those_that_exist(statshop: Callable[..., Ran], served: ServedMailbox) -> None:
    said = statshop("poll", **mailbox(served, FOLDERS="Post"))
    fails_in_words(said, "no folder 'Post'", "INBOX")


def test_plain_text_to_another_machine_is_refused(statshop: Callable[..., Ran], served: ServedMailbox) -> None:
    said = statshop("poll", **mailbox(served, HOST="imap.example.org"))
    fails_in_words(said, "without encryption", 'security = "tls"')


def test_a_server_that_does_not_speak_tls_is_refused(statshop: Callable[..., Ran], served: ServedMailbox) -> None:
    fails_in_words(statshop("poll", **mailbox(served, SECURITY="tls")), served.host)


def test_doctor_checks_each_thing_on_a_line(statshop: Callable[..., Ran], served: ServedMailbox) -> None:
    statshop("upgrade")
    said = statshop("doctor", **mailbox(served))
    assert said.returncode == 0, said.stdout
    assert all(line.startswith("ok ") for line in said.stdout.splitlines())
    names = [line.removeprefix("ok ").split(":")[0].strip() for line in said.stdout.splitlines()]
    assert len(set(names)) == len(names)
    assert {"settings", "rules", "database", "disk", "digests", "mailbox box", "clock"} <= set(names)


def test_doctor_names_what_fails_and_goes_on(
    statshop: Callable[..., Ran], served: ServedMailbox, tmp_path: Path
) -> None:
    said = statshop("doctor", **mailbox(served, FOLDERS="Post"))
    fails_in_words(said, "ok   database: new", "FAIL mailbox box", "INBOX", "ok   clock")
    statshop("upgrade")
    with sqlite3.connect(tmp_path / "var/statshop.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0003'")
    said = statshop("doctor", **mailbox(served, FOLDERS="Post"))
    fails_in_words(said, "FAIL database", "statshop upgrade", "FAIL mailbox box", "ok   clock")


def test_three_mistakes_come_in_one_report(statshop: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[page]\nport = "x"\ncolour = 1\n[reading]\nworkers = 0\n')
    fails_in_words(statshop("poll"), "3 mistakes", "line 2", "line 3", "line 5")


def test_rules_that_cannot_be_read_are_named_with_their_line(statshop: Callable[..., Ran], tmp_path: Path) -> None:
    shutil.copytree(HOUSE / "classifiers/rules", tmp_path / "rules")
    (tmp_path / "rules/products.toml").write_text('dimension = "product"\n[[rule]]\nid = "x"\nphrase = ["y"]\n')
    (tmp_path / "config.toml").write_text('[rules]\nfolder = "rules"\n')
    (tmp_path / "a.eml").write_text("Subject: x\n\ny\n")
    for words in (["rules", "check"], ["classify", "a.eml"]):
        fails_in_words(statshop(*words), "products.toml", "4")


def test_a_database_of_a_newer_version_is_left_alone(statshop: Callable[..., Ran], tmp_path: Path) -> None:
    statshop("upgrade")
    with sqlite3.connect(tmp_path / "var/statshop.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'ffff'")
        database.execute("UPDATE fact SET value = 'ffff' WHERE name = 'oldest program'")
    fails_in_words(statshop("export"), "newer")


def test_no_database_says_how_to_make_one(statshop: Callable[..., Ran]) -> None:
    fails_in_words(statshop("export"), "statshop upgrade")


def test_a_file_that_is_not_there_is_named(statshop: Callable[..., Ran]) -> None:
    fails_in_words(statshop("classify", "gone.eml"), "gone.eml", "is not there")


def test_a_folder_without_labels_is_named(statshop: Callable[..., Ran], tmp_path: Path) -> None:
    fails_in_words(statshop("evaluate", str(tmp_path)), "labels.jsonl")


def test_a_label_that_is_none_is_named_with_its_line(statshop: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text('{"file": "a.eml"}\n')
    fails_in_words(statshop("evaluate", str(tmp_path)), "labels.jsonl, line 1")


def test_an_archive_that_is_none_is_refused(statshop: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    fails_in_words(statshop("import", str(tmp_path / "picture.png")), "is not an archive")


def test_a_port_that_is_taken_is_named(
    statshop: Callable[..., Ran], run_in: Callable[..., Ran], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = run_in(tmp_path, STATSHOP, "serve", STATSHOP_PAGE__PORT=port)
    fails_in_words(said, port, "page.port")


def test_a_password_that_is_too_short_is_refused(statshop: Callable[..., Ran]) -> None:
    statshop("upgrade")
    fails_in_words(statshop("user", "add", "jane"), "Nobody was added", "at least 10 characters")


def test_a_name_of_blanks_is_refused(statshop: Callable[..., Ran]) -> None:
    statshop("upgrade")
    fails_in_words(statshop("user", "add", "  ", "--make-password"), "Nobody was added", "Enter a name")


def test_doctor_looks_at_the_disk_that_holds_the_database(statshop: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[alerts]\ndisk_free_megabytes = 1000000000\n")
    fails_in_words(statshop("doctor"), "FAIL disk", str(tmp_path))


def test_debug_shows_where_an_error_arose(statshop: Callable[..., Ran]) -> None:
    assert "Traceback" in statshop("--debug", "export").stderr


def test_a_poll_without_a_mailbox_says_what_to_do(statshop: Callable[..., Ran]) -> None:
    fails_in_words(statshop("poll"), "name no mailbox", "./run demo")
