"""MiniLM with low-rank corrections in every layer and a head, while it learns; ``rag.models.corrected`` serves it."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel

RANK = 16
# The six weight matrices of a layer, which the corrections may change.
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
MAX_TOKENS = 96
BATCH, WEIGHT_DECAY, WARM_UP = 32, 0.01, 100  # texts, and steps over which the rate rises
_DROPPED, _DIMENSIONS, _LEAST_RATE = 0.05, 384, 0.02

Row = dict[str, Any]  # one text to learn from; "ids" are the token ids of its windows


class LowRank(torch.nn.Module):
    """A frozen linear layer plus a trained low-rank correction (Hu et al. 2022)."""

    def __init__(self, frozen: Any, rank: int) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = torch.nn.Parameter(torch.randn(rank, frozen.in_features) / frozen.in_features**0.5)
        self.up = torch.nn.Parameter(torch.zeros(frozen.out_features, rank))
        self.dropped = torch.nn.Dropout(_DROPPED)

    def forward(self, x: Any) -> Any:
        """Apply both."""
        return self.frozen(x) + self.dropped(x) @ self.down.T @ self.up.T


class Learner(torch.nn.Module):
    """MiniLM with corrections in every layer, mean pooling and a linear head."""

    def __init__(self, base: Path, classes: int, rank: int = RANK) -> None:
        super().__init__()
        self.model = AutoModel.from_pretrained(base, hidden_act="gelu_new", dtype=torch.float32)
        for parameter in self.model.parameters():
            parameter.requires_grad = False
        for layer in self.model.encoder.layer:
            for name in MATRICES:
                parent, _, last = name.rpartition(".")
                module = layer.get_submodule(parent)
                setattr(module, last, LowRank(getattr(module, last), rank))
        self.head = torch.nn.Linear(_DIMENSIONS, classes)

    def forward(self, ids: Any, mask: Any) -> Any:
        """Give one row of logits per text."""
        states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        kept = mask.unsqueeze(-1).float()
        return self.head((states * kept).sum(1) / kept.sum(1))

    @classmethod
    def going_on(cls, base: Path, weights: Path) -> "Learner":
        """Give one with what was learnt before."""
        held = np.load(weights)
        rank = next(held[name].shape[0] for name in held.files if name.endswith(".down"))
        network = cls(base, len(held["head.bias"]), rank)
        with torch.no_grad():
            for name, tensor in network.learnt().items():
                tensor.copy_(torch.from_numpy(held[name].astype(np.float32)))
        return network

    def learnt(self) -> dict[str, Any]:
        """Give what is learnt, by the names of the packaged weights."""
        found = {"head.weight": self.head.weight, "head.bias": self.head.bias}
        for name, module in self.model.encoder.layer.named_modules():
            if isinstance(module, LowRank):
                found |= {f"encoder.layer.{name}.down": module.down, f"encoder.layer.{name}.up": module.up}
        return found

    @property
    def learning(self) -> list[Any]:
        """Give the parameters that learn."""
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def arrays(self) -> dict[str, Any]:
        """Give what was learnt as arrays."""
        return {name: tensor.detach().cpu().numpy() for name, tensor in self.learnt().items()}

    def read(self, windows: Sequence[Sequence[int]], device: str) -> Any:
        """Give the logits (windows, classes) of lists of token ids."""
        table = np.zeros((2, len(windows), max(map(len, windows))), dtype=np.int64)
        for place, ids in enumerate(windows):
            table[0, place, : len(ids)], table[1, place, : len(ids)] = ids, 1
        whole = torch.from_numpy(table).to(device)
        return self(whole[0], whole[1]).float()


def write(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write what was learnt in half precision."""
    halved = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, **halved)


def batches(rows: Sequence[Row], order: random.Random) -> list[list[Row]]:
    """Give batches of like length in random order."""
    shuffled, found, window = order.sample(rows, len(rows)), [], BATCH * 50
    for start in range(0, len(shuffled), window):
        near = sorted(shuffled[start : start + window], key=lambda row: max(map(len, row["ids"])))
        found += [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
    order.shuffle(found)
    return found


class Steps:
    """AdamW whose rate rises over the first steps and falls to nothing."""

    def __init__(self, network: Learner, rate: float) -> None:
        self._learning, self._rate, self._done = network.learning, rate, 0
        self._optimiser = torch.optim.AdamW(self._learning, lr=rate, weight_decay=WEIGHT_DECAY)

    def take(self, loss: Any, steps: int) -> float:
        """Learn from the loss of one batch of ``steps`` in all; give it."""
        falling = 1 - min(self._done / steps, 1 - _LEAST_RATE)
        self._optimiser.param_groups[0]["lr"] = self._rate * min(1, (self._done + 1) / WARM_UP) * falling
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._learning, 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self._done += 1
        return float(loss.detach())
