"""Whether rules can be used: read, made ready, and tried on a letter, before any mail is read by them.

Apart from `rulebook`, since making rules ready brings spaCy along.
"""

from pathlib import Path

from classifiers.errors import RulesUnreadable
from classifiers.rule import Rulebook
from classifiers.rulebook import beyond_us, load_rules
from classifiers.tagger import Tagger
from classifiers.verdict import MessageText, Writer, Zone, ZoneKind

_LETTER = MessageText(
    sender=Writer(address="a.writer@council.example", name="A Writer"),
    zones=(
        Zone(kind=ZoneKind.SUBJECT, text="Your statistics"),
        Zone(kind=ZoneKind.NEW, text="We use the figures of the survey to decide on grants. May we have the table?"),
        Zone(kind=ZoneKind.SIGNATURE, text="A Writer, Example Council"),
    ),
)


def usable_rules(folder: Path | None = None) -> Rulebook:
    """Read the rules of a folder (None: the packaged ones) and use them once; raise RulesUnreadable if that fails."""
    rulebook = load_rules(folder)
    try:
        Tagger(rulebook).verdict(_LETTER)
    except Exception as error:  # what the files may hold is checked above; whatever else fails must stop no mail
        raise RulesUnreadable((beyond_us(folder, error),)) from error
    return rulebook
