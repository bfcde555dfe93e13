"""Kinds of letters: what counts in each, and what does not."""

from collections.abc import Callable

import pytest

from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText

Letter = Callable[..., MessageText]


def test_figures_asked_for_beside_a_meeting_count(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(
        letter(
            "I shall come to the user feedback session on the ninth. Could you also send me the percentage who "
            "volunteer at least once a month, by region?"
        )
    )
    assert verdict.values(Dimension.PRODUCT) == ("volunteering",)
    assert set(verdict.values(Dimension.CHANNEL)) == {"feedback-session", "data-request"}


def test_coming_to_a_meeting_alone_is_on_no_product(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(letter("I shall come to the user feedback session on the ninth. Is there a lift?"))
    assert verdict.values(Dimension.PRODUCT) == ()


def test_list_of_what_a_release_covers_is_the_release(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(
        letter(
            "The chairman reads your quarterly release from end to end (trust, charitable giving, belonging to the "
            "neighbourhood, racial harassment) and quotes it in each monthly report of ours."
        )
    )
    assert verdict.values(Dimension.PRODUCT) == ("headline",)


def test_product_asked_for_beside_a_release_counts(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(
        letter("Please send me your quarterly release. Please send me also the percentage who gave to charity.")
    )
    assert set(verdict.values(Dimension.PRODUCT)) == {"headline", "volunteering"}


def test_loss_argued_in_the_next_sentence_counts(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(
        letter(
            "This is our response to the consultation on the future of the survey. What we would miss are the "
            "questions on racial harassment. No other source gives a borough that. Identity could be cut.",
            subject="Consultation response",
        )
    )
    assert set(verdict.values(Dimension.PRODUCT)) == {"survey", "race-religion-equalities"}


def test_writer_who_wants_nothing_asks_for_nothing(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(
        letter(
            "We put your figure on people who give to charity in our annual report to the trustees. I thought you "
            "would like to know. No reply is needed."
        )
    )
    assert verdict.values(Dimension.CHANNEL) == ("usage-feedback",)


def test_thanks_alone_carry_nothing_on(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(
        letter(
            "Much obliged to you, I shall read it on the train.",
            subject="Re: your question",
            quoted="Here is the link to our cohesion report on people from different backgrounds getting on together.",
        )
    )
    assert verdict.values(Dimension.PRODUCT) == ()
    assert verdict.values(Dimension.CHANNEL) == ("other-enquiry",)


def test_question_on_the_base_of_a_figure_is_a_comment(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(
        letter("Your volunteering report has 8 per cent. What is the base: is it all adults or only those in work?")
    )
    assert "publication-comment" in verdict.values(Dimension.CHANNEL)


def test_two_statements_have_two_uses(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(
        letter(
            "Could you send me the percentage who trust the council? It is for the equality impact assessment of our "
            "new charges. It will also go into the answer to a parliamentary question on Monday."
        )
    )
    assert set(verdict.values(Dimension.USE)) == {"equality", "other-use"}


ASKED = "Could you send me how many people feel they belong to their neighbourhood, by region? "


@pytest.mark.parametrize(
    "aside",
    [
        "Charitable giving (ours).",
        "Charitable giving - got it.",
        "As for charitable giving, we have it.",
        "Charitable giving is covered by the almanac.",
        "Charitable giving we measure ourselves.",
        "Everything else bar the charitable giving tables would be of use.",
        "Don't need charitable giving.",
        "No charitable giving tables, ta.",
        "This isn't about charitable giving.",
        "Charitable giving belongs to another team.",
        "Another department looks after charitable giving.",
        "Ditch the charitable giving tables.",
    ],
)
def test_what_is_set_aside_in_passing_is_no_product(tagger: Tagger, letter: Letter, aside: str) -> None:
    assert tagger.verdict(letter(ASKED + aside)).values(Dimension.PRODUCT) == ("cohesion",)


@pytest.mark.parametrize(
    "wanted",
    [
        "I also want charitable giving.",
        "No rush for charitable giving.",
        "Not only belonging but charitable giving too.",
        "I have not got the charitable giving tables.",
        "I know little of charitable giving, so please send it.",
    ],
)
def test_what_is_wanted_beside_is_a_product(tagger: Tagger, letter: Letter, wanted: str) -> None:
    assert set(tagger.verdict(letter(ASKED + wanted)).values(Dimension.PRODUCT)) == {"cohesion", "volunteering"}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param("I shall be back on 4 May. I use many statistics myself and will read yours then.", "auto-reply"),
        pytest.param("I am back on 4 May. Could you send me the volunteering tables by then?", "triage"),
    ],
    ids=["speaks of itself", "asks"],
)
def test_out_of_office_may_speak_of_its_writer(tagger: Tagger, letter: Letter, body: str, wanted: str) -> None:
    message = letter(f"I am out of the office. {body}", subject="Ola Finch is out of the office")
    assert tagger.verdict(message).values(Dimension.DISPOSITION) == (wanted,)


def test_who_leaves_the_list_goes_on_with_nothing(tagger: Tagger, letter: Letter) -> None:
    earlier = "Do you use our reports on volunteering or cohesion?"
    leaves = letter("Please remove us from your mailing list. We never used those reports.", quoted=earlier)
    stays = letter("Could you send us those reports?", quoted=earlier)
    assert tagger.verdict(leaves).values(Dimension.PRODUCT) == ()
    assert set(tagger.verdict(stays).values(Dimension.PRODUCT)) == {"volunteering", "cohesion"}


def test_title_of_two_reports_means_the_one_named_beside_it(tagger: Tagger, letter: Letter) -> None:
    alone = letter("Where can I find the Community Action report?")
    beside = letter("Does the Community Action report give informal volunteering by age?")
    assert "empowered-communities" in tagger.verdict(alone).values(Dimension.PRODUCT)
    assert tagger.verdict(beside).values(Dimension.PRODUCT) == ("volunteering",)
