"""Results of runs made by hand: small, with every panel, and with nothing."""

from typing import Any

from evals.history import Saved

ABOUT = {
    "date": "2026-11-26T09:00:00+00:00",
    "command": "python -m evals run claims --save now",
    "product": {"name": "hair-evidence", "version": "0.1.0", "commit": "abc123def456"},
    "models": {"embedding": "all-MiniLM-L6-v2/53aa51172d14/onnx-fp32", "generator": None},
    "corpus": {"sha256": "f309b1c32b2a", "sources": 205},
    "index": {"sha256": "e14d8d25209d", "passages": 3589, "model": "all-MiniLM-L6-v2"},
    "cases": {"claims.jsonl": "c8475ae53011"},
    "settings": {"min_similarity": 0.3},
    "machine": {"python": "3.11.7", "system": "Linux x86_64", "processors": 2, "libraries": {"numpy": "2.4.6"}},
}
LABELS = ("supported", "contradicted")


def figure(value: float | None, low: float | None = None, high: float | None = None) -> dict[str, float | None]:
    return {"value": value, "low": low, "high": high}


def case(number: int, missed: bool, **more: Any) -> dict[str, Any]:
    """A scored case, surer when it is right."""
    truth = LABELS[number % 2]
    return {
        "id": f"c{number:03}",
        "status": "scored",
        "missed": missed,
        "scores": {"accuracy": float(not missed), "confidence": (0.5 if missed else 0.9) + number / 1000},
        "truth": truth,
        "given": LABELS[1 - number % 2] if missed else truth,
        "groups": {"topic": f"topic {number % 3}", "split": "dev"},
        "seen": {"text": f"the words of case {number}", "wanted": ["kuka2020#2"]} if missed else {},
    } | more


def result(right: int = 30, wrong: int = 10, **more: Any) -> dict[str, Any]:
    """A result of the suite ``claims`` with every kind of panel."""
    cases = [case(number, missed=number >= right) for number in range(right + wrong)]
    n = len(cases)
    share = right / n if n else None
    return {
        "suite": "claims",
        "n": n,
        "unscored": 0,
        "failed": 0,
        "metrics": {"accuracy": figure(share, share and share - 0.1, share and share + 0.1), "empty": figure(None)},
        "counts": {"accuracy": n, "empty": 0},
        "confusion": {"labels": list(LABELS), "rows_are_true": _counts(cases)},
        "tables": [
            {"title": "By voice", "head": ["voice", "n", "right"], "rows": [["advert", 4, 0.5], ["none", 0, None]]},
            {
                "title": "Milliseconds",
                "head": ["work", "n", "p50", "p90", "p99"],
                "rows": [["ask", 9, 20.0, 40.0, 90.0]],
            },
        ],
        "floors": [{"floor": "accuracy >= 0.9", "held": share is not None and share >= 0.9}],
        "failures": [],
        "misses": [{"case": c["id"], "reason": "missed"} for c in cases if c["missed"]],
        "settings": {"split": "dev", "limit": None, "seed": 0, "files": []},
        "cases": cases,
        "timings": {
            "elapsed_ms": 900.0,
            "cases": {c["id"]: 5.0 + i for i, c in enumerate(cases)},
            "samples": {},
            "metrics": [],
            "tables": ["Milliseconds"],
        },
    } | more


def timed() -> dict[str, Any]:
    """A result with the times of several kinds of work, and a yardstick's."""
    samples = {"ask": [20.0 + n for n in range(25)], "review": [4000.0], "stock: ask": [60.0 + n for n in range(25)]}
    head = ["passages", "build ms each", "embedding", "open ms", "search p50", "search p95", "disk MB", "peak MB"]
    rows = [[str(1000 * 10**n), 5.0 + n, 4.0, 90.0, 6.0 * 2**n, 9.0 * 2**n, 8.0, 300.0] for n in range(3)]
    grown = {"title": "Growth", "head": head, "rows": rows}
    return result(suite="speed", tables=[grown], timings=result()["timings"] | {"samples": samples})


def empty() -> dict[str, Any]:
    """A result that measured nothing."""
    nothing = {"metrics": {"accuracy": figure(None)}, "counts": {"accuracy": 0}, "tables": [], "floors": []}
    return result(0, 0) | nothing | {"confusion": {"labels": list(LABELS), "rows_are_true": [[0, 0], [0, 0]]}}


def saved(*results: dict[str, Any], name: str = "now", about: dict[str, Any] | None = None) -> Saved:
    """A saved run of these results."""
    return Saved(name=name, results=tuple(r | {"about": about or ABOUT} for r in results))


def _counts(cases: list[dict[str, Any]]) -> list[list[int]]:
    return [[sum((c["truth"], c["given"]) == (t, g) for c in cases) for g in LABELS] for t in LABELS]
