"""Which products a message is about."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from classifiers.matching import Match
from classifiers.mentions import HEADLINE, left_out, without_mentions
from classifiers.message_evidence import Evidence, by_tag
from classifiers.rule import Rank
from classifiers.subjects import Said, Subjects
from classifiers.verdict import Dimension, Role, Tag

SURVEY = "survey"
_TAKEN_UP = "the words of the whole letter are about it"
_CONTINUED, _RESIDUAL = 0.75, 0.8  # what a conclusion is worth beside words that decide
BARE = 0.8  # a rule up to this weight is a bare word, which people also use of their own work
PLAIN = 0.86  # a rule up to this weight describes a topic without its words
_PLACES, SUPPORTED = 1, 0.45  # so many places with supporting words make a guess, and what it is worth
_FEW = 45  # words: thanks are rarely longer
LONG = 200  # words: in more, a supporting word stands by chance
_MANY_METHODS = 3  # so many words of method make a letter on methods
_SAME_FOR = 7  # words, within which "the same for …" names its object
_LIST = 3  # so many products in one sentence of a consultation reply are a list, and no argument
_NEXT_QUESTION = frozenset(["whether", "how", "plus", "also"])
_METHODS = ("method-sample", "method-questionnaire", "method-mode", "method-file", "method-comparability")


@dataclass(frozen=True, slots=True)
class Frame:
    """What kind of letter it is, as far as it bears on products."""

    future: bool = False
    meeting: bool = False  # of the session or the group
    points: bool = False  # something is put to the meeting


def products(evidence: Evidence, frame: Frame, subjects: Subjects) -> tuple[Tag, ...]:
    """Give the products as tags, `survey` among them."""
    named = _named(evidence)
    if frame.meeting and not frame.points:
        named = _requested(evidence, named)
    if frame.future:
        named = _argued(evidence, named)
    said = Said(subjects, evidence.found, evidence.counts)
    length = length_of(evidence)
    taken_up = left_out(evidence, named, said, short=length <= LONG) if subjects.measured else {}
    frame = replace(frame, points=frame.points or (frame.meeting and bool(taken_up)))
    if subjects.measured and length >= subjects.enough.words:
        named = without_mentions(named, said)
    tags = [
        evidence.tag(Dimension.PRODUCT, value, matches, _reason(evidence, matches)) for value, matches in named.items()
    ]
    tags += [
        evidence.tag(Dimension.PRODUCT, value, matches, _TAKEN_UP, factor=_CONTINUED)
        for value, matches in taken_up.items()
    ]
    if not frame.future and not frame.meeting:
        tags = _of_the_letter(evidence, named, tags, said)
    survey = () if frame.meeting and not frame.points else _survey(evidence, frame, tuple(tag.value for tag in tags))
    return (*tags, *survey)


def _of_the_letter(evidence: Evidence, named: dict[str, list[Match]], tags: list[Tag], said: Said) -> list[Tag]:
    """Add what goes on from earlier mail, or guess where nothing is named; leave out examples in letters on method."""
    if tags:
        tags += _same_again(evidence, named)
    else:
        tags = _continued(evidence)
        if not tags and not _asked_methods(evidence, others=False):
            tags = _by_words(evidence, said) or _supported(evidence)
    return [] if tags and _is_on_method(evidence, named) else tags


def _requested(evidence: Evidence, named: dict[str, list[Match]]) -> dict[str, list[Match]]:
    """Of a letter about coming to a meeting: only products that are asked for beside it, in so many words."""
    wanting = {match.sentence.place for match in evidence.cue("wants-figures")}
    asking = {match.sentence.place for match in evidence.in_body(evidence.matches(Dimension.CHANNEL, Rank.DECIDES))}
    kept = {
        value: [one for one in matches if one.sentence.place in wanting & asking and one.rule.weight > PLAIN]
        for value, matches in named.items()
    }
    return {value: matches for value, matches in kept.items() if matches}


def _is_on_method(evidence: Evidence, named: dict[str, list[Match]]) -> bool:
    """Tell a letter on the survey's methods or file, in which a product is an example or the writer's own subject."""
    methods = _asked_methods(evidence, others=False)
    wanted = evidence.in_body(_method(evidence, "method-wanted"))
    places = {match.sentence.place for matches in named.values() for match in matches}
    bare = all(match.rule.weight <= BARE for matches in named.values() for match in matches)
    if wanted and bare and named:
        return not places & {match.sentence.place for match in wanted}
    apart = {(match.sentence.place, match.first) for match in methods}
    return len(apart) >= _MANY_METHODS and len(places) == 1 and len(named) == 1


def _named(evidence: Evidence) -> dict[str, list[Match]]:
    """Give what decides, by product: in the body, and in a subject that the body does not set aside."""
    asked = evidence.matches(Dimension.PRODUCT, Rank.DECIDES)
    aside = {match.tag for match in evidence.in_body(evidence.matches(Dimension.PRODUCT, Rank.DECIDES, Role.SET_ASIDE))}
    body = by_tag(evidence.in_body(asked))
    other_sense = _other_senses(evidence)
    fully = any(match.rule.weight > PLAIN for matches in body.values() for match in matches)
    for value, matches in by_tag(evidence.in_subject(asked)).items():
        best = max(match.rule.weight for match in matches)
        weak = (best <= BARE and value in other_sense) or (BARE < best <= PLAIN and fully)
        if value in body or (value not in aside and not weak):
            body.setdefault(value, []).extend(matches)
    return _without_parts(evidence, _without_plain(_without_bare(evidence, body)))


def _other_senses(evidence: Evidence) -> set[str]:
    """Give the products of which the body holds words in another sense: "I would like to volunteer with you"."""
    cancels = [match for match in evidence.found.matches if match.rule.rank is Rank.CANCELS]
    return {match.tag for match in evidence.in_body(cancels) if match.rule.dimension is Dimension.PRODUCT}


def _without_plain(named: dict[str, list[Match]]) -> dict[str, list[Match]]:
    """Leave out a topic told in plain words only, in a sentence that names another product in full.

    Such words also tell what a named product is asked for: "trust between groups" beside a measure of influence.
    """
    full = [match for matches in named.values() for match in matches if match.rule.weight > PLAIN]
    return {
        value: matches
        for value, matches in named.items()
        if any(match.rule.weight > PLAIN or not _told_beside(match, full) for match in matches)
    }


def _told_beside(plain: Match, full: list[Match]) -> bool:
    """Tell whether a named product stands in the same question: nothing like "and whether" parts them."""
    return any(one.sentence.place == plain.sentence.place and not _questions_apart(plain, one) for one in full)


def _without_parts(evidence: Evidence, named: dict[str, list[Match]]) -> dict[str, list[Match]]:
    """Leave out topics that stand only in a list of what the first release covers: it is the release that is meant."""
    if HEADLINE not in named:
        return named
    words = _words_by_sentence(evidence)
    lists = {place for place, values in words.items() if len(values - {HEADLINE}) >= _LIST}
    release = {match.sentence.place for match in named[HEADLINE]}
    near = {place for place in lists if release & {place - 1, place}}
    return {
        value: matches
        for value, matches in named.items()
        if value == HEADLINE or any(match.sentence.place not in near for match in matches)
    }


def _words_by_sentence(evidence: Evidence) -> dict[int, set[str]]:
    """Give the products of which each sentence holds words, supporting ones among them."""
    words: dict[int, set[str]] = defaultdict(set)
    for rank in (Rank.DECIDES, Rank.SUPPORTS):
        for match in evidence.in_body(evidence.matches(Dimension.PRODUCT, rank)):
            words[match.sentence.place].add(match.tag)
    return words


def _questions_apart(one: Match, other: Match) -> bool:
    first, second = sorted((one, other), key=lambda match: match.first)
    between = first.sentence.text[first.end : second.start]
    return ";" in between or not _NEXT_QUESTION.isdisjoint(first.sentence.forms[first.last : second.first])


def _without_bare(evidence: Evidence, named: dict[str, list[Match]]) -> dict[str, list[Match]]:
    """Leave out a product whose bare word stands only where a use is stated, beside one that is named in full."""
    stated = {
        match.sentence.place
        for cue in ("use", "decision")
        for match in evidence.cue(cue)
        if match.rule.weight > 0.5 and not evidence.is_question(match.sentence)
    }
    full = {value for value, matches in named.items() if any(match.rule.weight > BARE for match in matches)}
    bare = {
        value
        for value, matches in named.items()
        if value not in full and all(match.sentence.place in stated for match in matches)
    }
    return {value: matches for value, matches in named.items() if not (full and value in bare)}


def _argued(evidence: Evidence, named: dict[str, list[Match]]) -> dict[str, list[Match]]:
    """Of a reply about the survey's future: only products whose loss is argued, or that are used."""
    telling = {match.sentence.place for cue in ("argues", "use", "decision") for match in evidence.cue(cue)}
    telling |= _argued_after(evidence)
    arguing = {match.sentence.place for match in evidence.cue("argues")}
    in_sentence = _words_by_sentence(evidence)
    kept = {}
    for value, matches in named.items():
        able = [
            match
            for match in matches
            if match.sentence.place in telling
            and (match.rule.weight > PLAIN or match.sentence.place in arguing)
            and len(in_sentence[match.sentence.place]) < _LIST
        ]
        if able:
            kept[value] = able
    return kept


def _argued_after(evidence: Evidence) -> set[int]:
    """Give the sentences whose next one argues and names nothing itself: "No other source tells a city that"."""
    naming = {match.sentence.place for match in evidence.matches(Dimension.PRODUCT, Rank.DECIDES)}
    arguing = {match.sentence.place for match in evidence.cue("argues") if match.first <= 1}
    return {place - 1 for place in arguing - naming}


def _continued(evidence: Evidence) -> list[Tag]:
    """Give what the earlier mail is about, when the new text goes on with it and names nothing itself."""
    goes_on = evidence.has("continue", subject=False)
    agrees = evidence.has("yes", subject=False)
    if not (goes_on or agrees) or evidence.has("leaves-list", subject=False):
        return []
    if not (agrees or _asks_or_tells(evidence)):
        return []
    matches = evidence.in_context(evidence.matches(Dimension.PRODUCT, Rank.DECIDES))
    matches = tuple(match for match in matches if match.rule.weight > PLAIN) or matches
    if agrees and not goes_on:
        matches = tuple(match for match in matches if evidence.is_question(match.sentence))
    reason = "the new text goes on with what the earlier mail is about"
    subjects = evidence.found.message.zones
    in_subject = tuple(match for match in matches if subjects[match.sentence.zone].kind == "subject")
    return [
        evidence.tag(Dimension.PRODUCT, value, found, reason, factor=_CONTINUED)
        for value, found in by_tag(in_subject or matches).items()
    ]


def _same_again(evidence: Evidence, named: dict[str, list[Match]]) -> list[Tag]:
    """Give what the newest earlier mail is about, where the same is asked for beside a subject of its own.

    "The same for Wales, and also giving" goes on; "the same for giving" asks of giving what was asked of the first.
    """
    own = [(match.sentence.place, match.first) for matches in named.values() for match in matches]
    asking = {match.sentence.place for match in evidence.matches(Dimension.CHANNEL, Rank.DECIDES)}
    again = [
        cue
        for cue in evidence.cue("same-again", subject=False)
        if (cue.sentence.place in asking or evidence.is_question(cue.sentence))
        and not any(place == cue.sentence.place and 0 <= first - cue.first <= _SAME_FOR for place, first in own)
    ]
    earlier = [
        match
        for match in evidence.in_context(evidence.matches(Dimension.PRODUCT, Rank.DECIDES))
        if match.rule.weight > PLAIN and match.tag not in named
    ]
    if not again or not earlier:
        return []
    newest = min(match.sentence.place for match in earlier)
    reason = "the same is asked for again, beside another subject"
    found = by_tag([match for match in earlier if match.sentence.place == newest])
    if len(found) >= _LIST:
        return []
    return [evidence.tag(Dimension.PRODUCT, value, those, reason, factor=_CONTINUED) for value, those in found.items()]


def _asks_or_tells(evidence: Evidence) -> bool:
    """Tell whether the new text asks for something, goes on with a question, or states a use."""
    asks = evidence.in_body(evidence.matches(Dimension.CHANNEL, Rank.DECIDES))
    questions = any(evidence.is_question(match.sentence) for match in evidence.cue("continue", subject=False))
    tells = evidence.has("use", subject=False) and not (_only_thanks(evidence) and not evidence.has("reports-use"))
    return bool(asks) or questions or tells


def _only_thanks(evidence: Evidence) -> bool:
    return evidence.has("thanks", subject=False) and evidence.counts.new_words <= _FEW


def _by_words(evidence: Evidence, said: Said) -> list[Tag]:
    """Where no rule decides: the one product of which the words of the letter speak, for a person."""
    if not said.subjects.measured or not asks_of_people(evidence) or length_of(evidence) > LONG:
        return []
    best = max(said.worths, key=lambda value: said.worths[value], default="")
    if not said.speaks_for(best, said.subjects.enough.alone):
        return []
    tag = evidence.tag(Dimension.PRODUCT, best, (), "no rule decides; its words speak of this")
    return [replace(tag, confidence=SUPPORTED)]


def _supported(evidence: Evidence) -> list[Tag]:
    """Where nothing decides: the one product of which the subject and a request, or two places, hold words."""
    asking = evidence.in_body(evidence.matches(Dimension.CHANNEL, Rank.DECIDES))
    if not asking or any(match.tag == "other-enquiry" for match in asking):
        return []
    supports = [one for one in evidence.matches(Dimension.PRODUCT, Rank.SUPPORTS) if evidence.counts.in_full(one)]
    sure_not = _other_senses(evidence)
    supports = [one for one in supports if one.tag not in sure_not or not evidence.in_subject((one,))]
    places = {value: {one.sentence.place for one in found} for value, found in by_tag(supports).items()}
    if (
        len(places) != 1
        or not asks_of_people(evidence)
        or evidence.has("interviewee")
        or evidence.counts.new_words > LONG
    ):
        return []
    ((value, where),) = places.items()
    if len(where) < _PLACES:
        return []
    tag = evidence.tag(Dimension.PRODUCT, value, supports, "only supporting words were found, in several places")
    return [replace(tag, confidence=SUPPORTED)]


def asks_of_people(evidence: Evidence) -> bool:
    """Tell whether a survey, or what people say and do, is spoken of at all."""
    return evidence.has("survey-context") or evidence.has("asks-people")


def length_of(evidence: Evidence) -> int:
    """Count the words of what counts in full."""
    return sum(len(one.written) for one in evidence.found.sentences if one.zone in evidence.counts.body)


def _survey(evidence: Evidence, frame: Frame, others: tuple[str, ...]) -> tuple[Tag, ...]:
    """Label the survey itself: residual when nothing else is named, beside products only for its methods or a frame."""
    if frame.future or frame.points:
        matches = evidence.cue("survey-named") or evidence.cue("this-survey")
        return (_survey_tag(evidence, matches, "its future or its questions are the subject", 0.95),)
    strong = _asked_methods(evidence, others=bool(others))
    families = [name for name in _METHODS if evidence.has(name)]
    if others:
        strong = (*_apart(evidence, strong), *evidence.in_body(_method(evidence, "method-wanted")))
    if strong or (len(families) >= 2 and not others):
        return (_survey_tag(evidence, strong, "it asks about the survey's methods, questions or data file", 0.9),)
    if others:
        return ()
    return _residual(evidence)


def _asked_methods(evidence: Evidence, *, others: bool) -> tuple[Match, ...]:
    method = _method(evidence, "method", *(() if others else ("method-alone",)))
    if evidence.has("other-survey") and not evidence.has("this-survey"):
        elsewhere = {match.sentence.place for match in evidence.cue("other-survey")}
        method = tuple(match for match in method if match.sentence.place not in elsewhere)
    return evidence.in_body(method) or (() if others else evidence.in_subject(method))


def _apart(evidence: Evidence, methods: tuple[Match, ...]) -> tuple[Match, ...]:
    """Keep methods that are asked about beside a topic, not of it: in a sentence of their own, or several at once."""
    topics = {match.sentence.place for match in evidence.matches(Dimension.PRODUCT, Rank.DECIDES)}
    often = Counter(place for place, _ in {(match.sentence.place, match.last) for match in methods})
    return tuple(one for one in methods if one.sentence.place not in topics or often[one.sentence.place] > 1)


def _method(evidence: Evidence, *cues: str) -> tuple[Match, ...]:
    found = [match for cue in cues for match in evidence.found.of(cue)]
    cancels = [one for one in evidence.found.matches if one.rule.rank is Rank.CANCELS and one.tag == "method"]
    return tuple(
        match
        for match in found
        if match.rule.rank is Rank.CUE
        and not any(_overlap(cancel, match) for cancel in cancels)
        and (not match.rule.needs or any(evidence.found.has(cue) for cue in match.rule.needs))
    )


def _overlap(one: Match, other: Match) -> bool:
    return one.sentence.place == other.sentence.place and one.first < other.last and other.first < one.last


def _residual(evidence: Evidence) -> tuple[Tag, ...]:
    named = evidence.cue("survey-named")
    if not named and not (evidence.has("continue") and evidence.in_context(evidence.found.of("survey-named"))):
        return ()
    overall = evidence.cue("overall-results")
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
    return f"it says “{words}”" + (f" and {len(matches) - 1} more" if len(matches) > 1 else "")
