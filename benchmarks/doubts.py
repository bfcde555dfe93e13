"""What words are worth for tags, and doubts for verdicts: measure both on labelled folders, one left out in turn.

    python -m benchmarks.doubts DIR DIR [--tagged FILE] [--write] [--rules DIR]
    python -m benchmarks.doubts DIR --keep FILE [--rules DIR]

The first says how well words alone tell products and users of each folder, and how many messages pass at which setting
and how many of these are right, with worths measured on the other folders. `--write` puts the worths measured on all
folders into tag_words.toml and doubt_weights.toml of the rules; the latter are drawn towards what stands there. The
rules are those of `--rules`, or the program's own.

Rules do better on messages whose errors somebody has read. So `--keep` adds to a file what the rules say of folders
that nobody has read yet, and `--tagged` judges doubts by such a file, and its messages alone.
"""

import json
import math
import re
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy

from classifiers.catalogue import PACKAGED
from classifiers.confidence import DOUBTS, DoubtWorths, doubt_worths
from classifiers.evaluation import Labels, label_rows
from classifiers.impression import DIMENSIONS, Impression, Impressions, addresses
from classifiers.needs import Judged, doubts, of_words
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules
from classifiers.tagger import TRIAGE, Tagger
from classifiers.verdict import Dimension, Tag, Verdict, ZoneKind
from pipeline.mail import clean, parse

FEWEST = 6  # messages that must hold a word
LEAST = 0.2  # worths nearer to nothing are left out
STEPS = 250
PENALTY, OF_DOUBTS, OF_START = 1.0, 3.0, 0.1  # in examples
SETTINGS = (0.8, 0.82, 0.84, 0.86, 0.88, 0.9, 0.92, 0.94)
Worths = Mapping[str, Mapping[str, Any]]  # by dimension, as tag_words.toml holds them


@dataclass(frozen=True, slots=True)
class Letter:
    """A labelled message: its verdict, what was judged, its words by dimension, and what people gave."""

    folder: str
    file: str
    verdict: Verdict
    judged: Judged
    words: Mapping[str, frozenset[str]]
    wanted: Labels

    @property
    def key(self) -> tuple[str, str]:
        """Tell it from all others."""
        return self.folder, self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """What rules said of a message: whether all was right, the tags, and the doubts that are none of its words."""

    folder: str
    file: str
    right: bool
    read: bool  # a person has to read it; if not, `confidence` is that of its disposition
    confidence: float
    products: tuple[str, ...]
    user: str
    doubts: Mapping[str, float]


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and write if told to."""
    given = _given(arguments)
    rulebook = load_rules(given.rules)
    letters = [letter for folder in given.folders for letter in _letters(folder, Tagger(rulebook))]
    as_tagged = [_tagged(letter, rulebook) for letter in letters]
    if given.keep:
        with given.keep.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(one)) + "\n" for one in as_tagged)
        return
    if given.tagged:
        as_tagged = [Tagged(**json.loads(line)) for line in given.tagged.read_text(encoding="utf-8").splitlines()]
    impressions = dict(_left_out(letters, rulebook))
    rows = [(one, {**one.doubts, **_by_words(one, impressions, rulebook)}) for one in as_tagged]
    before = doubt_worths(rulebook.tables)
    _print_curve(rows, before)
    if given.write:
        folder = given.rules or PACKAGED
        _write_words(measured_words(letters, rulebook), folder)
        _write_doubts(measured_doubts(rows, before), folder)


def _given(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--tagged", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--write", action="store_true")
    return parser.parse_args(arguments)


def _letters(folder: Path, tagger: Tagger) -> Iterator[Letter]:
    for name, wanted in label_rows((folder / "labels.jsonl").read_text(encoding="utf-8")).items():
        parsed = parse.parse_email((folder / name).read_bytes())
        text = clean.message_text(parsed, team_addresses=frozenset())
        judged = tagger.judged(text)
        yield Letter(folder.name, name, tagger.verdict(text), judged, _words(judged), wanted)


def _words(judged: Judged) -> Mapping[str, frozenset[str]]:
    """Give the words of a message by dimension, as impression.py takes them."""
    evidence = judged.evidence
    counting = evidence.counts.body | evidence.counts.subject
    said = {stem for one in evidence.found.sentences if one.zone in counting for stem in one.stems}
    signed = {stem for one in evidence.found.sentences if one.kind is ZoneKind.SIGNATURE for stem in one.stems}
    of_users = said | signed | addresses(judged.users)
    return {Dimension.PRODUCT.value: frozenset(said), Dimension.USER_CATEGORY.value: frozenset(of_users)}


def _tagged(letter: Letter, rulebook: Rulebook) -> Tagged:
    verdict, wanted = letter.verdict, letter.wanted
    products, (user,) = verdict.values(Dimension.PRODUCT), verdict.values(Dimension.USER_CATEGORY)
    (disposition,) = verdict.values(Dimension.DISPOSITION)
    right = (disposition, set(products), user) == (wanted.disposition, set(wanted.products), wanted.user_category)
    of_rules: dict[str, float] = defaultdict(float)
    of_message = {one.name for one in of_words(letter.judged.tags, letter.judged.impression, rulebook.catalogue)}
    for one in doubts(letter.judged, rulebook.catalogue):
        if one.name not in of_message:
            of_rules[one.name] += one.size
    return Tagged(
        folder=letter.folder,
        file=letter.file,
        right=right,
        read=disposition == TRIAGE,
        confidence=verdict.confidence,
        products=products,
        user=user,
        doubts=dict(of_rules),
    )


def _left_out(letters: Sequence[Letter], rulebook: Rulebook) -> Iterator[tuple[tuple[str, str], Impression]]:
    """Give what each message suggests by words that were measured on the other folders, and print how well."""
    for folder in dict.fromkeys(letter.folder for letter in letters):
        worths = measured_words([one for one in letters if one.folder != folder], rulebook)
        impressions = Impressions(worths)
        own = [one for one in letters if one.folder == folder]
        made = {one.key: impressions.of(one.judged.evidence, one.judged.users) for one in own}
        print(folder, _of_words_alone([(one.wanted, made[one.key]) for one in own if one.wanted.products]))
        yield from made.items()


def _of_words_alone(pairs: Sequence[tuple[Labels, Impression]]) -> str:
    products = sum(set(want.products) == {p for p, odds in got.products.items() if odds > 0} for want, got in pairs)
    users = sum(max(got.users, key=lambda one: got.users[one]) == want.user_category for want, got in pairs)
    return f"products {products / max(1, len(pairs)):.2f} users {users / max(1, len(pairs)):.2f} right by words alone"


def measured_words(letters: Sequence[Letter], rulebook: Rulebook) -> Worths:
    """Fit log-odds of words to the tags that people gave, drawn towards nothing, each tag for itself."""
    read = [one for one in letters if TRIAGE in (one.wanted.disposition, *one.verdict.values(Dimension.DISPOSITION))]
    worths: dict[str, Mapping[str, Any]] = {}
    for dimension in DIMENSIONS:
        tags = [one.id for one in rulebook.catalogue.of(dimension)]
        wanted = [_values(one.wanted, dimension) for one in read]
        tags = [tag for tag in tags if any(tag in values for values in wanted)]
        words, fitted, starts = _fitted([one.words[dimension.value] for one in read], wanted, tags)
        worths[dimension.value] = {
            "start": {tag: round(float(start), 2) for tag, start in zip(tags, starts, strict=True)},
            "worth": {tag: _kept(words, fitted[:, column]) for column, tag in enumerate(tags)},
        }
    return worths


def _values(wanted: Labels, dimension: Dimension) -> tuple[str, ...]:
    return wanted.products if dimension is Dimension.PRODUCT else (wanted.user_category,)


def _kept(words: Sequence[str], worths: Any) -> Mapping[str, float]:
    pairs = ((word, round(float(worth), 2)) for word, worth in zip(words, worths, strict=True))
    return dict(sorted(((w, x) for w, x in pairs if abs(x) >= LEAST), key=lambda one: (-one[1], one[0])))


def _fitted(rows: Sequence[frozenset[str]], wanted: Sequence[Sequence[str]], tags: Sequence[str]) -> tuple[Any, ...]:
    """Fit all tags by Nesterov's accelerated gradient, in examples rather than words, which are many more."""
    often = Counter(word for row in rows for word in row)
    words = sorted(word for word, count in often.items() if count >= FEWEST)
    places = {word: place for place, word in enumerate(words)}
    held = numpy.zeros((len(rows), len(words)), dtype=numpy.float32)
    for number, row in enumerate(rows):
        held[number, [places[word] for word in row if word in places]] = 1.0
    targets = numpy.array([[float(tag in values) for tag in tags] for values in wanted], dtype=numpy.float32)
    alike = held @ held.T
    curvature = 0.25 * (float(numpy.linalg.eigvalsh(alike)[-1]) + len(rows)) + PENALTY
    at = before = numpy.zeros_like(targets)
    start = start_before = numpy.zeros(len(tags), dtype=numpy.float32)
    for number in range(STEPS):
        along = number / (number + 3)
        ahead, start_ahead = at + along * (at - before), start + along * (start - start_before)
        wrong = 1 / (1 + numpy.exp(-numpy.clip(alike @ ahead + start_ahead, -30, 30))) - targets
        before, start_before = at, start
        at = ahead - (wrong + PENALTY * ahead) / curvature
        start = start_ahead - wrong.sum(axis=0) / curvature
    return words, held.T @ at, start


def _by_words(one: Tagged, impressions: Mapping[tuple[str, str], Impression], rulebook: Rulebook) -> dict[str, float]:
    """Give the doubts that the words of a message cast on its tags."""
    impression = impressions.get((one.folder, one.file))
    if not one.read or impression is None:
        return {}
    tags = [*(_tag(Dimension.PRODUCT, product) for product in one.products), _tag(Dimension.USER_CATEGORY, one.user)]
    return {doubt.name: doubt.size for doubt in of_words(tags, impression, rulebook.catalogue)}


def _tag(dimension: Dimension, value: str) -> Tag:
    return Tag(dimension=dimension, value=value, confidence=1.0, reason="")


_Rows = Sequence[tuple[Tagged, Mapping[str, float]]]


def measured_doubts(rows: _Rows, before: DoubtWorths) -> DoubtWorths:
    """Fit what doubts are worth by Newton's method, drawn towards what they were worth before."""
    read = [(one, sizes) for one, sizes in rows if one.read]
    names = sorted(DOUBTS)
    held = numpy.array([[*(-sizes.get(name, 0.0) for name in names), 1.0] for _, sizes in read])
    right = numpy.array([float(one.right) for one, _ in read])
    penalty = numpy.array([OF_DOUBTS] * len(names) + [OF_START])
    towards = at = numpy.array([*(before.of(name) for name in names), before.start])
    for _ in range(30):
        chance = 1 / (1 + numpy.exp(-numpy.clip(held @ at, -30, 30)))
        slope = held.T @ (chance - right) + penalty * (at - towards)
        at = at - numpy.linalg.solve((held.T * (chance * (1 - chance))) @ held + numpy.diag(penalty), slope)
    return DoubtWorths(
        round(float(at[-1]), 2), {name: round(float(worth), 2) for name, worth in zip(names, at, strict=False)}
    )


def _print_curve(rows: _Rows, before: DoubtWorths) -> None:
    """Print how many messages pass at each setting, and how many of these are right, one folder left out in turn."""
    confidences: list[tuple[float, bool]] = []
    for folder in dict.fromkeys(one.folder for one, _ in rows):
        worths = measured_doubts([(one, sizes) for one, sizes in rows if one.folder != folder], before)
        own = [(one, sizes) for one, sizes in rows if one.folder == folder]
        confidences += [(worths.confidence(s.items()) if one.read else one.confidence, one.right) for one, s in own]
    print(f"{len(rows)} messages, right {sum(one.right for one, _ in rows) / len(rows):.3f}")
    for setting in SETTINGS:
        passing = [right for confidence, right in confidences if confidence >= setting]
        low, high = _interval(sum(passing), len(passing))
        share = sum(passing) / max(1, len(passing))
        print(f"at {setting}: pass {len(passing) / len(rows):.3f} right {share:.3f} ({low:.2f} to {high:.2f})")
    for low in (0.0, 0.5, 0.7, 0.8, 0.9, 0.95):
        there = [(c, right) for c, right in confidences if low <= c < _next(low)]
        said, true = (sum(pair[place] for pair in there) / max(1, len(there)) for place in (0, 1))
        print(f"confidence {low} to {_next(low)}: {len(there)} messages, said {said:.2f}, right {true:.2f}")


def _next(low: float) -> float:
    return {0.0: 0.5, 0.5: 0.7, 0.7: 0.8, 0.8: 0.9, 0.9: 0.95}.get(low, 1.0)


def _interval(right: int, count: int) -> tuple[float, float]:
    """Give Wilson's interval, 95 %."""
    if not count:
        return 0.0, 1.0
    share, z = right / count, 1.96
    middle, spread = share + z * z / (2 * count), z * math.sqrt(share * (1 - share) / count + (z / 2 / count) ** 2)
    return (middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)


def _write_words(worths: Worths, folder: Path) -> None:
    """Write the worths of words anew; what stands above them stays, or comes from the program's own file."""
    file = folder / "tag_words.toml"
    lines = []
    for dimension, table in worths.items():
        lines += ["", f"[{dimension}.start]", *(f"{tag} = {start:.2f}" for tag, start in table["start"].items())]
        lines += ["", f"[{dimension}.worth]", *(_line(tag, words) for tag, words in table["worth"].items())]
    begun = file if file.exists() else PACKAGED / file.name
    head, _, _ = begun.read_text(encoding="utf-8").partition("\n[")
    file.write_text(head.rstrip() + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _line(tag: str, words: Mapping[str, float]) -> str:
    return f"{tag} = {{ " + ", ".join(f'"{word}" = {worth:.2f}' for word, worth in words.items()) + " }"


def _write_doubts(worths: DoubtWorths, folder: Path) -> None:
    """Replace the figures of the doubts; the words that explain them stay, or come from the program's own file."""
    file = folder / "doubt_weights.toml"
    begun = file if file.exists() else PACKAGED / file.name
    text = re.sub(r"(?m)^start = .*$", f"start = {worths.start:.2f}", begun.read_text(encoding="utf-8"))

    def anew(line: re.Match[str]) -> str:
        return f'"{line[1]}" = {worths.of(line[1]):.2f}'

    file.write_text(re.sub(r'(?m)^"([a-z ]+)" = -?[\d.]+', anew, text), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
