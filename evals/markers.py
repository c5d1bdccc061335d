"""What can be wrong with the numbered markers of an answer; pure."""

import re

from evals.systems import Json

_MARK = re.compile(r"\[(\d+)\]")


def marker_faults(answer: Json) -> list[str]:
    """Give what is wrong with the markers: one without a citation, a citation never marked, numbers out of order."""
    numbers = [c["marker"] for c in answer["citations"]]
    used = list(dict.fromkeys(m for s in answer["statements"] for m in s["citations"]))
    faults = []
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append(f"citations are numbered {numbers}")
    if missing := sorted(set(used) - set(numbers)):
        faults.append(f"markers {missing} have no citation")
    if idle := sorted(set(numbers) - set(used)):
        faults.append(f"citations {idle} are never marked")
    if used != sorted(used):
        faults.append(f"markers are first used in the order {used}")
    if any(_MARK.search(s["text"]) for s in answer["statements"]):
        faults.append("a statement's own words hold a marker")
    if any(not c["passage_id"].startswith(f"{c['source_id']}#") for c in answer["citations"]):
        faults.append("a passage id does not belong to its source")
    return faults
