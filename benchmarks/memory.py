"""Memory of the workers over many messages: flat, because the vocabulary does not grow and workers are replaced.

20,000 different messages by default; `STATSHOP_BENCH_MESSAGES=100000` in the environment for the long form.
"""

import itertools
import os
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.processes import below, memory
from benchmarks.tagging import LABELLED, variations
from pipeline.flow.reader import Reader, ReaderLimits
from pipeline.flow.reading import ReadingContext
from pipeline.mail.message import Origin, RawMessage

NOW = datetime(2011, 12, 31, tzinfo=UTC)
STEPS = 4


def main() -> None:
    """Print what all workers hold together at each quarter."""
    most = int(os.environ.get("STATSHOP_BENCH_MESSAGES", "20000"))
    with Reader(ReadingContext(), ReaderLimits(workers=2)) as reader:
        for number, _ in enumerate(reader.read(_messages(most), NOW), start=1):
            if number % (most // STEPS) == 0:
                held = sum(map(memory, below(os.getpid())))
                print(f"after {number:7,} messages: the workers hold {held:.0f} MB")


def _messages(most: int) -> Iterator[RawMessage]:
    """Give messages no two of which are alike: what a tokenizer remembers of them must not help."""
    rounds = (variations(sorted(LABELLED.glob("*.eml"))) for _ in itertools.count())
    for number, mail in enumerate(itertools.islice(itertools.chain.from_iterable(rounds), most)):
        strange = f"\r\n\r\nReference zq{number}x{number * 7919}y, kept by qv{number}w.\r\n".encode()
        yield RawMessage(
            origin=Origin.ARCHIVE, account="", folder="", uidvalidity=0, uid=number + 1, raw=mail + strange
        )
