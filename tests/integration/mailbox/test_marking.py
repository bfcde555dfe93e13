"""What is done on the server with stored messages: off by default, after the commit, safe to repeat (F16-F18, F36)."""

import pytest

from pipeline.mail.imap.marking import unmarked
from pipeline.mail.mailbox import AfterStore, Marked

FOLDERS = ('() "/" INBOX', '() "/" Done')
NO_MOVE = "IMAP4rev1 UIDPLUS"
NEITHER = "IMAP4rev1"
MAIL = b"Message-ID: <%d@example.org>\r\nSubject: x\r\n\r\nbody\r\n"

flag = {"write": True, "after_store": AfterStore.FLAG}
keyword = {"write": True, "after_store": AfterStore.KEYWORD, "after_store_argument": "StatShop"}
move = {"write": True, "after_store": AfterStore.MOVE, "after_store_argument": "Done"}


@pytest.fixture
def server(start):
    def filled(count=3, **habits):
        server = start(folders=FOLDERS, **habits)
        for number in range(1, count + 1):
            server.add(raw=MAIL % number)
        return server

    return filled


def marked(mailbox, uids):
    return mailbox.mark(mailbox.examine("INBOX"), uids)


def test_f5_nothing_is_changed_unless_asked(server, open_mailbox):
    running = server()
    with open_mailbox(running) as mailbox:
        status = mailbox.examine("INBOX")
        list(mailbox.fetch(status, mailbox.uids(status, after=0)))
        assert mailbox.mark(status, (1, 2, 3)) == Marked()
        assert mailbox.unmarked(status, upto=3) == ()
    assert all(mail.flags == set() for mail in running.mails)
    assert not any(command.startswith("SELECT") for command in running.commands)


@pytest.mark.parametrize("how", [{"after_store": AfterStore.FLAG}, {"after_store": AfterStore.MOVE}])
def test_marking_without_leave_to_write_is_a_mistake_in_the_settings(server, open_mailbox, how):
    with pytest.raises(ValueError, match="without write = true"):
        open_mailbox(server(), after_store_argument="Done", **how)


@pytest.mark.parametrize(
    ("how", "flags"),
    [
        (flag, {"\\Flagged"}),
        (flag | {"after_store_argument": "\\Seen"}, {"\\Seen"}),
        (keyword, {"StatShop"}),
    ],
    ids=["flag", "another flag", "keyword"],
)
def test_stored_messages_get_their_mark_and_no_others(server, open_mailbox, how, flags):
    running = server()
    with open_mailbox(running, **how) as mailbox:
        assert marked(mailbox, (1, 3)) == Marked(done=(1, 3))
    assert [mail.flags for mail in running.mails] == [flags, set(), flags]


@pytest.mark.parametrize("how", [flag, keyword], ids=["flag", "keyword"])
def test_f17_what_was_stored_but_not_marked_is_found_again(server, open_mailbox, how):
    running = server()
    with open_mailbox(running, **how) as mailbox:
        marked(mailbox, (1,))
        assert mailbox.unmarked(mailbox.examine("INBOX"), upto=2) == (2,)


def test_what_lacks_its_mark_is_asked_for_in_windows(server, open_mailbox):
    running = server(count=25)
    running.mails[11].flags.add("\\Flagged")
    with open_mailbox(running, **flag) as mailbox:
        status = mailbox.examine("INBOX")
        found = unmarked(mailbox._connected(), mailbox._settings, status, upto=24, window=10)
    assert found == tuple(uid for uid in range(1, 25) if uid != 12)


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", NO_MOVE], ids=["MOVE", "UIDPLUS"])
def test_stored_messages_are_moved_and_the_others_stay(server, open_mailbox, capabilities):
    running = server(capabilities=capabilities)
    with open_mailbox(running, **move) as mailbox:
        assert marked(mailbox, (1, 3)) == Marked(done=(1, 3))
        assert mailbox.unmarked(mailbox.examine("INBOX"), upto=3) == (2,)
    assert [mail.raw for mail in running.other] == [MAIL % 1, MAIL % 3]


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", NO_MOVE], ids=["MOVE", "UIDPLUS"])
def test_f17_a_move_repeated_moves_nothing_twice(server, open_mailbox, capabilities):
    running = server(capabilities=capabilities)
    with open_mailbox(running, **move) as mailbox:
        marked(mailbox, (1, 2))
        assert marked(mailbox, (1, 2)).problem == ""
    assert len(running.other) == 2


def test_f17_a_move_interrupted_between_copy_and_removal_makes_no_second_copy(server, open_mailbox):
    running = server(capabilities=NO_MOVE, answers={"STORE": ["* BYE killed"]})
    with open_mailbox(running, **move) as mailbox:
        assert "killed" in marked(mailbox, (1, 2)).problem
        assert len(running.other) == 2
        assert marked(mailbox, (1, 2)) == Marked(done=(1, 2))
    assert [mail.raw for mail in running.other] == [MAIL % 1, MAIL % 2]
    assert [mail.uid for mail in running.mails] == [3]


def test_f36_without_uidplus_nothing_is_copied_and_nothing_expunged(server, open_mailbox):
    running = server(capabilities=NEITHER)
    running.mails[1].flags.add("\\Deleted")
    with open_mailbox(running, **move) as mailbox:
        answer = marked(mailbox, (1, 3))
    assert answer.done == ()
    assert "neither MOVE nor UIDPLUS" in answer.problem
    assert [mail.uid for mail in running.mails] == [1, 2, 3]
    assert running.other == []


def test_f36_with_uidplus_a_message_somebody_else_deleted_is_not_expunged(server, open_mailbox):
    running = server(capabilities=NO_MOVE)
    running.mails[1].flags.add("\\Deleted")
    with open_mailbox(running, **move) as mailbox:
        marked(mailbox, (1, 3))
    assert [mail.uid for mail in running.mails] == [2]


@pytest.mark.parametrize("how", [flag, keyword], ids=["flag", "keyword"])
def test_f18_marking_that_fails_each_time_is_told_and_stops_nothing(server, open_mailbox, how):
    running = server(fails_marking=True)
    with open_mailbox(running, **how) as mailbox:
        for _ in range(2):
            assert "the folder is locked" in marked(mailbox, (1,)).problem
        assert mailbox.uids(mailbox.examine("INBOX"), after=0) == (1, 2, 3)


def test_f18_a_folder_to_move_to_that_is_missing_is_told(server, open_mailbox):
    with open_mailbox(server(), **(move | {"after_store_argument": "Dnoe"})) as mailbox:
        assert "no folder 'Dnoe'. It has: Done, INBOX" in marked(mailbox, (1,)).problem


def test_a_move_into_the_folder_itself_is_told(server, open_mailbox):
    with open_mailbox(server(), **(move | {"after_store_argument": "INBOX"})) as mailbox:
        assert "the folder itself" in marked(mailbox, (1,)).problem


def test_a_server_without_keywords_says_so(server, open_mailbox):
    with open_mailbox(server(keeps_keywords=False), **keyword) as mailbox:
        assert "keeps no keywords" in marked(mailbox, (1,)).problem


def test_a_folder_rebuilt_before_the_mark_marks_nothing(server, open_mailbox):
    running = server()
    with open_mailbox(running, **flag) as mailbox:
        status = mailbox.examine("INBOX")
        running.habits.uidvalidity = 8
        assert "rebuilt" in mailbox.mark(status, (1,)).problem
    assert running.mails[0].flags == set()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (flag | {"after_store_argument": "\\Deleted"}, "has a flag"),
        (keyword | {"after_store_argument": "two words"}, "has a keyword"),
        (move | {"after_store_argument": ""}, "needs after_store_argument"),
    ],
    ids=["flag", "keyword", "move"],
)
def test_an_argument_no_server_takes_is_a_mistake_in_the_settings(server, open_mailbox, fields, says):
    with pytest.raises(ValueError, match=says):
        open_mailbox(server(), **fields)
