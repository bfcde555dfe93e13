"""What tags, decisions, sizes and finds are called on the pages; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from classifiers.catalogue import Catalogue, Dimension
from review.filters import DIMENSION_NAMES
from review.forms import NO_CATEGORY, TRIAGE, folded
from review.quotes import taken_back
from storage.records import Decision, StatementRecord, StoredMessage, TagRecord
from storage.search import END, FOUND
from storage.second import SecondReading

ACTIONS = {
    "confirm": "Confirmed",
    "correct": "Corrected",
    "undo": "Decision undone",
    "flag": "Flagged",
    "unflag": "Flag taken down",
    "publish": "Quotes approved for publication",
    "withdraw": "Quotes withdrawn",
}
LOOK_NAMES = {
    "message": "its page",
    "html": "the original HTML",
    "raw": "the file as it was received",
    "second reading": "for a second reading",
    "quotes": "its quotes",
    "api": "over the API",
}
ARRIVAL_NAMES = {
    "internaldate": "the mail server’s own date",
    "received": "what our mail server wrote into the message",
    "mbox": "the mbox file it lay in",
    "date": "the date that the sender’s program gave it",
    "imported": "the moment it was stored: it carries no other",
}
QUOTE_NAMES = {"use": "Quote of use", "decision": "Quote of a decision"}
OF_ALL_QUOTES = ("publish", "withdraw")  # whose name says all


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryView:
    """One decision in words."""

    title: str
    at: Decision
    added: tuple[str, ...]
    removed: tuple[str, ...]
    quotes_added: tuple[str, ...]
    quotes_removed: tuple[str, ...]
    permission: str = ""  # what it said of publication


def history_view(decision: Decision, catalogue: Catalogue) -> HistoryView:
    """Say what a decision changed."""
    before, after = _titles(decision.before, catalogue), _titles(decision.after, catalogue)
    quotes_before, quotes_after = _quotes(decision.statements_before), _quotes(decision.statements_after)
    permission = "" if decision.action in OF_ALL_QUOTES else permission_words(decision).removeprefix("; ")
    return HistoryView(
        title=ACTIONS.get(decision.action, decision.action.capitalize()),
        at=decision,
        added=_minus(after, before),
        removed=_minus(before, after),
        quotes_added=_minus(quotes_after, quotes_before),
        quotes_removed=_minus(quotes_before, quotes_after),
        permission=permission[:1].upper() + permission[1:],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondView:
    """A second reading beside the first: which tags only one of the two gave."""

    reading: SecondReading
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def second_view(reading: SecondReading | None, catalogue: Catalogue) -> SecondView | None:
    """Lay a second reading beside the first, where there is one."""
    if reading is None:
        return None
    first, second = _titles(reading.first_tags, catalogue), _titles(reading.tags, catalogue)
    return SecondView(reading=reading, only_first=_minus(first, second), only_second=_minus(second, first))


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherwiseView:
    """What today's rules say against a person's decision: the tags that only they give, why, and those they do not."""

    added: tuple[tuple[str, str], ...]
    dropped: tuple[str, ...]


def otherwise_view(message: StoredMessage, catalogue: Catalogue) -> OtherwiseView | None:
    """Lay the rules beside a decision that they disagree with; None where they do not."""
    if not message.disagrees:
        return None
    decided = {(tag.dimension, tag.value) for tag in message.tags}
    only_rules = [tag for tag in message.verdict.tags if (tag.dimension, tag.value) not in decided]
    told = ((title, tag.reason) for tag in only_rules for title in _titles((tag,), catalogue))
    rules, person = _titles(message.verdict.tags, catalogue), _titles(message.tags, catalogue)
    return OtherwiseView(added=tuple(told), dropped=_minus(person, rules))


def tag_words(tags: Iterable[TagRecord], catalogue: Catalogue) -> tuple[str, ...]:
    """Name tags as "Product: Headline Findings", a question at a time, without the category that stands for none."""
    order = list(Dimension)
    return tuple(_titles(sorted(tags, key=lambda tag: (order.index(Dimension(tag.dimension)), tag.value)), catalogue))


def queue_words(tags: Iterable[TagRecord], catalogue: Catalogue) -> tuple[str, ...]:
    """Name a queue line's tags, a question at a time; that it is for the team goes without saying."""
    shown = [tag for tag in tags if tag.value not in (TRIAGE, NO_CATEGORY)]
    return tuple(
        f"{DIMENSION_NAMES[dimension]}: {'; '.join(titles)}"
        for dimension in Dimension
        if (titles := [catalogue.title(dimension, tag.value) for tag in shown if tag.dimension == dimension])
    )


def _titles(tags: Iterable[TagRecord], catalogue: Catalogue) -> list[str]:
    return [
        f"{DIMENSION_NAMES.get(tag.dimension, tag.dimension)}: {catalogue.title(Dimension(tag.dimension), tag.value)}"
        for tag in tags
        if (tag.dimension, tag.value) != (Dimension.USER_CATEGORY, NO_CATEGORY)
    ]


def _quotes(statements: Iterable[StatementRecord]) -> list[str]:
    return [f"{QUOTE_NAMES[item.kind]}: “{folded(item.text)}”" for item in statements]


def permission_words(decision: Decision) -> str:
    """Say whether a decision let the quotes be published, or withdrew them; "" where it did neither."""
    if taken_back(decision.statements_before, decision.statements_after):
        return "; its quotes are withdrawn"
    if taken_back(decision.statements_after, decision.statements_before):
        return "; its quotes are approved for publication"
    return ""


def _minus(left: list[str], right: list[str]) -> tuple[str, ...]:
    return tuple(item for item in left if item not in right)


def key_of(dimension: str, value: str) -> str:
    """Make the name that ties a tag to its words; safe in an id and a class."""
    return re.sub(r"[^a-z0-9]+", "-", f"{dimension} {value}".lower()).strip("-")


def size_words(size: int) -> str:
    """Write a size the way GOV.UK does: 23KB, 1.4MB."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f}KB" if size < 1_000_000 else f"{size / 1_000_000:.1f}MB"


def snippet_parts(snippet: str) -> list[tuple[str, bool]]:
    """Split the words around what a search found into (text, found or not)."""
    pieces = re.split(f"{FOUND}([^{END}]*){END}", snippet)
    return [(text, place % 2 == 1) for place, text in enumerate(pieces) if text]
