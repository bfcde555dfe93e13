"""Whole mails in many voices, all invented: what is made of each, disposition and kind of user in one."""

import pytest

from classifiers.categories import Categories
from classifiers.dispositions import Dispositions
from classifiers.matching import Matchers
from classifiers.rulebook import load_rules
from classifiers.verdict import MessageText, Writer, Zone, ZoneKind

RULEBOOK = load_rules()
MATCHERS = Matchers(RULEBOOK)
DISPOSITIONS = Dispositions(RULEBOOK)
CATEGORIES = Categories(RULEBOOK)

# wanted, display name, address, subject, text
VOICES = [
    ("ocs-voluntary", "Pauline Crewe", "pauline.crewe@btinternet.com", "Help with a form",
     "Dear Madam\n\nOur little hospital friends group has been asked by the Lottery people to say how "
     "many people round here volunteer. There are eleven of us and I do the books. Is there a figure "
     "for Shropshire?\n\nKind regards\nPauline"),
    ("academia", "Tariq M", "tmahmood_92@live.co.uk", "belonging",
     "hey, need the % who feel british by age. got to hand it in on tuesday and my teacher says "
     "wikipedia doesnt count lol"),
    ("local-government", "Bob Henshaw", "bobhenshaw@aol.com", "Localism",
     "I was elected last May for the Hemsworth ward and have been put on the group looking at area "
     "committees. What share of people say they can influence decisions?"),
    ("local-government", "Dawn", "dawn.oxley@live.co.uk", "Volunteers",
     "Writing from home as our server is down. I do the volunteering strategy for North East Derbyshire "
     "District Council and need the latest monthly figure by four."),
    ("media", "Rhys", "rhys.cadwallader@googlemail.com", "quick check",
     "Hi, I do the data column for the Western Mail and want to make sure I read the Welsh figures "
     "right. Deadline is 5pm."),
    ("media", "Tess Ormerod", "tess@ormerodmedia.co.uk", "Muslim booster",
     "I am making a half-hour film for Channel 4 and would love to talk to someone about the tables, on "
     "or off the record."),
    ("business", "Graham Tull", "graham.tull@tullandwest.co.uk", "Table 7",
     "We are bidding for a piece of work for the Home Office on integration and wish to use your table "
     "7 as a baseline in the proposal."),
    ("business", "Suki", "suki@peoplelab.com", "Using your questions",
     "Hello, I head the insight team at a market research agency. A bank has hired us to look at how "
     "communities give and we'd like to borrow the giving questions."),
    ("parliament", "Office of Lord Ainsley", "ainsleyoffice@googlemail.com", "Second reading",
     "Lord Ainsley is to speak at Second Reading of the Localism Bill. Could you supply the figures on "
     "influencing decisions?"),
    ("parliament", "Jo", "jo.research@gmail.com", "PQ",
     "My boss (MP for Dudley North) wants to table a question about the end of the survey. What is it "
     "costing?"),
    ("other", "Kwame Asante", "k.asante@pcs.org.uk", "Members",
     "Our members in your Department tell us the survey team is to go."),
    ("other", "Nell", "nell@gmail.com", "Equality duty",
     "I am equality officer for my UNISON branch and want the labour market discrimination table for a talk."),
    ("other", "Ingrid Solheim", "i.solheim@coe.int", "Data for our report",
     "The Secretariat is preparing a comparative study."),
    ("other-government", "Marit Aas", "marit.aas@ssb.no", "Questionnaire",
     "We at Statistics Norway plan a similar survey."),
    ("other-government", "Sgt P Dunn", "p.dunn123@mod.uk", "Reserves",
     "Can you tell us how many volunteer?"),
    ("other-government", "Lesley Vine", "lesley.vine@nhs.net", "Wellbeing",
     "I work in public health in Kirklees and Calderdale."),
    ("other-government", "Second Secretary", "consular@dutchembassyuk.org", "Integration",
     "The Embassy of the Kingdom of the Netherlands would be grateful for your tables on belonging for "
     "our Ministry of the Interior."),
    ("home-office", "Leanne", "leanne.p@yahoo.co.uk", "from home",
     "sorry to use my own account, snowed in. Leanne from OSCT here, can I have the extremism table again"),
    ("dwp", "Mo Karim", "mo.karim@dwp.gsi.gov.uk", "Gap",
     "Please send last year again."),
    ("moj", "Sian", "sian.ebbw@yjb.gsi.gov.uk", "panel",
     "We need volunteers by age."),
    ("public", "Mrs E Batty", "e.batty@tiscali.co.uk", "The survey",
     "I am writing to complain. A man with a clipboard knocked at half past eight at night and asked my "
     "husband if he was religious. It is none of your business."),
    ("public", "keith", "kmann60@ntlworld.com", "immigration",
     "You never publish what we all think round here do you. How many people want less immigration? I "
     "pay my taxes and I want an answer."),
    ("public", "Anon", "curious.cat@gmail.com", "trivia",
     "Me and the wife were arguing over tea about how many Brits go to church every week. Who is right, "
     "her (1 in 10) or me (1 in 4)?"),
    ("public", "G. Osei", "gosei@virginmedia.com", "Re: your card",
     "I received a card saying a researcher from TNS will be calling. Is this genuine? I am on my own "
     "here and do not let strangers in."),
    ("unknown", "P", "pp_1980@gmail.com", "stats",
     "please send volunteering by region 2009/10 in excel"),
    ("unknown", "Sam Lee", "sam.lee@hotmail.com", "question",
     "Hello, I would like to know if the Citizenship Survey asks about trust in the police and where "
     "the results are. Many thanks, Sam Lee"),
    ("unknown", "Reza", "reza_k@yahoo.com", "data",
     "Dear sir, I am interested in your data on religion. How can I get access to it?"),
    ("academia", "Dr Ines Villar", "i.villar@uam.es", "EUL",
     "I wish to use the data for a chapter."),
    ("academia", "Femi", "femi.bello@gmail.com", "NVivo",
     "My viva is in June and the examiner wants weighted tables."),
    ("academia", "Louise Park", "lpark@stoke6fc.ac.uk", "A2 sociology",
     "My A2 group would like to use the charts."),
    ("ocs-voluntary", "Bishop's office", "office@bishopofhull.org.uk", "faith",
     "The Bishop is to speak on faith and volunteering."),
    ("ocs-voluntary", "Nasreen", "nasreen@sistersunited.org.uk", "funding",
     "We support Asian women in Rochdale and need numbers on discrimination for a funding bid."),
    ("ocs-voluntary", "Derek", "derek@hertsaidhub.org", "CVS",
     "Could our CVS network have the regional numbers? We train volunteer managers."),
    ("local-government", "Kay Dell", "kay.dell@safercambs.org", "CSP",
     "I am the analyst for the community safety partnership in Cambridgeshire."),
    ("local-government", "Paul", "paul@emcouncils.gov.uk", "Regional",
     "Regional table please."),
    ("local-government", "Insp. Carol Yates", "carol.yates2@merseyside.pnn.police.uk", "Trust",
     "Trust in police by ethnic group?"),
    ("local-government", "Nick Shaw", "nshaw@nlgn.org.uk", "paper",
     "We are writing for councils."),
    ("dclg", "Private Office", "ps.minister@communities.gsi.gov.uk", "Box",
     "Minister asks for a line on cohesion."),
    ("geo-ehrc", "Tara", "tara.h@homeoffice.gsi.gov.uk", "Equality Strategy",
     "Hi, we need the labour market table.\n\nTara Hinds\nGovernment Equalities Office, 3rd floor, Home "
     "Office, 2 Marsham Street"),
    ("ocs-voluntary", "Will Farr", "will.farr@cabinet-office.x.gsi.gov.uk", "Giving",
     "We need the table.\n\nWill Farr\nResearch, Office for Civil Society\nCabinet Office, Admiralty Arch"),
    ("business", "Fay", "fay@lumenstrategies.co.uk", "Leeds",
     "We are helping Leeds City Council to refresh its cohesion strategy. Could you let us have the "
     "regional table?\n\nFay Dunmore\nAssociate Director\nLumen Strategies"),
    ("academia", "Prof J Orr", "j.orr@gmail.com", "weights",
     "I sit on the Technical Advisory Group but am writing from sabbatical in Lisbon; my university "
     "account is down."),
    ("public", "A Hill", "ahill@supanet.com", "FOI",
     "Under the Freedom of Information Act I request the cost of the survey for each of the last five "
     "years.\n\nA Hill\n14 Orchard Close, Bungay"),
    ("local-government", "Gwen Parry", "clerc@llanbedr.org", "Cyngor",
     "I am Clerk to Llanbedr Community Council and members asked about trust in the council."),
    ("media", "newsdesk", "newsdesk@thisishull.co.uk", "figs",
     "Any figures for Hull? We are running something tomorrow."),
    ("business", "Marcus Webb", "mwebb@hotmail.com", "licence",
     "I run a small software business that makes apps for charities and want to quote your giving "
     "figures in our brochure. Do I need a licence?"),
    ("ocs-voluntary", "Ted", "ted.noakes@yahoo.co.uk", "allotments",
     "Our allotment society is putting in for a community grant and the form wants evidence that people "
     "pull together."),
    ("ocs-voluntary", "Rev Sue Platt", "sue.platt@hotmail.co.uk", "numbers",
     "At our churches together meeting someone quoted your survey on faith and giving."),
    ("academia", "K.", "kirsty.lamb@open.ac.uk", "OU",
     "Course team wants to print chart 2."),
    ("spam", "Mrs Grace Okoro", "grace.okoro77@yahoo.com.hk", "Greetings in the name of the Lord",
     "My dear, I am a widow suffering from cancer of the breast. My late husband deposited 8.5 million "
     "dollars with a security company in Abidjan and I wish to give it to charity through you."),
    ("spam", "HMRC", "refunds@hmrc-taxreturns.com", "Tax refund notification",
     "After the last annual calculations of your fiscal activity we have determined that you are "
     "eligible to receive a tax refund of 327.54 GBP. Please submit the tax refund request by clicking "
     "on the link below."),
    ("spam", "Web Ranker", "amit@seo-experts-india.net", "Regarding your website",
     "Hi, I was on your website and noticed that you are not ranking on the first page. We are a "
     "leading SEO company with 120 professionals. We can increase your traffic with our affordable "
     "packages. May I send you a quote?"),
    ("spam", "UPS", "tracking@ups-delivery-uk.info", "Your parcel",
     "We were unable to deliver the parcel sent to you. Please open the attached shipping label and "
     "collect it at our office."),
    ("spam", "Office Direct", "sales@officedirect-deals.co.uk", "Chairs from 29.99",
     "Executive chairs now from only 29.99 each. Hurry, offer ends Friday. Call our sales team today or "
     "reply for our brochure."),
    ("spam", "Natwest", "secure@natwest-online-verify.com", "Account suspended",
     "Dear Customer, we have noticed unusual activity on your account. For your security it has been "
     "limited. Log in here to restore access."),
    ("spam", "Canadian Meds", "x@meds-online.ru", "80% OFF",
     "Dear StatShop@communities.gsi.gov.uk! Best prices on all meds. Visit our store."),
    ("bulk", "Conference Desk", "events@capita-conf.co.uk", "Last few places: Big Society Conference 2011",
     "Book your place now on this one-day conference. Confirmed speakers include the Minister. Early "
     "bird delegate rate 295 + VAT. To unsubscribe reply with UNSUBSCRIBE."),
    ("bulk", "NatCen news", "news@natcen-mail.org.uk", "NatCen eNews - March 2011",
     "In this issue: British Social Attitudes launch; new studies; events. You are receiving this email "
     "because you signed up. Unsubscribe."),
    ("bulk", "Press Office", "press@shelterbox-news.org", "Press release: Giving up in 2011",
     "PRESS RELEASE - embargoed until 00.01 14 March. Giving rises. Notes to editors: 1. ... Contact: "
     "press office."),
    ("auto-reply", "Sue Hart", "sue.hart@leeds.gov.uk", "Re: Feedback session",
     "I am on annual leave returning on 28 March. If your query is urgent please ring the team on 0113 "
     "000000. I will reply on my return."),
    ("auto-reply", "Enquiries", "enquiries@nao.gsi.gov.uk", "RE: pro forma",
     "Thank you for your email, which has been received by the National Audit Office. Your message will "
     "be passed to the relevant team and you should receive a response within 15 working days."),
    ("auto-reply", "Ian Moss", "ian.moss@dh.gsi.gov.uk", "Ian Moss no longer works at DH",
     "Please redirect your message to Ann Pole."),
    ("bounce", "Mail Delivery Subsystem", "MAILER-DAEMON@smtp3.ntl.com",
     "Warning: could not send message for past 4 hours",
     "**********************************************\n**      THIS IS A WARNING MESSAGE ONLY      **\nThe "
     "original message was received at Mon\n----- Transcript of session follows -----\nDeferred: "
     "Connection timed out"),
    ("bounce", "postmaster", "postmaster@rnib.org.uk", "Delivery Failure",
     "Your message Topic report was not delivered to jane@rnib.org.uk because the mailbox does not exist."),
    ("local-government", "Cllr. Fiona Mbeki", "fmbeki@gmail.com", "Trust figures",
     "Sorry for the personal email, council one is full. Can you send trust by region?"),
    ("public", "Ron Tetley", "ron.tetley@blueyonder.co.uk", "Councils",
     "My councillor told me that most people round here are happy with the council. I am not. What do "
     "your figures say for Wakefield?"),
    ("public", "Val", "val_h@hotmail.co.uk", "TNS",
     "someone from TNS BMRB phoned my mum who is 88 and she is now frightened. please confirm you will stop"),
    ("parliament", "Office of Verity Lanyon MP", "office.lanyon@parliament.uk", "Interviewer",
     "A constituent has been visited three times by an interviewer and is upset. Please advise what I "
     "may tell her. Jess, caseworker"),
    ("business", "Ola Brandt", "o.brandt@brandt-evaluation.co.uk", "Volunteering",
     "I evaluate programmes for charities, at the moment a befriending scheme run by Age UK Leeds, and "
     "I need a comparison figure."),
    ("academia", "Sanjay Rao", "s.rao@bham.ac.uk", "Evaluation for the Home Office",
     "We have been commissioned by the Home Office to evaluate Prevent in the West Midlands and need "
     "your extremism tables."),
    ("academia", "Beth Lowe", "bethlowe@gmail.com", "Research",
     "I am a research fellow at the Third Sector Research Centre (working at home today)."),
    ("ocs-voluntary", "Amir Khalid", "amir.khalid@googlemail.com", "data",
     "asalaam alaikum, I look after the youth side at our masjid in Bolton. Do you have anything on "
     "young Muslims and volunteering?"),
    ("ocs-voluntary", "Gill", "gill@tauntoncab.org.uk", "advice",
     "We had 300 people in about discrimination at work last year and wonder how that compares."),
    ("other", "John", "john@northlabour.org.uk", "candidate",
     "I am standing for Labour in May and need a fact about litter, sorry, satisfaction."),
    ("other", "Priya N", "p.nair@ippr.org", "report",
     "We are writing a report on localism."),
    ("other", "Tom Reeve", "tom.reeve@civitas.org.uk", "Britishness",
     "For a book on Britishness."),
    ("other-government", "A. N. Other", "a.other@dfes.gsi.gov.uk", "Citizenship education",
     "Need the table for a brief."),
    ("other-government", "Ruth", "ruth.m@wales.gsi.gov.uk", "Cymraeg",
     "Oes modd cael y ffigurau?"),
    ("other-government", "Fiona Kerr", "fiona.kerr@scotland.gsi.gov.uk", "SHS",
     "We are comparing with the Scottish Household Survey."),
    ("other-government", "Moira", "moira@charitycommission.gsi.gov.uk", "giving",
     "Giving figure please"),
    ("media", "Dan Walsh", "dan.walsh@jpress.co.uk", "Leeds",
     "Any Leeds numbers?"),
    ("media", "Ailsa Reid", "ailsa.reid@yahoo.co.uk", "Interview",
     "I present a weekly show on community radio in Bristol. Would somebody come on and explain the "
     "volunteering numbers?"),
    ("media", "Hattie", "hattie@thepeoplesblog.net", "question",
     "I blog about local politics and have 4,000 readers. Is the influence figure right?"),
    ("business", "Ewan Firth", "ewan.firth@uk.pwc.com", "benchmarks",
     "Benchmarks for a public sector client."),
    ("business", "Fundraising Team", "team@streetgive.co.uk", "giving",
     "How many people give on the street? It will decide where we send our teams next year."),
    ("home-office", "Prevent Team", "prevent@homeoffice.x.gsi.gov.uk", "tables",
     "Thanks."),
    ("moj", "H. Webb", "hwebb@hmps.gsi.gov.uk", "chapel",
     "Religion by age?"),
    ("dwp", "Rajan", "rajan.s@jobcentreplus.gsi.gov.uk", "refused jobs",
     "Refused jobs table?"),
    ("local-government", "M Dale", "mdale@lancashire.pnn.police.uk", "PPAF",
     "Confidence by ethnic group?"),
    ("local-government", "Nina", "nina.w@lancsfirerescue.org.uk", "home checks",
     "Belonging by district?"),
    ("local-government", "LSP Manager", "lsp@oneeastmidlands.org.uk", "LAA",
     "I manage the local strategic partnership in Rutland and the LAA board wants NI 1."),
    ("dclg", "Stella Imrie", "stella.imrie@communities.gsi.gov.uk", "Submission",
     "Submission to the Secretary of State on Thursday."),
    ("dclg", "J. Hobbs", "j.hobbs@clg.gsi.gov.uk", "TAG",
     "Can you add me to the group list."),
    ("unknown", "Leo", "leo.m@me.com", "Questionnaire",
     "Is the 2010-11 questionnaire online anywhere? The link is dead."),
    ("unknown", "Jane Marsh", "jane_marsh@ymail.com", "Volunteering",
     "How do you define informal volunteering, and does helping a relative count? Thank you for your help."),
    ("unknown", "R Patel", "rpatel1@live.com", "Report",
     "Please post a copy of the cohesion report to me."),
    ("academia", "S. Ahmed", "sahmed.2009@my.westminster.ac.uk", "help",
     "help with spss weights"),
    ("academia", "Dr L Quist", "lq@sam.sdu.dk", "comparison",
     "Comparison with Danish data."),
    ("ocs-voluntary", "Penny Farrant", "penny@farrantfoundation.org", "grants",
     "Our trustees give grants in Devon and use your deprivation split."),
    ("public", "Norman", "norman.gladwin@talktalk.net", "A suggestion",
     "Sirs, I have been filling in your surveys since I retired from the railway and have a suggestion "
     "for the questions."),
    ("public", "concerned citizen", "nomorewaste@hotmail.co.uk", "disgrace",
     "DISGRACEFUL. Hard working families pay for this rubbish."),
    ("ocs-voluntary", "Kath Moon", "kath.moon@vinspired.com", "v",
     "16-25 volunteering please"),
    ("geo-ehrc", "Womens National Commission", "info@thewnc.org.uk", "civic roles",
     "Women in civic roles?"),
    ("local-government", "B. Tully", "b.tully@westoxon.gov.uk", "Tables: out of office",
     "Do you have a table of people working out of an office by volunteering? Odd, I know."),
    ("academia", "E. Stone", "e.stone@lse.ac.uk", "Newsletter mention",
     "I edit our department's newsletter and would like to mention your release. In the next issue we "
     "cover trust. May we reprint chart 3?"),
    ("ocs-voluntary", "Tim", "tim@bvsc.org", "unsubscribe",
     "Please could you take my predecessor off your mailing list and add me instead: I would like the "
     "release notices."),
    ("public", "Len", "len@btinternet.com", "lottery",
     "Do you know how many people give to charity only by playing the lottery? My wife says it should "
     "not count."),
    ("other-government", "P. King", "p.king@ons.gov.uk", "Accepted paper",
     "Our paper on social capital was accepted by the journal and cites table 4. Thank you."),
    ("media", "Jo", "jo@pressassociation.co.uk", "press release",
     "Your press release says 47 per cent, table says 44. Which?"),
    ("local-government", "B. Tully", "b.tully@westoxon.gov.uk", "Thank you for your tables",
     "They were just what we wanted for the strategy."),
    ("local-government", "B. Tully", "b.tully@westoxon.gov.uk", "We have not received the table",
     "You promised it for Friday."),
    ("local-government", "B. Tully", "b.tully@westoxon.gov.uk", "Read your report",
     "and have two questions about table 4."),
    ("local-government", "B. Tully", "b.tully@westoxon.gov.uk", "I am not happy with the regional figures",
     "They are rounded."),
    ("local-government", "B. Tully", "b.tully@westoxon.gov.uk", "Your message of 4 March",
     "Thank you for your email. We have received your form and I will send it back tomorrow."),
    ("local-government", "B. Tully", "b.tully@westoxon.gov.uk", "Delivery problem",
     "Your email with the tables did not reach me as my mailbox was full. Could you send it again please?"),
    ("local-government", "B. Tully", "b.tully@westoxon.gov.uk", "Change of address",
     "From Monday I move to the policy unit; please send release notices to policy@westoxon.gov.uk instead."),
    ("academia", "Jo", "jo@kent.ac.uk", "Seminar",
     "We hold a one day seminar on belonging on 4 May and would like one of you to speak. No fee, but lunch."),
    ("ocs-voluntary", "Jo", "jo@ncvo-vol.org.uk", "Our press release",
     "Draft press release below for you to check the figures before we send it. Notes to editors has "
     "your source line."),
    ("auto-reply", "No Reply", "noreply@bromley.gov.uk", "Thank you for your enquiry",
     "Your enquiry has been received and given the reference 55421. We will respond within 10 working "
     "days. Please do not reply to this email."),
    ("auto-reply", "IT Service Desk", "servicedesk@defra.gsi.gov.uk", "Incident 20113 has been logged",
     "Your call has been logged. A member of our team will contact you."),
    ("auto-reply", "Pat", "pat@kent.gov.uk", "Read: Topic report",
     "Your message was read on 14 March 2011 10:02."),
    ("bounce", "", "administrator@hull.gov.uk", "Message blocked",
     "Your message to jo@hull.gov.uk was blocked by MailMarshal because it contains an attachment of "
     "type xls. It has been quarantined."),
    ("bulk", "Rooms", "rooms@communities.gsi.gov.uk", "Declined: TAG meeting",
     ""),
    # a third hand
    ("ocs-voluntary", "Secretary", "tenants.secretary@gmail.com", "Figures",
     "On behalf of the Mansfield Road Tenants and Residents Association I request the latest percentage "
     "of people who feel they can influence decisions, for our newsletter."),
    ("local-government", "Moira Pugh", "m.pugh@live.com", "TAG papers",
     "Moira Pugh, Newport City Council, writing from my home address because the council network is "
     "down. Papers please."),
    ("academia", "Yewande A.", "yewande.a@yahoo.com", "Access",
     "Good day. I am writing from the University of Ibadan where I lecture in sociology. Is the survey "
     "data open to scholars abroad?"),
    ("academia", "", "t.kowalczyk@student.gla.ac.uk", "hi",
     "whats the base for table 9"),
    ("public", "Miss D. Lamb", "dlamb1938@tiscali.co.uk", "Those cards",
     "Dear Sir, Twice now a card has come through the door from a Miss Perry saying she will call about "
     "a survey. I do not wish to see her. Kindly strike me off."),
    ("public", "steve", "steveo_77@hotmail.com", "whats the point",
     "my council tax goes up every year and you lot spend it asking folk if they feel british. whats "
     "the point"),
    ("media", "Clare Doyle", "cdoyle@communitycare.co.uk", "social workers",
     "Anything on trust in social services?"),
    ("media", "Ben", "ben@benhartfreelance.co.uk", "Norway",
     "Freelance hack here, commissioned by the Indy on Sunday for a long read. When is the extremism release?"),
    ("business", "Data Team", "data@acxion-geo.co.uk", "small area",
     "We produce neighbourhood classifications and license them to retailers. Is there a small area file?"),
    ("business", "Liz Crane", "liz.crane@mac.com", "pitch",
     "I work freelance for PR firms. One of them is pitching to a bank and wants a stat on giving."),
    ("parliament", "Tom Ash", "asht@parliament.uk", "Westminster Hall",
     "Need by noon."),
    ("parliament", "Baroness Rook", "rookb@hotmail.com", "Question",
     "I have tabled a Question for written answer on the survey and thought it courteous to let you know."),
    ("other", "Karen", "karen@wirraltuc.org.uk", "cuts",
     "Wirral Trades Union Council wants to use your figures in a leaflet on the cuts."),
    ("other", "Guy", "g.pell@policyexchange.org.uk", "neighbourhoods",
     "For a paper on neighbourhood policing."),
    ("other", "Hana", "hana.suk@un.org", "indicator",
     "For a UN volunteering report."),
    ("other-government", "Pat", "pat@hse.gsi.gov.uk", "method",
     "How are CIs done?"),
    ("other-government", "Ursula Behr", "ursula.behr@bamf.bund.de", "Integration",
     "The Federal Office for Migration plans a survey."),
    ("other-government", "Anita", "anita.rao@wolverhamptoncity.nhs.uk", "JSNA",
     "for our needs assessment"),
    ("home-office", "IPS Research", "research@ips.gsi.gov.uk", "names",
     "people born abroad"),
    ("geo-ehrc", "Alun", "alun.rees@equalityhumanrights.com", "Wales",
     "Figures for Wales for our Triennial Review."),
    ("dwp", "Sue", "sue.lyle@thepensionservice.gsi.gov.uk", "older",
     "Older volunteers?"),
    ("moj", "Leyla", "leyla.b@surreysussex.probation.gsi.gov.uk", "confidence",
     "By ethnic group please."),
    ("dclg", "Race Equality", "race.equality@communities.gsi.gov.uk", "wording",
     "Q14 wording?"),
    ("academia", "Anna", "anna.fell@defra.gsi.gov.uk", "my OU course",
     "Not a work question: I am doing an OU degree in the evenings and would like to use your data for "
     "my project on rural volunteering."),
    ("unknown", "Mike", "mike.t@gmail.com", "Re: table",
     "Perfect, thanks. Mike"),
    ("unknown", "shaz", "shazza@live.co.uk", "hi",
     "where do i find how many muslims feel british"),
    ("unknown", "Mr Peter Dunne", "peter.dunne@gmail.com", "Report request",
     "Dear Sirs\nPlease send me the Race, Religion and Equalities Topic Report in hard copy.\nYours "
     "faithfully\nPeter Dunne"),
    ("unknown", "Olga", "olga.v@mail.ru", "data",
     "Hello, is questionnaire available in pdf? I want see question about belonging."),
    ("ocs-voluntary", "Rob Hale", "rob@pennineministries.org", "prayer",
     "We run food parcels out of three chapels and pray for your team."),
    ("ocs-voluntary", "Sunita", "sunita@apnahaq.org.uk", "women",
     "The women who come to us say police do not listen. What do your tables say?"),
    ("local-government", "Community Safety", "cs@rutland.gcsx.gov.uk", "ASB",
     "table?"),
    ("local-government", "Mark Ely", "mark.ely@essex.pnn.police.uk", "conf",
     "confidence table"),
    ("academia", "Sixth form", "sociology@queensgate.leics.sch.uk", "A level",
     "for a lesson"),
    ("business", "Anna Rudd", "anna.rudd@ipsos-mori.com", "Q3",
     "Q3 data on its way"),
    ("spam", "Barr. James Cole", "barr.jcole@live.fr", "ATTENTION",
     "I am Barrister James Cole, attorney to a late client who died intestate leaving USD 12.5M. You "
     "bear the same surname. I seek your consent to present you as next of kin."),
    ("spam", "Yahoo UK Lottery", "info@uk-lottery-claims.net", "Congratulations!!!",
     "You have been selected as one of ten lucky winners of 1,000,000 pounds. Contact Mr Paul Smith "
     "with your name, address, age and phone number to claim."),
    ("spam", "Help Desk", "webadmin@upgrade-team.cz", "Quota",
     "Your mailbox is almost full. Click the link to upgrade your quota or lose your account within 48 hours."),
    ("spam", "Lena", "lena@chinaled-factory.cn", "LED lights",
     "Dear manager, we are a professional manufacturer of LED lights in Shenzhen. Best price and "
     "quality. Please find our catalogue attached."),
    ("spam", "Debt Help", "info@cleardebtnow.co.uk", "Write off 75% of your debts",
     "Struggling with debt? New government legislation lets you write off up to 75%. Apply now, free advice."),
    ("bulk", "Jobs Bulletin", "jobs@socialresearchjobs.co.uk", "Social research jobs this week",
     "This week's vacancies: Research Officer, Leeds; Analyst, London. You receive this because you "
     "registered. To stop receiving, click here."),
    ("bulk", "CSP Update", "update@communitysafetynews.org", "Community Safety Update 44",
     "IN THIS ISSUE: new crime maps; PCC bill; volunteering grants. Read more on our website. Manage "
     "your subscription."),
    ("auto-reply", "Hugh Dell", "h.dell@bristol.ac.uk", "Out of office Re: TAG",
     "I am on research leave until September and read email rarely."),
    ("auto-reply", "Complaints", "complaints@barnet.gov.uk", "Automated acknowledgement",
     "This is an automated message. Your email has reached Barnet Council."),
    ("auto-reply", "Lise Roche", "lise.roche@insee.fr", "Absence du bureau",
     "Je suis absente du bureau jusqu'au 3 janvier."),
    ("bounce", "Postmaster", "postmaster@gsi.gov.uk", "Delivery Status Notification (Failure)",
     "This is an automatically generated Delivery Status Notification. Delivery to the following "
     "recipients failed. jo@dh.gsi.gov.uk"),
    ("bounce", "", "MAILER-DAEMON@yahoo.com", "Failure Notice",
     "Sorry, we were unable to deliver your message to the following address."),
]  # fmt: skip


def _name(voice: tuple[str, str, str, str, str]) -> str:
    return f"{voice[0]}-{voice[2]}"


@pytest.mark.parametrize(("wanted", "name", "address", "subject", "text"), VOICES, ids=map(_name, VOICES))
def test_voice_is_heard(wanted: str, name: str, address: str, subject: str, text: str) -> None:
    zones = (Zone(kind=ZoneKind.SUBJECT, text=subject), Zone(kind=ZoneKind.NEW, text=text))
    message = MessageText(zones=zones, sender=Writer(name=name, address=address))
    found = MATCHERS.found(message)
    disposition = DISPOSITIONS.tag(message, found).value
    assert (disposition if disposition != "triage" else CATEGORIES.tags(message, found)[0].value) == wanted
