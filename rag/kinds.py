"""The closed sets of words: what is stored, shown in JSON, and never spelt two ways."""

from collections.abc import Iterable
from enum import StrEnum


class StudyDesign(StrEnum):
    """What kind of study or page a source is."""

    META_ANALYSIS = "meta_analysis"
    SYSTEMATIC_REVIEW = "systematic_review"
    RANDOMIZED = "randomized_controlled_trial"
    CONTROLLED = "controlled_trial"
    COHORT = "cohort"
    CASE_SERIES = "case_series"
    CASE_REPORT = "case_report"
    SURVEY = "survey"
    GUIDELINE = "guideline"
    REGULATOR = "regulator_notice"
    PATIENT_PAGE = "patient_page"
    NARRATIVE_REVIEW = "narrative_review"
    LABORATORY = "laboratory"
    ANIMAL = "animal"
    ARTICLE = "article"


class Population(StrEnum):
    """Whom or what a finding was seen in; ``none`` for law and prices."""

    HUMAN = "human"
    ANIMAL = "animal"
    LABORATORY = "laboratory"
    NONE = "none"


class Role(StrEnum):
    """What a passage does within its source."""

    FINDING = "finding"
    DESIGN = "design"
    LIMITATION = "limitation"
    FUNDING = "funding"
    ADVICE = "advice"
    PARAGRAPH = "paragraph"  # of the article under review
    SUMMARY = "summary"  # a sentence of a reviewed topic; it stands on the passages that it cites


class Part(StrEnum):
    """What a sentence of a topic tells; one of the next steps is advice."""

    MAIN = "main"
    STUDIES = "studies"
    SURE = "sure"
    UNKNOWN = "unknown"
    NEXT = "next"


class Direction(StrEnum):
    """How a passage bears on an outcome; the poles are defined in ``corpus/vocabulary.yaml``."""

    FOR = "for"
    AGAINST = "against"
    MIXED = "mixed"
    UNCLEAR = "unclear"
    NONE = "none"  # a plain description, without a pole
    NO_STUDY = "no_study"  # only in the evidence map: nobody looked


class Verdict(StrEnum):
    """What the evidence says of a claim; the value is what is stored and shown."""

    SUPPORTED = "supported"
    LIMITED = "limited"
    MIXED = "mixed"
    CONTRADICTED = "contradicted"
    NO_EVIDENCE = "no_evidence"
    NOT_A_CLAIM = "not_a_claim"
    UNJUDGED = "unjudged"

    @property
    def flagged(self) -> bool:
        """Tell whether a reader must be warned."""
        return self not in (Verdict.SUPPORTED, Verdict.NOT_A_CLAIM)


# Of several verdicts on one text the first of these counts.
GRAVEST_FIRST = (
    Verdict.CONTRADICTED,
    Verdict.MIXED,
    Verdict.NO_EVIDENCE,
    Verdict.LIMITED,
    Verdict.UNJUDGED,
    Verdict.SUPPORTED,
    Verdict.NOT_A_CLAIM,
)


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """Give the one verdict on a text; not_a_claim where nothing in it can be checked."""
    return min(verdicts, key=GRAVEST_FIRST.index, default=Verdict.NOT_A_CLAIM)


class Certainty(StrEnum):
    """How sure the evidence lets us be, in the sense of GRADE."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


class Stance(StrEnum):
    """What one passage says of one claim."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    NEUTRAL = "neutral"


class Origin(StrEnum):
    """Where a claim was met."""

    QUESTION = "question"
    ARTICLE = "article"
    ANSWER = "answer"
    TEXT = "text"


class Kind(StrEnum):
    """What kind of reply a question gets."""

    ANSWER = "answer"
    URGENT = "urgent"
    NEEDS_CLINICIAN = "needs_clinician"
    CRISIS = "crisis"
    OUT_OF_SCOPE = "out_of_scope"
    NO_EVIDENCE = "no_evidence"


DANGERS = (Kind.CRISIS, Kind.URGENT)  # the most pressing first


class Wish(StrEnum):
    """What a person asks of the answer that they just got."""

    MORE = "more"
    SIMPLER = "simpler"
    NUMBERS = "numbers"
    WHY = "why"
    SURE = "sure"
    SOURCES = "sources"
