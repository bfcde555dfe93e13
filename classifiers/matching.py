"""Rules against a message's text: words first, then the steps of the few patterns that words allow.

In a long zone one pass over its words gives those that anchor a pattern of which all words are there; only sentences
with one of them are looked at. In a sentence, only patterns of which it has all words are looked for. spaCy judges raw
token patterns; words that no rule knows are given to it as one placeholder.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from classifiers.compiling import Pattern, atoms_of, compiled
from classifiers.found import MOST_CHARACTERS, Found, Match, Sentence, Texts, is_tag, texts_of
from classifiers.lexicon import Entry, Lexicon
from classifiers.placing import Places, Spans, stretches
from classifiers.rule import Rule, Rulebook
from classifiers.shapes import DISPOSITION_CUES, Index, Search, Shape, able, anchored, shapes_of, there_in
from classifiers.verdict import MessageText, Zone, ZoneKind

if TYPE_CHECKING:  # spaCy comes with it
    from classifiers.spoken import Spoken

__all__ = ["DISPOSITION_CUES", "MOST_CHARACTERS", "Found", "Match", "Matchers", "Search", "Sentence", "is_tag"]

_SHORT = 5_000  # characters of a zone: in less, nearly every sentence holds words that anchor something
_FIRST_LOOK = 0.1  # of a budget
_Find = Callable[[Entry], Index | None]  # gives the shapes that a word anchors, where they may matter


class _Budget:
    """The processor's time that one message may take, and the rule that is being tried.

    Not the clock's: on a busy machine it would cut off messages that cost nothing out of the ordinary. But the clock
    is what is looked at, since asking for the processor's time is slow; no more of it can be spent than goes by.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._look_again = time.monotonic() + seconds * _FIRST_LOOK
        self._end: float | None = None
        self.rule = -1  # its place in the rulebook
        self.spent = False

    def is_spent(self) -> bool:
        """Tell whether the time is over; what went by until the first look counts as a tenth of it."""
        if not self.spent and time.monotonic() >= self._look_again:
            if self._end is None:
                self._end = time.thread_time() + self._seconds * (1 - _FIRST_LOOK)
            left = self._end - time.thread_time()
            self._look_again = time.monotonic() + max(left, 0.0)
            self.spent = left <= 0
        return self.spent


class Matchers:
    """A rulebook made ready to match; made once, used for any number of messages."""

    def __init__(self, rulebook: Rulebook, *, budget_seconds: float = 2.0) -> None:
        """Compile the rules. `budget_seconds` bounds the work on one message."""
        self._budget = budget_seconds
        self._rules = rulebook.rules
        self._patterns = [compiled(rule) for rule in self._rules]
        self.shapes = shapes_of(self._rules, self._patterns)
        self._spoken = _spoken_for(self.shapes)
        needed = atoms_of(shape.pattern for shape in self.shapes)
        self._lexicon = Lexicon(needed, anchored(self.shapes))

    def found(
        self, message: MessageText, search: Search = Search.ALL, kinds: Collection[ZoneKind] = frozenset(ZoneKind)
    ) -> Found:
        """Match the rules that belong to a search against the zones of some kinds of a message."""
        texts = texts_of(message)
        self._lexicon.trim()
        budget, matches = _Budget(self._budget), list[Match]()
        for zone, kind in enumerate(texts.kinds):
            if not budget.spent and kind in kinds:
                matches += self._in_zone(texts, zone, budget, search)
        cut = self._cut_at(budget.rule) if budget.spent else texts.cut
        return Found(message=message, texts=texts, matches=tuple(matches), cut=cut)

    def in_text(self, text: str, kind: ZoneKind = ZoneKind.NEW) -> Found:
        """Match all rules against a bare text (examples of rules, tests)."""
        return self.found(MessageText(zones=(Zone(kind=kind, text=text),)))

    def nearest(self, rule: Rule, sentence: Sentence) -> tuple[frozenset[str], ...] | None:
        """Give what the nearest pattern of a rule lacks in a sentence: the alternatives of each missing place.

        None when no pattern has a word in common with the sentence.
        """
        atoms = frozenset[str]().union(*self.atoms(sentence))
        best: tuple[float, tuple[frozenset[str], ...]] | None = None
        for pattern in self._patterns_of(rule):
            lacks = tuple(slot for slot in pattern.required if not slot & atoms)
            share = len(lacks) / len(pattern.required)
            if share < 1 and (best is None or share < best[0]):
                best = (share, lacks)
        return best[1] if best else None

    def atoms(self, sentence: Sentence) -> tuple[frozenset[str], ...]:
        """Give each word of a sentence as patterns know it: exact ("=figures") and as a stem ("~figur")."""
        return tuple(self._lexicon.atoms(form) for form in sentence.forms)

    def _patterns_of(self, rule: Rule) -> tuple[Pattern, ...]:
        return next(patterns for one, patterns in zip(self._rules, self._patterns, strict=True) if one.id == rule.id)

    def _cut_at(self, rule: int) -> str:
        where = f"at rule {self._rules[rule].id}" if rule >= 0 else "at its beginning"
        return f"the text was not read to its end: it took too long {where}"

    def _in_zone(self, texts: Texts, zone: int, budget: "_Budget", search: Search) -> list[Match]:
        """Look a zone through; of a long one only the sentences that may hold something."""
        anchors = self._lexicon.anchors(texts.kinds[zone], search)
        if search is Search.ALL and len(texts.texts[zone]) <= _SHORT:
            return self._in_sentences(texts.all_of(zone), anchors.__getitem__, budget)
        known = self._lexicon.known(texts.glance(zone).forms, search)
        there = there_in([entry.atoms for _, entry in known])
        indexes = [(form, entry, anchors[entry]) for form, entry in known]
        wanted = [(form, entry, index) for form, entry, index in indexes if index and any(able((index,), there))]
        if not wanted:
            return []
        sentences = texts.holding(zone, [form for form, _, _ in wanted])
        return self._in_sentences(sentences, {entry: index for _, entry, index in wanted}.get, budget)

    def _in_sentences(self, sentences: Iterable[Sentence], find: _Find, budget: "_Budget") -> list[Match]:
        matches: list[Match] = []
        for sentence in sentences:
            matches += self._in_sentence(sentence, find, budget)
            if budget.is_spent():
                break
        return matches

    def _in_sentence(self, sentence: Sentence, find: _Find, budget: "_Budget") -> list[Match]:
        entries = list(map(self._lexicon.__getitem__, sentence.written))
        words = set(entries)
        indexes = [index for index in map(find, words) if index is not None]
        shapes = set(able(indexes, there_in([entry.atoms for entry in words]))) if indexes else ()
        if not shapes:
            return []
        places = Places([entry.atoms for entry in entries])
        by_rule: dict[int, Spans] = {}
        for shape in shapes:
            budget.rule = shape.rules[0]
            spans = self._spans(shape, entries, places)
            if spans:
                if budget.is_spent():
                    break
                for rule in shape.rules:
                    if sentence.kind in self._rules[rule].zones:
                        by_rule.setdefault(rule, []).extend(spans)
        offsets = sentence.spans if by_rule else []
        return [
            Match(self._rules[rule], sentence, first, last, offsets[first][0], offsets[last - 1][1])
            for rule in sorted(by_rule)
            for first, last in _apart(by_rule[rule], longest=True)
        ]

    def _spans(self, shape: Shape, entries: Sequence[Entry], places: Places) -> Spans:
        """Give what a shape matched: of each way to take it what does not overlap."""
        steps = shape.pattern.steps
        if self._spoken and not steps:
            return _apart(self._spoken.spans(shape, [entry.spoken for entry in entries]), longest=False)
        near = stretches(steps, places)
        if len(near) < 2:
            return near
        return [span for way in shape.pattern.ways for span in _apart(stretches(way, places), longest=False)]


def _spoken_for(shapes: Iterable[Shape]) -> "Spoken | None":
    """Have spaCy ready where any pattern is a raw token pattern."""
    if all(shape.pattern.steps for shape in shapes):
        return None
    from classifiers.spoken import Spoken  # noqa: PLC0415  # two thirds of a worker's start, for rules that ask for it

    return Spoken()


def _apart(spans: Spans, *, longest: bool) -> Spans:
    """Keep of overlapping spans the longest or the shortest, the first of equals.

    Of one pattern's the shortest: what stands in its gaps belongs to other words. Of one rule's patterns the longest.
    """
    if len(spans) < 2:
        return spans
    kept: Spans = []
    sign = -1 if longest else 1
    for start, end in sorted(spans, key=lambda span: (sign * (span[1] - span[0]), span[0])):
        if all(end <= other_start or start >= other_end for other_start, other_end in kept):
            kept.append((start, end))
    return sorted(kept)
