"""What the words of a message alone suggest, apart from the rules: which products, and who writes.

The rules know what they were told; words that go with another product or another kind of user show where that was too
little. Each word is worth something for and against each product and each kind of user, and so is whose address a
message comes from. The worths are log-odds, stand in rules/tag_words.toml and were measured on labelled mail. They
decide nothing: where they disagree with the rules, the verdict is doubted (needs.py). What was never measured (a new
product, the files of another survey) is doubted a little.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy

from classifiers.categories import BY_ADDRESS
from classifiers.matching import Sentence
from classifiers.message_evidence import Evidence
from classifiers.verdict import Dimension, Tag, ZoneKind

TABLE = "tag_words"
DIMENSIONS = (Dimension.PRODUCT, Dimension.USER_CATEGORY)
NO_ADDRESS = "nobody"  # an address that no list gives to anybody
UNMEASURED = 0.3  # the chance of a tag whose words were never measured: mail is as sure as before words were looked at
AT = "@"  # before whose address it is, among the words
_PARTS = 100  # worths are added up in hundredths: whole numbers are exact in any order and on every machine


@dataclass(frozen=True, slots=True)
class Impression:
    """What the words suggest: log-odds of each product, what one sentence alone adds to them, and chances of users."""

    products: Mapping[str, float]
    sentence: Mapping[str, float]  # the most that the words of a single sentence add
    users: Mapping[str, float]

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
        self._products, self._users = ({name: place for place, name in enumerate(start)} for start in starts)
        self._start = numpy.array([_whole(start) for those in starts for start in those.values()], dtype=numpy.int32)
        words = dict.fromkeys(word for table in tables for worths in table.get("worth", {}).values() for word in worths)
        self._places = {word: place for place, word in enumerate(words)}
        self._worth = numpy.zeros((len(words), len(self._start)), dtype=numpy.int32)
        for column, worths in enumerate(_columns(tables, starts)):
            for word, worth in worths.items():
                self._worth[self._places[word], column] = _whole(worth)

    def of(self, evidence: Evidence, users: Iterable[Tag]) -> Impression:
        """Give the impression that a message makes; `users` are the kinds of user in question, with their hits."""
        counting = evidence.counts.body | evidence.counts.subject
        signed = {word for one in _signatures(evidence) for word in self._of(one)}
        each = [own for one in evidence.found.sentences if one.zone in counting and (own := self._of(one))]
        said = {place for own in each for place in own}
        among = {self._places[word] for word in addresses(users) if word in self._places}
        count = len(self._products)
        of_products, of_users = self._added(said)[:count], self._added(said | signed | among)[count:]
        return Impression(
            products=dict(zip(self._products, (of_products / _PARTS).tolist(), strict=True)),
            sentence=self._most(each),
            users=dict(zip(self._users, _chances(of_users / _PARTS), strict=True)),
        )

    def _of(self, sentence: Sentence) -> set[int]:
        """Give the words of a sentence that were measured, each once, by their places in the table."""
        return {self._places[stem] for stem in sentence.stems if stem in self._places}

    def _added(self, words: set[int]) -> Any:
        return self._start + self._worth[list(words)].sum(axis=0, dtype=numpy.int32)

    def _most(self, each: list[set[int]]) -> Mapping[str, float]:
        """Give the most that a single sentence adds for each product, nothing included."""
        if not each:
            return {}
        begins = numpy.cumsum([0, *(len(own) for own in each[:-1])])
        rows = self._worth[[place for own in each for place in own], : len(self._products)]
        most = numpy.maximum(numpy.add.reduceat(rows, begins, axis=0).max(axis=0), 0)
        return dict(zip(self._products, (most / _PARTS).tolist(), strict=True))


def addresses(users: Iterable[Tag]) -> set[str]:
    """Give as words to whom the address belongs, by the kinds of user in question."""
    by_address = {f"{AT}{tag.value}" for tag in users if any(hit.rule == BY_ADDRESS for hit in tag.hits)}
    return by_address or {AT + NO_ADDRESS}


def _signatures(evidence: Evidence) -> Iterator[Sentence]:
    return (one for one in evidence.found.sentences if one.kind is ZoneKind.SIGNATURE)


def _columns(tables: Iterable[Mapping[str, Any]], starts: Iterable[Mapping[str, float]]) -> Iterator[Mapping[str, Any]]:
    for table, those in zip(tables, starts, strict=True):
        yield from (table.get("worth", {}).get(name, {}) for name in those)


def _whole(worth: float) -> int:
    return round(worth * _PARTS)


def _chances(scores: Any) -> list[float]:
    """Give the chances of scores of which one is right."""
    powers = [math.exp(score) for score in (scores - max(scores, default=0.0)).tolist()]
    return [power / math.fsum(powers) for power in powers]
