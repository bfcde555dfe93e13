"""Contact details and names struck out of a quote before a person agrees that it may be published; pure.

Finds e-mail addresses, telephone numbers, National Insurance numbers, postcodes and web addresses; of names those of
the sender and of the writer of what was forwarded, and those that a title or a greeting goes before. Nothing finds
every name: a person reads every quote as it would be published.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

from phonenumbers import Leniency, PhoneNumberMatcher

NAME = "[name]"
_PATTERNS = (
    ("[web address]", re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("[email]", re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "[web address]",
        re.compile(
            r"\b(?:[\w-]+\.)+(?:(?i:uk|com|org|eu|biz|cymru)|net|NET|"
            # Words of the language and of the country too: "Wales.London is apart" lacks a space, "e.g.london" also.
            r"(?:(?<=\w\w\.)(?:info|INFO|scot|SCOT|wales|WALES|london|LONDON)))\b(?!\.\w)(?:/\S*)?"
        ),
    ),
    (
        "[national insurance number]",
        re.compile(
            r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
            re.IGNORECASE,
        ),
    ),
    (
        "[postcode]",
        re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE),
    ),
)
# Numbers that Ofcom keeps for drama, and other UK mobiles: the library calls some of them invalid.
_MOBILE = re.compile(r"(?<![\d.,-])(?:\+44\s?|0)7\d{3}[\s-]?\d{3}[\s-]?\d{3}(?![\d-])")
_LETTERS = [chr(code) for code in (*range(0x590), *range(0x1E00, 0x2000))]  # Latin, Greek, Cyrillic
_UPPER = "".join(filter(str.isupper, _LETTERS))
_LOWER = "".join(filter(str.islower, _LETTERS))
_CAPITALISED = rf"[{_UPPER}][\w'’-]*[{_LOWER}][\w'’-]*"
_HONORIFICS = "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Baroness|Cllr|Councillor|Rev"
_TITLED = re.compile(
    rf"\b(?:{_HONORIFICS}|Reverend)\.?"
    rf"(?:\s+[{_UPPER}]\.?(?=\s))*(?:\s+{_CAPITALISED}){{1,3}}"
)
_GREETED = re.compile(rf"\b(Dear|Hi|Hello)\s+(?!Sirs?\b|Madam\b|All\b|Team\b|Colleagues?\b){_CAPITALISED}")
# Names that are words too: only with a capital letter are they struck out as a name.
_WORDS = re.compile(
    r"(?i)(?:will|mark|may|rose|grant|hope|joy|art|bill|young|long|white|brown|green|black|gray|grey|king|price|field|"
    r"wood|hill|page|rich|frank|drew|dawn|june|april|august|day|days|west|north|east|south|power|best|good|"
    r"small|little|short|chance|law|love|case|cross|bond|banks|ward|poor|major|church|park|street|lane|house|"
    r"cook|read|reading|sharp|wise|more|moss|stone|waters|rivers|winter|summers|noble|savage|strong|bright|"
    r"cash|penny|miles|chase|wells|fields|brook|marsh|moor|forest|bishop|abbot|knight|duke|earl|prince|pope|"
    r"booth|gates|hall|rooms|post|cole|pike|fox|wolf|lamb|bird|swift|crane|parks|gold|silver|holly|ivy|iris|"
    r"ruby|pearl|amber|grace|faith|patience|prudence|clay|dale|glen|heath|rob|sue|pat|nick|jack|josh|guy|dean|"
    r"officer|officers|race|first|matters|justice|home|work|gaps|giving|ethnic|asian|african|british|christian|muslim|english|welsh|"
    r"scots|irish|welcome|refuge|care|carer|carers|charter|college|counsel|court|child|children|family|young|youth|"
    r"age|aged|elder|elders|women|womens|men|people|person|man|woman|friend|friends|neighbour|neighbours)"
)
# What the field and its organisations are called, and nobody is: Race Equality First, Voluntary Action Leeds.
_SUBJECTS = re.compile(
    r"(?i)(?:academia|academic|action|advice|advisory|advocacy|alliance|analysts?|awareness|bureau|campaigns?|"
    r"charities|charitable|citizens?|citizenship|clinical|cohesion|commission|commissioning|communit(?:y|ies)|"
    r"concern|consultation|corporate|correspondence|crime|criminal|cultur(?:e|al)|democra(?:cy|tic)|development|"
    r"digital|disab(?:led|ility)|diversity|economics?|economy|education|elections?|empowered|empowerment|"
    r"engagement|environment|environmental|equalit(?:y|ies)|ethnicity|evaluations?|evidence|executive|extremism|"
    r"feedback|figures|finance|findings|funding|future|government|helpdesk|housing|identity|inclusion|inequalit(?:y|ies)|"
    r"integration|involvement|issues|leads?|legal|local|manager|managers|members|migrants?|migration|ministerial|"
    r"minorit(?:y|ies)|monitoring|national|neighbourhoods?|organisations?|outreach|parliament|"
    r"parliamentary|participation|partnerships?|performance|personnel|planners?|planning|plus|programmes?|projects?|"
    r"quality|questions|refugees?|regeneration|regional|registry|religion|religious|reporting|reports?|requests?|rural|safety|"
    r"sector|skills|social|societal|strateg(?:y|ies|ic)|surveys|sustainable|targets|technical|tenants?|training|transport|"
    r"updates?|values|violence|violent|voluntary|volunteering|volunteers?|wards|welfare|wellbeing|women's)"
)
_TITLES = re.compile(rf"(?i)(?:{_HONORIFICS}|MP)")
_FOLDED = str.maketrans("øØłŁđĐ’‘ʼ", "oOlLdD'''")
# What stands behind a name in a display name: "Jane Smith via Contact Form", "Jane Smith (Leeds)".
_BEHIND_NAME = re.compile(r"\s+(?:via|on behalf of|at|from)\s|\s+[-–—|/]\s|[(\[|]", re.IGNORECASE)
# A display name with one of these is an organisation's, or a desk's.
_NO_PERSON = re.compile(
    r"(?i)\b(?:the|of|for|and|council|city|county|borough|district|team|ministry|department|office|university|college|"
    r"school|institute|cent(?:re|er)|survey|research|statistics|analysis|policy|trust|society|charity|foundation|"
    r"association|group|library|unit|services?|support|enquiries|info|information|news|press|media|desk|mail|mailbox|"
    r"admin|contact|hello|general|public|health|data|network|forum|committee|secretary|ltd|limited|plc)\b"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Redacted:
    """A text with contact details struck out; `found` says what, in order, for the person who approves it."""

    text: str
    found: tuple[str, ...] = ()


def redact(text: str, sender: str = "") -> Redacted:
    """Strike contact details and names out; years, tables and percentages stay ("2008-09", "16,140 cases").

    `sender` is who wrote, as "Ann Writer <ann.writer@example.org>"; behind it may stand further addresses in angle
    brackets, as of who wrote what was forwarded.
    """
    text, found = unicodedata.normalize("NFC", text), list[str]()
    for label, pattern in (*_PATTERNS, ("[phone]", _MOBILE)):
        text, number = pattern.subn(label, text)
        found += [label] * number
    for match in reversed(list(PhoneNumberMatcher(text, "GB", leniency=Leniency.VALID))):
        text = f"{text[: match.start]}[phone]{text[match.end :]}"
        found.append("[phone]")
    for pattern, put in ((_TITLED, NAME), (_GREETED, rf"\1 {NAME}")):
        text, number = pattern.subn(put, text)
        found += [NAME] * number
    text, number = _without_own_name(text, _name_of(sender))
    return Redacted(text=text, found=(*found, *[NAME] * number))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Name:
    """The words of who wrote; `sure` are those that are a name in small letters as well."""

    words: frozenset[str]
    sure: frozenset[str]


def _without_own_name(text: str, name: _Name) -> tuple[str, int]:
    """Strike the sender's own name out, in full and word by word, whatever its accents, apostrophes and case."""
    if not name.words:
        return text, 0
    either = "|".join(_spellings(word, word in name.sure) for word in sorted(name.words, key=len, reverse=True))
    pattern = re.compile(rf"\b(?:{either})(?:[\s,-]+(?:{either}))*\b")
    matches = list(pattern.finditer(_folded(text)))
    for match in reversed(matches):
        text = text[: match.start()] + NAME + text[match.end() :]
    return text, len(matches)


def _spellings(word: str, is_sure: bool) -> str:
    """Give what finds a word of a name: in any case where that is sure, else with a capital alone."""
    if is_sure:
        return f"(?i:{re.escape(word)})"
    return "|".join(map(re.escape, dict.fromkeys((word.capitalize(), word.upper()))))


def _folded(text: str) -> str:
    """Take accents off and make apostrophes one, letter by letter: every place stays where it is."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text).translate(_FOLDED)


def _name_of(sender: str) -> _Name:
    """Give the sender's name, out of the display name and of addresses like ann.writer@.

    Desks and organisations have display names and such addresses too, whose words are words of the language. So small
    letters are a name where display name and address say it, or the display name is two words, no more.
    """
    display, _, _ = sender.partition("<")
    shown = _of_person(_folded(unicodedata.normalize("NFC", display)))
    addressed = {
        word
        for address in re.findall(r"<([^<>]*)>", sender)
        for word in _person(_folded(address.partition("@")[0]).split("."))
    }
    told = {word.casefold() for word in addressed}.intersection(
        re.findall(r"[^\W\d_](?:[^\W_]|['-])+", _folded(display).casefold())
    )
    is_pair = len([word for word in shown if not _TITLES.fullmatch(word)]) <= 2
    sure = {word for word in shown if is_pair} | {word for word in shown | addressed if word.casefold() in told}
    return _Name(words=frozenset(shown | addressed), sure=frozenset(word for word in sure if _is_only_name(word)))


def _is_only_name(word: str) -> bool:
    return len(word) > 2 and not _WORDS.fullmatch(word) and not _TITLES.fullmatch(word)


def _of_person(display: str) -> set[str]:
    """Give the words of a display name: of what stands before "via" or brackets, and before a comma if need be."""
    name = _BEHIND_NAME.split(display, maxsplit=1)[0]
    for told in (name, name.partition(",")[0]):
        if words := _person(re.findall(r"[^\W\d_][\w'-]+", told)):
            return words
    return set()


def _person(words: list[str]) -> set[str]:
    """Keep the words of what looks like a person's name: two to four in a row that name no subject or organisation."""
    able = [word for word in words if len(word) > 1 and word[0].isalpha()]
    runs = [
        list(run) for is_subject, run in groupby(able, lambda word: bool(_SUBJECTS.fullmatch(word))) if not is_subject
    ]
    found = {word for run in runs if len(run) > 1 for word in run}
    return set() if len(found) > 4 or _NO_PERSON.search(" ".join(words)) else found
