"""What the page asks of the rules, by the real ones in their worker processes."""

from pathlib import Path

import pytest

from pipeline.commands.explaining import Explainer
from pipeline.config import Settings, load_settings
from pipeline.flow.reading import ReadingContext

MAIL = (
    b"From: Ann Example <ann@exampleton.gov.uk>\r\nSubject: Tables\r\nDate: Mon, 14 Mar 2011 09:00:00 +0000\r\n\r\n"
    b"Please send formal volunteering by age, not the cohesion report.\r\n"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config.toml").write_text("[reading]\nworkers = 1\n")
    return load_settings(tmp_path / "config.toml", {})


def test_eml_says_what_fires_what_nearly_fires_and_why_not(settings: Settings) -> None:
    with Explainer(ReadingContext(), settings) as explainer:
        told = explainer.explain(MAIL, ("use", "equality"))
    assert told.verdict is not None
    assert ("product", "volunteering") in {(tag.dimension, tag.value) for tag in told.verdict.tags}
    nearest = told.near[0]
    assert (nearest.dimension, nearest.value, nearest.reason) == (
        "product",
        "cohesion",
        "it is named only to be set aside",
    )
    assert nearest.rules[0].reason.startswith("“cohesion report” stands in the new text: it is set aside by “not the”")
    assert told.asked is not None
    assert (told.asked.value, told.asked.reason) == ("equality", "no rule of it matched")
