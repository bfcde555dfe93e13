"""The rule files that are a survey's own, as they begin: products and users; pure."""

from collections.abc import Iterable
from typing import Any

import tomlkit

from pipeline.adapting.survey import OWN_DEPARTMENT, RESERVED, NewProduct, NewSurvey, slug, users_by_id

_FILLERS = frozenset(["the", "of", "and", "in", "on", "for", "a", "an"])


def products_file(survey: NewSurvey) -> str:
    """Write products.toml: each product by its title, and by the words that were given."""
    document = _file("product", "What the statistics are called, and the words by which people ask for them.")
    tags, rules = tomlkit.aot(), tomlkit.aot()
    for tag, product in zip(product_ids(survey), survey.products, strict=True):
        title = product.title
        tags.append(_table(id=tag, title=title, source=survey.name, in_annex=True, designation="Official Statistics"))
        rules.append(
            _table(id=f"product.{tag}.title", tag=tag, weight=0.95, phrases=_phrases(product, survey), ok=[title])
        )
        if product.words:
            rules.append(
                _table(
                    id=f"product.{tag}.words", tag=tag, weight=0.85, phrases=list(product.words), ok=list(product.words)
                )
            )
    whole = f"{survey.name} as a whole"
    tags.append(
        _table(id="survey", title=whole, source=survey.name, description="Its data, methods, timetable and future.")
    )
    return _written(document, tags, rules)


def users_file(packaged: str, survey: NewSurvey, dropped: Iterable[str]) -> str:
    """Write users.toml: the users that the annex lists first, then the kinds of writers that every team has.

    A user that is one of these kinds, such as local government, is its tag, as a line of the annex.
    """
    document = _file(
        "user_category", "The kinds of users. Their words stand in user_cues.toml, their addresses in domains/."
    )
    tags, users = tomlkit.aot(), users_by_id(survey.users)
    kinds = tomlkit.parse(packaged).unwrap()["tag"]
    described = {kind["id"]: {"description": kind["description"]} for kind in kinds if kind["id"] not in dropped}
    for tag, user in users.items():
        tags.append(_table(id=tag, title=user.title, annex_user=user.title, in_annex=True, **described.get(tag, {})))
    tags.append(
        _table(id=OWN_DEPARTMENT, title=survey.organisation, description="the organisation that publishes the survey")
    )
    for kind in kinds:
        if kind["id"] not in (*dropped, *users):
            tags.append(_table(**{key: kind[key] for key in ("id", "title", "description")} | _titled(kind["id"])))
    return _written(document, tags, tomlkit.aot())


def product_ids(survey: NewSurvey) -> tuple[str, ...]:
    """Give the products' ids: their titles without the survey's name; each once, and none of the program's own."""
    ids: list[str] = []
    for number, product in enumerate(survey.products, 1):
        made = slug(_short(product, survey)) or f"product-{number}"
        ids.append(f"{made}-{number}" if made in RESERVED or made in ids else made)
    return tuple(ids)


def survey_patterns(name: str) -> list[str]:
    """Give the patterns by which people name the survey: its name, and its words with another in between."""
    words = [word for word in slug(name).split("-") if word not in _FILLERS]
    telling = [word for word in words if word != "survey"]
    near = " ..2 ".join([*telling, "(survey|study|statistic|data|figure|report|result)"])
    initials = "".join(word[0] for word in slug(name).split("-"))
    return [slug(name).replace("-", " "), near, *([f"={initials}"] if len(initials) > 2 else [])]


def _phrases(product: NewProduct, survey: NewSurvey) -> list[str]:
    title = _short(product, survey)
    return list(dict.fromkeys([product.title, title] if len(title.split()) > 1 else [product.title]))


def _short(product: NewProduct, survey: NewSurvey) -> str:
    return product.title.removeprefix(survey.name).strip(" :-")


def _titled(tag: str) -> dict[str, str]:
    voluntary = {
        "title": "Voluntary organisations",
        "description": "charities, voluntary, community and faith organisations",
    }
    return voluntary if tag == "ocs-voluntary" else {}


def _file(dimension: str, comment: str) -> Any:
    document = tomlkit.document()
    document.add(tomlkit.comment(comment))
    document["dimension"] = dimension
    return document


def _table(**values: Any) -> Any:
    table = tomlkit.table()
    for key, value in values.items():
        table[key] = value
    return table


def _written(document: Any, tags: Any, rules: Any) -> str:
    document["tag"] = tags
    if len(rules):
        document["rule"] = rules
    return tomlkit.dumps(document)
