"""Signing in: passwords, tokens by command, Microsoft 365, and their refusals (FIELD F30, F31)."""

import sys

import pytest
from fakes.certificates import Authority
from fakes.entra import running_entra

from pipeline.mail.errors import (
    ConnectionLost,
    MailboxUnreachable,
    SecretMissing,
    SignInRefused,
    Throttled,
    TokenUnavailable,
)
from pipeline.mail.signin import Microsoft365, Password, Secret, TokenCommand

MAILBOX = "statshop@communities.example.gov.uk"


def printing(text):
    return TokenCommand(command=(sys.executable, "-c", f"print({text!r})"))


@pytest.fixture
def entra(tmp_path, monkeypatch):
    pytest.importorskip("msal", reason="the extra 'm365' is not installed")
    authority = Authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.ca_file))
    with running_entra(authority.server_context()) as running:
        yield running


@pytest.fixture
def application(entra):
    def made(**fields):
        usual = {
            "tenant": "11111111-2222-3333-4444-555555555555",
            "client_id": "app",
            "client_secret": Secret("client-secret"),
            "authority": entra.url,
        }
        return Microsoft365(**(usual | fields))

    return made


def test_f30_a_refused_password_stops_at_once_with_the_servers_words(start, open_mailbox):
    server = start(login_answer="NO [AUTHENTICATIONFAILED] Invalid credentials")
    with pytest.raises(SignInRefused, match="Invalid credentials") as caught, open_mailbox(server):
        pass
    assert not caught.value.retryable
    assert len(server.sign_ins) == 1
    assert server.connections_made == 1


def test_f30_a_throttled_sign_in_is_no_refusal(start, open_mailbox):
    server = start(login_answer="NO Request is throttled. Suggested Backoff Time: 5000 milliseconds")
    with pytest.raises(Throttled), open_mailbox(server):
        pass


@pytest.mark.parametrize("answer", ["* BYE overloaded", "* BYE"])
def test_f30_a_connection_that_ends_during_the_sign_in_is_no_refusal(start, open_mailbox, answer):
    server = start(answers={"LOGIN": [answer]})
    with pytest.raises(ConnectionLost) as lost, open_mailbox(server):
        pass
    assert lost.value.retryable


@pytest.mark.parametrize(
    ("way", "variable"),
    [
        (Password(secret=Secret("")), "__PASSWORD_FILE"),
        (Microsoft365(tenant="t", client_id="c", client_secret=Secret("")), "__MICROSOFT365__CLIENT_SECRET_FILE"),
    ],
    ids=["password", "client secret"],
)
def test_without_a_secret_no_server_is_asked(start, open_mailbox, way, variable):
    server = start()
    with pytest.raises(SecretMissing, match=variable), open_mailbox(server, sign_in=way):
        pass
    assert server.connections_made == 0


def test_a_user_name_that_is_no_atom_is_quoted(start, open_mailbox):
    server = start()
    with open_mailbox(server, user='DEPT\\a "b" c'):
        pass
    assert server.sign_ins == ['LOGIN "DEPT\\\\a \\"b\\" c" "secret"']


@pytest.mark.parametrize("habit", [{}, {"capabilities": "IMAP4rev1 LOGINDISABLED AUTH=PLAIN"}], ids=["LOGIN", "PLAIN"])
def test_a_password_with_letters_beyond_ascii_goes_by_plain(start, open_mailbox, habit):
    server = start(**habit)
    with open_mailbox(server, sign_in=Password(secret=Secret("pässwörd"))):
        pass
    assert server.sign_ins == ["\0statshop\0pässwörd"]


def test_a_server_with_no_way_in_is_a_refusal(start, open_mailbox):
    server = start(capabilities="IMAP4rev1 LOGINDISABLED")
    with pytest.raises(SignInRefused, match="neither LOGIN nor AUTH=PLAIN"), open_mailbox(server):
        pass


def test_a_printed_token_signs_in(start, open_mailbox):
    server = start(token="from-a-command")
    with open_mailbox(server, user=MAILBOX, sign_in=printing("from-a-command")):
        pass
    assert server.sign_ins == [f"user={MAILBOX}\1auth=Bearer from-a-command\1\1"]


def test_a_refused_token_is_answered_as_the_protocol_asks_and_carries_the_status(start, open_mailbox):
    server = start()
    with pytest.raises(SignInRefused, match=r"AUTHENTICATE failed\. \(status 401\)") as caught:
        open_mailbox(server, sign_in=printing("stale")).__enter__()
    assert server.sign_ins[1:] == ["answered the challenge with ''"]
    assert "stale" not in str(caught.value)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("/no/such/command",), "cannot be run"),
        ((sys.executable, "-c", "import sys; sys.exit('vault is sealed')"), 'status 1 and said "vault is sealed"'),
        ((sys.executable, "-c", "pass"), "printed nothing"),
        ((sys.executable, "-c", "print('Token: abc')"), "printed something else"),
        ((sys.executable, "-c", "print('a\\nb')"), "printed something else"),
        ((sys.executable, "-c", "print('\\xe9')"), "printed something else"),
        ((sys.executable, "-c", "print('a' * 20_000)"), "too many for a token"),
    ],
    ids=["missing", "fails", "silent", "words", "two lines", "not ASCII", "endless"],
)
def test_a_token_command_that_gives_none_is_one_sentence(start, open_mailbox, command, says):
    server = start()
    with pytest.raises(TokenUnavailable, match=says) as caught:
        open_mailbox(server, sign_in=TokenCommand(command=command)).__enter__()
    assert "abc" not in str(caught.value)
    assert server.sign_ins == []


def test_a_token_command_that_hangs_is_ended(start, open_mailbox):
    command = (sys.executable, "-c", "import time; time.sleep(60)")
    with pytest.raises(TokenUnavailable, match="none within"):
        open_mailbox(start(), sign_in=TokenCommand(command=command, seconds=0.2)).__enter__()


def test_microsoft_365_signs_in_as_an_application(start, open_mailbox, entra, application):
    server = start(capabilities="IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT IDLE")
    with open_mailbox(server, user=MAILBOX, sign_in=application()):
        pass
    assert server.sign_ins == [f"user={MAILBOX}\1auth=Bearer good\1\1"]
    assert entra.asked[0]["grant_type"] == "client_credentials"
    assert entra.asked[0]["scope"] == "https://outlook.office365.com/.default"


def test_f31_a_token_that_ends_in_mid_run_is_renewed(start, open_mailbox, entra, application):
    entra.tokens, entra.lifetime = ["first", "second"], 0
    server = start(token="first")
    server.add()
    server.add()
    with open_mailbox(server, sign_in=application(), batch_messages=1) as mailbox:
        mails = mailbox.fetch(mailbox.examine("INBOX"), (1, 2))
        next(mails)
        server.habits.token = "second"
        server.habits.answers["FETCH"] = ["* BYE Session invalidated - AccessTokenExpired"]
        assert next(mails).uid == 2


def test_f31_a_token_withdrawn_before_its_time_is_renewed_once(start, open_mailbox, entra, application):
    entra.tokens = ["withdrawn", "good"]
    server = start()
    with open_mailbox(server, sign_in=application()) as mailbox:
        mailbox.examine("INBOX")
    assert len(entra.asked) == 2


def test_f31_a_refused_renewal_is_one_clear_message(start, open_mailbox, application):
    sign_in = application(client_secret=Secret("expired-secret"))
    with pytest.raises(TokenUnavailable, match="AADSTS7000215: Invalid client secret provided") as caught:
        open_mailbox(start(), sign_in=sign_in).__enter__()
    assert "Trace ID" not in str(caught.value)
    assert "expired-secret" not in str(caught.value)


def test_a_tenant_that_is_not_known_is_one_clear_message(start, open_mailbox, application):
    with pytest.raises(TokenUnavailable, match="knows no tenant 'no-such-tenant'"):
        open_mailbox(start(), sign_in=application(tenant="no-such-tenant")).__enter__()


def test_a_token_endpoint_that_does_not_answer_is_worth_another_try(start, open_mailbox, application):
    with pytest.raises(MailboxUnreachable) as caught:
        open_mailbox(start(), sign_in=application(authority="https://localhost:1")).__enter__()
    assert caught.value.retryable


def test_secrets_reach_no_repr(settings_for, start):
    settings = settings_for(start(), sign_in=Password(secret=Secret("hunter2")))
    assert "hunter2" not in f"{settings!r} {settings} {settings.sign_in.secret}"
