"""What was found in a message: its sentences, cut up only when somebody asks, and the matches of rules in them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from classifiers.glance import Glance
from classifiers.rule import Rank, Rule
from classifiers.sentences import Cut, Span
from classifiers.verdict import MessageText, ZoneKind
from classifiers.words import form_of, spans_in, stem, written_in

Item = TypeVar("Item")
MOST_CHARACTERS = 120_000  # of one message; what is beyond is not read, and the verdict says so
MOST_WORDS = 200  # of one sentence; what is longer is matched in pieces
_MANY = 40  # words: for more of them nearly every sentence is cut up anyway


@dataclass(slots=True, eq=False)
class Sentence:
    """A sentence of a zone: its span in the zone's text, and its place among the message's sentences."""

    zone: int
    kind: ZoneKind
    start: int
    end: int
    text: str = field(repr=False)  # the zone's
    _texts: "Texts" = field(repr=False)
    _piece: int = 0  # of a long one: how many words stand before it
    _written: list[str] | None = field(default=None, repr=False)
    _forms: tuple[str, ...] | None = field(default=None, repr=False)
    _stems: tuple[str, ...] | None = field(default=None, repr=False)
    _spans: list[tuple[int, int]] | None = field(default=None, repr=False)
    _place: int = -1

    @property
    def place(self) -> int:
        """Its place among all sentences of the message; they are cut up when it is first asked for."""
        if self._place < 0:
            self._texts.number()
        return self._place

    @property
    def written(self) -> list[str]:
        """Its words as they stand; this and what follows is worked out when first asked for."""
        if self._written is None:
            self._written = self._own(written_in(self.text[self.start : self.end]))
        return self._written

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of its words."""
        if self._forms is None:
            self._forms = tuple(map(form_of, self.written))
        return self._forms

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems of its words, figures left out."""
        if self._stems is None:
            self._stems = tuple(map(stem, filter(str.isalpha, self.forms)))
        return self._stems

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The offsets of its words in the zone's text."""
        if self._spans is None:
            spans = self._own(spans_in(self.text[self.start : self.end]))
            self._spans = [(start + self.start, end + self.start) for start, end in spans]
        return self._spans

    def _own(self, all_of_it: list[Item]) -> list[Item]:
        return all_of_it[self._piece : self._piece + MOST_WORDS]


@dataclass(slots=True, eq=False)
class Match:
    """Words of a sentence that a rule matched; `first` and `last` are places of words in the sentence.

    Each is one of its kind, and equal to no other.
    """

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
class Texts:
    """The texts of a message's zones as far as they are read, and their sentences, cut up where somebody looks."""

    kinds: tuple[ZoneKind, ...]
    texts: tuple[str, ...]
    cut: str  # in words what is not read, or nothing
    _glances: dict[int, Glance] = field(default_factory=dict)
    _cuts: dict[int, Cut] = field(default_factory=dict)
    _made: dict[tuple[int, int], tuple[Sentence, ...]] = field(default_factory=dict)
    _zones: dict[int, tuple[Sentence, ...]] = field(default_factory=dict)  # of which all sentences are known
    _sentences: tuple[Sentence, ...] | None = None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order; worked out when first asked for."""
        if self._sentences is None:
            self._sentences = tuple(one for zone in range(len(self.texts)) for one in self.all_of(zone))
        return self._sentences

    def number(self) -> None:
        """Tell every sentence its place."""
        for place, sentence in enumerate(self.sentences):
            sentence._place = place

    def glance(self, zone: int) -> Glance:
        """Give the words of a zone."""
        if zone not in self._glances:
            self._glances[zone] = Glance(self.texts[zone])
        return self._glances[zone]

    def holding(self, zone: int, forms: Collection[str]) -> Iterator[Sentence]:
        """Give the sentences of a zone that may hold one of some words, in order, and cut up no others."""
        places = None if len(forms) > _MANY else self.glance(zone).places(forms)
        if places is None or self._sentences is not None:
            yield from self.all_of(zone)
        else:
            for span in self._cut(zone).sentences_at(places):
                yield from self._of(zone, span)

    def all_of(self, zone: int) -> tuple[Sentence, ...]:
        """Give all sentences of a zone, in order; they are cut up once."""
        if zone not in self._zones:
            spans = self._cut(zone).sentences()
            self._zones[zone] = tuple([one for span in spans for one in self._of(zone, span)])
        return self._zones[zone]

    def _cut(self, zone: int) -> Cut:
        if zone not in self._cuts:
            self._cuts[zone] = Cut(self.texts[zone])
        return self._cuts[zone]

    def _of(self, zone: int, span: Span) -> tuple[Sentence, ...]:
        """Give the sentence of a span; of a long one its pieces. Each is made once."""
        made = self._made.get((zone, span.start))
        if made is None:
            kind, text = self.kinds[zone], self.texts[zone]
            made = tuple([Sentence(zone, kind, *span, text, self, piece) for piece in _pieces(text, span)])
            self._made[zone, span.start] = made
        return made


@dataclass(slots=True)
class Found:
    """All that matched in a message. `cut` says in words what was not read, and is empty otherwise."""

    message: MessageText
    texts: Texts
    matches: tuple[Match, ...] = ()
    cut: str = ""
    standing: tuple[Match, ...] = field(init=False)  # of the matches, but for cancelled cues and what cancels them
    _by_tag: dict[str, list[Match]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the matches by what they speak for."""
        cancels = [match for match in self.matches if match.rule.rank is Rank.CANCELS and match.rule.dimension is None]
        self.standing = _without_cancelled(self.matches, cancels) if cancels else self.matches
        for match in self.standing:
            self._by_tag.setdefault(match.rule.tag, []).append(match)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences of the message, in order."""
        return self.texts.sentences

    def of(self, tag: str, *kinds: ZoneKind) -> tuple[Match, ...]:
        """Give the matches of a tag or cue that stand, in the named kinds of zones (none named: in all)."""
        found = self._by_tag.get(tag)
        if found is None:
            return ()
        return tuple(match for match in found if not kinds or match.sentence.kind in kinds)

    def has(self, tag: str, *kinds: ZoneKind) -> bool:
        """Tell whether a tag or cue was matched, in the named kinds of zones."""
        return any(not kinds or match.sentence.kind in kinds for match in self._by_tag.get(tag, ()))

    def text(self, match: Match) -> str:
        """Give the words of a match as they stand in the message."""
        return self.message.zones[match.sentence.zone].text[match.start : match.end]


def texts_of(message: MessageText) -> Texts:
    """Give the texts of a message's zones as far as they are read."""
    left, cut, texts = MOST_CHARACTERS, "", []
    for zone in message.zones:
        texts.append(zone.text[:left])
        left -= len(texts[-1])
        if len(texts[-1]) < len(zone.text):
            cut = f"only the first {MOST_CHARACTERS:,} characters were read"
    return Texts(kinds=tuple(zone.kind for zone in message.zones), texts=tuple(texts), cut=cut)


def is_tag(match: Match) -> bool:
    """Tell whether a match speaks for a tag (rather than being a cue or a cancel)."""
    return match.rule.rank in (Rank.DECIDES, Rank.SUPPORTS)


def takes_away(cancel: Match, match: Match) -> bool:
    """Tell whether a cancel takes a match of its tag away."""
    same = cancel.rule.tag == match.rule.tag and cancel.rule.dimension is match.rule.dimension
    beside = same and cancel.sentence is match.sentence
    return beside and cancel.first < match.last and match.first < cancel.last


def _without_cancelled(matches: Sequence[Match], cancels: Sequence[Match]) -> tuple[Match, ...]:
    """Give the matches without cues that are cancelled, and without their cancels."""
    cues = [match for match in matches if match.rule.rank is Rank.CUE]
    away = {match for match in cues if any(takes_away(cancel, match) for cancel in cancels)}
    return tuple(match for match in matches if match not in away and match not in cancels)


def _pieces(text: str, span: Span) -> Sequence[int]:
    """Give where the pieces of a long sentence begin, in words; nearly all are but one."""
    if span.end - span.start <= MOST_WORDS:
        return (0,)
    return range(0, max(1, len(written_in(text[span.start : span.end]))), MOST_WORDS)
