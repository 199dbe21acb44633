import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digest.archive import Archive
from digest.calls import Meter
from digest.config import Config, Interests
from digest.errors import BudgetSpent, ProviderError
from digest.interests import Profile, open_interests
from digest.interests.remembered import Remembered
from digest.pipeline import Parts, estimate
from digest.records import Paper, Reason
from tests.fakes import FakeEmbedder, FakeWriter
from tests.interests.spaces import DIMENSION, FIELDS, field, noise
from tests.invented import CATEGORIES, DAY, paper, reading, report


class SpaceEmbedder(FakeEmbedder):
    """Knows the fields by the names "field 0" and so on, and counts what it is asked."""

    model, dimension = "space", DIMENSION

    def __init__(self, covered: int = 1000) -> None:
        self.asked: list[str] = []
        self.covered = covered

    def embed(self, papers: Sequence[Paper]) -> NDArray[np.float32]:
        return np.stack([self.embed_query(paper.title) for paper in papers])

    def embed_query(self, words: str) -> NDArray[np.float32]:
        if len(self.asked) >= self.covered:
            raise BudgetSpent("the budget of 1 calls for this edition is spent")
        self.asked.append(words)
        return FIELDS[int(words.split()[1])] if words.startswith(("field", "Field")) else 0 * FIELDS[0]


def edition(archive: Archive, day: date, papers: Sequence[Paper], vectors: NDArray[np.float32]) -> None:
    with archive.writing():
        archive.fix_embedder("space", DIMENSION)
        archive.commit(report(day, len(papers)), papers, [reading(p) for p in papers], vectors)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An edition of no field in particular, but for two papers of field 1 and two of field 2: 301 to 304."""
    made = Archive(str(tmp_path / "archive"))
    papers = [paper(n) for n in range(1, 305)]
    edition(made, DAY, papers, np.concatenate([noise(300), field(1, 2, seed=7), field(2, 2, seed=7)]))
    return made


TODAY = [paper(n) for n in range(401, 441)]
# Papers 401 to 404 are of the fields 0 to 3, the others of none.
VECTORS = np.concatenate([*(field(n, 1, seed=9) for n in range(4)), noise(36, seed=4)])


def profile(archive: Archive, embedder: SpaceEmbedder | None = None, **wishes: object) -> Profile:
    config = Config(workspace=Path(archive.store.root).parent, interests=Interests.model_validate(wishes))
    found = open_interests(config, archive, embedder or SpaceEmbedder())
    assert found is not None
    return found


def picked(archive: Archive, **wishes: object) -> dict[str, tuple[Reason, ...]]:
    return {pick.paper_id: pick.reasons for pick in profile(archive, **wishes).picks(TODAY, VECTORS)}


def test_nothing_wished_for_is_no_profile_and_no_file(archive: Archive) -> None:
    embedder = SpaceEmbedder()
    for nothing in ({}, {"mute": ["x"]}, {"disliked": ["2601.90303"]}):
        config = Config(interests=Interests.model_validate(nothing))
        assert open_interests(config, archive, embedder) is None
    assert not embedder.asked and not archive.store.names("interests")


def test_a_query_and_a_liked_paper_are_met_and_named(archive: Archive) -> None:
    assert picked(archive, queries=["field 0"], papers=["2601.90301", "2601.90302"]) == {
        TODAY[0].id: (Reason("query", "field 0"),),
        TODAY[1].id: (Reason("paper", "An Invented Paper, Number 302"),),
    }


def test_an_interest_that_nothing_meets_yields_nothing(archive: Archive) -> None:
    wishes = profile(archive, queries=["field 0"], authors=["Grace Nobody"], keywords=["zebra"])
    assert wishes.picks(TODAY[4:], VECTORS[4:]) == ()
    assert wishes.picks([], VECTORS[:0]) == () and wishes.scores([], VECTORS[:0]) == []


def test_words_that_the_embedder_does_not_know_meet_nothing(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "my.bib").write_text("@misc{a, title={언어}}", encoding="utf-8")
    assert picked(archive, queries=["언어", "field 0"], bibliography=["my.bib"]) == {
        TODAY[0].id: (Reason("query", "field 0"),)
    }


def test_authors_and_keywords_need_no_vectors_at_all(archive: Archive) -> None:
    embedder = SpaceEmbedder(0)
    some = [
        replace(TODAY[5], authors=("Grace Someone",), title="A lamp"),
        replace(TODAY[6], title="On Zebras, a Zebra", abstract="By a lamp."),
        replace(TODAY[7], title="Lamp 7"),
    ]
    wishes = profile(archive, embedder, authors=["Someone, Grace"], keywords=["zebra", "lamp"])
    picks = wishes.picks(some, VECTORS[:3])
    assert [(pick.paper_id, pick.score, pick.reasons) for pick in picks] == [
        (some[0].id, 2.75, (Reason("author", "Someone, Grace"), Reason("keyword", "lamp"))),
        (some[1].id, 2.0, (Reason("keyword", "zebra"), Reason("keyword", "lamp"))),
        (some[2].id, 1.5, (Reason("keyword", "lamp"),)),
    ]
    assert not embedder.asked


def test_at_most_ten_are_picked_best_first_and_equals_by_id(archive: Archive) -> None:
    picks = profile(archive, authors=["Ada Invented"]).picks(TODAY[::-1], VECTORS)
    assert [pick.paper_id for pick in picks] == [p.id for p in TODAY[:10]]


def lamps(count: int, **fields: str) -> list[Paper]:
    return [*(replace(one, **(fields or {"title": "A lamp"})) for one in TODAY[:count]), *TODAY[count:]]


def scored(today: Sequence[Paper], tmp_path: Path, **wishes: object) -> tuple[float, str]:
    """The first paper's score, and the kind of its first reason if it is picked."""
    found = profile(Archive(str(tmp_path / "fresh")), **wishes)
    picks = {pick.paper_id: pick for pick in found.picks(today, VECTORS)}
    first = picks.get(today[0].id)
    return found.scores(today, VECTORS)[0], first.reasons[0].kind if first else ""


@pytest.mark.parametrize(
    ("count", "score", "kind"),
    [(1, 1.5, "keyword"), (3, 1.5, "keyword"), (5, 1.244, "common"), (10, 0.787, ""), (40, 0.0, "")],
)
def test_a_keyword_that_many_papers_have_counts_for_less(
    tmp_path: Path, count: int, score: float, kind: str
) -> None:
    assert scored(lamps(count), tmp_path, keywords=["lamp"]) == (score, kind)


def test_the_papers_before_tell_how_common_a_keyword_is(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    few, wishes = lamps(10), profile(archive, keywords=["lamp", "number"])
    with caplog.at_level(logging.WARNING):
        assert len(wishes.picks(few, VECTORS)) == len(wishes.picks(few, VECTORS)) == 10
    assert caplog.messages == ["the keyword 'number' is in 100% of the newest papers: it picks none by itself"]


def test_too_few_papers_do_not_tell_how_common_a_keyword_is(tmp_path: Path) -> None:
    fresh = profile(Archive(str(tmp_path / "fresh")), keywords=["invented"])
    assert len(fresh.picks(TODAY[:19], VECTORS[:19])) == 10 and not fresh.picks(TODAY, VECTORS)


def test_a_muted_paper_is_never_picked_nor_read_first(archive: Archive) -> None:
    wishes = profile(archive, queries=["field 0"], authors=["Ada Invented"], mute=["Number 401"])
    assert TODAY[0].id not in {pick.paper_id for pick in wishes.picks(TODAY, VECTORS)}
    assert wishes.scores(TODAY, VECTORS)[0] == 0 < wishes.scores(TODAY, VECTORS)[1]


def test_what_is_disliked_weighs_against(archive: Archive) -> None:
    liked = {"queries": ["field 2"]}
    assert set(picked(archive, **liked)) == {TODAY[2].id}
    assert picked(archive, **liked, disliked=["2601.90303", "arxiv:2601.90304"]) == {}


def test_a_paper_that_the_reader_has_already_is_no_news(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "my.bib").write_text(
        "@misc{a, title={Field 3}}"
        "@misc{b, title={field 3 and more}}"
        "@misc{c, title={Field 2}, eprint={2601.90403}, archivePrefix={arXiv}}",
        encoding="utf-8",
    )
    # The first is there by its title, the second by its id; the third is liked; the last is new.
    fields, rest = [3, 2, 1, 3], VECTORS[4:]
    titles = ["FIELD -- 3", "Moths", "Moths", "A paper of field 3"]
    own = [replace(TODAY[n], title=title) for n, title in zip(fields[:3], titles, strict=False)]
    own.append(replace(TODAY[0], title=titles[-1]))
    vectors = np.concatenate([*(field(n, 1, seed=9) for n in fields), rest])
    found = profile(archive, bibliography=["my.bib"], papers=["2601.90402"]).picks([*own, *TODAY[4:]], vectors)
    assert [(pick.paper_id, pick.reasons[0].kind) for pick in found] == [(own[-1].id, "bibliography")]


def test_vectors_are_paid_for_once_and_forgotten_with_the_wish(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "my.bib").write_text("@misc{a, title={Field 3}}", encoding="utf-8")
    wishes = {"queries": ["field 0", "field 1"], "papers": ["2601.90303"], "bibliography": ["my.bib"]}
    first, second, third = SpaceEmbedder(), SpaceEmbedder(), SpaceEmbedder()
    assert profile(archive, first, **wishes).unpaid() == (3, len("field 0field 1Field 3")) and not first.asked
    picks = profile(archive, first, **wishes).picks(TODAY, VECTORS)
    assert profile(archive, first, **wishes).unpaid() == (0, 0)
    assert sorted(first.asked) == ["Field 3", "field 0", "field 1"] and len(picks) == 4
    assert profile(archive, second, **wishes).picks(TODAY, VECTORS) == picks and not second.asked
    assert archive.store.names("interests") == [f"interests/space-{DIMENSION}.parquet"]
    profile(archive, third, queries=["field 1"]).picks(TODAY, VECTORS)
    profile(archive, third, **wishes).picks(TODAY, VECTORS)
    assert sorted(third.asked) == ["Field 3", "field 0"]


def test_an_estimate_tells_what_interests_will_cost(archive: Archive) -> None:
    meter = Meter({"space": (1.0, 0.0)})
    wishes = profile(archive, queries=["field 0", "field 1"])
    parts = Parts((), FakeWriter(CATEGORIES, meter), SpaceEmbedder(), CATEGORIES, meter=meter, interests=wishes)
    assert dict(estimate(parts, TODAY))["interests"].calls == 2
    wishes.picks(TODAY, VECTORS)
    assert "interests" not in dict(estimate(parts, TODAY)) and "embedding" in dict(estimate(parts, TODAY))


def test_a_budget_that_is_spent_leaves_interests_for_later(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    wishes, short = {"queries": ["field 0", "field 1", "field 2"], "keywords": ["zebra"]}, SpaceEmbedder(2)
    with caplog.at_level(logging.WARNING):
        assert len(profile(archive, short, **wishes).picks(TODAY, VECTORS)) == 2
    assert "the budget of 1 calls" in caplog.text
    later = SpaceEmbedder()
    assert len(profile(archive, later, **wishes).picks(TODAY, VECTORS)) == 3 and later.asked == ["field 2"]


def test_a_service_that_fails_costs_nothing_twice(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = SpaceEmbedder()
    profile(archive, embedder, queries=["field 0"]).picks(TODAY, VECTORS)
    ask = embedder.embed_query

    def fails(words: str) -> NDArray[np.float32]:
        if words == "field 3":
            raise ProviderError("down")
        return ask(words)

    monkeypatch.setattr(embedder, "embed_query", fails)
    with pytest.raises(ProviderError):
        profile(archive, embedder, queries=["field 1", "field 3", "field 0"]).picks(TODAY, VECTORS)
    monkeypatch.undo()
    profile(archive, embedder, queries=["field 1", "field 3", "field 0"]).picks(TODAY, VECTORS)
    assert embedder.asked == ["field 0", "field 1", "field 3"]


def test_a_liked_paper_is_sought_once_and_found_in_the_edition_that_brings_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[date] = []
    vectors = archive.vectors
    monkeypatch.setattr(archive, "vectors", lambda day, *space: looked.append(day) or vectors(day, *space))

    def sought(*ids: str) -> tuple[list[str], list[date]]:
        looked.clear()
        with Remembered(archive, SpaceEmbedder()) as remembered:
            found = remembered.papers([f"arxiv:{i}" for i in ids])
        return [kept.text.rpartition(" ")[2] for kept in found], list(looked)

    old, late, early = "2601.90301", "2601.90777", "2602.00001"
    tuesday, wednesday = (DAY + timedelta(days=n) for n in (1, 2))
    assert sought(late) == ([], [])
    assert sought(old, late) == (["301"], [DAY])
    assert sought(old, late) == (["301"], [])
    edition(archive, tuesday, [paper(777)], field(1, 1))
    edition(archive, wednesday, [paper(778)], field(1, 1))
    assert sought(old, late, early) == (["301", "777"], [DAY, tuesday])
    assert sought(old, late, early) == (["301", "777"], [])


def test_an_updated_paper_whose_first_version_no_edition_has_is_sought_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuesday = DAY + timedelta(days=1)
    with archive.writing():
        archive.commit(report(tuesday, 0, updated=(paper(999, version=2),)))
    looked: list[date] = []
    vectors = archive.vectors
    monkeypatch.setattr(archive, "vectors", lambda day, *space: looked.append(day) or vectors(day, *space))
    for expected in ([DAY], []):
        looked.clear()
        with Remembered(archive, SpaceEmbedder()) as remembered:
            assert remembered.papers([paper(999).id]) == []
        assert looked == expected


def test_too_few_papers_say_nothing_of_what_is_usual(tmp_path: Path) -> None:
    fresh = Archive(str(tmp_path / "archive"))
    wishes = {"queries": ["field 0"]}
    assert profile(fresh, **wishes).picks(TODAY[:5], VECTORS[:5]) == ()
    assert [pick.paper_id for pick in profile(fresh, **wishes).picks(TODAY, VECTORS)] == [TODAY[0].id]


def test_another_embedder_has_vectors_of_its_own(archive: Archive) -> None:
    first, spare = SpaceEmbedder(0), SpaceEmbedder()
    wishes = profile(archive, first, queries=["field 0"])
    assert wishes.embedded_by(first) is wishes
    assert wishes.embedded_by(spare).picks(TODAY, VECTORS)[0].paper_id == TODAY[0].id
    assert spare.asked == ["field 0"]


def test_the_same_picks_in_any_order_and_company(archive: Archive) -> None:
    wishes = profile(archive, queries=["field 0"], papers=["2601.90301"], keywords=["Number 420"])
    picks = wishes.picks(TODAY, VECTORS)
    assert wishes.picks(TODAY[::-1], VECTORS[::-1]) == picks and len(picks) == 3
    scores = wishes.scores(TODAY, VECTORS)
    assert [pick.score for pick in picks] == sorted(filter(lambda s: s >= 1, scores), reverse=True)


def test_a_damaged_file_of_vectors_is_one_line(archive: Archive) -> None:
    profile(archive, queries=["field 0"]).picks(TODAY, VECTORS)
    archive.store.write(f"interests/space-{DIMENSION}.parquet", b"no parquet")
    with pytest.raises(Exception, match="is damaged") as caught:
        profile(archive, queries=["field 0"]).picks(TODAY, VECTORS)
    assert "\n" not in str(caught.value)
