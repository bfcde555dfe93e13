"""Quotes that a reviewer agreed to publish: struck out for the public edition, beside the original for the internal."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from classifiers.catalogue import Catalogue, Dimension, StatementKind
from digests.counting.gather import Gathered, Said
from digests.counting.titles import Titles
from digests.disclosure.redact import redact
from digests.tables import Cell, Column, Kind, Shorthand, Table

APPROVED = "quotes-to-be-published"  # the internal edition's list, with the numbers of the messages
PUBLIC = "quotes"
_KINDS = {
    ("use",): "States a use",
    ("decision",): "States a decision",
    ("use", "decision"): "States a use and a decision",
}
_SENTENCE = Column(id="sentence", title="Quote", kind=Kind.QUOTE, description="With details struck out")


def approved_quotes(gathered: Gathered, catalogue: Catalogue) -> Table:
    """List what the public edition quotes, what was struck out of it, and the original, for a person to read.

    A sentence of a message stands once, whether it states a use, reports a decision, or both.
    """
    titles, rows = Titles(catalogue), list[tuple[Cell, ...]]()
    for said, states in _once_each([each for each in gathered.said if each.quotable]):
        struck = redact(said.text, f"{said.sender} <{said.user_address}>")
        out = ", ".join(struck.found) or "nothing"
        user = titles.of(Dimension.USER_CATEGORY, said.coded.user)
        rows.append((user, states, struck.text, out, said.text, said.coded.id))
    rows.sort(key=_by_words)
    return Table(
        id=APPROVED,
        title="Quotes that the public edition shows",
        summary="Approved for publication by a reviewer. Read each as it stands here: not every name is found.",
        columns=(
            Column(id="user", title="User"),
            Column(id="states", title="States"),
            _SENTENCE,
            Column(id="struck_out", title="Struck out", description="What was found and struck out"),
            Column(id="original", title="As written", kind=Kind.QUOTE, description="The sentence as it was written"),
            Column(id="message", title="Message", kind=Kind.MESSAGE, description="Number of the message in the store"),
        ),
        rows=tuple(rows),
        row_ids=tuple(f"quote-{number}" for number in range(1, len(rows) + 1)),
        notes=("sentences",),
        is_list=True,
    )


def public_quotes(approved: Table, by_user: Sequence[Table], as_counted: Collection[int]) -> Table:
    """Make the public list: no number of a message, and a kind of user only where the tables by it show its counts.

    `as_counted` are the messages whose kind of user the figures count as it stands here: figures of an earlier issue
    may stand, and a quote that came since is not to say how they differ.
    """
    told = [{row[0] for row in table.rows if _is_told(row)} for table in by_user]
    kept_back = {row[0] for table in by_user for row in table.rows if Shorthand.CONFIDENTIAL in row}
    places = {name: approved.column(name) for name in ("user", "states", "sentence", "message")}
    rows = []
    for row in approved.rows:
        user, states, sentence, message = (row[place] for place in places.values())
        tables = told if states != _KINDS["use",] else told[:1]
        shows = message in as_counted and user not in kept_back and all(user in users for users in tables)
        rows.append((user if shows else Shorthand.CONFIDENTIAL, states, sentence))
    return Table(
        id=PUBLIC,
        title="What users say, in their own words",
        columns=tuple(approved.columns[places[name]] for name in ("user", "states", "sentence")),
        rows=tuple(rows),
        row_ids=approved.row_ids,
        notes=("quotes",),
        is_list=True,
    )


def _is_told(row: Sequence[Cell]) -> bool:
    """Say whether a row shows a count that is not zero."""
    return any(isinstance(cell, int) and cell for cell in row) and Shorthand.CONFIDENTIAL not in row


def _by_words(row: Sequence[Cell]) -> tuple[str, ...]:
    """Order by the words as they are published: the kind of user would be told by the place, the month by arrival."""
    _, states, struck, _, written, message = row
    return str(struck), str(states), str(written), str(message)


def _once_each(said: Sequence[Said]) -> Iterator[tuple[Said, str]]:
    """Give each sentence of a message once, with all that it states in words; a use comes before a decision."""
    kinds: dict[tuple[int, str], dict[str, Said]] = defaultdict(dict)
    for each in said:
        kinds[each.coded.id, each.text].setdefault(each.kind, each)
    for found in kinds.values():
        named = tuple(sorted(found, key=lambda kind: kind != StatementKind.USE))
        yield next(iter(found.values())), _KINDS.get(named, ", ".join(named))
