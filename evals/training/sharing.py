"""Let trained cross-encoders say how they share out each pair among the stances, for a new one to learn from.

usage: python -m evals.training.sharing OUT.jsonl --teachers MODEL ... --pairs FILE ... [--unlabelled FILE ...]
A labelled pair gets half its shares from its label and half from the teachers' mean, an unlabelled one all of them
(distillation, Hinton et al. 2015; a network taught so by its like does better than they, Furlanello et al. 2018).
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from evals.training.crossing import RELEVANCE, opened, predict, rows, shares


def main() -> None:
    """Write the pairs with their shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--teachers", nargs="+", required=True)
    parser.add_argument("--pairs", nargs="+", required=True)
    parser.add_argument("--unlabelled", nargs="*", default=[])
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    labelled, bare = rows(options.pairs), rows(options.unlabelled)
    texts = [(row["claim"], row["evidence"]) for row in (*labelled, *bare)]
    mean = np.zeros((len(texts), RELEVANCE))
    for teacher in options.teachers:
        model, tokenizer = opened(teacher, device)
        raw = predict(model.eval(), tokenizer, texts, device)[:, :RELEVANCE]
        mean += torch.softmax(torch.from_numpy(raw), dim=1).numpy() / len(options.teachers)
    with options.out.open("w", encoding="utf-8") as file:
        for place, row in enumerate((*labelled, *bare)):
            right = (np.array(shares(row)) + mean[place]) / 2 if place < len(labelled) else mean[place]
            taught = {"claim": row["claim"], "evidence": row["evidence"], "shares": [round(float(s), 4) for s in right]}
            file.write(json.dumps(taught) + "\n")


if __name__ == "__main__":
    main()
