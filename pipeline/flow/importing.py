"""Archives filed: their messages read and stored part by part; what is held already is passed over."""

from collections.abc import Sequence
from datetime import datetime

from pipeline.flow.filing import outcomes
from pipeline.flow.ingest import not_retrieved, record_of
from pipeline.flow.reader import Reader
from pipeline.mail.archive import open_part, part_of
from pipeline.mail.identity import mail_sha256
from pipeline.mail.mailbox import Fetched, NotRetrieved
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store
from storage.known import held_mails
from storage.records import NewMessage, NewSetAside, SavedMessage
from storage.stretches import keep_imported
from storage.works import stretch_of


def import_stretch(store: Store, reader: Reader, work: int, number: int, now: datetime, *, account: str) -> bool:
    """File a part of an archive, under `account` where it names none; False when it was done before.

    A mail that is stored or set aside already is known by its digest before it is read (RFC 822 bytes with CRLF), so
    that a second import of the same archive costs little.
    """
    stretch = stretch_of(store, work, number)
    if stretch is None:
        return False
    came = list(open_part(part_of(stretch.what), account=stretch.what.get("account", account)))
    items = fresh_items(store, reader, came, now)

    def counts(saved: Sequence[SavedMessage]) -> dict[str, int]:
        counted = outcomes(saved)
        counted["duplicates"] += len(came) - len(items)
        return {"listed": len(came), "fetched": len(items), **counted}

    return keep_imported(store, work, stretch, items, counts, now=now)


def fresh_items(store: Store, reader: Reader, came: Sequence[Fetched], now: datetime) -> list[NewMessage | NewSetAside]:
    """Read what is not held yet, each mail once."""
    raws = {mail_sha256(item): item for item in came if isinstance(item, RawMessage)}
    held = held_mails(store, raws)
    fresh = [raw for digest, raw in raws.items() if digest not in held]
    items: list[NewMessage | NewSetAside] = [record_of(raw, outcome, now) for raw, outcome in reader.read(fresh, now)]
    return items + [not_retrieved(item, now, origin=Origin.ARCHIVE) for item in came if isinstance(item, NotRetrieved)]
