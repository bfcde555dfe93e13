"""What a queue's filter asks of the marks that stand beside the words of search on PostgreSQL. Pure.

A mark is a letter and a value, as the database's `search_marks` writes it: `t:product:cohesion`, `s:pending`. Those of
arrival are stretches, each eight times as long as the one a level below: a long time is a few marks.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from storage.records import QueueFilter, ReviewState
from storage.text import clean

LONGEST = 200  # bytes of a mark; a longer one is its digest
LEVELS = 5  # of stretches
TIMES = 8  # so many stretches are one of the level above
_FIRST, _WIDER = 42, 3  # bits of a place below a stretch of the first level (three days), and of each further one
FEWEST = 10_000  # messages that are looked at first; then each time
MORE = 4  # times as many


def asked_of_marks(chosen: QueueFilter) -> tuple[str, ...]:
    """Give what must all hold, each as tsquery writes it; what is set aside, no mark says."""
    single = {"a": chosen.account, "f": chosen.folder, "m": chosen.month, "r": chosen.rule, "g": chosen.flagged_for}
    asked = [_any([f"t:{dimension}:{value}"]) for dimension, value in chosen.tags]
    asked += [_any([f"{letter}:{value}"]) for letter, value in single.items() if value]
    if chosen.states and len(set(chosen.states)) < len(ReviewState):
        asked.append(_any([f"s:{state.value}" for state in chosen.states]))
    if chosen.needs_person is not None:
        asked.append(_any([f"n:{int(chosen.needs_person)}"]))
    asked += [_any([mark]) for mark, wanted in (("x:1", chosen.random_check), ("d:1", chosen.disagrees)) if wanted]
    if chosen.below_confidence is not None:
        asked.append(_any([f"c:{tenth}" for tenth in range(int(min(chosen.below_confidence, 1) * 10) + 1)]))
    return tuple(asked)


def arrived_between(first: int, last: int) -> str:
    """Give what holds of all places from one to another, and of some beside them: the stretches they lie in."""
    return _any(list(_stretches(first >> _FIRST, last >> _FIRST)))


def _stretches(first: int, last: int) -> Iterator[str]:
    """Give the marks of stretches of the first level, as few as will do."""
    for level in range(LEVELS - 1):
        while first <= last and first % TIMES:
            yield f"p{level}:{first}"
            first += 1
        while first <= last and (last + 1) % TIMES:
            yield f"p{level}:{last}"
            last -= 1
        first, last = first // TIMES, last // TIMES if first <= last else first // TIMES - 1
    yield from (f"p{LEVELS - 1}:{one}" for one in range(first, last + 1))


def looked_at_first(bounds: Sequence[int], many: float, last: int) -> list[int]:
    """Give places, each behind more messages before `last` than the one before it.

    `bounds` are places between which there are equally many of the `many` messages, as PostgreSQL keeps them.
    """
    if many <= 0 or len(bounds) < 2:
        return []
    before, found = bisect_right(bounds, last) - 1, list[int]()
    some = max(1, round(FEWEST * (len(bounds) - 1) / many))
    while some < before:
        found.append(bounds[before - some])
        some *= MORE
    return found


def _any(marks: Sequence[str]) -> str:
    return f"({' | '.join(map(_lexeme, marks))})"


def _lexeme(mark: str) -> str:
    """Write a mark as tsquery reads it."""
    whole = clean(mark).encode()
    if len(whole) > LONGEST:
        return f"'{mark[:2]}{hashlib.sha256(whole).hexdigest()}'"
    return "'" + whole.decode().replace("\\", "\\\\").replace("'", "''") + "'"
