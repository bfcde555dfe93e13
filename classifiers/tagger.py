"""A message's text to its verdict: the steps joined. Made once a process, used for any number of messages."""

from copy import copy

from classifiers.categories import Categories
from classifiers.confidence import doubt_worths
from classifiers.dispositions import Dispositions
from classifiers.explaining import Asked, Explanation, WhyNot, explained, why_not_of
from classifiers.impression import TABLE as TAG_WORDS
from classifiers.impression import Impression, Impressions
from classifiers.matching import Found, Matchers, Search
from classifiers.message_evidence import set_apart
from classifiers.nearly import Nearly
from classifiers.needs import THRESHOLD, Judged, assess, assess_apart
from classifiers.resolve import Resolved, evidence_of, resolve
from classifiers.rule import Rulebook
from classifiers.second_look import limits_of
from classifiers.statements import Statements
from classifiers.subjects import Subjects
from classifiers.uses import Uses
from classifiers.verdict import Dimension, MessageText, Tag, Verdict

TRIAGE, NONE = "triage", "none"


class Tagger:
    """The rules made ready; `verdict` is all that others need."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Compile the rules."""
        self.rulebook = rulebook
        self.matchers = Matchers(rulebook)
        self._threshold = THRESHOLD  # below which a person must look
        self._dispositions = Dispositions(rulebook)
        self._categories = Categories(rulebook)
        self._subjects = Subjects(rulebook)
        self._limits = limits_of(rulebook)
        self._uses = Uses(rulebook)
        self._statements = Statements(rulebook)
        self._impressions = Impressions(rulebook.tables.get(TAG_WORDS, {}))
        self._doubt_worths = doubt_worths(rulebook.tables)
        self._nearly: Nearly | None = None

    def doubting_below(self, confidence: float) -> "Tagger":
        """Give a tagger of the same rules, made ready once, that asks for a person below another confidence."""
        other = copy(self)
        other._threshold = confidence
        return other

    def verdict(self, message: MessageText) -> Verdict:
        """Say what the rules say of a message; what its headers mark as a program's is not searched for topics."""
        found, disposition = self._disposition(message)
        if disposition.value != TRIAGE:
            return self._set_apart(found, disposition)
        judged, resolved = self._judged(message, found, disposition)
        assessed = assess(judged, self.rulebook.catalogue, self._doubt_worths, threshold=self._threshold)
        users = (tag for tag in judged.tags if tag.dimension is Dimension.USER_CATEGORY)
        return Verdict(
            rules_version=self.rulebook.version,
            tags=judged.tags,
            statements=resolved.statements,
            hits=(*resolved.evidence.hits(), *(hit for tag in users for hit in tag.hits)),
            confidence=assessed.confidence,
            needs_person=bool(assessed.reasons),
            reasons=assessed.reasons,
        )

    def _disposition(self, message: MessageText) -> tuple[Found, Tag]:
        """Give the disposition, and what was found on the way: no more is searched for than settles it.

        Where headers mark a program's mail so surely that nobody must look, that is what can overrule them.
        """
        marks = self._dispositions.marks(message)
        kinds = self._dispositions.cues_in(message, marks)
        if kinds is not None:
            found = self.matchers.found(message, Search.OVERRULING, kinds)
            disposition = self._dispositions.tag(message, found, marks)
            if disposition.confidence >= self._threshold and self._dispositions.is_settled(disposition, found, marks):
                return found, disposition
            found = self.matchers.found(message, Search.CUES, kinds)
            disposition = self._dispositions.tag(message, found, marks)
            if disposition.value != TRIAGE:
                return found, disposition
        found = self.matchers.found(message)
        return found, self._dispositions.tag(message, found, marks)

    def judged(self, message: MessageText) -> Judged:
        """Give the tags of a message as one that has to be read, with all that may speak against them."""
        found = self.matchers.found(message)
        disposition = self._dispositions.tag(message, found, self._dispositions.marks(message))
        return self._judged(message, found, disposition)[0]

    def _judged(self, message: MessageText, found: Found, disposition: Tag) -> tuple[Judged, Resolved]:
        categories = self._categories.tags(message, found)
        resolved, impression = self._resolved(found, categories)
        tags = (disposition, *resolved.tags, *self._category(resolved, categories))
        return Judged(tags, categories, resolved.evidence, impression, resolved.left_out), resolved

    def explain(self, message: MessageText, why_not: Asked | None = None) -> Explanation:
        """Say rule by rule why the tags stand, and why one that was asked about does not."""
        verdict = self.verdict(message)
        why = None if why_not is None else self._why_not(message, verdict, why_not)
        return Explanation(verdict=verdict, tags=explained(verdict, self.rulebook), why_not=why)

    def nearly(self, message: MessageText, verdict: Verdict) -> tuple[WhyNot, ...]:
        """Say which tags a message just missed, and why; the words of the rules are indexed when first asked."""
        if self._nearly is None:
            self._nearly = Nearly(self.rulebook, self.matchers)
        return self._nearly.fired(evidence_of(self.matchers.found(message)), verdict)

    def _why_not(self, message: MessageText, verdict: Verdict, asked: Asked) -> WhyNot:
        found = self.matchers.found(message)
        return why_not_of(evidence_of(found), verdict, asked, self.rulebook, self.matchers)

    def resolved(self, message: MessageText) -> Resolved:
        """Give the tags with all their evidence, for explanations."""
        found = self.matchers.found(message)
        return self._resolved(found, self._categories.tags(message, found))[0]

    def _resolved(self, found: Found, categories: tuple[Tag, ...]) -> tuple[Resolved, Impression]:
        """Give the tags, and what the words alone suggest; `categories` are the kinds of user in question."""
        evidence = evidence_of(found)
        impression = self._impressions.of(evidence, categories)
        category = categories[0].value
        made = (self._subjects, self._uses, self._statements)
        return resolve(evidence, self.rulebook, *made, category, impression, self._limits), impression

    def _category(self, resolved: Resolved, categories: tuple[Tag, ...]) -> tuple[Tag, ...]:
        """A situation may have said who writes; otherwise the senders' rules did."""
        given = any(tag.dimension is Dimension.USER_CATEGORY for tag in resolved.tags)
        return () if given else categories[:1]

    def _set_apart(self, found: Found, disposition: Tag) -> Verdict:
        """A message that nobody has to read has no other tag."""
        nobody = Tag(
            dimension=Dimension.USER_CATEGORY,
            value=NONE,
            confidence=disposition.confidence,
            reason=f"the kind of message is {self.rulebook.catalogue.quoted(Dimension.DISPOSITION, disposition.value)}",
        )
        tags = (disposition, nobody)
        evidence = set_apart(found)
        judged = assess_apart(disposition, evidence, threshold=self._threshold)
        return Verdict(
            rules_version=self.rulebook.version,
            tags=tags,
            hits=(*disposition.hits, *evidence.hits()),
            confidence=judged.confidence,
            needs_person=bool(judged.reasons),
            reasons=judged.reasons,
        )
