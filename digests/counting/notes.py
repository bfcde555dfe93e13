"""The definitions and caveats that stand beside the figures, in words."""

from digests.options import DigestOptions
from digests.tables import Note

_FIXED = {
    "users": (
        "Messages are not users. A user who writes twice counts twice under messages, and most users never write "
        "at all. These figures describe the mailbox, not everybody who uses the statistics."
    ),
    "counted": (
        "Counted are messages that a person or an organisation wrote to the mailbox and that are for the team to "
        "read. Automatic replies, bounces (reports that mail was not delivered), bulk mail, spam and the team's own "
        "mail are not."
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
    "random-check": (
        "Messages of which the rules are sure pass without a person. Of those, some are drawn at random and checked "
        "all the same. The interval is Wilson's: 95 times in 100 such an interval holds the share of all of them."
    ),
    "two-readers": (
        "A random sample of the reviewed messages is read again by a second person who is not told what the first "
        "decided. Kappa is the agreement beyond chance; where a message may have several values it is the mean over "
        "the values. The rows are not available until the sample has been read."
    ),
    "revisions": (
        "Figures that have been issued are never changed. What has changed since stands in the table of revisions "
        "of a later digest."
    ),
    "quotes": (
        "Quotes that a reviewer approved for publication, with contact details and names of people struck out: [name] "
        "stands for a name. They are the senders' words. The kind of user is [c] where its number of messages is."
    ),
    "window": (
        "The cells of one month are nearly all small, and so twelve months are added up. A month stands as it was "
        "first published; one that was issued again stands as issued last."
    ),
}
_ORDER = (
    *("users", "counted", "units", "month", "pending", "several", "annex", "sentences", "words", "review"),
    *("random-check", "two-readers", "suppression", "revisions", "quotes", "window"),
)


def notes_for(options: DigestOptions, *, pending: int) -> tuple[Note, ...]:
    """Give every note of a digest, in reading order."""
    texts = {**_FIXED, "pending": _pending(options, pending), "suppression": _suppression(options)}
    return tuple(Note(id=note_id, text=texts[note_id]) for note_id in _ORDER)


def _suppression(options: DigestOptions) -> str:
    return (
        f"Counts under {options.small_count_below} are suppressed, and so are others from which they could be worked "
        "out, by this file or by all that were published before it, with the shares that rest on them. Zero is a true "
        "zero."
    )


def _pending(options: DigestOptions, pending: int) -> str:
    if options.count_pending:
        return (
            "Pending messages, which nobody has reviewed yet, count by the tags that the rules propose: "
            f"{pending:,} of the messages counted here."
        )
    return f"Pending messages, which nobody has reviewed yet, do not count: {pending:,} are left out."
