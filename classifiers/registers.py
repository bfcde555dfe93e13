"""Make the shipped registers of domains and names from the published ones.

`python -m classifiers.registers FOLDER` reads the published files of FOLDER (rules/domains/ATTRIBUTION.md says which)
and writes registers.csv (domain, organisation, category, source) and names.csv (name, category, source). Run it when a
register has a new edition; what the team knows better stands in known.csv, which this program never touches.
"""

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "rules" / "domains"
_DEPARTMENTS = {"D4": "dclg", "D10": "dwp", "D16": "home-office", "D18": "moj", "EA321": "moj", "EA601": "moj"}
_RELAYS = frozenset(["gsi", "gse", "gsx", "gcsx", "xgsi", "pnn", "cjx", "www"])  # networks, not bodies
_OWNERS = (
    ("moj", re.compile(r"ministry of justice|probation|courts? serv|tribunals? service|prison service$", re.I)),
    ("dwp", re.compile(r"department for work and pensions|employment service|jobcentre|child support agency", re.I)),
    ("home-office", re.compile(r"\bhome office\b|identity and passport", re.I)),
    (
        "other-government",
        re.compile(r"scottish (court|government|exec|prison|natural)|northern ireland|arts council|\bNI\b", re.I),
    ),
    (
        "local-government",
        re.compile(
            r"\bcouncils?\b|parish|borough|fire|police|constabulary|local government|city corporation|waste|"
            r"port health|transport (for|auth)|ifca|fisheries|valuation joint|"
            r"combined authority|improvement.{0,20}partnership|idea\b",
            re.I,
        ),
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Row:
    """One line of a register: a domain or a name, whose it is, its category, and where that was read."""

    key: str
    organisation: str
    category: str
    source: str


def domain_rows(folder: Path) -> list[Row]:
    """Read the .gov.uk registers: the official one first, the Cabinet Office list for the rest."""
    organisations = {
        f"government-organisation:{row['government-organisation']}": row["name"]
        for row in _table(folder / "government_organisation_register_2017.tsv")
    } | _authorities(folder)
    rows = {row.key: row for row in _listed(folder / "govuk_domains_2017.csv")}
    for entry in _table(folder / "government_domain_register_2018.tsv"):
        curie, domain = entry["organisation"], entry["hostname"].lower() + ".gov.uk"
        if curie and entry["hostname"] not in _RELAYS:
            name = organisations.get(curie, rows[domain].organisation if domain in rows else "")
            rows[domain] = Row(key=domain, organisation=name, category=_category(curie), source="domain-register-2017")
    return sorted(rows.values())


def name_rows(folder: Path) -> list[Row]:
    """Give the names by which councils, universities and public bodies go in text."""
    rows = {row.key.lower(): row for row in _body_names(folder)}
    rows |= {row.key.lower(): row for row in _university_names(folder)}
    rows |= {row.key.lower(): row for row in sorted(_council_names(folder), reverse=True)}
    return sorted(rows.values())


def _category(curie: str) -> str:
    kind, _, code = curie.partition(":")
    return _DEPARTMENTS.get(code, "other-government") if kind == "government-organisation" else "local-government"


def _authorities(folder: Path) -> dict[str, str]:
    found = {}
    for kind, file in (
        ("local-authority-eng", "register_local-authority-eng.tsv"),
        ("local-authority-sct", "register_local-authority-sct.tsv"),
        ("principal-local-authority", "register_principal-local-authority.tsv"),
    ):
        for row in _table(folder / file):
            found[f"{kind}:{row[kind]}"] = row["official-name"] or row["name"]
    return found


def _listed(path: Path) -> Iterator[Row]:
    for entry in _table(path):
        owner, whom = entry["Owner"].strip(), entry["Representing"].strip()
        name = whom or owner
        if entry["Domain Name"].removesuffix(".gov.uk") in _RELAYS:
            continue
        category = next(
            (category for category, words in _OWNERS if words.search(f"{owner} {whom}")), "other-government"
        )
        yield Row(
            key=entry["Domain Name"].strip().lower(), organisation=name, category=category, source="cabinet-office-2017"
        )


def _body_names(folder: Path) -> Iterator[Row]:
    for entry in _table(folder / "government_organisation_register_2017.tsv"):
        name, code = entry["name"].strip(), entry["government-organisation"]
        if len(name.split()) > 1:
            category = _DEPARTMENTS.get(code, "other-government")
            yield _named(name, category, "organisation-register-2017")


def _university_names(folder: Path) -> Iterator[Row]:
    for entry in json.loads((folder / "uk_universities.json").read_text(encoding="utf-8")):
        for name in re.split(r", | - | \(", entry["name"]):
            if len(name.split()) > 1 and name != "University of London":
                yield _named(name.removesuffix(")"), "academia", "university-domains-list")


def _council_names(folder: Path) -> Iterator[Row]:
    for entry in _table(folder / "uk_local_authorities.csv"):
        names = {entry["official-name"], *entry["alt-names"].split(",")}
        nice = entry["nice-name"].strip()
        names |= {f"{nice} Council", f"{nice} {_short(entry['local-authority-type'])}"}
        if entry["local-authority-type"] == "LBO":
            names |= {f"LB {nice}", f"London Borough of {nice}", f"{nice} Borough Council"}
        for name in names:
            if _says_council(name.strip()):
                yield _named(name.strip(), "local-government", "local-authority-names-2025")


def _short(kind: str) -> str:
    return {"CTY": "CC", "MD": "MBC", "NMD": "DC", "LBO": "LBC", "UA": "City Council"}.get(kind, "Council")


def _says_council(name: str) -> bool:
    """Leave out bare places: Leeds is a town before it is a council."""
    words = name.lower().split()
    return len(words) > 1 and bool({"council", "borough", "corporation", "cc", "mbc", "dc", "lbc", "lb"} & set(words))


def _named(name: str, category: str, source: str) -> Row:
    return Row(key=name, organisation=name, category=category, source=source)


def _table(path: Path) -> Iterable[dict[str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    return csv.DictReader(text.splitlines(), delimiter="\t" if path.suffix == ".tsv" else ",")


def _write(path: Path, heading: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(lines)


def main(folder: Path) -> None:
    """Write both registers beside the rules."""
    domains, names = domain_rows(folder), name_rows(folder)
    _write(
        HERE / "registers.csv",
        ("domain", "organisation", "category", "source"),
        ((row.key, row.organisation, row.category, row.source) for row in domains),
    )
    _write(HERE / "names.csv", ("name", "category", "source"), ((row.key, row.category, row.source) for row in names))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
