"""The words of the cover, the same in every format."""

from dataclasses import dataclass
from datetime import date

from digests.digest import Digest, Edition
from digests.period import day_name
from digests.tables import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One fact on the cover."""

    label: str
    text: str


def cover_lines(digest: Digest) -> tuple[Line, ...]:
    """Give the facts of the cover in reading order."""
    cover = digest.cover
    lines = [
        ("Period", f"{day_name(cover.first_day)} to {day_name(cover.last_day)}, by day of arrival in London"),
        ("Status", _status(digest)),
        ("Revises", _revises(digest)),
        ("Edition", _edition(digest)),
        ("Source", f"{cover.source}. The statistics that the messages are about cover {cover.area}."),
        ("Coverage", _coverage(digest)),
        ("Reviewed", _reviewed(digest)),
        ("Pending", _pending(digest)),
        ("Made on", day_name(cover.made_on)),
        ("Next digest", f"{day_name(cover.next_date)} at {cover.issue_time}"),
        ("Publisher", cover.organisation),
        ("Contact", cover.contact),
        ("Rules", f"Tags proposed by version {cover.rules_version} of the rules" if cover.rules_version else ""),
        ("Seen before publication by", ", ".join(cover.pre_release)),
    ]
    return tuple(Line(label=label, text=text) for label, text in lines if text)


def nothing_here(table: Table) -> str:
    """Say in words that a table has no rows."""
    return "" if table.rows else "None in this month"


def before_the_end(day: date) -> str:
    """Say of a draft that it was made on a day of its own month."""
    return f"drafted on {day_name(day)}: the month is not over"


def _status(digest: Digest) -> str:
    cover = digest.cover
    if cover.is_of_running_month:
        return f"{cover.status.value.capitalize()}, {before_the_end(cover.made_on)}"
    if not cover.issue:
        return f"{cover.status.value.capitalize()}: a draft that has not been issued"
    return f"{cover.status.value.capitalize()}: issue {cover.issue}, published at {cover.issued_at}"


def _revises(digest: Digest) -> str:
    revised = digest.cover.revises[:1].upper() + digest.cover.revises[1:]
    if any(table.id == "revisions" and table.rows for table in digest.tables):
        return f"{revised}: what has changed stands in the table of revisions"
    if not digest.cover.is_compared:
        return revised
    where = "of this edition" if digest.edition is Edition.PUBLIC else "of the month's own tables"
    return f"{revised}: no count {where} has changed"


def _edition(digest: Digest) -> str:
    if digest.edition is Edition.INTERNAL:
        return "Internal. It quotes messages and names senders: do not publish or pass on"
    if any(table.id == "quotes" for table in digest.tables):
        return "Public. It holds no names or addresses, and no words of messages but quotes that a reviewer approved"
    return "Public. It holds no names, addresses or words of messages"


def _coverage(digest: Digest) -> str:
    coverage = digest.cover.coverage
    if digest.edition is Edition.PUBLIC:
        return "All mail that the mailbox received in the period and that could be read"
    return (
        f"{coverage.seen:,} messages seen, {coverage.stored:,} read and stored, {coverage.duplicates:,} duplicates "
        f"counted once, {coverage.copies:,} probable copies not counted, {coverage.set_aside:,} set aside because "
        "they could not be read"
    )


def _reviewed(digest: Digest) -> str:
    if digest.edition is Edition.PUBLIC:
        return ""
    coverage = digest.cover.coverage
    if not coverage.stored:
        return "There was nothing to review"
    return f"{100 * coverage.reviewed / coverage.stored:.0f}% of what was stored has been reviewed by a person"


def _pending(digest: Digest) -> str:
    return digest.note("pending").text
