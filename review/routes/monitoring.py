"""For monitoring: whether the page is alive, whether it reaches its store, and figures as Prometheus reads them."""

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from review.site import Here
from storage.engine import check_health
from storage.errors import StorageError
from storage.metrics import CONTENT_TYPE, metrics, metrics_text

router = APIRouter()
_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


@router.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def ready(site: Here) -> Response:
    """Say whether the store can be reached."""
    try:
        check_health(site.store)
    except StorageError:
        return PlainTextResponse("the store cannot be reached", 503)
    return PlainTextResponse("ok")


@router.get("/metrics")
def figures(request: Request, site: Here) -> Response:
    """Give figures, numbers only, to the machines that the settings name."""
    asker = request.client.host if request.client else ""
    passed_on = any(name in request.headers for name in _PASSED_ON)
    if not may_read_figures(asker, site.options.metrics_from, passed_on=passed_on):
        return PlainTextResponse("Figures are not for this machine: page.metrics_from names those they are for.", 403)
    try:
        found = metrics(site.store, now=site.clock(), mailboxes=site.options.mailbox_names)
        return Response(metrics_text(found), media_type=CONTENT_TYPE)
    except StorageError:
        return PlainTextResponse("the store cannot be reached", 503)


def may_read_figures(asker: str, allowed: tuple[str, ...], *, passed_on: bool) -> bool:
    """Decide by the asker's address whether it may read figures; `allowed` are addresses and networks.

    What a proxy on this machine passes on comes from loopback as well, and yet is not this machine's question.
    """
    try:
        address = ip_address(asker)
    except ValueError:  # a socket without an address, or none at all
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback and passed_on:
        return False
    return any(address in ip_network(network) for network in allowed)
