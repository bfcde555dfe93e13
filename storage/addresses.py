"""An address in a text: whole, neither the end nor the beginning of another."""

import re


def naming(address: str) -> re.Pattern[str]:
    """Give what finds a case-folded address in case-folded text: of `ann@example.org` not joann@…, nor ….org.uk.

    Before it `.`, `+`, `-`, `'` and `&` belong to an address where they follow a letter (RFC 5322, 3.2.3: atext);
    elsewhere to the text around it: 'ann@example.org' in quotation marks.
    """
    return re.compile(rf"(?<!\w)(?<!\w[.+'&-]){re.escape(address)}(?!\w|[.-]\w)")
