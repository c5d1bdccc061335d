"""One path -> the drafts of the documents in it: finds the format by content first, then by the name's ending."""

import re
from pathlib import Path

from rag.errors import UsageError
from rag.ingest.articles import read_articles
from rag.ingest.draft import Draft, clean
from rag.ingest.pdf import read_pdf
from rag.ingest.plain import read_markdown, read_plain
from rag.ingest.records import read_csl, read_ris
from rag.ingest.web import declared_encoding, read_html

MAX_BYTES = 25_000_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENCODING = re.compile(
    r"utf-?8|iso-8859-\d+|windows-125\d|cp125\d|latin-?1|us-ascii|gb\w+|big5|shift_jis|euc-\w+|koi8-\w", re.IGNORECASE
)
_KINDS = {
    ".txt": "plain",
    ".text": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "xml",
    ".nxml": "xml",
    ".json": "csl",
    ".ris": "ris",
    ".pdf": "pdf",
}
_ACCEPTED = "text, Markdown, HTML, PDF, JATS or PubMed XML, CSL-JSON or RIS"


def read_file(path: Path) -> list[Draft]:
    """Read a file of any accepted format; raise UsageError with one sentence when it cannot be used."""
    name = clean(path.name)
    data = _bytes_of(path, name)
    kind = _kind(path, data)
    if kind == "pdf":
        return [read_pdf(data, name)]
    if kind == "xml":
        return read_articles(data, name)
    text = _decoded(data, name, declared_encoding(data) if kind == "html" else "utf-8")
    if kind == "csl":
        return read_csl(text, name)
    if kind == "ris":
        return read_ris(text, name)
    reader = {"html": read_html, "markdown": read_markdown}.get(kind, read_plain)
    return [reader(text, name)]


def _bytes_of(path: Path, name: str) -> bytes:
    if path.is_dir():
        raise UsageError(f"{name} is a directory; name the files in it.")
    if not path.is_file():
        raise UsageError(f"{name} is not an ordinary file; save the document as a file and add that.")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UsageError(
                f"{name} has {size // 1_000_000} MB; at most {MAX_BYTES // 1_000_000} are taken, so cut it into parts."
            )
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read ({error.strerror}); check its permissions.") from error
    if not data.strip():
        raise UsageError(f"{name} is empty; check that it was saved or downloaded whole.")
    return data


def _kind(path: Path, data: bytes) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return "pdf"
    kind = _KINDS.get(path.suffix.lower())
    if kind == "xml" and re.match(rb"(?i)<!doctype html|<html", head):
        return "html"
    if kind:
        return kind
    for pattern, found in ((rb"(?i)<!doctype html|<html", "html"), (rb"<\?xml|<article|<Pubmed", "xml")):
        if re.match(pattern, head):
            return found
    if re.match(rb"TY  - ", head):
        return "ris"
    if path.suffix and not _looks_like_text(data):
        raise UsageError(f"{clean(path.name)} is not a kind of file that can be added; save it as {_ACCEPTED}.")
    return "plain"


def _looks_like_text(data: bytes) -> bool:
    return data.startswith(tuple(bom for bom, _ in _BOMS)) or b"\x00" not in data[:4096]


def _decoded(data: bytes, name: str, encoding: str) -> str:
    bom = next((codec for mark, codec in _BOMS if data.startswith(mark)), None)
    codec = bom or (encoding if _ENCODING.fullmatch(encoding) else "utf-8")
    try:
        text = data.decode(codec)
    except LookupError:
        return _decoded(data, name, "utf-8")
    except UnicodeDecodeError as error:
        wanted = "UTF-8" if codec.startswith("utf-8") else codec
        raise UsageError(
            f"{name} is not {wanted} text (byte {error.start}); save it as UTF-8 and add it again."
        ) from error
    if "\x00" in text:
        raise UsageError(f"{name} is not a text file; save it as {_ACCEPTED}.")
    return text
