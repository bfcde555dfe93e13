"""A draft put into the mailbox's folder of drafts, whichever the server marks as such (RFC 6154) or calls so."""

from datetime import datetime

import imapclient

from pipeline.mail.errors import FolderMissing
from pipeline.mail.imap.connection import Connection


def save_draft(connection: Connection, content: bytes, now: datetime) -> str:
    """APPEND a message as a draft and give the folder's name; it is sent by nobody but a person."""
    folder = connection.drafts_folder()
    if folder is None:
        there = tuple(sorted(row.name for row in connection.list_folders() if row.holds_messages))
        raise FolderMissing("Drafts", there)
    connection.append(folder, content, (imapclient.DRAFT, imapclient.SEEN), now)
    return folder
