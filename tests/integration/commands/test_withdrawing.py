"""Quotes leave the files of issues for good: whoever withdraws or publishes at the same moment, whatever is damaged."""

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from json import loads
from pathlib import Path
from shutil import copytree, rmtree
from threading import Barrier, BrokenBarrierError, Event

import pytest
from fakes.letters import lay_out, letter

from digests import make
from digests.issues import redacted
from digests.issues.locked import LOCK
from digests.issues.marks import MARK
from pipeline.commands.quote_book import QuoteBook
from pipeline.config import load_settings
from review.callables import QuotesNotWithdrawn
from storage.decisions import allow_quotes, decide
from storage.engine import Store, open_store
from storage.reviews import message

Statshop = Callable[..., tuple[int, str]]
NOW = datetime(2011, 4, 1, tzinfo=UTC)
OF = {1: "libraries", 2: "allotments"}


@pytest.fixture
def approved(statshop: Statshop, house: Path) -> Path:
    """Two letters whose quotes a reviewer approved."""
    letters = (
        letter(n, f"We use the Citizenship Survey to plan our {of}.", sender=f"Writer {n} <writer{n}@example.org>")
        for n, of in OF.items()
    )
    assert statshop("import", str(lay_out(house, *letters)))[0] == 0
    with opened(house) as store:
        for number in OF:
            held = message(store, number)
            agreed = [replace(one, quotable=True) for one in held.statements]
            decide(store, number, version=held.version, who="pat", tags=held.tags, statements=agreed, now=NOW)
    return house


@pytest.fixture
def issue(approved: Path, statshop: Statshop) -> Path:
    """The folder of the month's issue, which quotes both letters."""
    assert statshop("digest", "2011-03", "--issue")[0] == 0
    folder = approved / "var/digests/2011-03/issue-1"
    assert quoted_in(folder) == set(OF.values())
    return folder


def opened(house: Path) -> Store:
    return open_store(f"sqlite:///{house}/var/statshop.db")


def withdraw(house: Path, number: int) -> tuple[str, ...]:
    with opened(house) as store:
        held = message(store, number)
        allow_quotes(store, number, version=held.version, who="pat", published=False, now=NOW)
    return QuoteBook(load_settings(house / "config.toml", {}), house).withdraw(number)


def quoted_in(issue: Path) -> set[str]:
    """Name the letters that the public files quote, in plain formats."""
    said = "".join(path.read_text(encoding="utf-8") for path in issue.glob("public/*") if path.suffix[1:] in PLAIN)
    return {of for of in OF.values() if f"plan our {of}" in said}


PLAIN = ("html", "json", "csv")


def test_two_withdrawals_at_once_both_stay(approved: Path, issue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_read, read = Barrier(2), redacted._read

    def read_and_wait(folder: Path, pattern: str, holding: object) -> object:
        found = read(folder, pattern, holding)
        with suppress(BrokenBarrierError):
            both_have_read.wait(1)
        return found

    monkeypatch.setattr(redacted, "_read", read_and_wait)
    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(lambda number: withdraw(approved, number), OF))
    assert quoted_in(issue) == set()
    assert len(loads((issue / "redactions.json").read_bytes())) == 2
    assert stat.S_IMODE((approved / "var/digests" / LOCK).stat().st_mode) == 0o600


def test_quote_withdrawn_while_an_issue_is_made_is_not_in_it(
    approved: Path, statshop: Statshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, withdrawn, made = Event(), Event(), make.public_edition

    def made_slowly(*given: object) -> object:
        taken.set()
        withdrawn.wait(1)
        return made(*given)  # type: ignore[arg-type]  # whatever it is given

    monkeypatch.setattr(make, "public_edition", made_slowly)
    with ThreadPoolExecutor(1) as pool:
        issuing = pool.submit(statshop, "digest", "2011-03", "--issue")
        assert taken.wait(60)
        withdraw(approved, 1)
        withdrawn.set()
        assert issuing.result()[0] == 0
    assert quoted_in(approved / "var/digests/2011-03/issue-1") == {OF[2]}


def test_damaged_issue_does_not_keep_quotes_in_others(approved: Path, issue: Path) -> None:
    damaged = issue.with_name("issue-0")
    copytree(issue, damaged)
    (damaged / "public/users-and-uses-2011-03.json").unlink()
    with pytest.raises(QuotesNotWithdrawn, match="statshop quotes --withdraw 1") as raised:
        withdraw(approved, 1)
    assert f"{damaged}/public cannot be read (its JSON file is missing)" in str(raised.value)
    assert quoted_in(issue) == {OF[2]}


def test_what_was_broken_off_before_it_was_whole_is_passed_over(approved: Path, issue: Path) -> None:
    aside = issue.with_name(".issue-2.abc")
    copytree(issue / "internal", aside / "internal")
    (aside / "public").mkdir()
    assert withdraw(approved, 1)
    assert quoted_in(issue) == {OF[2]}


def test_erasure_that_broke_off_in_the_files_is_finished_by_the_next_call(issue: Path, statshop: Statshop) -> None:
    held = issue / "internal/users-and-uses-2011-03-internal.json"
    whole = held.read_bytes()
    held.write_bytes(whole[:100])
    code, said = statshop("person", "erase", "writer1@example.org", "--yes")
    assert (code, "run the same command again" in said) == (1, True)
    held.write_bytes(whole)
    assert statshop("person", "erase", "writer1@example.org", "--yes")[0] == 0
    assert quoted_in(issue) == {OF[2]}
    assert OF[1] not in held.read_text(encoding="utf-8")


def test_damaged_internal_edition_does_not_keep_words_in_the_public_one(issue: Path, statshop: Statshop) -> None:
    next(issue.glob("internal/*-internal.json")).unlink()
    code, said = statshop("quotes", "--withdraw", "1")
    assert (code, f"{issue}/internal cannot be read" in said) == (1, True)
    assert quoted_in(issue) == {OF[2]}


def test_internal_edition_that_lies_elsewhere_is_not_needed(issue: Path, statshop: Statshop) -> None:
    rmtree(issue / "internal")
    code, said = statshop("quotes", "--withdraw", "1")
    assert (code, str(issue / "public/users-and-uses-2011-03.html") in said) == (0, True)
    assert quoted_in(issue) == {OF[2]}


def test_issue_that_says_nowhere_whom_it_quotes_is_named(issue: Path, statshop: Statshop) -> None:
    rmtree(issue / "internal")
    (issue / MARK).unlink()
    code, said = statshop("quotes", "--withdraw", "1")
    assert (code, f"{issue}/internal cannot be read" in said) == (1, True)


def test_whose_name_retention_took_is_still_found_in_issues_and_erased_there(
    approved: Path, issue: Path, statshop: Statshop
) -> None:
    with (approved / "config.toml").open("a") as settings:
        settings.write("[retention]\nraw_months = 1\nattachments_months = 1\ntext_months = 1\n")
    assert statshop("retention")[0] == 0
    found = statshop("person", "find", "writer1@example.org")[1]
    assert f"Named in a file of digests: {issue}/internal/use-statements-2011-03-internal.csv" in found
    assert statshop("person", "erase", "writer1@example.org", "--yes")[0] == 0
    assert quoted_in(issue) == {OF[2]}
    assert "Named in" not in statshop("person", "find", "writer1@example.org")[1]


def test_annex_and_agenda_made_before_an_erasure_are_named(approved: Path, statshop: Statshop) -> None:
    months = ("--from", "2011-03", "--to", "2011-03")
    assert statshop("annex", *months)[0] == 0
    said = statshop("person", "erase", "writer1@example.org", "--yes")[1]
    assert "may quote the person; make it again or delete it: " in said
    assert "annex-2011-03/users-and-uses-annex-2011-03-internal.odt" in said
