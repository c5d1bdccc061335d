"""The words that our texts hold, of all of them or of those on a treatment: what none of them holds is a gap."""

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property

from rag.answers.leads import Leads
from rag.text import words

STEM = 5  # letters by which words are told to be of one root


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Tells which words stand in our texts: in the evidence, the cells of the map and the topics."""

    leads: Leads
    _kept: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict, repr=False)

    def stems(self, about: tuple[str, ...] = (), loosely: bool = False) -> frozenset[str]:
        """Give how the words of our texts begin: of all, or of those on some treatments (loosely: these, or none).

        "Do stem cells work on wrinkles?" is not answered by what a paper on fat for wrinkles says.
        """
        key = (*about, *(("loosely",) if loosely else ()))
        if key not in self._kept:
            fits = _on_the_very if loosely else self.leads.fits
            told: list[Set[str]] = [stems for tags, stems in self._by_tags.items() if not about or fits(tags, about)]
            told += [self._of_no_treatment] if about and loosely else []
            self._kept[key] = frozenset[str]().union(*told)
        return self._kept[key]

    def texts(self, about: tuple[str, ...]) -> Iterator[str]:
        """Yield our texts on some treatments."""
        yield from (text for text, treatments in self._told if self.leads.fits(treatments, about))

    def prepare(self) -> None:
        """Work out ahead what does not depend on the question."""
        _ = self._by_tags, self._of_no_treatment  # kept from here on

    @cached_property
    def _told(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Give every text of ours with the treatments that it is tagged with."""
        corpus = self.leads.corpus
        told = [(p.text, p.treatments) for p in corpus.passages.values() if corpus.is_evidence(p)]
        told += [(cell.sentence, (cell.treatment,)) for cell in corpus.cells]
        for topic in corpus.topics:
            texts = (*topic.questions, *(sentence.text for sentence in topic.sentences))
            told += [(text, topic.treatments) for text in texts]
        return tuple(told)

    @cached_property
    def _by_tags(self) -> Mapping[tuple[str, ...], Set[str]]:
        """Give how the words of our texts begin, by the treatments that texts are tagged with: some hundred sets."""
        by_tags: dict[tuple[str, ...], set[str]] = {}
        for text, treatments in self._told:
            by_tags.setdefault(treatments, set()).update(_stems_in(text))
        return by_tags

    @cached_property
    def _of_no_treatment(self) -> frozenset[str]:
        """Give how the words begin of texts that neither tags nor words tie to a treatment; a tenth of a second."""
        named = self.leads.corpus.vocabulary.treatments_in
        texts = (text for text, treatments in self._told if not treatments and not named(text))
        return frozenset[str]().union(*map(_stems_in, texts))


def _stems_in(text: str) -> set[str]:
    return {word[:STEM] for word in words(text)}


def _on_the_very(treatments: Collection[str], about: Collection[str]) -> bool:
    return bool(set(treatments) & set(about))
