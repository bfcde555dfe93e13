"""The review page as a person uses it: in Chromium, by keyboard, without JavaScript, on a narrow screen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from fakes.review_browser import RULES, complaints_of, listening
from fakes.review_finals import Finals
from fakes.review_pages import NOW, PASSWORD, catalogue_of, message_of, set_aside_of, sure_message_of
from fakes.review_quotes import Quotes
from fakes.review_repairs import Repairs
from fakes.review_rules import Book

from review.app import create_app
from review.callables import Explained, FinalDue, MissedTag, NearMiss
from review.options import PageOptions
from review.passwords import hash_password
from storage import messages, reports, reviews, runs, users
from storage.draw import set_shares
from storage.engine import BUSY_TIMEOUT_SECONDS, Store
from storage.ledger import LedgerCounts, LedgerRow, LedgerUids, save_count
from storage.records import ReviewState, RunCounts, RunOutcome, ZoneRecord
from storage.retag import save_verdict
from storage.second import save_second_reading, second_reading_of

pytestmark = pytest.mark.browser
CONTACT = "statshop@example.gov.uk"
NEAR = (
    MissedTag(
        dimension="product",
        value="volunteering",
        reason="one word more, and a rule of it would have matched",
        rules=(
            NearMiss(rule="product.volunteering-with-a-long-name", reason="it lacks “x”", sentence="A line. " * 40),
        ),
    ),
)


@pytest.fixture(scope="module")
def password_hash() -> str:
    """Hash everybody's password once."""
    return hash_password(PASSWORD)


@pytest.fixture
def store(sqlite_store: Store, password_hash: str) -> Store:
    """Give a database with three people and six messages: three need a person."""
    for name, role in (("ann", "administrator"), ("rob", "reviewer"), ("rea", "reader")):
        users.add_user(sqlite_store, name, password_hash, role)
    for number in range(1, 7):
        message = message_of(number) if number % 2 else sure_message_of(number)
        messages.save_message(sqlite_store, message, now=NOW)
    return sqlite_store


@pytest.fixture
def site(store: Store, tmp_path: Any) -> Iterator[SimpleNamespace]:
    """Serve the page over the test's store."""
    (tmp_path / "digests" / "2011-03").mkdir(parents=True)
    (tmp_path / "digests" / "2011-03" / "digest.csv").write_text("a,b\n")
    message = message_of(1)
    app = create_app(
        store,
        catalogue_of(),
        PageOptions(page_size=20, organisation="Department of Examples", contact=CONTACT, own_rules=("second-1a2b",)),
        rule_books={"": Book(), "second-1a2b": Book()},
        repair=Repairs(),
        quotes=Quotes(),
        explain=lambda content, why_not=None, mailbox="": Explained(
            zones=message.zones, verdict=message.verdict, near=NEAR
        ),
        digest_files=tmp_path / "digests",
        finals=Finals(FinalDue(month="2011-03")),
        sign_on=SimpleNamespace(label="the sign-in of the Department of Examples"),
    )
    with listening(app) as address:
        yield SimpleNamespace(address=address, store=store)


@pytest.fixture
def open_page(chromium: Any, site: SimpleNamespace) -> Iterator[Callable[..., Any]]:
    """Give an opener of browser windows, signed in under a name or not."""
    contexts = []

    def open_one(name: str = "rob", **settings: Any) -> Any:
        context = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 900}, **settings)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.complaints = complaints_of(page)
        page.goto("/sign-in")
        if name:
            page.fill("#name", name)
            page.fill("#password", PASSWORD)
            page.press("#password", "Enter")
            page.wait_for_url("**/messages?state=pending")
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """Give a reviewer's window."""
    return open_page()


def state_of(site: SimpleNamespace, number: int) -> ReviewState:
    """Look into the store."""
    return reviews.message(site.store, number).state


def on_message(page: Any, number: int) -> None:
    """Wait until a message is drawn."""
    page.wait_for_url(f"**/messages/{number}?**")
    page.wait_for_selector(f'form[action^="/messages/{number}/decide"]')


def selected(page: Any, words: str) -> None:
    """Select words of the text, as a mouse or shift and arrows would."""
    page.evaluate(
        """words => {
          const walk = document.createTreeWalker(document.querySelector('.app-message'), NodeFilter.SHOW_TEXT);
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const at = node.data.indexOf(words);
            if (at >= 0) { getSelection().setBaseAndExtent(node, at, node, at + words.length); return; }
          }
          throw new Error('no such words');
        }""",
        words,
    )


def test_whole_walk_by_keyboard_alone(open_page, site):
    page = open_page(name="")
    for key in ("Tab", "Tab"):  # the skip link and the name of the service come first
        page.keyboard.press(key)
    page.focus("#name")
    page.keyboard.type("rob")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/messages?state=pending")
    page.keyboard.press("Enter")
    on_message(page, 5)
    page.keyboard.press("Enter")
    on_message(page, 3)
    assert state_of(site, 5) is ReviewState.CONFIRMED
    for key in ("p", "6", "Escape", "w", "a", "c", "Enter"):
        page.keyboard.press(key)
    on_message(page, 1)
    message = reviews.message(site.store, 3)
    assert {(tag.dimension, tag.value) for tag in message.tags} >= {
        ("product", "cohesion"),
        ("product", "volunteering"),
        ("user_category", "academia"),
    }
    page.keyboard.press("z")
    on_message(page, 3)
    page.wait_for_selector("text=Undone: the decision on message 3. It stands as before: pending.")
    assert state_of(site, 3) is ReviewState.PENDING
    page.keyboard.press("s")
    on_message(page, 1)
    for following in (6, 4, 2):
        page.keyboard.press("Enter")
        on_message(page, following)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=That was the last message of this list.")
    assert [state_of(site, number).value for number in range(1, 7)] == [
        "confirmed",
        "confirmed",
        "pending",
        "confirmed",
        "confirmed",
        "confirmed",
    ]
    assert page.complaints == []


def test_selected_words_become_a_quote(page, site):
    page.goto("/messages/5?state=pending")
    selected(page, "for Exampleton by ward")
    page.keyboard.press("q")
    assert page.input_value("#use_quotes").split("\n")[-1] == "for Exampleton by ward"
    page.keyboard.press("Enter")
    on_message(page, 3)
    assert "for Exampleton by ward" in [item.text for item in reviews.message(site.store, 5).statements]


def test_selected_words_become_a_rule(page):
    page.goto("/messages/5")
    selected(page, "for Exampleton by ward")
    page.click("text=Make a rule from words of this message")
    page.wait_for_url("**/rules/new?words=for+Exampleton+by+ward")
    assert page.input_value("#phrases").strip() == "for Exampleton by ward"


def test_second_reading_by_keyboard_alone(open_page, site):
    set_shares(site.store, check=0, second=1)
    reviews.confirm_many(site.store, [(1, 1), (2, 1)], who="rob", now=NOW)
    page = open_page("ann")
    page.goto("/second-reading/2")
    for key in ("m", "1", "Escape", "w", "a", "c", "Escape", "p", "2", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/second-reading/1?saved=2")
    read = second_reading_of(site.store, 2)
    assert {tag.value for tag in read.tags} == {"triage", "academia", "cohesion"}
    assert page.complaints == []


def test_tag_lights_its_words_and_words_their_tag(page):
    page.goto("/messages/5")
    page.hover('.app-option[data-key="product-cohesion"]')
    assert page.locator(".app-lit--on").all_inner_texts() == ["cohesion figures"]
    page.hover('mark[data-keys="channel-data-request"]')
    assert page.locator(".app-option--on").get_attribute("data-key") == "channel-data-request"
    page.mouse.move(0, 0)  # focus scrolls, and words that come to lie under the mouse light up too
    page.focus("#use-integration-cohesion")
    assert page.locator(".app-lit--on").all_inner_texts() == ["monitor cohesion"]


def test_f75_keys_do_nothing_while_typing(page, site):
    page.goto("/messages/5?state=pending")
    page.focus("#use_quotes")
    page.keyboard.type("spzfd?")
    page.keyboard.press("Enter")
    assert page.input_value("#use_quotes").startswith("spzfd?\n")
    assert page.url.endswith("/messages/5?state=pending")
    assert state_of(site, 5) is ReviewState.PENDING


def test_f75_keys_leave_the_browsers_own_alone(page, site):
    page.goto("/messages/5?state=pending")
    for key in ("Control+s", "Alt+s", "Meta+z"):
        page.keyboard.press(key)
    page.wait_for_timeout(100)
    assert page.url.endswith("/messages/5?state=pending")


def test_f75_keys_switched_off_do_nothing(page, site):
    page.goto("/account")
    page.click("text=Switch keys off")
    page.goto("/messages/5?state=pending")
    for key in ("s", "Enter", "p", "?"):
        page.keyboard.press(key)
    page.wait_for_timeout(100)
    assert page.url.endswith("/messages/5?state=pending")
    assert state_of(site, 5) is ReviewState.PENDING
    assert page.locator(".app-key--js:visible").count() == 0


def test_question_mark_lists_the_keys(page):
    page.goto("/messages/5")
    page.keyboard.press("?")
    assert page.is_visible("#keys >> text=Skip to the next message without a decision")
    assert page.evaluate("document.querySelector('#keys').scrollTop") == 0
    assert page.evaluate("document.querySelector('#keys tbody th').offsetWidth") < 120
    page.keyboard.press("Escape")
    assert page.is_hidden("#keys")


def test_enter_on_a_link_follows_it_and_saves_nothing(page, site):
    page.goto("/messages/5?state=pending")
    page.focus("text=Back to the list")
    page.keyboard.press("Enter")
    page.wait_for_url("**/messages?state=pending")
    assert state_of(site, 5) is ReviewState.PENDING


def test_f72_save_that_does_not_reach_the_server_keeps_the_edit(page, site):
    page.goto("/messages/5?state=pending")
    for key in ("p", "6", "Escape"):
        page.keyboard.press(key)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Not saved: the page cannot reach its server.")
    assert page.is_checked("#product-volunteering")
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    on_message(page, 3)
    assert "volunteering" in [tag.value for tag in reviews.message(site.store, 5).tags]


def test_skip_that_does_not_reach_the_server_says_so(page):
    page.goto("/messages/5?state=pending")
    page.context.set_offline(True)
    page.keyboard.press("s")
    page.wait_for_selector("text=Not done: the page cannot reach its server.")
    assert page.url.endswith("/messages/5?state=pending")


def sign_in_elsewhere(page):
    """Sign in again in another tab of the same browser."""
    other = page.context.new_page()
    other.goto("/sign-in")
    other.fill("#name", "rob")
    other.fill("#password", PASSWORD)
    other.press("#password", "Enter")
    other.wait_for_url("**/messages?state=pending")


def test_save_when_signed_out_keeps_the_edit(page, site):
    page.goto("/messages/5?state=pending")
    for key in ("p", "6", "Escape"):
        page.keyboard.press(key)
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Not saved: you are signed out.")
    assert page.is_checked("#product-volunteering")
    sign_in_elsewhere(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=you have signed in again since")
    assert state_of(site, 5) is ReviewState.PENDING
    page.keyboard.press("Enter")
    on_message(page, 3)
    assert "volunteering" in [tag.value for tag in reviews.message(site.store, 5).tags]


def test_decision_sent_signed_out_is_held_without_javascript(open_page, site):
    page = open_page(java_script_enabled=False)
    page.goto("/messages/5?state=pending")
    page.click('.app-question[data-dimension="product"] summary')
    page.check("#product-survey")
    page.context.clear_cookies()
    page.click("text=Save and go to the next")
    page.wait_for_selector("text=You were signed out before your decision was saved.")
    for password in ("wrong", PASSWORD):
        page.fill("#name", "rob")
        page.fill("#password", password)
        page.press("#password", "Enter")
        page.wait_for_selector("text=There is a problem")
    assert page.is_checked("#product-survey")
    assert state_of(site, 5) is ReviewState.PENDING
    page.click("text=Save and go to the next")
    page.wait_for_url("**/messages/3?**saved=5")
    assert "survey" in [tag.value for tag in reviews.message(site.store, 5).tags]


@pytest.mark.parametrize("leave", ["s", "z"])
@pytest.mark.parametrize("edit", ["a tag", "a note"])
def test_changes_are_left_only_when_asked_twice(page, site, leave, edit):
    page.goto("/messages/5?state=pending")
    if edit == "a note":
        page.click("text=Flag for a colleague")
        page.fill("#note", "A use?")
        page.keyboard.press("Escape")
    else:
        for key in ("p", "6", "Escape"):
            page.keyboard.press(key)
    page.keyboard.press(leave)
    page.wait_for_selector("text=You have changes that are not saved. Do it again to leave them.")
    assert page.input_value("#note") == "A use?" if edit == "a note" else page.is_checked("#product-volunteering")
    page.keyboard.press(leave)
    left = "#product-volunteering:not(:checked)"
    page.wait_for_selector("text=Nothing to undo." if leave == "z" else left, state="attached")


def test_note_that_was_not_sent_is_left_by_enter_only_when_asked_twice(page, site):
    page.goto("/messages/5?state=pending")
    for key in ("f", "a", "Tab", "A", "?", "Escape", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector(
        "#save-state >> text=The flag is not saved. Press Save the flag, or do it again to leave it."
    )
    assert (page.input_value("#note"), state_of(site, 5)) == ("A?", ReviewState.PENDING)
    page.keyboard.press("Enter")
    page.wait_for_url("**/messages/3?**saved=5")
    assert reviews.message(site.store, 5).flagged_for == ""


def flagged(page, note):
    """Write a flag for ann, and send it."""
    page.click("text=Flag for a colleague")
    page.select_option("#flagged_for", "ann")
    page.fill("#note", note)
    page.click("text=Save the flag")


@pytest.mark.parametrize("javascript", [True, False])
def test_flag_leaves_what_is_edited(open_page, site, javascript):
    page = open_page(java_script_enabled=javascript)
    page.goto("/messages/5?state=pending")
    page.click('.app-question[data-dimension="product"] summary')
    page.check("#product-volunteering")
    flagged(page, "A use?")
    page.wait_for_selector("text=Flagged for ann. What you changed in the form is still there")
    assert page.is_checked("#product-volunteering")
    message = reviews.message(site.store, 5)
    assert (message.flagged_for, message.history[-1].note, message.state) == ("ann", "A use?", ReviewState.PENDING)
    page.click("#save")
    page.wait_for_url("**/messages/3?**saved=5")
    assert "volunteering" in [tag.value for tag in reviews.message(site.store, 5).tags]
    assert page.complaints == []


def test_flag_when_signed_out_keeps_its_note_and_says_so_beside_it(page, site):
    page.goto("/messages/5?state=pending")
    page.context.clear_cookies()
    flagged(page, "A use?")
    page.wait_for_selector("#flag-state >> text=Not saved: you are signed out.")
    sign_in_elsewhere(page)
    page.click("text=Save the flag")
    page.wait_for_selector("text=you have signed in again since")
    assert (page.input_value("#note"), page.input_value("#flagged_for")) == ("A use?", "ann")
    page.click("text=Save the flag")
    page.wait_for_selector("text=Flagged for ann >> nth=0")
    assert reviews.message(site.store, 5).history[-1].note == "A use?"


def test_enter_in_the_filter_filters(page):
    page.goto("/messages")
    page.focus("#needs")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/messages?needs=yes")


def test_caps_lock_stops_no_key(page):
    page.goto("/messages/5?state=pending")
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'S', bubbles: true}))")
    on_message(page, 3)


def test_key_undoes_after_a_confirmation_of_several(page, site):
    page.goto("/messages")
    page.check("#tick-6")
    page.click("text=Confirm the ticked messages as they stand")
    page.wait_for_selector("text=1 message was confirmed")
    page.keyboard.press("z")
    on_message(page, 6)
    assert state_of(site, 6) is ReviewState.PENDING


def test_focus_is_never_beneath_the_bar_that_stays(page):
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto("/messages/5")
    for _ in range(40):
        page.keyboard.press("Tab")
    covered = """() => {
      const box = document.activeElement.getBoundingClientRect();
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return Boolean(top?.closest('.app-decide__go')) && !document.activeElement.closest('.app-decide__go');
    }"""
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(covered), page.evaluate("document.activeElement.outerHTML")


def test_undo_that_is_refused_says_why(open_page, site):
    page = open_page()
    page.goto("/messages/5?state=pending")
    page.keyboard.press("z")
    page.wait_for_selector("text=Nothing to undo. You have no decision left to undo.")
    page.keyboard.press("Enter")
    on_message(page, 3)
    stands = reviews.message(site.store, 5)
    reviews.decide(
        site.store, 5, version=stands.version, who="ann", tags=stands.tags, statements=stands.statements, now=NOW
    )
    page.keyboard.press("z")
    page.wait_for_selector("text=Not undone. ann has decided")
    assert page.url.endswith("saved=5")


def test_save_that_is_not_answered_is_said_to_be_unknown(page, site):
    # Named before the page is loaded: Chromium may let the first request after it go by.
    page.route("**/decide?**", lambda route: None)
    page.goto("/messages/5?state=pending")
    assert page.evaluate("htmx.config.timeout") > BUSY_TIMEOUT_SECONDS * 1000
    page.evaluate("htmx.config.timeout = 300")
    stands = reviews.message(site.store, 5)
    reviews.decide(site.store, 5, version=1, who="rob", tags=stands.tags, statements=stands.statements, now=NOW)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=It is not known whether it was saved")
    page.wait_for_selector("#company >> text=This message has changed since you opened it.")


def test_second_decision_sees_both_versions(open_page, site):
    first, second = open_page("rob"), open_page("ann")
    for window in (first, second):
        window.goto("/messages/5?state=pending")
    for key in ("p", "6", "Enter"):
        first.keyboard.press(key)
    on_message(first, 3)
    for key in ("p", "8", "Enter"):
        second.keyboard.press(key)
    second.wait_for_selector("text=Two versions of the same message")
    assert second.url.endswith("/messages/5?state=pending")
    second.click("text=Save yours on top of it")
    on_message(second, 3)
    values = [tag.value for tag in reviews.message(site.store, 5).tags if tag.dimension == "product"]
    assert values == ["cohesion", "survey"]


def test_everything_works_without_javascript(open_page, site):
    page = open_page(java_script_enabled=False)
    page.click("text=Needs a person >> nth=0")
    page.click(".app-queue__subject >> text=Cohesion figures, request 5")
    page.click('.app-question[data-dimension="product"] summary')
    page.check("#product-survey")
    page.click("text=Save and go to the next")
    page.wait_for_url("**/messages/3?**saved=5")
    assert "survey" in [tag.value for tag in reviews.message(site.store, 5).tags]
    page.click("text=Undo")
    page.wait_for_url("**/messages/5?**")
    assert state_of(site, 5) is ReviewState.PENDING
    page.goto("/messages")
    page.fill("#q", "outreach")
    page.click("text=Apply filters")
    page.wait_for_url("**/messages?q=outreach")
    page.check("#tick-6")
    page.click("text=Confirm the ticked messages as they stand")
    page.wait_for_selector("text=1 message was confirmed")


def test_quote_is_approved_and_withdrawn_without_javascript(open_page, site):
    reviews.confirm_many(site.store, [(2, 1)], who="rob", now=NOW)
    page = open_page(java_script_enabled=False)
    page.goto("/quotes/2011-03")
    page.click("text=Read those that are not approved yet")
    page.click("text=As it was written >> nth=0")
    assert page.is_visible("text=We use them to monitor cohesion in the borough")
    page.click("button:has-text('Approve these quotes')")
    page.wait_for_selector("text=The quotes of message 2 are approved")
    assert all(said.quotable for said in reviews.message(site.store, 2).statements)
    page.click("text=/^Approved/")
    page.click("button:has-text('Withdraw')")
    page.wait_for_selector("text=The quotes of message 2 are withdrawn")
    assert not any(said.quotable for said in reviews.message(site.store, 2).statements)


def test_list_shows_many_messages_at_once(page):
    page.goto("/messages?state=pending")
    shown = page.evaluate(
        "[...document.querySelectorAll('.app-queue__item')].filter(e => e.getBoundingClientRect().bottom <= 900).length"
    )
    assert shown == 6  # all there are


def test_kind_that_clears_the_tags_says_so_before_it_is_saved(page, site):
    page.goto("/messages/5?state=pending")
    assert page.is_hidden("text=Saving this kind clears those struck through below")
    for key in ("m", "5", "Escape"):
        page.keyboard.press(key)
    assert page.is_visible("text=Saving this kind clears those struck through below")
    struck = "e => getComputedStyle(e).textDecorationLine"
    assert page.locator("label[for=product-cohesion]").evaluate(struck) == "line-through"
    assert page.locator("label[for=disposition-spam]").evaluate(struck) == "none"
    page.keyboard.press("Enter")
    on_message(page, 3)
    assert [tag.value for tag in reviews.message(site.store, 5).tags] == ["spam", "none"]


def test_form_has_no_scrolling_of_its_own(page):
    page.goto("/messages/5")
    assert page.evaluate("getComputedStyle(document.querySelector('.app-columns__form')).overflowY") == "visible"
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    flag = page.locator("#flag").bounding_box()
    assert 0 < flag["y"] < 900
    assert page.locator("#save").bounding_box()["y"] >= 0  # the button stays in sight


def test_filter_folds_where_the_screen_is_narrow(page):
    page.goto("/messages?state=pending")
    assert page.is_visible("#month")
    assert page.is_hidden("text=Choose filters")
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.is_hidden("#month")
    assert page.evaluate("document.querySelector('.app-queue__item').getBoundingClientRect().top") < 900
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.click("text=Choose filters")
    assert page.is_hidden("#month")


PAGES = (
    "/sign-in",
    "/messages?state=pending",
    "/messages?q=outreach&product=cohesion&month=2011-03",
    "/messages?q=zebra",
    "/messages?state=pending&end=yes&saved=1",
    "/messages/5?state=pending&saved=1",
    "/messages/7",
    "/messages/8",
    "/messages/8/original",
    "/messages/999",
    "/messages?aside=yes",
    "/messages?flagged=rob",
    "/second-reading",
    "/second-reading/8",
    "/rules",
    "/rules/pr-01",
    "/rules?mailbox=second-1a2b",
    "/rules/pr-01?mailbox=second-1a2b",
    "/rules/new?words=ward+figures",
    "/ledger",
    "/digests/2011-03",
    "/quotes/2011-03?saved=2",
    "/quotes/2011-03?show=open",
    "/quotes/2009-01",
    "/months/2011-03",
    "/months/2009-01",
    "/digests",
    "/runs",
    "/jobs",
    "/set-aside",
    "/set-aside/1",
    "/set-aside/1?charset=koi8-r&preview=1",
    "/people",
    "/people/2",
    "/account",
    "/explain",
    "/help",
    "/accessibility",
)


@pytest.fixture
def full_site(site: SimpleNamespace) -> SimpleNamespace:
    """Fill the page with what stretches it: long words, history, a thread, a forward, failures."""
    long_word = "Donaudampfschifffahrtsgesellschaft" * 8
    message = message_of(7, subject=f"<b>{long_word}</b>", sender_name=long_word, thread_key="<t>")
    zones = (*message.zones, ZoneRecord(kind="forwarded", text=f"Forwarded: {long_word}", name="original.eml"))
    long_one = replace(message, zones=zones, user_address="writer@example.ac.uk")
    html = f"<style>p {{ color: red }}</style><p>{long_word}</p><table width=2000><tr><td>wide</td></tr></table>"
    messages.save_message(site.store, long_one, now=NOW)
    messages.save_message(site.store, message_of(8, html=html, thread_key="<t>"), now=NOW)
    messages.save_set_aside(site.store, set_aside_of(9), now=NOW)
    run = runs.begin_run(site.store, "poll", "statshop", now=NOW)
    runs.end_run(site.store, run, RunOutcome.FAILED, RunCounts(stored=3), "Sign-in was refused.", now=NOW)
    stored = reviews.message(site.store, 8)
    tags = [tag for tag in stored.tags if tag.dimension != "use"]
    reviews.decide(site.store, 8, version=1, who="rob", tags=tags, statements=(), note="A note.", now=NOW)
    reviews.flag(site.store, 8, who="ann", flagged_for="rob", note="Please look.", now=NOW)
    otherwise = replace(stored.verdict, rules_version="r18", tags=stored.verdict.tags[:4])
    save_verdict(site.store, 8, otherwise, now=NOW)
    reviews.confirm_many(site.store, [(2, 1), (4, 1), (7, 1)], who="rob", now=NOW)
    set_shares(site.store, check=1, second=1)
    reviews.allow_quotes(site.store, 4, version=2, who="rob", published=True, now=NOW)
    second = reviews.message(site.store, 2)
    save_second_reading(site.store, 2, who="ann", tags=second.tags[:2], now=NOW)
    row = LedgerRow(account="statshop", folder=long_word, day="2011-03-31", counted_at=NOW, uidvalidity=7)
    save_count(site.store, replace(row, counts=LedgerCounts(missing=2), uids=LedgerUids(missing="1:99," * 60)))
    made = {"status": "final", "issued_at": NOW, "rules_version": "r1", "figures": "{}", "sha256": "0" * 64}
    reports.save_issue(site.store, month="2011-03", account=None, number=1, message_ids=(1, 2), **made)
    return site


@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_quiet_and_reflows(open_page, full_site, path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page("" if path == "/sign-in" else "ann")
    page.complaints.clear()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found = axe.run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for width in (500, 768, 1024, 1200, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.querySelector('main').getBoundingClientRect().left") >= 15
    not_found = "the server responded with a status of 404"
    assert [words for words in page.complaints if not_found not in words] == []
    assert page.title().endswith("– StatShop triage")


@pytest.mark.parametrize(
    "path", ["/messages?state=pending", "/messages/5?state=pending", "/messages/8", "/rules/header"]
)
def test_page_of_who_may_only_read_is_accessible(open_page, full_site, path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page("rea")
    page.goto(path)
    found = axe.run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.violations_count == 0, found.generate_report()
    assert page.complaints == []


def wrong_sign_in(page):
    """Sign in with a wrong password."""
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("#name", "rob")
    page.click("button:has-text('Sign in')")


def made_up_quote(page):
    """Save a quote that nobody wrote."""
    page.goto("/messages/5")
    page.fill("#use_quotes", "Nobody wrote this")
    page.click("#save")
    page.wait_for_selector("text=Copy the quote word for word")


def opened_question(page):
    """Open a question by its key."""
    page.goto("/messages/5")
    page.keyboard.press("p")


def keys_listed(page):
    """Show the list of keys."""
    page.goto("/messages/5")
    page.keyboard.press("?")


def lit_words(page):
    """Point at a tag."""
    page.goto("/messages/5")
    page.hover('.app-option[data-key="product-cohesion"]')


def tried_rules(page):
    """Try a text on the rules."""
    page.goto("/explain")
    page.fill("#text", "We use the cohesion figures.")
    page.click("text=Show what the rules say")


def bad_person(page):
    """Add a person without a name."""
    page.goto("/people")
    page.click("text=Add this person")


def made_token(page):
    """Make a token for a script."""
    page.goto("/people")
    page.fill("#token_name", "notebook")
    page.check("#scope-read")
    page.click("text=Make the token")
    page.wait_for_selector("text=Copy the token now.")


def tried_draft(page):
    """Draft a rule and ask what it would change."""
    page.goto("/rules/new?words=ward+figures&tag=product:cohesion")
    page.click("button:has-text('Draft the rule')")
    page.click("button:has-text('Show what')")
    page.click("button:has-text('Show what')")
    page.wait_for_selector("text=would change. Nothing was written.")


def unanswered_reading(page):
    """Read a message a second time without an answer."""
    page.goto("/second-reading/8")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Choose what kind of message this is")


def overtaken(page):
    """Decide on a message that has changed."""
    page.goto("/messages/5")
    page.evaluate("document.querySelector('[name=version]').value = '0'")
    page.click("#save")
    page.wait_for_selector("text=Two versions of the same message")


def disagreed(page):
    """Open a decided message that the rules have since judged otherwise."""
    page.goto("/messages/8")
    page.wait_for_selector("text=The rules now say otherwise.")


def saved_before(page):
    """Save a message and be on the next."""
    page.goto("/messages/5?state=pending")
    page.click("#save")
    page.wait_for_selector("text=Saved message 5.")


def undone(page):
    """Take a decision back."""
    saved_before(page)
    page.keyboard.press("z")
    page.wait_for_selector("text=Undo another")


def flag_beside_an_edit(page):
    """Flag a message while it is edited."""
    page.goto("/messages/5")
    page.fill("#use_quotes", "for Exampleton by ward")
    flagged(page, "A use?")
    page.wait_for_selector("text=What you changed in the form is still there")


STATES = (
    disagreed,
    saved_before,
    undone,
    flag_beside_an_edit,
    wrong_sign_in,
    made_up_quote,
    opened_question,
    keys_listed,
    lit_words,
    tried_rules,
    bad_person,
    made_token,
    tried_draft,
    unanswered_reading,
    overtaken,
)


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
def test_state_is_accessible_and_reflows(open_page, full_site, reach):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page("ann")
    reach(page)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found = axe.run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_five_hundred_products_stay_usable(chromium, store, open_page, site):
    app = create_app(store, catalogue_of(extra_products=500), PageOptions())
    with listening(app) as address:
        context = chromium.new_context(base_url=address, viewport={"width": 320, "height": 900})
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("#name", "rob")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/messages**")
        page.goto("/messages/5")
        for key in ("p", "e", "x", "t"):
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == "product-extra-0"
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        context.close()
