"""The annex as an OpenDocument text by odfdo, to be edited and published."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from odfdo import Document, Element

from digests.annex import Annex
from digests.render import annex_words as words
from digests.render.zipped import normalised


def annex_odt(annex: Annex) -> bytes:
    """Make the document: products, users and uses, channels, decisions, and the side by side."""
    document = Document("text")
    document.body.clear()
    _describe(document, annex)
    for part in _parts(annex):
        document.body.append(Element.from_tag(part))
    out = io.BytesIO()
    document.save(out, pretty=False)
    return normalised(out.getvalue())


def _describe(document: Document, annex: Annex) -> None:
    made = datetime(annex.made_on.year, annex.made_on.month, annex.made_on.day, tzinfo=UTC)
    meta = document.meta
    meta.title, meta.language, meta.creator = words.title(annex), "en-GB", annex.organisation
    meta.creation_date = meta.date = made
    document.set_language("en-GB")


def _parts(annex: Annex) -> Iterable[str]:
    yield _heading(1, words.title(annex))
    yield _paragraph(words.WARNING)
    yield _paragraph(words.basis(annex))
    yield _paragraph(words.invitation(annex))
    yield _heading(2, words.PRODUCTS)
    yield _products(annex)
    yield _paragraph(words.DESIGNATIONS)
    yield _heading(2, words.USERS)
    yield _paragraph(words.USERS_LEAD)
    yield _users(annex)
    yield _heading(2, words.CHANNELS)
    for channel in annex.channels:
        text = f"{channel.title}: {channel.description}" if channel.description else channel.title
        yield _paragraph(f"{text} {words.channel_figures(channel)}")
    yield _heading(2, words.DECISIONS)
    for each in annex.decisions:
        yield _paragraph(f"“{each.text}” ({words.reference(each)})")
    if not annex.decisions:
        yield _paragraph(words.NO_DECISION)
    yield _heading(2, words.COMPARE)
    yield _compared(annex)


def _products(annex: Annex) -> str:
    rows = [[[p.title], [p.designation], [p.source], [f"{p.messages:,}"]] for p in annex.products]
    return _table("Products", ["Title of product", "Designation", "Sources of data", "Messages"], rows)


def _users(annex: Annex) -> str:
    rows = []
    for user in annex.users:
        uses: list[str] = []
        for use in user.uses:
            uses.append(f"{use.use} [{use.said}]")
            uses.extend(f"“{each.text}” ({words.reference(each)})" for each in use.evidence)
        rows.append([[user.user if user.standing else f"{user.user} [new user]"], uses or [words.NO_USE]])
    return _table("Users", ["User", "Uses"], rows)


def _compared(annex: Annex) -> str:
    rows = [[[user.user], [user.today if user.standing else words.NOT_LISTED], [user.drafted]] for user in annex.users]
    return _table("Side_by_side", ["User", "Annex today", "This draft"], rows)


def _heading(level: int, text: str) -> str:
    return f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{escape(text)}</text:h>'


def _paragraph(text: str, style: str = "Text_20_body") -> str:
    return f'<text:p text:style-name="{style}">{escape(text)}</text:p>'


def _table(name: str, header: Sequence[str], rows: Iterable[Sequence[Sequence[str]]]) -> str:
    """Write a table; a cell holds one paragraph or several. The header row repeats on every page."""
    columns = f'<table:table-column table:number-columns-repeated="{len(header)}"/>'
    head = _row([[title] for title in header], "Table_20_Heading")
    body = "".join(_row(row, "Table_20_Contents") for row in rows)
    return (
        f'<table:table table:name="{name}">{columns}<table:table-header-rows>{head}</table:table-header-rows>{body}'
        "</table:table>"
    )


def _row(cells: Sequence[Sequence[str]], style: str) -> str:
    written = ("".join(_paragraph(text, style) for text in cell) for cell in cells)
    filled = (f'<table:table-cell office:value-type="string">{cell}</table:table-cell>' for cell in written)
    return f"<table:table-row>{''.join(filled)}</table:table-row>"
