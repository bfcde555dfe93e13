"""The settings of one mailbox."""

import pytest

from pipeline.mail.mailbox import MailboxSettings, Security, is_loopback
from pipeline.mail.signin import Password, Secret


def settings(**fields) -> MailboxSettings:
    usual = {
        "name": "statshop",
        "host": "mail.example.org",
        "user": "statshop",
        "sign_in": Password(secret=Secret("x")),
    }
    return MailboxSettings(**(usual | fields))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"folders": ()}, "names no folder"),
        ({"read_timeout": 0}, "timeouts above 0"),
        ({"batch_messages": 0}, "of 1 or more"),
    ],
    ids=["folders", "timeout", "batch"],
)
def test_settings_that_cannot_work_are_refused(fields, says):
    with pytest.raises(ValueError, match=says):
        settings(**fields)


@pytest.mark.parametrize(
    ("fields", "port"),
    [({}, 993), ({"security": Security.STARTTLS}, 143), ({"port": 1143}, 1143)],
    ids=["tls", "starttls", "named"],
)
def test_the_usual_port_is_used_where_none_is_named(fields, port):
    assert settings(**fields).port_used == port


@pytest.mark.parametrize("changed", [{"user": "other"}, {"host": "other.example.org"}, {"name": "other"}])
def test_f10_another_user_host_or_name_is_another_account(changed):
    assert settings(**changed).account != settings().account


def test_the_account_keeps_its_name_readable_and_its_address_out():
    account = settings(user="statshop@communities.example.gov.uk").account
    assert account.startswith("statshop-")
    assert "@" not in account


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"])
def test_this_machine_is_local(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost.example.org", "mail.example.org", "0.0.0.0"])
def test_other_machines_are_not(host):
    assert not is_loopback(host)
