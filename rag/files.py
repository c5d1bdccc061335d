"""Read corpus files and weights; what is wrong with a corpus file is a fault: a sentence with its mend, collected."""

import json
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import yaml
from numpy.typing import NDArray

from rag.errors import ModelUnavailable

# The C loader reads the corpus in a tenth of the time; both construct plain values only.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Read = TypeVar("Read")


class Fault(ValueError):
    """One mend that a file needs."""


def read_text(path: Path) -> str:
    """Give a UTF-8 file; raise Fault when it is missing, unreadable or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Fault("the file is missing; restore it from the repository.") from error
    except UnicodeDecodeError as error:
        raise Fault(f"byte {error.start} is not UTF-8; save the file as UTF-8.") from error
    except OSError as error:
        raise Fault(f"cannot be read ({error.strerror}); check its permissions.") from error


def parse_mapping(text: str) -> dict[str, Any]:
    """Parse YAML that must be a mapping; raise Fault with the line that is wrong."""
    try:
        loaded = yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f" at line {place.line + 1}" if place else ""
        raise Fault(f"is not valid YAML{where}; correct its indentation and quotes.") from error
    if not isinstance(loaded, dict):
        raise Fault("must hold `key: value` lines.")
    return loaded


def parse_document(text: str) -> tuple[dict[str, Any], str]:
    """Parse the mapping between the first two lines of ``---``, and give it with the text behind it."""
    parts = re.split(r"^---[ \t]*$", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) < 3:
        raise Fault("has no front matter; put it between two lines of `---` at the top.")
    return parse_mapping(parts[1]), parts[2]


def texts_of(raw: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Give the list of texts that stands at a key, empty where none does; raise Fault when it is anything else."""
    texts = raw.get(name)
    if texts is None:
        return ()
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Fault(f"`{name}` {texts!r} must be a list of texts such as [one, another].")
    return tuple(texts)


def stored_arrays(path: Path, names: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
    """Give the named arrays of a weights file, or all; raise ModelUnavailable when it cannot be used."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in (stored.files if names is None else names)}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelUnavailable(f"{path.name} cannot be used ({error}); restore it from the repository.") from error


def stored_json(path: Path, read: Callable[[Any], Read]) -> Read:
    """Give what ``read`` takes from a JSON file beside weights; raise ModelUnavailable when it cannot be used."""
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(f"{path.name} cannot be used ({error}); restore it from the repository.") from error
