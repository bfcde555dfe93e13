"""Today's rules run over stored mail: new verdicts are kept beside what people decided, never over it."""

from collections.abc import Collection
from datetime import datetime

from classifiers.verdict import Verdict
from pipeline.flow.ingest import verdict_record
from pipeline.flow.reader import Reader
from pipeline.flow.stored import by_hand_among, these_messages
from storage.engine import Store
from storage.records import VerdictRecord
from storage.stretches import accounts_in, keep_verdicts
from storage.works import stretch_of


def retag_stretch(
    store: Store, reader: Reader, work: int, number: int, now: datetime, *, left: Collection[str] = ()
) -> bool:
    """Read the messages of a stretch again and keep what the rules now say; False when it was done before.

    One that cannot be read today keeps its verdict and is named, unless it was filed by hand because it never could.
    What came by an account that is `left` is only counted.
    """
    stretch = stretch_of(store, work, number)
    if stretch is None:
        return False
    verdicts: list[tuple[int, VerdictRecord]] = []
    unread, damaged = list[int](), list[int]()
    there = accounts_in(store, stretch.what)
    accounts = {one: account for one, account in there.items() if account not in left}
    for raw, outcome in reader.judge(these_messages(store, accounts, accounts, damaged=damaged), now):
        if isinstance(outcome, Verdict):
            verdicts.append((raw.uid, verdict_record(outcome)))
        else:
            unread.append(raw.uid)
    by_hand = by_hand_among(store, unread)
    faults = [f"message {number} is damaged and keeps its verdict: statshop verify" for number in damaged]
    faults += [f"message {one} cannot be read today and keeps its verdict" for one in unread if one not in by_hand]
    return keep_verdicts(store, work, stretch, verdicts, faults=faults, left=len(there) - len(accounts), now=now)
