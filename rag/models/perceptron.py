"""A small trained network served by numpy alone: standardised features, a few layers, a share for each class."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelUnavailable

Vector = NDArray[np.float64]
Layer = tuple[Vector, Vector]  # weights (inputs, outputs) and bias (outputs,)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Perceptron:
    """Weights with the names of their features and classes; several networks vote by the mean of their shares."""

    features: tuple[str, ...]
    classes: tuple[str, ...]
    mean: Vector  # (features,)
    scale: Vector  # (features,)
    members: tuple[tuple[Layer, ...], ...]

    def shares(self, values: Vector) -> Vector:
        """Give the share of each class: (features,) -> (classes,), or (rows, features) -> (rows, classes).

        NaN, which was not measured, counts as the mean: it speaks for no class.
        """
        rows = np.nan_to_num((np.atleast_2d(values) - self.mean) / self.scale)
        mean: Vector = np.mean([_softmax(_through(layers, rows)) for layers in self.members], axis=0)
        return mean[0] if values.ndim == 1 else mean

    def scores(self, rows: NDArray[np.floating]) -> Vector:
        """Give the mean of the networks' raw outputs: (rows, features) -> (rows, classes)."""
        rows = (rows - self.mean) / self.scale
        return np.asarray(np.mean([_through(layers, rows) for layers in self.members], axis=0))

    @classmethod
    def load(cls, path: Path, features: tuple[str, ...]) -> "Perceptron":
        """Read weights that were trained on exactly these features; raise ModelUnavailable when they do not fit."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            if tuple(raw["features"]) != features:
                raise ModelUnavailable(f"{path.name} was trained on other features; train it again or restore it.")
            return cls(
                features=features,
                classes=tuple(raw["classes"]),
                mean=np.array(raw["mean"]),
                scale=np.array(raw["scale"]),
                members=tuple(tuple((np.array(w), np.array(b)) for w, b in layers) for layers in raw["members"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelUnavailable(f"{path.name} cannot be used ({error}); restore it from the repository.") from error


def _through(layers: tuple[Layer, ...], rows: Vector) -> Vector:
    *hidden, (weights, bias) = layers
    for inner, inner_bias in hidden:
        rows = np.maximum(rows @ inner + inner_bias, 0.0)
    scores: Vector = rows @ weights + bias
    return scores


def _softmax(scores: Vector) -> Vector:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Vector = powers / powers.sum(axis=1, keepdims=True)
    return shares
