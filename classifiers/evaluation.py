"""Verdicts against labelled messages: the figures.

Micro and macro F1 for the sets (products, uses, channels), accuracy for the single ones, token F1 for the quotes, the
share of messages with products and user category (and disposition) exactly right, and what passes without a person.
Each figure is over the messages in which it was labelled: a name that a row does not have, or has as null, was not.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from classifiers.errors import BadLabels

SETS = ("products", "uses", "channels")
SINGLES = ("disposition", "user_category")
QUOTES = ("use_quotes", "decision_quotes")
_WHOLE = frozenset(["disposition", "user_category", "products"])  # what has to be right in a message tagged right


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """The labels of one message, by people or by the rules. `needs_person` is None for people's.

    `unlabelled` names what nobody has labelled, as apart from labels that are empty.
    """

    disposition: str = ""
    user_category: str = ""
    products: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    use_quotes: tuple[str, ...] = ()
    decision_quotes: tuple[str, ...] = ()
    needs_person: bool | None = None
    unlabelled: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class TagFigures:
    """Of one tag: found and right, found and wrong, missed."""

    hit: int
    extra: int
    missed: int

    @property
    def f1(self) -> float:
        """The F1 score; 1 when there was nothing to find and nothing was found."""
        return f1(self.hit, self.extra, self.missed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """All figures of a comparison; None is what cannot be said, as where nothing was labelled.

    `wrong` maps a message to what differs: name -> (wanted, given). `labelled` tells how many messages have a label, by
    its name: those that not all have.
    """

    messages: int
    tagged_right: float | None
    values: Mapping[str, float | None]
    tags: Mapping[str, Mapping[str, TagFigures]]
    wrong: Mapping[str, Mapping[str, tuple[object, object]]] = field(default_factory=dict)
    labelled: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give the figures as plain values, for JSON."""
        per_tag = {
            name: {tag: {"f1": round(one.f1, 3), **asdict(one)} for tag, one in tags.items()}
            for name, tags in self.tags.items()
        }
        overall = {"messages": self.messages, "tagged_right": self.tagged_right, **self.values}
        return {"figures": overall, "tags": per_tag, "labelled": dict(self.labelled)}


def label_rows(text: str) -> dict[str, "Labels"]:
    """Read a labels.jsonl: the labels of each message by its file name. Raises BadLabels; bad JSON is a ValueError."""
    rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    return dict(_label_row(row) for row in rows)


def _label_row(row: Any) -> tuple[str, "Labels"]:
    file, labels = (row.get("file"), row.get("labels")) if isinstance(row, dict) else (None, None)
    if not isinstance(file, str) or not isinstance(labels, dict):
        raise BadLabels('it has no "file", or no "labels" in { }')
    for name, value in labels.items():
        if name in SINGLES:
            sound, wanted = value is None or isinstance(value, str), 'a text: "triage"'
        elif name in (*SETS, *QUOTES):
            sound, wanted = value is None or _are_texts(value), 'a list of texts: ["one"]'
        else:
            raise BadLabels(f"no label is called {name!r}; there are {', '.join((*SINGLES, *SETS, *QUOTES))}")
        if not sound:
            raise BadLabels(f"{name!r} has to be {wanted}")
    unlabelled = (name for name in (*SINGLES, *SETS, *QUOTES) if labels.get(name) is None)
    return file, replace(labels_of(labels), unlabelled=frozenset(unlabelled))


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def labels_of(row: Mapping[str, Any]) -> "Labels":
    """Make labels of a row as labelled folders and `statshop classify --jsonl` have them."""
    sets: dict[str, Any] = {name: tuple(row.get(name) or ()) for name in (*SETS, *QUOTES)}
    return Labels(
        disposition=row.get("disposition") or "",
        user_category=row.get("user_category") or "",
        needs_person=row.get("needs_review"),
        **sets,
    )


def report(found: Figures, *, errors: bool = False) -> str:
    """Give the figures as lines for people."""
    lines = [f"{'messages':28} {found.messages}"]
    lines += [f"{f'labelled: {name}':28} {count}" for name, count in found.labelled.items()]
    values = {"tagged_right": found.tagged_right, **found.values}
    lines += [f"{name:28} {'-' if value is None else format(value, '.3f')}" for name, value in values.items()]
    for name, tags in found.tags.items():
        lines += ["", name]
        lines += [
            f"  {tag:38} f1 {one.f1:.3f}  hit {one.hit:3}  extra {one.extra:3}  missed {one.missed:3}"
            for tag, one in tags.items()
        ]
    if errors:
        lines += ["", *(f"{name} {json.dumps(wrong)}" for name, wrong in found.wrong.items())]
    return "\n".join(lines)


def f1(hit: int, extra: int, missed: int) -> float:
    """Give the F1 score of three counts."""
    return 2 * hit / (2 * hit + extra + missed) if hit + extra + missed else 1.0


def figures(labels: Mapping[str, Labels], predictions: Iterable[Mapping[str, Any]]) -> Figures:
    """Compare rows of predictions (`file` names the message) with labels.

    A message without a prediction is wrong in every respect.
    """
    given_labels = {row["file"]: labels_of(row) for row in predictions}
    pairs = [(name, wanted, given_labels.get(name, Labels())) for name, wanted in labels.items()]
    having = {name: _having({name}, pairs) for name in (*SINGLES, *SETS, *QUOTES)}
    tags = {name: _tags(name, having[name]) for name in (*SETS, *SINGLES)}
    wrong = {name: differences for name, wanted, given in pairs if (differences := _differences(wanted, given))}
    values: dict[str, float | None] = {}
    for name in SINGLES:
        values[f"{name}_accuracy"] = _share_without({name}, having[name], wrong)
        values[f"{name}_macro_f1"] = _macro(tags[name]) if having[name] else None
    for name in SETS:
        values[f"{name}_micro_f1"] = _micro(tags[name]) if having[name] else None
        values[f"{name}_macro_f1"] = _macro(tags[name]) if having[name] else None
        values[f"{name}_exact"] = _share_without({name}, having[name], wrong)
    values |= {f"{name}_token_f1": _quotes(name, having[name]) if having[name] else None for name in QUOTES}
    accepted = [pair for pair in pairs if pair[2].needs_person is False]
    values["accepted_share"] = len(accepted) / max(1, len(pairs))
    values["accepted_right"] = _share_without(_WHOLE, _having(_WHOLE, accepted), wrong)
    return Figures(
        messages=len(pairs),
        tagged_right=_share_without(_WHOLE, _having(_WHOLE, pairs), wrong),
        values=values,
        tags=tags,
        wrong=wrong,
        labelled={name: len(those) for name, those in having.items() if len(those) < len(pairs)},
    )


Pairs = Sequence[tuple[str, Labels, Labels]]


def _having(names: Collection[str], pairs: Pairs) -> Pairs:
    """Give the messages in which all of these were labelled."""
    return [pair for pair in pairs if pair[1].unlabelled.isdisjoint(names)]


def _share_without(
    names: Collection[str], pairs: Pairs, wrong: Mapping[str, Mapping[str, tuple[object, object]]]
) -> float | None:
    """Give the share of messages in which none of these differs; None where there is no message."""
    right = sum(wrong.get(name, {}).keys().isdisjoint(names) for name, _, _ in pairs)
    return right / len(pairs) if pairs else None


def _values(labels: Labels, name: str) -> frozenset[str]:
    value = getattr(labels, name)
    return frozenset(value if isinstance(value, tuple) else (value,) if value else ())


def _tags(name: str, pairs: Pairs) -> dict[str, TagFigures]:
    hit, extra, missed = Counter[str](), Counter[str](), Counter[str]()
    for _, wanted, given in pairs:
        want, got = _values(wanted, name), _values(given, name)
        hit.update(want & got)
        extra.update(got - want)
        missed.update(want - got)
    known = sorted({*hit, *extra, *missed})
    return {tag: TagFigures(hit=hit[tag], extra=extra[tag], missed=missed[tag]) for tag in known}


def _differences(wanted: Labels, given: Labels) -> dict[str, tuple[object, object]]:
    found: dict[str, tuple[object, object]] = {}
    for name in (*SETS, *SINGLES):
        want, got = _values(wanted, name), _values(given, name)
        if want != got and name not in wanted.unlabelled:
            found[name] = (sorted(want), sorted(got))
    return found


def _micro(tags: Mapping[str, TagFigures]) -> float:
    return f1(
        sum(t.hit for t in tags.values()), sum(t.extra for t in tags.values()), sum(t.missed for t in tags.values())
    )


def _macro(tags: Mapping[str, TagFigures]) -> float:
    return sum(tag.f1 for tag in tags.values()) / max(1, len(tags))


def _quotes(name: str, pairs: Pairs) -> float:
    hit = extra = missed = 0
    for _, wanted, given in pairs:
        want, got = _tokens(getattr(wanted, name)), _tokens(getattr(given, name))
        shared = sum((want & got).values())
        hit, extra, missed = hit + shared, extra + got.total() - shared, missed + want.total() - shared
    return f1(hit, extra, missed)


def _tokens(quotes: Sequence[str]) -> Counter[str]:
    return Counter(re.findall(r"\w+", " ".join(quotes).lower()))
