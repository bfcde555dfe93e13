"""Why words that speak for a tag did not make it: one reason a match."""

from dataclasses import dataclass, replace

from classifiers.channels import frame_of
from classifiers.found import takes_away
from classifiers.hits import hit_of
from classifiers.matching import Match
from classifiers.message_evidence import Evidence
from classifiers.products import SURVEY, products
from classifiers.rule import Rank, Rule, Rulebook, Situation
from classifiers.scope import BACKWARD, FORWARD, PREVIOUS
from classifiers.situations import holds
from classifiers.subjects import Subjects
from classifiers.verdict import Dimension, Hit, Role, Verdict, ZoneKind

SUPPORTING = "a supporting word: it raises the confidence, and never tags"
OUTWEIGHED = (
    "the other words of the message outweigh it: hardly any of them is about it, as if it were named in passing"
)
_ZONES = {ZoneKind.QUOTED: "quoted mail", ZoneKind.FORWARDED: "a forwarded message"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The tag that is asked about."""

    dimension: Dimension
    value: str

    def __str__(self) -> str:
        return f"{self.dimension}:{self.value}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Uncounted:
    """Words that a rule of the tag matched, and why they did not count."""

    hit: Hit
    rank: Rank
    why: str


def speaks_for(rule: Rule, asked: Asked) -> bool:
    """Tell whether a rule speaks for a tag: as its own rule, or as a cue for a kind of user or a disposition."""
    if rule.rank is Rank.CANCELS:
        return False
    if rule.dimension is None and asked.dimension is Dimension.USER_CATEGORY:
        return rule.tag.partition("-")[2] == asked.value
    if rule.dimension is None and asked.dimension is Dimension.DISPOSITION:
        return rule.tag.startswith(asked.value + "-")
    return rule.dimension is asked.dimension and rule.tag == asked.value


def uncounted(evidence: Evidence, verdict: Verdict, asked: Asked, rulebook: Rulebook) -> tuple[Uncounted, ...]:
    """Give what speaks for a tag that does not stand, each with the reason why it did not count."""
    found = []
    for place, match in enumerate(evidence.found.matches):
        if speaks_for(match.rule, asked):
            role = evidence.roles.get(place, Role.ASKED)
            why = _why(evidence, match, role) or _against(evidence, verdict, match, asked, rulebook)
            found.append(Uncounted(hit=hit_of(match, evidence.found.message, role), rank=match.rule.rank, why=why))
    return tuple(found)


def _why(evidence: Evidence, match: Match, role: Role) -> str:
    """Say what the match itself or its place lacks; nothing where it would have counted."""
    if match.rule.rank is Rank.SUPPORTS:
        return SUPPORTING
    if role is Role.MENTIONED or match not in evidence.found.standing:
        return _mentioned(evidence, match)
    if role is Role.SET_ASIDE:
        return _set_aside(evidence, match)
    counts = evidence.counts
    if match.rule.rank is Rank.DECIDES and match.sentence.zone not in counts.body | counts.subject:
        kind = match.sentence.kind
        return f"it stands only in {_ZONES.get(kind, f'the {kind}')}, which does not count by itself"
    return ""


def _mentioned(evidence: Evidence, match: Match) -> str:
    for cancel in evidence.found.matches:
        if cancel.rule.rank is Rank.CANCELS and takes_away(cancel, match):
            return f"“{_words(evidence, cancel)}” is another sense of it ({cancel.rule.id})"
    return f"its rule needs {' or '.join(match.rule.needs)} in the message, which is not there"


def _set_aside(evidence: Evidence, match: Match) -> str:
    places = {FORWARD: 0, BACKWARD: 0, PREVIOUS: 1}
    for cue, later in places.items():
        for one in evidence.found.of(cue):
            if one.sentence.place == match.sentence.place + later:
                return f"it is set aside by “{_words(evidence, one)}” ({one.rule.id})"
    return "it is set aside"


def _against(evidence: Evidence, verdict: Verdict, match: Match, asked: Asked, rulebook: Rulebook) -> str:
    """Say what of the whole message speaks against a match that would have counted."""
    situation = _dropping(evidence, verdict, asked, rulebook)
    if situation is not None:
        return f"{situation.why or 'what kind of letter it is'} ({situation.id})"
    standing = verdict.values(asked.dimension)
    stands = " and ".join(rulebook.catalogue.quoted(asked.dimension, value) for value in standing)
    if asked.dimension is Dimension.USE and not stands:
        return "no sentence states a use"
    if asked.dimension is Dimension.USE or match.rule.rank is Rank.CUE:
        return f"more speaks for {stands}"
    if _is_told(evidence, asked, rulebook):
        return OUTWEIGHED
    return "what kind of letter it is, or what stands beside it, speaks against it"


def _is_told(evidence: Evidence, asked: Asked, rulebook: Rulebook) -> bool:
    """Say whether the rules alone tell a product, so that only the words of the whole message can have left it out."""
    if asked.dimension is not Dimension.PRODUCT or asked.value == SURVEY:
        return False
    unweighed = Subjects(replace(rulebook, tables={}))
    return asked.value in {tag.value for tag in products(evidence, frame_of(evidence), unweighed)}


def _dropping(evidence: Evidence, verdict: Verdict, asked: Asked, rulebook: Rulebook) -> Situation | None:
    """Give the situation that takes the tag away."""
    names = {str(asked), f"{asked.dimension}:*"}
    drops = (one for one in rulebook.situations if names & set(one.drops))
    return next((one for one in drops if holds(one, evidence, verdict.tags)), None)


def _words(evidence: Evidence, match: Match) -> str:
    return " ".join(evidence.found.text(match).split())
