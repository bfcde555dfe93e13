"""Servers to try the mailbox on."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fakes.imap_server import Habits, ImapServer

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
