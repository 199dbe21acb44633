"""Fitting the choice of the TL;DR: which words stand in TL;DRs, and which candidate comes closest to one.

Both are fitted to the tuning part of the authors' TL;DRs and to those written for the purpose, for papers of
NeurIPS and arXiv (`labels/tldrs.jsonl`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import reading_corpora as corpora
import rouge
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from digest.providers.local import tldr
from digest.providers.local.roles import RoleModel
from digest.providers.local.sentences import sections
from digest.providers.local.wording import COLUMNS, Wording, words

FOLDS = 10
WORD_C = 0.3
# How much a word's own weight is held back against the weights of the features.
OWN_SCALE = 0.5
DECAY = 0.003
# A candidate that is better by 0.1 in ROUGE-1 is wanted e ** (SHARPNESS / 10) times as much.
SHARPNESS = 15.0

Abstracts = Sequence[tldr.Abstract]
Texts = Sequence[corpora.Text]


def abstracts(model: RoleModel, texts: Texts) -> list[tldr.Abstract]:
    """Lay out the papers; the chances of their words are still to be set."""
    silent = Wording(model.vocabulary, np.zeros((2, COLUMNS)), np.zeros(len(model.vocabulary)))
    read = [sections(text.abstract) for text in texts]
    return [
        tldr.Abstract.of(text.title, sentences, model.judge(sentences), silent)
        for text, sentences in zip(texts, read, strict=True)
    ]


def fit_wording(read: Abstracts, texts: Texts, model: RoleModel) -> Wording:
    """A logistic regression: does the TL;DR have this word of the abstract?"""
    target, blocks, rows, columns = [], [], [], []
    for abstract, text in zip(read, texts, strict=True):
        layout = abstract.layout
        said = set(words(text.tldr))
        blocks.append(np.hstack([layout.features * ~layout.stop[:, None], layout.features * layout.stop[:, None]]))
        for word in layout.words:
            if word in model.vocabulary:
                rows.append(len(target))
                columns.append(model.vocabulary[word])
            target.append(word in said)
    dense = np.vstack(blocks)
    spread = dense.std(axis=0) + 1e-9
    own = csr_matrix((np.full(len(rows), OWN_SCALE), (rows, columns)), (len(target), len(model.vocabulary)))
    both = hstack([csr_matrix(dense / spread), own], format="csr")
    fitted = LogisticRegression(C=WORD_C, max_iter=400, tol=1e-3).fit(both, target)
    width = dense.shape[1]
    weights = (fitted.coef_[0, :width] / spread).reshape(2, -1)
    # The first feature is the constant.
    weights[:, 0] += fitted.intercept_[0]
    return Wording(model.vocabulary, weights, fitted.coef_[0, width:] * OWN_SCALE)


def with_chances(read: Abstracts, texts: Texts, model: RoleModel) -> list[tldr.Abstract]:
    """The abstracts with chances from folds that never saw them, as they will be met in use."""
    fold = np.random.default_rng(1).permutation(len(read)) % FOLDS
    found = list(read)
    for one in range(FOLDS):
        kept = np.flatnonzero(fold != one)
        wording = fit_wording([read[row] for row in kept], [texts[row] for row in kept], model)
        for row in np.flatnonzero(fold == one):
            found[row] = replace(read[row], chances=wording.chances(read[row].layout))
    return found


def scored(read: Abstracts, texts: Texts) -> list[tuple[np.ndarray, np.ndarray]]:
    """Features and ROUGE-1 F (mean of plain and stemmed) of every candidate of every paper."""
    pairs = []
    for abstract, text in zip(read, texts, strict=True):
        found = tldr.candidates(abstract)
        likeness = [
            [rouge.rouge1(one.text, text.tldr, stemmed=stemmed) for one in found] for stemmed in (False, True)
        ]
        pairs.append((abstract.table(found), np.mean(likeness, axis=0)))
    return pairs


def fit_chooser(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights whose softmax over a paper's candidates comes close to that of their likeness."""
    sizes = [len(likeness) for _, likeness in pairs]
    starts = np.cumsum([0, *sizes])[:-1]
    paper = np.repeat(np.arange(len(pairs)), sizes)
    spread = np.vstack([features for features, _ in pairs]).std(axis=0) + 1e-9
    rows = np.vstack([features - features.mean(axis=0) for features, _ in pairs]) / spread
    wanted = np.concatenate([_softmax(SHARPNESS * likeness) for _, likeness in pairs])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = rows @ weights
        scores -= np.maximum.reduceat(scores, starts)[paper]
        total = np.add.reduceat(np.exp(scores), starts)[paper]
        entropy = -float(wanted @ (scores - np.log(total))) / len(pairs)
        slope = rows.T @ (np.exp(scores) / total - wanted) / len(pairs)
        return entropy + DECAY * float(weights @ weights), slope + 2 * DECAY * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return np.asarray(found.x / spread)


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max())
    return raised / raised.sum()
