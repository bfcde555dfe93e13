"""The annex as an OpenDocument text by odfdo, to be edited and published."""

from collections.abc import Iterable

from digests.annex import Annex
from digests.render import annex_words as words
from digests.render.odt_text import heading, odt_text, paragraph, table


def annex_odt(annex: Annex) -> bytes:
    """Make the document: products, users and uses, channels, decisions, and the side by side."""
    return odt_text(_parts(annex), title=words.title(annex), creator=annex.organisation, made_on=annex.made_on)


def _parts(annex: Annex) -> Iterable[str]:
    yield heading(1, words.title(annex))
    yield paragraph(words.WARNING)
    yield paragraph(words.basis(annex))
    yield paragraph(words.invitation(annex))
    yield heading(2, words.PRODUCTS)
    yield _products(annex)
    yield paragraph(words.DESIGNATIONS)
    yield heading(2, words.USERS)
    yield paragraph(words.USERS_LEAD)
    yield _users(annex)
    yield heading(2, words.CHANNELS)
    for channel in annex.channels:
        text = f"{channel.title}: {channel.description}" if channel.description else channel.title
        yield paragraph(f"{text} {words.channel_figures(channel)}")
    yield heading(2, words.DECISIONS)
    for each in annex.decisions:
        yield paragraph(f"“{each.text}” ({words.reference(each)})")
    if not annex.decisions:
        yield paragraph(words.NO_DECISION)
    yield heading(2, words.COMPARE)
    yield _compared(annex)


def _products(annex: Annex) -> str:
    rows = [[[p.title], [p.designation], [p.source], [f"{p.messages:,}"]] for p in annex.products]
    return table("Products", ["Title of product", "Designation", "Sources of data", "Messages"], rows)


def _users(annex: Annex) -> str:
    rows = []
    for user in annex.users:
        uses: list[str] = []
        for use in user.uses:
            uses.append(f"{use.use} [{use.said}]")
            uses.extend(f"“{each.text}” ({words.reference(each)})" for each in use.evidence)
        rows.append([[user.user if user.standing else f"{user.user} [new user]"], uses or [words.NO_USE]])
    return table("Users", ["User", "Uses"], rows)


def _compared(annex: Annex) -> str:
    rows = [[[user.user], [user.today if user.standing else words.NOT_LISTED], [user.drafted]] for user in annex.users]
    return table("Side_by_side", ["User", "Annex today", "This draft"], rows)
