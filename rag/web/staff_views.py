"""Stored turns as the staff pages show them, and filters as addresses; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from rag import render
from rag.evidence import Author, Found, Passage, Source
from rag.kinds import Certainty, Kind, Origin, Population, Role, Stance, StudyDesign, Verdict
from rag.store import StoredTurn, SummaryPage, TranscriptFilter
from rag.types import Answer, Citation, Claim, Evidence, Judgement, Statement

KIND_WORDS = MappingProxyType(
    {
        Kind.ANSWER: "Answer",
        Kind.URGENT: "Urgent: get help now",
        Kind.NEEDS_CLINICIAN: "Handed to a clinician",
        Kind.CRISIS: "Crisis",
        Kind.OUT_OF_SCOPE: "Outside the subject",
        Kind.NO_EVIDENCE: "No good evidence",
    }
)
ORIGIN_WORDS = MappingProxyType(
    {
        Origin.QUESTION: "In the question",
        Origin.ARTICLE: "In the article",
        Origin.ANSWER: "In the draft answer",
        Origin.TEXT: "In the text",
    }
)
MAX_SEARCH_CHARACTERS = 200
_YES_NO = MappingProxyType({"yes": True, "no": False})
_THUMBS = MappingProxyType({"up": True, "down": False})


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnView:
    """A stored turn with its answer drawn as the patient saw it."""

    turn: StoredTurn
    answer: Answer
    html: Markup


def view(turn: StoredTurn, shelf: render.Shelf) -> TurnView:
    """Draw a stored turn with the words that the patient's page uses."""
    answer = answer_of(turn)
    return TurnView(turn=turn, answer=answer, html=render.answer_html(answer, shelf))


def answer_of(turn: StoredTurn) -> Answer:
    """Read a stored answer back (schema ``answer/1``), with the nearest passages that were shown."""
    kept = json.loads(turn.answer_json)
    return Answer(
        question=kept["question"],
        kind=Kind(kept["kind"]),
        statements=tuple(_statement(s) for s in kept["statements"]),
        citations=tuple(_citation(c) for c in kept["citations"]),
        claims=tuple(_judgement(c) for c in kept["claims"]),
        suggestions=tuple(kept["suggestions"]),
        nearest=_nearest(turn),
        generator=kept["generator"],
        elapsed_ms=kept["elapsed_ms"],
    )


def wanted(asked: Mapping[str, str]) -> TranscriptFilter:
    """Read a filter from an address; what cannot be read is left out."""
    return TranscriptFilter(
        first_day=_day(asked.get("from", "")),
        last_day=_day(asked.get("to", "")),
        kind=next((kind for kind in Kind if kind == asked.get("kind")), None),
        flagged=_YES_NO.get(asked.get("flagged", "")),
        liked=_THUMBS.get(asked.get("thumbs", "")),
        reviewed=_YES_NO.get(asked.get("reviewed", "")),
        text=asked.get("q", "").strip()[:MAX_SEARCH_CHARACTERS] or None,
        page=_page(asked.get("page", "")),
    )


def address(chosen: TranscriptFilter, page: int | None = None) -> str:
    """Give the query that ``wanted`` reads back as this filter, at another page when one is named."""
    chosen = replace(chosen, page=page or 1)
    given = {
        "from": chosen.first_day.isoformat() if chosen.first_day else "",
        "to": chosen.last_day.isoformat() if chosen.last_day else "",
        "kind": chosen.kind.value if chosen.kind else "",
        "flagged": _word(_YES_NO, chosen.flagged),
        "thumbs": _word(_THUMBS, chosen.liked),
        "reviewed": _word(_YES_NO, chosen.reviewed),
        "q": chosen.text or "",
        "page": str(chosen.page) if chosen.page > 1 else "",
    }
    return urlencode({name: value for name, value in given.items() if value})


def alarms(found: SummaryPage, chosen: TranscriptFilter) -> tuple[tuple[str, int, str], ...]:
    """Give name, count and address of the conversations that nobody may overlook, within a filter."""
    counts = (("Urgent", found.urgent, Kind.URGENT), ("Crisis", found.crisis, Kind.CRISIS))
    return tuple((name, count, address(replace(chosen, kind=kind))) for name, count, kind in counts)


def moment(at: datetime) -> str:
    """Say when, for a person: ``22 Nov 2026, 10:47 UTC``."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _word(words: Mapping[str, bool], value: bool | None) -> str:
    return next((word for word, meaning in words.items() if meaning is value), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _statement(kept: Mapping[str, Any]) -> Statement:
    return Statement(
        text=kept["text"],
        markers=tuple(kept["citations"]),
        support=Verdict(kept["support"]),
        note=kept["note"],
    )


def _judgement(kept: Mapping[str, Any]) -> Judgement:
    return Judgement(
        claim=Claim(text=kept["text"], origin=Origin(kept["origin"]), span=None),
        verdict=Verdict(kept["verdict"]),
        certainty=Certainty(kept["certainty"]) if kept["certainty"] else None,
        reason=kept["reason"],
        evidence=tuple(
            Evidence(passage_id=e["passage_id"], stance=Stance(e["stance"]), score=e["score"]) for e in kept["evidence"]
        ),
    )


def _citation(kept: Mapping[str, Any]) -> Citation:
    # What the patient saw of the source; what the library says of it today may differ.
    unseen = dict.fromkeys((
        "volume", "issue", "page", "pmcid", "participants", "intervention", "comparator", "follow_up",
        "funding", "retracted_on", "superseded_by", "reviewed_on",
    ))  # fmt: skip
    source = Source(
        id=kept["source_id"],
        type="article-journal",
        title=kept["title"],
        authors=tuple(Author(literal=name) for name in kept["authors"]),
        container=kept["container"],
        year=kept["year"],
        doi=kept["doi"],
        pmid=kept["pmid"],
        url=kept["url"],
        study_design=StudyDesign(kept["study_design"]),
        peer_reviewed=kept["peer_reviewed"],
        official=False,
        population=Population(kept["population"]) if kept["population"] else None,
        n=kept["n"],
        retracted=False,
        passages=(),
        **unseen,
    )
    return Citation(marker=kept["marker"], passage_id=kept["passage_id"], quote=kept["quote"], source=source)


def _nearest(turn: StoredTurn) -> tuple[Found, ...]:
    return tuple(
        Found(
            passage=Passage(id=p.passage_id, source_id=p.source_id, number=0, role=Role.FINDING, text=p.text),
            score=p.score,
            similarity=p.similarity,
        )
        for p in turn.retrieved
        if p.nearest
    )
