"""The corpus of the embedding benchmark, in the order and the parts that every figure is given for.

arxiv.jsonl.gz, sorted by announcement day, then id: the first 44,000 papers train, the next 6,000 are the
neighbours, the rest (the latest 4,000) test. Nothing is ever fitted or chosen on the last two.
"""

from __future__ import annotations

import gzip
import json
import os
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TRAIN = 44_000
NEIGHBOURS = 6_000


@dataclass(frozen=True, slots=True)
class Text:
    """A paper's title and abstract as arXiv gives them, and the category its authors put first."""

    title: str
    abstract: str
    primary: str

    @property
    def whole(self) -> str:
        """Title and abstract, as the local provider embeds a paper."""
        return f"{self.title}\n{self.abstract}"


def add_folder(parser: ArgumentParser) -> None:
    """Let the folder with arxiv.jsonl.gz be given by --data or by BENCH_DATA."""
    folder = os.environ.get("BENCH_DATA")
    parser.add_argument(
        "--data",
        type=Path,
        default=folder and Path(folder),
        required=not folder,
        help="folder with arxiv.jsonl.gz (default: BENCH_DATA)",
    )


def read(folder: Path) -> list[Text]:
    """All papers, oldest day first."""
    with gzip.open(folder / "arxiv.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: (row["first_day"], row["id"]))
    return [Text(row["title"], row["abstract"], row["primary"]) for row in rows]


def split(papers: Sequence[Text]) -> tuple[Sequence[Text], Sequence[Text], Sequence[Text]]:
    """What trains, the neighbours, and what is tested."""
    last = TRAIN + NEIGHBOURS
    return papers[:TRAIN], papers[TRAIN:last], papers[last:]
