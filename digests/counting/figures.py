"""The tables of figures of one month, made of coded records alone: an issue and today are counted by the same code."""

from collections import defaultdict
from collections.abc import Sequence

from classifiers.catalogue import Catalogue, Dimension
from digests.counting.coded import Coded
from digests.counting.counts import ALL, COUNTS, NONE, Axis, Label, axis_of, counts, ids_of, one_way, two_way
from digests.counting.standing import standing_of
from digests.counting.titles import Titles
from digests.options import DigestOptions
from digests.tables import Column, Table

TEAM = "team"
# The tables whose numbers know their messages: these, and what is new for the annex among users and uses.
TRACED = (
    "mail-received",
    "messages-by-product",
    "messages-by-user",
    "products-by-users",
    "users-and-uses",
    "new-for-annex",
    "messages-by-use",
    "decisions-by-user",
    "messages-by-channel",
    "arrival-known-from",
)


def counted(coded: Sequence[Coded], options: DigestOptions) -> tuple[Coded, ...]:
    """Give the messages that the figures count: users', and reviewed ones only where the options say so."""
    return tuple(each for each in coded if each.is_users and (options.count_pending or each.reviewed))


def figure_tables(coded: Sequence[Coded], catalogue: Catalogue, options: DigestOptions) -> tuple[Table, ...]:
    """Make every table of figures that rests on the coded records alone."""
    messages = counted(coded, options)
    return (
        received(coded, catalogue),
        _by_product(messages, catalogue),
        _by_user(messages, catalogue),
        _products_by_users(messages, catalogue),
        users_and_uses(messages, catalogue),
        _by_use(messages, catalogue),
        _decisions_by_user(messages, catalogue),
        _by_channel(messages, catalogue),
        _by_arrival_source(coded),
    )


def received(coded: Sequence[Coded], catalogue: Catalogue) -> Table:
    """Count all that arrived, by what it is."""
    team = Label(id=TEAM, title="The team's own mail")
    return one_way(
        coded,
        axis_of(catalogue, Dimension.DISPOSITION, _received_as, coded, all_title="All mail", more=[team]),
        table_id="mail-received",
        title="Mail received",
        first=Column(id="kind", title="Kind of message"),
        notes=("month", "units", "counted"),
        overlapping=False,
    )


def users_and_uses(messages: Sequence[Coded], catalogue: Catalogue) -> Table:
    """Count each kind of user with each use that it states: the annex's table."""
    titles, standing = Titles(catalogue), standing_of(catalogue)
    groups: dict[tuple[str, str], list[Coded]] = defaultdict(list)
    for message in messages:
        for use in message.uses:
            groups[message.user, use].append(message)
    order = sorted(
        groups,
        key=lambda pair: (titles.place(Dimension.USER_CATEGORY, pair[0]), titles.place(Dimension.USE, pair[1])),
    )
    return Table(
        id="users-and-uses",
        title="Users and their uses",
        columns=(
            Column(id="user", title="User"),
            Column(id="use", title="Use"),
            *COUNTS,
            Column(id="in_annex", title="In the annex", description="yes, or no: the annex has no such line yet"),
        ),
        rows=tuple(
            (
                titles.of(Dimension.USER_CATEGORY, user),
                titles.of(Dimension.USE, use),
                *counts(groups[user, use]),
                "yes" if (user, use) in standing.pairs else "no",
            )
            for user, use in order
        ),
        row_ids=tuple(f"{user}/{use}" for user, use in order),
        notes=("users", "pending", "units", "several", "annex"),
        overlapping=True,
        behind=tuple(((), (), ids, ids, ids, ()) for ids in (ids_of(groups[pair]) for pair in order)),
    )


def _by_product(messages: Sequence[Coded], catalogue: Catalogue) -> Table:
    return one_way(
        messages,
        axis_of(catalogue, Dimension.PRODUCT, _products, messages, "No product named"),
        table_id="messages-by-product",
        title="Messages by product",
        first=Column(id="product", title="Product"),
        notes=("users", "counted", "pending", "units", "several"),
        overlapping=True,
    )


def _by_user(messages: Sequence[Coded], catalogue: Catalogue) -> Table:
    return one_way(
        messages,
        axis_of(catalogue, Dimension.USER_CATEGORY, _user, messages),
        table_id="messages-by-user",
        title="Messages by kind of user",
        first=Column(id="user", title="User"),
        notes=("users", "counted", "pending", "units"),
        overlapping=False,
    )


def _products_by_users(messages: Sequence[Coded], catalogue: Catalogue) -> Table:
    return two_way(
        messages,
        axis_of(catalogue, Dimension.USER_CATEGORY, _user, messages),
        axis_of(catalogue, Dimension.PRODUCT, _products, messages, "No product named"),
        table_id="products-by-users",
        title="Messages by kind of user and product",
        summary="A message about several products stands in several columns.",
        first=Column(id="user", title="User"),
        notes=("users", "counted", "pending", "several"),
    )


def _by_use(messages: Sequence[Coded], catalogue: Catalogue) -> Table:
    return one_way(
        messages,
        axis_of(catalogue, Dimension.USE, _uses, messages, "No use stated"),
        table_id="messages-by-use",
        title="Messages by use of the statistics",
        first=Column(id="use", title="Use"),
        notes=("users", "counted", "pending", "units", "several"),
        overlapping=True,
    )


def _decisions_by_user(messages: Sequence[Coded], catalogue: Catalogue) -> Table:
    deciding = tuple(message for message in messages if message.states_decision)
    return one_way(
        deciding,
        axis_of(catalogue, Dimension.USER_CATEGORY, _user, deciding),
        table_id="decisions-by-user",
        title="Messages that state a decision which the statistics inform, by kind of user",
        first=Column(id="user", title="User"),
        notes=("users", "counted", "pending", "units"),
        overlapping=False,
    )


def _by_channel(messages: Sequence[Coded], catalogue: Catalogue) -> Table:
    return one_way(
        messages,
        axis_of(catalogue, Dimension.CHANNEL, _channels, messages, "No channel"),
        table_id="messages-by-channel",
        title="Messages by channel of engagement",
        first=Column(id="channel", title="Channel"),
        notes=("users", "counted", "pending", "units", "several"),
        overlapping=True,
    )


def _by_arrival_source(coded: Sequence[Coded]) -> Table:
    sources = sorted({each.arrived_source for each in coded})
    labels = [Label(id=source or NONE, title=source or "Not known") for source in sources]
    return one_way(
        coded,
        Axis(labels=(*labels, Label(id=ALL, title="All mail")), ids_of=lambda each: (each.arrived_source or NONE,)),
        table_id="arrival-known-from",
        title="What tells when mail arrived",
        first=Column(id="source", title="Arrival taken from"),
        notes=("month", "units"),
        overlapping=False,
    )


def _received_as(message: Coded) -> tuple[str, ...]:
    """A team's own message is none of the other kinds, so that the rows add up."""
    return (TEAM,) if message.from_team else (message.disposition,)


def _products(message: Coded) -> tuple[str, ...]:
    return message.products


def _user(message: Coded) -> tuple[str, ...]:
    return (message.user,)


def _uses(message: Coded) -> tuple[str, ...]:
    return message.uses


def _channels(message: Coded) -> tuple[str, ...]:
    return message.channels
