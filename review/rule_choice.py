"""Whose rules an address asks for: those of a mailbox that has its own, or the usual ones, for all other mail."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException

from review.callables import RuleBook
from review.rule_links import rule_link, rules_link
from review.site import Here, Site
from storage.rule_pages import ReadBy


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenRules:
    """The rules that are looked at, the mailbox whose own they are ("": the usual ones), and the mail they read."""

    book: RuleBook
    mailbox: str
    read_by: ReadBy

    @property
    def shares_mail(self) -> bool:
        """Say whether these rules read several mailboxes, and others the rest: a list shows the mail of one of them."""
        return bool(self.read_by.others)

    def link(self, path: str = "", **query: str) -> str:
        """Give the address of these rules, or of a page below it."""
        return rules_link(self.mailbox, path, **query)

    def rule_link(self, rule: str) -> str:
        """Give the address of the page of one of them."""
        return rule_link(rule, self.mailbox)


def chosen_rules(site: Here, mailbox: str = "") -> ChosenRules:
    """Read whose rules are asked for; a mailbox that has none of its own has no such page."""
    book = site.rule_books.get(mailbox)
    if book is None:
        raise HTTPException(404)
    return ChosenRules(
        book=book, mailbox=mailbox, read_by=ReadBy(account=mailbox, others=() if mailbox else site.options.own_rules)
    )


Chosen = Annotated[ChosenRules, Depends(chosen_rules)]


def mistakes_of(site: Site, mailbox: str) -> tuple[str, ...]:
    """Give the mistakes in the files of some rules, where the page has them."""
    book = site.rule_books.get(mailbox)
    return book.mistakes() if book is not None else ()
