"""Log lines: nothing personal, no forged line, the run's number in each."""

import json
import logging

import pytest

from pipeline.commands.logs import JsonLines, TextLines
from pipeline.flow.runs import current_run
from pipeline.masking import without_addresses


def record(words: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("test", logging.WARNING, __file__, 1, words, args, info)


def failed() -> BaseException:
    try:
        try:
            raise ValueError("Dear Jane, the secret is canary")
        except ValueError as error:
            raise KeyError("canary too") from error
    except KeyError as error:
        return error


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        pytest.param("LOGIN failed for jane.doe@example.org.", "LOGIN failed for [address].", id="plain"),
        pytest.param("to <jane@example.org>, ann@host", "to <[address]>, [address]", id="two"),
        pytest.param("user=jane@example.org", "user=[address]", id="after an equals sign"),
        pytest.param("poll statshop: 3 @ 5", "poll statshop: 3 @ 5", id="no address"),
    ],
)
def test_addresses_are_taken_out(words: str, kept: str) -> None:
    assert without_addresses(words) == kept


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
def test_an_error_is_told_by_its_places_and_never_by_its_text(form: logging.Formatter) -> None:
    line = form.format(record("job failed", error=failed()))
    assert "canary" not in line
    assert "KeyError" in line
    assert "ValueError" in line
    assert "in failed" in line


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
def test_a_message_cannot_forge_a_line(form: logging.Formatter) -> None:
    assert "\n" not in form.format(record("the server says %s", "no\r\n2011-01-01 INFO forged\x1b[2J"))


def test_each_line_carries_its_run() -> None:
    token = current_run.set(17)
    try:
        assert json.loads(JsonLines().format(record("stored")))["run"] == 17
        assert "[run 17]" in TextLines().format(record("stored"))
    finally:
        current_run.reset(token)
    assert "run" not in json.loads(JsonLines().format(record("stored")))
