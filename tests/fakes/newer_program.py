"""The next release of this very program, made of a copy: it knows a later schema and a later kind of job.

Its retag takes one argument more, and so goes by another queue; what does the older one is kept for a release, as the
program's own rule asks. Its migration adds a column that the older program does not know.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("classifiers", "storage", "digests", "review", "pipeline")
CALLS, FUNCTIONS = Path("pipeline/jobs/calls.py"), Path("pipeline/commands/job_functions.py")
KINDS = 'RETAG, OLD = Kind(name="retag", version=2), Kind(name="retag")'
MORE = """def _more(kind):
    return {"how": "well"} if kind is RETAG else {}


def retry_in("""
WELL = """def retag_well(bench, work, stretch, how):
    retag(bench, work, stretch)


def rebuild("""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Words of a file that the next release writes otherwise."""

    file: Path
    old: str
    new: str


CHANGES = (
    Change(file=CALLS, old='RETAG = Kind(name="retag")', new=KINDS),
    Change(file=CALLS, old="RETENTION, RETAG, REBUILD", new="RETENTION, RETAG, OLD, REBUILD"),
    Change(file=CALLS, old='"stretch": stretch}', new='"stretch": stretch} | _more(kind)'),
    Change(file=CALLS, old="def retry_in(", new=MORE),
    Change(file=FUNCTIONS, old="def rebuild(", new=WELL),
    Change(file=FUNCTIONS, old="RETAG.queue: retag,", new='RETAG.queue: retag_well, "retag-1": retag,'),
    Change(file=Path("storage/revisions.py"), old=")\nHEAD", new=', "9999")\nHEAD'),
)
MIGRATION = '''"""Keep something that older programs do not know."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", "{head}"


def upgrade() -> None:
    """Add a column that has a value where an older program writes."""
    op.add_column("message", sa.Column("novelty", sa.Text(), server_default="none", nullable=False))
'''


def newer_program(folder: Path, head: str) -> Path:
    """Make the next release in a folder; `head` is the schema that this one knows."""
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for change in CHANGES:
        path = folder / change.file
        words = path.read_text(encoding="utf-8")
        if words.count(change.old) != 1:
            raise ValueError(
                f"{change.file} does not say {change.old!r} once: write anew what the next release changes"
            )
        path.write_text(words.replace(change.old, change.new), encoding="utf-8")
    (folder / "storage/migrations/versions/9999_know_more.py").write_text(MIGRATION.format(head=head))
    return folder
