"""Mail, time and the wiring: what walks a message from the mailbox to the store."""
