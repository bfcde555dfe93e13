"""Settings: read once, frozen, every mistake reported with its place."""

import re
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline import settings_report
from pipeline.commands.opening import mailboxes_of
from pipeline.config import Settings, load_settings
from pipeline.errors import ConfigError, ConfigMissing
from pipeline.settings_sources import ANY_NAME, Key, keys_of

HOUSE = Path(__file__).parents[2]
MAILBOX = {"STATSHOP_MAILBOXES__STATSHOP__HOST": "imap.example.org", "STATSHOP_MAILBOXES__STATSHOP__USER": "statshop"}


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def problems_of(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, environ or {})
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_settings_are_the_defaults(tmp_path: Path) -> None:
    shipped = load_settings(HOUSE / "config.toml", {})
    empty = load_settings(written(tmp_path, ""), {})
    assert shipped.model_copy(update={"site": empty.site}) == empty


def test_a_network_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    (problem,) = problems_of(written(tmp_path, '[page]\nmetrics_from = ["10.1.2.3/40"]\n'))
    assert "page.metrics_from" in problem
    assert 'has to be an address or a network, such as "10.1.2.3" or "10.1.2.0/24"' in problem


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0"])
def test_a_proxy_that_is_anybody_is_refused(tmp_path: Path, network: str) -> None:
    (problem,) = problems_of(
        written(tmp_path, f'[page.proxy]\nheader = "X-Remote-User"\naddresses = ["10.1.2.3", "{network}"]\n')
    )
    assert "anybody could say who is signed in" in problem


@pytest.mark.parametrize("address", ["", "@example.org", "Team <team@example.org>", '[\\"team@example.org\\"]'])
def test_an_address_of_the_team_that_no_mail_could_have_is_told(tmp_path: Path, address: str) -> None:
    """Else the team's own mail would be counted as a user's, and nobody would know."""
    (problem,) = problems_of(written(tmp_path, f'[site]\nteam_addresses = ["{address}"]\n'))
    assert "line 2: site.team_addresses has to hold addresses alone" in problem


def test_every_key_stands_in_the_shipped_file() -> None:
    text = (HOUSE / "config.toml").read_text()
    secret = {"password", "client_secret", "notify_key"}
    missing = [key.path for key in keys_of(Settings) if key.path[-1] not in secret and f"{key.path[-1]} =" not in text]
    assert missing == []


def test_a_variable_overrides_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[storage]\nurl = "sqlite:///a.db"\n')
    settings = load_settings(path, {"STATSHOP_STORAGE__URL": "sqlite:///b.db"})
    assert settings.storage.url.get_secret_value() == "sqlite:///b.db"


def test_a_second_mailbox_is_a_second_table(tmp_path: Path) -> None:
    path = written(tmp_path, '[mailboxes.other]\nhost = "h"\nuser = "u"\n')
    assert set(load_settings(path, MAILBOX).mailboxes) == {"other", "statshop"}


def test_several_values_of_a_variable_are_separated_by_commas(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, ""), {**MAILBOX, "STATSHOP_MAILBOXES__STATSHOP__FOLDERS": "INBOX, Old"})
    assert settings.mailboxes["statshop"].folders == ("INBOX", "Old")


def test_a_secret_is_read_from_the_file_its_variable_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("letmein\n")
    environ = {**MAILBOX, "STATSHOP_MAILBOXES__STATSHOP__PASSWORD_FILE": str(secret)}
    settings = load_settings(written(tmp_path, ""), environ)
    assert settings.mailboxes["statshop"].password.get_secret_value() == "letmein"
    assert "letmein" not in repr(settings)


def test_a_secret_that_is_given_twice_is_told(tmp_path: Path) -> None:
    """Else who changed one of the two would sign in with the other, and not know why."""
    (tmp_path / "secret").write_text("old")
    name = "STATSHOP_MAILBOXES__STATSHOP__PASSWORD"
    (problem,) = problems_of(written(tmp_path, ""), {**MAILBOX, name: "new", f"{name}_FILE": str(tmp_path / "secret")})
    assert problem == f"environment: {name}_FILE is set, and so is {name}: take one of them away"


def test_a_variable_that_names_no_secret_file_says_so(tmp_path: Path) -> None:
    environ = {**MAILBOX, "STATSHOP_MAILBOXES__STATSHOP__PASSWORD_FILE": ""}
    assert "names no file: write one" in problems_of(written(tmp_path, ""), environ)[0]


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    environ = {**MAILBOX, "STATSHOP_MAILBOXES__STATSHOP__PASSWORD_FILE": str(tmp_path / "gone")}
    (problem,) = problems_of(written(tmp_path, ""), environ)
    assert "gone" in problem
    assert "No such file" in problem


def test_three_mistakes_come_in_one_report_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, '[page]\nport = "many"\n[storage]\nurk = "x"\n[reading]\nworkers = 0\n')
    problems = problems_of(path)
    assert len(problems) == 3
    assert any("line 2: page.port has to be a whole number" in problem for problem in problems)
    assert any("line 4: storage.urk is not a setting. Did you mean url?" in problem for problem in problems)
    assert any("line 6: reading.workers has to be 1 or more." in problem for problem in problems)


def test_an_unknown_variable_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    (problem,) = problems_of(written(tmp_path, ""), {"STATSHOP_STORAGE__URK": "x"})
    assert "Did you mean STATSHOP_STORAGE__URL?" in problem


def test_a_missing_key_says_how_to_give_it(tmp_path: Path) -> None:
    (problem,) = problems_of(written(tmp_path, '[mailboxes.statshop]\nhost = "h"\n'))
    assert "line 1: mailboxes.statshop.user is missing" in problem
    assert "STATSHOP_MAILBOXES__STATSHOP__USER" in problem


def test_a_mistake_in_a_variable_names_the_variable(tmp_path: Path) -> None:
    (problem,) = problems_of(written(tmp_path, ""), {"STATSHOP_PAGE__PORT": "many"})
    assert problem.startswith("STATSHOP_PAGE__PORT: page.port has to be")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param('after_store = "flag"', "write = true", id="after-store-without-write"),
        pytest.param(
            'token_command = ["x"]\n[mailboxes.statshop.microsoft365]\ntenant = "t"\nclient_id = "c"',
            "more than one way",
            id="two-ways-to-sign-in",
        ),
        pytest.param('write = true\nafter_store = "flag"\nafter_store_argument = "Red"', "a flag", id="no-flag"),
        pytest.param(
            'write = true\nafter_store = "keyword"\nafter_store_argument = "to do"', "refuse", id="no-keyword"
        ),
        pytest.param('after_store = "move"\nwrite = true', "after_store_argument", id="move-to-nowhere"),
        pytest.param('digest_recipients = ["a@x.org"]', "set delivery.host", id="recipients-not-to-be-reached"),
        pytest.param(
            'digest_recipients = ["a@x.org"]\n[delivery]\nhost = "localhost"\nsender = "s@x.org"',
            "digests.per_mailbox = true",
            id="recipients-of-no-digest",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_refused(tmp_path: Path, lines: str, words: str) -> None:
    (problem,) = problems_of(written(tmp_path, f'[mailboxes.statshop]\nhost = "h"\nuser = "u"\n{lines}\n'))
    assert words in problem


def test_a_file_that_is_not_toml_is_named_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems_of(written(tmp_path, "[page\n"))
    assert "not valid TOML" in problem
    assert "line 1" in problem


def test_no_settings_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigMissing, match="There is no settings file"):
        load_settings(tmp_path / "config.toml", {})


def test_settings_are_frozen(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, ""), {})
    with pytest.raises(ValueError, match="frozen"):
        settings.page.port = 1


def test_a_mark_before_the_text_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b'\xef\xbb\xbf[site]\nname = "Ours"\n')
    assert load_settings(tmp_path / "config.toml", {}).site.name == "Ours"


@pytest.mark.parametrize("name", ["StatShop", "our-box", "a__b", '"two words"'])
def test_a_mailbox_name_that_no_variable_can_say_is_refused(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, f'[mailboxes.{name}]\nhost = "h"\nuser = "u"\n')
    (problem,) = problems_of(path, {"STATSHOP_MAILBOXES__STATSHOP__PASSWORD": "letmein"} if name == "StatShop" else {})
    assert name.strip('"') in problem
    assert "small letters" in problem


def test_certificate_files_are_looked_for_beside_the_settings(tmp_path: Path) -> None:
    text = '[mailboxes.box]\nhost = "h"\nuser = "u"\nca_file = "ca.pem"\n[alerts]\nca_file = "/etc/ca.pem"\n'
    settings = load_settings(written(tmp_path, text), {})
    assert settings.mailboxes["box"].ca_file == tmp_path / "ca.pem"
    assert settings.alerts.ca_file == Path("/etc/ca.pem")


def test_a_list_that_is_none_is_asked_for_in_words(tmp_path: Path) -> None:
    (problem,) = problems_of(written(tmp_path, '[site]\nteam_addresses = "a@example.org"\n'))
    assert "line 2: site.team_addresses has to be a list" in problem


def test_no_key_is_named_that_is_not_near(tmp_path: Path) -> None:
    (problem,) = problems_of(written(tmp_path, "[page]\ncolour = 1\n"))
    assert problem.endswith("page.colour is not a setting.")


@pytest.mark.parametrize("argument", ["Seen", "\\\\Seen", ""])
def test_a_flag_is_known_without_its_backslash(tmp_path: Path, argument: str) -> None:
    text = f'host = "h"\nuser = "u"\nwrite = true\nafter_store = "flag"\nafter_store_argument = "{argument}"\n'
    (box,) = mailboxes_of(load_settings(written(tmp_path, f"[mailboxes.box]\n{text}"), {}))
    assert box.mark_flag == ("\\Seen" if argument else "\\Flagged")


BOX = '[mailboxes.box]\nhost = "h"\nuser = "u"\n'


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        (BOX + 'password = "letmein"\n', "mailboxes.box.password", 4),
        (
            BOX + '[mailboxes.box.microsoft365]\ntenant = "t"\nclient_id = "c"\nclient_secret = "letmein"\n',
            "mailboxes.box.microsoft365.client_secret",
            7,
        ),
        ('[alerts]\nwebhook = "https://hooks.example.org/letmein"\n', "alerts.webhook", 2),
        ('[storage]\nerasure_key = "letmein"\n', "storage.erasure_key", 2),
        ('[storage]\nurl = "postgresql+psycopg://u:letmein@db/statshop"\n', "storage.url", 2),
        ('[storage]\nurl = "postgresql+psycopg://u@db/statshop?password=letmein"\n', "storage.url", 2),
    ],
    ids=["password", "client secret", "webhook", "key", "address", "address by parameter"],
)
def test_a_secret_in_the_file_is_refused_and_never_quoted(tmp_path: Path, text: str, key: str, line: int) -> None:
    (problem,) = problems_of(written(tmp_path, text))
    assert f"line {line}: {key} is a secret and does not belong in the file" in problem
    assert f"STATSHOP_{key.replace('.', '__').upper()}" in problem
    assert "letmein" not in problem


def test_an_address_without_a_password_stands_in_the_file(tmp_path: Path) -> None:
    text = '[storage]\nurl = "postgresql+psycopg://u@db/statshop"\n[alerts]\nwebhook = ""\n'
    assert "@db" in load_settings(written(tmp_path, text), {}).storage.url.get_secret_value()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "it is empty"), (b"\n", "it is empty"), (b"letmein\n# mine\n", "more than one line"), (b"\xff", "not text")],
    ids=["empty", "blank", "two lines", "no text"],
)
def test_a_file_that_is_no_secret_is_told_before_it_is_sent(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "secret").write_bytes(content)
    name = "STATSHOP_MAILBOXES__STATSHOP__PASSWORD_FILE"
    (problem,) = problems_of(written(tmp_path, ""), {**MAILBOX, name: str(tmp_path / "secret")})
    assert problem.startswith(f"environment: {name} names")
    assert words in problem


def test_a_mark_before_a_secret_is_not_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xef\xbb\xbfletmein\r\n")
    environ = {**MAILBOX, "STATSHOP_MAILBOXES__STATSHOP__PASSWORD_FILE": str(tmp_path / "secret")}
    settings = load_settings(written(tmp_path, ""), environ)
    assert settings.mailboxes["statshop"].password.get_secret_value() == "letmein"


@pytest.mark.parametrize(
    "variable", ["STATSHOP_MAILBOXES__BOKS__PASSWORD", "STATSHOP_MAILBOXES__BOKS__MICROSOFT365__TENANT"]
)
def test_a_variable_of_no_mailbox_names_those_there_are(tmp_path: Path, variable: str) -> None:
    (problem,) = problems_of(written(tmp_path, BOX), {variable: "x"})
    words = "is of a mailbox boks that the settings do not have. They have: box. Did you mean box?"
    assert problem == f"environment: {variable} {words}"
    (problem,) = problems_of(written(tmp_path, ""), {variable: "x"})
    assert "They have none: add a table [mailboxes.boks]" in problem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOX + "folders = []\n", 'line 4: mailboxes.box.folders has to name at least one, such as ["INBOX"].'),
        (
            '[mailboxes]\nhost = "h"\n',
            "mailboxes.host stands where the name of a mailbox should: write [mailboxes.NAME]",
        ),
        ("page = 1\n", "page has to be a table: write [page] above its keys."),
        ('[schedule]\ndigest_time = "²:00"\n', "schedule.digest_time has to be a time of day"),
        (BOX + BOX, "mailboxes.box stands twice"),
        (BOX.replace('"h"', '"imaps://h"'), "mailboxes.box.host has to be the name or the address of a machine alone"),
        (BOX.replace('"h"', '"h:993"'), "mailboxes.box.host has to be the name"),
        (BOX.replace('"u"', '""'), "mailboxes.box.user must not be empty."),
        (BOX.replace('"h"', '""'), "mailboxes.box.host must not be empty."),
        ('[page]\nallowed_hosts = ["https://x"]\n', "page.allowed_hosts has to be the name"),
        (
            '[delivery]\nrecipients = ["Ann"]\nhost = "h"\nsender = "s@x.org"\n',
            "delivery.recipients has to hold addresses",
        ),
        (BOX + 'since = "soon"\n', "line 4: mailboxes.box.since has to be a date, year first, such as 2026-01-31."),
        (BOX + "microsoft365 = 1\n", "has to be a table: write [mailboxes.box.microsoft365] above its keys."),
        (BOX + 'security = "ssl"\n', 'mailboxes.box.security has to be "tls", "starttls" or "plain".'),
        (BOX + 'write = "perhaps"\n', "mailboxes.box.write has to be true or false."),
        (
            '[page.proxy]\nheader = "X"\naddresses = ["here"]\n',
            "page.proxy.addresses has to be an address or a network",
        ),
        ('[delivery]\nformats = ["doc"]\n', 'or "pdf" and nothing else.'),
        ("[alerts]\nquiet_chance = 1\n", "alerts.quiet_chance has to be less than 0.5."),
        ('[page]\naddress = "https://[1"\n', 'page.address has to be an address that begins with "https://".'),
        ("[site]\nmail_hosts = [1, 2]\n", "site.mail_hosts has to hold texts in quotation marks"),
    ],
    ids=[
        "none",
        "no name",
        "no table",
        "digits",
        "twice",
        "scheme",
        "port",
        "who",
        "where",
        "allowed",
        "recipients",
        "date",
        "no inner table",
        "one of",
        "yes or no",
        "proxy",
        "several of",
        "bound",
        "half an address",
        "texts",
    ],
)
def test_mistakes_are_told_in_words_of_people(tmp_path: Path, text: str, words: str) -> None:
    (problem,) = problems_of(written(tmp_path, text))
    assert words in problem


NONSENSE: tuple[Any, ...] = (
    *("nonsense", "", "2026", "2026-13-45", "https://[1", "\udcff", b"x", True, -1, 0, 1.5, float("nan"), 10**30),
    *(date(2026, 1, 1), datetime(2026, 1, 1, 1, tzinfo=UTC), [], [""], [1], [{}], ["nonsense"], {}, {"strange": 1}),
)


@pytest.mark.parametrize("key", list(keys_of(Settings)), ids=lambda key: ".".join(key.path))
def test_no_mistake_is_told_in_the_words_of_a_library(key: Key) -> None:
    """Nonsense at a key, and in the place of each table above it; a type of error that has no words of ours shows."""
    path = ["box" if part == ANY_NAME else part for part in key.path]
    for length, nonsense in product(range(1, len(path) + 1), NONSENSE):
        toml = nonsense
        for part in reversed(path[:length]):
            toml = {part: toml}
        sources = {"files": {}, "variables": {}, "toml": toml}
        try:
            Settings(**sources)
        except ValidationError as error:
            told = settings_report.problems_of(error, Settings, Path("config.toml"), "", sources)
            words = [problem.words for problem in told]
            foreign = {
                one["msg"].removeprefix("Value error, ") for one in error.errors() if one["type"] != "value_error"
            }
            assert words
            assert not [one for one in words if settings_report.NOT_TAKEN in one or one.lower().startswith("is wrong")]
            assert not [(one, msg) for one in words for msg in foreign if msg.lower() in one.lower()]
            assert all(
                re.match(r"(has|is|must|stands|holds|names|asks|sends|uses|keeps|listens) ", one) for one in words
            )


def test_a_webhook_that_is_no_address_is_told(tmp_path: Path) -> None:
    for nonsense in ("nonsense", "https://[1", "http://hooks.example.org/x"):
        (problem,) = problems_of(written(tmp_path, ""), {"STATSHOP_ALERTS__WEBHOOK": nonsense})
        assert "alerts has a webhook that is not https: write an address" in problem


@pytest.mark.parametrize("host", ["imap.example.org", "::1", "[::1]", "127.0.0.1", "post_1"])
def test_hosts_that_are_some_are_taken(tmp_path: Path, host: str) -> None:
    text = BOX.replace('"h"', f'"{host}"') + f'[page]\nallowed_hosts = ["{host}", "*.example.org"]\n'
    assert load_settings(written(tmp_path, text), {}).mailboxes["box"].host == host
