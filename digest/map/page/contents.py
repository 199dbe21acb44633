"""What the page knows: a map view taken apart into what is loaded first, on demand, and by shards."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from digest.map.page.encoding import Columns, address, along_a_curve, day_number, json_text, shown, words_text
from digest.map.page.labels import placed_labels
from digest.records.maps import Assignment, MapPaper, MapView

# Cards of neighbours travel together: small enough for a hover on a slow line, few enough files for a static host.
SHARD = 64
TOPICS_PER_PAPER = 4
NONE = 65535
_KEY = re.compile(r"[a-z][a-z0-9-]{0,31}")


def contents(view: MapView, phrases: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The page's data as (name, JSON): `map` and `titles` are loaded first, all else when it is asked for.

    Raises `ValueError` for a view whose parts do not fit together.
    """
    check(view)
    order = along_a_curve(view.positions)
    papers = [view.papers[i] for i in order]
    positions = np.ascontiguousarray(view.positions[order], dtype=np.float32)
    assignments = [_assignment(a, order, positions) for a in view.assignments]
    yield "map", json_text({**_manifest(view, papers, positions, phrases), "shown": assignments[0]})
    yield "titles", words_text({"ids": [shown(p.id) for p in papers], "titles": [shown(p.title) for p in papers]})
    for told in assignments[1:]:
        yield f"assignment-{told['key']}", json_text(told)
    tldrs, authors = ([shown(p.tldr) for p in papers], [shown(", ".join(p.authors)) for p in papers])
    yield "search", words_text({"authors": authors, "tldrs": tldrs})
    slugs = {category.slug: i for i, category in enumerate(view.categories)}
    for number, start in enumerate(range(0, len(papers), SHARD)):
        cards = [card(paper, slugs) for paper in papers[start : start + SHARD]]
        yield f"cards/{number:04}", words_text(cards)


def check(view: MapView) -> None:
    """Raise `ValueError` for a view whose parts do not fit together."""
    count = len(view.papers)
    if view.positions.shape != (count, 2) or not np.isfinite(view.positions).all():
        raise ValueError("a map needs one finite position (x, y) per paper")
    if not view.assignments:
        raise ValueError("a map needs an assignment")
    for a in view.assignments:
        if not _KEY.fullmatch(a.key):
            raise ValueError(f"no key for an assignment: {a.key!r}")
        if a.labels.shape != (count,) or (count and not -1 <= a.labels.min() <= a.labels.max() < len(a.names)):
            raise ValueError(f"the labels of {a.key!r} do not fit its names or the papers")
        if len(a.groups) != len(a.names) or any(not 0 <= g < len(a.group_names) for g in a.groups):
            raise ValueError(f"the groups of {a.key!r} do not fit its names")
        if a.positions is not None and (a.positions.shape != (count, 2) or not np.isfinite(a.positions).all()):
            raise ValueError(f"{a.key!r} needs one finite position (x, y) per paper, or none at all")


def _manifest(
    view: MapView, papers: Sequence[MapPaper], positions: np.ndarray[Any, Any], phrases: Mapping[str, str]
) -> dict[str, Any]:
    slugs = {category.slug: i for i, category in enumerate(view.categories)}
    topics = {topic.id: i for i, topic in enumerate(view.topics)}
    sources, providers = (sorted({getattr(p, field) for p in papers}) for field in ("source", "provider"))
    columns = Columns()
    frame = columns.add_positions("positions", positions)
    columns.add("days", np.array([day_number(p.date) for p in papers]), "i4")
    columns.add("topics", np.array([topics_of(p, topics) for p in papers]), "u2")
    columns.add("categories", np.array([slugs.get(p.category, NONE) for p in papers]), "u2")
    columns.add("sources", np.array([sources.index(p.source) for p in papers]), "u2")
    columns.add("providers", np.array([providers.index(p.provider) for p in papers]), "u2")
    columns.add("provisional", np.array([p.provisional for p in papers]), "u1")
    said = {k.removeprefix("map_"): v for k, v in phrases.items() if k.startswith("map_")}
    return {
        **told_of(view, sources, providers, said),
        "frame": frame,
        "columns": columns.table,
        "packed": base64.b64encode(columns.packed()).decode(),
    }


def told_of(
    view: MapView, sources: Sequence[str], providers: Sequence[str], phrases: Mapping[str, str]
) -> dict[str, Any]:
    """What a page knows beside its papers' own columns."""
    slugs = {category.slug: i for i, category in enumerate(view.categories)}
    return {
        "title": shown(view.title),
        "language": view.language,
        "generated": view.generated.isoformat(),
        "edition": view.edition,
        "papers": len(view.papers),
        "phrases": dict(phrases),
        "categories": [[c.slug, c.emoji, shown(c.name(view.language))] for c in view.categories],
        "topics": [
            [t.id, shown(t.name), shown(t.description), slugs.get(t.category, NONE), day_number(t.born),
             int(t.rising), t.heir, int(t.retired)]
            for t in view.topics
        ],
        "sources": [shown(s) for s in sources],
        "providers": [shown(p) for p in providers],
        "assignments": [a.key for a in view.assignments],
        "links": {
            "reports": address(view.links.reports),
            "quality": address(view.links.quality),
            "observations": address(view.links.observations),
        },
        "shard": SHARD,
        "perPaper": TOPICS_PER_PAPER,
    }  # fmt: skip


def topics_of(paper: MapPaper, places: Mapping[int, int]) -> list[int]:
    """The numbers of a paper's topics, best first, in as many fields as every paper has."""
    known = [places[topic] for topic in paper.topics if topic in places][:TOPICS_PER_PAPER]
    return known + [NONE] * (TOPICS_PER_PAPER - len(known))


def _assignment(
    assignment: Assignment, order: np.ndarray[Any, Any], positions: np.ndarray[Any, Any]
) -> dict[str, Any]:
    own = None if assignment.positions is None else np.ascontiguousarray(assignment.positions[order])
    labels = assignment.labels[order]
    sorted_ = Assignment(assignment.key, labels, assignment.names, assignment.groups, assignment.group_names, own)
    told = placed_labels(sorted_, positions)
    for line in (*told["labels"], *told["groups"]):
        line[0] = shown(line[0])
    columns = Columns()
    columns.add("labels", np.where(labels < 0, NONE, labels), "u2")
    frame = None if own is None else columns.add_positions("positions", own)
    return {
        "key": assignment.key,
        **told,
        "parents": list(assignment.groups),
        "ids": list(assignment.ids),
        "frame": frame,
        "columns": columns.table,
        "packed": base64.b64encode(columns.packed()).decode(),
    }


def card(paper: MapPaper, slugs: Mapping[str, int]) -> list[Any]:
    """What a paper's card tells beside its point; `slugs` are the numbers of categories."""
    texts = (
        paper.tldr, paper.eli5, paper.problem, paper.method, paper.result, paper.application, paper.abstract,
        paper.arxiv,
    )  # fmt: skip
    return [
        [shown(author) for author in paper.authors],
        *(shown(text) for text in texts),
        *(address(url) for url in (paper.url, paper.pdf_url, paper.report_url)),
        [slugs[slug] for slug in dict.fromkeys((paper.category, *paper.categories)) if slug in slugs],
    ]
