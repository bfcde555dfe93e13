"""Addresses found again, however their letters are written."""

import pytest

from storage.addresses import folded, forms_of, naming, naming_file


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ("Ann@Example.org", "ANN@example.ORG"),
        ("groß@straße.example", "GROß@STRAßE.example"),
        ("groß@straße.example", "groß@xn--strae-oqa.example"),
        ("groß@xn--strae-oqa.example", "groß@straße.example"),
        ("jörg@example.org", "JÖRG@example.org"),
        ("jörg@example.org", "jo\u0308rg@example.org"),
        ("ann@XN--BCHER-KVA.example", "ann@bücher.example"),
    ],
)
def test_one_address_however_it_is_written(asked: str, stored: str) -> None:
    assert folded(stored) in forms_of(asked)
    assert naming(forms_of(asked)).search(folded(f"ask {stored}, please"))


@pytest.mark.parametrize(
    ("asked", "another"),
    [
        ("groß@example.org", "gross@example.org"),
        ("ann@straße.example", "ann@strasse.example"),
        ("ann@example.org", "joann@example.org"),
        ("jörg@example.org", "ajörg@example.org"),
        ("ann@xn--\x7f.example", "ann@.example"),
    ],
)
def test_another_address_is_another(asked: str, another: str) -> None:
    assert folded(another) not in forms_of(asked)
    assert not naming(forms_of(asked)).search(folded(f"ask {another}, please"))


@pytest.mark.parametrize(
    "name",
    [
        "ann@example.org.eml",
        "ann@example.org.2011.mbox",
        "ann@example.org-2011.mbox",
        "ann@example.org_2011.mbox",
        "2011_ann@example.org.txt",
        "letters/ANN@example.org/1.eml",
    ],
)
def test_a_file_named_after_an_address_however_the_name_goes_on(name: str) -> None:
    assert naming_file(forms_of("ann@example.org")).search(folded(name))


@pytest.mark.parametrize("name", ["joann@example.org.eml", "ann@example.organisation.eml", "ann.eml"])
def test_a_file_named_after_another_address(name: str) -> None:
    assert not naming_file(forms_of("ann@example.org")).search(folded(name))
