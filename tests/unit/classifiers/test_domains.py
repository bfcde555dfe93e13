"""Whose mail domain that is."""

import pytest

from classifiers.domains import Domains, domain_of
from classifiers.rulebook import load_rules

DOMAINS = Domains(load_rules().tables["sender_domains"])


@pytest.mark.parametrize(
    ("domain", "organisation", "category"),
    [
        ("leeds.gcsx.gov.uk", "Leeds City Council", "local-government"),
        ("mail.leeds.gov.uk", "Leeds City Council", "local-government"),
        ("edinburgh.gsx.gov.uk", "The City of Edinburgh Council", "local-government"),
        ("cabinet-office.x.gsi.gov.uk", "Cabinet Office", "other-government"),
        ("homeoffice.x.gsi.gov.uk", "Home Office", "home-office"),
        ("london.probation.gsi.gov.uk", "National Probation Service", "moj"),
        ("met.pnn.police.uk", "Metropolitan Police", "local-government"),
        ("kent.pnn.police.uk", "a police force", "local-government"),
        ("ips.gsi.gov.uk", "Identity and Passport Service", "home-office"),
        ("geo.gsi.gov.uk", "Government Equalities Office", "geo-ehrc"),
        ("audit-commission.gov.uk", "Audit Commission", "other-government"),
        ("kent-pa.gov.uk", "a police authority", "local-government"),
        ("nuffield.ox.ac.uk", "Nuffield College", "academia"),
        ("fra.europa.eu", "EU Agency for Fundamental Rights", "other"),
        ("education.govt.nz", "Statistics New Zealand", "other-government"),
    ],
)
def test_domain_is_known(domain: str, organisation: str, category: str) -> None:
    fact = DOMAINS.fact(f"somebody@{domain}")
    assert fact is not None
    assert (fact.organisation, fact.category) == (organisation, category)


def test_relay_tells_the_kind_of_a_body_no_list_knows() -> None:
    fact = DOMAINS.fact("a@unheardof.gsi.gov.uk")
    assert fact is not None
    assert (fact.category, fact.source) == ("other-government", "the relay network")


@pytest.mark.parametrize("domain", ["gmail.com", "btinternet.com", "onetel.net", "yahoo.co.uk"])
def test_provider_is_known_to_tell_nothing(domain: str) -> None:
    fact = DOMAINS.fact(f"a@{domain}")
    assert fact is not None
    assert fact.free


@pytest.mark.parametrize("domain", ["smallthing.org.uk", "essex.ac.uk.evil.com", "leeds.gov.uk.evil.com", "x.net"])
def test_domain_that_no_list_knows_is_not_known(domain: str) -> None:
    assert DOMAINS.fact(f"a@{domain}") is None


def test_shape_of_a_domain_is_not_sure() -> None:
    fact = DOMAINS.fact("a@hackneycvs.org.uk")
    assert fact is not None
    assert not fact.sure
    assert fact.category == "ocs-voluntary"


@pytest.mark.parametrize(
    ("address", "domain"),
    [("a@Leeds.GOV.uk", "leeds.gov.uk"), ("<a@b.org>", "b.org"), ("no address", ""), ("", ""), ("a@localhost", "")],
)
def test_domain_of_an_address(address: str, domain: str) -> None:
    assert domain_of(address) == domain
