"""What the packaged rules say, as queries of notmuch: so that others can be asked for the same tags.

A query says less than a pattern: which words must be there, with their alternatives, but neither their order nor how
near they stand, and nothing of zones, cues, situations or weights. It finds more, and is cheaper to answer.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence

from classifiers.catalogue import Dimension
from classifiers.rule import Rank, Rule
from classifiers.rulebook import PACKAGED, load_rules

_TOKEN = re.compile(r"\s*(\.\.\d*|=\(|[()|?]|@[\w-]+|#|[^\s()|?#@]+)")
_OPERATORS = frozenset(("and", "or", "not", "xor", "near", "adj"))
_ASKED = (Dimension.PRODUCT, Dimension.USE, Dimension.CHANNEL)


def queries() -> dict[str, str]:
    """Give a query for each product, use and channel that rules decide by words, under "dimension-tag"."""
    lists = _lists()
    by_tag: dict[str, list[Rule]] = {}
    for rule in load_rules().rules:
        if rule.rank is Rank.DECIDES and rule.dimension in _ASKED:
            by_tag.setdefault(f"{rule.dimension}-{rule.tag}", []).append(rule)
    return {
        tag: _either([query_of(pattern, lists) for rule in rules for pattern in rule.written])
        for tag, rules in by_tag.items()
    }


def _lists() -> dict[str, list[str]]:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(PACKAGED.glob("*.toml"))]
    return {name: words for file in files for name, words in file.get("lists", {}).items()}


def query_of(pattern: str, lists: Mapping[str, Sequence[str]]) -> str:
    """Give the query for a pattern of the rules: its words, all of them, without order; optional ones left out."""
    return _alternatives(_TOKEN.findall(pattern)[::-1], lists)


def _alternatives(tokens: list[str], lists: Mapping[str, Sequence[str]]) -> str:
    """Read `a b|c d` up to a closing bracket or the end, and take it from the tokens, which stand in reverse."""
    branches: list[list[str]] = [[]]
    while tokens and (token := tokens.pop()) != ")":
        if token == "|":
            branches.append([])
            continue
        query = _item(token, tokens, lists)
        if tokens and tokens[-1] == "?":
            tokens.pop()
        elif query:
            branches[-1].append(query)
    return _either([_all(branch) for branch in branches if branch])


def _item(token: str, tokens: list[str], lists: Mapping[str, Sequence[str]]) -> str:
    if token in ("(", "=("):
        return _alternatives(tokens, lists)
    if token.startswith("@"):
        return query_of("|".join(lists[token[1:]]), lists)
    if token.startswith("..") or token == "#":
        return ""
    word = re.sub(r"[^\w*]+", " ", token).strip()
    return f'"{word}"' if token.startswith("=") or " " in word or word in _OPERATORS else word


def _all(queries_: Sequence[str]) -> str:
    return queries_[0] if len(queries_) == 1 else f"({' and '.join(queries_)})"


def _either(queries_: Sequence[str]) -> str:
    several = list(dict.fromkeys(filter(None, queries_)))
    return several[0] if len(several) == 1 else f"({' or '.join(several)})" if several else ""
