"""When the first digests of a mailbox are due: with the first digest time after its mail of the month is held."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.commands.digest_times import digest_moment, first_months, further_months, is_due
from pipeline.config import Settings, load_settings

BEFORE = datetime(2011, 4, 2, 8, 30, tzinfo=UTC)  # 9.30 in London: the moment of March's digest
AFTER = datetime(2011, 4, 2, 8, 31, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config.toml").write_text('[schedule]\ndigest_time = "9:30"\n')
    return load_settings(tmp_path / "config.toml", {})


@pytest.mark.parametrize(
    ("held", "due"),
    [
        pytest.param({"2011-02": None, "2011-03": None}, (), id="nothing-held"),
        pytest.param({"2011-02": None, "2011-03": BEFORE}, ("2011-03",), id="held-in-time"),
        pytest.param({"2011-02": None, "2011-03": AFTER}, (), id="held-too-late"),
        pytest.param({"2011-02": BEFORE, "2011-03": AFTER}, ("2011-02",), id="month-before-held-late"),
        pytest.param({"2011-02": BEFORE, "2011-03": BEFORE}, ("2011-02", "2011-03"), id="both"),
        pytest.param(
            {"2011-02": datetime(2011, 3, 1, tzinfo=UTC), "2011-03": BEFORE}, ("2011-03",), id="asked-for-since"
        ),
        pytest.param({"2011-02": AFTER, "2011-03": AFTER}, (), id="old-mail-of-a-new-mailbox"),
    ],
)
def test_first_months_are_due_once_held(settings: Settings, held: dict[str, datetime | None], due: tuple[str]) -> None:
    assert first_months(settings, held) == due


def test_further_months_are_those_missed_since_the_latest_issue(settings: Settings) -> None:
    assert further_months(settings, ("2011-01",), BEFORE) == ("2011-02", "2011-03")
    assert further_months(settings, ("2011-01",), datetime(2011, 4, 2, 8, 29, tzinfo=UTC)) == ("2011-02",)


def test_a_digest_is_due_at_its_time_in_london(settings: Settings) -> None:
    assert digest_moment(settings, "2011-03") == BEFORE
    assert digest_moment(settings, "2011-12") == datetime(2012, 1, 2, 9, 30, tzinfo=UTC)
    assert [is_due(settings, now) for now in (datetime(2011, 4, 2, 8, 29, tzinfo=UTC), BEFORE)] == [False, True]
