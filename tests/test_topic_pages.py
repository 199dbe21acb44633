import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from digest import report as layout
from digest.assets import Assets
from digest.config import Config
from digest.pages import changing_topics, render_topics
from digest.records import Change, EditionReport, Event, Mention, Newborn, SourceLine, Topic, Trend, Why
from tests.any_text import ANY_TEXT
from tests.invented import DAY, report
from tests.rendered import HOSTILE, Outline, environment, language, outlines

FIRST = date(2025, 12, 1)


def mention(number: int, **fields: object) -> Mention:
    url = f"https://arxiv.org/abs/2601.9{number:04}"
    told = {"title": f"Paper {number}", "url": url, "edition": DAY, "category": "vision"}
    return Mention(**{"paper_id": f"arxiv:2601.9{number:04}", **told, **fields})  # type: ignore[arg-type]


def topic(number: int, name: str, **fields: object) -> Topic:
    told = {"born": FIRST, "category": "language", "size": 10 * number}
    return Topic(**{"id": number, "name": name, **told, **fields})  # type: ignore[arg-type]


DECODING = topic(
    1,
    "Decoding",
    description="How models write.",
    includes="drafts",
    excludes="training",
    exemplars=(mention(1), mention(2)),
    newest=(mention(3, edition=date(2025, 12, 31)),),
    neighbours=(2, 3, 99),
)
TOPICS = (
    DECODING,
    topic(2, "Robots", category="vision", size=1),
    topic(3, "Old ideas", retired=date(2025, 12, 20), heir=4),
    topic(4, "Older ideas", retired=date(2025, 12, 27), heir=1),
    topic(5, "Gone", retired=date(2025, 12, 22)),
    topic(6, "", category="nowhere"),
)
LINEAGE = (
    Change(
        date(2025, 12, 15),
        Event.SPLIT,
        2,
        1,
        "two groups",
        ("arxiv:2601.90001", "arxiv:1999.00001", "doi:10.1000/1", "arxiv:1999.00002"),
    ),
    Change(FIRST, Event.BORN, 1, reason="papers alike"),
    Change(date(2025, 12, 20), Event.MERGED, 3, 4, "nearly the same"),
    Change(date(2025, 12, 27), Event.MERGED, 4, 1),
    Change(date(2025, 12, 22), Event.RETIRED, 5, 1, "nothing new"),
    Change(date(2025, 12, 23), Event.RENAMED, 1, reason="was “Writing”"),
    Change(date(2025, 12, 24), Event.SPLIT, 6),
)


def counts(days: int = 30) -> dict[date, Mapping[int, int]]:
    return {DAY - timedelta(days=n): {1: n % 3, 2: 1} for n in range(days)}


def catalogue(**fields: object) -> layout.Catalogue:
    told = {"topics": TOPICS, "lineage": LINEAGE, "counts": counts(), "latest": report()}
    return layout.Catalogue(**{**told, **fields})  # type: ignore[arg-type]


def pages(told: layout.Catalogue | None = None, code: str = "en", first: bool = True) -> dict[str, str]:
    told = told or catalogue()
    others = [language("ko", first=False)] if code == "en" else [language("en")]
    which = [t.id for t in told.topics]
    return layout.render_topics(told, which, language(code, first), others, "My Digest", environment())


def test_a_live_topics_page_tells_all_there_is() -> None:
    text = pages()["topics/1.md"]
    assert text.startswith(
        "# Decoding\n\n[All topics](README.md) · [All editions](../README.md) · [한국어](1.ko.md)\n\n"
        "`t1` · [💬 Language](README.md#language) · 10 papers · since 2025-12-01\n\n"
        "How models write.\n\n- **Includes:** drafts\n- **Does not include:** training\n\n"
        "## Papers by week\n\n![Papers by week; the most were 8 in the week of 2025-12-22](1.svg)\n\n"
    )
    assert (
        "## Typical papers\n\n"
        "- [Paper 1](https://arxiv.org/abs/2601.90001) · "
        "[2026-01-05](../2026/01/2026-01-05/vision.md#arxiv-2601-90001)\n"
    ) in text
    assert "[2025-12-31](../2025/12/2025-12-31/vision.md#arxiv-2601-90003)" in text
    assert "## Nearby topics\n\n- 📷 [Robots](2.md) · 1 paper\n\n" in text


REASONS = {
    Why.ASKED_FOR: ({}, "asked for", "사람이 요청함"),
    Why.FIRST: ({"count": 9, "now": 0.5}, "9 of the first papers lie close together (0.50)", "처음 논문들 중 9편"),
    Why.UNFITTED: (
        {"papers": 9, "was": 0.25, "now": 0.5},
        "9 papers that fitted nothing well (mean similarity 0.25) lie close together (0.50)",
        "(평균 유사도 0.25) 논문 9편이 서로 가까이 있음(0.50)",
    ),
    Why.CLOSER: (
        {"count": 3, "papers": 5, "topic": 7, "now": 0.5, "was": 0.25},
        "3 of the 5 papers of t7 lie closer together (mean similarity 0.50) than they did there (0.25)",
        "t7의 논문 5편 중 3편은",
    ),
    Why.JOINED: (
        {"count": 3, "papers": 5, "topic": 7},
        "3 of the 5 papers of t7 are one topic with papers from elsewhere",
        "t7의 논문 5편 중 3편이",
    ),
    Why.ALIKE: (
        {"papers": 1, "there": 5, "topic": 7, "alike": 0.75},
        "its 1 paper and the 5 of t7 were the least worth keeping apart (similarity of their centres 0.75)",
        "합쳐진 주제의 논문 1편과 t7의 5편은",
    ),
    Why.FEW: ({"papers": 1, "times": 2}, "only 1 paper, at 2 rebalances in a row", "논문 1편뿐이었음"),
    Why.IDLE: (
        {"papers": 4, "times": 2},
        "none of the new papers came to it (4 papers), at 2 rebalances in a row",
        "새 논문이 오지 않음(논문 4편)",
    ),
    Why.MOVED_ON: (
        {"before": "*Old*", "after": "{New}"},
        "its papers have moved on from “&#42;Old&#42;” to “{New}”",
        "“&#42;Old&#42;”에서 멀어져 새 이름을 얻음: “{New}”",
    ),
    Why.BY_HAND: ({"before": "A", "after": "B"}, "a person renamed it from “A” to “B”", "이름을 바꿈: “A” → “B”"),
    Why.TAKEN: (
        {"before": "A", "after": "B"},
        "its name became another topic's; renamed from “A” to “B”",
        "“A” → “B”",
    ),
}


@pytest.mark.parametrize("reason", Why)
def test_reasons_are_told_in_the_words_of_the_page(reason: Why) -> None:
    figures, english, korean = REASONS[reason]
    told = catalogue(lineage=(Change(DAY, Event.RENAMED, 1, reason=reason, figures=figures),))
    assert f"was renamed: {english}" in pages(told)["topics/1.md"]
    assert korean in pages(told, "ko")["topics/1.md"]


def test_thousands_of_papers_stand_apart_in_a_reason() -> None:
    figures = {"papers": 1650, "was": 0.4, "now": 0.5}
    told = catalogue(lineage=(Change(DAY, Event.BORN, 1, reason=Why.UNFITTED, figures=figures),))
    assert "1,650 papers" in pages(told)["topics/1.md"]


def test_the_lineage_is_told_from_the_topics_own_side_and_in_order() -> None:
    made = pages()
    history = {number: made[f"topics/{number}.md"].split("## History\n\n")[1] for number in range(1, 7)}
    assert history[1] == (
        "- 2025-12-01: came to be: papers alike\n"
        "- 2025-12-15: [Robots](2.md) was split off: two groups<br>\n"
        "  [Paper 1](https://arxiv.org/abs/2601.90001) · "
        "[2026-01-05](../2026/01/2026-01-05/vision.md#arxiv-2601-90001)<br>\n"
        "  [1999.00001](https://arxiv.org/abs/1999.00001) · [10.1000/1](https://doi.org/10.1000/1)\n"
        "- 2025-12-23: was renamed: was “Writing”\n"
        "- 2025-12-27: [Older ideas](4.md) was merged into it\n"
    )
    assert history[2].startswith("- 2025-12-15: was split from [Decoding](1.md): two groups<br>\n")
    assert history[4] == (
        "- 2025-12-20: [Old ideas](3.md) was merged into it: nearly the same\n"
        "- 2025-12-27: was merged into [Decoding](1.md)\n"
    )
    assert history[5] == "- 2025-12-22: was retired: nothing new\n"
    assert history[6] == "- 2025-12-24: came to be\n"


def test_a_retired_topic_leads_to_where_its_papers_are_in_the_end() -> None:
    made = pages()
    for number in (3, 4):
        text = made[f"topics/{number}.md"]
        assert "**This topic goes on in [Decoding](1.md).**\n" in text and "svg" not in text
        assert f"`t{number}` · from 2025-12-01 to 2025-12-2" in text
    assert "**This topic was retired.**\n" in made["topics/5.md"]


def test_heirs_that_lead_in_a_circle_come_to_an_end() -> None:
    circle = tuple(topic(n, f"T{n}", retired=DAY, heir=n % 3 + 1) for n in (1, 2, 3))
    made = pages(catalogue(topics=circle, lineage=()))
    assert "goes on in [T3](3.md)" in made["topics/1.md"]
    alone = pages(catalogue(topics=(topic(1, "T1", retired=DAY, heir=1),), lineage=()))
    assert "This topic was retired." in alone["topics/1.md"]


def test_the_index_has_the_live_topics_by_category_and_the_retired_with_their_heirs() -> None:
    moving = report(
        rising=(Trend(1, "Decoding", "language", 9, 3.0, 0.01),),
        fading=(Trend(2, "Robots", "vision", 1, 4.0, 0.01),),
        newborn=(Newborn(6, "", "", "nowhere", 60),),
    )
    text = pages(catalogue(latest=moving, counts={DAY: {1: 2}, DAY - timedelta(days=1): {1: 1, 6: 4}}))[
        "topics/README.md"
    ]
    assert text.startswith("# My Digest · Topics\n\n[All editions](../README.md) · [한국어](README.ko.md)\n\n")
    assert "kept up to date with every edition: 3. The bars are the papers of the last 20 editions.\n" in text
    rows = [line for line in text.splitlines() if line.startswith(("| [", "<a id", "- "))]
    assert rows == [
        '<a id="language"></a>',
        '| [Decoding](1.md) `t1` 🔥 rising | 10 | <span title="1, 2">▃▇</span> |',
        '<a id="vision"></a>',
        '| [Robots](2.md) `t2` 🍂 fading | 1 | <span title="0, 0">▁▁</span> |',
        '<a id="other"></a>',
        '| [t6](6.md) `t6` 🌱 new | 60 | <span title="4, 0">▇▁</span> |',
        '<a id="retired-topics"></a>',
        "- 2025-12-27: [Older ideas](4.md) `t4` → [Decoding](1.md)",
        "- 2025-12-22: [Gone](5.md) `t5`",
        "- 2025-12-20: [Old ideas](3.md) `t3` → [Decoding](1.md)",
    ]


def test_every_link_among_topics_leads_somewhere() -> None:
    made = {**pages(), **pages(code="ko", first=False)}
    links = 0
    for page in made.values():
        for address in Outline(page).addresses:
            target, _, fragment = address.partition("#")
            if not target.startswith(("http", "../")) and not target.endswith(".svg"):
                links += 1
                found = made[f"topics/{target}"]
                assert not fragment or f'<a id="{fragment}"></a>' in found, address
    assert links > 30


def test_korean_links_to_korean() -> None:
    text = pages(code="ko", first=False)["topics/1.ko.md"]
    assert "[💬 언어](README.ko.md#language)" in text and "](../2026/01/2026-01-05/vision.ko.md#" in text
    assert "[Robots](2.ko.md)" in text and "](1.svg)" in text and "## 내력" in text and "[English](1.md)" in text
    for word in ("Papers", "History", "split", "merged"):
        assert word not in text.replace("Paper ", ""), word


def test_weeks_begin_on_mondays_and_end_with_the_latest_edition() -> None:
    told = catalogue(counts={**counts(3), DAY - timedelta(days=400): {1: 5}, DAY + timedelta(days=1): {1: 7}})
    weeks = told.weeks(1)
    assert len(weeks) == 52 and weeks[-1] == (DAY, 0) and weeks[-2] == (DAY - timedelta(days=7), 3)
    assert all(day.weekday() == 0 for day, _ in weeks) and sum(count for _, count in weeks) == 3
    assert catalogue(counts={}).weeks(1) == () and len(catalogue(counts=counts(8)).weeks(1)) == 2


def test_invented_papers_are_called_so() -> None:
    sample = report(sources=(SourceLine("sample", "", 2),))
    assert all("> These papers are invented" in text for text in pages(catalogue(latest=sample)).values())


def hostile(text: str) -> layout.Catalogue:
    shown = mention(1, title=text)
    words = {"name": text, "description": text, "includes": text, "excludes": text}
    topics = tuple(
        replace(t, exemplars=(shown,), newest=(shown,), neighbours=(1, 2), **words)  # type: ignore[arg-type]
        for t in TOPICS
    )
    return catalogue(topics=topics, lineage=tuple(replace(change, reason=text) for change in LINEAGE))


CALM = outlines(pages(hostile("x")))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_models_words_cannot_change_the_structure_or_lead_elsewhere(text: str) -> None:
    assert outlines(pages(hostile(text))) == CALM


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT)
def test_nor_can_any_text(text: str) -> None:
    # What shows nothing has no line of its own.
    assert outlines(pages(hostile(f"x{text}"))) == CALM


def test_a_bad_address_gives_no_link() -> None:
    bad = replace(DECODING, newest=(mention(3, url="javascript:alert(1)"),))
    text = pages(catalogue(topics=(bad,)))["topics/1.md"]
    assert "javascript" not in text and "- Paper 3 · [2026-01-05](" in text


def test_however_many_topics_there_were_every_page_stays_under_400_kb() -> None:
    name = "The Long Name of a Topic " * 4
    many = [topic(n, name, heir=1, retired=DAY if n % 3 else None) for n in range(1, 12_001)]
    changes = [Change(DAY, Event.MERGED, n, 1, name) for n in range(2, 12_001)]
    told = catalogue(topics=tuple(many), lineage=tuple(changes))
    made = layout.render_topics(told, [1], language(), [], "My Digest", environment())
    assert made.keys() == {"topics/README.md", "topics/1.md"}
    assert max(len(text.encode()) for text in made.values()) < 400_000
    assert "… + 11799\n" in made["topics/1.md"] and re.search(r"^… \+ \d{3,}$", made["topics/README.md"], re.M)


@pytest.mark.parametrize(("code", "first", "page"), [("en", True, "index.html"), ("ko", False, "ko/index.html")])
def test_pages_lead_to_the_map_of_the_site(code: str, first: bool, page: str) -> None:
    told, spoken = catalogue(), language(code, first)
    made = layout.render_topics(told, [1, 3], spoken, [], "My Digest", environment(), "https://me.example/x")
    at = f"https://me.example/x/map/{page}"
    found = [a for text in made.values() for a in Outline(text).addresses if a.startswith(at)]
    assert found == [at, f"{at}#topic=1", f"{at}#topic=3"]
    assert "🗺" not in "".join(pages(told, code, first).values())


def write(folder: Path, told: layout.Catalogue, which: set[int] | None = None, **fields: object) -> dict[str, str]:
    config = Config(workspace=folder, **{"languages": ("en", "ko"), **fields})  # type: ignore[arg-type]
    assert render_topics(told, config, Assets(folder), which) == folder / "reports/topics/README.md"
    return {path.name: path.read_text(encoding="utf-8") for path in (folder / "reports/topics").iterdir()}


def test_files_are_written_in_every_language_with_charts_of_the_living(tmp_path: Path) -> None:
    made = write(tmp_path, catalogue())
    names = {f"{n}{suffix}.md" for n in ["README", 1, 2, 3, 4, 5, 6] for suffix in ("", ".ko")}
    assert made.keys() == names | {"1.svg", "2.svg"}
    assert write(tmp_path, catalogue()) == made


def test_only_the_topics_asked_for_are_written_and_the_index(tmp_path: Path) -> None:
    before = write(tmp_path, catalogue())
    renamed = tuple(replace(t, name=f"New {t.id}") for t in TOPICS)
    after = write(tmp_path, catalogue(topics=renamed), {1, 99})
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"README.md", "README.ko.md", "1.md", "1.ko.md", "1.svg"}


def test_what_is_no_longer_true_goes_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    write(tmp_path, catalogue())
    folder = tmp_path / "reports/topics"
    for name in ("notes.md", "1.txt", "17x.md"):
        (folder / name).write_text("mine", encoding="utf-8")
    retired = (replace(DECODING, retired=DAY), *TOPICS[1:5])
    made = write(tmp_path, catalogue(topics=retired), {1}, languages=("en",))
    assert made.keys() == {"README.md", "2.svg", "notes.md", "1.txt", "17x.md", *(f"{n}.md" for n in range(1, 6))}


def test_a_latest_edition_without_the_category_keeps_the_topic_in_the_index() -> None:
    bare: EditionReport = report(categories=())
    text = pages(catalogue(latest=bare))
    assert "| [Decoding](1.md) `t1` |" in text["topics/README.md"] and "`t1` · 10 papers" in text["topics/1.md"]


def changing(folder: Path, told: layout.Catalogue, **fields: object) -> set[int]:
    config = Config(workspace=folder, **{"languages": ("en", "ko"), **fields})  # type: ignore[arg-type]
    return changing_topics(told, config, Assets(folder))


def test_only_the_living_change_from_day_to_day(tmp_path: Path) -> None:
    assert changing(tmp_path, catalogue()) == {1, 2, 3, 4, 5, 6}
    before = write(tmp_path, catalogue())
    assert changing(tmp_path, catalogue()) == {1, 2, 6}
    renamed = catalogue(topics=tuple(replace(t, name=f"New {t.id}") for t in TOPICS))
    after = write(tmp_path, renamed, changing(tmp_path, renamed))
    assert all(after[f"{n}{suffix}.md"] == before[f"{n}{suffix}.md"] for n in (3, 4, 5) for suffix in ("", ".ko"))
    assert all(f"New {n}" in after[f"{n}.md"] for n in (1, 2)) and "New 5" in after["README.md"]


def test_what_retires_is_told_on_its_page_and_on_those_that_lead_to_it(tmp_path: Path) -> None:
    write(tmp_path, catalogue())
    retired = catalogue(topics=(replace(DECODING, retired=DAY, heir=2), *TOPICS[1:]))
    assert changing(tmp_path, retired) == {1, 2, 3, 4, 6}, "3 and 4 lead to 1"
    made = write(tmp_path, retired, changing(tmp_path, retired))
    for number in (1, 3, 4):
        assert "**This topic goes on in [Robots](2.md).**" in made[f"{number}.md"]
    assert "1.svg" not in made and changing(tmp_path, retired) == {2, 6}
    assert write(tmp_path, retired) == made


def test_pages_of_the_retired_that_are_lost_come_back(tmp_path: Path) -> None:
    made = write(tmp_path, catalogue())
    (tmp_path / "reports/topics/5.ko.md").unlink()
    assert changing(tmp_path, catalogue()) == {1, 2, 5, 6}
    assert write(tmp_path, catalogue(), {5}) == made
