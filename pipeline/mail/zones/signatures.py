"""Signatures: from a sign-off, the writer's own name or a `--` line down to where sentences begin again."""

import re
import unicodedata
from collections.abc import Sequence

from classifiers.verdict import Writer
from pipeline.mail.zones.lines import Line

_THANKS = (
    r"(?:(?:many|very many|with|much|lots of) )?(?:thanks|thx|tks|thank you)"
    r"(?: (?:again|very much|so much|a lot|v much|"
    r"a million|in advance|and (?:(?:kind|best) )?(?:regards|wishes)|for your (?:help|time|assistance)))*"
)
_REGARDS = (
    r"(?:with )?(?:(?:very |all |my |our )?(?:kind|kindest|best|warm|warmest|many|good|all the|sincere) )?"
    r"(?:regards|wishes|rgds|best|greetings)(?: for [\w\s]{1,30})?"
)
_YOURS = (
    r"yours(?: (?:sincerely|faithfully|truly|ever|aye|in peace|etc|respectfully))?|sincerely(?: yours)?|respectfully"
)
_WELSH = r"(?:diolch|cofion|yn gywir|yn ffyddlon|hwyl)(?: (?:yn fawr|gorau|cynnes|am [\w\s]{1,30}))?"
_OTHERS = (
    r"kr|b\.?rgds|ta|cheers|love|ttfn|thanks & regards|all the best|speak soon|god bless|take care|in anticipation|"
    r"mit freundlichen gr(?:ü|ue)(?:ß|ss)en|(?:bien )?cordialement|bien à vous|saludos|hartelijke groet(?:en)?|"
    r"med vänliga hälsningar|(?:med venlig )?hilsen|mvh|vh"
)
_SIGN_OFF = (
    rf"(?:{_THANKS}|{_REGARDS}|{_YOURS}|{_WELSH}|{_OTHERS})(?:\s?/\s?[\w\s]{{1,30}})?"
    r"(?: (?:to (?:you )?(?:all|both)|everyone))?[\s,.!\-–x]*"
)
_SIGN_OFF_IN_LOWER_CASE, _SIGN_OFF_IN_ANY_CASE = re.compile(_SIGN_OFF), re.compile(_SIGN_OFF, re.I)
_DELIMITER = re.compile(r"(?:--|—|–{1,3}|-{3,}|_{2,}|={3,}|\*{3,}|~{3,})\s*")
_CONTACT = re.compile(
    r"\b(?:t|tel|telephone|phone|mob|mobile|m|fax|f|dd|direct|ext|extn|gtn|ffôn|ffacs|switchboard)\b\s?[:.)]?\s?[+(]?\d"
    r"|\bext(?:ension|n)?\.?\s?\d|\b0\d{2,4}[\s)]\s?\d{3}|\+\d{2}\s?\(?\d|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"
    r"|https?://|\bwww\.|@[\w-]+\.\w|\s\|\s"
    r"|\b(?:street|road|lane|avenue|house|floor|building|centre|square|place|hall|quay|buildings)\b.{0,40},",
    re.I,
)
_TITLE = re.compile(
    r"\b(?:officer|manager|director|head of|advis[eo]r|analyst|researcher|research (?:fellow|associate|assistant)|"
    r"lecturer|professor|reader in|secretary|assistant|co-?ordinator|consultant|executive|statistician|economist|"
    r"editor|reporter|correspondent|chair(?:man|woman)?|treasurer|councillor|student|phd|msc|caseworker|librarian|"
    r"producer|journalist|minister|mp|ps/|spo|"
    r"team|unit|directorate|division|department|dept|branch|council|university|college|school of|institute|ministry|"
    r"office|agency|commission|trust|association|society|foundation|partnership|group|ltd|limited|plc|llp|centre|"
    r"police|nhs|services?|authority|survey|swyddog|cyngor|prifysgol|uned|adran)\b",
    re.I,
)
_BULLET = re.compile(r"(?:[-*•·o]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
_SENTENCE_END = re.compile(r"[.?!:;,]$")
_POSTSCRIPT = re.compile(r"p\.?\s?s\.?[\s:.\-]|nb[\s:]", re.I)
_DASHES = ("--", "—", "__")
_SEPARATOR = re.compile(r"\s*[,|(]\s*|\s[-–/]\s")
_ANY_SEPARATOR = re.compile(r"[,|(–/-]")
_LINES = 18
_MOTTO = 14  # words
_TAGLINE = re.compile(r"(?P<name>[\w&'. ]{4,40}?)\s[-–—|]\s(?P<rest>.{8,200})")  # "Brook Ltd - bridges for all"
_GERUND = re.compile(
    r"(?:working|making|building|helping|supporting|improving|putting|serving|striving|delivering)\s", re.I
)
_SPOKEN = re.compile(
    r"\b(?:i|me|my|mine|we|us|our|ours|you|your|yours|please|ps|nb|yes|no|not|none|nothing|never|also|too|both|thanks|"
    r"sorry|could|would|should|may|might|must|can|cannot|will|shall|am|is|are|was|were|be|been|has|have|had|do|does|did|"
    r"this|that|these|those|it|they|them|he|she|because|so|but|after|before|when|if)\b|\?",
    re.I,
)
_TOLD = re.compile(  # what was done or came of it, and what people write to the mailbox about
    r"\b(?:(?!(?:need|speed|seed|united|dedicated|committed|trusted|inspired|registered|established|founded)\b)[a-z]+ed|"
    r"us(?:e|es|ing)|went|goes?|came|comes?|made|makes|chose|chosen|found|wrote|written|gave|given|took|taken|led|put|set|"
    r"cut|built|bought|brought|drew|drawn|fed|got|held|kept|lost|met|paid|ran|read|said|saw|sent|shut|sold|spent|spoke|"
    r"stood|taught|thought|told|won|shows?|shown|helps?|feeds?|supports?|informs?|needs?|plans?|decides?|"
    r"evidence|figures?|data|statistics?|stats|tables?|reports?|surveys?|numbers|bids?|applications?|grants?|funding|"
    r"decisions?|strateg(?:y|ies)|polic(?:y|ies)|briefings?|papers?|reviews?|cases?|cabinet|committee|board)\b",
    re.I,
)
_OWN_DOING = re.compile(
    r"\b(?:i|we|us|our|you|your)\b|"
    r"\b(?:used|decided|opened|funded|helped|closed|changed|agreed|informed|supported|went|came|made|chose|put|set|led)\b|"
    r"^(?:yes|no|none|use|uses|used for|decisions?|answers?)\s?[:,–—-]",
    re.I,
)
_SHORTEST_ANSWER = 4  # words
_NEXT_SENTENCE = re.compile(r"[.!;:]\s+\S")
_PARTS = re.compile(r"\s*[,|/()]\s*|\s[-–—]\s")  # "Analyst, Brook Ltd"
_DASH = re.compile(r"\s[-–—]+\s")
_LEGAL_FORM = r"(?:\s(?:uk|gb|ltd|limited|plc|llp|cic|inc|group)\.?)*"
_FEWEST_LETTERS = 4  # a name of fewer stands by chance in a signature


def signature_ranges(lines: Sequence[Line], places: Sequence[int], writer: Writer) -> list[tuple[int, int]]:
    """Give the stretches (first, behind last) of `places` that are signatures.

    `places` are the line numbers of one writer's own text, notices left out, in order. A signature is near the end:
    what follows it is little.
    """
    names = _names(writer)
    found = _from_the_top(lines, places, names)
    if found:
        return found
    tail = _contact_tail(lines, places)
    return [tail] if tail else []


def is_tagline(content: str, signature: Sequence[str]) -> bool:
    """Say whether a paragraph below a signature's lines is what its organisation says of itself.

    It begins with a whole name that the signature holds ("Brook Ltd - bridges for all"), or is a motto ("Working for a
    greener county"); it is short, one sentence, and tells nobody of anything done. What may be somebody's answer is
    none: "Use: the parks strategy".
    """
    if len(content.split()) > _MOTTO or any(one.search(content) for one in (_SPOKEN, _TOLD, _NEXT_SENTENCE)):
        return False
    if _GERUND.match(content):
        return not _DASH.search(content)
    named = _TAGLINE.fullmatch(content)
    return named is not None and not _DASH.search(named["rest"]) and _is_named(named["name"], signature)


def _is_named(name: str, signature: Sequence[str]) -> bool:
    """Say whether a name is a whole part of a signature's line, its legal form left out or not, and no initials."""
    if sum(char.isalpha() for char in name) < _FEWEST_LETTERS:
        return False
    whole = re.compile(re.escape(name) + _LEGAL_FORM, re.I)
    return any(whole.fullmatch(part) for line in signature for part in _PARTS.split(line))


def _from_the_top(lines: Sequence[Line], places: Sequence[int], names: frozenset[str]) -> list[tuple[int, int]]:
    """Find the first line that begins a signature with little text below it."""
    words_below: list[int] = []
    for index, place in enumerate(places):
        if not _begins(lines, places, index, names):
            continue
        words_below = words_below or _words_below(lines, places)
        end = _end(lines, places, index)
        below = words_below[end] if end < len(places) else 0
        if below <= max(45, words_below[0] // 4) and end > index:
            rest = _from_the_top(lines, places[end:], frozenset()) if below and end < len(places) else []
            return [(place, places[end - 1] + 1), *rest]
    return []


def _words_below(lines: Sequence[Line], places: Sequence[int]) -> list[int]:
    counts = [0] * (len(places) + 1)
    for index in range(len(places) - 1, -1, -1):
        counts[index] = counts[index + 1] + len(lines[places[index]].content.split())
    return counts


def _begins(lines: Sequence[Line], places: Sequence[int], index: int, names: frozenset[str]) -> bool:
    content = lines[places[index]].content
    if not content or (index == 0 and len(content.split()) < 2 and len(places) < 2):
        return False
    if len(content) <= 70 and (is_sign_off(content) or ("," in content and _signed_off(content))):
        return _something_above(lines, places, index)
    if content[0] in "-—–_=*~" and _DELIMITER.fullmatch(content):
        meant = _all_short if content in _DASHES else _all_signed
        return _something_above(lines, places, index) and meant(lines, places[index + 1 :])
    return _is_name(content, names) and _something_above(lines, places, index)


def _signed_off(content: str) -> bool:
    """Say whether a line is a sign-off with a name behind it: "Thanks, Lynn"."""
    head, comma, name = content.partition(",")
    words = name.split()
    return bool(comma) and 1 <= len(words) <= 3 and is_sign_off(head) and name.strip()[0].isupper()


def is_sign_off(content: str) -> bool:
    """Say whether words are a sign-off and nothing else; plain ones are put in lower case, which halves the time."""
    if content.isascii():
        return _SIGN_OFF_IN_LOWER_CASE.fullmatch(content.lower()) is not None
    return _SIGN_OFF_IN_ANY_CASE.fullmatch(content) is not None


def _something_above(lines: Sequence[Line], places: Sequence[int], index: int) -> bool:
    return any(lines[place].content for place in places[:index])


def _all_short(lines: Sequence[Line], places: Sequence[int]) -> bool:
    filled = [lines[place].content for place in places if lines[place].content]
    return 0 < len(filled) <= _LINES and all(len(content) < 120 for content in filled)


def _all_signed(lines: Sequence[Line], places: Sequence[int]) -> bool:
    filled = [lines[place].content for place in places if lines[place].content]
    return 0 < len(filled) <= 8 and all(_is_signature_line(content) for content in filled)


def _end(lines: Sequence[Line], places: Sequence[int], index: int) -> int:
    """Give the index behind the last line of a signature that begins at an index."""
    end = index + 1
    taken = 0
    for at in range(index + 1, len(places)):
        content = lines[places[at]].content
        if not content:
            continue
        parted = not lines[places[at - 1]].content
        if taken >= _LINES or not _is_signature_line(content) or (parted and _is_answer(content)):
            break
        taken += 1
        end = at + 1
    return end


def _is_signature_line(content: str) -> bool:
    """Say whether a line can stand in a signature: short and no sentence, or full of telephones and addresses."""
    if _POSTSCRIPT.match(content) or len(content) > 200:
        return False
    words = len(content.split())
    if _CONTACT.search(content):
        return words <= 32
    if content.endswith("?") or _BULLET.match(content) or words > 12:
        return False
    return words <= 6 or not _SENTENCE_END.search(content) or (bool(_TITLE.search(content)) and words <= 9)


def _is_answer(content: str) -> bool:
    """Say whether a line apart from the signature above it is something that its writer tells, without a full stop."""
    words = content.split()
    if len(words) < _SHORTEST_ANSWER or _CONTACT.search(content) or _mostly_capital(words):
        return False
    return _OWN_DOING.search(content) is not None


def _contact_tail(lines: Sequence[Line], places: Sequence[int]) -> tuple[int, int] | None:
    """Find lines of contacts, titles or organisations at the very end, under a blank line, without a sign-off."""
    filled = [place for place in places if lines[place].content]
    end = len(filled)
    first = end
    while first > 1 and end - first < 8 and _is_tail_line(lines[filled[first - 1]].content):
        first -= 1
    if first == end or first == 0:
        return None
    contacts = any(
        _CONTACT.search(lines[place].content) or _TITLE.search(lines[place].content) for place in filled[first:]
    )
    separated = filled[first] - filled[first - 1] > 1
    return (filled[first], filled[-1] + 1) if contacts and separated else None


def _is_tail_line(content: str) -> bool:
    words = content.split()
    if content.endswith(("?", ":", "!")) or _BULLET.match(content) or len(words) > 16:
        return False
    if _CONTACT.search(content):
        return True
    return len(words) <= 9 and not content.endswith(".") and content[:1].isupper() and _mostly_capital(words)


def _mostly_capital(words: Sequence[str]) -> bool:
    long_words = [word for word in words if len(word) > 3]
    return sum(1 for word in long_words if word[:1].isupper()) * 3 >= len(long_words) * 2


def _names(writer: Writer) -> frozenset[str]:
    """Give the forms under which a writer may sign, in lower case."""
    plain = _plain(re.sub(r"\([^)]*\)|/.*", "", writer.name))
    words = [word.strip(".,()'\"") for word in re.split(r"[\s,]+", plain)]
    words = [word for word in words if word and word not in _HONORIFICS]
    if not words:
        local = writer.address.partition("@")[0].lower()
        words = [word for word in re.split(r"[._\-\d]+", local) if len(word) > 2]
    forms = {" ".join(words), " ".join(reversed(words)), *(word for word in words if len(word) > 1)}
    if len(words) >= 2:
        first, last = (words[-1], words[0]) if "," in writer.name else (words[0], words[-1])
        forms |= {f"{first} {last}", f"{last} {first}", f"{first[0]} {last}", f"{first[0]}{last[0]}", f"{first[0]}"}
        forms |= {f"{first[0]}.{last[0]}", first[:3], first[:4]}
    return frozenset(form for form in forms if form)


_HONORIFICS = frozenset({"dr", "mr", "mrs", "ms", "miss", "prof", "professor", "sir", "rev", "cllr", "sr", "fr", "mp"})


def _is_name(content: str, names: frozenset[str]) -> bool:
    """Say whether a line is the writer's name, alone or with a title behind a comma or bar."""
    if not names or len(content) > 150:
        return False
    head = before_separator(content[:60]).strip(" .,;!-–*")
    if len(head) > 45:
        return False
    words = [word for word in _plain(head).replace(".", " ").split() if word not in _HONORIFICS]
    plain = " ".join(words)
    if not words or len(words) > 4:
        return False
    return plain in names or plain.removesuffix(" x").strip() in names or (len(words) <= 3 and _overlaps(words, names))


def before_separator(content: str) -> str:
    """Give what stands before the comma, bar or dash that parts a name from a title; most lines have none of them."""
    return _SEPARATOR.split(content, maxsplit=1)[0] if _ANY_SEPARATOR.search(content) else content


def _plain(name: str) -> str:
    """Put a name in lower case without accents."""
    if name.isascii():
        return name.lower()
    return "".join(char for char in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(char))


def _overlaps(words: Sequence[str], names: frozenset[str]) -> bool:
    """Say whether a short line is made of the writer's names ("Mei-Ling", "Debbie Sykes" for "Sykes Deborah")."""
    known = sum(1 for word in words if word in names)
    if known:
        return known * 2 >= len(words)
    return len(words) == 1 and len(words[0]) <= 8 and words[0][:3] in names  # "Rups" for Rupinder
