"""Promises of boosted trees as they are served: they decide as those that were fitted."""

import numpy as np
import onnx
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from evals.training.trees import to_onnx
from rag.judging.deciding import agreed
from rag.models.embedders import onnx_session


def test_served_trees_give_the_scores_of_the_fitted_ones_also_where_nothing_was_measured(tmp_path):
    random = np.random.default_rng(0)
    rows = random.normal(size=(400, 6)).astype(np.float32)
    labels = (rows[:, 0] > 0).astype(int) + (rows[:, 1] * rows[:, 2] > 0.5)
    rows[random.random(rows.shape) < 0.2] = np.nan
    fitted = HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=8, random_state=0).fit(rows, labels)

    onnx.save(to_onnx(fitted, "rows"), str(tmp_path / "trees.onnx"))
    served = onnx_session(tmp_path / "trees.onnx").run(["scores"], {"rows": rows})[0]

    assert served == pytest.approx(fitted.decision_function(rows), abs=1e-4)


def test_what_both_readers_hold_is_held_and_what_one_rules_out_is_hardly_held():
    weighed = np.array([[0.7, 0.2, 0.1]])
    sums = agreed(weighed, np.log(np.array([[0.7, 0.001, 0.299]])))

    assert sums.sum() == pytest.approx(1.0)
    assert sums[0, 0] > 0.7 and sums[0, 1] < 0.05
    assert agreed(weighed, np.log(weighed)) == pytest.approx(weighed)
