"""Boosted trees as one ONNX node: rows of values -> a raw score for each class, deciding as scikit-learn's do."""

from typing import Any

import onnx
from onnx import TensorProto, helper
from sklearn.ensemble import HistGradientBoostingClassifier

_OPSET = 18
_NODE_FIELDS = (
    "treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids", "missing_value_tracks_true",
    "hitrates",
)  # fmt: skip


def to_onnx(model: HistGradientBoostingClassifier, rows: str) -> onnx.ModelProto:
    """Give the trees with ``rows`` as the name of what goes in; ``scores`` come out, in the order of the classes."""
    columns: dict[str, list[Any]] = {name: [] for name in _NODE_FIELDS}
    leaves: dict[str, list[Any]] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    trees = [(tree, label) for group in model._predictors for label, tree in enumerate(group)]
    for number, (tree, label) in enumerate(trees):
        for place, node in enumerate(tree.nodes):
            _add_node(columns, number, place, node)
            if node["is_leaf"]:
                for name, value in zip(leaves, (number, place, label, float(node["value"])), strict=True):
                    leaves[name].append(value)
    count = len(model.classes_)
    node = helper.make_node(
        "TreeEnsembleClassifier",
        [rows],
        ["label", "scores"],
        domain="ai.onnx.ml",
        post_transform="NONE",
        classlabels_int64s=list(range(count)),
        base_values=[float(v) for v in model._baseline_prediction.ravel()],
        **{f"nodes_{name}": values for name, values in columns.items()},
        **{f"class_{name}": values for name, values in leaves.items()},
    )
    graph = helper.make_graph(
        [node],
        "trees",
        [helper.make_tensor_value_info(rows, TensorProto.FLOAT, ["rows", model.n_features_in_])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, ["rows"]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["rows", count]),
        ],
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def _add_node(columns: dict[str, list[Any]], tree: int, place: int, node: Any) -> None:
    leaf = bool(node["is_leaf"])
    values = (
        tree,
        place,
        0 if leaf else int(node["feature_idx"]),
        0.0 if leaf else float(node["num_threshold"]),
        "LEAF" if leaf else "BRANCH_LEQ",
        0 if leaf else int(node["left"]),
        0 if leaf else int(node["right"]),
        0 if leaf else int(node["missing_go_to_left"]),
        1.0,
    )
    for name, value in zip(columns, values, strict=True):
        columns[name].append(value)
