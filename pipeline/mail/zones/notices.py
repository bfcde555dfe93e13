"""Text that nobody wrote to us: disclaimers, virus notices, banners, "sent from my BlackBerry"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.mail.zones.lines import Line, one_of

_STEMS = (
    *("confidential", "intended", "virus", "disclaimer", "recipient", "addressee", "the environment", "you print"),
    *("print th", "unsubscribe", "opt out", "registered", "incorporated in", "originated", "external ", "monitor"),
    *("recorded", "logged", "archived", "views ", "latest data", "equal opportunit", "removed from", "stop getting"),
    *("stop receiving", "authorised to", "in error", "by mistake", "notice", "secure intranet", "click here", "swept"),
    *("scanned", "gohebiaeth", "in welsh", "feirws", "feirysau", "firws", "amgylchedd", "yfrinachol", "bwriedi"),
    *("fwriedir", "gwall", "camgymeriad", "liability"),
)  # each notice has one of these; looked for first, as plain text, because that is fast
_REACH = 240  # characters around a stem in which a notice's words stand
_STRONG = one_of(
    r"(?:e-?mail|message|communication|document|transmission|correspondence|attachments?|transmitted with it)\b"
    r".{0,160}\b(?:confidential|privileged|intended (?:only|solely|for the)|personal views|"
    r"necessarily (?:those|represent))",
    r"(?:confidential|privileged|intended)\b.{0,120}\b(?:addressee|recipient|individual or entity|named above)",
    r"\bintended (?:only |solely )?for (?:the )?(?:attention of |use (?:of|by) )?(?:the )?"
    r"(?:addressee|named|intended|individual|person)",
    r"\b(?:for|only by) the (?:named )?addressees? only\b|\baccepts? no (?:legal )?(?:liability|responsibility)\b",
    r"if (?:you (?:have )?)?received?\b.{0,60}\b(?:in error|by mistake)",
    r"(?:not the |un)intended (?:recipient|addressee)",
    r"(?:scanned|swept|checked)\b.{0,30}\b(?:for|by)\b.{0,60}\b(?:virus|anti-?virus|malware|messagelabs|gsi)",
    r"government secure intranet|gsi anti-?virus|virus (?:scanning|free|checked)",
    r"communications?\b.{0,80}\b(?:may be|are)\b.{0,60}\b(?:monitored|logged|recorded|archived)",
    r"monitors?\b.{0,40}\be-?mails? (?:sent|received)",
    r"(?:consider|think of) the environment|(?:before|think)\b.{0,20}\bprint(?:ing)? th(?:is|e) e-?mail",
    r"think before you print|save (?:paper|a tree).{0,40} print",
    r"(?:uk parliament|legal|e-?mail|important) (?:disclaimer|notice)|disclaimer\s*:|\bdisclaimer\.(?:html?|aspx?|php)",
    r"\A(?:e-?mail |legal )?(?:disclaimer|confidentiality notice)\Z",
    r"views\b.{0,60}\b(?:expressed|contained)\b.{0,80}\b(?:not necessarily|those of)",
    r"for the latest data on the economy and society",
    r"(?:unsubscribe|opt out)\b.{0,60}\b(?:click|reply|link|here|list|preferences)",
    r"click here to (?:unsubscribe|report)",
    r"\bto (?:be removed from|unsubscribe|stop (?:getting|receiving))\b",
    r"(?:registered|incorporated) in (?:england|scotland|wales)\b|registered office ?:|\bconfidentiality ?:",
    r"registered charity (?:no|num|\d)|\bis an equal opportunit(?:y|ies) employer|\bnot authorised to bind\b",
    r"originated (?:from )?outside (?:of )?(?:the|your|our|this) |external (?:e-?mail|sender) ?[:\-\]]",
    # Welsh: confidential, meant for, in error, by mistake, virus; correspondence is welcomed; the environment
    r"(?:e-?bost|neges)\b.{0,120}\b(?:[cg]yfrinachol|bwriedi[dr]|fwriedir|gwall|camgymeriad|f[ei]i?r(?:ws|ysau))",
    r"(?:croesewir|croesawn)\b.{0,30}\bgohebiaeth|correspondence is welcomed in welsh",
    r"ystyriwch\b.{0,20}\bamgylchedd|(?:sganio|gwirio)\b.{0,60}\bfeir(?:ws|ysau)",
)
_DEVICE = re.compile(
    r"(?:sent|envoyé|gesendet|anfonwyd|posted|get|skickat|sendt|enviado|inviato|verzonden|verstuurd|lähetetty)\b"
    r"[^.?!\n]{0,60}?\b(?:black\s?berry|iphone|ipad|ipod|android|nokia|htc|mobile|mobil|handheld|smartphone|phone|"
    r"wireless|device|tablet|samsung|windows|yahoo!?\smail|outlook|palm|treo|o2|vodafone|orange|t-mobile|"
    r"fy\sffôn|proton\smail)\b[^?!\n]{0,60}",
    re.I,
)
_DEVICE_OPEN = re.compile(
    r"(?:sent|envoyé|gesendet|anfonwyd|get|skickat|sendt|enviado|inviato|verzonden|verstuurd)\b", re.I
)
_BANNER = re.compile(
    r"\b(?:read|visit|find out|find us|follow|see|register|sign up|book|download|available|join|discover|get)\b.*"
    r"\b(?:web\s?site|online|www|twitter|facebook|our site|newsletter)\b",
    re.I,
)
_SPEAKS = re.compile(r"\b(?:i|i'm|i've|we|my|me|us)\b", re.I)
_RULER = re.compile(r"[*_=\-~#\s]{5,}")
_DASHES = re.compile(r"[-_*=~ ]{2,}")
_OPENER = re.compile(
    r"(?:[*\[<(\s\-]*)(?:this|the (?:information|contents?|original|above|views)|any views|important|confidential|"
    r"disclaimer|legal|email|e-mail|if you|please (?:consider|think|note)|uk parliament|mae'r|mae hon|ar ôl gadael|"
    r"our communications|caution|warning|notice|privileged|unless|p please)",
    re.I,
)
_PARAGRAPH = 6_000


def notice_lines(lines: Sequence[Line], start: int, end: int) -> set[int]:
    """Give the places of the lines between two that are notices.

    A notice runs from the line it begins on to the end of its paragraph; paragraphs between two rulers of stars or
    dashes belong together. Rulers around a notice go with it.
    """
    found: set[int] = set()
    whole = " ".join([line.content for line in lines[start:end]]).lower()
    stems = [stem for stem in _STEMS if stem in whole]  # few: so that paragraphs are not searched for all of them
    for first, last in _paragraphs(lines, start, end):
        begins = _begin(lines, first, last, stems)
        if begins is not None:
            found.update(range(begins, last))
    return _with_rulers(lines, start, end, found)


def is_device_line(content: str) -> bool:
    """Say whether a line is one that a telephone adds ("Sent from my BlackBerry")."""
    if len(content) >= 110 or "," in content or not _DEVICE_OPEN.match(content) or len(content.split()) > 9:
        return False
    return bool(_DEVICE.fullmatch(content.rstrip(". ")))


def is_banner(content: str) -> bool:
    """Say whether a line below a signature is an organisation's advertisement: nobody speaks in it or asks anything."""
    return bool(_BANNER.search(content)) and not _SPEAKS.search(content) and "?" not in content


def is_ruler(content: str) -> bool:
    """Say whether a line is a ruler."""
    return len(content) >= 5 and content[0] in "*_=-~#" and bool(_RULER.fullmatch(content))


def _paragraphs(lines: Sequence[Line], start: int, end: int) -> list[tuple[int, int]]:
    """Split into paragraphs, at blank lines and rulers."""
    out = []
    first = None
    for at in range(start, end + 1):
        inside = at < end and lines[at].content and not is_ruler(lines[at].content)
        if inside and first is None:
            first = at
        elif not inside and first is not None:
            out.append((first, at))
            first = None
    return out


def _begin(lines: Sequence[Line], first: int, last: int, stems: Sequence[str]) -> int | None:
    """Say on which line of a paragraph a notice begins, if one does."""
    for at in range(first, last):
        if is_device_line(lines[at].content):
            return at - 1 if at > first and _DASHES.fullmatch(lines[at - 1].content) else at
    if not stems:
        return None
    joined = " ".join([line.content for line in lines[first:last]])[:_PARAGRAPH]
    offset = _notice_offset(joined, stems)
    return None if offset is None else _line_of(lines, first, last, offset)


def _notice_offset(joined: str, stems: Sequence[str]) -> int | None:
    """Give the offset at which a notice's words stand; only the neighbourhood of its stems is looked at."""
    looked = 0
    for place in sorted(_places(joined, stems)):
        if place < looked:
            continue
        looked = place + _REACH
        match = _STRONG.search(joined, max(0, place - _REACH), looked)
        if match:
            return match.start()
    return None


def _places(joined: str, stems: Sequence[str]) -> Iterator[int]:
    """Give the offsets of stems."""
    low = joined.lower()
    for stem in stems:
        place = low.find(stem)
        while place >= 0:
            yield place
            place = low.find(stem, place + _REACH // 2)


def _line_of(lines: Sequence[Line], first: int, last: int, offset: int) -> int:
    """Find the line that an offset of the joined paragraph lies on, or the opening line of its sentence above."""
    seen = 0
    hit = first
    for at in range(first, last):
        if offset < seen + len(lines[at].content) + 1:
            hit = at
            break
        seen += len(lines[at].content) + 1
    return next((at for at in range(first, hit + 1) if _OPENER.match(lines[at].content)), hit)


def _with_rulers(lines: Sequence[Line], start: int, end: int, found: set[int]) -> set[int]:
    """Add rulers beside notices, and whole paragraphs that stand with a notice between two rulers."""
    rulers = [at for at in range(start, end) if is_ruler(lines[at].content)]
    for upper, lower in pairwise(rulers):
        if lower - upper < 40 and any(at in found for at in range(upper, lower)):
            found.update(range(upper, lower + 1))
    for at in rulers:
        if _beside(lines, at, start, end, found):
            found.add(at)
    return found


def _beside(lines: Sequence[Line], at: int, start: int, end: int, found: set[int]) -> bool:
    after = next((place for place in range(at + 1, min(at + 3, end)) if lines[place].content), None)
    before = next((place for place in range(at - 1, max(at - 3, start - 1), -1) if lines[place].content), None)
    return after in found or (before in found and after is None)
