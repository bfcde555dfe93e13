"""What a whole message is tagged with: zones, roles, forms, situations."""

from collections.abc import Callable

import pytest

from classifiers.explaining import Asked
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText, Role, StatementKind

Letter = Callable[..., MessageText]
FORM = """Pro forma: use of data

Organisation: Fairview Community Trust
Data supplied: formal volunteering by age, East Midlands
What have you used it for? Planning where our befriending scheme recruits next.
Has it informed a decision? Yes, the trustees moved two posts to Newark in May.
May we quote you? Yes"""


def products(tagger: Tagger, message: MessageText) -> set[str]:
    return set(tagger.verdict(message).values(Dimension.PRODUCT))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "How many adults volunteer at least once a month?", {"volunteering"}, id="topic without its title"
        ),
        pytest.param(
            "Figures on volunteering and discrimination, please.",
            {"volunteering", "race-religion-equalities"},
            id="two",
        ),
        pytest.param("Please send formal volunteering by ethnic group.", {"volunteering"}, id="breakdown adds nothing"),
        pytest.param(
            "I do not need the cohesion report, only the tables on national identity.",
            {"identity-values"},
            id="set aside",
        ),
        pytest.param(
            "Please send the identity tables. The cohesion report is not ours.",
            {"identity-values"},
            id="set aside after",
        ),
        pytest.param(
            "Not the volunteering bit, only charitable giving please.", {"volunteering"}, id="part of a product"
        ),
        pytest.param(
            "Does anybody need a volunteer for a focus group? I have my identity card.", set(), id="other senses"
        ),
        pytest.param("Which weights should I use with the Citizenship Survey dataset?", {"survey"}, id="methods"),
        pytest.param("Is trust in the police falling?", {"empowered-communities"}, id="trust"),
        pytest.param(
            "How many expect to be treated worse by the courts?", {"race-religion-equalities"}, id="treatment"
        ),
    ],
)
def test_products_are_what_the_text_is_about(tagger: Tagger, letter: Letter, text: str, wanted: set[str]) -> None:
    assert products(tagger, letter(text)) == wanted


def test_quoted_mail_continues_what_the_new_text_leaves_open(tagger: Tagger, letter: Letter) -> None:
    message = letter(
        "Could you send the same for 2009-10?", subject="Re: your request", quoted="Formal volunteering by age."
    )
    assert products(tagger, message) == {"volunteering"}


def test_thanks_above_quoted_mail_carries_nothing_on(tagger: Tagger, letter: Letter) -> None:
    message = letter("Many thanks.", subject="Re: Volunteering figures", quoted="Formal volunteering by age.")
    verdict = tagger.verdict(message)
    assert verdict.values(Dimension.PRODUCT) == ()
    assert verdict.values(Dimension.CHANNEL) == ("other-enquiry",)


def test_new_subject_outdoes_quoted_mail(tagger: Tagger, letter: Letter) -> None:
    message = letter("Now please the same tables on religious prejudice.", quoted="Formal volunteering by age.")
    assert products(tagger, message) == {"race-religion-equalities"}


@pytest.mark.parametrize("zone", ["signature", "disclaimer"])
def test_signature_and_disclaimer_name_no_product(tagger: Tagger, letter: Letter, zone: str) -> None:
    message = letter("Please call me.", **{zone: "Head of formal volunteering figures and community cohesion"})
    assert products(tagger, message) == set()


def test_attachment_counts_in_full(tagger: Tagger, letter: Letter) -> None:
    message = letter("Please see attached.", attachment="We would like figures on meaningful interaction.")
    assert products(tagger, message) == {"cohesion"}


def test_forwarded_original_counts_for_who_only_passes_it_on(tagger: Tagger, letter: Letter) -> None:
    message = letter("One for you.", subject="FW: figures", forwarded="Have you figures on fear of racist attack?")
    assert products(tagger, message) == {"race-religion-equalities"}


def test_pro_forma_is_read_field_by_field(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(letter(FORM))
    assert set(verdict.values(Dimension.CHANNEL)) == {"pro-forma", "usage-feedback"}
    assert verdict.values(Dimension.PRODUCT) == ("volunteering",)
    assert [(one.kind, one.text) for one in verdict.statements] == [
        (StatementKind.USE, "Planning where our befriending scheme recruits next."),
        (StatementKind.DECISION, "Yes, the trustees moved two posts to Newark in May."),
    ]


def test_placeholder_in_a_pro_forma_is_no_statement(tagger: Tagger, letter: Letter) -> None:
    empty = FORM.replace("Yes, the trustees moved two posts to Newark in May.", "n/a")
    kinds = {one.kind for one in tagger.verdict(letter(empty)).statements}
    assert kinds == {StatementKind.USE}


def test_person_interviewed_who_complains(tagger: Tagger, letter: Letter) -> None:
    text = "Your interviewer came to my door about the Citizenship Survey and would not leave. Who gave you my address?"
    verdict = tagger.verdict(letter(text, sender="m.poole@btinternet.com"))
    assert verdict.values(Dimension.PRODUCT) == ("survey",)
    assert verdict.values(Dimension.CHANNEL) == ("other-enquiry",)


def test_logistics_of_the_session_name_no_product(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(letter("I would like to come to the user feedback session. Is there parking?"))
    assert verdict.values(Dimension.PRODUCT) == ()
    assert verdict.values(Dimension.CHANNEL) == ("feedback-session",)


def test_use_and_decision_are_quoted_verbatim(tagger: Tagger, letter: Letter) -> None:
    text = (
        "Please send me formal volunteering by region.\n\nWe use these figures in our annual report on the sector.\n"
        "The trustees will decide on that basis whether to close the Derby office."
    )
    message = letter(text)
    verdict = tagger.verdict(message)
    assert verdict.values(Dimension.USE) == ("volunteering-evaluation",)
    for one in verdict.statements:
        assert message.zones[one.zone].text[one.start : one.end] == one.text
    assert "whether to close the Derby office." in verdict.statements[-1].text


def test_no_use_without_a_statement(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(letter("We do not use these statistics.", subject="Volunteering"))
    assert verdict.values(Dimension.USE) == ()
    assert "usage-feedback" not in verdict.values(Dimension.CHANNEL)


def test_hits_give_their_words_and_place(tagger: Tagger, letter: Letter) -> None:
    message = letter("I need neither the cohesion report nor anything else but tables on Britishness.")
    for hit in tagger.verdict(message).hits:
        assert hit.zone < 0 or message.zones[hit.zone].text[hit.start : hit.end] == hit.words


def test_hits_hold_what_told_the_kind_of_user(tagger: Tagger, letter: Letter) -> None:
    hits = tagger.verdict(letter("Please call.", sender="a@kirklees.gov.uk")).hits
    assert ("sender-address", "kirklees.gov.uk", -1) in {(hit.rule, hit.words, hit.zone) for hit in hits}


def test_why_not_names_the_role_of_what_was_set_aside(tagger: Tagger, letter: Letter) -> None:
    message = letter("Please send the identity tables. I do not need the cohesion report.")
    why = tagger.explain(message, Asked(dimension=Dimension.PRODUCT, value="cohesion")).why_not
    assert why is not None
    assert why.reason == "it is named only to be set aside"
    assert {one.hit.role for one in why.uncounted} >= {Role.SET_ASIDE}


def test_why_not_names_the_nearest_rule_and_what_it_lacks(tagger: Tagger, letter: Letter) -> None:
    message = letter("Could you tell me how many people are formal?")
    why = tagger.explain(message, Asked(dimension=Dimension.PRODUCT, value="volunteering")).why_not
    assert why is not None
    assert why.near[0].lacks
    assert why.near[0].sentence.startswith("Could you")


def test_message_about_nothing_of_ours_needs_a_person(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(letter("The lift on floor 4 is out of order again."))
    assert verdict.values(Dimension.PRODUCT) == ()
    assert verdict.needs_person
    assert "no product was recognised in it" in verdict.reasons


@pytest.mark.parametrize(
    ("text", "of_what"),
    [
        ("Could you send the tables, by how many people in each ward?", "statistics in general"),
        ("Who was interviewed for the Citizenship Survey, and in which tables?", "the survey itself"),
    ],
)
def test_the_survey_is_named_as_a_doubt_only_where_it_is_spoken_of(
    tagger: Tagger, letter: Letter, text: str, of_what: str
) -> None:
    told = tagger.doubting_below(1.0).verdict(letter(text)).reasons
    assert [reason for reason in told if reason.startswith("it speaks of")] == [f"it speaks of {of_what}"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Please send the Identity and Values report, not the volunteering one.", id="two products"),
        pytest.param("Could you send the equalities figures? I do not mean violent extremism.", id="set aside"),
        pytest.param("Dear team, a comment.", id="no product"),
    ],
)
def test_reasons_name_tags_by_their_titles(tagger: Tagger, letter: Letter, text: str) -> None:
    told = " ".join(tagger.doubting_below(1.0).verdict(letter(text)).reasons)
    entries = tagger.rulebook.catalogue.entries
    assert not [entry.id for entry in entries if "-" in entry.id and entry.id in told]
    assert any(f"“{entry.title}”" in told for entry in entries)


@pytest.mark.parametrize("text", ["", " \n\n", "?", "\u200b", "-- \n", "word" * 40_000, "a. " * 30_000])
def test_odd_texts_get_a_verdict(tagger: Tagger, letter: Letter, text: str) -> None:
    verdict = tagger.verdict(letter(text))
    assert len(verdict.values(Dimension.DISPOSITION)) == 1
    assert len(verdict.values(Dimension.USER_CATEGORY)) == 1
