"""The map's layout: a place for every paper, kept from one rebuild to the next, and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from digest.archive import Archive
from digest.archive.clustering import Clustering
from digest.archive.layouts import Aspect, Places
from digest.errors import ArchiveError
from digest.pipeline.everyone import Everyone, everyone
from digest.records import UNSORTED
from digest.scale import Crew, Here
from digest.topics import centroids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.map.layout import Layout
    from digest.map.stability import Stability

# A map is rebuilt so often; in between, new papers are placed amid their neighbours.
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Every paper with its place; `rebuilt` says that the places are new, not only added to.

    `aspects` are by key, and `known` (n,) says who was on the map before; their rows are those of `everyone`.
    `changed` says that the archive does not have all this yet.
    """

    everyone: Everyone
    layout: Layout
    rebuilt: bool
    changed: bool
    before: Layout | None
    known: NDArray[np.bool_]
    aspects: Mapping[str, Aspect]

    @property
    def grown(self) -> bool:
        """True for a map that grew out of the one before."""
        return self.before is not None and self.before.edition == self.layout.edition

    @property
    def positions(self) -> NDArray[np.float32]:
        """Where the papers lie on the map (n, 2)."""
        return self.layout.of(self.everyone.ids)[0]


def draw(
    archive: Archive, day: date, rebuild: bool = False, once: bool = False, crew: Crew | None = None
) -> Drawn:
    """Give every folded paper its place: rebuilt weekly or on demand, else added to. Nothing is kept yet.

    An archive that is drawn `once` and will never grow has its papers closer together. A `crew` may share the work
    of placing the papers of a large one.
    The aspects are those of the map before, in which newcomers are unsorted and where the map has them. Raises
    `ArchiveError` for an archive without papers.
    """
    if archive.clustering is None:
        raise ArchiveError("there is nothing to map yet; `digest run` fetches papers")
    from digest.map.landmarks import MOST, placed, rebuilt
    from digest.map.layout import drawn_once

    found, places, crew = everyone(archive), archive.layout, crew or Here()
    topics = found.assigned.topics[:, 0]
    before = _layout(places)
    if once and len(found.ids) <= MOST:
        layout, anew = drawn_once(found.ids, found.vectors, day), True
    elif before is None or rebuild or day - before.built >= WEEK or once:
        newborn = _newborn(archive.clustering, found, before.built if before else date.max)
        layout, anew = rebuilt(before, found.ids, found.vectors, topics, day, newborn, crew), True
    elif set(before.ids) != set(found.ids):
        layout, anew = placed(before, found.ids, found.vectors, topics, crew), False
    else:
        layout, anew = before, False
    row = {paper: at for at, paper in enumerate(places.ids if places else ())}
    rows = np.array([row.get(paper, -1) for paper in found.ids], dtype=np.int64)
    drawn = Drawn(found, layout, anew, layout is not before, before, rows >= 0, {})
    kept = places.aspects.items() if places else ()
    return replace(drawn, aspects={key: _followed(aspect, drawn, rows) for key, aspect in kept})


def _followed(aspect: Aspect, drawn: Drawn, rows: NDArray[np.int64]) -> Aspect:
    """An aspect of the map before by the papers' `rows` (n,) in it, negative for newcomers."""
    positions, first = drawn.positions, np.full(len(rows), UNSORTED, dtype=np.int32)
    positions[drawn.known] = aspect.positions[rows[drawn.known]]
    first[drawn.known] = aspect.first[rows[drawn.known]]
    return Aspect(positions, first, aspect.clusters)


def keep(archive: Archive, drawn: Drawn) -> None:
    """Have the archive keep what was drawn, unless it does."""
    if drawn.changed:
        row = {paper: at for at, paper in enumerate(drawn.everyone.ids)}
        rows = np.array([row[paper] for paper in drawn.layout.ids], dtype=np.int64)
        aspects = {
            key: replace(aspect, positions=aspect.positions[rows], first=aspect.first[rows])
            for key, aspect in drawn.aspects.items()
        }
        archive.keep_layout(_places(drawn.layout, aspects))


def grouped(archive: Archive, drawn: Drawn, count: int) -> NDArray[np.int32]:
    """The group (n,) of each paper where topics are gathered into about so many by their centroids; -1: Unsorted.

    Ward's method on the unit centroids, so that groups are of topics that lie together.
    """
    clustering = archive.clustering
    first = drawn.everyone.assigned.topics[:, 0]
    if clustering is None or not clustering.state.ids:
        return np.full(len(first), -1, dtype=np.int32)
    from scipy.cluster.hierarchy import fcluster, linkage

    ids = clustering.state.ids
    of_topic = np.zeros(len(ids), dtype=np.int32)
    if len(ids) > count:
        tree = linkage(centroids(clustering.state), method="ward")
        of_topic = fcluster(tree, count, criterion="maxclust").astype(np.int32) - 1
    place = {topic: int(group) for topic, group in zip(ids, of_topic, strict=True)}
    return np.array([place.get(topic, -1) for topic in first.tolist()], dtype=np.int32)


def _newborn(clustering: Clustering, found: Everyone, since: date) -> NDArray[np.int32]:
    born = [topic.id for topic in clustering.live.values() if topic.born > since]
    first = found.assigned.topics[:, 0]
    return np.where(np.isin(first, born), first, np.int32(-1))


def _layout(places: Places | None) -> Layout | None:
    if places is None:
        return None
    from digest.map.layout import Layout
    from digest.map.neighbours import Neighbours

    told = places.told
    return Layout(
        ids=places.ids,
        positions=places.positions,
        provisional=places.provisional,
        edition=int(told["edition"]),
        built=date.fromisoformat(told["built"]),
        figures=_figures(told["figures"]) if told["figures"] else None,
        neighbours=Neighbours(places.rows, places.cosines) if places.rows.shape[1] else None,
        scale=float(told["scale"]),
    )


def _figures(told: Mapping[str, Any]) -> Stability:
    from digest.map.stability import Placing, Stability

    placing = told.get("placing")
    return Stability(**{**told, "placing": Placing(**placing) if placing else None})


def _places(layout: Layout, aspects: Mapping[str, Aspect]) -> Places:
    near = layout.neighbours
    nothing = np.zeros((len(layout.ids), 0))
    told = {
        "edition": layout.edition,
        "built": str(layout.built),
        "scale": layout.scale,
        # Of a map on which all papers were drawn there is nothing to tell of placing.
        "figures": {k: v for k, v in asdict(layout.figures).items() if v is not None or k != "placing"}
        if layout.figures
        else None,
    }
    return Places(
        layout.ids,
        layout.positions,
        layout.provisional,
        near.rows if near else nothing.astype(np.int32),
        near.cosines if near else nothing.astype(np.float32),
        told,
        aspects,
    )
