"""Quotes that a reviewer agreed to publish: struck out for the public edition, beside the original for the internal."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from classifiers.catalogue import Catalogue, Dimension, StatementKind
from digests.counting.gather import Gathered, Said
from digests.counting.titles import Titles
from digests.disclosure.redact import redact
from digests.tables import Cell, Column, Kind, Shorthand, Table

APPROVED = "quotes-to-be-published"  # the internal edition's list, with the numbers of the messages
PUBLIC = "quotes"
_KINDS = {
    ("use",): "States a use",
    ("decision",): "Reports a decision",
    ("use", "decision"): "States a use and reports a decision",
}
_SENTENCE = Column(id="sentence", title="Quote", kind=Kind.QUOTE, description="With details struck out")


def approved_quotes(gathered: Gathered, catalogue: Catalogue) -> Table:
    """List what the public edition quotes, what was struck out of it, and the original, for a person to read.

    A sentence of a message stands once, whether it states a use, reports a decision, or both.
    """
    titles, rows = Titles(catalogue), list[tuple[Cell, ...]]()
    for said, states in _once_each(_in_order(gathered.said, titles)):
        struck = redact(said.text, said.sender)
        out = ", ".join(struck.found) or "nothing"
        user = titles.of(Dimension.USER_CATEGORY, said.coded.user)
        rows.append((user, states, struck.text, out, said.text, said.coded.id))
    return Table(
        id=APPROVED,
        title="Quotes that the public edition shows",
        summary="Marked by a reviewer as fit to be published. Read each as it stands here: not every name is found.",
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


def public_quotes(approved: Table, by_user: Sequence[Table]) -> Table:
    """Make the public list: no number of a message, and no kind of user of whom a table keeps a count back."""
    hidden = {row[0] for table in by_user for row in table.rows if Shorthand.CONFIDENTIAL in row}
    places = [approved.column(name) for name in ("user", "states", "sentence")]
    rows = [tuple(row[place] for place in places) for row in approved.rows]
    return Table(
        id=PUBLIC,
        title="What users say, in their own words",
        columns=tuple(approved.columns[place] for place in places),
        rows=tuple((Shorthand.CONFIDENTIAL if row[0] in hidden else row[0], *row[1:]) for row in rows),
        row_ids=approved.row_ids,
        notes=("quotes",),
        is_list=True,
    )


def _once_each(said: Sequence[Said]) -> Iterator[tuple[Said, str]]:
    """Give each sentence of a message once, with all that it states in words; a use comes before a decision."""
    kinds: dict[tuple[int, str], dict[str, Said]] = defaultdict(dict)
    for each in said:
        kinds[each.coded.id, each.text].setdefault(each.kind, each)
    for found in kinds.values():
        named = tuple(sorted(found, key=lambda kind: kind != StatementKind.USE))
        yield next(iter(found.values())), _KINDS.get(named, ", ".join(named))


def _in_order(said: Sequence[Said], titles: Titles) -> list[Said]:
    """Order by kind of user, then by the words: not by arrival, which would set quotes beside months."""
    quotable = (each for each in said if each.quotable)
    return sorted(quotable, key=lambda each: (titles.place(Dimension.USER_CATEGORY, each.coded.user), each.text))
