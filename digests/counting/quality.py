"""How good the tags are: what reviewers confirmed, and which rules they overruled most; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from classifiers.catalogue import Catalogue, Dimension
from digests.counting.coded import Coded
from digests.counting.counts import share
from digests.counting.figures import counted
from digests.counting.gather import Gathered
from digests.counting.titles import Titles
from digests.options import DigestOptions
from digests.tables import Cell, Column, Kind, Shorthand, Table
from storage.agreement import Agreement
from storage.records import ReviewState
from storage.samples import RandomCheck

DIMENSION_WORDS = {
    Dimension.DISPOSITION: "kind of message",
    Dimension.PRODUCT: "products",
    Dimension.USER_CATEGORY: "kind of user",
    Dimension.USE: "uses",
    Dimension.CHANNEL: "channels",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Checks:
    """What two samples show: messages that passed without a person, checked all the same; and messages read twice."""

    random: RandomCheck
    readers: tuple[Agreement, ...] = ()


def quality(gathered: Gathered, checks: Checks | None = None) -> Table:
    """Say how much was reviewed, how often the rules' tags were right, and what the two samples show."""
    return _quality([each for each in gathered.coded if not each.from_team], gathered.agreed, checks)


def public_quality(gathered: Gathered, checks: Checks | None, options: DigestOptions) -> Table:
    """Say the same of the messages that count alone: how much else arrives is told inside."""
    return _quality(counted(gathered.coded, options), gathered.agreed_of_users, checks)


def _quality(messages: Sequence[Coded], agreed: Mapping[str, int], checks: Checks | None) -> Table:
    rows = (*_reviewed(messages, agreed), _random_row(checks), *_reader_rows(checks))
    return Table(
        id="quality",
        title="Quality of the tags",
        columns=(
            Column(id="measure", title="Measure"),
            Column(id="messages", title="Messages", kind=Kind.COUNT, description="Messages of which it is true"),
            Column(id="of", title="Out of", kind=Kind.COUNT, description="Messages of which it could be true"),
            Column(id="share", title="Share (%)", kind=Kind.PERCENT, description="Messages as a share, in per cent"),
            Column(id="low", title="At least (%)", kind=Kind.PERCENT, description="Lower end of the 95% interval"),
            Column(id="high", title="At most (%)", kind=Kind.PERCENT, description="Upper end of the 95% interval"),
            Column(id="kappa", title="Kappa", kind=Kind.RATIO, description="Cohen's kappa: 1 agrees, 0 is chance"),
        ),
        rows=tuple(row for _, row in rows),
        row_ids=tuple(row_id for row_id, _ in rows),
        notes=("review", "random-check", "two-readers"),
        overlapping=True,
    )


_Line = tuple[str, tuple[Cell, ...]]


def _reviewed(theirs: Sequence[Coded], agreed: Mapping[str, int]) -> Iterator[_Line]:
    """Give how much a person reviewed and how much of it stood: no sample, and so without an interval."""
    reviewed = [message for message in theirs if message.reviewed]
    confirmed = sum(message.state is ReviewState.CONFIRMED for message in reviewed)
    none = [Shorthand.NOT_APPLICABLE] * 3
    for row_id, title, part, whole in (
        ("reviewed", "Reviewed by a person", len(reviewed), len(theirs)),
        ("confirmed", "Confirmed as tagged", confirmed, len(reviewed)),
        *(
            (f"agreed-{dimension}", f"Right on {words}", agreed[dimension], len(reviewed))
            for dimension, words in DIMENSION_WORDS.items()
        ),
    ):
        yield row_id, (title, part, whole, share(part, whole), *none)


def _random_row(checks: Checks | None) -> _Line:
    title = "Random check: passed without a person, every tag right"
    if checks is None or not checks.random.checked:
        return "random-check", (title, *[Shorthand.NOT_AVAILABLE] * 5, Shorthand.NOT_APPLICABLE)
    right = checks.random.right
    interval = (round(100 * (right.low or 0), 1), round(100 * (right.high or 0), 1))
    numbers = (right.part, right.whole, share(right.part, right.whole))
    return "random-check", (title, *numbers, *interval, Shorthand.NOT_APPLICABLE)


def _reader_rows(checks: Checks | None) -> Iterator[_Line]:
    found = {one.dimension: one for one in checks.readers} if checks is not None else {}
    for dimension, words in DIMENSION_WORDS.items():
        row_id, title = f"two-readers-{dimension}", f"Two readers agree on {words}"
        one, none = found.get(dimension), [Shorthand.NOT_APPLICABLE] * 2
        if one is None or not one.messages:
            numbers: list[Cell] = [Shorthand.NOT_AVAILABLE] * 3
            yield row_id, (title, *numbers, *none, Shorthand.NOT_AVAILABLE)
            continue
        kappa = Shorthand.NOT_APPLICABLE if one.kappa is None else round(one.kappa, 2)
        yield row_id, (title, one.same, one.messages, share(one.same, one.messages), *none, kappa)


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
