"""Connections that break, servers that fall silent, throttle or send notes in the place of mail (FIELD F24-F36)."""

import time

import pytest

from pipeline.mail.errors import (
    ConnectionLost,
    FolderRebuilt,
    FolderRefused,
    MailboxBusy,
    MailboxUnreachable,
    ServerRefused,
    Throttled,
)
from pipeline.mail.imap import ImapMailbox
from pipeline.mail.mailbox import NotRetrieved
from pipeline.mail.message import RawMessage

STAND_IN = (
    b'From: "Microsoft Exchange Server 2010" <exchange@example.gov.uk>\r\n'
    b"Subject: Retrieval using the IMAP4 protocol failed for the following message: 752\r\n"
    b"Content-Type: text/plain\r\n\r\n"
    b'The server couldn\'t retrieve the following message:\r\n\r\nSubject: "Request"\r\n\r\n'
    b"The message hasn't been deleted. You might be able to view it using either Outlook or Outlook Web App.\r\n"
)


def fetched(mailbox, uids):
    status = mailbox.examine("INBOX")
    return list(mailbox.fetch(status, uids))


def filled(server, count):
    for _ in range(count):
        server.add()
    return tuple(mail.uid for mail in server.mails)


@pytest.mark.parametrize(
    "habit",
    [{"greeting": None}, {"silent_on": "LOGIN"}, {"silent_on": "EXAMINE"}, {"silent_on": "FETCH"}],
    ids=["greeting", "sign-in", "examine", "fetch"],
)
def test_f24_a_server_that_says_nothing_ends_the_poll_within_its_timeouts(start, settings_for, habit):
    server = start(**habit)
    filled(server, 3)
    settings = settings_for(server, connect_timeout=0.1, read_timeout=0.1)
    began = time.monotonic()
    with (
        pytest.raises((ConnectionLost, MailboxUnreachable)) as caught,
        ImapMailbox(settings, pause=lambda seconds: None) as mailbox,
    ):
        fetched(mailbox, (1, 2, 3))
    assert time.monotonic() - began < 3
    assert caught.value.retryable


def test_f25_a_server_that_comes_back_is_used_again(start, open_mailbox):
    server = start(answers={"EXAMINE": ["* BYE restarting"]})
    uids = filled(server, 2)
    with open_mailbox(server) as mailbox:
        assert len(fetched(mailbox, uids)) == 2


def test_f25_a_server_that_stays_away_is_unreachable(start, open_mailbox):
    server = start()
    uids = filled(server, 2)
    with open_mailbox(server) as mailbox:
        status = mailbox.examine("INBOX")
        server.close()
        with pytest.raises(MailboxUnreachable) as caught:
            list(mailbox.fetch(status, uids))
    assert caught.value.retryable


def test_f26_a_hundred_drops_leave_one_connection(start, open_mailbox):
    server = start()
    uids = filled(server, 1)
    with open_mailbox(server, batch_messages=1) as mailbox:
        status = mailbox.examine("INBOX")
        for _ in range(100):
            server.drop_connections()
            assert len(list(mailbox.fetch(status, uids))) == 1
        _wait_until(lambda: server.connections_open == 1)
    assert server.connections_made == 101


def test_f28_a_slow_reader_goes_on_at_the_next_message(start, open_mailbox):
    server = start()
    uids = filled(server, 4)
    with open_mailbox(server, batch_messages=1) as mailbox:
        mails = mailbox.fetch(mailbox.examine("INBOX"), uids)
        first = [next(mails).uid, next(mails).uid]
        server.drop_connections()
        assert first + [mail.uid for mail in mails] == [1, 2, 3, 4]
    assert sum("BODY.PEEK[]" in command for command in server.commands) <= 5


@pytest.mark.parametrize("cut_line", [False, True], ids=["BYE", "line cut off"])
def test_f29_a_connection_that_ends_in_mid_fetch_is_opened_again(start, open_mailbox, cut_line):
    server = start(bye_during=[3], cut_line=cut_line)
    uids = filled(server, 5)
    with open_mailbox(server) as mailbox:
        assert [mail.uid for mail in fetched(mailbox, uids)] == [1, 2, 3, 4, 5]
    assert server.connections_made == 2


def test_f29_a_server_that_ends_every_fetch_is_a_named_error(start, open_mailbox):
    server = start(answers={"FETCH": ["* BYE going down"] * 100})
    uids = filled(server, 64)
    with open_mailbox(server) as mailbox, pytest.raises(ConnectionLost, match="broke: going down") as caught:
        fetched(mailbox, uids)
    assert caught.value.retryable


def test_f24_a_message_that_silences_the_server_stops_no_other(start, settings_for):
    server = start(silent_at={3})
    uids = filled(server, 6)
    with ImapMailbox(settings_for(server, read_timeout=0.2), pause=lambda seconds: None) as mailbox:
        mails = fetched(mailbox, uids)
    assert [mail.uid for mail in mails] == list(uids)
    assert [mail.uid for mail in mails if isinstance(mail, NotRetrieved)] == [3]


def test_a_message_that_kills_the_connection_each_time_is_not_retrieved_and_the_others_are(start, open_mailbox):
    server = start(dies_at={7})
    uids = filled(server, 20)
    with open_mailbox(server) as mailbox:
        mails = fetched(mailbox, uids)
    assert [mail.uid for mail in mails] == list(uids)
    assert [mail.uid for mail in mails if isinstance(mail, NotRetrieved)] == [7]


def test_a_message_the_server_refuses_is_not_retrieved_and_the_others_are(start, open_mailbox):
    server = start(refuses={2: "NO [SERVERBUG] cannot convert this message", 5: "NO no"}, without_body=set())
    uids = filled(server, 6)
    with open_mailbox(server) as mailbox:
        mails = fetched(mailbox, uids)
    assert {mail.uid: mail.reason for mail in mails if isinstance(mail, NotRetrieved)}.keys() == {2, 5}
    assert [mail.uid for mail in mails] == list(uids)


def test_a_server_that_is_busy_blames_no_message(start, open_mailbox):
    server = start(answers={"FETCH": ["NO [UNAVAILABLE] maintenance"] * 9})
    filled(server, 2)
    with open_mailbox(server) as mailbox, pytest.raises(MailboxBusy, match="maintenance"):
        fetched(mailbox, (1,))
    assert server.connections_made == 1


@pytest.mark.parametrize("words", ["NO no such folder", "NO [SERVERBUG] index broken"])
def test_a_folder_that_vanishes_in_mid_fetch_blames_no_message(start, open_mailbox, words):
    server = start()
    uids = filled(server, 2)
    with open_mailbox(server, batch_messages=1) as mailbox:
        mails = mailbox.fetch(mailbox.examine("INBOX"), uids)
        next(mails)
        server.habits.answers["EXAMINE"] = [words]
        server.drop_connections()
        with pytest.raises((ServerRefused, MailboxBusy)):
            next(mails)


def test_a_folder_rebuilt_in_mid_fetch_ends_the_poll(start, open_mailbox):
    server = start()
    uids = filled(server, 2)
    with open_mailbox(server, batch_messages=1) as mailbox:
        mails = mailbox.fetch(mailbox.examine("INBOX"), uids)
        next(mails)
        server.habits.uidvalidity = 8
        server.drop_connections()
        with pytest.raises(FolderRebuilt):
            next(mails)


def test_f30_authenticated_but_not_connected_is_worth_another_try(start, open_mailbox):
    server = start(login_answer="NO User is authenticated but not connected.")
    with pytest.raises(MailboxBusy) as caught, open_mailbox(server):
        pass
    assert caught.value.retryable


@pytest.mark.parametrize("command", ["LOGIN", "EXAMINE", "SEARCH", "FETCH"])
def test_f32_a_throttling_answer_gives_the_seconds_to_wait(start, open_mailbox, command):
    words = "BAD Request is throttled. Suggested Backoff Time: 299910 milliseconds"
    server = start(answers={command: [words]})
    uids = filled(server, 2)
    with pytest.raises(Throttled) as caught, open_mailbox(server) as mailbox:
        _read_all(mailbox, uids)
    assert caught.value.seconds == pytest.approx(299.91)
    assert "300 seconds" in str(caught.value)


def test_f34_a_stand_in_of_exchange_is_not_mail(start, open_mailbox):
    server = start()
    server.add()
    server.add(raw=STAND_IN)
    with open_mailbox(server) as mailbox:
        mail, note = fetched(mailbox, (1, 2))
    assert isinstance(mail, RawMessage)
    assert isinstance(note, NotRetrieved)
    assert note.raw == STAND_IN


def test_f34_a_message_about_a_stand_in_is_mail(start, open_mailbox):
    server = start()
    server.add(raw=STAND_IN.replace(b"Subject: Retr", b"Subject: Fw: Retr"))
    with open_mailbox(server) as mailbox:
        assert isinstance(fetched(mailbox, (1,))[0], RawMessage)


def test_a_message_without_bytes_is_not_retrieved(start, open_mailbox):
    server = start(nil_body={1})
    server.add()
    with open_mailbox(server) as mailbox:
        assert isinstance(fetched(mailbox, (1,))[0], NotRetrieved)


def test_f35_a_poll_with_nothing_new_costs_little(start, open_mailbox):
    server = start()
    filled(server, 3000)
    with open_mailbox(server) as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), after=3000) == ()
        assert mailbox.bytes_received < 1000


def test_an_answer_that_is_no_imap_is_a_lost_connection(start, open_mailbox):
    server = start(answers={"EXAMINE": ["* 1 EXISTS", "* 1 EXISTS"], "LIST": ["* HTTP/1.1 400"]}, greeting="HTTP/1.1")
    with pytest.raises(MailboxUnreachable), open_mailbox(server):
        pass


def test_an_answer_in_one_endless_line_is_a_lost_connection(start, open_mailbox):
    server = start()
    filled(server, 2)
    server.habits.answers["SEARCH"] = ["* SEARCH " + "123456 " * 150_000] * 2
    with open_mailbox(server) as mailbox:
        status = mailbox.examine("INBOX")
        with pytest.raises(ConnectionLost, match="endless line"):
            mailbox.uids(status, after=0)
        assert len(list(mailbox.fetch(status, (1, 2)))) == 2


def test_a_refused_command_carries_the_servers_words(start, open_mailbox):
    server = start(answers={"EXAMINE": ["NO you may not"]})
    said = r"does not open folder 'INBOX'\. It says: .*you may not"
    with pytest.raises(FolderRefused, match=said), open_mailbox(server) as mailbox:
        mailbox.examine("INBOX")


def _read_all(mailbox, uids):
    status = mailbox.examine("INBOX")
    mailbox.uids(status, after=0)
    list(mailbox.fetch(status, uids))


def _wait_until(holds):
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
