"""One month's messages become one digest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from digests.counting.coded import from_row, to_row
from digests.counting.quality import Checks
from digests.counting.trend import MonthFigures
from digests.digest import Digest, Status
from digests.issues.revisions import Issued
from digests.options import DigestOptions
from digests.summary import Issuing, Past
from digests.tables import Shorthand, Table
from storage.agreement import Agreement, wilson
from storage.records import CountedMessage
from storage.samples import RandomCheck

Make = Callable[..., Digest]
March = tuple[CountedMessage, ...]


def row(table: Table, row_id: str) -> dict[str, object]:
    return dict(zip((c.id for c in table.columns), table.rows[table.row_ids.index(row_id)], strict=True))


def test_mail_received_counts_everything_once(digest_of: Make, march: March) -> None:
    table = digest_of(march).table("mail-received")
    assert row(table, "all")["messages"] == len(march)
    assert sum(int(str(line[1])) for line in table.rows[:-1]) == len(march)
    assert row(table, "team")["messages"] == 1


def test_users_messages_leave_out_the_team_and_machines(digest_of: Make, march: March) -> None:
    digest = digest_of(march)
    assert row(digest.table("messages-by-user"), "all")["messages"] == 5
    assert digest.cover.counted == 5


def test_messages_threads_and_senders_stand_side_by_side(digest_of: Make, march: March) -> None:
    everyone = row(digest_of(march).table("messages-by-user"), "all")
    assert (everyone["messages"], everyone["threads"], everyone["senders"]) == (5, 4, 4)


def test_a_message_about_two_products_counts_in_both_and_once_in_all(digest_of: Make, march: March) -> None:
    table = digest_of(march).table("messages-by-product")
    named = {product: row(table, product)["messages"] for product in table.row_ids}
    assert named == {"headline": 1, "cohesion": 2, "volunteering": 1, "none-named": 2, "all": 5}
    assert table.overlapping


def test_products_by_users_holds_the_messages_behind_each_number(digest_of: Make, march: March) -> None:
    table = digest_of(march).table("products-by-users")
    cell = table.behind[table.row_ids.index("local-government")][table.column("volunteering")]
    assert cell == (2,)
    assert row(table, "all")["all"] == 5


def test_an_unknown_tag_gets_its_own_row(digest_of: Make, message: Callable[..., CountedMessage]) -> None:
    table = digest_of([message(1, products=["forgotten"], user="ghost")]).table("products-by-users")
    assert row(table, "ghost")["forgotten"] == 1


def test_users_and_uses_say_what_the_annex_lacks(digest_of: Make, march: March) -> None:
    digest = digest_of(march)
    listed = {row_id: line[-1] for row_id, line in zip(*_ids_and_rows(digest.table("users-and-uses")), strict=True)}
    assert listed == {"local-government/integration": "yes", "academia/research": "yes", "media/other-use": "no"}
    assert digest.table("new-for-annex").row_ids == ("media/other-use",)


def _ids_and_rows(table: Table) -> tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]:
    return table.row_ids, table.rows


def test_statements_are_quoted_with_white_space_folded(digest_of: Make, march: March) -> None:
    digest = digest_of(march)
    sentences = [line[2] for line in digest.table("use-statements").rows]
    assert sentences == ["We use the cohesion figures in a thesis.", "For a story in Saturday's paper."]
    assert digest.table("decisions").rows[0][2] == "We decide where to put outreach workers."
    assert row(digest.table("decisions-by-user"), "local-government")["messages"] == 1


def test_words_for_products_fold_case_and_count_messages(digest_of: Make, march: March) -> None:
    assert digest_of(march).table("words-for-products").rows == (("Cohesion Topic Report", "community spirit", 1),)


def test_misdated_messages_are_listed(digest_of: Make, march: March) -> None:
    table = digest_of(march).table("misdated")
    assert [line[-1] for line in table.rows] == [7]
    assert table.rows[0][2] == 68.5


def test_quality_counts_reviewed_messages_only(digest_of: Make, march: March) -> None:
    table = digest_of(march).table("quality")
    confirmed = row(table, "confirmed")
    assert (confirmed["messages"], confirmed["of"], confirmed["share"]) == (1, 2, 50.0)
    assert confirmed["low"] is Shorthand.NOT_APPLICABLE
    assert row(table, "agreed-product")["messages"] == 1
    assert row(table, "two-readers-product")["kappa"] is Shorthand.NOT_AVAILABLE
    assert row(table, "random-check")["share"] is Shorthand.NOT_AVAILABLE


def test_quality_shows_what_the_random_samples_tell(digest_of: Make, march: March) -> None:
    """Wilson's interval of 9 in 10 is 59.6 % to 98.2 %: worked out by hand from the formula."""
    checks = Checks(
        random=RandomCheck(passing=200, drawn=12, checked=10, right=wilson(9, 10)),
        readers=(Agreement(dimension="product", messages=8, same=6, kappa=0.6041),),
    )
    table = digest_of(march, checks=checks).table("quality")
    drawn, read = row(table, "random-check"), row(table, "two-readers-product")
    assert [drawn[name] for name in ("messages", "of", "share", "low", "high")] == [9, 10, 90.0, 59.6, 98.2]
    assert [read[name] for name in ("messages", "of", "share", "kappa")] == [6, 8, 75.0, 0.6]
    assert row(table, "two-readers-use")["kappa"] is Shorthand.NOT_AVAILABLE


def test_rules_overruled_name_the_rule(digest_of: Make, march: March) -> None:
    table = digest_of(march).table("rules-overruled")
    assert table.rows == (("headline-words", "Headline Findings", 1, 1, 100.0),)


def test_tags_corrected_list_what_was_added_and_taken(digest_of: Make, march: March) -> None:
    changed = {
        row_id: line[2:] for row_id, line in zip(*_ids_and_rows(digest_of(march).table("tags-corrected")), strict=True)
    }
    assert changed["product/headline"] == (0, 1)
    assert changed["product/cohesion"] == (1, 0)


def test_pending_messages_are_left_out_when_told(digest_of: Make, march: March) -> None:
    digest = digest_of(march, DigestOptions(count_pending=False))
    assert digest.cover.counted == 2
    assert "3 are left out" in digest.note("pending").text


def test_pending_messages_are_said_to_count(digest_of: Make, march: March) -> None:
    assert "3 of the messages counted here" in digest_of(march).note("pending").text


def test_trend_shows_unknown_months_as_not_available(digest_of: Make, march: March) -> None:
    february = MonthFigures(
        month="2011-02", received=9, messages=7, threads=6, senders=5, uses_stated=2, status="issued"
    )
    table = digest_of(march, past=Past(months=[february])).table("trend")
    assert len(table.rows) == 13
    assert table.rows[0][:2] == ("March 2010", Shorthand.NOT_AVAILABLE)
    assert row(table, "2011-02")["messages"] == 7
    assert row(table, "2011-03")["messages"] == 5


def test_cover_tells_period_status_and_next_date(digest_of: Make, march: March) -> None:
    issuing = Issuing(number=1, status=Status.FINAL, rules_version="abc")
    cover = digest_of(march, issuing=issuing).cover
    assert (cover.first_day, cover.last_day, cover.next_date) == (date(2011, 3, 1), date(2011, 3, 31), date(2011, 5, 2))
    assert cover.issued_at == "9:30am on 4 April 2011"
    assert cover.status is Status.FINAL


@pytest.mark.parametrize(
    ("month", "next_date"),
    [
        pytest.param("2011-02", date(2011, 5, 2), id="missed: the day in April is over"),
        pytest.param("2010-01", date(2011, 5, 2), id="long ago"),
        pytest.param("2011-04", date(2011, 6, 2), id="a draft of a month that is not over"),
    ],
)
def test_next_digest_is_never_one_of_the_past(digest_of: Make, march: March, month: str, next_date: date) -> None:
    assert digest_of(march, month=month).cover.next_date == next_date  # made on 4 April 2011


def test_an_empty_month_has_every_table(digest_of: Make) -> None:
    digest = digest_of([])
    assert row(digest.table("messages-by-user"), "all")["messages"] == 0
    assert row(digest.table("messages-by-user"), "all")["share"] is Shorthand.NOT_APPLICABLE
    assert digest.table("use-statements").rows == ()


def test_coded_records_survive_being_written_down(digest_of: Make, march: March) -> None:
    coded = digest_of(march).coded
    assert tuple(from_row(to_row(each)) for each in coded) == coded
    assert "writer" not in str([to_row(each) for each in coded]).lower()


def test_revisions_say_what_came_and_went_and_why(
    digest_of: Make, march: March, message: Callable[..., CountedMessage]
) -> None:
    first = digest_of(march)
    issued = Issued(number=1, issued_at="9:30am on 4 April 2011", coded=first.coded)
    corrected = replace(march[2], tags=march[0].tags)
    later = [message(20 + n, products=["headline"], at=datetime(2011, 3, 30, tzinfo=UTC)) for n in range(3)]
    table = digest_of([*march[:2], corrected, *march[4:], *later], past=Past(issues=[issued])).table("revisions")
    changed = row(table, "messages-by-user/academia/messages")
    assert (changed["published"], changed["now"], changed["change"]) == (2, 5, "+4 −1")
    assert changed["why"] == "3 came in later, 1 corrected, 1 no longer held"
    assert row(table, "messages-by-user/media/messages")["change"] == "−1"


def test_no_revisions_when_nothing_changed(digest_of: Make, march: March) -> None:
    issued = Issued(number=1, issued_at="", coded=digest_of(march).coded)
    assert digest_of(march, past=Past(issues=[issued])).table("revisions").rows == ()
