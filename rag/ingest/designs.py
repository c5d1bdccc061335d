"""Guess what kind of study a record describes, and in whom; only a record's own words are used, never its text."""

import re
from collections.abc import Iterable

from rag.kinds import Population, StudyDesign

# Publication types of PubMed and article types of JATS, the most telling first.
_BY_TYPE = (
    ("meta-analysis", StudyDesign.META_ANALYSIS),
    ("systematic review", StudyDesign.SYSTEMATIC_REVIEW),
    ("practice guideline", StudyDesign.GUIDELINE),
    ("guideline", StudyDesign.GUIDELINE),
    ("randomized controlled trial", StudyDesign.RANDOMIZED),
    ("controlled clinical trial", StudyDesign.CONTROLLED),
    ("case reports", StudyDesign.CASE_REPORT),
    ("case report", StudyDesign.CASE_REPORT),
    ("observational study", StudyDesign.COHORT),
    ("review", StudyDesign.NARRATIVE_REVIEW),
    ("review article", StudyDesign.NARRATIVE_REVIEW),
)
_BY_TITLE = (
    (r"\bmeta-?\s?analys[ie]s\b", StudyDesign.META_ANALYSIS),
    (r"\bsystematic (?:literature )?review\b", StudyDesign.SYSTEMATIC_REVIEW),
    (r"\b(?:guidelines?|consensus statement)\b", StudyDesign.GUIDELINE),
    (r"\brandomi[sz]ed\b", StudyDesign.RANDOMIZED),
    (r"\b(?:controlled|comparative) (?:clinical )?(?:trial|study)\b", StudyDesign.CONTROLLED),
    (r"\bcohort\b", StudyDesign.COHORT),
    (r"\bcase series\b", StudyDesign.CASE_SERIES),
    (r"\bcase report\b", StudyDesign.CASE_REPORT),
    (r"\bsurvey\b", StudyDesign.SURVEY),
    (r"\b(?:mice|mouse|murine|rats?|rabbits?|in vivo model)\b", StudyDesign.ANIMAL),
    (r"\bin vitro\b", StudyDesign.LABORATORY),
)
# These are printed in journals, yet nobody outside the journal reviewed them as studies.
_NOT_REVIEWED = {"preprint", "editorial", "letter", "comment", "news", "newspaper article", "product review"}


def study_design(types: Iterable[str], title: str) -> StudyDesign:
    """Give the design that the publication types name, else the title, else the lowest: a narrative review.

    A plan for a trial ("protocol") has no result, so it is never called a trial.
    """
    named = {t.lower().replace("_", " ") for t in types} | {t.lower().replace("-", " ") for t in types}
    if "protocol" in title.lower():
        return StudyDesign.NARRATIVE_REVIEW
    for word, design in _BY_TYPE:
        if word in named or word.replace("-", " ") in named:
            return design
    for pattern, design in _BY_TITLE:
        if re.search(pattern, title, re.IGNORECASE):
            return design
    return StudyDesign.NARRATIVE_REVIEW


def is_reviewed(types: Iterable[str]) -> bool:
    """Tell whether none of the publication types is a kind that journals print without peer review."""
    return not {t.lower() for t in types} & _NOT_REVIEWED


def population(headings: Iterable[str]) -> Population | None:
    """Give whom a study looked at by its MeSH headings; None where they do not say."""
    named = {h.lower() for h in headings}
    if "humans" in named:
        return Population.HUMAN
    return Population.ANIMAL if {"animals", "mice", "rats"} & named else None
