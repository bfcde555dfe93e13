"""The rule workshop: what each rule says and how it does, and a rule drafted from words. Files are never written."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from classifiers.catalogue import Catalogue, Dimension
from review.callables import DraftedRule, Preview, RuleText, WantedRule
from review.filters import DIMENSION_NAMES, query_of
from review.forms import folded
from review.quality import share_words
from review.routes.message import attachment
from review.rule_choice import Chosen, ChosenRules
from review.rule_links import BESIDE_RULES, DRAFTED
from review.signin import Fields, Reader, Reviewer, ReviewerForm, fields_of
from review.site import Here, page
from storage import rule_pages
from storage.agreement import wilson
from storage.records import QueueFilter
from storage.rule_pages import RuleRecord

router = APIRouter(prefix="/rules")
MOST_LINES, LONGEST_LINE = 30, 300
OVERRULED = "overruled"
SORTS = ("most", "fewest", OVERRULED)  # the first two by messages; otherwise as the files have them


@router.get("")
def rules(
    request: Request, site: Here, person: Reader, chosen: Chosen, q: str = "", dimension: str = "", sort: str = ""
) -> Response:
    """List the rules with what they match; words narrow it to the rules that hold them.

    They come as their files have them, or (`sort`) those first that match most messages, or fewest, or that people
    overruled most often of late.
    """
    counts, catalogue = rule_pages.hit_counts(site.store, chosen.read_by), chosen.book.catalogue()
    wanted = q.strip().lower()[:100]
    found = [
        rule
        for rule in chosen.book.rules()
        if dimension in ("", rule.dimension or "cue")
        and (not wanted or any(wanted in text.lower() for text in (rule.id, *rule.words)))
    ]
    overruled = rule_pages.overruled_counts(site.store, chosen.read_by) if sort == OVERRULED else {}
    if sort == OVERRULED:
        found.sort(key=lambda rule: -overruled.get(rule.id, 0))
    elif sort in SORTS:
        found.sort(key=lambda rule: counts.get(rule.id, 0), reverse=sort == "most")
    return page(
        request,
        "rules.html",
        chosen=chosen,
        rules=[(rule, tag_of(rule, catalogue), counts.get(rule.id, 0), overruled.get(rule.id, 0)) for rule in found],
        most_corrected=rule_pages.MOST_CORRECTED,
        sort=sort if sort in SORTS else "",
        q=q.strip()[:100],
        dimension=dimension,
        mistakes=chosen.book.mistakes(),
    )


def tag_of(rule: RuleText, catalogue: Catalogue) -> str:
    """Name what a rule speaks for."""
    if not rule.dimension:
        return f"Cue: {rule.value}"
    return f"{DIMENSION_NAMES.get(rule.dimension, rule.dimension)}: {_title(rule, catalogue)}"


def _title(rule: RuleText, catalogue: Catalogue) -> str:
    return catalogue.title(Dimension(rule.dimension), rule.value)


@router.get("/new")
def new_rule(request: Request, person: Reviewer, chosen: Chosen, words: str = "", tag: str = "") -> Response:
    """Ask for the words of a rule and the tag that they should lead to."""
    return _draft_page(request, chosen, {"tag": tag, "phrases": folded(words)[:LONGEST_LINE], "ok": "", "not_ok": ""})


@router.post("/new")
def draft_rule(request: Request, person: Reviewer, form: ReviewerForm, chosen: Chosen) -> Response:
    """Draft a rule; show it, hand it over as a file, or tell what it would change."""
    fields, book = fields_of(form), chosen.book
    typed = {name: fields.get(name, "") for name in ("tag", "phrases", "ok", "not_ok")}
    wanted = _wanted(fields, book.catalogue())
    if wanted is None:
        return _draft_page(
            request, chosen, typed, problem="Choose a tag, and give words that should lead to it", status=422
        )
    drafted = book.draft(wanted)
    if fields.get("do") == "download":
        return attachment(drafted.toml.encode(), drafted.filename)
    preview = book.preview(drafted) if fields.get("do") == "preview" and not drafted.problems else None
    return _draft_page(request, chosen, typed, drafted=drafted, preview=preview)


def _draft_page(
    request: Request,
    chosen: ChosenRules,
    typed: dict[str, str],
    *,
    drafted: DraftedRule | None = None,
    preview: Preview | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    catalogue = chosen.book.catalogue()
    groups = [
        (DIMENSION_NAMES[one.value], [(f"{one.value}:{entry.id}", entry.title) for entry in catalogue.of(one)])
        for one in DRAFTED
    ]
    return page(
        request,
        "rule_draft.html",
        status,
        chosen=chosen,
        groups=groups,
        typed=typed,
        drafted=drafted,
        preview=preview,
        title_of=lambda moved: (
            f"{DIMENSION_NAMES.get(moved.dimension, moved.dimension)}: "
            f"{catalogue.title(Dimension(moved.dimension), moved.value)}"
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
def rule_page(request: Request, site: Here, person: Reader, chosen: Chosen, rule_id: str) -> Response:
    """Show a rule: its words and examples, how often people kept its tags, and where they did not."""
    rule = next((one for one in chosen.book.rules() if one.id == rule_id), None)
    record = rule_pages.rule_record(site.store, rule_id, chosen.read_by)
    if rule is None:
        return _beside_rules(request, chosen, rule_id, record)
    fits = rule.dimension in DRAFTED
    return page(
        request,
        "rule.html",
        chosen=chosen,
        rule=rule,
        tag=tag_of(rule, chosen.book.catalogue()),
        record=record,
        kept=share_words(wilson(record.agreed, record.judged)),
        **_matched(chosen, rule.id, record),
        new_link=chosen.link("/new", tag=f"{rule.dimension}:{rule.value}") if fits else "",
    )


def _matched(chosen: ChosenRules, rule: str, record: RuleRecord) -> dict[str, Any]:
    """Give the lists of the messages that a rule matched: one, or one a mailbox where the rules share the mail."""
    by_account = [(account, many, messages_link(rule, account)) for account, many in record.by_account]
    if chosen.shares_mail:
        return {"messages_link": "", "by_account": by_account}
    return {"messages_link": messages_link(rule, chosen.mailbox), "by_account": []}


def _beside_rules(request: Request, chosen: ChosenRules, rule_id: str, record: RuleRecord) -> Response:
    """Show what matched without being a rule of today's files: what it is, and how it did."""
    words = BESIDE_RULES.get(rule_id) or ("It stands in the files no more." if record.messages else "")
    if not words:
        raise HTTPException(404)
    kept = share_words(wilson(record.agreed, record.judged))
    matched = _matched(chosen, rule_id, record)
    return page(
        request, "rule_beside.html", chosen=chosen, name=rule_id, words=words, record=record, kept=kept, **matched
    )


def messages_link(rule: str, account: str) -> str:
    """Give the list of the messages that a rule matched, those of one mailbox where it is named."""
    return f"/messages{query_of(QueueFilter(rule=rule, account=account))}"
