"""The pages beside the map: what they say, where they lead, and that no paper or name escapes its place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.assets import Assets
from digest.map.observations import Build, Pages, observations, quality
from digest.map.observed import Earlier
from digest.map.stability import Stability
from digest.records.maps import MapTopic, MapView
from tests.invented_maps import FIRST_DAY, map_view, nasty_view
from tests.rendered import Outline, environment

FIGURES = Stability(54_000, 50_000, 0.0123, 0.0456, 0.94123, 0.36, 0.7, 0.945, 50_000)


def pages(language: str = "en", **fields: object) -> Pages:
    told = {"suffix": "" if language == "en" else f".{language}", "others": (("Other", ".xx"),)}
    return Pages(Assets(Path()).strings(language), environment(), **{**told, **fields})  # type: ignore[arg-type]


def grown(view: MapView) -> tuple[MapView, Earlier]:
    """The view after a while in which topic 103 broke out and one was born, and the map before."""
    day = FIRST_DAY + timedelta(days=40)
    told = [n for n, p in enumerate(view.papers) if p.topics[0] == 103]
    before = frozenset(p.id for n, p in enumerate(view.papers) if n % 10 and n not in told[::2])
    young = MapTopic(106, "Young ideas", "They are new.", "other", day + timedelta(days=3))
    return replace(view, topics=(*view.topics[:5], young, *view.topics[6:])), Earlier(day, before)


def test_what_the_map_shows_is_told_and_cited() -> None:
    view, earlier = grown(map_view())
    text = observations(view, earlier, pages(), {103: 0.00001})
    assert text.startswith("# A map of invented papers · Observations\n\n[All editions](../README.md)")
    for heading in ("Themes", "Largest topics", "Breakouts", "New topics", "Remarkable places"):
        assert f"\n## {heading}\n" in text
    assert "- **💬 Language** 33 % (100 papers, 100 of them mainly)" in text
    breakout = text[text.index("## Breakouts") : text.index("## New topics")]
    assert breakout.startswith("## Breakouts\n\n- **[Glaciers at large](../topics/103.md)** ")
    assert "chance of so many without a change: < 0.001" in breakout and "<span title=" in breakout
    assert "**[Young ideas](../topics/106.md)** (since 2026-02-17, 50 papers): They are new.<br>" in text
    assert "(https://arxiv.org/abs/2601.0" in text and "(../2026/01/2026-01-05.md#p" in text
    assert ".html" not in text


def test_every_line_of_a_list_cites_papers_with_their_reports() -> None:
    view, earlier = grown(map_view())
    text = observations(view, earlier, pages())
    entries = re.findall(r"^- .*(?:\n  .*)*", text, re.MULTILINE)
    assert len(entries) > 15
    for entry in entries:
        assert 1 <= entry.count("](../2026/01/2026-01-05.md#p") <= 5, entry


def test_the_first_map_says_so() -> None:
    text = observations(map_view(), None, pages())
    assert "This is the first map" in text and "Breakouts" not in text


def test_a_map_on_which_nothing_grew_says_so() -> None:
    view = map_view()
    text = observations(view, Earlier(FIRST_DAY + timedelta(days=80), {p.id for p in view.papers}), pages())
    assert "No topic has grown clearly more than the others since the map of 2026-03-26." in text


def test_pages_lead_to_each_other_and_to_other_languages() -> None:
    view, earlier = grown(map_view(language="ko"))
    told, good = observations(view, earlier, pages("ko")), quality(view, Build(FIGURES), pages("ko"))
    assert "[지도의 품질](quality.ko.md) · [Other](observations.xx.md)" in told
    assert "[관찰](observations.ko.md) · [Other](quality.xx.md)" in good
    assert "(../topics/103.ko.md)" in told and "💬 언어" in told and "![논문 300편" in told


def test_a_map_without_pages_of_topics_names_them_without_links() -> None:
    text = observations(*grown(map_view()), pages(topics_at=None))
    assert "**Glaciers at large**" in text and "topics/" not in text


def test_the_same_map_gives_the_same_page() -> None:
    view, earlier = grown(map_view())
    assert observations(view, earlier, pages()) == observations(view, earlier, pages())


@pytest.mark.parametrize("language", ["en", "ko"])
def test_hostile_papers_stay_text(language: str) -> None:
    view, earlier = grown(nasty_view())
    view = replace(view, language=language, topics=nasty_view().topics)
    page = observations(view, earlier, pages(language))
    figures = replace(FIGURES, reason="<script>alert(1)</script> | x")
    for text in (page, quality(view, Build(figures), pages(language))):
        outline = Outline(text)
        assert not set(outline.tags) & {"script", "iframe", "form", "style", "svg", "details"}
        assert outline.tags.count("img") <= 1
        assert not any(re.match(r"(?i)\s*(?:javascript|data|vbscript):", found) for found in outline.addresses)
        assert "window.hacked = 1" in outline.text or "alert(1)" in outline.text


def test_the_sample_is_said_to_be_invented() -> None:
    view = map_view(60)
    sample = replace(view, papers=tuple(replace(p, source="sample") for p in view.papers))
    for text in (observations(sample, None, pages()), quality(sample, Build(None), pages())):
        assert "> [!NOTE]\n> These papers are invented" in text
    assert "NOTE" not in observations(view, None, pages())


def rows(text: str) -> dict[str, tuple[str, str]]:
    found = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {name: (figure.replace("\xa0", " "), means.replace("\xa0", " ")) for name, figure, means in found}


def test_quality_is_a_table_of_figures_and_what_they_mean() -> None:
    build = Build(FIGURES, 0.815, 2000, 1.234, 83.4, alike=3, calls=1234, aside=21.5)
    found = rows(quality(map_view(), build, pages()))
    figures = {name: figure for name, (figure, _) in found.items() if name != "---"}
    assert figures == {
        "Papers": "300",
        "Provisional papers": "6",
        "Edition": "2",
        "Movement, median": "1.2 %",
        "Movement, 95th percentile": "4.6 %",
        "Trustworthiness": "0.941",
        "Trustworthiness, laid out anew": "0.945",
        "Neighbours kept": "36.0 %",
        "Purity of new topics": "70.0 %",
        "Unsorted": "0.0 %",
        "Names found": "81.5 %",
        "Names alike": "3",
        "Cost": "$1.23",
        "Time": "83 s",
        "Time, problems and methods": "22 s",
    }
    assert "Calls: 1,234." in found["Cost"][1] and "over 0.8" in found["Names alike"][1]
    assert "more than 2.0 % makes a new edition" in found["Movement, median"][1]
    assert "Of 2,000 papers held out" in found["Names found"][1]


def test_pages_lead_to_the_site_where_there_is_one() -> None:
    at = {"map_at": "https://me.example/map/index.html", "drawn_at": "https://me.example/map/map.svg"}
    for text in (observations(map_view(), None, pages(**at)), quality(map_view(), Build(None), pages(**at))):
        assert "[🗺 Map](https://me.example/map/index.html)" in text
    assert "(https://me.example/map/map.svg)" in observations(map_view(), None, pages(**at))
    assert "🗺" not in observations(map_view(), None, pages()) + quality(map_view(), Build(None), pages())


def test_what_was_not_measured_is_left_out() -> None:
    found = rows(quality(map_view(), Build(None), pages()))
    assert set(found) - {"---"} == {"Papers", "Provisional papers", "Edition", "Unsorted"}
    first = rows(quality(map_view(), Build(replace(FIGURES, moved=0, purity=None)), pages()))
    assert first["Movement, median"][0] == first["Purity of new topics"][0] == "–"
    assert "Unsorted" not in rows(quality(map_view(0), Build(None), pages()))


def test_unsorted_papers_are_those_without_a_label() -> None:
    view = map_view()
    noisy = replace(view, assignments=view.assignments[::-1])
    assert rows(quality(noisy, Build(None), pages()))["Unsorted"][0] == "20.0 %"


def test_a_new_edition_says_why() -> None:
    text = quality(
        map_view(), Build(replace(FIGURES, reason="half of its papers would move by over 0.03")), pages()
    )
    assert "Why edition 2 is a new one: half of its papers would move by over 0.03." in text
    assert "Why edition" not in quality(map_view(), Build(FIGURES), pages())
