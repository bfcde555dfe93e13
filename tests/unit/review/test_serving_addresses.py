"""What `statshop serve` makes of its settings: the address it prints, and who may come in."""

from pathlib import Path

import pytest

from pipeline.commands.digesting import digest_options
from pipeline.commands.opening import address_of
from pipeline.commands.serve import page_options, sign_on
from pipeline.config import load_settings
from pipeline.errors import ConfigError

OIDC = '[page.oidc]\nissuer = "https://id.example"\nclient_id = "c"\naddress = "https://statshop.example"\n'


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8471/"),
        ("::1", "http://[::1]:8471/"),
        ("fd00::7", "http://[fd00::7]:8471/"),
        ("0.0.0.0", "http://127.0.0.1:8471/"),
        ("::", "http://[::1]:8471/"),
        ("statshop.example", "http://statshop.example:8471/"),
    ],
)
def test_address_is_one_that_a_browser_takes(host, address):
    assert address_of(host, 8471) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("", "http://127.0.0.1:8471", id="none: where it listens"),
        pytest.param('[page]\naddress = "https://statshop.example/"\n', "https://statshop.example", id="its own"),
        pytest.param(OIDC, "https://statshop.example", id="that of single sign-on"),
    ],
)
def test_links_in_digests_begin_with_the_page_s_address(tmp_path, text, address):
    options = digest_options(settings(tmp_path, text))
    assert options.message_link == f"{address}/messages/{{id}}"
    assert options.number_link.startswith(f"{address}/digests/{{month}}/number?")


def test_page_may_be_asked_for_by_its_address(tmp_path):
    found = settings(tmp_path, '[page]\naddress = "https://statshop.example"\n')
    assert "statshop.example" in page_options(found, tmp_path).allowed_hosts


def settings(folder: Path, text: str, **environ: str):
    (folder / "config.toml").write_text(text)
    return load_settings(folder / "config.toml", environ)


def test_page_answers_to_the_host_it_listens_on(tmp_path):
    assert "::1" in page_options(settings(tmp_path, '[page]\nhost = "::1"\n'), tmp_path).allowed_hosts


def test_nobody_but_the_page_s_own_people_comes_in_unless_it_is_set(tmp_path):
    options = page_options(settings(tmp_path, ""), tmp_path)
    assert (options.proxy, options.admission.unknown, dict(options.admission.roles)) == (None, "refuse", {})
    assert sign_on(settings(tmp_path, "").page.oidc) is None


def test_provider_and_roles_are_taken_from_the_settings(tmp_path):
    text = OIDC + 'reviewers = ["r"]\nadministrators = ["a"]\nunknown_people = "reader"\n'
    secret = {"STATSHOP_PAGE__OIDC__CLIENT_SECRET": "hush"}
    found = settings(tmp_path, text, **secret)
    options = page_options(found, tmp_path)
    assert options.admission.unknown == "reader"
    assert dict(options.admission.roles) == {"administrator": ("a",), "reviewer": ("r",)}
    pytest.importorskip("authlib")
    provider = sign_on(found.page.oidc)
    assert (provider.options.issuer, provider.options.client_secret) == ("https://id.example", "hush")
    assert "hush" not in repr(found) + repr(provider.options)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(OIDC.replace("https://id", "http://id"), id="issuer in plain text"),
        pytest.param(OIDC.replace("https://statshop", "http://statshop"), id="page in plain text"),
        pytest.param('[page]\nhost = "0.0.0.0"\n', id="passwords over a network"),
        pytest.param('[page]\nhost = "statshop.example"\n', id="passwords over a network, by name"),
        pytest.param('[page.proxy]\nheader = "X-User"\naddresses = []\n', id="a proxy from nowhere"),
        pytest.param('[page.proxy]\nheader = "X-User"\naddresses = ["x"]\n', id="an address that is none"),
    ],
)
def test_what_is_not_safe_is_refused(tmp_path, text):
    with pytest.raises(ConfigError):
        settings(tmp_path, text)


@pytest.mark.parametrize("text", ['host = "0.0.0.0"\nsecure_cookies = true', 'host = "::1"', 'host = "localhost"'])
def test_page_behind_tls_or_on_this_machine_is_safe(tmp_path, text):
    options = page_options(settings(tmp_path, f"[page]\n{text}\n"), tmp_path)
    assert options.secure_cookies == ("secure_cookies" in text)
