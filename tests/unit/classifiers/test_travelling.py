"""Values that go between processes arrive as they were, and as frozen."""

import pickle
from dataclasses import FrozenInstanceError, dataclass

import pytest

from classifiers.travelling import travels_light
from classifiers.verdict import Dimension, Hit, Role, Zone, ZoneKind
from pipeline.mail.message import Address

HIT = Hit(rule="r", dimension=Dimension.PRODUCT, value="cohesion", zone=1, start=2, end=5, words="abc", weight=0.5)


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    left: int
    right: str = ""


@pytest.mark.parametrize(
    "value",
    [HIT, Zone(kind=ZoneKind.NEW, text="a\ud800", start=3), Address(name="Ann", address="a@b.org"), Pair(left=1)],
    ids=lambda value: type(value).__name__,
)
def test_a_value_arrives_as_it_was(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value  # what this test wrote itself


def test_it_arrives_frozen_with_its_enumerations() -> None:
    arrived = pickle.loads(pickle.dumps(HIT))  # what this test wrote itself
    assert arrived.dimension is Dimension.PRODUCT
    assert isinstance(arrived.role, Role)
    with pytest.raises(FrozenInstanceError):
        arrived.value = "other"


def test_one_with_other_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Pair(left=1).__setstate__((1,))
