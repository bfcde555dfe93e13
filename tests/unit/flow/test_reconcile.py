"""The comparison of a folder with what is held of it: every UID falls into exactly one class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.flow.reconcile import compare, counts_of, uids_of
from storage.records import Saved

STORED = Saved.STORED


@pytest.mark.parametrize(
    ("listed", "held", "more", "differing"),
    [
        pytest.param([1, 2], {1: STORED, 2: STORED}, {}, {}, id="all is held"),
        pytest.param([1, 2, 3], {1: STORED}, {}, {"waiting": "3", "missing": "2"}, id="missed, and not polled yet"),
        pytest.param([2], {1: STORED, 2: STORED}, {}, {"gone": "1"}, id="deleted on the server"),
        pytest.param(
            [], {1: Saved.TOO_LARGE}, {"unread": {1}}, {"unread": "1"}, id="gone before a person asked for it"
        ),
        pytest.param([1], {1: STORED}, {"unread": {2}}, {"unread": "2"}, id="gone before it could be read"),
        pytest.param([1, 2], {1: STORED}, {"unread": {2}}, {"missing": "2"}, id="gone, and there again"),
        pytest.param([1, 4], {1: STORED}, {"too_old": {4}}, {"unseen": "2:3"}, id="left out by since"),
        pytest.param([1], {1: STORED}, {"uidnext": 5}, {"unseen": "2:4"}, id="numbers given out and never seen"),
        pytest.param([4], {4: STORED}, {}, {}, id="numbers from before we looked"),
        pytest.param([4], {4: STORED}, {"watched_from_1": True}, {"unseen": "1:3"}, id="numbered anew meanwhile"),
        pytest.param([], {}, {"uidnext": 3, "watched_from_1": True}, {"unseen": "1:2"}, id="numbered anew and emptied"),
        pytest.param([1, 5000], {1: STORED, 5000: STORED}, {}, {}, id="a server that numbers with wide gaps"),
        pytest.param([], {}, {"uidnext": 9}, {}, id="an empty folder"),
    ],
)
def test_what_differs_is_named(
    listed: list[int], held: dict[int, Saved], more: dict[str, set[int]], differing: dict[str, str]
) -> None:
    named = uids_of(compare(listed, held, cursor=2, **more))
    assert {name: getattr(named, name) for name in named.__slots__ if getattr(named, name)} == differing


def test_counts_add_up_to_what_the_server_holds() -> None:
    held = {1: STORED, 2: Saved.DUPLICATE, 3: Saved.SET_ASIDE, 4: Saved.TOO_LARGE, 5: STORED}
    counts = counts_of(compare([1, 2, 3, 4, 6, 7], held, cursor=6, uidnext=8, too_old=set()), found=[4])
    assert (counts.on_server, counts.stored, counts.duplicate, counts.set_aside, counts.too_large) == (6, 1, 1, 1, 1)
    assert (counts.missing, counts.waiting, counts.gone, counts.found, counts.unseen) == (1, 1, 1, 1, 0)


UIDS = st.sets(st.integers(1, 30))


@given(listed=UIDS, held=UIDS, unread=UIDS, too_old=UIDS, cursor=st.integers(0, 31), uidnext=st.integers(0, 32))
def test_every_uid_falls_into_exactly_one_class(
    listed: set[int], held: set[int], unread: set[int], too_old: set[int], cursor: int, uidnext: int
) -> None:
    outcomes = dict.fromkeys(held, STORED)
    found = compare(listed, outcomes, cursor=cursor, uidnext=uidnext, unread=unread, too_old=too_old & listed)
    here = [uid for uid, _ in found.held]
    there = [*here, *found.left_out, *found.waiting, *found.missing]
    assert sorted(there) == sorted(listed)
    classes = [*there, *found.gone, *found.unread, *found.unseen]
    assert not unread & set(found.gone)
    assert len(classes) == len(set(classes))
    known = listed | held | unread
    if known:
        assert set(range(min(known), max(max(known) + 1, uidnext))) == set(classes)
