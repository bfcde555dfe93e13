"""The ready-made lists: how many wait in each; and the lines of a list, short."""

import re

from fakes.review_pages import NOW, message_of

from classifiers.catalogue import Catalogue, CatalogueEntry, Dimension
from review.lists import queue_lines
from review.site import Site
from storage import messages, reviews
from storage.records import QueueFilter


def counts_in(html):
    """Give the lists that have a number, with it."""
    return dict(re.findall(r'moj-sub-navigation__link" href="[^"]*"[^>]*>([^<(]+) \(([\d,+]+)<', html))


def test_list_says_how_many_wait_in_it(reviewer, store, three):
    reviews.flag(store, three[0], who="ann", flagged_for="reviewer", note="", now=NOW)
    assert counts_in(reviewer.get("/messages").text) == {
        "Pending": "3",
        "Needs a person": "2",
        "Flagged for you": "1",
    }
    reviews.confirm_many(store, [(three[1], 1), (three[2], 1)], who="rob", now=NOW)
    assert counts_in(reviewer.get("/messages").text) == {
        "Pending": "1",
        "Needs a person": "1",
        "Flagged for you": "1",
    }


def test_counts_stop_one_above_the_bound(store, monkeypatch):
    for number in range(1, 5):
        messages.save_message(store, message_of(number), now=NOW)
    monkeypatch.setattr("storage.queue.MOST_COUNTED", 2)
    none = QueueFilter(disagrees=True)
    assert reviews.counts(store, [QueueFilter(), none]) == (3, 0)


def test_what_the_rules_are_sure_of_is_ticked_by_a_link(reviewer, three):
    page = reviewer.get("/messages?state=pending").text
    assert page.count(' checked><label class="govuk-label govuk-checkboxes__label" for="tick-') == 0
    link = re.search(r'href="(/messages\?[^"]*tick=all)">Tick the 1 that the rules are sure of', page).group(1)
    ticked = reviewer.get(link.replace("&amp;", "&")).text
    assert ticked.count(' checked><label class="govuk-label govuk-checkboxes__label" for="tick-') == 1
    assert f'id="tick-{three[2]}" name="message" value="{three[2]}:1" checked' in ticked
    assert 'href="/messages?state=pending">Tick none' in ticked


def test_line_leaves_out_what_all_products_begin_with(store):
    titles = {"cohesion": "The Survey: Cohesion", "volunteering": "The Survey: Volunteering"}
    entries = (CatalogueEntry(dimension=Dimension.PRODUCT, id=name, title=title) for name, title in titles.items())
    messages.save_message(store, message_of(1), now=NOW)
    rows = reviews.queue(store, QueueFilter()).rows
    (line,) = queue_lines(rows, Site(store=store, catalogue=Catalogue(entries=tuple(entries)), options=None))
    assert ("Product", "Cohesion") in line.tags
