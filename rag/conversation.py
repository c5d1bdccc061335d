"""One turn: screen for danger, make a follow-up stand alone, answer. The same conversation gives the same answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answers.answerer import Answerer, Posed
from rag.drafts.writer import Writer
from rag.evidence import Topic
from rag.kinds import DANGERS, Kind, Wish
from rag.language.followups import HISTORY_TURNS, keeps_topic, leans, standalone
from rag.language.forms import turn_meant, with_meant_named, with_pills_named
from rag.language.persons import for_somebody_else
from rag.language.questions import points_back, split_carried
from rag.language.reading import read
from rag.language.telling import adds
from rag.language.wishes import wish_of
from rag.safety.rules import Rule
from rag.safety.screen import Read, Rules, Screened, prepare, screen, without_orders
from rag.sentences.following import Earlier
from rag.sentences.inquiry import ASKED_LIKE, SURELY_BELONGS
from rag.types import FIXED, Answer, Statement, Turn

_FIXED = (*DANGERS, Kind.OUT_OF_SCOPE)
# What one may ask of whatever treatment without being told again to see somebody: "what do they cost".
_OF_NOBODY = frozenset({"cost", "approval", "evidence", "mechanism", "pain", "procedure"})
# Up to this likely to be out of scope, a follow-up that the rules cannot place is answered: in evals/data/answers.jsonl
# (dev) 10 of 10 questions had at most .04, of the 33 in evals/data/safety.jsonl (dev) that the rules keep out none .15.
_READS_ON = 0.1
# Cosine of a message and a topic's question from which it is answered beside a danger that nothing in it hints at: so
# are one of 53 such crises (dev) and one of 16 false alarms that were written to mislead.
_NEAR = 0.45
# Share of the belief in a topic from which a follow-up that points back asks of it: of 60 on another subject none does.
_LEANS_ON_IT = 0.2
_RETRIEVED = 8  # of what was found, so much is kept with a turn, for staff to see what the answer could draw on


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """Answers questions with their history; safety comes first and needs no chat model."""

    answerer: Answerer
    rules: Rules
    second_opinion: Read | None = None
    writer: Writer | None = None  # drafts with a chat model; without one the answerer composes alone

    def prepare(self) -> None:
        """Work out ahead what does not depend on the question, so that nobody who asks waits for it."""
        self.answerer.prepare()
        sayables = self.answerer.leads.relevance.sayables
        for place in range(len(sayables.all)):
            sayables.told(place)
        spoken = (*self.rules.care, *(said for rule in self.rules.rules for said in rule.sentences))
        self.answerer.composition.prepare(said.text for said in spoken)

    def reply(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Statement | Turn]:
        """Yield the checked statements of a reply, then the whole turn."""
        history = history[-HISTORY_TURNS:]
        wish = self._wish(question, history)
        meant = turn_meant(question, history, self.answerer.corpus.vocabulary) if wish else None
        understood = question if meant else self.understood(question, history)
        screened = self._screened(question, understood, wish, history)
        rule = self.rules.named(screened.rule)
        if rule and rule.answered and screened.unhinted and self._asks_beside(understood, history):
            handed = _with_answer(screened, rule)
            posed = self._posed(question, understood, handed, history)
            yield from _turn(self.answerer.compose(posed), posed, handed)
        elif screened.kind in _FIXED:
            yield from self._fixed(question, screened.kind, screened)
        elif wish and meant:
            before = self.rules.hand_over(meant.rule)
            handed = _again(before) if before and not screened.kind else screened  # a hand-over stays one
            posed = self._posed(question, meant.understood, handed, history)
            yield from _turn(self.answerer.retell(wish, posed), posed, handed)
        else:
            posed = self._posed(question, understood, screened, history)
            yield from _turn((self.writer or self.answerer).compose(posed), posed, screened)

    def understood(self, question: str, history: Sequence[Turn] = ()) -> str:
        """Give the question as it stands alone, with what it asks about named.

        By rule with a chat model too: what is searched for must not depend on a server, nor on what it was told.
        """
        vocabulary = self.answerer.corpus.vocabulary
        asked = without_orders(question, self.rules)
        named = with_pills_named(with_meant_named(asked), history, vocabulary)
        alone = standalone(named, history, vocabulary)
        return self.answerer.leads.clarified(alone)

    def _wish(self, question: str, history: Sequence[Turn]) -> Wish | None:
        """Give what is asked of the last answer; an urgent or off-topic reply is told in one way only."""
        if not history or history[-1].answer.kind in _FIXED:
            return None
        return wish_of(question, self.answerer.corpus.vocabulary)

    def _screened(self, question: str, understood: str, wish: Wish | None, history: Sequence[Turn]) -> Screened:
        """Screen the question; what only asks on about the last answer is on topic."""
        screened = screen(question, self.rules, [turn.question for turn in history], self.second_opinion)
        if screened.kind is None:
            return self._handed_over(question, history) or self._meant_personally(question, understood) or screened
        if screened.rule == "greeting" and (danger := self._danger_before(history)):
            return _again(danger)
        if screened.rule != "off_topic":
            return screened
        leads = self.answerer.leads
        follows = wish or keeps_topic(leads.clarified(question), history, self.answerer.corpus.vocabulary)
        follows = follows or leads.near_topic(understood) or self._reads_on(question, understood, history)
        if not follows and not self._asked_before(understood, history):
            return screened
        handed = self._handed_over(question, history) or self._meant_personally(question, understood)
        return handed or Screened(kind=None)

    def _danger_before(self, history: Sequence[Turn]) -> Rule | None:
        """Give the rule of a danger just told of: "ok thanks" is met with what to do, not with a welcome."""
        told = history[-1] if history else None
        return self.rules.named(told.rule) if told and told.answer.kind in DANGERS else None

    def _reads_on(self, question: str, understood: str, history: Sequence[Turn]) -> bool:
        """Tell whether the second opinion is sure that a message after an answer is no other subject.

        What only adds a fact ("I'm vegetarian") is read behind what it adds to.
        """
        if self.second_opinion is None or not history or history[-1].answer.kind is Kind.OUT_OF_SCOPE:
            return False
        said = understood if adds(question, self.answerer.corpus.vocabulary) else question
        return self.second_opinion(prepare(said, self.rules)).get(Kind.OUT_OF_SCOPE, 1.0) <= _READS_ON

    def _asked_before(self, understood: str, history: Sequence[Turn]) -> bool:
        """Tell whether a follow-up, standing alone, is like a question that people ask us, or surely one of a topic."""
        earlier, leads = Earlier.of(history), self.answerer.leads
        if earlier is None or history[-1].answer.kind is Kind.OUT_OF_SCOPE:
            return False
        if leads.relevance.likeness(leads.sought(understood, earlier=earlier)) >= ASKED_LIKE:
            return True
        # "How long do I give it before I stop paying" leans on the treatment before, in the words of one of its topics.
        least = _LEANS_ON_IT if points_back(split_carried(understood)[0]) else SURELY_BELONGS
        return self._surely_asked(understood, history, ASKED_LIKE, least) is not None

    def _asks_beside(self, understood: str, history: Sequence[Turn]) -> bool:
        """Tell whether a message asks something of us beside what sounds like danger; feelings are no other thing."""
        topic = self._surely_asked(understood, history, _NEAR)
        return topic is not None and "feelings" not in topic.outcomes

    def _surely_asked(
        self, understood: str, history: Sequence[Turn], nearness: float, least: float = SURELY_BELONGS
    ) -> Topic | None:
        """Give the topic that surely answers a question, standing alone, asked of in words so near; None where none."""
        chosen = self.answerer.leads.chosen(understood, Earlier.of(history))
        surely = chosen is not None and chosen.share >= least and chosen.nearness >= nearness
        return chosen.topic if chosen and surely else None

    def _meant_personally(self, question: str, understood: str) -> Screened | None:
        """Hand over what asks for it once its subject is named: "what mg should I take" after minoxidil tablets."""
        screened = screen(understood, self.rules) if understood != question else Screened(kind=None)
        if screened.kind is not Kind.NEEDS_CLINICIAN or screen(question, self.rules).rule == screened.rule:
            return None  # none, or named in the message already, where the second opinion was calm
        return screened

    def _handed_over(self, question: str, history: Sequence[Turn]) -> Screened | None:
        """Keep a hand-over for a follow-up that leans on it: the person is still pregnant, the child still a child."""
        rule = self.rules.hand_over(history[-1].rule) if history else None
        if rule is None or not rule.lasting or not leans(question) or for_somebody_else(question):
            return None
        return None if self._asks_of_nobody(question) else _again(rule)

    def _asks_of_nobody(self, question: str) -> bool:
        """Tell a question on prices, rules or methods, which has the same answer whoever asks."""
        focus = set(read(question, self.answerer.corpus.vocabulary).focus)
        return bool(focus - {"comparison"}) and focus <= _OF_NOBODY | {"comparison"}

    def _posed(self, question: str, understood: str, screened: Screened, history: Sequence[Turn]) -> Posed:
        return Posed(
            question=question,
            understood=understood,
            found=self.answerer.find(understood),
            before=screened.sentences,
            history=history,
            handed_over=screened.kind is not None,  # no bare yes beside a danger either
        )

    def _fixed(self, question: str, kind: Kind, screened: Screened) -> Iterator[Statement | Turn]:
        """Yield a reviewed reply that no model touches."""
        notes = self.answerer.footnotes()
        statements = self.answerer.advice(screened.sentences, notes)
        yield from statements
        answer = Answer(
            question=question,
            kind=kind,
            statements=tuple(statements),
            citations=notes.citations(),
            suggestions=self.answerer.starters() if kind is Kind.OUT_OF_SCOPE else (),
            generator=FIXED,
        )
        yield Turn(question=question, understood=question, answer=answer, rule=screened.rule)


def _turn(parts: Iterator[Statement | Answer], posed: Posed, screened: Screened) -> Iterator[Statement | Turn]:
    """Yield the statements of an answer, then its turn; what was screened decides its kind."""
    for part in parts:
        if isinstance(part, Statement):
            yield part
        else:
            yield Turn(
                question=posed.question,
                understood=posed.understood,
                answer=replace(part, kind=screened.kind or part.kind),
                retrieved=tuple(posed.found[:_RETRIEVED]),
                rule=screened.rule,
            )


def _again(rule: Rule) -> Screened:
    """Give what was told before: its first sentence reminds, and the rest need not be said twice."""
    return Screened(kind=rule.kind, rule=rule.id, sentences=rule.sentences[:1], reason=rule.reason)


def _with_answer(heard: Screened, rule: Rule) -> Screened:
    """Give a danger that was only heard as it is told before an answer: whoever is calm gets what was asked too."""
    first = tuple(said for said in heard.sentences if said != rule.sentences[-1])
    return replace(heard, sentences=(*first, *rule.answered))
