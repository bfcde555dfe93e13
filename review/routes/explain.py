"""Try the rules: paste a text or give an .eml, see what fires, what nearly fires, and why or why not."""

from collections.abc import Mapping
from email.message import EmailMessage

from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from classifiers.catalogue import Catalogue, Dimension
from review.filters import DIMENSION_NAMES
from review.rule_choice import mistakes_of
from review.signin import Reader, ReaderForm, text_of
from review.site import Here, Site, page
from review.why import ExplainedView, explained_view

router = APIRouter()
TYPED = ("text", "subject", "sender", "why_not", "mailbox")


@router.get("/explain")
def explain_page(request: Request, site: Here, person: Reader, mailbox: str = "") -> Response:
    """Ask for a text or a file; `mailbox` chooses the rules of one that has its own."""
    if site.explain is None:
        raise HTTPException(404)
    return _page(request, site, dict.fromkeys(TYPED, "") | {"mailbox": _own(site, mailbox)})


def _own(site: Site, mailbox: str) -> str:
    """Give the mailbox whose own rules are asked, "" for the usual ones."""
    return mailbox if mailbox in site.options.own_rules else ""


def _page(
    request: Request,
    site: Site,
    typed: Mapping[str, str],
    *,
    result: ExplainedView | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    tags = [
        (DIMENSION_NAMES[one.value], [(f"{one.value}:{entry.id}", entry.title) for entry in site.catalogue.of(one)])
        for one in Dimension
    ]
    return page(
        request,
        "explain.html",
        status,
        result=result,
        problem=problem,
        tags=tags,
        mistakes=mistakes_of(site, typed["mailbox"]),
        **typed,
    )


@router.post("/explain")
def explain(request: Request, site: Here, person: Reader, form: ReaderForm) -> Response:
    """Show what today's rules say; nothing is stored."""
    if site.explain is None:
        raise HTTPException(404)
    typed = {name: text_of(form, name) for name in TYPED}
    typed["mailbox"] = _own(site, typed["mailbox"])
    raw = _upload(form) or _as_mail(typed["text"], typed["subject"], typed["sender"])
    if not raw:
        return _page(request, site, typed, problem="Paste a text, or choose an .eml file", status=422)
    result = site.explain(raw, _asked(typed["why_not"], site.catalogue), typed["mailbox"])
    view = explained_view(result, site.catalogue)
    return _page(request, site, typed, result=view, problem=result.error, status=422 if result.error else 200)


def _asked(text: str, catalogue: Catalogue) -> tuple[str, str] | None:
    """Read the tag of which it is asked why it does not stand; what is not in the catalogue was not asked."""
    known = {f"{one.value}:{entry.id}": (one.value, entry.id) for one in Dimension for entry in catalogue.of(one)}
    return known.get(text)


def _upload(form: FormData) -> bytes:
    upload = form.get("eml")
    return upload.file.read() if isinstance(upload, UploadFile) else b""


def _as_mail(text: str, subject: str, sender: str) -> bytes:
    """Make a mail of what was typed; its sender as it was typed, half an address too: mail comes with such."""
    if not (text or subject):
        return b""
    mail = EmailMessage()
    mail["Subject"] = " ".join(subject.split())
    mail.set_content(text)
    typed = "".join(char for char in " ".join(sender.split()) if char.isprintable())
    return f"From: {typed or 'somebody@example.invalid'}\n".encode(errors="replace") + mail.as_bytes()
