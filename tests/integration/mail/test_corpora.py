"""Every message of the corpora is read or refused in words, quickly, and its zones fit its text."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from classifiers.verdict import ZoneKind
from pipeline.mail.clean import message_text
from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.message import ParsedEmail
from pipeline.mail.parse import parse_email

pytestmark = pytest.mark.corpora

TEAM = frozenset({"statshop@communities.gsi.gov.uk"})
BODY = (ZoneKind.NEW, ZoneKind.QUOTED, ZoneKind.SIGNATURE, ZoneKind.DISCLAIMER, ZoneKind.FORWARDED)


def texts(parsed: ParsedEmail) -> Iterator[str]:
    yield from (parsed.subject, parsed.text, parsed.html, parsed.sender.name, parsed.sender.address)
    yield from (value for field in parsed.headers for value in field)
    yield from (one.filename + one.text for one in parsed.attachments)
    for carried in parsed.attached:
        yield from texts(carried)


def read(file: Path) -> bool | None:
    """Read one message and check what must hold; give whether it has text, None when it is refused."""
    try:
        parsed = parse_email(file.read_bytes())
    except UnreadableMessage:
        return None
    for text in texts(parsed):
        text.encode("utf-8")
        assert "\0" not in text
    assert "\n" not in parsed.subject
    zones = message_text(parsed, team_addresses=TEAM).zones
    for zone in zones:
        if zone.kind in BODY and not zone.name:
            assert parsed.text[zone.start : zone.start + len(zone.text)] == zone.text
    filled = sum(len(zone.text.split()) for zone in zones if zone.kind in BODY and not zone.name)
    assert filled >= len(parsed.text.split()) - parsed.text.count(">")  # no word of the body is in no zone
    return bool(parsed.text.strip()) or any(one.text.strip() for one in parsed.attached)


@pytest.mark.parametrize(("name", "every", "refused"), [("hostile", 1, 20), ("ordinary", 20, 0)])
def test_every_message_is_read_or_refused(
    name: str, every: int, refused: int, request: pytest.FixtureRequest, record_property: Callable[..., None]
) -> None:
    root: Path = request.getfixturevalue(name)
    slowest = 0.0
    outcomes = []
    for file in sorted(path for path in (root / name).rglob("*") if path.is_file())[::every]:
        begun = time.process_time()
        outcomes.append(read(file))
        slowest = max(slowest, time.process_time() - begun)
    record_property("slowest", f"{slowest:.2f} s")
    record_property("with text", f"{outcomes.count(True)}/{len(outcomes)}")
    record_property("refused", str(outcomes.count(None)))
    assert len(outcomes) >= 250
    assert outcomes.count(None) <= refused
    assert slowest < 5
