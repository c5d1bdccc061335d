"""What is asked about that nothing we hold speaks of: a remedy, something to do, a kind of hair loss nobody studied."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.answers.holdings import STEM, Holdings
from rag.answers.leads import Leads
from rag.evidence import Passage
from rag.judging.claims import unknown_agent
from rag.kinds import Part
from rag.language.medicines import asks_of_both, medicines_in
from rag.language.questions import asking, asks_something, speaks_of, split_carried
from rag.language.reading import OF_THE_PERSON
from rag.language.things import ACTIVITY, THINGS, WORKS_ON, is_everyday, thing_in
from rag.language.twofold import asks_which, sets_against
from rag.language.vocabulary import ANY, USUAL
from rag.search.sparse import stem
from rag.sentences.inquiry import Asked
from rag.text import normalise, sentence_texts, words

_HELD = 0.42  # cosine of the very thing asked and a line above which we hold something on it
# Cosine of a thing's name and a passage with that name above which it speaks of the thing: "smoking" has .39 with one
# on smokers' wounds, "creatine" .25 with one on creatine kinase.
_SPOKEN_OF = 0.3
_NEARER = 0.2  # how much nearer where the name is not said as one, by hand: "hair gel" has .44 with a dummy gel on hair
_TOPICS = 4  # nearest to a question, whose sentences may speak of the thing
_NEAR_ENOUGH = 0.68  # cosine of the whole question and a passage above which we hold something on it
_CODE = re.compile(r"\b[a-z]{2,4}-?\d{2,6}\b")  # what a drug is called before it has a name: "pp405"
# "Does it do anything apart from make me itch" asks of whatever else.
_BUT_FOR = re.compile(
    r"\b(?:apart from|aside from|other than|besides|except)\b"
    r"(?:(?!\b(?:can|could|does|do|is|are|will|what|how)\b)[^.?!,])*",
    re.IGNORECASE,
)
# "Can I use one with lupus", "is it safe with my heart"; what somebody takes is a medicine, whatever it is called.
_GOES_WITH = re.compile(
    r"\b(?:use|take|have|get|start|add|try|safe|ok|okay|fine|alright)\b[^.?!,]{0,30}? with (?P<beside>[^.?!,]+)"
)
_TAKEN = re.compile(
    r"\b(?:it|that|this|them|these|those|both|other|med(?:s|ic\w+)|tablets?|pills?|drugs?|inhalers?|anti\w+|blockers?"
    r"|thinners?)\b"
)
_EFFECTS = frozenset({"works", "how_much"})
_COMPARED = _EFFECTS | {"comparison"}
_OF_ALL_KINDS = frozenset({"approval", "cost", "access"})  # what no kind of hair loss changes
_TIMES = frozenset({"lasts", "how_soon", "sessions"})
# What hair does, and a time of life: neither says which kind of hair loss is meant.
_NO_KIND = re.compile(
    r"\b(?:shed(?:s|ding)?|strands?|clumps?|hairbrush|(?:after |before |during |past |through )?(?:the )?menopaus\w*"
    r"|post-?menopaus\w*)\b"
)
_USUAL = re.compile(
    r"\b(?:male|female|ordinary|normal|common|pattern)(?:[- ]\w+)? (?:bald\w*|hair ?loss|alopecia|thinning)\b"
    r"|\bandrogen|\breceding\b|\bbald heads?\b"
)


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Finds what the library lacks for a question."""

    leads: Leads

    @cached_property
    def _holdings(self) -> Holdings:
        """Give the words of all our texts."""
        return Holdings(leads=self.leads)

    def thing(self, asked: Asked) -> str | None:
        """Name the very thing asked about when nothing that we hold speaks of it: a remedy, or something to do."""
        ways = (self.unknown_agent, self.unheld_medicine, self._unheld_code, self._unheld, self._unheld_activity)
        return next(filter(None, (way(asked) for way in ways)), None)

    def said(self, thing: str, asked: Asked) -> str:
        """Say that we hold nothing on a thing: with the treatment asked of, where other texts of ours know it."""
        if beside := self._beside(medicines_in(thing), asked):
            name = self.leads.corpus.vocabulary.treatments[beside[0]].name
            return f"Our library holds nothing on “{thing}” with {name}, so please ask a pharmacist or your prescriber."
        known = all(self._holdings.stems() & self._beginnings(word) for word in self._telling(thing))
        names = self.leads.corpus.vocabulary.treatments
        of = "".join(f" with {names[key].name}" for key in asked.reading.treatments[:1] if known)
        written = re.search(re.escape(thing), asked.question, re.IGNORECASE)  # "CRISPR", as the person wrote it
        return f"Our library holds nothing on “{written.group() if written else thing}”{of}, so we cannot say."

    def unheld_medicine(self, asked: Asked) -> str | None:
        """Name the medicines asked about beside a treatment that no text of ours on that treatment names."""
        both = "interactions" in asked.reading.outcomes or asks_of_both(asked.question)
        taken = medicines_in(asked.question) if both and not self._goes_with_another(asked) else ()
        about = self._beside(taken, asked)
        held = medicines_in(" ".join(self._holdings.texts(about))) if about else ()
        return " or ".join(name for name in taken if about and name not in held) or None

    def _goes_with_another(self, asked: Asked) -> bool:
        """Tell whether what something would go with is asked, and is no medicine: "can I use one with lupus"."""
        named = self.leads.corpus.vocabulary.treatments_in
        told = normalise(split_carried(asked.question)[0]).lower()
        beside = [match["beside"] for match in _GOES_WITH.finditer(told)]
        return bool(beside) and not any(_TAKEN.search(b) or medicines_in(b) or named(b) for b in beside)

    def comes_later(self, thing: str, asked: Asked) -> bool:
        """Tell whether a message asks something else before it asks of a thing that we hold nothing on."""
        told = sentence_texts(split_carried(asked.question)[0])
        first, *more = list(filter(asks_something, told)) or ("",)
        names_it = not {*words(thing)}.isdisjoint(words(first.lower()))
        return bool(more) and not (asks_of_both(first) if medicines_in(thing) else names_it)

    def _beside(self, taken: Collection[str], asked: Asked) -> tuple[str, ...]:
        """Give the treatment that is asked of beside some medicines."""
        own = self.leads.corpus.vocabulary.treatments_in(" ".join(taken))
        return tuple(key for key in asked.reading.treatments if taken and key not in own)[:1]

    def _unheld_code(self, asked: Asked) -> str | None:
        """Name a drug that goes by a code which none of our texts knows."""
        held = self._holdings.stems()
        codes = (match.group() for match in _CODE.finditer(normalise(asked.question).lower()))
        return next((code.upper() for code in codes if code[:STEM] not in held), None)

    def unknown_agent(self, asked: Asked) -> str | None:
        """Name a remedy asked about that nothing found speaks of."""
        agent = unknown_agent(asked.question, self.leads.corpus.vocabulary)
        if agent is None:
            return None
        vector, names = self.leads.retriever.embed(agent), [stem(w) for w in words(agent)]
        outcomes = set(asked.reading.outcomes)
        topics = [self.leads.corpus.topic_by_id[id_] for id_, _ in self.leads.retriever.topics(asked.question, _TOPICS)]
        if any(_names_all(question, names) for topic in topics for question in topic.questions):
            return None
        told = [(f.passage, _tells_of(f.passage, outcomes)) for f in asked.found]
        told += [(s, not outcomes or bool(outcomes & {*t.outcomes})) for t in topics for s in t.sentences]
        near = (
            self.leads.retriever.similarity(p.id, vector) - (_NEARER if _in_passing(p, agent, tells) else 0.0)
            for p, tells in told
            if _names_all(p.text, names)
        )
        if max(near, default=-1.0) >= _SPOKEN_OF:
            return None
        unknown = (sentence for topic in topics for sentence in topic.telling(Part.UNKNOWN))
        return None if any(_names_all(sentence.text, names) for sentence in unknown) else agent

    def _unheld(self, asked: Asked) -> str | None:
        """Name what one asks to do ("fly two days after ...") or of ("grey hair") that none of our texts speaks of."""
        bare, _ = split_carried(asked.question)
        said = self.leads.plain(_BUT_FOR.sub(" ", asking(bare) or bare)).lower()
        for pattern in THINGS:
            # What a treatment does to somebody, or goes with, must be told of that very treatment; what it works on,
            # not only of others.
            about = asked.reading.treatments[:1] if pattern is not ACTIVITY else ()
            loosely = pattern is WORKS_ON
            for match in pattern.finditer(said):
                thing = thing_in(match)
                ours = pattern is ACTIVITY and self.leads.corpus.vocabulary.treatments_in(thing)
                beside = thing.partition(" ")[2] if ours else thing  # "carry on with finasteride" asks of no carrying
                stems = self._holdings.stems(about, loosely)
                if not all(stems & self._beginnings(word) for word in self._telling(self._beside_the_effect(beside))):
                    return thing
        return None

    def _unheld_activity(self, asked: Asked) -> str | None:
        """Name an activity that stands in no passage found and lies near none, though other texts know its words."""
        match = ACTIVITY.search(normalise(asked.question).lower())
        if match is None or max((f.similarity for f in asked.found), default=-1.0) >= _NEAR_ENOUGH:
            return None
        vocabulary = self.leads.corpus.vocabulary
        thing = thing_in(match)
        telling = [word for word in self._telling(thing) if not vocabulary.assertions_in(word)]
        texts = [f.passage.text for f in asked.found]
        texts += [s.text for s in asked.topic.sentences] if asked.topic else []
        texts += list(asked.topic.also_asked) if asked.topic else []
        texts += [one.said.text for one in asked.relevant]  # which the answer may tell
        held = " ".join(words(" ".join(texts)))
        if not telling or any(re.search(rf"\b{re.escape(w[:STEM])}", held) for w in telling):
            return None
        vector = self.leads.retriever.embed(" ".join(telling))
        near = (self.leads.retriever.similarity(f.passage.id, vector) for f in asked.found)
        return None if max(near, default=-1.0) >= _HELD else thing

    def _telling(self, thing: str) -> list[str]:
        """Give the words of a phrase that name something of their own: neither ours nor anybody's everyday ones."""
        vocabulary = self.leads.corpus.vocabulary
        named = [w for w in words(thing) if len(w) > 2 and not is_everyday(w) and not vocabulary.treatments_in(w)]
        return [w for w in named if not vocabulary.conditions_in(w) and w.isalpha()]

    def _beginnings(self, word: str) -> set[str]:
        """Give how a word and those that say the same begin: what is told of erections is told of impotence."""
        alike = self.leads.corpus.vocabulary.synonyms
        first = alike.get(word, word)
        return {like[:STEM] for like in (word, first, *(w for w, group in alike.items() if group == first))}

    def _beside_the_effect(self, thing: str) -> str:
        """Give a thing without what only says that hair gains, or when: "thicker" and "top-ups forever" are none."""
        for said in self.leads.corpus.vocabulary.assertions_in(thing):
            if said.outcome in _EFFECTS | _TIMES:
                thing = thing[: said.span[0]] + " " * (said.span[1] - said.span[0]) + thing[said.span[1] :]
        return thing

    def prepare(self) -> None:
        """Work out ahead what does not depend on the question."""
        self._holdings.prepare()

    def unstudied_effect(self, asked: Asked) -> str | None:
        """Say that nobody tested the treatment named, where all that is asked is whether it works and that is so."""
        treatments, focus = asked.reading.treatments[:1], set(asked.reading.focus)
        if not treatments or not focus or focus - _EFFECTS or asked.cell:
            return None
        corpus = self.leads.corpus
        tested = any(
            _EFFECTS & {b.outcome for b in passage.bearings} and self.leads.fits(passage.treatments, treatments)
            for passage in corpus.passages.values()
            if corpus.is_evidence(passage)
        )
        name = corpus.vocabulary.treatments[treatments[0]].name
        return None if tested else f"We found no study that tested {name} as a treatment for hair loss."

    def unstudied_condition(self, asked: Asked) -> str | None:
        """Say that nobody studied the treatment named for the kind of hair loss named, where that is so."""
        kinds, focus = self._kinds_asked_of(asked), set(asked.reading.focus)
        if not (asked.reading.treatments and kinds) or focus & OF_THE_PERSON or (focus and focus <= _OF_ALL_KINDS):
            return None
        treatment = asked.reading.treatments[0]
        usual = kinds == [USUAL]  # which a passage on any hair loss covers, if it says whether hair grew
        covering = {*kinds, ANY} if usual else set(kinds)
        passages = [p for p in self.leads.corpus.passages.values() if self.leads.corpus.is_evidence(p)]
        of_it = (p for p in passages if covering & set(p.conditions) and self.leads.fits(p.treatments, (treatment,)))
        studied = any(not usual or _tells_of_growth(p) for p in of_it)
        # Blood thinners and liposuction are no treatment of any hair loss.
        treats = any(_tells_of_growth(p) and self.leads.fits(p.treatments[:1], (treatment,)) for p in passages)
        vocabulary = self.leads.corpus.vocabulary
        names = vocabulary.treatments[treatment].name, vocabulary.conditions[kinds[0]].name
        return None if studied or not treats else f"We found no study of {names[0]} for {names[1]}."

    def uncompared(self, asked: Asked) -> str | None:
        """Say that nobody set one of the two treatments named against the other, where that is asked and so."""
        two = asked.reading.treatments
        if len(two) != 2 or not ({*asked.reading.focus} <= _COMPARED and asks_which(asked.question)):
            return None
        corpus = self.leads.corpus
        beside = (p for p in corpus.passages.values() if corpus.is_evidence(p) and {*two} <= {*p.treatments})
        names = [corpus.vocabulary.treatments[key].name for key in two]
        compared = any(sets_against(passage.text) for passage in beside)
        return None if compared else f"We found no study that compared {names[0]} with {names[1]}."

    def _kinds_asked_of(self, asked: Asked) -> list[str]:
        """Give the kinds of hair loss asked about: those of the asking sentences, else those that were carried over.

        "Bald" and "shedding" alone are no kind, so the usual one counts only where it is called so.
        """
        bare, carried = split_carried(asked.question)
        own = _NO_KIND.sub(" ", normalise(asking(bare) or bare).lower())
        named = self.leads.corpus.vocabulary.conditions_in
        usual = bool(_USUAL.search(own))
        kinds = [c for c in named(own) if c != ANY and (usual or c != USUAL)]
        return kinds or [c for c in named(carried) if c not in (ANY, USUAL)]


def _tells_of_growth(passage: Passage) -> bool:
    return bool(_EFFECTS & {bearing.outcome for bearing in passage.bearings})


def _in_passing(passage: Passage, agent: str, tells: bool) -> bool:
    """Tell whether a passage names a thing in passing: what it ``tells`` of is something else.

    "hair" stands everywhere: what is on hair and some gel, or tells of something else, is not on hair gel. What is on a
    treatment of ours and not on what is asked ("Nutrafol holds ashwagandha") is on that treatment.
    """
    if agent.startswith("hair "):
        return not (tells and speaks_of(passage.text, agent))
    return bool(passage.treatments) and not tells


def _tells_of(passage: Passage, outcomes: Collection[str]) -> bool:
    """Tell whether a passage bears on one of some outcomes; where none is asked of, any does."""
    return not outcomes or any(bearing.outcome in outcomes for bearing in passage.bearings)


def _names_all(text: str, names: Sequence[str]) -> bool:
    """Tell whether a text holds each word, given by its stem."""
    return {stem(word) for word in words(text)}.issuperset(names)
