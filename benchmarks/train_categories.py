"""Train the categories of the local provider; writes categories-v1.npz.

    python benchmarks/train_categories.py --data FILE [--out FILE]

FILE (or BENCH_DATA) is arxiv.jsonl.gz. To be run again whenever embedding-v1.npz changes. The same files give
the same weights. No gold paper is read; scale and `second` come from cross-validation over
labels/categories_train.jsonl, the constants in capitals were chosen by that and by the tuning half of the gold.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import category_corpus as corpus
import numpy as np
from category_fitting import Fit, Material, crossed, fit, stranger
from scipy.optimize import minimize_scalar
from threadpoolctl import threadpool_limits

from digest.providers.local.categories import WEIGHTS, listed, mark, probabilities
from digest.providers.local.embedder import LocalEmbedder
from digest.providers.local.evidence import FEATURES, Evidence, Rarity, words
from digest.providers.local.static import WEIGHTS as EMBEDDING
from digest.providers.local.static import StaticModel
from digest.records import OTHER, Paper

# What a secondary category counts beside the primary one when a paper's share is divided among its categories.
SECONDARY = 0.5
# How often a paper is also shown without subjects, as a source other than arXiv would give it.
BARE = 0.25
# Subjects are a weak hint: they are scaled down before the penalty that they share with the vector.
SUBJECT_SCALE = 0.3
SUBJECT_PAPERS = 100
# Below this chance the best category is not good enough, and the paper goes to "other".
LEAST = 0.2
RARITY_PAPERS = 15_000
RARITY_SHARE = 0.01


def scale_of(of: Material, scores: np.ndarray) -> float:
    """By what to multiply all scores so that chances are those with which the first category is right."""
    right = of.share.argmax(axis=1)

    def surprise(scale: float) -> float:
        chance = probabilities(scale * scores)
        whole = np.hstack([chance, 1 - chance.sum(axis=1, keepdims=True)])
        return float(-np.log(whole[np.arange(len(right)), right] + 1e-12).mean())

    return float(minimize_scalar(surprise, bounds=(0.3, 3.0), method="bounded").x)


def second_of(of: Material, chances: np.ndarray) -> float:
    """The least chance of a secondary category, by the F1 of all the categories of all papers."""

    def f1(least: float) -> float:
        order = np.argsort(-chances, axis=1)
        chosen = np.zeros_like(chances, dtype=bool)
        np.put_along_axis(chosen, order[:, :3], True, axis=1)
        chosen &= chances >= least
        chosen[np.arange(len(order)), order[:, 0]] = True
        return float(2 * (chosen * of.member).sum() / (chosen.sum() + of.member.sum()))

    return max(np.arange(0.05, 0.5, 0.01), key=f1)


def calibrate(of: Material, scores: np.ndarray) -> tuple[float, float]:
    """The scale of all scores and the least chance of a secondary category, from cross-validated scores."""
    whole = of.weight == 1
    full = of.take(whole)
    scale = scale_of(full, scores[whole])
    for name, rows in (("whole papers", whole), ("without subjects", ~whole)):
        part, chances = of.take(rows), probabilities(scale * scores[rows])
        first = chances.argmax(axis=1)
        right, among = part.share.argmax(axis=1) == first, part.member[np.arange(len(first)), first]
        print(f"cross-validated, {name}: primary right {right.mean():.3f}, among the paper's {among.mean():.3f}")
        for least in (0.1, 0.15, 0.2, 0.25, 0.3):
            print(f"  other below {least}: {(chances.max(axis=1) < least).mean():.3f} of the papers")
    second = second_of(full, probabilities(scale * scores[whole]))
    print(f"scale {scale:.2f}, secondary from {second:.2f}")
    return scale, second


def rarity(papers: Iterable[Paper]) -> Rarity:
    """How rare terms of one to three words are."""
    seen: Counter[str] = Counter()
    total = 0
    for paper in papers:
        total += 1
        grams: set[str] = set()
        for text in (paper.title, paper.abstract):
            found = words(text)
            grams.update(" ".join(found[at : at + n]) for n in (1, 2, 3) for at in range(len(found) - n + 1))
        seen.update(grams)
    kept = sorted(gram for gram, count in seen.items() if count >= RARITY_SHARE * total)
    return Rarity({gram: float(np.log(total / seen[gram])) for gram in kept}, float(-np.log(RARITY_SHARE)))


def material(
    static: StaticModel,
    labels: Sequence[corpus.Label],
    papers: Sequence[Paper],
    rare: Rarity,
    subjects: dict[str, int],
) -> Material:
    """What the labelled papers give to learn from."""
    categories = corpus.taxonomy()
    embedder = LocalEmbedder(static)
    slugs = [category.slug for category in categories] + [OTHER]
    share = np.zeros((len(labels), len(slugs)))
    for row, label in enumerate(labels):
        share[row, [slugs.index(slug) for slug in label.secondary]] = SECONDARY
        share[row, slugs.index(label.primary)] = 1
    halves = []
    for half, weight in ((papers, 1.0), ([replace(paper, subjects=()) for paper in papers], BARE)):
        vectors = embedder.embed(half)
        halves.append(
            (
                Evidence(categories, static, rare).of(half, vectors).astype(float),
                np.hstack([vectors, SUBJECT_SCALE * listed(half, subjects)]).astype(float),
                share / share.sum(axis=1, keepdims=True),
                (share[:, :-1] > 0).astype(float),
                np.full(len(labels), weight),
            )
        )
    return Material(*(np.concatenate(pair) for pair in zip(*halves, strict=True)))


def main() -> None:
    """Train and write."""
    parser = corpus.parser(__doc__ or "")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--embedding", type=Path, default=EMBEDDING, help="train for another embedding")
    options = parser.parse_args()
    static = StaticModel.load(options.embedding)
    everything = corpus.papers(options.data)
    labels = corpus.training()
    hidden = corpus.gold_ids()
    assert not hidden & {label.id for label in labels}
    open_papers = [paper for identity, paper in everything.items() if identity not in hidden]
    rare = rarity(open_papers[:: len(open_papers) // RARITY_PAPERS])
    common = Counter(subject for paper in open_papers for subject in paper.subjects)
    kept = sorted(subject for subject, count in common.items() if count >= SUBJECT_PAPERS)
    subjects = {subject: column for column, subject in enumerate(kept)}
    of = material(static, labels, corpus.of(labels, everything), rare, subjects)
    scores = crossed(of)
    scale, second = calibrate(of, scores)
    own = fit(of)
    whole = of.weight == 1
    strange = stranger(of.take(whole), scores[whole], scale)
    print("stranger:", dict(zip(FEATURES, strange.evidence[0].round(2), strict=True)), strange.bias.round(2))
    fitted = Fit(*(scale * getattr(own, name) for name in own.__slots__))
    write(options.out, fitted, strange, rare, list(subjects), second, trained_with(options.embedding))
    print(f"{options.out.stat().st_size / 1000:.0f} kB, for {options.embedding.name}")


def trained_with(embedding: Path) -> str:
    """What a test compares, lest one file of weights be replaced without the other."""
    return hashlib.sha256(embedding.read_bytes()).hexdigest()


def write(
    path: Path, own: Fit, strange: Fit, rare: Rarity, subjects: list[str], second: float, embedding: str
) -> None:
    """Store the weights, the largest at half precision, the stranger's row last."""
    both = [np.concatenate([getattr(own, name), getattr(strange, name)]) for name in own.__slots__]
    width = both[1].shape[1] - 2 * len(subjects)

    def text(lines: Iterable[str]) -> np.ndarray:
        return np.frombuffer("\n".join(lines).encode(), np.uint8)

    np.savez_compressed(
        path,
        marks=text(mark(category) for category in corpus.taxonomy()),
        evidence=both[0].astype(np.float32),
        directions=both[1][:, :width].astype(np.float16),
        leanings=(SUBJECT_SCALE * both[1][:, width:]).astype(np.float16),
        biases=both[2].astype(np.float32),
        subjects=text(subjects),
        terms=text(rare.table),
        rarities=np.array(list(rare.table.values()), dtype=np.float16),
        ceiling=np.float32(rare.ceiling),
        least=np.float32(LEAST),
        second=np.float32(second),
        embedding=text([embedding]),
    )


if __name__ == "__main__":
    # Sums in several threads differ in their last digits, and the fits with them.
    with threadpool_limits(1):
        main()
