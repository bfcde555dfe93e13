"""Messages of which past decisions suggest other tags than the rules: first in the queue until they are decided."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from storage.decisions import decide, undo
from storage.engine import Store
from storage.messages import save_message, save_verdict
from storage.queue import next_in, queue
from storage.records import NewMessage, QueueFilter, VerdictRecord
from storage.reviews import message
from storage.runs import status_counts

WORDS = "the rules say cohesion, past decisions suggest volunteering"


def in_order(store: Store) -> list[int]:
    return [row.id for row in queue(store, QueueFilter()).rows]


def test_disputed_message_is_first_goes_when_decided_and_comes_back(
    store: Store, now: datetime, new_message: Callable[..., NewMessage]
) -> None:
    plain = new_message(1)
    disputed = replace(plain.verdict, disputed=True, reasons=(WORDS,))
    first, *later = [
        save_message(store, new_message(number, verdict=disputed if number == 1 else plain.verdict), now=now).message_id
        for number in (1, 2, 3)
    ]
    assert in_order(store) == [first, *reversed(later)]
    assert status_counts(store).needs_person == 3
    stored = decide(store, first, version=1, who="ann", tags=disputed.tags, statements=disputed.statements, now=now)
    assert stored.verdict.disputed
    assert next_in(store, QueueFilter(), first) is None
    undo(store, "ann", now=now)
    assert in_order(store)[0] == first


def test_later_verdict_disputes_and_ceases_to(
    store: Store,
    now: datetime,
    new_message: Callable[..., NewMessage],
    new_verdict: Callable[..., VerdictRecord],
) -> None:
    old = save_message(store, new_message(1), now=now).message_id
    new = save_message(store, new_message(2), now=now).message_id
    assert in_order(store) == [new, old]
    save_verdict(store, old, new_verdict("product:cohesion", version="r2", disputed=True, reasons=(WORDS,)), now=now)
    assert in_order(store) == [old, new]
    assert message(store, old).verdict.reasons == (WORDS,)
    save_verdict(store, old, new_verdict("product:cohesion", version="r3"), now=now)
    assert in_order(store) == [new, old]
