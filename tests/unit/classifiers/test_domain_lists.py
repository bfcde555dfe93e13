"""The lists of domains that people edit in spreadsheets."""

import shutil
from pathlib import Path

import pytest

from classifiers.catalogue import PACKAGED
from classifiers.domain_lists import problems_of_lists
from classifiers.domains import Domains
from classifiers.errors import RulesUnreadable
from classifiers.rule import Rulebook
from classifiers.rulebook import load_rules
from classifiers.verdict import Dimension

HEADER = "organisation,category,domains,names\n"
LEEDZ = "Leedz Assembly,parliament,leedz.gov.uk,The Assembly; LA\n"
KINDS = frozenset(["parliament", "business"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of rules that holds lists."""
    (tmp_path / "domains").mkdir()
    return tmp_path


def problems(folder: Path, written: str | bytes) -> list[str]:
    raw = written if isinstance(written, bytes) else written.encode()
    (folder / "domains" / "known.csv").write_bytes(raw)
    return [str(problem) for problem in problems_of_lists(folder, KINDS)]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param((HEADER + LEEDZ).encode("utf-8-sig"), id="mark of UTF-8"),
        pytest.param(
            HEADER + "Leedz, Inc., parliament ,leedz.gov.uk,\n".replace("Leedz, Inc.", '"Leedz, Inc."'), id="q"
        ),
        pytest.param(HEADER + "Leedz,parliament,Leedz.GOV.uk  other.org,\n", id="capitals"),
        pytest.param(HEADER + "\n" + "Leedz,parliament,leedz.gov.uk,,,\n", id="empty columns"),
        pytest.param((HEADER + LEEDZ).replace("\n", "\r\n"), id="line ends"),
    ],
)
def test_list_is_read_as_spreadsheets_save_it(folder: Path, written: str | bytes) -> None:
    assert problems(folder, written) == []
    fact = Domains({}, folder).fact("clerk@leedz.gov.uk")
    assert fact is not None
    assert fact.category == "parliament"


def test_row_without_kind_of_user_is_free_mail(folder: Path) -> None:
    assert problems(folder, HEADER + "Post,,post.example,\n") == []


@pytest.mark.parametrize(
    ("written", "says"),
    [
        pytest.param((HEADER + "Café,business,cafe.example,\n").encode("cp1252"), ":2: not saved as UTF-8", id="old"),
        pytest.param(
            HEADER.replace(",", ";"), "known.csv:1: the first line has no column 'organisation', and semi", id=";"
        ),
        pytest.param(
            HEADER + "Zork\n", "known.csv:2 [Zork]: the row has 1 columns, and the first line has 4", id="short"
        ),
        pytest.param(HEADER + "Zork, House,parliament,leedz.gov.uk,\n", "double quotes around a name", id="comma"),
        pytest.param(HEADER + "Zork,bussiness,zork.example,\n", "called 'bussiness'; write 'business'", id="kind"),
        pytest.param(HEADER + "Zork,business,a.example,b.example,\n", "'b.example' stands among", id="comma 2"),
        pytest.param(HEADER + "Zork,business,a.example,b.example\n", "in the third column", id="comma and no names"),
        pytest.param(HEADER + "Zork,business,a.b;zork.example,\n", "'a.b;zork.example' is no domain", id="two"),
    ],
)
def test_row_that_cannot_be_used_is_named(folder: Path, written: str | bytes, says: str) -> None:
    (problem,) = problems(folder, written)
    assert says in problem


def test_kind_of_user_that_many_rows_have_is_named_once(folder: Path) -> None:
    rows = "".join(f"Zork {number},press,zork{number}.example,\n" for number in range(1_200))
    (problem,) = problems(folder, HEADER + rows)
    assert problem.startswith("domains/known.csv:2 [Zork 0]: no kind of user is called 'press' (and 1,199 lines more)")


def test_packaged_lists_have_no_problems(packaged_rules: Rulebook) -> None:
    kinds = frozenset(entry.id for entry in packaged_rules.catalogue.of(Dimension.USER_CATEGORY))
    assert list(problems_of_lists(PACKAGED, kinds)) == []


def test_list_of_a_folder_is_checked_with_its_rules(tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(PACKAGED, own)
    with (own / "domains" / "known.csv").open("a") as file:
        file.write("Hallam Associates,bussiness,hallamassociates.co.uk,\n")
    with pytest.raises(RulesUnreadable, match="bussiness"):
        load_rules(own)
