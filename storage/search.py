"""Full-text search: what a person types, as FTS5 and as tsquery. Whatever is typed, it is never a syntax error.

Words are all wanted, and match their stems ("survey" finds "surveys"). "Quoted words" stand together, word* begins a
word, -word and -"quoted words" must not occur. A query without any wanted word finds nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    column,
    exists,
    false,
    func,
    literal_column,
    select,
    table,
)
from sqlmodel import Session

from storage import models as m
from storage.text import clean

FOUND, END = "\ue000", "\ue001"  # private-use characters around each word found: the page escapes, then marks

_TERM = re.compile(r'(-?)"([^"]*)"(\*?)|(\S+)')
_WORD = re.compile(r"[^\W_]+")
_MOST_TERMS, _MOST_WORDS = 20, 12
_SHORTEST_BEGINNING = 2  # a single letter begins half of all words
_HEADLINE = f"StartSel={FOUND}, StopSel={END}, MaxFragments=1, MaxWords=24, MinWords=8"

_fts = table("search_fts", column("rowid", BigInteger))


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """Words that stand together; the last may go on when `begins`."""

    words: tuple[str, ...]
    begins: bool = False
    wanted: bool = True


def terms_of(typed: str) -> tuple[Term, ...]:
    """Read what a person typed; signs that are not words are left out."""
    terms = (_term(*found.groups()) for found in _TERM.finditer(clean(typed)))
    return tuple(term for term in terms if term.words)[:_MOST_TERMS]


def fts5_query(terms: Iterable[Term]) -> str:
    """Write terms for FTS5; "" when nothing is wanted."""
    wanted, unwanted = _sorted_out(terms, _fts5_term)
    if not wanted:
        return ""
    query = "(" + " AND ".join(wanted) + ")"
    return f"{query} NOT ({' OR '.join(unwanted)})" if unwanted else query


def ts_query(terms: Iterable[Term]) -> str:
    """Write terms for to_tsquery; "" when nothing is wanted."""
    wanted, unwanted = _sorted_out(terms, _ts_term)
    if not wanted:
        return ""
    return " & ".join([*wanted, *(f"!({term})" for term in unwanted)])


@dataclass(frozen=True, slots=True)
class Words:
    """What to select from to find words, the column that sorts by arrival, and what must hold."""

    source: FromClause
    place: ColumnElement[int]
    found: ColumnElement[bool]


def searched(typed: str, *, on_postgresql: bool, joined: bool) -> Words:
    """Walk along the words; FTS5's index alone knows no messages: `search_text` is beside it when `joined`."""
    query, row = _query(typed, on_postgresql=on_postgresql), m.search_text.c
    if on_postgresql or not query:
        return Words(m.search_text, row.place, _ts_match(query) if query else false())
    source = _fts.join(m.search_text, _fts.c.rowid == row.place) if joined else _fts
    return Words(source, _fts.c.rowid, _fts5_match(query))


def among_found(typed: str) -> Words:
    """Walk along `search_text`, and look each message up among FTS5's words: for when few messages are left."""
    query, row = fts5_query(terms_of(typed)), m.search_text.c
    if not query:
        return searched(typed, on_postgresql=False, joined=True)
    found = exists().where(_fts5_match(query), _fts.c.rowid == row.place).correlate(m.search_text)
    return Words(m.search_text, row.place, found)


def lies_among(numbers: Any) -> ColumnElement[bool]:
    """Say of what FTS5 found that it is one of the messages that a statement gives; it is not asked for each anew."""
    text = m.search_text.alias()
    places = select(text.c.place).where(text.c.message_id.in_(numbers))
    return literal_column("+search_fts.rowid", BigInteger).in_(places)


def snippets(session: Session, typed: str, message_ids: Sequence[int], *, on_postgresql: bool) -> dict[int, str]:
    """Give, for messages that were found, the words around what was found, marked by FOUND and END."""
    query = _query(typed, on_postgresql=on_postgresql)
    if not query or not message_ids:
        return {}
    do = session.connection().execute
    here = m.search_text.c.message_id.in_(message_ids)
    if on_postgresql:
        rows = do(_headlines(query).where(here))
    else:
        rows = do(_fts5_snippets(query, do(select(m.search_text.c.place).where(here)).scalars().all()))
    return {message_id: " ".join(words.split()) for message_id, words in rows}


def ts_query_of(typed: str) -> str:
    """Write what a person typed for to_tsquery; "" when nothing is wanted."""
    return ts_query(terms_of(typed))


def _query(typed: str, *, on_postgresql: bool) -> str:
    return ts_query_of(typed) if on_postgresql else fts5_query(terms_of(typed))


def _headlines(query: str) -> Select[Any]:
    row = m.search_text.c
    whole = row.subject + " " + func.left(row.body, 20_000) + " " + func.left(row.attachments, 20_000)
    return select(row.message_id, func.ts_headline("english", whole, func.to_tsquery("english", query), _HEADLINE))


def _fts5_snippets(query: str, places: Sequence[int]) -> Select[Any]:
    """Ask for the stretch the rows lie in, then for the rows: asked row by row, FTS5 would search for each anew."""
    marked = func.snippet(literal_column("search_fts"), -1, FOUND, END, "…", 24)
    return (
        select(m.search_text.c.message_id, marked)
        .select_from(_fts.join(m.search_text, _fts.c.rowid == m.search_text.c.place))
        .where(_fts5_match(query), _fts.c.rowid.between(min(places), max(places)))
        .where(literal_column("+search_fts.rowid").in_(places))
    )


def _ts_match(query: str) -> ColumnElement[bool]:
    return literal_column("search_text.words").op("@@", is_comparison=True)(func.to_tsquery("english", query))


def _fts5_match(query: str) -> ColumnElement[bool]:
    return literal_column("search_fts").op("MATCH", is_comparison=True)(query)


def _term(minus: str | None, quoted: str | None, star: str | None, plain: str | None) -> Term:
    if plain is None:
        return _made(quoted or "", begins=bool(star), wanted=not minus)
    return _made(plain, begins=plain.endswith("*"), wanted=not plain.startswith("-"))


def _made(words: str, *, begins: bool, wanted: bool) -> Term:
    found = tuple(_WORD.findall(words)[:_MOST_WORDS])
    long_enough = bool(found) and len(found[-1]) >= _SHORTEST_BEGINNING
    return Term(words=found, begins=begins and long_enough, wanted=wanted)


def _sorted_out(terms: Iterable[Term], write: Any) -> tuple[list[str], list[str]]:
    terms = tuple(terms)
    return [write(term) for term in terms if term.wanted], [write(term) for term in terms if not term.wanted]


def _fts5_term(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.begins else "")


def _ts_term(term: Term) -> str:
    return " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.begins else "")
