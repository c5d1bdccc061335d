"""Where the main message of an answer is at home: the topics that tell of the same, and the passages these stand on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from rag.answers.citations import Sentence
from rag.evidence import Topic
from rag.ids import owner_of
from rag.library.corpus import Corpus
from rag.sentences.inquiry import Asked
from rag.sentences.sayable import Sayables


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """The topics of a main message, and the passages that tell of the same."""

    topics: tuple[Topic, ...] = ()
    own: Topic | None = None  # the one that the main message is a sentence of
    passage_ids: frozenset[str] = frozenset()

    @property
    def treatments(self) -> tuple[str, ...]:
        """Give the treatments of its topics."""
        return tuple(dict.fromkeys(treatment for topic in self.topics for treatment in topic.treatments))

    def holds(self, passage_ids: Collection[str]) -> bool:
        """Tell whether one of some passages tells of the same; where nothing is known of a home, any does."""
        return not self.passage_ids or not self.passage_ids.isdisjoint(passage_ids)


NOWHERE = Home()


@dataclass(frozen=True, kw_only=True)
class Homes:
    """Finds where main messages are at home."""

    corpus: Corpus
    sayables: Sayables

    def of(self, lead: Sentence | None, part: Asked) -> Home:
        """Give the home of a main message: its own topic, or the one asked about, or those that cite its passages."""
        topics, own = self._topics(lead, part), self._own(lead)
        ids = set(lead.passage_ids) if lead else set()
        if part.cell and (lead is None or ids.intersection(part.cell.passage_ids)):
            ids.update(part.cell.passage_ids)
        ids.update(id_ for topic in topics for sentence in topic.sentences for id_ in sentence.cites)
        return Home(topics=topics, own=own, passage_ids=frozenset(ids))

    def _topics(self, lead: Sentence | None, part: Asked) -> tuple[Topic, ...]:
        asked = (part.topic,) if part.topic else ()
        if lead is None:
            return asked
        if own := self._own(lead):
            return (own,)
        citing = {topic.id: topic for id_ in lead.passage_ids for topic in self._citing.get(id_, ())}
        return asked if part.topic and part.topic.id in citing else tuple(citing.values()) or asked

    def _own(self, lead: Sentence | None) -> Topic | None:
        said = self.sayables.by_text.get(lead.text) if lead else None
        return self.corpus.topic_of[owner_of(said.entry_id)] if said and said.form.of_a_topic else None

    @cached_property
    def _citing(self) -> Mapping[str, list[Topic]]:
        """Give the topics that cite each passage."""
        citing: dict[str, list[Topic]] = {}
        for topic in self.corpus.topics:
            for id_ in dict.fromkeys(id_ for sentence in topic.sentences for id_ in sentence.cites):
                citing.setdefault(id_, []).append(topic)
        return citing
