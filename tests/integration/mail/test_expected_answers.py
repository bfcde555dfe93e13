"""What other parsers' authors say is in their own test messages, compared with what we read."""

import ast
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pipeline.mail.errors import UnreadableMessage
from pipeline.mail.message import ParsedEmail
from pipeline.mail.parse import parse_email

pytestmark = pytest.mark.corpora


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a source says of one message; None where it says nothing."""

    file: str
    subject: str | None = None
    sender: str | None = None
    date: datetime | None = None
    text: str | None = None
    attachments: tuple[str, ...] | None = None


def words(text: str) -> str:
    return " ".join(text.replace("\ufeff", "").replace("\0", "").replace("\u200b", "").split())


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def readable(answer: str | None) -> bool:
    """Say whether a source could read what it tells: a mark of replacement is no answer, nor is nothing."""
    return answer is not None and "\ufffd" not in answer and answer.strip() != ""


def differences(answer: Answer, parsed: ParsedEmail) -> Iterator[tuple[str, bool]]:
    if answer.subject is not None and readable(answer.subject):
        yield "subject", words(answer.subject) == parsed.subject
    if answer.sender is not None:
        yield "sender", answer.sender.lower() == parsed.sender.address.lower()
    if answer.date is not None:
        yield "date", answer.date == parsed.sent_at
    if answer.text is not None and readable(answer.text):
        carried = "".join(one.text for one in parsed.attached)
        documents = "".join(one.text for one in parsed.attachments)
        ours = (parsed.text, parsed.text + documents, parsed.text + carried, parsed.text + carried + documents)
        yield "text", letters(answer.text) in {letters(one) for one in ours}
    if answer.attachments is not None:
        named = {one.filename for one in parsed.attachments} | {one.attached_as for one in parsed.attached}
        named |= {one.filename for carried in parsed.attached for one in carried.attachments}
        yield "attachments", all(name.rpartition("/")[2] in named for name in answer.attachments if name)


# stalwart: JSON of the parsed message


def stalwart(expected: Path) -> Iterator[Answer]:
    for file in sorted((expected / "stalwart").glob("*.json")):
        if file.name.endswith(".crlf.json"):
            continue
        told = json.loads(file.read_text("utf-8"))
        head = {one["name"]: one["value"] for one in told["parts"][0]["headers"] if isinstance(one["name"], str)}
        yield Answer(
            file=file.name.replace(".json", ".eml"),
            subject=head["subject"].get("Text") if isinstance(head.get("subject"), dict) else None,
            sender=_stalwart_sender(head.get("from")),
            date=_stalwart_date(head.get("date")),
            text=_stalwart_text(told),
            attachments=tuple(
                name for place in told["attachments"] if (name := _stalwart_name(told["parts"][place])) is not None
            ),
        )


def _stalwart_sender(value: object) -> str | None:
    if not isinstance(value, dict) or "List" not in value.get("Address", {}):
        return None
    return next((one["address"] for one in value["Address"]["List"] if one.get("address")), None)


def _stalwart_date(value: object) -> datetime | None:
    if not isinstance(value, dict) or "DateTime" not in value:
        return None
    told = value["DateTime"]
    offset = timedelta(hours=told["tz_hour"], minutes=told["tz_minute"]) * (-1 if told["tz_before_gmt"] else 1)
    try:
        parts = [told[name] for name in ("year", "month", "day", "hour", "minute", "second")]
        return datetime(*parts, tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _stalwart_text(told: dict) -> str | None:
    bodies = [told["parts"][place]["body"] for place in told["text_body"]]
    return "\n".join(one["Text"] for one in bodies) if bodies and all("Text" in one for one in bodies) else None


def _stalwart_name(part: dict) -> str | None:
    for header in ("content_disposition", "content_type"):
        for one in part["headers"]:
            attributes = one["value"].get("ContentType", {}) if isinstance(one["value"], dict) else {}
            for attribute in (attributes.get("attributes") or []) if one["name"] == header else []:
                if attribute["name"] in ("filename", "name"):
                    return attribute["value"]
    return None


# imap-tools: Python literals, read as syntax and never run


def imap_tools(expected: Path) -> Iterator[Answer]:
    for file in sorted((expected / "imap-tools").glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        call = next((node.value for node in tree.body if isinstance(node, ast.Assign)), None)
        if isinstance(call, ast.Call):
            told = {one.arg: one.value for one in call.keywords}
            yield Answer(
                file=file.name.replace("messages_data__", "messages__").replace(".py", ".eml"),
                subject=_literal(told.get("subject")),
                sender=_literal(told.get("from_")) or None,
                date=_ast_date(told.get("date")),
                text=_literal(told.get("text")) or None,
                attachments=tuple(_ast_names(told.get("attachments"))),
            )


def _literal(node: ast.expr | None) -> str | None:
    try:
        return ast.literal_eval(node) if node else None
    except ValueError:
        return None


def _ast_date(node: ast.expr | None) -> datetime | None:
    if not isinstance(node, ast.Call):
        return None
    zone = next((one.value for one in node.keywords if one.arg == "tzinfo"), None)
    parts = [ast.literal_eval(one) for one in node.args]
    if parts[0] == 1900:  # imap-tools' own sign for "no date"
        return None
    deltas = [one for one in ast.walk(zone) if isinstance(one, ast.keyword)] if zone else []
    offset = timedelta(**{one.arg: ast.literal_eval(one.value) for one in deltas if one.arg})
    return datetime(*parts, tzinfo=timezone(offset)).astimezone(UTC) if zone else datetime(*parts, tzinfo=UTC)


def _ast_names(node: ast.expr | None) -> Iterator[str]:
    for call in ast.walk(node) if node else ():
        if isinstance(call, ast.keyword) and call.arg == "filename":
            yield ast.literal_eval(call.value)


# mime4j: XML of the structure with raw header fields, and the decoded bodies beside it


def mime4j(expected: Path) -> Iterator[Answer]:
    for file in sorted((expected / "mime4j").glob("*_decoded.xml")):
        try:
            root = ElementTree.fromstring(file.read_text("utf-8"))  # from a fixed archive
        except ElementTree.ParseError:
            continue
        head = dict(_fields(root))
        yield Answer(
            file=file.name.replace("_decoded.xml", ".eml"),
            subject=_decoded(head.get("subject")),
            sender=_bare(head.get("from")),
            date=_date(head.get("date")),
            text=_first_text(root, file),
            attachments=tuple(_names(root)),
        )


def _fields(part: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for field in reversed(part.findall("./header/field")):
        name, _, value = (field.text or "").strip().partition(":")
        yield name.lower(), value.strip()


def _decoded(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return str(make_header(decode_header(re.sub(r"\r?\n\s*", " ", value))))
    except (ValueError, LookupError):
        return None


def _bare(value: str | None) -> str | None:
    found = re.search(r"<([^<>\s]+@[^<>\s]+)>", value or "") or re.fullmatch(r"([^\s<>()]+@[^\s<>()]+)", value or "")
    return found[1] if found else None


def _date(value: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC) if at else None


def _first_text(root: ElementTree.Element, file: Path) -> str | None:
    body = root.find("./text-body")
    holder = root
    if body is None:
        holder = root.find("./multipart/body-part")
        body = holder.find("./text-body") if holder is not None else None
    if body is None or holder is None:
        return None
    kind = dict(_fields(holder)).get("content-type", "text/plain").lower()
    if not kind.startswith("text/plain") or (
        "multipart" in dict(_fields(root)).get("content-type", "") and holder is root
    ):
        return None
    named = file.parent / (
        file.name.split("__")[:-1] and "__".join([*file.name.split("__")[:-1], body.get("name", "")])
    )
    if not named.is_file() or len(root.findall("./multipart/body-part")) > 1:
        return None
    charset = re.search(r"charset=\"?([\w-]+)", kind)
    try:
        return named.read_bytes().decode(charset[1] if charset else "utf-8")
    except (LookupError, UnicodeError):
        return None


def _names(root: ElementTree.Element) -> Iterator[str]:
    for part in root.findall("./multipart/body-part"):
        value = dict(_fields(part)).get("content-disposition", "")
        found = re.search(r'filename="([^"\\=?%]+)"', value)
        if found:
            yield found[1].strip()


SOURCES: dict[str, Callable[[Path], Iterator[Answer]]] = {
    "stalwart": stalwart,
    "imap-tools": imap_tools,
    "mime4j": mime4j,
}


def compared(root: Path, source: str) -> tuple[Counter[str], Counter[str], list[str]]:
    agreed: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    differing: list[str] = []
    for answer in SOURCES[source](root / "expected"):
        message = root / "hostile" / source / answer.file
        if not message.is_file():
            continue
        try:
            parsed = parse_email(message.read_bytes())
        except UnreadableMessage:
            differing.append(f"{answer.file}: set aside")
            continue
        for name, agrees in differences(answer, parsed):
            stated[name] += 1
            agreed[name] += agrees
            if not agrees:
                differing.append(f"{answer.file}: {name}")
    return agreed, stated, differing


@pytest.mark.parametrize("source", SOURCES)
def test_answers_agree_with_the_sources_own(hostile: Path, source: str, record_property: Callable[..., None]) -> None:
    agreed, stated, differing = compared(hostile, source)
    for name in stated:
        record_property(name, f"{agreed[name]}/{stated[name]}")
    assert sum(stated.values()) > 50
    assert sum(agreed.values()) / sum(stated.values()) >= 0.95, "\n".join(differing)
