"""Readers made once and lent: kept while the rules stay, replaced when they change, ended by the last borrower."""

import pytest

from pipeline.commands.shelf import ReaderShelf


class FakeReader:
    def __init__(self, number: int) -> None:
        self.number, self.ended = number, 0

    def __enter__(self) -> "FakeReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.ended += 1


class Shop:
    """Makes readers, and says which rules count."""

    def __init__(self) -> None:
        self.made: list[FakeReader] = []
        self.rules = "a"

    def make(self) -> FakeReader:
        self.made.append(FakeReader(len(self.made)))
        return self.made[-1]

    def shelf(self) -> ReaderShelf:
        return ReaderShelf(self.make, lambda: self.rules)


def test_one_reader_serves_many_jobs_and_ends_with_the_shelf():
    shop = Shop()
    with shop.shelf() as shelf:
        for _ in range(3):
            with shelf.lent():
                pass
        assert [reader.ended for reader in shop.made] == [0]
    assert [reader.ended for reader in shop.made] == [1]


def test_other_rules_bring_another_reader_and_the_old_one_ends_when_given_back():
    shop = Shop()
    with shop.shelf() as shelf:
        with shelf.lent() as old:
            shop.rules = "b"
            with shelf.lent() as new:
                assert (new.number, old.ended) == (1, 0)
            assert (old.ended, new.ended) == (0, 0)
        assert (old.ended, new.ended) == (1, 0)


def test_an_old_reader_that_nobody_has_ends_at_once():
    shop = Shop()
    with shop.shelf() as shelf:
        with shelf.lent() as old:
            pass
        shop.rules = "b"
        with shelf.lent() as new:
            assert (old.ended, new.ended) == (1, 0)


def test_a_reader_with_which_something_went_wrong_is_not_lent_again():
    shop = Shop()
    with shop.shelf() as shelf:
        with pytest.raises(ValueError, match="broken"), shelf.lent():
            raise ValueError("broken")
        with shelf.lent() as next_one:
            assert next_one.number == 1
    assert [reader.ended for reader in shop.made] == [1, 1]
