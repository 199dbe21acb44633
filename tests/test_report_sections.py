import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings

from digest import report as layout
from digest.records import Newborn, Paper, Pick, Reason, Share, Trend
from digest.report.filters import expected, label, spark
from tests.any_text import ANY_TEXT
from tests.invented import paper, reading, report
from tests.rendered import HOSTILE, edition, outlines, pages, plain_edition

DATED = "2026/01/2026-01-05.md"
NAMES = {1: "Decoding", 2: "Robots", 3: "Old ideas"}


def id_of(number: int) -> str:
    return paper(number).id


def trend(topic: int, *papers: str, **fields: object) -> Trend:
    told = {"name": NAMES[topic], "category": "vision", "count": 9, "expected": 3.14, "p": 0.001}
    days = (0, 1, 0, 2, 9)
    return Trend(**{"topic": topic, "days": days, "papers": papers, **told, **fields})  # type: ignore[arg-type]


def with_topics(papers: Sequence[Paper] = (), **fields: object) -> layout.Edition:
    """An edition of five papers, whose topics are those of NAMES by turns; the last one fits none."""
    papers = papers or [paper(n) for n in range(1, 6)]
    folded = tuple(tuple({1 + n % 3: 0, 1 + n % 2: 0}) for n in range(len(papers) - 1))
    return edition(list(papers), **{"folded": (*folded, (0,)), "topic_names": NAMES, **fields})


def test_records_without_topics_have_no_trace_of_them() -> None:
    plain = pages(plain_edition())
    assert not re.search(r"🧵|🔥|🌱|⭐|🍂|topics/", "".join(plain.values()))
    unfolded = edition([paper(n) for n in range(1, 6)], folded=((),) * 5)
    assert pages(unfolded) == plain


def test_a_line_names_the_first_topic_and_a_card_all_of_them() -> None:
    made = pages(with_topics())
    lines = [line for line in made[DATED].splitlines() if "<sub>" in line]
    assert sum("🧵" in line for line in lines) == 4
    assert sum("🧵 [Decoding](../../topics/1.md) · " in line for line in lines) == 2
    cards = "".join(text for path, text in made.items() if path != DATED)
    assert "🧵 [Robots](../../../topics/2.md)\n" in cards
    assert "🧵 [Old ideas](../../../topics/3.md) · [Decoding](../../../topics/1.md)\n" in cards
    assert "topics/0.md" not in "".join(made.values())


def test_links_to_topics_are_in_the_pages_language_and_a_nameless_topic_has_its_id() -> None:
    made = pages(with_topics(topic_names={1: "\u200b"}), "ko", first=False)
    text = made["2026/01/2026-01-05.ko.md"]
    assert "🧵 [t1](../../topics/1.ko.md)" in text and "🧵 [t2](../../topics/2.ko.md)" in text


def test_rising_topics_stand_with_their_past_and_their_papers() -> None:
    rising = (
        trend(1, id_of(2), id_of(1), "arxiv:1999.00001", id_of(3), id_of(4)),
        trend(2, editions=5, expected=12.6, days=()),
    )
    text = pages(with_topics(rising=rising))[DATED]
    assert "- [🔥 Rising](#moving-topics) · 2\n" in text and '<a id="moving-topics"></a>\n\n## 🔥 Rising\n' in text
    assert (
        "- 📷 **[Decoding](../../topics/1.md)** · 9 papers, about 3.1 expected · "
        '<span title="0, 1, 0, 2, 9">▁▂▁▂▇</span><br>\n'
        "  [An Invented Paper, Number 2](2026-01-05/vision.md#arxiv-2601-90002) · "
        "[An Invented Paper, Number 1](2026-01-05/language.md#arxiv-2601-90001) · "
        "[An Invented Paper, Number 3](2026-01-05/language.md#arxiv-2601-90003)\n"
        "- 📷 **[Robots](../../topics/2.md)** · 9 papers in 5 editions, about 13 expected\n"
    ) in text
    assert "1999.00001" not in text
    assert text.index("## Contents") < text.index("## 🔥 Rising") < text.index("## 💬 Language")


def test_fading_topics_have_one_line_and_their_own_heading_if_nothing_rises() -> None:
    fading = (trend(2, count=1, editions=10), trend(3, count=0, editions=10))
    line = (
        "[Robots](../../topics/2.md) (1 paper in 10 editions, about 3.1 expected), "
        "[Old ideas](../../topics/3.md) (0 papers in 10 editions, about 3.1 expected)\n"
    )
    text = pages(with_topics(fading=fading, rising=(trend(1),)))[DATED]
    assert f"\n\n🍂 Fading: {line}" in text and "## 🍂" not in text and text.count("#moving-topics") == 1
    alone = pages(with_topics(fading=fading))[DATED]
    assert f"## 🍂 Fading\n\n{line}" in alone and "- [🍂 Fading](#moving-topics) · 2\n" in alone


def test_new_topics_say_what_they_are_and_where_they_come_from() -> None:
    newborn = (
        Newborn(2, "Robots", "They move.", "vision", 12, 3, (id_of(2),)),
        Newborn(1, "Decoding", "", "language", 1),
    )
    text = pages(with_topics(newborn=newborn))[DATED]
    assert "- [🌱 New topics](#new-topics) · 2\n" in text
    assert (
        "- 📷 **[Robots](../../topics/2.md)** · 12 papers · split from [Old ideas](../../topics/3.md)<br>\n"
        "  They move.<br>\n"
        "  [An Invented Paper, Number 2](2026-01-05/vision.md#arxiv-2601-90002)\n"
        "- 💬 **[Decoding](../../topics/1.md)** · 1 paper\n"
    ) in text


REASONS = (
    Reason("query", "cheap decoding"),
    Reason("paper", "A Paper of $O(n)$"),
    Reason("author", "Ada Invented"),
    Reason("keyword", "draft model"),
    Reason("bibliography", "My Book"),
    Reason("moon", "it is full"),
)


def test_picks_stand_before_everything_else_with_their_reasons_best_first() -> None:
    picks = (
        Pick(id_of(3), 0.2, REASONS[3:]),
        Pick("arxiv:1999.00001", 0.9, REASONS[:1]),
        Pick(id_of(2), 0.5, REASONS[:3]),
    )
    text = pages(with_topics(picks=picks))[DATED]
    assert "- [⭐ For you](#for-you) · 2\n" in text
    section = text[text.index("## ⭐ For you") : text.index("## Contents")]
    assert re.findall(r"^(\d+)\. \*\*\[An Invented Paper, Number (\d)\]", section, re.M) == [
        ("1", "2"),
        ("2", "3"),
    ]
    assert "   We invent paper 2.<br>\n" in section
    assert (
        "   ⭐ matches your query “cheap decoding”; like “A Paper of O(n)”, which you liked; "
        "by Ada Invented, whom you follow<br>\n   <sub>" in section
    )
    assert "   ⭐ keyword “draft model”; like “My Book” in your bibliography; it is full<br>\n" in section


def test_no_more_than_ten_picks_are_shown() -> None:
    papers = [paper(n) for n in range(1, 21)]
    picks = tuple(Pick(p.id, float(n), REASONS[:1]) for n, p in enumerate(papers))
    section = pages(edition(papers, picks=picks))[DATED].split("## Contents")[0]
    assert section.count("⭐ matches") == 10 and "Number 20]" in section and "Number 10]" not in section


def test_korean_has_its_own_words() -> None:
    made = with_topics(
        rising=(trend(1), trend(2, editions=5)),
        fading=(trend(3),),
        newborn=(Newborn(2, "Robots", "", "vision", 12, 3),),
        picks=(Pick(id_of(1), 1.0, REASONS[:3]), Pick(id_of(2), 1.0, REASONS[3:])),
    )
    text = pages(made, "ko", first=False)["2026/01/2026-01-05.ko.md"]
    for part in (
        "⭐ 추천 논문",
        "🔥 떠오르는 주제",
        "🍂 줄어드는 주제",
        "🌱 새 주제",
        "“draft model”",
        "최근 5개 호",
    ):
        assert part in text, part
    for word in ("expected", "split from", "you liked", "New topics", "Rising"):
        assert word not in text, word


def hostile(text: str) -> layout.Edition:
    """An edition in which a model, and whoever wrote the settings, said `text` wherever they may say something."""
    return with_topics(
        topic_names=dict.fromkeys(NAMES, text),
        rising=(trend(1, id_of(1), name=text),),
        fading=(trend(2, name=text),),
        newborn=(Newborn(2, text, text, "vision", 12, 3, (id_of(1),)),),
        picks=(Pick(id_of(1), 1.0, tuple(Reason(reason.kind, text) for reason in REASONS)),),
    )


CALM = outlines(pages(hostile("x")))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_models_words_cannot_change_the_structure_or_lead_elsewhere(text: str) -> None:
    assert outlines(pages(hostile(text))) == CALM


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT)
def test_nor_can_any_text(text: str) -> None:
    # A description that shows nothing has no line of its own.
    assert outlines(pages(hostile(f"x{text}"))) == CALM


def test_the_same_record_gives_the_same_bytes() -> None:
    assert pages(hostile("x")) == pages(hostile("x"))


@pytest.mark.parametrize("count", [1200, 5000])
def test_every_page_stays_under_400_kb_and_every_card_is_found_from_the_first_page(count: int) -> None:
    long = "We present a method that is described at some length here, with results on several benchmarks. " * 14
    papers = [
        paper(n, id=f"arxiv:2601.{n:05}", title="A Rather Long Title of an Invented Paper " * 2, abstract=long)
        for n in range(count)
    ]
    name = "The Long Name of a Topic " * 4
    readings = tuple(
        reading(p, ("language", "vision", "other")[n % 3], tldr=long[:190], method=long[:300])
        for n, p in enumerate(papers)
    )
    counts = [sum(e.primary == slug for e in readings) for slug in ("language", "vision", "other")]
    record = report(
        new=count,
        shares=tuple(Share(s, n) for s, n in zip(("language", "vision", "other"), counts, strict=True)),
        folded=tuple((1, 2, 3) for _ in papers),
        topic_names=dict.fromkeys(NAMES, name),
        rising=tuple(replace(trend(1, *(p.id for p in papers[:3])), name=name) for _ in range(20)),
        newborn=tuple(Newborn(n, name, long, "vision", 12, 3, (papers[0].id,)) for n in range(1, 300)),
        picks=tuple(Pick(p.id, 1.0, (Reason("query", name),)) for p in papers[:30]),
    )
    made = pages(layout.Edition(record, tuple(papers), readings))
    assert max(len(text.encode()) for text in made.values()) < 400_000
    assert sum(text.count("\n### ") for path, text in made.items() if path != DATED) == count
    if count == 1200:
        for p, e in zip(papers, readings, strict=True):
            first = made[f"2026/01/2026-01-05/{e.primary}.md"]
            assert f'<a id="{layout.anchor(p.id)}"></a>' in first, p.id
        pointers = re.findall(r'^- <a id="([^"]+)"></a>\[\d+\. [^]]*\]\(([^)#]+)#([^)]+)\)$', first, re.M)
        assert len(pointers) > 200
        assert all(a == b and f'<a id="{b}"></a>' in made[f"2026/01/2026-01-05/{page}"] for a, page, b in pointers)


@pytest.mark.parametrize(
    ("counts", "blocks"),
    [
        ((), ""),
        ((0, 0), "▁▁"),
        ((1,), "▇"),
        ((0, 1, 2, 3, 4), "▁▂▃▅▇"),
        ((1, 100), "▂▇"),
        (tuple(range(30)), "▃▃▃▃▃▅▅▅▅▅▅▅▇▇▇▇▇▇▇▇"),
    ],
)
def test_sparklines_lift_whatever_there_is_off_the_ground(counts: tuple[int, ...], blocks: str) -> None:
    assert spark(counts) == blocks


def test_expected_numbers_have_two_digits() -> None:
    shown = [expected(n) for n in (0.0, 0.04, 0.25, 3.14159, 9.97, 31.4, 1234.5)]
    assert shown == ["0.01", "0.04", "0.25", "3.1", "10", "31", "1234"]


def test_a_label_is_the_name_or_the_id_never_nothing() -> None:
    assert label("<b>", 7) == "&lt;b&gt;" and label(" \u200b", 7) == "t7" and len(label("x" * 500, 7)) == 120
