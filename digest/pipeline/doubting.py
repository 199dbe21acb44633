"""Which topics a person should look at: by their papers' vectors, and by where these lie on the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Archive
from digest.pipeline.everyone import everyone
from digest.pipeline.gathering import dense_regions
from digest.topics import Doubt, doubts
from digest.topics.density import UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray


def doubted(archive: Archive) -> Sequence[Doubt]:
    """The live topics in doubt, worst first. Raises `ArchiveError`."""
    found = archive.clustering
    if found is None:
        return ()
    papers = everyone(archive)
    return doubts(found.state, papers.vectors, papers.assigned.topics[:, 0], _dense(archive, papers.ids))


def _dense(archive: Archive, ids: Sequence[str]) -> NDArray[np.int32] | None:
    """The dense region of the map in which each paper lies, UNKNOWN for those that came later; None without a map.

    On the map they are found in a moment, where vectors would have to be laid out for it first.
    """
    places = archive.layout
    if places is None:
        return None
    regions = dict(zip(places.ids, dense_regions(places.ids, places.positions).tolist(), strict=True))
    return np.array([regions.get(paper, UNKNOWN) for paper in ids], dtype=np.int32)
