"""Which way of engagement a message belongs to: mostly by exclusion, from the most particular to the most general."""

from classifiers.forms import DATA, MORE, Form
from classifiers.matching import Match
from classifiers.message_evidence import Evidence, by_tag
from classifiers.products import SURVEY, Frame
from classifiers.rule import Rank
from classifiers.verdict import Dimension, Tag

REQUEST, COMMENT, FUTURE, OTHER = "data-request", "publication-comment", "survey-future", "other-enquiry"
SESSION, GROUP, FORM, USAGE = "feedback-session", "technical-advisory-group", "pro-forma", "usage-feedback"
_SHORT = 25  # words, of which a message about coming to the meeting rarely has more
_SEVERAL = 3  # so many sentences on the future make it a subject
_ACT = "other.information-act"
_WANTS = "wants-figures"
_HOW_MANY, _BEGINS = "request.how-many", 2  # in the first words it asks, with or without a question mark
_NONE = frozenset(["nothing", "none", "nil", "no", "na", "not"])
_SURE_REQUESTS = ("request.send", "request.where", "request.need")


def frame_of(evidence: Evidence) -> Frame:
    """Say what kind of letter it is."""
    meeting = bool(_meeting(evidence))
    points = meeting and evidence.has("points", subject=False) and _has_a_point(evidence)
    return Frame(future=not meeting and bool(_future(evidence)), meeting=meeting, points=points)


def _has_a_point(evidence: Evidence) -> bool:
    """Tell a point put to the meeting from words about coming: it is long enough, or names a topic or a method."""
    topics = evidence.in_body(evidence.matches(Dimension.PRODUCT, Rank.DECIDES))
    return evidence.counts.new_words > _SHORT or bool(topics) or evidence.has("method", subject=False)


def channels(evidence: Evidence, frame: Frame, about: tuple[Tag, ...], *, uses: bool) -> tuple[Tag, ...]:
    """Give the channels as tags. `uses` tells whether a use is stated, which alone makes usage feedback."""
    usage = [_plain(USAGE, "a use is stated", 0.9)] if uses else []
    return (*usage, *_others(evidence, frame, about, uses=uses))


def _others(evidence: Evidence, frame: Frame, about: tuple[Tag, ...], *, uses: bool) -> list[Tag]:
    if evidence.form is not None and evidence.form.is_filled:
        form = _plain(FORM, "it holds the filled-in fields of a pro forma", 0.95)
        outside = _outside(evidence)
        asked = [] if _wants_nothing(evidence, outside) else _asked(evidence, (REQUEST,), outside)
        return [form, *(asked or _outstanding(evidence, evidence.form))]
    if frame.meeting:
        tags = [_tag(evidence, value, found) for value, found in by_tag(_meeting(evidence)).items()]
        return [*tags, *_asked(evidence, (REQUEST,), _apart(evidence, (SESSION, GROUP, FUTURE)))]
    if frame.future:
        future = _tag(evidence, FUTURE, list(_future(evidence)))
        return [future, *_asked(evidence, (REQUEST,), _apart(evidence, (FUTURE,)))]
    return _general(evidence, about, uses=uses)


def _general(evidence: Evidence, about: tuple[Tag, ...], *, uses: bool) -> list[Tag]:
    """Of a letter to which no particular frame applies: a request, a comment, both, or something else."""
    body = _body(evidence)
    tags = _asked(evidence, (REQUEST, COMMENT), _without_doubles(evidence, body))
    if not _topics(about) and _asks_for_nothing(evidence, about, body):
        tags = [tag for tag in tags if tag.value != REQUEST]
    if _wants_nothing(evidence, body) or (
        (uses or COMMENT in {tag.value for tag in tags}) and _only_names(evidence, body)
    ):
        tags = [tag for tag in tags if tag.value != REQUEST]
    elif not tags:
        tags = _implied(evidence, about, uses=uses)
    return [*tags, *_other(evidence, body, tags, uses=uses)]


def _only_names(evidence: Evidence, body: tuple[Match, ...]) -> bool:
    """Tell whether "how many" only names what was counted: in the middle of a sentence that asks nothing."""
    requests = [match for match in body if match.tag == REQUEST]
    return bool(requests) and all(
        match.rule.id == _HOW_MANY and match.first > _BEGINS and not evidence.is_question(match.sentence)
        for match in requests
    )


def _wants_nothing(evidence: Evidence, body: tuple[Match, ...]) -> bool:
    """Tell whether the writer says that nothing is wanted, and asks nothing."""
    if not evidence.has("asks-nothing", subject=False):
        return False
    asking = [match for match in body if match.rule.id in _SURE_REQUESTS or evidence.is_question(match.sentence)]
    return not asking


def _asks_for_nothing(evidence: Evidence, about: tuple[Tag, ...], body: tuple[Match, ...]) -> bool:
    """Tell whether what is asked is none of the statistics: under the Act, an invitation, or of another office."""
    other = [match for match in body if match.tag == OTHER]
    if any(match.rule.id == _ACT for match in other):
        return True
    if other and not evidence.has(_WANTS):
        return True
    return not about and not evidence.has("context") and not evidence.has("other-survey")


def _topics(about: tuple[Tag, ...]) -> list[Tag]:
    return [tag for tag in about if tag.value != SURVEY]


def _apart(evidence: Evidence, frames: tuple[str, ...]) -> tuple[Match, ...]:
    """Give requests for a product's figures in sentences that speak of no frame: of another subject."""
    speaking = {match.sentence.place for match in _body(evidence) if match.tag in frames}
    speaking |= {match.sentence.place for cue in ("argues", "points") for match in evidence.cue(cue)}
    topics = {match.sentence.place for match in evidence.in_body(evidence.matches(Dimension.PRODUCT, Rank.DECIDES))}
    wanting = {match.sentence.place for match in evidence.cue(_WANTS)}
    return tuple(
        match
        for match in _body(evidence)
        if match.rule.id in _SURE_REQUESTS and match.sentence.place in topics & wanting - speaking
    )


def _body(evidence: Evidence) -> tuple[Match, ...]:
    matches = evidence.matches(Dimension.CHANNEL, Rank.DECIDES)
    return (*evidence.in_body(matches), *evidence.in_subject(matches))


def _meeting(evidence: Evidence) -> tuple[Match, ...]:
    matches = evidence.matches(Dimension.CHANNEL, Rank.DECIDES)
    here = [match for match in matches if match.tag in (SESSION, GROUP)]
    subjects = [match for match in here if match.sentence.kind == "subject"]
    return tuple(dict.fromkeys([*evidence.in_body(here), *subjects]))


def _future(evidence: Evidence) -> tuple[Match, ...]:
    """Give what makes the survey's future a subject: argued, asked about, or a reply to the consultation."""
    matches = [match for match in _body(evidence) if match.tag == FUTURE]
    if not matches:
        return ()
    if _is_occasion(evidence, matches):
        return ()
    subject = any(match.sentence.kind == "subject" for match in matches)
    asked = any(evidence.is_question(match.sentence) for match in matches)
    return tuple(matches) if subject or asked or evidence.has("argues") else ()


def _is_occasion(evidence: Evidence, future: list[Match]) -> bool:
    """Tell whether the survey's end is only the occasion of a request for figures."""
    if len({match.sentence.place for match in future if evidence.counts.in_full(match)}) >= _SEVERAL:
        return False
    arguing = {match.sentence.place for match in evidence.cue("argues")}
    if any(match.sentence.place in arguing or match.sentence.kind == "subject" for match in future):
        return False
    topics = {match.sentence.place for match in evidence.matches(Dimension.PRODUCT, Rank.DECIDES)}
    sure = [match for match in _body(evidence) if match.rule.id in _SURE_REQUESTS]
    return any(match.sentence.place in topics for match in sure)


def _outside(evidence: Evidence) -> tuple[Match, ...]:
    zone = evidence.form.zone if evidence.form else -1
    return tuple(match for match in _body(evidence) if match.sentence.zone != zone and match.sentence.kind != "subject")


def _outstanding(evidence: Evidence, form: Form) -> list[Tag]:
    """Give the request that an answer of the form still makes."""
    cues = [
        match
        for match in evidence.found.of("form-outstanding")
        if any(one.sentence == match.sentence and match.start >= one.start for one in form.of(MORE))
        and not _says_none(match)
    ]
    cues += [match for match in evidence.found.of("form-still") if _within(form, match)]
    return [_plain(REQUEST, f"its answer says “{evidence.found.text(cues[0])}”", 0.8)] if cues else []


def _says_none(match: Match) -> bool:
    """Tell whether "nothing" stands in the same sentence: "Still need: nothing, ta"."""
    return not _NONE.isdisjoint(match.sentence.forms)


def _within(form: Form, match: Match) -> bool:
    return any(one.sentence == match.sentence and match.start >= one.start for one in form.of(DATA))


def _without_doubles(evidence: Evidence, body: tuple[Match, ...]) -> tuple[Match, ...]:
    """Read a sentence that comments on a publication as a comment, though it asks.

    Beside a comment, "tell me why" asks about the publication; figures must be wanted in so many words.
    """
    commenting = {match.sentence.place for match in body if match.tag == COMMENT}
    if not commenting:
        return body
    asking = {match.sentence.place for match in evidence.cue("asks-about")}
    asking -= {match.sentence.place for match in evidence.cue(_WANTS)}
    return tuple(match for match in body if match.tag != REQUEST or match.sentence.place not in asking | commenting)


def _asked(evidence: Evidence, values: tuple[str, ...], matches: tuple[Match, ...]) -> list[Tag]:
    found = by_tag(matches)
    return [_tag(evidence, value, found[value]) for value in values if value in found]


def _other(evidence: Evidence, body: tuple[Match, ...], tags: list[Tag], *, uses: bool) -> list[Tag]:
    asking = {match.sentence.place for match in body if match.tag == REQUEST or evidence.is_question(match.sentence)}
    named = [match for match in body if match.tag == OTHER and (not tags or match.sentence.place in asking)]
    if named:
        return [_tag(evidence, OTHER, named)]
    return [] if tags or uses else [_plain(OTHER, "nothing else was recognised in it", 0.5)]


def _implied(evidence: Evidence, about: tuple[Tag, ...], *, uses: bool) -> list[Tag]:
    """A question that names a product asks for its figures; so does a message that names one and says nothing else.

    A question about the survey's own methods asks for no figures; nor does who reports on a use.
    """
    if not _topics(about):
        return []
    asked = evidence.in_body(evidence.matches(Dimension.PRODUCT, Rank.DECIDES))
    questions = [match for match in asked if evidence.is_question(match.sentence)]
    if questions:
        words = " ".join(evidence.found.text(questions[0]).split())
        return [_plain(REQUEST, f"it asks a question about “{words}”", 0.75)]
    if uses and evidence.has("reports-use"):
        return []
    return [_plain(REQUEST, "it names a product and does not report on its use", 0.6)]


def _tag(evidence: Evidence, value: str, matches: list[Match]) -> Tag:
    words = " ".join(evidence.found.text(matches[0]).split())
    return evidence.tag(Dimension.CHANNEL, value, matches, f"it says “{words}”")


def _plain(value: str, reason: str, confidence: float) -> Tag:
    return Tag(dimension=Dimension.CHANNEL, value=value, confidence=confidence, reason=reason)
