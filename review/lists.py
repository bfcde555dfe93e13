"""The ready-made lists with how many messages wait in each, and a list's messages in short words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from review.filters import query_of
from review.short_titles import shared_beginnings, shortened
from review.signin import Person
from review.site import Site
from review.words import queue_words
from storage import reviews
from storage.queue import MOST_COUNTED
from storage.records import QueueFilter, QueueRow, ReviewState

PENDING = QueueFilter(states=(ReviewState.PENDING,))
REVIEWED = QueueFilter(states=(ReviewState.CONFIRMED, ReviewState.CORRECTED))
NEEDS_A_PERSON, CHECKED = replace(PENDING, needs_person=True), replace(PENDING, random_check=True)
DISAGREEING = QueueFilter(disagrees=True)


def flagged_for(name: str) -> QueueFilter:
    """Give the list of what is flagged for somebody."""
    return QueueFilter(flagged_for=name)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyMade:
    """A ready-made list; `count` says how many wait in it, "" where nothing does or it is no list of work."""

    name: str
    link: str
    count: str = ""


def ready_made(person: Person, site: Site) -> list[ReadyMade]:
    """Give the lists that everybody has, those of work first."""
    work = {
        "Pending": PENDING,
        "Needs a person": NEEDS_A_PERSON,
        "Flagged for you": flagged_for(person.name),
        "Random check": CHECKED,
        "Rules disagree": DISAGREEING,
    }
    counts = reviews.counts(site.store, work.values())
    lists = [_ready_made(name, one, many) for (name, one), many in zip(work.items(), counts, strict=True)]
    lists += [
        _ready_made("Reviewed", REVIEWED),
        _ready_made("Set aside", QueueFilter(set_aside=True)),
        _ready_made("All", QueueFilter()),
    ]
    return [*lists, ReadyMade(name="Second reading", link="/second-reading")] if person.may_review else lists


def _ready_made(name: str, chosen: QueueFilter, many: int = 0) -> ReadyMade:
    count = f"{MOST_COUNTED:,}+" if many > MOST_COUNTED else f"{many:,}"
    return ReadyMade(name=name, link=f"/messages{query_of(chosen)}", count=count if many else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueLine:
    """A message of a list: its row, and in words, short, why a person is asked and its tags by (question, tags)."""

    row: QueueRow
    reasons: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]


def queue_lines(rows: Iterable[QueueRow], site: Site) -> list[QueueLine]:
    """Put the rows of a list into words; of products without what all of them begin with."""
    beginnings = shared_beginnings(site.catalogue)
    return [
        QueueLine(
            row=row,
            reasons=tuple(shortened(words, beginnings) for words in row.reasons),
            tags=tuple(_question_and_tags(words, beginnings) for words in queue_words(row.tags, site.catalogue)),
        )
        for row in rows
    ]


def _question_and_tags(words: str, beginnings: tuple[str, ...]) -> tuple[str, str]:
    question, _, tags = words.partition(": ")
    return question, shortened(tags, beginnings)
