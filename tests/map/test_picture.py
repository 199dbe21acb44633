"""The map as a picture: what is on it, that names keep apart, and that the same map gives the same bytes."""

from __future__ import annotations

import io
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from digest.assets import Assets
from digest.map import lettering
from digest.map import picture as room
from digest.map.lettering import kind_colour, shifts, wrapped, writable
from digest.map.picture import drawing, picture
from digest.records import Category
from digest.records.maps import Assignment, MapView
from tests.invented_maps import map_view, nasty_view

KOREAN = "대규모 언어 모델"


def phrases(language: str = "en") -> dict[str, str]:
    return Assets(Path()).strings(language)


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def words(svg: str) -> list[str]:
    return [
        "".join(found.itertext()).strip() for found in ElementTree.fromstring(svg).iter() if "text" in found.tag
    ]


def crowded(topics: int = 120) -> MapView:
    """Far more names in one place than there is room for."""
    view = map_view(600)
    labels = np.arange(600, dtype=np.int32) % topics
    names = tuple(f"What is known of subject number {i}" for i in range(topics))
    groups, group_names = tuple(i % 12 for i in range(topics)), tuple(f"A large category, {i}" for i in range(12))
    shown = Assignment("topics", labels, names, groups, group_names)
    positions = np.random.default_rng(5).normal(size=(600, 2)).astype(np.float32)
    return replace(view, positions=positions, assignments=(shown,))


@pytest.fixture
def latin_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine with no other font than matplotlib's own."""
    monkeypatch.setattr(lettering, "FAMILIES", ("DejaVu Sans",))
    for cached in (lettering.families, lettering._glyphs):
        cached.cache_clear()
    yield
    for cached in (lettering.families, lettering._glyphs):
        cached.cache_clear()


def test_a_picture_has_its_size_and_the_same_bytes_each_time() -> None:
    png = picture(map_view(), phrases())
    assert png == picture(map_view(), phrases())
    assert opened(png).size == (1600, 1200) and opened(png).mode == "P"
    assert not opened(png).info.keys() & {"Software", "Creation Time", "Date"}
    svg = drawing(map_view(), phrases())
    assert svg == drawing(map_view(), phrases())
    assert "matplotlib" not in svg.lower() and "2026-03-06" in svg and "dc:date" not in svg


def test_it_names_the_map_its_papers_its_categories_and_topics() -> None:
    found = words(drawing(map_view(), phrases()))
    assert {"A map of invented papers", "300 papers · 2026-03-06"} <= set(found)
    assert {"Language", "Vision", "Other", "Whales at large", "Orchids at large"} <= set(found)


def test_large_and_small_maps_stay_small_files() -> None:
    noise = np.random.default_rng(1)
    view = map_view(600)
    times = 90
    positions = np.repeat(view.positions, times, axis=0) + noise.normal(size=(600 * times, 2), scale=0.3)
    labels = np.repeat(view.assignments[0].labels, times)
    papers = tuple(paper for paper in view.papers for _ in range(times))
    shown = replace(view.assignments[0], labels=labels)
    large = replace(view, papers=papers, positions=positions.astype(np.float32), assignments=(shown,))
    assert "54,000 papers" in " ".join(words(drawing(large, phrases())))
    assert len(picture(large, phrases())) < 600_000
    assert len(drawing(large, phrases())) < 900_000


def test_the_ground_is_light_or_dark() -> None:
    view = map_view()
    for dark, ground in ((False, (255, 255, 255)), (True, (13, 17, 23))):
        image = opened(picture(view, phrases(), dark)).convert("RGB")
        corner = image.getpixel((2, 2))
        assert isinstance(corner, tuple) and max(abs(a - b) for a, b in zip(corner, ground, strict=True)) < 8


def coloured(view: MapView) -> float:
    """How much colour there is on the picture."""
    pixels = np.asarray(opened(picture(view, phrases())).convert("RGB")).astype(float)
    return float((pixels.max(axis=2) - pixels.min(axis=2)).sum())


def test_provisional_papers_are_paler_and_unlabelled_ones_grey() -> None:
    view = map_view(200)
    settled = replace(view, papers=tuple(replace(p, provisional=False) for p in view.papers))
    waiting = replace(view, papers=tuple(replace(p, provisional=True) for p in view.papers))
    nobody = replace(view.assignments[0], labels=np.full(200, -1, dtype=np.int32))
    loose = replace(settled, assignments=(nobody,))
    much, less, none = (coloured(shown) for shown in (settled, waiting, loose))
    assert much > 1.3 * less and less > 3 * none


def test_no_two_names_overlap_and_only_as_many_as_fit_are_there() -> None:
    view = crowded()
    with room._style():
        figure = room._drawn(view, phrases(), dark=False, outlined=True)
        axes = figure.axes[0]
        renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
        boxes = [text.get_window_extent(renderer) for text in axes.texts]
        written = {" ".join(text.get_text().split()) for text in axes.texts}
        inside = axes.get_window_extent(renderer)
    for at, one in enumerate(boxes):
        assert inside.x0 <= one.x0 and one.x1 <= inside.x1 and inside.y0 <= one.y0 and one.y1 <= inside.y1
        assert not any(one.overlaps(other) for other in boxes[at + 1 :])
    assert set(view.assignments[0].group_names) <= written
    topics = written - set(view.assignments[0].group_names)
    assert 5 <= len(topics) < 120 and topics <= set(view.assignments[0].names)


def test_a_korean_map_is_lettered_in_korean_where_a_font_has_it() -> None:
    if len(lettering.families()) < 2:
        pytest.skip("no font with Korean letters")
    found = words(drawing(replace(map_view(language="ko"), title=KOREAN), phrases("ko")))
    assert {KOREAN, "언어", "논문 300편 · 2026-03-06"} <= set(found)


@pytest.mark.usefixtures("latin_only")
def test_without_a_korean_font_categories_are_in_english_and_topics_left_out() -> None:
    view = map_view(language="ko")
    names = (KOREAN, *view.assignments[0].names[1:])
    emoji = tuple(f"{c.emoji} {c.names['ko']}" for c in view.categories)
    for groups in (view.assignments[0].group_names, emoji):
        shown = replace(view.assignments[0], names=names, group_names=groups)
        found = words(drawing(replace(view, assignments=(shown,)), phrases("ko")))
        assert {"Language", "Vision", "Comets at large", "300 · 2026-03-06"} <= set(found)
        assert not any("가" <= sign <= "힣" for sign in "".join(found))


def test_hostile_names_are_text_and_nothing_else() -> None:
    svg = drawing(nasty_view(), phrases())
    tags = {found.tag.rsplit("}", 1)[-1] for found in ElementTree.fromstring(svg).iter()}
    assert not tags & {"script", "img", "a", "foreignObject"}
    assert opened(picture(nasty_view(), phrases())).size == (1600, 1200)
    dollars = replace(map_view(), title=r"$\frac{1}{0}$ and $x")
    assert r"$\frac{1}{0}$ and $x" in words(drawing(dollars, phrases()))


@pytest.mark.parametrize("papers", [0, 1, 3])
def test_maps_of_hardly_any_papers(papers: int) -> None:
    view = map_view(papers)
    assert opened(picture(view, phrases())).size == (1600, 1200)
    assert any(line.startswith(f"{papers} paper") for line in words(drawing(view, phrases())))


def test_papers_that_lie_in_one_place() -> None:
    view = replace(map_view(20), positions=np.ones((20, 2), dtype=np.float32))
    assert "Language" in words(drawing(view, phrases()))


def test_points_of_an_svg_are_one_embedded_picture() -> None:
    svg = drawing(map_view(), phrases())
    images = [found for found in ElementTree.fromstring(svg).iter() if found.tag.endswith("image")]
    assert len(images) == 1
    (address,) = (value for name, value in images[0].attrib.items() if name.endswith("href"))
    assert opened(b64decode(address.removeprefix("data:image/png;base64,"))).format == "PNG"


def test_an_absurd_stray_does_not_shrink_the_map() -> None:
    view = map_view(1000)
    strayed = view.positions.copy()
    strayed[0] = 1e6
    assert coloured(replace(view, positions=strayed)) > 0.5 * coloured(view)


def test_category_colours_are_those_of_the_page_and_names_as_light_as_asked() -> None:
    # What `kindColour` of the page's colours.js gives.
    assert [kind_colour(n) for n in range(4)] == ["#d15d4f", "#13c896", "#7c4eae", "#b37a00"]
    darker, lighter = (int(kind_colour(0, light)[1:], 16) for light in (0.3, 0.9))
    assert darker < lighter


def test_names_lose_emoji_and_keep_letters() -> None:
    assert writable("💬 Language Models ⚙️") == "Language Models"
    assert writable("360° views © λ-calculus") == "360° views © λ-calculus"
    assert writable("🎉") == "" and writable("") == "" and writable("\U0001d173…") == ""
    assert writable("x" * 4000) == "x" * 59 + "…"


def test_names_are_broken_into_even_lines() -> None:
    assert wrapped("Learning Methods and Theory", 20) == "Learning Methods\nand Theory"
    assert wrapped("Text-to-Image", 20) == "Text-to-Image"
    assert wrapped("Interpretability of X", 20) == "Interpretability\nof X"
    assert wrapped("Antidisestablishmentarianism of Whales", 12) == "Antidisestab\nlishmentaria\nnism of\nWhales"


def test_a_name_tries_its_own_place_first_and_then_the_nearest() -> None:
    tried = shifts(30.0)
    assert tried[0].tolist() == [0, 0]
    assert (np.diff(np.hypot(*tried.T)) >= -1e-9).all() and np.hypot(*tried[-1]) <= 30


def test_a_category_of_no_known_name_keeps_the_one_it_has() -> None:
    view = map_view()
    shown = replace(view.assignments[0], group_names=("Things at Sea", "Things Aloft", "The Rest"))
    other = (Category("sea", "🌊", {"en": "Sea"}),)
    assert "Things at Sea" in words(drawing(replace(view, assignments=(shown,), categories=other), phrases()))
