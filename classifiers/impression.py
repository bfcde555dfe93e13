"""What the words of a message alone suggest, apart from the rules: which products, and who writes.

The rules know what they were told; words that go with another product or another kind of user show where that was too
little. Each word is worth something for and against each product and each kind of user, and so is whose address a
message comes from. The worths are log-odds, stand in rules/tag_words.toml and were measured on labelled mail. They
decide nothing: where they disagree with the rules, the verdict is doubted (needs.py). What was never measured (a new
product, the files of another survey) is doubted a little.
"""

import math
import struct
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from classifiers.categories import BY_ADDRESS
from classifiers.message_evidence import Evidence
from classifiers.verdict import Dimension, Tag, ZoneKind

TABLE = "tag_words"
DIMENSIONS = (Dimension.PRODUCT, Dimension.USER_CATEGORY)
NO_ADDRESS = "nobody"  # an address that no list gives to anybody
UNMEASURED = 0.3  # the chance of a tag whose words were never measured: mail is as sure as before words were looked at
AT = "@"  # before whose address it is, among the words
_LANE, _BIAS = 32, 1 << 15  # bits of a figure in a row, and what makes each of them positive
_PARTS = 100  # worths are added up in hundredths: whole numbers are exact in any order and on every machine


@dataclass(frozen=True, slots=True)
class Impression:
    """What the words suggest: log-odds of each product, and chances of users."""

    products: Mapping[str, float]
    users: Mapping[str, float]
    untold: Set[str] = frozenset()  # products of which the words say no more than no words would

    def for_product(self, product: str) -> float:
        """Give the log-odds of a product."""
        return self.products.get(product, math.log(UNMEASURED / (1 - UNMEASURED)))

    def for_user(self, user: str) -> float:
        """Give the chance of a kind of user."""
        return self.users.get(user, UNMEASURED)


class Impressions:
    """What each word is worth for each tag; made once."""

    def __init__(self, measured: Mapping[str, Mapping[str, Any]]) -> None:
        """Take what was measured: by dimension, as tag_words.toml holds it."""
        tables = [measured.get(dimension.value, {}) for dimension in DIMENSIONS]
        starts = [{name: float(start) for name, start in table.get("start", {}).items()} for table in tables]
        self._products, self._users = map(tuple, starts)
        columns = tuple(_columns(tables, starts))
        nothing = sum(_BIAS << _LANE * place for place in range(len(columns)))
        self._start = nothing + sum(map(_worth, count(), (start for those in starts for start in those.values())))
        self._rows = dict.fromkeys(chain.from_iterable(columns), nothing)
        for place, column in enumerate(columns):
            for word, worth in column.items():
                self._rows[word] += _worth(place, worth)
        self._known = frozenset(self._rows)
        self._wordless = self._added(frozenset(), self._start)[: len(self._products)]

    def of(self, evidence: Evidence, users: Iterable[Tag]) -> Impression:
        """Give the impression that a message makes; `users` are the kinds of user in question, with their hits."""
        counting, of_products = evidence.counts.body | evidence.counts.subject, len(self._products)
        sentences = evidence.found.sentences
        said = self._known.intersection(chain.from_iterable([one.stems for one in sentences if one.zone in counting]))
        signed = chain.from_iterable([one.stems for one in sentences if one.kind is ZoneKind.SIGNATURE])
        beside = self._known.intersection(chain(signed, addresses(users))) - said
        of_all, more = self._added(said, self._start), self._added(beside)
        of_users = [(one + other) / _PARTS for one, other in zip(of_all[of_products:], more[of_products:], strict=True)]
        return Impression(
            products={product: one / _PARTS for product, one in zip(self._products, of_all[:of_products], strict=True)},
            users=dict(zip(self._users, _chances(of_users), strict=True)),
            untold=frozenset(
                product
                for product, one, wordless in zip(self._products, of_all, self._wordless, strict=False)
                if one <= wordless
            ),
        )

    def _added(self, words: Set[str], *start: int) -> list[int]:
        """Add up the rows of some words, all their figures at once: a figure a tag."""
        tags, rows = len(self._products) + len(self._users), len(words) + len(start)
        added = sum(map(self._rows.__getitem__, words), *start)
        figures = struct.unpack(f"<{tags}I", added.to_bytes(tags * _LANE // 8, "little"))
        return [figure - rows * _BIAS for figure in figures]


def addresses(users: Iterable[Tag]) -> set[str]:
    """Give as words to whom the address belongs, by the kinds of user in question."""
    by_address = {f"{AT}{tag.value}" for tag in users if any(hit.rule == BY_ADDRESS for hit in tag.hits)}
    return by_address or {AT + NO_ADDRESS}


def _columns(tables: Iterable[Mapping[str, Any]], starts: Iterable[Mapping[str, float]]) -> Iterator[Mapping[str, Any]]:
    for table, those in zip(tables, starts, strict=True):
        yield from (table.get("worth", {}).get(name, {}) for name in those)


def _worth(place: int, worth: float) -> int:
    """Give what is added to a row for a worth in its place: figures stand side by side in one number."""
    return round(worth * _PARTS) << _LANE * place


def _chances(scores: list[float]) -> list[float]:
    """Give the chances of scores of which one is right."""
    most = max(scores, default=0.0)
    powers = [math.exp(score - most) for score in scores]
    whole = math.fsum(powers)
    return [power / whole for power in powers]
