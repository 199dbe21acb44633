import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digest.archive import Archive
from digest.errors import ArchiveError
from digest.records import Paper
from digest.search import search
from tests.fakes import FakeEmbedder
from tests.invented import DAY, paper, reading, report

NEXT = DAY + timedelta(days=1)


class Compass(FakeEmbedder):
    """Two dimensions: how much a text is about moths, and how much about owls."""

    model, dimension = "compass", 2

    def embed_query(self, words: str) -> NDArray[np.float32]:
        found = np.array([words.lower().count("moth"), words.lower().count("owl")], dtype=np.float32)
        return found / max(float(np.linalg.norm(found)), 1.0)


def filled(folder: Path, days: dict[date, list[Paper]]) -> Archive:
    archive, compass = Archive(str(folder)), Compass()
    with archive.writing():
        archive.fix_embedder(compass.model, compass.dimension)
        for day, papers in days.items():
            rows = compass.embed(papers) if papers else np.zeros((0, 2), dtype=np.float32)
            archive.commit(report(day, len(papers)), papers, [reading(p) for p in papers], rows)
    return Archive(str(folder))


def ids(archive: Archive, query: str, limit: int = 10) -> list[str]:
    return [hit.paper.id.removeprefix("arxiv:2601.9") for hit in search(archive, Compass(), query, limit)]


def titled(**titles: str) -> list[Paper]:
    return [paper(int(name[1:]), title=title, abstract="") for name, title in titles.items()]


def test_the_best_by_meaning_and_words_come_first(tmp_path: Path) -> None:
    papers = titled(_1="Owls", _2="Mothlike wings", _3="Moth light traps", _4="Moths and owls")
    archive = filled(tmp_path, {DAY: papers})
    assert ids(archive, "moth light")[0] == "0003"
    assert ids(archive, "moth") == ["0003", "0002", "0004"]
    assert [hit.score for hit in search(archive, Compass(), "moth", 9)] == pytest.approx(
        [1.5, 1.0, 0.5**0.5], abs=1e-3
    )


def test_a_name_that_no_vector_knows_is_found_by_its_word(tmp_path: Path) -> None:
    archive = filled(tmp_path, {DAY: [*titled(_1="Owls"), paper(2, authors=("Ada Lovelace",)), paper(3)]})
    assert ids(archive, "LOVELACE") == ["0002"]
    assert ids(archive, "ｂｏ") == ["0001", "0003"], "Bo Madeup, in full-width letters"
    assert ids(archive, "2601.90003")[0] == "0003"


def test_a_word_in_the_title_counts_more_than_in_the_abstract(tmp_path: Path) -> None:
    archive = filled(tmp_path, {DAY: [paper(1, abstract="On lanterns."), paper(2, title="Lanterns")]})
    assert ids(archive, "lanterns") == ["0002", "0001"]


def test_the_newest_comes_first_among_equals_and_lists_keep_their_order(tmp_path: Path) -> None:
    days = {DAY: titled(_1="Moths", _2="Moths"), NEXT: titled(_3="Moths", _4="Moths")}
    archive = filled(tmp_path, days)
    assert ids(archive, "moths") == ["0003", "0004", "0001", "0002"]
    assert ids(archive, "moths", limit=3) == ["0003", "0004", "0001"]
    late = filled(tmp_path / "late", dict(reversed(days.items())))
    assert ids(late, "moths") == ids(archive, "moths")


def test_a_limit_takes_the_best_of_all_editions(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    days = {}
    for n in range(8):
        made = [int(c) for c in chance.integers(1, 9, 4)]
        days[DAY + timedelta(days=n)] = [
            paper(10 * n + k, title="moth " * moths + "owl " * (9 - moths), abstract="")
            for k, moths in enumerate(made)
        ]
    archive = filled(tmp_path, days)
    everything = ids(archive, "moth", 1000)
    assert len(everything) == 32
    for limit in (1, 2, 5, 31, 40):
        assert ids(archive, "moth", limit) == everything[:limit]


def test_hits_bring_their_reading_and_edition(tmp_path: Path) -> None:
    archive = filled(tmp_path, {DAY: [paper(1)], NEXT: [paper(2, title="Moths")]})
    [hit] = search(archive, Compass(), "moths", 1)
    assert (hit.edition, hit.paper.title, hit.reading) == (NEXT, "Moths", reading(paper(2, title="Moths")))


def test_quiet_days_and_empty_archives_have_nothing(tmp_path: Path) -> None:
    assert ids(Archive(str(tmp_path / "none")), "moths") == []
    assert ids(filled(tmp_path, {DAY: [], NEXT: titled(_1="Moths")}), "moths") == ["0001"]
    assert ids(Archive(str(tmp_path)), "") == []


def test_another_space_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="vectors are of compass"):
        search(filled(tmp_path, {DAY: [paper(1)]}), FakeEmbedder(), "moths", 1)


def test_vectors_that_do_not_match_the_papers_are_an_error_not_a_wrong_answer(tmp_path: Path) -> None:
    archive = filled(tmp_path, {DAY: titled(_1="Owls", _2="Moths"), NEXT: titled(_3="Owls")})
    folder = tmp_path / "vectors/compass-2/2026"
    shutil.copy(folder / f"{NEXT}.parquet", folder / f"{DAY}.parquet")
    with pytest.raises(
        ArchiveError, match="papers and vectors of edition 2026-01-05 do not agree; `digest doctor`"
    ):
        ids(archive, "moths")
