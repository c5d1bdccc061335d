"""Networks written once as ONNX graphs, from the packaged weights of MiniLM; the one place that needs torch.

Served without torch by ``rag.models`` and ``rag.corrected``, which compare what was written with its reference.
"""

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelUnavailable
from rag.types import Vectors

_LONGEST, _DIMENSIONS = 512, 384  # tokens that the encoder has positions for, and values of a word's vector


def embedder(weights: Path) -> Any:
    """Give BERT, mean pooling and normalisation as one network: (token ids, mask) of (texts, tokens) -> vectors."""
    import torch

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = _encoder(weights)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            states = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            pooled = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, dim=1)

    return Pooled()


def corrected(weights: Path, trained: Mapping[str, Vectors]) -> Any:
    """Give BERT with trained low-rank corrections (up @ down; Hu et al. 2022, LoRA), mean pooling and a linear head.

    It maps the vectors of words (1, tokens, 384), as ``rag.models.word_vectors`` gives them, to logits, so that no
    graph carries a table of all words. GELU has its tanh form, as in training.
    """
    import torch

    class Headed(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = _encoder(weights, hidden_act="gelu_pytorch_tanh")
            matrices = self.model.state_dict()  # shares its memory with the network
            for name in (name.removesuffix(".down") for name in trained if name.endswith(".down")):
                matrices[f"{name}.weight"] += torch.from_numpy(trained[f"{name}.up"] @ trained[f"{name}.down"])
            self.head = torch.nn.Linear(*reversed(trained["head.weight"].shape))
            self.head.load_state_dict({part: torch.from_numpy(trained[f"head.{part}"]) for part in ("weight", "bias")})

        def forward(self, words: Any) -> Any:
            return self.head(self.model(inputs_embeds=words).last_hidden_state.mean(1))

    return Headed()


def output(network: Any, ids: Sequence[int]) -> Vectors:
    """Give what a network of ``corrected`` makes of one text's token ids, by torch: the reference of its graph."""
    import torch

    with torch.inference_mode():
        words = network.model.get_input_embeddings()(torch.tensor([list(ids)]))
        return np.asarray(network(words).numpy()[0], dtype=np.float32)


def write_embedder(network: Any, target: Path) -> None:
    """Write a network of ``embedder`` with free numbers of texts and tokens."""
    import torch

    example = torch.ones(2, 16, dtype=torch.long)
    shape = {0: torch.export.Dim("batch", min=1, max=4096), 1: torch.export.Dim("length", min=2, max=_LONGEST)}
    names = {"input_names": ["input_ids", "attention_mask"], "output_names": ["vectors"]}
    _write(network, (example, example.clone()), (shape, dict(shape)), names, target)


def write_corrected(network: Any, target: Path) -> None:
    """Write a network of ``corrected`` for one text of any length: without padding it needs no mask."""
    import torch

    shape = {1: torch.export.Dim("length", min=2, max=_LONGEST)}
    names = {"input_names": ["words"], "output_names": ["logits"]}
    _write(network, (torch.zeros(1, 16, _DIMENSIONS),), (shape,), names, target)


@contextlib.contextmanager
def in_place(target: Path) -> Iterator[Path]:
    """Give the path of a part that becomes the target when it is whole; raise ModelUnavailable where none can stand."""
    part = target.with_suffix(".part.onnx")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(target)
    except OSError as error:
        raise ModelUnavailable(
            f"The model cannot be written to {target.parent} ({error.strerror}); make it writable or set RAG_DATA_DIR."
        ) from error


def _encoder(weights: Path, **settings: Any) -> Any:
    from transformers import AutoModel
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    return AutoModel.from_pretrained(weights, attn_implementation="eager", add_pooling_layer=False, **settings).eval()


def _write(
    network: Any, example: tuple[Any, ...], shapes: tuple[Any, ...], names: Mapping[str, list[str]], target: Path
) -> None:
    import torch

    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            example,
            str(target),
            dynamo=True,
            dynamic_shapes=shapes,
            external_data=False,
            verbose=False,
            **names,
        )
