"""MiniLM written once as an ONNX graph from the packaged weights, for ``embedders`` and ``corrected`` to serve.

The graph is put together by hand: a third of the operators that an export gives, a fifth less time for two texts, and
no torch to write it. Each layer is BERT's (Devlin et al. 2019): attention, then two dense steps, each added to what
went in and normalised. The fused operators are those of ONNX Runtime.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelUnavailable
from rag.types import Vectors

FORMAT = 5  # of the graphs: one that was written in another is written anew
_RECORD = "model.json"
_LAYERS, _HEADS, _SMALLEST = 6, 12, 1e-12
_PLACES, _TEXTS = (f"embeddings.{name}_embeddings.weight" for name in ("position", "token_type"))
_THREE = ("query", "key", "value")
_PACKED = "_quantized"
_OPSET, _IR, _FUSED = 18, 10, "com.microsoft"

Matrices = Mapping[str, Vectors]  # by their names in the packaged weights


def write_embedder(weights: Path, target: Path) -> None:
    """Write MiniLM, mean pooling and normalisation: (token ids, mask) of (texts, tokens) -> vectors (texts, 384)."""
    graph = _Graph(_packaged(weights))
    words = graph.add("Gather", graph.matrix("embeddings.word_embeddings.weight"), "input_ids")
    counted = graph.add("Cast", "attention_mask", to=_type(np.int32))
    states = _states(graph, words, gelu="BiasGelu", mask=counted)
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
    matrices = _packaged(weights)
    for name in (name.removesuffix(".down") for name in trained if name.endswith(".down")):
        matrices[f"{name}.weight"] = matrices[f"{name}.weight"] + trained[f"{name}.up"] @ trained[f"{name}.down"]
    graph = _Graph(matrices)
    states = _states(graph, "words", gelu="FastGelu")
    pooled = graph.add("ReduceMean", states, graph.constant(_places(1)), keepdims=0)
    head = (graph.constant(trained[f"head.{part}"]) for part in ("weight", "bias"))
    graph.add("Gemm", pooled, *head, out="logits", transB=1)
    graph.write(target, {"words": (np.float32, [1, "tokens", 384])}, "logits")
    if in_bytes:
        _shrink(target)


def write_paired(trained: Matrices, target: Path) -> None:
    """Write a trained reader of two texts in 8 bits: vectors of their words (1, tokens, 384), of which text -> logits.

    ``trained`` holds the matrices of a BERT classifier by their names there, less ``bert.``; words stay out.
    """
    graph = _Graph(trained)
    states = _states(graph, "words", gelu="BiasGelu", text="text")
    first = graph.add("Gather", states, graph.constant(np.array(0, dtype=np.int64)), axis=1)
    pooled = graph.add("Tanh", _dense(graph, "pooler.dense", first))
    _dense(graph, "classifier", pooled, out="logits")
    shape = [1, "tokens"]
    graph.write(target, {"words": (np.float32, [*shape, 384]), "text": (np.int64, shape)}, "logits")
    _shrink(target)


def read_paired(source: Path) -> dict[str, Vectors]:
    """Give the matrices that ``write_paired`` wrote; written again they give the same bytes."""
    import onnx
    from onnx import numpy_helper

    held = {one.name: numpy_helper.to_array(one) for one in onnx.load(source).graph.initializer}
    found = {name: values for name, values in held.items() if "." in name and values.dtype == np.float32}
    found = {name: values for name, values in found.items() if not name.endswith("_scale")}
    for name in (name.removesuffix(_PACKED) for name in held if name.endswith(_PACKED)):
        middle, scale = (held[f"{name}_{part}"].astype(np.float32) for part in ("zero_point", "scale"))
        found[name] = ((held[f"{name}{_PACKED}"].astype(np.float32) - middle) * scale).T
    for first in (name for name in list(found) if _THREE[0] in name):  # three side by side
        parts = np.split(found[first], len(_THREE))
        found |= {first.replace(_THREE[0], name): part for name, part in zip(_THREE, parts, strict=True)}
    return found


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
    dense = ["MatMul", "Attention", "Gemm"]
    quantize_dynamic(model, graph, op_types_to_quantize=dense, per_channel=True, reduce_range=True, extra_options=fused)


@contextlib.contextmanager
def in_place(target: Path) -> Iterator[Path]:
    """Give the path of a part that becomes the target when it is whole; raise ModelUnavailable where none can stand."""
    part = target.with_suffix(f".{os.getpid()}.part.onnx")  # two that start at once must not share it
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(target)
    except OSError as error:
        raise ModelUnavailable(
            f"The model cannot be written to {target.parent} ({error.strerror}); make it writable or set RAG_DATA_DIR."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


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

    def __init__(self, matrices: Matrices) -> None:
        self._matrices = matrices
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def matrix(self, *names: str, turned: bool = False) -> str:
        """Hold trained matrices, side by side where they are several; give their name, the first one's."""
        held = [self._matrices[name].T if turned else self._matrices[name] for name in names]
        return self.constant(np.concatenate(held, axis=-1), names[0])

    def constant(self, array: Any, name: str = "") -> str:
        """Hold an array; give its name."""
        from onnx import numpy_helper

        name = name or f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
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


def _states(graph: _Graph, words: str, gelu: str, mask: str | None = None, text: str | None = None) -> str:
    """Add the six layers over the vectors of words, each of the first of two texts or of the one ``text`` says."""
    which = text or graph.constant(_places(0))
    words = graph.add("Add", words, graph.add("Gather", graph.matrix(_TEXTS), which))
    count = graph.add("Shape", words, start=1, end=2)
    near = graph.add("Slice", graph.matrix(_PLACES), graph.constant(_places(0)), count, graph.constant(_places(0)))
    state = _normalised(graph, "embeddings", words, near)
    for number in range(_LAYERS):
        state = _layer(graph, f"encoder.layer.{number}", state, gelu, mask)
    return state


def _layer(graph: _Graph, layer: str, state: str, gelu: str, mask: str | None) -> str:
    """Add one layer: what each token takes from the others, then what it makes of it."""
    three = [f"{layer}.attention.self.{name}" for name in _THREE]
    weight = graph.matrix(*(f"{name}.weight" for name in three), turned=True)
    bias = graph.matrix(*(f"{name}.bias" for name in three))
    masked = [mask] if mask else []
    taken = graph.add("Attention", state, weight, bias, *masked, domain=_FUSED, num_heads=_HEADS)
    found = _dense(graph, f"{layer}.attention.output.dense", taken)
    state = _normalised(graph, f"{layer}.attention.output", found, state)
    wide = graph.add("MatMul", state, graph.matrix(f"{layer}.intermediate.dense.weight", turned=True))
    wide = graph.add(gelu, wide, graph.matrix(f"{layer}.intermediate.dense.bias"), domain=_FUSED)
    return _normalised(graph, f"{layer}.output", _dense(graph, f"{layer}.output.dense", wide), state)


def _dense(graph: _Graph, name: str, state: str, out: str = "") -> str:
    """Add a dense step: its matrix, then its bias."""
    wide = graph.add("MatMul", state, graph.matrix(f"{name}.weight", turned=True))
    return graph.add("Add", wide, graph.matrix(f"{name}.bias"), out=out)


def _normalised(graph: _Graph, name: str, found: str, state: str) -> str:
    """Add what was found to what stood there, and normalise both; in one operator it takes six times as long."""
    norm = (graph.matrix(f"{name}.LayerNorm.{part}") for part in ("weight", "bias"))
    return graph.add("LayerNormalization", graph.add("Add", found, state), *norm, epsilon=_SMALLEST, axis=-1)


def _packaged(weights: Path) -> dict[str, Vectors]:
    from safetensors.numpy import load_file

    return dict(load_file(weights / "model.safetensors"))


def _places(place: int) -> Any:
    return np.array([place], dtype=np.int64)


def _type(kind: Any) -> int:
    from onnx import helper

    return int(helper.np_dtype_to_tensor_dtype(np.dtype(kind)))
