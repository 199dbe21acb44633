"""Invented map views for tests, also one whose every text is hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from digest.records.maps import Assignment, MapLinks, MapPaper, MapTopic, MapView
from tests.invented import CATEGORIES

FIRST_DAY = date(2026, 1, 5)
FIELDS = ("Whales", "Comets", "Glaciers", "Violins", "Bridges", "Orchids")
NASTY = (
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 2</script>",
    '"><img src=x onerror="window.hacked = 3">',
    "'-window.hacked-' `${window.hacked = 4}` {{ 7 * 7 }} {% raw %}",
    "\u202e reversed \u2066 and \u2028 parted \u2029 lines",
    "<!-- <script> --!> ]]> &lt;b&gt; &amp;",
    "x" * 4000,
    "",
    "__proto__",
    "constructor",
)


def map_paper(number: int, field: int, **fields: Any) -> MapPaper:
    name = FIELDS[field]
    told: dict[str, Any] = {
        "id": f"arxiv:2601.{number:05}",
        "title": f"{name} and what they do, part {number}",
        "authors": ("Ada Invented", f"Bo {name}smith"),
        "date": FIRST_DAY + timedelta(days=number % 60),
        "source": ("arxiv", "feed")[number % 2],
        "provider": ("local", "cohere")[number % 3 == 0],
        "category": CATEGORIES[field // 2].slug,
        "categories": (CATEGORIES[field // 2].slug, "other"),
        "topics": (101 + field, 101 + (field + 1) % 6),
        "tldr": f"It tells of {name.lower()} in {number} ways.",
        "eli5": f"{name} for children.",
        "problem": f"{name} are poorly known.",
        "method": "We counted them.",
        "result": f"There are {number}.",
        "application": "Counting.",
        "abstract": f"A long abstract about {name.lower()}.",
        "url": f"https://arxiv.org/abs/2601.{number:05}",
        "pdf_url": f"https://arxiv.org/pdf/2601.{number:05}",
        "report_url": f"../2026/01/2026-01-05.html#p{number}",
        "arxiv": ("cs.CL", "cs.CV")[field % 2],
        "provisional": number % 50 == 7,
    }
    return MapPaper(**{**told, **fields})


def map_view(papers: int = 300, language: str = "en", **fields: Any) -> MapView:
    """Six topics on six islands, two to a category; a retired topic goes on in 102 by way of another."""
    noise = np.random.default_rng(7)
    of = np.arange(papers) % 6
    middles = np.array([(np.cos(a), np.sin(a)) for a in np.arange(6) * np.pi / 3]) * 8
    positions = (middles[of] + noise.normal(size=(papers, 2))).astype(np.float32)
    topics = [
        MapTopic(101 + i, f"{name} at large", f"On {name.lower()}.", CATEGORIES[i // 2].slug, FIRST_DAY, i == 2)
        for i, name in enumerate(FIELDS)
    ]
    gone = [
        MapTopic(90, "Old whales", "", "language", FIRST_DAY, heir=91, retired=True),
        MapTopic(91, "Older whales", "", "language", FIRST_DAY, heir=102, retired=True),
        MapTopic(92, "Circles", "", "other", FIRST_DAY, heir=92, retired=True),
    ]
    names = tuple(topic.name for topic in topics)
    groups = tuple(category.names[language] for category in CATEGORIES)
    turned = np.stack([positions[:, 1] * 2, positions[:, 0]], axis=1) + 100
    labels = of.astype(np.int32)
    noisy = np.where(np.arange(papers) % 5 == 0, -1, labels).astype(np.int32)
    told: dict[str, Any] = {
        "title": "A map of invented papers",
        "language": language,
        "generated": date(2026, 3, 6),
        "papers": tuple(map_paper(i, int(of[i])) for i in range(papers)),
        "positions": positions,
        "topics": (*topics, *gone),
        "categories": CATEGORIES,
        "assignments": (
            Assignment("topics", labels, names, (0, 0, 1, 1, 2, 2), groups, ids=tuple(t.id for t in topics)),
            Assignment("arxiv", labels % 2, ("cs.CL", "cs.CV"), (0, 0), ("cs",)),
            Assignment(
                "method", noisy, tuple(f"By {n}" for n in names), (0,) * 3 + (1,) * 3, ("One", "Two"), turned
            ),
        ),
        "edition": 2,
        "links": MapLinks("../README.html", "quality.html", "observations.html"),
    }
    return MapView(**{**told, **fields})


def nasty_view(papers: int = 60) -> MapView:
    """The same, with hostile ids, texts, names and addresses everywhere."""
    view = map_view(papers)

    def spoiled(number: int, paper: MapPaper) -> MapPaper:
        text = NASTY[number % len(NASTY)]
        written = ("title", "tldr", "eli5", "problem", "method", "result", "application", "abstract")
        texts = dict.fromkeys(written, text)
        urls = {"url": "javascript:window.hacked=5", "pdf_url": "data:text/html,<script>window.hacked=6</script>"}
        marks = {"authors": (text, text), "source": text, "provider": text, "arxiv": text}
        name = f"{text}{number}" if number >= len(NASTY) else text
        return replace(paper, id=name, report_url=f'"onclick="{text}', **texts, **urls, **marks)

    names = tuple(f"{text[:200]} {i}" for i, text in enumerate(NASTY[:6]))
    topics = tuple(replace(t, name=names[i], description=NASTY[i]) for i, t in enumerate(view.topics[:6]))
    shown = replace(view.assignments[0], names=names, group_names=(NASTY[0], NASTY[1], NASTY[2]))
    papers_ = tuple(spoiled(i, paper) for i, paper in enumerate(view.papers))
    return replace(view, title=NASTY[1], papers=papers_, topics=topics, assignments=(shown, *view.assignments[1:]))
