"""The questions of the decision form: chosen and proposed tags on top, with why; pure."""

from collections import Counter
from dataclasses import dataclass

from classifiers.catalogue import Catalogue, CatalogueEntry, Dimension, Role
from review.filters import DIMENSION_NAMES
from review.forms import NO_CATEGORY, Draft
from review.words import key_of
from storage.records import StoredMessage, TagRecord

KEYS = {"disposition": "m", "product": "p", "user_category": "w", "use": "u", "channel": "c"}
HINTS = {
    "disposition": "Anything but mail for the team to read clears the tags below.",
    "user_category": "Who uses the statistics, on whose behalf the sender writes.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One tag of the form: `key` ties it to its lit words, `number` is its place in the catalogue."""

    value: str
    title: str
    number: int
    key: str
    checked: bool
    percent: str = ""
    reason: str = ""
    places: int = 0  # how many lit words it has


@dataclass(frozen=True, kw_only=True, slots=True)
class DimensionView:
    """One question of the form: what is chosen or was proposed on top, the rest to unfold."""

    name: str
    title: str
    hint: str
    letter: str
    single: bool
    top: tuple[Option, ...]
    rest: tuple[Option, ...]


def dimension_views(message: StoredMessage, draft: Draft, catalogue: Catalogue) -> tuple[DimensionView, ...]:
    """Lay out the form's questions: chosen and proposed tags on top."""
    places = Counter(key_of(hit.dimension, hit.value) for hit in message.verdict.hits if hit.role == Role.ASKED)
    return tuple(_dimension_view(dimension, message, draft, catalogue, places) for dimension in Dimension)


def _dimension_view(
    dimension: Dimension, message: StoredMessage, draft: Draft, catalogue: Catalogue, places: Counter[str]
) -> DimensionView:
    chosen = draft.values.get(dimension, ())
    records = {tag.value: tag for tag in (*message.tags, *message.verdict.tags) if tag.dimension == dimension}
    entries = [entry for entry in catalogue.of(dimension) if entry.id != NO_CATEGORY]
    known = {entry.id for entry in entries} | {NO_CATEGORY}
    strange = [
        CatalogueEntry(dimension=dimension, id=value, title=value)
        for value in dict.fromkeys((*records, *chosen))
        if value not in known
    ]
    proposed = {tag.value for tag in message.verdict.tags if tag.dimension == dimension}
    options = [
        _option(entry, number, records.get(entry.id), entry.id in chosen, places, sure=entry.id in proposed)
        for number, entry in enumerate([*entries, *strange], start=1)
    ]
    top = tuple(option for option in options if option.checked or option.value in records)
    return DimensionView(
        name=dimension.value,
        title=DIMENSION_NAMES[dimension.value],
        hint=HINTS.get(dimension.value, ""),
        letter=KEYS[dimension.value],
        single=dimension in (Dimension.DISPOSITION, Dimension.USER_CATEGORY),
        top=top,
        rest=tuple(option for option in options if option not in top),
    )


def _option(
    entry: CatalogueEntry, number: int, record: TagRecord | None, checked: bool, places: Counter[str], *, sure: bool
) -> Option:
    key = key_of(entry.dimension, entry.id)
    return Option(
        value=entry.id,
        title=entry.title,
        number=number,
        key=key,
        checked=checked,
        percent=f"{record.confidence:.0%}" if record and sure else "",
        reason=record.reason if record else "",
        places=places[key],
    )
