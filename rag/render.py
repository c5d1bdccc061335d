"""Answers, judgements and sources as safe HTML: everything escaped, every flag said in words.

Pure. HTML is built with ``Markup``, which escapes whatever is put into it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol
from urllib.parse import quote

from markupsafe import Markup

from rag.evidence import Passage, Source
from rag.ids import number_of, owner_of
from rag.kinds import Certainty, Kind, Origin, Population, Stance, StudyDesign, Verdict
from rag.outline import Section, outline
from rag.types import EXTRACTIVE, FIXED, Answer, Citation, Evidence, Judgement, Statement

# Each verdict has a shape beside its words, so that nobody depends on colour.
VERDICT_SHAPES = {
    Verdict.SUPPORTED: "✓",
    Verdict.LIMITED: "◔",
    Verdict.MIXED: "⇄",
    Verdict.CONTRADICTED: "✕",
    Verdict.NO_EVIDENCE: "○",
    Verdict.NOT_A_CLAIM: "",
    Verdict.UNJUDGED: "?",
}
VERDICT_WORDS = {
    Verdict.SUPPORTED: "Backed by studies",
    Verdict.LIMITED: "Little or early evidence",
    Verdict.MIXED: "Studies disagree",
    Verdict.CONTRADICTED: "Studies found otherwise",
    Verdict.NO_EVIDENCE: "We found no study",
    Verdict.NOT_A_CLAIM: "Not a claim",
    Verdict.UNJUDGED: "Could not be checked",
}
# Also the reason beside a flag that came without one: a flag never stands alone.
VERDICT_MEANINGS = {
    Verdict.SUPPORTED: "Good studies in people found the same.",
    Verdict.LIMITED: "The studies are small, early, without a comparison group, or not in people.",
    Verdict.MIXED: "Good studies came to different results.",
    Verdict.CONTRADICTED: "What they found speaks against this.",
    Verdict.NO_EVIDENCE: "Our library holds no study that tested this.",
    Verdict.NOT_A_CLAIM: "Advice, a greeting or a question. There is nothing to check.",
    Verdict.UNJUDGED: "The check did not work, so treat this with care.",
}
CERTAINTY_WORDS = {
    Certainty.HIGH: "We are quite sure",
    Certainty.MODERATE: "Probably",
    Certainty.LOW: "Maybe, but we are not very sure",
    Certainty.VERY_LOW: "We are not sure",
}
STANCE_WORDS = {
    Stance.SUPPORTS: "Backs this",
    Stance.REFUTES: "Speaks against this",
    Stance.NEUTRAL: "About this, but does not settle it",
}
ORIGIN_WORDS = {
    Origin.QUESTION: "Your question says",
    Origin.ARTICLE: "The article says",
    Origin.ANSWER: "A first draft said",
    Origin.TEXT: "The text says",
}
EXPORT_WORDS = {"bibtex": "BibTeX", "ris": "RIS", "csl-json": "CSL-JSON"}
# In the order of the library: what compares many studies first, single stories and the article last.
DESIGN_WORDS = {
    StudyDesign.META_ANALYSIS: "Results of several studies, pooled",
    StudyDesign.SYSTEMATIC_REVIEW: "Systematic review of studies",
    StudyDesign.RANDOMIZED: "Randomized trial",
    StudyDesign.CONTROLLED: "Trial with a comparison group, not randomized",
    StudyDesign.COHORT: "Study that followed a group of people",
    StudyDesign.CASE_SERIES: "Series of patients, no comparison group",
    StudyDesign.CASE_REPORT: "Report on one or a few patients",
    StudyDesign.SURVEY: "Survey",
    StudyDesign.GUIDELINE: "Guideline",
    StudyDesign.REGULATOR: "Notice from a regulator",
    StudyDesign.PATIENT_PAGE: "Information page for patients",
    StudyDesign.NARRATIVE_REVIEW: "Expert overview",
    StudyDesign.ANIMAL: "Animal study",
    StudyDesign.LABORATORY: "Laboratory study",
    StudyDesign.ARTICLE: "The article we check (not peer reviewed)",
}
KIND_HEADINGS = {
    Kind.ANSWER: "",
    Kind.URGENT: "Get medical help now",
    Kind.NEEDS_CLINICIAN: "This is a question for your doctor or nurse",
    Kind.CRISIS: "You matter, and help is there for you",
    Kind.OUT_OF_SCOPE: "",  # the first sentence says so, where it is no greeting or question on this page
    Kind.NO_EVIDENCE: "We found no good evidence on this",
}
SECTION_LABELS = {Section.FOUND: "What we found", Section.SURE: "How sure are we?", Section.NEXT: "A next step"}
OUTLINED = (Kind.ANSWER, Kind.NEEDS_CLINICIAN)  # the others are short, or each of their sentences counts alike
OWN_WORDS = (EXTRACTIVE, FIXED)
UNCITED = "No source in our library is tied to this sentence."


class Shelf(Protocol):
    """Where passages and their sources are looked up; a corpus is one."""

    @property
    def passages(self) -> Mapping[str, Passage]:
        """Give the passages by id."""
        ...

    @property
    def sources(self) -> Mapping[str, Source]:
        """Give the sources by id."""
        ...


def h(template: str, **values: object) -> Markup:
    """Fill a template of ours with values of anyone's, escaped."""
    return Markup(template).format(**values)


def studied(source: Source) -> str:
    """Say whom a source studied: ``71 people``."""
    count = "number not stated" if source.n is None else f"{source.n:,}"
    match source.population:
        case Population.HUMAN:
            return "people, number not stated" if source.n is None else f"{count} people"
        case Population.ANIMAL:
            return f"animals, not people ({count})"
        case Population.LABORATORY:
            return "laboratory samples, not people"
        case Population.NONE:
            return "no study of people"
        case _:
            return "people studied: not stated"


def passage_url(passage_id: str) -> str:
    """Give the address of a passage on our own pages: ``/sources/kuka2020#p3``."""
    return f"/sources/{quote(owner_of(passage_id), safe='')}#p{quote(number_of(passage_id), safe='')}"


def badge(verdict: Verdict) -> Markup:
    """Give a verdict as shape and words."""
    return h(
        '<span class="verdict {v}"><span class="shape" aria-hidden="true">{shape}</span> {words}</span>',
        v=verdict.value, shape=VERDICT_SHAPES[verdict], words=VERDICT_WORDS[verdict],
    )  # fmt: skip


def shown_support(statement: Statement, markers: Sequence[int]) -> tuple[Verdict, str]:
    """Give the flag and its reason as they must be shown; a bare "supported" without a source is flagged."""
    if statement.support is Verdict.SUPPORTED and not markers:
        return Verdict.UNJUDGED, statement.note or UNCITED
    return statement.support, statement.note or VERDICT_MEANINGS[statement.support]


def statement_html(statement: Statement, citations: Mapping[int, Citation]) -> Markup:
    """Give one sentence with its numbered links and, when it is flagged, the flag and why."""
    markers = [marker for marker in statement.markers if marker in citations]
    verdict, reason = shown_support(statement, markers)
    links = Markup(" ").join(_marker(citations[marker]) for marker in markers)
    body = h('<p class="statement {v}">{text} {links}</p>', v=verdict.value, text=statement.text, links=links)
    if not verdict.flagged:
        return body
    # "We found no study that tested this" is its own reason.
    told = verdict is Verdict.NO_EVIDENCE and statement.text.startswith("We found no ")
    return h(
        '<div class="flagged">{body}<p class="flag {v}">{badge}{reason}</p></div>',
        body=body, v=verdict.value, badge=badge(verdict), reason="" if told else f": {reason}",
    )  # fmt: skip


def outlined_html(statements: Sequence[Statement], html: Callable[[Statement], Markup]) -> Markup:
    """Give statements in the sections of their answer: the main message stands out, the others have a small label."""
    return Markup("").join(
        h(
            '<div class="section-{section}">{label}{said}</div>', section=section.value,
            label=h('<p class="small-heading">{words}</p>', words=words) if words else "",
            said=Markup("").join(map(html, said)),
        )
        for section, said in outline(statements)
        for words in [SECTION_LABELS.get(section)]
    )  # fmt: skip


def answer_html(answer: Answer, shelf: Shelf) -> Markup:
    """Give a whole answer: heading for its kind, statements, judged claims, nearest passages, sources."""
    citations = {citation.marker: citation for citation in answer.citations}
    said = partial(statement_html, citations=citations)
    plain = Markup("").join(map(said, answer.statements))
    parts = [outlined_html(answer.statements, said) if answer.kind in OUTLINED else plain]
    if heading := KIND_HEADINGS[answer.kind]:
        parts.insert(0, h('<h2 class="kind-heading">{words}</h2>', words=heading))
    # What a draft says stands among the statements already, with its flags.
    met = [claim for claim in answer.claims if claim.claim.origin is not Origin.ANSWER]
    judged = [claim for claim in met if claim.verdict is not Verdict.NOT_A_CLAIM]
    if judged:
        cards = Markup("").join(claim_html(claim, shelf) for claim in judged)
        parts.append(h('<p class="small-heading">Claims we checked</p>{cards}', cards=cards))
    if answer.nearest:
        parts.append(_nearest(answer))
    if answer.citations:
        parts.append(sources_html(answer.citations))
    parts.append(_writer(answer))
    return h('<div class="reply {kind}">{parts}</div>', kind=answer.kind.value, parts=Markup("").join(parts))


def claim_html(judgement: Judgement, shelf: Shelf) -> Markup:
    """Give one claim with who says it, its verdict, why, how sure that is, and what decided it."""
    return h(
        '<div class="claim-card {v}"><p>{who}: “{text}”</p><p>{badge}: {reason}</p>{sure}{evidence}</div>',
        v=judgement.verdict.value, who=ORIGIN_WORDS[judgement.claim.origin], text=judgement.claim.text,
        badge=badge(judgement.verdict), reason=judgement.reason or VERDICT_MEANINGS[judgement.verdict],
        sure=certainty_html(judgement.certainty), evidence=evidence_html(judgement.evidence, shelf),
    )  # fmt: skip


def sources_html(citations: Sequence[Citation]) -> Markup:
    """Give the collapsible list of sources with the words quoted from each."""
    items = Markup("").join(
        h(
            '<li value="{n}">{quote}</li>',
            n=citation.marker, quote=_quotation(citation.quote, citation.passage_id, citation.source),
        )
        for citation in sorted(citations, key=lambda citation: citation.marker)
    )  # fmt: skip
    ids = ",".join(dict.fromkeys(citation.source.id for citation in citations))
    forms = Markup(" · ").join(
        h('<a href="/references/{form}?ids={ids}" download>{words}</a>', form=form, ids=ids, words=words)
        for form, words in EXPORT_WORDS.items()
    )
    return h(
        '<details class="sources"><summary>Sources ({n})</summary><ol>{items}</ol>'
        '<p class="export">Save these references: {forms}</p></details>',
        n=len(citations), items=items, forms=forms,
    )  # fmt: skip


def evidence_html(evidence: Sequence[Evidence], shelf: Shelf) -> Markup:
    """Give the passages that decided a verdict, quoted and linked; those the shelf lacks are left out.

    Those that settle nothing stand only where no other does; peer-reviewed sources come first.
    """
    held = [
        (item, passage, shelf.sources[passage.source_id])
        for item in evidence
        if (passage := shelf.passages.get(item.passage_id)) and passage.source_id in shelf.sources
    ]
    shown = [found for found in held if found[0].stance is not Stance.NEUTRAL] or held
    items = [
        h(
            '<li><span class="stance {stance}">{words}</span>{quotation}</li>',
            stance=item.stance.value, words=STANCE_WORDS[item.stance],
            quotation=_quotation(passage.text, passage.id, source),
        )
        for item, passage, source in sorted(shown, key=lambda found: not found[2].peer_reviewed)
    ]  # fmt: skip
    if not items:
        return Markup("")
    return h(
        '<details class="evidence"><summary>What decided this ({n})</summary><ul>{items}</ul></details>',
        n=len(items), items=Markup("").join(items),
    )  # fmt: skip


def certainty_html(certainty: Certainty | None) -> Markup:
    """Say how sure a verdict is; nothing where that was not graded."""
    if certainty is None:
        return Markup("")
    return h('<p class="sure"><span>How sure are we?</span> {words}.</p>', words=CERTAINTY_WORDS[certainty])


def _marker(citation: Citation) -> Markup:
    return h(
        '<a class="marker" href="{url}" title="{title}" target="_blank" rel="noopener">[{n}]</a>',
        url=passage_url(citation.passage_id), n=citation.marker,
        title=f"{citation.source.title} — {DESIGN_WORDS[citation.source.study_design]}",
    )  # fmt: skip


def _quotation(words: str, passage_id: str, source: Source) -> Markup:
    return h(
        '<blockquote>{words}</blockquote><p class="from"><a href="{url}" target="_blank" '
        'rel="noopener">{title}</a> ({year}). {design}; {studied}.{withdrawn}</p>',
        withdrawn=" This study was retracted." if source.retracted else "", words=words,
        url=passage_url(passage_id), title=source.title, year=source.year or "year not stated",
        design=DESIGN_WORDS[source.study_design], studied=studied(source),
    )  # fmt: skip


def _nearest(answer: Answer) -> Markup:
    items = Markup("").join(
        h(
            '<li><a href="{url}" target="_blank" rel="noopener">{text}</a></li>',
            url=passage_url(found.passage.id), text=found.passage.text,
        )
        for found in answer.nearest
    )  # fmt: skip
    return h('<p class="small-heading">The nearest we have</p><ul class="nearest">{items}</ul>', items=items)


def _writer(answer: Answer) -> Markup:
    if answer.generator in OWN_WORDS:
        return Markup("")
    return h(
        '<p class="writer">Drafted by {name}. We checked each sentence against the sources.</p>', name=answer.generator
    )
