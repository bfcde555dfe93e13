"""Digests out of a real store: drafts, issues, revisions, explanations."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.issued import issued
from sqlalchemy import update

from classifiers.catalogue import Catalogue
from digests.digest import Digest, Status
from digests.errors import FilesOfUnknownIssue, IssueStands, MonthNotOver, MonthsReversed, NumberNotFound
from digests.explain import explain_in
from digests.make import (
    finish_publishing,
    make_annex,
    make_digest,
    publish,
    write_annex,
    write_draft,
)
from digests.options import DigestOptions
from storage import models as m
from storage import reports
from storage.decisions import allow_quotes, decide
from storage.engine import Store, open_store
from storage.records import TagRecord
from storage.reviews import message as stored_message

APRIL = datetime(2011, 4, 4, 8, 30, tzinfo=UTC)
JUNE = datetime(2011, 6, 1, 8, 30, tzinfo=UTC)
OPTIONS = DigestOptions()
Arrive = Callable[..., int]
Issue = Callable[..., Digest]


@pytest.fixture
def issue(store: Store, catalogue: Catalogue, tmp_path: Path) -> Issue:
    """Issue March 2011."""
    return lambda now, **more: issued(store, catalogue, "2011-03", OPTIONS, folder=tmp_path / "issued", now=now, **more)


def everyone(digest: Digest) -> tuple[object, ...]:
    table = digest.table("messages-by-user")
    return table.rows[table.row_ids.index("all")][1:4]


def test_a_draft_freezes_nothing(store: Store, catalogue: Catalogue, arrive: Arrive) -> None:
    arrive(1)
    digest = make_digest(store, catalogue, "2011-03", OPTIONS, now=APRIL)
    assert everyone(digest) == (1, 1, 1)
    assert digest.cover.status is Status.PROVISIONAL
    assert reports.issues(store, "2011-03") == ()


def test_messages_count_in_their_london_month(store: Store, catalogue: Catalogue, arrive: Arrive) -> None:
    arrive(1, at=datetime(2011, 3, 31, 22, 30, tzinfo=UTC))
    arrive(2, at=datetime(2011, 3, 31, 23, 30, tzinfo=UTC))
    months = {m: everyone(make_digest(store, catalogue, m, OPTIONS, now=JUNE))[0] for m in ("2011-03", "2011-04")}
    assert months == {"2011-03": 1, "2011-04": 1}


@pytest.mark.parametrize(
    ("name", "address", "sender"),
    [("", "", ""), ("Ann", "", "Ann"), ("", "a@x.org", "<a@x.org>"), ("Ann", "a@x.org", "Ann <a@x.org>")],
)
def test_a_sender_is_named_as_far_as_it_is_known(
    store: Store, arrive: Arrive, name: str, address: str, sender: str
) -> None:
    number = arrive(1)
    known = {"sender_name": name, "sender_address": address}
    store.write(lambda session: session.connection().execute(update(m.message).values(known)))
    (counted,) = reports.counted_messages(store, APRIL.replace(month=3, day=1), APRIL, None)
    assert (counted.id, counted.sender) == (number, sender)


def test_an_issue_is_frozen_without_words_of_messages(store: Store, arrive: Arrive, issue: Issue) -> None:
    ids = [arrive(1), arrive(2)]
    issue(APRIL, rules_version="r1")
    (held,) = reports.issues(store, "2011-03")
    assert (held.number, held.status, held.rules_version) == (1, "provisional", "r1")
    assert held.message_ids == tuple(ids)
    for word in ("ann1", "Ann Example", "plan our services", "Request"):
        assert word not in held.figures
    assert json.loads(held.figures)["tables"]["messages-by-user"]["rows"]["all"][1] == 2


def test_a_month_that_lasts_is_not_issued(issue: Issue) -> None:
    with pytest.raises(MonthNotOver):
        issue(datetime(2011, 3, 31, 22, tzinfo=UTC))


def test_a_month_is_issued_again_only_when_asked(arrive: Arrive, issue: Issue) -> None:
    arrive(1)
    issue(APRIL)
    with pytest.raises(IssueStands, match="statshop digest 2011-03 --issue --again"):
        issue(APRIL)
    second = issue(JUNE, again=True)
    assert (second.cover.issue, second.cover.status) == (2, Status.FINAL)


def test_later_mail_and_corrections_are_revisions(
    store: Store, catalogue: Catalogue, arrive: Arrive, issue: Issue
) -> None:
    first = arrive(1)
    issue(APRIL)
    frozen = reports.issues(store, "2011-03")[0].figures
    arrive(2)
    held = stored_message(store, first)
    media = tuple(TagRecord(dimension=t.dimension, value="media") if t.value == "academia" else t for t in held.tags)
    decide(store, first, version=held.version, who="pat", tags=media, statements=held.statements, now=APRIL)
    revised = make_digest(store, catalogue, "2011-03", OPTIONS, now=JUNE).table("revisions")
    changed = dict(zip(revised.row_ids, revised.rows, strict=True))
    assert changed["messages-by-user/academia/messages"][3:] == (1, 1, "+1 −1", "1 came in later, 1 corrected")
    assert changed["messages-by-user/all/messages"][3:] == (1, 2, "+1", "1 came in later")
    assert reports.issues(store, "2011-03")[0].figures == frozen


def test_the_trend_takes_issued_months_as_issued(
    store: Store, catalogue: Catalogue, arrive: Arrive, issue: Issue
) -> None:
    arrive(1)
    issue(APRIL)
    arrive(2)
    arrive(3, at=datetime(2011, 5, 5, tzinfo=UTC))
    table = make_digest(store, catalogue, "2011-05", OPTIONS, now=JUNE).table("trend")
    rows = dict(zip(table.row_ids, table.rows, strict=True))
    assert rows["2011-03"][2] == 1
    assert rows["2011-03"][6] == "issued"
    assert rows["2011-04"][2] == 0
    assert rows["2011-05"][2] == 1
    assert rows["2011-02"][2] == "[x]"


def test_the_same_month_makes_the_same_files(
    store: Store, catalogue: Catalogue, arrive: Arrive, tmp_path: Path
) -> None:
    arrive(1)
    written = []
    for name in ("one", "two"):
        digest = make_digest(store, catalogue, "2011-03", OPTIONS, now=APRIL)
        paths = write_draft(digest, tmp_path / name, OPTIONS)
        written.append({path.relative_to(tmp_path / name): path.read_bytes() for path in paths})
    assert written[0] == written[1]
    assert Path("2011-03/draft/public/users-and-uses-2011-03.html") in written[0]


def test_publish_puts_both_editions_in_place_once(
    store: Store, catalogue: Catalogue, arrive: Arrive, tmp_path: Path
) -> None:
    arrive(1)
    published = publish(store, catalogue, "2011-03", OPTIONS, folder=tmp_path / "out", now=APRIL, formats=("json",))
    assert published.folder == tmp_path / "out" / "2011-03" / "issue-1"
    assert [path.name for path in published.paths] == [
        "users-and-uses-2011-03-internal.json",
        "users-and-uses-2011-03.json",
    ]
    with pytest.raises(IssueStands):
        publish(store, catalogue, "2011-03", OPTIONS, folder=tmp_path / "out", now=APRIL, formats=("json",))
    assert [path.name for path in (tmp_path / "out" / "2011-03").iterdir()] == ["issue-1"]


def test_a_publication_that_died_is_finished_at_the_next_start(
    store: Store, catalogue: Catalogue, arrive: Arrive, tmp_path: Path
) -> None:
    arrive(1)
    home = publish(store, catalogue, "2011-03", OPTIONS, folder=tmp_path, now=APRIL, formats=("json",)).folder
    home.rename(home.with_name(".issue-1.abc"))
    (home.parent / ".issue-2.def").mkdir()
    assert finish_publishing(store, tmp_path, OPTIONS) == (home,)
    assert [path.name for path in home.parent.iterdir()] == ["issue-1"]


def test_an_issue_is_not_made_where_files_of_an_unknown_one_lie(
    store: Store, catalogue: Catalogue, arrive: Arrive, tmp_path: Path
) -> None:
    arrive(1)
    old = tmp_path / "2011-03/issue-1/public"
    old.mkdir(parents=True)
    with pytest.raises(FilesOfUnknownIssue, match="does not know"):
        publish(store, catalogue, "2011-03", OPTIONS, folder=tmp_path, now=APRIL, formats=("json",))
    assert reports.issues(store, "2011-03") == ()
    assert [path.name for path in (tmp_path / "2011-03").iterdir()] == ["issue-1"]


def test_files_of_an_issue_are_kept_where_others_took_their_place(
    store: Store, catalogue: Catalogue, arrive: Arrive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    arrive(1)
    home = publish(store, catalogue, "2011-03", OPTIONS, folder=tmp_path, now=APRIL, formats=("json",)).folder
    aside = home.rename(home.with_name(".issue-1.abc"))
    home.mkdir()
    assert finish_publishing(store, tmp_path, OPTIONS) == ()
    assert (aside / "public").is_dir()
    assert str(aside) in caplog.text


def test_a_draft_leaves_no_file_of_an_earlier_one(
    store: Store, catalogue: Catalogue, arrive: Arrive, tmp_path: Path
) -> None:
    number = arrive(1)
    held = stored_message(store, number)
    agreed = [replace(one, quotable=True) for one in held.statements]
    decide(store, number, version=held.version, who="pat", tags=held.tags, statements=agreed, now=APRIL)
    write_draft(make_digest(store, catalogue, "2011-03", OPTIONS, now=APRIL), tmp_path, OPTIONS)
    quotes = tmp_path / "2011-03/draft/public/quotes-2011-03.csv"
    assert "plan our services" in quotes.read_text(encoding="utf-8")
    allow_quotes(store, number, version=held.version + 1, who="pat", published=False, now=APRIL)
    paths = write_draft(make_digest(store, catalogue, "2011-03", OPTIONS, now=APRIL), tmp_path, OPTIONS)
    assert {path for path in quotes.parent.iterdir()} == {path for path in paths if path.parent == quotes.parent}
    assert not quotes.exists()


def test_explain_lists_the_messages_behind_a_number(store: Store, catalogue: Catalogue, arrive: Arrive) -> None:
    mine = arrive(1)
    arrive(2, user="media")
    digest = make_digest(store, catalogue, "2011-03", OPTIONS, now=APRIL)
    assert {found.message_ids for found in explain_in(digest.tables, "cohesion × academia")} == {(mine,)}
    assert {found.message_ids for found in explain_in(digest.tables, "Academia x Research")} == {(mine,)}
    assert explain_in(digest.tables, "messages-by-user: academia")[0].message_ids == (mine,)


def test_explain_names_what_it_knows(store: Store, catalogue: Catalogue, arrive: Arrive) -> None:
    arrive(1)
    digest = make_digest(store, catalogue, "2011-03", OPTIONS, now=APRIL)
    with pytest.raises(NumberNotFound, match="academia"):
        explain_in(digest.tables, "cohesion × acadamia")


def test_the_annex_is_drafted_from_reviewed_messages(
    store: Store, catalogue: Catalogue, arrive: Arrive, tmp_path: Path
) -> None:
    first = arrive(1)
    arrive(2, user="media")
    held = stored_message(store, first)
    decide(store, first, version=held.version, who="pat", tags=held.tags, statements=held.statements, now=APRIL)
    annex = make_annex(store, catalogue, "2010-07", "2011-06", OPTIONS, now=JUNE)
    assert [(user.user, use.messages) for user in annex.users for use in user.uses] == [("Academia", (first,))]
    page, document = write_annex(annex, tmp_path)
    assert page.name == "users-and-uses-annex-2010-07-to-2011-06-internal.html"
    assert document.read_bytes()[:2] == b"PK"


def test_the_annex_wants_the_earlier_month_first(store: Store, catalogue: Catalogue) -> None:
    with pytest.raises(MonthsReversed):
        make_annex(store, catalogue, "2011-06", "2010-07", OPTIONS, now=JUNE)


def test_two_processes_never_issue_a_month_twice(
    store: Store, catalogue: Catalogue, arrive: Arrive, tmp_path: Path
) -> None:
    arrive(1)
    url = f"sqlite:///{tmp_path / 'store.db'}"

    def issuing(_: int) -> str:
        with open_store(url) as mine:
            try:
                return str(
                    publish(
                        mine, catalogue, "2011-03", OPTIONS, folder=tmp_path / "out", now=APRIL, formats=("json",)
                    ).folder.name
                )
            except IssueStands:
                return "stands"

    with ThreadPoolExecutor(max_workers=3) as pool:
        outcomes = sorted(pool.map(issuing, range(3)))
    assert outcomes == ["issue-1", "stands", "stands"]
    assert [path.name for path in (tmp_path / "out" / "2011-03").iterdir()] == ["issue-1"]
    assert len(reports.issues(store, "2011-03")) == 1


def test_a_month_without_an_issue_stands_in_public_as_it_was_first_counted(
    store: Store, catalogue: Catalogue, arrive: Arrive, issue: Issue
) -> None:
    """So that two editions do not differ by what came in between: the internal trend shows what there is today."""
    february = datetime(2011, 2, 10, tzinfo=UTC)
    arrive(1, at=february)
    arrive(2)
    issue(APRIL)
    arrive(3, at=february)
    april = make_digest(store, catalogue, "2011-04", OPTIONS, now=JUNE)
    assert [(cells.month, cells.figures.messages) for cells in april.public.months[:2]] == [
        ("2011-02", 1),
        ("2011-03", 1),
    ]
    trend = dict(zip(april.table("trend").row_ids, april.table("trend").rows, strict=True))
    assert trend["2011-02"][2] == 2
    assert [shown.own.month for shown in april.public.editions] == ["2011-03"]
