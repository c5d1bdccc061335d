"""One source file -> a Source with its passages; every fault of the file is collected."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rag.evidence import Author, Bearing, Passage, Source
from rag.files import Fault, parse_document, read_text, texts_of
from rag.ids import numbered
from rag.kinds import Direction, Population, Role, StudyDesign
from rag.language.vocabulary import Vocabulary
from rag.library.orders import without_orders

_HEADING = re.compile(r"^## (\d+) (\w+)\s*$", re.MULTILINE)
_KEYS_OF_PASSAGE = {"bears on", "treatments", "conditions", "population"}
_ROLES = tuple(role for role in Role if role not in (Role.PARAGRAPH, Role.SUMMARY))
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_FLAGS = ("peer_reviewed", "official", "retracted")
_CHOICES = ("study_design", "population")
_LISTS = ("treatments", "conditions")
_REQUIRED = ("id", "type", "title", "study_design", "peer_reviewed")


def load_source(path: Path, vocabulary: Vocabulary, faults: list[str]) -> Source | None:
    """Read one source file; add its faults to the list and give None when there are any."""
    try:
        raw, body = parse_document(read_text(path))
    except Fault as fault:
        faults.append(f"{path.name}: {fault}")
        return None
    before = len(faults)
    faults += [f"{path.name}: {fault}" for fault in _kind_faults(raw)]
    if len(faults) > before:  # what follows reads each value as what it should be
        return None
    faults += [f"{path.name}: {fault}" for fault in _front_faults(raw, path.stem, vocabulary)]
    passages = tuple(_passages(body, raw, path.name, vocabulary, faults))
    if not passages:
        faults.append(f"{path.name}: has no passage; add one under a heading such as `## 1 finding`.")
    return source_of(raw, passages) if len(faults) == before else None


def _kind_faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """Tell which values are of another kind than their key's: text for yes or no, one word for a list."""
    for name in _FLAGS:
        if not isinstance(raw.get(name), bool | None):
            yield f"`{name}` {raw[name]!r} must be true or false, without quotes."
    for name in _CHOICES:
        if not isinstance(raw.get(name), str | None):
            yield f"`{name}` {raw[name]!r} must be one word."
    for name in _LISTS:
        try:
            texts_of(raw, name)
        except Fault as fault:
            yield str(fault)


def _front_faults(raw: Mapping[str, Any], stem: str, vocabulary: Vocabulary) -> Iterator[str]:
    for name in _REQUIRED:
        if raw.get(name) in (None, ""):
            yield f"`{name}` is missing; add it to the front matter."
    if raw.get("study_design") not in set(StudyDesign) - {StudyDesign.ARTICLE}:
        yield f"`study_design` {raw.get('study_design')!r} is unknown; use one of {', '.join(StudyDesign)}."
    if raw.get("population") not in {*Population, None}:
        yield f"`population` {raw.get('population')!r} is unknown; use one of {', '.join(Population)}."
    if raw.get("n") is not None and (not isinstance(raw["n"], int) or raw["n"] < 1):
        yield "`n` must be a whole number of people, or null."
    if not _are_authors(raw.get("author")):
        yield "`author` must be a list of {family, given} or {literal}, or null."
    yield from _identity_faults(raw, stem)
    yield from _unknown(raw, vocabulary)


def _are_authors(authors: object) -> bool:
    known = {"family", "given", "literal"}
    return authors is None or (
        isinstance(authors, list) and all(isinstance(a, dict) and a and set(a) <= known for a in authors)
    )


def _identity_faults(raw: Mapping[str, Any], stem: str) -> Iterator[str]:
    if raw.get("id") != stem or not _ID.fullmatch(stem):
        yield f"`id` must be the file's name without .md, in small letters: {stem}."
    issued = raw.get("issued")
    if issued is not None and not (isinstance(issued, int) and 1900 <= issued <= date.today().year + 1):
        yield f"`issued` {issued!r} must be a year, or null."
    if raw.get("DOI") and not _DOI.fullmatch(str(raw["DOI"])):
        yield f"`DOI` {raw['DOI']!r} is malformed; it looks like 10.1000/abc."


def _unknown(raw: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[str]:
    for name, known in (("treatments", vocabulary.treatments), ("conditions", vocabulary.conditions)):
        for key in raw.get(name) or ():
            if known and key not in known:
                yield f"`{name}` {key!r} is not in vocabulary.yaml; use a key from there."


def _passages(
    body: str, front: Mapping[str, Any], name: str, vocabulary: Vocabulary, faults: list[str]
) -> Iterator[Passage]:
    parts = _HEADING.split(body)
    if parts[0].strip():
        faults.append(f"{name}: text stands before the first heading; put it under `## 1 finding`.")
    for position, (number, role, block) in enumerate(zip(parts[1::3], parts[2::3], parts[3::3], strict=True), 1):
        try:
            if int(number) != position:
                raise Fault(f"should be number {position}; number the passages from 1.")
            yield _passage(position, role, block, front, vocabulary)
        except Fault as fault:
            faults.append(f"{name}: passage {number} {fault}")


def _passage(number: int, role: str, block: str, front: Mapping[str, Any], vocabulary: Vocabulary) -> Passage:
    if role not in _ROLES:
        raise Fault(f"has the unknown role {role!r}; use one of {', '.join(_ROLES)}.")
    head, _, text = block.strip("\n").partition("\n\n") if ":" in block.strip().split("\n")[0] else ("", "", block)
    tags = dict(_tag(line) for line in head.splitlines() if line.strip())
    text = " ".join(text.split())
    if not text:
        raise Fault("has no text; write it after an empty line.")
    treatments = _list(tags.get("treatments"), front.get("treatments"))
    conditions = _list(tags.get("conditions"), front.get("conditions"))
    for fault in _unknown({"treatments": treatments, "conditions": conditions}, vocabulary):
        raise Fault(fault)
    population = tags.get("population", front.get("population"))
    if population not in {*Population, None}:
        raise Fault(f"has the unknown population {population!r}; use one of {', '.join(Population)}.")
    return Passage(
        id=numbered(str(front.get("id")), number),
        source_id=str(front.get("id")),
        number=number,
        role=Role(role),
        text=without_orders(text, reviewed=front.get("reviewed_on") is not None),
        bearings=tuple(_bearings(tags.get("bears on", ""), vocabulary)),
        treatments=treatments,
        conditions=conditions,
        population=Population(population) if population else None,
    )


def _tag(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    if key.strip() not in _KEYS_OF_PASSAGE:
        raise Fault(f"has the unknown line {line.strip()!r}; known are {', '.join(sorted(_KEYS_OF_PASSAGE))}.")
    return key.strip(), value.strip()


def _list(own: str | None, default: Iterable[str] | None) -> tuple[str, ...]:
    if own is None:
        return tuple(default or ())
    return tuple(item.strip() for item in own.strip("[]").split(",") if item.strip())


def _bearings(line: str, vocabulary: Vocabulary) -> Iterator[Bearing]:
    for pair in filter(None, (p.strip() for p in line.split(","))):
        outcome, _, direction = (part.strip() for part in pair.partition("="))
        if vocabulary.outcomes and outcome not in vocabulary.outcomes:
            raise Fault(f"bears on {outcome!r}, which is not an outcome of vocabulary.yaml.")
        if direction not in set(Direction) - {Direction.NO_STUDY}:
            raise Fault(f"has the unknown direction {direction!r}; use for, against, mixed, unclear or none.")
        yield Bearing(outcome=outcome, direction=Direction(direction))


def source_of(raw: Mapping[str, Any], passages: tuple[Passage, ...]) -> Source:
    """Give the record of a valid front matter in CSL terms."""

    def text(name: str) -> str | None:
        return None if raw.get(name) is None else str(raw[name])

    return Source(
        id=str(raw["id"]),
        type=str(raw["type"]),
        title=str(raw["title"]),
        authors=tuple(Author(**author) for author in raw.get("author") or ()),
        container=text("container-title"),
        year=raw.get("issued"),
        volume=text("volume"),
        issue=text("issue"),
        page=text("page"),
        doi=text("DOI"),
        pmid=text("PMID"),
        pmcid=text("PMCID"),
        url=text("URL"),
        study_design=StudyDesign(raw["study_design"]),
        peer_reviewed=bool(raw["peer_reviewed"]),
        official=bool(raw.get("official")),
        population=Population(raw["population"]) if raw.get("population") else None,
        n=raw.get("n"),
        participants=text("participants"),
        intervention=text("intervention"),
        comparator=text("comparator"),
        follow_up=text("follow_up"),
        funding=text("funding"),
        retracted=bool(raw.get("retracted")),
        retracted_on=text("retracted_on"),
        superseded_by=text("superseded_by"),
        reviewed_on=text("reviewed_on"),
        passages=passages,
    )
