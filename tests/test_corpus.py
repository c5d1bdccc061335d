"""The corpus is loaded as a whole, and every fault is reported at once with its file and its mend."""

import pytest
from tiny import ARTICLE_FACTS, MAP, TOPIC, VOCABULARY, source_file

from rag.errors import CorpusError, UsageError
from rag.kinds import Certainty, Direction, Role
from rag.library.corpus import article_paragraphs, load_corpus

GOOD = source_file("new2021")


def faults_of(directory, local=None) -> tuple[str, ...]:
    with pytest.raises(CorpusError) as caught:
        load_corpus(directory, local)
    return caught.value.faults


def test_valid_corpus_is_loaded_whole(tiny_corpus):
    corpus = load_corpus(tiny_corpus())
    assert list(corpus.sources) == ["article", "cells2020", "foam2018", "gone2015"]
    assert len(corpus.passages) == 8
    assert corpus.cell_of[("stem_cells", "lasts")].certainty is Certainty.LOW
    assert corpus.cell_of[("exosomes", "safety")].direction is Direction.NO_STUDY
    assert corpus.topic_of["topic-lasting"].parts["main"][0].cites == ("cells2020#2",)
    assert [p.text for p in corpus.article.passages] == ["Stem cells work.", "The results are permanent."]


def test_passage_carries_its_tags_and_the_source_s_defaults(tiny_corpus):
    text = GOOD.replace(
        "bears on: works = for", "bears on: works = mixed, safety = for\ntreatments: [exosomes]\npopulation: animal"
    )
    passage = load_corpus(tiny_corpus({"sources/new2021.md": text})).passages["new2021#1"]
    assert passage.role is Role.FINDING
    assert (passage.direction("works"), passage.direction("safety")) == (Direction.MIXED, Direction.FOR)
    assert (passage.treatments, passage.conditions) == (("exosomes",), ("pattern",))
    assert passage.population == "animal"


def test_article_and_retracted_sources_and_summaries_are_never_evidence(tiny_corpus):
    corpus = load_corpus(tiny_corpus())
    evidence = {p.source_id for p in corpus.passages.values() if corpus.is_evidence(p)}
    assert evidence == {"cells2020", "foam2018"}
    assert not any(corpus.is_evidence(sentence) for sentence in corpus.sentences.values())


def test_superseded_source_is_never_evidence(tiny_corpus):
    old = GOOD.replace("superseded_by: null", "superseded_by: cells2020")
    corpus = load_corpus(tiny_corpus({"sources/new2021.md": old}))
    assert not corpus.is_evidence(corpus.passages["new2021#1"])


@pytest.mark.parametrize(("wanted", "named"), [({"design": "rumour"}, "rumour"), ({"treatment": "oil"}, "oil")])
def test_sources_of_an_unknown_kind_are_refused_in_words_of_the_library(tiny_corpus, wanted, named):
    with pytest.raises(UsageError, match=rf"^The (kind of study|treatment) '{named}' is unknown; give one of "):
        load_corpus(tiny_corpus()).select(**wanted)


def test_local_sources_stand_beside_the_repository_s(tiny_corpus, tmp_path):
    local = tmp_path / "local"
    local.mkdir()
    (local / "mine2024.md").write_text(source_file("mine2024"), encoding="utf-8")
    assert "mine2024" in load_corpus(tiny_corpus(), local).sources
    assert "cells2020" in load_corpus(tiny_corpus(), tmp_path / "nowhere").sources


BROKEN_SOURCES = [
    (b"\xff\xfe---", "not UTF-8"),
    ("no front matter", "front matter"),
    ("---\nid: [\n---\n", "line"),
    ("---\n- a list\n---\n", "key: value"),
    (GOOD.replace('title: "A trial of stem_cells"\n', ""), "`title` is missing"),
    (GOOD.replace("id: new2021", "id: other"), "`id`"),
    (GOOD.replace("randomized_controlled_trial", "anecdote"), "`study_design`"),
    (GOOD.replace("population: human", "population: martian"), "`population`"),
    (GOOD.replace("n: 71", 'n: "many"'), "`n`"),
    (GOOD.replace("n: 71", "n: -3"), "`n`"),
    (GOOD.replace("issued: 2020", "issued: 3020"), "`issued`"),
    (GOOD.replace("10.1000/new2021", "doi:new2021"), "`DOI`"),
    (GOOD.replace("treatments: [stem_cells]", "treatments: [snake_oil]"), "snake_oil"),
    (GOOD.replace("conditions: [pattern]", "conditions: [boredom]"), "boredom"),
    (GOOD.replace("works = for", "tastiness = for"), "tastiness"),
    (GOOD.replace("works = for", "works = perhaps"), "perhaps"),
    (GOOD.replace("works = for", "works = no_study"), "no_study"),
    (GOOD.replace("## 1 finding", "## 1 rumour"), "rumour"),
    (GOOD.replace("## 2 finding", "## 7 finding"), "number 2"),
    (GOOD.replace("bears on: works", "bearing: works"), "bearing"),
    (GOOD.replace('  - {family: "Lee", given: "A"}', '  - {first: "Ann"}'), "author"),
    (GOOD.replace('\n  - {family: "Lee", given: "A"}', ' "Lee A"'), "author"),
    (GOOD.replace("official: false", "official: 'no'"), "`official` 'no' must be true or false"),
    (GOOD.replace("peer_reviewed: true", "peer_reviewed: no, see notes"), "`peer_reviewed`"),
    (GOOD.replace("retracted: false", "retracted: [false]"), "`retracted`"),
    (GOOD.replace("randomized_controlled_trial", "[cohort]"), "`study_design`"),
    (GOOD.replace("population: human", "population: [human]"), "`population`"),
    (GOOD.replace("treatments: [stem_cells]", "treatments: 5"), "`treatments` 5 must be a list"),
    (GOOD.replace("conditions: [pattern]", "conditions: [2020]"), "`conditions`"),
    (GOOD.split("## 1")[0], "no passage"),
    (GOOD.replace("superseded_by: null", "superseded_by: nobody2030"), "nobody2030"),
]


@pytest.mark.parametrize(("content", "named"), BROKEN_SOURCES, ids=[named for _, named in BROKEN_SOURCES])
def test_broken_source_is_reported_with_its_file_and_field(tiny_corpus, content, named):
    faults = faults_of(tiny_corpus({"sources/new2021.md": content}))
    assert all(fault.startswith("new2021.md: ") for fault in faults)
    assert all(fault.endswith(".") for fault in faults), "a fault is a sentence with its mend"
    assert any(named in fault for fault in faults), faults


def test_every_broken_file_is_reported_at_once(tiny_corpus):
    files = {f"sources/bad{i}.md": content for i, (content, _) in enumerate(BROKEN_SOURCES[:4])}
    faults = faults_of(
        tiny_corpus(
            {**files, "evidence_map.yaml": "stem_cells: {works: {direction: up}}", "topics/empty.md": "---\n---\n"}
        )
    )
    named = {fault.partition(":")[0] for fault in faults}
    assert named == {"bad0.md", "bad1.md", "bad2.md", "bad3.md", "evidence_map.yaml", "empty.md"}


def test_several_faults_of_one_file_are_reported_at_once(tiny_corpus):
    text = GOOD.replace("n: 71", "n: 0").replace("issued: 2020", "issued: soon").replace("works = for", "works = x")
    assert len(faults_of(tiny_corpus({"sources/new2021.md": text}))) == 3


def test_one_word_for_a_list_is_one_fault_and_not_one_a_letter(tiny_corpus):
    text = GOOD.replace("treatments: [stem_cells]", "treatments: stem_cells")
    (fault,) = faults_of(tiny_corpus({"sources/new2021.md": text}))
    assert "`treatments` 'stem_cells' must be a list" in fault


def test_id_used_twice_is_a_fault(tiny_corpus, tmp_path):
    local = tmp_path / "local"
    local.mkdir()
    (local / "cells2020.md").write_text(source_file("cells2020"), encoding="utf-8")
    (fault,) = faults_of(tiny_corpus(), local)
    assert "cells2020" in fault
    assert "twice" in fault


def test_local_source_cannot_take_the_place_of_the_article(tiny_corpus, tmp_path):
    local = tmp_path / "local"
    local.mkdir()
    (local / "article.md").write_text(source_file("article"), encoding="utf-8")
    (fault,) = faults_of(tiny_corpus(), local)
    assert "article" in fault and "twice" in fault


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("vocabulary.yaml", "vocabulary.yaml"),
        ("evidence_map.yaml", "evidence_map.yaml"),
        ("article/story.yaml", "article"),
        ("article/story.txt", "story"),
    ],
)
def test_missing_file_is_named(tiny_corpus, name, named):
    faults = faults_of(tiny_corpus({name: None}))
    assert any("missing" in fault and fault.startswith(named) for fault in faults), faults


def test_missing_directory_is_named(tmp_path):
    faults = faults_of(tmp_path / "nowhere")
    assert any("nowhere" in fault and "restore" in fault for fault in faults)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[1, 2]", "key: value"),
        ("stem_cells: {works: {direction: up, why: x, sentence: x}}", "up"),
        ("stem_cells: {works: {direction: for, sentence: x}}", "why"),
        ("stem_cells: {works: {direction: for, why: x, sentence: x, certainty: total}}", "total"),
        ("snake_oil: {works: {direction: for, why: x, sentence: x}}", "snake_oil"),
        ("stem_cells: {works: {direction: for, why: x, sentence: x, passages: [gone2015#1]}}", "gone2015#1"),
        ("stem_cells: {works: {direction: for, why: x, sentence: x, passages: [article#1]}}", "article#1"),
        ("stem_cells: [works]", "stem_cells"),
        ("stem_cells: {works: for}", "stem_cells"),
    ],
)
def test_broken_map_is_a_fault_that_names_the_cell(tiny_corpus, content, named):
    (fault,) = faults_of(tiny_corpus({"evidence_map.yaml": content}))
    assert fault.startswith("evidence_map.yaml: ")
    assert named in fault


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (TOPIC.replace(" [cells2020#2]\n\n## studies", "\n\n## studies"), "cites no passage"),
        (TOPIC.replace("[cells2020#2]", "[gone2015#2]"), "gone2015#2"),
        (TOPIC.replace("[cells2020#2]", "[article#1]"), "article#1"),
        (TOPIC.replace("## main", "## opinion"), "opinion"),
        (TOPIC.replace("treatments: [stem_cells]", "treatments: [snake_oil]"), "snake_oil"),
        (TOPIC.replace("outcomes: [lasts]", "outcomes: [luck]"), "luck"),
        (TOPIC.replace('question: "Do the results last?"\n', ""), "`question` is missing"),
        (TOPIC.replace("## main", "Stray words.\n\n## main"), "before the first heading"),
        (TOPIC + "\n## main\nOther words. [cells2020#2]\n", "`## main` twice"),
        (TOPIC.replace('["Is the regrowth permanent?"]', "Is the regrowth permanent?"), "`also_asked`"),
        (TOPIC.replace("treatments: [stem_cells]", "treatments: 5"), "`treatments` 5 must be a list"),
        ("no front matter", "has no front matter; put it"),
    ],
)
def test_broken_topic_is_a_fault_that_names_the_file(tiny_corpus, content, named):
    faults = faults_of(tiny_corpus({"topics/lasting.md": content}))
    assert all(fault.startswith("lasting.md: ") and fault.endswith(".") for fault in faults)
    assert any(named in fault for fault in faults)


@pytest.mark.parametrize(
    "content", [ARTICLE_FACTS.replace("title: A Title\n", ""), ARTICLE_FACTS.replace("id: article\n", ""), "[]"]
)
def test_broken_article_record_is_a_fault(tiny_corpus, content):
    (fault,) = faults_of(tiny_corpus({"article/story.yaml": content}))
    assert fault.startswith("story.yaml: ")


def test_yaml_builds_plain_values_only(tiny_corpus):
    attack = VOCABULARY + "\nextra: !!python/object/apply:os.system ['true']\n"
    assert any("vocabulary.yaml" in fault for fault in faults_of(tiny_corpus({"vocabulary.yaml": attack})))


def test_sentence_of_the_error_counts_the_faults(tiny_corpus):
    with pytest.raises(CorpusError, match="1 fault:"):
        load_corpus(tiny_corpus({"evidence_map.yaml": MAP.replace("direction: for", "direction: up")}))


def test_title_is_no_paragraph_of_the_article():
    assert article_paragraphs("Title\n\nOne.\n\n\nTwo\nlines.\n", "Title") == ["One.", "Two\nlines."]
    assert article_paragraphs("One.\n\nTwo.", "Title") == ["One.", "Two."]
