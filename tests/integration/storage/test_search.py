"""Full-text search finds the same on both databases, and bears whatever is typed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.messages import save_batch
from storage.records import AttachmentRecord, QueueFilter, ZoneRecord
from storage.reviews import queue
from storage.search import END, FOUND

TEXTS = (
    "The cohesion surveys were used by our ward planners.",
    "Surveying wards; the city council's well-being index, 2009-10.",
    "Nothing of the kind.",
)


@pytest.fixture
def ids(store, new_message, now):
    batch = tuple(
        new_message(
            number,
            zones=(ZoneRecord(kind="new", text=text),),
            sender_address=f"jane.doe{number}@leeds.gov.uk",
            attachments=(
                AttachmentRecord(filename="table.csv", content_type="", size=1, sha256="", text=f"col{number}"),
            ),
        )
        for number, text in enumerate(TEXTS)
    )
    return [one.message_id for one in save_batch(store, batch, None, now=now)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("survey", [1, 0], id="stems"),
        pytest.param("ward city", [1], id="all words"),
        pytest.param('"ward planners"', [0], id="phrase"),
        pytest.param('"planners ward"', [], id="phrase the other way"),
        pytest.param("coh*", [0], id="prefix"),
        pytest.param("ward -city", [0], id="without"),
        pytest.param("well-being", [1], id="hyphen"),
        pytest.param("2009-10", [1], id="years"),
        pytest.param("jane.doe2@leeds.gov.uk", [2], id="address"),
        pytest.param("doe1", [1], id="part of an address"),
        pytest.param("col2", [2], id="attachment"),
        pytest.param("Request", [2, 1, 0], id="subject"),
        pytest.param("KIND", [2], id="case"),
        pytest.param("-ward", [], id="nothing wanted"),
        pytest.param("!!!", [], id="no word"),
    ],
)
def test_search(store, ids, typed, expected):
    page = queue(store, QueueFilter(words=typed))
    assert [ids.index(row.id) for row in page.rows] == expected
    assert page.count == len(expected)


def test_snippet_marks_what_was_found(store, ids):
    (row,) = queue(store, QueueFilter(words="cohesion")).rows
    assert f"{FOUND}cohesion{END}" in row.snippet
    assert "ward planners" in row.snippet


def test_marks_in_a_message_do_not_pass_for_ours(store, new_message, now):
    forged = ZoneRecord(kind="new", text=f"{FOUND}<b>{END} quince")
    save_batch(store, (new_message(1, zones=(forged,)),), None, now=now)
    (row,) = queue(store, QueueFilter(words="quince")).rows
    assert row.snippet.count(FOUND) == 1


def test_a_message_of_many_megabytes_is_stored_and_found(store, new_message, now):
    many = " ".join(f"w{number}" for number in range(400_000))
    attached = AttachmentRecord(filename="a.txt", content_type="", size=1, sha256="", text="é" * 3_000_000)
    zones = (ZoneRecord(kind="new", text=many),)
    save_batch(store, (new_message(1, zones=zones, attachments=(attached,), subject="s" * 1_000_000),), None, now=now)
    assert queue(store, QueueFilter(words="w20000")).count == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    typed=st.text() | st.text(alphabet="ab\"'*-:&|!()<> \\\0\ud800½²é") | st.lists(st.sampled_from(TEXTS)).map("".join)
)
def test_nothing_typed_is_an_error(store, ids, typed):
    queue(store, QueueFilter(words=typed))
