"""What a server's words mean."""

import imaplib

import pytest

from pipeline.mail.errors import MailboxBusy, ServerRefused, Throttled
from pipeline.mail.imap.words import is_stand_in, refusal, words_of


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Request is throttled. Suggested Backoff Time: 299910 milliseconds", Throttled),
        ("User is authenticated but not connected.", MailboxBusy),
        ("[UNAVAILABLE] Temporary authentication failure", MailboxBusy),
        ("[LIMIT] Too many simultaneous connections", MailboxBusy),
        ("Session invalidated - AccessTokenExpired", MailboxBusy),
        ("[AUTHENTICATIONFAILED] Invalid credentials", ServerRefused),
        ("LOGIN failed.", ServerRefused),
    ],
    ids=["throttled", "not connected", "unavailable", "limit", "token ended", "refused", "Exchange"],
)
def test_a_refusal_is_told_by_its_words(words, kind):
    assert type(refusal("host", "FETCH", words)) is kind


@pytest.mark.parametrize(
    "error",
    [
        imaplib.IMAP4.error(b"no such folder"),
        imaplib.IMAP4.error("b'no such folder'"),
        imaplib.IMAP4.error("SELECT command error: BAD [b'no such folder']"),
        imaplib.IMAP4.abort("command: FETCH => no such folder"),
        imaplib.IMAP4.error("select failed: no such folder"),
    ],
    ids=["bytes", "their repr", "BAD", "abort", "imapclient"],
)
def test_the_servers_words_are_taken_out_of_what_imaplib_makes_of_them(error):
    assert words_of(error).removeprefix("select failed: ") == "no such folder"


def test_words_are_cut_and_on_one_line_without_control_characters():
    assert words_of(imaplib.IMAP4.error(b"a\r\n\x1b[2J" + b"b" * 9000)) == "a [2J" + "b" * 295


@pytest.mark.parametrize(
    ("raw", "stands_in"),
    [
        (b"Subject: Retrieval using the IMAP4 protocol failed for the following message: 7\r\n\r\nx", True),
        (b"Subject: Retrieval using the IMAP4 protocol\r\n failed for the following message: 7\r\n\r\nx", True),
        (b"From: a@b\nSubject: Retrieval using the POP3 protocol failed for the following message: 7\n\nx", True),
        (b"Subject: Re: Retrieval using the IMAP4 protocol failed for the following message: 7\r\n\r\nx", False),
        (b"Subject: x\r\n\r\nSubject: Retrieval using the IMAP4 protocol failed for the following: 7\r\n", False),
    ],
    ids=["plain", "folded", "POP3", "a reply", "in the body"],
)
def test_a_stand_in_is_told_by_its_subject(raw, stands_in):
    assert is_stand_in(raw) is stands_in
