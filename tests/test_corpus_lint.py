"""The real corpus keeps its promises: identifiers, figures, citations, tags, readability, and the article untouched."""

import hashlib
import re
import statistics
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from evals.readability import NAMES, grade
from rag.kinds import Direction, Role, StudyDesign
from rag.text import normalise, words

CORPUS = Path(__file__).parents[1] / "corpus"
# The article exactly as its owner supplied it.
ARTICLE_SHA256 = "15eafd757e072c3561dae47f4837724afebbd40eaaec143d9632a90506704a86"
NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), 2
    )
}
TENS = {
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "half": "50",
    "once": "1",
    "twice": "2",
}
NEAR_EQUAL = 0.9  # share of words in common above which two passages say the same


def figures(text: str, *, spelt: bool = True) -> set[str]:
    """Every number in a text without its thousands separators; number words too where ``spelt``."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", normalise(text))
    found = {
        number.rstrip("0").rstrip(".") if "." in number else number for number in re.findall(r"\d+(?:\.\d+)?", text)
    }
    named = {(NUMBER_WORDS | TENS)[w] for w in re.findall(r"[a-z]+", text.lower()) if w in NUMBER_WORDS | TENS}
    return found | (named if spelt else set())


@pytest.fixture(scope="module")
def sources(corpus):
    return {id_: source for id_, source in corpus.sources.items() if not source.is_article}


@pytest.fixture(scope="module")
def sentences(corpus):
    return [sentence for topic in corpus.topics for sentence in topic.sentences]


def test_identifiers_are_well_formed(sources):
    forms = {
        "doi": r"10\.\d{4,9}/\S+[^\s.,;]", "pmid": r"[1-9]\d{0,8}", "pmcid": r"PMC\d+", "url": r"https?://[^\s/]+\.\S+",
        "retracted_on": r"\d{4}(-\d\d){0,2}", "reviewed_on": r"\d{4}-\d\d-\d\d",
    }  # fmt: skip
    for source in sources.values():
        for name, form in forms.items():
            value = getattr(source, name)
            assert value is None or re.fullmatch(form, value), f"{source.id}: {name} {value!r}"


def test_identifier_belongs_to_one_source(sources):
    for name in ("doi", "pmid", "pmcid"):
        known = Counter(str(value).lower() for s in sources.values() if (value := getattr(s, name)))
        assert [value for value, count in known.items() if count > 1] == []


def test_years_are_plausible(sources):
    odd = [s.id for s in sources.values() if s.year is not None and not 1950 <= s.year <= date.today().year]
    assert odd == []


def test_every_source_can_be_found_again(sources):
    lost = [s.id for s in sources.values() if not (s.doi or s.pmid or s.pmcid or s.url)]
    assert lost == []


def test_every_source_has_two_passages_and_is_reviewed(sources):
    assert [s.id for s in sources.values() if len(s.passages) < 2] == []
    assert [s.id for s in sources.values() if s.status != "reviewed"] == []


def test_library_is_large_enough(sources, corpus):
    sound = [s for s in sources.values() if s.peer_reviewed or s.official]
    assert len(sound) >= 150
    assert sum(len(s.passages) for s in sources.values()) >= 500
    assert len(corpus.cells) >= 120


def test_official_and_peer_reviewed_fit_the_kind_of_source(sources):
    for source in sources.values():
        assert not (source.study_design is StudyDesign.REGULATOR and source.peer_reviewed), source.id
        assert not (source.retracted_on and not source.retracted), source.id


def test_every_finding_bears_on_something(sources):
    silent = [
        p.id for s in sources.values() for p in s.passages if p.role in (Role.FINDING, Role.ADVICE) and not p.bearings
    ]
    assert silent == []


def test_no_outcome_is_tagged_twice_on_a_passage(corpus):
    twice = [p.id for p in corpus.passages.values() if len({b.outcome for b in p.bearings}) < len(p.bearings)]
    assert twice == []


def test_no_two_passages_say_the_same(sources):
    passages = [(p.id, frozenset(words(p.text))) for s in sources.values() for p in s.passages]
    by_size = sorted(passages, key=lambda pair: len(pair[1]))
    same = []
    for i, (first, mine) in enumerate(by_size):
        for second, other in by_size[i + 1 :]:
            if len(mine) < NEAR_EQUAL * len(other):
                break
            if len(mine & other) >= NEAR_EQUAL * len(mine | other):
                same.append((first, second))
    assert same == []


def test_passages_are_short_enough_to_read_as_a_quote(sources):
    assert [p.id for s in sources.values() for p in s.passages if len(p.text.split()) > 75] == []


def test_no_passage_opens_with_a_word_that_points_to_another(sources):
    opening = re.compile(r"(?:it|its|they|their|this|that|these|those|he|she|such|both)\b", re.IGNORECASE)
    leaning = [p.id for s in sources.values() for p in s.passages if opening.match(p.text)]
    assert leaning == []


def test_every_figure_of_a_topic_sentence_stands_in_a_cited_passage(sentences, corpus):
    missing = {}
    for sentence in sentences:
        held = set().union(*(figures(corpus.passages[id_].text) for id_ in sentence.cites), set())
        if absent := figures(sentence.text, spelt=False) - held:
            missing[sentence.text] = absent
    assert missing == {}


def test_every_figure_of_the_map_stands_in_a_cited_passage(corpus):
    missing = {}
    for cell in corpus.cells:
        held = set().union(*(figures(corpus.passages[id_].text) for id_ in cell.passage_ids), set())
        if absent := figures(cell.sentence, spelt=False) - held:
            missing[(cell.treatment, cell.outcome)] = (cell.sentence, absent)
    assert missing == {}


def test_topics_read_easily(corpus):
    grades = {topic.id: grade((s.text for s in topic.sentences), NAMES) for topic in corpus.topics}
    assert statistics.median(grades.values()) <= 8
    assert {id_: value for id_, value in grades.items() if value > 10} == {}


def test_map_reads_easily(corpus):
    assert grade((cell.sentence for cell in corpus.cells), NAMES) <= 8


def test_every_factual_sentence_of_a_topic_is_cited(corpus):
    for topic in corpus.topics:
        assert topic.reviewed_on, topic.id
        for part in ("main", "studies", "sure"):
            assert topic.parts.get(part), f"{topic.id} has no {part}"
            assert all(sentence.cites for sentence in topic.parts[part]), topic.id
        for sentence in topic.parts.get("unknown", ()):
            assert sentence.cites or re.search(r"\b(no|not|nobody|unknown|unclear)\b", sentence.text), sentence.text


def test_no_question_belongs_to_two_topics(corpus):
    asked = Counter(q.lower() for topic in corpus.topics for q in topic.questions)
    assert [question for question, count in asked.items() if count > 1] == []


def test_cell_rests_on_passages_with_its_tags(corpus):
    wrong = []
    for cell in corpus.cells:
        kin = corpus.vocabulary.related(cell.treatment)
        for passage in (corpus.passages[id_] for id_ in cell.passage_ids):
            if not kin & set(passage.treatments):
                wrong.append(f"{cell.treatment}/{cell.outcome}: {passage.id} is tagged {passage.treatments}")
            if passage.direction(cell.outcome) is None:
                wrong.append(f"{cell.treatment}/{cell.outcome}: {passage.id} bears on {passage.bearings}")
    assert wrong == []


def test_cell_says_which_way_and_how_surely(corpus):
    for cell in corpus.cells:
        name = f"{cell.treatment}/{cell.outcome}"
        assert cell.sentence.endswith("."), name
        assert cell.why, name
        if cell.direction is Direction.NO_STUDY:
            assert (cell.certainty, cell.studies) == (None, 0), f"{name}: passages may only show what is nearest"
        else:
            assert cell.certainty and cell.passage_ids, name


def test_direction_of_a_cell_is_that_of_a_passage_it_rests_on(corpus):
    """A cell that says "for" rests on a passage that says so; weak evidence is what a study itself calls unclear."""
    wrong = []
    for cell in corpus.cells:
        if cell.direction in (Direction.FOR, Direction.AGAINST):
            held = {corpus.passages[id_].direction(cell.outcome) for id_ in cell.passage_ids}
            weak = {Direction.UNCLEAR} if cell.outcome == "evidence" else set()
            if not held & {cell.direction, Direction.MIXED, *weak}:
                wrong.append((cell.treatment, cell.outcome, cell.direction.value, sorted(map(str, held))))
    assert wrong == []


def test_article_is_the_supplied_file_byte_for_byte():
    supplied = CORPUS / "article" / "can-stem-cells-cure-hair-loss.txt"
    assert hashlib.sha256(supplied.read_bytes()).hexdigest() == ARTICLE_SHA256


def test_article_is_marked_as_what_it_is(corpus):
    assert corpus.article.study_design is StudyDesign.ARTICLE
    assert not corpus.article.peer_reviewed
    assert len(corpus.article.passages) == 9


@pytest.fixture(scope="module")
def claims():
    return yaml.safe_load((CORPUS / "claims.yaml").read_text(encoding="utf-8"))


def test_every_reviewed_claim_is_an_exact_part_of_its_paragraph(claims, corpus):
    for claim in claims:
        assert claim["text"] in corpus.article.passages[claim["paragraph"] - 1].text, claim["id"]


def test_every_reviewed_claim_has_the_evidence_that_its_verdict_needs(claims, corpus):
    assert len({claim["id"] for claim in claims}) == len(claims) >= 20
    for claim in claims:
        for id_ in [*claim["for"], *claim["against"]]:
            assert corpus.is_evidence(corpus.passages[id_]), f"{claim['id']}: {id_}"
        if claim["verdict"] in ("supported", "limited", "mixed"):
            assert claim["for"], claim["id"]
        if claim["verdict"] in ("contradicted", "mixed"):
            assert claim["against"], claim["id"]


def test_every_source_is_cited_or_tells_something_of_its_own(sources, corpus):
    cited = [id_ for cell in corpus.cells for id_ in cell.passage_ids]
    cited += [id_ for sentence in corpus.sentences.values() for id_ in sentence.cites]
    uncited = set(sources) - {id_.partition("#")[0] for id_ in cited}
    said = (Role.FINDING, Role.ADVICE)
    silent = [id_ for id_ in uncited if not any(p.role in said and p.bearings for p in sources[id_].passages)]
    assert silent == []
