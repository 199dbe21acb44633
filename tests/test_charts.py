import io
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from lxml import etree
from PIL import Image

from digest.charts import (
    BAR,
    DARK,
    GROUND,
    INK,
    PICTURE_WIDTH,
    Bar,
    category_chart,
    category_picture,
    drawable,
    sparkline,
    week_chart,
)

SVG = "{http://www.w3.org/2000/svg}"
LEGEND = ("this edition", "mean of the 30 days before")
BARS = [Bar("💬 Language", 40, 31.5, "+8"), Bar("📷 비전과 3D", 12, 14.0, "-2"), Bar("📦 Other", 0, 1.0, "-1")]


def chart(bars: list[Bar] | None = None, title: str = "Papers by category · 2026-01-05") -> str:
    return category_chart(BARS if bars is None else bars, title, LEGEND)


def tree(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in tree(svg).iter(f"{SVG}text")]


def widths(svg: str) -> list[float]:
    """The widths of the bars, from the top down."""
    paths = [e.get("d") for e in tree(svg).iter(f"{SVG}path") if "var(--bar)" in (e.get("style") or "")]
    xs = [[float(x) for x in re.findall(r"[ML] ([\d.]+) ", path)] for path in paths]
    return [max(x) - min(x) for x in xs]


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert chart() == chart() and sparkline([1, 2], "x") == sparkline([1, 2], "x")
    assert not re.search(r"<dc:date>|\d\d:\d\d:\d\d", chart())


def test_labels_are_real_text_in_the_readers_fonts() -> None:
    svg = chart()
    assert {bar.label for bar in BARS} <= set(texts(svg))
    assert {"40", "12", "0", "+8", "−2", "−1", "Papers by category · 2026-01-05", *LEGEND} <= set(texts(svg))
    assert "<use" not in svg and "Noto Sans KR" in svg and "Noto Color Emoji" in svg and "DejaVu" not in svg


def test_bars_are_as_long_as_their_counts() -> None:
    found = widths(chart([Bar("a", 40), Bar("b", 20), Bar("c", 10), Bar("d", 0)]))
    assert found[0] == pytest.approx(2 * found[1], rel=0.01) and found[1] == pytest.approx(2 * found[2], rel=0.01)
    assert found[3:] in ([], [0.0])


def test_hostile_labels_stay_text() -> None:
    label = '<script>alert(1)</script> & "x" ]]> $\\frac{1}{2}$ $ %s {x} &amp;'
    svg = chart([Bar(label, 3, 2.0, "+1")], title=label)
    assert texts(svg).count(label) == 2
    assert not list(tree(svg).iter(f"{SVG}script")) and "<script" not in svg


def test_korean_emoji_and_joined_emoji_are_kept() -> None:
    label = "👩‍🔬 대규모 언어 모델 🇰🇷"
    assert label in texts(chart([Bar(label, 1)])) and label in texts(sparkline([1], label))


def test_it_follows_the_readers_colour_scheme() -> None:
    for svg in (chart(), sparkline([3, 4], "x")):
        [style, *_] = tree(svg).iter(f"{SVG}style")
        rules = style.text or ""
        light, dark = rules.split("@media(prefers-color-scheme:dark)")
        for colour in (INK, GROUND, BAR):
            assert colour in light and DARK[colour] in dark
        # Outside the rules no colour is fixed, so that nothing is left dark on dark.
        assert not re.search(r"(?:fill|stroke): ?#[0-9a-f]{6}", svg.replace(rules, ""))
        assert all(
            f"--{name}:" in light and f"--{name}:" in dark for name in set(re.findall(r"var\(--(\w+)\)", svg))
        )


def test_it_brings_its_own_ground() -> None:
    first = next(e for e in tree(chart()).iter(f"{SVG}path"))
    assert "fill: var(--ground)" in (first.get("style") or "")


def test_without_a_past_there_is_no_legend_and_no_change() -> None:
    found = texts(chart([Bar("a", 3), Bar("b", 1)]))
    assert not set(LEGEND) & set(found) and sorted(found) == sorted(
        ["a", "3", "b", "1", "Papers by category · 2026-01-05"]
    )


@pytest.mark.parametrize("bars", [[Bar("a", 0)], [Bar("a", 0, 0.0, "±0")], [Bar("a", 0, 4.0, "-4"), Bar("b", 0)]])
def test_zero_counts_have_their_row(bars: list[Bar]) -> None:
    found = texts(chart(bars))
    assert found.count("0") == len(bars) and "nan" not in chart(bars).lower()


def test_a_large_taxonomy_keeps_its_rows_apart() -> None:
    svg = chart([Bar(f"category {n:02}", 1000 - n, 999.0, "+1") for n in range(40)])
    rows = [e for e in tree(svg).iter(f"{SVG}text") if (e.text or "").startswith("category ")]
    # matplotlib turns by nothing about the text's own place: rotate(-0 x y).
    places = [float((row.get("transform") or "").rstrip(")").split()[-1]) for row in rows]
    assert len(places) == 40 and all(below - above > 20 for above, below in pairwise(places))


def test_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one bar"):
        chart([])
    with pytest.raises(ValueError, match="at least one value"):
        sparkline([], "x")


def test_a_sparkline_has_a_bar_per_value_and_names_the_last_and_the_most() -> None:
    svg = sparkline([10, 40, 0, 20], "Papers per edition")
    assert texts(svg) == ["Papers per edition", "20 · max 40"]
    heights = []
    for element in tree(svg).iter(f"{SVG}path"):
        if "var(--bar)" in (element.get("style") or ""):
            ys = [float(y) for y in re.findall(r"[ML] [\d.]+ ([\d.]+)", element.get("d"))]
            heights.append(max(ys) - min(ys))
    assert len(heights) == 4 and heights[1] == pytest.approx(2 * heights[3], rel=0.01) and heights[2] == 0
    assert "0 · max 0" in texts(sparkline([0, 0], "x"))


WEEKS = [(date(2025, 1, 6) + timedelta(days=7 * n), n % 5) for n in range(52)]


def rectangles(svg: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of the columns."""
    boxes = [
        tuple(float(e.get(name)) for name in ("x", "y", "width", "height")) for e in tree(svg).iter(f"{SVG}rect")
    ]
    return [(x, y, x + width, y + height) for x, y, width, height in boxes]


def test_a_chart_of_weeks_has_a_column_for_each_with_papers() -> None:
    svg = week_chart(WEEKS, "x")
    columns = rectangles(svg)
    assert len(columns) == sum(count > 0 for _, count in WEEKS)
    assert all(after[0] > before[2] for before, after in pairwise(columns))
    assert {bottom for *_, bottom in columns} == {140.0}
    heights = [bottom - top for _, top, _, bottom in columns]
    assert heights[3] == pytest.approx(4 * heights[0]) and heights[1] == pytest.approx(2 * heights[0])


def test_it_names_the_most_and_the_latest_week_and_stays_within_its_picture() -> None:
    svg = week_chart(WEEKS, "x")
    assert texts(svg)[:2] == ["4", "0"] and texts(svg)[-1] == "2025-12-29"
    places = [float(e.get("x")) for e in tree(svg).iter(f"{SVG}text")]
    # Ten digits at 12 pixels are less than 76 wide.
    assert all(after - before > 76 for before, after in pairwise(places[2:])) and places[-1] + 38 < 820


@pytest.mark.parametrize("weeks", [WEEKS[:1], WEEKS[1:2], WEEKS[:9]])
def test_a_young_topic_has_a_narrow_chart(weeks: list[tuple[date, int]]) -> None:
    svg = week_chart(weeks, "x")
    assert len(rectangles(svg)) == sum(count > 0 for _, count in weeks)
    assert all(right - left < 65 for left, _, right, _ in rectangles(svg))


def test_a_chart_of_weeks_has_the_look_of_the_others_and_no_hostile_words() -> None:
    label = '<script>alert(1)</script> & "x" ]]> $x$ {x} \x00\u202e'
    svg = week_chart(WEEKS, label)
    assert svg == week_chart(WEEKS, label)
    [title] = [e.text for e in tree(svg).iter(f"{SVG}title")]
    assert title == '<script>alert(1)</script> & "x" ]]> $x$ {x}'
    [style] = tree(svg).iter(f"{SVG}style")
    assert (style.text or "") == next(tree(chart()).iter(f"{SVG}style")).text
    assert not re.search(r"#[0-9a-f]{6}", svg.replace(style.text or "", "")) and "<script" not in svg
    assert next(e for e in tree(svg).iter(f"{SVG}path")).get("style") == "fill: var(--ground)"
    with pytest.raises(ValueError, match="at least one week"):
        week_chart([], "x")


def picture(bars: list[Bar]) -> Image.Image:
    return Image.open(io.BytesIO(category_picture(bars, "Papers by category", LEGEND))).convert("RGB")


def blue(found: Image.Image) -> int:
    """How many points of the picture have the bars' colour, or nearly."""
    red, green, _ = (int(BAR[place : place + 2], 16) for place in (1, 3, 5))
    return sum(n for n, (r, g, b) in found.getcolors(1 << 24) or () if abs(r - red) + abs(g - green) < 16 < b)


def test_a_picture_has_the_bars_of_the_chart() -> None:
    one, two = picture([Bar("One", 10), Bar("Two", 10)]), picture([Bar("One", 10), Bar("Two", 5)])
    assert one.width == 2 * PICTURE_WIDTH and one.getpixel((0, 0)) == (255, 255, 255)
    assert blue(two) == pytest.approx(0.75 * blue(one), rel=0.05)
    assert category_picture(BARS[1:], "x", LEGEND) == category_picture(BARS[1:], "x", LEGEND)


def test_without_bars_there_is_no_picture() -> None:
    with pytest.raises(ValueError, match="at least one bar"):
        category_picture([], "x", LEGEND)


def test_letters_can_be_drawn_and_emoji_cannot() -> None:
    assert drawable("Papers by category · 2026-01-05 ■ ┃ é Ω") and not drawable("💬 Language")
