"""Drafts: into the folder that the server marks as such, never without leave, never sent."""

from datetime import UTC, datetime

import pytest
from fakes.dovecot import running_dovecot

from pipeline.mail.errors import FolderMissing, WriteRefused

NOW = datetime(2011, 3, 2, 9, 0, tzinfo=UTC)
DRAFT = b"From: team@x.gov.uk\r\nTo: ann@example.org\r\nSubject: Re: Table 4\r\n\r\nThank you.\r\n"
ALLOWED = {"write": True, "write_drafts": True}
MARKED = (
    "namespace inbox {\n  inbox = yes\n  mailbox Entwuerfe {\n    special_use = \\Drafts\n    auto = create\n  }\n}\n"
)


@pytest.mark.dovecot
def test_a_draft_lands_in_the_folder_that_the_server_marks(open_mailbox):
    with running_dovecot(options=MARKED) as server:
        user = server.new_user()
        with open_mailbox(server, user=user, **ALLOWED) as mailbox:
            assert mailbox.save_draft(DRAFT, NOW) == "Entwuerfe"
            status = mailbox.examine("Entwuerfe")
            (held,) = mailbox.fetch(status, mailbox.uids(status, after=0))
            assert (held.raw, held.internal_date) == (DRAFT, NOW)
            assert {b"\\Draft", b"\\Seen"} <= set(mailbox._connected().client.get_flags([held.uid])[held.uid])
            assert mailbox.examine("INBOX").exists == 0


@pytest.mark.dovecot
def test_without_a_mark_the_usual_name_serves_and_without_either_it_is_told(dovecot, open_mailbox):
    user = dovecot.new_user()
    with open_mailbox(dovecot, user=user, **ALLOWED) as mailbox:
        with pytest.raises(FolderMissing, match="Drafts"):
            mailbox.save_draft(DRAFT, NOW)
        mailbox._connected().client.create_folder("Drafts")
        assert mailbox.save_draft(DRAFT, NOW) == "Drafts"


@pytest.mark.dovecot
@pytest.mark.parametrize("fields", [{}, {"write": True}])
def test_nothing_is_saved_without_leave(dovecot, open_mailbox, fields):
    user = dovecot.new_user()
    with open_mailbox(dovecot, user=user, **fields) as mailbox:
        mailbox._connected().client.create_folder("Drafts")
        with pytest.raises(WriteRefused, match="write_drafts = true"):
            mailbox.save_draft(DRAFT, NOW)
        assert mailbox.examine("Drafts").exists == 0


def test_leave_to_write_drafts_needs_leave_to_write(settings_for, start):
    with pytest.raises(ValueError, match="write_drafts without write = true"):
        settings_for(start(), write_drafts=True)
