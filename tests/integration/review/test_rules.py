"""The rule workshop: the list, a rule's page, a draft as a file, and what it would change."""

import re
from dataclasses import replace

import pytest
from fakes.review_pages import NOW, message_of
from fakes.review_rules import Book

from review.callables import Explained
from review.options import PageOptions
from review.rule_links import BESIDE_RULES
from storage import reviews
from storage.records import Slot, TagRecord


@pytest.fixture
def shop(make_app, client_of):
    return client_of(make_app(rule_books={"": Book()}), "reviewer")


def test_list_tells_what_each_rule_matches(shop, three):
    page = shop.get("/rules").text
    assert "2 rules" in page
    assert '<a class="govuk-link" href="/rules/pr-01">pr-01</a>' in page
    assert 'numeric">3</td>' in page


@pytest.mark.parametrize(("query", "found"), [("q=figures", 1), ("q=PR-0", 1), ("dimension=cue", 1), ("q=zebra", 0)])
def test_list_is_narrowed(shop, query, found):
    assert shop.get(f"/rules?{query}").text.count('href="/rules/') - 1 == found  # and the link to a new one


@pytest.mark.parametrize(
    ("query", "first"), [("", "pr-01"), ("sort=most", "pr-01"), ("sort=fewest", "cue.request"), ("sort=x", "pr-01")]
)
def test_list_is_sorted_by_messages(shop, three, query, first):
    page = shop.get(f"/rules?{query}").text
    assert re.findall(r'app-plain"><a class="govuk-link" href="/rules/([^"]+)"', page)[0] == first


def test_sorting_keeps_what_the_list_was_narrowed_to(shop):
    page = shop.get("/rules?q=figures&dimension=product&sort=most").text
    assert 'href="/rules?q=figures&amp;dimension=product&amp;sort=fewest">fewest first</a>' in page
    assert 'aria-sort="descending"' in page


def test_list_is_sorted_by_how_often_people_overruled(shop, store, three):
    other = (TagRecord(dimension="disposition", value="triage"), TagRecord(dimension="product", value="headline"))
    for number in three[:2]:
        reviews.decide(store, number, version=1, who="second", tags=other, statements=(), now=NOW)
    reviews.confirm_many(store, [(three[2], 1)], who="reviewer", now=NOW)
    usual = shop.get("/rules").text
    assert 'sort=overruled">Those first that people overruled most often</a>' in usual
    assert "Overruled</th>" not in usual
    page = shop.get("/rules?sort=overruled").text
    assert page.index('href="/rules/pr-01"') < page.index('href="/rules/cue.request"')
    first = page.split("<tbody", 1)[1].split("</tr>")[0]
    assert 'numeric">2</td>' in first
    assert shop.get("/rules?sort=overruled&q=request").text.count('numeric">0</td></tr>') == 1


def test_rule_says_how_its_words_are_read(shop):
    assert "up to so many words of any kind in between" in shop.get("/rules/pr-01").text
    assert "How to read its words" not in shop.get("/rules/cue.request").text


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
    broken = make_app(rule_books={"": Book(mistakes=("products.toml:7: <no> such tag",))}, explain=lambda content: None)
    page = client_of(broken, "reader").get(path).text
    assert "The rule files have a mistake." in page
    assert "products.toml:7: &lt;no&gt; such tag" in page


def test_message_leads_to_its_rules_and_to_a_new_one(shop, save):
    page = shop.get(f"/messages/{save(message_of(1))}").text
    assert 'href="/rules/pr-01"' in page
    assert 'href="/rules/new" data-action="rule"' in page


def test_correction_leads_to_a_rule_for_the_tag_that_was_missed(shop, store, three):
    link = 'href="/rules/new?tag=product%3Aheadline" data-action="rule"'
    assert link not in shop.get(f"/messages/{three[0]}").text
    kept = reviews.message(store, three[0]).tags
    tags = (*kept, TagRecord(dimension="product", value="headline"))
    reviews.decide(store, three[0], version=1, who="reviewer", tags=tags, statements=(), now=NOW)
    assert link in shop.get(f"/messages/{three[0]}").text


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


def test_what_matches_beside_the_rules_has_a_page_too(shop, save):
    message = message_of(1)
    beside = [replace(hit, rule=name) for hit, name in zip(message.verdict.hits, (*BESIDE_RULES, "gone"), strict=False)]
    number = save(replace(message, verdict=replace(message.verdict, hits=tuple(beside))))
    links = set(re.findall(r'href="(/rules/[^"?]+)"', shop.get(f"/messages/{number}").text)) - {"/rules/new"}
    assert len(links) == len(beside) == 5
    for link in links:
        assert "<dt>Messages it matches</dt>" in shop.get(link).text
    assert "belongs to a body of a known kind" in shop.get("/rules/sender-address").text


def test_rule_that_was_taken_out_of_the_files_says_so(shop, save):
    message = message_of(1)
    gone = replace(message.verdict.hits[0], rule="old-01")
    save(replace(message, verdict=replace(message.verdict, hits=(gone,))))
    assert "It stands in the files no more." in shop.get("/rules/old-01").text


@pytest.fixture
def two_books(make_app, client_of):
    """Give a page where one mailbox has rules of its own."""
    books = {"": Book(), "gardens@mail.example": Book(mistakes=("own.toml:1: odd",))}
    options = PageOptions(own_rules=("gardens@mail.example",))
    app = make_app(options, rule_books=books, explain=lambda *asked: Explained(error="not now"))
    return client_of(app, "reviewer")


OWN = "mailbox=gardens%40mail.example"


@pytest.fixture
def gardens(save):
    """Store a message that came by the mailbox with rules of its own."""
    slot = Slot(account="gardens@mail.example", folder="INBOX", uidvalidity=1, uid=1)
    return save(message_of(9, slot=slot))


def test_list_lets_choose_whose_rules_and_counts_in_their_mail(two_books, three, gardens):
    usual, own = two_books.get("/rules").text, two_books.get(f"/rules?{OWN}").text
    for page in (usual, own):
        assert f'href="/rules?{OWN}"' in page
        assert 'href="/rules"' in page
    assert 'numeric">3</td>' in usual
    assert 'numeric">1</td>' in own
    assert f'href="/rules/pr-01?{OWN}"' in own
    assert f'href="/rules/new?{OWN}"' in own
    assert 'name="mailbox" value="gardens@mail.example"' in own
    assert ("own.toml:1: odd" in own, "own.toml:1: odd" in usual) == (True, False)


def test_rule_counts_and_lists_the_mail_of_its_mailbox(two_books, store, three, gardens):
    other = (TagRecord(dimension="disposition", value="triage"), TagRecord(dimension="product", value="headline"))
    for number in (three[1], gardens):
        reviews.decide(store, number, version=1, who="second", tags=other, statements=(), now=NOW)
    usual, own = two_books.get("/rules/pr-01").text, two_books.get(f"/rules/pr-01?{OWN}").text
    assert 'href="/messages?account=statshop&amp;rule=pr-01">3 in <bdi>statshop</bdi>' in usual
    assert 'href="/messages?account=gardens%40mail.example&amp;rule=pr-01">1</a>' in own
    for page, overruled in ((usual, three[1]), (own, gardens)):
        assert page.count('class="app-thread"') == 1
        assert f'href="/messages/{overruled}"' in page


def test_message_leads_to_the_rules_of_its_mailbox(two_books, three, gardens):
    page = two_books.get(f"/messages/{gardens}").text
    assert f'href="/rules/pr-01?{OWN}"' in page
    assert f'href="/rules/new?{OWN}" data-action="rule"' in page
    assert 'href="/rules/pr-01"' in two_books.get(f"/messages/{three[0]}").text


def test_draft_stays_with_the_mailbox_it_is_for(two_books, token):
    page = two_books.get(f"/rules/new?{OWN}&words=ward+figures&tag=product:cohesion").text
    assert f'action="/rules/new?{OWN}"' in page
    form = {"token": token(page), "tag": "product:cohesion", "phrases": "ward figures"}
    page = two_books.post(f"/rules/new?{OWN}", data=form).text
    assert "It does what its examples say." in page
    assert f'action="/rules/new?{OWN}"' in page


@pytest.mark.parametrize("path", ["/rules", "/rules/pr-01", "/rules/new"])
def test_mailbox_without_rules_of_its_own_has_no_rule_pages(two_books, path):
    assert two_books.get(f"{path}?mailbox=statshop").status_code == 404


def test_rules_to_try_are_chosen_by_a_link_as_well(two_books):
    page = two_books.get(f"/explain?{OWN}").text
    assert '<option value="gardens@mail.example" selected>' in page
    assert "own.toml:1: odd" in page
    assert "own.toml:1: odd" not in two_books.get("/explain?mailbox=x").text
