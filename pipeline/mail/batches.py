"""Many UIDs in bounded portions: as batches to fetch, and as the sets that IMAP commands carry. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

_LONGEST_SET = 900  # RFC 2683, 3.2.1.5: a client keeps its command lines under about 1,000 octets


def batches(
    uids: Sequence[int], sizes: Mapping[int, int], *, max_messages: int, max_bytes: int
) -> Iterator[tuple[int, ...]]:
    """Split UIDs, in their order, into batches of bounded count and bytes; one larger message is a batch of its own.

    A message whose size is not known counts as nothing.
    """
    batch: list[int] = []
    weight = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        if batch and (len(batch) >= max_messages or weight + size > max_bytes):
            yield tuple(batch)
            batch, weight = [], 0
        batch.append(uid)
        weight += size
    if batch:
        yield tuple(batch)


def uid_sets(uids: Sequence[int], longest: int = _LONGEST_SET) -> Iterator[str]:
    """Write ascending UIDs as IMAP sets ("1:40,52"), each short enough for one command line."""
    written = ""
    for part in _ranges(uids):
        if written and len(written) + 1 + len(part) > longest:
            yield written
            written = part
        else:
            written = f"{written},{part}" if written else part
    if written:
        yield written


def _ranges(uids: Sequence[int]) -> Iterator[str]:
    """Write each run of neighbouring numbers as "first:last"."""
    for _, run in groupby(enumerate(uids), lambda place: place[1] - place[0]):
        members = [uid for _, uid in run]
        yield str(members[0]) if len(members) == 1 else f"{members[0]}:{members[-1]}"
