"""`statshop evaluate`: labels that would make wrong figures are named, and nothing is measured by them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Statshop = Callable[..., tuple[int, str]]
LABELS = {"disposition": "triage", "products": ["volunteering"], "user_category": "unknown"}


@pytest.fixture
def labelled(house: Path) -> Path:
    folder = house / "labelled"
    folder.mkdir()
    text = "Please send the Citizenship Survey figures on formal volunteering."
    (folder / "a.eml").write_text(f"From: A <a@example.org>\nSubject: Figures\n\n{text}\n")
    return folder


def row(file: str = "a.eml", **labels: object) -> str:
    return json.dumps({"file": file, "labels": LABELS | labels}) + "\n"


def test_folder_with_the_mark_of_utf_8_is_measured(labelled: Path, statshop: Statshop) -> None:
    (labelled / "labels.jsonl").write_text(row(), encoding="utf-8-sig")
    status, said = statshop("evaluate", "labelled")
    assert status == 0
    assert "messages                     1" in said
    assert "uses_exact                   -" in said  # nobody has labelled uses


def test_label_that_the_rules_do_not_know_is_noted(labelled: Path, statshop: Statshop) -> None:
    (labelled / "labels.jsonl").write_text(row(products=["volonteering"]))
    status, said = statshop("evaluate", "labelled")
    assert status == 0
    assert "Note: the labels have product 'volonteering', which the rules do not know." in said


@pytest.mark.parametrize(
    ("written", "says"),
    [
        pytest.param(row(products="volunteering").encode(), "line 1 is no label: 'products' has to be", id="text"),
        pytest.param((row() + row("café.eml")).encode("cp1252").replace(b"\\u00e9", b"\xe9"), "line 2", id="cp1252"),
        pytest.param((row() + row("b.eml")).encode(), "names files that are not in its folder: b.eml.", id="misspelt"),
        pytest.param(b"\n", "holds no labels", id="empty"),
    ],
)
def test_labels_that_measure_nothing_are_named(labelled: Path, statshop: Statshop, written: bytes, says: str) -> None:
    (labelled / "labels.jsonl").write_bytes(written)
    status, said = statshop("evaluate", "labelled")
    assert status == 1
    assert says in said
