"""The stored messages as a stream of raw ones, in the order in which they were stored."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.flow.by_hand import UNREAD
from pipeline.mail.identity import quoting_of
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.messages import held_bytes, message_ids, reasons_of

PORTION = 200  # ids asked of the store at a time


def stored_messages(store: Store, stop: threading.Event) -> Iterator[RawMessage]:
    """Give every stored message, its number as the UID; those whose bytes retention has removed are passed over."""
    last = 0
    while not stop.is_set():
        ids = message_ids(store, after=last, limit=PORTION)
        if not ids:
            return
        yield from these_messages(store, ids)
        last = ids[-1]


def these_messages(
    store: Store, ids: Iterable[int], accounts: Mapping[int, str] | None = None, *, damaged: list[int] | None = None
) -> Iterator[RawMessage]:
    """Give the stored messages of these numbers, in this order; `accounts` says by which they came, where it counts.

    Those whose bytes retention has removed are passed over: their coded records stand in their place. So are those
    whose bytes are damaged: `damaged` learns which.
    """
    for held in held_bytes(store, ids, damaged):
        yield RawMessage(
            origin=Origin.ARCHIVE,
            account=accounts[held.id] if accounts else "",
            folder="stored",
            uidvalidity=0,
            uid=held.id,
            raw=held.raw,
            mbox=quoting_of(held.raw, held.mail_sha256),
        )


def by_hand_among(store: Store, numbers: Sequence[int]) -> frozenset[int]:
    """Give those of some messages that were filed by hand because they could not be read."""
    reasons = reasons_of(store, numbers) if numbers else {}
    return frozenset(number for number, whys in reasons.items() if any(why.startswith(UNREAD) for why in whys))
