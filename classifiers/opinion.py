"""A second opinion on a verdict, from weights that were learnt on confirmed messages. It never tags.

It is asked one thing: do past decisions suggest other tags than the rules give here? If so, the verdict says it in its
first reason, and a person must look.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path
from typing import Any

from classifiers.catalogue import Catalogue
from classifiers.cues import cues_of
from classifiers.errors import OpinionUnreadable
from classifiers.verdict import Dimension, Verdict, ZoneKind

FORMAT = 1
SURE = 0.8  # so likely a tag must be, or so unlikely, before anything is said of it
SINGLE = frozenset([Dimension.USER_CATEGORY])  # of which a message carries one value
TRIAGE = "triage"  # what nobody has to read is not disputed
_NONE = {
    Dimension.PRODUCT: "no product",
    Dimension.USE: "no use",
    Dimension.CHANNEL: "no channel",
    Dimension.USER_CATEGORY: "no kind of user",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TagWeights:
    """What speaks for one tag: a weight a cue, and `bias` for none."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, cues: frozenset[str]) -> float:
        """Give how likely the tag is."""
        score = self.bias + sum(self.weights.get(cue, 0.0) for cue in sorted(cues))
        return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondOpinion:
    """Weights by dimension and tag; a dimension that is not there stays off. It belongs to one version of the rules."""

    rules_version: str
    tags: Mapping[Dimension, Mapping[str, TagWeights]]

    def beside(self, verdict: Verdict, zones: Sequence[ZoneKind], catalogue: Catalogue) -> Verdict:
        """Give the verdict, disputed where past decisions suggest otherwise; its tags stay as they are."""
        sentence = self.sentence(verdict, zones, catalogue)
        if not sentence:
            return verdict
        return replace(verdict, disputed=True, needs_person=True, reasons=(sentence, *verdict.reasons))

    def sentence(self, verdict: Verdict, zones: Sequence[ZoneKind], catalogue: Catalogue) -> str:
        """Say what the rules say and what past decisions suggest, in titles; nothing where they agree."""
        if verdict.rules_version != self.rules_version or TRIAGE not in verdict.values(Dimension.DISPOSITION):
            return ""
        cues = cues_of(verdict, zones)
        said = [self._of(dimension, verdict.values(dimension), cues, catalogue) for dimension in self.tags]
        return "; ".join(one for one in said if one)

    def _of(self, dimension: Dimension, rules: tuple[str, ...], cues: frozenset[str], catalogue: Catalogue) -> str:
        likely = {value: one.probability(cues) for value, one in self.tags[dimension].items()}
        suggested = suggestion(dimension, rules, likely)
        if set(suggested) == set(rules):
            return ""
        ours, theirs = _listed(dimension, rules, catalogue), _listed(dimension, suggested, catalogue)
        return f"the rules say {ours}, past decisions suggest {theirs}"


def suggestion(dimension: Dimension, rules: Sequence[str], likely: Mapping[str, float]) -> tuple[str, ...]:
    """Give what past decisions suggest: the rules' own values but where they are `SURE` of others."""
    if dimension in SINGLE:
        best = max(sorted(likely), key=lambda value: likely[value], default="")
        return (best,) if best and likely[best] >= SURE else tuple(rules)
    kept = [value for value in rules if likely.get(value, 1.0) > 1 - SURE]
    return (*kept, *sorted(value for value, chance in likely.items() if chance >= SURE and value not in rules))


def read_opinion(path: Path) -> SecondOpinion:
    """Read what `write_opinion` wrote. Raises `OpinionUnreadable`."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        if plain["format"] != FORMAT:
            raise OpinionUnreadable(path, f"it has format {plain['format']}, and this program reads {FORMAT}")
        tags = {
            Dimension(dimension): {value: _weights(one) for value, one in values.items()}
            for dimension, values in plain["tags"].items()
        }
        return SecondOpinion(rules_version=str(plain["rules_version"]), tags=tags)
    except OSError as error:
        raise OpinionUnreadable(path, error.strerror or "it cannot be opened") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OpinionUnreadable(path, "it is not what `statshop learn` writes") from error


def as_plain(opinion: SecondOpinion) -> dict[str, Any]:
    """Give an opinion as JSON holds it."""
    tags = {
        str(dimension): {value: {"bias": one.bias, "weights": dict(one.weights)} for value, one in values.items()}
        for dimension, values in opinion.tags.items()
    }
    return {"format": FORMAT, "rules_version": opinion.rules_version, "tags": tags}


def _weights(plain: Mapping[str, Any]) -> TagWeights:
    weights = {str(cue): float(weight) for cue, weight in plain["weights"].items()}
    return TagWeights(bias=float(plain["bias"]), weights=weights)


def _listed(dimension: Dimension, values: Sequence[str], catalogue: Catalogue) -> str:
    return " and ".join(catalogue.quoted(dimension, value) for value in values) or _NONE.get(dimension, "nothing")
