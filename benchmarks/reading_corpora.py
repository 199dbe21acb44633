"""The corpora of the reading benchmark, and the one place that says what may be tuned on.

Papers are split by the SHA-256 of their id: 30% of the TL;DRs and half of the hand-labelled papers tune, the
rest is opened for the final figures only.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from digest.providers.local.roles import ROLES
from digest.providers.local.sentences import Sentence, sections
from digest.text import delatex

LABELS = Path(__file__).parent / "labels" / "sentence_roles.jsonl"
MORE_LABELS = Path(__file__).parent / "labels" / "sentence_roles_more.jsonl"

TLDRS = LABELS.with_name("tldrs.jsonl")


@dataclass(frozen=True, slots=True)
class Text:
    """A paper's plain title and abstract, with its author's TL;DR where there is one."""

    id: str
    title: str
    abstract: str
    tldr: str = ""


def share(identity: str) -> int:
    """0 to 99, fixed by the id."""
    return int(digest_of(identity), 16) % 100


def digest_of(identity: str) -> str:
    """The SHA-256 of an id, in hexadecimal digits."""
    return hashlib.sha256(identity.encode()).hexdigest()


def tuning(text: Text) -> bool:
    """True if this paper's TL;DR may be tuned on."""
    return share(text.id) < 30


def read(folder: Path, name: str) -> Iterator[Text]:
    """The papers of one corpus, in the file's order, LaTeX taken out."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            tldr = delatex(row.get("tldr") or "")
            yield Text(row["id"], delatex(row["title"]), delatex(row["abstract"]), tldr)


def tldrs(folder: Path) -> list[Text]:
    """What the choice of the TL;DR may learn from: the authors' tuning part, and papers that got one written."""
    written = {row["id"]: row["tldr"] for row in _rows(TLDRS)}
    ours = [
        replace(text, tldr=written[text.id])
        for name in ("nips2018", "arxiv")
        for text in read(folder, name)
        if text.id in written
    ]
    return ours + [text for text in read(folder, "iclr2018") if text.tldr and tuning(text)]


def keywords(folder: Path) -> list[tuple[Text, list[str]]]:
    """Papers whose authors gave keywords, with these."""
    with gzip.open(folder / "iclr2018.jsonl.gz", "rt", encoding="utf-8") as lines:
        given = {row["id"]: row.get("keywords") or "" for row in map(json.loads, lines)}
    listed = ((text, [word.strip() for word in given[text.id].split(";")]) for text in read(folder, "iclr2018"))
    return [(text, [word for word in words if word]) for text, words in listed if any(words)]


def labelled(folder: Path, *, held_out: bool) -> list[tuple[list[Sentence], list[int]]]:
    """Abstracts labelled by hand: their sentences and the index of each role in ROLES.

    Half of LABELS is held out; the other half and all of MORE_LABELS tune.
    """
    roles: dict[str, list[int]] = defaultdict(list)
    for row in _rows(LABELS):
        if (share(row["id"]) >= 50) == held_out:
            roles[row["id"]].append(ROLES.index(row["role"]))
    for row in () if held_out else _rows(MORE_LABELS):
        roles[row["id"]].append(ROLES.index(row["role"]))
    found = {text.id: sections(text.abstract) for text in read(folder, "arxiv") if text.id in roles}
    for paper, sentences in found.items():
        if len(sentences) != len(roles[paper]):
            raise SystemExit(f"{paper}: {len(sentences)} sentences, {len(roles[paper])} labels: label it again")
    return [(found[paper], roles[paper]) for paper in sorted(found)]


def labelled_ids() -> set[str]:
    """The papers whose sentences were labelled by hand."""
    return {row["id"] for path in (LABELS, MORE_LABELS) for row in _rows(path)}


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def parser(description: str) -> ArgumentParser:
    """A command line that knows where the corpora are."""
    made = ArgumentParser(description=description)
    known = os.environ.get("BENCH_DATA")
    made.add_argument("--data", type=Path, default=known, required=not known, dest="folder", metavar="FOLDER")
    return made
