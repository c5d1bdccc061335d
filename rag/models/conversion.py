"""MiniLM written once as an ONNX graph from the packaged weights, for ``embedders`` and ``corrected`` to serve.

The graph is put together by hand: a third of the operators that an export gives, an eighth less time for a text, and
no torch to write it. Each layer is BERT's (Devlin et al. 2019): attention, then two dense steps, each added to what
went in and normalised. The fused operators are those of ONNX Runtime.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelUnavailable
from rag.types import Vectors

FORMAT = 4  # of the graphs: one that was written in another is written anew
_RECORD = "model.json"
_LAYERS, _HEADS, _SMALLEST = 6, 12, 1e-12
_OPSET, _IR, _FUSED = 18, 10, "com.microsoft"

Matrices = Mapping[str, Vectors]  # by their names in the packaged weights


def write_embedder(weights: Path, target: Path) -> None:
    """Write MiniLM, mean pooling and normalisation: (token ids, mask) of (texts, tokens) -> vectors (texts, 384)."""
    matrices, graph = _packaged(weights), _Graph()
    words = graph.add("Gather", graph.constant(matrices["embeddings.word_embeddings.weight"]), "input_ids")
    counted = graph.add("Cast", "attention_mask", to=_type(np.int32))
    states = _states(graph, matrices, words, gelu="BiasGelu", mask=counted)
    kept = graph.add("Cast", "attention_mask", to=_type(np.float32))
    kept = graph.add("Mul", states, graph.add("Unsqueeze", kept, graph.constant(_places(2))))
    total = graph.add("ReduceSum", kept, graph.constant(_places(1)), keepdims=0)
    graph.add("LpNormalization", total, out="vectors", axis=-1, p=2)  # of a sum it is that of a mean
    shape = ["texts", "tokens"]
    graph.write(target, {"input_ids": (np.int64, shape), "attention_mask": (np.int64, shape)}, "vectors")


def write_corrected(weights: Path, trained: Matrices, target: Path, *, in_bytes: bool) -> None:
    """Write MiniLM with trained low-rank corrections (up @ down; Hu et al. 2022, LoRA), mean pooling and a head.

    It maps the vectors of one text's words (1, tokens, 384), as ``rag.models.embedders.word_vectors`` gives them, to
    logits, so that no graph carries a table of all words. GELU has its tanh form, as in training. ``in_bytes`` it takes
    three fifths of the time and gives slightly other figures.
    """
    matrices, graph = _packaged(weights), _Graph()
    for name in (name.removesuffix(".down") for name in trained if name.endswith(".down")):
        matrices[f"{name}.weight"] = matrices[f"{name}.weight"] + trained[f"{name}.up"] @ trained[f"{name}.down"]
    states = _states(graph, matrices, "words", gelu="FastGelu")
    pooled = graph.add("ReduceMean", states, graph.constant(_places(1)), keepdims=0)
    head = (graph.constant(trained[f"head.{part}"]) for part in ("weight", "bias"))
    graph.add("Gemm", pooled, *head, out="logits", transB=1)
    graph.write(target, {"words": (np.float32, [1, "tokens", 384])}, "logits")
    if in_bytes:
        _shrink(target)


def _shrink(graph: Path) -> None:
    """Write the matrices of a graph in 8 bits, one bit less than there is, so that sums overflow on no processor.

    All processors then give the same figures.
    """
    import onnx
    from onnxruntime.quantization import quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    model = onnx.load(graph)
    add_pre_process_metadata(model)  # its operators are fused already; without this it warns
    fused = {"DefaultTensorType": onnx.TensorProto.FLOAT}  # of what comes out of them
    quantize_dynamic(model, graph, per_channel=True, reduce_range=True, extra_options=fused)


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


def is_current(directory: Path, checksum: str) -> bool:
    """Tell whether the graph of a directory was written from weights of this checksum, and as it is written now."""
    try:
        record = json.loads((directory / _RECORD).read_text(encoding="utf-8"))
        return bool(record["format"] == FORMAT and record["weights_sha256"] == checksum)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def record(directory: Path, checksum: str, **measured: float) -> None:
    """Write, last, what the graph of a directory was written from and what was measured on it."""
    held = {"format": FORMAT, "weights_sha256": checksum, **measured}
    (directory / _RECORD).write_text(json.dumps(held), encoding="utf-8")


class _Graph:
    """Nodes and constants in the order in which they were added, each result named by its place."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, array: Any) -> str:
        """Hold an array; give its name."""
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, operator: str, *inputs: str, out: str = "", domain: str = "", **attributes: Any) -> str:
        """Add an operator; give the name of its result."""
        from onnx import helper

        name = out or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], domain=domain, **attributes))
        return name

    def write(self, target: Path, inputs: Mapping[str, tuple[Any, list[Any]]], output: str) -> None:
        """Write the graph with its inputs (type and shape by name) and its one output."""
        import onnx
        from onnx import helper

        taken = [helper.make_tensor_value_info(name, _type(kind), shape) for name, (kind, shape) in inputs.items()]
        given = [helper.make_tensor_value_info(output, _type(np.float32), None)]
        graph = helper.make_graph(self._nodes, "minilm", taken, given, self._constants)
        sets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        onnx.save(helper.make_model(graph, opset_imports=sets, ir_version=_IR), str(target))


def _states(graph: _Graph, matrices: Matrices, words: str, gelu: str, mask: str | None = None) -> str:
    """Add the six layers over the vectors of words: the last state of each token."""
    places = matrices["embeddings.position_embeddings.weight"] + matrices["embeddings.token_type_embeddings.weight"][0]
    count = graph.add("Shape", words, start=1, end=2)
    near = graph.add("Slice", graph.constant(places), graph.constant(_places(0)), count, graph.constant(_places(0)))
    norm = (graph.constant(matrices[f"embeddings.LayerNorm.{part}"]) for part in ("weight", "bias"))
    state = graph.add("LayerNormalization", graph.add("Add", words, near), *norm, epsilon=_SMALLEST, axis=-1)
    for number in range(_LAYERS):
        layer = {
            name.removeprefix(f"encoder.layer.{number}."): matrix
            for name, matrix in matrices.items()
            if name.startswith(f"encoder.layer.{number}.")
        }
        state = _layer(graph, layer, state, gelu, mask)
    return state


def _layer(graph: _Graph, layer: Matrices, state: str, gelu: str, mask: str | None) -> str:
    """Add one layer: what each token takes from the others, then what it makes of it."""
    three = [f"attention.self.{name}" for name in ("query", "key", "value")]
    weight = graph.constant(np.concatenate([layer[f"{name}.weight"].T for name in three], axis=1))
    bias = graph.constant(np.concatenate([layer[f"{name}.bias"] for name in three]))
    masked = [mask] if mask else []
    taken = graph.add("Attention", state, weight, bias, *masked, domain=_FUSED, num_heads=_HEADS)
    state = _added(graph, layer, "attention.output", taken, state)
    wide = graph.add("MatMul", state, graph.constant(layer["intermediate.dense.weight"].T))
    wide = graph.add(gelu, wide, graph.constant(layer["intermediate.dense.bias"]), domain=_FUSED)
    return _added(graph, layer, "output", wide, state)


def _added(graph: _Graph, layer: Matrices, name: str, found: str, state: str) -> str:
    """Add a dense step, what went into it, and their normalisation."""
    dense = graph.add("MatMul", found, graph.constant(layer[f"{name}.dense.weight"].T))
    parts = ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")
    held = (graph.constant(layer[f"{name}.{part}"]) for part in parts)
    return graph.add("SkipLayerNormalization", dense, state, *held, domain=_FUSED, epsilon=_SMALLEST)


def _packaged(weights: Path) -> dict[str, Vectors]:
    from safetensors.numpy import load_file

    return dict(load_file(weights / "model.safetensors"))


def _places(place: int) -> Any:
    return np.array([place], dtype=np.int64)


def _type(kind: Any) -> int:
    from onnx import helper

    return int(helper.np_dtype_to_tensor_dtype(np.dtype(kind)))
