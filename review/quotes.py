"""A month's quotes as the public edition would print them, message by message; pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from classifiers.catalogue import Catalogue, Dimension, StatementKind
from review.callables import Struck
from review.forms import folded
from storage.quotes import QuotedMessage
from storage.records import StatementRecord

KINDS = {
    ("use",): "States a use",
    ("decision",): "States a decision",
    ("use", "decision"): "States a use and a decision",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence of a message, white space folded, with all that it states: "use", "decision" or both in that order."""

    text: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuoteView:
    """One quote: `parts` as it would be printed, each with whether it is a mark for something struck out."""

    states: str
    parts: tuple[tuple[str, bool], ...]
    struck_out: str
    original: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotedView:
    """The quotes of one message."""

    message: QuotedMessage
    user: str
    quotes: tuple[QuoteView, ...]


def quoted_views(
    messages: Sequence[QuotedMessage], catalogue: Catalogue, strike: Callable[[str, str], Struck]
) -> tuple[QuotedView, ...]:
    """Lay the quotes of messages out."""
    return tuple(
        QuotedView(
            message=message,
            user=_user(message, catalogue),
            quotes=tuple(quote_view(said, message.sender, strike) for said in sentences_of(message.statements)),
        )
        for message in messages
    )


def sentences_of(statements: Sequence[StatementRecord]) -> tuple[Sentence, ...]:
    """Give each sentence once, as the public edition prints it, in the order of the statements."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for said in statements:
        kinds[folded(said.text)].add(said.kind)
    return tuple(
        Sentence(text=text, kinds=tuple(sorted(found, key=lambda kind: kind != StatementKind.USE)))
        for text, found in kinds.items()
    )


def quote_view(said: Sentence, sender: str, strike: Callable[[str, str], Struck]) -> QuoteView:
    """Lay one quote out."""
    struck = strike(said.text, sender)
    return QuoteView(
        states=KINDS.get(said.kinds, ", ".join(said.kinds)),
        parts=marked(struck),
        struck_out=", ".join(dict.fromkeys(mark.strip("[]") for mark in struck.found)),
        original=said.text,
    )


def marked(struck: Struck) -> tuple[tuple[str, bool], ...]:
    """Cut a struck-out text at its marks."""
    if not struck.found:
        return ((struck.text, False),)
    either = "|".join(map(re.escape, dict.fromkeys(struck.found)))
    pieces = re.split(f"({either})", struck.text)
    return tuple((text, place % 2 == 1) for place, text in enumerate(pieces) if text)


def taken_back(before: Sequence[StatementRecord], after: Sequence[StatementRecord]) -> bool:
    """Say whether words that might be published may be no more."""
    return bool({said.text for said in before if said.quotable} - {said.text for said in after if said.quotable})


def user_category_of(message: QuotedMessage) -> str:
    """Give the kind of user that a message is from; "" where none is given."""
    return next((tag.value for tag in message.tags if tag.dimension == Dimension.USER_CATEGORY), "")


def _user(message: QuotedMessage, catalogue: Catalogue) -> str:
    value = user_category_of(message)
    return catalogue.title(Dimension.USER_CATEGORY, value) if value else ""
