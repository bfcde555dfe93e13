"""Archives of messages - .eml, mbox, Maildir, .msg, folders of them - as the same stream a mailbox gives."""

from pipeline.mail.archive.stream import Archive, count_messages, open_archive

__all__ = ["Archive", "count_messages", "open_archive"]
