"""The definitions and caveats that stand beside the figures, in words."""

from digests.options import DigestOptions
from digests.tables import Note


def notes_for(options: DigestOptions, *, pending: int) -> tuple[Note, ...]:
    """Give every note of a digest, in reading order."""
    return tuple(Note(id=note_id, text=text) for note_id, text in _texts(options, pending).items())


def _texts(options: DigestOptions, pending: int) -> dict[str, str]:
    return {
        "users": (
            "Messages are not users. A user who writes twice counts twice under messages, and most users never write "
            "at all. These figures describe the mailbox, not everybody who uses the statistics."
        ),
        "counted": (
            "Counted are messages that a person or an organisation wrote to the mailbox and that the team has to read. "
            "Automatic replies, undeliverable reports, newsletters, unsolicited mail and the team's own mail are not."
        ),
        "units": (
            "A thread is a conversation: a message and the replies to it. A sender is an e-mail address, "
            "that of the original writer where mail was forwarded: one person may have two, several may share one."
        ),
        "month": (
            "A message belongs to the month in which it arrived by London time, whatever its own date says. Arrival is "
            "taken from the mail server; for archived mail from the first of these that is known: our own server's "
            "mark on the message, the archive, the message's own date."
        ),
        "pending": _pending(options, pending),
        "several": (
            "A message may be about several products, state several uses or belong to several channels. It counts once "
            "in each of their rows and once in the last, so that the rows add up to more than the last row."
        ),
        "annex": (
            "The annex is the published table of users and their uses. A user with a use is new when the standing "
            "annex does not list the two on one line."
        ),
        "sentences": "Sentences are quoted as written. They are the senders' words, not the team's findings.",
        "words": (
            "The titles of the products are under review. These are the words by which messages name them, each "
            "counted once a message."
        ),
        "review": (
            "Rules propose the tags and a reviewer confirms or corrects them. Shares are of the messages reviewed so "
            "far, which are not a random sample."
        ),
        "two-readers": "The agreement of two readers is shown once a sample of messages has been read by two people.",
        "suppression": (
            f"Counts under {options.small_count_below} are suppressed, and so are others from which they could be "
            "worked out, with the shares that rest on them. Zero is a true zero."
        ),
        "revisions": (
            "Figures that have been issued are never changed. What has changed since stands in the table of revisions "
            "of a later digest."
        ),
    }


def _pending(options: DigestOptions, pending: int) -> str:
    if options.count_pending:
        return (
            f"Messages that nobody has reviewed yet count by the tags that the rules propose: {pending:,} of the "
            "messages counted here."
        )
    return f"Messages that nobody has reviewed yet do not count: {pending:,} are left out."
