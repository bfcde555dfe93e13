"""A tag that comes to the rules while the page runs is offered at once."""

from dataclasses import replace

from fakes.review_pages import catalogue_of, message_of

from classifiers.catalogue import CatalogueEntry, Dimension

HOSEPIPE = CatalogueEntry(dimension=Dimension.PRODUCT, id="hosepipe", title="Hosepipes")


def test_new_tag_is_offered_while_the_page_runs(make_app, client_of, save):
    now = [catalogue_of()]
    reader = client_of(make_app(catalogue_now=lambda: now[0]), "reviewer")
    number = save(message_of(1))
    assert "Hosepipes" not in reader.get(f"/messages/{number}").text
    now[0] = replace(now[0], entries=(*now[0].entries, HOSEPIPE))
    assert "Hosepipes" in reader.get(f"/messages/{number}").text
    assert '<option value="hosepipe"' in reader.get("/messages").text


def test_filters_of_the_list_offer_every_tag(reviewer):
    page = reviewer.get("/messages").text
    for entry in catalogue_of().entries:
        assert (f'<option value="{entry.id}">{entry.title}</option>' in page) is (entry.id != "none"), entry.id
