"""What notices say: the words to look near, and the patterns that tell a notice, each found by words of its own."""

import re
from functools import cache

STEMS = (
    *("confidential", "intended", "virus", "disclaimer", "recipient", "addressee", "the environment", "you print"),
    *("print th", "unsubscribe", "opt out", "registered", "incorporated in", "originated", "external ", "monitor"),
    *("recorded", "logged", "archived", "views ", "latest data", "equal opportunit", "removed from", "stop getting"),
    *("stop receiving", "authorised to", "in error", "by mistake", "notice", "secure intranet", "click here", "swept"),
    *("scanned", "gohebiaeth", "in welsh", "feirws", "feirysau", "firws", "amgylchedd", "yfrinachol", "bwriedi"),
    *("fwriedir", "gwall", "camgymeriad", "liability"),
)  # each notice has one of these; looked for first, as plain text, because that is fast
NOTICES = (  # in lower case; what a pattern finds holds one of the words before it, divided by bars
    (
        "confidential|privileged|intended|personal views|necessarily",
        r"(?:e-?mail|message|communication|document|transmission|correspondence|attachments?|transmitted with it)\b"
        r".{0,160}\b(?:confidential|privileged|intended (?:only|solely|for the)|personal views|"
        r"necessarily (?:those|represent))",
    ),
    (
        "addressee|recipient|individual or entity|named above",
        r"(?:confidential|privileged|intended)\b.{0,120}\b(?:addressee|recipient|individual or entity|named above)",
    ),
    (
        "intended",
        r"\bintended (?:only |solely )?for (?:the )?(?:attention of |use (?:of|by) )?(?:the )?"
        r"(?:addressee|named|intended|individual|person)|(?:not the |un)intended (?:recipient|addressee)",
    ),
    ("addressee", r"\b(?:for|only by) the (?:named )?addressees? only\b"),
    ("liability|responsibility", r"\baccepts? no (?:legal )?(?:liability|responsibility)\b"),
    ("in error|by mistake", r"if (?:you (?:have )?)?received?\b.{0,60}\b(?:in error|by mistake)"),
    (
        "scanned|swept|checked",
        r"(?:scanned|swept|checked)\b.{0,30}\b(?:for|by)\b.{0,60}\b(?:virus|anti-?virus|malware|messagelabs|gsi)",
    ),
    ("secure intranet", r"government secure intranet"),
    ("virus", r"gsi anti-?virus|virus (?:scanning|free|checked)"),
    (
        "monitored|logged|recorded|archived",
        r"communications?\b.{0,80}\b(?:may be|are)\b.{0,60}\b(?:monitored|logged|recorded|archived)",
    ),
    ("monitor", r"monitors?\b.{0,40}\be-?mails? (?:sent|received)"),
    ("the environment", r"(?:consider|think of) the environment"),
    (
        "print",
        r"(?:before|think)\b.{0,20}\bprint(?:ing)? th(?:is|e) e-?mail|think before you print|"
        r"save (?:paper|a tree).{0,40} print",
    ),
    (
        "disclaimer|notice",
        r"(?:uk parliament|legal|e-?mail|important) (?:disclaimer|notice)|disclaimer\s*:|"
        r"\bdisclaimer\.(?:html?|aspx?|php)|\A(?:e-?mail |legal )?(?:disclaimer|confidentiality notice)\Z",
    ),
    ("views", r"views\b.{0,60}\b(?:expressed|contained)\b.{0,80}\b(?:not necessarily|those of)"),
    ("latest data", r"for the latest data on the economy and society"),
    ("unsubscribe|opt out", r"(?:unsubscribe|opt out)\b.{0,60}\b(?:click|reply|link|here|list|preferences)"),
    ("click here", r"click here to (?:unsubscribe|report)"),
    (
        "removed from|unsubscribe|stop getting|stop receiving",
        r"\bto (?:be removed from|unsubscribe|stop (?:getting|receiving))\b",
    ),
    (
        "registered|incorporated",
        r"(?:registered|incorporated) in (?:england|scotland|wales)\b|registered office ?:|"
        r"registered charity (?:no|num|\d)",
    ),
    ("confidentiality", r"\bconfidentiality ?:"),
    ("equal opportunit", r"\bis an equal opportunit(?:y|ies) employer"),
    ("authorised", r"\bnot authorised to bind\b"),
    ("originated", r"originated (?:from )?outside (?:of )?(?:the|your|our|this) "),
    ("external", r"external (?:e-?mail|sender) ?[:\-\]]"),
    # Welsh: confidential, meant for, in error, by mistake, virus; correspondence is welcomed; the environment
    (
        "yfrinachol|bwriedi|fwriedir|gwall|camgymeriad|rws|rysau",
        r"(?:e-?bost|neges)\b.{0,120}\b(?:[cg]yfrinachol|bwriedi[dr]|fwriedir|gwall|camgymeriad|f[ei]i?r(?:ws|ysau))",
    ),
    ("gohebiaeth", r"(?:croesewir|croesawn)\b.{0,30}\bgohebiaeth"),
    ("in welsh", r"correspondence is welcomed in welsh"),
    ("amgylchedd", r"ystyriwch\b.{0,20}\bamgylchedd"),
    ("feir", r"(?:sganio|gwirio)\b.{0,60}\bfeir(?:ws|ysau)"),
)
_PATTERNS = tuple(re.compile(pattern, re.S) for _, pattern in NOTICES)
_WORDS = tuple(
    (word, pattern) for (words, _), pattern in zip(NOTICES, _PATTERNS, strict=True) for word in words.split("|")
)


def notice_at(text: str, low: str, start: int, end: int) -> int | None:
    """Give the place between two at which the first notice begins in a text; `low` is the text in lower case.

    Plain ASCII is searched for those notices alone whose words stand there, which takes a tenth of the time; in other
    letters capitals are not that simple (ſ is an S).
    """
    if not text.isascii():
        match = _any().search(text, start, end)
        return match.start() if match else None
    here = low[start:end]
    possible = {pattern for word, pattern in _WORDS if word in here}
    found = [match.start() for pattern in possible if (match := pattern.search(low, start, end))]
    return min(found, default=None)


@cache
def _any() -> re.Pattern[str]:
    return re.compile("|".join(pattern for _, pattern in NOTICES), re.I | re.S)
