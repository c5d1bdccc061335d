"""Labelled pairs of claim and evidence from public sets and our own, in one shape; every loader takes a path.

usage: python -m evals.training.pairs OUT --data DIR   (writes the files that evals.training.crossing learns from)
"""

import argparse
import gzip
import json
import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.cases import DATA
from evals.training.taught import TaughtClaim, Teaches, taught_claims
from rag.assistant import Assistant
from rag.evidence import Passage
from rag.judging.claims import extract
from rag.judging.stance import LABELS
from rag.kinds import Stance, Verdict
from rag.language.answered import stated
from rag.library.corpus import Corpus
from rag.settings import Settings
from rag.text import sentences
from rag.types import Vectors

BEST_SENTENCES = 3  # long evidence is cut to the sentences nearest to the claim, here as when it is served

# SciFact says CONTRADICT, Citation-Integrity REFUTE.
_SAID = {"SUPPORT": Stance.SUPPORTS, "CONTRADICT": Stance.REFUTES, "REFUTE": Stance.REFUTES}
_MOST_ALIKE = {"breaking_nli": 1_200}  # of each label, where a set is made from few patterns
_NEAR = 20  # passages looked through for one that is near a claim and does not decide it
_DECIDING = 3
_UNLABELLED = 10

_GENERAL_CHARACTERS = 1_200  # about 256 tokens

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A claim, what it is held against, and the right stance."""

    claim: str
    evidence: str
    label: Stance


def general_pairs(directory: Path, seed: int = 0) -> list[Pair]:
    """Give all general pairs once, in random order; binary "not supports" rows are left out."""
    chosen: list[Pair] = []
    for path in sorted(directory.glob("*.jsonl.gz")):
        pairs, name = list(_rows(path)), path.name.partition(".")[0]
        order, most = random.Random(f"{seed}/{name}"), _MOST_ALIKE.get(name)
        by_label = ([p for p in pairs if p.label is label] for label in LABELS)
        chosen += pairs if most is None else [p for part in by_label for p in order.sample(part, min(most, len(part)))]
    unique = list(dict.fromkeys(chosen))
    random.Random(seed).shuffle(unique)
    return unique


def field_pairs(path: Path) -> list[Pair]:
    """Give pairs from a JSON-lines file with claim, evidence and label."""
    with path.open(encoding="utf-8") as lines:
        return [_pair(json.loads(line)) for line in lines]


def sources_of(path: Path) -> set[str]:
    """Give the sources whose passages a file of field pairs uses."""
    return {row["passage"].partition("#")[0] for row in json_lines(path)}


def scifact_pairs(directory: Path, split: str, embed: Embed) -> list[Pair]:
    """Give each claim against each abstract that it cites, cut to its best sentences."""
    corpus = {doc["doc_id"]: doc["abstract"] for doc in json_lines(directory / "corpus.jsonl")}
    claims = list(json_lines(directory / f"claims_{split}.jsonl"))
    lines = [line.strip() for c in claims for doc_id in c["cited_doc_ids"] for line in corpus[doc_id]]
    embed = _all_at_once([*(c["claim"] for c in claims), *lines], embed)
    found = []
    for claim in claims:
        for doc_id in claim["cited_doc_ids"]:
            evidence = claim["evidence"].get(str(doc_id))
            label = _said(evidence)
            text = best_sentences(claim["claim"], corpus[doc_id], embed)
            found.append(Pair(claim=claim["claim"], evidence=text, label=label))
            if evidence and split == "train":  # the sentences that doctors marked, too
                marked = " ".join(corpus[doc_id][i].strip() for i in evidence[0]["sentences"])
                found.append(Pair(claim=claim["claim"], evidence=marked, label=label))
    return list(dict.fromkeys(found))


def citation_pairs(directory: Path, split: str, embed: Embed) -> list[Pair]:
    """Give citing statements against the cited paper (Citation-Integrity)."""
    corpus = {doc["doc_id"]: doc["abstract"] for doc in json_lines(directory / "citint_corpus.jsonl")}
    found = []
    for claim in json_lines(directory / f"citint_claims_{split}.jsonl"):
        text = claim["claim"].replace("<|multi_cit|>", "").replace("<|cit|>", "").replace("[]", "")
        for doc_id in claim["cited_doc_ids"]:
            if doc_id not in corpus:
                continue
            evidence = claim["evidence"].get(str(doc_id))
            label = _said(evidence)
            found.append(Pair(claim=text, evidence=best_sentences(text, corpus[doc_id], embed), label=label))
    return found


def pubmedqa_pairs(path: Path) -> list[Pair]:
    """Give each expert conclusion against its abstract's results, and the next question's conclusion as neutral."""
    records = list(json.loads(path.read_text(encoding="utf-8")).values())
    found = []
    for record, other in zip(records, [*records[1:], records[0]], strict=True):
        evidence = " ".join(record["CONTEXTS"][-1:])
        claim = record["LONG_ANSWER"].split(". ")[0]
        found.append(Pair(claim=claim, evidence=evidence, label=Stance.SUPPORTS))
        found.append(Pair(claim=other["LONG_ANSWER"].split(". ")[0], evidence=evidence, label=Stance.NEUTRAL))
    return found


def corpus_pairs(corpus: Corpus, held_out: Collection[str], embed: Embed) -> list[Pair]:
    """Give sentences against what bears them out, and against the nearest passage on another outcome or treatment.

    Sentences of topics and map stand against what they cite, and a passage's last line against the passage.
    ``held_out`` names the sources of the dev pairs: a sentence or passage that touches one is left out.
    """
    written = [(s.text, s.cites) for topic in corpus.topics for s in topic.sentences if s.cites]
    written += [(cell.sentence, cell.passage_ids[:3]) for cell in corpus.cells if cell.passage_ids]
    written += [
        (lines[-1], (p.id,))
        for p in corpus.passages.values()
        if corpus.is_evidence(p) and len(lines := [p.text[a:b] for a, b in sentences(p.text)]) > 1
    ]
    usable = [(t, c) for t, c in dict(written).items() if not {i.partition("#")[0] for i in c} & set(held_out)]
    pool = [p for p in corpus.passages.values() if corpus.is_evidence(p) and p.source_id not in held_out and p.bearings]
    vectors = embed([p.text for p in pool])
    found = []
    for claim, cited in usable:
        backing = [corpus.passages[i] for i in cited]
        text = best_sentences(claim, " ".join(p.text for p in backing), embed)
        found.append(Pair(claim=claim, evidence=text, label=Stance.SUPPORTS))
        if other := _nearest_elsewhere(embed([claim])[0], backing, pool, vectors):
            found.append(Pair(claim=claim, evidence=best_sentences(claim, other.text, embed), label=Stance.NEUTRAL))
    return list(dict.fromkeys(found))


def claim_pairs(
    assistant: Assistant, path: Path, teaches: Teaches = Teaches.STANCE, *, seeking: bool = True
) -> list[Pair]:
    """Give claims as people write them against the passages that decide them, and against near ones that do not.

    Where each passage's stance is known, and near passages that say nothing, these are the pairs. Else a supported
    claim is supported by what decides it, a contradicted one refuted; of limited and mixed ones the passage's side is
    not known. For a claim that nothing decides the three nearest passages are neutral. Without ``seeking`` only the
    passages that a claim's author named are taken, and nothing is searched for.
    """
    embed = assistant.judge.retriever.embedder.embed
    found = [
        Pair(claim=text, evidence=best_sentences(text, passage.text, embed), label=label)
        for taught, text, near in _with_near(assistant, path, teaches, seeking=seeking)
        for passage, label in _labelled(taught, assistant.corpus, near)
    ]
    return list(dict.fromkeys(found))


def unlabelled_pairs(assistant: Assistant, path: Path, teaches: Teaches = Teaches.STANCE) -> list[Pair]:
    """Give claims as people write them against the ten nearest passages; ``NEUTRAL`` stands for "not known"."""
    embed = assistant.judge.retriever.embedder.embed
    return [
        Pair(claim=text, evidence=best_sentences(text, passage.text, embed), label=Stance.NEUTRAL)
        for _, text, near in _with_near(assistant, path, teaches)
        for passage in near[:_UNLABELLED]
    ]


def _with_near(
    assistant: Assistant, path: Path, teaches: Teaches, *, seeking: bool = True
) -> Iterator[tuple[TaughtClaim, str, list[Passage]]]:
    """Give each text that is one claim, as it is judged, with the nearest passages that may decide it."""
    corpus = assistant.corpus
    for taught in taught_claims(path, teaches):
        claims = extract(taught.text, corpus.vocabulary)
        if len(claims) == 1 and taught.verdict is not Verdict.NOT_A_CLAIM:
            text = stated(claims[0].text)
            near = [f.passage for f in assistant.judge.retriever.find(text, _NEAR)] if seeking else []
            yield taught, text, [passage for passage in near if corpus.may_decide(passage)]


def _labelled(taught: TaughtClaim, corpus: Corpus, near: Sequence[Passage]) -> list[tuple[Passage, Stance]]:
    """Give the passages of one claim with their stances."""
    told = [corpus.passages[i] for i in taught.evidence]
    silent = [corpus.passages[i] for i in taught.beside]
    if taught.verdict is Verdict.NO_EVIDENCE:
        return [(p, Stance.NEUTRAL) for p in dict.fromkeys([*silent, *near[:3]])]
    if taught.stances is not None:
        return list(zip(told, taught.stances, strict=True)) + [(p, Stance.NEUTRAL) for p in silent]
    if taught.verdict not in (Verdict.SUPPORTED, Verdict.CONTRADICTED):
        return []
    stance = Stance.SUPPORTS if taught.verdict is Verdict.SUPPORTED else Stance.REFUTES
    return [(p, stance) for p in told[:_DECIDING]] + [(p, Stance.NEUTRAL) for p in _beside(told, near)[:1]]


def _beside(told: Sequence[Passage], near: Sequence[Passage]) -> list[Passage]:
    """Give the near passages that share no source and no outcome, or no treatment, with those that decide."""
    sources = {p.source_id for p in told}
    outcomes = {b.outcome for p in told for b in p.bearings}
    treatments = {t for p in told for t in p.treatments}
    return [
        p
        for p in near
        if p.source_id not in sources
        and (not outcomes & {b.outcome for b in p.bearings} or not treatments & set(p.treatments))
    ]


def whole_abstract_pairs(directory: Path, split: str) -> list[Pair]:
    """Give each SciFact claim against each whole abstract that it cites."""
    corpus = {
        doc["doc_id"]: " ".join(map(str.strip, doc["abstract"])) for doc in json_lines(directory / "corpus.jsonl")
    }
    return [
        Pair(claim=claim["claim"], evidence=corpus[doc_id], label=_said(claim["evidence"].get(str(doc_id))))
        for claim in json_lines(directory / f"claims_{split}.jsonl")
        for doc_id in claim["cited_doc_ids"]
    ]


def _said(marked: Sequence[dict[str, Any]] | None) -> Stance:
    """Give what the marked sentences of a paper say of a claim: nothing where none is marked."""
    return _SAID[marked[0]["label"]] if marked else Stance.NEUTRAL


def strangers(pairs: Sequence[Pair], count: int, seed: int = 0) -> list[Pair]:
    """Give claims beside evidence that was written for others: neutral, and as far apart as texts mostly are."""
    order = random.Random(f"strangers/{seed}")
    drawn = [order.sample(pairs, 2) for _ in range(count)]
    far = [Pair(claim=a.claim, evidence=b.evidence, label=Stance.NEUTRAL) for a, b in drawn if a.evidence != b.evidence]
    return list(dict.fromkeys(far))


def _nearest_elsewhere(
    claim: Vectors, backing: Sequence[Passage], pool: Sequence[Passage], vectors: Vectors
) -> Passage | None:
    """Give the passage nearest to a claim that bears on no outcome, or on no treatment, of what the claim cites."""
    outcomes = {b.outcome for p in backing for b in p.bearings}
    treatments = {t for p in backing for t in p.treatments}
    for place in np.argsort(-(vectors @ claim), kind="stable")[:40]:
        passage = pool[int(place)]
        apart = not outcomes & {b.outcome for b in passage.bearings} or not treatments & set(passage.treatments)
        if apart and passage.source_id not in {p.source_id for p in backing}:
            return passage
    return None


def _all_at_once(texts: Sequence[str], embed: Embed) -> Embed:
    """Embed many texts in one go, which batches texts of like length, and give a look-up among them."""
    unique = list(dict.fromkeys(texts))
    known = dict(zip(unique, embed(unique), strict=True))
    return lambda asked: np.stack([known[text] for text in asked])


def best_sentences(claim: str, text: Sequence[str] | str, embed: Embed) -> str:
    """Cut a long text to the sentences nearest to a claim, in their own order."""
    lines = [text[a:b] for a, b in sentences(text)] if isinstance(text, str) else [line.strip() for line in text]
    if len(lines) <= BEST_SENTENCES:
        return " ".join(lines)
    vectors = embed([claim, *lines])
    best = np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:BEST_SENTENCES]
    return " ".join(lines[i] for i in sorted(best))


def _rows(path: Path) -> Iterator[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            short = len(row["claim"]) + len(row["evidence"]) <= _GENERAL_CHARACTERS
            if row["label"] in set(Stance) and row["evidence"] and short:
                yield _pair(row)


def _pair(row: dict[str, str]) -> Pair:
    return Pair(claim=row["claim"], evidence=row["evidence"], label=Stance(row["label"]))


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Give the records of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def main() -> None:
    """Write one file of pairs for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    assistant, data, field = Assistant.open(Settings.load()), options.data, DATA / "stance"
    embed = assistant.judge.retriever.embedder.embed
    claims = DATA / "claims_train.jsonl"
    sets: dict[str, Callable[[], list[Pair]]] = {
        "general": lambda: general_pairs(data / "nli"),
        "scifact": lambda: scifact_pairs(data / "scifact", "train", embed),
        "scifact_whole": lambda: whole_abstract_pairs(data / "scifact", "train"),
        "citations": lambda: citation_pairs(data / "citation_integrity", "train", embed),
        "pubmedqa": lambda: pubmedqa_pairs(data / "pubmedqa" / "pqal_train.json"),
        "field": lambda: field_pairs(field / "train.jsonl") + field_pairs(field / "turned.jsonl"),
        "worded": lambda: field_pairs(field / "worded.jsonl"),
        "corpus": lambda: corpus_pairs(assistant.corpus, sources_of(field / "dev.jsonl"), embed),
        "claims": lambda: claim_pairs(assistant, claims),
        "claims_alike": lambda: claim_pairs(assistant, claims, Teaches.LIKENESS, seeking=False),
        "unlabelled": lambda: unlabelled_pairs(assistant, claims),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    for name, load in sets.items():
        pairs = load()
        rows = ({"claim": p.claim, "evidence": p.evidence, "label": p.label.value} for p in pairs)
        (options.out / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        print(f"{name}: {len(pairs)}", flush=True)


if __name__ == "__main__":
    main()
