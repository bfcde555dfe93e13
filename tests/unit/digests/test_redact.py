"""Contact details are struck out of quotes, figures are not."""

import pytest

from digests.disclosure.redact import redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Ring 020 7944 4400 today", "Ring [phone] today", id="London number"),
        pytest.param("Ring +44 20 7944 4400", "Ring [phone]", id="international form"),
        pytest.param("on 07700 900123 please", "on [phone] please", id="mobile kept for drama"),
        pytest.param("at j.o'neil-smith@leeds.gov.uk.", "at [email].", id="address"),
        pytest.param("NI AB 12 34 56 C here", "NI [national insurance number] here", id="National Insurance"),
        pytest.param("of LS1 1UR, Leeds", "of [postcode], Leeds", id="postcode"),
        pytest.param("see http://example.org/~jane now", "see [web address] now", id="web address"),
        pytest.param("at janesmith.co.uk/survey, Leeds", "at [web address] Leeds", id="bare web address"),
        pytest.param("at jösé@example.org", "at [email]", id="address beyond A-Z"),
        pytest.param("As Professor Øyvind Ås, Dr Ángela Núñez said", "As [name], [name] said", id="titles beyond A-Z"),
        pytest.param("Dear Łukasz, dear Élodie", "Dear [name], dear Élodie", id="greeting beyond A-Z"),
        pytest.param("in England and Wales.London is apart", None, id="a full stop without a space"),
        pytest.param("e.g.london figures", None, id="an abbreviation without a space"),
        pytest.param("see JANESMITH.LONDON, or Leeds.gov.uk", "see [web address], or [web address]", id="capitals"),
        pytest.param("2008-09 and 2009-10, table 12, 16,140 cases", None, id="years and counts stay"),
        pytest.param("83% of 12,000 in 2009", None, id="shares stay"),
        pytest.param("the A12 and Q3 2010", None, id="roads and quarters stay"),
    ],
)
def test_redact_strikes_out_contact_details(text: str, shown: str | None) -> None:
    assert redact(text).text == (text if shown is None else shown)


@pytest.mark.parametrize(
    ("sender", "text", "shown"),
    [
        pytest.param("Jane Smith <j@x.org>", "I am JANE SMITH, i'm jane", "I am [name], i'm [name]", id="any case"),
        pytest.param("jane smith <js@x.org>", "says Jane Smith", "says [name]", id="small letters in the header"),
        pytest.param("Jane Smith via Contact Form <f@x.org>", "Jane here", "[name] here", id="by a form"),
        pytest.param("Jane Smith (Leeds City Council) <l@x.org>", "Jane, Leeds", "[name], Leeds", id="of a council"),
        pytest.param("Smith, Jane <l@x.org>", "Jane Smith here", "[name] here", id="surname first"),
        pytest.param("Sean O'Brien <s@x.org>", "Mr Sean, O’Brien here", "[name], [name] here", id="curly apostrophe"),
        pytest.param("José Núñez <s@x.org>", "Jose Nunez, JOSÉ", "[name]", id="accents"),
        pytest.param("A Colleague <c@x.gov.uk> <mary.walker@y.org>", "Mary Walker here", "[name] here", id="forwarded"),
        pytest.param(
            "Will May <w@x.org>", "We will plan; we may. Will May", "We will plan; we may. [name]", id="words"
        ),
        pytest.param("Citizens Advice Bureau of Leeds <c@x.org>", "Citizens ask us", "Citizens ask us", id="office"),
    ],
)
def test_redact_strikes_out_the_name_of_who_wrote(sender: str, text: str, shown: str) -> None:
    assert redact(text, sender).text == shown


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        ("Age Concern Leeds <x@ageconcernleeds.org.uk>", "the volunteering tables by age and sex, for our plan"),
        ("Voluntary Action Leeds <hello@val.org.uk>", "to plan voluntary action in the city of Leeds"),
        ("Citizens Advice Bradford <b@cab.org.uk>", "We advise citizens by these tables"),
        ("Race Equality First <race.equality@ref.org.uk>", "The equality duty rests on the race tables"),
        ("<housing.strategy@leeds.gov.uk>", "for our housing strategy, the Housing Strategy, and local plan"),
        ("<community.safety@leeds.gov.uk>", "The Community Safety Partnership, for community safety"),
        ("Faith Matters <f@fm.org>", "our work on faith and what matters"),
        ("Parliamentary Questions <pq@dwp.gsi.gov.uk>", "cited in parliamentary questions"),
        ("Third Sector Daily <bulletin@thirdsector.co.uk>", "THIRD SECTOR DAILY, of the Third Sector"),
        ("Volunteering Lead <volunteering.lead@x.gov.uk>", "We lead volunteering"),
        ("<green.lane@x.org>", "on a green lane"),
        ("Welcome Refugees Bolton <w@x.org>", "refugees, welcome to Leeds"),
    ],
)
def test_words_of_an_organisation_or_a_desk_stay(sender: str, text: str) -> None:
    assert redact(text, sender).text == text


@pytest.mark.parametrize(
    ("sender", "text", "shown"),
    [
        pytest.param("Jane Smith <jane.smith@x.org>", "jane thinks so", "[name] thinks so", id="pair"),
        pytest.param("Mary Jane Smith <mary.smith@x.org>", "mary smith, Jane", "[name]", id="address agrees"),
        pytest.param("Dr Felicity Oyelaran <f@x.org>", "felicity says", "[name] says", id="title"),
        pytest.param("Jane Smith Housing Strategy <h@x.org>", "jane smith of housing", "[name] of housing", id="desk"),
        pytest.param("Smith, Jane (Housing) <h@x.org>", "jane of housing", "[name] of housing", id="in brackets"),
        pytest.param("Mary Ann Smith-Lee <ann.smith-lee@x.org>", "ann smith-lee", "[name]", id="hyphen"),
        pytest.param("danni_b <danni.blake93@x.org>", "thanks, danni", "thanks, [name]", id="nickname"),
        pytest.param("Steve Race <s@x.org>", "Steve Race of the race unit", "[name] of the race unit", id="a word"),
        pytest.param("<jane.smith@x.org>", "Jane Smith, JANE", "[name]", id="address alone"),
        pytest.param("josé.núñez <josé.núñez@x.org>", "Jose Nunez", "[name]", id="accents in an address"),
    ],
)
def test_name_of_a_person_is_struck_out_beside_such_words(sender: str, text: str, shown: str) -> None:
    assert redact(text, sender).text == shown


def test_redact_says_what_it_found() -> None:
    assert redact("jane@example.org or 020 7944 4400").found == ("[email]", "[phone]")
    assert redact("nothing").found == ()
