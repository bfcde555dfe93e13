"""Invitations and agendas out of the store, and their files, which only their owner can read: they name people."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from classifiers.catalogue import Catalogue, Dimension
from digests.counting.coded import TRIAGE
from digests.engagement.agenda import Agenda, agenda_as_odt, draft_agenda
from digests.engagement.invitations import Invitations, as_csv, invitations
from digests.errors import MonthsReversed, NoSuchChannel
from digests.options import DigestOptions
from digests.period import month_bounds, span_in_names
from digests.render.files import replace_file
from digests.words import file_name
from storage import engagement, reports, reviews
from storage.engine import Store
from storage.records import CountedMessage

OWNER_ONLY = 0o600


def make_invitations(store: Store, catalogue: Catalogue, first: str, last: str, options: DigestOptions) -> Invitations:
    """Gather the known users of a run of months, both included; raise NotAMonth, or MonthsReversed."""
    messages = _counted(store, first, last, options, lambda message: True)
    who = engagement.who_wrote(store, (message.id for message in messages))
    return invitations(messages, who, engagement.opt_outs(store), catalogue)


def make_agenda(
    store: Store, catalogue: Catalogue, channel: str, first: str, last: str, options: DigestOptions, *, now: datetime
) -> Agenda:
    """Gather what was raised for a way of engagement; raise NoSuchChannel, NotAMonth, or MonthsReversed."""
    known = tuple(entry.id for entry in catalogue.of(Dimension.CHANNEL))
    if channel not in known:
        raise NoSuchChannel(channel=channel, known=known)
    raised = _counted(store, first, last, options, lambda message: _belongs(message, channel))
    whole = (reviews.message(store, message.id) for message in raised)
    return draft_agenda(whole, channel, catalogue, (first, last), options, now=now)


def write_invitations(found: Invitations, folder: Path, first: str, last: str) -> Path:
    """Write the list as CSV, over an earlier one of the same months."""
    return _write(folder / f"{file_name('invitations', first, 'to', last, 'internal')}.csv", as_csv(found))


def write_agenda(agenda: Agenda, channel: str, folder: Path) -> Path:
    """Write the agenda as a document, over an earlier one of the same months."""
    name = file_name("agenda", channel, span_in_names(agenda.first_month, agenda.last_month), "internal")
    return _write(folder / f"{name}.odt", agenda_as_odt(agenda))


def _counted(
    store: Store, first: str, last: str, options: DigestOptions, wanted: Callable[[CountedMessage], bool]
) -> list[CountedMessage]:
    start, end = month_bounds(first).start, month_bounds(last).end
    if start >= end:
        raise MonthsReversed(first=first, last=last)
    return [message for message in reports.counted_messages(store, start, end, options.account) if wanted(message)]


def _belongs(message: CountedMessage, channel: str) -> bool:
    tags = {(tag.dimension, tag.value) for tag in message.tags}
    return not message.from_team and {(Dimension.DISPOSITION, TRIAGE), (Dimension.CHANNEL, channel)} <= tags


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(path, content)
    path.chmod(OWNER_ONLY)
    return path
