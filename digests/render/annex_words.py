"""The words of the annex that do not depend on the figures, the same in every format."""

from digests.annex import Annex, ChannelLine, Evidence, Mark
from digests.period import day_name, span_name

WARNING = "A draft for the team. It quotes messages: publish nothing of it before a person has agreed each line."
PRODUCTS = "Products"
DESIGNATIONS = (
    "Official statistics that are judged to be fully compliant with the Code of Practice for Official Statistics are "
    "designated as National Statistics. The titles of the products are under review."
)
USERS = "Users and their uses"
USERS_LEAD = "The products listed above are used by a wide range of users in a variety of ways."
NO_USE = "No use is listed."
CHANNELS = "Main channels for user engagement"
DECISIONS = "Decisions that users told us of"
NO_DECISION = "None in this period."
COMPARE = "The annex today and this draft, side by side"
NOT_LISTED = "Not listed"


def title(annex: Annex) -> str:
    """Give the title: "Statistics on communities and citizens: user engagement"."""
    subject = annex.subject[:1].upper() + annex.subject[1:]
    return f"{subject}: user engagement, {span_name(annex.first_month, annex.last_month)}"


def invitation(annex: Annex) -> str:
    """Invite readers as the annex does."""
    where = f": write to {annex.contact}" if annex.contact else ""
    return (
        "We invite users to expand on this annex by telling us how they use these statistics, and what sort of "
        f"decisions they inform{where}."
    )


def basis(annex: Annex) -> str:
    """Say what the figures rest on."""
    return (
        f"Made on {day_name(annex.made_on)} from {annex.reviewed:,} messages of users that a person has reviewed; "
        f"{annex.pending:,} that nobody has reviewed yet do not count. Of the lines below, "
        f"{annex.marked(Mark.STANDING):,} stand as they were, {annex.marked(Mark.CONFIRMED):,} are confirmed by "
        f"messages, {annex.marked(Mark.NEW):,} are new. Messages are not users: a user who writes twice counts twice."
    )


def channel_figures(channel: ChannelLine) -> str:
    """Say a channel's figures of the period."""
    if not channel.messages:
        return "No messages in this period."
    messages = f"{channel.messages:,} {'message' if channel.messages == 1 else 'messages'}"
    return f"{messages} of {channel.senders:,} {'sender' if channel.senders == 1 else 'senders'} in this period."


def reference(evidence: Evidence) -> str:
    """Name the message that a sentence comes from."""
    return f"message {evidence.message_id}, {day_name(evidence.arrived)}"
