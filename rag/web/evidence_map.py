"""The evidence map as its page shows it: treatments by name, and for each question in plain words what was found."""

from collections import defaultdict
from collections.abc import Iterable

from rag import render
from rag.evidence import Cell
from rag.kinds import Certainty, Direction
from rag.library.corpus import Corpus

SHAPES = {
    Direction.FOR: "✓",
    Direction.AGAINST: "✕",
    Direction.MIXED: "⇄",
    Direction.UNCLEAR: "?",
    Direction.NONE: "–",
    Direction.NO_STUDY: "○",
}
# What for and against mean, by outcome; "Probably" or "Maybe" may stand before.
POLES = {
    "works": ("helps", "does not help"),
    "how_much": ("has a large effect", "has no large effect"),
    "how_soon": ("shows within about six weeks", "takes longer than about six weeks to show"),
    "lasts": ("lasts without more treatment", "does not last without more treatment"),
    "sessions": ("one session is enough", "one session is not enough"),
    "safety": ("has few or no risks", "has risks"),
    "pain": ("hurts little", "hurts"),
    "approval": ("approved or allowed for this use", "not approved or allowed for this use"),
    "mechanism": ("acts in the way that is claimed", "not shown to act in the way that is claimed"),
    "who_benefits": ("helps the named group more", "does not help the named group more"),
    "comparison": ("does better than what it was compared with", "does no better than what it was compared with"),
    "natural": ("natural or unprocessed, as claimed", "not natural or unprocessed, as claimed"),
    "cause": ("the cause named adds to hair loss", "the cause named does not add to hair loss"),
    "recovery": ("hair comes back by itself", "hair does not come back by itself"),
    "cost": ("affordable", "costs too much"),
    "interactions": ("goes with other medicines or conditions", "needs care"),
    "pregnancy": ("allowed", "advised against"),
    "children": ("allowed", "advised against"),
    "feelings": ("helps people feel better", "does not help people feel better"),
    "access": ("can be had", "hard to get, or not paid for"),
    "evidence": ("well studied", "not well studied"),
}
WARNINGS = ("safety", "pregnancy", "children", "interactions")  # against is a warning here, and no hedge softens it
OTHER_WORDS = {
    Direction.FOR: "Yes",
    Direction.AGAINST: "No",
    Direction.MIXED: "Studies disagree",
    Direction.UNCLEAR: "Not clear",
    Direction.NONE: "Described in studies",
    Direction.NO_STUDY: "No study found",
}
HEDGES = {Certainty.HIGH: "", Certainty.MODERATE: "Probably", Certainty.LOW: "Maybe", Certainty.VERY_LOW: "Maybe"}


def groups(corpus: Corpus, wanted: str = "") -> list[tuple[str, str, list[dict[str, object]]]]:
    """Give key, name and rows of the treatments that are named or that words mean ("Rogaine"), by name."""
    rows: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
    for cell in corpus.cells:
        rows[cell.treatment].append(_row(corpus, cell))
    known = corpus.vocabulary.treatments
    names = {key: _heading(known[key].name if key in known else key) for key in rows}
    meant = corpus.vocabulary.treatments_in(wanted)
    shown = [key for key in rows if key in meant or wanted.strip().casefold() in names[key].casefold()]
    return [(key, names[key], rows[key]) for key in sorted(shown, key=lambda key: names[key].casefold())]


def finding(cell: Cell) -> str:
    """Say what was found in a few words: ``Probably does not last without more treatment``."""
    if cell.direction not in (Direction.FOR, Direction.AGAINST) or cell.outcome not in POLES:
        return OTHER_WORDS[cell.direction]
    against = cell.direction is Direction.AGAINST
    warning = against and cell.outcome in WARNINGS
    hedge = HEDGES[cell.certainty] if cell.certainty and not warning else ""
    return _heading(f"{hedge} {POLES[cell.outcome][against]}".strip())


def _heading(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _row(corpus: Corpus, cell: Cell) -> dict[str, object]:
    outcome = corpus.vocabulary.outcomes.get(cell.outcome)
    known = [corpus.passages[passage_id] for passage_id in cell.passage_ids if passage_id in corpus.passages]
    return {
        "outcome": _heading(outcome.name if outcome else cell.outcome),
        "direction": cell.direction.value,
        "shape": SHAPES[cell.direction],
        "words": finding(cell),
        "sentence": cell.sentence,
        "why": cell.why,
        "certainty": render.CERTAINTY_WORDS[cell.certainty] if cell.certainty else None,
        "studies": _counted(((cell.studies, "study", "studies"), (cell.people, "person", "people"))),
        "links": [(render.passage_url(p.id), n, corpus.sources[p.source_id].title) for n, p in enumerate(known, 1)],
    }


def _counted(counts: Iterable[tuple[int | None, str, str]]) -> str:
    said = [f"{n:,} {one if n == 1 else many}" for n, one, many in counts if n is not None]
    return ", ".join(said) or "—"
