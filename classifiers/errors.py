"""What can be wrong with the rules, in words for the person who edits them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleError:
    """One problem: where it stands, what is wrong and what to write instead. `line` counts from 1; 0 is the file."""

    file: str
    line: int
    rule: str
    reason: str
    instead: str = ""

    def __str__(self) -> str:
        """Say it in one line: file, line, rule, reason, remedy."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        rule = f" [{self.rule}]" if self.rule else ""
        remedy = f"; write {self.instead}" if self.instead else ""
        return f"{where}{rule}: {self.reason}{remedy}"


class ClassifierError(Exception):
    """What the classifiers refuse; its text is a sentence for people."""


class RulesUnreadable(ClassifierError):
    """The rules cannot be used; `problems` holds every one of them."""

    def __init__(self, problems: tuple[RuleError, ...]) -> None:
        """Keep the problems and make the message of them."""
        super().__init__("the rules cannot be read:\n" + "\n".join(f"  {problem}" for problem in problems))
        self.problems = problems


class RulesNotKept(ClassifierError):
    """Rules that changed cannot be copied to where reading takes them from."""

    def __init__(self, folder: Path, shelf: Path, why: str) -> None:
        """Keep the folder, where its copy should lie, and the reason."""
        self.folder, self.shelf, self.why = folder, shelf, why
        super().__init__(
            f"The rules in {folder} cannot be copied to {shelf}: {why}. Check the space on disk and the permissions, "
            "then run the same command again; nothing is lost."
        )


class BadPattern(ClassifierError):
    """A pattern does not follow the notation."""

    def __init__(self, reason: str, instead: str = "") -> None:
        """Keep the reason and the remedy apart."""
        super().__init__(reason)
        self.reason = reason
        self.instead = instead


class BadLabels(ClassifierError):
    """A row of a labels.jsonl does not hold the labels of a message."""


class OpinionUnreadable(ClassifierError):
    """The file of a second opinion cannot be used."""

    def __init__(self, path: Path, why: str) -> None:
        """Keep the file and the reason."""
        self.path, self.why = path, why
        super().__init__(
            f"The second opinion {path} cannot be used: {why}. Run `statshop learn` to make it anew, "
            "or take rules.second_opinion out of the settings."
        )


class TooFewDecisions(ClassifierError):
    """There are too few confirmed messages to learn from."""

    def __init__(self, found: int, needed: int) -> None:
        """Keep how many there are and how many there have to be."""
        self.found, self.needed = found, needed
        super().__init__(
            f"There are {found:,} reviewed messages to learn from; a second opinion needs {needed:,}. "
            "Nothing was written. Go on reviewing, and try again."
        )
