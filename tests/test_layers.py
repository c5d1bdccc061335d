"""The packages stand in floors: each imports only from floors below its own, and none goes in a circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# What all others may use: these modules of ``rag/`` itself count as one package.
GROUND = "contract errors evidence files ids kinds outline paths quantities recent settings text types".split()
# Packages, and the modules that stand by themselves in ``rag/``, from the ground up.
FLOORS = (
    ("ground",),
    ("models", "privacy", "migrations"),
    ("language", "store"),
    ("library", "safety"),
    ("search", "ingest", "render"),
    ("judging", "sentences", "console"),
    ("answers",),
    ("drafts",),
    ("conversation",),
    ("assistant",),
    ("batch", "runnables", "web"),
    ("__main__",),
)
FLOOR = {name: level for level, names in enumerate(FLOORS) for name in names}
HOMES = {
    "chromadb": ("search.index",),
    "bm25s": ("search.sparse",),
    "Stemmer": ("search.sparse",),
    "filelock": ("search.indexing", "ingest"),
    "sqlalchemy": ("store", "migrations"),
    "alembic": ("store", "migrations"),
    "gradio": ("web",),
    "fastapi": ("web",),
    "starlette": ("web",),
    "uvicorn": ("web",),
    "onnxruntime": ("models.embedders", "models.conversion"),
    "tokenizers": ("models.embedders",),
    "onnx": ("models.conversion",),
    "safetensors": ("models.conversion",),
    "sentence_transformers": ("models.embedders",),
    "yaml": ("files",),
    "pydantic": ("settings", "runnables"),
    "langchain": ("drafts.generator",),
    "langchain_core": ("runnables",),
    "httpx": ("ingest",),
    "pypdf": ("ingest",),
    "lxml": ("ingest",),
    "argon2": ("store.accounts",),
    "rich": ("console",),
    "typer": ("__main__",),
}


def dotted(path: Path) -> str:
    """The module's name under ``rag``; a package's own file has the package's name."""
    parts = path.relative_to(ROOT / "rag").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def home(name: str) -> str:
    """The package that a name under ``rag`` belongs to; the modules of the ground are one."""
    first = name.split(".")[0]
    return "ground" if first in GROUND else first


def modules() -> list[Path]:
    return [path for path in sorted((ROOT / "rag").rglob("*.py")) if dotted(path)]


def imported_modules(path: Path) -> set[str]:
    """Every dotted name imported anywhere in the file, nested imports included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: use absolute imports"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


MODULES = {dotted(path): path for path in modules()}


def ours(path: Path) -> set[str]:
    """The modules under ``rag`` that a file imports."""
    found = set()
    for name in imported_modules(path):
        name = name.removeprefix("rag.") if name.startswith("rag.") else ""
        while name and name not in MODULES:
            name = name.rpartition(".")[0]
        found.add(name)
    return found - {"", dotted(path)}


IMPORTED = {name: ours(path) for name, path in MODULES.items()}


def test_every_package_has_a_floor():
    assert {home(name) for name in MODULES} == set(FLOOR)
    assert set(GROUND) <= set(MODULES)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_package_imports_only_lower_floors(name):
    own = home(name)
    too_high = {other for other in IMPORTED[name] if home(other) != own and FLOOR[home(other)] >= FLOOR[own]}
    assert not too_high, f"{name} reaches up to {sorted(too_high)}"


@pytest.mark.parametrize("package", sorted(FLOOR))
def test_inside_a_package_modules_have_no_circles(package):
    inside = {name for name in MODULES if home(name) == package}
    TopologicalSorter({name: IMPORTED[name] & inside for name in inside}).prepare()  # a circle raises CycleError


def test_rag_never_imports_the_evals_or_the_tests():
    for path in modules():
        roots = {name.split(".")[0] for name in imported_modules(path)}
        assert not roots & {"evals", "app", "tests"}, path.name


@pytest.mark.parametrize("library", sorted(HOMES))
def test_outside_library_has_one_home(library):
    users = {n for n, path in MODULES.items() if library in {name.split(".")[0] for name in imported_modules(path)}}
    homes = HOMES[library]
    strays = {name for name in users if not any(name == home or name.startswith(f"{home}.") for home in homes)}
    assert not strays


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
