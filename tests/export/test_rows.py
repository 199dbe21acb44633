from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from digest.archive import Archive
from digest.archive.clustering import Clustering, Fold
from digest.errors import ArchiveError
from digest.export import Selection, Shelves, rows
from digest.records import UNSORTED, Assigned, Topic, Topics
from tests.any_text import HOSTILE
from tests.export.rows import HOSTILE_ROWS, hostile
from tests.invented import CATEGORIES, DAY, paper, reading, report, vectors

DAYS = [DAY + timedelta(days=n) for n in range(3)]
NEXT_YEAR = date(2027, 1, 4)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three days of two papers, one of language and one of vision, the second in topic 2; and one next year."""
    made = Archive(str(tmp_path))
    with made.writing():
        made.fix_embedder("test", 4)
        for number, day in enumerate([*DAYS, NEXT_YEAR]):
            papers = [paper(10 * number + n) for n in (0, 1)]
            readings = [reading(papers[0]), reading(papers[1], "vision")]
            made.commit(report(day), papers, readings, vectors(2), fold=fold(day, [p.id for p in papers]))
    return made


def fold(day: date, ids: list[str]) -> Fold:
    topics = (Topic(1, DAY, "Words"), Topic(2, DAY, "Moving | scenes"))
    state = Topics.start(4)
    assigned = np.array([[1, 2, UNSORTED], [2, UNSORTED, UNSORTED]], dtype=np.int32)
    found = Assigned(assigned, np.zeros((2, 3), dtype=np.float32))
    nothing = np.zeros((0, 4), dtype=np.float32)
    return Fold(Clustering(topics, state, (), nothing, np.zeros(0, dtype=np.int64)), {day: (ids, found)})


def chosen(archive: Archive, wanted: Selection) -> list[str]:
    shelves = Shelves(archive, archive.clustering, CATEGORIES, "ko")
    return [row.id.removeprefix("arxiv:2601.900") for row in rows(archive, shelves, wanted)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Selection(), "00 01 10 11 20 21 30 31"),
        (Selection(since=DAYS[1]), "10 11 20 21 30 31"),
        (Selection(DAYS[1], DAYS[1]), "10 11"),
        (Selection(until=DAYS[0], category="vision"), "01"),
        (Selection(topic=2, since=DAYS[2]), "21 31"),
        (Selection(topic=1, category="vision"), ""),
        (Selection(since=DAYS[2], until=DAYS[0]), ""),
    ],
)
def test_papers_are_chosen_oldest_first(archive: Archive, wanted: Selection, expected: str) -> None:
    assert chosen(archive, wanted) == expected.split()


def test_a_row_names_category_and_topics(archive: Archive) -> None:
    shelves = Shelves(archive, archive.clustering, CATEGORIES, "ko")
    first, second = list(rows(archive, shelves, Selection(until=DAYS[0])))
    assert (first.category, first.category_name, first.topics) == ("language", "언어", ("t1", "t2"))
    assert second.topic_names == ("Moving | scenes",) and second.edition == DAY


def test_one_edition_is_held_at_a_time(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[date] = []
    papers: Callable[[Archive, date], object] = Archive.papers
    monkeypatch.setattr(Archive, "papers", lambda self, day: (read.append(day), papers(self, day))[1])
    found = rows(archive, Shelves(archive, None, CATEGORIES, "en"), Selection())
    next(found), next(found)
    assert read == DAYS[:1]
    next(found)
    assert read == DAYS[:2]


def test_assignments_are_read_once_a_year(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    assigned: Callable[[Archive, int], object] = Archive.assigned_in
    monkeypatch.setattr(Archive, "assigned_in", lambda self, year: (read.append(year), assigned(self, year))[1])
    chosen(archive, Selection())
    assert read == [2026, 2027]


def test_papers_without_their_readings_are_a_failure(archive: Archive, tmp_path: Path) -> None:
    name = next(tmp_path.glob("readings/2026/*01-05*"))
    name.write_bytes(next(tmp_path.glob("readings/2026/*01-06*")).read_bytes())
    with pytest.raises(ArchiveError, match="papers and readings of 2026-01-05 do not agree"):
        chosen(archive, Selection())


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_is_one_visible_line(text: str) -> None:
    row = hostile(text)
    words = [getattr(row, name) for name in row.__slots__]
    told = [w for word in words for w in (word if isinstance(word, tuple) else [word]) if isinstance(w, str)]
    assert all("\n" not in w and not set(w) & set("\x00\x07\x1b\u202e\u2066\u200b\u2028\u2029\x85") for w in told)
    assert row.url == "" or row.url.startswith("http")


def test_there_are_rows_to_try() -> None:
    assert len(HOSTILE_ROWS) == len(HOSTILE)
