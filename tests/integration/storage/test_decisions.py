"""People's decisions: kept as events, refused when stale, undone, and never touched by the rules."""

from dataclasses import replace

import pytest

from storage.decisions import Undone
from storage.errors import NoSuchMessage, StaleDecision, UndoRefused
from storage.messages import save_batch, save_message
from storage.records import QueueFilter, ReviewState, TagRecord
from storage.retag import save_verdict
from storage.reviews import confirm_many, decide, flag, looks, message, queue, record_look, undo
from storage.users import add_user, set_role


@pytest.fixture
def stored(store, new_message, now):
    return message(store, save_message(store, new_message(1), now=now).message_id)


def tagged(*values):
    return tuple(TagRecord(dimension=one.split(":")[0], value=one.split(":")[1]) for one in values)


def decided(store, stored, now, *values, who="ann", **more):
    tags = tagged(*values) if values else stored.tags
    more = {"statements": stored.statements, "version": stored.version} | more
    return decide(store, stored.id, who=who, tags=tags, now=now, **more)


def values_of(stored):
    return [f"{tag.dimension}:{tag.value}" for tag in stored.tags]


def test_a_stored_message_comes_back_whole(store, stored, new_message, now):
    new = new_message(1)
    assert stored.zones == new.zones
    assert stored.attachments == new.attachments
    assert stored.verdict == new.verdict
    assert stored.tags == new.verdict.tags
    assert stored.statements == new.verdict.statements
    assert stored.state is ReviewState.PENDING
    assert stored.receipt.slots == (new.slot,)
    assert stored.receipt.stored_at == now


def test_f78_confirming_without_change_counts_as_reviewed(store, stored, now):
    after = decided(store, stored, now)
    assert after.state is ReviewState.CONFIRMED
    assert after.receipt.reviewed_by == "ann"
    assert [event.action for event in after.history] == ["confirm"]


def test_other_tags_correct(store, stored, now):
    after = decided(store, stored, now, "disposition:triage", "product:place", action="confirm")
    assert after.state is ReviewState.CORRECTED
    assert values_of(after) == ["disposition:triage", "product:place"]
    assert after.history[0].action == "correct"
    assert after.history[0].before == stored.tags


def test_other_statements_correct(store, stored, now):
    assert decided(store, stored, now, statements=()).state is ReviewState.CORRECTED


def test_the_same_tag_twice_is_one_tag(store, stored, now):
    after = decided(store, stored, now, "product:place", "product:place")
    assert values_of(after) == ["product:place"]


def test_f73_a_decision_on_an_older_version_is_refused_and_changes_nothing(store, stored, now):
    decided(store, stored, now, "disposition:noise", who="ben")
    with pytest.raises(StaleDecision) as refused:
        decided(store, stored, now, who="ann")
    assert values_of(refused.value.current) == ["disposition:noise"]
    assert [event.who for event in message(store, stored.id).history] == ["ben"]


def test_decide_on_nothing(store, stored, now):
    with pytest.raises(NoSuchMessage):
        decided(store, replace(stored, id=99), now)


def test_f67_a_later_verdict_never_touches_a_decision(store, stored, new_verdict, now):
    after = decided(store, stored, now, "disposition:noise")
    assert save_verdict(store, stored.id, new_verdict("disposition:triage", "product:place", version="r2"), now=now)
    later = message(store, stored.id)
    assert (later.tags, later.statements, later.state) == (after.tags, after.statements, after.state)
    assert later.verdict.rules_version == "r2"
    assert queue(store, QueueFilter(disagrees=True)).count == 1


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(("disposition:noise",), id="the person's tags"),
        pytest.param(("disposition:triage", "product:cohesion"), id="what the person overruled"),
    ],
)
def test_a_later_verdict_that_says_nothing_new_does_not_disagree(store, stored, new_verdict, now, says):
    decided(store, stored, now, "disposition:noise")
    save_verdict(store, stored.id, new_verdict(*says, version="r2"), now=now)
    assert queue(store, QueueFilter(disagrees=True)).count == 0


def test_a_later_verdict_counts_while_nobody_has_decided(store, stored, new_verdict, now):
    save_verdict(store, stored.id, new_verdict("disposition:noise", version="r2", needs_person=False), now=now)
    later = message(store, stored.id)
    assert values_of(later) == ["disposition:noise"]
    assert later.statements == ()
    assert later.version == stored.version + 1


def test_an_equal_verdict_of_newer_rules_leaves_open_pages_valid(store, stored, now):
    assert not save_verdict(store, stored.id, replace(stored.verdict, rules_version="r2"), now=now)
    assert message(store, stored.id).version == stored.version
    assert decided(store, stored, now).state is ReviewState.CONFIRMED


def test_undo_restores_what_was_there(store, stored, now):
    decided(store, stored, now, "disposition:noise")
    assert undo(store, "ann", now=now).message_id == stored.id
    after = message(store, stored.id)
    assert (after.state, after.tags, after.statements) == (ReviewState.PENDING, stored.tags, stored.statements)
    assert [event.action for event in after.history] == ["correct", "undo"]
    assert undo(store, "ann", now=now) is None


def test_undo_after_newer_rules_lets_those_count(store, stored, new_verdict, now):
    decided(store, stored, now, "disposition:noise")
    save_verdict(store, stored.id, new_verdict("product:place", version="r2"), now=now)
    undo(store, "ann", now=now)
    assert values_of(message(store, stored.id)) == ["product:place"]


def test_undo_goes_back_step_by_step(store, stored, now):
    first = decided(store, stored, now, "product:place")
    decided(store, first, now, "product:cohesion")
    undo(store, "ann", now=now)
    assert values_of(message(store, stored.id)) == ["product:place"]
    assert message(store, stored.id).state is ReviewState.CORRECTED
    undo(store, "ann", now=now)
    assert message(store, stored.id).state is ReviewState.PENDING


def test_undo_is_refused_when_somebody_decided_since(store, stored, now):
    first = decided(store, stored, now, "product:place", who="ann")
    decided(store, first, now, "product:cohesion", who="ben")
    with pytest.raises(UndoRefused, match="ben has decided"):
        undo(store, "ann", now=now)
    assert undo(store, "ben", now=now).message_id == stored.id
    assert undo(store, "ann", now=now).message_id == stored.id


def test_undo_reaches_back_ten_decisions(store, new_message, now):
    for one in save_batch(store, tuple(new_message(number) for number in range(12)), None, now=now):
        decided(store, message(store, one.message_id), now)
    undone = [undo(store, "ann", now=now) for _ in range(12)]
    assert sum(one is not None for one in undone) == 10


def test_f77_a_bulk_lists_what_it_did_and_is_undone_as_one(store, new_message, now):
    saved = save_batch(store, tuple(new_message(number) for number in range(15)), None, now=now)
    ids = [one.message_id for one in saved]
    decided(store, message(store, ids[0]), now, "disposition:noise", who="ben")
    result = confirm_many(store, [*((one, 1) for one in ids), (999, 1)], "ann", now)
    assert result.done == tuple(ids[1:])
    assert result.refused == (ids[0], 999)
    assert undo(store, "ann", now=now).message_id in ids
    assert queue(store, QueueFilter(states=(ReviewState.PENDING,))).count == 14


def test_flag_names_a_colleague_and_changes_no_tag(store, stored, now):
    flag(store, stored.id, who="ann", flagged_for="ben", note="Is this place?", now=now)
    after = message(store, stored.id)
    assert (after.flagged_for, after.tags, after.state) == ("ben", stored.tags, ReviewState.PENDING)
    assert queue(store, QueueFilter(flagged_for="ben")).rows[0].id == stored.id
    assert undo(store, "ann", now=now) is None


def test_looks_are_written_down(store, stored, now):
    record_look(store, stored.id, who="ann", what="raw", now=now)
    assert [(one.who, one.what, one.at) for one in looks(store, stored.id)] == [("ann", "raw", now)]


def test_undo_leaves_the_flag_that_somebody_put_up_since(store, stored, now):
    decided(store, stored, now)
    flag(store, stored.id, who="ben", flagged_for="cat", note="Before it is published, please.", now=now)
    undo(store, "ann", now=now)
    assert message(store, stored.id).flagged_for == "cat"


def test_undo_brings_back_the_flag_that_the_decision_took_down(store, stored, now):
    flag(store, stored.id, who="ben", flagged_for="ann", now=now)
    decided(store, message(store, stored.id), now)
    undo(store, "ann", now=now)
    assert message(store, stored.id).flagged_for == "ann"


def test_undo_leaves_the_flag_down_of_somebody_who_may_decide_no_longer(store, stored, now):
    gone = add_user(store, "cat", "", "reviewer")
    flag(store, stored.id, who="ben", flagged_for="cat", now=now)
    decided(store, message(store, stored.id), now)
    add_user(store, "dan", "", "administrator")
    set_role(store, gone.id, "reader")
    undo(store, "ann", now=now)
    assert message(store, stored.id).flagged_for == ""


def test_undo_of_a_bulk_names_what_it_leaves(store, new_message, now):
    first, last = (one.message_id for one in save_batch(store, (new_message(1), new_message(2)), None, now=now))
    bulk = confirm_many(store, [(first, 1), (last, 1)], "ann", now).bulk
    decided(store, message(store, first), now, "product:place", who="ben")
    assert undo(store, "ann", now=now, bulk=bulk) == Undone(message_id=last, passed_over=(first,))


def test_undo_asks_what_the_rules_of_today_say(store, stored, new_verdict, now):
    first = decided(store, stored, now, "product:place")
    decided(store, first, now, "product:volunteering")
    save_verdict(store, stored.id, new_verdict("product:volunteering", version="r2"), now=now)
    assert queue(store, QueueFilter(disagrees=True)).count == 0
    undo(store, "ann", now=now)
    assert values_of(message(store, stored.id)) == ["product:place"]
    assert queue(store, QueueFilter(disagrees=True)).count == 1


def test_undo_passes_over_what_another_decided_since(store, new_message, now):
    first, last = (one.message_id for one in save_batch(store, (new_message(1), new_message(2)), None, now=now))
    for number in (first, last):
        decided(store, message(store, number), now)
    decided(store, message(store, last), now, "product:place", who="ben")
    assert undo(store, "ann", now=now) == Undone(message_id=first, passed_over=(last,))
    with pytest.raises(UndoRefused, match="ben has decided"):
        undo(store, "ann", now=now)


def test_undo_of_one_that_is_named_leaves_later_ones(store, new_message, now):
    first, last = (one.message_id for one in save_batch(store, (new_message(1), new_message(2)), None, now=now))
    named = decided(store, message(store, first), now).history[-1].id
    decided(store, message(store, last), now)
    assert undo(store, "ann", now=now, decision=named).message_id == first
    assert undo(store, "ann", now=now, decision=named) is None
    assert message(store, last).state is ReviewState.CONFIRMED


def test_undo_counts_a_bulk_as_one_decision(store, new_message, now):
    saved = save_batch(store, tuple(new_message(number) for number in range(24)), None, now=now)
    ids = [one.message_id for one in saved]
    decided(store, message(store, ids[0]), now)
    bulk = confirm_many(store, [(one, 1) for one in ids[1:12]], "ann", now).bulk
    confirm_many(store, [(one, 1) for one in ids[12:]], "ann", now)
    assert undo(store, "ann", now=now, bulk=bulk).message_id == ids[1]
    assert queue(store, QueueFilter(states=(ReviewState.PENDING,))).count == 11
    assert [undo(store, "ann", now=now) is not None for _ in range(3)] == [True, True, False]
