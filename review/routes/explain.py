"""Try the rules: paste a text or give an .eml, see what fires and why."""

from email.message import EmailMessage

from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from review.signin import Reader, ReaderForm, text_of
from review.site import Here, page
from review.why import explained_view

router = APIRouter()


@router.get("/explain")
def explain_page(request: Request, site: Here, person: Reader) -> Response:
    """Ask for a text or a file."""
    if site.explain is None:
        raise HTTPException(404)
    return page(request, "explain.html", result=None, text="", subject="", sender="", problem="")


@router.post("/explain")
def explain(request: Request, site: Here, person: Reader, form: ReaderForm) -> Response:
    """Show what today's rules say; nothing is stored."""
    if site.explain is None:
        raise HTTPException(404)
    typed = {"text": text_of(form, "text"), "subject": text_of(form, "subject"), "sender": text_of(form, "sender")}
    raw = _upload(form) or (_as_mail(**typed) if typed["text"] or typed["subject"] else b"")
    if not raw:
        problem = "Paste a text, or choose an .eml file"
        return page(request, "explain.html", 422, result=None, problem=problem, **typed)
    result = site.explain(raw)
    view = explained_view(result, site.catalogue)
    return page(request, "explain.html", 422 if result.error else 200, result=view, problem=result.error, **typed)


def _upload(form: FormData) -> bytes:
    upload = form.get("eml")
    return upload.file.read() if isinstance(upload, UploadFile) else b""


def _as_mail(text: str, subject: str, sender: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = " ".join(subject.split())
    mail["From"] = (
        "".join(char for char in sender if char.isascii() and char.isprintable()) or "somebody@example.invalid"
    )
    mail.set_content(text)
    return mail.as_bytes()
