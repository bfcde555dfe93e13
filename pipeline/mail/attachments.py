"""Attachments to text within limits; where there is none, a note says why in words for people."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pipeline.mail.documents import packed
from pipeline.mail.documents.lines import Gathered, Locked, TooMuch
from pipeline.mail.documents.separated import read_separated
from pipeline.mail.html import html_text
from pipeline.mail.mime.caps import ParseLimits
from pipeline.mail.mime.charsets import clean_text, decode

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NO_TEXT = {"pdf": "a scanned or drawn PDF: it has no text"}
_CALENDAR_FIELDS = ("METHOD", "SUMMARY", "DTSTART", "DTEND", "LOCATION", "ORGANIZER", "DESCRIPTION", "STATUS")
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_BY_TYPE = {
    "application/pdf": "pdf",
    _WORD: "docx",
    _SHEET: "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "text/calendar": "calendar",
    "application/ics": "calendar",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/feedback-report": "txt",
    "message/global-delivery-status": "txt",
    "application/ms-tnef": "tnef",
    "application/vnd.ms-tnef": "tnef",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
    "application/pkcs7-signature": "signature",
    "application/x-pkcs7-signature": "signature",
    "application/pgp-signature": "signature",
    "application/pgp-encrypted": "pgp",
    "application/pgp-keys": "key",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "application/vnd.ms-outlook": "msg",
}
_BY_NAME = {
    **{ending: ending for ending in ("pdf", "docx", "xlsx", "odt", "ods", "csv", "txt", "doc", "xls", "ppt", "rtf")},
    **{ending: ending for ending in ("zip", "msg")},
    "docm": "docx",
    "dotx": "docx",
    "xlsm": "xlsx",
    "tsv": "csv",
    "tab": "csv",
    "text": "txt",
    "log": "txt",
    "md": "txt",
    "htm": "html",
    "html": "html",
    "ics": "calendar",
    "p7m": "smime",
    "p7s": "signature",
    "asc": "txt",
    "pptx": "ppt",
    "rar": "zip",
    "7z": "zip",
    "dot": "doc",
}
_NOTES = {
    "tnef": "Outlook rich text (winmail.dat), cannot be read: ask the sender for plain text or HTML",
    "smime": "an S/MIME message, encrypted or signed as a whole: cannot be read without the key",
    "pgp": "part of a PGP encrypted message: cannot be read without the key",
    "signature": "a digital signature, no text",
    "key": "a PGP key, no text",
    "doc": "an old Word document (.doc): its text is not read",
    "xls": "an old Excel workbook (.xls): its text is not read",
    "ppt": "a presentation: its text is not read",
    "rtf": "a rich text document (.rtf): its text is not read",
    "zip": "a packed archive: it is not opened",
    "msg": "a message saved by Outlook (.msg): it is not opened; import it to read it",
}
OBSTACLES = frozenset({_NOTES["tnef"], _NOTES["smime"], _NOTES["pgp"]})


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentText:
    """The text of a document; `note` says why there is none, or that it was cut."""

    text: str = ""
    note: str = ""


def document_text(octets: bytes, content_type: str, filename: str, charset: str, limits: ParseLimits) -> DocumentText:
    """Give the text of an attachment. Never raises for what the bytes are."""
    kind = kind_of(content_type, filename, octets)
    if kind in _NOTES:
        return DocumentText(note=_NOTES[kind])
    if not octets.strip():
        return DocumentText(note="it is empty")
    if kind == "":
        return DocumentText(note=_other_note(content_type))
    if len(octets) > limits.document_bytes:
        return DocumentText(note=f"larger than {limits.document_bytes // 1_000_000} MB: its text is not read")
    if kind in ("txt", "csv", "html", "calendar"):
        return _plain_text(kind, octets, charset, limits)
    return _packed_text(kind, octets, limits)


def kind_of(content_type: str, filename: str, octets: bytes = b"") -> str:
    """Say what kind of document an attachment is: by ending, media type, first bytes; "" when none is known."""
    ending = filename.rpartition(".")[2].lower() if "." in filename else ""
    if filename.lower() == "winmail.dat":
        return "tnef"
    kind = _BY_TYPE.get(content_type) if content_type not in ("text/plain", "application/octet-stream") else None
    if kind in ("tnef", "smime", "signature", "pgp", "calendar"):
        return kind
    kind = _BY_NAME.get(ending) or kind or _BY_TYPE.get(content_type)
    if octets.startswith(b"%PDF-"):
        return "pdf"
    if octets[:40].lstrip().startswith(b"-----BEGIN PGP MESSAGE"):
        return "pgp"
    return kind or ("txt" if content_type.startswith("text/") else "")


def _other_note(content_type: str) -> str:
    family = content_type.partition("/")[0]
    names = {"image": "a picture", "audio": "a sound recording", "video": "a film"}
    return f"{names.get(family, 'a file of another kind')}: no text to read"


def _plain_text(kind: str, octets: bytes, charset: str, limits: ParseLimits) -> DocumentText:
    most = limits.document_text * (5 if kind == "html" else 1)
    text = clean_text(decode(octets[: most * 2], charset).text)
    if kind == "html":
        text = html_text(text, limits.html)
    if kind == "calendar":
        text = _calendar_text(text)
    out = Gathered(limits.document_text, limits.rows if kind == "csv" else limits.document_text)
    try:
        if kind == "csv":
            read_separated(text, out)
        else:
            for line in text.split("\n"):
                out.add(line)
    except TooMuch:
        pass
    return DocumentText(text=out.text(), note=_cut_note(out))


def _packed_text(kind: str, octets: bytes, limits: ParseLimits) -> DocumentText:
    """Read a document that a library has to open.

    The broad except is meant, as in parse.py: what these libraries raise on broken files is no part of their contract
    (KeyError, struct.error, zlib.error, RecursionError and others were met), and nothing of ours runs inside.
    """
    refused = packed.refusal(octets, limits) if kind != "pdf" else ""
    if refused:
        return DocumentText(note=f"{refused}: its text is not read")
    out, read = Gathered(limits.document_text, limits.rows), _reader(kind, limits)
    try:
        read(octets, out)
    except TooMuch:
        pass
    except Locked:
        return DocumentText(note="it is protected by a password: its text is not read")
    except Exception:  # noqa: BLE001  # see above
        return DocumentText(text=clean_text(out.text()), note="the file is damaged: its text could not be read")
    text = clean_text(out.text())
    return DocumentText(text=text, note=_cut_note(out) if text.strip() else _NO_TEXT.get(kind, "it has no text"))


def _reader(kind: str, limits: ParseLimits) -> Callable[[bytes, Gathered], None]:
    """Give what reads a kind of document; its library is imported when the first comes: all are half of a start."""
    if kind == "pdf":
        from pipeline.mail.documents.pdf import read_pdf  # noqa: PLC0415  # see above

        return partial(read_pdf, pages=limits.pages)
    if kind == "docx":
        from pipeline.mail.documents.word import read_word  # noqa: PLC0415  # see above

        return read_word
    if kind == "xlsx":
        from pipeline.mail.documents.sheets import read_workbook  # noqa: PLC0415  # see above

        return read_workbook
    from pipeline.mail.documents.opendocument import read_opendocument  # noqa: PLC0415  # see above

    return read_opendocument


def _cut_note(out: Gathered) -> str:
    return "only its beginning was read" if out.cut else ""


def _calendar_text(text: str) -> str:
    """Give the fields of a calendar entry that a person reads (RFC 5545), one a line, unfolded."""
    unfolded = text.replace("\n ", "").replace("\n\t", "")
    lines = []
    for line in unfolded.split("\n"):
        name, colon, value = line.partition(":")
        if colon and name.partition(";")[0].upper() in _CALENDAR_FIELDS:
            plain = value.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")
            lines.append(f"{name.partition(';')[0].capitalize()}: {plain}")
    return "\n".join(lines) or text
