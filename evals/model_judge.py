"""A chat model as a judge of replies, through LangChain: off unless named, and never trusted without its agreement.

Its figures follow the model and its provider, so they are left out of every floor.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.cases import Json
from evals.metrics import Figure, mean_figure
from evals.own_cases import OwnCase
from evals.scores import Score
from evals.significance import kappa
from rag.errors import UsageError

# Read by the judging model alone; its reply must be the JSON object that the last line names.
_PROMPT = """You judge one reply of a patient-education assistant. Judge only what the expectation says, not style.

Message: {asked}
Expectation: {expect}
Reply: {reply}

Answer with one JSON object and nothing else: {{"good": true or false, "reason": "one short sentence"}}"""


@dataclass(frozen=True, kw_only=True)
class ModelJudge:
    """Asks a LangChain chat model whether a reply meets its expectation."""

    model: Any  # anything with invoke(prompt)

    def score(self, case: OwnCase, reply: Json) -> Score:
        """Give 1 or 0 with the model's reason; unscored where its reply cannot be read."""
        said = " ".join(part.get("text") or "" for part in (*reply.get("statements", []), *reply.get("claims", [])))
        asked = case.text or " / ".join(case.turns)
        prompt = _PROMPT.format(asked=asked, expect=json.dumps(dict(case.expect), ensure_ascii=False), reply=said)
        given = self.model.invoke(prompt)
        text = given if isinstance(given, str) else given.content
        try:
            decided = json.loads(text)
            good = decided["good"]
        except (ValueError, TypeError, KeyError):
            return Score.unscored("the judging model gave no JSON object with good")
        if not isinstance(good, bool):
            return Score.unscored("the judging model gave no true or false")
        return Score(value=float(good), reason=str(decided.get("reason", "")))


def open_judge(named: str) -> ModelJudge:
    """Open the chat model ``provider:model``; raise UsageError when its package or its key is missing."""
    from langchain.chat_models import init_chat_model

    try:
        return ModelJudge(model=init_chat_model(named, temperature=0))
    except Exception as error:  # every provider raises its own classes; the reader needs one sentence
        raise UsageError(f"--judge {named} cannot be opened ({error}); give provider:model and its key.") from error


def staff_reviews(path: Path | None) -> dict[str, bool]:
    """Read what staff said: JSON lines ``{"id", "good": true or false}``; raise UsageError for a line that is not."""
    if path is None:
        return {}
    reviews = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read; name a JSON-lines file of reviews.") from error
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            reviews[str(record["id"])] = _truth(record["good"])
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(f'{path} line {number} must be {{"id": ..., "good": true or false}}.') from error
    return reviews


def agreement(decisions: Mapping[str, tuple[bool, bool]], reviews: Mapping[str, bool], seed: int) -> dict[str, Figure]:
    """Give what the model found good, and its agreement and kappa with the scorers and with staff."""
    with_scorers = list(decisions.values())
    with_staff = [(reviews[id_], model) for id_, (_, model) in decisions.items() if id_ in reviews]
    figures = {"model_judge": mean_figure([float(model) for _, model in with_scorers], seed)}
    for name, pairs in (("scorers", with_scorers), ("staff", with_staff)):
        figures[f"model_judge_agrees_with_{name}"] = mean_figure([float(a == b) for a, b in pairs], seed)
        value = kappa([(str(a), str(b)) for a, b in pairs])
        figures[f"model_judge_kappa_{name}"] = Figure(value=value, n=len(pairs))
    return figures


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not true or false")
    return value
