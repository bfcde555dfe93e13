"""A signed-in connection: a password or a token given to the server, its refusal in its own words."""

import base64
import binascii
import imaplib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pipeline.mail.errors import SecretMissing, SignInRefused
from pipeline.mail.imap.connection import Connection, connect, translated
from pipeline.mail.imap.words import refusal, words_of
from pipeline.mail.mailbox import MailboxSettings
from pipeline.mail.signin import Microsoft365, Password, TokenSource

_ATOM = re.compile(r"[A-Za-z0-9.@_+=/-]+")


def open_session(settings: MailboxSettings, tokens: TokenSource | None, count: Callable[[int], None]) -> Connection:
    """Connect and sign in; whatever fails, no connection is left open."""
    _require_secret(settings)
    connection = connect(settings, count)
    try:
        _sign_in(connection, settings, tokens)
    except BaseException:
        connection.abandon()
        raise
    return connection


def _require_secret(settings: MailboxSettings) -> None:
    sign_in = settings.sign_in
    if isinstance(sign_in, Password) and not sign_in.secret:
        raise SecretMissing(settings.name, "PASSWORD")
    if isinstance(sign_in, Microsoft365) and not sign_in.client_secret:
        raise SecretMissing(settings.name, "MICROSOFT365__CLIENT_SECRET")


def _sign_in(connection: Connection, settings: MailboxSettings, tokens: TokenSource | None) -> None:
    if isinstance(settings.sign_in, Password):
        _with_password(connection, settings, settings.sign_in.secret.reveal())
    elif tokens is not None:
        _with_token(connection, settings, tokens)


def _with_password(connection: Connection, settings: MailboxSettings, password: str) -> None:
    """LOGIN; AUTHENTICATE PLAIN where LOGIN is off or cannot carry the letters (imaplib's LOGIN is ASCII)."""
    abilities = connection.capabilities()
    login_can = (settings.user + password).isascii() and "LOGINDISABLED" not in abilities
    if not login_can and "AUTH=PLAIN" not in abilities:
        raise SignInRefused(settings.name, "it offers neither LOGIN nor AUTH=PLAIN on this connection")
    with _refusals(settings):
        if login_can:
            connection.client.login(_login_name(settings.user), password)
        else:
            connection.client.plain_login(settings.user, password)


def _with_token(connection: Connection, settings: MailboxSettings, tokens: TokenSource) -> None:
    """XOAUTH2; a refused token may be one withdrawn before its time, so one fresh token is tried, once."""
    token = tokens()
    try:
        _xoauth2(connection, settings, token)
    except SignInRefused:
        fresh = tokens(fresh=True)
        if fresh == token:
            raise
        _xoauth2(connection, settings, fresh)


def _xoauth2(connection: Connection, settings: MailboxSettings, token: str) -> None:
    """Send the token; a refusal comes as a challenge that is to be answered with nothing before the NO."""
    challenges: list[bytes] = []

    def answer(challenge: bytes) -> str:
        challenges.append(challenge)
        return f"user={settings.user}\1auth=Bearer {token}\1\1" if len(challenges) == 1 else ""

    with _refusals(settings, challenges):
        connection.client.sasl_login("XOAUTH2", answer)


@contextmanager
def _refusals(settings: MailboxSettings, challenges: Sequence[bytes] = ()) -> Iterator[None]:
    """Turn a refused sign-in into SignInRefused, unless the server speaks of its own trouble only (F30)."""
    try:
        with translated(settings.host, "LOGIN"):
            try:
                yield
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                if isinstance(error.__context__, imaplib.IMAP4.abort):
                    raise error.__context__ from None  # IMAPClient makes a refusal of a connection that ended
                meant = refusal(settings.host, "LOGIN", words_of(error))
                if meant.retryable:
                    raise meant from error
                raise SignInRefused(settings.name, words_of(error) + _challenge_words(challenges)) from None
    except UnicodeEncodeError:
        raise SignInRefused(settings.name, "the user or password has letters that cannot be sent") from None


def _challenge_words(challenges: Sequence[bytes]) -> str:
    """Say what the error challenge of XOAUTH2 says: JSON with a status, in base64 (imaplib decodes one layer)."""
    for challenge in challenges[1:]:
        try:
            status = json.loads(_decoded(challenge))["status"]
        except (ValueError, KeyError, TypeError):
            continue
        return f" (status {status})"
    return ""


def _decoded(challenge: bytes) -> bytes:
    try:
        return challenge if challenge.startswith(b"{") else base64.b64decode(challenge, validate=True)
    except binascii.Error:
        return challenge


def _login_name(user: str) -> str:
    """Quote a user name that is no plain atom: imaplib quotes the password only."""
    if _ATOM.fullmatch(user):
        return user
    return '"' + user.replace("\\", "\\\\").replace('"', '\\"') + '"'
