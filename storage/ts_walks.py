"""How to go through what a search found on PostgreSQL, newest first, narrowed by what else is asked for.

Its index of words gives no order, and its rows are wide: to fetch every row that has a common word, or to look every
message of a common tag up among the words, takes most of a second over a million messages. So what few messages say is
fetched and sorted. Of other words the newest messages are looked through first, which is enough where many have both.
Where they hold too few, what the index of words gives is intersected with a list of those that pass the filters, and
only the rows of the messages in both are fetched.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, any_, cast, func, literal, select, text

from storage import models as m
from storage.records import QueueFilter
from storage.search import searched, ts_query_of
from storage.walks import Arm, Do, Walk
from storage.word_walks import Narrowing, all_of, in_month, narrowings, on_row, sorted_out, states_of

FEW_FOUND = 2_000  # so many messages with the words are fetched at once, whatever else is asked of them
MANY_FOUND = 20_000  # so many are not worth fetching
NEWEST = 30_000  # so many messages are looked through before anything is listed
LISTED = 250_000  # so many that pass a filter are worth listing
_EXPECTED = text("EXPLAIN (FORMAT JSON) SELECT FROM search_text WHERE words @@ to_tsquery('english', :query)")


def walks_on_postgresql(do: Do, chosen: QueueFilter) -> Iterator[Walk]:
    """Choose how PostgreSQL walks along the words that are searched for."""
    own, asked = on_row(chosen), [*narrowings(chosen), *states_of(chosen)]
    many = expected(do, chosen.words) if own or asked else MANY_FOUND
    if many >= FEW_FOUND and (own or asked) and not chosen.month:
        yield _walk(chosen, asked, newest=_oldest_of_the_newest(do))
    if many < MANY_FOUND:
        yield _walk(chosen, asked, sorts=True)
        return
    _, listed, others = sorted_out(do, chosen, 0 if chosen.month else LISTED)
    if listed:
        yield _walk(chosen, others, listed=_numbers(do, listed), sorts=True)
    else:
        yield _walk(chosen, asked)


def expected(do: Do, typed: str) -> int:
    """Give how many messages PostgreSQL expects to have the words, by what it knows of how common each is."""
    query = ts_query_of(typed)
    if not query:
        return 0
    plan = do(_EXPECTED, {"query": query}).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def _oldest_of_the_newest(do: Do) -> int:
    """Give the place behind the newest messages."""
    place = m.search_text.c.place
    return int(do(select(place).order_by(place.desc()).offset(NEWEST).limit(1)).scalar() or 0)


def _numbers(do: Do, listed: Sequence[Narrowing]) -> str:
    """List messages, as PostgreSQL writes an array: it is handed back as it came."""
    some = all_of(listed).subquery()
    return str(do(select(cast(func.array_agg(some.c[0]), Text))).scalar() or "{}")


def _walk(
    chosen: QueueFilter, asked: Sequence[Narrowing], *, newest: int = 0, listed: str = "", sorts: bool = False
) -> Walk:
    words, own, number = (
        searched(chosen.words, on_postgresql=True, joined=True),
        on_row(chosen),
        m.search_text.c.message_id,
    )
    joins = bool(own) or any(one.on_message for one in asked)
    source = words.source.join(m.message, number == m.message.c.id) if joins else words.source
    first = [*_among(number, listed), *([words.place > newest] if newest else []), *in_month(chosen, words.place)]
    conditions = (*first, words.found, *own, *(one.condition for one in asked))
    key = words.place + 0 if sorts else words.place  # else it may walk from the newest on, in vain
    return Walk((Arm(source, (key,), conditions),), by_place=True, number=number, sorts=sorts, in_both=bool(listed))


def _among(number: ColumnElement[int], listed: str) -> list[ColumnElement[Any]]:
    """Say that a message is listed; the list stands in a statement of its own, or it would be weighed one by one."""
    if not listed:
        return []
    return [number == any_(cast(select(literal(listed, Text)).scalar_subquery(), ARRAY(BigInteger)))]
