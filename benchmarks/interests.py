"""How well the picks of "For you" meet an interest that is known: the papers of one of arXiv's cross-lists.

    python benchmarks/interests.py --data FOLDER [--tuning]

FOLDER (or BENCH_DATA) has arxiv.jsonl.gz. Interests are the categories of 200 to 2,000 cross-listed papers (C is
among a paper's categories, but not first), in order of size: every other one, from the first, is for choosing
(--tuning), the rest for the figures. A reader likes the first 20, then the first 100 papers cross-listed to C;
from the day after, every announcement day is scored as an edition, by title, abstract and vector alone. Papers
whose first category is C are left out. The later days are cut into stretches of 20; of each the 20 best by score
count. Precision@20: the share of them that are cross-listed to C, the mean over stretches, then over categories,
with a 95 % interval by drawing stretches anew within each category. How many there are to be found limits it:
"best". Cross-lists are what authors and moderators thought of, not all that belongs: no method gets near the best.

The same for: distinctive words of the same liked papers as weighted keywords, once by TF-IDF and once by
log-likelihood, as many as did best in tuning, from 10 to 100; and the cosine to the mean of the liked papers.
Then what a reader gets: picks on a day (at most 10, above the threshold) and the share of them that is right;
and picks for queries that these papers hardly ever meet.

The local embedding was trained on the texts of the first 44,000 of these papers, without their categories.
"""

from __future__ import annotations

import gzip
import json
import logging
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import embedding_corpus
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from digest.archive.history import Day, History
from digest.archive.store import Store
from digest.config import Config, Interests
from digest.interests import Profile
from digest.interests.profile import MOST_PICKS
from digest.providers.local.embedder import LocalEmbedder
from digest.records import Outcome, Paper

Floats = NDArray[np.float64]
Scores = Callable[["Task"], Floats]
LIKED = (20, 100)
STRETCH, BEST, BACKGROUND = 20, 20, 2000
LEAST, MOST = 200, 2000
# As many as did best with --tuning.
BY_TFIDF, BY_LIKELIHOOD = 10, 100
UNMET = (
    "medieval French poetry manuscripts",
    "volcanic eruptions",
    "wine",
    "monetary policy of central banks",
    "knitting patterns",
    "supernova light curves",
    "beekeeping",
    "medieval church architecture",
)


class Corpus:
    """The papers by day, in the place of an archive that has committed the days before `today`."""

    def __init__(self, folder: Path) -> None:
        with gzip.open(folder / "arxiv.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = sorted(map(json.loads, lines), key=lambda row: (row["first_day"], row["id"]))
        self.listed = [Paper(f"arxiv:{r['id']}", r["title"], "arxiv", abstract=r["abstract"]) for r in rows]
        self.categories = [(row["primary"], set(row["categories"]) - {row["primary"]}) for row in rows]
        self.embedder = LocalEmbedder.open(Config())
        packs = (self.listed[start : start + 512] for start in range(0, len(rows), 512))
        # Half precision, as the archive keeps them.
        found = np.concatenate([self.embedder.embed(pack) for pack in packs])
        self.rows = found.astype("<f2").astype(np.float32)
        days = [date.fromisoformat(row["first_day"]) for row in rows]
        self.days = sorted(set(days))
        self.starts = [*np.searchsorted(np.array(days), np.array(self.days)), len(rows)]
        self.store = Store("memory://interests")
        self.today = 0

    def span(self, day: int) -> slice:
        """The rows of a day, by its number."""
        return slice(int(self.starts[day]), int(self.starts[day + 1]))

    @property
    def history(self) -> History:
        """The days before today."""
        counts = {n: self.starts[n + 1] - self.starts[n] for n in range(self.today)}
        days = {self.days[n]: Day(self.days[n], Outcome.PUBLISHED, 0, {"all": c}) for n, c in counts.items()}
        return History(days)

    def vectors(self, day: date, space: object = None) -> tuple[list[str], NDArray[np.float32]]:
        """See `Archive.vectors`."""
        span = self.span(self.days.index(day))
        return [paper.id for paper in self.listed[span]], self.rows[span]

    def papers(self, day: date) -> Sequence[Paper]:
        """See `Archive.papers`."""
        return self.listed[self.span(self.days.index(day))]

    def seen(self, keys: Sequence[str]) -> dict[str, int]:
        """See `Archive.seen`."""
        return dict.fromkeys(keys, 1)

    @cached_property
    def words(self) -> csr_matrix:
        """How often words and pairs of words stand in title and abstract, (n, terms)."""
        from sklearn.feature_extraction.text import CountVectorizer

        counter = CountVectorizer(ngram_range=(1, 2), min_df=5, stop_words="english", dtype=np.float32)
        return csr_matrix(counter.fit_transform(f"{p.title}\n{p.abstract}" for p in self.listed))


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A reader who likes the `liked` rows; `right` says which rows would please, `judged` which count."""

    corpus: Corpus
    liked: NDArray[np.int64]
    right: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    first: int

    @classmethod
    def of(cls, corpus: Corpus, category: str, liked: int) -> Task:
        """The task for a cross-list."""
        right = np.array([category in others for _, others in corpus.categories])
        judged = np.array([primary != category for primary, _ in corpus.categories])
        chosen = np.flatnonzero(right)[:liked]
        first = int(np.searchsorted(corpus.starts, chosen[-1], side="right"))
        return cls(corpus, chosen, right, judged, first)

    @property
    def background(self) -> slice:
        """The newest rows before the first day that is scored."""
        end = int(self.corpus.starts[self.first])
        return slice(max(end - BACKGROUND, 0), end)

    @property
    def later(self) -> range:
        """The days that are scored, by their numbers."""
        return range(self.first, len(self.corpus.days))


def profile(task: Task, **wishes: object) -> Profile:
    """The program's own, with the corpus for an archive."""
    settings = Interests.model_validate(wishes)
    return Profile(settings, (), task.corpus, task.corpus.embedder)  # type: ignore[arg-type]


def ours(task: Task) -> Floats:
    """What `Profile.scores` says, day by day."""
    corpus = task.corpus
    liking = profile(task, papers=[corpus.listed[row].id for row in task.liked])
    found = np.zeros(len(corpus.listed))
    for corpus.today in task.later:
        span = corpus.span(corpus.today)
        found[span] = liking.scores(corpus.listed[span], corpus.rows[span])
    return found


def centroid(task: Task) -> Floats:
    """The cosine to the mean of the liked papers."""
    rows = task.corpus.rows
    return (rows @ rows[task.liked].mean(axis=0)).astype(np.float64)


def by_tfidf(task: Task, count: int) -> Floats:
    """The sum of the weights of those `count` terms that have the highest mean TF-IDF in the liked papers."""
    words = task.corpus.words
    frequency = np.asarray((words[task.background] > 0).sum(axis=0)).ravel()
    idf = np.log((BACKGROUND + 1) / (frequency + 1)) + 1
    liked = words[task.liked].copy()
    liked.data = 1 + np.log(liked.data)
    weighted = liked.multiply(idf).tocsr()
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)))
    return _of_best(words, np.asarray(weighted.multiply(1 / lengths).mean(axis=0)).ravel(), count)


def by_likelihood(task: Task, count: int) -> Floats:
    """The same, for terms by how much oftener they stand in liked papers than in others."""
    words, liked = task.corpus.words, len(task.liked)
    share = (np.asarray((words[task.liked] > 0).sum(axis=0)).ravel() + 0.01) / (liked + 0.02)
    usual = (np.asarray((words[task.background] > 0).sum(axis=0)).ravel() + 0.5) / (BACKGROUND + 1)
    return _of_best(words, np.where(share > usual, share * np.log(share / usual), 0), count)


def _of_best(words: csr_matrix, weights: Floats, count: int) -> Floats:
    best = np.argsort(-weights, kind="stable")[:count]
    return np.asarray((words[:, best] > 0) @ weights[best], dtype=np.float64)


def stretches(task: Task, scores: Floats) -> tuple[list[float], list[float]]:
    """Precision@20 of each whole stretch of days, and the best that there could be."""
    found, best = [], []
    for day in range(task.first, len(task.corpus.days) - STRETCH + 1, STRETCH):
        rows = np.arange(task.corpus.starts[day], task.corpus.starts[day + STRETCH])
        rows = rows[task.judged[rows]]
        chosen = rows[np.argsort(-scores[rows], kind="stable")[:BEST]]
        found.append(float(task.right[chosen].mean()))
        best.append(min(1.0, task.right[rows].sum() / BEST))
    return found, best


def interval(parts: Sequence[Sequence[float]]) -> str:
    """The mean of the parts' means, with its 95 % interval when each part's values are drawn anew."""
    draw = np.random.default_rng(0)
    means = [np.array(p)[draw.integers(len(p), size=(10_000, len(p)))].mean(axis=1) for p in parts]
    low, high = np.quantile(np.mean(means, axis=0), [0.025, 0.975])
    return f"{np.mean([np.mean(p) for p in parts]):.3f} [{low:.3f}, {high:.3f}]"


def table(corpus: Corpus, categories: Sequence[str], liked: int, methods: dict[str, Scores]) -> None:
    """Precision@20 by method and category."""
    tasks = [Task.of(corpus, category, liked) for category in categories]
    print(f"\n{liked} liked papers{'':<14}" + "".join(f"{c:>9}" for c in categories) + "   mean [95 %]")
    given = {name: [scores(task) for task in tasks] for name, scores in methods.items()}
    found = {n: [stretches(t, scores)[0] for t, scores in zip(tasks, g, strict=True)] for n, g in given.items()}
    for name, parts in found.items():
        print(f"{name:<29}" + "".join(f"{np.mean(p):>9.2f}" for p in parts) + f"   {interval(parts)}")
    for name, parts in list(found.items())[1:]:
        ahead = [np.subtract(a, b).tolist() for a, b in zip(found["the program"], parts, strict=True)]
        print(f"  ahead of {name:<20}" + "".join(f"{np.mean(p):>9.2f}" for p in ahead) + f"   {interval(ahead)}")
    bases = [
        task.right[corpus.starts[task.first] :][task.judged[corpus.starts[task.first] :]].mean() for task in tasks
    ]
    print(f"{'all papers':<29}" + "".join(f"{b:>9.3f}" for b in bases) + f"   {np.mean(bases):.3f}")
    best = [np.mean(stretches(task, task.right.astype(np.float64))[1]) for task in tasks]
    print(f"{'best':<29}" + "".join(f"{b:>9.2f}" for b in best) + f"   {np.mean(best):.3f}")
    picks = [daily(task, scores) for task, scores in zip(tasks, given["the program"], strict=True)]
    print(f"{'picks on a day':<29}" + "".join(f"{n:>9.1f}" for n, _ in picks))
    print(f"{'  of which right':<29}" + "".join(f"{r:>9.2f}" for _, r in picks), flush=True)


def daily(task: Task, scores: Floats) -> tuple[float, float]:
    """Picks on a day, on average, and the share of them that is right."""
    corpus, picked = task.corpus, []
    for day in task.later:
        rows = np.flatnonzero(task.judged[corpus.span(day)]) + corpus.starts[day]
        rows = rows[scores[rows] >= 1]
        picked += rows[np.argsort(-scores[rows], kind="stable")[:MOST_PICKS]].tolist()
    return len(picked) / len(task.later), float(task.right[picked].mean()) if picked else 0.0


def unmet(corpus: Corpus) -> None:
    """Picks on a day for queries of other worlds."""
    print("\nqueries hardly ever met, picks on a day")
    task = Task.of(corpus, "cs.RO", 20)
    for query in UNMET:
        asking, count = profile(task, queries=[query]), 0
        for corpus.today in task.later:
            span = corpus.span(corpus.today)
            count += len(asking.picks(corpus.listed[span], corpus.rows[span]))
        print(f"{query:<45}{count / len(task.later):>6.2f}")


def main() -> None:
    """Print the tables."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    embedding_corpus.add_folder(parser)
    parser.add_argument("--tuning", action="store_true", help="the categories for choosing, with more keywords")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    corpus = Corpus(asked.data)
    sizes = Counter(c for _, others in corpus.categories for c in others if "." in c and c[0].islower())
    categories = [c for c, n in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])) if LEAST <= n <= MOST]
    methods: dict[str, Scores] = {"the program": ours, "centroid": centroid}
    for count in (10, 20, 50, 100) if asked.tuning else (BY_TFIDF,):
        methods[f"{count} words, TF-IDF"] = lambda task, count=count: by_tfidf(task, count)
    for count in (10, 20, 50, 100) if asked.tuning else (BY_LIKELIHOOD,):
        methods[f"{count} words, likelihood"] = lambda task, count=count: by_likelihood(task, count)
    for liked in LIKED:
        table(corpus, categories[0 if asked.tuning else 1 :: 2], liked, methods)
    unmet(corpus)


if __name__ == "__main__":
    main()
