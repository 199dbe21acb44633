import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from digest import report as layout
from digest.assets import Assets
from digest.records import CitedSentence, Ledger, Outcome, Share, Skipped, SourceLine, Synthesis, Trend
from tests.invented import paper, reading, report
from tests.rendered import HOSTILE, Outline, edition, pages, plain_edition

ALLOWED_HOSTS = {"arxiv.org", "github.com", ""}


def test_an_edition_has_a_dated_page_and_a_page_of_cards_per_category() -> None:
    made = pages(plain_edition())
    assert sorted(made) == [
        "2026/01/2026-01-05.md",
        "2026/01/2026-01-05/language.md",
        "2026/01/2026-01-05/vision.md",
    ]


def test_sections_are_ordered_by_size_with_other_last() -> None:
    papers = [paper(n) for n in range(1, 8)]
    slugs = ["other", "other", "other", "vision", "vision", "language", "other"]
    shares = (Share("language", 1), Share("vision", 2), Share("other", 4))
    made = layout.Edition(
        report(new=7, shares=shares),
        tuple(papers),
        tuple(reading(p, s) for p, s in zip(papers, slugs, strict=True)),
    )
    headings = re.findall(r"^## (\S+)", pages(made)["2026/01/2026-01-05.md"], re.M)
    assert headings[1:4] == ["📷", "💬", "📦"]


def test_the_contents_name_the_updates_as_their_heading_does() -> None:
    plain = plain_edition()
    text = pages(replace(plain, report=replace(plain.report, updated=(paper(9),))))["2026/01/2026-01-05.md"]
    assert (
        "- [🔁 Updated](#updated-papers) · 1\n" in text
        and '<a id="updated-papers"></a>\n\n## 🔁 Updated\n' in text
    )


def test_no_line_of_a_report_begins_with_a_blank() -> None:
    whole, ledger = plain_edition(), Ledger(announced=2, updated=2)
    quiet = layout.Edition(report(new=0, outcome=Outcome.PUBLISHED, ledger=ledger), (), ())
    for made, said in ((whole, "Largest: "), (quiet, "2 ")):
        page = pages(made)["2026/01/2026-01-05.md"]
        assert said in page and not re.search(r"^ \S", page, re.M)


def test_every_link_inside_the_report_leads_somewhere() -> None:
    made = pages(plain_edition())
    for path, page in made.items():
        for address in Outline(page).addresses:
            target, _, fragment = address.partition("#")
            if urlsplit(address).scheme or target.startswith("../../") or target.endswith((".svg", ".ko.md")):
                continue
            full = (Path(path).parent / target).as_posix() if target else path
            found = made[str(Path("/" + full).resolve()).lstrip("/")]
            assert not fragment or f'<a id="{fragment}"></a>' in found, (path, address)


def test_a_line_says_title_authors_tldr_and_where_to_go_on() -> None:
    made = edition(
        [paper(1, authors=("A", "B", "C", "D"), comment="Code: https://github.com/example/thing."), paper(2)]
    )
    text = pages(made)["2026/01/2026-01-05.md"]
    for part in (
        "[An Invented Paper, Number 1](https://arxiv.org/abs/2601.90001)",
        "A, B, C + 1 more",
        "We invent paper 1.",
        "Also in 📦",
        "[PDF](https://arxiv.org/pdf/2601.90001)",
        "[Code](https://github.com/example/thing)",
        "[Card](2026-01-05/language.md#arxiv-2601-90001)",
    ):
        assert part in text, part


def test_accounting_failures_and_sources_are_told() -> None:
    ledger = Ledger(9, 5, 1, 2, (Skipped("item 3", "no title"),))
    sources = (SourceLine("arxiv", "feed", 8), SourceLine("feed", "", 0, "no answer"))
    text = pages(edition([paper(n) for n in range(1, 6)], ledger=ledger, sources=sources))["2026/01/2026-01-05.md"]
    assert "9 announced = 5 new + 1 updated + 2 already reported + 1 failed" in text
    assert "item 3: no title" in text and "failed and is left for the next edition: no answer" in text


def test_korean_has_its_own_headings_and_the_papers_language() -> None:
    made = pages(plain_edition(), "ko", first=False)
    text = made["2026/01/2026-01-05.ko.md"]
    assert "## 목차" in text and "## 💬 언어" in text and "월요일" in text and "We invent paper 1" in text
    assert "원문 언어" in text and "(2026-01-05/language.ko.md#" in text
    assert "[English](2026-01-05.md)" in text


@pytest.mark.parametrize("code", ["en", "ko"])
def test_the_same_record_gives_the_same_bytes(code: str) -> None:
    assert pages(plain_edition(), code) == pages(plain_edition(), code)


def test_paper_text_cannot_change_the_structure_or_lead_elsewhere() -> None:
    harmless = [paper(n, comment="x", authors=("x", "y"), abstract="x") for n in range(len(HOSTILE))]
    hostile = [
        replace(
            p, title=text, abstract=text, authors=(text, text[:9] + "y"), comment=text, subjects=(text, "cs.LG")
        )
        for p, text in zip(harmless, HOSTILE, strict=True)
    ]

    def readings(of: layout.Edition, texts: list[str]) -> layout.Edition:
        told = tuple(
            replace(e, tldr=t, problem=t, method=t, result=t, application=t, keyphrases=(t,))
            for e, t in zip(of.enrichments, texts, strict=True)
        )
        synthesis = Synthesis("language", tuple(CitedSentence(t, (told[0].paper_id,)) for t in texts), True)
        return replace(of, enrichments=told, report=replace(of.report, syntheses=(synthesis,)))

    calm = pages(readings(edition(harmless), ["x"] * len(HOSTILE)))
    wild = pages(readings(edition(hostile), HOSTILE))
    assert calm.keys() == wild.keys()
    for path in calm:
        before, after = Outline(calm[path]), Outline(wild[path])
        # A bare span is how money keeps its dollar sign on GitHub.
        assert before.tags == [tag for tag in after.tags if tag != "span"], path
        assert before.addresses == after.addresses, path
        assert {urlsplit(a).netloc for a in after.addresses} <= ALLOWED_HOSTS
        assert "<script" not in wild[path] and "{%" not in after.text.replace("{% include 'x' %}", "")


def test_a_bad_address_gives_no_link() -> None:
    made = edition([paper(1, url="javascript:alert(1)", pdf_url="file:///etc/passwd"), paper(2)])
    text = "".join(pages(made).values())
    assert "javascript:" not in text and "file:" not in text and "An Invented Paper, Number 1" in text


@pytest.mark.parametrize(
    ("code", "first", "page"), [("en", True, "map/index.html"), ("ko", False, "map/ko/index.html")]
)
def test_reports_lead_to_the_map_of_the_site(code: str, first: bool, page: str) -> None:
    made = edition([paper(1), paper(2, id="x/odd (id) & [more]")])
    found = pages(made, code, first, "https://me.example/papers/")
    at = f"https://me.example/papers/{page}"
    links = [a for text in found.values() for a in Outline(text).addresses if a.startswith(at)]
    assert links == [
        f"{at}#paper=arxiv:2601.90001",
        f"{at}#paper=x/odd%20%28id%29%20%26%20%5Bmore%5D",
        f"{at}#since=2026-01-05",
    ]
    assert "🗺" not in "".join(pages(made, code, first).values())
    assert pages(made, code, first, "https://me.example/papers") == found


@pytest.mark.parametrize("site", ["", "https://someone.github.io/a-digest-of-papers/"])
@pytest.mark.parametrize("count", [1200, 5000])
def test_every_page_stays_under_400_kb(count: int, site: str) -> None:
    long = "We present a method that is described at some length here, with results on several benchmarks. " * 14
    papers = [
        paper(n, id=f"arxiv:2601.{n:05}", title="A Rather Long Title of an Invented Paper " * 2, abstract=long)
        for n in range(count)
    ]
    made = edition(papers)
    made = replace(
        made, enrichments=tuple(replace(e, tldr=long[:190], method=long[:300]) for e in made.enrichments)
    )
    rendered = pages(made, site=site)
    assert max(len(text.encode()) for text in rendered.values()) < 400_000
    cards = sum(text.count("### ") for path, text in rendered.items() if "/2026-01-05/" in path)
    assert cards == count


def test_three_thousand_authors_and_a_huge_abstract_are_cut() -> None:
    made = edition(
        [paper(1, authors=tuple(f"Author {n}" for n in range(3000)), abstract="word " * 12_000), paper(2)]
    )
    assert all(len(text) < 40_000 for text in pages(made).values())


def test_strings_of_every_language_have_the_same_keys_and_places() -> None:
    assets = Assets(Path())
    english = assets.strings("en")
    for code in assets.languages():
        strings = assets.strings(code)
        for key, phrase in english.items():
            assert set(re.findall(r"{\w+}", strings[key])) == set(re.findall(r"{\w+}", phrase)), (code, key)


RISING = (
    Trend(0, "vision", "vision", 42, 19.6, 0.001),
    Trend(0, "language", "language", 31, 14.2, 0.002, editions=5),
)
FADING = (Trend(0, "vision", "vision", 1, 6.04, 0.001, editions=10),)


def test_categories_with_unusually_many_or_few_papers_are_told_beside_the_expected_ones() -> None:
    made = edition([paper(n) for n in range(1, 6)], categories_rising=RISING, categories_fading=FADING)
    text = pages(made)["2026/01/2026-01-05.md"]
    many = "📷 Vision (42, about 20 expected), 💬 Language (31 papers in 5 editions, about 14 expected)"
    few = "📷 Vision (1 paper in 10 editions, about 6 expected)"
    assert f" Unusually many papers: {many}. Unusually few: {few}.\n" in text
    text = pages(made, "ko", first=False)["2026/01/2026-01-05.ko.md"]
    many = "📷 비전 (42편, 예상 약 20편), 💬 언어 (최근 5개 호에 논문 31편, 예상 약 14편)"
    assert f"평소보다 많은 분야: {many}. 평소보다 적은 분야: 📷 비전 (최근 10개 호에 논문 1편" in text


@pytest.mark.parametrize(("code", "words"), [("en", ("Unusually", "expected")), ("ko", ("평소보다", "예상"))])
def test_a_record_in_which_no_category_moves_has_no_line_of_it(code: str, words: tuple[str, ...]) -> None:
    # Five of ten papers where the means are one and a half: shares alone claim nothing.
    made = pages(edition([paper(n) for n in range(1, 11)]), code)
    assert not any(word in text for text in made.values() for word in words)
