"""The verdict on a claim that somebody makes (a question, the article, a text), by the evidence map and the passages.

What our own answers say is held otherwise: see ``rag.answers.citations.Sentence``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from rag.errors import RagError
from rag.evidence import Found
from rag.judging.deciding import Decider
from rag.judging.explaining import contradicted_by, explained
from rag.judging.grounds import Gathering, Grounds
from rag.judging.impression import Impressions
from rag.judging.mapped import Mapped, asserted
from rag.judging.nearest import NOTHING_NEAR, Opinion
from rag.judging.rivals import turns
from rag.judging.stance import StanceModel
from rag.judging.weighing import SURE
from rag.kinds import Origin, Stance, Verdict
from rag.language.reading import Reading
from rag.library.corpus import Corpus
from rag.quantities import Unit, counted
from rag.search.resolution import Resolution
from rag.search.retrieval import Retriever
from rag.types import Claim, Judgement

_MOST_EVIDENCE = 6
# Share of support from which nothing is flagged, leaning to caution. Of 5,380 training claims, crossed by author,
# .960 of those to be flagged are, at a precision of .932; .954 at .938 with a share of .55, .967 at .927 with .65. Of
# 1,287 on sources that hardly any claim judged before speaks of .937 at .859; .926 at .868 and .945 at .839.
# .65 finds no more of 329 claims held back (.932 at .928 in place of .937): those that are missed have a larger share.
SUPPORT_SHARE = 0.6
# Share of unread words up to which a sure cell that says as much as the claim decides alone: of 17 such training claims
# 12 are supported, and the signs together find 14 to be. What the map says otherwise of such claims is right for .61 of
# 317, what the signs say for .78.
WHOLLY_READ = 0.1
_NO_PROMISE = frozenset({"cause", "cost", "access"})


@dataclass(frozen=True, kw_only=True)
class EvidenceJudge:
    """Judges by the claim's reading, the evidence map, what the nearest passages say, and guards on top.

    ``stance`` decides what one passage says of a claim; both readers of ``rag.judging.stance`` where none is given.
    Where nothing is near, the map alone decides.
    """

    corpus: Corpus
    retriever: Retriever
    stance: StanceModel | None = None
    impressions: Impressions | None = None
    decider: Decider = field(default_factory=Decider)
    resolution: Resolution | None = None  # another than the one that stands, while it is being made
    _of_the_article: dict[Claim, Judgement] = field(default_factory=dict, repr=False)  # no more than it has claims

    @cached_property
    def gathering(self) -> Gathering:
        """Give what gathers the grounds of a verdict."""
        gathering = Gathering(
            corpus=self.corpus, retriever=self.retriever, stance=self.stance, impressions=self.impressions
        )
        return replace(gathering, resolution=self.resolution) if self.resolution else gathering

    @property
    def model(self) -> StanceModel:
        """Give the model that says what one passage says of a claim."""
        return self.gathering.model

    @cached_property
    def _mapped(self) -> Mapped:
        return Mapped(corpus=self.corpus, cells=self.gathering.cells)

    def judge(self, claim: Claim) -> Judgement:
        """Give the verdict on one claim with its reason and deciding passages; deterministic.

        A model that fails gives ``unjudged`` with the reason, never a verdict.
        """
        if claim.origin is not Origin.ARTICLE:
            return self._judged_or_not(claim)
        if claim not in self._of_the_article:
            judged = self._judged_or_not(claim)
            if judged.verdict is Verdict.UNJUDGED:  # the next one who asks may have better luck
                return judged
            self._of_the_article[claim] = judged
        return self._of_the_article[claim]

    def _judged_or_not(self, claim: Claim) -> Judgement:
        try:
            return self._judged(claim)
        except (RagError, RuntimeError, ValueError, OSError) as error:  # whatever a model raises when it cannot answer
            reason = f"The check itself failed, so this claim was not judged: {str(error).rstrip('.')}."
            return Judgement(claim=claim, verdict=Verdict.UNJUDGED, certainty=None, reason=reason, evidence=())

    def _judged(self, asked: Claim) -> Judgement:
        claim, reading, found = self.gathering.looked_up(asked)
        opinion = self._mapped.judge(reading, found)
        if found:
            grounds = self.gathering.grounds(claim, reading, found, opinion)
            decided = self._guard_turned(self._decided(self.decider.shares(grounds), grounds, opinion), grounds)
        else:
            decided = opinion or NOTHING_NEAR
        decided = self._guard_strength(self._guard_figures(decided, claim, reading, found), reading)
        return Judgement(
            claim=asked,
            verdict=decided.verdict,
            certainty=decided.certainty,
            reason=decided.reason,
            evidence=decided.evidence[:_MOST_EVIDENCE],
        )

    def grounds(self, claim: Claim) -> Grounds | None:
        """Give what a verdict on a claim would rest on; None where nothing near it was found."""
        claim, reading, found = self.gathering.looked_up(claim)
        return self.gathering.grounds(claim, reading, found, self._mapped.judge(reading, found)) if found else None

    # ------------------------------------------------------------------ the verdict

    def _decided(self, shares: Mapping[Verdict, float], grounds: Grounds, opinion: Opinion | None) -> Opinion:
        plainly = opinion.verdict if opinion and _plainly_so(grounds) else None
        if plainly is Verdict.SUPPORTED:
            return explained(plainly, grounds, opinion)
        best = max(shares, key=lambda v: (shares[v], v))
        # Of 13 such development claims that promise all, 11 are contradicted and 2 flagged otherwise; of 18 claims, dev
        # and training, that name the day of the first results, 11 and 4. "No side effects in 30 men" promises nothing.
        over = _promises_all(grounds.reading) or _names_a_day(grounds)
        found_so = best is Verdict.SUPPORTED and grounds.figures_met and counted(grounds.claim)
        if over and not found_so and opinion and opinion.verdict is Verdict.CONTRADICTED:
            best = Verdict.CONTRADICTED
        doubted = shares[best] < SUPPORT_SHARE or not _borne_out(grounds) or plainly is Verdict.CONTRADICTED
        if best is Verdict.SUPPORTED and doubted:
            best = max((v for v in shares if v is not Verdict.SUPPORTED), key=lambda v: (shares[v], v))
        return explained(best, grounds, opinion)

    def _guard_figures(self, decided: Opinion, claim: Claim, reading: Reading, found: Sequence[Found]) -> Opinion:
        """Take back support from a claim whose figures stand in no passage."""
        if decided.verdict is not Verdict.SUPPORTED:
            return decided
        check = self.gathering.figures(claim, reading, found, decided)
        if check.all_met:
            return decided
        if check.rivals and set(check.rivals) & {e.passage_id for e in decided.evidence}:
            return replace(
                decided, verdict=Verdict.CONTRADICTED, reason=f"Studies give another figure. {decided.reason}"
            )
        return replace(decided, verdict=Verdict.LIMITED, reason=f"We found no study with this figure. {decided.reason}")

    def _guard_turned(self, decided: Opinion, grounds: Grounds) -> Opinion:
        """Contradict a claim that puts first what a finding puts behind: "2% grows more than 5%", "PRP beats ..."."""
        if decided.verdict not in (Verdict.SUPPORTED, Verdict.LIMITED):
            return decided
        heard = {h.passage.text: h for h in grounds.heard}
        turned = next(turns(grounds.claim, heard, self.corpus.vocabulary), None)
        return contradicted_by(heard[turned], decided) if turned else decided

    def _guard_strength(self, decided: Opinion, reading: Reading) -> Opinion:
        """Take back support from a promise without exception: no study can carry it."""
        if decided.verdict is Verdict.SUPPORTED and _promises_all(reading):
            return replace(decided, verdict=Verdict.LIMITED)
        return decided


def _plainly_so(grounds: Grounds) -> bool:
    """Tell whether every telling word of a claim was read and its cell of the map is sure."""
    return grounds.unread <= WHOLLY_READ and grounds.cell is not None and grounds.cell.certainty in SURE


def _borne_out(grounds: Grounds) -> bool:
    """Tell whether the map, a passage, or a reviewed sentence says as much as the claim: without one nothing does."""
    heard = [passage.shares for passage in grounds.heard]
    reviewed = [summary.shares for summary in (*grounds.cells, *grounds.summaries)]
    return grounds.opinion is Verdict.SUPPORTED or any(
        shares[Stance.SUPPORTS] > shares[Stance.REFUTES] for shares in (*heard, *reviewed)
    )


def _names_a_day(grounds: Grounds) -> bool:
    """Tell whether a claim promises results by a stated time."""
    soon = any(a.outcome == "how_soon" and a.positive for a in grounds.asserted)
    return soon and any(figure.unit is Unit.TIME for figure in counted(grounds.claim))


def _promises_all(reading: Reading) -> bool:
    """Tell whether a claim promises something without exception; what always causes something is no promise."""
    return reading.absolute and any(a.positive and a.outcome not in _NO_PROMISE for a in asserted(reading))
