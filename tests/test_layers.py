"""The package stays in floors: a module imports only from floors below its own."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A package counts as one module: store/, web/ and migrations/ stand on the floor of their name.
FLOORS = (
    ("kinds", "places", "errors", "recent", "grammar", "opposites", "privacy_rules", "migrations"),
    ("evidence", "files"),
    ("types",),
    ("conversion", "neighbours"),
    (
        "settings",
        "text",
        "models",
        "perceptron",
        "precedents",
        "exemplars",
        "resolution",
        "sparse",
        "citations",
        "weighing",
        "references",
        "contract",
        "prompts",
    ),
    ("corrected",),
    (
        "headline",
        "demands",
        "quotes",
        "sureness",
        "vocabulary",
        "render",
        "accounts",
        "privacy",
        "index",
        "opinion",
        "impression",
        "orders",
        "paraphrase",
        "generator",
    ),
    (
        "asked",
        "network",
        "indexing",
        "reading",
        "known_texts",
        "sources",
        "topics",
        "evidence_map",
        "safety_rules",
        "store",
        "console",
    ),
    ("spelling", "slips", "signs", "questions", "told", "joints", "stating", "standing"),
    (
        "corpus",
        "claims",
        "guards",
        "comparison",
        "safety",
        "transcripts",
        "followups",
        "figures",
        "forms",
        "reranker",
    ),
    ("curated",),
    ("retrieval", "stance", "ingest", "faithfulness"),
    ("cells", "sayable"),
    ("following", "seeking"),
    ("relevance",),
    ("inquiry",),
    ("nearest", "leads"),
    ("bearing", "repetition", "gaps"),
    ("answering",),
    ("findings",),
    ("local", "funding"),
    ("message",),
    ("closing",),
    ("composition", "drafts"),
    ("retelling",),
    ("mapped",),
    ("grounds",),
    ("deciding",),
    ("explaining",),
    ("verdicts",),
    ("answer",),
    ("writer",),
    ("conversation",),
    ("assistant",),
    ("batch", "runnables", "web"),
    ("__main__",),
)
FLOOR = {name: level for level, names in enumerate(FLOORS) for name in names}
HOMES = {
    "chromadb": ("index",),
    "bm25s": ("sparse",),
    "Stemmer": ("sparse",),
    "filelock": ("indexing", "ingest"),
    "sqlalchemy": ("store", "migrations"),
    "alembic": ("store", "migrations"),
    "gradio": ("web",),
    "fastapi": ("web",),
    "starlette": ("web",),
    "uvicorn": ("web",),
    "onnxruntime": ("models",),
    "tokenizers": ("models",),
    "onnx": ("conversion",),
    "safetensors": ("conversion",),
    "sentence_transformers": ("models",),
    "yaml": ("files",),
    "pydantic": ("settings", "runnables"),
    "langchain": ("generator",),
    "langchain_core": ("runnables",),
    "httpx": ("ingest",),
    "pypdf": ("ingest",),
    "lxml": ("ingest",),
    "argon2": ("accounts",),
    "rich": ("console",),
    "typer": ("__main__",),
}


def home(path: Path) -> str:
    """The module's name under ``rag``; a package's files share the package's name."""
    return path.relative_to(ROOT / "rag").with_suffix("").parts[0]


def modules() -> list[Path]:
    return [path for path in sorted((ROOT / "rag").rglob("*.py")) if home(path) != "__init__"]


def imported_modules(path: Path) -> set[str]:
    """Every dotted name imported anywhere in the file, nested imports included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: use absolute imports"
            names |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_every_rag_module_has_a_floor():
    assert {home(path) for path in modules()} == set(FLOOR)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_rag_module_imports_only_lower_floors(path):
    own = home(path)
    parts = {name.split(".")[1] for name in imported_modules(path) if name.startswith("rag.")}
    too_high = {name for name in parts & set(FLOOR) if name != own and FLOOR[name] >= FLOOR[own]}
    assert not too_high, f"{path.name} reaches up to {sorted(too_high)}"


def test_rag_never_imports_the_evals_or_the_tests():
    for path in modules():
        roots = {name.split(".")[0] for name in imported_modules(path)}
        assert not roots & {"evals", "app", "tests"}, path.name


@pytest.mark.parametrize("library", sorted(HOMES))
def test_outside_library_is_imported_in_one_module(library):
    users = {home(p) for p in modules() if library in {name.split(".")[0] for name in imported_modules(p)}}
    assert users <= set(HOMES[library])


def test_heavy_libraries_are_imported_inside_functions():
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = {a.name.split(".")[0] for node in top if isinstance(node, ast.Import) for a in node.names}
        names |= {str(node.module).split(".")[0] for node in top if isinstance(node, ast.ImportFrom)}
        heavy = {"torch", "transformers", "sentence_transformers", "onnxruntime", "tokenizers", "chromadb", "bm25s"}
        assert not names & heavy, path.name


def test_one_word_for_one_idea():
    """We say passage; the other words for it appear in no identifier and no comment."""
    for path in modules():
        words = path.read_text(encoding="utf-8").lower()
        for other in ("chunk", "snippet"):
            assert other not in words, f"{path.name} says {other!r}; say passage"
