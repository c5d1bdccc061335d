"""PDF -> a draft whose blocks keep their page numbers, within bounds on pages and time.

Text that a PDF draws invisibly is read like all other text: scanned papers carry their recognised words that way,
and what it says is data in any case.
"""

import io
import re
import time
from collections import Counter
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from rag.errors import UsageError
from rag.evidence import Author
from rag.ingest.draft import Block, Draft, clean, first_doi, person
from rag.kinds import StudyDesign

MAX_PAGES = 200  # a longer book is cut by the person who knows which chapter matters
MAX_SECONDS = 60.0
_MIN_LETTERS_PER_PAGE = 20  # less than a line of text on each page: the pages are pictures
_REFERENCES = re.compile(r"^\W*(?:\d+\.?\s*)?(?:references|bibliography|literature cited)\W*$", re.IGNORECASE)


def read_pdf(data: bytes, name: str) -> Draft:
    """Read the text of a PDF; raise UsageError when it is locked, broken, too long, or has no text."""
    try:
        reader = PdfReader(io.BytesIO(data))
        _unlock(reader, name)
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise UsageError(
                f"{name} has {count} pages; at most {MAX_PAGES} are taken, so cut out what matters and add that."
            )
        pages = _pages(reader, name)
        title, author = _described(reader)
    except UsageError:
        raise
    # pypdf warns in its documentation that broken files raise other exceptions than its own
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError,
            AssertionError, NotImplementedError, ArithmeticError, MemoryError) as error:  # fmt: skip
        raise UsageError(f"{name} is broken and cannot be read as PDF; open it and save it again.") from error
    if sum(c.isalpha() for page in pages for c in page) < _MIN_LETTERS_PER_PAGE * max(1, len(pages)):
        raise UsageError(f"{name} holds pictures of pages but no text; run text recognition (OCR) on it first.")
    return Draft(
        title=title or name,
        blocks=tuple(_blocks(_without_margins(pages))),
        authors=(author,) if author else (),
        doi=_own_doi(pages[0]),
        study_design=StudyDesign.NARRATIVE_REVIEW,
    )


def _unlock(reader: PdfReader, name: str) -> None:
    """Open a PDF that anybody may read (an empty password); any other lock is the owner's."""
    if not reader.is_encrypted:
        return
    try:
        opened = reader.decrypt("")
    except Exception as error:  # a cipher that is not at hand raises DependencyError, a bare Exception
        raise UsageError(f"{name} is encrypted; save a copy without a password and add that.") from error
    if not opened:
        raise UsageError(f"{name} is encrypted; save a copy without a password and add that.")


def _pages(reader: PdfReader, name: str) -> list[str]:
    end = time.monotonic() + MAX_SECONDS
    pages = []
    for page in reader.pages:
        if time.monotonic() > end:
            raise UsageError(f"{name} takes too long to read; save it as text and add that.")
        pages.append(page.extract_text())
    return pages


def _described(reader: PdfReader) -> tuple[str | None, Author | None]:
    described = reader.metadata
    title = clean(str(described.title or "")) if described else ""
    author = clean(str(described.author or "")) if described else ""
    # word processors write file names and "untitled" there
    useful = len(title) > 8 and " " in title and not re.search(r"\.\w{2,4}$|^(?:microsoft word|untitled)", title, re.I)
    return (title if useful else None), (person(author) if author else None)


def _own_doi(first_page: str) -> str | None:
    """Give the DOI of the first page when it names exactly one."""
    found = {d for line in first_page.split("\n") if (d := first_doi(line))}
    return found.pop() if len(found) == 1 else None


def _without_margins(pages: list[str]) -> list[list[str]]:
    """Cut running heads and page numbers: edge lines that, digits aside, stand on most pages; then the references."""
    lines = [[line for raw in page.split("\n") if (line := raw.strip())] for page in pages]
    edges = Counter(key for page in lines for key in {_shape(line) for i, line in enumerate(page) if _at_edge(i, page)})
    running = {key for key, count in edges.items() if count >= 3 and count > len(pages) / 2}
    kept = [
        [line for i, line in enumerate(page) if not (_at_edge(i, page) and _is_margin(line, running))] for page in lines
    ]
    return list(_until_references(kept))


def _at_edge(index: int, page: list[str]) -> bool:
    depth = 2 if len(page) > 8 else 1  # on a short page two lines would be the text itself
    return index < depth or index >= len(page) - depth


def _is_margin(line: str, running: set[str]) -> bool:
    return line.isdigit() or _shape(line) in running


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _until_references(pages: list[list[str]]) -> Iterator[list[str]]:
    """Yield the pages up to a heading such as "References" in the second half."""
    for number, page in enumerate(pages):
        cut = next((i for i, line in enumerate(page) if _REFERENCES.match(line)), None)
        if cut is not None and (number + 1) * 2 >= len(pages) and (len(pages) > 1 or cut * 2 >= len(page)):
            yield page[:cut]
            return
        yield page


def _blocks(pages: list[list[str]]) -> Iterator[Block]:
    """Yield one block a page; a sentence that runs over the page's end goes with the page it begins on."""
    whole = "\n".join(line for page in pages for line in page)
    texts = [_joined("\n".join(page), whole) for page in pages]
    for number, text in enumerate(texts, 1):
        later = texts[number] if number < len(texts) else ""
        if text and later and not re.search(r"[.!?:]['\")\]]?$", text):
            rest = re.match(r".{0,600}?[.!?](?=\s|$)", later)
            if rest and later[0].islower():
                text += " " + rest[0]
                texts[number] = later[rest.end() :].strip()
        if text:
            yield Block(text=text, page=number)


def _joined(text: str, whole: str) -> str:
    """Join the lines of a page; a hyphen at a line's end stays where the document writes the word with one."""

    def join(match: re.Match[str]) -> str:
        hyphened = f"{match[1]}-{match[2]}"
        return hyphened if hyphened in whole else match[1] + match[2]

    return clean(re.sub(r"(\w+)-\n([a-z]\w*)", join, text))
