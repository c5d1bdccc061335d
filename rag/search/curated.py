"""Rank evidence by what reviewers wrote down: tags of passages, what topics cite, what decides a cell of the map."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from rag.evidence import Passage
from rag.kinds import Role
from rag.language.reading import Reading, affinity, kinship, treatment_fit
from rag.language.vocabulary import Assertion
from rag.library.corpus import Corpus
from rag.recent import Recent

Near = Callable[[str], float]  # the id of an entry -> its cosine to the question

_ON_OUTCOME = 0.56  # above it the outcome is met as well as the treatment
_MIN_FIT = 0.5  # the broader treatment and the same outcome still count
_TOPIC_SIMILARITY = 0.45  # cosine to one of a topic's questions below which it is about something else
_KEPT_FITS = 256  # what people ask about comes back; one ranking may hold some hundred passages
_WORKS = Assertion(outcome="works", positive=None, span=(0, 0))


@dataclass(frozen=True, kw_only=True)
class Curated:
    """Ranks passages by the reviewers' work; ``near`` breaks ties within it."""

    corpus: Corpus
    _fits: Recent[tuple[tuple[str, ...], ...], list[tuple[float, str]]] = field(
        default_factory=lambda: Recent(most=_KEPT_FITS), repr=False
    )

    def tagged(self, reading: Reading, near: Near) -> tuple[list[str], list[str]]:
        """Rank the evidence on the treatment and the outcome, and apart from it what shares the treatment only."""
        fits = sorted(self._fitting(reading), key=lambda pair: (-pair[0] - near(pair[1]), pair[1]))
        return (
            [id_ for fit, id_ in fits if fit > _ON_OUTCOME],
            [id_ for fit, id_ in fits if fit <= _ON_OUTCOME],
        )

    def behind(self, topics: Sequence[tuple[str, float]], near: Near) -> list[str]:
        """Rank the passages that topics (id, cosine) stand on: people's words lead to reviewed ones to the evidence."""
        scored: dict[str, float] = {}
        for topic_id, cosine in topics:
            if cosine < _TOPIC_SIMILARITY:
                continue
            for sentence in self.corpus.topic_by_id[topic_id].sentences:
                for passage_id in sentence.cites:
                    scored[passage_id] = max(scored.get(passage_id, -2.0), cosine + near(sentence.id))
        return sorted(scored, key=lambda id_: (-scored[id_], id_))

    def deciding(self, reading: Reading) -> list[str]:
        """Give the passages that decide the map's cells of what is asked: the first of each cell, then the second."""
        cells = [self.corpus.cell_of.get((t, o)) for o in reading.focus for t in reading.subjects]
        columns = [cell.passage_ids for cell in cells if cell]
        deepest = max(map(len, columns), default=0)
        return list(dict.fromkeys(ids[row] for row in range(deepest) for ids in columns if row < len(ids)))

    def _fitting(self, reading: Reading) -> list[tuple[float, str]]:
        """Give the evidence passages whose tags fit; kept by what the reading is about, not by its words.

        Where nothing on the treatment bears on the outcome asked, whether it works is the next thing to say.
        """
        about = (reading.subjects, reading.conditions, reading.focus)
        return self._fits.of(about, lambda: self._fit(reading))

    def _fit(self, reading: Reading) -> list[tuple[float, str]]:
        fits = self._by_tags(reading)
        if reading.focus and not any(fit > _ON_OUTCOME for fit, _ in fits):
            return self._by_tags(replace(reading, assertions=(_WORKS,)))
        return fits

    def _by_tags(self, reading: Reading) -> list[tuple[float, str]]:
        vocabulary = self.corpus.vocabulary
        return [
            (fit, passage.id)
            for alike in self._rankable
            if kinship(alike[0], reading, vocabulary) > _MIN_FIT and not self._foreign(alike[0], reading)
            for passage in alike
            if (fit := affinity(passage, reading, vocabulary)) > _MIN_FIT
        ]

    @cached_property
    def _rankable(self) -> tuple[list[Passage], ...]:
        """Give the evidence passages that say what was found or advised, those on the same things together."""
        said = (p for p in self.corpus.passages.values() if p.role not in (Role.FUNDING, Role.PARAGRAPH))
        alike: dict[tuple[tuple[str, ...], ...], list[Passage]] = {}
        for passage in filter(self.corpus.is_evidence, said):
            alike.setdefault((passage.treatments, passage.conditions), []).append(passage)
        return tuple(alike.values())

    def _foreign(self, passage: Passage, reading: Reading) -> bool:
        """Tell whether a passage is on another treatment than one that was named.

        Then it shares at most the kind of hair loss, as most do. One on the kind of hair loss itself is not foreign,
        unless that kind is the commonest.
        """
        if not reading.treatments or (not passage.treatments and reading.certain_kinds & set(passage.conditions)):
            return False
        return treatment_fit(passage.treatments, reading.treatments, self.corpus.vocabulary) == 0.0
