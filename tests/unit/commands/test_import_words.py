"""What an import says it did."""

from pathlib import Path

import pytest

from pipeline.commands.import_ import words_of
from storage.records import RunCounts


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        pytest.param(RunCounts(listed=1, stored=1), "x: 1 message, stored 1, duplicates 0, set aside 0.", id="one"),
        pytest.param(
            RunCounts(listed=2500, stored=2490, duplicates=7, set_aside=1, too_large=2),
            "x: 2,500 messages, stored 2,490, duplicates 7, set aside 1, too large 2.",
            id="too large",
        ),
    ],
)
def test_an_import_says_what_became_of_every_message(counts: RunCounts, words: str) -> None:
    assert words_of(Path("x"), counts) == words
