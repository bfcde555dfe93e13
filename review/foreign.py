"""Somebody else's HTML made harmless a second time: the sandbox and its policy stop scripts and requests, but not the
connection that `<link rel=preconnect>` opens, so what can act is taken out before.
"""

from selectolax.lexbor import LexborHTMLParser

ACTING = (
    "script, link, meta, base, iframe, frame, frameset, object, embed, applet, portal, form, input, button, select, "
    "textarea, audio, video, source, track, img[srcset], picture, noscript, template, svg, math"
)
LONGEST = 2_000_000  # characters; more is for the download


def harmless(html: str) -> str:
    """Take out all that acts, and every attribute that names an address, but for images within the message."""
    if not html.strip():
        return ""
    tree = LexborHTMLParser(html[:LONGEST])
    tree.unwrap_tags(["form", "noscript"])
    for node in tree.css(ACTING):
        node.decompose()
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            if _acts(name, value or ""):
                del node.attrs[name]
    return f"<!doctype html>{tree.html or ''}"


def _acts(name: str, value: str) -> bool:
    if name.startswith("on") or name in (
        "ping",
        "action",
        "formaction",
        "background",
        "srcdoc",
        "http-equiv",
        "target",
    ):
        return True
    if name in ("href", "src", "xlink:href", "poster", "data", "longdesc", "cite"):
        return not value.strip().lower().startswith("data:image/")
    return False
