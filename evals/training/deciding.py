"""Train the two readers that weigh the signs for a verdict, and measure them by cross-validation.

They learn from the development claims, from the training claims that teach the verdict (``evals.training.taught``), and
from the same claims as they stand in running text.

usage: python -m evals.training.deciding APART.npz   (writes verdict_signs.json and verdict_trees.onnx; half an hour)
``APART.npz`` is an impression that has not seen the claims taught here (``evals.training.impression --apart``).
Run it again whenever the stance model, the map, the vocabulary or the precedents changed: what it learned are their
habits.
"""

import argparse
import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from evals.cases import DATA, ClaimCase, claim_case, load_cases
from evals.metrics import Confusion, f1, mean, precision, recall
from evals.training.perceptron import Rows, fit_linear, write
from evals.training.precedents import as_judged
from evals.training.seeking import Entries, mixing, text_claims
from evals.training.taught import TaughtClaim, Teaches, taught_claims
from evals.training.trees import to_onnx
from rag.assistant import Assistant
from rag.ids import owner_of
from rag.judging.claims import extract
from rag.judging.deciding import FEATURES, agreed, signs
from rag.judging.impression import CLASSES, Impressions
from rag.judging.precedents import NEAREST, Precedent, Precedents
from rag.judging.verdicts import SUPPORT_SHARE
from rag.kinds import Origin, Verdict
from rag.models.perceptron import Perceptron
from rag.search.resolution import CLAIM_PARTS, Resolution
from rag.settings import Settings
from rag.types import Claim, Vectors

TARGET = Path("rag/weights/verdict_signs.json")
TREES = Path("rag/weights/verdict_trees.onnx")
_ALL = Precedents(count=80 * NEAREST)  # enough that a score of others' on other sources is left
FOLDS = 10
APART = 3  # groups of authors of texts
_FLAG = {True: "flagged", False: "fine"}
# Chosen by cross-validation among 0.01, 0.02, 0.05 and 0.2; a hidden layer gains nothing.
FREEDOM = 0.01
# Shallow trees of few signs each, set once. Crossed by author at the same precision (.90), the readers together find
# .955 of 8,174 claims to be flagged and have a macro-F1 of .747, the network alone .954 and .736, the trees .952, .749.
_TREES = {
    "max_iter": 150,
    "learning_rate": 0.06,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 30,
    "l2_regularization": 5.0,
    "max_features": 0.3,
}
# Claims on sources that hardly any precedent speaks of are few here and will be many. A weight of 4 for those of the
# two authors who also led to be misread brings them, crossed by author, from .53 to .55 (macro-F1) and costs the
# others .81 to .79; 10 brings .56 and costs .02 more. The other two in the same way bring nothing (dev .84 -> .82).
UNPRECEDENTED = ("s1", "s2", "u2", "u4", "v1", "v2", "v3")
# What people claim who do not know the library is what the judge meets. Their 532 claims are worded otherwise than
# those written beside its passages: with the weights before, a fifth of the true ones were flagged. A weight of 4 in
# place of 1 brings them, crossed by author, from .877 to .890 (precision of the flag, at a recall of .985), dev from
# .900 to .907 (macro-F1 .781 to .789), and costs the other training claims .003.
# From b15 on they are claims of real pages. The last 2,636 (b26 and on) bring themselves, crossed by author, from .832
# to .843 (area under the curve of the flag; right verdicts .547 to .568), the 823 before them from .860 to .866 (.582
# to .591), dev from .805 to .821 right; with a weight of 2 .840, .864 and .811. The rest pays with .778 to .770.
BLIND = tuple(f"b{number}" for number in range(1, 53) if number not in (7, 8, 13, 27, 30))  # these five are held back
# Two thousand three hundred more that such authors wrote as web pages would, at half of that, and claims in running
# text, whose id names their text, six times: those who write claims that stand alone teach most by far. Of 227 claims
# in texts that taught nothing (dev) 154 verdicts are right with 6, 150 with 3; of 705 that stand alone 585 and 583;
# crossed by author text has a macro-F1 of .613 and .600, and real pages lose .001. What ships learned from 10,935 of
# the claims, every other one of those that know the library left out: with all 14,533 dev has 576 of 705 right. Learned
# anew beside the stance network of today and with 299 labels read anew, dev has a macro-F1 of .815 crossed (.803
# before), but .803 and .810 (with every other one left out) in the product, where what ships has .815, and the article
# loses one of 11 flags: not taken.
AS_ON_PAGES = tuple(f"b{letter}" for letter in "abcdefghijkl")
WEIGHTS = {"s1": 4.0, "s2": 4.0} | dict.fromkeys(BLIND, 4.0) | dict.fromkeys(AS_ON_PAGES, 2.0)
TEXT_WEIGHT = 6.0
# Whoever claims something on a subject that nobody claimed anything on has no precedent that rests on the same sources.
# So each claim is learned from once more with precedents on other sources only. Crossed by author, macro-F1 on claims
# met so rises from .668 to .721, on the newest sources from .541 to .566; of flags in running text .946 are found in
# place of .934, at the same precision; elsewhere nothing changes by more than .004.
APART_WEIGHT = 0.5
PLAIN_WEIGHT = 0.4  # of a plain claim beside a written one: up to 0.8 the written ones do not lose by it
PLAIN = (
    "{} regrows hair", "{} does not work for hair loss", "The results of {} are permanent",
    "Hair gained with {} is lost again after stopping", "{} is safe", "{} can cause side effects",
    "{} is approved for hair loss", "{} is not approved for hair loss", "{} must not be used in pregnancy",
    "{} shows results in two weeks", "{} takes months to show results", "One session of {} is enough",
    "{} must be used daily", "{} brings only a modest gain", "{} completely cures baldness",
)  # fmt: skip

# What people swear by and no passage names: claims on these have no evidence either way.
UNSTUDIED = (
    "Goat milk", "Horse shampoo", "Beer rinses", "Coffee enemas", "Magnets", "Crystals", "Reiki",
    "Cold showers", "Sauna visits", "Swimming in the sea", "Sunbathing", "Chewing gum", "Chia seeds",
    "Turmeric", "Cinnamon", "Yoghurt masks", "Avocado",
    "Banana peel", "Potato juice", "Carrot juice", "Beetroot", "Spinach smoothies", "Oat milk", "Kombucha", "Kefir",
    "Camel urine", "Snake oil", "Emu fat", "Lanolin", "Beeswax", "Clay masks", "Charcoal", "Baking soda", "Sea salt",
    "Lemon water", "Olive leaf", "Mustard", "Hibiscus", "Brahmi",
    "Chlorella", "Shilajit", "Royal jelly", "Wheatgrass", "Eucalyptus", "Jojoba", "Sesame", "Almond milk",
    "Silk pillows", "Sleeping upside down", "Brushing a hundred times a night", "Shaving the head", "Prayer",
    "Chanting",
)  # fmt: skip
UNSTUDIED_PLAIN = (
    "{} regrows hair", "{} stops hair loss", "{} cures baldness", "{} makes hair thicker", "{} is proven to help hair",
    "{} does nothing for hair",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Lessons:
    """One row of signs per text that holds exactly one claim, with its verdict."""

    cases: tuple[ClaimCase | TaughtClaim, ...]
    rows: Rows
    apart: Rows = field(default_factory=lambda: np.zeros((0, len(FEATURES))))  # of the first, precedents on others

    @property
    def verdicts(self) -> list[str]:
        """Give the right verdicts."""
        return [case.verdict.value for case in self.cases]

    @property
    def weights(self) -> Rows:
        """Give how much each counts."""
        return np.array(
            [TEXT_WEIGHT if "/" in case.id else WEIGHTS.get(author_of(case.id), 1.0) for case in self.cases]
        )


def author_of(claim_id: str) -> str:
    """Give who wrote a claim: all of one author's share a beginning, "q3-017" or, of the first ones, "d017"."""
    return claim_id.split("-")[0] if "-" in claim_id else claim_id[:1]


def of_others(vector: Vectors, author: str, unlike: Collection[str] = ()) -> tuple[Precedent, ...]:
    """Give the nearest precedents that others wrote: whoever writes the next claim wrote none of those we hold.

    ``unlike`` names claims that are left out as well.
    """
    near = _ALL.near(vector, ())
    return tuple(one for one in near if author_of(one.id) != author and one.id not in unlike)[:NEAREST]


def on_the_same(claims: Sequence[TaughtClaim]) -> dict[str, set[str]]:
    """Give for each source that claims rest on the claims that do."""
    found: dict[str, set[str]] = {}
    for claim in claims:
        for source in {owner_of(id_) for id_ in claim.evidence}:
            found.setdefault(source, set()).add(claim.id)
    return found


def lessons(assistant: Assistant, cases: Sequence[ClaimCase | TaughtClaim]) -> Lessons:
    """Gather the signs of every text with one claim for which something near was found, each beside others' claims."""
    kept, rows, apart = [], [], []
    resting = on_the_same(
        [claim for teaches in Teaches for claim in taught_claims(DATA / "claims_train.jsonl", teaches)]
    )
    for case in cases:
        claims = extract(case.text, assistant.corpus.vocabulary)
        if len(claims) == 1 and case.verdict in CLASSES and (grounds := assistant.judge.grounds(claims[0])):
            vector, author = as_judged(assistant, case.text), author_of(case.id)
            sources = {owner_of(id_) for id_ in case.evidence} if isinstance(case, TaughtClaim) else set()
            kin = set[str]().union(*(resting[source] for source in sources))
            others, unlike = (of_others(vector, author, left) if grounds.precedents else () for left in ((), kin))
            kept.append(case)
            rows.append(signs(replace(grounds, precedents=others)))
            apart.append(signs(replace(grounds, precedents=unlike)))
    return Lessons(cases=tuple(kept), rows=np.stack(rows), apart=np.stack(apart))


def text_lessons(assistant: Assistant) -> Lessons:
    """Gather the signs of claims in running text, each placed by what was learned from other authors' texts.

    What was judged in the same text before is no precedent.
    """
    taught = {claim.id for claim in taught_claims(DATA / "claims_train.jsonl", Teaches.VERDICT)}
    claims, entries = text_claims(assistant), Entries(assistant=assistant)
    claim_step = assistant.judge.gathering.seeking.claim_step
    authors = sorted({one.author for one in claims})
    twins: dict[str, set[str]] = {}
    for one in claims:
        twins.setdefault(one.text_id, set()).add(one.twin)
    kept: list[TaughtClaim] = []
    rows = []
    for place in range(APART):
        group = set(authors[place::APART])
        others = [one for one in claims if one.author not in group]
        matrix = mixing(others, claim_step, entries)
        judge = replace(assistant.judge, resolution=Resolution(stored={"mixing": matrix}, names=CLAIM_PARTS))
        for one in claims:
            if one.author not in group or one.twin not in taught or Verdict(one.verdict) not in CLASSES:
                continue
            if grounds := judge.grounds(one.claim):
                kin = twins[one.text_id]
                kept.append(one.taught)
                apart = tuple(p for p in grounds.precedents if p.id not in kin)
                rows.append(signs(replace(grounds, precedents=apart)))
    return Lessons(cases=tuple(kept), rows=np.stack(rows))


def plain_lessons(assistant: Assistant) -> tuple[Rows, list[str]]:
    """Gather signs of the plainest claims, on treatments of the map, which knows best there, and on what none studied.

    Without them a network taught by elaborate claims alone would doubt what the map says of simple ones, and would
    take a remedy that no passage names for one that it knows.
    """
    rows, verdicts = [], []
    for key, term in assistant.corpus.vocabulary.treatments.items():
        for phrase in PLAIN:
            claim = Claim(text=phrase.format(term.name), origin=Origin.TEXT, span=None, topic=(key,))
            grounds = assistant.judge.grounds(claim)
            if grounds and grounds.opinion and grounds.cell and grounds.cell.passage_ids:
                rows.append(signs(grounds))
                verdicts.append(grounds.opinion.value)
    for text in (phrase.format(name) for name in UNSTUDIED for phrase in UNSTUDIED_PLAIN):
        claim = Claim(text=text, origin=Origin.TEXT, span=None, topic=())
        grounds = assistant.judge.grounds(claim)
        if grounds and grounds.other_agent and grounds.unheard:
            rows.append(signs(grounds))
            verdicts.append(Verdict.NO_EVIDENCE.value)
    return np.stack(rows), verdicts


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Weighing:
    """Both readers of the signs as they were fitted."""

    network: Perceptron
    trees: HistGradientBoostingClassifier

    def shares(self, rows: Rows) -> Rows:
        """Give the shares that both agree on: (rows, signs) -> (rows, classes as ``CLASSES``)."""
        order = [self.network.classes.index(verdict) for verdict in CLASSES]
        return agreed(self.network.shares(rows)[:, order], self.trees.decision_function(rows.astype(np.float32)))


def trained(
    taught: Lessons, plain: tuple[Rows, list[str]], chosen: NDArray[np.int64] | slice = slice(None)
) -> Weighing:
    """Fit both on some of the lessons, met apart once more, and on all of the plain claims."""
    places = np.arange(len(taught.cases))[chosen]
    again, right = places[places < len(taught.apart)], np.array(taught.verdicts)
    rows = np.vstack([taught.rows[places], plain[0], taught.apart[again]])
    verdicts = [*right[places], *plain[1], *right[again]]
    weights = [*taught.weights[places], *[PLAIN_WEIGHT] * len(plain[1]), *(APART_WEIGHT * taught.weights[again])]
    trees = HistGradientBoostingClassifier(**_TREES, random_state=0)
    labels = [CLASSES.index(Verdict(verdict)) for verdict in verdicts]
    trees.fit(rows.astype(np.float32), labels, sample_weight=weights)
    return Weighing(network=fit_linear(rows, verdicts, FEATURES, FREEDOM, weights), trees=trees)


def crossed(taught: Lessons, plain: tuple[Rows, list[str]]) -> Rows:
    """Give each text's shares by readers that saw nothing by its author: (texts, classes as ``CLASSES``).

    The development claims, which many wrote, are parted by turns.
    """
    shares = np.zeros((len(taught.cases), len(CLASSES)))
    authors = [
        f"turn {place % FOLDS}" if isinstance(case, ClaimCase) else author_of(case.id)
        for place, case in enumerate(taught.cases)
    ]
    for train, test in GroupKFold(FOLDS).split(taught.rows, groups=authors):
        shares[test] = trained(taught, plain, train).shares(taught.rows[test])
    return shares


def chosen(shares: Rows, needed: float = SUPPORT_SHARE) -> list[Verdict]:
    """Give the verdicts of shares, support only where it has at least the share ``needed``."""
    guarded = shares.copy()
    guarded[guarded[:, 0] < needed, 0] = -1.0
    return [CLASSES[i] for i in guarded.argmax(axis=1)]


def figures(given: Sequence[tuple[Verdict, Verdict]]) -> dict[str, float]:
    """Give recall and precision of the flag, and macro-F1 over the five verdicts, of (right, given) pairs."""
    flags = Confusion.of(tuple(_FLAG.values()), [(_FLAG[t.flagged], _FLAG[g.flagged]) for t, g in given])
    classes = Confusion.of(CLASSES, given)
    macro = mean([v for i in range(len(CLASSES)) if (v := f1(classes.matrix, i)) is not None])
    found = {"flag_recall": recall(flags.matrix, 0), "flag_precision": precision(flags.matrix, 0), "macro_f1": macro}
    return {name: round(value, 3) for name, value in found.items() if value is not None}


def joined(*parts: Lessons) -> Lessons:
    """Give several sets of lessons as one; those that are met apart come first."""
    cases = tuple(case for p in parts for case in p.cases)
    return Lessons(cases=cases, rows=np.vstack([p.rows for p in parts]), apart=np.vstack([p.apart for p in parts]))


def fitted(alone: Lessons, within: Lessons, plain: tuple[Rows, list[str]]) -> tuple[Weighing, dict[str, object]]:
    """Fit both on all, and give the card with what cross-validation measured for each kind of lesson."""
    taught = joined(alone, within)
    given = [
        (case.verdict, verdict) for case, verdict in zip(taught.cases, chosen(crossed(taught, plain)), strict=True)
    ]
    dev = sum(isinstance(case, ClaimCase) for case in alone.cases)
    new = [author_of(case.id) in UNPRECEDENTED for case in taught.cases]
    training = list(zip(given, new, strict=True))[dev : len(alone.cases)]
    sets = {
        "development": given[:dev],
        "training": [pair for pair, unspoken in training if not unspoken],
        "on sources that hardly any claim spoke of": [pair for pair, unspoken in training if unspoken],
        "in running text": given[len(alone.cases) :],
    }
    card: dict[str, object] = {
        "what": "the verdict on a claim, from the evidence map's opinion, the passages' stances, the verdicts on "
        "claims like it and the impression of its words (rag/judging/deciding.py)",
        "data": f"{dev} development claims (evals/data/claims.jsonl) and {len(alone.cases) - dev} training claims "
        f"(claims_train.jsonl), in each of which exactly one claim was found; {len(within.cases)} claims in running "
        "text (texts_train.jsonl)",
        "plain": f"{len(plain[1])} plain claims, on the map's own cells and on what nobody studied, each counting "
        f"{PLAIN_WEIGHT}",
        "licence": "CC BY 4.0",
        "crossed_by_author": {name: {"n": len(pairs), **figures(pairs)} for name, pairs in sets.items()},
    }
    return trained(taught, plain), card


def opened(apart: Path) -> Assistant:
    """Open the product with an impression of its own."""
    settings = Settings.load()
    assistant = Assistant.open(settings)
    return replace(assistant, judge=replace(assistant.judge, impressions=Impressions.open(settings.data_dir, apart)))


def main() -> int:
    """Gather, cross-validate, fit on all, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("apart", type=Path)
    assistant = opened(parser.parse_args().apart)
    dev = [c for c in load_cases(DATA / "claims.jsonl", claim_case).cases if c.split == "dev"]
    alone = lessons(assistant, [*dev, *taught_claims(DATA / "claims_train.jsonl", Teaches.VERDICT)])
    weighing, card = fitted(alone, text_lessons(assistant), plain_lessons(assistant))
    write(weighing.network, TARGET, card)
    onnx.save(to_onnx(weighing.trees, "signs"), str(TREES))
    print(json.dumps(card, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
