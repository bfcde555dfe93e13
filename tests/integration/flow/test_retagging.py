"""Messages judged without anything else being made of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakes.mailbox import FakeMailbox

from pipeline.flow.readings import Unread
from pipeline.flow.retagging import retag_stretch
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store

from .conftest import Done, ReaderHere, all_stretches, mail

NOW = datetime(2011, 3, 1, tzinfo=UTC)
LABELLED = Path(__file__).parents[2] / "data/labelled"
UNREADABLE = b"Subject: cannot be read\r\n\r\nUNREADABLE\r\n"


def test_what_is_judged_is_the_verdict_of_what_is_read(reader: Any) -> None:
    contents = [*(file.read_bytes() for file in sorted(LABELLED.glob("*.eml"))[:30]), UNREADABLE]
    raws = [
        RawMessage(origin=Origin.ARCHIVE, account="", folder="stored", uidvalidity=0, uid=number, raw=content)
        for number, content in enumerate(contents)
    ]
    read = [outcome if isinstance(outcome, Unread) else outcome.verdict for _, outcome in reader.read(raws, NOW)]
    judged = [outcome for _, outcome in reader.judge(raws, NOW)]
    assert judged == read
    assert len({str(verdict) for verdict in judged}) > 20


def test_what_cannot_be_read_today_is_named_and_keeps_its_verdict(
    store: Store, mailbox: FakeMailbox, poll: Any, reader: ReaderHere
) -> None:
    for number, words in enumerate(["We use the Citizenship Survey.", "UNREADABLE", "Thank you."]):
        mailbox.add(mail(number, text=words))
    reader.mended = True
    poll()
    reader.mended = False
    done = all_stretches(store, "retag", lambda work, number: retag_stretch(store, reader, work, number, NOW))
    fault = "message 2 cannot be read today and keeps its verdict"
    assert done == Done(read=2, changed=0, faults=(fault,))
