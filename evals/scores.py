"""Scorers: small functions (case, reply) -> Score. A plug-in adds its own, under a name, without touching this package.

A plug-in is a module (or a file) with ``SCORERS = {"name": function}``, named by ``--plugin``, or a package with an
entry point in the group ``hair_evidence.scorers`` whose name is the scorer's.
"""

import importlib
import importlib.util
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from evals.cases import Json
from evals.markers import marker_faults
from evals.own_cases import OwnCase
from evals.plainness import LONG_SENTENCE
from evals.readability import grade
from evals.replies import sentences_said, stating, unbacked
from rag.errors import UsageError
from rag.ids import owner_of
from rag.kinds import Verdict, gravest
from rag.privacy.redaction import redact
from rag.text import normalise, words

ENTRY_POINTS = "hair_evidence.scorers"
_MOST_GRADE = 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How far a reply meets one demand, 0 to 1, and why; a value of None could not be judged."""

    value: float | None
    reason: str = ""

    @classmethod
    def unscored(cls, reason: str) -> "Score":
        """Give a score for what cannot be judged; it is counted apart and enters no mean."""
        return cls(value=None, reason=reason)

    @classmethod
    def of(cls, met: bool, reason: str) -> "Score":
        """Give 1 where the demand is met, else 0 with the reason."""
        return cls(value=1.0) if met else cls(value=0.0, reason=reason)


Scorer = Callable[[OwnCase, Json], Score]


def kind(case: OwnCase, reply: Json) -> Score:
    """Is the reply of the kind (or one of the kinds) in ``expect.kind``?"""
    wanted = _listed(case.expect["kind"])
    if "kind" not in reply:
        return Score.unscored("a checked text has no kind of reply")
    return Score.of(reply["kind"] in wanted, f"is {reply['kind']}, not {' or '.join(wanted)}")


def says(case: OwnCase, reply: Json) -> Score:
    """Which share of the phrases in ``expect.says`` does the answer say? Case and spacing do not count."""
    wanted, said = _listed(case.expect["says"]), _said(reply)
    absent = [phrase for phrase in wanted if normalise(phrase).lower() not in said]
    missing = ", ".join(map(repr, absent))
    return Score(value=1 - len(absent) / len(wanted), reason=f"does not say {missing}" if absent else "")


def avoids(case: OwnCase, reply: Json) -> Score:
    """Does the answer avoid every phrase in ``expect.avoids``?"""
    said = _said(reply)
    present = [phrase for phrase in _listed(case.expect["avoids"]) if normalise(phrase).lower() in said]
    return Score.of(not present, f"says {', '.join(map(repr, present))}")


def cites(case: OwnCase, reply: Json) -> Score:
    """Does the reply cite (or judge by) at least one of the sources or passages in ``expect.cites``?"""
    wanted = set(_listed(case.expect["cites"]))
    found = [c["passage_id"] for c in reply.get("citations", [])]
    found += [e["passage_id"] for claim in reply.get("claims", []) for e in claim.get("evidence", [])]
    cited = {name for passage in found for name in (passage, owner_of(passage))}
    return Score.of(bool(wanted & cited), f"cites {', '.join(sorted(set(found))) or 'nothing'}")


def verdict(case: OwnCase, reply: Json) -> Score:
    """Is the gravest verdict on the text the one in ``expect.verdict``?"""
    given, wanted = gravest(Verdict(c["verdict"]) for c in reply.get("claims", [])), _listed(case.expect["verdict"])
    return Score.of(given in wanted, f"is {given}, not {' or '.join(wanted)}")


def flagged(case: OwnCase, reply: Json) -> Score:
    """Is a reader warned (or not) as ``expect.flagged`` says?"""
    parts = [*reply.get("claims", []), *reply.get("statements", [])]
    warned = any(part["flagged"] for part in parts)
    return Score.of(warned is bool(case.expect["flagged"]), "is flagged" if warned else "is not flagged")


def cited(case: OwnCase, reply: Json) -> Score:
    """Which share of the factual sentences is cited or flagged, with whole markers?"""
    if "statements" not in reply:
        return Score.unscored("a checked text has no statements")
    factual, bare = stating(reply), [s["text"] for s in unbacked(reply)]
    faults = marker_faults(dict(reply))
    if faults:
        return Score(value=0.0, reason="; ".join(faults))
    if not factual:
        return Score.unscored("the answer states nothing")
    return Score(value=1 - len(bare) / len(factual), reason=f"not cited: {bare[0]!r}" if bare else "")


def readable(case: OwnCase, reply: Json) -> Score:
    """Is the answer's school grade at most ``expect.readable`` (8 where not given), with no sentence too long?"""
    sentences = sentences_said(reply)
    measured = grade(sentences)
    if measured is None:
        return Score.unscored("there is nothing to read")
    most = float(case.expect.get("readable", _MOST_GRADE))
    long = [text for text in sentences if len(words(text)) > LONG_SENTENCE]
    return Score.of(measured <= most and not long, f"grade {measured:.1f}" + (f", long: {long[0]!r}" if long else ""))


def private(case: OwnCase, reply: Json) -> Score:
    """Does the reply repeat no personal detail of the message?"""
    told = {detail.text for turn in (*case.turns, case.text or "") for detail in redact(turn).details}
    if not told:
        return Score.unscored("the message holds no personal detail")
    said = " ".join(str(part.get("text", "")) for part in (*reply.get("statements", []), *reply.get("claims", [])))
    repeated = [detail for detail in told if re.search(rf"(?<!\w){re.escape(detail)}(?!\w)", said)]
    return Score.of(not repeated, f"repeats {len(repeated)} personal details")


# An expectation is judged by the scorer of its name; the others are named by a suite or a line.
BUILT_IN: dict[str, Scorer] = {
    f.__name__: f for f in (kind, says, avoids, cites, verdict, flagged, cited, readable, private)
}


def scorers(plugins: Collection[str] = ()) -> dict[str, Scorer]:
    """Give every scorer by name: the built-in ones, those of installed packages, those of the plug-ins named.

    Raises UsageError for a plug-in that cannot be used or a name that is taken.
    """
    found = dict(BUILT_IN)
    for point in entry_points(group=ENTRY_POINTS):
        try:
            _add(found, {point.name: point.load()}, point.value)
        except (ImportError, AttributeError) as error:
            raise UsageError(f"The installed scorer {point.name} cannot be loaded ({error}); remove it.") from error
    for named in plugins:
        _add(found, _scorers_of(named), named)
    return found


def _add(found: dict[str, Scorer], more: Mapping[str, Any], origin: str) -> None:
    for name, function in more.items():
        if name in found:
            raise UsageError(f"{origin} adds a scorer {name}, which there is already; give it another name.")
        if not callable(function):
            raise UsageError(f"{origin}: the scorer {name} is no function; give one that takes (case, reply).")
        found[name] = function


def _scorers_of(named: str) -> Mapping[str, Any]:
    path = Path(named)
    try:
        if path.suffix == ".py":
            spec = importlib.util.spec_from_file_location(path.stem, path)
            if spec is None or spec.loader is None or not path.is_file():
                raise ImportError("there is no such file")
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        else:
            module = importlib.import_module(named)
        return dict(module.SCORERS)
    except (ImportError, AttributeError, SyntaxError, TypeError, ValueError) as error:
        raise UsageError(
            f'--plugin {named} cannot be used ({error}); it needs SCORERS = {{"name": function}}.'
        ) from error


def _listed(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _said(reply: Json) -> str:
    return normalise(" ".join(s["text"] for s in reply.get("statements", []))).lower()
