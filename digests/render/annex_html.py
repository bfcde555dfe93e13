"""The annex as a page that needs nothing but itself."""

from digests.annex import Annex, Mark
from digests.render import annex_words as words
from digests.render.html import environment, styles

_COLOURS = {Mark.STANDING.value: "grey", Mark.CONFIRMED.value: "blue", Mark.NEW.value: "green"}


def annex_html(annex: Annex) -> bytes:
    """Make the page."""
    page = environment().get_template("annex.html.jinja")
    return page.render(
        annex=annex,
        words=words,
        title=words.title(annex),
        invitation=words.invitation(annex),
        basis=words.basis(annex),
        channel_figures=words.channel_figures,
        reference=words.reference,
        colours=_COLOURS,
        css=styles(),
    ).encode()
