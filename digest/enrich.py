"""Papers to enrichments and vectors: what the journal already holds is never asked for again."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Journal
from digest.archive.tables import ENRICHMENT, VECTOR
from digest.errors import DigestError, ProviderError
from digest.records import Enrichment, Paper

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.providers.base import Embedder, Reader

Progress = Callable[[str, int, int], None]
EMBED_PACK = 512

log = logging.getLogger(__name__)


def enrich_missing(
    reader: Reader, papers: Sequence[Paper], journal: Journal, progress: Progress
) -> list[Enrichment]:
    """One enrichment per paper, in their order; each pack is journalled as soon as it is read.

    A paper that the reader cannot take gets an enrichment without a reader (`provider` is empty), so that
    its abstract is shown in place of a reading; it is never dropped.
    """
    known = {}
    for entry in journal.entries("readings"):
        for value in entry:
            enrichment = ENRICHMENT.validate_python(value)
            known[enrichment.paper_id] = enrichment
    missing = [paper for paper in papers if paper.id not in known]
    for start in range(0, len(missing), reader.pack):
        progress("reading", len(papers) - len(missing) + start, len(papers))
        pack = missing[start : start + reader.pack]
        read = _read_pack(reader, pack)
        journal.add("readings", [ENRICHMENT.dump_python(e, mode="json") for e in read])
        known.update((e.paper_id, e) for e in read)
    progress("reading", len(papers), len(papers))
    return [known[paper.id] for paper in papers]


def _read_pack(reader: Reader, pack: Sequence[Paper]) -> list[Enrichment]:
    try:
        read = reader.read(pack)
        if [e.paper_id for e in read] != [paper.id for paper in pack]:
            raise ValueError(f"{reader.name} read other papers than it was given")
        return read
    except DigestError:
        raise
    except Exception:
        # One strange paper must not cost the edition: find it by reading its pack one by one.
        log.exception("reading a pack of %d papers failed", len(pack))
        if len(pack) > 1:
            return [reading for paper in pack for reading in _read_pack(reader, [paper])]
        return [Enrichment(paper_id=pack[0].id, provider="", model="")]


def embed_missing(
    embedder: Embedder, papers: Sequence[Paper], journal: Journal, progress: Progress
) -> NDArray[np.float32]:
    """Unit vectors of shape (n, d) in the papers' order, at the precision in which the archive keeps them."""
    known: dict[str, NDArray[np.float32]] = {}
    for entry in journal.entries("vectors"):
        rows = np.frombuffer(base64.b64decode(entry["rows"]), dtype=VECTOR)
        known.update(zip(entry["ids"], rows.reshape(len(entry["ids"]), -1).astype(np.float32), strict=True))
    missing = [paper for paper in papers if paper.id not in known]
    for start in range(0, len(missing), EMBED_PACK):
        progress("embedding", len(papers) - len(missing) + start, len(papers))
        pack = missing[start : start + EMBED_PACK]
        with np.errstate(over="ignore"):
            rows = embedder.embed(pack).astype(VECTOR)
        if rows.shape != (len(pack), embedder.dimension) or not np.isfinite(rows).all():
            raise ProviderError(f"{embedder.model} made unusable vectors; run again, or install the program again")
        ids = [paper.id for paper in pack]
        journal.add("vectors", {"ids": ids, "rows": base64.b64encode(rows.tobytes()).decode()})
        known.update(zip(ids, rows.astype(np.float32), strict=True))
    progress("embedding", len(papers), len(papers))
    if not papers:
        return np.zeros((0, embedder.dimension), dtype=np.float32)
    return np.stack([known[paper.id] for paper in papers])
