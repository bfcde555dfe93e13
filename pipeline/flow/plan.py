"""What to fetch of a folder: cursor + status + listing -> a plan, or a refusal. Pure.

The poll asks `where_to_begin` before it lists the folder, `plan_fetch` once it knows the UIDs, and again, for some of
them at a time, once it knows their sizes. The cursor (`FolderState.last_uid`) only ever stands where every UID up to it
is stored, set aside, recorded as too large or gone: each batch says where the cursor may stand once it is committed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.mail.batches import batches
from pipeline.mail.mailbox import MEGABYTE, FolderStatus, MailboxSettings
from storage.records import FolderState

_MANY = 1000  # a folder that held this many does not empty itself
_READ_ANEW_UPTO = 1000  # messages that may be fetched again at each poll where numbers mean nothing


class Reading(StrEnum):
    """Why a folder is read from where it is."""

    FIRST = "first"  # never read before: `since` counts
    ON = "on"  # from the cursor
    AGAIN = "again"  # its UIDs are other ones than before: all of it, known mail is recognised by its bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why a folder is not polled, and what a person does to have it polled all the same."""

    folder: str
    reason: str
    override: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """From where to list a folder: UIDs above `after`, arrived `since`."""

    reading: Reading
    after: int
    since: date | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The bounds of a batch and of a message, in messages and bytes."""

    batch_messages: int = 100
    batch_bytes: int = 20 * MEGABYTE
    max_message_bytes: int = 30 * MEGABYTE


@dataclass(frozen=True, kw_only=True, slots=True)
class TooLarge:
    """A message that is recorded, not fetched."""

    uid: int
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What one transaction stores: `uids` to fetch, `too_large` to record, and the cursor that stands afterwards."""

    uids: tuple[int, ...]
    too_large: tuple[TooLarge, ...]
    cursor: FolderState


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchPlan:
    """All batches, ascending, and the cursor after the last; `known` counts the slots that were stored before."""

    beginning: Beginning
    batches: tuple[Batch, ...]
    cursor: FolderState
    listed: int
    known: int

    @property
    def moves_batchwise(self) -> bool:
        """Say whether the cursor moves with each batch, and not only at the end.

        Where `since` leaves mail out it must not: a run that is cut short would leave a cursor in mid-folder, and the
        next would fetch from there on what `since` leaves out. The slots tell what is stored.
        """
        return self.beginning.since is None


def limits_of(settings: MailboxSettings) -> Limits:
    """Take the bounds from a mailbox's settings."""
    return Limits(
        batch_messages=settings.batch_messages,
        batch_bytes=settings.batch_bytes,
        max_message_bytes=settings.max_message_bytes,
    )


def where_to_begin(
    state: FolderState | None,
    status: FolderStatus,
    since: date | None,
    *,
    held: int = 0,
    accept_shrunken_folder: bool = False,
) -> Beginning | Refusal:
    """Decide from where to list a folder; `held` is how many messages lay in it lately."""
    if state is None:
        return Beginning(reading=Reading.FIRST, after=0, since=since, warnings=status.warnings)
    if held >= _MANY and not status.exists and not accept_shrunken_folder:
        return _emptied(status, held)
    if state.uidvalidity != status.uidvalidity:
        return Beginning(reading=Reading.AGAIN, after=0, since=since, warnings=(*status.warnings, _rebuilt(status)))
    if _may_be_renumbered(state, status):
        return Beginning(reading=Reading.AGAIN, after=0, since=since, warnings=status.warnings)
    return Beginning(reading=Reading.ON, after=state.last_uid, since=None, warnings=status.warnings)


def plan_fetch(
    account: str,
    status: FolderStatus,
    beginning: Beginning,
    uids: Sequence[int],
    sizes: Mapping[int, int],
    *,
    limits: Limits,
    known: Collection[int] = (),
) -> FetchPlan:
    """Plan the fetching of the UIDs listed, ascending; `known` are those whose slot is stored already.

    A UID without a size is fetched: it may be gone by now, then nothing comes; it is never left out unseen.
    """
    stored = () if _slots_mean_nothing(status, beginning) else known
    new = [uid for uid in sorted(set(uids)) if uid > beginning.after and uid not in stored]
    large = {uid for uid in new if sizes.get(uid, 0) > limits.max_message_bytes}
    weights = {uid: 0 if uid in large else sizes.get(uid, 0) for uid in new}
    portions = batches(new, weights, max_messages=limits.batch_messages, max_bytes=limits.batch_bytes)
    last = _last_cursor(account, status, beginning, uids)
    return FetchPlan(
        beginning=beginning,
        batches=tuple(_batch(portion, large, sizes, _cursor(account, status, portion[-1])) for portion in portions),
        cursor=last,
        listed=len(uids),
        known=len(set(uids)) - len(new),
    )


def _batch(portion: tuple[int, ...], large: set[int], sizes: Mapping[int, int], cursor: FolderState) -> Batch:
    return Batch(
        uids=tuple(uid for uid in portion if uid not in large),
        too_large=tuple(TooLarge(uid=uid, size=sizes[uid]) for uid in portion if uid in large),
        cursor=cursor,
    )


def _cursor(account: str, status: FolderStatus, last_uid: int) -> FolderState:
    return FolderState(account=account, folder=status.folder, uidvalidity=status.uidvalidity, last_uid=last_uid)


def _last_cursor(account: str, status: FolderStatus, beginning: Beginning, uids: Sequence[int]) -> FolderState:
    """Say where the cursor stands at the end: at the last UID listed.

    When `since` left older mail out, that mail is passed for good (F14): the cursor stands below the UID the server
    gives out next, so that later polls do not apply `since` to mail dragged in with an old date (F3).
    """
    last = max(uids, default=beginning.after)
    if beginning.since is not None:
        last = max(last, status.uidnext - 1)
    return _cursor(account, status, last)


def _may_be_renumbered(state: FolderState, status: FolderStatus) -> bool:
    """Say whether a folder without UIDVALIDITY has to be read anew (F2).

    A small one always: its numbers may be other messages' now without a sign of it. A large one when it gives out a
    number again that it gave out before; to read it all at each poll would be too dear, and the warning says so.
    """
    renumbered = 0 < status.uidnext <= state.last_uid
    return status.uidvalidity == 0 and (renumbered or status.exists <= _READ_ANEW_UPTO)


def _slots_mean_nothing(status: FolderStatus, beginning: Beginning) -> bool:
    """Say whether a stored slot may be another message's now: then only the bytes tell what is known."""
    return status.uidvalidity == 0 and beginning.reading is Reading.AGAIN


def _emptied(status: FolderStatus, held: int) -> Refusal:
    return Refusal(
        folder=status.folder,
        reason=f"it is empty now, and {held:,} messages lay in it lately; perhaps it is another folder or server",
        override="set accept_shrunken_folder = true for this mailbox",
    )


def _rebuilt(status: FolderStatus) -> str:
    return (
        f"Folder {status.folder!r} was rebuilt on the server (its UIDVALIDITY changed): "
        "it is read from the start, and mail that is stored already is recognised."
    )
