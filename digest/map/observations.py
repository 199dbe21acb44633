"""The two pages beside the map's picture: what the map shows, and how good it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.map.cards import column
from digest.map.observed import Earlier
from digest.map.observing import observe
from digest.map.page.encoding import address
from digest.map.stability import LOSS, MEDIAN, P95, Stability
from digest.records.maps import MapPaper, MapView

if TYPE_CHECKING:
    from jinja2 import Environment

# How much is shown of a title and of a topic's description.
LIMITS = {"title": 160, "topic": 120, "description": 300}
NONE = "–"
# Names whose cosine is above this are alike.
ALIKE = 0.8
_PAGE = re.compile(r"^(?![a-z]+:)([^#]*)\.html(?=#|$)")


@dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """In which language the pages are written and what they link to.

    `suffix` is that of the language's files (".ko", empty for the first language), `others` the names and suffixes
    of the other languages; `topics_at` is where topics' pages are, None for a map whose topics have none. `map_at`
    is the address of the interactive page in the language, and `drawn_at` that of the picture as an SVG; empty for
    none.
    """

    phrases: Mapping[str, str]
    environment: Environment
    suffix: str = ""
    others: tuple[tuple[str, str], ...] = ()
    topics_at: str | None = "../topics/"
    map_at: str = ""
    drawn_at: str = ""


@dataclass(frozen=True, slots=True)
class Build:
    """What is known of how a map was built; None was not measured.

    `named` is the share of `asked` held-out papers whose topic was found by its name and description alone;
    `alike` counts pairs of names of which each could be the other's. `usd` is what was paid for the build in
    `calls`, `seconds` how long it took but for the problems and methods, which took the seconds `aside`.
    """

    figures: Stability | None
    named: float | None = None
    asked: int = 0
    usd: float | None = None
    seconds: float | None = None
    alike: int | None = None
    calls: int = 0
    aside: float | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table of quality: its phrases begin with `quality_` and `key`."""

    key: str
    figure: str
    limit: str = ""


def observations(
    view: MapView, earlier: Earlier | None, pages: Pages, chances: Mapping[int, float] | None = None
) -> str:
    """What the map shows against the map before (None: the first one), in Markdown; each line cites its papers.

    `chances` are the p of topics that a test found to be rising. Reports that the papers name on the same site are
    linked as Markdown pages. Raises a Jinja error for a template of the workspace that does not fit.
    """
    told = observe(view, earlier, chances)
    context = _frame(view, pages, "observations") | {
        "told": told,
        "since": earlier.day if earlier else None,
        "names": {c.slug: f"{c.emoji} {c.name(view.language)}" for c in view.categories},
        "dated": _dated,
        "chance": _chance,
    }
    return pages.environment.get_template("map-observations.md.j2").render(context)


def quality(view: MapView, build: Build, pages: Pages) -> str:
    """How good the map is: a table of figures with a line on what each one means, in Markdown."""
    context = _frame(view, pages, "quality") | {
        "rows": list(_rows(view, build)),
        "reason": build.figures.reason if build.figures else "",
    }
    return pages.environment.get_template("map-quality.md.j2").render(context)


def _dated(paper: MapPaper) -> str:
    """Where a paper stands in its report, in Markdown; empty if nowhere."""
    return _PAGE.sub(r"\1.md", address(paper.report_url))


def _chance(p: float) -> str:
    return f"{p:.2g}" if p >= 0.001 else "< 0.001"


def _counted(count: int) -> str:
    return f"{count:,}"


def _share(count: int, papers: int) -> str:
    """The share that some of the papers are, in per cent, small ones not as nothing."""
    percent = 100 * count / max(papers, 1)
    return f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}"


def _frame(view: MapView, pages: Pages, page: str) -> dict[str, object]:
    return {
        "t": pages.phrases,
        "counted": _counted,
        "share": _share,
        "title": view.title,
        "view": view,
        "limits": LIMITS,
        "suffix": pages.suffix,
        "topics_at": pages.topics_at,
        "map_at": pages.map_at,
        "drawn_at": pages.drawn_at,
        "others": [(name, f"{page}{suffix}.md") for name, suffix in pages.others],
        "notice": "sample" in column(view.papers, "source"),
    }


def _rows(view: MapView, build: Build) -> Iterator[_Row]:
    """The table, without what was not measured; a dash stands for what this map cannot have."""
    papers, figures = len(view.papers), build.figures
    yield _Row("papers", _counted(papers))
    yield _Row("provisional", _counted(sum(column(view.papers, "provisional"))))
    yield _Row("edition", f"{view.edition}")
    if figures:
        moved = figures.moved > 0
        yield _Row("median", _percent(figures.median) if moved else NONE, _percent(MEDIAN))
        yield _Row("p95", _percent(figures.p95) if moved else NONE, _percent(P95))
        yield _Row("trustworthiness", f"{figures.trustworthiness:.3f}", f"{LOSS}")
        yield _Row("cold", f"{figures.cold:.3f}")
        yield _Row("recall", _percent(figures.recall))
        yield _Row("purity", NONE if figures.purity is None else _percent(figures.purity))
        if placing := figures.placing:
            yield _Row("placed", _counted(placing.papers), _counted(figures.papers))
            yield _Row("placed_trust", f"{placing.trustworthiness:.3f}")
            yield _Row("placed_recall", _percent(placing.recall))
    if papers:
        yield _Row("unsorted", _percent(float((view.assignments[0].labels < 0).mean())))
    if build.named is not None:
        yield _Row("names", _percent(build.named), _counted(build.asked))
    if build.alike is not None:
        yield _Row("alike", _counted(build.alike), f"{ALIKE}")
    if build.usd is not None:
        yield _Row("cost", f"${build.usd:.2f}", _counted(build.calls))
    for key, seconds in (("time", build.seconds), ("aside", build.aside)):
        if seconds is not None:
            yield _Row(key, f"{seconds:.0f}\N{NO-BREAK SPACE}s")


def _percent(share: float) -> str:
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"
