"""Reply stripping on the bodies that other strippers are tested with.

`reply-bodies.json` holds our own reading of each file, made by eye: the kind of each filled line in order (N new,
S signature, D notice, Q quoted, F forwarded), runs counted ("4N2Q").
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers.verdict import Writer, ZoneKind
from pipeline.mail.clean import message_text
from pipeline.mail.html import html_text
from pipeline.mail.mime.charsets import clean_text, decode
from pipeline.mail.parse import parse_email
from pipeline.mail.zones.carve import carve
from pipeline.mail.zones.forwards import Correspondents

pytestmark = pytest.mark.corpora

READ = json.loads((Path(__file__).parents[2] / "data" / "mail" / "reply-bodies.json").read_text("utf-8"))
LETTERS = {"new": "N", "quoted": "Q", "forwarded": "F", "signature": "S", "disclaimer": "D"}


def kinds(text: str) -> str:
    """Give the kinds of the filled lines of a body."""
    found = [""] * (len(text) + 1)
    for zone in carve(text, "Re: x", Correspondents(team=frozenset(), sender=Writer())).zones:
        found[zone.start : zone.start + len(zone.text)] = LETTERS[zone.kind] * len(zone.text)
    starts = [match.start() for match in re.finditer(r"(?m)^[ \t]*\S", text)]
    firsts = [re.compile(r"\S").search(text, start) for start in starts]
    return "".join(found[first.start()] for first in firsts if first)


def told(runs: str) -> str:
    return "".join(int(count) * kind for count, kind in re.findall(r"(\d+)(\w)", runs))


def own(kinds_of_lines: str) -> str:
    """Tell only what is the sender's own from what is earlier mail."""
    return re.sub("[NSD]", "N", kinds_of_lines)


def agreement(root: Path, view: Callable[[str], str]) -> tuple[int, list[str]]:
    differing = []
    for name, runs in READ.items():
        folder, _, stem = name.partition("/")
        file = next((root / "other" / "reply-bodies" / folder).glob(f"*{stem}"))
        text = clean_text(decode(file.read_bytes(), "").text)
        if view(kinds(text)) != view(told(runs)):
            differing.append(name)
    return len(READ) - len(differing), differing


def test_earlier_mail_is_told_from_the_reply(hostile: Path, record_property: Callable[..., None]) -> None:
    agreed, differing = agreement(hostile, own)
    record_property("replies", f"{agreed}/{len(READ)}")
    assert agreed / len(READ) >= 0.95, "\n".join(differing)


def test_signatures_and_notices_are_told_from_new_text(hostile: Path, record_property: Callable[..., None]) -> None:
    agreed, differing = agreement(hostile, str)
    record_property("signatures", f"{agreed}/{len(READ)}")
    assert agreed / len(READ) >= 0.95, "\n".join(differing)


def test_replies_of_real_programs_are_stripped(hostile: Path) -> None:
    folder = hostile / "other" / "reply-bodies" / "talon"
    stripped = {}
    for file in sorted(folder.glob("*standard_replies__*.eml")):
        zones = message_text(parse_email(file.read_bytes()), team_addresses=frozenset()).zones
        stripped[file.stem] = " ".join(zone.text for zone in zones if zone.kind is ZoneKind.NEW)
    assert len(stripped) >= 10
    assert all(text.split() and len(text.split()) <= 4 for text in stripped.values()), stripped


def test_replies_in_html_are_stripped(hostile: Path) -> None:
    folder = hostile / "other" / "reply-bodies" / "talon"
    for file in sorted(folder.glob("*html_replies__*.html")):
        text = html_text(clean_text(decode(file.read_bytes(), "").text))
        zones = carve(text, "Re: x", Correspondents(team=frozenset(), sender=Writer())).zones
        new = " ".join(zone.text for zone in zones if zone.kind is ZoneKind.NEW)
        assert "How are you" not in new, file.name
        assert "I am fine" in new, file.name
