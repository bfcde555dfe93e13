"""The queue's filter as a link one can keep: query string to QueueFilter and back; pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urlencode

from classifiers.catalogue import Catalogue, Dimension
from review.times import month_name
from storage.records import QueueFilter, ReviewState

TAG_FIELDS = tuple(dimension.value for dimension in Dimension)
TEXT_FIELDS = ("month", "account", "folder", "rule")
MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")
UNREADABLE = {"month": "Enter a month like 2011-03", "below": "Enter a percentage from 1 to 100"}
LONGEST = 200  # characters of one field


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A filter that is on or off: how to see it, how to take it away, and what its chip says."""

    title: str
    words: str
    stands: Callable[[QueueFilter], bool]
    without: Callable[[QueueFilter], QueueFilter]


FLAGS: Mapping[str, Flag] = {
    "disagrees": Flag(
        title="Attention",
        words="Rules disagree",
        stands=lambda chosen: chosen.disagrees,
        without=lambda chosen: replace(chosen, disagrees=False),
    ),
    "check": Flag(
        title="Attention",
        words="Random check",
        stands=lambda chosen: chosen.random_check,
        without=lambda chosen: replace(chosen, random_check=False),
    ),
    "aside": Flag(
        title="Reading",
        words="Set aside",
        stands=lambda chosen: chosen.set_aside,
        without=lambda chosen: replace(chosen, set_aside=False),
    ),
    "counted": Flag(
        title="Figures",
        words="Without the team’s own mail and probable copies",
        stands=lambda chosen: chosen.counted,
        without=lambda chosen: replace(chosen, counted=False),
    ),
}


class Query(Protocol):
    """What we need of a request's query: several values a name."""

    def getlist(self, key: str, /) -> list[str]:
        """Give every value of a name, in order."""


def filter_of(query: Query) -> QueueFilter:
    """Read a filter; what makes no sense does not narrow."""
    first = {name: _first(query, name) for name in (*TEXT_FIELDS, *FLAGS, "q", "needs", "below", "flagged")}
    return QueueFilter(
        states=tuple(state for state in ReviewState if state.value in query.getlist("state")),
        needs_person={"yes": True, "no": False}.get(first["needs"]),
        tags=tuple((name, value) for name in TAG_FIELDS for value in _values(query, name)),
        month=first["month"] if MONTH.fullmatch(first["month"]) else "",
        account=first["account"],
        folder=first["folder"],
        rule=first["rule"],
        below_confidence=_fraction(first["below"]),
        disagrees=first["disagrees"] == "yes",
        random_check=first["check"] == "yes",
        set_aside=first["aside"] == "yes",
        counted=first["counted"] == "yes",
        flagged_for=first["flagged"],
        words=first["q"],
    )


def unreadable(query: Query) -> dict[str, str]:
    """Give what was typed for a month or a percentage and is none, by field: it narrows nothing, and is to be said."""
    typed = {name: _first(query, name) for name in UNREADABLE}
    is_wrong = {"month": not MONTH.fullmatch(typed["month"]), "below": _fraction(typed["below"]) is None}
    return {name: text for name, text in typed.items() if text and is_wrong[name]}


def _first(query: Query, name: str) -> str:
    return next(iter(_values(query, name)), "")


def _values(query: Query, name: str) -> list[str]:
    """Give a name's values without white space around them; NUL, which PostgreSQL does not take, is dropped."""
    cleaned = (value.replace("\0", "").strip()[:LONGEST].strip() for value in query.getlist(name))
    return [value for value in cleaned if value]


def _fraction(percent: str) -> float | None:
    number = int(percent) if percent.isascii() and percent.isdigit() and len(percent) < 4 else 0
    return number / 100 if 0 < number <= 100 else None


def pairs_of(chosen: QueueFilter) -> list[tuple[str, str]]:
    """Give a filter as (name, value) pairs, in a fixed order, for links and hidden fields."""
    pairs = [("state", state.value) for state in chosen.states]
    if chosen.needs_person is not None:
        pairs.append(("needs", "yes" if chosen.needs_person else "no"))
    pairs.extend(chosen.tags)
    pairs.extend((name, getattr(chosen, name)) for name in TEXT_FIELDS if getattr(chosen, name))
    if chosen.below_confidence is not None:
        pairs.append(("below", str(round(chosen.below_confidence * 100))))
    pairs.extend((name, "yes") for name, flag in FLAGS.items() if flag.stands(chosen))
    if chosen.flagged_for:
        pairs.append(("flagged", chosen.flagged_for))
    if chosen.words:
        pairs.append(("q", chosen.words))
    return pairs


def query_of(chosen: QueueFilter, **more: str | int) -> str:
    """Write a filter as a query string, "" or "?…", with `more` behind it."""
    pairs = [*pairs_of(chosen), *((name, str(value)) for name, value in more.items() if value != "")]
    return f"?{urlencode(pairs)}" if pairs else ""


def trail_of(query: Query, **more: str | int) -> str:
    """Write the filter of a message's address again, with the page of the list from which it was opened."""
    return query_of(filter_of(query), after=_first(query, "after"), **more)


def chips(
    chosen: QueueFilter, catalogue: Catalogue, mailbox_name: Callable[[str], str] = str
) -> list[tuple[str, str, str]]:
    """Name every narrowing as (its name, its value in words, the query without it); a mailbox by `mailbox_name`."""
    return [
        (name, words, query_of(without))
        for name, words, without in (
            *_state_chips(chosen),
            *_tag_chips(chosen, catalogue),
            *_other_chips(chosen, mailbox_name),
        )
    ]


STATE_NAMES: Mapping[ReviewState, str] = {
    ReviewState.PENDING: "Pending",
    ReviewState.CONFIRMED: "Confirmed",
    ReviewState.CORRECTED: "Corrected",
}
DIMENSION_NAMES: Mapping[str, str] = {
    "disposition": "Kind of message",
    "product": "Product",
    "user_category": "User",
    "use": "Use",
    "channel": "Channel",
}


def _state_chips(chosen: QueueFilter) -> list[tuple[str, str, QueueFilter]]:
    found = [
        (
            "State",
            STATE_NAMES[state],
            replace(chosen, states=tuple(other for other in chosen.states if other is not state)),
        )
        for state in chosen.states
    ]
    if chosen.needs_person is not None:
        words = "Needs a person" if chosen.needs_person else "Does not need a person"
        found.append(("Attention", words, replace(chosen, needs_person=None)))
    return found


def _tag_chips(chosen: QueueFilter, catalogue: Catalogue) -> list[tuple[str, str, QueueFilter]]:
    return [
        (
            DIMENSION_NAMES.get(name, name),
            catalogue.title(Dimension(name), value),
            replace(chosen, tags=tuple(tag for tag in chosen.tags if tag != (name, value))),
        )
        for name, value in chosen.tags
    ]


def _other_chips(chosen: QueueFilter, mailbox_name: Callable[[str], str]) -> list[tuple[str, str, QueueFilter]]:
    found = []
    if chosen.month:
        found.append(("Month", month_name(chosen.month), replace(chosen, month="")))
    if chosen.account:
        found.append(("Mailbox", mailbox_name(chosen.account), replace(chosen, account="")))
    if chosen.folder:
        found.append(("Folder", chosen.folder, replace(chosen, folder="")))
    if chosen.rule:
        found.append(("Rule", chosen.rule, replace(chosen, rule="")))
    if chosen.below_confidence is not None:
        words = f"Below {chosen.below_confidence:.0%}"
        found.append(("Confidence", words, replace(chosen, below_confidence=None)))
    for flag in FLAGS.values():
        if flag.stands(chosen):
            found.append((flag.title, flag.words, flag.without(chosen)))
    if chosen.flagged_for:
        found.append(("Flagged", f"Flagged for {chosen.flagged_for}", replace(chosen, flagged_for="")))
    if chosen.words:
        found.append(("Words", chosen.words, replace(chosen, words="")))
    return found


def is_number(text: str) -> bool:
    """Say whether a text that came in can be a number of the store's: a message's, or its version."""
    return text.isascii() and text.isdigit() and len(text) < 16


def number_of(text: str) -> int:
    """Read such a number; -1, which nothing has, where it is none."""
    return int(text) if is_number(text) else -1
