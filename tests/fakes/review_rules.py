"""Rules for the page's workshop, and a book of them that tells what it was asked."""

from classifiers.catalogue import Catalogue
from fakes.review_pages import catalogue_of
from review.callables import DraftedRule, Preview, RuleText, TagMoved, WantedRule

COHESION = RuleText(
    id="pr-01",
    dimension="product",
    value="cohesion",
    rank="decides",
    file="products.toml",
    line=7,
    weight=0.9,
    words=("cohesion figures", "<b>bold</b>"),
    ok=("the cohesion figures please",),
)
CUE = RuleText(id="cue.request", dimension="", value="request", rank="cue", file="cues.toml", line=1, weight=0.5)


class Book:
    """Two rules; a draft is wrong when it says so; a trial is done when it is asked for the second time."""

    def __init__(self, mistakes: tuple[str, ...] = ()) -> None:
        """Begin unasked."""
        self.asked = 0
        self._mistakes = mistakes

    def rules(self) -> tuple[RuleText, ...]:
        """Give both."""
        return COHESION, CUE

    def catalogue(self) -> Catalogue:
        """Give the usual tags."""
        return catalogue_of()

    def mistakes(self) -> tuple[str, ...]:
        """Give those that it was made with."""
        return self._mistakes

    def draft(self, wanted: WantedRule) -> DraftedRule:
        """Show what was wanted."""
        problems = ("drafted.toml:3: it does not match",) if "wrong" in wanted.phrases else ()
        return DraftedRule(rule="x", filename="drafted-x.toml", toml=repr(wanted), problems=problems)

    def preview(self, drafted: DraftedRule) -> Preview:
        """Be half-way at first."""
        self.asked += 1
        moved = TagMoved(dimension="product", value="headline", gains=(1, 2), against_people=1)
        return Preview(read=5, whole=9, done=self.asked > 1, changed=2, tags=(moved,))
