"""References: NLM style for people, BibTeX, RIS and CSL-JSON for reference managers."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import Author, Source
from rag.ingest.draft import Draft, clean
from rag.ingest.records import draft_of_csl, read_csl, read_ris
from rag.kinds import StudyDesign
from rag.library.references import bibtex, csl_json, initials, reference, ris

TRIAL = Source(
    id="olsen2002",
    type="article-journal",
    title="A randomized clinical trial of 5% topical minoxidil",
    authors=tuple(
        Author(family=f, given=g)
        for f, g in (("Olsen", "Elise A."), ("Dunlap", "FE"), ("Funicella", "T"), ("Koperski", "JA"),
                     ("Swinehart", "James-Mark"), ("Tschen", "EH"), ("Trancik", "RJ"))
    ),
    container="J Am Acad Dermatol",
    year=2002,
    volume="47",
    issue="3",
    page="377-385",
    doi="10.1067/mjd.2002.124088",
    pmid="12196747",
    pmcid=None,
    url="https://journal.example/olsen",
    study_design=StudyDesign.RANDOMIZED,
    peer_reviewed=True,
    official=False,
    population=None,
    n=None,
    participants=None,
    intervention=None,
    comparator=None,
    follow_up=None,
    funding=None,
    retracted=False,
    retracted_on=None,
    superseded_by=None,
    reviewed_on="2026-11-22",
    passages=(),
)  # fmt: skip
PAGE = replace(
    TRIAL, id="aad", type="webpage", title="Who gets hair loss?",
    authors=(Author(literal="American Academy of Dermatology"),),
    container="AAD", year=2022, volume=None, issue=None, page=None, doi=None, pmid=None, url="https://aad.example/hair",
)  # fmt: skip
BARE = replace(
    PAGE, id="bare", type="article-journal", title="A title alone.", authors=(), container=None, year=None, url=None
)


# --- for people --------------------------------------------------------------------------------------------------


def test_a_journal_article_is_printed_in_nlm_style_with_six_authors() -> None:
    assert reference(TRIAL) == (
        "Olsen EA, Dunlap FE, Funicella T, Koperski JA, Swinehart JM, Tschen EH, et al. A randomized clinical trial of "
        "5% topical minoxidil. J Am Acad Dermatol. 2002;47(3):377-385. doi:10.1067/mjd.2002.124088. PMID: 12196747."
    )


def test_six_authors_are_all_printed() -> None:
    assert "Tschen EH. A randomized" in reference(replace(TRIAL, authors=TRIAL.authors[:6]))


def test_a_web_page_says_internet_and_its_address_and_no_date_that_is_not_known() -> None:
    assert reference(PAGE) == (
        "American Academy of Dermatology. Who gets hair loss? [Internet]. AAD; 2022. Available from: https://aad.example/hair"
    )
    assert "AAD; 2022 [cited 2026-11-22]." in reference(PAGE, "2026-11-22")


def test_what_is_not_stated_is_left_out() -> None:
    assert reference(BARE) == "A title alone."
    bare = replace(TRIAL, volume=None, issue=None, doi=None, pmid=None, url=None)
    assert reference(bare).endswith(
        "J Am Acad Dermatol. 2002:377-385."
    )  # fmt: skip


def test_a_retracted_or_superseded_source_says_so_first() -> None:
    taken_back = replace(TRIAL, retracted=True, retracted_on="2020-02-06")
    assert reference(taken_back).startswith("RETRACTED (2020-02-06): Olsen EA")
    assert reference(replace(TRIAL, retracted=True)).startswith("RETRACTED: ")
    assert reference(replace(TRIAL, superseded_by="new2024")).startswith("SUPERSEDED by new2024: ")
    assert "RETRACTED 2020-02-06" in bibtex([taken_back]) and "N1  - RETRACTED 2020-02-06" in ris([taken_back])
    assert csl_json([taken_back])[0]["status"] == "retracted 2020-02-06"


@pytest.mark.parametrize(
    ("given_names", "expected"),
    [("Elise A.", "EA"), ("EA", "EA"), ("Jean-Luc", "JL"), ("Élise", "É"), ("", ""), ("Al", "A"), ("E A", "EA")],
)  # fmt: skip
def test_initials(given_names: str, expected: str) -> None:
    assert initials(given_names) == expected


# --- for reference managers --------------------------------------------------------------------------------------


def test_bibtex_escapes_what_tex_would_read() -> None:
    entry = bibtex(
        [replace(TRIAL, title=r"50% {braces} & $5_a \cmd #1 ~x^2", authors=(Author(literal="Smith and Sons"),))]
    )
    assert (
        r"title = {50\% {\textbraceleft}braces{\textbraceright} \& \$5\_a {\textbackslash}cmd \#1 "
        r"{\textasciitilde}x{\textasciicircum}2}" in entry
    )
    assert "author = {{Smith and Sons}}" in entry
    assert "pages = {377--385}" in entry and entry.startswith("@article{olsen2002,\n")


def test_ris_of_an_article() -> None:
    lines = ris([TRIAL]).split("\r\n")
    assert lines[0] == "TY  - JOUR" and lines[-2] == "ER  - "
    assert "AU  - Olsen, Elise A." in lines and "SP  - 377" in lines and "EP  - 385" in lines


def test_csl_json_of_an_article() -> None:
    (item,) = csl_json([TRIAL])
    assert item["issued"] == {"date-parts": [[2002]]} and item["container-title"] == "J Am Acad Dermatol"
    assert item["author"][0] == {"family": "Olsen", "given": "Elise A."}
    assert "PMCID" not in item


# --- promises over all sources -----------------------------------------------------------------------------------

LINE = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")),
    min_size=1, max_size=30,
).map(lambda text: "Word " + text)  # fmt: skip
AUTHORS = st.one_of(st.builds(Author, family=LINE, given=st.none() | LINE), st.builds(Author, literal=LINE))
WORD = st.from_regex(r"[A-Za-z0-9]{1,6}", fullmatch=True)
ID = st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True)
SOURCES = st.builds(
    replace,
    st.sampled_from([TRIAL, PAGE, BARE]),
    id=ID,
    title=LINE,
    authors=st.lists(AUTHORS, max_size=8).map(tuple),
    container=st.none() | LINE,
    year=st.none() | st.integers(1900, 2026),
    volume=st.none() | WORD,
    issue=st.none() | WORD,
    page=st.none() | WORD,
    doi=st.none() | st.from_regex(r"10\.[0-9]{4,6}/[a-z0-9_{}%&-]{0,12}[a-z0-9]", fullmatch=True),
    pmid=st.none() | st.from_regex(r"[1-9][0-9]{0,7}", fullmatch=True),
    pmcid=st.none() | st.from_regex(r"PMC[1-9][0-9]{0,6}", fullmatch=True),
    retracted=st.booleans(),
    retracted_on=st.none() | st.dates().map(lambda d: d.replace(year=2020).isoformat() if d.day < 29 else "2020-01-01"),
)
LISTS = st.lists(SOURCES, max_size=6, unique_by=lambda s: s.id)
FIELDS = ("type", "title", "authors", "year", "volume", "issue", "page", "doi", "pmid", "pmcid", "url", "retracted")


def same(draft: Draft, source: Source, fields: tuple[str, ...]) -> bool:
    cleaned = draft_of_csl(csl_json([source])[0], "x")  # NFC and such: what any reader of ours makes of the words
    return all(getattr(draft, f) == getattr(cleaned, f) for f in fields)


@given(SOURCES)
def test_csl_json_gives_back_the_fields_of_the_source(source: Source) -> None:
    (draft,) = read_csl(json.dumps(csl_json([source])), "x")
    for field in FIELDS:
        ours, theirs = getattr(draft, field), getattr(source, field)
        assert _nfc(ours) == _nfc(theirs), field
    if source.retracted:
        assert draft.retracted_on == source.retracted_on


def _nfc(value: object) -> object:
    if isinstance(value, str):
        return re.sub(r"</?[A-Za-z][^<>]*>", "", clean(value))
    if isinstance(value, tuple):
        return tuple(
            Author(**{k: clean(v) for k in ("family", "given", "literal") if (v := getattr(a, k))}) for a in value
        )
    return value


@given(SOURCES)
def test_ris_gives_back_the_identifiers_and_numbers_of_the_source(source: Source) -> None:
    (draft,) = read_ris(ris([source]), "x")
    assert same(draft, source, ("year", "volume", "issue", "page", "doi", "pmid", "pmcid", "url", "retracted"))


@given(LISTS)
def test_every_export_holds_every_source_once(sources: list[Source]) -> None:
    assert [item["id"] for item in csl_json(sources)] == [s.id for s in sources]
    assert re.findall(r"^@\w+\{([^,]+),$", bibtex(sources), re.MULTILINE) == [s.id for s in sources]
    records = ris(sources)
    assert re.findall(r"^ID  - (.+?)\r$", records, re.MULTILINE) == [s.id for s in sources]
    assert records.count("\r\nER  - \r\n") == len(sources)


@given(LISTS)
def test_bibtex_braces_are_always_balanced_and_no_value_ends_early(sources: list[Source]) -> None:
    depth = 0
    for line in bibtex(sources).split("\n"):
        for char in line:
            depth += (char == "{") - (char == "}")
            assert depth >= 0
        assert depth == (0 if line in ("}", "") else 1), line


@given(LISTS)
def test_ris_lines_are_tags_and_nothing_else(sources: list[Source]) -> None:
    for line in ris(sources).split("\r\n")[:-1]:
        assert re.match(r"[A-Z][A-Z0-9]  - ", line)


@given(SOURCES)
def test_a_reference_is_one_line_that_names_title_and_identifiers(source: Source) -> None:
    line = reference(source)
    assert "\n" not in line and source.title.strip() in line
    assert all(value in line for value in (source.doi, source.pmid) if value)
    assert line.startswith("RETRACTED") == source.retracted
