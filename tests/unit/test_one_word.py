"""One concept has one word: on the review page, in the digests, in what commands say and in the documentation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
CODE = ("review", "digests", "pipeline", "storage", "classifiers", "demo")
# The word that the house uses, and what once stood for the same thing.
WORDS = {
    "pending": r"[\">*]to review\b|waits? to be reviewed|not yet reviewed|nobody has decided upon",
    "reviewed messages": r"\bdecided messages?\b|messages that people have decided",
    "needs a person": r"a person must look|(message|what) waits for a person|waiting for a person",
    "for the team to read": r"mail for the team\b(?! to read)|>for the team<|\"to be read\"|written to be read",
    "kind of message": r"\"kind of mail\"|whether a person has to read it",
    "automatic reply": r"automatic answers?\b",
    "bounce": r"\"undelivered\"|undeliverable report",
    "quote of use, of a decision": r"quotes: what it|\b(use|decision) quote\b",
    "state a decision": r"\breports? a decision",
    "approved for publication": r"may (now )?be published|fit to be published|agreed to publish",
    "match": r"\bfire[sd]\b",
    "thread": r"same conversation",
    "duplicates": r"held already|copies counted once",
    "probable copies": r"own mail and copies",
    "arrival taken from": r"arrival known from",
    "revoked": r"\bworthless\b",
}


def said_by(code: Path) -> Iterator[str]:
    """Give the texts of a module: what people may read of it, so not its docstrings."""
    tree = ast.parse(code.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and isinstance(node.body[0] if node.body else None, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield f'"{node.value}"'


def everything_said() -> Iterator[tuple[str, str]]:
    """Give each file that speaks to people, and what it says."""
    for folder in CODE:
        for path in (HOUSE / folder).rglob("*.py"):
            yield path.relative_to(HOUSE).as_posix(), "\n".join(said_by(path))
    written = [HOUSE / "README.md", HOUSE / "CHANGELOG.md", HOUSE / "config.toml"]
    for pattern in ("review/templates/*.html", "digests/templates/*.jinja", "classifiers/rules/*.toml", "docs/*.md"):
        written += sorted(HOUSE.glob(pattern))
    for path in written:
        if path.name != "guide.md":  # the labelling guide's words are its own
            yield path.relative_to(HOUSE).as_posix(), path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def said() -> list[tuple[str, str]]:
    return list(everything_said())


@pytest.mark.parametrize("word", WORDS)
def test_one_concept_has_one_word(said: list[tuple[str, str]], word: str) -> None:
    others = re.compile(WORDS[word], re.IGNORECASE)
    assert [(name, found.group()) for name, text in said for found in others.finditer(text)] == []
