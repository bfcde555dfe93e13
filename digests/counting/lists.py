"""Tables that list: sentences, words, misdated messages; pure."""

from classifiers.catalogue import Catalogue, Dimension, StatementKind
from digests.counting.gather import Gathered, Said
from digests.counting.standing import standing_of
from digests.counting.titles import Titles
from digests.period import london_date
from digests.tables import Cell, Column, Kind, Table

_ARRIVED = Column(id="arrived", title="Arrived", kind=Kind.DATE, description="Day of arrival in London")
_USER = Column(id="user", title="User", description="Kind of user, as a reviewer agreed or the rules propose")
_USES = Column(id="uses", title="Uses", description="Uses that the message states")
_PRODUCTS = Column(id="products", title="Products", description="Products that the message is about")
_STATE = Column(id="review", title="Review", description="pending, confirmed or corrected")
_SENDER = Column(id="sender", title="Sender", kind=Kind.QUOTE, description="Who wrote", private=True)
_MESSAGE = Column(id="message", title="Message", kind=Kind.MESSAGE, description="Number of the message in the store")


def use_statements(gathered: Gathered, catalogue: Catalogue) -> Table:
    """List the sentences that state a use."""
    return _statements(
        gathered.sentences(StatementKind.USE),
        Titles(catalogue),
        table_id="use-statements",
        title="Sentences that state a use",
        quote="What they say they use the statistics for",
    )


def decisions(gathered: Gathered, catalogue: Catalogue) -> Table:
    """List the sentences that state a decision which the statistics inform."""
    return _statements(
        gathered.sentences(StatementKind.DECISION),
        Titles(catalogue),
        table_id="decisions",
        title="Decisions that the statistics inform",
        quote="The decision in the sender's words",
    )


def words_for_products(gathered: Gathered, catalogue: Catalogue) -> Table:
    """List the words that people use for products whose titles are under review."""
    found = gathered.words_by_product()
    known = [entry.id for entry in catalogue.of(Dimension.PRODUCT)]
    order = [*(product for product in known if product in found), *sorted(set(found) - set(known))]
    rows = [
        (catalogue.title(Dimension.PRODUCT, product), words, number)
        for product in order
        for words, number in found[product]
    ]
    return Table(
        id="words-for-products",
        title="Words that people use for products whose titles are under review",
        columns=(
            Column(id="product", title="Product"),
            Column(
                id="words", title="Words used", kind=Kind.QUOTE, description="In small letters, as rules found them"
            ),
            Column(id="messages", title="Messages", kind=Kind.COUNT, description="Messages that use these words"),
        ),
        rows=tuple(rows),
        row_ids=tuple(f"{product} {number}" for number, (product, _, _) in enumerate(rows, 1)),
        notes=("words",),
        is_list=True,
    )


def misdated(gathered: Gathered) -> Table:
    """List the messages whose own date lies more than a day from their arrival."""
    found = sorted(gathered.misdated, key=lambda each: (each.arrived_at, each.message_id))
    rows = [
        (
            each.arrived_at,
            each.sent_at,
            round((each.arrived_at - each.sent_at).total_seconds() / 86_400, 1),
            each.arrived_source,
            each.message_id,
        )
        for each in found
    ]
    return Table(
        id="misdated",
        title="Messages whose own date is more than a day from their arrival",
        columns=(
            Column(id="arrived", title="Arrived", kind=Kind.MOMENT, description="London time of arrival"),
            Column(id="dated", title="Own date", kind=Kind.MOMENT, description="The message's Date, in London time"),
            Column(id="days_apart", title="Days apart", kind=Kind.DECIMAL, description="Days from own date to arrival"),
            Column(id="arrival_source", title="Arrival taken from", description="What tells when it arrived"),
            _MESSAGE,
        ),
        rows=tuple(rows),
        row_ids=tuple(str(each.message_id) for each in found),
        notes=("month",),
        is_list=True,
    )


def new_for_annex(users_and_uses: Table, catalogue: Catalogue) -> Table:
    """Take from the users and uses those that the annex does not list yet."""
    standing = standing_of(catalogue)
    keep, rows = [], []
    for place, (row_id, row) in enumerate(zip(users_and_uses.row_ids, users_and_uses.rows, strict=True)):
        why = standing.why_new(*row_id.split("/"))
        if why:
            keep.append(place)
            rows.append((*row[:5], why))
    return Table(
        id="new-for-annex",
        title="Users and uses that the annex does not list yet",
        columns=(
            *users_and_uses.columns[:5],
            Column(id="why", title="Why it is new", description="What the standing annex lacks"),
        ),
        rows=tuple(rows),
        row_ids=tuple(users_and_uses.row_ids[place] for place in keep),
        notes=("users", "annex"),
        overlapping=True,
        behind=tuple((*users_and_uses.behind[place][:5], ()) for place in keep),
    )


def _statements(said: list[Said], titles: Titles, *, table_id: str, title: str, quote: str) -> Table:
    """List sentences by kind of user in catalogue order, then by arrival."""
    ordered = sorted(said, key=lambda each: titles.place(Dimension.USER_CATEGORY, each.coded.user))
    return Table(
        id=table_id,
        title=title,
        columns=(
            _USER,
            _USES,
            Column(id="sentence", title="Sentence", kind=Kind.QUOTE, description=quote, private=True),
            _MESSAGE,
            _ARRIVED,
            _PRODUCTS,
            _STATE,
            _SENDER,
        ),
        rows=tuple(_statement_row(each, titles) for each in ordered),
        row_ids=tuple(f"{each.coded.id}/{number}" for number, each in enumerate(ordered, 1)),
        notes=("sentences",),
        is_list=True,
    )


def _statement_row(said: Said, titles: Titles) -> tuple[Cell, ...]:
    coded = said.coded
    return (
        titles.of(Dimension.USER_CATEGORY, coded.user),
        titles.several(Dimension.USE, coded.uses) or "None stated",
        said.text,
        coded.id,
        london_date(said.arrived_at),
        titles.several(Dimension.PRODUCT, coded.products) or "None named",
        coded.state.value,
        said.sender or "Not known",
    )
