"""The shipped registers, and how they are made from the published ones."""

import csv
from pathlib import Path

import pytest

from classifiers import registers
from classifiers.catalogue import PACKAGED, load_catalogue
from classifiers.registers import domain_rows, name_rows
from classifiers.verdict import Dimension

LISTS = PACKAGED / "domains"

PUBLISHED = {
    "government_domain_register_2018.tsv": "government-domain\thostname\torganisation\tstart-date\tend-date\n"
    "1\tleeds\tlocal-authority-eng:LDS\t\t\n2\tgsi\tgovernment-organisation:D2\t\t\n3\tyjb\tgovernment-organisation:D18\t\t\n",
    "government_organisation_register_2017.tsv": "government-organisation\tname\twebsite\tstart-date\tend-date\n"
    "D2\tCabinet Office\t\t\t\nD18\tMinistry of Justice\t\t\t\n",
    "govuk_domains_2017.csv": "Domain Name,Owner,Representing\nwell-pc.gov.uk,,Well Parish Council\n"
    "gsi.gov.uk,Cabinet Office,\n",
    "register_local-authority-eng.tsv": "local-authority-eng\tname\tofficial-name\nLDS\tLeeds\tLeeds City Council\n",
    "register_local-authority-sct.tsv": "local-authority-sct\tname\tofficial-name\n",
    "register_principal-local-authority.tsv": "principal-local-authority\tname\tofficial-name\n",
    "uk_local_authorities.csv": "official-name,nice-name,local-authority-type,alt-names\n"
    'Leeds City Council,Leeds,MD,"leeds,leeds city council"\n',
    "uk_universities.json": '[{"name": "University of Leeds", "domains": ["leeds.ac.uk"]}]',
}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    for name, text in PUBLISHED.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_domains_are_read_from_both_registers_without_the_relays(published: Path) -> None:
    rows = {row.key: (row.organisation, row.category) for row in domain_rows(published)}
    assert rows == {
        "leeds.gov.uk": ("Leeds City Council", "local-government"),
        "yjb.gov.uk": ("Ministry of Justice", "moj"),
        "well-pc.gov.uk": ("Well Parish Council", "local-government"),
    }


def test_names_leave_out_bare_places(published: Path) -> None:
    names = {row.key.lower(): row.category for row in name_rows(published)}
    assert names["leeds mbc"] == "local-government"
    assert names["university of leeds"] == "academia"
    assert "leeds" not in names


def test_both_files_are_written(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    target.mkdir()
    monkeypatch.setattr(registers, "HERE", target)
    registers.main(published)
    assert sorted(path.name for path in target.iterdir()) == ["names.csv", "registers.csv"]


@pytest.mark.parametrize("file", ["known.csv", "registers.csv", "names.csv"])
def test_shipped_lists_know_only_kinds_of_the_catalogue(file: str) -> None:
    kinds = {entry.id for entry in load_catalogue().of(Dimension.USER_CATEGORY)} | {""}
    rows = list(csv.DictReader((LISTS / file).read_text(encoding="utf-8").splitlines()))
    assert {row["category"] for row in rows} <= kinds
    assert len(rows) > 500


def test_no_domain_stands_twice_in_the_hand_list() -> None:
    rows = csv.DictReader((LISTS / "known.csv").read_text(encoding="utf-8").splitlines())
    domains = [domain for row in rows for domain in row["domains"].split()]
    assert len(domains) == len(set(domains))


def test_every_source_is_attributed() -> None:
    text = (LISTS / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert all(words in text for words in ("Open Government Licence v3.0", "CC BY 4.0", "MIT", "mySociety"))
