"""A small valid corpus, written as files, for the tests that break one of them."""

from pathlib import Path

VOCABULARY = r"""
treatments:
  stem_cells: {name: stem cell treatment, words: [stem cell*]}
  exosomes: {name: exosomes, words: [exosome*], broader: stem_cells}
  minoxidil: {name: scalp minoxidil, words: [minoxidil]}
conditions:
  pattern: {name: pattern hair loss, words: [pattern hair loss]}
  any: {name: hair loss, words: [hair*]}
outcomes:
  works: {name: whether it works, for_pole: hair grew,
          for: ['\bwork(s|ed)?\b', '\bgrow(s|n|th)?\b'], against: ['\bno effect']}
  lasts: {name: how long it lasts, for_pole: it lasts,
          for: ['\bpermanent'], against: ['\bfad(es|ed)\b'], about: ['\blast']}
  safety: {name: harms, for_pole: few harms, for: ['\bsafe\b'], against: ['\bside effect']}
  evidence: {name: how good the evidence is, for_pole: well studied, about: ['\bstudies\b']}
absolute: ['\bcompletely\b', '\bpermanent']
hedges: ['\bmay\b', '\bsome\b']
"""

SOURCE = """---
id: {id}
type: article-journal
title: "A trial of {treatment}"
author:
  - {{family: "Lee", given: "A"}}
container-title: "Journal of Hair"
issued: 2020
DOI: "10.1000/{id}"
URL: "https://example.org/{id}"
study_design: {design}
peer_reviewed: true
official: false
population: human
n: {people}
treatments: [{treatment}]
conditions: [pattern]
retracted: {retracted}
retracted_on: null
superseded_by: null
reviewed_on: 2026-11-22
---

## 1 finding
bears on: works = for

In a trial of {people} people with pattern hair loss, {treatment} helped more hair to grow than a dummy treatment.

## 2 finding
bears on: lasts = against

After a year the gain from {treatment} faded in most of the {people} people.
"""

TOPIC = """---
id: lasting
question: "Do the results last?"
also_asked: ["Is the regrowth permanent?"]
treatments: [stem_cells]
outcomes: [lasts]
reviewed_on: 2026-11-22
---

## main
No study shows that the regrowth is permanent. [cells2020#2]

## studies
In one trial the gain faded after a year. [cells2020#2]

## sure
We are not very sure, because one trial is small. [cells2020#1]

## unknown
We found no study longer than two years.

## next
Ask the clinic how long they followed their patients.
"""

MAP = """
stem_cells:
  works: {direction: for, certainty: low, why: One small trial., studies: 1, people: 71,
          passages: ['cells2020#1'], sentence: Stem cells may help some hair to grow.}
  lasts: {direction: against, certainty: low, why: One small trial., studies: 1, people: 71,
          passages: ['cells2020#2'], sentence: The gain faded after a year.}
exosomes:
  safety: {direction: no_study, certainty: null, why: Nobody looked., studies: 0, people: null,
           passages: [], sentence: We found no study.}
"""

ARTICLE = "A Title\n\nStem cells work.\n\nThe results are permanent.\n"
ARTICLE_FACTS = (
    "id: article\ntype: webpage\ntitle: A Title\ntext: story.txt\npeer_reviewed: false\ntopic: [stem_cells]\n"
)


def source_file(
    id_: str, treatment: str = "stem_cells", *, design: str = "randomized_controlled_trial", people: int = 71,
    retracted: bool = False,
) -> str:  # fmt: skip
    return SOURCE.format(id=id_, treatment=treatment, design=design, people=people, retracted=str(retracted).lower())


def write_tiny_corpus(directory: Path) -> Path:
    files = {
        "vocabulary.yaml": VOCABULARY,
        "article/story.yaml": ARTICLE_FACTS,
        "article/story.txt": ARTICLE,
        "sources/cells2020.md": source_file("cells2020"),
        "sources/foam2018.md": source_file("foam2018", "minoxidil", people=300),
        "sources/gone2015.md": source_file("gone2015", people=40, retracted=True),
        "topics/lasting.md": TOPIC,
        "evidence_map.yaml": MAP,
    }
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory
