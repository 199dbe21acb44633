"""Judge the names of topics without a language model: does a paper that no namer saw find its topic by name?

    python benchmarks/topic_names.py --data FOLDER [--show N]

Topics are a cold KMeans of all papers of arxiv.jsonl.gz in the local vectors, with 60 and with 120 centroids. One
paper in five is held out of naming. The namer sees of each topic the 40 papers nearest to its centroid and the 8
farthest, read by the local reader, as a rebalance shows them. Each held-out paper then ranks all topics by what is
said of them: by the local embedding, and by TF-IDF of words (fitted to the other papers).

Beside the names: name and description together; the four words of highest c-TF-IDF over all papers not held
out (and the twelve, as long as a description); the title nearest to the centroid; a random title.
Pairs: names whose embeddings have a cosine above 0.8. Coverage: members that have one of those of the topic's
twenty words of highest c-TF-IDF that its name has. Churn: names of unmoved topics that change in two further
rebalances, at each of which every fifth topic has moved. `--show N` prints N of the names.
"""

from __future__ import annotations

import gzip
import json
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import embedding_corpus as corpus
import numpy as np
from numpy.typing import NDArray

from digest.archive import Archive
from digest.assets import Assets
from digest.config import Config
from digest.naming import Portrait, name_missing
from digest.providers.base import Named
from digest.providers.local.embedder import LocalEmbedder
from digest.providers.local.reader import LocalReader
from digest.records import Category, Enrichment, Paper, Topic
from digest.taxonomy import load_taxonomy

SIZES = (60, 120)
HELD_OUT = 0.2
CENTRAL, BOUNDARY, NEIGHBOURS = 40, 8, 5
WORDS, FEW, MANY = 20, 4, 12
NEAR = 0.8
DAY = date(2026, 1, 5)
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """The papers, their vectors (n, d), and which are `held` out of naming (n,)."""

    papers: list[Paper]
    vectors: Floats
    held: NDArray[np.bool_]
    categories: tuple[Category, ...]
    embedder: LocalEmbedder
    reader: LocalReader


@dataclass(frozen=True, slots=True, eq=False)
class Topics:
    """A clustering: unit centroids (k, d), each paper's topic (n,), each topic's papers, most central first."""

    centroids: Floats
    labels: NDArray[np.int32]
    members: list[NDArray[np.int64]]


def load(folder: Path) -> Corpus:
    """Read, embed and part the papers."""
    with gzip.open(folder / "arxiv.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: (row["first_day"], row["id"]))
    papers = [Paper(f"arxiv:{r['id']}", r["title"], "arxiv", abstract=r["abstract"]) for r in rows]
    config = Config()
    categories = load_taxonomy(Assets(Path("nowhere")).prompt("taxonomy.toml"))
    embedder = LocalEmbedder.open(config)
    packs = [papers[start : start + embedder.pack] for start in range(0, len(papers), embedder.pack)]
    vectors = np.concatenate([embedder.embed(pack) for pack in packs])
    held = np.random.default_rng(0).random(len(papers)) < HELD_OUT
    return Corpus(papers, vectors, held, categories, embedder, LocalReader.open(config, categories))


def clustered(of: Corpus, size: int) -> Topics:
    """Cold KMeans of all papers; only members that are not held out are listed."""
    from sklearn.cluster import KMeans

    fitted = KMeans(size, n_init=1, random_state=0).fit(of.vectors)
    centroids = fitted.cluster_centers_ / np.linalg.norm(fitted.cluster_centers_, axis=1, keepdims=True)
    labels = (of.vectors @ centroids.T).argmax(axis=1).astype(np.int32)
    near = np.einsum("nd,nd->n", of.vectors, centroids[labels])
    rows = [np.flatnonzero((labels == topic) & ~of.held) for topic in range(size)]
    return Topics(centroids, labels, [found[np.argsort(-near[found], kind="stable")] for found in rows])


def portraits(of: Corpus, topics: Topics, known: dict[int, Enrichment]) -> list[Portrait]:
    """The topics as a rebalance shows them; `known` keeps the readings."""
    shown = [[*rows[:CENTRAL], *rows[CENTRAL:][-BOUNDARY:]] for rows in topics.members]
    missing = sorted({int(row) for rows in shown for row in rows} - known.keys())
    for start in range(0, len(missing), of.reader.pack):
        pack = missing[start : start + of.reader.pack]
        known.update(zip(pack, of.reader.read([of.papers[row] for row in pack]), strict=True))
    nearest = np.argsort(-(topics.centroids @ topics.centroids.T), axis=1, kind="stable")[:, 1 : NEIGHBOURS + 1]
    made = []
    for place, rows in enumerate(shown):
        seen = tuple((of.papers[row], known[int(row)]) for row in rows)
        category = Counter(reading.primary for _, reading in seen).most_common(1)[0][0]
        neighbours = tuple(int(other) + 1 for other in nearest[place])
        size = len(topics.members[place])
        topic = Topic(place + 1, DAY, category=category, size=size, neighbours=neighbours)
        made.append(Portrait(topic, seen[:CENTRAL], seen[CENTRAL:], due=True))
    return made


def named(of: Corpus, shown: Sequence[Portrait]) -> dict[int, Named]:
    """The names that the product gives."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Archive(folder).journal(DAY)
        return name_missing(of.reader, shown, of.categories, journal, "en")


def churn(of: Corpus, shown: Sequence[Portrait], names: dict[int, Named]) -> int:
    """How many unmoved topics have another name after two further rebalances."""
    changed = 0
    for rebalance in range(2):
        told = [
            replace(p, topic=replace(p.topic, name=names[p.topic.id].name, namer="local"), due=moved)
            for p in shown
            for moved in [p.topic.id % 5 == rebalance]
        ]
        after = {**names, **named(of, told)}
        changed += sum(after[p.topic.id].name != names[p.topic.id].name for p in told if not p.due)
        names = after
    return changed


class Words:
    """Counts of words: each topic's most distinctive ones, and how near a text is to a paper."""

    def __init__(self, of: Corpus, topics: Topics) -> None:
        from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

        texts = [f"{paper.title}\n{paper.abstract}" for paper in of.papers]
        self._counter = CountVectorizer(stop_words="english", min_df=2)
        self._counter.fit([text for text, held in zip(texts, of.held, strict=True) if not held])
        self.counts = self._counter.transform(texts)
        self._weigh = TfidfTransformer(sublinear_tf=True).fit(self.counts[~of.held])
        self._papers = self._weigh.transform(self.counts[of.held])
        self.vocabulary = self._counter.get_feature_names_out()
        self.best = [self._distinctive(rows) for rows in self._classes(topics)]

    def _classes(self, topics: Topics) -> NDArray[np.float64]:
        """c-TF-IDF of all topics, shape (k, words): Grootendorst, "BERTopic", 2022."""
        sums = np.vstack([np.asarray(self.counts[rows].sum(axis=0)) for rows in topics.members]).astype(float)
        frequency = sums / sums.sum(axis=1, keepdims=True)
        return np.asarray(frequency * np.log1p(sums.sum() / len(sums) / np.maximum(sums.sum(axis=0), 1)))

    def _distinctive(self, weights: NDArray[np.float64]) -> list[str]:
        return [str(self.vocabulary[column]) for column in np.argsort(-weights, kind="stable")[:WORDS]]

    def similar(self, texts: Sequence[str]) -> Floats:
        """Cosines of the held-out papers to the texts, shape (papers, texts)."""
        return np.asarray((self._papers @ self._weigh.transform(self._counter.transform(texts)).T).todense())

    def coverage(self, topics: Topics, names: Sequence[str]) -> float:
        """Share of members that have one of their topic's best words that its name has too."""
        tokens = self._counter.build_analyzer()
        place = self._counter.vocabulary_
        found = total = 0
        for rows, name, best in zip(topics.members, names, self.best, strict=True):
            said = [place[word] for word in set(tokens(name)) & set(best)]
            found += int((self.counts[rows][:, said].sum(axis=1) > 0).sum()) if said else 0
            total += len(rows)
        return found / total


def accuracies(similar: Floats, truth: NDArray[np.int32]) -> tuple[float, float]:
    """Share of papers whose own topic comes first, and among the first five; a tie counts against it."""
    own = similar[np.arange(len(truth)), truth]
    ahead = (similar >= own[:, None]).sum(axis=1) - 1
    return float((ahead < 1).mean()), float((ahead < 5).mean())


def labels(of: Corpus, topics: Topics, words: Words, names: dict[int, Named]) -> dict[str, list[str]]:
    """What is said of each topic, by who says it."""
    rng = np.random.default_rng(0)
    ours = [names[topic] for topic in sorted(names)]
    return {
        "ours: name and description": [f"{n.name}. {n.description}" for n in ours],
        "ours: name": [n.name for n in ours],
        f"c-TF-IDF, {FEW} words": [" ".join(best[:FEW]) for best in words.best],
        f"c-TF-IDF, {MANY} words": [" ".join(best[:MANY]) for best in words.best],
        "title of the medoid": [of.papers[rows[0]].title for rows in topics.members],
        "a random title": [of.papers[rng.choice(rows)].title for rows in topics.members],
    }


def judged(of: Corpus, size: int, known: dict[int, Enrichment], show: int) -> None:
    """Print the figures of one clustering."""
    topics = clustered(of, size)
    shown = portraits(of, topics, known)
    start = time.process_time()
    names = named(of, shown)
    spent = time.process_time() - start
    words = Words(of, topics)
    truth, papers = topics.labels[of.held], of.vectors[of.held]
    print(f"\n{size} topics, {len(truth):,} papers held out; named in {spent:.1f} s of processor time")
    head = (
        f"{'':<28}{'embedding @1':>13}{'@5':>7}{'words @1':>10}{'@5':>7}{'pairs':>7}{'coverage':>10}{'length':>8}"
    )
    print(head)
    for name, texts in labels(of, topics, words, names).items():
        vectors: Any = of.embedder.static.embed(texts)
        by_vector, by_word = accuracies(papers @ vectors.T, truth), accuracies(words.similar(texts), truth)
        pairs = int((np.triu(vectors @ vectors.T, 1) > NEAR).sum())
        length = np.mean([len(text.split()) for text in texts])
        figures = f"{by_vector[0]:>13.3f}{by_vector[1]:>7.3f}{by_word[0]:>10.3f}{by_word[1]:>7.3f}"
        print(f"{name:<28}{figures}{pairs:>7}{words.coverage(topics, texts):>10.3f}{length:>8.1f}")
    print(f"names of unmoved topics that changed in two rebalances: {churn(of, shown, names)}")
    for topic in sorted(names)[:show]:
        print(f"  {topic:>3} {names[topic].name}")


def main() -> None:
    """Print the figures for each number of topics."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    corpus.add_folder(parser)
    parser.add_argument("--show", type=int, default=0)
    asked = parser.parse_args()
    of = load(asked.data)
    known: dict[int, Enrichment] = {}
    for size in SIZES:
        judged(of, size, known, asked.show)


if __name__ == "__main__":
    main()
