"""Rules for the team of another survey: what is taken over, and what is made."""

import csv
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.catalogue import Catalogue
from classifiers.examples import check_examples
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText, Writer, Zone, ZoneKind
from pipeline.adapting.making import write_start
from pipeline.adapting.starting_rules import product_ids, survey_patterns
from pipeline.adapting.survey import NewSurvey, product_of, user_of
from pipeline.adapting.taking_over import OWN, OWN_AND_TOPICS, without_own_words
from pipeline.config import load_settings
from pipeline.errors import AnswersUnusable, FolderInUse

ALLOTMENTS = NewSurvey(
    name="Allotments and Gardens Survey",
    mailbox="Growing@gardens.example",
    organisation="Department for Gardens",
    area="Great Britain",
    products=(
        product_of("Allotments and Gardens Survey: Waiting Lists Bulletin; waiting list, time on the list"),
        product_of("Allotments and Gardens Survey: Water Use in Gardens; hosepipe, water butts"),
    ),
    users=(user_of("Society of Allotment Holders; allotmentholders.example"),),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("allotments")
    write_start(ALLOTMENTS, folder)
    return folder


@pytest.fixture(scope="module")
def tagger(house: Path) -> Tagger:
    return Tagger(load_rules(house / "rules"))


def tagged(tagger: Tagger, text: str, address: str = "jo@example.org") -> dict[Dimension, tuple[str, ...]]:
    zones = (Zone(kind=ZoneKind.SUBJECT, text="A question"), Zone(kind=ZoneKind.NEW, text=text))
    verdict = tagger.verdict(MessageText(zones=zones, sender=Writer(name="Jo Example", address=address)))
    return {dimension: verdict.values(dimension) for dimension in Dimension}


def test_every_rule_does_what_its_examples_say(house: Path) -> None:
    assert check_examples(load_rules(house / "rules")) == ()


def test_no_rule_file_names_the_first_survey(house: Path) -> None:
    found = [
        f"{path.name}: {match[0]}"
        for path in (house / "rules").glob("*.toml")
        for match in OWN.finditer(path.read_text())
    ]
    assert found == []


def test_no_worth_is_taken_over_that_was_measured_for_a_topic_of_the_first_survey(house: Path) -> None:
    worths = tomllib.loads((house / "rules/statement_words.toml").read_text())
    named = {word for kind in ("use", "decision") for words in worths[kind].values() for word in words}
    assert named
    assert {word for word in named if OWN_AND_TOPICS.search(word)} == set()


def test_every_kind_of_user_that_the_lists_give_is_known(house: Path) -> None:
    known = {entry.id for entry in catalogue(house).of(Dimension.USER_CATEGORY)}
    for name in ("known.csv", "registers.csv", "names.csv"):
        with (house / "rules/domains" / name).open(encoding="utf-8", newline="") as lines:
            assert {row["category"] for row in csv.DictReader(lines)} - {""} <= known


def catalogue(house: Path) -> Catalogue:
    return load_rules(house / "rules").catalogue


def test_a_request_is_tagged_with_the_teams_own_product_and_user(tagger: Tagger) -> None:
    text = "Please could you send me the table of the Water Use in Gardens report by region?"
    found = tagged(tagger, text, "chair@allotmentholders.example")
    assert found[Dimension.PRODUCT] == ("water-use-in-gardens",)
    assert found[Dimension.USER_CATEGORY] == ("society-of-allotment-holders",)
    assert found[Dimension.CHANNEL] == ("data-request",)


def test_the_survey_as_a_whole_is_known_by_its_name(tagger: Tagger) -> None:
    text = "Which weight should I use with the Allotments and Gardens Survey dataset?"
    assert tagged(tagger, text)[Dimension.PRODUCT] == ("survey",)


def test_a_use_is_stated_and_named(tagger: Tagger) -> None:
    text = "We use your waiting list figures to allocate our budget for new plots across the borough."
    found = tagged(tagger, text, "clerk@leeds.gov.uk")
    assert found[Dimension.USE] == ("resource-allocation",)
    assert "usage-feedback" in found[Dimension.CHANNEL]
    assert found[Dimension.USER_CATEGORY] == ("local-government",)


def test_a_department_is_other_government(tagger: Tagger) -> None:
    assert tagged(tagger, "Please send me the figures.", "a.b@justice.gsi.gov.uk")[Dimension.USER_CATEGORY] == (
        "other-government",
    )


def test_the_settings_can_be_read(house: Path) -> None:
    settings = load_settings(house / "config.toml", {})
    assert settings.site.team_addresses == ("Growing@gardens.example",)
    assert settings.mailboxes["growing"].host == "imap.gardens.example"
    assert settings.rules.folder == Path("rules")
    assert settings.digests.subject == "Allotments and Gardens Survey"


def test_nothing_is_overwritten(house: Path) -> None:
    before = (house / "config.toml").read_bytes()
    with pytest.raises(FolderInUse):
        write_start(ALLOTMENTS, house)
    assert (house / "config.toml").read_bytes() == before


def test_text_that_would_break_toml_is_quoted(tmp_path: Path) -> None:
    odd = NewSurvey(
        name='Survey "of" \\ hedges\n[x]',
        mailbox="hedges@x.example",
        organisation='The "Hedge" Office',
        area='North "and" South',
        products=(product_of('Hedges "tall" and small'),),
    )
    write_start(odd, tmp_path)
    assert load_settings(tmp_path / "config.toml", {}).site.organisation == 'The "Hedge" Office'
    assert load_rules(tmp_path / "rules").catalogue.of(Dimension.PRODUCT)[0].title == 'Hedges "tall" and small'


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("(table|citizenship|figure) ..3 area", "(table|figure) ..3 area"),
        ("the citizenship ..1 survey", ""),
        ("(dclg|clg) team", ""),
        ("(council|district) ..2 figures", "(council|district) ..2 figures"),
    ],
    ids=["an alternative", "the whole", "no alternative is left", "nothing of it"],
)
def test_words_of_the_first_survey_are_taken_out(pattern: str, left: str) -> None:
    text = f'[[rule]]\nid = "a"\ntag = "b"\npatterns = ["{pattern}", "kept"]\n'
    assert re.findall(r'"([^"]*)"', without_own_words(text, OWN))[2:] == [one for one in (left, "kept") if one]


def test_a_survey_is_known_by_its_name_its_words_and_its_initials() -> None:
    assert survey_patterns("Survey of Garden Hedges") == [
        "survey of garden hedges",
        "garden ..2 hedges ..2 (survey|study|statistic|data|figure|report|result)",
        "=sogh",
    ]


def with_users(*users: str) -> NewSurvey:
    return replace(ALLOTMENTS, users=tuple(map(user_of, users)))


def test_user_that_is_a_kind_of_its_own_is_its_tag(tmp_path: Path) -> None:
    users = ("Local Government; lga.example", "Police; police.example", "None; a.example", "police; met.example")
    write_start(with_users(*users), tmp_path)
    tags = catalogue(tmp_path).of(Dimension.USER_CATEGORY)
    annex = [(one.id, one.title) for one in tags if one.in_annex]
    assert annex == [("local-government", "Local Government"), ("police", "Police"), ("none-in-annex", "None")]
    assert {one.id for one in tags} >= {"none", "unknown"}
    verdict = tagged(Tagger(load_rules(tmp_path / "rules")), "Please send me the figures.", "a@met.example")
    assert verdict[Dimension.USER_CATEGORY] == ("police",)


@pytest.mark.parametrize(
    ("survey", "says"),
    [
        (with_users("Police; https://police.example/"), "--user: 'https://police.example/' is no domain"),
        (replace(ALLOTMENTS, products=(product_of("Rents; let*"),)), "--product: the phrase 'let*' has a mark"),
    ],
    ids=["a domain", "a word"],
)
def test_answers_that_make_rules_with_mistakes_are_named(survey: NewSurvey, says: str, tmp_path: Path) -> None:
    with pytest.raises(AnswersUnusable, match=re.escape(says)):
        write_start(survey, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_no_two_products_share_an_id() -> None:
    titles = ("Hedges", "hedges", "Survey", "?")
    survey = NewSurvey(
        name="Garden Survey", mailbox="a@x.example", organisation="X", area="Y", products=tuple(map(product_of, titles))
    )
    assert product_ids(survey) == ("hedges", "hedges-2", "survey-3", "product-4")
