"""One definition of "supported": a claim against the evidence map and the passages, whoever made the claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from rag.cells import Cells
from rag.comparison import content, counted
from rag.corpus import Corpus
from rag.deciding import Decider, Grounds, Heard, Summary
from rag.errors import RagError
from rag.evidence import Found
from rag.explaining import explained
from rag.grammar import stated
from rag.guards import FigureCheck, check_figures
from rag.kinds import Origin, Stance, Verdict
from rag.known_texts import KnownTexts
from rag.mapped import Mapped, asserted
from rag.nearest import Nearest, Opinion
from rag.precedents import Precedent, Precedents
from rag.reading import DEFAULT_TOPIC, Reading, names_another_agent, read, unread_share
from rag.resolution import CLAIM_PARTS, CLAIM_WEIGHTS, Resolution
from rag.retrieval import CELL, EVIDENCE, LINE, SENTENCE, Retriever, corpus_entries
from rag.seeking import Places, Seeking
from rag.stance import JointStance, StanceModel, both_readers, shares_of
from rag.standing import named, parts, subject, tells_of_causes
from rag.text import Unit, plainly_written
from rag.types import Claim, Judgement, Vectors
from rag.weighing import SURE

_MOST_EVIDENCE = 6
_HEARD = 8  # passages that are asked what they say of a claim
_READ_CLOSELY = 4  # of these, nearest first, by the network too: each costs it three embeddings
_SUMMARIES = 4  # of the map and of the topics each
_READ_SHELVES = (EVIDENCE, LINE, SENTENCE, CELL)
_OF_THE_CELL = 3  # passages of the map's cell that are asked besides
# Share of support from which nothing is flagged, leaning to caution. Of the 5,375 training claims, crossed, .956 of
# those to be flagged are, at a precision of .910; .947 at .916 with a share of .5, .963 at .900 with .6.
SUPPORT_SHARE = 0.55
# Share of unread words up to which a sure cell that says as much as the claim decides alone: of 17 such training claims
# 12 are supported, and the signs together find 14 to be. What the map says otherwise of such claims is right for .61 of
# 317, what the signs say for .78.
WHOLLY_READ = 0.1
# A claim on something that no evidence names has precedents only from this likeness on: "the moon makes hair grow" is
# not like "fat makes hair grow" (.57). It costs nothing: macro-F1 of the training claims, crossed, .746 and .745.
_ALIKE = 0.65


@dataclass(frozen=True, kw_only=True)
class EvidenceJudge:
    """Judges by the claim's reading, the evidence map, what the nearest passages say, and guards on top.

    ``stance`` decides what one passage says of a claim; both readers of ``rag.stance`` where none is given.
    Without a ``decider`` the map decides, and the nearest passage where the map is silent.
    """

    corpus: Corpus
    retriever: Retriever
    stance: StanceModel | None = None
    decider: Decider | None = field(default_factory=Decider)
    precedents: Precedents = field(default_factory=Precedents)
    seeking: Seeking = field(default_factory=Seeking)
    resolution: Resolution = field(default_factory=lambda: Resolution(weights=CLAIM_WEIGHTS, names=CLAIM_PARTS))
    _of_the_article: dict[Claim, Judgement] = field(default_factory=dict, repr=False)  # it does not change while we run

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
        claim, reading, found = self._looked_up(asked)
        opinion = self._mapped.judge(reading, found)
        if self.decider is None or not found:
            decided = opinion or self._nearest.judge(claim, reading, found)
        else:
            grounds = self._grounds(claim, reading, found, opinion)
            decided = self._decided(self.decider.shares(grounds), grounds, opinion)
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
        claim, reading, found = self._looked_up(claim)
        return self._grounds(claim, reading, found, self._mapped.judge(reading, found)) if found else None

    def _looked_up(self, asked: Claim) -> tuple[Claim, Reading, list[Found]]:
        """Give a claim as it is read, how it reads, and what was found near it that may decide."""
        claim = self.as_read(asked)
        reading = self.reading(claim)
        near = self.retriever.find(claim.text, 20, topic=reading.subjects)
        found = {f.passage.id: f for f in near if self.corpus.may_decide(f.passage)}
        if found:  # where nothing is near at all, nothing is sought further
            vector = self.retriever.embed(claim.text)
            for id_, cosine in self._sought(claim)[:_HEARD]:
                passage, similarity = self.corpus.passages[id_], self.retriever.similarity(id_, vector)
                found.setdefault(id_, Found(passage=passage, score=cosine, similarity=similarity))
        return claim, reading, list(found.values())

    def as_read(self, claim: Claim) -> Claim:
        """Give a claim as a statement, its slips of the pen mended, neither shouted nor spaced out, its subject named.

        Of 59 development claims with slips 5 get another verdict so, 11 as they stand; of 45 in capitals none.
        """
        bare = stated(self.retriever.respelt(plainly_written(claim.text)))
        return replace(claim, text=named(bare, subject(claim, self.corpus.vocabulary)))

    def _sought(self, claim: Claim) -> list[tuple[str, float]]:
        """Give the passages in which what decides a claim probably stands, with how near they lie, nearest first."""
        cosines = self._places.cosines(self._aim(claim))
        return sorted(cosines.items(), key=lambda item: (-item[1], item[0]))

    def _aim(self, claim: Claim) -> Vectors:
        """Give the vector near which what decides a claim lies."""
        return self.seeking.of_claim(self.placed(claim))

    def placed(self, claim: Claim) -> Vectors:
        """Give the vector of a claim as it is read; of one in running text where it would lie standing alone."""
        vectors = {name: self.retriever.embed(text) for name, text in parts(claim).items()}
        return self.resolution.placed(vectors) if vectors else self.retriever.embed(claim.text)

    @cached_property
    def _places(self) -> Places:
        return Places(corpus=self.corpus, index=self.retriever.index)

    def reading(self, claim: Claim) -> Reading:
        """Read a claim; where it names no treatment, the treatments of its surroundings stand in."""
        reading = read(claim.text, self.corpus.vocabulary, claim.topic)
        if reading.treatments:
            return reading
        if names_another_agent(claim.text, self.corpus.vocabulary) or tells_of_causes(claim.text):
            return replace(reading, topic=())
        if reading.topic or set(reading.conditions) - {"any"} or "cause" in reading.outcomes:
            return reading
        return replace(reading, topic=DEFAULT_TOPIC)

    # ------------------------------------------------------------------ what there is to go by

    @cached_property
    def _cells(self) -> Cells:
        return Cells(corpus=self.corpus)

    @cached_property
    def _mapped(self) -> Mapped:
        return Mapped(corpus=self.corpus, cells=self._cells)

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(corpus=self.corpus, cells=self._cells)

    @cached_property
    def model(self) -> StanceModel:
        """Give the model that says what one passage says of a claim."""
        return self.stance or self._readers

    @cached_property
    def _glance(self) -> StanceModel:
        """Give the model for what lies farther off: the trees alone, which cost a fiftieth of the network."""
        return self.stance or self._readers.trees

    @cached_property
    def _readers(self) -> JointStance:
        ids = {entry.text: entry.id for entry in corpus_entries(self.corpus) if entry.shelf in _READ_SHELVES}
        known = KnownTexts(embedder=self.retriever.embedder, index=self.retriever.index, ids=ids)
        return both_readers(known, self.corpus.vocabulary)

    @cached_property
    def _lexicon(self) -> frozenset[str]:
        texts = (p.text for p in self.corpus.passages.values() if self.corpus.may_decide(p))
        return frozenset().union(*map(content, texts))

    def _grounds(self, claim: Claim, reading: Reading, found: Sequence[Found], opinion: Opinion | None) -> Grounds:
        figures = self._figures(claim, reading, found, opinion)
        asked = content(claim.text)
        heard = self._heard(claim, reading, found, opinion)
        other_agent = not reading.treatments and names_another_agent(claim.text, self.corpus.vocabulary)
        unheard = len(asked - self._lexicon) / max(1, len(asked))
        alike = _ALIKE if other_agent and unheard else -1.0
        return Grounds(
            claim=claim.text,
            reading=reading,
            asserted=asserted(reading),
            opinion=opinion.verdict if opinion else None,
            cell=opinion.cell if opinion else None,
            heard=heard,
            cells=self._summaries(claim, reading, CELL),
            summaries=self._summaries(claim, reading, SENTENCE),
            precedents=self._precedents(claim, reading, heard, alike),
            in_text=claim.around is not None,
            assumed_topic=not reading.treatments and bool(reading.topic),
            other_agent=other_agent,
            unheard=unheard,
            unread=unread_share(claim.text, self.corpus.vocabulary),
            figures_met=figures.all_met,
            figures_rivalled=bool(figures.rivals),
        )

    def _heard(
        self, claim: Claim, reading: Reading, found: Sequence[Found], opinion: Opinion | None
    ) -> tuple[Heard, ...]:
        near = self._places.cosines(self._aim(claim))
        passages = [f.passage for f in sorted(found, key=lambda f: (-near[f.passage.id], f.passage.id))[:_HEARD]]
        of_cell = [self.corpus.passages[i] for i in (opinion.cell.passage_ids if opinion and opinion.cell else ())]
        passages += [p for p in of_cell if p not in passages][:_OF_THE_CELL]
        pairs = [(claim.text, p.text) for p in passages]
        shares = shares_of(self.model, pairs[:_READ_CLOSELY]) + shares_of(self._glance, pairs[_READ_CLOSELY:])
        vector = self.retriever.embed(claim.text)
        return tuple(
            Heard(
                passage=p,
                source=self.corpus.sources[p.source_id],
                shares=share,
                nearness=near.get(p.id, -1.0),
                similarity=self.retriever.similarity(p.id, vector),
                on_topic=self._cells.on_topic(p, reading),
                certainty=self._nearest.certainty(p),
            )
            for p, share in zip(passages, shares, strict=True)
        )

    def _precedents(
        self, claim: Claim, reading: Reading, heard: Sequence[Heard], least: float
    ) -> tuple[Precedent, ...]:
        """Give the claims judged before that are most like a claim."""
        names = [self.corpus.vocabulary.treatments[key].name for key in claim.topic[:1] if not reading.treatments]
        alone = self.retriever.embed(": ".join([*names, claim.text])) if claim.around is None else None
        vector = self.placed(claim) if alone is None else alone
        return self.precedents.near(vector, {one.source.id for one in heard}, least)

    def _summaries(self, claim: Claim, reading: Reading, shelf: str) -> tuple[Summary, ...]:
        """Give the reviewed sentences of a shelf that are nearest to a claim, with what they say of it."""
        near = self.retriever.index.dense(self._aim(claim), _SUMMARIES, (shelf,))
        cells = [self.corpus.cell_by_id.get(id_) for id_, _ in near]
        texts = [c.sentence if c else self.corpus.sentences[id_].text for (id_, _), c in zip(near, cells, strict=True)]
        shares = shares_of(self._glance, [(claim.text, text) for text in texts])
        return tuple(
            Summary(
                text=text,
                cell=cell,
                shares=share,
                similarity=cosine,
                same_treatment=cell is not None and cell.treatment in reading.subjects,
            )
            for (_, cosine), cell, text, share in zip(near, cells, texts, shares, strict=True)
        )

    # ------------------------------------------------------------------ the verdict

    def _decided(self, shares: Mapping[Verdict, float], grounds: Grounds, opinion: Opinion | None) -> Opinion:
        if opinion and opinion.verdict is Verdict.SUPPORTED and _plainly_so(grounds):
            return explained(opinion.verdict, grounds, opinion)
        best = max(shares, key=lambda v: (shares[v], v))
        # Of 13 such development claims that promise all, 11 are contradicted and 2 flagged otherwise; of 18 claims, dev
        # and training, that name the day of the first results, 11 and 4. "No side effects in 30 men" promises nothing.
        over = _promises_all(grounds.reading) or _names_a_day(grounds)
        found_so = best is Verdict.SUPPORTED and grounds.figures_met and counted(grounds.claim)
        if over and not found_so and opinion and opinion.verdict is Verdict.CONTRADICTED:
            best = Verdict.CONTRADICTED
        if best is Verdict.SUPPORTED and (shares[best] < SUPPORT_SHARE or not _borne_out(grounds)):
            best = max((v for v in shares if v is not Verdict.SUPPORTED), key=lambda v: (shares[v], v))
        return explained(best, grounds, opinion)

    def _figures(self, claim: Claim, reading: Reading, found: Sequence[Found], opinion: Opinion | None) -> FigureCheck:
        ids = {e.passage_id for e in opinion.evidence} if opinion else set()
        ids |= {f.passage.id for f in found if self._cells.on_topic(f.passage, reading)}
        return check_figures(reading, (self.corpus.passages[i] for i in sorted(ids)), claim.text)

    def _guard_figures(self, decided: Opinion, claim: Claim, reading: Reading, found: Sequence[Found]) -> Opinion:
        """Take back support from a claim whose figures stand in no passage."""
        if decided.verdict is not Verdict.SUPPORTED:
            return decided
        check = self._figures(claim, reading, found, decided)
        if check.all_met:
            return decided
        if check.rivals and set(check.rivals) & {e.passage_id for e in decided.evidence}:
            return replace(
                decided, verdict=Verdict.CONTRADICTED, reason=f"Studies give another figure. {decided.reason}"
            )
        return replace(decided, verdict=Verdict.LIMITED, reason=f"We found no study with this figure. {decided.reason}")

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
    """Tell whether a claim promises something without exception."""
    return reading.absolute and any(a.positive for a in asserted(reading))
