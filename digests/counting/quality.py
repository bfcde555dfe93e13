"""How good the tags are: what reviewers confirmed, and which rules they overruled most; pure."""

from collections.abc import Sequence

from classifiers.catalogue import Catalogue, Dimension
from digests.counting.coded import Coded
from digests.counting.counts import share
from digests.counting.gather import Gathered
from digests.counting.titles import Titles
from digests.tables import Cell, Column, Kind, Shorthand, Table
from storage.records import ReviewState

DIMENSION_WORDS = {
    Dimension.DISPOSITION: "whether a person has to read it",
    Dimension.PRODUCT: "products",
    Dimension.USER_CATEGORY: "kind of user",
    Dimension.USE: "uses",
    Dimension.CHANNEL: "channels",
}


def quality(gathered: Gathered) -> Table:
    """Say how much was reviewed, and how often the rules' tags were right."""
    theirs = [message for message in gathered.coded if not message.from_team]
    reviewed = [message for message in theirs if message.reviewed]
    confirmed = sum(message.state is ReviewState.CONFIRMED for message in reviewed)
    rows = [
        ("reviewed", "Reviewed by a person", len(reviewed), len(theirs)),
        ("confirmed", "Confirmed as tagged", confirmed, len(reviewed)),
        *(
            (f"agreed-{dimension}", f"Right on {words}", gathered.agreed[dimension], len(reviewed))
            for dimension, words in DIMENSION_WORDS.items()
        ),
    ]
    two_readers: tuple[Cell, ...] = ("Agreement of two readers", *[Shorthand.NOT_AVAILABLE] * 3)
    return Table(
        id="quality",
        title="Quality of the tags",
        columns=(
            Column(id="measure", title="Measure"),
            Column(id="messages", title="Messages", kind=Kind.COUNT, description="Messages of which it is true"),
            Column(id="of", title="Out of", kind=Kind.COUNT, description="Messages of which it could be true"),
            Column(id="share", title="Share (%)", kind=Kind.PERCENT, description="Messages as a share, in per cent"),
        ),
        rows=(*((title, part, whole, share(part, whole)) for _, title, part, whole in rows), two_readers),
        row_ids=(*(row_id for row_id, *_ in rows), "two-readers"),
        notes=("review", "two-readers"),
        overlapping=True,
    )


def rules_overruled(gathered: Gathered, catalogue: Catalogue) -> Table:
    """List the rules whose tags reviewers took away, the most often overruled first."""
    titles = Titles(catalogue)
    found = [(rule, record) for (rule, _, _), record in gathered.rules.items() if record.overruled]
    found.sort(key=lambda pair: (-pair[1].overruled, pair[0], pair[1].value))
    return Table(
        id="rules-overruled",
        title="Rules that reviewers overruled",
        columns=(
            Column(id="rule", title="Rule"),
            Column(id="tag", title="Tag", description="What the rule proposed"),
            Column(id="overruled", title="Times overruled", kind=Kind.COUNT, description="Reviewers took the tag away"),
            Column(
                id="proposed", title="Times proposed", kind=Kind.COUNT, description="In messages that were reviewed"
            ),
            Column(id="share", title="Share overruled (%)", kind=Kind.PERCENT),
        ),
        rows=tuple(
            (
                rule,
                titles.of(Dimension(record.dimension), record.value),
                record.overruled,
                record.proposed,
                share(record.overruled, record.proposed),
            )
            for rule, record in found
        ),
        row_ids=tuple(f"{rule}/{record.value}" for rule, record in found),
        notes=("review",),
        is_list=True,
    )


def corrections(gathered: Gathered, catalogue: Catalogue) -> Table:
    """List the tags that reviewers added or took away."""
    titles = Titles(catalogue)
    changed = sorted(
        set(gathered.taken) | set(gathered.given),
        key=lambda pair: (-(gathered.taken[pair] + gathered.given[pair]), pair),
    )
    return Table(
        id="tags-corrected",
        title="Tags that reviewers added or took away",
        columns=(
            Column(id="dimension", title="Speaks of"),
            Column(id="tag", title="Tag"),
            Column(id="added", title="Times added", kind=Kind.COUNT),
            Column(id="taken_away", title="Times taken away", kind=Kind.COUNT),
        ),
        rows=tuple(
            (
                DIMENSION_WORDS[Dimension(dimension)],
                titles.of(Dimension(dimension), value),
                gathered.given[dimension, value],
                gathered.taken[dimension, value],
            )
            for dimension, value in changed
        ),
        row_ids=tuple(f"{dimension}/{value}" for dimension, value in changed),
        notes=("review",),
        is_list=True,
    )


def pending_count(messages: Sequence[Coded]) -> int:
    """Count the users' messages that nobody has reviewed yet."""
    return sum(message.is_users and not message.reviewed for message in messages)
