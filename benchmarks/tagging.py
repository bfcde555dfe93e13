"""The figures of the rules on the labelled folder, and how many messages a second are cleaned and tagged."""

import itertools
import re
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.timing import STATSHOP, command_seconds, cpu_seconds_of, spread
from classifiers.evaluation import figures, label_rows
from pipeline.commands.classifying import prediction
from pipeline.flow.reading import MessageReader, ReadingContext
from pipeline.mail import clean, parse
from pipeline.mail.message import Origin, RawMessage

LABELLED = Path(__file__).parents[1] / "tests/data/labelled"
DISTINCT = 2000
NOW = datetime(2011, 12, 31, tzinfo=UTC)
_FIRST_ID = re.compile(rb"^Message-ID:\s*<", re.I | re.M)


def main() -> None:
    """Print accuracy, then speed."""
    reader = MessageReader(ReadingContext())
    files = sorted(LABELLED.glob("*.eml"))
    rows = [prediction(file.name, reader.read(_raw(file.read_bytes()), NOW)) for file in files]
    found = figures(label_rows((LABELLED / "labels.jsonl").read_text()), rows)
    print(f"tagged right {found.tagged_right:.3f}")
    for name, value in found.values.items():
        print(f"{name:28} {'none' if value is None else format(value, '.3f')}")
    messages = list(itertools.islice(variations(files), DISTINCT))
    parsed = [parse.parse_email(raw) for raw in messages]
    seconds = cpu_seconds_of(
        lambda: [reader.verdict(clean.message_text(mail, team_addresses=frozenset())) for mail in parsed]
    )
    print(f"cleaned and tagged: {len(parsed) / seconds:.0f} distinct messages/s on one core")
    seconds = cpu_seconds_of(lambda: [parse.parse_email(raw) for raw in messages])
    print(f"parsed: {len(parsed) / seconds:.0f} messages/s on one core")
    print(spread("statshop evaluate", command_seconds([*STATSHOP, "evaluate", str(LABELLED)], 3)))


def variations(files: list[Path]) -> "itertools.chain[bytes]":
    """Give messages without end that differ in their words, not only in number: years and sizes are exchanged.

    Each has a Message-ID of its own: programs that go by it alone (notmuch) would take them for copies.
    """

    def varied(round_: int) -> list[bytes]:
        mails = [_FIRST_ID.sub(rb"\g<0>%d." % round_, file.read_bytes(), count=1) for file in files]
        return [re.sub(rb"\b(20\d\d|[1-9]\d?)\b", lambda m, k=round_: m[1] + b"%d" % k, mail) for mail in mails]

    return itertools.chain.from_iterable(varied(round_) for round_ in itertools.count())


def _raw(content: bytes) -> RawMessage:
    return RawMessage(origin=Origin.ARCHIVE, account="", folder="", uidvalidity=0, uid=1, raw=content)
