"""A month counted by the database is the month counted message by message."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.messages import save_batch
from storage.months import month_figures
from storage.queue import queue
from storage.records import QueueFilter, ReviewState
from storage.reports import counted_messages
from storage.reviews import confirm_many

START, END = datetime(2011, 3, 1, tzinfo=UTC), datetime(2011, 4, 1, tzinfo=UTC)


def test_month_is_counted_as_message_by_message(store, new_message, new_verdict, now):
    batch = []
    for number in range(9):
        kind = "disposition:spam" if number == 8 else "disposition:triage"
        verdict = new_verdict(kind, f"product:{'place' if number % 3 else 'cohesion'}", needs_person=number % 2 == 0)
        batch.append(new_message(number, verdict=verdict))
    batch[5] = replace(batch[5], from_team=True)
    batch[6] = replace(batch[6], copy_key="c")
    batch[7] = replace(batch[7], copy_key="c")
    batch.append(replace(new_message(20), arrived_at=END + timedelta(seconds=1)))
    ids = [one.message_id for one in save_batch(store, tuple(batch), None, now=now)]
    confirm_many(store, [(number, 1) for number in ids[:3]], "ann", now)
    counted = [one for one in counted_messages(store, START, END, None) if not one.from_team]
    figures = month_figures(store, START, END)
    assert figures.messages == len(counted) == 7
    assert figures.reviewed == sum(one.state is not ReviewState.PENDING for one in counted) == 3
    waits = [one for one in counted if one.needs_person and one.state is ReviewState.PENDING]
    assert figures.needs_person == len(waits) > 0
    assert figures.tags == Counter((tag.dimension, tag.value) for one in counted for tag in one.tags)
    assert figures.triage == figures.tags[("disposition", "triage")] == 6
    listed = QueueFilter(month="2011-03", counted=True)
    assert queue(store, listed).count == figures.messages
    assert queue(store, replace(listed, states=tuple(ReviewState)[1:])).count == figures.reviewed
    for tag, many in figures.tags.items():
        assert queue(store, replace(listed, tags=(tag,))).count == many


def test_empty_month_is_all_noughts(store):
    figures = month_figures(store, START, END)
    assert (figures.messages, figures.reviewed, figures.needs_person, figures.triage) == (0, 0, 0, 0)
