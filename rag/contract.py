"""Our records as the JSON that others rely on (``rag/schemas``); pure."""

from collections.abc import Iterable
from typing import Any

from rag.evidence import Cell, Found, Source
from rag.types import Answer, Citation, Judgement, Review, Statement

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """Give an answer as ``answer/1``."""
    return {
        "schema": "answer/1",
        "question": answer.question,
        "kind": answer.kind.value,
        "text": answer.text,
        "statements": [_statement(s) for s in answer.statements],
        "citations": [_citation(c) for c in answer.citations],
        "claims": [claim_json(c) for c in answer.claims],
        "suggestions": list(answer.suggestions),
        "nearest": [_found(f) for f in answer.nearest],
        "generator": answer.generator,
        "elapsed_ms": round(answer.elapsed_ms, 1),
    }


def check_json(text: str, claims: Iterable[Judgement], elapsed_ms: float) -> Json:
    """Give the judged claims of a text as ``check/1``."""
    return {
        "schema": "check/1",
        "text": text,
        "claims": [claim_json(c) for c in claims],
        "elapsed_ms": round(elapsed_ms, 1),
    }


def review_json(review: Review) -> Json:
    """Give a reviewed document as ``review/1``."""
    return {
        "schema": "review/1",
        "source_id": review.source_id,
        "title": review.title,
        "paragraphs": [
            {"number": p.number, "text": p.text, "claims": [claim_json(c) for c in p.claims]} for p in review.paragraphs
        ],
        "summary": {verdict.value: count for verdict, count in review.summary.items()},
        "elapsed_ms": round(review.elapsed_ms, 1),
    }


def search_json(query: str, found: Iterable[Found], sources: dict[str, Source]) -> Json:
    """Give ranked passages, best first."""
    passages = [_found(f) | {"study_design": sources[f.passage.source_id].study_design.value} for f in found]
    return {"query": query, "passages": passages}


def sources_json(sources: Iterable[Source]) -> Json:
    """Give what the corpus holds."""
    return {
        "sources": [
            {
                "id": s.id,
                "title": s.title,
                "year": s.year,
                "study_design": s.study_design.value,
                "peer_reviewed": s.peer_reviewed,
                "official": s.official,
                "population": s.population.value if s.population else None,
                "n": s.n,
                "passages": len(s.passages),
                "retracted": s.retracted,
                "superseded_by": s.superseded_by,
                "status": s.status,
            }
            for s in sources
        ]
    }


def map_json(cells: Iterable[Cell]) -> Json:
    """Give the evidence map, one object a cell."""
    return {
        "cells": [
            {
                "treatment": c.treatment,
                "outcome": c.outcome,
                "direction": c.direction.value,
                "certainty": c.certainty.value if c.certainty else None,
                "why": c.why,
                "studies": c.studies,
                "people": c.people,
                "passages": list(c.passage_ids),
                "sentence": c.sentence,
            }
            for c in cells
        ]
    }


def claim_json(judgement: Judgement) -> Json:
    """Give one judged claim."""
    claim = judgement.claim
    return {
        "text": claim.text,
        "origin": claim.origin.value,
        "span": list(claim.span) if claim.span else None,
        "verdict": judgement.verdict.value,
        "certainty": judgement.certainty.value if judgement.certainty else None,
        "flagged": judgement.flagged,
        "reason": judgement.reason,
        "evidence": [
            {"passage_id": e.passage_id, "stance": e.stance.value, "score": e.score} for e in judgement.evidence
        ],
    }


def _statement(statement: Statement) -> Json:
    return {
        "text": statement.text,
        "citations": list(statement.markers),
        "support": statement.support.value,
        "flagged": statement.flagged,
        "note": statement.note,
    }


def _citation(citation: Citation) -> Json:
    source = citation.source
    return {
        "marker": citation.marker,
        "source_id": source.id,
        "passage_id": citation.passage_id,
        "quote": citation.quote,
        "title": source.title,
        "authors": [author.name for author in source.authors],
        "year": source.year,
        "container": source.container,
        "doi": source.doi,
        "pmid": source.pmid,
        "url": source.url,
        "study_design": source.study_design.value,
        "peer_reviewed": source.peer_reviewed,
        "population": source.population.value if source.population else None,
        "n": source.n,
    }


def _found(found: Found) -> Json:
    return {
        "passage_id": found.passage.id,
        "source_id": found.passage.source_id,
        "text": found.passage.text,
        "score": round(found.score, 5),
    }
