"""Which kind of user wrote: the evidence of the address and of the words, decided in the order that `evidence` states.

What the address tells stands in a hit of zone -1: its `words` are the part of the address that told, `start` and `end`
count in the address. All other hits count in their zone, as everywhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from classifiers.authors import Author, author_of
from classifiers.belonging import Belonging
from classifiers.bodies import Bodies
from classifiers.domains import DomainFact, Domains, domain_of
from classifiers.evidence import OUTSIDE_TEXT, Evidence, Rank, decided
from classifiers.matching import Found
from classifiers.rule import Rulebook
from classifiers.verdict import Dimension, Hit, MessageText, Tag, Writer, ZoneKind
from classifiers.words import phrase_of

_CENTRAL = frozenset(["other-government", "home-office", "dclg", "dwp", "moj", "geo-ehrc"])
_CLIENTS_NAMED = frozenset(["business", "academia", "media", "parliament", "other", "ocs-voluntary"])
_WITHIN = frozenset(["ocs-voluntary", "geo-ehrc"])  # categories of offices that sit in another department
_OWN_STUDIES = "academia"
_NOT = frozenset(["not", "nor", "unlike", "isnt", "nt"])
BY_ADDRESS = "sender-address"  # stands for the rule of a hit in an address


class Categories:
    """The user category; made once from the rulebook, used for any number of messages."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Read domains, names and cues."""
        table = rulebook.tables.get("bodies", {})
        own = rulebook.folder if rulebook.folder and (rulebook.folder / "domains").is_dir() else None
        self._domains = Domains(rulebook.tables.get("sender_domains", {}), own)
        self._bodies = Bodies(table, own)
        self._belonging = Belonging(rulebook, self._bodies, table)
        self._titles: Mapping[str, str] = table.get("titles", {})
        self._mailboxes: Mapping[str, str] = table.get("mailboxes", {})
        self._endings: Mapping[str, str] = table.get("endings", {})
        self._offices: Mapping[str, str] = table.get("offices", {})

    def tags(self, message: MessageText, found: Found) -> tuple[Tag, ...]:
        """Give the user category, and after it what else was in question."""
        author = author_of(message, found)
        fact = self._domains.fact(author.writer.address) if message.sender_trusted or author.hops else None
        evidence = [*self._of_address(author, fact), *self._of_name(author.writer, fact)]
        told = self._belonging.evidence(found, author)
        signed = frozenset(one.category for one in (*evidence, *told) if one.rank is Rank.SIGNED)
        evidence += [self._ranked(one, fact, signed) for one in told]
        evidence += self._of_office(found, author, fact)
        tags = decided(_without_clients(evidence, fact))
        return tuple(replace(tag, reason=_passed_on(tag.reason, author)) for tag in tags)

    def _of_address(self, author: Author, fact: DomainFact | None) -> Iterator[Evidence]:
        address = author.writer.address
        if fact is not None and not fact.free:
            yield _of_domain(address, fact)
        if fact is None or not fact.sure:
            yield from self._of_mailbox(address)
        if fact is None:
            yield from self._of_ending(address)

    def _of_mailbox(self, address: str) -> Iterator[Evidence]:
        """Read clerk@ and newsdesk@."""
        local = address.partition("@")[0].lower()
        for name in (local, *local.replace("-", ".").replace("_", ".").split(".")):
            if name in self._mailboxes:
                yield Evidence(
                    category=self._mailboxes[name],
                    rank=Rank.MANNER,
                    weight=0.6,
                    reason=f"the address begins with {name}@",
                    hit=_address_hit(address, name, self._mailboxes[name]),
                )
                return

    def _of_ending(self, address: str) -> Iterator[Evidence]:
        domain = domain_of(address)
        ending = next((end for end in self._endings if domain.endswith("." + end)), "")
        if ending:
            yield Evidence(
                category=self._endings[ending],
                rank=Rank.ENDING,
                weight=0.4,
                reason=f"nothing tells but the address, which ends in .{ending}",
                hit=_address_hit(address, domain, self._endings[ending]),
            )

    def _of_name(self, writer: Writer, fact: DomainFact | None) -> Iterator[Evidence]:
        """Read the display name: "Boston Volunteer Centre", "Dermot Keane (IPS)", "Cllr Ann Other".

        An office that has its host's address ("Ann Other - OCS" at the Cabinet Office) goes before the address.
        """
        hosted = self._hosted_by(fact)
        shown = phrase_of(writer.name)
        for body in self._bodies.within(shown):
            if not body.weak and body.category != "dclg":
                name = shown.text[shown.spans[body.first][0] : shown.spans[body.last - 1][1]]
                reason = f"the sender is shown as “{writer.name}”, which names {name}"
                rank = Rank.BEYOND if _plain(name) in hosted else Rank.SIGNED
                yield Evidence(category=body.category, rank=rank, weight=0.8, reason=reason)
        for form, (start, end) in zip(shown.forms, shown.spans, strict=True):
            if form in self._titles:
                reason = f"the sender is shown with the title “{shown.text[start:end]}”"
                yield Evidence(category=self._titles[form], rank=Rank.SIGNED, weight=0.75, reason=reason)

    def _hosted_by(self, fact: DomainFact | None) -> frozenset[str]:
        return frozenset(name for name, host in self._offices.items() if fact is not None and host in fact.domain)

    def _of_office(self, found: Found, author: Author, fact: DomainFact | None) -> Iterator[Evidence]:
        """Read "for the Office for Civil Society" from the Cabinet Office, whose address it has."""
        hosted = self._hosted_by(fact)
        for sentence in found.sentences if hosted else ():
            if sentence.zone not in author.zones or sentence.kind is ZoneKind.QUOTED:
                continue
            for body in self._bodies.within(sentence):
                words = sentence.text[sentence.spans[body.first][0] : sentence.spans[body.last - 1][1]]
                denied = body.first > 0 and sentence.forms[body.first - 1] in _NOT
                if body.category in _WITHIN and _plain(words) in hosted and not denied:
                    reason = f"the address is shared by {words}, which the mail names"
                    yield Evidence(category=body.category, rank=Rank.BEYOND, weight=0.8, reason=reason)

    def _ranked(self, evidence: Evidence, fact: DomainFact | None, signed: frozenset[str]) -> Evidence:
        """Put what goes beyond the address behind it where the address is surer than the words.

        `signed` are the categories that the signature speaks for: who signs for the department writes for it, though
        they study beside.
        """
        if fact is None or fact.free or not fact.sure:
            return evidence
        if evidence.rank is Rank.SIGNED and fact.category in _CENTRAL and self._is_office(evidence):
            return replace(evidence, rank=Rank.BEYOND)
        if evidence.rank is not Rank.BEYOND:
            return evidence
        if evidence.category == _OWN_STUDIES and fact.category in signed:
            return replace(evidence, rank=Rank.STATED)
        works_in = evidence.hit is not None and evidence.hit.rule == "user-belongs"
        if works_in and not (fact.category in _CENTRAL and evidence.category in (_CENTRAL | _WITHIN)):
            return replace(evidence, rank=Rank.STATED)
        return evidence

    def _is_office(self, evidence: Evidence) -> bool:
        """Tell the office that sits in another department from a charity that a signature also names."""
        named = evidence.hit is not None and _plain(evidence.hit.words) in self._offices
        return named and evidence.category in _WITHIN


def _plain(words: str) -> str:
    return " ".join(words.lower().split()).removeprefix("the ")


def _of_domain(address: str, fact: DomainFact) -> Evidence:
    reason = f"the address ends in {fact.domain}, which {fact.source} gives to {fact.organisation}"
    if fact.source.startswith("the shape"):
        reason = f"the address ends in {fact.domain}: {fact.organisation}"
    return Evidence(
        category=fact.category,
        rank=Rank.DOMAIN if fact.sure else Rank.MANNER,
        weight=0.97 if fact.sure else 0.65,
        reason=reason,
        hit=_address_hit(address, fact.domain, fact.category),
    )


def _address_hit(address: str, words: str, category: str) -> Hit:
    start = max(0, address.lower().rfind(words))
    return Hit(
        rule=BY_ADDRESS,
        dimension=Dimension.USER_CATEGORY,
        value=category,
        zone=OUTSIDE_TEXT,
        start=start,
        end=start + len(words),
        words=words,
    )


def _without_clients(evidence: list[Evidence], fact: DomainFact | None) -> list[Evidence]:
    """A consultancy that works for a council is a business: what it says of its client does not count."""
    works_for = any(one.category == "business" and one.hit and one.hit.rule == "user-business-self" for one in evidence)
    if not works_for or (fact is not None and fact.sure and not fact.free):
        return evidence
    return [
        one
        for one in evidence
        if one.category == "business" or one.rank in (Rank.BEYOND, Rank.DOMAIN) or one.category in _CLIENTS_NAMED
    ]


def _passed_on(reason: str, author: Author) -> str:
    if not author.hops:
        return reason
    who = author.writer.name or author.writer.address or "the original writer"
    return f"passed on to the mailbox; of {who}: {reason}"
