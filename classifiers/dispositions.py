"""Whether a person has to read a message: headers first, then the sender, the subject and the text.

Headers are mail_headers.toml, words disposition_cues.toml. What speaks for one disposition adds up by noisy-or, each
cue once. Mail about undelivered mail beats an automatic answer, and that beats spam and bulk, unless words alone say so
and the others have more; below the threshold a message stays with the people. So does a message that a person wrote
though it looks otherwise: a mail over a list that speaks to the mailbox by name, a mail on the statistics with no
machine's mark but a footer.

A hit in a header has the zone -1: its `words` are the header's name and value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from classifiers.evidence import OUTSIDE_TEXT, noisy_or
from classifiers.found import takes_away
from classifiers.globs import fitting
from classifiers.matching import DISPOSITION_CUES, Found, Match
from classifiers.rule import Rank, Rulebook
from classifiers.verdict import Dimension, Hit, MessageText, Tag, ZoneKind

ENOUGH = 0.7  # below, a message stays in triage
_COUNTS_TWICE = ("spam-", "bulk-press")
_OWN_WORDS = frozenset(ZoneKind) - {ZoneKind.QUOTED, ZoneKind.FORWARDED, ZoneKind.ATTACHMENT}
_SPEAKERS = frozenset(["i", "we", "my", "our", "me", "us"])
_ORDER = ("bounce", "auto-reply", "spam", "bulk")
_SURE = 0.8  # the weight of a header that leaves no doubt
_STRONG_WORDS = 0.6
_AWAY_SUBJECT, _AWAY = "auto-reply-subject", "auto-reply-away"
_SPEAKS_TO_US, _SPOKEN_IN = "speaks-to-us", (ZoneKind.NEW, ZoneKind.SUBJECT)
_OWN_STORY = ("own-account", "reports-use")
_NOTES = re.compile(r"[^:]{2,60} is out of the office\b[^:]*", re.IGNORECASE)  # as IBM Notes writes its subjects
_ANSWERS = re.compile(r"(?:^|[\s\])}:])(?:re|aw|sv|vs|antw|antwort|fw|fwd|wg|tr)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_TWO_SIGNS = 2  # one turn of phrase makes nobody a swindler
_ALONE = 0.6
_HAWKED = 0.45  # with words of both, so much of spam makes it spam
_PERSONAL = 0.55  # what is left of weak words' weight when the writer asks for something or is on the statistics


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """One thing that speaks for a disposition: `marked` when a program said it, not a person's words."""

    disposition: str
    weight: float
    says: str
    hit: Hit
    marked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Header:
    names: tuple[str, ...]
    values: re.Pattern[str]
    gives: str
    weight: float
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sender:
    addresses: re.Pattern[str]
    names: re.Pattern[str]
    gives: str
    weight: float
    says: str


class Dispositions:
    """The disposition; made once from the rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Read the headers' table and the names of the cues."""
        table = rulebook.tables.get("mail_headers", {})
        self._headers = _by_name(_header(entry) for entry in table.get("header", ()))
        self._senders = tuple(_sender(table[name]) for name in ("daemons", "senders", "hawkers") if name in table)
        self._ours: tuple[str, ...] = tuple(table.get("addressed", {}).get("words", ()))
        cues = [rule for rule in rulebook.rules if rule.file == DISPOSITION_CUES and rule.rank is Rank.CUE]
        self._cues = {rule.tag: _disposition_of(rule.tag) for rule in cues if _disposition_of(rule.tag)}

    def marks(self, message: MessageText) -> tuple[Sign, ...]:
        """Give what the headers and the sender's address say."""
        return (*self._of_headers(message), *self._of_sender(message))

    def cues_in(self, message: MessageText, marks: Sequence[Sign]) -> frozenset[ZoneKind] | None:
        """Say in which zones a message that a program marked surely is searched, for cues of this table alone.

        None where all matters: it may be a person's mail, also one to the mailbox over a list.
        """
        headers = [mark for mark in marks if mark.marked]
        listed = any(mark.disposition == "bulk" for mark in headers)
        if not any(_is_sure(mark) for mark in headers) or (listed and self._is_to_us(message)):
            return None
        return frozenset(ZoneKind) if _is_reported(marks) else _OWN_WORDS

    def is_settled(self, tag: Tag, found: Found, marks: Iterable[Sign]) -> bool:
        """Tell whether a disposition that was found by the cues that overrule would be the same by all of them.

        More words of bulk and spam can make only these likelier: they take nothing from what a header says surely,
        unless somebody speaks to the mailbox, which counts where nothing is sold.
        """
        sure = {mark.disposition for mark in marks if mark.marked and _is_sure(mark)}
        return tag.value in sure - {"spam"} and not found.has(_SPEAKS_TO_US, *_SPOKEN_IN)

    def tag(self, message: MessageText, found: Found, marks: Sequence[Sign] | None = None) -> Tag:
        """Give the disposition with its reason; the message's `marks` are worked out where they are not given."""
        marks = self.marks(message) if marks is None else marks
        words = list(self._of_words(found, marks))
        if self._speaks_to_us(message, found, marks, words):
            marks = [mark for mark in marks if mark.disposition not in ("bulk", "spam")]
            words = [word for word in words if word.disposition not in ("bulk", "spam")]
        shares = _shares(message, found, marks)
        if len([word for word in words if word.disposition == "bulk"]) >= _TWO_SIGNS:
            shares = {**shares, "bulk": 1.0}  # a newsletter is on the statistics too
        if len([word for word in words if word.disposition == "bounce"]) >= _TWO_SIGNS and not _asks(message):
            shares = {**shares, "bounce": 1.0}  # a report names the subject of the mail that was not delivered
        if _is_away(found) and not _asks(message):
            shares = {**shares, "auto-reply": 1.0}  # its writer speaks of themselves in it
        return _decided([*marks, *words], shares)

    def _of_headers(self, message: MessageText) -> list[Sign]:
        """Give each header of the table once, in its order, for the first field that fits."""
        signs: dict[int, Sign] = {}
        for name, value in (*message.headers, ("content-type", message.content_type)):
            telling = self._headers.get(name)
            plain = " ".join(value.lower().split()) if telling else ""
            for place, header in telling or ():
                if place not in signs and header.values.search(plain):
                    hit = _outside("header", header.gives, f"{name}: {value[:120]}", header.weight)
                    says, weight = header.says, header.weight
                    signs[place] = Sign(disposition=header.gives, weight=weight, says=says, hit=hit, marked=True)
        return [signs[place] for place in sorted(signs)]

    def _of_sender(self, message: MessageText) -> Iterator[Sign]:
        address = message.sender.address.lower()
        local = address.partition("@")[0]
        name = message.sender.name.lower()
        for sender in self._senders:
            whole = sender.gives == "spam"  # a seller shows in the domain, a program before the @
            if sender.addresses.search(address if whole else local) or (name and sender.names.search(name)):
                hit = _outside("sender", sender.gives, message.sender.address or message.sender.name, sender.weight)
                yield Sign(disposition=sender.gives, weight=sender.weight, says=sender.says, hit=hit)

    def _of_words(self, found: Found, marks: Iterable[Sign]) -> Iterator[Sign]:
        """Give each cue once, of spam and press releases twice when it stands in two sentences.

        The text of a report counts in every zone, otherwise only the sender's own words do.
        """
        if not found.matches:
            return
        reported = _is_reported(marks)
        for tag, disposition in self._cues.items():
            matches = [match for match in found.of(tag) if _counts(match, reported=reported)]
            if not matches:
                continue
            best = max(matches, key=lambda match: match.rule.weight)  # the first, where one rule gives the cue
            yield _sign(found, best, disposition)
            again = [match for match in matches if match.sentence is not best.sentence]
            if again and tag.startswith(_COUNTS_TWICE):
                yield replace(_sign(found, again[0], disposition), weight=again[0].rule.weight / 2)
        if found.has("bulk-answer-subject") and _says_nothing(found.message):
            yield _silence("it has no text of its own", 0.4)
        if found.has("bulk-footer") and _nobody_speaks(found):
            yield _silence("nobody in it says I or we", 0.35)

    def _speaks_to_us(self, message: MessageText, found: Found, marks: Iterable[Sign], words: Iterable[Sign]) -> bool:
        """Tell a person's mail to the mailbox that came over a list from what the list sends."""
        listed = any(mark.disposition == "bulk" and mark.marked for mark in marks)
        sold = any(word.disposition in ("bulk", "spam") for word in words)
        if found.has(_SPEAKS_TO_US, *_SPOKEN_IN) and not sold:
            return True
        return listed and not sold and self._is_to_us(message) and _is_on_topic(found)

    def _is_to_us(self, message: MessageText) -> bool:
        """Tell whether the mailbox is named beside the list; what a list sends to its readers has one recipient."""
        told = [value.lower() for name, value in message.headers if name in ("to", "cc")]
        return _recipients(message) > 1 and any(ours in value for value in told for ours in self._ours)


def _shares(message: MessageText, found: Found, marks: Iterable[Sign]) -> Mapping[str, float]:
    """Say what is left of weak words' weight for each disposition in a message that a person seems to have written.

    Programs rarely ask a question; sellers do. Where a program marked the message, nothing is taken away.
    """
    if any(mark.marked for mark in marks):
        return {}
    personal = _is_on_topic(found) or found.has("own-account", ZoneKind.NEW)
    asks = _asks(message)
    sent = any(mark.disposition == "bounce" for mark in marks)
    return {
        "spam": _PERSONAL if personal else 1.0,
        "bulk": _PERSONAL if personal else 1.0,
        "auto-reply": _PERSONAL if personal or asks else 1.0,
        "bounce": _PERSONAL if (personal or asks) and not sent else 1.0,
    }


def _is_away(found: Found) -> bool:
    """Tell whether subject and text say that somebody is away, and nothing else is told.

    A person answers "Re: Out of office"; programs put their own words first, "Automatic reply: Re: tables". And who
    says what they use was back to write it, unless the whole subject is a program's.
    """
    subjects = [match for match in found.of(_AWAY_SUBJECT) if _begins_itself(match)]
    if not subjects or not found.has(_AWAY):
        return False
    told = any(found.has(cue, ZoneKind.NEW) for cue in _OWN_STORY)
    return not told or any(_NOTES.fullmatch(match.sentence.text.strip()) for match in subjects)


def _begins_itself(match: Match) -> bool:
    """Tell whether a subject's words are no answer: without "Re:" somewhere before them."""
    return not _ANSWERS.search(match.sentence.text[: match.start])


def _asks(message: MessageText) -> bool:
    return any("?" in zone.text for zone in message.zones if zone.kind is ZoneKind.NEW)


def _recipients(message: MessageText) -> int:
    """Count the addresses in To: and Cc:; what a list sends to its readers has one."""
    return sum(value.count("@") for name, value in message.headers if name in ("to", "cc"))


def _says_nothing(message: MessageText) -> bool:
    return not any(zone.text.strip() for zone in message.zones if zone.kind is ZoneKind.NEW)


def _nobody_speaks(found: Found) -> bool:
    """Tell whether the text speaks of nobody who wrote it, and asks nothing: newsletters do so."""
    texts = found.texts
    new = [zone for zone, kind in enumerate(texts.kinds) if kind is ZoneKind.NEW]
    return not _asks(found.message) and all(texts.glance(zone).forms.isdisjoint(_SPEAKERS) for zone in new)


def _silence(says: str, weight: float) -> Sign:
    """Give the sign of what is not there: in answers to invitations and in newsletters no person speaks."""
    return Sign(disposition="bulk", weight=weight, says=says, hit=_outside("no-person", "bulk", "", weight))


def _is_reported(marks: Iterable[Sign]) -> bool:
    """Tell whether a message reports on another: then the text of every zone is the program's."""
    return any(mark.disposition == "bounce" for mark in marks)


def _counts(match: Match, *, reported: bool) -> bool:
    if match.sentence.kind not in _OWN_WORDS and not reported:
        return False
    return not match.rule.tag.endswith("-subject") or match.first == 0 or match.rule.tag == "bulk-subject"


def _disposition_of(tag: str) -> str:
    return next((name for name in _ORDER if tag.startswith(name + "-")), "")


def _sign(found: Found, match: Match, disposition: str) -> Sign:
    words, rule = found.text(match), match.rule
    hit = Hit(
        rule=rule.id,
        dimension=Dimension.DISPOSITION,
        value=disposition,
        zone=match.sentence.zone,
        start=match.start,
        end=match.end,
        words=words,
        weight=rule.weight,
    )
    return Sign(disposition=disposition, weight=rule.weight, says=f"it says “{' '.join(words.split())}”", hit=hit)


def _is_on_topic(found: Found) -> bool:
    """Tell whether the message's own words are on one of the statistics, in no other sense."""
    cancels = [match for match in found.matches if match.rule.rank is Rank.CANCELS]
    return any(
        match.rule.dimension is Dimension.PRODUCT
        and match.rule.rank is Rank.DECIDES
        and match.sentence.kind in (ZoneKind.NEW, ZoneKind.SUBJECT)
        and not any(takes_away(cancel, match) for cancel in cancels)
        for match in found.matches
    )


def _decided(signs: Iterable[Sign], shares: Mapping[str, float]) -> Tag:
    by_disposition: dict[str, list[Sign]] = {name: [] for name in _ORDER}
    for sign in signs:
        by_disposition[sign.disposition].append(sign)
    scores = {name: noisy_or(_weight(sign, shares) for sign in found) for name, found in by_disposition.items()}
    if len(by_disposition["spam"]) < _TWO_SIGNS and not by_disposition["bulk"] and scores["spam"] < _SURE:
        scores["spam"] = min(scores["spam"], _ALONE)
    chosen = _chosen(scores, {name for name in _ORDER if any(_is_sure(sign) for sign in by_disposition[name])})
    if not chosen:
        return _triage(scores)
    best = sorted(by_disposition[chosen], key=lambda sign: -sign.weight)
    return Tag(
        dimension=Dimension.DISPOSITION,
        value=chosen,
        confidence=round(min(max(scores[chosen], ENOUGH), 0.99), 3),
        reason=" and ".join(sign.says for sign in best[:3]),
        hits=tuple(sign.hit for sign in best),
    )


def _weight(sign: Sign, shares: Mapping[str, float]) -> float:
    """Weigh a sign; what a robot or a seller might share with a person who asks for something counts less."""
    weak = sign.weight < _STRONG_WORDS or (sign.disposition == "bounce" and not sign.marked)
    return sign.weight * (shares.get(sign.disposition, 1.0) if weak else 1.0)


def _is_sure(sign: Sign) -> bool:
    """Tell whether one sign leaves no doubt: a header, or the fixed words of a mail program."""
    return sign.weight >= _SURE and (sign.marked or sign.disposition == "bounce")


def _chosen(scores: Mapping[str, float], sure: set[str]) -> str:
    """Take the first of the order; what only words say must have more than the others have."""
    others = max(scores["spam"], scores["bulk"])
    for name in ("bounce", "auto-reply"):
        if scores[name] >= ENOUGH and (name in sure or scores[name] > others):
            return name
    if "bulk" in sure or scores["bulk"] >= max(ENOUGH, scores["spam"]):
        return "bulk"
    if noisy_or((scores["spam"], scores["bulk"])) < ENOUGH:
        return ""
    return "spam" if scores["spam"] >= _HAWKED else "bulk"


def _triage(scores: Mapping[str, float]) -> Tag:
    nearest = max(scores, key=lambda name: scores[name])
    reason = "it is for the team to read: nothing marks it as automatic, bulk or unwanted"
    if scores[nearest] >= 0.3:
        reason = f"it has something of {nearest} mail, but too little"
    confidence = round(min(0.99, 1 - scores[nearest] * 0.8), 3)
    return Tag(dimension=Dimension.DISPOSITION, value="triage", confidence=confidence, reason=reason)


def _outside(rule: str, disposition: str, words: str, weight: float) -> Hit:
    return Hit(
        rule=rule,
        dimension=Dimension.DISPOSITION,
        value=disposition,
        zone=OUTSIDE_TEXT,
        start=0,
        end=len(words),
        words=words,
        weight=weight,
    )


def _header(entry: Mapping[str, Any]) -> _Header:
    return _Header(
        names=tuple(entry.get("names", (entry["name"],))),
        values=fitting(entry["values"]),
        gives=entry["gives"],
        weight=entry["weight"],
        says=entry["says"],
    )


def _by_name(headers: Iterable[_Header]) -> Mapping[str, list[tuple[int, _Header]]]:
    """Give the headers of the table, each with its place in it, by the names of the fields that they tell of."""
    by_name: dict[str, list[tuple[int, _Header]]] = {}
    for place, header in enumerate(headers):
        for name in dict.fromkeys(header.names):
            by_name.setdefault(name, []).append((place, header))
    return by_name


def _sender(entry: Mapping[str, Any]) -> _Sender:
    return _Sender(
        addresses=fitting(entry["addresses"]),
        names=fitting(entry["names"]),
        gives=entry["gives"],
        weight=entry["weight"],
        says=entry["says"],
    )
