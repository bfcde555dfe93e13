"""What the sender does with the things named: asked for, set aside or only mentioned.

Setting aside is an operator with a scope: forward or backward in its sentence up to a word that takes the thread up
again ("but", "what I do want") or a semicolon, or the sentence before ("so no need to send those").
"""

from collections import defaultdict
from collections.abc import Iterable

from classifiers.found import takes_away
from classifiers.matching import Found, Match, Sentence, is_tag
from classifiers.rule import Rank
from classifiers.verdict import Dimension, Role

_LIMITS = frozenset(
    ["by", "split", "broken", "down", "per", "until", "till", "before", "yet", "today", "urgently", "in"]
)
FORWARD, BACKWARD, PREVIOUS, RESUME = "set-aside", "set-aside-back", "set-aside-previous", "resume"
OPENING, CLOSING = "set-aside-opening", "set-aside-closing"  # these only where they begin a clause, or stand alone
_CLAUSE_ENDS = (*":;,(.?!\u2013\u2014[", "- ", "\n")
_BEFORE_ALONE = ("(", ":", " -", "\u2013", "\u2014", "[")


def roles(found: Found) -> dict[int, Role]:
    """Give the role of every match of a tag, by its place in `found.matches`."""
    by_sentence: dict[Sentence, list[tuple[int, Match]]] = defaultdict(list)
    for place, match in enumerate(found.matches):
        by_sentence[match.sentence].append((place, match))
    dropped, cues = _dropped(found), frozenset(match for match in found.standing if match.rule.rank is Rank.CUE)
    given: dict[int, Role] = {}
    for sentence, matches in by_sentence.items():
        if any(is_tag(match) for _, match in matches):
            given |= _in_sentence(found, matches, cues, all_aside=bool(dropped) and sentence.place in dropped)
    return given


def _dropped(found: Found) -> frozenset[int]:
    """Give the places of the sentences that the next one sets aside."""
    said = [match for match in found.of(PREVIOUS) if not _is_limited(match)]
    if not said:
        return frozenset()
    naming = {one.sentence for one in found.matches if one.rule.rank is Rank.DECIDES and is_product(one)}
    return frozenset(match.sentence.place - 1 for match in said if match.sentence not in naming)


def _is_limited(match: Match) -> bool:
    """Tell whether only a part is set aside, or for a time: "no need for it by age", "not before Monday"."""
    return match.last < len(match.sentence.forms) and match.sentence.forms[match.last] in _LIMITS


def _in_sentence(
    found: Found, matches: list[tuple[int, Match]], standing: frozenset[Match], *, all_aside: bool
) -> dict[int, Role]:
    """Give the roles in one sentence; of its cues those count that nothing cancelled."""
    cues = [match for _, match in matches if match in standing]
    cancels = [match for _, match in matches if match.rule.rank is Rank.CANCELS]
    given = {}
    for place, match in matches:
        if not is_tag(match):
            continue
        lacks = match.rule.needs and not any(found.has(cue) for cue in match.rule.needs)
        if lacks or any(takes_away(cancel, match) for cancel in cancels):
            given[place] = Role.MENTIONED
        elif all_aside or _is_aside(found, cues, match):
            given[place] = Role.SET_ASIDE
        else:
            given[place] = Role.ASKED
    return given


def is_product(match: Match) -> bool:
    """Tell whether a match speaks for a product."""
    return match.rule.dimension is Dimension.PRODUCT


def _is_aside(found: Found, cues: Iterable[Match], match: Match) -> bool:
    resumes = [cue for cue in cues if cue.rule.tag == RESUME]
    for cue in cues:
        forward = cue.rule.tag == FORWARD or (cue.rule.tag == OPENING and _opens(cue))
        within = cue.first <= match.first and match.last <= cue.last
        if forward and within and not any(cue.first < one.first <= match.first for one in resumes):
            return True
        reaches = cue.last <= match.first + 1 or cue.last < match.last  # "not using the" and "using the stuff on"
        if forward and reaches and cue.first <= match.first:
            if not _parted(found, cue, match, resumes):
                return True
        elif _is_before(match, cue) and not _parted(found, match, cue, resumes, dashes=False):
            return True
    return False


def _is_before(match: Match, cue: Match) -> bool:
    backward = cue.rule.tag == BACKWARD or (cue.rule.tag == CLOSING and _stands_alone(cue))
    return backward and match.last <= cue.last and match.first < cue.first


def _opens(cue: Match) -> bool:
    """Tell whether words begin their sentence, or a clause of it."""
    before = cue.sentence.text[cue.sentence.start : cue.start].rstrip(" \t\"'*")
    return not before or before.endswith(_CLAUSE_ENDS)


def _stands_alone(cue: Match) -> bool:
    """Tell whether words stand alone in brackets, or alone behind a colon or a dash, at the end."""
    before = cue.sentence.text[cue.sentence.start : cue.start].rstrip()
    after = cue.sentence.text[cue.end : cue.sentence.end].strip()
    return before.endswith(_BEFORE_ALONE) and (not after or after[0] in ").,;!]")


def _parted(found: Found, left: Match, right: Match, resumes: Iterable[Match], *, dashes: bool = True) -> bool:
    """Tell whether something between two matches ends the scope."""
    begins = left.last if left.rule.tag in (FORWARD, OPENING) else left.first + 1  # "all but": no "but" of its own
    within = [one for one in resumes if begins <= one.first and one.last <= right.last and one is not left]
    if any(one.first < right.first or right.rule.tag not in (BACKWARD, CLOSING) for one in within):
        return True
    text = found.message.zones[left.sentence.zone].text
    between = text[left.end : right.start]
    return ";" in between or (dashes and " - " in between)
