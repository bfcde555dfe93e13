"""The pro forma on the uses of data, as it goes out with answers to requests.

Its returns come back by mail, where they are known by their questions and not by their name: each question stands
numbered at the start of a row, its answer beside it.
"""

from datetime import datetime
from pathlib import Path

from digests.engagement.docx_form import form_as_docx
from digests.engagement.form import FormField, ProForma
from digests.engagement.odt_form import form_as_odt
from digests.options import DigestOptions
from digests.period import london_date
from digests.render.files import replace_file
from digests.words import plain

NAME = "pro-forma-uses-of-data"
QUESTIONS = (
    ("name", "Your name"),
    ("organisation", "Your organisation"),
    ("contact", "Your email address or telephone number"),
    ("reference", "Our reference"),
    ("data", "Which data were you sent?"),
    ("use", "What have you used them for?"),
    ("decision", "Which decisions or policies have they informed?"),
    ("more", "Any further comments?"),
    ("quote", "May we quote you in our annex?"),
    ("again", "May we contact you again about these statistics?"),
)


def draft_pro_forma(options: DigestOptions, *, data: str = "", reference: str = "", now: datetime) -> ProForma:
    """Make the form, empty, or with the data that were sent and the number of the request filled in."""
    answers = {"data": plain(data), "reference": plain(reference)}
    numbered = enumerate(QUESTIONS, 1)
    return ProForma(
        title=f"Pro forma: how you use {options.subject}",
        lead=_lead(options),
        fields=tuple(
            FormField(id=id, question=f"{n}. {asked}", answer=answers.get(id, "")) for n, (id, asked) in numbered
        ),
        organisation=options.organisation,
        made_on=london_date(now),
    )


def write_pro_forma(form: ProForma, folder: Path) -> tuple[Path, ...]:
    """Write the form as DOCX and as ODT, over earlier ones, and give the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = (folder / f"{NAME}.docx", folder / f"{NAME}.odt")
    for path, content in zip(paths, (form_as_docx(form), form_as_odt(form)), strict=True):
        replace_file(path, content)
    return paths


def _lead(options: DigestOptions) -> tuple[str, ...]:
    where = f"to {options.contact}" if options.contact else "back to us"
    return (
        f"{options.organisation} would like to know who works with the data that we send out.",
        f"Please write in the right-hand column and send the form {where}. Leave empty what does not apply.",
        "We name neither you nor your organisation anywhere unless you agree to it below.",
    )
