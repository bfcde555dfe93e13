"""Whether Authentication-Results (RFC 8601) say that a sender's domain is forged."""

import re
from collections.abc import Sequence

_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]{1,12})")
_COMMENT = re.compile(r"\([^()]{0,300}\)")


def sender_is_trusted(results: Sequence[str], received_spf: Sequence[str] = ()) -> bool:
    """Judge by the topmost results alone: those of the last host, which is ours.

    Lower ones the sender may have written. DMARC decides where it was checked; else a failed SPF without a passed
    DKIM, or a failed DKIM without a passed SPF. Nothing said is trusted: most mail of the time carries no results.
    """
    verdicts = _verdicts(results)
    if "dmarc" in verdicts and verdicts["dmarc"] & {"pass", "fail"}:
        return "fail" not in verdicts["dmarc"]
    spf = verdicts.get("spf", set()) or {word.strip().split(" ", 1)[0].lower() for word in received_spf[:1]}
    dkim = verdicts.get("dkim", set())
    spf_failed = bool(spf & {"fail", "softfail", "hardfail"})
    dkim_failed = bool(dkim & {"fail", "permerror"})
    if spf_failed:
        return "pass" in dkim
    return not dkim_failed or "pass" in dkim or "pass" in spf


def _verdicts(results: Sequence[str]) -> dict[str, set[str]]:
    """Gather the results of the topmost host: method to what it said."""
    found: dict[str, set[str]] = {}
    for value in results:
        if _host(value) != _host(results[0]):
            break
        for method, verdict in _RESULT.findall(_COMMENT.sub(" ", value.lower())):
            found.setdefault(method, set()).add(verdict)
    return found


def _host(value: str) -> str:
    return value.split(";", 1)[0].strip().lower()
