import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digest.archive import Archive, Journal
from digest.enrich import embed_missing, enrich_missing
from digest.errors import ProviderError
from digest.records import Enrichment, Paper
from tests.fakes import FakeEmbedder, FakeReader
from tests.invented import DAY, paper

EMBED_PACK = FakeEmbedder.pack
PAPERS = [paper(n) for n in range(1, 11)]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Archive(str(tmp_path)).journal(DAY)


def again(tmp_path: Path) -> Journal:
    return Archive(str(tmp_path)).journal(DAY)


class Steps(list[tuple[str, int, int]]):
    def __call__(self, step: str, done: int, total: int) -> None:
        self.append((step, done, total))


def silent(*_: object) -> None:
    pass


class CountingEmbedder(FakeEmbedder):
    def __init__(self) -> None:
        self.asked: list[int] = []

    def embed(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
        self.asked.append(len(papers))
        return super().embed(papers)


def test_readings_come_in_the_papers_order_pack_by_pack(journal: Journal) -> None:
    reader, steps = FakeReader(), Steps()
    found = enrich_missing(reader, PAPERS, journal, steps)
    assert [e.paper_id for e in found] == [p.id for p in PAPERS] == reader.read_ids
    assert steps == [("reading", n, 10) for n in (0, 4, 8, 10)]


def test_what_the_journal_holds_is_not_read_again(tmp_path: Path, journal: Journal) -> None:
    first = FakeReader(poison="Number 10")
    first.pack = 3

    def killed(step: str, done: int, total: int) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enrich_missing(first, PAPERS, journal, killed)
    second = FakeReader()
    found = enrich_missing(second, PAPERS, again(tmp_path), silent)
    assert second.read_ids == [p.id for p in PAPERS[6:]]
    assert found == enrich_missing(FakeReader(poison="Number"), PAPERS, again(tmp_path), silent)


def test_one_strange_paper_costs_neither_its_pack_nor_the_edition(
    tmp_path: Path, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    reader = FakeReader(poison="Number 3")
    found = enrich_missing(reader, PAPERS, journal, silent)
    assert [e.paper_id for e in found if not e.provider] == [paper(3).id]
    assert "cannot read this" in caplog.text
    assert found == enrich_missing(FakeReader(), PAPERS, again(tmp_path), silent)


def test_a_provider_that_says_it_failed_stops_the_edition_and_keeps_what_was_read(
    tmp_path: Path, journal: Journal
) -> None:
    class Exhausted(FakeReader):
        def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
            if self.read_ids:
                raise ProviderError("no tokens left; try tomorrow")
            return super().read(papers)

    with pytest.raises(ProviderError, match="no tokens left"):
        enrich_missing(Exhausted(), PAPERS, journal, silent)
    after = FakeReader()
    enrich_missing(after, PAPERS, again(tmp_path), silent)
    assert after.read_ids == [p.id for p in PAPERS[4:]]


@pytest.mark.parametrize("wrong", ["fewer", "others", "swapped"])
def test_readings_of_other_papers_are_no_readings(journal: Journal, wrong: str) -> None:
    class Confused(FakeReader):
        def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
            found = super().read(papers)
            told = {"fewer": found[1:], "others": super().read([paper(99)]) * len(papers), "swapped": found[::-1]}
            return told[wrong] if len(papers) > 1 or wrong != "swapped" else found

    found = enrich_missing(Confused(), PAPERS, journal, silent)
    assert [e.paper_id for e in found] == [p.id for p in PAPERS]
    assert all(bool(e.provider) == (wrong == "swapped") for e in found)


def test_vectors_are_those_the_archive_keeps_also_after_an_interruption(tmp_path: Path, journal: Journal) -> None:
    papers = [paper(n) for n in range(EMBED_PACK + 3)]
    first = CountingEmbedder()
    whole = embed_missing(first, papers, journal, silent)
    assert first.asked == [EMBED_PACK, 3] and whole.shape == (EMBED_PACK + 3, 8) and whole.dtype == np.float32
    assert np.array_equal(whole, whole.astype(np.float16).astype(np.float32))
    second = CountingEmbedder()
    assert np.array_equal(embed_missing(second, papers, again(tmp_path), silent), whole) and not second.asked
    lines = (tmp_path / f"journal/{DAY}.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / f"journal/{DAY}.jsonl").write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    third = CountingEmbedder()
    assert np.array_equal(embed_missing(third, papers, again(tmp_path), silent), whole) and third.asked == [3]


def test_no_papers_have_no_vectors_and_no_readings(journal: Journal) -> None:
    assert embed_missing(FakeEmbedder(), [], journal, silent).shape == (0, 8)
    assert enrich_missing(FakeReader(), [], journal, silent) == []


@pytest.mark.parametrize(
    "rows", [np.full((10, 8), np.nan), np.zeros((9, 8)), np.zeros((10, 4)), np.full((10, 8), 1e9)]
)
def test_unusable_vectors_are_refused_before_they_are_kept(
    tmp_path: Path, journal: Journal, rows: NDArray[np.float64]
) -> None:
    class Broken(FakeEmbedder):
        def embed(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
            return rows.astype(np.float32)

    with pytest.raises(ProviderError, match="unusable vectors"):
        embed_missing(Broken(), PAPERS, journal, silent)
    assert again(tmp_path).entries("vectors") == []


def test_the_journal_is_plain_json(tmp_path: Path, journal: Journal) -> None:
    enrich_missing(FakeReader(), PAPERS[:1], journal, silent)
    embed_missing(FakeEmbedder(), PAPERS[:1], journal, silent)
    lines = (tmp_path / f"journal/{DAY}.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["readings", "vectors"]
