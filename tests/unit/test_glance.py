"""A glance at the settings agrees with reading them in full, and says no where it cannot tell."""

from pathlib import Path

import pytest

from pipeline.commands.opening import storage_url
from pipeline.config import load_settings
from pipeline.glance import USUAL_DATABASE, address_beside, will_read_first_mail

BOX = '[mailboxes.box]\nhost = "127.0.0.1"\nuser = "box"\n'
NAMED = {"STATSHOP_MAILBOXES__BOX__HOST": "127.0.0.1"}


def settings_file(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        pytest.param(BOX, {}, id="a mailbox in the file"),
        pytest.param("", NAMED, id="a mailbox in the environment"),
        pytest.param('[storage]\nurl = "sqlite:///other.db"\n' + BOX, {}, id="another file"),
        pytest.param(BOX, {"STATSHOP_STORAGE__URL": "sqlite:///other.db"}, id="another file in the environment"),
    ],
)
def test_mail_for_a_database_that_is_not_there_is_first_mail(
    tmp_path: Path, text: str, environ: dict[str, str]
) -> None:
    assert will_read_first_mail(settings_file(tmp_path, text), environ)


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        pytest.param("", {}, id="no mailbox"),
        pytest.param("[mailboxes", NAMED, id="no TOML"),
        pytest.param("mailboxes = 1\nstorage = 2", {}, id="values in the place of tables"),
        pytest.param("[storage]\nurl = 3\n" + BOX, {}, id="a number for an address"),
        pytest.param('[storage]\nurl = "postgresql://host/db"\n' + BOX, {}, id="another database"),
        pytest.param('[rules]\nfolder = "rules"\n' + BOX, {}, id="rules of one's own"),
        pytest.param(BOX, {"STATSHOP_RULES__FOLDER": "rules"}, id="rules of one's own in the environment"),
        pytest.param(BOX, {"STATSHOP_STORAGE__URL_FILE": "secret"}, id="an address in a secret's file"),
    ],
)
def test_what_a_glance_cannot_tell_is_no_first_mail(tmp_path: Path, text: str, environ: dict[str, str]) -> None:
    assert not will_read_first_mail(settings_file(tmp_path, text), environ)


def test_settings_that_are_not_there_or_are_no_text_are_no_first_mail(tmp_path: Path) -> None:
    assert not will_read_first_mail(tmp_path / "config.toml", NAMED)
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    assert not will_read_first_mail(tmp_path / "config.toml", NAMED)


@pytest.mark.parametrize("url", ["", "sqlite:///kept/here.db", "sqlite:////nowhere/there.db"])
def test_mail_for_a_database_that_is_there_is_not_its_first(tmp_path: Path, url: str) -> None:
    url = url.replace("/nowhere", str(tmp_path))
    file = settings_file(tmp_path, f'[storage]\nurl = "{url or USUAL_DATABASE}"\n' + BOX)
    assert will_read_first_mail(file, {})
    place = Path(storage_url(load_settings(file, {}), tmp_path).removeprefix("sqlite:///"))
    place.parent.mkdir(exist_ok=True)
    place.touch()
    assert not will_read_first_mail(file, {})


def test_the_usual_database_is_that_of_the_settings(tmp_path: Path) -> None:
    settings = load_settings(settings_file(tmp_path, ""), {})
    assert storage_url(settings, tmp_path) == address_beside(tmp_path, USUAL_DATABASE)
