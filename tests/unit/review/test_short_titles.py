"""Short titles: what all products begin with is left out, and nothing else."""

from classifiers.catalogue import Catalogue, CatalogueEntry, Dimension
from review.short_titles import shared_beginnings, shortened


def catalogue_with(*titles):
    """Make a catalogue of products."""
    entries = (CatalogueEntry(dimension=Dimension.PRODUCT, id=f"p{n}", title=title) for n, title in enumerate(titles))
    return Catalogue(entries=tuple(entries))


def test_what_two_products_begin_with_is_left_out():
    catalogue = catalogue_with("The Survey: Cohesion", "The Survey: Identity", "The Survey as a whole")
    beginnings = shared_beginnings(catalogue)
    assert shortened("One place alone speaks for “The Survey: Cohesion”", beginnings) == (
        "One place alone speaks for “Cohesion”"
    )
    assert shortened("The Survey as a whole", beginnings) == "The Survey as a whole"


def test_what_one_product_begins_with_stays():
    beginnings = shared_beginnings(catalogue_with("The Survey: Cohesion", "Other: Identity", "Wards"))
    assert shortened("The Survey: Cohesion", beginnings) == "The Survey: Cohesion"
