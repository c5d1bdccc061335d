"""The text of a draft -> passages of one to three sentences, each on one line, so that none can look like structure."""

import re
from collections.abc import Iterable, Iterator

from rag.errors import UsageError
from rag.ingest.draft import Block, Draft, clean
from rag.text import sentence_texts, words

MAX_SENTENCES = 3
MAX_WORDS = 85  # with the page in front, still under 90
MAX_PASSAGES = 2_000  # about 250 pages; more would crowd the reviewed sources out of the index
_MAX_WORD_CHARACTERS = 200  # longer "words" are data, not prose
_REFERENCES = re.compile(r"\W*(?:references|bibliography|literature cited|works cited)\W*", re.IGNORECASE)
_PAGE = re.compile(r"^Page \d+: ")
_MARKS = "#-*_=>|`~•– \t"


def passages_of(draft: Draft, name: str) -> list[str]:
    """Give the texts of the passages; raise UsageError when there is nothing to read or far too much.

    A record without any text gives one passage that says so, because a title alone is not a finding.
    """
    if not draft.blocks:
        return [f"Only the entry of “{_marked_off(draft.title)}” was added: its record holds no abstract and no text."]
    found: list[str] = []
    for block in _prose(draft.blocks):
        found += (_placed(text, block.page) for text in _cut(clean(block.text)))
        if len(found) > MAX_PASSAGES:
            raise UsageError(
                f"{name} is too long (over {MAX_PASSAGES} passages); cut out the part that matters and add that."
            )
    if not found:
        raise UsageError(f"{name} holds no sentence that can be read; check that it is the right file.")
    return list(dict.fromkeys(found))


def sentence_keys(texts: Iterable[str]) -> frozenset[str]:
    """Give each sentence of the texts in a form that is the same whatever file it came from."""
    keys = set()
    for text in texts:
        keys |= {" ".join(words(sentence)) for sentence in sentence_texts(_PAGE.sub("", text))}
    return frozenset(key for key in keys if key)


def _prose(blocks: tuple[Block, ...]) -> list[Block]:
    """Leave out headings and, in the second half, everything after the heading of the references."""
    cut = next(
        (i for i, b in enumerate(blocks) if i * 2 >= len(blocks) > 3 and _REFERENCES.fullmatch(clean(b.text))),
        len(blocks),
    )
    kept = [b for b in blocks[:cut] if not _is_heading(b.text)]
    return kept or list(blocks)


def _is_heading(text: str) -> bool:
    line = clean(text)
    return len(line.split()) <= 8 and not re.search(r"[.!?:;…][\"'”’)\]]*$", line)


def _cut(text: str) -> Iterator[str]:
    """Yield runs of up to three sentences that stay under the limit of words."""
    run: list[str] = []
    for sentence in _sentences(text):
        count = sum(len(s.split()) for s in run) + len(sentence.split())
        if run and (len(run) >= MAX_SENTENCES or count > MAX_WORDS):
            yield " ".join(run)
            run = []
        run.append(sentence)
    if run:
        yield " ".join(run)


def _sentences(text: str) -> Iterator[str]:
    for sentence in sentence_texts(text):
        for piece in _short_enough(sentence):
            piece = piece.strip().lstrip(_MARKS)
            if any(c.isalnum() for c in piece):
                yield piece


def _short_enough(sentence: str) -> Iterator[str]:
    """Cut an endless sentence at a semicolon or comma near the limit, else at the limit."""
    rest = [w for w in sentence.split() if len(w) <= _MAX_WORD_CHARACTERS]
    while len(rest) > MAX_WORDS:
        at = next((i for i in range(MAX_WORDS, MAX_WORDS // 2, -1) if rest[i - 1][-1] in ";,"), MAX_WORDS)
        yield " ".join(rest[:at])
        rest = rest[at:]
    yield " ".join(rest)


def _placed(text: str, page: int | None) -> str:
    return f"Page {page}: {text}" if page else text


def _marked_off(title: str) -> str:
    return title.replace("“", "'").replace("”", "'")
