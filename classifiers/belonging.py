"""Where writers say they belong: statements about themselves, signatures, forms, and how private persons talk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from classifiers.authors import Author
from classifiers.bodies import Bodies, Body
from classifiers.evidence import Evidence, Rank
from classifiers.hits import hit_of
from classifiers.matching import Found, Match, Sentence
from classifiers.rule import TOLD, USER_CUES, Rulebook
from classifiers.verdict import Dimension, Hit, ZoneKind

CUES = USER_CUES
_NEAR = 5  # words between "I work for" and the organisation
_LABEL = 2  # words before the name of a field, such as a number
_OURS = 2  # words between "our" and it
_OWNED = frozenset(["ocs-voluntary", "academia", "business", "media", "other"])
_SHORT = 14  # words of a line in a signature
_OWN_WORDS = (ZoneKind.NEW, ZoneKind.FORWARDED, ZoneKind.SUBJECT)
_FIRST_PERSON = frozenset(["i", "im", "my", "ive", "as", "me"])
_NOT_BEFORE = frozenset(["not", "never", "former", "formerly", "retired", "ex", "no", "if", "nt"])
_PAST = frozenset(["was", "were", "used", "spent", "retired"])  # "I was for thirty years with the Post Office"
_HERE = frozenset(["here", "speaking"])
_BEGINNING, _ALONE, _EARLY = (
    4,
    7,
    4,
)  # words before the name; words beside it; sentences in which one introduces oneself
_WANTS = frozenset(["wants", "want", "needs", "need", "would", "plans", "is", "are", "uses", "use", "runs", "requests"])
_SIGN_OFF = frozenset(
    [
        "regards",
        "regard",
        "thanks",
        "thank",
        "cheers",
        "yours",
        "sincerely",
        "faithfully",
        "best",
        "wishes",
        "kind",
        "many",
        "ta",
        "rgds",
        "thx",
        "diolch",
        "cofion",
        "hwyl",
        "bw",
        "bye",
        "love",
        "warmly",
        "warm",
        "respectfully",
    ]
)
_SAYS = frozenset(
    [
        "should",
        "must",
        "is",
        "was",
        "has",
        "did",
        "will",
        "would",
        "could",
        "can",
        "are",
        "were",
        "have",
        "had",
        "do",
        "does",
        "said",
        "says",
        "than",
    ]
)


@dataclass(frozen=True, slots=True)
class _Named:
    """An organisation in a sentence, and whether it is the writer's client."""

    body: Body
    sentence: Sentence
    client: bool


class Belonging:
    """The reading of text for where its writer belongs; made once."""

    def __init__(self, rulebook: Rulebook, bodies: Bodies, table: Mapping[str, Any]) -> None:
        """`table` is bodies.toml."""
        tags = {rule.tag for rule in rulebook.rules if rule.file == CUES}
        self._bodies = bodies
        self._prefixed = {prefix: tuple(sorted(tag for tag in tags if tag.startswith(prefix + "-"))) for prefix in TOLD}
        self._not_belonging = frozenset(table.get("not_belonging", ()))
        self._addressee: str = table.get("addressee", "")

    def evidence(self, found: Found, author: Author) -> tuple[Evidence, ...]:
        """Give all that the author's own words say."""
        own = tuple(sentence for sentence in found.sentences if sentence.zone in author.zones)
        named = self._named(found, own)
        tail = _tail(own, _names(author))
        return (
            *self._stated(found, author, named),
            *self._ours(found, author, named),
            *self._cues(found, author, tail),
            *self._introduced(found, author, named),
            *self._signed(found, named, tail),
            *self._filled_in(found, author, named),
        )

    # ------------------------------------------------------------ organisations

    def _named(self, found: Found, own: Sequence[Sentence]) -> dict[int, list[_Named]]:
        """Find the organisations of each sentence; the first after words like "commissioned by" is a client."""
        clients: dict[int, list[int]] = {}
        for match in found.of("client"):
            clients.setdefault(match.sentence.place, []).append(match.last)
        result: dict[int, list[_Named]] = {}
        for sentence in own:
            ends = clients.get(sentence.place, [])
            result[sentence.place] = [
                _Named(body, sentence, any(0 <= body.first - end <= _NEAR for end in ends))
                for body in self._bodies.within(sentence)
            ]
        return result

    def _stated(self, found: Found, author: Author, named: Mapping[int, list[_Named]]) -> Iterator[Evidence]:
        for cue in ("belongs", "office", "runs"):
            for match in _own(found, cue, author):
                body = self._body_after(match, named.get(match.sentence.place, ()))
                if body is None:
                    continue
                weight = match.rule.weight if body.named else match.rule.weight - 0.05
                rank = Rank.BEYOND if _goes_beyond(cue, match, body) else Rank.STATED
                hit = _hit(found, match.sentence, match.first, body.last, body.category, match.rule.id)
                yield Evidence(
                    category=body.category, rank=rank, weight=weight, reason=f"the writer says “{hit.words}”", hit=hit
                )

    def _ours(self, found: Found, author: Author, named: Mapping[int, list[_Named]]) -> Iterator[Evidence]:
        """Read "our lunch club": people say it of what they belong to, but also of the council that governs them."""
        for match in _own(found, "ours", author):
            for one in named.get(match.sentence.place, ()):
                near = match.first < one.body.first <= match.last + _OURS or one.body.first == match.last - 1
                if not near or one.client or one.body.weak or one.body.category not in _OWNED:
                    continue
                hit = _hit(found, match.sentence, match.first, one.body.last, one.body.category, match.rule.id)
                yield Evidence(
                    category=one.body.category,
                    rank=Rank.STATED,
                    weight=match.rule.weight,
                    reason=f"the writer says “{hit.words}”",
                    hit=hit,
                )
                break

    def _body_after(self, match: Match, named: Iterable[_Named]) -> Body | None:
        if not self._may_belong(match):
            return None
        near = [
            one.body
            for one in named
            if not one.client and match.first < one.body.first <= match.last + _NEAR and one.body.last >= match.last
        ]
        inside = [one.body for one in named if not one.client and match.first < one.body.first < match.last]
        return next(iter((*inside, *near)), None)

    def _may_belong(self, match: Match) -> bool:
        """Leave out "I am interested in ..." and "I'm looking at ...": what follows is no place of work."""
        words = match.sentence.forms[max(0, match.first - 2) : match.last]
        if _PAST & set(words[2:]):
            return False
        if words[-2:] == ("behalf", "of"):
            return True
        return not self._not_belonging & set(words)

    def _introduced(self, found: Found, author: Author, named: Mapping[int, list[_Named]]) -> Iterator[Evidence]:
        """Read "Youth Justice Board here", a line that is but a name, and "The Trust wants ..." early on."""
        names = _names(author)
        for number, (_, those) in enumerate(sorted(named.items())[:10]):
            for one in those:
                weight = _introduction(one, names, early=number <= _EARLY)
                if not weight or one.client or one.body.category == self._addressee:
                    continue
                hit = _hit(found, one.sentence, one.body.first, one.body.last, one.body.category, "user-introduced")
                yield Evidence(
                    category=one.body.category,
                    rank=Rank.STATED,
                    weight=weight,
                    reason=f"the writer introduces themselves as “{hit.words}”",
                    hit=hit,
                )

    def _signed(self, found: Found, named: Mapping[int, list[_Named]], tail: frozenset[int]) -> Iterator[Evidence]:
        """Take the organisations of the signature: single ones surely, kinds of bodies less so."""
        for place, those in sorted(named.items()):
            for one in those:
                if place not in tail or one.body.category == self._addressee or one.body.weak or one.client:
                    continue
                hit = _hit(found, one.sentence, one.body.first, one.body.last, one.body.category, "user-signature")
                yield Evidence(
                    category=one.body.category,
                    rank=Rank.SIGNED,
                    weight=0.85 if one.body.named else 0.75,
                    reason=f"the signature names “{hit.words}”",
                    hit=hit,
                )

    def _filled_in(self, found: Found, author: Author, named: Mapping[int, list[_Named]]) -> Iterator[Evidence]:
        """Read the organisation that a pro forma asks for, on its line or the next."""
        for match in _own(found, "form", author, ZoneKind.NEW, ZoneKind.FORWARDED, ZoneKind.ATTACHMENT):
            if match.first > _LABEL:
                continue
            following = 0 if _is_answered(match) else 1
            for place in range(match.sentence.place, match.sentence.place + 1 + following):
                for one in named.get(place, ()):
                    if one.body.weak or one.body.category == self._addressee:
                        continue
                    hit = _hit(found, one.sentence, one.body.first, one.body.last, one.body.category, match.rule.id)
                    yield Evidence(
                        category=one.body.category,
                        rank=Rank.STATED,
                        weight=match.rule.weight,
                        reason=f"the form gives the organisation as “{hit.words}”",
                        hit=hit,
                    )
                    return

    # ------------------------------------------------------------ cues

    def _cues(self, found: Found, author: Author, tail: frozenset[int]) -> Iterator[Evidence]:
        yield from self._self_cues(found, author)
        for tag in self._prefixed["firm"]:
            yield from _each(found, author, tag, Rank.MANNER, "such bodies say")
        for tag in self._prefixed["sign"]:
            for match in found.of(tag, ZoneKind.SIGNATURE, ZoneKind.NEW, ZoneKind.FORWARDED):
                if match.sentence.place in tail and match.sentence.zone in author.zones:
                    yield _of_match(found, match, tag, Rank.SIGNED, "the signature says")
        yield from _private(found, author)

    def _self_cues(self, found: Found, author: Author) -> Iterator[Evidence]:
        for tag in self._prefixed["self"]:
            for match in _own(found, tag, author):
                if _is_denied(match):
                    continue
                first = not _FIRST_PERSON.isdisjoint(match.sentence.forms[match.first : match.last])
                beyond = match.rule.weight >= 0.92 and first and not tag.endswith(("parliament", "media"))
                yield _of_match(found, match, tag, Rank.BEYOND if beyond else Rank.STATED, "the writer says")
            for match in found.of(tag, ZoneKind.QUOTED):
                if not _is_denied(match) and author.hops == 0:
                    yield _of_match(found, match, tag, Rank.EARLIER, "an earlier mail below says")


def _private(found: Found, author: Author) -> Iterator[Evidence]:
    """Read a private person's voice; with an interviewer at their own door it goes beyond an address at work."""
    voices = list(_own(found, "voice", author, *_OWN_WORDS, ZoneKind.SIGNATURE))
    for match in _own(found, "private", author):
        yield _of_match(found, match, "private-public", Rank.BEYOND, "the writer says")
    for match in _own(found, "interviewed", author):
        rank = Rank.BEYOND if voices else Rank.STATED
        yield _of_match(found, match, "interviewed-public", rank, "somebody interviewed for the survey says")
    for match in voices:
        yield _of_match(found, match, "voice-public", Rank.VOICE, "a private person says")


def _names(author: Author) -> frozenset[str]:
    return frozenset(author.writer.name.lower().replace(",", " ").split())


def _introduction(one: _Named, names: frozenset[str], *, early: bool) -> float:
    """Weigh an organisation at the beginning of a sentence: 0 when it does not introduce the writer."""
    words, body = one.sentence.forms, one.body
    after = words[body.last] if body.last < len(words) else ""
    if body.first > _BEGINNING:
        return 0.0
    if after in _HERE or (body.named and words[0] in names):
        return 0.9
    if one.sentence.kind not in (ZoneKind.NEW, ZoneKind.FORWARDED) or body.weak:
        return 0.0
    alone = body.named and body.first <= 1 and len(words) - body.last + body.first <= _ALONE
    if alone and _SAYS.isdisjoint(words):
        return 0.7
    return 0.65 if early and after in _WANTS else 0.0


def _goes_beyond(cue: str, match: Match, body: Body) -> bool:
    """Tell whether a statement holds even against a sure address: an office held, or a single body one works in."""
    first = match.sentence.forms[match.first] in _FIRST_PERSON
    if cue == "office":
        return first and not body.weak
    before = match.sentence.forms[body.first - 1] if body.first else ""
    inside = {"at", "in", "from", "within", "the"}
    return cue == "belongs" and first and body.named and before in inside


def _own(found: Found, cue: str, author: Author, *kinds: ZoneKind) -> Iterator[Match]:
    for match in found.of(cue, *(kinds or _OWN_WORDS)):
        if match.sentence.zone in author.zones:
            yield match


def _is_answered(label: Match) -> bool:
    """Tell whether the answer stands behind a colon on the label's own line: what follows is another question's."""
    after = label.sentence.text[label.end : label.sentence.end]
    return bool(after.partition(":")[2].strip())


def _each(found: Found, author: Author, tag: str, rank: Rank, says: str) -> Iterator[Evidence]:
    for match in _own(found, tag, author):
        yield _of_match(found, match, tag, rank, says)


def _of_match(found: Found, match: Match, tag: str, rank: Rank, says: str) -> Evidence:
    category = tag.partition("-")[2]
    hit = hit_of(match, found.message)
    own = Hit(
        rule=hit.rule,
        dimension=Dimension.USER_CATEGORY,
        value=category,
        zone=hit.zone,
        start=hit.start,
        end=hit.end,
        words=hit.words,
        weight=hit.weight,
    )
    return Evidence(category=category, rank=rank, weight=match.rule.weight, reason=f"{says} “{hit.words}”", hit=own)


def _hit(found: Found, sentence: Sentence, first: int, last: int, category: str, rule: str) -> Hit:
    start = sentence.spans[first][0]
    end = sentence.spans[min(max(last, first + 1), len(sentence.spans)) - 1][1]
    return Hit(
        rule=rule,
        dimension=Dimension.USER_CATEGORY,
        value=category,
        zone=sentence.zone,
        start=start,
        end=end,
        words=found.message.zones[sentence.zone].text[start:end],
    )


def _is_denied(match: Match) -> bool:
    return not _NOT_BEFORE.isdisjoint(match.sentence.forms[max(0, match.first - 2) : match.last])


def _tail(own: Sequence[Sentence], names: frozenset[str]) -> frozenset[int]:
    """Give the sentences that are signature: those marked so, and the short lines after a sign-off or a name."""
    marked = {sentence.place for sentence in own if sentence.kind is ZoneKind.SIGNATURE}
    by_zone: dict[int, list[Sentence]] = {}
    for sentence in own:
        if sentence.kind in (ZoneKind.NEW, ZoneKind.FORWARDED):
            by_zone.setdefault(sentence.zone, []).append(sentence)
    for sentences in by_zone.values():
        last = [place for place, one in enumerate(sentences) if _signs_off(one, names)]
        if last:
            start = next((place for place in last if len(sentences) - place <= 8), last[-1])
            marked |= {one.place for one in sentences[start:] if len(one.written) <= _SHORT}
    return frozenset(marked)


def _signs_off(sentence: Sentence, names: frozenset[str]) -> bool:
    forms = sentence.forms
    if len(forms) > 5 or not forms:
        return False
    return forms[0] in _SIGN_OFF or (len(forms) <= 3 and forms[0] in names)
