"""One person's conversation: what is asked, shown, kept and liked; knows nothing of the page's layout."""

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from rag import render
from rag.errors import RagError
from rag.types import Statement, Turn
from rag.web.markup import readable
from rag.web.ports import Answers, Keeps

log = logging.getLogger(__name__)

MAX_TURNS = 10  # that stay on the screen; a follow-up refers back to the last few of them
APOLOGY = "We are sorry: something went wrong on our side. Please try again in a moment."
LOOKING = Markup('<p class="looking" role="status">Looking in the studies …</p>')
UNREADABLE = "Your question has a character that cannot be read; please type it again."
NOT_STORED = "This answer is not stored."
NOT_SAVED = "We could not store this answer for clinic staff."

Message = dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A turn with the id it was stored under, or None and a note that says why not.

    ``private``: the person said not to store it.
    """

    turn: Turn
    turn_id: int | None
    note: str = ""
    private: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """The last turns of one browser session."""

    id: str = ""
    kept: tuple[Kept, ...] = ()

    def with_turn(self, kept: Kept) -> "Conversation":
        """Give the conversation with one more turn; the oldest falls out."""
        return replace(self, kept=(*self.kept, kept)[-MAX_TURNS:])

    def history(self, private: bool) -> tuple[Turn, ...]:
        """Give the turns that the next one may lean on; one that is stored must carry nothing of private ones."""
        return tuple(kept.turn for kept in self.kept if private or not kept.private)

    def at(self, message_index: int) -> Kept | None:
        """Give the turn that a message on the screen belongs to; two messages a turn."""
        place = message_index // 2
        return self.kept[place] if 0 <= place < len(self.kept) else None

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Give what could be asked next."""
        return self.kept[-1].turn.answer.suggestions if self.kept else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What the screen shows at one moment; ``failed`` when the question got no answer."""

    messages: list[Message]
    conversation: Conversation
    done: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Answers a person's questions and keeps the turns, unless they said not to."""

    assistant: Answers
    store: Keeps

    def reply(self, question: str, conversation: Conversation, private: bool) -> Iterator[Shown]:
        """Yield the screen as it grows, statement by statement; the last one is ``done``."""
        before = conversation if conversation.id else replace(conversation, id=secrets.token_urlsafe(16))
        if readable(question) != question:
            yield self._failure(readable(question), before, UNREADABLE)
            return
        yield self._shown(question, before, LOOKING)
        try:
            yield from self._stream(question, before, private)
        except RagError as error:
            yield self._failure(question, before, str(error))
        except Exception:
            # The web boundary: one turn must not end the session, and nobody reads a traceback.
            log.exception("A question could not be answered")
            yield self._failure(question, before, APOLOGY)

    def messages(self, conversation: Conversation) -> list[Message]:
        """Give the whole conversation as the chat shows it, two messages a turn."""
        shown = []
        for kept in conversation.kept:
            answer = render.answer_html(kept.turn.answer, self.assistant.corpus)
            note = render.h('<p class="writer">{note}</p>', note=kept.note) if kept.note else Markup("")
            shown += [_asked(kept.turn.question), _said(answer + note)]
        return shown

    def give_feedback(self, turn_id: int, liked: bool, reason: str | None) -> bool:
        """Store what a person thought of an answer; tell whether that worked."""
        try:
            self.store.give_feedback(turn_id, liked, (reason or "").strip() or None)
        except RagError:
            log.exception("Feedback could not be stored")
            return False
        return True

    def _stream(self, question: str, before: Conversation, private: bool) -> Iterator[Shown]:
        statements: list[Statement] = []
        for item in self.assistant.stream(question, before.history(private)):
            if isinstance(item, Turn):
                after = before.with_turn(self._keep(before.id, item, private))
                yield Shown(messages=self.messages(after), conversation=after, done=True)
            else:
                statements.append(item)
                yield self._shown(question, before, _draft(statements))

    def _keep(self, conversation_id: str, turn: Turn, private: bool) -> Kept:
        if private:
            return Kept(turn=turn, turn_id=None, note=NOT_STORED, private=True)
        try:
            return Kept(turn=turn, turn_id=self.store.save(conversation_id, turn))
        except RagError:
            # A full disk must not cost the patient the answer.
            log.exception("A turn could not be stored")
            return Kept(turn=turn, turn_id=None, note=NOT_SAVED)

    def _shown(self, question: str, conversation: Conversation, reply: Markup) -> Shown:
        messages = [*self.messages(conversation), _asked(question), _said(reply)]
        return Shown(messages=messages, conversation=conversation)

    def _failure(self, question: str, conversation: Conversation, words: str) -> Shown:
        shown = self._shown(question, conversation, render.h('<p class="failure">{words}</p>', words=words))
        return replace(shown, done=True, failed=True)


def _asked(question: str) -> Message:
    return {"role": "user", "content": _one_line(render.h("<div>{words}</div>", words=question.strip()))}


def _said(reply: Markup) -> Message:
    return {"role": "assistant", "content": _one_line(reply)}


def _one_line(html: Markup) -> str:
    # The chat reads Markdown: a line break would end our HTML, and Markdown in people's words would act.
    return str(html).replace("\n", "<br>")


def _draft(statements: list[Statement]) -> Markup:
    return render.outlined_html(statements, _coming)


def _coming(statement: Statement) -> Markup:
    # The links need the citations, which come with the whole turn; flags do not wait.
    if statement.flagged:
        return render.statement_html(statement, {})
    return render.h('<p class="statement coming {v}">{words}</p>', v=statement.support.value, words=statement.text)
