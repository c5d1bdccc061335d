"""Queries with documents that answer them and others that only look near, for the relevance of the cross-encoder.

usage: python -m evals.training.lists OUT --data DIR   (writes the files that evals.training.crossing learns from)
From SciFact's training claims with the abstracts that they cite, MedQuAD's questions with their answers, PubMedQA's
questions and conclusions with their abstracts, and ``evals/data/questions_train.jsonl``. The near ones are drawn from
what BM25 ranks first.
"""

import argparse
import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.cases import DATA
from evals.training.pairs import json_lines
from rag.library.corpus import Corpus, load_corpus
from rag.search.sparse import Sparse, indexed
from rag.settings import Settings

NEAR = 7  # documents beside one that answers
FIELD_DOCUMENTS = 12
PARTLY = 0.3  # what a text is worth that bears on a question without answering it
_ANSWER_CHARACTERS, _MEDQUAD = 900, 2_000

List = dict[str, Any]  # {"query", "documents": [text, ...], "gains": [0 to 1, ...]}


def public_lists(asked: Sequence[tuple[str, Sequence[int]]], texts: Sequence[str], depth: int, seed: int) -> list[List]:
    """Give one list for each right text of each query: it, and seven near ones from BM25's first ``depth``."""
    index, order, found = Sparse(indexed(texts)), random.Random(seed), []
    for query, right in asked:
        same = {texts[i] for i in right}
        ranked = [int(i) for i in np.argsort(-index.scores(query), kind="stable")[:depth] if texts[i] not in same]
        for place in right:
            documents = [texts[place], *(texts[i] for i in order.sample(ranked, NEAR))]
            found.append({"query": query, "documents": documents, "gains": [1.0] + [0.0] * NEAR})
    return found


def scifact_lists(directory: Path) -> list[List]:
    """Give training claims with the abstracts that they cite (Wadden et al. 2020), each list drawn twice."""
    documents = list(json_lines(directory / "corpus.jsonl"))
    place = {doc["doc_id"]: i for i, doc in enumerate(documents)}
    texts = [f"{doc['title']} {' '.join(map(str.strip, doc['abstract']))}" for doc in documents]
    claims = json_lines(directory / "claims_train.jsonl")
    asked = [(c["claim"], [place[i] for i in sorted(set(c["cited_doc_ids"]))][:3]) for c in claims]
    return public_lists(asked, texts, 60, 0) + public_lists(asked, texts, 60, 1)


def medquad_lists(path: Path) -> list[List]:
    """Give a draw of patient questions with their answers (Ben Abacha and Demner-Fushman 2019)."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = [row["answer"][:_ANSWER_CHARACTERS] for row in rows]
    drawn = random.Random(0).sample(range(len(rows)), _MEDQUAD)
    return public_lists([(" ".join(rows[i]["question"].split()), [i]) for i in drawn], texts, 50, 0)


def pubmedqa_lists(path: Path) -> list[List]:
    """Give questions, and the first sentences of conclusions, with their abstracts (Jin et al. 2019)."""
    rows = list(json.loads(path.read_text(encoding="utf-8")).values())
    asked = [(text, [i]) for i, r in enumerate(rows) for text in (r["QUESTION"], r["LONG_ANSWER"].split(". ")[0])]
    return public_lists(asked, [" ".join(row["CONTEXTS"]) for row in rows], 20, 0)


def field_lists(corpus: Corpus, path: Path, split: str) -> list[List]:
    """Give patients' questions with sentences that answer, bear on it, look near, or are drawn at random."""
    texts = sentences_of(corpus)
    order, found = random.Random(3), []
    for row in json_lines(path):
        right, partly = row["answers"][:4], row["partly"][:3]
        if row["split"] != split or not right:
            continue
        named = [*right, *partly, *row["near"]]
        others = [i for i in order.sample(sorted(texts), 40) if i not in named]
        gains = [1.0] * len(right) + [PARTLY] * len(partly)
        documents = [texts[i] for i in (named + others)[:FIELD_DOCUMENTS]]
        found.append(
            {"query": row["question"], "documents": documents, "gains": gains + [0.0] * (FIELD_DOCUMENTS - len(gains))}
        )
    return found


def sentences_of(corpus: Corpus) -> dict[str, str]:
    """Give what an answer may be made of: passages, topics' sentences, and the map's, as ``cell:treatment/outcome``."""
    found = {passage.id: passage.text for passage in corpus.passages.values()}
    found |= {s.id: s.text for topic in corpus.topics for part in topic.parts.values() for s in part}
    return found | {f"cell:{cell.treatment}/{cell.outcome}": cell.sentence for cell in corpus.cells}


def main() -> None:
    """Write one file of lists for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    corpus, questions = load_corpus(Settings.load().corpus_dir), DATA / "questions_train.jsonl"
    sets = {
        "lists_scifact": scifact_lists(options.data / "scifact"),
        "lists_medquad": medquad_lists(options.data / "medquad" / "medquad_train.jsonl.gz"),
        "lists_pubmedqa": pubmedqa_lists(options.data / "pubmedqa" / "pqal_train.json"),
        "lists_field": field_lists(corpus, questions, "train"),
        "lists_field_dev": field_lists(corpus, questions, "dev"),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    for name, rows in sets.items():
        (options.out / f"{name}.jsonl").write_text("".join(f"{json.dumps(r)}\n" for r in rows), encoding="utf-8")
        print(f"{name}: {len(rows)}", flush=True)


if __name__ == "__main__":
    main()
