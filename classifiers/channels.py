"""Which way of engagement a message belongs to: mostly by exclusion, from the most particular to the most general."""

from classifiers.matching import Match
from classifiers.message_evidence import Evidence, by_tag
from classifiers.products import Frame
from classifiers.rule import Rank
from classifiers.verdict import Dimension, Tag

REQUEST, COMMENT, FUTURE, OTHER = "data-request", "publication-comment", "survey-future", "other-enquiry"
SESSION, GROUP, FORM, USAGE = "feedback-session", "technical-advisory-group", "pro-forma", "usage-feedback"
_SHORT = 25  # words, of which a message about coming to the meeting rarely has more
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
    tags: list[Tag] = []
    if uses:
        tags.append(_plain(USAGE, "a use is stated", 0.9))
    if evidence.form is not None and evidence.form.is_filled:
        tags.append(_plain(FORM, "it holds the filled-in fields of a pro forma", 0.95))
        tags += _asked(evidence, (REQUEST,), _outside(evidence))
        return tuple(tags)
    if frame.meeting:
        tags += [_tag(evidence, value, found) for value, found in by_tag(_meeting(evidence)).items()]
        return tuple(tags)
    if frame.future:
        tags.append(_tag(evidence, FUTURE, list(_future(evidence))))
        return tuple(tags)
    body = _body(evidence)
    tags += _asked(evidence, (REQUEST, COMMENT), _without_doubles(body))
    if not any(tag.value in (REQUEST, COMMENT) for tag in tags):
        tags += _implied(evidence, about)
    tags += _other(evidence, body, tags)
    return tuple(tags)


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
    arguing = {match.sentence.place for match in evidence.cue("argues")}
    if any(match.sentence.place in arguing or match.sentence.kind == "subject" for match in future):
        return False
    topics = {match.sentence.place for match in evidence.matches(Dimension.PRODUCT, Rank.DECIDES)}
    sure = [match for match in _body(evidence) if match.rule.id in _SURE_REQUESTS]
    return any(match.sentence.place in topics for match in sure)


def _outside(evidence: Evidence) -> tuple[Match, ...]:
    zone = evidence.form.zone if evidence.form else -1
    return tuple(match for match in _body(evidence) if match.sentence.zone != zone and match.sentence.kind != "subject")


def _without_doubles(body: tuple[Match, ...]) -> tuple[Match, ...]:
    """Read a sentence that comments on a publication as a comment, though it asks."""
    commenting = {match.sentence.place for match in body if match.tag == COMMENT}
    return tuple(match for match in body if match.tag != REQUEST or match.sentence.place not in commenting)


def _asked(evidence: Evidence, values: tuple[str, ...], matches: tuple[Match, ...]) -> list[Tag]:
    found = by_tag(matches)
    return [_tag(evidence, value, found[value]) for value in values if value in found]


def _other(evidence: Evidence, body: tuple[Match, ...], tags: list[Tag]) -> list[Tag]:
    named = [match for match in body if match.tag == OTHER]
    if named:
        return [_tag(evidence, OTHER, named)]
    return [] if tags else [_plain(OTHER, "nothing else was recognised in it", 0.5)]


def _implied(evidence: Evidence, about: tuple[Tag, ...]) -> list[Tag]:
    """A question that names a product asks for its figures; so does a message that names one and says nothing else."""
    asked = evidence.in_body(evidence.matches(Dimension.PRODUCT, Rank.DECIDES))
    questions = [match for match in asked if evidence.is_question(match.sentence)]
    if questions:
        words = " ".join(evidence.found.text(questions[0]).split())
        return [_plain(REQUEST, f'it asks a question about "{words}"', 0.75)]
    if about and not _reports(evidence):
        return [_plain(REQUEST, "it names a product and does not report on its use", 0.6)]
    return []


def _reports(evidence: Evidence) -> bool:
    """Tell whether the sender reports on a use that is or was, rather than on one to come."""
    return any(match.rule.id in ("use.we-use", "use.recorded") for match in evidence.cue("use"))


def _tag(evidence: Evidence, value: str, matches: list[Match]) -> Tag:
    words = " ".join(evidence.found.text(matches[0]).split())
    return evidence.tag(Dimension.CHANNEL, value, matches, f'it says "{words}"')


def _plain(value: str, reason: str, confidence: float) -> Tag:
    return Tag(dimension=Dimension.CHANNEL, value=value, confidence=confidence, reason=reason)
