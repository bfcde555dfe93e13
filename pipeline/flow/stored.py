"""The stored messages as a stream of raw ones, in the order in which they were stored."""

import threading
from collections.abc import Iterable, Iterator, Mapping

from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.messages import held_bytes, message_ids

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


def these_messages(store: Store, ids: Iterable[int], accounts: Mapping[int, str] | None = None) -> Iterator[RawMessage]:
    """Give the stored messages of these numbers, in this order; `accounts` says by which they came, where it counts.

    Those whose bytes retention has removed are passed over: their coded records stand in their place.
    """
    for number, content in held_bytes(store, ids):
        yield RawMessage(
            origin=Origin.ARCHIVE,
            account=accounts[number] if accounts else "",
            folder="stored",
            uidvalidity=0,
            uid=number,
            raw=content,
        )
