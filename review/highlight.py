"""Which stretches of a text light up, and for which tags; pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

QUOTE = "quote-"  # how the keys of quotes begin; those of tags begin with their dimension


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Words that light up for `key` (a tag or a quote); `faint` when they were seen but decided nothing."""

    start: int
    end: int
    key: str
    faint: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A stretch of text with one set of marks; `anchors` are the keys whose first words begin here."""

    text: str
    keys: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    faint: bool = False

    @property
    def hit(self) -> bool:
        """Say whether a tag was decided by these words (a quote alone is none)."""
        return any(not key.startswith(QUOTE) for key in self.keys)


def segments(text: str, spans: Iterable[Span], *, seen: set[str] | None = None) -> tuple[Segment, ...]:
    """Cut a text where marks begin and end, so that overlapping marks never nest.

    `seen` holds the keys that already have an anchor on the page; it is added to.
    """
    seen = set() if seen is None else seen
    opening: dict[int, list[Span]] = defaultdict(list)
    closing: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        start, end = max(span.start, 0), min(span.end, len(text))
        if start < end:
            opening[start].append(span)
            closing[end].append(span)
    cuts = sorted({0, len(text), *opening, *closing})
    return tuple(_sweep(text, cuts, opening, closing, seen))


def _sweep(
    text: str,
    cuts: list[int],
    opening: dict[int, list[Span]],
    closing: dict[int, list[Span]],
    seen: set[str],
) -> Iterable[Segment]:
    active: list[Span] = []
    for start, end in pairwise(cuts):
        ended = closing.get(start, [])
        active = [span for span in active if span not in ended] + opening.get(start, [])
        keys = tuple(dict.fromkeys(span.key for span in active))
        anchors = tuple(dict.fromkeys(span.key for span in active if not span.faint and span.key not in seen))
        seen.update(anchors)
        hits = [span for span in active if not span.key.startswith(QUOTE)]
        faint = bool(hits) and all(span.faint for span in hits)
        yield Segment(text=text[start:end], keys=keys, anchors=anchors, faint=faint)
