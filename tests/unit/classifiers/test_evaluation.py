"""The figures of an evaluation."""

import json
import re

import pytest

from classifiers.confidence import noisy_or, of_places
from classifiers.errors import BadLabels
from classifiers.evaluation import Labels, f1, figures, label_rows, report

WANTED = {
    "a.eml": Labels(disposition="triage", user_category="dwp", products=("x", "y"), use_quotes=("we use it",)),
    "b.eml": Labels(disposition="spam", user_category="none"),
}


def row(file: str, **labels: object) -> dict[str, object]:
    return {"file": file, "disposition": "triage", "user_category": "dwp", "products": ["x"], **labels}


def test_figures_count_hits_extras_and_misses() -> None:
    found = figures(
        WANTED, [row("a.eml", products=["x", "z"]), row("b.eml", disposition="spam", user_category="none", products=[])]
    )
    assert found.values["products_micro_f1"] == pytest.approx(0.5)
    assert found.values["disposition_accuracy"] == 1.0
    assert found.tagged_right == 0.5
    assert found.wrong["a.eml"] == {"products": (["x", "y"], ["x", "z"])}


def test_message_without_prediction_is_wrong() -> None:
    found = figures(WANTED, [])
    assert (found.tagged_right, found.values["disposition_accuracy"]) == (0.0, 0.0)


def test_quotes_are_compared_word_by_word() -> None:
    found = figures(WANTED, [row("a.eml", use_quotes=["We  use\nthem"])])
    assert found.values["use_quotes_token_f1"] == pytest.approx(2 / 3)


def test_accepted_are_those_that_need_no_person() -> None:
    rows = [row("a.eml", products=["x", "y"], needs_review=False), row("b.eml", needs_review=True)]
    found = figures(WANTED, rows)
    assert (found.values["accepted_share"], found.values["accepted_right"]) == (0.5, 1.0)


def test_label_rows_and_report() -> None:
    line = json.dumps({"id": "1", "file": "a.eml", "labels": {"disposition": "triage", "products": ["x"]}})
    labels = label_rows(line + "\n\n")
    assert labels["a.eml"].products == ("x",)
    found = figures(labels, [])
    assert "products_micro_f1" in report(found, errors=True)
    assert found.as_dict()["figures"]["messages"] == 1


def test_what_was_not_labelled_is_not_measured() -> None:
    some = {"disposition": "triage", "user_category": "dwp", "products": ["x"]}
    labelled = label_rows(json.dumps({"file": "a.eml", "labels": {**some, "uses": None}}))
    labelled |= label_rows(json.dumps({"file": "b.eml", "labels": {**some, "channels": [], "products": None}}))
    given = row("a.eml", uses=["u"], channels=["c"], use_quotes=["we"], needs_review=False)
    found = figures(labelled, [given, row("b.eml", channels=["c"])])
    assert (found.tagged_right, found.values["products_exact"], found.values["accepted_right"]) == (1.0, 1.0, 1.0)
    assert {found.values[name] for name in ("uses_micro_f1", "uses_exact", "use_quotes_token_f1")} == {None}
    assert found.wrong == {"b.eml": {"channels": ([], ["c"])}}
    told = report(found).splitlines()
    assert [" ".join(line.split()) for line in told[:4]] == [
        "messages 2", "labelled: products 1", "labelled: uses 0", "labelled: channels 1",
    ]  # fmt: skip
    assert "uses_exact                   -" in told


def test_nothing_is_right_where_nothing_whole_was_labelled() -> None:
    found = figures(label_rows(json.dumps({"file": "a.eml", "labels": {"products": ["x"]}})), [row("a.eml")])
    assert (found.tagged_right, found.values["products_micro_f1"]) == (None, 1.0)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        pytest.param({"products": "volunteering"}, "'products' has to be a list of texts", id="text for a list"),
        pytest.param({"product": ["x"]}, "no label is called 'product'", id="name"),
        pytest.param({"disposition": ["triage"]}, "'disposition' has to be a text", id="list for a text"),
        pytest.param({"use_quotes": [3]}, "'use_quotes' has to be a list of texts", id="number"),
        pytest.param("triage", 'no "labels" in { }', id="no labels"),
    ],
)
def test_labels_of_another_shape_are_refused(labels: object, says: str) -> None:
    with pytest.raises(BadLabels, match=re.escape(says)):
        label_rows(json.dumps({"file": "a.eml", "labels": labels}))


@pytest.mark.parametrize(("counts", "score"), [((0, 0, 0), 1.0), ((1, 0, 0), 1.0), ((1, 1, 1), 0.5), ((0, 1, 0), 0.0)])
def test_f1(counts: tuple[int, int, int], score: float) -> None:
    assert f1(*counts) == score


def test_confidence_grows_with_places_and_stays_below_one() -> None:
    assert noisy_or([]) == 0.0
    assert noisy_or([0.9, 0.9]) > noisy_or([0.9])
    assert noisy_or([1.0] * 9) == 0.99
    assert of_places({1: 0.9}, {1: 0.4}) == of_places({1: 0.9})
    assert of_places({1: 0.9}, {2: 0.4}) > of_places({1: 0.9})
