"""Cards in a file: they come back as they were, and nothing of them stays on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from digest.assets import Assets
from digest.map.cards import Cards, column, linked
from digest.map.observed import Earlier
from digest.map.observing import observe
from digest.map.page.overview import among, write_pages
from digest.map.picture import picture
from digest.records.maps import MapPaper, MapView
from tests.invented_maps import FIRST_DAY, map_paper, map_view, nasty_view
from tests.map.test_overview import CHUNK, LIMIT, files, libraries

__all__ = ["libraries"]
NAMES = [field.name for field in fields(MapPaper)]


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[Cards]:
    with Cards(tmp_path) as made:
        yield made


def filed(view: MapView, cards: Cards) -> MapView:
    for paper in view.papers:
        cards.add(paper)
    return replace(view, papers=cards)


@pytest.mark.parametrize("view", [map_view(300), nasty_view()], ids=["plain", "hostile"])
def test_they_are_read_back_as_they_were(view: MapView, cards: Cards) -> None:
    filed(view, cards)
    assert list(cards) == list(view.papers) and len(cards) == len(view.papers)
    for name in NAMES:
        assert list(column(cards, name)) == list(column(view.papers, name)) == [getattr(p, name) for p in cards]
    assert cards[-1] == view.papers[-1] and cards[2:9:3] == view.papers[2:9:3]
    with pytest.raises(IndexError):
        cards[len(cards)]


def test_any_text_comes_back(cards: Cards) -> None:
    texts = ("\ud800 half", "\0", '"],["', "\u2028\n\r", "🦉" * 2000, "", "\\u0041")
    papers = [map_paper(n, 0, title=text, authors=(text, text), abstract=text) for n, text in enumerate(texts)]
    papers.append(map_paper(99, 0, authors=(), topics=(), categories=(), provisional=True))
    for paper in papers:
        cards.add(paper)
        assert cards[0] == papers[0], "reading does not disturb writing"
    assert list(reversed(cards)) == papers[::-1]


def test_links_are_made_when_asked_for_and_may_be_made_of_links(cards: Cards) -> None:
    view = filed(map_view(20), cards)
    there = linked(linked(cards, lambda paper: f"{paper.date}#{paper.id}"), lambda paper: f"../{paper.report_url}")
    assert there[3].report_url == f"../{view.papers[3].date}#{view.papers[3].id}"
    assert column(there, "report_url") == [paper.report_url for paper in there]
    assert column(there, "id") is column(cards, "id"), "what is at hand is not copied"
    part = among(replace(view, papers=there), [7, 2], "Part")
    assert [p.id for p in part.papers] == list(column(part.papers, "id")) == [cards[7].id, cards[2].id]
    assert part.papers[1].report_url == f"../../../{view.papers[2].date}#{view.papers[2].id}"
    assert column(part.papers, "title") == [cards[7].title, cards[2].title]


@pytest.mark.parametrize("view", [map_view(400), nasty_view()], ids=["plain", "hostile"])
@pytest.mark.parametrize("limit", [LIMIT, 10_000])
def test_the_page_is_the_same(view: MapView, limit: int, cards: Cards, tmp_path: Path, libraries: Path) -> None:
    assets, apart = Assets(tmp_path), filed(view, cards)
    for name, shown in (("memory", view), ("file", apart)):
        write_pages(shown, tmp_path / name, libraries, assets, assets.strings("en"), limit, CHUNK)
    assert files(tmp_path / "memory") == files(tmp_path / "file")


def test_what_is_seen_on_it_is_the_same(cards: Cards, tmp_path: Path) -> None:
    view, phrases = map_view(300), Assets(tmp_path).strings("en")
    apart = filed(view, cards)
    earlier = Earlier(FIRST_DAY, frozenset(paper.id for paper in view.papers[:200]))
    assert observe(apart, earlier) == observe(view, earlier)
    assert picture(apart, phrases) == picture(view, phrases)


def test_days_before_the_calendar_of_computers(cards: Cards) -> None:
    cards.add(map_paper(1, 1, date=date(1665, 3, 6)))
    assert cards[0].date == date(1665, 3, 6)


def test_the_folder_is_made_and_the_file_has_no_name_in_it(tmp_path: Path) -> None:
    with Cards(tmp_path / "deep" / "er") as cards:
        cards.add(map_paper(1, 1))
        assert os.name == "nt" or not list((tmp_path / "deep" / "er").iterdir())
    assert not list((tmp_path / "deep" / "er").iterdir())
    with pytest.raises(ValueError, match="closed"):
        cards[0]


def test_a_killed_program_leaves_nothing(tmp_path: Path) -> None:
    script = f"""
import os, signal
from pathlib import Path
from digest.map.cards import Cards
from tests.invented_maps import map_paper
cards = Cards(Path({str(tmp_path)!r}))
for number in range(50):
    cards.add(map_paper(number, 0))
assert cards[0].id
os.kill(os.getpid(), signal.SIGKILL)
"""
    top = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=top, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    assert not list(tmp_path.iterdir())
