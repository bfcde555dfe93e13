"""What every mailbox promises: the fake, the small server of the fault tests, pymap, and a real Dovecot alike."""

from datetime import date

import pytest

from pipeline.mail.errors import FolderMissing
from pipeline.mail.mailbox import AfterStore

MAIL = b"From: Ama Reed <ama@example.org>\r\nSubject: number %d\r\nMessage-ID: <%d@example.org>\r\n\r\nText %d.\r\n"


def filled(served, number=3):
    for place in range(1, number + 1):
        served.add(MAIL % (place, place, place))
    return served


def test_folders_are_named(served):
    with filled(served).opened() as mailbox:
        assert "INBOX" in mailbox.folders()


def test_a_folder_has_a_status(served):
    with filled(served).opened() as mailbox:
        status = mailbox.examine("INBOX")
    assert (status.folder, status.exists, status.uidnext, status.warnings) == ("INBOX", 3, 4, ())
    assert status.uidvalidity > 0


def test_a_missing_folder_names_those_there_are(served):
    with filled(served).opened() as mailbox, pytest.raises(FolderMissing) as caught:
        mailbox.examine("Nowhere")
    assert "INBOX" in caught.value.existing


@pytest.mark.parametrize(("after", "listed"), [(0, (1, 2, 3)), (2, (3,)), (3, ()), (99, ())])
def test_uids_above_the_cursor_are_listed(served, after, listed):
    with filled(served).opened() as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), after) == listed


def test_since_is_by_arrival(served):
    with filled(served).opened() as mailbox:
        status = mailbox.examine("INBOX")
        assert mailbox.uids(status, 0, date(2001, 1, 1)) == (1, 2, 3)
        assert mailbox.uids(status, 0, date(2200, 1, 1)) == ()


def test_messages_come_as_they_were_received(served):
    with filled(served).opened() as mailbox:
        status = mailbox.examine("INBOX")
        mails = list(mailbox.fetch(status, (1, 2, 3)))
        assert mailbox.sizes(status, (1, 2, 3)) == {mail.uid: len(mail.raw) for mail in mails}
    assert [mail.uid for mail in mails] == [1, 2, 3]
    assert {mail.raw for mail in mails} == {MAIL % (number, number, number) for number in (1, 2, 3)}
    assert {(mail.folder, mail.uidvalidity) for mail in mails} == {("INBOX", status.uidvalidity)}
    assert all(mail.internal_date.utcoffset().total_seconds() == 0 for mail in mails)
    assert mailbox.bytes_received >= sum(len(mail.raw) for mail in mails)


def test_f5_fetching_leaves_no_mark(served):
    filled(served)
    with served.opened(write=True, after_store=AfterStore.FLAG, after_store_argument="\\Seen") as mailbox:
        status = mailbox.examine("INBOX")
        list(mailbox.fetch(status, (1, 2, 3)))
        assert mailbox.unmarked(status, upto=3) == (1, 2, 3)


def test_f9_messages_that_are_gone_are_left_out(served):
    with filled(served).opened() as mailbox:
        status = mailbox.examine("INBOX")
        served.expunge(2)
        assert [mail.uid for mail in mailbox.fetch(status, (1, 2, 3))] == [1, 3]
        assert mailbox.sizes(status, (1, 2, 3)).keys() == {1, 3}


def test_new_mail_shows_at_the_next_examine(served):
    with filled(served).opened() as mailbox:
        mailbox.examine("INBOX")
        served.add(MAIL % (4, 4, 4))
        assert mailbox.uids(mailbox.examine("INBOX"), after=3) == (4,)


def test_a_flag_is_set_once_and_repeats_safely(served):
    filled(served)
    with served.opened(write=True, after_store=AfterStore.FLAG) as mailbox:
        status = mailbox.examine("INBOX")
        assert mailbox.mark(status, (1, 3)).done == (1, 3)
        assert mailbox.unmarked(status, upto=3) == (2,)
        assert mailbox.mark(status, (1, 3)).problem == ""
        assert len(list(mailbox.fetch(status, (1, 2, 3)))) == 3
