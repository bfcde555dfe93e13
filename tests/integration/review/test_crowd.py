"""Twenty reviewers on one queue while mail comes in: nobody sees an error, and no decision is lost."""

from collections import Counter
from itertools import count

from fakes.crowd import crowd, decided_by, while_running
from fakes.review_pages import NOW, catalogue_of, message_of

from review.app import create_app
from review.options import PageOptions
from storage import messages, reviews, users
from storage.integrity import verify

REVIEWERS, EACH = 20, 2


def test_twenty_reviewers_at_once_while_mail_comes_in(store_url, password_hash, client_of):
    from storage.engine import open_store

    with open_store(store_url) as store:
        names = [f"r{number}" for number in range(REVIEWERS)]
        for name in names:
            users.add_user(store, name, password_hash, "reviewer")
        messages.save_batch(store, [message_of(number) for number in range(1, 41)], None, now=NOW)
        app, following = create_app(store, catalogue_of(), PageOptions()), count(41)
        clients = {name: client_of(app, name) for name in names}

        def poll():
            messages.save_batch(store, [message_of(next(following)) for _ in range(3)], None, now=NOW)

        days, polls = while_running(lambda: crowd(clients, EACH), poll)
        assert [words for day in days for words in day.wrong] == []
        assert polls.result() > 0
        assert [len(day.saved) for day in days] == [EACH] * REVIEWERS
        told = Counter((number, day.name) for day in days for number in day.saved)
        kept = Counter(
            (number, who)
            for number in messages.message_ids(store, limit=100_000)
            for who in decided_by(reviews.message(store, number).history)
        )
        assert kept == told
        assert verify(store).faults == ()
