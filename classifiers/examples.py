"""The examples that stand beside rules, run: what must match and what must not."""

from dataclasses import dataclass

from classifiers.matching import Matchers
from classifiers.rule import Rule, Rulebook
from classifiers.verdict import ZoneKind


@dataclass(frozen=True, kw_only=True, slots=True)
class ExampleFailure:
    """An example that does not do what it says. `wanted` is True for `ok`, False for `not`."""

    file: str
    line: int
    rule: str
    example: str
    wanted: bool
    missing: str = ""  # for `ok`: the words that the nearest pattern lacks

    def __str__(self) -> str:
        """Say it in one line."""
        did = f"does not match, the nearest pattern lacks {self.missing}" if self.wanted else "matches, and must not"
        return f"{self.file}:{self.line} [{self.rule}]: {self.example!r} {did}"


def check_examples(rulebook: Rulebook, matchers: Matchers | None = None) -> tuple[ExampleFailure, ...]:
    """Run all `ok` and `not` examples of all rules, each against its own rule alone."""
    ready = matchers or Matchers(rulebook)
    return tuple(failure for rule in rulebook.rules for failure in _failures(ready, rule))


def _failures(matchers: Matchers, rule: Rule) -> list[ExampleFailure]:
    failures = []
    for example, wanted in [*((ok, True) for ok in rule.ok), *((bad, False) for bad in rule.not_ok)]:
        found = matchers.in_text(example, _zone(rule))
        if any(match.rule.id == rule.id for match in found.matches) is not wanted:
            lacking = [matchers.nearest(rule, sentence) for sentence in found.sentences]
            least = min((lacks for lacks in lacking if lacks is not None), key=len, default=())
            missing = ", ".join(" or ".join(sorted(atom.strip("=~") for atom in slot)) for slot in least)
            failures.append(
                ExampleFailure(
                    file=rule.file,
                    line=rule.line,
                    rule=rule.id,
                    example=example,
                    wanted=wanted,
                    missing=missing or "its order or distance of words",
                )
            )
    return failures


def _zone(rule: Rule) -> ZoneKind:
    return ZoneKind.NEW if ZoneKind.NEW in rule.zones else min(rule.zones, default=ZoneKind.NEW)
