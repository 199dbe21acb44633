import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digest.archive import Archive
from digest.errors import ArchiveError
from digest.records import Paper, Translation
from digest.search import search
from digest.search.scoring import SATURATION, TITLE, WORDS
from tests.fakes import FakeEmbedder
from tests.invented import DAY, paper, reading, report

NEXT = DAY + timedelta(days=1)


class Compass(FakeEmbedder):
    """Two dimensions: how much a text is about moths, and how much about owls."""

    model, dimension = "compass", 2

    def embed_query(self, words: str) -> NDArray[np.float32]:
        found = np.array([words.lower().count("moth"), words.lower().count("owl")], dtype=np.float32)
        return found / max(float(np.linalg.norm(found)), 1.0)


def filled(
    folder: Path | str, days: dict[date, list[Paper]], korean: dict[str, str] | None = None, **read: object
) -> Archive:
    """An archive of some days, with readings of the given fields, and Korean titles by paper id."""
    archive, compass = Archive(str(folder)), Compass()
    with archive.writing():
        archive.fix_embedder(compass.model, compass.dimension)
        for day, papers in days.items():
            rows = compass.embed(papers) if papers else np.zeros((0, 2), dtype=np.float32)
            titles = {p.id: korean[p.id] for p in papers if korean and p.id in korean}
            told = [Translation(key, "ko", "fake", "fake", title=title) for key, title in titles.items()]
            archive.commit(
                report(day, len(papers)),
                papers,
                [reading(p, **read) for p in papers],  # type: ignore[arg-type]
                rows,
                translations={"ko": told} if told else {},
            )
    return Archive(str(folder))


def ids(archive: Archive, query: str, limit: int = 10) -> list[str]:
    return [hit.paper.id.removeprefix("arxiv:2601.9") for hit in search(archive, Compass(), query, limit)]


def titled(**titles: str) -> list[Paper]:
    return [paper(int(name[1:]), title=title, abstract="") for name, title in titles.items()]


def test_the_best_by_meaning_and_words_come_first(tmp_path: Path) -> None:
    papers = titled(_1="Owls", _2="Mothlike wings", _3="Moth light traps", _4="Moths and owls")
    archive = filled(tmp_path, {DAY: papers})
    assert ids(archive, "moth light")[0] == "0003"
    assert ids(archive, "moth") == ["0003", "0004", "0002"], "a word found is worth more than a meaning met"
    scores = [hit.score for hit in search(archive, Compass(), "moth", 9)]
    words = WORDS * TITLE / (TITLE + SATURATION)
    assert scores == pytest.approx([1 + words, 0.5**0.5 + words, 1.0], abs=1e-2)


def test_a_name_that_no_vector_knows_is_found_by_its_word(tmp_path: Path) -> None:
    archive = filled(tmp_path, {DAY: [*titled(_1="Owls"), paper(2, authors=("Ada Lovelace",)), paper(3)]})
    assert ids(archive, "LOVELACE") == ["0002"]
    assert ids(archive, "ｂｏ") == ["0001", "0003"], "Bo Madeup, in full-width letters"


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


def test_a_phrase_that_stands_in_a_title_comes_first_and_a_whole_title_before_all(tmp_path: Path) -> None:
    papers = titled(
        _1="Moth moth moth moth",
        _2="The flight of the moth: a study",
        _3="Flight of moth, moth of flight",
        _4="Owls",
    )
    papers.append(paper(5, title="The Flight of the Moth", abstract=""))
    archive = filled(tmp_path, {DAY: papers})
    assert ids(archive, "the flight of the moth")[:2] == ["0005", "0002"]
    assert ids(archive, "THE FLIGHT, of the Moth!")[:2] == ["0005", "0002"]
    assert ids(archive, "moth moth moth")[0] == "0001"


def test_quoted_words_must_stand_as_they_are(tmp_path: Path) -> None:
    papers = [
        *titled(_1="Moths of the night", _2="Night moths", _3="A night (moths!) in the wood"),
        paper(4, title="Owls", abstract="On night\nmoths."),
    ]
    archive = filled(tmp_path, {DAY: papers})
    assert ids(archive, '"night moths"') == ["0002", "0003", "0004"]
    assert set(ids(archive, "“night moths” wood")) == {"0002", "0003", "0004"}
    assert ids(archive, "“night moths” wood")[0] == "0003"
    assert ids(archive, '"moth"') == [], "no plural in quotes"
    assert ids(archive, '"moths owls"') == []
    assert len(ids(archive, 'night "moths')) == 4, "a single mark quotes nothing"


def test_a_name_is_of_one_author(tmp_path: Path) -> None:
    papers = [
        paper(1, authors=("Wei Moon", "Li Wang")),
        paper(2, title="Wang and Wei", authors=("Wei Q. Wang",)),
        paper(3, title="Wei and Wang"),
        paper(4, authors=("Wang, Wei",)),
    ]
    archive = filled(tmp_path, {DAY: papers})
    assert set(ids(archive, "wei wang")[:2]) == {"0002", "0004"}
    assert len(ids(archive, "wei wang")) == 4


@pytest.mark.parametrize(
    "query",
    [
        "2601.90002",
        "arxiv:2601.90002v3",
        "arXiv: 2601.90002",
        "https://arxiv.org/pdf/2601.90002v1",
        "10.48550/arXiv.2601.90002",
        "10.9999/Owl.Two",
        "https://doi.org/10.9999/owl.two",
        "doi:10.9999/owl.two, 2601.90002",
    ],
)
def test_ids_find_their_paper_and_no_other(tmp_path: Path, query: str) -> None:
    days = {DAY: titled(_1="2601.90002"), NEXT: [paper(2, title="Owls", doi="10.9999/owl.TWO"), paper(3)]}
    archive = filled(tmp_path, days)
    assert ids(archive, query) == ["0002"]


def test_several_ids_come_as_they_were_asked_and_unknown_ones_are_nothing(tmp_path: Path) -> None:
    own = paper(7, id="venue/ABC-7")
    archive = filled(tmp_path, {DAY: [paper(1), own], NEXT: [paper(2)]})
    assert ids(archive, "2601.90002 2601.90001 2601.99999") == ["0002", "0001"]
    assert ids(archive, "2601.99999") == ids(archive, "10.9999/none") == ids(archive, "venue/none") == []
    assert ids(archive, "venue/ABC-7") == ["venue/ABC-7"]


def test_nonsense_finds_nothing_and_one_word_of_many_too_little(tmp_path: Path) -> None:
    archive = filled(tmp_path, {DAY: [*titled(_1="Owls", _2="Moths"), *(paper(n) for n in range(3, 30))]})
    assert ids(archive, "xqzzv flurb") == ids(archive, "...") == []
    assert ids(archive, "xqzzv moths") == ["0002"]
    assert ids(archive, "xqzzv flurb grmpf invented") == [], "a word of nearly all papers, among unknown ones"


def test_words_are_found_in_either_number_and_without_accents(tmp_path: Path) -> None:
    papers = titled(_1="Galaxies", _2="A galaxy", _3="Classes of bus", _4="Müller’s “buses”", _5="Pre-training")
    archive = filled(tmp_path, {DAY: papers})
    assert set(ids(archive, "galaxy")) == set(ids(archive, "galaxies")) == {"0001", "0002"}
    assert ids(archive, "class") == ["0003"] and set(ids(archive, "bus")) == {"0003", "0004"}
    assert ids(archive, "muller") == ids(archive, "MÜLLER") == ids(archive, "Mu\u0308ller") == ["0004"]
    assert ids(archive, "pre-training") == ids(archive, "training") == ["0005"]
    assert ids(archive, "the galaxy") == ids(archive, "galaxy"), "words of no weight do not count"


@pytest.mark.parametrize("folder", ["", "memory://search-korean"])
def test_translations_and_readings_are_searched_too(tmp_path: Path, folder: str) -> None:
    korean = {paper(2).id: "대규모 언어모델의 학습"}
    days = {DAY: [paper(1), paper(2)], NEXT: [paper(3)]}
    archive = filled(folder or tmp_path, days, korean, tldr="요약: 나방을 센다.", keyphrases=("zebra finches",))
    assert ids(archive, "언어모델") == ids(archive, "언어 모델 학습") == ["0002"]
    assert ids(archive, "나방") == ids(archive, "zebra finch") == ["0003", "0001", "0002"]


def test_hostile_marks_in_texts_do_not_shift_what_was_found(tmp_path: Path) -> None:
    bad = paper(1, title="Zebra \x1e finch \x1f", abstract="A\x1e\x1eB", authors=("Eve\x1e", ""))
    archive = filled(tmp_path, {DAY: [bad, paper(2, title="Lanterns"), paper(3, authors=())]})
    assert ids(archive, "lanterns") == ["0002"] and ids(archive, "zebra finch") == ["0001"]
    assert ids(archive, "\x1e \ud800 \x1f") == []


def test_only_what_is_wanted_is_found_and_only_what_is_found_is_read_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = filled(tmp_path, {DAY: titled(_1="Moths", _2="Moths"), NEXT: titled(_3="Moths")})
    for whole in ("papers", "enrichments"):
        monkeypatch.setattr(Archive, whole, lambda *day: pytest.fail("an edition was read in full"))

    def wanted(edition: date) -> Callable[[str, str], bool] | None:
        return (lambda key, category: key.endswith("2") and category == "language") if edition == DAY else None

    for query in ("moths", "2601.90003 2601.90001 2601.90002"):
        assert [hit.paper.id[-4:] for hit in search(archive, Compass(), query, 9, wanted)] == ["0002"]
    assert search(archive, Compass(), "moths", 9, lambda edition: None) == []


def test_files_that_are_no_tables_are_one_line_that_names_them(tmp_path: Path) -> None:
    archive = filled(tmp_path, {DAY: titled(_1="Moths")})
    file = tmp_path / f"readings/2026/{DAY}.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArchiveError, match=r"readings/2026/2026-01-05\.parquet is damaged"):
        ids(archive, "moths")
    file.unlink()
    with pytest.raises(ArchiveError, match=r"lacks .*readings/2026/2026-01-05\.parquet"):
        ids(archive, "moths")
