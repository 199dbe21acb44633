"""The papers and labels of the category benchmark, and the one place that keeps its halves apart."""

from __future__ import annotations

import gzip
import json
import os
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.records import OTHER, Category, Paper
from digest.taxonomy import load_taxonomy

ROOT = Path(__file__).parent.parent
GOLD = Path(__file__).parent / "labels" / "categories.jsonl"
TRAINING = Path(__file__).parent / "labels" / "categories_train.jsonl"


@dataclass(frozen=True, slots=True)
class Label:
    """Where people put a paper: its first category, and up to two more.

    `passes` are the two blind labellings of a gold paper, each with its first category in front.
    """

    id: str
    primary: str
    secondary: tuple[str, ...]
    passes: tuple[tuple[str, ...], ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every category that the paper was put into."""
        return (self.primary, *self.secondary)


def training() -> list[Label]:
    """The labels to learn from, sorted by id."""
    return [_label(row) for row in _rows(TRAINING)]


def gold(part: str) -> list[Label]:
    """One half of the gold set: `tune`, or `final`, which is opened for the last figures only."""
    return [_label(row) for row in _rows(GOLD) if row["part"] == part]


def gold_ids() -> set[str]:
    """The ids of both halves, which nothing may be learned from."""
    return {row["id"] for row in _rows(GOLD)}


def taxonomy() -> list[Category]:
    """The shipped categories without "other"."""
    return [c for c in load_taxonomy(ROOT / "prompts" / "taxonomy.toml") if c.slug != OTHER]


def papers(file: Path) -> dict[str, Paper]:
    """Every paper of the corpus by its bare id, in the file's order."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return {row["id"]: _paper(row) for row in rows}


def of(labels: Iterable[Label], corpus: dict[str, Paper]) -> list[Paper]:
    """The labelled papers, in the labels' order."""
    return [corpus[label.id] for label in labels]


def parser(about: str) -> ArgumentParser:
    """A command line with the corpus: an argument or BENCH_DATA, a file or a folder with arxiv.jsonl.gz."""
    made = ArgumentParser(description=about.split("\n")[0])
    given = os.environ.get("BENCH_DATA")
    made.add_argument("--data", type=_corpus, default=given and _corpus(given), required=not given)
    return made


def _corpus(given: str) -> Path:
    path = Path(given)
    return path / "arxiv.jsonl.gz" if path.is_dir() else path


def _paper(row: dict[str, object]) -> Paper:
    first, subjects = str(row["primary"]), row["categories"]
    assert isinstance(subjects, Sequence)
    return Paper(
        id=f"arxiv:{row['id']}",
        title=str(row["title"]),
        source="arxiv",
        abstract=str(row["abstract"]),
        subjects=(first, *(subject for subject in subjects if subject != first)),
    )


def _label(row: dict[str, object]) -> Label:
    passes = tuple(tuple(row[name]) for name in ("first", "second") if name in row)  # type: ignore[arg-type]
    return Label(str(row["id"]), str(row["primary"]), tuple(row["secondary"]), passes)  # type: ignore[arg-type]


def _rows(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
