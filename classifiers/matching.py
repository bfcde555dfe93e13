"""Rules against a message's text: words first, then spaCy's Matcher on the few sentences and rules that words allow.

Each zone costs one pass over its words, which gives the shapes of which all words are there. Only sentences that hold
a word of such a shape's anchor are looked at, and only the stretches in which its words stand in order and near enough
become a spaCy Doc; words that no rule knows stand in it as one placeholder.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import spacy
from spacy.attrs import NORM  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.compiling import Pattern, compiled
from classifiers.found import MOST_CHARACTERS, Found, Match, Sentence, Texts, is_tag, texts_of
from classifiers.lexicon import Entry, Lexicon
from classifiers.rule import Rule, Rulebook
from classifiers.shapes import DISPOSITION_CUES, Index, Shape, anchored, shapes_of, stretches
from classifiers.verdict import MessageText, Zone, ZoneKind
from classifiers.words import stem

__all__ = ["DISPOSITION_CUES", "MOST_CHARACTERS", "Found", "Match", "Matchers", "Sentence", "is_tag"]

_ENOUGH_STRETCHES = 60_000
_Spans = Sequence[tuple[int, int]]
_Anchors = Mapping[Entry, Index]  # words that anchor a shape of which a zone has all words, each with its shapes
_Wanted = Mapping[str, tuple[Entry, Index]]  # the same, by form


class _Budget:
    """The processor's time that one message may take, and the rule that is being tried.

    Not the clock's: on a busy machine it would cut off messages that cost nothing out of the ordinary. But the clock
    is what is looked at, since asking for the processor's time is slow; no more of it can be spent than goes by.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.thread_time() + seconds
        self._look_again = time.monotonic() + seconds
        self.rule = ""

    def is_spent(self) -> bool:
        """Tell whether the time is over."""
        if time.monotonic() < self._look_again:
            return False
        left = self._end - time.thread_time()
        self._look_again = time.monotonic() + max(left, 0.0)
        return left < 0


class Matchers:
    """A rulebook made ready to match; made once, used for any number of messages."""

    def __init__(self, rulebook: Rulebook, *, budget_seconds: float = 2.0) -> None:
        """Compile the rules. `budget_seconds` bounds the work on one message."""
        self._nlp = _blank()
        self._budget = budget_seconds
        self._rules = rulebook.rules
        self._patterns = [compiled(rule) for rule in self._rules]
        self.shapes = shapes_of(self._rules, self._patterns)
        needed = {atom for shape in self.shapes for atom in shape.pattern.atoms}
        self._lexicon = Lexicon(needed, anchored(self.shapes))
        self._remembered: dict[tuple[Shape, tuple[str, ...]], tuple[_Spans, ...]] = {}

    def found(self, message: MessageText, *, cues_in: Collection[ZoneKind] | None = None) -> Found:
        """Match all rules against a message.

        With `cues_in` only the cues that tell what is automatic, bulk or unwanted, and only in these kinds of zones.
        """
        texts = texts_of(message)
        self._lexicon.trim()
        wanted = [self._wanted(texts, zone, cues_in) for zone in range(len(texts.texts))]
        matches, cut = self._matches(texts, wanted) if any(wanted) else ([], texts.cut)
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
        return tuple(frozenset(self._lexicon.atoms(word.form)) for word in sentence.words)

    def _patterns_of(self, rule: Rule) -> tuple[Pattern, ...]:
        return next(patterns for one, patterns in zip(self._rules, self._patterns, strict=True) if one.id == rule.id)

    def _wanted(self, texts: Texts, zone: int, cues_in: Collection[ZoneKind] | None) -> _Wanted:
        """Give the shapes of which a zone holds all words, by the words that anchor them."""
        kind, only_cues = texts.kinds[zone], cues_in is not None
        if cues_in is not None and kind not in cues_in:
            return {}
        known = self._lexicon.known(texts.glance(zone).forms, for_cues=only_cues)
        atoms = set[str]().union(*[entry.atoms for _, entry in known])
        indexes = [(form, entry, entry.cues if only_cues else entry.shapes) for form, entry in known]
        return {form: (entry, index) for form, entry, index in indexes if index and any(index.able(atoms, kind))}

    def _matches(self, texts: Texts, wanted: Sequence[_Wanted]) -> tuple[list[Match], str]:
        matches: list[Match] = []
        budget = _Budget(self._budget)
        for zone, words in enumerate(wanted):
            anchors = dict(words.values())
            for sentence in texts.holding(zone, words) if words else ():
                matches.extend(self._in_sentence(sentence, anchors, budget))
                if budget.is_spent():
                    where = f"at rule {budget.rule}" if budget.rule else "at its beginning"
                    return matches, f"the text was not read to its end: it took too long {where}"
        return matches, texts.cut

    def _in_sentence(self, sentence: Sentence, anchors: _Anchors, budget: "_Budget") -> Iterator[Match]:
        entries = [self._lexicon[written] for written in sentence.written()]
        if anchors.keys().isdisjoint(entries):
            return
        by_rule: dict[int, list[tuple[int, int]]] = {}
        for shape, near in _near(entries, anchors, sentence.kind):
            budget.rule = self._rules[shape.rules[0]].id
            if budget.is_spent():
                break
            for spans in self._spans(shape, near, entries, budget):
                for rule in shape.rules:
                    if sentence.kind in self._rules[rule].zones:
                        by_rule.setdefault(rule, []).extend(spans)
        for rule in sorted(by_rule):
            words = sentence.words
            for first, last in _apart(by_rule[rule], longest=True):
                yield Match(self._rules[rule], sentence, first, last, words[first].start, words[last - 1].end)

    def _spans(self, shape: Shape, near: _Spans, entries: Sequence[Entry], budget: "_Budget") -> Iterator[_Spans]:
        """Give what each variant of a shape matched; where there are several, spaCy tells them apart."""
        if shape.pattern.is_plain:
            yield _apart(near, longest=False)
            return
        variants: list[list[tuple[int, int]]] = [[] for _ in shape.pattern.variants]
        for first, last in near:
            if budget.is_spent():
                break
            judged = self._judged(shape, tuple([entry.spoken for entry in entries[first:last]]))
            for matched, spans in zip(variants, judged, strict=True):
                matched.extend((first + start, first + end) for start, end in spans)
        yield from (_apart(matched, longest=False) for matched in variants if matched)

    def _judged(self, shape: Shape, words: tuple[str, ...]) -> tuple[_Spans, ...]:
        """Run spaCy's Matcher on a stretch of words; what it said of the same stretch before is remembered."""
        known = self._remembered.get((shape, words))
        if known is None:
            if len(self._remembered) > _ENOUGH_STRETCHES:
                self._remembered.clear()
            known = self._remembered[shape, words] = shape.judged(Doc(self._nlp.vocab, words=list(words)))
        return known


def _near(entries: Sequence[Entry], anchors: _Anchors, kind: ZoneKind) -> Iterator[tuple[Shape, _Spans]]:
    """Give, each once, the shapes of which the words stand in a sentence in order and near enough, and where."""
    places: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        for atom in entry.atoms:
            places.setdefault(atom, []).append(place)
    atoms = set(places)
    numbers = [place for place, entry in enumerate(entries) if entry.is_number]
    here = anchors.keys() & entries
    for shape in {shape for entry in here for shape in anchors[entry].able(atoms, kind)}:
        near = stretches(shape.pattern.steps, places, numbers, len(entries))
        if near:
            yield shape, near


def _blank() -> Language:
    nlp = spacy.blank("en")
    # NORM of a word is its stem: worked out once a form, kept by spaCy
    nlp.vocab.lex_attr_getters[NORM] = stem  # type: ignore[attr-defined]  # missing in spaCy's own stubs
    for lexeme in nlp.vocab:  # those that spaCy made before
        lexeme.norm_ = stem(lexeme.text)
    return nlp


def _apart(spans: Iterable[tuple[int, int]], *, longest: bool) -> list[tuple[int, int]]:
    """Keep of overlapping spans the longest or the shortest, the first of equals.

    Of one pattern's the shortest: what stands in its gaps belongs to other words. Of one rule's patterns the longest.
    """
    some = list(spans)
    if len(some) < 2:
        return some
    kept: list[tuple[int, int]] = []
    sign = -1 if longest else 1
    for start, end in sorted(some, key=lambda span: (sign * (span[1] - span[0]), span[0])):
        if all(end <= other_start or start >= other_end for other_start, other_end in kept):
            kept.append((start, end))
    return sorted(kept)
