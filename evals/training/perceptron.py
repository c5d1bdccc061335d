"""Train a small network on rows of features and write it as the plain file that the product reads."""

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from rag.models.perceptron import Perceptron

Rows = NDArray[np.float64]
_LIFT = 0.5  # 0 leaves classes as common as they are, 1 makes all count the same; 0.3 to 0.7 did as well on dev


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How to fit: ``members`` networks of one hidden layer that differ in their seed alone, and vote."""

    hidden: int
    decay: float
    members: int
    passes: int


def fit(rows: Rows, labels: Sequence[str], features: tuple[str, ...], recipe: Recipe) -> Perceptron:
    """Fit a network with a hidden layer."""
    mean, scale = _standard(rows)
    members = []
    for seed in range(recipe.members):
        network = MLPClassifier(
            (recipe.hidden,), alpha=recipe.decay, max_iter=recipe.passes, random_state=seed, learning_rate_init=0.003
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of passes is chosen, not awaited
            network.fit((rows - mean) / scale, list(labels))
        members.append(tuple(zip(network.coefs_, network.intercepts_, strict=True)))
    classes = tuple(str(name) for name in network.classes_)
    return Perceptron(features=features, classes=classes, mean=mean, scale=scale, members=tuple(members))


def fit_linear(
    rows: Rows, labels: Sequence[str], features: tuple[str, ...], freedom: float, weights: Sequence[float]
) -> Perceptron:
    """Fit one layer (multinomial logistic regression) on weighted rows; rare classes gain some weight.

    NaN, which was not measured, counts as the mean, as it does when the network serves.
    """
    mean, scale = _standard(rows)
    totals = {name: sum(w for w, label in zip(weights, labels, strict=True) if label == name) for name in set(labels)}
    middle = sum(totals.values()) / len(totals)
    lifted = [w * (middle / totals[label]) ** _LIFT for w, label in zip(weights, labels, strict=True)]
    model = LogisticRegression(C=freedom, max_iter=3000)
    model.fit(np.nan_to_num((rows - mean) / scale), list(labels), sample_weight=lifted)
    classes = tuple(str(name) for name in model.classes_)
    layers = ((model.coef_.T, model.intercept_),)
    return Perceptron(features=features, classes=classes, mean=mean, scale=scale, members=(layers,))


def _standard(rows: Rows) -> tuple[Rows, Rows]:
    scale = np.nanstd(rows, axis=0)
    scale[scale < 1e-9] = 1.0
    return np.nanmean(rows, axis=0), scale


def write(network: Perceptron, path: Path, card: dict[str, object]) -> None:
    """Write a network with what it was trained on and how well it did; four significant figures are enough."""
    record = {
        "card": card,
        "features": network.features,
        "classes": network.classes,
        "mean": _short(network.mean),
        "scale": _short(network.scale),
        "members": [[[_short(w), _short(b)] for w, b in layers] for layers in network.members],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")


def _short(values: Rows) -> object:
    return np.vectorize(lambda v: float(f"{v:.4g}"))(values).tolist()
