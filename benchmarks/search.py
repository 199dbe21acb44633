"""Known-item search: whether a query made of a paper's own words brings that paper up, and how fast.

    python benchmarks/search.py --data FOLDER [--papers 54002] [--queries 300] [--seed 1]

FOLDER (or BENCH_DATA) has arxiv.jsonl.gz. Its last `--papers` are committed day by day to an archive of their own,
with their vectors and without readings, which would only quote the abstracts. Papers are then drawn for the
queries, others for each kind:

- four words of the title, or of the abstract, in their order, each one that at most 2 % of the papers have and at
  least one other paper has, so that no word gives the paper away by itself;
- the whole title; the whole title of a paper whose title the archive was not given, so that it is found by what
  the abstract means;
- the name of one of its authors (found: any paper of the same name), in lower case; its id, with a version.

Recall@1 and @10, and the mean reciprocal rank among the first ten (MRR). Then queries of two made-up words each,
to which "nothing found" is the right answer, and the seconds of a search once the program is loaded.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import statistics
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import embedding_corpus

from digest.archive import Archive
from digest.config import Config
from digest.providers.local.embedder import LocalEmbedder
from digest.records import EditionReport, Enrichment, Ledger, Outcome, Paper, Share
from digest.search import search

WORDS, RARE, LIMIT = 4, 0.02, 10
MADE_UP = 100
_WORD = re.compile(r"[a-z][a-z0-9]{2,}")


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and the ids of the papers that it asks for."""

    query: str
    right: frozenset[str]


def corpus(folder: Path, count: int) -> list[tuple[date, Paper]]:
    """The last papers with their days, oldest first."""
    with gzip.open(folder / "arxiv.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: (row["first_day"], row["id"]))
    return [(date.fromisoformat(row["first_day"]), _paper(row)) for row in rows[-count:]]


def _paper(row: dict[str, Any]) -> Paper:
    authors = tuple(row["authors"])
    return Paper(f"arxiv:{row['id']}", row["title"], "arxiv", abstract=row["abstract"], authors=authors)


def fill(folder: Path, papers: Sequence[tuple[date, Paper]], embedder: LocalEmbedder) -> Archive:
    """Commit the papers, an edition for each day."""
    archive = Archive(str(folder))
    with archive.writing():
        archive.fix_embedder(embedder.model, embedder.dimension)
        for day, found in groupby(papers, key=lambda listed: listed[0]):
            edition = [paper for _, paper in found]
            report = EditionReport(
                edition=day,
                outcome=Outcome.PUBLISHED,
                ledger=Ledger(announced=len(edition), new=len(edition)),
                shares=(Share("other", len(edition)),),
                categories=(),
                provider="none",
                model="none",
                embedder=embedder.model,
                dimension=embedder.dimension,
                version="0",
            )
            readings = [Enrichment(paper.id, "none", "none") for paper in edition]
            archive.commit(report, edition, readings, embedder.embed(edition))
    return Archive(str(folder))


class Questions:
    """Draws questions of every kind; no paper is asked for twice."""

    def __init__(self, papers: Sequence[Paper], count: int, seed: int) -> None:
        self.dice, self.count = random.Random(seed), count
        self.having = Counter(word for paper in papers for word in set(_words(f"{paper.title} {paper.abstract}")))
        self.most = RARE * len(papers)
        self._drawn = iter(self.dice.sample(papers, len(papers)))
        self.written: dict[str, set[str]] = {}
        for paper in papers:
            for author in paper.authors:
                self.written.setdefault(author, set()).add(paper.id)

    def draw(self, asked: Callable[[Paper], str]) -> list[tuple[Paper, str]]:
        """As many papers, each with what is asked of it, as have something to ask for."""
        found: list[tuple[Paper, str]] = []
        while len(found) < self.count:
            paper = next(self._drawn)
            if query := asked(paper):
                found.append((paper, query))
        return found

    def telling(self, text: str) -> str:
        """Some words of the text that neither many papers have nor this one alone; empty if it has too few."""
        words = dict.fromkeys(word for word in _words(text) if 2 <= self.having[word] <= self.most)
        chosen = set(self.dice.sample(list(words), WORDS)) if len(words) >= WORDS else set()
        return " ".join(word for word in words if word in chosen)

    def kinds(self) -> Iterator[tuple[str, list[Question], frozenset[str]]]:
        """Every kind of question by name, and the ids of papers that must not have a title for it."""

        def of(drawn: list[tuple[Paper, str]]) -> list[Question]:
            return [Question(query, frozenset({paper.id})) for paper, query in drawn]

        yield "four words of the title", of(self.draw(lambda paper: self.telling(paper.title))), frozenset()
        yield "four words of the abstract", of(self.draw(lambda paper: self.telling(paper.abstract))), frozenset()
        yield "the whole title", of(self.draw(lambda paper: paper.title)), frozenset()
        bare = of(self.draw(lambda paper: paper.title))
        yield "the title, to the archive unknown", bare, frozenset().union(*(asked.right for asked in bare))
        names = self.draw(lambda paper: self.dice.choice(paper.authors) if paper.authors else "")
        yield "an author", [Question(n.lower(), frozenset(self.written[n])) for _, n in names], frozenset()
        ids = self.draw(lambda paper: f"{paper.id.removeprefix('arxiv:')}v{self.dice.randint(1, 3)}")
        yield "an id", of(ids), frozenset()


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def made_up(seed: int) -> list[str]:
    """Queries of two words each that no language has."""
    dice = random.Random(seed)
    return [
        " ".join("".join(dice.choices("bcdfghjklmnpqrstvwxz", k=3)) + "u" + dice.choice("qxzvk") for _ in range(2))
        for _ in range(MADE_UP)
    ]


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    embedding_corpus.add_folder(parser)
    parser.add_argument("--papers", type=int, default=54_002)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    listed, embedder = corpus(options.data, options.papers), LocalEmbedder.open(Config())
    kinds = list(Questions([paper for _, paper in listed], options.queries, options.seed).kinds())
    untitled = frozenset().union(*(bare for _, _, bare in kinds))
    told = [(day, replace(paper, title="") if paper.id in untitled else paper) for day, paper in listed]
    seconds: list[float] = []
    with tempfile.TemporaryDirectory(prefix="digest-") as folder:
        archive = fill(Path(folder), told, embedder)

        def found(query: str) -> list[str]:
            start = time.perf_counter()
            hits = search(archive, embedder, query, LIMIT)
            seconds.append(time.perf_counter() - start)
            return [hit.paper.id for hit in hits]

        print(f"{len(listed):,} papers, {options.queries} queries a kind, seed {options.seed}")
        print(f"{'':<36}{'Recall@1':>10}{'@10':>8}{'MRR':>8}{'s':>8}")
        for name, questions, _ in kinds:
            seconds.clear()
            ranks = [rank(found(question.query), question.right) for question in questions]
            first, ten = (sum(0 < place <= most for place in ranks) / len(ranks) for most in (1, LIMIT))
            mean = sum(1 / place for place in ranks if place) / len(ranks)
            print(f"{name:<36}{first:>10.3f}{ten:>8.3f}{mean:>8.3f}{statistics.median(seconds):>8.2f}", flush=True)
        answered = sum(bool(found(query)) for query in made_up(options.seed))
        print(f"made-up words with an answer: {answered} of {MADE_UP}")


def rank(found: Sequence[str], right: frozenset[str]) -> int:
    """The place of the first right paper, from 1; 0 if there is none."""
    return next((place for place, paper in enumerate(found, start=1) if paper in right), 0)


if __name__ == "__main__":
    main()
