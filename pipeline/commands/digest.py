"""`statshop digest`: make a month's digest, issue it, or list the messages behind a number."""

import argparse
import sys
from collections.abc import Iterator

from digests.errors import NoSuchIssue
from digests.explain import explain_in
from digests.issues.behind import tables_of_issue
from digests.issues.longer import longer_tables_of_draft, longer_tables_of_issue
from digests.make import make_digest
from digests.period import london_date, month_before, month_name, month_of
from digests.render.cover import before_the_end
from pipeline.commands.caller import caller
from pipeline.commands.digesting import catalogue_of, digest_options, make_month
from pipeline.commands.opening import clock, house_of, settings_of, storage_url
from pipeline.errors import OptionsApart
from storage.engine import Store, open_store
from storage.reports import issues as issues_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("month", nargs="?", metavar="YYYY-MM", help="the month; last month when left out")
    parser.add_argument("--issue", action="store_true", help="freeze it as an issue")
    parser.add_argument("--again", action="store_true", help="with --issue: issue a month that was issued before")
    parser.add_argument("--mailbox", metavar="NAME", help="over this one of the settings' mailboxes; all when left out")
    parser.add_argument("--explain", metavar="NUMBER", help='list the messages behind a number: "cohesion × academia"')
    parser.add_argument(
        "--issue-number", type=int, metavar="N", help="with --explain: of that issue as it was published, not of today"
    )


def run(args: argparse.Namespace) -> int:
    """Make the digest and name its files; or explain a number of it."""
    if args.again and not args.issue:
        raise OptionsApart("--again", "goes with --issue: it issues a month that was issued before")
    if args.explain and args.issue:
        raise OptionsApart("--explain", "only lists messages: call it without --issue")
    if args.issue_number is not None and not args.explain:
        raise OptionsApart("--issue-number", "goes with --explain: it says of which issue the number is")
    settings, house, now = settings_of(args), house_of(args), clock()
    month = args.month or month_before(now)
    with open_store(storage_url(settings, house)) as store:
        if args.explain:
            print("\n".join(_behind(store, args, month)))
            return 0
        asked = {"issue": args.issue, "again": args.again, "mailbox": args.mailbox, "who": caller()}
        paths = make_month(store, settings, house, month, now=now, **asked)
    print("\n".join(str(path) for path in paths))
    if month == month_of(now):
        print(f"{month_name(month)} was {before_the_end(london_date(now))}.", file=sys.stderr)
    return 0


def _behind(store: Store, args: argparse.Namespace, month: str) -> Iterator[str]:
    settings, house = settings_of(args), house_of(args)
    catalogue, options = catalogue_of(settings, house, args.mailbox), digest_options(settings, args.mailbox)
    issues = issues_of(store, month, options.account)
    if args.issue_number is None:
        draft = make_digest(store, catalogue, month, options, now=clock())
        tables = (*draft.tables, *longer_tables_of_draft(store, draft))
        if issues:
            yield f"As the month stands today. As it was published: --issue-number {issues[-1].number}"
    else:
        issue = next((one for one in issues if one.number == args.issue_number), None)
        if issue is None:
            raise NoSuchIssue(month=month, number=args.issue_number, known=tuple(one.number for one in issues))
        tables = (*tables_of_issue(issue, catalogue, options), *longer_tables_of_issue(store, issue, catalogue))
    for found in explain_in(tables, args.explain):
        messages = ", ".join(str(number) for number in found.message_ids) or "none"
        yield f"{found.table}: {found.row} × {found.column}: {len(found.message_ids)} (messages {messages})"
