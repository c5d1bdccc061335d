"""Where the files lie that come with the code: corpus, weights, schemas, migration steps; and the repository."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
REPOSITORY = _PACKAGE.parent
_PACKED = _PACKAGE / "_corpus"  # a wheel carries the corpus inside the package
CORPUS = _PACKED if _PACKED.is_dir() else REPOSITORY / "corpus"
MIGRATIONS = _PACKAGE / "migrations"
SCHEMAS = _PACKAGE / "schemas"
WEIGHTS = _PACKAGE / "weights"
