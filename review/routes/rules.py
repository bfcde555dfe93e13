"""The rule workshop: what each rule says and how it does, and a rule drafted from words. Files are never written."""

from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from classifiers.catalogue import Catalogue, Dimension
from review.callables import DraftedRule, Preview, RuleBook, RuleText, WantedRule
from review.filters import DIMENSION_NAMES, query_of
from review.forms import folded
from review.quality import share_words
from review.routes.message import attachment
from review.signin import Fields, Reader, Reviewer, ReviewerForm, fields_of
from review.site import Here, Site, page
from storage import rule_pages
from storage.agreement import wilson
from storage.records import QueueFilter

router = APIRouter(prefix="/rules")
DRAFTED = (Dimension.PRODUCT, Dimension.USE, Dimension.CHANNEL)  # dimensions of which a rule of plain words tags
MOST_LINES, LONGEST_LINE = 30, 300


def book_of(site: Site) -> RuleBook:
    """Give the rules, or say that there is no such page."""
    if site.rule_book is None:
        raise HTTPException(404)
    return site.rule_book


def mistakes_of(site: Site) -> tuple[str, ...]:
    """Give the mistakes in the files of rules, where the page has the rules."""
    return site.rule_book.mistakes() if site.rule_book is not None else ()


@router.get("")
def rules(request: Request, site: Here, person: Reader, q: str = "", dimension: str = "") -> Response:
    """List the rules with what they match; words narrow it to the rules that hold them."""
    counts = rule_pages.hit_counts(site.store)
    wanted = q.strip().lower()[:100]
    found = [
        rule
        for rule in book_of(site).rules()
        if dimension in ("", rule.dimension or "cue")
        and (not wanted or any(wanted in text.lower() for text in (rule.id, *rule.words)))
    ]
    return page(
        request,
        "rules.html",
        rules=[(rule, tag_of(rule, site.catalogue), counts.get(rule.id, 0)) for rule in found],
        q=q.strip()[:100],
        dimension=dimension,
        mistakes=mistakes_of(site),
    )


def tag_of(rule: RuleText, catalogue: Catalogue) -> str:
    """Name what a rule speaks for."""
    if not rule.dimension:
        return f"Cue: {rule.value}"
    return f"{DIMENSION_NAMES.get(rule.dimension, rule.dimension)}: {_title(rule, catalogue)}"


def _title(rule: RuleText, catalogue: Catalogue) -> str:
    return catalogue.title(Dimension(rule.dimension), rule.value)


@router.get("/new")
def new_rule(request: Request, site: Here, person: Reviewer, words: str = "", tag: str = "") -> Response:
    """Ask for the words of a rule and the tag that they should lead to."""
    book_of(site)
    return _draft_page(request, site, {"tag": tag, "phrases": folded(words)[:LONGEST_LINE], "ok": "", "not_ok": ""})


@router.post("/new")
def draft_rule(request: Request, site: Here, person: Reviewer, form: ReviewerForm) -> Response:
    """Draft a rule; show it, hand it over as a file, or tell what it would change."""
    fields, book = fields_of(form), book_of(site)
    typed = {name: fields.get(name, "") for name in ("tag", "phrases", "ok", "not_ok")}
    wanted = _wanted(fields, site.catalogue)
    if wanted is None:
        return _draft_page(
            request, site, typed, problem="Choose a tag, and give words that should lead to it", status=422
        )
    drafted = book.draft(wanted)
    if fields.get("do") == "download":
        return attachment(drafted.toml.encode(), drafted.filename)
    preview = book.preview(drafted) if fields.get("do") == "preview" and not drafted.problems else None
    return _draft_page(request, site, typed, drafted=drafted, preview=preview)


def _draft_page(
    request: Request,
    site: Site,
    typed: dict[str, str],
    *,
    drafted: DraftedRule | None = None,
    preview: Preview | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    groups = [
        (DIMENSION_NAMES[one.value], [(f"{one.value}:{entry.id}", entry.title) for entry in site.catalogue.of(one)])
        for one in DRAFTED
    ]
    return page(
        request,
        "rule_draft.html",
        status,
        groups=groups,
        typed=typed,
        drafted=drafted,
        preview=preview,
        title_of=lambda moved: (
            f"{DIMENSION_NAMES.get(moved.dimension, moved.dimension)}: "
            f"{site.catalogue.title(Dimension(moved.dimension), moved.value)}"
        ),
        problem=problem,
    )


def _wanted(fields: Fields, catalogue: Catalogue) -> WantedRule | None:
    dimension, _, value = fields.get("tag", "").partition(":")
    known = {(one.value, entry.id) for one in DRAFTED for entry in catalogue.of(one)}
    phrases = _lines(fields.get("phrases", ""))
    if (dimension, value) not in known or not phrases:
        return None
    return WantedRule(
        dimension=dimension,
        value=value,
        phrases=phrases,
        ok=_lines(fields.get("ok", "")),
        not_ok=_lines(fields.get("not_ok", "")),
    )


def _lines(text: str) -> tuple[str, ...]:
    lines = (folded("".join(char if char.isprintable() else " " for char in line)) for line in text.splitlines())
    return tuple(dict.fromkeys(line[:LONGEST_LINE] for line in lines if line))[:MOST_LINES]


@router.get("/{rule_id}")
def rule_page(request: Request, site: Here, person: Reader, rule_id: str) -> Response:
    """Show a rule: its words and examples, how often people kept its tags, and where they did not."""
    rule = next((one for one in book_of(site).rules() if one.id == rule_id), None)
    if rule is None:
        raise HTTPException(404)
    record = rule_pages.rule_record(site.store, rule.id)
    fits = rule.dimension in DRAFTED
    return page(
        request,
        "rule.html",
        rule=rule,
        tag=tag_of(rule, site.catalogue),
        record=record,
        kept=share_words(wilson(record.agreed, record.judged)),
        messages_link=f"/messages{query_of(QueueFilter(rule=rule.id))}",
        new_link=f"/rules/new?{urlencode({'tag': f'{rule.dimension}:{rule.value}'})}" if fits else "",
    )
