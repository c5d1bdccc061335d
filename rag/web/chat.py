"""The chat at ``/``: layout and callbacks; what is said is decided in ``dialogue``."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any
from uuid import uuid4

# Settings silence Gradio's telemetry, which Gradio reads at import: this line stays above it.
from rag.settings import MAX_QUESTION_CHARACTERS, Settings  # isort: split

import gradio as gr
from fastapi import FastAPI

from rag.render import h
from rag.web import pages, waiting
from rag.web.dialogue import Conversation, Dialogue, Shown
from rag.web.markup import readable
from rag.web.ports import Answers, Keeps

EXAMPLES = (
    "Can stem cells cure hair loss?",
    "Are the results permanent?",
    "Is it safe to inject my own fat cells?",
    "What should I ask a clinic before I pay?",
)
MAX_REASON_CHARACTERS = 500
SHORT_CHARACTERS = 80  # of a question in the label of the form
TRY = "Or try one of these"
HEAD = """
<meta name="color-scheme" content="light">
<link rel="icon" href="/site/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/site/site.css">
<link rel="stylesheet" href="/site/chat.css">
<script src="/site/chat.js" defer></script>
"""
INTRO = """
<h1>Ask about hair loss and stem cells</h1>
<p class="lead">Every statement of fact shows its source or carries a warning in words.</p>
<p class="notice"><strong>Education only.</strong> This is not a doctor. It cannot examine you or choose a
treatment for you. In an emergency, call your local emergency number.</p>
"""
MODEL_NOTICE = """
<p class="notice warn"><strong>Drafts are written by the language model {model}.</strong> Your question
is sent to it. Do not type your name or anything that says who you are. We check each sentence before
you see it.</p>
"""
STORING = """
<p>Conversations are stored for clinic staff to review, with e-mail addresses, phone numbers, dates of birth
and record numbers removed. Please leave out names.
<a href="/about#privacy" target="_blank">More on privacy</a></p>
"""
NOTHING_STORED = "From your next question on, nothing is stored."
STORED_AGAIN = (
    "From your next question on, answers are stored again. They do not use what you asked while nothing was stored,"
    " so please write out what you mean."
)
CLEARED = "This screen is clear. Answers that were stored stay stored."
NO_VOTE = "Thank you. This answer is not stored, so your vote is not kept."
VOTE_KEPT = "Thank you. Your feedback is stored for clinic staff."
REASON = "About “{question}”: what was good, wrong or missing? (optional)"
OPEN_AGAIN = "() => ({__type__: 'update', interactive: true})"
SHOW_STATUS = "() => requestAnimationFrame(() => document.querySelector('#status').scrollIntoView({block: 'nearest'}))"
FOCUS_BOX = "() => document.querySelector('#question textarea').focus()"
VOTE_LOST = "We are sorry, your feedback could not be stored."


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was sent; ``number`` makes the same question twice two events."""

    question: str = ""
    number: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True, slots=True)
class Vote:
    """A thumb, and the stored turn it is for."""

    turn_id: int | None = None
    liked: bool = True


class Layout:
    """The components of the chat page, top to bottom; made within ``gr.Blocks``."""

    def __init__(self, model: str | None) -> None:
        _html(pages.part("_header.html"), elem_classes="frame")
        with gr.Column(elem_id="main", elem_classes="wide"):
            _html(INTRO + (h(MODEL_NOTICE, model=model) if model else ""), elem_classes="intro")
            self._conversation_part()
            self._question_part()
        _html(pages.part("_footer.html"), elem_classes="frame")
        self.conversation = gr.State(Conversation())
        self.asked = gr.State(Asked())
        self.vote = gr.State(Vote())

    def _conversation_part(self) -> None:
        self.chatbot = gr.Chatbot(
            label="Conversation", show_label=False, visible=False, height=None, autoscroll=False,
            layout="bubble", buttons=["copy"], allow_tags=False, latex_delimiters=[], elem_id="conversation",
        )  # fmt: skip
        self.clear = gr.Button("Clear from this screen", visible=False, size="sm", elem_id="clear")
        with gr.Group(visible=False, elem_classes=["panel", "feedback"]) as self.feedback:
            self.reason = gr.Textbox(max_length=MAX_REASON_CHARACTERS, lines=2)
            self.send_reason = gr.Button("Send feedback", size="sm")
        self.status = _html(visible=False, elem_id="status", elem_classes="status")

    def _question_part(self) -> None:
        self.box = gr.Textbox(
            label="Your question", placeholder="Type your question", submit_btn="Send", lines=1,
            max_lines=6, max_length=MAX_QUESTION_CHARACTERS, elem_id="question",
        )  # fmt: skip
        with gr.Group(elem_classes=["panel", "storing"]):
            self.private = gr.Checkbox(label="Do not store my conversation", container=False)
            self.private_status = _html(elem_classes="status")
            _html(STORING)
        self.next_heading = _html(_heading(TRY), elem_classes="next-heading")
        with gr.Row(elem_id="suggestions"):
            self.suggestions = [gr.Button(words, size="sm", variant="secondary") for words in EXAMPLES]


class Callbacks:
    """What the page does when something is pressed."""

    def __init__(self, layout: Layout, dialogue: Dialogue) -> None:
        self.layout = layout
        self.dialogue = dialogue

    def reply(self, asked: Asked, conversation: Conversation, private: bool) -> Iterator[dict[Any, Any]]:
        """Stream the answer to the question that was sent."""
        for shown in self.dialogue.reply(asked.question, conversation, private):
            yield self._updates(readable(asked.question), shown)

    def _updates(self, question: str, shown: Shown) -> dict[Any, Any]:
        page = self.layout
        updates: dict[Any, Any] = {page.chatbot: gr.update(value=shown.messages, visible=True)}
        if not shown.done:  # one question at a time: nothing else can be sent, or cleared, until it is answered
            hidden = (page.clear, page.next_heading, page.feedback, page.status, *page.suggestions)
            closed = {page.box: gr.update(value="", interactive=False)}
            return updates | closed | {part: gr.update(visible=False) for part in hidden}
        # Without an answer the question goes back into its box, so that it need not be typed again.
        updates[page.box] = gr.update(value=question if shown.failed else "", interactive=True)
        words = shown.conversation.suggestions[: len(page.suggestions)]
        updates |= {
            page.clear: gr.update(visible=True),
            page.conversation: shown.conversation,
            page.next_heading: _asking_next(words),
        }
        for place, button in enumerate(page.suggestions):
            updates[button] = gr.update(visible=place < len(words), value=words[place] if place < len(words) else "")
        return updates

    def start_again(self) -> dict[Any, Any]:
        """Forget the conversation on this screen; what is stored stays stored."""
        page = self.layout
        hidden = {part: gr.update(visible=False) for part in (page.feedback, page.clear)}
        examples = {
            button: gr.update(value=words, visible=True)
            for button, words in zip(page.suggestions, EXAMPLES, strict=True)
        }
        heading = gr.update(value=_heading(TRY), visible=True)
        chatbot = gr.update(value=[], visible=False)
        empty = {page.chatbot: chatbot, page.conversation: Conversation(), page.next_heading: heading}
        return hidden | examples | empty | {page.status: _status(CLEARED)}

    def like(self, conversation: Conversation, data: gr.EventData) -> tuple[Vote, Any, Any, Any]:
        """Store a thumb and ask for the reason."""
        index, liked = _pressed(data)
        meant = None if index is None else conversation.at(index)
        if meant is None or meant.turn_id is None:
            return Vote(), gr.update(visible=False), _status(NO_VOTE), ""
        kept = self.dialogue.give_feedback(meant.turn_id, liked, None)
        about = REASON.format(question=shorten(meant.turn.question, SHORT_CHARACTERS, placeholder=" …"))
        asking = gr.update(value="", label=about)
        return Vote(meant.turn_id, liked), gr.update(visible=kept), _status(VOTE_KEPT if kept else VOTE_LOST), asking

    def explain(self, vote: Vote, reason: str | None) -> tuple[Any, Any]:
        """Store the reason for a thumb."""
        kept = vote.turn_id is not None and self.dialogue.give_feedback(
            vote.turn_id, vote.liked, (reason or "")[:MAX_REASON_CHARACTERS]
        )
        return gr.update(visible=not kept), _status(VOTE_KEPT if kept else VOTE_LOST)


def mount(app: FastAPI, assistant: Answers, store: Keeps, settings: Settings) -> FastAPI:
    """Put the chat at ``/`` of an app; nothing mounted after it can be reached."""
    waiting.add_words()
    return gr.mount_gradio_app(  # type: ignore[no-any-return]
        app,
        build(assistant, store, settings).queue(default_concurrency_limit=4, max_size=64),
        path="/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        footer_links=[],
        head=HEAD,
        max_file_size="1mb",
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        theme=_theme(),
    )


def build(assistant: Answers, store: Keeps, settings: Settings) -> gr.Blocks:
    """Lay out the chat and wire it."""
    with gr.Blocks(title="Ask – Hair Evidence", analytics_enabled=False) as blocks:
        layout = Layout(settings.model)
        _wire(layout, Callbacks(layout, Dialogue(assistant, store)))
    return blocks


def _wire(page: Layout, do: Callbacks) -> None:
    private = {"api_visibility": "private", "show_progress": "hidden"}
    # Every way to ask sets one state, and one event answers it: two answers can never run side by side. A blank one
    # still under way must not swallow the question behind it.
    for trigger, source in [(page.box.submit, page.box), *((b.click, b) for b in page.suggestions)]:
        trigger(_sent, source, page.asked, trigger_mode="multiple", **private)
    changed = [
        page.chatbot,
        page.box,
        page.conversation,
        page.next_heading,
        page.feedback,
        page.status,
    ]
    answered = page.asked.change(
        do.reply,
        [page.asked, page.conversation, page.private],
        [*changed, page.clear, *page.suggestions],
        concurrency_limit=4,
        trigger_mode="once",
        **private,
    )
    # Where the connection is lost the server cannot open the box again.
    answered.failure(None, None, page.box, js=OPEN_AGAIN, **private)
    shown = [page.feedback, page.status]
    cleared = page.clear.click(do.start_again, None, [*changed, page.clear, *page.suggestions], **private)
    cleared.then(None, js=FOCUS_BOX, **private)
    liked = page.chatbot.like(do.like, page.conversation, [page.vote, *shown, page.reason], **private)
    liked.then(None, js=SHOW_STATUS, **private)
    page.send_reason.click(do.explain, [page.vote, page.reason], shown, **private)
    page.private.change(_say_private, page.private, page.private_status, **private)


def _sent(words: object) -> Any:
    """Give what was asked; nothing changes where that is blank or, in a request made by hand, no text."""
    return Asked(words) if isinstance(words, str) and words.strip() else gr.skip()


def _pressed(data: gr.EventData) -> tuple[int | None, bool]:
    """Give the number of the message whose thumb was pressed (None when it makes no sense), and which thumb."""
    held = data._data if isinstance(data._data, dict) else {}
    index = held.get("index")
    if isinstance(index, list | tuple) and index:
        index = index[0]
    return (index if type(index) is int else None), held.get("liked") is True


def _html(words: str = "", **how: Any) -> gr.HTML:
    return gr.HTML(words, apply_default_css=False, **how)


def _say_private(private: bool) -> str:
    return h('<p role="status">{words}</p>', words=NOTHING_STORED if private else STORED_AGAIN)


def _status(words: str) -> Any:
    return gr.update(value=h('<p role="status">{words}</p>', words=words), visible=True)


def _heading(words: str) -> str:
    return h('<p class="small-heading">{words}</p>', words=words)


def _asking_next(words: tuple[str, ...]) -> Any:
    return gr.update(value=_heading("You could ask next"), visible=bool(words))


def _theme() -> gr.themes.Base:
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Base(primary_hue="teal", neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"])
    theme.set(
        body_background_fill="#f6f8f8", body_text_color="#17282c", button_primary_background_fill="#0b5c63",
        button_primary_background_fill_hover="#084a50", button_primary_text_color="#ffffff",
    )  # fmt: skip
    # One look, light: half of a dark page beside our light ones would be unreadable.
    for name in [name for name in dir(theme) if name.endswith("_dark")]:
        setattr(theme, name, getattr(theme, name.removesuffix("_dark"), None))
    return theme
