"""The fits behind the categories: what each shipped one needs, and the one row that serves all strangers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from digest.providers.local.categories import probabilities
from digest.providers.local.evidence import FEATURES

FOLDS = 4
# Penalties on what a category has of its own: over vector and subjects, and over the evidence.
OWN, OWN_EVIDENCE, SHARED = 3e-4, 3e-4, 1e-4
# What it costs a category that a user wrote to miss a paper, against taking one too many: it was written to be
# used, and is narrower as a rule than the shipped ones that it is learned from.
WANTED = 4.0
# For the same reason a term of it in a title says more than the shipped ones' terms do, which are broad.
TITLED = 2.0


@dataclass(frozen=True, slots=True)
class Material:
    """Labelled papers, then the same again as if they had no subjects: n rows in all.

    `evidence` is (n, k, f), `inputs` the vector and the scaled subjects (n, x). `share` (n, k + 1) divides each
    paper among its categories, "other" last; `member` (n, k) holds zeros and ones; `weight` (n,) is 1 for whole
    papers and lower for those without subjects.
    """

    evidence: np.ndarray
    inputs: np.ndarray
    share: np.ndarray
    member: np.ndarray
    weight: np.ndarray

    def take(self, rows: np.ndarray) -> Material:
        """The papers of these rows."""
        return Material(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights over evidence (k, f), over inputs (k, x) and constants (k,)."""

    evidence: np.ndarray
    inputs: np.ndarray
    bias: np.ndarray

    def scores(self, of: Material) -> np.ndarray:
        """Scores of shape (n, k)."""
        return np.einsum("nkf,kf->nk", of.evidence, self.evidence) + of.inputs @ self.inputs.T + self.bias


def loss_of(scores: np.ndarray, of: Material) -> tuple[float, np.ndarray]:
    """Mean loss and its gradient (n, k): which category comes first, and of each by itself whether it belongs.

    The second part holds every score to a zero that means something, whatever else is in a taxonomy.
    """
    chance = probabilities(scores)
    rest = 1 - chance.sum(axis=1, keepdims=True)
    belongs = 1 / (1 + np.exp(-scores))
    weight = of.weight[:, None] / of.weight.sum()
    loss = -(weight * of.share * np.log(np.hstack([chance, rest]) + 1e-12)).sum()
    loss -= (weight * np.log(np.where(of.member > 0, belongs, 1 - belongs) + 1e-12)).sum()
    return float(loss), weight * (chance - of.share[:, :-1] + belongs - of.member)


def fit(of: Material, rounds: int = 250) -> Fit:
    """Evidence weights shared by all categories, and what each needs beyond them, by L-BFGS."""
    _, count, features = of.evidence.shape
    sizes = [features, count * features, count * of.inputs.shape[1], count]

    def split(point: np.ndarray) -> tuple[np.ndarray, ...]:
        shared, own, inputs, bias = np.split(point, np.cumsum(sizes)[:-1])
        return shared, own.reshape(count, features), inputs.reshape(count, -1), bias

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
        shared, own, inputs, bias = split(point)
        loss, slope = loss_of(Fit(shared + own, inputs, bias).scores(of), of)
        penalties = ((SHARED, shared), (OWN_EVIDENCE, own), (OWN, inputs), (SHARED, bias))
        over_evidence = np.einsum("nk,nkf->kf", slope, of.evidence)
        slopes = (over_evidence.sum(axis=0), over_evidence, slope.T @ of.inputs, slope.sum(axis=0))
        whole = [(s + 2 * p * x).ravel() for s, (p, x) in zip(slopes, penalties, strict=True)]
        return loss + sum(float(p * (x * x).sum()) for p, x in penalties), np.concatenate(whole)

    found = minimize(objective, np.zeros(sum(sizes)), jac=True, method="L-BFGS-B", options={"maxiter": rounds})
    shared, own, inputs, bias = split(found.x)
    return Fit(shared + own, inputs, bias)


def folds(of: Material) -> np.ndarray:
    """A fold for each row, the same for ever, and the same for both rows of a paper."""
    count = int((of.weight == 1).sum())
    return np.tile(np.random.default_rng(0).permutation(count) % FOLDS, len(of.weight) // count)


def crossed(of: Material, rounds: int = 250) -> np.ndarray:
    """Scores of shape (n, k), each paper's by a fit that has not seen it."""
    scores = np.zeros(of.member.shape)
    fold = folds(of)
    for held in range(FOLDS):
        scores[fold == held] = fit(of.take(fold != held), rounds).scores(of.take(fold == held))
    return scores


def stranger(of: Material, scores: np.ndarray, scale: float) -> Fit:
    """The one row for categories nothing was learned of.

    Each shipped category in turn is taken for one that a user has just added: its papers had been filed under the
    others when these were learned, where they fitted best. The row must win them back, and no others.
    """
    count = of.member.shape[1]
    scenes = []
    for column in range(count):
        before = of.share.copy()
        its = of.share[:, column] == of.share.max(axis=1)
        others = np.where(np.arange(count) == column, -np.inf, scores)
        before[:, column] = 0
        before[its] = np.eye(count + 1)[others[its].argmax(axis=1)]
        member = np.maximum(of.member, before[:, :-1])
        member[:, column] = 0
        kept = np.arange(count) != column
        before /= before.sum(axis=1, keepdims=True)
        share = before[:, np.append(kept, True)]
        without = Material(of.evidence[:, kept], of.inputs, share, member[:, kept], of.weight)
        known = np.zeros_like(scores)
        known[:, kept] = scale * crossed(without, rounds=60)
        asked = replace(of, weight=np.where(its, WANTED, 1.0) * of.weight)
        scenes.append((asked, known, np.arange(count) == column))
    # And the taxonomy that is strange from end to end.
    scenes.extend([(of, np.zeros_like(scores), np.ones(count, dtype=bool))] * (count // 4))

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
        own = of.evidence @ point[:-1] + point[-1]
        loss, slope = 1e-3 * float(point @ point), 2e-3 * point
        for asked, known, strange in scenes:
            part, step = loss_of(np.where(strange, own, known), asked)
            step = np.where(strange, step, 0)
            loss += part / len(scenes)
            slope = slope + np.append(np.einsum("nk,nkf->f", step, of.evidence), step.sum()) / len(scenes)
        return loss, slope

    found = minimize(objective, np.zeros(len(FEATURES) + 1), jac=True, method="L-BFGS-B").x
    found[FEATURES.index("title")] += TITLED
    return Fit(found[None, :-1], np.zeros((1, of.inputs.shape[1])), found[-1:])
