"""One topic file -> a Topic: reviewed sentences for a patient question, each with the passages that it stands on."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from rag.evidence import Bearing, Passage, Topic
from rag.files import Fault, parse_document, read_text, texts_of
from rag.ids import numbered, source_of_topic
from rag.kinds import Direction, Part, Role
from rag.language.vocabulary import ANY, Vocabulary

_CITING = (Part.MAIN, Part.STUDIES, Part.SURE)
_CITED = re.compile(r"\s*\[([^\[\]#]+#\d+)\]\s*$")


def load_topic(path: Path, vocabulary: Vocabulary, evidence: Collection[str], faults: list[str]) -> Topic | None:
    """Read one topic; every sentence of main, studies and sure must cite evidence passages."""
    try:
        topic = _topic(path.stem, *parse_document(read_text(path)))
    except Fault as fault:
        faults.append(f"{path.name}: {fault}")
        return None
    faults += [f"{path.name}: {fault}" for fault in _faults(topic, vocabulary, evidence)]
    return topic


def _topic(topic_id: str, raw: Mapping[str, Any], body: str) -> Topic:
    if not raw.get("question"):
        raise Fault("`question` is missing; add it to the front matter.")
    treatments, outcomes = texts_of(raw, "treatments"), texts_of(raw, "outcomes")
    return Topic(
        id=topic_id,
        question=str(raw["question"]),
        also_asked=texts_of(raw, "also_asked"),
        treatments=treatments,
        outcomes=outcomes,
        reviewed_on=str(raw["reviewed_on"]) if raw.get("reviewed_on") else None,
        parts=_parts(topic_id, body, treatments, outcomes),
    )


def _parts(
    topic_id: str, body: str, treatments: tuple[str, ...], outcomes: tuple[str, ...]
) -> dict[Part, tuple[Passage, ...]]:
    parts: dict[Part, tuple[Passage, ...]] = {}
    source_id, number = source_of_topic(topic_id), 0
    for part, block in _blocks(body).items():
        sentences = []
        for line in filter(None, (line.strip() for line in block.splitlines())):
            number += 1
            text, cites = _cut_citations(line)
            sentences.append(
                Passage(
                    id=numbered(source_id, number),
                    source_id=source_id,
                    number=number,
                    role=Role.SUMMARY,
                    text=text,
                    treatments=treatments,
                    bearings=tuple(Bearing(outcome=o, direction=Direction.NONE) for o in outcomes),
                    conditions=(ANY,),
                    cites=cites,
                )
            )
        parts[part] = tuple(sentences)
    return parts


def _blocks(body: str) -> dict[Part, str]:
    """Give the text under each heading; raise Fault for text or a heading that has no place."""
    stray, *pieces = re.split(r"^## (\w+)\s*$", body, flags=re.MULTILINE)
    if stray.strip():
        raise Fault("text stands before the first heading; put it under `## main`.")
    blocks: dict[Part, str] = {}
    for name, block in zip(pieces[::2], pieces[1::2], strict=True):
        if name not in set(Part):
            raise Fault(f"has the unknown heading {name!r}; use one of {', '.join(Part)}.")
        if name in blocks:
            raise Fault(f"has the heading `## {name}` twice; put its sentences under one.")
        blocks[Part(name)] = block
    return blocks


def _cut_citations(line: str) -> tuple[str, tuple[str, ...]]:
    """Split ``Text. [a#1] [b#2]`` into the text and the ids."""
    cites: list[str] = []
    while match := _CITED.search(line):
        cites.insert(0, match[1])
        line = line[: match.start()]
    return line.strip(), tuple(cites)


def _faults(topic: Topic, vocabulary: Vocabulary, evidence: Collection[str]) -> list[str]:
    faults = [f"treatment {t!r} is not in vocabulary.yaml." for t in topic.treatments if t not in vocabulary.treatments]
    faults += [f"outcome {o!r} is not in vocabulary.yaml." for o in topic.outcomes if o not in vocabulary.outcomes]
    if not topic.telling(Part.MAIN):
        faults.append("has no `## main` sentence; write the honest short answer there.")
    for name, sentences in topic.parts.items():
        for sentence in sentences:
            if name in _CITING and not sentence.cites:
                faults.append(f"{name}: {sentence.text[:40]!r} cites no passage; end the line with [source#number].")
            faults += [_not_held(name, cited) for cited in sentence.cites if cited not in evidence]
    return faults


def _not_held(part: str, cited: str) -> str:
    return f"{part}: cites {cited}, which no evidence source holds; restore its file or remove the citation."
