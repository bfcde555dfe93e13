"""Pro formas, field by field: which sentences are a form's questions, and which its answers.

A form is recognised by its fields and not by its name: at least three kinds of them, with the one on use or on
decisions among them, in one zone. Where it is a table, each row stands on a line of its own, a tab between question and
answer: there a question begins its line, and an answer does not run into the row of a question that nobody knows.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from classifiers.matching import Found, Match, Sentence
from classifiers.verdict import ZoneKind

USE, DECISION, DATA, MORE = "form-use", "form-decision", "form-data", "form-more"
TITLE = "form-title"
FIELDS = ("form-who", DATA, USE, DECISION, MORE)
_ZONES = (ZoneKind.NEW, ZoneKind.ATTACHMENT, ZoneKind.FORWARDED)
_LONGEST_LABEL = 16  # words
_LONGEST_HEADING = 6  # words
_FUTURE, _REPLY = "survey-future", 2  # so many mentions of the survey's future make it a reply to questions on that
_FEWEST_ROWS = 3  # a table has
_LABEL_END = re.compile(r"[:?|\t\n]|\s-\s")
_NUMBERED = re.compile(r"\s*(?:\(?\w{1,3}[.)]|[Qq]\d*|[-*\u2022])\s")


@dataclass(frozen=True, slots=True)
class Answer:
    """A stretch of a zone that answers a field."""

    field: str
    sentence: Sentence
    start: int
    end: int


class _Place(Enum):
    """Where a sentence of a table stands."""

    ROW = 1  # it begins a row with an answer
    WITHIN = 2  # in the middle of a row
    ANYWHERE = 3  # it begins a line that is no such row, or there is no table


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its answers; `labels` are the sentences that are its questions, in a document all that it has printed."""

    zone: int
    answers: tuple[Answer, ...]
    labels: frozenset[int]

    @property
    def is_filled(self) -> bool:
        """Tell whether somebody answered: the data and the reference may have been filled in when it was sent out."""
        return any(answer.field in (USE, DECISION, MORE) for answer in self.answers)

    def of(self, field: str) -> tuple[Answer, ...]:
        """Give the answers of one field."""
        return tuple(answer for answer in self.answers if answer.field == field)


def form_in(found: Found) -> Form | None:
    """Give the form that a message holds, if any: the one with the most answers."""
    forms = [form for zone in _zones(found) if (form := _form(found, zone)) is not None]
    return max(forms, key=lambda form: len(form.answers), default=None)


def _zones(found: Found) -> list[int]:
    return [place for place, zone in enumerate(found.message.zones) if zone.kind in _ZONES]


def _form(found: Found, zone: int) -> Form | None:
    cues = _cues(found, zone)
    if not {USE, DECISION} & {cue.tag for those in cues.values() for cue in those}:
        return None
    walk = _Walk(found, zone, cues)
    for sentence in found.sentences:
        if sentence.zone == zone:
            walk.take(sentence)
    if len(walk.kinds) < 3 or not walk.kinds & {USE, DECISION}:
        return None
    if not walk.kinds & {"form-who", DATA} and len(_in_zone(found, zone, _FUTURE)) >= _REPLY:
        return None
    return Form(zone, tuple(walk.answers), walk.asked)


class _Walk:
    """A zone read as a form, sentence after sentence: each asks for a field, answers the last one, or is neither."""

    def __init__(self, found: Found, zone: int, cues: Mapping[int, list[Match]]) -> None:
        self._found, self._cues = found, cues
        self._text = found.message.zones[zone].text
        self._titles = {match.sentence.place for match in found.of(TITLE)}
        self._is_document = found.message.zones[zone].kind is ZoneKind.ATTACHMENT
        self._is_table = sum("\t" in line for line in self._text.split("\n")) >= _FEWEST_ROWS
        self._field = ""  # what a sentence would answer now
        self._labels, self._printed = set[int](), set[int]()
        self.kinds, self.answers = set[str](), list[Answer]()

    @property
    def asked(self) -> frozenset[int]:
        """Give the sentences that are the form's own."""
        return frozenset(self._labels | self._printed if self._is_document else self._labels)

    def take(self, sentence: Sentence) -> None:
        """Take the next sentence."""
        row = _place_in(self._text, sentence) if self._is_table else _Place.ANYWHERE
        label = None if row is _Place.WITHIN else self._label(sentence)
        if label is not None:
            self._ask(sentence, *label)
        elif self._labels and self._field and self._asks_for_another(sentence):
            self._field = ""
            self._labels.add(sentence.place)
        elif row is not _Place.ROW and self._field:
            self.answers.append(Answer(self._field, sentence, sentence.start, sentence.end))
        else:
            self._field = ""
            self._printed.add(sentence.place)

    def _label(self, sentence: Sentence) -> tuple[str, int] | None:
        label = _label(self._found, sentence, self._cues.get(sentence.place, []))
        is_title = sentence.place in self._titles and not self._labels  # "Use of data: pro forma" above the fields
        return None if is_title else label

    def _ask(self, sentence: Sentence, field: str, rest: int) -> None:
        self._field = field
        self.kinds.add(field)
        self._labels.add(sentence.place)
        if rest < sentence.end:
            self.answers.append(Answer(field, sentence, rest, sentence.end))

    def _asks_for_another(self, sentence: Sentence) -> bool:
        return _asks(self._text, sentence) or (self._is_document and _is_unknown(self._text, sentence))


def _asks(text: str, sentence: Sentence) -> bool:
    """Tell whether a short question begins its line, and the answer stands behind it or on the next."""
    begins = text.rfind("\n", 0, sentence.start) + 1
    if text[begins : sentence.start].strip(" \t>") or len(sentence.written) > _LONGEST_LABEL:
        return False
    asks = text[sentence.start : sentence.end].rstrip().endswith("?")
    return asks and bool(text[sentence.end : sentence.end + 200].lstrip(" ")[:200].strip())


def _is_unknown(text: str, sentence: Sentence) -> bool:
    """Tell whether a line of a document begins with a few words and a colon: a field that nobody knows."""
    begins = text.rfind("\n", 0, sentence.start) + 1
    head, colon, _ = text[sentence.start : sentence.end].partition(":")
    few = len(head.split()) <= _LONGEST_HEADING and "\n" not in head and head[:1].isupper()
    return bool(colon) and few and not text[begins : sentence.start].strip()


def _place_in(text: str, sentence: Sentence) -> _Place:
    begins = text.rfind("\n", 0, sentence.start) + 1
    if text[begins : sentence.start].strip():
        return _Place.WITHIN
    ends = text.find("\n", sentence.start)
    return _Place.ROW if "\t" in text[begins : len(text) if ends < 0 else ends] else _Place.ANYWHERE


def _in_zone(found: Found, zone: int, tag: str) -> list[Match]:
    return [match for match in found.of(tag) if match.sentence.zone == zone]


def _cues(found: Found, zone: int) -> dict[int, list[Match]]:
    cues: dict[int, list[Match]] = defaultdict(list)
    for field in FIELDS:
        for match in found.of(field):
            if match.sentence.zone == zone:
                cues[match.sentence.place].append(match)
    return cues


def _label(found: Found, sentence: Sentence, cues: list[Match]) -> tuple[str, int] | None:
    """Give the field a sentence asks for, and where in it the answer begins."""
    text = found.message.zones[sentence.zone].text
    mark = _LABEL_END.search(text, sentence.start, sentence.end)
    numbered = _NUMBERED.match(text, sentence.start, sentence.end) is not None
    if mark is None and not numbered and not _is_heading(text, sentence):
        return None
    end = mark.start() if mark else sentence.end
    inside = [cue for cue in cues if cue.start < end]
    if not inside or sum(start < end for start, _ in sentence.spans) > _LONGEST_LABEL:
        return None
    best = min(inside, key=lambda cue: (_preference(cue), cue.start))
    after = mark.end() if mark else sentence.end
    return best.tag, _skip(text, after, sentence.end)


def _is_heading(text: str, sentence: Sentence) -> bool:
    """Tell whether a few words stand on a line of their own above another line, and are no sentence."""
    begins, ends = text.rfind("\n", 0, sentence.start) + 1, text.find("\n", sentence.end)
    alone = ends >= 0 and not text[begins : sentence.start].strip() and not text[sentence.end : ends].strip()
    few = len(sentence.written) <= _LONGEST_HEADING and text[sentence.end - 1] not in ".!,;"
    return alone and few and text[sentence.start].isupper()


def _preference(cue: Match) -> int:
    """Put the telling fields before the rest where a question names two ("which data did you use")."""
    if cue.tag == DATA and cue.last - cue.first == 1:  # "data" alone: "were the data of use?"
        return 5
    return {DATA: 0, DECISION: 1, USE: 2, MORE: 3}.get(cue.tag, 4)


def _skip(text: str, start: int, end: int) -> int:
    while start < end and (text[start].isspace() or text[start] in ":?|-)"):
        start += 1
    return start
