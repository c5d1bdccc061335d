"""A small real assistant, library and store for the web tests: fixed words, the product's own records."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.errors import StoreUnavailable, UsageError
from rag.evidence import Author, Cell, Found, Passage, Source
from rag.kinds import Certainty, Direction, Kind, Origin, Population, Role, Stance, StudyDesign, Verdict
from rag.language.vocabulary import Outcome, Term, Vocabulary
from rag.types import Answer, Citation, Claim, Evidence, Judgement, Paragraph, Review, Statement, Turn

ARTICLE = Path(__file__).parents[1] / "corpus" / "article" / "can-stem-cells-cure-hair-loss.txt"
ATTACK = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"


def source(source_id: str, texts: Sequence[str], **facts: object) -> Source:
    passages = tuple(
        Passage(id=f"{source_id}#{n}", source_id=source_id, number=n, role=Role.FINDING, text=text)
        for n, text in enumerate(texts, 1)
    )
    optional = {"container", "year", "volume", "issue", "page", "doi", "pmid", "pmcid", "url", "n"}
    optional |= {"participants", "intervention", "comparator", "follow_up", "funding"}
    optional |= {"retracted_on", "superseded_by"}
    blank = dict.fromkeys(optional)
    values: dict[str, object] = {
        **blank,
        "id": source_id,
        "type": "article-journal",
        "title": source_id,
        "authors": (),
        "study_design": StudyDesign.RANDOMIZED,
        "peer_reviewed": True,
        "official": False,
        "population": Population.HUMAN,
        "retracted": False,
        "reviewed_on": "2026-11-22",
        "passages": passages,
    }
    return Source(**{**values, **facts})  # type: ignore[arg-type]


KUKA = source(
    "kuka2020",
    [
        "A trial of 71 people with early pattern hair loss tested one session of the person's own fat "
        "under the scalp, with or without added fat-derived cells.",
        "Counting all 71 people with early pattern hair loss, fat grafts with added cells did no better "
        "at 24 weeks than fat alone or salt water. No group clearly beat another in hair count or width.",
        "Gains after one session of fat with added cells faded in the only subgroup of men that did better. "
        "Mean hair count gain in those men was 16.56 at 24 weeks after fat with added cells, "
        "but only 2.78 at 52 weeks.",
    ],
    title="Cell Enriched Autologous Fat Grafts to Follicular Niche "
    "Improves Hair Regrowth in Early Androgenetic Alopecia",
    authors=(Author(family="Kuka", given="G"), Author(family="Epstein", given="J")),
    container="Aesthetic Surgery Journal",
    year=2020,
    volume="40",
    issue="6",
    page="NP328-NP339",
    n=71,
    participants="Men and women with early pattern hair loss",
    follow_up="6, 12, 24 and 52 weeks",
    intervention="One session: liposuction, then purified fat under the scalp plus fat-derived cells",
    comparator="Purified fat without added cells, and salt water",
    url="https://example.org/kuka2020",
)
SHIN = source(
    "shin2018",
    [
        "In 9 women with pattern hair loss, a shop-made extract of fat stem cells was followed by "
        "more hairs at 12 weeks."
    ],
    title="Conditioned medium in women: a look back at nine patients",
    year=2018,
    study_design=StudyDesign.CASE_SERIES,
    n=9,
    reviewed_on=None,
)
FDA = source(
    "fda2020",
    [
        "The United States regulator FDA says no stem cell product is approved for hair loss.",
        "People in the United States had serious infections after unapproved stem cell injections, the FDA says.",
    ],
    title="Important patient and consumer information about regenerative medicine therapies",
    authors=(Author(literal="US Food and Drug Administration"),),
    type="webpage",
    year=2020,
    official=True,
    peer_reviewed=False,
    study_design=StudyDesign.REGULATOR,
    population=Population.NONE,
)
MOUSE = source(
    "mouse2019",
    ["In mice, fat stem cells were followed by faster hair growth."],
    title="Hair growth in mice",
    study_design=StudyDesign.ANIMAL,
    population=Population.ANIMAL,
    n=30,
    year=2019,
)
RETRACTED = source(
    "retracted2015",
    ["In a withdrawn trial, hair doubled in all people."],
    title="A withdrawn trial",
    year=2015,
    retracted=True,
    retracted_on="2017-03-01",
)
HOSTILE = source("hostile", [f"Words of an attacker {ATTACK}"], title=f"Title {ATTACK}", year=2021)
ARTICLE_SOURCE = source(
    "can-stem-cells-cure-hair-loss",
    [part.strip() for part in ARTICLE.read_text(encoding="utf-8").split("\n\n") if part.strip()][1:],
    title="Can Stem Cells Cure Hair Loss?",
    study_design=StudyDesign.ARTICLE,
    peer_reviewed=False,
    population=None,
)


@dataclass(frozen=True)
class SmallCorpus:
    """The parts of a corpus that the web reads."""

    article: Source = ARTICLE_SOURCE
    sources: dict[str, Source] = field(
        default_factory=lambda: {s.id: s for s in (KUKA, SHIN, FDA, MOUSE, RETRACTED, HOSTILE, ARTICLE_SOURCE)}
    )
    cells: tuple[Cell, ...] = (
        Cell(
            treatment="fat_mixture",
            outcome="works",
            direction=Direction.AGAINST,
            certainty=Certainty.LOW,
            why="One trial, and only 9 people got salt water.",
            studies=1,
            people=71,
            passage_ids=("kuka2020#2",),
            sentence="Fat with added cells may work no better than fat alone.",
        ),
        Cell(
            treatment="fat_mixture",
            outcome="lasts",
            direction=Direction.NO_STUDY,
            certainty=None,
            why="Nobody followed people for longer than a year.",
            studies=None,
            people=None,
            passage_ids=(),
            sentence="No study tested whether hair stays for life.",
        ),
    )

    @property
    def passages(self) -> dict[str, Passage]:
        return {p.id: p for s in self.sources.values() for p in s.passages}

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            treatments={"fat_mixture": Term(key="fat_mixture", name="fat-derived cell mixture (SVF)", words=())},
            outcomes={
                "works": Outcome(key="works", name="whether it works", for_pole="hair grew"),
                "lasts": Outcome(key="lasts", name="how long it lasts", for_pole="the effect lasts"),
            },
        )


# Phrase -> verdict, certainty, reason, deciding passage, stance.
PHRASES = {
    "safer and more effective": (
        Verdict.NO_EVIDENCE,
        None,
        "We found no study that compared the body's own cells with embryonic cells for hair loss.",
        None,
        None,
    ),
    "guarantee that there are enough": (
        Verdict.LIMITED,
        Certainty.VERY_LOW,
        "Growing cells works in a laboratory, but no study can guarantee the number.",
        "mouse2019#1",
        Stance.NEUTRAL,
    ),
    "most patients report only mild discomfort during the procedure": (
        Verdict.SUPPORTED,
        Certainty.MODERATE,
        "People in trials coped well with the procedure.",
        "kuka2020#1",
        Stance.SUPPORTS,
    ),
    "as little as 2-4 weeks": (
        Verdict.MIXED,
        Certainty.LOW,
        "Some trials saw a change at 6 weeks, others only after months.",
        "kuka2020#3",
        Stance.NEUTRAL,
    ),
    "you only have to do it once": (
        Verdict.LIMITED,
        Certainty.LOW,
        "One trial used a single session, and the gain faded.",
        "kuka2020#3",
        Stance.REFUTES,
    ),
    "a 100% natural product that has been found to be completely safe and effective": (
        Verdict.CONTRADICTED,
        Certainty.MODERATE,
        "The FDA reports serious infections after such injections.",
        "fda2020#2",
        Stance.REFUTES,
    ),
    "completely safe": (
        Verdict.CONTRADICTED,
        Certainty.HIGH,
        "No injection is completely safe. The FDA reports serious infections.",
        "fda2020#2",
        Stance.REFUTES,
    ),
    "the results are permanent once the hair has grown back": (
        Verdict.CONTRADICTED,
        Certainty.LOW,
        "In the one trial that looked at a year, most of the gain was gone.",
        "kuka2020#3",
        Stance.REFUTES,
    ),
    "sends molecular signals": (Verdict.UNJUDGED, None, "The check did not finish.", None, None),
}


def judge(text: str, origin: Origin) -> tuple[Judgement, ...]:
    """Every known phrase in a text, in order of its place."""
    found = []
    for phrase, (verdict, certainty, reason, passage_id, stance) in PHRASES.items():
        for match in re.finditer(re.escape(phrase), text):
            evidence = (Evidence(passage_id=passage_id, stance=stance, score=0.9),) if passage_id and stance else ()
            claim = Claim(text=phrase, origin=origin, span=match.span())
            found.append(Judgement(claim=claim, verdict=verdict, certainty=certainty, reason=reason, evidence=evidence))
    return tuple(sorted(found, key=lambda j: j.claim.span or (0, 0)))


def cite(marker: int, passage: Passage, origin: Source) -> Citation:
    return Citation(marker=marker, passage_id=passage.id, quote=passage.text, source=origin)


LASTING = Answer(
    question="",
    kind=Kind.ANSWER,
    statements=(
        Statement(text="No study shows that the new hair stays for life.", markers=(1,), support=Verdict.SUPPORTED),
        Statement(
            text="In one trial of 71 people, the gain had mostly faded after a year.",
            markers=(1, 2),
            support=Verdict.LIMITED,
            note="One small trial, and only some of the men in it.",
        ),
        Statement(
            text="Ask the clinic what happens if the hair falls out again.",
            markers=(),
            support=Verdict.NOT_A_CLAIM,
        ),
    ),
    citations=(
        cite(1, KUKA.passages[2], KUKA),
        cite(2, KUKA.passages[1], KUKA),
        cite(3, FDA.passages[0], FDA),
    ),
    claims=judge("the results are permanent once the hair has grown back", Origin.ARTICLE),
    suggestions=("Is it safe?", "What should I ask the clinic?"),
)
URGENT = replace(
    LASTING,
    kind=Kind.URGENT,
    statements=(
        Statement(
            text="A hot, swollen, very painful scalp after an injection can be an infection. "
            "Call your local emergency "
            "number or go to the nearest emergency department now.",
            markers=(3,),
            support=Verdict.SUPPORTED,
        ),
    ),
    claims=(),
    suggestions=(),
)
CRISIS = replace(
    URGENT,
    kind=Kind.CRISIS,
    statements=(
        Statement(
            text="I am sorry that you feel this way. Please talk to someone now. "
            "In the US and Canada, call or text 988.",
            markers=(3,),
            support=Verdict.SUPPORTED,
        ),
    ),
)
NOTHING = replace(
    LASTING,
    kind=Kind.NO_EVIDENCE,
    statements=(Statement(text="Our library has no study on this.", markers=(), support=Verdict.NO_EVIDENCE),),
    citations=(),
    claims=(),
    nearest=(Found(passage=MOUSE.passages[0], score=0.4, similarity=0.4),),
)
HOSTILE_ANSWER = replace(
    LASTING,
    statements=(Statement(text=f"Said: {ATTACK}", markers=(1,), support=Verdict.MIXED, note=ATTACK),),
    citations=(cite(1, HOSTILE.passages[0], HOSTILE),),
    claims=(
        Judgement(
            claim=Claim(text=ATTACK, origin=Origin.QUESTION, span=None),
            verdict=Verdict.UNJUDGED,
            certainty=None,
            reason=ATTACK,
            evidence=(Evidence(passage_id="hostile#1", stance=Stance.SUPPORTS, score=1.0),),
        ),
    ),
    suggestions=(ATTACK,),
)
ANSWERS = {
    "swollen": URGENT,
    "end it": CRISIS,
    "moon": NOTHING,
    "script": HOSTILE_ANSWER,
}


@dataclass
class ScriptedAssistant:
    """Answers by word: what it hears decides which fixed answer it gives."""

    settings: object
    corpus: SmallCorpus = field(default_factory=SmallCorpus)
    histories: list[int] = field(default_factory=list)

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Statement | Turn]:
        self.histories.append(len(history))
        if not question.strip():
            raise UsageError("The question is empty; type one.")
        if "explode" in question:
            raise RuntimeError("secret internals")
        answer = next((a for word, a in ANSWERS.items() if word in question), LASTING)
        yield from answer.statements
        yield Turn(question=question, understood=question, answer=replace(answer, question=question))

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Turn:
        *_, turn = self.stream(question, history)
        assert isinstance(turn, Turn)
        return turn

    def check(self, text: str) -> tuple[Judgement, ...]:
        return judge(text, Origin.TEXT)

    def review(self) -> Review:
        article = self.corpus.article
        paragraphs = tuple(
            Paragraph(number=p.number, text=p.text, claims=judge(p.text, Origin.ARTICLE)) for p in article.passages
        )
        return Review(source_id=article.id, title=article.title, paragraphs=paragraphs)


@dataclass
class ListStore:
    """Keeps what it is given in lists; fails on demand."""

    saved: list[tuple[str, Turn]] = field(default_factory=list)
    feedback: list[tuple[int, bool, str | None]] = field(default_factory=list)
    broken: bool = False

    def save(self, conversation_id: str, turn: Turn) -> int:
        if self.broken:
            raise StoreUnavailable("The store is not there.")
        self.saved.append((conversation_id, turn))
        return len(self.saved)

    def give_feedback(self, turn_id: int, liked: bool, reason: str | None) -> None:
        self.feedback.append((turn_id, liked, reason))
