"""A mailbox over IMAP. IMAPClient is known in this folder only."""

from pipeline.mail.imap.client import ImapMailbox

__all__ = ["ImapMailbox"]
