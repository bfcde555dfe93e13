"""Who writes: invented messages, a line each, with the kind of user that they must be given."""

import pytest

from classifiers.categories import Categories
from classifiers.matching import Matchers
from classifiers.rulebook import load_rules
from classifiers.verdict import MessageText, Writer, Zone, ZoneKind

RULEBOOK = load_rules()
MATCHERS = Matchers(RULEBOOK)
CATEGORIES = Categories(RULEBOOK)


def mail(text: str, address: str, *, name: str = "", subject: str = "a question") -> MessageText:
    """Build a message; what stands after a line of two dashes is its signature."""
    body, _, signature = text.partition("\n--\n")
    zones = [Zone(kind=ZoneKind.SUBJECT, text=subject), Zone(kind=ZoneKind.NEW, text=body)]
    if signature:
        zones.append(Zone(kind=ZoneKind.SIGNATURE, text=signature, start=len(body) + 4))
    return MessageText(zones=tuple(zones), sender=Writer(name=name, address=address))


def category(message: MessageText) -> str:
    return CATEGORIES.tags(message, MATCHERS.found(message))[0].value


TABLE = [
    # the address tells
    ("council", "Figures for our area please.", "j.rowe@calderdale.gov.uk", "local-government"),
    ("council-relay", "Figures for our area please.", "j.rowe@calderdale.gcsx.gov.uk", "local-government"),
    ("police-relay", "Any table on trust?", "p.okell@westyorkshire.pnn.police.uk", "local-government"),
    ("police-authority", "Any table on trust?", "a.lunt@cleveland-pa.gov.uk", "local-government"),
    ("fire", "Any table on helping out?", "s.mear@cleveland-fire.gov.uk", "local-government"),
    ("courts", "Any table on treatment?", "t.vane@hmcourts-service.gsi.gov.uk", "moj"),
    ("probation", "Any table on treatment?", "t.vane@leicester-rutland.probation.gsi.gov.uk", "moj"),
    ("odi", "Any table by disability?", "n.pryce@odi.gsi.gov.uk", "dwp"),
    ("borders", "Any table on belonging?", "d.cole@ukba.gsi.gov.uk", "home-office"),
    ("policing-agency", "Any table on trust?", "d.cole@npia.pnn.police.uk", "home-office"),
    ("commission", "Any table by religion?", "r.amis@equalityhumanrights.com", "geo-ehrc"),
    ("department", "For the Minister's box.", "h.dray@communities.gsi.gov.uk", "dclg"),
    ("audit-commission", "Any table by district?", "k.snow@audit-commission.gov.uk", "other-government"),
    ("unknown-relay", "Any table by district?", "k.snow@newbody.gsi.gov.uk", "other-government"),
    ("health", "Any table by district?", "k.snow@sandwell-pct.nhs.uk", "other-government"),
    ("foreign", "Is the questionnaire in English only?", "m.roux@insee.fr", "other-government"),
    ("university", "May I have the file?", "b.hext@hull.ac.uk", "academia"),
    ("foreign-university", "May I have the file?", "b.hext@soc.uni-koeln.de", "academia"),
    ("school", "May I have the chart?", "b.hext@stannes.leeds.sch.uk", "academia"),
    ("natcen", "The boost is on target.", "l.fry@natcen.ac.uk", "business"),
    ("newspaper", "Ring me.", "l.fry@thetimes.co.uk", "media"),
    ("lords", "For a debate.", "fryl@parliament.uk", "parliament"),
    ("union", "For a submission.", "l.fry@gmb.org.uk", "other"),
    ("oecd", "For a comparison.", "l.fry@oecd.org", "other"),
    ("ncvo", "For the almanac.", "l.fry@ncvo-vol.org.uk", "ocs-voluntary"),
    # the text tells
    ("treasurer", "I am the treasurer of a small befriending scheme in Ely.", "mo@gmail.com", "ocs-voluntary"),
    ("runs-charity", "I run a lunch club for the over 70s.", "mo@talktalk.net", "ocs-voluntary"),
    ("mosque", "We are a mosque in Walsall and have forty helpers.", "mo@hotmail.com", "ocs-voluntary"),
    ("vicar", "I'm the vicar of three villages.", "mo@btinternet.com", "ocs-voluntary"),
    ("doctorand", "I'm in the second year of my PhD and stuck.", "kit77@yahoo.co.uk", "academia"),
    ("msc", "I am doing an MSc in public policy.", "kit77@yahoo.co.uk", "academia"),
    ("essay", "its for my essay, due fri", "kit77@yahoo.co.uk", "academia"),
    ("lecturer", "I teach politics to second year undergraduates.", "kit77@yahoo.co.uk", "academia"),
    ("councillor", "I am a parish councillor in Rutland.", "wyn@onetel.com", "local-government"),
    ("councillor-sits", "I sit for Ashby on the district.", "wyn@onetel.com", "local-government"),
    ("clerk", "As clerk to the parish council I was asked to find out.", "wyn@onetel.com", "local-government"),
    ("council-officer", "I work for a county council and we are short of data.", "wyn@gmail.com", "local-government"),
    ("sergeant", "I'm a police sergeant on a neighbourhood team.", "wyn@gmail.com", "local-government"),
    ("journalist", "I'm a freelance journalist on a deadline.", "pip.w@gmail.com", "media"),
    ("piece", "I am writing a piece for a Sunday paper.", "pip.w@gmail.com", "media"),
    ("producer", "I'm a producer on a radio documentary.", "pip.w@gmail.com", "media"),
    ("consultant", "I'm an independent consultant; my client wants it.", "pip.w@gmail.com", "business"),
    ("commissioned", "We have been commissioned by Luton Borough Council to write it.", "a@tarnley.co.uk", "business"),
    ("market", "Our company makes donation software and our customers ask.", "a@givelyt.com", "business"),
    ("researcher-to-mp", "I work for a backbench MP.", "ro@gmail.com", "parliament"),
    ("steward", "I'm a shop steward and equality rep.", "ro@gmail.com", "other"),
    ("civil-servant", "I work at the Department of Health.", "ro@gmail.com", "other-government"),
    ("at-ministry", "I'm an analyst at the Ministry of Justice.", "ro@gmail.com", "moj"),
    ("nhs-analyst", "I am a public health analyst.", "ro@gmail.com", "other-government"),
    ("private", "I write as a private individual.", "ena@freeuk.com", "public"),
    ("pensioner", "I am a pensioner and have time to read your tables.", "ena@freeuk.com", "public"),
    ("curious", "Just curious, how many people go to church?", "ena@freeuk.com", "public"),
    ("argument", "Please settle an argument with my brother in law.", "ena@freeuk.com", "public"),
    ("interviewed", "Your interviewer came to my door on Sunday.", "ena@freeuk.com", "public"),
    ("chosen", "I have been selected for your survey. Do I have to do it?", "ena@freeuk.com", "public"),
    ("nothing", "have you the number who give to charity", "ab12@hotmail.com", "unknown"),
    ("nothing-polite", "Could you tell me where the latest release is? Thank you.", "ab12@gmail.com", "unknown"),
    ("department-named", "Is there a DCLG report on volunteering?", "ab12@gmail.com", "unknown"),
    ("csv-file", "Could I have it as a CSV please?", "ab12@gmail.com", "unknown"),
    # the signature tells
    ("signed-council", "Figures.\n--\nPolicy Officer\nHastings Borough Council", "x@gmail.com", "local-government"),
    ("signed-professor", "Figures please.\n--\nProfessor of Social Policy", "x@gmail.com", "academia"),
    ("signed-reporter", "Figures please.\n--\nChief Reporter", "x@gmail.com", "media"),
    ("signed-firm", "Figures please.\n--\nManaging Director\nTarnley Ltd", "x@gmail.com", "business"),
    ("signed-charity", "Figures.\n--\nVolunteer Co-ordinator\nRegistered charity 1", "x@gmail.com", "ocs-voluntary"),
    ("signed-nhs", "Figures please.\n--\nNHS Rotherham", "x@gmail.com", "other-government"),
    # what goes beyond the address
    ("ocs", "I'm at the Office for Civil Society.", "a@cabinet-office.x.gsi.gov.uk", "ocs-voluntary"),
    ("cabinet-office", "I'm in the strategy unit.", "a@cabinet-office.x.gsi.gov.uk", "other-government"),
    ("student-at-work", "This is for my dissertation, not for work.", "a@dorset.gov.uk", "academia"),
    ("councillor-at-work", "I am a ward councillor.", "a@tarnley.co.uk", "local-government"),
    ("private-at-work", "I write in a private capacity.", "a@dorset.gov.uk", "public"),
    ("retired", "I am a retired lecturer and only curious.", "a@btinternet.com", "public"),
    ("not-student", "I'm not a student, just curious.", "a@btinternet.com", "public"),
    ("works-with", "We work with the Home Office on tensions.", "a@burnley.gov.uk", "local-government"),
    ("writes-about-council", "The council took no notice of us, and I am a taxpayer.", "a@btinternet.com", "public"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "address", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_category_of_a_message(text: str, address: str, wanted: str) -> None:
    assert category(mail(text, address)) == wanted
