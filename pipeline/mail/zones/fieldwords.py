"""The words that mail programs write before the fields of quoted mail, in the languages a British mailbox meets."""

FIELD_WORDS: dict[str, str] = {
    word: kind
    for kind, words in {
        "from": "from, von, de, oddi wrth, oddi with, da, van, fra, från, od, lähettäjä, expéditeur, remitente, от, "
        "发件人",
        "sent": "sent, date, gesendet, datum, envoyé, envoyé le, anfonwyd, dyddiad, enviado, enviado el, fecha, data, "
        "inviato, verzonden, sendt, skickat, dato, lähetetty, päivämäärä, wysłano, date sent, dyddiad/date, дата, "
        "message du, отправлено, 发送时间",
        "to": "to, an, à, at, para, aan, til, till, vastaanottaja, do, a, destinataire, кому, 收件人",
        "cc": "cc, bcc, kopie, copi, copie à, cc/copi, kopio, kopia, copia, kopi",
        "subject": "subject, betreff, objet, pwnc, testun, asunto, oggetto, onderwerp, emne, ämne, aihe, temat, "
        "assunto, тема, 主题",
        "other": "reply-to, importance, attachments, attach, sensitivity, priority, sent by, organisation, posted, "
        "conversation, categories, pieces jointes, pwysigrwydd, message-id",
    }.items()
    for word in words.split(", ")
}

WROTE = (
    r"wrote|writes|a écrit|a wrote|schrieb|ysgrifennodd|escribió|ha scritto|schreef|skrev|kirjoitti|napisał(?:\(a\))?"
    r"|escreveu|geschrieben|följande|пишет|написав|написал\(?а?\)?|írta"
)
OPENERS = r"on|le|am|ar|el|il|op|den|dnia|w dniu|em|at|pe|på|van|il giorno"
ORIGINAL = (
    r"original message|original appointment|original e-?mail|urspr(?:ü|ue)ngliche nachricht|original-nachricht"
    r"|message d'origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht|neges wreiddiol"
    r"|y neges wreiddiol|oprindelig (?:meddelelse|besked)|ursprungligt meddelande|ursprungligt medd\.|reply message"
    r"|mensagem original|alkuperäinen viesti|reply separator|inline original"
)
FORWARDED = (
    r"forwarded message|forwarded by [^\n]{1,150}|begin forwarded message|weitergeleitete nachricht"
    r"|message transféré|message réexpédié|mensaje reenviado|neges a anfonwyd ymlaen|messaggio inoltrato"
    r"|doorgestuurd bericht|forwarded (?:e-?mail|note|mail)|début du message réexpédié|videresendt melding"
)
SUBJECT_FORWARDS = ("fw", "fwd", "tr", "wg", "rv", "ymlaen", "i", "vs", "vb", "enc", "doorst")
SUBJECT_REPLIES = ("re", "aw", "sv", "r", "rép", "ynghylch", "atb", "antw", "ref", "odp")
