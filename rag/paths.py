"""Where the files lie that come with the code: weights, schemas, migration steps; and the repository around it."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
REPOSITORY = _PACKAGE.parent
MIGRATIONS = _PACKAGE / "migrations"
SCHEMAS = _PACKAGE / "schemas"
WEIGHTS = _PACKAGE / "weights"
