"""The map by problem and by method: what is embedded, when, at whose cost; and that clusters keep their names."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digest.archive import Archive
from digest.calls import Allowance, Meter
from digest.errors import ArchiveError, ProviderError
from digest.pipeline import Drawn, Parts, draw, judging, keep, names_judged, publish, with_aspects
from digest.records import UNSORTED, Enrichment, Listing, Paper, Spending
from tests.fakes import FakeEmbedder, FakeReader, ListSource
from tests.invented import CATEGORIES, paper, reading
from tests.test_pipeline import silent

KINDS = ("moths", "candles", "owls", "sparks", "clouds", "bridges")
WAYS = ("hammers", "pianos", "letters")
MONDAY, TUESDAY, NEXT_MONDAY = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 12)


def listed(first: int, count: int) -> list[Listing]:
    return [Listing(paper(n, title=f"{said(KINDS, n, n)} on {KINDS[n % 6]}")) for n in range(first, first + count)]


def said(words: Sequence[str], which: int, number: int) -> str:
    """One of the words three times and some other words once: no two texts are all the same."""
    word = words[which % len(words)]
    return " ".join([word] * 3 + [KINDS[number // 7 % 6], WAYS[number // 5 % 3]])


DAYS = {MONDAY: [listed(1, 90)], TUESDAY: [listed(91, 12)], NEXT_MONDAY: [listed(103, 30)]}


class Telling(FakeReader):
    """Says by what method papers went, whatever they are about; of every tenth not even that."""

    def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
        return [self._told(p) for p in papers]

    def _told(self, of: Paper) -> Enrichment:
        number = int(of.id[-4:])
        way = WAYS[number // 6 % 3]
        method = "" if number % 10 == 0 else said(WAYS, number // 6, number)
        return reading(of, problem=f"{of.title} are few", method=method, keyphrases=(way, of.title.split()[0]))


class Counting(FakeEmbedder):
    """Notes what it was asked for; `fails` from so many texts on."""

    def __init__(self, pays: bool = False, fails: int = 10**6) -> None:
        self.texts: list[str] = []
        self.pays, self.fails = pays, fails

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(self.texts) + len(texts) > self.fails:
            raise ProviderError("the service is down")
        self.texts += texts
        return super().embed_texts(texts)


def parts(embedder: FakeEmbedder | None = None, **fields: object) -> Parts:
    made = Parts((ListSource(DAYS),), Telling(CATEGORIES), embedder or Counting(), CATEGORIES)
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return published(Archive(str(tmp_path / "archive")), MONDAY)


def published(archive: Archive, *days: date) -> Archive:
    with archive.writing():
        for day in days:
            publish(day, NEXT_MONDAY, "2026-01-12T09:00", archive, parts(), silent)
    return archive


def mapped(archive: Archive, day: date, made: Parts, rebuild: bool = False) -> tuple[Drawn, dict[str, str]]:
    """One run: from a fresh look at the disk to what is kept."""
    archive = Archive(archive.store.url)
    with archive.writing():
        drawn, left = with_aspects(archive, draw(archive, day, rebuild), made, day)
        keep(archive, drawn)
    return drawn, dict(left)


def names(drawn: Drawn, key: str) -> dict[int, str]:
    return {topic.id: topic.name for topic in drawn.aspects[key].clusters.live.values()}


def test_papers_are_sorted_by_method_whatever_they_are_about(archive: Archive) -> None:
    drawn, left = mapped(archive, MONDAY, parts())
    aspect = drawn.aspects["method"]
    numbers = np.array([int(i[-4:]) for i in drawn.everyone.ids])
    silent_ = numbers % 10 == 0
    assert not left and (aspect.first[silent_] == UNSORTED).all()
    assert (aspect.positions[silent_] == drawn.positions[silent_]).all()
    ways = [{WAYS[n // 6 % 3] for n in numbers[aspect.first == topic]} for topic in names(drawn, "method")]
    assert len(ways) >= 3 and all(len(found) == 1 for found in ways)
    assert len(set(names(drawn, "method").values())) == len(ways)
    assert {name.split()[0].lower() for name in names(drawn, "method").values()} & set(WAYS)
    assert not any(topic.exemplars or topic.newest for topic in aspect.clusters.topics)


def test_each_text_is_embedded_once_and_only_those_of_new_editions_later(archive: Archive) -> None:
    first, again, later = Counting(), Counting(), Counting()
    drawn, _ = mapped(archive, MONDAY, parts(first))
    assert len(first.texts) == 90 + 81
    same, _ = mapped(archive, MONDAY, parts(again))
    assert not again.texts and not same.changed
    for key, aspect in drawn.aspects.items():
        assert (same.aspects[key].positions == aspect.positions).all()
        assert (same.aspects[key].first == aspect.first).all()
    mapped(published(archive, TUESDAY), TUESDAY, parts(later))
    assert len(later.texts) == 12 + 11


def test_between_rebuilds_nobody_moves_and_newcomers_join_clusters(archive: Archive) -> None:
    before, _ = mapped(archive, MONDAY, parts())
    after, _ = mapped(published(archive, TUESDAY), TUESDAY, parts())
    assert not after.rebuilt and after.known.sum() == 90
    for key in ("problem", "method"):
        old, new = before.aspects[key], after.aspects[key]
        assert (new.positions[:90] == old.positions).all() and (new.first[:90] == old.first).all()
        assert names(before, key) == names(after, key)
        assert (new.first[90:] != UNSORTED).mean() > 0.6


def test_clusters_keep_their_ids_and_names_over_a_rebuild(archive: Archive) -> None:
    before, _ = mapped(archive, MONDAY, parts())
    after, _ = mapped(published(archive, TUESDAY, NEXT_MONDAY), NEXT_MONDAY, parts())
    assert after.rebuilt
    for key in ("problem", "method"):
        old, new = names(before, key), names(after, key)
        kept = old.keys() & new.keys()
        assert len(kept) >= 0.8 * len(old) and sum(old[i] == new[i] for i in kept) >= 0.7 * len(kept)


@pytest.mark.parametrize(("calls", "embedded"), [(1, 90), (0, 171)])
def test_what_the_budget_does_not_cover_is_left_out_and_told(archive: Archive, calls: int, embedded: int) -> None:
    meter, embedder = Meter({}, Allowance(calls=calls)), Counting(pays=True)
    meter.begin((), (), lambda bill: None)
    ask = embedder.embed_texts

    def asked(texts: Sequence[str]) -> NDArray[np.float32]:
        with meter.reserved(spending := Spending("embed", "fake", 1)) as settle:
            settle(spending)
        return ask(texts)

    embedder.embed_texts = asked  # type: ignore[method-assign]
    drawn, left = mapped(archive, MONDAY, parts(embedder, meter=meter))
    assert len(embedder.texts) == embedded
    if calls:
        assert drawn.aspects.keys() == {"problem"}
        assert left == {"method": "the budget does not cover the vectors of 81 texts"}
        assert mapped(archive, MONDAY, parts())[0].aspects.keys() == {"problem", "method"}
    else:
        assert drawn.aspects.keys() == {"problem", "method"} and not left


def test_a_service_that_fails_costs_the_newcomers_their_cluster_not_the_map(archive: Archive) -> None:
    before, _ = mapped(archive, MONDAY, parts())
    after, left = mapped(published(archive, TUESDAY), TUESDAY, parts(Counting(fails=0)))
    assert left == dict.fromkeys(("problem", "method"), "the service is down")
    assert (after.aspects["method"].first[90:] == UNSORTED).all()
    assert names(after, "method") == names(before, "method")


def test_the_vectors_are_of_the_archives_space_alone(archive: Archive) -> None:
    foreign = Counting()
    foreign.model = "another"
    drawn, left = mapped(archive, MONDAY, parts(foreign))
    assert not drawn.aspects and set(left.values()) == {"its vectors need fake"} and not foreign.texts
    assert mapped(archive, MONDAY, parts(foreign, spare=Counting()))[0].aspects


def test_a_run_that_was_cut_short_asks_for_the_rest_only(archive: Archive) -> None:
    published(archive, TUESDAY)
    with pytest.raises(KeyboardInterrupt):
        mapped(archive, TUESDAY, parts(Cut()))
    rest = Counting()
    mapped(archive, TUESDAY, parts(rest))
    assert len(rest.texts) == 12 + 81 + 11


class Cut(Counting):
    """Is killed at the second edition."""

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.texts:
            raise KeyboardInterrupt
        return super().embed_texts(texts)


def test_a_text_that_was_read_anew_has_a_vector_of_its_own(archive: Archive) -> None:
    rows = np.ones((1, 8), dtype=np.float32)
    archive.add_aspect_vectors(MONDAY, "method", {"a": "by hand"}, rows)
    assert (archive.aspect_vectors(MONDAY, "method", {"a": "by hand"}) == rows).all()  # type: ignore[union-attr]
    for texts in ({"a": "by machine"}, {"b": "by hand"}):
        assert archive.aspect_vectors(MONDAY, "method", texts) is None
    assert archive.aspect_vectors(MONDAY, "problem", {"a": "by hand"}) is None
    (name,) = archive.store.names("vectors/fake-8-method")
    os.truncate(archive.store.path(name), 20)
    with pytest.raises(ArchiveError, match="is damaged"):
        archive.aspect_vectors(MONDAY, "method", {"a": "by hand"})


def test_only_the_files_of_the_current_map_are_kept_and_those_of_another_space_are_not_read(
    archive: Archive,
) -> None:
    mapped(archive, MONDAY, parts())
    drawn, _ = mapped(archive, TUESDAY, parts(), rebuild=True)
    kept = Archive(archive.store.url)
    stems = {name.split("/")[1].split(".")[0] for name in kept.store.names("map")}
    assert stems == {kept.head.map.split("/")[1].split(".")[0]} and len(kept.store.names("map")) == 6
    places = kept.layout
    assert places is not None and places.aspects.keys() == {"problem", "method"}
    kept.__dict__["head"] = replace(kept.head, embedder="another", dimension=4)
    assert kept.layout is not None and not kept.layout.aspects
    assert drawn.rebuilt and drawn.known.all()


def test_names_are_judged_by_papers_that_no_namer_looks_at(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(archive, TUESDAY, NEXT_MONDAY)
    drawn, _ = mapped(archive, NEXT_MONDAY, parts())
    fresh = Archive(archive.store.url)
    # Namers see all papers of topics as small as these.
    judged = names_judged(fresh, drawn, parts())
    assert judged is not None and judged.asked == 0
    monkeypatch.setattr(judging, "CENTRAL", 2)
    monkeypatch.setattr(judging, "BOUNDARY", 1)
    judged = names_judged(fresh, drawn, parts())
    assert judged is not None and judged.asked > 50 and judged.found > 0.5
    meter = Meter({}, Allowance(calls=1))
    meter.begin((Spending("embed", "fake", 1),), (), lambda bill: None)
    assert names_judged(fresh, drawn, parts(Counting(pays=True), meter=meter)) is None
    assert names_judged(fresh, drawn, parts(Counting(fails=0))) is None
