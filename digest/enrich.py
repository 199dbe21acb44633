"""Papers to enrichments and vectors: what the journal already holds is never asked for again."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from digest.archive import Journal
from digest.archive.tables import ENRICHMENT, VECTOR
from digest.calls import as_done
from digest.errors import BadAnswer, BudgetSpent, DigestError, ProviderError
from digest.providers.base import Writer
from digest.records import Enrichment, Paper

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digest.providers.base import Embedder, Reader

Progress = Callable[[str, int, int], None]
# What a pack got wrong is asked again in packs of a third, then alone; in each round so many calls at most, or
# as many as the first round had: a model that gets everything wrong must not cost a multiple.
SMALLER, FEWEST_CALLS = 3, 10

log = logging.getLogger(__name__)


class Desk:
    """The readings of an edition as they come in: each pack is journalled as soon as it is read."""

    def __init__(self, papers: Sequence[Paper], journal: Journal, progress: Progress) -> None:
        self.papers, self._journal, self._progress = papers, journal, progress
        self.known: dict[str, Enrichment] = {}
        for entry in (*journal.entries("readings"), *(e["readings"] for e in journal.entries("left"))):
            self._note(ENRICHMENT.validate_python(value) for value in entry)
        self._tell()

    def take(self, readings: Sequence[Enrichment], left: str = "") -> None:
        """Keep readings for good; `left` says why the local provider made them in another's place."""
        told = [ENRICHMENT.dump_python(e, mode="json") for e in readings]
        if left and told:
            self._journal.add("left", {"reason": left, "readings": told})
        elif told:
            self._journal.add("readings", told)
        self._note(readings)
        self._tell()

    def _note(self, readings: Iterable[Enrichment]) -> None:
        self.known.update((e.paper_id, e) for e in readings)

    def _tell(self) -> None:
        self._progress("reading", sum(p.id in self.known for p in self.papers), len(self.papers))

    def missing(self, papers: Sequence[Paper]) -> list[Paper]:
        """Those of the papers that have no reading yet."""
        return [paper for paper in papers if paper.id not in self.known]

    def packs(self, papers: Sequence[Paper], size: int) -> list[list[Paper]]:
        """The papers in packs, without those that have been read.

        Packs are cut before that: a run that was killed asks again in the same words, which shows in the bill.
        """
        cut = [papers[start : start + size] for start in range(0, len(papers), size)]
        return [pack for pack in map(self.missing, cut) if pack]

    def by(self, reader: Reader, left: str = "", papers: Sequence[Paper] | None = None) -> None:
        """Let a reader without a network read all that is missing."""
        for pack in self.packs(self.papers if papers is None else papers, reader.pack):
            self.take(_read_pack(reader, pack), left)


def enrich_missing(
    reader: Reader,
    papers: Sequence[Paper],
    journal: Journal,
    progress: Progress,
    backup: Reader | None = None,
    chosen: Sequence[Paper] | None = None,
    fallback: bool = False,
) -> list[Enrichment]:
    """One enrichment per paper, in their order.

    A `Writer` reads the `chosen` papers, most important first; what it does not read well, or not within its
    budget, or (with `fallback`) not at all, the `backup` reads. A paper that no reader can take gets an enrichment
    without a reader (`provider` is empty), so that its abstract is shown in place of a reading; none is dropped.
    """
    desk = Desk(papers, journal, progress)
    if isinstance(reader, Writer) and backup is not None:
        wanted = papers if chosen is None else chosen
        kept = {paper.id for paper in wanted}
        reason = _write(reader, wanted, desk, fallback)
        desk.by(backup, reason, wanted)
        desk.by(backup, "budget", [paper for paper in papers if paper.id not in kept])
    else:
        desk.by(reader)
    return [desk.known[paper.id] for paper in papers]


def _write(reader: Writer, papers: Sequence[Paper], desk: Desk, fallback: bool) -> str:
    """Let the model read; returns why it left papers unread, if it did."""

    def read(pack: Sequence[Paper]) -> list[Enrichment]:
        try:
            return reader.read(pack)
        except BadAnswer as error:
            log.warning("a pack of %d papers was not read: %s", len(pack), error)
            return []

    most = 0
    try:
        for size in dict.fromkeys((reader.pack, max(1, reader.pack // SMALLER), 1)):
            packs = desk.packs(papers if not most else desk.missing(papers), size)
            most = most or max(len(packs), FEWEST_CALLS)
            for _, readings in as_done(read, packs[:most], reader.parallel):
                desk.take(readings)
    except BudgetSpent as error:
        log.warning("%s", error)
        return "budget"
    except ProviderError as error:
        if not fallback:
            raise
        log.warning("%s", error)
        return "failure"
    return "answer"


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


def read_all(reader: Reader, papers: Sequence[Paper]) -> list[Enrichment]:
    """What `enrich_missing` gets of a reader without a network for papers of which nothing is journalled."""
    packs = (papers[start : start + reader.pack] for start in range(0, len(papers), reader.pack))
    return [reading for pack in packs for reading in _read_pack(reader, pack)]


def left(journal: Journal) -> dict[str, int]:
    """How many papers were left to the local provider, by reason."""
    counts: dict[str, int] = {}
    for entry in journal.entries("left"):
        counts[entry["reason"]] = counts.get(entry["reason"], 0) + len(entry["readings"])
    return counts


def embed_missing(
    embedder: Embedder, papers: Sequence[Paper], journal: Journal, progress: Progress
) -> NDArray[np.float32]:
    """Unit vectors of shape (n, d) in the papers' order, at the precision in which the archive keeps them."""
    known: dict[str, NDArray[np.float32]] = {}
    space = [embedder.model, embedder.dimension]
    for entry in journal.entries("vectors"):
        if entry["space"] == space:
            rows = np.frombuffer(base64.b64decode(entry["rows"]), dtype=VECTOR)
            known.update(zip(entry["ids"], rows.reshape(len(entry["ids"]), -1).astype(np.float32), strict=True))
    missing = [paper for paper in papers if paper.id not in known]
    for start in range(0, len(missing), embedder.pack):
        progress("embedding", len(papers) - len(missing) + start, len(papers))
        pack = missing[start : start + embedder.pack]
        rows = embed_all(embedder, pack)
        keep_vectors(journal, embedder, pack, rows)
        known.update(zip((paper.id for paper in pack), rows.astype(np.float32), strict=True))
    progress("embedding", len(papers), len(papers))
    if not papers:
        return np.zeros((0, embedder.dimension), dtype=np.float32)
    return np.stack([known[paper.id] for paper in papers])


def embed_all(embedder: Embedder, papers: Sequence[Paper]) -> NDArray[np.float16]:
    """Unit vectors of shape (n, d) as the archive keeps them. Raises `ProviderError` if they are no use."""
    made = [np.zeros((0, embedder.dimension), dtype=VECTOR)]
    for start in range(0, len(papers), embedder.pack):
        pack = papers[start : start + embedder.pack]
        with np.errstate(over="ignore"):
            rows = embedder.embed(pack).astype(VECTOR)
        if rows.shape != (len(pack), embedder.dimension) or not np.isfinite(rows).all():
            raise ProviderError(f"{embedder.model} made unusable vectors; run again, or install the program again")
        made.append(rows)
    return np.concatenate(made)


def keep_vectors(journal: Journal, embedder: Embedder, papers: Sequence[Paper], rows: NDArray[np.float16]) -> None:
    """Journal the papers' vectors (n, d), so that `embed_missing` finds them."""
    told = base64.b64encode(np.ascontiguousarray(rows, dtype=VECTOR).tobytes()).decode()
    space = [embedder.model, embedder.dimension]
    journal.add("vectors", {"space": space, "ids": [paper.id for paper in papers], "rows": told})
