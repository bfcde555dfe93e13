"""Servers to try the mailbox on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fakes.dovecot import Dovecot, running_dovecot
from fakes.imap_server import Habits, ImapServer
from fakes.mailbox import FakeMailbox

from pipeline.mail.imap import ImapMailbox
from pipeline.mail.mailbox import MailboxSettings, Security
from pipeline.mail.signin import Password, Secret

SettingsFor = Callable[..., MailboxSettings]


@pytest.fixture
def start() -> Iterator[Callable[..., ImapServer]]:
    """Start servers with the habits given; all are closed at the end."""
    servers: list[ImapServer] = []

    def started(tls: Any = None, **habits: Any) -> ImapServer:
        servers.append(ImapServer(Habits(**habits), tls))
        return servers[-1]

    yield started
    for server in servers:
        server.close()


@pytest.fixture
def settings_for() -> SettingsFor:
    """Make settings for a server on loopback, with short timeouts."""

    def settings(server: Any, **fields: Any) -> MailboxSettings:
        usual: dict[str, Any] = {
            "name": "statshop",
            "host": "127.0.0.1",
            "port": server.port,
            "user": "statshop",
            "sign_in": Password(secret=Secret("secret")),
            "security": Security.PLAIN,
            "connect_timeout": 5.0,
            "read_timeout": 5.0,
        }
        return MailboxSettings(**(usual | fields))

    return settings


@pytest.fixture
def open_mailbox(settings_for: SettingsFor) -> Callable[..., ImapMailbox]:
    """Make a mailbox over a server on loopback that does not wait between reconnections."""

    def opened(server: Any, **fields: Any) -> ImapMailbox:
        return ImapMailbox(settings_for(server, **fields), pause=lambda seconds: None)

    return opened


@dataclass(frozen=True)
class Served:
    """A mailbox under test: how to put mail in and take it out from outside, and how to open it."""

    add: Callable[[bytes], Any]
    expunge: Callable[[int], None]
    opened: Callable[..., Any]


@pytest.fixture
def fake_server() -> Served:
    """The fake in memory."""
    fake = FakeMailbox()

    def opened(**fields: Any) -> FakeMailbox:
        if "after_store" in fields:
            fake.mark_by(fields["after_store"], fields.get("after_store_argument", ""))
        return fake

    return Served(fake.add, fake.expunge, opened)


@pytest.fixture
def small_server(start: Any, open_mailbox: Any) -> Served:
    """The small server of the fault tests, well behaved."""
    server = start()
    return Served(lambda raw: server.add(raw=raw), server.expunge, lambda **fields: open_mailbox(server, **fields))


@pytest.fixture
def pymap_server(tmp_path: Path) -> Iterator[Served]:
    """The embedded server of the demo."""
    pytest.importorskip("pymap", reason="pymap is not installed")
    from demo.server import serve

    box = tmp_path / "Maildir"
    for name in ("cur", "new", "tmp"):
        (box / name).mkdir(parents=True)
    with serve(box) as served:
        usual = {
            "name": "demo",
            "host": served.host,
            "port": served.port,
            "user": served.user,
            "sign_in": Password(secret=Secret(served.password)),
            "security": Security.PLAIN,
        }

        def opened(**fields: Any) -> ImapMailbox:
            return ImapMailbox(MailboxSettings(**(usual | fields)))

        yield Served(_delivering(box), lambda uid: _expunge(opened(), uid), opened)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real Dovecot, for all tests."""
    with running_dovecot() as server:
        yield server


@pytest.fixture
def dovecot_server(dovecot: Dovecot, open_mailbox: Any) -> Served:
    """A user of its own on the real Dovecot."""
    user = dovecot.new_user()

    def opened(**fields: Any) -> ImapMailbox:
        mailbox: ImapMailbox = open_mailbox(dovecot, **({"user": user} | fields))
        return mailbox

    return Served(lambda raw: dovecot.deliver(user, raw), lambda uid: _expunge(opened(), uid), opened)


@pytest.fixture(
    params=["fake_server", "small_server", "pymap_server", pytest.param("dovecot_server", marks=pytest.mark.dovecot)]
)
def served(request: pytest.FixtureRequest) -> Served:
    """Each server in turn."""
    found: Served = request.getfixturevalue(request.param)
    return found


def _expunge(mailbox: ImapMailbox, uid: int) -> None:
    """Remove a message over a connection of its own, as somebody else's mail program does."""
    with mailbox:
        connection = mailbox._connected()
        connection.open_folder("INBOX", read_only=False)
        connection.command("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)")
        connection.client.expunge()


def _delivering(maildir: Path) -> Callable[[bytes], None]:
    numbers = count(1)

    def deliver(raw: bytes) -> None:
        (maildir / "cur" / f"{1_300_000_000 + next(numbers)}.M1P1.host:2,").write_bytes(raw)

    return deliver
