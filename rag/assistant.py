"""The whole wired together: open it once, then ask, check, review and search."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.answers.answerer import Answerer
from rag.conversation import Conversation
from rag.drafts.checking import DraftCheck
from rag.drafts.generator import open_generator
from rag.drafts.writer import Writer
from rag.errors import UsageError
from rag.evidence import Found
from rag.judging.claims import extract, extract_each
from rag.judging.impression import Impressions
from rag.judging.verdicts import EvidenceJudge
from rag.kinds import Origin
from rag.library.corpus import Corpus, open_corpus
from rag.models.embedders import DEFAULT_MODEL, open_embedder
from rag.safety.screen import load_rules
from rag.safety.second_opinion import SecondOpinion
from rag.search.index import Index
from rag.search.indexing import BuildReport, Progress, build_index, is_stale
from rag.search.placing import Placing
from rag.search.retrieval import ARTICLE, EVIDENCE, Retriever, corpus_entries
from rag.settings import MAX_QUESTION_CHARACTERS, MAX_TEXT_CHARACTERS, Settings
from rag.text import normalise
from rag.types import Judgement, Paragraph, Review, Statement, Turn

_MAX_RESULTS = 100


@dataclass(frozen=True, kw_only=True)
class Assistant:
    """Answers questions, checks texts and reviews the article; safe to share between threads."""

    settings: Settings
    corpus: Corpus
    retriever: Retriever
    judge: EvidenceJudge
    conversation: Conversation
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _reviews: dict[str, Review] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, settings: Settings, progress: Progress | None = None) -> "Assistant":
        """Load the corpus, bring the index up to date when it is missing or stale, and wire everything.

        Raises RagError (CorpusError, IndexUnavailable, ModelUnavailable) with one sentence.
        """
        generator = open_generator(settings)
        corpus = open_corpus(settings)
        rules = load_rules(settings.corpus_dir / "safety.yaml", corpus.vocabulary, corpus.passages)
        embedder = open_embedder(settings.embedding_model, settings.data_dir)
        entries = corpus_entries(corpus)
        directory = settings.index_dir
        if is_stale(directory, entries, embedder.fingerprint):
            build_index(directory, entries, embedder, chroma_url=settings.chroma_url, progress=progress)
        index = Index.open(directory, settings.chroma_url)
        packaged = settings.embedding_model == DEFAULT_MODEL
        placing = Placing.open(settings.data_dir) if packaged else None
        retriever = Retriever(corpus=corpus, index=index, embedder=embedder, settings=settings, placing=placing)
        impressions = Impressions.open(settings.data_dir)
        judge = EvidenceJudge(corpus=corpus, retriever=retriever, impressions=impressions)
        answerer = Answerer(corpus=corpus, retriever=retriever, judge=judge)
        check = DraftCheck(corpus=corpus, stance=judge.model)
        opinion = SecondOpinion.open(settings.data_dir)
        writer = Writer(answerer=answerer, generator=generator, check=check) if generator else None
        return cls(
            settings=settings,
            corpus=corpus,
            retriever=retriever,
            judge=judge,
            conversation=Conversation(answerer=answerer, rules=rules, second_opinion=opinion.read, writer=writer),
        )

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Turn:
        """Answer one question; raise UsageError when it is empty or too long."""
        for part in self.stream(question, history):
            if isinstance(part, Turn):
                return part
        raise AssertionError("a stream ends with its turn")  # pragma: no cover

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Statement | Turn]:
        """Yield the checked statements one by one, then the turn with its time."""
        start = time.perf_counter()
        question = usable_text(question, "question", MAX_QUESTION_CHARACTERS)
        for part in self.conversation.reply(question, history):
            if isinstance(part, Turn):
                answer = replace(part.answer, elapsed_ms=(time.perf_counter() - start) * 1000)
                yield replace(part, answer=answer)
            else:
                yield part

    def check(self, text: str) -> tuple[Judgement, ...]:
        """Judge every checkable claim in a text; spans index the text as given."""
        usable_text(text, "text", MAX_TEXT_CHARACTERS)
        if broken := next((i for i, c in enumerate(text) if "\ud800" <= c <= "\udfff"), None):
            raise UsageError(f"The text has a broken character at place {broken + 1}; paste it again.")
        claims = extract(text, self.corpus.vocabulary, Origin.TEXT)
        return tuple(self.judge.judge(claim) for claim in claims)

    def review(self) -> Review:
        """Review the article in the corpus claim by claim; the result is kept."""
        article = self.corpus.article
        with self._lock:
            if article.id not in self._reviews:
                paragraphs = [p.text for p in article.passages]
                topic = article.passages[0].treatments
                review = self._review(article.id, article.title, paragraphs, Origin.ARTICLE, topic)
                self._reviews[article.id] = review
            return self._reviews[article.id]

    def warm(self) -> None:
        """Review the article and prepare the conversation ahead, so that nobody who asks waits for it."""
        self.review()
        self.conversation.prepare()

    def review_file(self, path: Path) -> Review:
        """Review a text file claim by claim; raise UsageError when it cannot be read."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path} cannot be read as UTF-8 text; name a text file.") from error
        usable_text(text, "document", MAX_TEXT_CHARACTERS)
        paragraphs = [p.strip() for p in text.replace("\r\n", "\n").split("\n\n") if p.strip()]
        return self._review(path.stem, paragraphs[0].splitlines()[0][:120], paragraphs, Origin.TEXT)

    def search(self, query: str, count: int = 10) -> tuple[Found, ...]:
        """Give ranked passages of sources and article; raise UsageError for an empty query or a bad count."""
        query = usable_text(query, "query", MAX_QUESTION_CHARACTERS)
        if not 1 <= count <= _MAX_RESULTS:
            raise UsageError(f"-k is {count}; give a number from 1 to {_MAX_RESULTS}.")
        return self.retriever.find(query, count, shelves=(EVIDENCE, ARTICLE))

    def _review(
        self, source_id: str, title: str, paragraphs: Sequence[str], origin: Origin, topic: tuple[str, ...] = ()
    ) -> Review:
        start = time.perf_counter()
        reviewed = []
        vocabulary = self.corpus.vocabulary
        subjects = topic or vocabulary.treatments_in(title)
        each = extract_each(paragraphs, vocabulary, origin, subjects)
        for number, (text, claims) in enumerate(zip(paragraphs, each, strict=True), 1):
            judged = tuple(self.judge.judge(claim) for claim in claims)
            reviewed.append(Paragraph(number=number, text=text, claims=judged))
        elapsed = (time.perf_counter() - start) * 1000
        return Review(source_id=source_id, title=title, paragraphs=tuple(reviewed), elapsed_ms=elapsed)


def update_index(settings: Settings, rebuild: bool, progress: Progress | None) -> BuildReport:
    """Build or update the index and say what was done."""
    corpus = open_corpus(settings)
    embedder = open_embedder(settings.embedding_model, settings.data_dir)
    return build_index(
        settings.index_dir,
        corpus_entries(corpus),
        embedder,
        chroma_url=settings.chroma_url,
        rebuild=rebuild,
        progress=progress,
    )


def usable_text(text: str, what: str, limit: int) -> str:
    """Give the text without control characters; raise UsageError when nothing is left or it is too long."""
    if len(text) > limit:
        raise UsageError(
            f"The {what} has {len(text):,} characters; shorten it to {limit:,}"
            + (" or paste it into the claim check." if what == "question" else ".")
        )
    clean = normalise(text)
    if not any(c.isalnum() for c in clean):
        raise UsageError(f"The {what} is empty; write a few words.")
    return clean
