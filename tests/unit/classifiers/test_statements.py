"""What people say they use figures for and decide by, and the channels of their letters."""

from collections.abc import Callable

import pytest

from classifiers.matching import Matchers
from classifiers.resolve import evidence_of
from classifiers.tagger import Tagger
from classifiers.traits import candidates
from classifiers.verdict import Dimension, MessageText, StatementKind, Verdict
from classifiers.weighing import Worths, weigh

Letter = Callable[..., MessageText]
ASKS = "Could you send me the percentage who volunteer at least once a month, by region? "


def quoted(verdict: Verdict, kind: StatementKind) -> list[str]:
    return [one.text for one in verdict.statements if one.kind is kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "Goes in the hospice's annual report each June.",
        "To see whether our helpers are older than most.",
        "The trust is drawing up its volunteer recruitment plan.",
        "Our trustees have asked me how we compare with the rest of the county.",
        "I am writing a dissertation on neighbourly help in seaside towns.",
    ],
)
def test_use_is_quoted_as_it_stands(tagger: Tagger, letter: Letter, sentence: str) -> None:
    verdict = tagger.verdict(letter(ASKS + sentence))
    assert quoted(verdict, StatementKind.USE) == [sentence]
    assert set(verdict.values(Dimension.CHANNEL)) == {"usage-feedback", "data-request"}


@pytest.mark.parametrize(
    "sentence",
    [
        "The committee votes in May on whether to close the Thursday club or the Saturday one.",
        "Decides which of the four village halls keep their grant.",
        "If it is lower here we will move the two workers to Grimsby.",
        "As a result we dropped the poster campaign and opened a second helpers' centre.",
    ],
)
def test_decision_is_quoted_as_it_stands(tagger: Tagger, letter: Letter, sentence: str) -> None:
    assert quoted(tagger.verdict(letter(ASKS + sentence)), StatementKind.DECISION) == [sentence]


@pytest.mark.parametrize(
    "text",
    [ASKS, "Thank you for the volunteering table, it came this morning.", "We do not use the volunteering figures."],
)
def test_request_or_thanks_state_nothing(tagger: Tagger, letter: Letter, text: str) -> None:
    verdict = tagger.verdict(letter(text))
    assert verdict.statements == ()
    assert verdict.values(Dimension.USE) == ()


@pytest.mark.parametrize(
    ("sentence", "use"),
    [
        ("It is for a news story in Friday's paper.", "other-use"),
        ("It is for the second chapter of my thesis.", "societal-research"),
        ("It is for our volunteer recruitment strategy.", "volunteering-evaluation"),
        ("It will go in the borough's community cohesion strategy.", "integration-cohesion"),
        ("It is for the equality impact assessment of the new grants.", "equality"),
        ("It is for our localism action plan.", "big-society-policy"),
    ],
)
def test_frame_of_the_work_tells_the_use(tagger: Tagger, letter: Letter, sentence: str, use: str) -> None:
    assert tagger.verdict(letter(ASKS + sentence, sender="k.ode@btinternet.com")).values(Dimension.USE) == (use,)


def test_impact_assessment_of_a_justice_body_has_two_uses(tagger: Tagger, letter: Letter) -> None:
    text = (
        "How many people of each ethnic group expect the courts to treat them worse than other races? "
        "It is for the equality impact assessment of the new fines policy."
    )
    uses = tagger.verdict(letter(text, sender="p.lowe@justice.gsi.gov.uk")).values(Dimension.USE)
    assert set(uses) == {"equality", "criminal-justice-ethnic-minorities"}


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        (
            "Table 6 in the volunteering report is headed adults but the footnote says households.",
            "publication-comment",
        ),
        (
            "Your cohesion report claims that nine in ten get on well. I take issue with the word.",
            "publication-comment",
        ),
        ("Under the Freedom of Information Act, what did the Citizenship Survey cost in 2009?", "other-enquiry"),
        ("Would one of your statisticians give a talk at our lunch on 4 May?", "other-enquiry"),
    ],
)
def test_comments_and_enquiries_are_no_requests(tagger: Tagger, letter: Letter, text: str, channel: str) -> None:
    assert tagger.verdict(letter(text)).values(Dimension.CHANNEL) == (channel,)


def test_curt_form_is_read_line_by_line(tagger: Tagger, letter: Letter) -> None:
    form = (
        "1 Name: Ola Finch\n2 Data: formal volunteering, Wales\n3 Use: talk to the county's helpers\n4 Decision: none\n"
    )
    verdict = tagger.verdict(letter(form))
    assert "pro-forma" in verdict.values(Dimension.CHANNEL)
    assert quoted(verdict, StatementKind.USE) == ["talk to the county's helpers"]


def test_form_answered_between_its_quoted_questions_is_read(tagger: Tagger, letter: Letter) -> None:
    form = "> 1. Your team\n\nPARKS\n\n> 2. Data sent\n\nFORMAL VOLUNTEERING, WALES\n\n> 3. What was it used for?\n\n"
    form += "A TALK TO THE COUNTY'S HELPERS\n\n> 4. Was anything decided?\n\nNO\n"
    verdict = tagger.verdict(letter(form))
    assert verdict.values(Dimension.PRODUCT) == ("volunteering",)
    assert quoted(verdict, StatementKind.USE) == ["A TALK TO THE COUNTY'S HELPERS"]


def test_words_on_an_attachment_are_no_statement(tagger: Tagger, letter: Letter) -> None:
    text = "Please find it attached. We use your volunteering figures in our plan for the parks."
    assert quoted(tagger.verdict(letter(text)), StatementKind.USE) == [text.partition(". ")[2]]


def test_title_of_a_form_is_no_answer(tagger: Tagger, letter: Letter) -> None:
    form = "USE OF DATA: PRO FORMA\nOrganisation: Finch Trust\nData received: informal volunteering\n"
    form += "Purpose: Showing funders it works.\n"
    verdict = tagger.verdict(letter("Here it is.", attachment=form))
    assert quoted(verdict, StatementKind.USE) == ["Showing funders it works."]


def test_request_may_stand_in_a_returned_form(tagger: Tagger, letter: Letter) -> None:
    form = "1. Name: O. Finch\n2. Data received: formal volunteering\n3. What was it used for? A bid to our funders.\n"
    form += "4. Anything else you need? Still waiting for the second file.\n"
    channels = tagger.verdict(letter("Attached.", attachment=form)).values(Dimension.CHANNEL)
    assert set(channels) == {"usage-feedback", "pro-forma", "data-request"}


def test_use_of_something_else_is_no_use_of_ours(tagger: Tagger, letter: Letter) -> None:
    verdict = tagger.verdict(letter("We are preparing our new garden plan and the board votes on it in May."))
    assert verdict.values(Dimension.USE) == ()
    assert verdict.statements == ()


def test_cues_of_one_worth_stand_by_name(packaged_matchers: Matchers, letter: Letter) -> None:
    text = letter("We will use the figures for our annual report to the trustees, which they need for the grant bid.")
    alike = Worths(start=0.0, least=0.3, second=0.7, most=2, worth={}, default={})
    those = candidates(evidence_of(packaged_matchers.found(text)))
    weighed = weigh(those, StatementKind.USE, alike)
    assert len(weighed[0].rules) > 1
    assert list(weighed[0].rules) == sorted(weighed[0].rules)
