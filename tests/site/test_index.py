from datetime import date, timedelta
from pathlib import Path

from digest import report as layout
from digest import site
from digest.archive.history import Day, History
from digest.assets import Assets
from digest.records import Category, EditionReport, Outcome, Trend
from tests.invented import CATEGORIES, report


def day(edition: str, **counts: int) -> Day:
    outcome = Outcome.PUBLISHED if counts else Outcome.QUIET
    return Day(date.fromisoformat(edition), outcome, counts={k: v for k, v in counts.items() if v})


def history(*days: Day) -> History:
    return History({d.edition: d for d in days})


def index(
    told: History,
    code: str = "en",
    title: str = "My Digest",
    categories: tuple[Category, ...] = CATEGORIES,
    latest: EditionReport | None = None,
    map_at: str = "",
    observed: bool = False,
) -> str:
    assets = Assets(Path())
    environment = assets.environment(layout.FILTERS)
    return site.index(told, categories, title, code, assets.strings(code), environment, latest, map_at, observed)


TOLD = history(
    day("2025-12-31", language=5, vision=5),
    day("2026-01-01"),
    day("2026-01-05", language=40, vision=10),
    day("2026-01-02", language=30, other=10),
)


def test_the_map_of_the_site_is_linked_on_top() -> None:
    assert "· 50 papers · [🗺 Map](https://me.example/map/index.html)\n\n![" in index(
        TOLD, map_at="https://me.example/map/index.html"
    )
    assert "🗺" not in index(TOLD)


def test_the_maps_own_pages_are_linked_where_there_are_any() -> None:
    link = "[Observations](map/observations.md) · [Quality of the map](map/quality.md)"
    assert f"· 50 papers · {link}\n\n![" in index(TOLD, observed=True)
    assert "map/" not in index(TOLD)


def test_the_latest_edition_is_linked_on_top() -> None:
    text = index(TOLD)
    assert text.startswith("# My Digest · Editions\n")
    assert "\n![Papers per edition, last 90 days](sparkline.svg)\n" in text
    assert "**Latest edition: [2026-01-05](2026/01/2026-01-05.md)** · 50 papers" in text
    assert "· 1 paper\n" in index(history(day("2026-01-05", vision=1)))


def test_the_calendar_is_by_month_newest_first_and_marks_quiet_days() -> None:
    rows = [line for line in index(TOLD).splitlines() if line.startswith(("| January", "| December"))]
    assert rows == [
        "| January 2026 | 90 | 1 – · [2](2026/01/2026-01-02.md) · [5](2026/01/2026-01-05.md) |",
        "| December 2025 | 10 | [31](2025/12/2025-12-31.md) |",
    ]


def test_totals_add_up_and_shares_are_of_all_papers() -> None:
    text = index(TOLD)
    assert "100 papers in 3 editions" in text
    rows = [line for line in text.splitlines() if line.endswith("% |")]
    assert rows == ["| 💬 Language | 75 | 75.0 % |", "| 📷 Vision | 15 | 15.0 % |", "| 📦 Other | 10 | 10.0 % |"]


def test_thousands_stand_apart() -> None:
    text = index(history(day("2026-01-05", vision=1650)))
    assert "1,650 papers in 1 edition" in text and "| 📷 Vision | 1,650 | 100.0 % |" in text


def test_a_category_that_the_taxonomy_no_longer_has_keeps_its_total() -> None:
    assert "| speech | 3 | 100.0 % |" in index(history(day("2026-01-05", speech=3)))


def test_korean() -> None:
    text = index(TOLD, "ko")
    assert (
        "💬 언어" in text and "| 1월 2026 |" in text.replace("2026년 1월", "1월 2026") and "Calendar" not in text
    )


def test_an_edition_of_nothing_but_known_papers_divides_by_nothing() -> None:
    told = History({(d := date(2026, 1, 5)): Day(d, Outcome.PUBLISHED, updated=3)})
    text = index(told)
    assert "[2026-01-05](2026/01/2026-01-05.md)" in text and "0 papers in 1 edition\n" in text
    assert site.recent_totals(told) == [0]


def test_an_empty_history_says_so_and_links_nothing() -> None:
    for told in (history(), history(day("2026-01-05"))):
        text = index(told)
        assert "No edition has been published yet." in text and "](" not in text
        assert site.recent_totals(told) == []


def test_rising_topics_are_listed_and_all_are_linked_once_there_are_any() -> None:
    trends = tuple(Trend(n, f"Topic <{n}>", "vision", 9, 3.14, 0.01, days=(0, 3, 9)) for n in range(1, 8))
    text = index(TOLD, latest=report(topic_names={1: "Topic"}, rising=trends))
    assert (
        "## 🔥 Rising\n\n- 📷 [Topic &lt;1&gt;](topics/1.md) · 9 papers, about 3.1 expected · "
        '<span title="0, 3, 9">▁▃▇</span>\n- 📷 [Topic &lt;2&gt;](topics/2.md)'
    ) in text
    assert (
        "topics/5.md" in text
        and "topics/6.md" not in text
        and "[All topics](topics/README.md)\n\n## Calendar" in text
    )
    calm = index(TOLD, latest=report(topic_names={1: "Topic"}))
    assert "🔥" not in calm and "[All topics](topics/README.md)" in calm
    assert index(TOLD, latest=report()) == index(TOLD) and "topics" not in index(TOLD)


def test_the_title_is_text() -> None:
    assert "<img" not in index(TOLD, title="<img src=x> [x](javascript:1) @all")


def test_the_sparkline_has_the_new_papers_of_ninety_days_without_quiet_ones() -> None:
    last = date(2026, 6, 1)
    days = [day(str(last - timedelta(days=n)), language=n + 1) for n in (0, 1, 89, 90, 91)]
    assert site.recent_totals(history(*days, day("2026-05-20"))) == [90, 2, 1]
