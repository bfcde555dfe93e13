"""A sample mailbox, and the embedded IMAP server that serves it."""
