"""A message with its words lit up, and why its tags stand, as lines of text."""

from collections.abc import Iterable, Iterator

from classifiers.explaining import Explanation, NearRule, RuleShare, Uncounted, WhyNot
from classifiers.verdict import Hit, MessageText, Role, Statement, Verdict, Zone

Marks = tuple[str, str]  # what stands before and behind words that are lit up
_MOST_UNCOUNTED = 12
_MOST_ALTERNATIVES = 4


def message_lines(text: MessageText, verdict: Verdict, marks: Marks) -> list[str]:
    """Give the message zone by zone, the words that decided its tags lit up."""
    deciding = [hit for tag in verdict.tags for hit in tag.hits]
    return [line for place, zone in enumerate(text.zones) for line in _zone(place, zone, deciding, marks)]


def explained_lines(explanation: Explanation, text: MessageText) -> list[str]:
    """Give each tag with its rules: their file, line and weight, and the words they matched."""
    verdict = explanation.verdict
    lines = [f"Rules version {verdict.rules_version}"]
    for one in explanation.tags:
        lines.append(f"{one.tag.dimension}: {one.tag.value} ({one.tag.confidence:.2f}) {one.tag.reason}".rstrip())
        lines += [line for share in one.shares for line in _share(share, text)]
    lines += [_quoted(item) for item in verdict.statements]
    aside = [hit for hit in verdict.hits if hit.role is Role.SET_ASIDE]
    lines += [f"set aside: {hit.value}, “{_folded(hit.words)}” ({hit.rule})" for hit in aside]
    reasons = "; ".join(verdict.reasons)
    lines.append(f"Needs a person: {reasons}" if verdict.needs_person else "Needs no person.")
    return lines


def why_not_lines(why: WhyNot, text: MessageText) -> list[str]:
    """Give why a tag does not stand: what spoke for it and did not count, or the nearest rules and what they lack."""
    if why.reason == "it stands":
        return [f"{why.asked} stands; its rules are listed above."]
    lines = [f"Why not {why.asked}: {why.reason}."]
    lines += [f"    {_uncounted(one, text)}" for one in why.uncounted[:_MOST_UNCOUNTED]]
    if len(why.uncounted) > _MOST_UNCOUNTED:
        lines.append(f"    and {len(why.uncounted) - _MOST_UNCOUNTED} more")
    for number, near in enumerate(why.near):
        lines += _near(near, "The nearest rule" if number == 0 else "The next")
    return lines


def lit(text: str, spans: Iterable[tuple[int, int]], marks: Marks) -> str:
    """Give a text with marks around its spans; spans that touch or overlap become one."""
    parts, place = [], 0
    for start, end in _joined(spans):
        parts += [text[place:start], marks[0], text[start:end], marks[1]]
        place = end
    return "".join([*parts, text[place:]])


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _zone(place: int, zone: Zone, hits: Iterable[Hit], marks: Marks) -> list[str]:
    spans = [(hit.start, hit.end) for hit in hits if hit.zone == place]
    title = f"{zone.kind} {zone.name}".strip()
    return [f"-- {title}", lit(zone.text.rstrip(), spans, marks)]


def _share(share: RuleShare, text: MessageText) -> Iterator[str]:
    where = f", {share.file} line {share.line}" if share.file else ""
    yield f"    {share.rule}{where}, weight {share.weight:g}"
    yield from (f"        “{_folded(hit.words)}” in {_place(hit, text)}" for hit in share.hits)


def _quoted(item: Statement) -> str:
    return f"{item.kind} quoted ({item.rule}): “{_folded(item.text)}”"


def _uncounted(one: Uncounted, text: MessageText) -> str:
    return f"“{_folded(one.hit.words)}” in {_place(one.hit, text)} ({one.hit.rule}): {one.why}"


def _near(near: NearRule, which: str) -> list[str]:
    failed = lacking_words(near)
    return [f"{which} is {near.rule}, {near.file} line {near.line}: {failed}.", f"    It looked at: “{near.sentence}”"]


def lacking_words(near: NearRule) -> str:
    """Say what a rule that came near lacked."""
    lacks = " and ".join(_alternatives(words) for words in near.lacks)
    return f"it lacks {lacks}" if lacks else "its words are there, but in another order or too far apart"


def _alternatives(words: tuple[str, ...]) -> str:
    if not words:
        return "a number"
    shown = " or ".join(f"“{word}”" for word in words[:_MOST_ALTERNATIVES])
    return shown + (" or the like" if len(words) > _MOST_ALTERNATIVES else "")


def _place(hit: Hit, text: MessageText) -> str:
    return "the address or headers" if hit.zone < 0 else f"{text.zones[hit.zone].kind} at {hit.start}"


def _folded(words: str) -> str:
    return " ".join(words.split())
