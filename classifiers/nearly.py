"""What nearly fired: the tags that a message just missed, with the words that spoke for each and what was against it.

Two ways lead here: a rule matched and did not count, or all its words but one place are there. Of the second kind, the
rarest place has to be there and another near it; else every rule with "figures" in it would come near.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from classifiers.compiling import Pattern, is_common
from classifiers.explaining import NearRule, WhyNot, as_written, readable, why_not_of
from classifiers.matching import Matchers, Sentence
from classifiers.message_evidence import Evidence
from classifiers.rule import Rank, Rule, Rulebook
from classifiers.uncounted import Asked, speaks_for
from classifiers.verdict import Dimension, Verdict

MOST_LISTED = 8
MOST_LACKING = 3  # of these, tags of which a word was missing
NEAR = 8  # words within which those of a pattern have to stand
FEWEST_THERE = 2  # one word alone comes near nothing


@dataclass(frozen=True, slots=True, eq=False)
class _Lead:
    """A pattern that its rarest words lead to, its rule, and the tag it speaks for."""

    asked: Asked
    rule: Rule
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class _Miss:
    """A pattern that lacked one place in a sentence."""

    lead: _Lead
    sentence: Sentence
    lacks: frozenset[str]


class Nearly:
    """The rules of a rulebook by their rarest words; made once, used for any number of messages."""

    def __init__(self, rulebook: Rulebook, matchers: Matchers) -> None:
        """Index the words of the rules that can make a tag."""
        self._rulebook, self._matchers = rulebook, matchers
        self._tags = _tags_of(rulebook)
        self._leads = _leads(rulebook, matchers, self._tags)

    def fired(self, evidence: Evidence, verdict: Verdict) -> tuple[WhyNot, ...]:
        """Give the tags that the message just missed, the nearest first."""
        missed = [asked for asked in self._tags if asked.value not in verdict.values(asked.dimension)]
        spoken = [asked for asked in missed if _is_spoken_for(asked, evidence)]
        whys = [why_not_of(evidence, verdict, asked, self._rulebook, self._matchers) for asked in spoken]
        counted = [why for why in whys if any(one.rank is not Rank.SUPPORTS for one in why.uncounted)]
        supported = [why for why in whys if why not in counted]
        lacking = self._lacking(evidence, [asked for asked in missed if asked not in spoken])
        return (*counted, *lacking[:MOST_LACKING], *supported)[:MOST_LISTED]

    def _lacking(self, evidence: Evidence, missed: Iterable[Asked]) -> list[WhyNot]:
        """Give of each tag the pattern of most words that lacked one place."""
        wanted, best = set(missed), dict[Asked, _Miss]()
        for miss in self._misses(evidence, wanted):
            before = best.get(miss.lead.asked)
            if before is None or len(before.lead.pattern.required) < len(miss.lead.pattern.required):
                best[miss.lead.asked] = miss
        ordered = sorted(best.values(), key=lambda miss: -len(miss.lead.pattern.required))
        return [_why_not(miss, evidence) for miss in ordered]

    def _misses(self, evidence: Evidence, wanted: set[Asked]) -> Iterator[_Miss]:
        for sentence in evidence.found.sentences:
            words = self._matchers.atoms(sentence)
            atoms = frozenset[str]().union(*words)
            leads = dict.fromkeys(lead for word in sorted(atoms & self._leads.keys()) for lead in self._leads[word])
            for lead in leads:
                lacks = [slot for slot in lead.pattern.required if not slot & atoms]
                near = lead.asked in wanted and len(lacks) == 1 and _stand_together(lead.pattern, words)
                if near and sentence in readable(evidence, lead.rule):
                    yield _Miss(lead, sentence, lacks[0])


def _stand_together(pattern: Pattern, words: Sequence[frozenset[str]]) -> bool:
    """Tell whether two words or more are there, and stand near each other."""
    there = [[place for place, atoms in enumerate(words) if slot & atoms] for slot in pattern.required]
    there = [places for places in there if places]
    if len(there) < FEWEST_THERE:
        return False
    return any(all(any(0 <= other - first <= NEAR for other in places) for places in there) for first in there[0])


def _tags_of(rulebook: Rulebook) -> tuple[Asked, ...]:
    """Give every tag that words can lead to: "none" and the like are what is left when nothing does."""
    tags = [Asked(dimension=one, value=entry.id) for one in Dimension for entry in rulebook.catalogue.of(one)]
    return tuple(asked for asked in tags if any(speaks_for(rule, asked) for rule in rulebook.rules))


def _leads(rulebook: Rulebook, matchers: Matchers, tags: Iterable[Asked]) -> Mapping[str, tuple[_Lead, ...]]:
    """Index the patterns of several places by the words of their rarest place, where those lead to one tag."""
    asked_of = [_spoken_by(rule, tags) for rule in rulebook.rules]
    leads: dict[str, list[_Lead]] = defaultdict(list)
    for shape in matchers.shapes:
        if len(shape.pattern.required) > FEWEST_THERE:
            made = [
                _Lead(asked, rulebook.rules[rule], shape.pattern) for rule in shape.rules for asked in asked_of[rule]
            ]
            for word in shape.anchor:
                leads[word] += made
    telling = {word: tuple(theirs) for word, theirs in leads.items() if len({one.asked for one in theirs}) == 1}
    return {word: theirs for word, theirs in telling.items() if not is_common(frozenset((word,)))}


def _spoken_by(rule: Rule, tags: Iterable[Asked]) -> list[Asked]:
    """Give the tags that a rule speaks for; what makes mail automatic, bulk or spam is not looked for word by word."""
    if rule.rank is Rank.SUPPORTS:
        return []
    return [asked for asked in tags if asked.dimension is not Dimension.DISPOSITION and speaks_for(rule, asked)]


def _is_spoken_for(asked: Asked, evidence: Evidence) -> bool:
    return any(speaks_for(match.rule, asked) for match in evidence.found.matches)


def _why_not(miss: _Miss, evidence: Evidence) -> WhyNot:
    rule, place = miss.lead.rule, miss.sentence
    text = evidence.found.message.zones[place.zone].text[place.start : place.end]
    near = NearRule(
        rule=rule.id,
        file=rule.file,
        line=rule.line,
        sentence=" ".join(text.split()),
        lacks=(as_written(miss.lacks, rule),),
    )
    return WhyNot(asked=miss.lead.asked, reason="one word more, and a rule of it would have matched", near=(near,))
