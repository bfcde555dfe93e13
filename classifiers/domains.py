"""Whose mail domain that is: the hand-kept list, the registers, then the shape of the domain.

Government mail of the time ran over relay networks: `leeds.gcsx.gov.uk` is Leeds, `cabinet-office.x.gsi.gov.uk` the
Cabinet Office. The label is taken out before the lists are asked, and where they know nothing the network itself tells
what kind of body stands on it. Each list is walked from the whole domain to its shorter endings. `*.org.uk` is evidence
of nothing; nor is an address at a free-mail or internet provider, which the hand list holds without a category.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.catalogue import PACKAGED
from classifiers.domain_lists import FOLDER, KNOWN, rows_of
from classifiers.globs import fitting

_ADDRESS = re.compile(r"@([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)\.?>?\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class DomainFact:
    """What is known of a mail domain: `domain` is the ending that a list or shape knew, `source` which one.

    `category` is empty for free mail. `sure` is False where only the shape of the domain speaks.
    """

    domain: str
    organisation: str
    category: str
    source: str
    sure: bool = True

    @property
    def free(self) -> bool:
        """Tell whether this is a provider at which anybody can have an address."""
        return not self.category


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shape:
    domains: re.Pattern[str]
    but: re.Pattern[str] | None
    organisation: str
    category: str
    sure: bool


class Domains:
    """All that is known of mail domains; made once."""

    def __init__(self, table: Mapping[str, Any], folder: Path | None = None) -> None:
        """Read the lists of `folder`; `table` is sender_domains.toml."""
        place = (folder or PACKAGED) / FOLDER
        self._known = dict(_hand_rows(place / KNOWN))
        self._registers = dict(_register_rows(place / "registers.csv"))
        self._relays: Mapping[str, str] = table.get("relays", {})
        self._shapes = tuple(_shape(entry) for entry in table.get("shape", ()))

    def fact(self, address: str) -> DomainFact | None:
        """Tell whose address that is; None when nothing is known of its domain."""
        domain = domain_of(address)
        if not domain:
            return None
        plain, relay = self._without_relay(domain)
        for table in (self._known, self._registers):
            for name in (domain, plain):
                found = _walk(table, name)
                if found is not None:
                    return found
        return self._by_shape(plain) if not relay else self._by_shape(plain, self._relays[relay])

    def _without_relay(self, domain: str) -> tuple[str, str]:
        """Take the relay network's label (and the x before it) out of a government domain."""
        if domain.endswith(".pnn.police.uk"):
            return domain.removesuffix(".pnn.police.uk") + ".police.uk", ""
        labels = domain.split(".")
        if len(labels) < 4 or labels[-2:] != ["gov", "uk"] or labels[-3] not in self._relays:
            return domain, ""
        body = [label for label in labels[:-3] if label != "x"]
        return ".".join([*body, "gov", "uk"]), labels[-3]

    def _by_shape(self, domain: str, relay_category: str = "") -> DomainFact | None:
        for shape in self._shapes:
            if shape.domains.search(domain) and not (shape.but and shape.but.search(domain)):
                if not shape.sure and relay_category:
                    break
                return DomainFact(
                    domain=domain,
                    organisation=shape.organisation,
                    category=shape.category,
                    source="the shape of the domain",
                    sure=shape.sure,
                )
        if not relay_category:
            return None
        network = "a body on the government's network"
        return DomainFact(domain=domain, organisation=network, category=relay_category, source="the relay network")


def domain_of(address: str) -> str:
    """Give the domain of an address in lower case, "" when it has none."""
    match = _ADDRESS.search(address.strip())
    return match.group(1).lower() if match else ""


def _walk(table: Mapping[str, DomainFact], domain: str) -> DomainFact | None:
    """Look for the domain, then for its shorter endings."""
    labels = domain.split(".")
    endings = (".".join(labels[place:]) for place in range(len(labels)))
    return next((table[ending] for ending in endings if ending in table), None)


def _hand_rows(path: Path) -> Iterator[tuple[str, DomainFact]]:
    for row in rows_of(path):
        for domain in row["domains"].lower().split():
            yield domain, _fact(domain, row, "the list kept by hand")


def _register_rows(path: Path) -> Iterator[tuple[str, DomainFact]]:
    for row in rows_of(path):
        domain = row["domain"].strip().lower()
        yield domain, _fact(domain, row, "the register")


def _fact(domain: str, row: Mapping[str, str], source: str) -> DomainFact:
    organisation, category = row["organisation"].strip(), row["category"].strip()
    return DomainFact(domain=domain, organisation=organisation, category=category, source=source)


def _shape(entry: Mapping[str, Any]) -> _Shape:
    return _Shape(
        domains=fitting(entry["domains"]),
        but=fitting(entry["not"]) if "not" in entry else None,
        organisation=entry["organisation"],
        category=entry["category"],
        sure=bool(entry.get("sure", True)),
    )
