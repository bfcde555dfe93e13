"""The API tried with what nobody would think of: schemathesis makes requests from its own description."""

import warnings

import pytest
from fakes.review_pages import NOW, message_of, set_aside_of
from fakes.review_quotes import Quotes
from hypothesis import HealthCheck, given, settings

from review.api.app import ADDRESS
from review.options import PageOptions
from review.tokens import Scope, hash_of, new_token
from storage import messages, users
from storage.tokens import add_token

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for httpx2
    import schemathesis


@pytest.fixture
def tried(store, make_app):
    """Give the API's description with the application behind it, and a token that may do everything."""
    for number in (1, 2, 3):
        messages.save_message(store, message_of(number), now=NOW)
    messages.save_set_aside(store, set_aside_of(9), now=NOW)
    secret, root = new_token(), users.user_named(store, "administrator")
    add_token(store, root.id, name="t", scopes=tuple(Scope), token_hash=hash_of(secret), who="t", now=NOW)
    app = make_app(
        PageOptions(wrong_tokens=1_000_000), quotes=Quotes()
    )  # it tries wrong tokens too, and is not to wait
    return app, {"Authorization": f"Bearer {secret}", "Host": "localhost"}


def test_schemathesis_finds_nothing(tried):
    app, headers = tried
    schema = schemathesis.openapi.from_asgi(f"{ADDRESS}/openapi.json", app, headers=headers)
    found = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def tried_once(case):
            case.call_and_validate(headers=headers)

        tried_once()
        found.append(operation.label)
    assert len(found) == 21
