"""The files of a new team: settings, rule files, lists of organisations, written to an empty folder."""

import csv
import io
import json
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import tomlkit

from classifiers.catalogue import PACKAGED
from classifiers.errors import RulesUnreadable
from classifiers.rulebook import load_rules
from pipeline.adapting.starting_rules import (
    products_file,
    survey_patterns,
    users_file,
)
from pipeline.adapting.starting_uses import HINTS_FILE, USES_FILE
from pipeline.adapting.survey import OWN_DEPARTMENT, NewSurvey, users_by_id
from pipeline.adapting.taking_over import (
    DEPARTMENTS,
    OWN,
    OWN_AND_TOPICS,
    row_without_departments,
    without_departments,
    without_own_words,
    without_own_worths,
)
from pipeline.errors import AnswersUnusable, FolderInUse

_MADE = ("products", "uses", "use_hints", "users")  # a survey's own: made anew
# Measured on a survey's own mail; without them the rules alone count.
_LEFT = ("use_weights", "use_words", "tag_words", "product_words")
_VOICES = ("user_cues", "forms", "dispositions")  # how writers of every survey speak of themselves, topics or not
_SAYS = {  # where what a team said stands
    "products.toml": "--product",
    "users.toml": "--user",
    "domains/known.csv": "--user",
    "words.toml": "--survey",
}
_OWN_MAILBOX = '["statshop", "stat-shop"]'  # in mail_headers.toml


def write_start(survey: NewSurvey, folder: Path) -> tuple[Path, ...]:
    """Write config.toml and rules/ to `folder`; raise FolderInUse when either stands there already.

    The rules are made apart and read first: raises AnswersUnusable, and writes nothing, where they would have mistakes.
    """
    if (folder / "config.toml").exists() or (folder / "rules").exists():
        raise FolderInUse(folder)
    files = dict(_files(survey))
    with tempfile.TemporaryDirectory(prefix="statshop-init-") as apart:
        _written(files, Path(apart))
        _check(Path(apart) / "rules")
    return _written(files, folder)


def _written(files: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
    return tuple(folder / name for name in files)


def _check(rules: Path) -> None:
    try:
        load_rules(rules)
    except RulesUnreadable as unreadable:
        mistakes = [(_SAYS.get(one.file, "answers"), one.reason, one.instead) for one in unreadable.problems]
        raise AnswersUnusable(tuple(mistakes)) from unreadable


def _files(survey: NewSurvey) -> Iterator[tuple[str, str]]:
    yield "config.toml", settings_file(survey)
    yield "rules/products.toml", products_file(survey)
    yield "rules/uses.toml", USES_FILE
    yield "rules/use_hints.toml", HINTS_FILE
    yield "rules/users.toml", users_file(_packaged("users.toml"), survey, DEPARTMENTS)
    for path in sorted(PACKAGED.glob("*.toml")):
        if path.stem not in (*_MADE, *_LEFT) and (text := _taken_over(path.stem, survey)):
            yield f"rules/{path.name}", text
    yield from _lists(survey)


def _taken_over(name: str, survey: NewSurvey) -> str:
    """Give a file that serves every survey; "" for one about products, uses or users, which are a survey's own."""
    text = _packaged(f"{name}.toml")
    begun = tomllib.loads(text)
    if begun.get("dimension") in ("product", "use", "user_category"):
        return ""
    if begun.get("kind") == "table":
        own = text.replace('addressee = "dclg"', f'addressee = "{OWN_DEPARTMENT}"')
        named = own.replace(_OWN_MAILBOX, json.dumps([survey.mailbox.partition("@")[0].lower()]))
        return without_own_worths(without_departments(named))
    cleaned = without_own_words(text, OWN if name in _VOICES else OWN_AND_TOPICS)
    return _named(cleaned, survey) if name == "words" else cleaned


def settings_file(survey: NewSurvey) -> str:
    """Write the settings: what differs from the defaults; every other key stands in docs/settings.md."""
    text = json.dumps  # a JSON string is a TOML string
    return "\n".join(
        [
            "# Made by `statshop init`. Every key that may stand here is described in docs/settings.md.",
            "# The mailbox's password never stands here: "
            f"STATSHOP_MAILBOXES__{survey.short.upper().replace('-', '_')}__PASSWORD (or ..._FILE).",
            "",
            "[site]",
            f"name = {text(survey.name + ' triage')}",
            f"organisation = {text(survey.organisation)}",
            f"contact = {text(survey.mailbox)}",
            f"team_addresses = [{text(survey.mailbox)}]",
            "",
            f"[mailboxes.{survey.short.replace('-', '_')}]",
            f"host = {text(survey.host or 'imap.' + survey.domain)}",
            f"user = {text(survey.mailbox)}",
            "",
            "[rules]",
            'folder = "rules"',
            "",
            "[digests]",
            f"subject = {text(survey.name)}",
            f"mailbox_name = {text(survey.name + ' mailbox')}",
            f"coverage_area = {text(survey.area)}",
            "",
        ]
    )


def _named(text: str, survey: NewSurvey) -> str:
    """Put the survey's own name where the lists of words have that of the first."""
    document = tomlkit.parse(text)
    document["lists"]["survey"] = survey_patterns(survey.name)
    return tomlkit.dumps(document)


def _lists(survey: NewSurvey) -> Iterator[tuple[str, str]]:
    """Give the lists of organisations: the team's users before all the others."""
    own = [[survey.organisation, OWN_DEPARTMENT, survey.domain, ""]]
    own += [[user.title, tag, " ".join(user.domains), ""] for tag, user in users_by_id(survey.users).items()]
    yield "rules/domains/known.csv", _rows("known.csv", 1, own)
    yield "rules/domains/registers.csv", _rows("registers.csv", 2, [])
    yield "rules/domains/names.csv", _rows("names.csv", 1, [])
    yield "rules/domains/ATTRIBUTION.md", _packaged("domains/ATTRIBUTION.md")


def _rows(name: str, place: int, own: list[list[str]]) -> str:
    header, *rows = csv.reader(io.StringIO(_packaged(f"domains/{name}"), newline=""))
    taken = {domain for row in own for domain in row[2].split()} | {row[0] for row in own}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(own)
    writer.writerows(row_without_departments(row, place) for row in rows if row[0] not in taken)
    return out.getvalue()


def _packaged(name: str) -> str:
    return (PACKAGED / name).read_text(encoding="utf-8")
