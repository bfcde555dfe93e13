"""The sentences that state a use or a decision, verbatim with their offsets, one to three of each.

Each sentence is weighed by the cues it holds (statements.toml); the best are quoted. In a pro forma the answers to its
questions on use and on decisions are the statements.
"""

from collections import defaultdict
from dataclasses import dataclass

from classifiers.confidence import noisy_or
from classifiers.counting import Counting
from classifiers.forms import DECISION, USE, Answer, Form
from classifiers.matching import Found, Match, Sentence
from classifiers.verdict import Dimension, Statement, StatementKind, ZoneKind

CUES = {StatementKind.USE: "use", StatementKind.DECISION: "decision"}
DENIALS = {StatementKind.USE: "no-use", StatementKind.DECISION: "no-decision"}
FIELDS = {StatementKind.USE: USE, StatementKind.DECISION: DECISION}
LEAST = {StatementKind.USE: 0.7, StatementKind.DECISION: 0.84}  # below it a sentence states nothing
NEAR_BEST = {StatementKind.USE: 0.97, StatementKind.DECISION: 0.97}  # a second sentence must come this near to the best
MOST = 2
PLAIN = "use.we-use"  # the rule of plain words of use
ASKING = 0.93  # what a sentence is worth that ends in a question mark
OWN, OWN_TOPIC = 0.6, "use.own-topic"  # first person beside the words of a use
NOT_OWN = ("set-aside", "data-request")  # a sentence that sets aside or asks is no statement by its topic alone
_FIRST = frozenset({"we", "our", "us", "i", "my"})
_FEWEST_WORDS = 5
_ZONES = (ZoneKind.NEW, ZoneKind.FORWARDED, ZoneKind.ATTACHMENT)
_NOTHING = frozenset(
    {"no", "none", "nil", "na", "n a", "nothing", "not applicable", "see attached", "see above", "not yet", "tbc",
     "not provided", "not as yet", "not known", "unknown", "as above", "see below", "please say which", "yes"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence and how strongly it states something; `rules` are those that spoke for it."""

    sentence: Sentence
    score: float
    rules: tuple[str, ...]


def statements(found: Found, counts: Counting, form: Form | None, *, meeting: bool = False) -> tuple[Statement, ...]:
    """Give the statements of use and of decision of a message.

    To a meeting people write of changes and plans of the survey's: there only plain words of use count.
    """
    made: list[Statement] = []
    is_return = form is not None and form.is_filled
    for kind in StatementKind:
        made.extend(_of_form(found, form, kind) if form else ())
        if not any(one.kind is kind for one in made) and (not is_return or kind is StatementKind.USE):
            made.extend(_of_text(found, counts, kind, form, meeting=meeting))
    return tuple(made)


def weigh(found: Found, counts: Counting, kind: StatementKind) -> tuple[Weighed, ...]:
    """Weigh all sentences that count, best first."""
    cues: dict[int, list[Match]] = defaultdict(list)
    for match in found.of(CUES[kind]):
        cues[match.sentence.place].append(match)
    denied = {match.sentence.place for match in found.of(DENIALS[kind])}
    topics = _topics(found) if kind is StatementKind.USE else frozenset()
    weighed = [
        _weighed(found, found.sentences[place], matches, own=place in topics)
        for place, matches in cues.items()
        if place not in denied and found.sentences[place].zone in counts.body
    ]
    return tuple(sorted(weighed, key=lambda one: (-one.score, one.sentence.place)))


def _topics(found: Found) -> frozenset[int]:
    """Give the sentences in which the sender speaks of themselves and of a known kind of use."""
    named = {match.sentence.place for match in found.matches if match.rule.dimension is Dimension.USE}
    other = {match.sentence.place for cue in NOT_OWN for match in found.of(cue)}
    own = (place for place in named - other if any(word.form in _FIRST for word in found.sentences[place].words))
    return frozenset(own)


def _weighed(found: Found, sentence: Sentence, matches: list[Match], *, own: bool) -> Weighed:
    best: dict[str, float] = {}
    for match in matches:
        best[match.rule.id] = max(best.get(match.rule.id, 0.0), match.rule.weight)
    if own:
        best[OWN_TOPIC] = OWN
    rules = sorted(best, key=lambda rule: -best[rule])
    asks = found.message.zones[sentence.zone].text[sentence.start : sentence.end].rstrip().endswith("?")
    return Weighed(sentence, noisy_or(best.values()) * (ASKING if asks else 1.0), tuple(rules))


def _of_text(
    found: Found, counts: Counting, kind: StatementKind, form: Form | None, *, meeting: bool
) -> list[Statement]:
    if meeting and kind is StatementKind.DECISION:
        return []
    labels = form.labels if form else frozenset()
    able = [
        one
        for one in weigh(found, counts, kind)
        if one.score >= LEAST[kind]
        and (not meeting or PLAIN in one.rules)
        and one.sentence.place not in labels
        and len(one.sentence.words) >= _FEWEST_WORDS
    ]
    if not able:
        return []
    least = able[0].score * NEAR_BEST[kind]
    chosen = [one for one in able if one.score >= least][:MOST]
    return [_statement(found, kind, one.sentence, one.rules[0]) for one in chosen]


def _statement(found: Found, kind: StatementKind, sentence: Sentence, rule: str) -> Statement:
    text = found.message.zones[sentence.zone].text[sentence.start : sentence.end]
    return Statement(kind=kind, zone=sentence.zone, start=sentence.start, end=sentence.end, text=text, rule=rule)


def _of_form(found: Found, form: Form, kind: StatementKind) -> list[Statement]:
    """Quote the answers of the field, its sentences joined where they follow each other."""
    answers = [one for one in form.of(FIELDS[kind]) if not _is_placeholder(found, one)]
    if kind is StatementKind.DECISION and answers and _denies(found, answers[0]):
        return []
    if not answers:
        return []
    start, end = answers[0].start, answers[-1].end
    text = found.message.zones[form.zone].text[start:end]
    return [Statement(kind=kind, zone=form.zone, start=start, end=end, text=text, rule=FIELDS[kind])]


def _is_placeholder(found: Found, answer: Answer) -> bool:
    text = found.message.zones[answer.sentence.zone].text[answer.start : answer.end]
    words = " ".join("".join(char if char.isalnum() else " " for char in text).lower().split())
    return not words or words in _NOTHING


def _denies(found: Found, answer: Answer) -> bool:
    text = found.message.zones[answer.sentence.zone].text[answer.start : answer.end].lower()
    return text.startswith(("no,", "no.", "no -", "not ", "none", "no decision", "no specific"))
