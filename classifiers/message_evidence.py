"""The evidence of a message, sorted by what counts: the input of every decision."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from classifiers.confidence import of_places
from classifiers.counting import Counting
from classifiers.forms import DATA, DECISION, USE, Form
from classifiers.hits import hit_of
from classifiers.matching import Found, Match, Sentence, is_tag
from classifiers.rule import Rank
from classifiers.scope import roles
from classifiers.verdict import Dimension, Hit, Role, Tag

_TELLING = (DATA, USE, DECISION)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found, the role of each match, and what counts."""

    found: Found
    roles: dict[int, Role]
    counts: Counting
    form: Form | None
    _sorted: dict[tuple[Dimension, Rank, Role], list[Match]] = field(default_factory=dict, repr=False)

    def matches(self, dimension: Dimension, rank: Rank, role: Role = Role.ASKED) -> tuple[Match, ...]:
        """Give the matches of a dimension with a rank and a role, in all zones; sorted when first asked for."""
        if not self._sorted:
            for place, given in self.roles.items():
                match = self.found.matches[place]
                if match.rule.dimension is not None:
                    self._sorted.setdefault((match.rule.dimension, match.rule.rank, given), []).append(match)
        return tuple(self._sorted.get((dimension, rank, role), ()))

    def in_body(self, matches: Iterable[Match]) -> tuple[Match, ...]:
        """Keep what stands where it counts in full; of a form, what its answers say."""
        return tuple(match for match in matches if match.sentence.zone in self.counts.body and self._answers(match))

    def in_subject(self, matches: Iterable[Match]) -> tuple[Match, ...]:
        """Keep what stands in a subject that counts."""
        return tuple(match for match in matches if match.sentence.zone in self.counts.subject)

    def in_context(self, matches: Iterable[Match]) -> tuple[Match, ...]:
        """Keep what stands in quoted mail or in the subject of a reply."""
        return tuple(match for match in matches if match.sentence.zone in self.counts.context)

    def cue(self, name: str, *, subject: bool = True) -> tuple[Match, ...]:
        """Give the matches of a cue where they count in full."""
        zones = self.counts.body | (self.counts.subject if subject else frozenset())
        return tuple(match for match in self.found.of(name) if match.sentence.zone in zones)

    def has(self, name: str, *, subject: bool = True) -> bool:
        """Tell whether a cue stands where it counts in full."""
        return bool(self.cue(name, subject=subject))

    def is_question(self, sentence: Sentence) -> bool:
        """Tell whether a sentence ends in a question mark."""
        text = self.found.message.zones[sentence.zone].text
        return text[sentence.start : sentence.end].rstrip("\"')\u201d\u2019 ").endswith("?")

    def hits(self) -> tuple[Hit, ...]:
        """Give all matches of tags as hits, also those that did not tag."""
        return tuple(
            hit_of(match, self.found.message, self._role(place, match))
            for place, match in enumerate(self.found.matches)
            if is_tag(match)
        )

    def tag(
        self, dimension: Dimension, value: str, matches: Iterable[Match], reason: str, *, factor: float = 1.0
    ) -> Tag:
        """Make a tag of the matches that decided it, with the supporting ones beside them."""
        deciding = tuple(matches)
        supports = [
            one for one in self.matches(dimension, Rank.SUPPORTS) if one.tag == value and self.counts.in_full(one)
        ]
        confidence = of_places(_best(deciding), _best(supports)) * factor
        hits = tuple(hit_of(match, self.found.message) for match in deciding)
        return Tag(dimension=dimension, value=value, confidence=round(confidence, 4), reason=reason, hits=hits)

    def _role(self, place: int, match: Match) -> Role:
        role = self.roles.get(place, Role.ASKED)
        return Role.MENTIONED if role is Role.ASKED and match.rule.rank is Rank.SUPPORTS else role

    def _answers(self, match: Match) -> bool:
        """Tell whether a match counts beside a form: in its telling answers, or outside of it."""
        if self.form is None or match.sentence.zone != self.form.zone:
            return True
        return any(one.start < match.end <= one.end for one in self.form.answers if one.field in _TELLING)


def set_apart(found: Found) -> Evidence:
    """Give the evidence of a message that nobody has to read: nothing of it counts, but its words light up."""
    nowhere = frozenset[int]()
    return Evidence(found=found, roles=roles(found), counts=Counting(nowhere, nowhere, nowhere, 0), form=None)


def by_tag(matches: Iterable[Match]) -> dict[str, list[Match]]:
    """Sort matches by the tag they speak for, in the order of their first match."""
    sorted_by: dict[str, list[Match]] = {}
    for match in matches:
        sorted_by.setdefault(match.tag, []).append(match)
    return sorted_by


def _best(matches: Iterable[Match]) -> dict[int, float]:
    best: dict[int, float] = {}
    for match in matches:
        place = match.sentence.place
        best[place] = max(best.get(place, 0.0), match.rule.weight)
    return best
