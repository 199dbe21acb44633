"""A large map with invented texts: topics by k-means, and cards as long as those of real papers."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from grown_topics import SAMPLE, STEPS
from numpy.typing import NDArray

from digest.records import Category
from digest.records.maps import Assignment, MapPaper, MapTopic, MapView
from digest.topics.founding import spread, target
from digest.topics.ground import Ground

DAY, YEARS = date(2026, 3, 2), 3650
GROUPS = 20
SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ren",
    "tus",
    "vel",
    "dor",
    "pa",
    "shi",
    "nu",
    "bra",
    "fe",
    "zon",
    "ti",
    "qua",
    "lem",
)


def sorted_(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """A topic (n,) from 1 for each paper, and a category (k,) for each topic."""
    from scipy.cluster.hierarchy import fcluster, linkage

    ground, k = Ground(vectors[:SAMPLE]), target(len(vectors))
    middles, _, _ = ground.lloyd(spread(ground, k, np.random.default_rng(2)), STEPS)
    of = np.concatenate(
        [(vectors[at : at + SAMPLE] @ middles.T).argmax(axis=1) for at in range(0, len(vectors), SAMPLE)]
    )
    groups = fcluster(linkage(middles, method="ward"), GROUPS, criterion="maxclust") - 1
    return of.astype(np.int32) + 1, groups.astype(np.int32)


def sentences() -> list[str]:
    """Invented sentences of about a hundred letters."""
    dice = random.Random(3)
    words = ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(3_000)]
    return [f"{' '.join(dice.choices(words, k=14)).capitalize()}." for _ in range(5_000)]


def view(stored: Path) -> MapView:
    """A map with invented texts at the stored positions."""
    kept = np.load(stored)
    positions, topics, groups = kept["positions"], kept["topics"], kept["groups"]
    said, dice = sentences(), random.Random(4)
    categories = tuple(Category(f"group-{i}", "📦", {"en": f"Group {i}"}) for i in range(GROUPS))
    names = [f"{said[number][:28].strip()} {number}" for number in range(1, len(groups) + 1)]
    of = [int(group) for group in groups]
    papers = [_paper(number, topic, of[topic - 1], said, dice) for number, topic in enumerate(topics.tolist())]
    way = Assignment(
        "topics",
        topics.astype(np.int32) - 1,
        tuple(names),
        tuple(of),
        tuple(category.names["en"] for category in categories),
        ids=tuple(range(1, len(groups) + 1)),
    )
    told = tuple(
        MapTopic(number, name, said[number], f"group-{group}", DAY)
        for number, (name, group) in enumerate(zip(names, of, strict=True), start=1)
    )
    return MapView("A large map", "en", DAY, tuple(papers), positions, told, categories, (way,))


def _paper(number: int, topic: int, group: int, said: list[str], dice: random.Random) -> MapPaper:
    own = [f"{text} {number}" for text in dice.choices(said, k=7)]
    return MapPaper(
        id=f"arxiv:{number:08}",
        title=own[0][:72] + f" {number}",
        authors=(f"{own[1][:18]} {number}", f"{own[2][:18]} {number}", f"{own[3][:18]} {number}"),
        date=DAY - timedelta(days=number % YEARS),
        source="arxiv",
        provider="local",
        category=f"group-{group}",
        categories=(f"group-{group}",),
        topics=(topic,),
        tldr=own[1],
        eli5=own[2],
        problem=own[3],
        method=own[4],
        result=own[5],
        application=own[6],
        abstract=" ".join((*own, *own[:3])),
        url=f"https://arxiv.org/abs/{number:08}",
        pdf_url=f"https://arxiv.org/pdf/{number:08}",
        arxiv="cs.LG",
    )
