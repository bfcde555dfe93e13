"""Rules against a message's text: words first, then spaCy's Matcher on the few sentences and rules that words allow.

Most mail holds no word of any rule, and costs one pass over its words. Only the stretches of a sentence in which the
words of a pattern stand in order and near enough become a spaCy Doc; words that no rule knows stand in it as one
placeholder, so that the vocabulary does not grow with the mail that passes through.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import spacy
from spacy.attrs import NORM  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc

from classifiers.compiling import Pattern, Step, compiled
from classifiers.rule import Rank, Rule, Rulebook
from classifiers.sentences import Span, sentences_in
from classifiers.spelling import Spelling
from classifiers.verdict import MessageText, Zone, ZoneKind
from classifiers.words import Word, stem, words_in

MOST_CHARACTERS = 120_000  # of one message; what is beyond is not read, and the verdict says so
MOST_WORDS = 200  # of one sentence; what is longer is matched in pieces
_UNKNOWN = "\u00b7"
_ENOUGH_FORMS = 60_000
_ENOUGH_STRETCHES = 60_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a zone: its span, and its place among the message's sentences."""

    place: int
    zone: int
    kind: ZoneKind
    start: int
    end: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Words of a sentence that a rule matched; `first` and `last` are places of words in the sentence."""

    rule: Rule
    sentence: Sentence
    first: int
    last: int
    start: int
    end: int

    @property
    def tag(self) -> str:
        """The tag or cue that the rule speaks for."""
        return self.rule.tag


@dataclass(slots=True)
class Found:
    """All that matched in a message. `cut` says in words what was not read, and is empty otherwise."""

    message: MessageText
    sentences: tuple[Sentence, ...] = ()
    matches: tuple[Match, ...] = ()
    cut: str = ""
    _by_tag: dict[str, list[Match]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the matches by what they speak for."""
        for match in self.matches:
            self._by_tag.setdefault(match.rule.tag, []).append(match)

    def of(self, tag: str, *kinds: ZoneKind) -> tuple[Match, ...]:
        """Give the matches of a tag or cue, in the named kinds of zones (none named: in all)."""
        found = self._by_tag.get(tag, ())
        return tuple(match for match in found if not kinds or match.sentence.kind in kinds)

    def has(self, tag: str, *kinds: ZoneKind) -> bool:
        """Tell whether a tag or cue was matched, in the named kinds of zones."""
        return any(not kinds or match.sentence.kind in kinds for match in self._by_tag.get(tag, ()))

    def text(self, match: Match) -> str:
        """Give the words of a match as they stand in the message."""
        return self.message.zones[match.sentence.zone].text[match.start : match.end]


@dataclass(slots=True)
class _Compiled:
    rule: Rule
    patterns: tuple[Pattern, ...]


class Matchers:
    """A rulebook made ready to match; made once, used for any number of messages."""

    def __init__(self, rulebook: Rulebook, *, budget_seconds: float = 2.0) -> None:
        """Compile the rules. `budget_seconds` bounds the work on one message."""
        self._nlp = _blank()
        self._budget = budget_seconds
        self._compiled = [_Compiled(rule, compiled(rule)) for rule in rulebook.rules]
        self._anchors = _anchors(self._compiled)
        self._needed = {atom for one in self._compiled for pattern in one.patterns for atom in pattern.atoms}
        prefixes = [atom[:-1] for atom in self._needed if atom.endswith("*") and atom[0] not in "=~"]
        self._prefixes = frozenset(prefixes)
        self._lengths = tuple(sorted({len(prefix) for prefix in prefixes}))
        self._spelling = Spelling(atom[1:] for atom in self._needed if atom[0] == "~")
        self._forms: dict[str, frozenset[str]] = {}
        self._remembered: dict[tuple[int, tuple[str, ...]], tuple[tuple[int, int], ...]] = {}
        self._matchers: dict[int, Matcher] = {}  # by the identity of the pattern; made when first needed

    def found(self, message: MessageText) -> Found:
        """Match all rules against a message."""
        sentences, cut = _sentences(message)
        matches: list[Match] = []
        until = time.monotonic() + self._budget
        for sentence in sentences:
            matches.extend(self._in_sentence(sentence))
            if time.monotonic() > until:
                cut = f"the text after {self._slowest(matches)} was not read: it took too long"
                break
        return Found(message=message, sentences=sentences, matches=tuple(matches), cut=cut)

    def in_text(self, text: str, kind: ZoneKind = ZoneKind.NEW) -> Found:
        """Match all rules against a bare text (examples of rules, tests)."""
        return self.found(MessageText(zones=(Zone(kind=kind, text=text),)))

    def nearest(self, rule: Rule, sentence: Sentence) -> tuple[frozenset[str], ...] | None:
        """Give what the nearest pattern of a rule lacks in a sentence: the alternatives of each missing place.

        None when no pattern has a word in common with the sentence.
        """
        atoms = self._atoms(sentence)
        best: tuple[float, tuple[frozenset[str], ...]] | None = None
        for pattern in self._compiled_for(rule).patterns:
            lacks = tuple(slot for slot in pattern.required if not slot & atoms)
            share = len(lacks) / len(pattern.required)
            if share < 1 and (best is None or share < best[0]):
                best = (share, lacks)
        return best[1] if best else None

    def _compiled_for(self, rule: Rule) -> _Compiled:
        return next(one for one in self._compiled if one.rule.id == rule.id)

    def _slowest(self, matches: list[Match]) -> str:
        return f"rule {matches[-1].rule.id}" if matches else "its beginning"

    def _in_sentence(self, sentence: Sentence) -> Iterator[Match]:
        places = self._places(sentence)
        by_rule: dict[int, list[tuple[int, int]]] = {}
        known: list[str] = []
        for rule, pattern in self._candidates(sentence, places):
            near = stretches(pattern, sentence.words, places)
            if near:
                known = known or [self._known(word.form) for word in sentence.words]
                by_rule.setdefault(rule, []).extend(_apart(self._spans(pattern, near, known), longest=False))
        for rule in sorted(by_rule):
            for first, last in _apart(by_rule[rule], longest=True):
                words = sentence.words
                yield Match(self._compiled[rule].rule, sentence, first, last, words[first].start, words[last - 1].end)

    def _places(self, sentence: Sentence) -> dict[str, list[int]]:
        """Give, by atom, the places of the words of a sentence that some rule knows."""
        places: dict[str, list[int]] = {}
        for place, word in enumerate(sentence.words):
            for atom in self._atoms_of(word.form):
                places.setdefault(atom, []).append(place)
        return places

    def _candidates(self, sentence: Sentence, places: Mapping[str, list[int]]) -> Iterator[tuple[int, Pattern]]:
        """Give the patterns of which all words are there, each once."""
        atoms = frozenset(places)
        seen: set[int] = set()
        for atom in atoms & self._anchors.keys():
            for rule, pattern in self._anchors[atom]:
                for slot in pattern.required:
                    if slot.isdisjoint(atoms):
                        break
                else:
                    if id(pattern) not in seen and sentence.kind in self._compiled[rule].rule.zones:
                        seen.add(id(pattern))
                        yield rule, pattern

    def _spans(
        self, pattern: Pattern, near: Iterable[tuple[int, int]], known: Sequence[str]
    ) -> Iterator[tuple[int, int]]:
        """Ask spaCy about the stretches where the words of a pattern stand in order and near enough."""
        for first, last in near:
            for start, end in self._judged(pattern, tuple(known[first:last])):
                yield first + start, first + end

    def _judged(self, pattern: Pattern, words: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """Run spaCy's Matcher on a stretch of words; what it said of the same stretch before is remembered."""
        key = (id(pattern), words)
        known = self._remembered.get(key)
        if known is None:
            if len(self._remembered) > _ENOUGH_STRETCHES:
                self._remembered.clear()
            found = self._matcher(pattern)(Doc(self._nlp.vocab, words=list(words)))
            known = self._remembered[key] = tuple((start, end) for _, start, end in found)
        return known

    def _atoms(self, sentence: Sentence) -> set[str]:
        atoms: set[str] = set()
        for word in sentence.words:
            atoms |= self._atoms_of(word.form)
        return atoms

    def _atoms_of(self, form: str) -> frozenset[str]:
        known = self._forms.get(form)
        if known is None:
            if len(self._forms) > _ENOUGH_FORMS:
                self._forms.clear()
            known = self._forms[form] = frozenset(self._all_atoms(form))
        return known

    def _all_atoms(self, form: str) -> Iterator[str]:
        for atom in ("=" + form, "~" + stem(form)):
            if atom in self._needed:
                yield atom
        if "~" + stem(form) not in self._needed and (meant := self._spelling.meant(stem(form))):
            yield "~" + meant
        for length in self._lengths:
            if form[:length] in self._prefixes and len(form) >= length:
                yield form[:length] + "*"

    def _known(self, form: str) -> str:
        if atoms := self._atoms_of(form):
            meant = self._spelling.meant(stem(form)) if len(atoms) == 1 and "=" + form not in atoms else ""
            return meant or form
        return "0" if form.isdigit() else _UNKNOWN

    def _matcher(self, pattern: Pattern) -> Matcher:
        known = self._matchers.get(id(pattern))
        if known is None:
            known = self._matchers[id(pattern)] = Matcher(self._nlp.vocab)
            known.add("pattern", [[dict(token) for token in pattern.tokens]])
        return known


def stretches(pattern: Pattern, words: Sequence[Word], places: Mapping[str, list[int]]) -> list[tuple[int, int]]:
    """Give the stretches of a sentence in which a pattern's words stand in order and no farther apart than it allows.

    This is the gate before spaCy: it lets everything through that can match. A raw token pattern gets the whole
    sentence.
    """
    if not pattern.steps:
        return [(0, len(words))]
    reached: list[tuple[int, int]] = []  # (first word, last word so far)
    for number, step in enumerate(pattern.steps):
        able = _able(step, words, places)
        if number == 0:
            reached = [(place, place) for place in able]
        else:
            reached = [
                (first, place) for first, last in reached for place in able if last < place <= last + step.within
            ]
        if not reached:
            return []
    return [(first, last + 1) for first, last in dict.fromkeys(reached)]


def _able(step: Step, words: Sequence[Word], places: Mapping[str, list[int]]) -> list[int]:
    """Give the places at which a step can stand."""
    if not step.atoms:
        return [place for place, word in enumerate(words) if word.form.isdigit()]
    there = step.atoms & places.keys()
    if len(there) == 1:
        return places[next(iter(there))]
    return sorted({place for atom in there for place in places[atom]})


def _blank() -> Language:
    nlp = spacy.blank("en")
    # NORM of a word is its stem: worked out once a form, kept by spaCy
    nlp.vocab.lex_attr_getters[NORM] = stem  # type: ignore[attr-defined]  # missing in spaCy's own stubs
    for lexeme in nlp.vocab:  # those that spaCy made before
        lexeme.norm_ = stem(lexeme.text)
    return nlp


def _anchors(rules: list[_Compiled]) -> dict[str, list[tuple[int, Pattern]]]:
    """Index each pattern under the words of its most telling place: where the fewest alternatives stand."""
    index: dict[str, list[tuple[int, Pattern]]] = {}
    for place, one in enumerate(rules):
        for pattern in one.patterns:
            for atom in pattern.anchor:
                index.setdefault(atom, []).append((place, pattern))
    return index


def _sentences(message: MessageText) -> tuple[tuple[Sentence, ...], str]:
    found: list[Sentence] = []
    left, cut = MOST_CHARACTERS, ""
    for number, zone in enumerate(message.zones):
        text = zone.text[:left]
        left -= len(text)
        if len(text) < len(zone.text):
            cut = f"only the first {MOST_CHARACTERS:,} characters were read"
        for span in sentences_in(text):
            for words in _pieces(text, span):
                found.append(Sentence(len(found), number, zone.kind, span.start, span.end, words))
    return tuple(found), cut


def _pieces(text: str, span: Span) -> Iterable[tuple[Word, ...]]:
    offset = span.start
    words = tuple(
        Word(word.form, word.start + offset, word.end + offset) for word in words_in(text[span.start : span.end])
    )
    if len(words) <= MOST_WORDS:
        return (words,)
    return (words[start : start + MOST_WORDS] for start in range(0, len(words), MOST_WORDS))


def _apart(spans: Iterable[tuple[int, int]], *, longest: bool) -> list[tuple[int, int]]:
    """Keep of overlapping spans the longest or the shortest, the first of equals.

    Of one pattern's the shortest: what stands in its gaps belongs to other words. Of one rule's patterns the longest.
    """
    kept: list[tuple[int, int]] = []
    sign = -1 if longest else 1
    for start, end in sorted(spans, key=lambda span: (sign * (span[1] - span[0]), span[0])):
        if all(end <= other_start or start >= other_end for other_start, other_end in kept):
            kept.append((start, end))
    return sorted(kept)


def is_tag(match: Match) -> bool:
    """Tell whether a match speaks for a tag (rather than being a cue or a cancel)."""
    return match.rule.rank in (Rank.DECIDES, Rank.SUPPORTS)
