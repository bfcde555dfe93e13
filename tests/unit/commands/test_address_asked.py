"""The address that a person names on the command line."""

import pytest

from pipeline.commands.address_asked import address_asked
from pipeline.errors import NotAnAddress


@pytest.mark.parametrize(
    ("words", "address"),
    [
        (" Ann@Example.org ", "Ann@Example.org"),
        ("Ann Example <ann@example.org>", "ann@example.org"),
        ('"Example, Ann (x@y.org)" < ann@example.org >', "ann@example.org"),
        ("<mailto:ann@example.org>", "ann@example.org"),
        ("MAILTO:o%27hara+x@example.org?subject=Hello", "o'hara+x@example.org"),
        ("ann@example.org.", "ann@example.org"),
        ("root@mailhost", "root@mailhost"),
        ("jürgen@exämple.org", "jürgen@exämple.org"),
    ],
)
def test_the_address_is_taken_out_of_what_stands_around_it(words: str, address: str) -> None:
    assert address_asked(words) == address


@pytest.mark.parametrize(
    "words",
    ["", " ", "@", "Leeds", "ann@", "@example.org", "a@b@c.org", "ann example.org", "ann@example.org, bob@example.org",
     "<ann@example.org> <bob@example.org>", "ann@.org", "ann..x@example.org", "%", "ann@example.org x"],
)  # fmt: skip
def test_what_is_no_single_whole_address_is_refused(words: str) -> None:
    with pytest.raises(NotAnAddress):
        address_asked(words)
