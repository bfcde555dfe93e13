"""Which products a message is about."""

from dataclasses import dataclass

from classifiers.matching import Match
from classifiers.message_evidence import Evidence, by_tag
from classifiers.rule import Rank
from classifiers.verdict import Dimension, Role, Tag

SURVEY, HEADLINE = "survey", "headline"
_CONTINUED, _RESIDUAL = 0.75, 0.8  # what a conclusion is worth beside words that decide
_LIST = 3  # so many products in one sentence of a consultation reply are a list, and no argument
_METHODS = ("method-sample", "method-questionnaire", "method-mode", "method-file", "method-comparability")


@dataclass(frozen=True, slots=True)
class Frame:
    """What kind of letter it is, as far as it bears on products."""

    future: bool = False
    meeting: bool = False  # of the session or the group
    points: bool = False  # something is put to the meeting


def products(evidence: Evidence, frame: Frame) -> tuple[Tag, ...]:
    """Give the products as tags, `survey` among them."""
    named = _named(evidence)
    if frame.meeting and not frame.points:
        return ()
    if frame.future:
        named = _argued(evidence, named)
    tags = [
        evidence.tag(Dimension.PRODUCT, value, matches, _reason(evidence, matches)) for value, matches in named.items()
    ]
    if not tags and not frame.future and not frame.meeting:
        tags = _continued(evidence)
    survey = _survey(evidence, frame, tuple(tag.value for tag in tags))
    return (*tags, *survey)


def _named(evidence: Evidence) -> dict[str, list[Match]]:
    """Give what decides, by product: in the body, and in a subject that the body does not set aside."""
    asked = evidence.matches(Dimension.PRODUCT, Rank.DECIDES)
    aside = {match.tag for match in evidence.in_body(evidence.matches(Dimension.PRODUCT, Rank.DECIDES, Role.SET_ASIDE))}
    body = by_tag(evidence.in_body(asked))
    for value, matches in by_tag(evidence.in_subject(asked)).items():
        if value in body or value not in aside:
            body.setdefault(value, []).extend(matches)
    return body


def _argued(evidence: Evidence, named: dict[str, list[Match]]) -> dict[str, list[Match]]:
    """Of a reply about the survey's future: only products whose loss is argued, or that are used."""
    telling = {match.sentence.place for cue in ("argues", "use", "decision") for match in evidence.cue(cue)}
    in_sentence: dict[int, set[str]] = {}
    for value, matches in named.items():
        for match in matches:
            in_sentence.setdefault(match.sentence.place, set()).add(value)
    kept = {}
    for value, matches in named.items():
        able = [
            match
            for match in matches
            if match.sentence.place in telling and len(in_sentence[match.sentence.place]) < _LIST
        ]
        if able:
            kept[value] = able
    return kept


def _continued(evidence: Evidence) -> list[Tag]:
    """Give what the earlier mail is about, when the new text goes on with it and names nothing itself."""
    goes_on = evidence.has("continue", subject=False)
    agrees = evidence.has("yes", subject=False)
    if not (goes_on or agrees):
        return []
    asks = bool(evidence.in_body(evidence.matches(Dimension.CHANNEL, Rank.DECIDES))) or evidence.has(
        "use", subject=False
    )
    if not (asks or agrees):
        return []
    matches = evidence.in_context(evidence.matches(Dimension.PRODUCT, Rank.DECIDES))
    if agrees and not goes_on:
        matches = tuple(match for match in matches if evidence.is_question(match.sentence))
    reason = "the new text goes on with what the earlier mail is about"
    subjects = evidence.found.message.zones
    in_subject = tuple(match for match in matches if subjects[match.sentence.zone].kind == "subject")
    return [
        evidence.tag(Dimension.PRODUCT, value, found, reason, factor=_CONTINUED)
        for value, found in by_tag(in_subject or matches).items()
    ]


def _survey(evidence: Evidence, frame: Frame, others: tuple[str, ...]) -> tuple[Tag, ...]:
    """Label the survey itself: residual when nothing else is named, beside products only for its methods or a frame."""
    if frame.future or frame.points:
        matches = evidence.cue("survey-named") or evidence.cue("this-survey")
        return (_survey_tag(evidence, matches, "its future or its questions are the subject", 0.95),)
    strong = evidence.in_body(_method(evidence)) or evidence.in_subject(_method(evidence))
    families = [name for name in _METHODS if evidence.has(name)]
    if strong or (len(families) >= 2 and (not others or evidence.has("this-survey"))):
        return (_survey_tag(evidence, strong, "it asks about the survey's methods, questions or data file", 0.9),)
    if others:
        return ()
    return _residual(evidence)


def _method(evidence: Evidence) -> tuple[Match, ...]:
    cancels = [match for match in evidence.found.of("method") if match.rule.rank is Rank.CANCELS]
    return tuple(
        match
        for match in evidence.found.of("method")
        if match.rule.rank is Rank.CUE and not any(_overlap(cancel, match) for cancel in cancels)
    )


def _overlap(one: Match, other: Match) -> bool:
    return one.sentence.place == other.sentence.place and one.first < other.last and other.first < one.last


def _residual(evidence: Evidence) -> tuple[Tag, ...]:
    named = evidence.cue("survey-named")
    if not named and not (evidence.has("continue") and evidence.in_context(evidence.found.of("survey-named"))):
        return ()
    overall = evidence.cue("overall-results")
    if overall and not evidence.is_question(overall[0].sentence) and False:
        return ()
    if overall:
        reason = "it asks for the survey's latest results and names no topic"
        return (_survey_tag(evidence, overall, reason, 0.6, value=HEADLINE),)
    return (_survey_tag(evidence, named, "it names the survey and no product of it", _RESIDUAL),)


def _survey_tag(
    evidence: Evidence, matches: tuple[Match, ...], reason: str, confidence: float, *, value: str = SURVEY
) -> Tag:
    tag = evidence.tag(Dimension.PRODUCT, value, matches, reason)
    return Tag(dimension=Dimension.PRODUCT, value=value, confidence=confidence, reason=reason, hits=tag.hits)


def _reason(evidence: Evidence, matches: list[Match]) -> str:
    words = " ".join(evidence.found.text(matches[0]).split())
    return f'it says "{words}"' + (f" and {len(matches) - 1} more" if len(matches) > 1 else "")
