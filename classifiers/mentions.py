"""Products that are told in passing, and products that were left out though the letter is about them.

What two rules tell, or two places, is nearly always meant. What one rule tells at one place is judged by the words of
the whole message, and, of products whose words often stand in passing, by what is told better beside it.
"""

import re
from collections.abc import Iterable

from classifiers.found import takes_away
from classifiers.matching import Match
from classifiers.message_evidence import Evidence, by_tag
from classifiers.rule import Rank
from classifiers.subjects import Said
from classifiers.verdict import Dimension, Role

HEADLINE = "headline"  # the release of all topics: one of them beside it is no mention
Named = dict[str, list[Match]]  # the matches that decide, by product
_NEAR = 6  # words before a match, among which a question of its own begins
_ASKS = frozenset(["whether", "how", "share", "proportion", "percentage", "what", "which", "if", "rate"])
_ITEM = re.compile(
    r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.):]|[-*\u2022\u00b7]\s|(?:first|second|third|one|two|three)[,:.]",
    re.IGNORECASE,
)


def without_mentions(named: Named, said: Said) -> Named:
    """Leave out what is told once and in passing, in a letter long enough to speak in passing of anything."""
    well = [one for value, matches in named.items() if value != HEADLINE and not told_once(matches) for one in matches]

    def stands(value: str, match: Match) -> bool:
        passing = bool(well) and value in said.subjects.often_in_passing and not _asked_apart(match, well)
        return not passing and said.speaks_for(value, said.subjects.enough.once)

    return {value: those for value, those in named.items() if not told_once(those) or stands(value, those[0])}


def left_out(evidence: Evidence, named: Named, said: Said, *, short: bool) -> Named:
    """Give the products that rules tell and the kind of letter left out, of which its words speak all the same.

    In a short letter, rules that lacked a sign of figures or answers beside them tell too.
    """
    asked = (*evidence.matches(Dimension.PRODUCT, Rank.DECIDES), *(_without_signs(evidence) if short else ()))
    aside = {match.tag for match in evidence.matches(Dimension.PRODUCT, Rank.DECIDES, Role.SET_ASIDE)}
    told = by_tag((*evidence.in_body(asked), *evidence.in_subject(asked)))
    return {
        value: matches
        for value, matches in told.items()
        if value not in named and value not in aside and said.speaks_for(value, said.subjects.enough.left_out)
    }


def _without_signs(evidence: Evidence) -> list[Match]:
    """Give the matches that no cancel took away: only a sign was lacking that their rule needs."""
    mentioned = evidence.matches(Dimension.PRODUCT, Rank.DECIDES, Role.MENTIONED)
    cancels = [one for one in evidence.found.matches if one.rule.rank is Rank.CANCELS]
    return [match for match in mentioned if not any(takes_away(cancel, match) for cancel in cancels)]


def told_once(matches: Iterable[Match]) -> bool:
    """Tell whether one rule alone tells of a product, and at one place."""
    return len({(match.rule.id, match.sentence.place) for match in matches}) == 1


def _asked_apart(match: Match, beside: Iterable[Match]) -> bool:
    """Tell whether a match stands in a question or an item of its own: "how many…, and whether people …"."""
    if any(one.sentence is match.sentence and one.first < match.last and match.first < one.last for one in beside):
        return False
    before = match.sentence.forms[max(0, match.first - _NEAR) : match.first]
    return not _ASKS.isdisjoint(before) or _begins_item(match)


def _begins_item(match: Match) -> bool:
    text, start = match.sentence.text, match.sentence.start
    return match.first < _NEAR and _ITEM.match(text, start, match.start + 1) is not None
