"""What a folder holds, on servers that tell it badly (FIELD F1-F15)."""

from datetime import UTC, date, datetime

import pytest

from pipeline.mail.errors import FolderMissing


def test_f2_a_missing_uidvalidity_is_zero_and_warned_of(start, open_mailbox):
    server = start(uidvalidity=None)
    with open_mailbox(server) as mailbox:
        status = mailbox.examine("INBOX")
    assert status.uidvalidity == 0
    assert "no lasting message numbers" in status.warnings[0]


def test_f3_a_mail_with_an_old_date_is_listed_when_a_cursor_stands(start, open_mailbox):
    server = start()
    server.add()
    server.add(date="01-Jan-1999 00:00:00 +0000")
    with open_mailbox(server) as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), after=1) == (2,)


def test_f4_a_message_somebody_read_first_is_listed_and_fetched(start, open_mailbox):
    server = start()
    server.add(flags={"\\Seen"})
    with open_mailbox(server) as mailbox:
        status = mailbox.examine("INBOX")
        assert mailbox.uids(status, after=0) == (1,)
        assert len(list(mailbox.fetch(status, (1,)))) == 1


def test_f9_a_message_expunged_between_listing_and_fetch_is_not_yielded(start, open_mailbox):
    server = start()
    for _ in range(3):
        server.add()
    with open_mailbox(server) as mailbox:
        status = mailbox.examine("INBOX")
        uids = mailbox.uids(status, after=0)
        server.expunge(2)
        assert [mail.uid for mail in mailbox.fetch(status, uids)] == [1, 3]


def test_f9_a_row_without_a_body_is_not_yielded(start, open_mailbox):
    server = start(without_body={2})
    for _ in range(3):
        server.add()
    with open_mailbox(server) as mailbox:
        status = mailbox.examine("INBOX")
        assert [mail.uid for mail in mailbox.fetch(status, (1, 2, 3))] == [1, 3]


def test_f11_numbers_that_start_high_cost_no_scan(start, open_mailbox):
    server = start()
    server.add(uid=743_024_218)
    server.add(uid=743_024_219)
    with open_mailbox(server) as mailbox:
        status = mailbox.examine("INBOX")
        assert mailbox.uids(status, after=0) == (743_024_218, 743_024_219)
        assert mailbox.bytes_received < 1000


def test_f12_many_scattered_uids_go_in_short_commands(start, open_mailbox):
    server = start()
    for uid in range(1_000_001, 1_001_000, 2):
        server.add(uid=uid)
    with open_mailbox(server) as mailbox:
        status = mailbox.examine("INBOX")
        sizes = mailbox.sizes(status, mailbox.uids(status, after=0))
    assert len(sizes) == 500
    assert max(len(command) for command in server.commands) < 1000


@pytest.mark.parametrize("keep_last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("after", [0, 5], ids=["whole folder", "from a cursor"])
@pytest.mark.parametrize("since", [None, date(2011, 3, 1)], ids=["all", "since"])
@pytest.mark.parametrize("uidnext", [True, False], ids=["uidnext", "no uidnext"])
def test_f13_a_capped_search_is_noticed_and_filled(start, open_mailbox, keep_last, after, since, uidnext):
    server = start(search_cap=10, search_caps_keep_last=keep_last, gives_uidnext=uidnext)
    for _ in range(50):
        server.add()
    with open_mailbox(server) as mailbox:
        status = mailbox.examine("INBOX")
        assert mailbox.uids(status, after, since) == tuple(range(after + 1, 51))


def test_f14_since_leaves_older_mail_out(start, open_mailbox):
    server = start()
    server.add(date="28-Feb-2011 23:59:59 +0000")
    server.add(date="01-Mar-2011 00:00:00 +0000")
    with open_mailbox(server) as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), 0, date(2011, 3, 1)) == (2,)


def test_f14_since_holds_when_search_cannot_be_used(start, open_mailbox):
    server = start(search_answer="NO [BADCHARSET (US-ASCII)] no")
    server.add(date="28-Feb-2011 23:59:59 +0000")
    server.add(date="01-Mar-2011 00:30:00 +0100")
    with open_mailbox(server) as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), 0, date(2011, 3, 1)) == (2,)


def test_f15_a_missing_folder_names_those_there_are(start, open_mailbox):
    server = start(folders=('() "/" INBOX', '(\\Noselect) "/" Shared', '() "/" "Shared/Enqu&AOo-tes"'))
    with open_mailbox(server) as mailbox, pytest.raises(FolderMissing) as caught:
        mailbox.examine("Inquiries")
    assert caught.value.existing == ("INBOX", "Shared/Enquêtes")
    assert "'Inquiries'" in str(caught.value)


@pytest.mark.parametrize(
    ("on_server", "asked"),
    [
        ('"/" "Enqu&AOo-tes"', "Enquêtes"),
        ('"." "INBOX.2011.March"', "2011/March"),
        ('"." "INBOX.2011.March"', "INBOX/2011/March"),
        ('"/" "2011/March"', "2011.March"),
        ('"/" "Enqu&AOo-tes"', "Enque\u0302tes"),
    ],
    ids=["accent", "prefix", "separator", "dots", "composed otherwise"],
)
def test_f15_a_folder_is_found_however_the_server_writes_it(start, open_mailbox, on_server, asked):
    server = start(folders=('() "/" INBOX', f"() {on_server}"))
    with open_mailbox(server) as mailbox:
        assert mailbox.examine(asked).folder == asked


def test_f27_new_mail_is_found_by_asking_not_by_waiting_to_be_told(start, open_mailbox):
    server = start(capabilities="IMAP4rev1 IDLE")
    with open_mailbox(server) as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), after=0) == ()
        server.add()
        assert mailbox.uids(mailbox.examine("INBOX"), after=0) == (1,)
    assert "IDLE" not in server.commands


def test_f33_no_charset_is_ever_sent(start, open_mailbox):
    server = start()
    server.add()
    with open_mailbox(server) as mailbox:
        mailbox.uids(mailbox.examine("INBOX"), 0, date(2011, 3, 1))
    assert not any("CHARSET" in command for command in server.commands)


def test_f33_badcharset_all_the_same_is_worked_around(start, open_mailbox):
    server = start(search_answer="NO [BADCHARSET (US-ASCII)] The specified charset is not supported.")
    server.add()
    server.add()
    with open_mailbox(server) as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), after=1) == (2,)


def test_search_answers_on_several_lines_are_joined(start, open_mailbox):
    server = start(searches_in_lines_of=2)
    for _ in range(5):
        server.add()
    with open_mailbox(server) as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), after=0) == (1, 2, 3, 4, 5)


def test_nothing_new_lists_nothing_though_servers_answer_with_the_last_message(start, open_mailbox):
    server = start()
    server.add()
    with open_mailbox(server) as mailbox:
        assert mailbox.uids(mailbox.examine("INBOX"), after=1) == ()


def test_arrival_times_are_aware_utc(start, open_mailbox):
    server = start()
    server.add(date="27-Mar-2011 01:30:00 +0100")
    with open_mailbox(server) as mailbox:
        (mail,) = mailbox.fetch(mailbox.examine("INBOX"), (1,))
    assert mail.internal_date == datetime(2011, 3, 27, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("date", ["31-Feb-2011 01:30:00 +0100", "17-Mar-2011 01:30:00 +9959", "rubbish"])
def test_an_arrival_time_that_does_not_exist_is_not_known(start, open_mailbox, date):
    server = start()
    server.add(date=date)
    with open_mailbox(server) as mailbox:
        (mail,) = mailbox.fetch(mailbox.examine("INBOX"), (1,))
    assert mail.internal_date is None
