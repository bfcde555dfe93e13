"""The rule workshop: the list, a rule's page, a draft as a file, and what it would change."""

import pytest
from fakes.review_pages import NOW, message_of
from fakes.review_rules import Book

from storage import reviews
from storage.records import TagRecord


@pytest.fixture
def shop(make_app, client_of):
    return client_of(make_app(rule_book=Book()), "reviewer")


def test_list_tells_what_each_rule_matches(shop, three):
    page = shop.get("/rules").text
    assert "2 rules" in page
    assert '<a class="govuk-link" href="/rules/pr-01">pr-01</a>' in page
    assert 'numeric">3</td>' in page


@pytest.mark.parametrize(("query", "found"), [("q=figures", 1), ("q=PR-0", 1), ("dimension=cue", 1), ("q=zebra", 0)])
def test_list_is_narrowed(shop, query, found):
    assert shop.get(f"/rules?{query}").text.count('href="/rules/') - 1 == found  # and the link to a new one


def test_rule_shows_its_words_and_where_people_overruled_it(shop, store, three):
    reviews.confirm_many(store, [(three[0], 1)], who="reviewer", now=NOW)
    other = (TagRecord(dimension="disposition", value="triage"), TagRecord(dimension="product", value="headline"))
    reviews.decide(store, three[1], version=1, who="second", tags=other, statements=(), now=NOW)
    page = shop.get("/rules/pr-01").text
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "the cohesion figures please" in page
    assert "Kept: 50.0% (9.5% to 90.5%)" in page
    assert page.count('class="app-thread"') == 1
    assert f'href="/messages/{three[1]}"' in page
    assert "Nowhere yet." in shop.get("/rules/cue.request").text


@pytest.mark.parametrize("path", ["/rules", "/explain"])
def test_mistakes_in_the_files_are_listed(make_app, client_of, path):
    broken = make_app(rule_book=Book(mistakes=("products.toml:7: <no> such tag",)), explain=lambda content: None)
    page = client_of(broken, "reader").get(path).text
    assert "The rule files have a mistake." in page
    assert "products.toml:7: &lt;no&gt; such tag" in page


def test_message_leads_to_its_rules_and_to_a_new_one(shop, save):
    page = shop.get(f"/messages/{save(message_of(1))}").text
    assert 'href="/rules/pr-01"' in page
    assert 'href="/rules/new" data-action="rule"' in page


def form_of(shop, token, **more):
    page = shop.get("/rules/new?words=ward+figures&tag=product:cohesion").text
    assert "ward figures</textarea>" in page
    assert '<option value="product:cohesion" selected>' in page
    return {"token": token(page), "tag": "product:cohesion", "phrases": "ward figures\r\n\r\n ward  data \x00", **more}


def test_draft_is_shown_with_what_is_wrong_with_it(shop, token):
    page = shop.post("/rules/new", data=form_of(shop, token)).text
    assert "phrases=(&#39;ward figures&#39;, &#39;ward data&#39;)" in page
    assert "It does what its examples say." in page
    page = shop.post("/rules/new", data=form_of(shop, token) | {"phrases": "wrong"}).text
    assert "drafted.toml:3: it does not match" in page
    assert 'value="preview"' not in page


def test_draft_is_handed_over_as_a_file(shop, token):
    answer = shop.post("/rules/new", data=form_of(shop, token, do="download"))
    assert answer.headers["content-disposition"] == 'attachment; filename="drafted-x.toml"'
    assert "ward figures" in answer.text


def test_trial_tells_how_far_it_is_and_then_what_would_change(shop, token):
    form = form_of(shop, token, do="preview")
    assert "5 of 9 messages read." in shop.post("/rules/new", data=form).text
    page = shop.post("/rules/new", data=form).text
    assert "2 would change" in page
    assert "Product: Headline Findings" in page
    assert 'href="/messages/2"' in page
    assert "0 as the draft has it, 1 against it" in page


@pytest.mark.parametrize("change", [{"tag": ""}, {"tag": "product:x"}, {"tag": "disposition:spam"}, {"phrases": " \n"}])
def test_draft_without_a_tag_or_words_is_refused(shop, token, change):
    answer = shop.post("/rules/new", data=form_of(shop, token) | change)
    assert answer.status_code == 422
    assert "Choose a tag, and give words" in answer.text


def test_without_rules_there_are_no_rule_pages(reviewer):
    assert reviewer.get("/rules").status_code == 404
    assert 'href="/rules"' not in reviewer.get("/messages").text


def test_rule_that_is_not_there(shop):
    assert shop.get("/rules/none").status_code == 404
