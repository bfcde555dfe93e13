"""The jobs that workers do: what runs, waits or failed and why, and how far large works are."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from review.signin import Reader
from review.site import Here, page
from storage import jobs, works

router = APIRouter()
SHOWN = 50


@router.get("/jobs")
def jobs_page(request: Request, site: Here, person: Reader) -> Response:
    """Show jobs and large works; of their arguments only the mailbox or the stretch."""
    store = site.store
    return page(
        request,
        "jobs.html",
        has_queue=store.on_postgresql,
        workers=jobs.living_workers(store),
        counts=jobs.job_counts(store),
        jobs=jobs.jobs(store, limit=SHOWN),
        errors=jobs.job_errors(store, limit=SHOWN),
        works=works.works(store),
        states=STATES,
    )


STATES = {"todo": "Waiting", "doing": "Running", "failed": "Failed", "succeeded": "Done", "cancelled": "Cancelled"}
