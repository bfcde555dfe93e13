"""Connections are encrypted and certificates verified, or nothing is sent."""

import ssl

import pytest
from fakes.certificates import Authority
from fakes.imap_server import CAPABILITIES

from pipeline.mail.errors import CaFileUnreadable, CertificateRefused, MailboxUnreachable, PlaintextRefused
from pipeline.mail.imap import ImapMailbox
from pipeline.mail.mailbox import Security

STARTTLS = {"capabilities": f"{CAPABILITIES} STARTTLS"}


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.mark.parametrize(
    ("security", "habits"), [(Security.TLS, {}), (Security.STARTTLS, STARTTLS)], ids=["tls", "starttls"]
)
def test_a_private_authority_named_by_ca_file_is_trusted(start, open_mailbox, authority, security, habits):
    server = start(tls=authority.server_context(), **habits)
    server.add()
    with open_mailbox(server, host="localhost", security=security, ca_file=authority.ca_file) as mailbox:
        assert isinstance(mailbox._connection.client.socket(), ssl.SSLSocket)
        assert mailbox.uids(mailbox.examine("INBOX"), after=0) == (1,)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"days": (-3, -1)}, "it has expired"),
        ({"days": (1, 2)}, "it is not valid yet"),
        ({"host": "mail.example.org"}, "it was made for another host name"),
    ],
    ids=["expired", "not yet valid", "wrong host"],
)
@pytest.mark.parametrize(
    ("security", "habits"), [(Security.TLS, {}), (Security.STARTTLS, STARTTLS)], ids=["tls", "starttls"]
)
def test_a_bad_certificate_is_refused_in_one_sentence(start, open_mailbox, authority, security, habits, fields, reason):
    server = start(tls=authority.server_context(**fields), **habits)
    mailbox = open_mailbox(server, host="localhost", security=security, ca_file=authority.ca_file)
    with pytest.raises(CertificateRefused, match=reason) as caught, mailbox:
        pass
    assert not caught.value.retryable
    assert server.sign_ins == []


def test_an_unknown_authority_is_refused(start, open_mailbox, authority):
    server = start(tls=authority.server_context())
    with pytest.raises(CertificateRefused, match="authority that this machine does not know"):
        open_mailbox(server, host="localhost", security=Security.TLS).__enter__()


def test_a_server_without_starttls_gets_no_password(start, open_mailbox):
    server = start()
    with pytest.raises(PlaintextRefused, match="does not offer STARTTLS"):
        open_mailbox(server, security=Security.STARTTLS).__enter__()
    assert server.sign_ins == []


def test_plain_text_goes_to_this_machine_only(settings_for, start):
    with pytest.raises(PlaintextRefused, match="another machine"):
        ImapMailbox(settings_for(start(), host="mail.example.org")).__enter__()


def test_a_server_that_speaks_no_tls_is_unreachable_by_it(start, open_mailbox):
    with pytest.raises(MailboxUnreachable, match="does not speak TLS"):
        open_mailbox(start(), security=Security.TLS).__enter__()


@pytest.mark.parametrize("content", [None, b"", b"no certificate"], ids=["missing", "empty", "rubbish"])
def test_a_ca_file_that_is_none_is_one_sentence(start, open_mailbox, tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CaFileUnreadable, match=r"ca\.pem cannot be used"):
        open_mailbox(start(), security=Security.TLS, ca_file=path).__enter__()


def test_a_host_that_is_not_known_is_unreachable(settings_for, start):
    settings = settings_for(start(), host="no-such-host.invalid", security=Security.TLS)
    with pytest.raises(MailboxUnreachable, match="no such host is known"):
        ImapMailbox(settings).__enter__()


def test_a_port_where_nothing_listens_is_unreachable(open_mailbox, start):
    server = start()
    server.close()
    with pytest.raises(MailboxUnreachable, match="Connection refused"):
        open_mailbox(server).__enter__()
