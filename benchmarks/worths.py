"""What cues, shapes and words are worth for statements: measure them on labelled folders, one left out in turn.

    python -m benchmarks.worths DIR DIR [--write]

prints the token F1 of the quotes of each folder, with worths measured on the others. `--write` puts the worths measured
on all folders into classifiers/rules/statement_weights.toml and statement_words.toml.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from classifiers.catalogue import PACKAGED
from classifiers.evaluation import Labels, label_rows
from classifiers.message_evidence import Evidence
from classifiers.resolve import evidence_of
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.traits import CUES, candidates, traits
from classifiers.verdict import StatementKind
from classifiers.weighing import worths_of
from pipeline.mail import clean, parse

Numbers = NDArray[Any]
FEWEST = 5  # sentences that must hold a word
LEAST = 0.1  # worths nearer to nothing are left out
PENALTY, OF_WORDS = 3.0, 5.0  # in examples; words are many and rare
STEPS = 300
ALIKE = 0.8  # so much of a sentence must stand in a quote
CUTS = {StatementKind.USE: (0.2, 0.4, 3), StatementKind.DECISION: (0.3, 0.6, 2)}  # best, further ones, at most


@dataclass(frozen=True, slots=True)
class Letter:
    """A labelled message to be read: its sentences with their names, and what people quoted of each kind."""

    folder: str
    evidence: Evidence
    labels: Labels

    def quotes(self, kind: StatementKind) -> tuple[str, ...]:
        """Give the sentences that people quoted."""
        return self.labels.use_quotes if kind is StatementKind.USE else self.labels.decision_quotes


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence: whose it is, its text, all names that may be worth something, and whether people quoted it."""

    letter: int
    text: str
    names: tuple[str, ...]
    quoted: bool


@dataclass(frozen=True, slots=True)
class Learnt:
    """What each name is worth, and the start."""

    worth: Mapping[str, float]
    start: float

    def chance(self, example: Example) -> float:
        """Give the chance that a sentence states something."""
        total = self.start + sum(self.worth.get(name, 0.0) for name in example.names)
        return float(1 / (1 + numpy.exp(-total)))


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and write if told to."""
    rulebook = load_rules()
    folders = [Path(one) for one in arguments if not one.startswith("--")]
    letters = [letter for folder in folders for letter in _letters(folder, Tagger(rulebook))]
    for kind in StatementKind:
        examples, prior = _examples(letters, kind), _prior(rulebook, kind)
        print(kind.value, *(f"{name} {share:.2f}" for name, share in _left_out(letters, examples, kind, prior)))
        if "--write" in arguments:
            _write(kind, measure(examples, prior))


def measure(examples: Sequence[Example], prior: Mapping[str, float]) -> Learnt:
    """Fit log-odds to the names of sentences by accelerated gradient.

    They are drawn towards the weights of the rule files, or nothing where there is none; words, being many, more so.
    """
    often = Counter(name for example in examples for name in example.names)
    names = sorted(name for name, count in often.items() if count >= FEWEST or not _is_word(name))
    places = {name: place for place, name in enumerate(names)}
    pairs = [(row, places[name]) for row, one in enumerate(examples) for name in one.names if name in places]
    rows, columns = numpy.array(pairs).T
    wanted = numpy.array([float(one.quoted) for one in examples])
    penalty = numpy.array([OF_WORDS if _is_word(name) else PENALTY for name in names] + [0.01])
    before = numpy.array([prior.get(name, 0.0) for name in names] + [0.0])
    found = descended(rows, columns, wanted, penalty, before)
    kept = {name: round(float(found[place]), 2) for name, place in places.items()}
    kept = {name: worth for name, worth in kept.items() if abs(worth) >= (LEAST if _is_word(name) else 0.01)}
    return Learnt(kept, round(float(found[-1]), 2))


def _prior(rulebook: Rulebook, kind: StatementKind) -> Mapping[str, float]:
    """Give what the rule files say of cues of a kind."""
    return {
        name: worth for name, worth in worths_of(rulebook, kind).default.items() if name.startswith(f"{CUES[kind]}.")
    }


def descended(
    rows: Numbers, columns: Numbers, wanted: Numbers, penalty: Numbers, prior: Numbers, amounts: Numbers | float = 1.0
) -> Numbers:
    """Fit log-odds: example `rows[i]` holds the name `columns[i]`, `amounts[i]` of it; the start stands last."""

    def scores(at: Numbers) -> Numbers:
        totals: Numbers = numpy.bincount(rows, weights=at[columns] * amounts, minlength=len(wanted))
        totals += float(at[-1])
        return totals

    def slopes(of_rows: Numbers) -> Numbers:
        back: Numbers = numpy.bincount(columns, weights=of_rows[rows] * amounts, minlength=len(penalty))
        back[-1] = float(of_rows.sum())
        return back

    along = numpy.ones(len(penalty))
    for _ in range(20):
        along = slopes(scores(along / numpy.linalg.norm(along)))
    curvature = 0.25 * float(numpy.linalg.norm(along)) * 1.05 + float(penalty.max())
    at = ahead = prior
    for number in range(STEPS):
        chance = 1 / (1 + numpy.exp(-numpy.clip(scores(ahead), -30, 30)))
        before, at = at, ahead - (slopes(chance - wanted) + penalty * (ahead - prior)) / curvature
        ahead = at + number / (number + 3) * (at - before)
    return at


def _letters(folder: Path, tagger: Tagger) -> Iterable[Letter]:
    labels = label_rows((folder / "labels.jsonl").read_text())
    for name, wanted in labels.items():
        if wanted.disposition == "triage":
            parsed = parse.parse_email((folder / name).read_bytes())
            text = clean.message_text(parsed, team_addresses=frozenset())
            evidence = evidence_of(tagger.matchers.found(text))
            if evidence.form is None or not evidence.form.is_filled:
                yield Letter(folder.name, evidence, wanted)


def _examples(letters: Sequence[Letter], kind: StatementKind) -> list[Example]:
    made = []
    for number, letter in enumerate(letters):
        wanted = [_tokens(quote) for quote in letter.quotes(kind)]
        for one, names in traits(candidates(letter.evidence), kind):
            text, stems = one.sentence.text[one.sentence.start : one.sentence.end], one.sentence.stems
            own = _tokens(text)
            shared = max((sum((own & one).values()) for one in wanted), default=0)
            words = {f"word.{stem}" for stem in stems} | {f"first.{stem}" for stem in stems[:2]}
            quoted = shared > ALIKE * sum(own.values())
            made.append(Example(number, text, tuple(sorted(names | words)), quoted))
    return made


def _left_out(
    letters: Sequence[Letter], examples: Sequence[Example], kind: StatementKind, prior: Mapping[str, float]
) -> Iterable[tuple[str, float]]:
    for folder in dict.fromkeys(letter.folder for letter in letters):
        learnt = measure([one for one in examples if letters[one.letter].folder != folder], prior)
        scored: dict[int, list[tuple[float, str]]] = defaultdict(list)
        for one in (one for one in examples if letters[one.letter].folder == folder):
            scored[one.letter].append((learnt.chance(one), one.text))
        hit = given = wanted = 0
        for number, letter in ((number, one) for number, one in enumerate(letters) if one.folder == folder):
            got, want = _tokens(*_chosen(scored[number], kind)), _tokens(*letter.quotes(kind))
            hit, given, wanted = hit + sum((got & want).values()), given + got.total(), wanted + want.total()
        yield folder, 2 * hit / max(1, given + wanted)


def _chosen(scored: Sequence[tuple[float, str]], kind: StatementKind) -> list[str]:
    best, further, most = CUTS[kind]
    ordered = sorted(scored, reverse=True)[:most]
    return [text for place, (chance, text) in enumerate(ordered) if chance >= (further if place else best)]


def _is_word(name: str) -> bool:
    return name.startswith(("word.", "first."))


def _tokens(*texts: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", " ".join(texts).lower()))


def _write(kind: StatementKind, learnt: Learnt) -> None:
    """Replace the figures of one kind in both rule files; what stands around them stays."""
    ordered = sorted(learnt.worth.items(), key=lambda one: (-one[1], one[0]))
    best, further, most = CUTS[kind]
    lines = "\n".join(f'"{name}" = {worth:.2f}' for name, worth in ordered if not _is_word(name))
    head = f"start = {learnt.start:.2f}\nleast = {best}\nsecond = {further}\nmost = {most}\n"
    _replace(PACKAGED / "statement_weights.toml", kind, f"{head}\n[{kind.value}.worth]\n{lines}\n")
    anywhere, first = (_listed(ordered, prefix) for prefix in ("word.", "first."))
    text = f"anywhere = {{ {anywhere} }}\nfirst = {{ {first} }}\n"
    _replace(PACKAGED / "statement_words.toml", kind, text)


def _listed(ordered: Sequence[tuple[str, float]], prefix: str) -> str:
    return ", ".join(
        f'"{name.removeprefix(prefix)}" = {worth:.2f}' for name, worth in ordered if name.startswith(prefix)
    )


def _replace(file: Path, kind: StatementKind, text: str) -> None:
    old = file.read_text(encoding="utf-8")
    block = re.compile(rf"^\[{kind.value}\]\n.*?(?=^\[(?!{kind.value}\.)|\Z)", re.MULTILINE | re.DOTALL)
    file.write_text(block.sub(lambda _: f"[{kind.value}]\n{text}\n", old).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
