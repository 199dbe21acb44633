"""The map's layout: a place for every paper, kept from one rebuild to the next."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Archive
from digest.archive.clustering import Clustering
from digest.archive.layouts import Places
from digest.errors import ArchiveError
from digest.pipeline.everyone import Everyone, everyone
from digest.topics import centroids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.map.layout import Layout

# A map is rebuilt so often; in between, new papers are placed amid their neighbours.
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Every paper with its place; `rebuilt` says that the places are new, not only added to."""

    everyone: Everyone
    layout: Layout
    rebuilt: bool
    before: Layout | None


def draw(archive: Archive, day: date, rebuild: bool = False) -> Drawn:
    """Give every folded paper its place and keep the layout; rebuilt weekly or on demand, else added to.

    Raises `ArchiveError` for an archive without papers.
    """
    if archive.clustering is None:
        raise ArchiveError("there is nothing to map yet; `digest run` fetches papers")
    from digest.map.layout import placed, rebuilt

    found = everyone(archive)
    before = _layout(archive.layout)
    if before is None or rebuild or day - before.built >= WEEK:
        newborn = _newborn(archive.clustering, found, before.built if before else date.max)
        layout, anew = rebuilt(before, found.ids, found.vectors, day, newborn), True
    elif set(before.ids) != set(found.ids):
        layout, anew = placed(before, found.ids, found.vectors), False
    else:
        return Drawn(found, before, False, before)
    archive.keep_layout(_places(layout))
    return Drawn(found, layout, anew, before)


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
    from digest.map.stability import Stability

    told = places.told
    return Layout(
        ids=places.ids,
        positions=places.positions,
        provisional=places.provisional,
        edition=int(told["edition"]),
        built=date.fromisoformat(told["built"]),
        figures=Stability(**told["figures"]) if told["figures"] else None,
        neighbours=Neighbours(places.rows, places.cosines) if places.rows.shape[1] else None,
        scale=float(told["scale"]),
    )


def _places(layout: Layout) -> Places:
    near = layout.neighbours
    nothing = np.zeros((len(layout.ids), 0))
    told = {
        "edition": layout.edition,
        "built": str(layout.built),
        "scale": layout.scale,
        "figures": asdict(layout.figures) if layout.figures else None,
    }
    return Places(
        layout.ids,
        layout.positions,
        layout.provisional,
        near.rows if near else nothing.astype(np.int32),
        near.cosines if near else nothing.astype(np.float32),
        told,
    )
