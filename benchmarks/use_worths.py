"""What rules, words, senders and products are worth for uses: measure it on labelled folders, one left out in turn.

    python -m benchmarks.use_worths DIR DIR [--write]

prints the micro F1 of the uses of each folder, with worths measured on the others. `--write` puts the worths measured
on all folders into classifiers/rules/use_weights.toml and use_words.toml. Measure statements first (benchmarks.worths):
the uses are read from them.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy

from benchmarks.worths import descended
from classifiers.catalogue import PACKAGED
from classifiers.evaluation import label_rows
from classifiers.rule import Rank, Rulebook
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.use_traits import UNMEASURED, use_traits
from classifiers.uses import ALSO
from classifiers.verdict import Dimension
from pipeline.mail import clean, parse

FEWEST = 4  # messages that must hold a word
LEAST = 0.05  # worths of words nearer to nothing are left out
PENALTIES = {"stated": 8.0, "said": 12.0, "category": 2.0, "product": 2.0, "within": 2.0, "beside": 3.0}
PENALTY = 3.5  # of all others
DRAWN = 1 / 3  # such a share of what a rule is worth where it was never measured
HEADS = {
    "use_weights": """\
# What rules, the sender and the product are worth for each use, as log-odds: the sum of these, of the words
# (use_words.toml) and of `start`, made a chance, says how likely the use is stated. within: of the statements;
# beside: next to one, or in the subject. Measured on labelled mail by logistic regression, with
# `python -m benchmarks.use_worths` (docs/tagging.md). A rule that is not in `measured` is worth a multiple of the
# weight that its file gives it.
""",
    "use_words": """\
# What words are worth for each use, as log-odds, by their stem: in the statements, and anywhere in what counts.
# Measured together with use_weights.toml, by the same command: words of four messages at least, their worth drawn
# towards nothing.
""",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that states something: its folder, its traits, and the uses that people gave and the rules read."""

    folder: str
    traits: Mapping[str, float]
    wanted: frozenset[str]
    stated: bool


@dataclass(frozen=True, slots=True)
class Learnt:
    """What each trait is worth for each use, and the start."""

    worth: Mapping[str, Mapping[str, float]]
    start: Mapping[str, float]

    def uses(self, letter: Letter) -> frozenset[str]:
        """Give the uses of a letter: the likeliest, and others that are likely."""
        if not letter.stated:
            return frozenset()
        chances = {use: self._chance(use, letter) for use in self.worth}
        best = max(chances, key=lambda use: chances[use])
        return frozenset(use for use, chance in chances.items() if use == best or chance >= ALSO)

    def _chance(self, use: str, letter: Letter) -> float:
        worth = self.worth[use]
        total = self.start[use] + sum(worth.get(name, 0.0) * much for name, much in letter.traits.items())
        return float(1 / (1 + numpy.exp(-total)))


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and write if told to."""
    tagger = Tagger(load_rules())
    folders = [Path(one) for one in arguments if not one.startswith("--")]
    letters = [letter for folder in folders for letter in _letters(folder, tagger)]
    before = _prior(tagger.rulebook)
    for folder in dict.fromkeys(letter.folder for letter in letters):
        learnt = measure([one for one in letters if one.folder != folder], before)
        print(folder, f"{_micro_f1([one for one in letters if one.folder == folder], learnt):.2f}")
    if "--write" in arguments:
        rules = sorted(rule.id for rule in tagger.rulebook.rules if rule.dimension is Dimension.USE)
        _write(measure(letters, before), rules)


def measure(letters: Sequence[Letter], before: Mapping[str, Mapping[str, float]]) -> Learnt:
    """Fit log-odds for each use to the traits of messages that state one.

    They are drawn towards what was known before (by use and trait): a share of what a rule says of its own use, and
    nothing for all else.
    """
    able = [one for one in letters if one.stated]
    often = Counter(name for one in able for name in one.traits)
    names = sorted(name for name, count in often.items() if count >= FEWEST or not _is_word(name))
    places = {name: place for place, name in enumerate(names)}
    triples = [(row, places[n], much) for row, one in enumerate(able) for n, much in one.traits.items() if n in places]
    rows, columns, amounts = (numpy.array(one) for one in zip(*triples, strict=True))
    penalty = numpy.array([*(PENALTIES.get(name.partition(".")[0], PENALTY) for name in names), 0.01])
    worth, start = {}, {}
    for use, known in before.items():
        wanted = numpy.array([float(use in one.wanted) for one in able])
        towards = numpy.array([*(known.get(name, 0.0) for name in names), 0.0])
        found = descended(rows, columns, wanted, penalty, towards, amounts)
        worth[use] = {name: round(float(found[place]), 2) for name, place in places.items()}
        start[use] = round(float(found[-1]), 2)
    return Learnt(worth, start)


def _prior(rulebook: Rulebook) -> Mapping[str, Mapping[str, float]]:
    """Give for each use what its own rules say, drawn in as they are where nothing was measured."""
    return {
        entry.id: {
            f"{where}.{rule.id}": DRAWN * times * rule.weight
            for where, times in UNMEASURED.items()
            for rule in rulebook.rules
            if rule.tag == entry.id and rule.rank is not Rank.CANCELS
        }
        for entry in rulebook.catalogue.of(Dimension.USE)
    }


def _letters(folder: Path, tagger: Tagger) -> Iterator[Letter]:
    for name, wanted in label_rows((folder / "labels.jsonl").read_text()).items():
        if wanted.disposition != "triage":
            continue
        parsed = parse.parse_email((folder / name).read_bytes())
        text = clean.message_text(parsed, team_addresses=frozenset())
        resolved = tagger.resolved(text)
        if not resolved.statements:
            yield Letter(folder.name, {}, frozenset(wanted.uses), stated=False)
            continue
        category = tagger.verdict(text).values(Dimension.USER_CATEGORY)[0]
        products, evidence = resolved.values(Dimension.PRODUCT), resolved.evidence
        traits = use_traits(evidence.found, evidence.counts, resolved.statements, category, products)
        words = {**_named("stated", traits.stated), **_named("said", traits.said)}
        yield Letter(folder.name, {**traits.named, **words}, frozenset(wanted.uses), stated=True)


def _named(prefix: str, stems: Iterable[str]) -> dict[str, float]:
    return {f"{prefix}.{stem}": 1.0 for stem in stems}


def _micro_f1(letters: Sequence[Letter], learnt: Learnt) -> float:
    pairs = [(one.wanted, learnt.uses(one)) for one in letters]
    right = sum(len(wanted & given) for wanted, given in pairs)
    return 2 * right / max(1, sum(len(wanted) + len(given) for wanted, given in pairs))


def _is_word(name: str) -> bool:
    return name.startswith(("stated.", "said."))


def _write(learnt: Learnt, rules: Sequence[str]) -> None:
    """Write both rule files anew."""
    measured = [f"{where}.{rule}" for where in ("within", "beside", "elsewhere") for rule in rules]
    names = {name for worths in learnt.worth.values() for name in worths if not _is_word(name)}
    weights = [f"measured = [{_quoted(sorted({*measured, *names}))}]", "", "[start]"]
    weights += [f"{use} = {start:.2f}" for use, start in learnt.start.items()]
    for use, worths in learnt.worth.items():
        weights += ["", f"[worth.{use}]", *(f'"{n}" = {w:.2f}' for n, w in _ordered(worths, 0.01) if not _is_word(n))]
    words = []
    for kind in ("stated", "said"):
        words += ["", f"[{kind}]", *(_line(use, worths, f"{kind}.") for use, worths in learnt.worth.items())]
    for name, lines in (("use_weights", weights), ("use_words", words)):
        text = HEADS[name] + 'kind = "table"\n' + "\n".join(["", *lines]).rstrip() + "\n"
        (PACKAGED / f"{name}.toml").write_text(text.replace("\n\n\n", "\n\n"), encoding="utf-8")


def _line(use: str, worths: Mapping[str, float], prefix: str) -> str:
    own = ((name.removeprefix(prefix), worth) for name, worth in _ordered(worths, LEAST) if name.startswith(prefix))
    return f"{use} = {{ " + ", ".join(f'"{name}" = {worth:.2f}' for name, worth in own) + " }"


def _ordered(worths: Mapping[str, float], least: float) -> list[tuple[str, float]]:
    kept = [(name, worth) for name, worth in worths.items() if abs(worth) >= least]
    return sorted(kept, key=lambda one: (-one[1], one[0]))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


if __name__ == "__main__":
    main(sys.argv[1:])
