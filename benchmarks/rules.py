"""Ten times as many rules: how fast the labelled messages are cleaned and tagged then.

The nine tenths that are added are the packaged rules with their telling words exchanged for each other (the hardest
case: every word of a message is a word of ten times as many rules), or for words of other topics, one in ten of which
the messages hold. Patterns without a telling word ("please send") are not multiplied: there are not ten times as many
ways to ask.
"""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from benchmarks.tagging import LABELLED, variations
from benchmarks.timing import cpu_seconds_of
from classifiers.compiling import is_common
from classifiers.notation import SlotKind, SlotSequence
from classifiers.rule import Rank, Rule, Rulebook
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.verdict import MessageText
from pipeline.mail import clean, parse

TIMES = 10
MESSAGES = 400


def main() -> None:
    """Print messages a second with the packaged rules and with ten times as many."""
    mails = itertools.islice(variations(sorted(LABELLED.glob("*.eml"))), MESSAGES)
    texts = [clean.message_text(parse.parse_email(mail), team_addresses=frozenset()) for mail in mails]
    rulebook = load_rules()
    usual = _speed("the packaged rules", rulebook, texts)
    own = _words_of(rulebook)
    for name, share in (("their own words exchanged", 1.0), ("words of other topics", 0.1)):
        many = replace(rulebook, rules=(*rulebook.rules, *_more(rulebook.rules, _Chance(own, share))))
        print(f"  {_speed(f'{TIMES} times as many, {name}', many, texts) / usual:.2f} of that")


def _speed(name: str, rulebook: Rulebook, texts: Sequence[MessageText]) -> float:
    tagger = Tagger(rulebook)
    warm = len(texts) // 4
    for text in texts[:warm]:
        tagger.verdict(text)
    rest = texts[warm:]
    speed = len(rest) / cpu_seconds_of(lambda: [tagger.verdict(text) for text in rest])
    print(f"{name}: {speed:.0f} messages/s on one core, {sum(len(rule.sequences) for rule in rulebook.rules)} patterns")
    return speed


class _Chance:
    """Chooses words: one of the rules' own with a chance of `share`, else one that stands nowhere."""

    def __init__(self, own: Sequence[str], share: float) -> None:
        self._own, self._share, self._random, self._count = own, share, random.Random(7), 0

    def __call__(self) -> str:
        self._count += 1
        return self._random.choice(self._own) if self._random.random() < self._share else f"zq{self._count}"


def _more(rules: Sequence[Rule], word: Callable[[], str]) -> Iterator[Rule]:
    """Give each rule nine times more; what it matches is a cue of its own, so that no tag changes."""
    for number in range(1, TIMES):
        exchanged: dict[str, str] = {}
        for rule in rules:
            made = {sequence: _exchanged(sequence, exchanged, word) for sequence in rule.sequences}
            cue, different = f"more-{number}-{rule.tag}", tuple(new for old, new in made.items() if new != old)
            yield replace(rule, id=f"{rule.id}.{number}", tag=cue, rank=Rank.CUE, dimension=None, sequences=different)


def _exchanged(sequence: SlotSequence, exchanged: dict[str, str], word: Callable[[], str]) -> SlotSequence:
    return tuple(
        replace(slot, atoms=frozenset(_atom(atom, exchanged, word) for atom in sorted(slot.atoms)))
        if slot.kind is SlotKind.WORD and not is_common(slot.atoms)
        else slot
        for slot in sequence
    )


def _atom(atom: str, exchanged: dict[str, str], word: Callable[[], str]) -> str:
    plain = atom.strip("=~*")
    if plain not in exchanged:
        exchanged[plain] = word()
    return ("~" if atom.endswith("*") else atom[0]) + exchanged[plain]


def _words_of(rulebook: Rulebook) -> list[str]:
    slots = (slot for rule in rulebook.rules for sequence in rule.sequences for slot in sequence)
    return sorted({atom.strip("=~*") for slot in slots if not is_common(slot.atoms) for atom in slot.atoms})
