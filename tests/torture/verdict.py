"""The verdict after a siege: each message that the server held long enough is stored exactly once, byte for byte."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.mail.imap.marking import members
from storage.engine import Store, open_store
from storage.integrity import verify
from storage.ledger import LedgerRow, ledger_rows, was_numbered_otherwise
from storage.messages import message_ids, raw_bytes, set_aside_list, set_aside_raw, stored_uids
from torture.world import Record


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was found: `problems` in words; empty when every promise was kept."""

    delivered: int
    stored: int
    set_aside: int
    lost: int
    doubled: int
    altered: int
    gone_before_read: int
    named: int
    problems: tuple[str, ...] = ()
    ledger: tuple[str, ...] = field(default=())


def judge(url: str, record: Record, complete_polls: list[tuple[float, float]]) -> Verdict:
    """Compare what is held with what was delivered."""
    with open_store(url) as store:
        stored = Counter(_digests(store))
        pile = [item for item in set_aside_list(store) if item.holds_mail]
        aside = Counter(hashlib.sha256(set_aside_raw(store, item.id)).hexdigest() for item in pile)
        withheld = [item for item in set_aside_list(store) if not item.holds_mail]
        faults, rows = verify(store).faults, ledger_rows(store)
        first_known = _first_known(store, rows)
    held = stored + aside
    delivered = set(record.digests.values())
    due = record.there_at_the_end() | record.seen_by(complete_polls)
    lost, altered = due - held.keys(), held.keys() - delivered
    doubled = [digest for digest, times in held.items() if times > 1]
    never = delivered - held.keys()
    named = _named(rows)
    places = {digest: record.places_of(digest) for digest in never - lost}
    silent = [
        digest
        for digest, where in places.items()
        if where and not any(one in named or is_before(one, first_known) for one in where)
    ]
    problems = [*faults]
    unnamed = [f"{folder} UID {uid}" for digest in silent for folder, uid in places[digest]]
    problems += [f"{len(silent)} messages that came and went are not named in the ledger: {unnamed}"] if silent else []
    problems += [f"{len(lost)} messages are lost"] if lost else []
    problems += [f"{len(doubled)} messages are stored twice"] if doubled else []
    problems += [f"{len(altered)} stored messages are none that was delivered"] if altered else []
    problems += [f"{item.slot.folder} UID {item.slot.uid} is still withheld: {item.error}" for item in withheld]
    problems += [f"the ledger does not add up: {row}" for row in rows if not row.adds_up or row.counts.waiting]
    return Verdict(
        delivered=len(delivered),
        stored=sum(stored.values()),
        set_aside=sum(aside.values()),
        lost=len(lost),
        doubled=len(doubled),
        altered=len(altered),
        gone_before_read=len(places),
        named=sum(any(one in named for one in where) for where in places.values()),
        problems=tuple(problems),
        ledger=tuple(f"{row.folder}: {row.counts}" for row in rows),
    )


def is_before(place: tuple[str, int], first_known: Mapping[str, int]) -> bool:
    """Say whether a message came and went before the first look at its folder: docs/reliability.md promises no name."""
    folder, uid = place
    return uid < first_known.get(folder, 0)


def _first_known(store: Store, rows: Sequence[LedgerRow]) -> dict[str, int]:
    """Give the first UID ever known of each folder that was not numbered anew while it was watched."""
    places = [(row.account, row.folder, row.uidvalidity) for row in rows]
    known = {
        place: next(stored_uids(store, *place), 0) for place in places if not was_numbered_otherwise(store, *place)
    }
    return {folder: uid for (_, folder, _), uid in known.items()}


def _named(rows: Sequence[LedgerRow]) -> set[tuple[str, int]]:
    """Give the folders and UIDs that the ledger names as gone before they could be read."""
    sets = ((row.folder, uid_set) for row in rows for uid_set in (row.uids.unread, row.uids.unseen) if uid_set)
    return {(folder, uid) for folder, uid_set in sets for uid in members(uid_set)}


def _digests(store: Store) -> Iterator[str]:
    last = 0
    while ids := message_ids(store, after=last, limit=500):
        for number in ids:
            yield hashlib.sha256(raw_bytes(store, number)).hexdigest()
        last = ids[-1]
