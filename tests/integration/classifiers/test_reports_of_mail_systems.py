"""Bounces, abuse reports and automatic replies of many mail systems get their disposition."""

import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from classifiers.dispositions import Dispositions
from classifiers.matching import Matchers
from classifiers.rulebook import load_rules
from pipeline.mail.clean import message_text
from pipeline.mail.parse import parse_email

HOSTILE = Path(__file__).parents[4] / "shared" / "corpora" / "hostile.tar.xz"
SOURCES = ("sisimai", "p5-sisimai")
NO_REPORTS = ("maildir__not__", "mailbox__size-2")

pytestmark = pytest.mark.corpora


def reports() -> Iterator[bytes]:
    with lzma.open(HOSTILE) as packed, tarfile.open(fileobj=packed) as archive:
        for member in archive:
            path = Path(member.name)
            if path.parent.name in SOURCES and not any(words in path.name for words in NO_REPORTS):
                file = archive.extractfile(member)
                if file is not None:
                    yield file.read()


@pytest.mark.skipif(not HOSTILE.is_file(), reason="the corpora do not lie beside this checkout")
def test_98_in_100_reports_are_told_from_mail_to_be_read() -> None:
    rulebook = load_rules()
    matchers, dispositions = Matchers(rulebook), Dispositions(rulebook)
    values = []
    for raw in reports():
        message = message_text(parse_email(raw), team_addresses=frozenset())
        values.append(dispositions.tag(message, matchers.found(message)).value)
    told = sum(value in ("bounce", "auto-reply") for value in values)
    assert len(values) > 800
    assert told / len(values) >= 0.98
