"""Products where the same is asked for again, where others are compared, and where nobody says who writes."""

from collections.abc import Callable

from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText

Letter = Callable[..., MessageText]
EARLIER = "Please find below the percentage who feel they belong to their neighbourhood, by region."


def products(tagger: Tagger, message: MessageText) -> set[str]:
    return set(tagger.verdict(message).values(Dimension.PRODUCT))


def test_earlier_subject_goes_on_beside_a_new_one(tagger: Tagger, letter: Letter) -> None:
    new = "Many thanks. Could I have the same table for Scotland, and the share who describe themselves as English?"
    assert products(tagger, letter(new, quoted=EARLIER)) == {"cohesion", "identity-values"}


def test_same_of_another_subject_leaves_the_earlier_one(tagger: Tagger, letter: Letter) -> None:
    new = "Many thanks. Could I have the same table for formal volunteering?"
    assert products(tagger, letter(new, quoted=EARLIER)) == {"volunteering"}


def test_others_who_fare_better_are_no_friends(tagger: Tagger, letter: Letter) -> None:
    new = "What share of people expect the courts to treat them worse than someone of another race?"
    assert products(tagger, letter(new)) == {"race-religion-equalities"}


def test_force_in_a_cause_is_no_protest(tagger: Tagger, letter: Letter) -> None:
    new = "Does the Citizenship Survey say how many people think force is acceptable to protest against injustice?"
    assert products(tagger, letter(new)) == {"violent-extremism"}


def test_letter_from_nobody_in_particular_is_less_sure(tagger: Tagger, letter: Letter) -> None:
    new = "Where do I find the Community Spirit report on people from different backgrounds getting on together?"
    told = tagger.verdict(letter(new, sender="policy@leeds.gov.uk"))
    untold = tagger.verdict(letter(new, sender="kestrel99@googlemail.com"))
    assert told.confidence > untold.confidence
    assert "it could come from anybody" in tagger.doubting_below(1.0).verdict(letter(new, sender="k@gmail.com")).reasons
