"""Topics told without their words, and what such words must not do beside a product that is named."""

from collections.abc import Callable

import pytest

from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText

Letter = Callable[..., MessageText]


def products(tagger: Tagger, message: MessageText) -> set[str]:
    return set(tagger.verdict(message).values(Dimension.PRODUCT))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("How often do adults have people of another faith round to their house?", "cohesion"),
        (
            "Do recent arrivals feel as much at home in their street as those born here? Any numbers would help.",
            "cohesion",
        ),
        ("Has anybody counted how many think the town hall never takes any notice of them?", "empowered-communities"),
        ("Is it true that fewer people go to public meetings than ten years ago?", "empowered-communities"),
        ("How many people in Cornwall put down Cornish when asked what they are?", "identity-values"),
        ("Which virtues do people say everyone who lives in this country should respect?", "identity-values"),
        ("Are more people being picked on for wearing a headscarf?", "race-religion-equalities"),
        ("How many black respondents expect a rougher deal from the police than others?", "race-religion-equalities"),
        ("What share of people mow an elderly neighbour's lawn or do her shopping?", "volunteering"),
        ("Does anybody still put a coin in charity tins? How many people?", "volunteering"),
        ("Do many people agree with the bombers?", "violent-extremism"),
    ],
)
def test_plain_words_tell_a_topic_and_a_person_looks(tagger: Tagger, letter: Letter, text: str, wanted: str) -> None:
    verdict = tagger.verdict(letter(text))

    assert set(verdict.values(Dimension.PRODUCT)) == {wanted}
    assert verdict.needs_person


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("We pulled together the papers and chatted with another group.", id="nobody is asked about"),
        pytest.param("Would anyone of your team volunteer to speak at our conference?", id="an offer"),
        pytest.param("I left my scarf at the community cohesion conference. Has anyone handed it in?", id="a name"),
    ],
)
def test_plain_words_tell_nothing_elsewhere(tagger: Tagger, letter: Letter, text: str) -> None:
    assert products(tagger, letter(text)) == set()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "Please send trust in the police, for people of another background too.",
            {"empowered-communities"},
            id="plain words beside a product in full",
        ),
        pytest.param(
            "How often do people do a neighbour's shopping, and whether they can influence decisions in their area?",
            {"volunteering", "empowered-communities"},
            id="two questions in one sentence",
        ),
        pytest.param(
            "Could you send formal volunteering by tenure? I don't need it by ethnic group.",
            {"volunteering"},
            id="a split is not wanted",
        ),
        pytest.param(
            "I've got the headline findings already. It is only the cohesion chapter that I lack.",
            {"cohesion"},
            id="enclosed by what sets it aside",
        ),
        pytest.param(
            "May we have people mixing with other faiths, and the complete questionnaire for that year?",
            {"cohesion", "survey"},
            id="a questionnaire is wanted too",
        ),
        pytest.param(
            "Which weights do I use when core and boost are pooled, say for job refusal? Are PSU and strata on the EUL "
            "file? And which non-response weights?",
            {"survey"},
            id="a topic as an example of method",
        ),
        pytest.param("How many Muslims volunteer once a month?", {"volunteering"}, id="a group is no topic"),
    ],
)
def test_products_beside_one_another(tagger: Tagger, letter: Letter, text: str, wanted: set[str]) -> None:
    assert products(tagger, letter(text)) == wanted


def test_a_subject_gives_way_to_another_sense_in_the_body(tagger: Tagger, letter: Letter) -> None:
    message = letter(
        "I would like to volunteer with you one day a week. What statistics do you do?", subject="Volunteering"
    )

    assert "volunteering" not in products(tagger, message)


def test_a_question_goes_on_with_the_earlier_mail(tagger: Tagger, letter: Letter) -> None:
    message = letter("Is there an equivalent for the year before?", quoted="Here is the formal volunteering table.")

    assert products(tagger, message) == {"volunteering"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("An interviewer left a card. Do I have to take part? Who gave her my address?", {"survey"}),
        ("My father was visited by an interviewer who asked him whether he gave to charity. He was upset.", {"survey"}),
    ],
)
def test_people_interviewed_write_about_the_survey(tagger: Tagger, letter: Letter, text: str, wanted: set[str]) -> None:
    assert products(tagger, letter(text)) == wanted


@pytest.mark.parametrize(
    ("sender", "text", "wanted"),
    [
        ("m@gmail.com", "My son is reading politics at Hull and needs the trust figures.", "academia"),
        ("m@gmail.com", "We're a small practice working for Luton Council; may we have area satisfaction?", "business"),
        (
            "m@gmail.com",
            "I am writing on behalf of the gurdwara committee about religious harassment.",
            "ocs-voluntary",
        ),
        ("m@gmail.com", "Retired engineer, no affiliation. What share of people trust Parliament?", "public"),
        ("m@gmail.com", "Our submission to the independent review needs trust in the police.", "unknown"),
        ("m@bl.uk", "Where is the cohesion report?", "other-government"),
        ("m@charitycommission.gsi.gov.uk", "Charitable giving please.\n\nCharity Commission", "other-government"),
    ],
)
def test_writers_are_known_by_what_they_say(
    tagger: Tagger, letter: Letter, sender: str, text: str, wanted: str
) -> None:
    assert tagger.verdict(letter(text, sender=sender)).values(Dimension.USER_CATEGORY) == (wanted,)


@pytest.mark.parametrize(
    ("subject", "text", "wanted"),
    [
        (
            "Saving you money",
            "We help councils like yours: toner at half price. Have you ten minutes for a call?",
            "spam",
        ),
        ("An honour", "Esteemed Doctor, you are nominated for the award. Please remit the processing fee.", "spam"),
        ("Shared calendar", "Kim has shared a calendar with you. This message was sent automatically.", "bulk"),
        (
            "Undeliverable: Headline findings",
            "Your message did not reach some of the recipients. 550 unknown user",
            "bounce",
        ),
        ("A question", "We share a calendar of events. What percentage of people volunteer?", "triage"),
    ],
)
def test_dispositions_need_two_signs(tagger: Tagger, letter: Letter, subject: str, text: str, wanted: str) -> None:
    assert tagger.verdict(letter(text, subject=subject)).values(Dimension.DISPOSITION) == (wanted,)
