"""Somebody who keeps every public file ever issued and reckons with nothing else.

Unlike the audit in `digests.disclosure`, which reckons with the cells of tables, this one reckons with messages: how
many there are of each make (kind of user and set of products, and so on), month by month and mailbox by mailbox.
Whatever tables of one world have in common follows by itself, and shares rounded to a decimal are made use of as well.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from math import ceil, floor
from pathlib import Path

from digests.disclosure.rows import Row
from digests.disclosure.solver import Polytope
from digests.period import months_to
from fakes.digest_readers import Shape, from_csv, from_json, from_xlsx

Place = tuple[str, str, str]  # table, row, column
MOST = 5000.0
TOTAL, NONE = "all", "none-named"
DIMENSIONS = {"messages-by-product": "product", "messages-by-use": "use", "messages-by-channel": "channel"}
CROSS = {"products-by-users-12-months": "product", "uses-by-users-12-months": "use"}
USERS, DECISIONS = "messages-by-user", "decisions-by-user"
MAKES = ("decision", "product", "use", "channel")


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The counts (None: kept back) and the shares that the files of one public edition show, in order of issue."""

    account: str
    month: str
    counts: dict[Place, int | None]
    shares: dict[Place, float]


def read_edition(folder: Path) -> Edition:
    """Read the CSV, JSON and XLSX files, which have to tell the same."""
    shape = Shape(folder)
    numbers = from_json(shape)
    assert numbers == from_csv(shape) == from_xlsx(shape)
    (path,) = folder.glob("users-and-uses-*.json")
    held = json.loads(path.read_text(encoding="utf-8"))
    shares = {
        (table["id"], row_id, column["id"]): float(row[column["id"]])
        for table in held["tables"]
        for row_id, row in zip(table["row_ids"], table["rows"], strict=True)
        for column in table["columns"]
        if column["kind"] == "percent" and not str(row[column["id"]]).startswith("[")
    }
    counts = {
        place: None if cell == "[c]" else int(cell)
        for place, cell in numbers.items()
        if cell == "[c]" or cell.isdigit()
    }
    return Edition(account=held["account"], month=held["cover"]["month"], counts=counts, shares=shares)


class Adversary:
    """Unknown numbers of messages by make, and what the editions say of sums of them; all mailboxes have editions."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        """Take in all that the editions show, in the order of their issue."""
        self.editions = editions
        self.makes: dict[tuple[str, ...], int] = {}
        self.bounds: list[tuple[float, float]] = []
        self.rows: list[Row] = []
        self.sums: dict[tuple[int, Place], tuple[int, ...]] = {}
        self.labels: dict[str, list[str]] = defaultdict(list)
        for table, row, _ in chain.from_iterable(edition.counts for edition in editions):
            self._note(table, row)
        self.versions = list(self._versions())
        for place, edition in enumerate(self.editions):
            self._read(place, edition)
        self._add_up_mailboxes()
        self.polytope = Polytope(self.bounds, self.rows)

    def _note(self, table: str, row: str) -> None:
        dimension = "user" if table in (USERS, DECISIONS) else DIMENSIONS.get(table)
        if dimension and row not in (*self.labels[dimension], TOTAL, NONE):
            self.labels[dimension].append(row)

    def _versions(self) -> Iterator[str]:
        """Name which figures each edition rests on: those of the one before where no two counts differ."""
        last: dict[tuple[str, str], tuple[str, Edition]] = {}
        for place, edition in enumerate(self.editions):
            key = edition.account, edition.month
            name, before = last.get(key, ("", None))
            if before is None or _differ(before, edition):
                name = f"{edition.account}/{edition.month}/{place}"
            last[key] = name, edition
            yield name

    def _version_then(self, place: int, month: str) -> str:
        """Name the version of a month that an edition's trend and twelve months rest on: the newest at that time."""
        mine, so_far = self.editions[place], zip(self.editions[: place + 1], self.versions, strict=False)
        known = [name for one, name in so_far if (one.account, one.month) == (mine.account, month)]
        return known[-1] if known else f"{mine.account}/{month}/never issued"

    def make(self, *key: str) -> int:
        """Give the unknown number of messages of a make: version, dimension, kind of user, set of labels."""
        if key not in self.makes:
            self.makes[key] = len(self.bounds)
            self.bounds.append((0.0, MOST))
        return self.makes[key]

    def messages(self, version: str, table: str, row: str, user: str = "") -> tuple[int, ...]:
        """Give the makes whose numbers add up to the messages of a row (of one kind of user)."""
        self._whole(version)
        if table in (USERS, DECISIONS):
            users = self.labels["user"] if row == TOTAL else [row]
            decides = ("yes", "no") if table == USERS else ("yes",)
            return tuple(self.make(version, "decision", each, one) for each in users for one in decides)
        users = [user] if user else self.labels["user"]
        dimension = DIMENSIONS.get(table) or CROSS[table]
        return tuple(
            self.make(version, dimension, each, " ".join(some))
            for each in users
            for some in self._sets(dimension)
            if row == TOTAL or row in some or (row == NONE and not some)
        )

    def _whole(self, version: str) -> None:
        """Use, once, that each kind of user has as many messages by decision as by sets of products, uses, channels."""
        if (version, "whole") in self.makes:
            return
        self.make(version, "whole")
        for user in self.labels["user"]:
            whole = self.messages(version, USERS, user)
            for table in DIMENSIONS:
                self._equal(whole, self.messages(version, table, TOTAL, user))

    def _sets(self, dimension: str) -> Iterable[tuple[str, ...]]:
        labels = self.labels[dimension]
        return chain.from_iterable(combinations(labels, number) for number in range(len(labels) + 1))

    def _equal(self, one: Iterable[int], other: Iterable[int]) -> None:
        weights: dict[int, float] = defaultdict(float)
        for unknown in one:
            weights[unknown] += 1.0
        for unknown in other:
            weights[unknown] -= 1.0
        self.rows.append(Row(weights=weights, low=0.0, high=0.0))

    def _between(self, unknowns: Iterable[int], low: float | None, high: float | None) -> None:
        self.rows.append(Row(weights=dict.fromkeys(unknowns, 1.0), low=low, high=high))

    def _read(self, place: int, edition: Edition) -> None:
        for where, number in edition.counts.items():
            unknowns = self._counted(place, edition, where)
            if unknowns:
                self.sums[place, where] = unknowns
                self._between(unknowns, 1 if number is None else number, None if number is None else number)
        for where in edition.counts:
            self._of_messages(place, where)
        for (table, row, _), share in edition.shares.items():
            self._share(place, table, row, share)

    def _counted(self, place: int, edition: Edition, where: Place) -> tuple[int, ...]:
        """Give the unknowns that a count adds up; none for counts that nothing else hangs together with."""
        table, row, column = where
        version = self.versions[place]
        if table == "trend":
            version, table, row = self._version_then(place, row), USERS, TOTAL
        if table in CROSS:
            window = months_to(edition.month, 12)
            versions = [self._version_then(place, month) for month in window]
            return tuple(one for each in versions for one in self.messages(each, table, column, row))
        if table not in (USERS, DECISIONS, *DIMENSIONS):
            return ()
        if column == "messages":
            return self.messages(version, table, row)
        row = "whole" if row == TOTAL and table != DECISIONS else row
        return (self.make(version, column, "" if row == "whole" else table, row),)

    def _of_messages(self, place: int, where: Place) -> None:
        """Threads and senders: no more than messages, one at least where there is any, none beyond the whole."""
        table, row, column = where
        if column not in ("threads", "senders") or table not in (USERS, DECISIONS, *DIMENSIONS):
            return
        (mine,), (whole,) = self.sums[place, where], self.sums[place, (table, TOTAL, column)]
        self._less(mine, self.sums[place, (table, row, "messages")])
        if row == TOTAL:
            beside = (each for each in self.editions[place].counts if each[0] == table and each[2] == column)
            self._less(whole, [part for each in beside for part in self.sums[place, each] if part != whole])
        else:
            self._less(mine, [whole])

    def _less(self, small: int, large: Iterable[int]) -> None:
        weights = dict.fromkeys(large, 1.0)
        weights[small] = weights.get(small, 0.0) - 1.0
        self.rows.append(Row(weights=weights, low=0.0))

    def _share(self, place: int, table: str, row: str, share: float) -> None:
        """Use that a share is that of the row's messages in the table's total, rounded to one decimal."""
        part, whole = (self.sums.get((place, (table, one, "messages"))) for one in (row, TOTAL))
        if part is None or whole is None or row == TOTAL:
            return
        for sign, edge in ((1.0, share - 0.0501), (-1.0, share + 0.0501)):
            weights: dict[int, float] = defaultdict(float)
            for unknown in part:
                weights[unknown] += 100.0 * sign
            for unknown in whole:
                weights[unknown] -= edge * sign
            self.rows.append(Row(weights=weights, low=0.0))

    def _add_up_mailboxes(self) -> None:
        """Use that the newest figures of the mailboxes make up those over all, make by make."""
        newest: dict[str, dict[str, str]] = defaultdict(dict)
        for place, edition in enumerate(self.editions):
            newest[edition.month][edition.account] = self.versions[place]
        for versions in newest.values():
            over_all = versions.pop("", None)
            if over_all is None or not versions:
                continue
            for key in [key for key in self.makes if key[0] == over_all and len(key) == 4 and key[1] in MAKES]:
                self._equal([self.makes[key]], [self.make(each, *key[1:]) for each in versions.values()])

    def told(self, place: int, true: Mapping[Place, int], threshold: int) -> list[tuple[Place, int, int, int]]:
        """Name the counts that an edition keeps back and that fewer numbers are left for than there have to be.

        Of a small count of a month's table as many as the threshold, of any other two. Each with what it is in truth,
        and the least and the most that it can be.
        """
        kept = [where for where, number in self.editions[place].counts.items() if number is None]
        found = []
        for where in (where for where in kept if (place, where) in self.sums):
            enough = threshold if true[where] < threshold and where[0] not in (*CROSS, "trend") else 2
            low, high = self.range_of(self.sums[place, where], true[where], enough)
            if high - low + 1 < enough:
                found.append((where, true[where], low, high))
        return found

    def told_of_cells(self, place: int, true: Mapping[tuple[str, str, str], int]) -> list[tuple[str, str, str]]:
        """Name the cells of a month, which no edition shows, that are known exactly: cross table, user, label."""
        return [
            (table, user, label)
            for (table, user, label), number in true.items()
            if len({*self.range_of(self.messages(self.versions[place], table, label, user), number, 2)}) == 1
        ]

    def range_of(self, unknowns: Sequence[int], true: int, enough: int) -> tuple[int, int]:
        """Give the least and the most that a sum can be; it stops looking when `enough` numbers are possible."""
        low = high = true
        for most in (True, False):
            values = self.polytope.extreme(dict.fromkeys(unknowns, 1.0), most=most).values
            end = float(sum(values[one] for one in unknowns))
            low, high = min(low, ceil(end - 1e-6)), max(high, floor(end + 1e-6))
            if high - low + 1 >= enough:
                break
        return low, high


def _differ(before: Edition, after: Edition) -> bool:
    """Say whether two editions of a month cannot rest on the same figures."""
    both = before.counts.keys() & after.counts.keys()
    pairs = ({before.counts[one], after.counts[one]} for one in both if one[0] in (USERS, DECISIONS, *DIMENSIONS))
    return any(len(pair) == 2 and None not in pair for pair in pairs)
