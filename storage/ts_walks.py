"""How to go through what a search found on PostgreSQL, newest first, narrowed by what else is asked for.

Its index of words gives no order, and its rows are wide: to fetch every row that has a common word takes most of a
second over a million messages. So words are looked for together with the marks of what else is asked (`marks`): one
index gives the messages that have both. Of these the newest are fetched first: those of the last ten thousand messages,
then of four times as many, and so on until there are enough of them.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Text, cast, func, literal, literal_column, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from storage import models as m
from storage.marks import arrived_between, asked_of_marks, looked_at_first
from storage.narrowing import on_message
from storage.order import month_bounds, search_place
from storage.records import QueueFilter
from storage.search import searched, ts_query_of
from storage.walks import Arm, Do, Walk

# It thinks that what is asked for has nothing to do with each other, and would read the whole table where a tag and a
# word are common, though no message has both. What two indexes give must have room; several processes are no gain.
_SETTINGS = {"enable_seqscan": "off", "work_mem": "64MB", "jit": "off", "max_parallel_workers_per_gather": "0"}
_ARRIVALS = text("""
SELECT (SELECT histogram_bounds::text::bigint[] FROM pg_stats
         WHERE schemaname = current_schema() AND tablename = 'search_text' AND attname = 'place') AS bounds,
       (SELECT reltuples FROM pg_class WHERE oid = 'search_text'::regclass) AS many,
       (SELECT max(place) FROM search_text) AS last
""")


def walks_on_postgresql(do: Do, chosen: QueueFilter, before: int | None) -> Iterator[Walk]:
    """Give the ways to walk along what is found, those of the newest messages first; `before` is a place."""
    if not ts_query_of(chosen.words):
        yield _walk(chosen)
        return
    do(select(*(func.set_config(name, value, True) for name, value in _SETTINGS.items())))  # for this transaction
    known = do(_ARRIVALS).one()
    ends = [place for place in (known.last, before, _end_of_month(chosen)) if place is not None]
    for first in looked_at_first(known.bounds or (), known.many, min(ends, default=0)):
        yield _walk(chosen, arrived_between(first, min(ends)))
    yield _walk(chosen)


def _end_of_month(chosen: QueueFilter) -> int | None:
    bounds = month_bounds(chosen.month) if chosen.month else None
    return search_place(bounds[1], 0) if bounds else None


def _walk(chosen: QueueFilter, *arrived: str) -> Walk:
    words, number = searched(chosen.words, on_postgresql=True, joined=True), m.search_text.c.message_id
    own = on_message(QueueFilter(below_confidence=chosen.below_confidence, set_aside=chosen.set_aside))
    source = words.source.join(m.message, number == m.message.c.id) if own else words.source
    conditions = (words.found, *_marked((*asked_of_marks(chosen), *arrived)), *own)
    # The sign keeps it from walking along the places, in vain where what is asked for is rare.
    return Walk((Arm(source, (words.place + 0,), conditions),), by_place=True, number=number, sorts=True)


def _marked(asked: Sequence[str]) -> list[ColumnElement[bool]]:
    """Say of a message that all these hold of its marks."""
    if not asked:
        return []
    query = cast(literal(" & ".join(asked), Text), TSQUERY)
    return [literal_column("search_text.marks").op("@@", is_comparison=True)(query)]
