"""The sample mailbox, served by the embedded server and read by a real IMAP client."""

import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from demo.mailbox import SAMPLES, prepare, samples
from demo.server import ServedMailbox, ServerNotStarted, serve


def signed_in(server: ServedMailbox) -> IMAPClient:
    client = IMAPClient(server.host, port=server.port, ssl=False, timeout=30)
    client.login(server.user, server.password)
    return client


def refuses_within(port: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "mailbox"
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[IMAPClient]:
    with serve(folder) as server:
        client = signed_in(server)
        client.select_folder("INBOX", readonly=True)
        yield client
        client.logout()


def test_index_names_every_file_once() -> None:
    indexed = Counter(sample.path.name for sample in samples())

    assert indexed == Counter(path.name for path in SAMPLES.glob("*.eml"))


def test_index_has_the_months_its_files_are_named_for() -> None:
    months = Counter(f"{sample.arrived.astimezone(ZoneInfo('Europe/London')):%Y-%m}" for sample in samples())

    assert all(sample.path.name.startswith(f"{sample.arrived:%Y-%m}-") for sample in samples())
    assert sorted(months) == ["2010-11", "2010-12", "2011-01", "2011-02"]
    assert min(months.values()) >= 20


def test_served_mailbox_gives_every_message_byte_for_byte(client: IMAPClient) -> None:
    rows = client.fetch(range(1, len(samples()) + 1), ["BODY.PEEK[]"])

    served = [rows[uid][b"BODY[]"] for uid in sorted(rows)]
    assert served == [sample.wire_bytes() for sample in samples()]


def test_served_mailbox_gives_arrival_dates_sizes_and_flags(client: IMAPClient) -> None:
    client.normalise_times = False
    rows = client.fetch(range(1, len(samples()) + 1), ["INTERNALDATE", "RFC822.SIZE", "FLAGS"])

    served = [
        (row[b"INTERNALDATE"].astimezone(UTC), row[b"RFC822.SIZE"], b"\\Seen" in row[b"FLAGS"])
        for _, row in sorted(rows.items())
    ]
    assert served == [(sample.arrived, len(sample.wire_bytes()), sample.seen) for sample in samples()]


def test_served_mailbox_finds_messages_by_uid_and_date(client: IMAPClient) -> None:
    last = len(samples())

    assert client.search(["UID", f"{last - 2}:*"]) == [last - 2, last - 1, last]
    assert len(client.search(["SINCE", "01-Feb-2011"])) == sum(s.arrived.month == 2 for s in samples())


def test_second_start_keeps_uids_and_another_password(tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    status = []
    passwords = set()
    for _ in range(2):
        prepare(folder)
        with serve(folder) as server, signed_in(server) as client:
            passwords.add(server.password)
            status.append(client.folder_status("INBOX", ["UIDVALIDITY", "UIDNEXT", "MESSAGES"]))

    assert status[0] == status[1]
    assert status[0][b"MESSAGES"] == len(samples())
    assert len(passwords) == 2


def test_server_refuses_a_wrong_password(folder: Path) -> None:
    with serve(folder) as server:
        client = IMAPClient(server.host, port=server.port, ssl=False, timeout=30)
        with pytest.raises(LoginError):
            client.login(server.user, "wrong")
        client.shutdown()


def test_server_is_gone_after_the_block(folder: Path) -> None:
    with serve(folder) as server:
        pass

    with pytest.raises(ConnectionRefusedError):
        IMAPClient(server.host, port=server.port, ssl=False, timeout=5)


def test_server_ends_when_its_parent_is_killed(folder: Path) -> None:
    program = "import pathlib, sys, time, demo.server as d\n"
    program += "with d.serve(pathlib.Path(sys.argv[1])) as s: print(s.port, flush=True); time.sleep(60)"
    project = SAMPLES.parents[1]
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        port = int(parent.stdout.readline())
        parent.kill()

    assert refuses_within(port, seconds=10)


def test_prepare_leaves_other_files_and_a_prepared_mailbox_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    prepare(tmp_path)
    first = {path: path.stat().st_ino for path in tmp_path.rglob("*") if path.is_file()}

    count = prepare(tmp_path)

    assert count == len(samples())
    assert {path: path.stat().st_ino for path in tmp_path.rglob("*") if path.is_file()} == first


def test_prepare_makes_a_half_made_mailbox_anew(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    (tmp_path / "cur" / "1.M1.statshop:2,").write_text("half a mess")

    prepare(tmp_path)

    assert len(list((tmp_path / "cur").iterdir())) == len(samples())


def test_serve_says_what_the_server_said_when_it_cannot_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.server.HOST", "no-such-host.invalid")
    monkeypatch.setattr("demo.server._free_port", lambda: 1)

    with pytest.raises(ServerNotStarted, match="did not start"), serve(folder):
        pass
