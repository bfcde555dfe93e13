"""Figures over JSON: the catalogue, a month as it stands, and the digests as they were issued."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from fastapi import Path as PathParameter

from classifiers.catalogue import CatalogueEntry, Dimension
from review.api.access import ReadToken
from review.api.answers import NOT_FOUND
from review.api.shapes import MONTH_PATTERN, IssueOut, MonthOut, TagCount, Text
from review.site import Here
from review.times import month_bounds
from storage import reports
from storage.months import month_figures
from storage.records import Issue
from storage.samples import agreements, random_check, second_readings

router = APIRouter(tags=["figures"])
Month = Annotated[str, PathParameter(pattern=MONTH_PATTERN, description="a London month, 2011-03")]
IssueNumber = Annotated[int, PathParameter(ge=1, lt=2**31)]


@router.get("/catalogue")
def catalogue(site: Here, caller: ReadToken) -> tuple[CatalogueEntry, ...]:
    """List every tag and what it is called."""
    return site.catalogue.entries


@router.get("/months/{month}")
def month(site: Here, caller: ReadToken, month: Month) -> MonthOut:
    """Count a month's messages as they are tagged now, without the team's own mail."""
    start, end = month_bounds(month)
    figures = month_figures(site.store, start, end)
    return MonthOut(
        month=month,
        messages=figures.messages,
        triage=figures.triage,
        reviewed=figures.reviewed,
        needs_person=figures.needs_person,
        tags=tuple(
            TagCount(
                dimension=dimension,
                value=value,
                title=site.catalogue.title(Dimension(dimension), value),
                messages=messages,
            )
            for (dimension, value), messages in sorted(figures.tags.items())
        ),
        random_check=random_check(site.store, start, end),
        agreement=agreements(second_readings(site.store, start, end)),
    )


@router.get("/digests")
def digests(site: Here, caller: ReadToken) -> tuple[IssueOut, ...]:
    """List the issued digests, over all mailboxes and then over single ones."""
    accounts = reports.issue_accounts(site.store)
    return tuple(_issue(one) for account in accounts for one in reports.issues(site.store, account=account))


@router.get("/digests/{month}/{number}", responses=NOT_FOUND)
def digest(site: Here, caller: ReadToken, month: Month, number: IssueNumber, account: Text = "") -> dict[str, Any]:
    """Give the figures of an issue as they were frozen: over all mailboxes, or over that of the account."""
    for issue in reports.issues(site.store, month, account):
        if issue.number == number:
            figures: dict[str, Any] = json.loads(issue.figures)
            return figures
    raise HTTPException(404, "There is no such issue.")


def _issue(issue: Issue) -> IssueOut:
    return IssueOut(
        account=issue.account,
        month=issue.month,
        number=issue.number,
        status=issue.status,
        issued_at=issue.issued_at,
        rules_version=issue.rules_version,
        sha256=issue.sha256,
        messages=len(issue.message_ids),
    )
