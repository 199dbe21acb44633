"""What a crew of other processes is given, and what it hands back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from digest.archive import Archive
from digest.backfill import fill
from digest.calls import Meter
from digest.config import Config
from digest.errors import ScaleError, SourceError
from digest.intake import foreseen
from digest.pipeline import Parts, parting, publish
from digest.pipeline.everyone import Batch, everyone
from digest.pipeline.preparing import Order, Prepared, Recipe, prepared, prepared_ahead
from digest.records import Assigned, Kind, Listing
from digest.scale import Here
from tests.fakes import FakeEmbedder, FakeReader, FakeWriter, ListSource
from tests.invented import CATEGORIES, paper
from tests.test_backfill import MONDAY, NOW, source
from tests.test_pipeline import silent, tree

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
LISTED = source({MONDAY: range(30), TUESDAY: range(28, 43), WEDNESDAY: range(50, 55)})


class Apart(Here):
    """Does in this process what others would do, and notes which orders there were."""

    apart = True

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def each(self, work, items):  # type: ignore[no-untyped-def]
        for item in items:
            self.orders.append(item)
            yield work(item)


class PaidEmbedder(FakeEmbedder):
    pays = True


def parts(**fields: object) -> Parts:
    return replace(Parts((LISTED,), FakeReader(CATEGORIES), FakeEmbedder(), CATEGORIES), **fields)  # type: ignore[arg-type]


def filled(folder: Path, made: Parts, days: Sequence[date] = (MONDAY, TUESDAY, WEDNESDAY)) -> Archive:
    archive = Archive(str(folder))
    with archive.writing():
        list(fill(days, LISTED, WEDNESDAY, NOW, archive, made, silent, Config()))  # type: ignore[arg-type]
    return archive


def test_what_is_prepared_is_not_made_again_and_changes_nothing(tmp_path: Path) -> None:
    crew, idle = Apart(), FakeReader(CATEGORIES)
    filled(tmp_path / "alone", parts())
    filled(tmp_path / "shared", parts(reader=idle, crew=crew))
    assert tree(tmp_path / "alone") == tree(tmp_path / "shared") and idle.read_ids == []
    # What is in the archive already is not read again.
    assert [len(order.papers) for order in crew.orders] == [30, 13, 5]


def test_an_edition_that_was_begun_is_left_to_its_turn(tmp_path: Path) -> None:
    archive, crew = Archive(str(tmp_path)), Apart()
    with archive.writing():
        archive.journal(TUESDAY).add("nonce", "x")
        list(prepared_ahead((MONDAY, TUESDAY), WEDNESDAY, archive, parts(crew=crew), Config()))
    assert [len(order.papers) for order in crew.orders] == [30, 0]


def test_a_source_that_fails_does_so_in_the_turn_of_its_edition(tmp_path: Path) -> None:
    archive, crew = Archive(str(tmp_path)), Apart()
    broken = parts(sources=(ListSource({}, fails="gone"),), crew=crew)
    assert [found.readings for found in prepared_ahead((MONDAY,), MONDAY, archive, broken, Config()) if found] == [
        None
    ]
    with archive.writing(), pytest.raises(SourceError, match="gone"):
        publish(MONDAY, MONDAY, NOW, archive, broken, silent)


def test_what_is_paid_for_stays_here(tmp_path: Path) -> None:
    writer, crew = FakeWriter(CATEGORIES), Apart()
    paid = parts(reader=writer, backup=FakeReader(CATEGORIES), meter=Meter({}), crew=crew)
    filled(tmp_path / "reader", paid)
    assert {order.recipe.reader for order in crew.orders} == {None} and writer.calls
    assert {order.recipe.embedder for order in crew.orders} == {FakeEmbedder}
    recipe = Recipe.of(replace(paid, embedder=PaidEmbedder()), Config())
    assert recipe.reader is recipe.embedder is None
    ahead = prepared_ahead(
        (MONDAY,), MONDAY, Archive(str(tmp_path)), replace(paid, embedder=PaidEmbedder()), Config()
    )
    assert list(ahead) == [None]


def test_an_empty_order_opens_nothing() -> None:
    made = prepared(Order(Recipe(None, None, Config(), ())))
    assert isinstance(made, Prepared) and made.readings is made.vectors is None


def test_updates_and_known_papers_are_not_foreseen_as_new(tmp_path: Path) -> None:
    archive = filled(tmp_path, parts(), (MONDAY,))
    listed = [
        Listing(paper(3)),
        Listing(paper(4, version=2)),
        Listing(paper(90), Kind.UPDATED),
        Listing(paper(91)),
    ]
    found = foreseen((ListSource({TUESDAY: [listed]}),), TUESDAY, TUESDAY, archive)
    assert [p.id for p in found] == [paper(91).id]


@pytest.mark.parametrize("part", [7, 16, 30])
def test_parts_have_the_rows_with_words_in_their_order(
    tmp_path: Path, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parting, "PART", part)
    monkeypatch.setattr(parting, "FEWEST", 2)
    archive = filled(tmp_path, parts(), (MONDAY, WEDNESDAY))
    vectors = FakeEmbedder().embed([paper(n) for n in range(60, 75)])
    vectors[[0, 3, 14]] = 0
    given = Assigned(np.zeros((15, 3), dtype=np.int32), np.zeros((15, 3), dtype=np.float32))
    # A late edition comes between two that are in the archive.
    latest = Batch(TUESDAY, [f"late {n}" for n in range(15)], vectors, given, ["other"] * 15)
    folk = everyone(archive, latest)
    held = parting.parted(folk, Apart())
    assert held is not None
    found = held.each(np.asarray)
    assert all(len(rows) == part for rows in found[:-1]) and sum(map(len, found)) == 30 + 12 + 5
    assert np.array_equal(np.concatenate(found), folk.vectors[folk.vectors.any(axis=1)])
    assert parting.parted(folk, Here()) is None


def test_few_papers_are_not_cut(tmp_path: Path) -> None:
    assert parting.parted(everyone(filled(tmp_path, parts())), Apart()) is None


def test_workers_that_see_another_archive_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parting, "PART", 8)
    monkeypatch.setattr(parting, "FEWEST", 2)
    folk = everyone(filled(tmp_path / "one", parts()))
    with pytest.raises(ScaleError, match="the workers read other vectors at"):
        parting.parted(replace(folk, vectors=folk.vectors[::-1]), Apart())
    with pytest.raises(ScaleError, match="a worker finds no archive at /nowhere"):
        parting.loaded(parting.Part("/nowhere", (MONDAY,), 0, 1, None, (1, 0)))
