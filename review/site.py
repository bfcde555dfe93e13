"""What every route shares: the store, the catalogue, the settings, the clock; and how a page is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi import Path as PathParameter
from fastapi.templating import Jinja2Templates
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from starlette.responses import Response

from classifiers.catalogue import Catalogue
from review import times
from review.callables import Explain, Finals, Numbers, PublicQuotes, Repair, RuleBook
from review.company import Company
from review.filters import DIMENSION_NAMES, STATE_NAMES
from review.options import PageOptions
from review.rule_links import rule_link, rules_link
from review.signon import SignOn
from review.words import ARRIVAL_NAMES, LOOK_NAMES, QUOTE_NAMES, snippet_parts
from storage.engine import Store

HERE = Path(__file__).parent
STATIC = HERE / "static"


def environment() -> Environment:
    """Make the template environment: everything escaped."""
    # Every import inside the package is written "govuk_frontend_jinja/...", hence the prefix.
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), macros]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        day=times.day,
        moment=times.moment,
        short_moment=times.short_moment,
        month_name=times.month_name,
        snippet_parts=snippet_parts,
    )
    env.globals.update(assets_version=_assets_version(), state_names=STATE_NAMES, dimension_names=DIMENSION_NAMES)
    env.globals.update(
        look_names=LOOK_NAMES,
        arrival_names=ARRIVAL_NAMES,
        quote_names=QUOTE_NAMES,
        rule_link=rule_link,
        rules_link=rules_link,
    )
    return env


def _assets_version() -> str:
    """Digest the static files, so that a browser may keep each version for good."""
    digest = sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _templates() -> Jinja2Templates:
    return Jinja2Templates(env=environment())


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One page application's parts; kept in `app.state.site`."""

    store: Store
    catalogue: Catalogue
    options: PageOptions
    catalogue_now: Callable[[], Catalogue] | None = None  # asked at each request; without it the catalogue stays
    clock: Callable[[], datetime] = times.utc_now
    explain: Explain | None = None
    repair: Repair | None = None
    rule_books: Mapping[str, RuleBook] = field(default_factory=dict)  # by account; "": the usual rules
    quotes: PublicQuotes | None = None
    numbers: Numbers | None = None
    finals: Finals | None = None  # months that could be issued as final ones now
    digest_files: Path | None = None
    sign_on: SignOn | None = None
    templates: Jinja2Templates = field(default_factory=_templates)
    company: Company = field(default_factory=Company)


def site_of(request: Request) -> Site:
    """Give the parts to a route, with the catalogue as the rules have it now."""
    site: Site = request.app.state.site
    return site if site.catalogue_now is None else replace(site, catalogue=site.catalogue_now())


Number = Annotated[int, PathParameter(ge=1, lt=2**63)]  # a row's number in an address; no database holds a larger one
Here = Annotated[Site, Depends(site_of)]


def page(request: Request, template: str, status: int = 200, /, **context: object) -> Response:
    """Draw a template with what every page needs: who is signed in, the form token, the nonce."""
    site = site_of(request)
    person = getattr(request.state, "person", None)
    shared = {
        "site": site.options,
        "person": person,
        "token": person.token if person else "",
        "cspNonce": request.state.nonce,
        "path": request.url.path,
        "can_explain": site.explain is not None,
        "has_rules": bool(site.rule_books),
        "has_quotes": site.quotes is not None,
    }
    return site.templates.TemplateResponse(request, template, {**shared, **context}, status_code=status)
