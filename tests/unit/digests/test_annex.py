"""The annex is drawn from what reviewers confirmed, merged with what it says today."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import odfdo
import pytest

from classifiers.catalogue import Catalogue, CatalogueEntry
from classifiers.verdict import Dimension
from digests.annex import Annex, Mark, draft_annex
from digests.counting.standing import standing_of
from digests.options import DigestOptions
from digests.render.annex_html import annex_html
from digests.render.annex_odt import annex_odt
from storage.records import CountedMessage, ReviewState

Build = Callable[..., CountedMessage]
NOW = datetime(2011, 7, 4, tzinfo=UTC)


@pytest.fixture
def annex(catalogue: Catalogue, march: tuple[CountedMessage, ...], message: Build) -> Annex:
    confirmed = message(9, user="media", uses=["other-use"], says=["For <b>a story</b>."], state=ReviewState.CONFIRMED)
    messages = (*march, confirmed)
    return draft_annex(messages, catalogue, "2010-07", "2011-06", DigestOptions(contact="x@example.org"), now=NOW)


def test_each_line_says_where_it_comes_from(annex: Annex) -> None:
    marks = {(user.user, use.use): (use.mark, use.messages) for user in annex.users for use in user.uses}
    assert marks == {
        ("Local Government", "Monitoring of integration"): (Mark.CONFIRMED, (2,)),
        ("Academia", "Research"): (Mark.CONFIRMED, (1,)),
        ("Media", "Another use"): (Mark.NEW, (9,)),
    }


def test_pending_messages_count_for_nothing(annex: Annex) -> None:
    assert (annex.reviewed, annex.pending) == (3, 3)


def test_standing_lines_stay_without_messages(catalogue: Catalogue) -> None:
    empty = draft_annex([], catalogue, "2010-07", "2011-06", DigestOptions(), now=NOW)
    assert [use.mark for user in empty.users for use in user.uses] == [Mark.STANDING, Mark.STANDING]
    assert annex_html(empty)
    assert annex_odt(empty)


def test_products_with_a_designation_are_listed(annex: Annex) -> None:
    assert [(product.title, product.messages) for product in annex.products] == [
        ("Headline Findings", 0),
        ("Cohesion Topic Report", 2),
        ("Volunteering Topic Report", 1),
    ]


def test_evidence_is_quoted_with_its_message(annex: Annex) -> None:
    assert annex.users[1].uses[0].evidence[0].text == "We use the cohesion figures in a thesis."
    assert annex.decisions[0].message_id == 2


def test_the_page_shows_marks_and_escapes_quotes(annex: Annex) -> None:
    page = annex_html(annex).decode()
    assert "For &lt;b&gt;a story&lt;/b&gt;." in page
    assert not re.search(r"<(b|script|img)\b", page)
    assert "2 are confirmed by messages, 1 are new" in page


def test_the_document_has_its_tables_and_the_same_bytes(annex: Annex) -> None:
    content = annex_odt(annex)
    document = odfdo.Document(io.BytesIO(content))
    assert [table.name for table in document.body.tables] == ["Products", "Users", "Side_by_side"]
    assert document.meta.language == "en-GB"
    compared = document.body.tables[2].get_values()
    assert ["Media", "Not listed", "Another use"] in [list(row) for row in compared]
    assert annex_odt(annex) == content


@pytest.mark.parametrize(
    ("user_line", "use_line", "listed"),
    [
        pytest.param("Academia", "Academia", True, id="the same line"),
        pytest.param("Office (OCS) and charities", "Office and charities", True, id="abbreviation in brackets"),
        pytest.param("Office and the Commission", "Office, the Commission, local government", True, id="several users"),
        pytest.param("Local Government", "Office, the Commission, local government", True, id="one of several"),
        pytest.param("Local Government", "Officials for Communities and Local Government", False, id="part of a name"),
        pytest.param("Media", "", False, id="no line"),
    ],
)
def test_a_use_stands_on_its_users_line(user_line: str, use_line: str, listed: bool) -> None:
    user = CatalogueEntry(dimension=Dimension.USER_CATEGORY, id="u", title="U", annex_user=user_line, in_annex=True)
    use = CatalogueEntry(dimension=Dimension.USE, id="w", title="W", annex_user=use_line, in_annex=True)
    assert (("u", "w") in standing_of(Catalogue(entries=(user, use))).pairs) is listed
