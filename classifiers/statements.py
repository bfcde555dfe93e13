"""The sentences that state a use or a decision, verbatim with their offsets, one to three of each.

Each sentence is weighed by its cues, shape and words (weighing.py); the best are quoted. In a pro forma the answers to
its questions on use and on decisions are the statements.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from classifiers.forms import DECISION, USE, Answer, Form
from classifiers.matching import Found, Sentence
from classifiers.message_evidence import Evidence
from classifiers.rule import Rank, Rulebook
from classifiers.traits import Candidate, candidates
from classifiers.verdict import Dimension, Statement, StatementKind
from classifiers.weighing import Weighed, Worths, weigh, worths_of

FIELDS = {StatementKind.USE: USE, StatementKind.DECISION: DECISION}
FRAME = 0.95  # rules of use from this weight on name the frame of the work
FRAMED = 0.08  # the chance from which on a sentence that names one states a use, where no other does
SURE = 0.5  # the chance from which on a decision stands in a letter about the future of the survey
PLAIN = frozenset({"use.we-use", "use.track", "use.feeds", "use.because"})  # rules of plain words of use
_FEWEST_WORDS = 4
_NOTHING = frozenset(
    {"no", "none", "nil", "na", "n a", "nothing", "not applicable", "see attached", "see above", "not yet", "tbc",
     "not provided", "not as yet", "not known", "unknown", "as above", "see below", "please say which", "yes"}
)  # fmt: skip


class Statements:
    """Finds what a message states; made once from the rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Take what each cue is worth from the rule files."""
        self._worths: Mapping[StatementKind, Worths] = {kind: worths_of(rulebook, kind) for kind in StatementKind}

    def stated(self, evidence: Evidence, *, meeting: bool = False, future: bool = False) -> tuple[Statement, ...]:
        """Give the statements of use and of decision of a message.

        To a meeting people write of changes and plans of the survey's: there only plain words of use count. A decision
        without any word of use is quoted for both; of the survey's future only when it is sure.
        """
        made: list[Statement] = []
        those = candidates(evidence)
        is_return = evidence.form is not None and evidence.form.is_filled
        for kind in StatementKind:
            answers = _of_form(evidence.found, evidence.form, kind) if evidence.form else []
            if not answers and (not is_return or kind is StatementKind.USE):
                answers = self._of_text(evidence, those, kind, meeting=meeting)
            made.extend(answers)
        if is_return or any(one.kind is StatementKind.USE for one in made):
            return tuple(made)
        return () if future and not self._is_sure(those) else (*_as_use(made), *made)

    def _is_sure(self, those: Sequence[Candidate]) -> bool:
        worths = self._worths[StatementKind.DECISION]
        return any(one.score >= SURE for one in weigh(those, StatementKind.DECISION, worths))

    def _of_text(
        self, evidence: Evidence, those: Sequence[Candidate], kind: StatementKind, *, meeting: bool
    ) -> list[Statement]:
        if meeting and kind is StatementKind.DECISION:
            return []
        worths = self._worths[kind]
        weighed = weigh(those, kind, worths)
        able = [one for one in weighed if _is_able(one, worths, meeting=meeting)]
        if not able and kind is StatementKind.USE and not meeting:
            able = _framed(evidence, weighed)
        chosen = [one for place, one in enumerate(able[: worths.most]) if place == 0 or one.score >= worths.second]
        chosen.sort(key=lambda one: one.sentence.place)
        return [_statement(evidence.found, kind, one.sentence, one.rules[0]) for one in chosen]


def _is_able(one: Weighed, worths: Worths, *, meeting: bool) -> bool:
    if one.score < worths.least or len(one.sentence.written) < _FEWEST_WORDS:
        return False
    return not meeting or bool(PLAIN & set(one.rules))


def _framed(evidence: Evidence, weighed: Sequence[Weighed]) -> list[Weighed]:
    """Where no sentence is sure, take one that names the frame of the work: a dissertation, a written question."""
    framing = {
        match.sentence.place
        for match in evidence.in_body(evidence.matches(Dimension.USE, Rank.DECIDES))
        if match.rule.weight >= FRAME
    }
    able = [one for one in weighed if one.sentence.place in framing and len(one.sentence.written) >= _FEWEST_WORDS]
    return [one for one in able if one.score >= FRAMED][:1]


def _as_use(stated: list[Statement]) -> tuple[Statement, ...]:
    """Quote a decision as the use too where no other sentence states one."""
    return tuple(
        Statement(kind=StatementKind.USE, zone=one.zone, start=one.start, end=one.end, text=one.text, rule=one.rule)
        for one in stated[:1]
    )


def _statement(found: Found, kind: StatementKind, sentence: Sentence, rule: str) -> Statement:
    text = found.message.zones[sentence.zone].text[sentence.start : sentence.end]
    return Statement(kind=kind, zone=sentence.zone, start=sentence.start, end=sentence.end, text=text, rule=rule)


def _of_form(found: Found, form: Form, kind: StatementKind) -> list[Statement]:
    """Give the answer to a form's question: the first that says something, with all of its sentences."""
    for field, group in groupby(form.answers, key=lambda one: one.field):
        answers = [one for one in group if not _is_placeholder(found, one)]
        if field != FIELDS[kind] or not answers:
            continue
        if kind is StatementKind.DECISION and _denies(found, answers[0]):
            return []
        start, end = answers[0].start, answers[-1].end
        text = found.message.zones[form.zone].text[start:end]
        return [Statement(kind=kind, zone=form.zone, start=start, end=end, text=text, rule=FIELDS[kind])]
    return []


def _is_placeholder(found: Found, answer: Answer) -> bool:
    text = found.message.zones[answer.sentence.zone].text[answer.start : answer.end]
    if text.strip().startswith("[") and text.strip().endswith("]"):  # what the form itself says to fill in
        return True
    words = " ".join("".join(char if char.isalnum() else " " for char in text).lower().split())
    return not words or words in _NOTHING


def _denies(found: Found, answer: Answer) -> bool:
    text = found.message.zones[answer.sentence.zone].text[answer.start : answer.end].lower()
    return text.startswith(("no,", "no.", "no -", "not ", "none", "no decision", "no specific"))
