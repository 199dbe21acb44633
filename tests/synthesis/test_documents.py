"""The archive's figures as documents: what is said of a category, and of which the day's summary hears."""

from dataclasses import replace

from digest.archive.history import Day
from digest.providers.base import Section
from digest.records import Outcome, Share, Trend
from digest.synthesis import Figures, sections
from tests.invented import CATEGORIES, DAY, paper, reading, vectors

RISE = Trend(0, "vision", "vision", 5, 1.26, 0.001)
FALL = Trend(0, "language", "language", 31, 60.2, 0.0001, editions=10)


def figures(*trends: Trend) -> Figures:
    shares = (Share("language", 2, 9.0), Share("vision", 5, 1.0), Share("other", 1, 1.0))
    return Figures(8, shares, (Day(DAY, Outcome.PUBLISHED, counts={"language": 9, "vision": 1}),), trends)


def parts() -> list[Section]:
    papers = [paper(n) for n in range(8)]
    slugs = ["language"] * 2 + ["vision"] * 5 + ["other"]
    readings = [reading(p, slug) for p, slug in zip(papers, slugs, strict=True)]
    return sections(CATEGORIES, papers, readings, vectors(8))


def test_a_categorys_figures_say_its_count_its_mean_and_the_editions_before() -> None:
    language = next(section for section in parts() if section.category.slug == "language")
    document = figures().of(language)
    assert (document.id, document.title) == ("stat:language", "Figures: Language")
    assert document.text == (
        "Language: 2 of this edition's 8 new papers, 25 % of it. "
        "That is -7 papers on Language against the mean of 30 days before, 9.0. "
        "The last 1 editions had 9 papers on Language, oldest first."
    )


def test_what_is_unusual_stands_in_the_figures_of_its_category_alone() -> None:
    texts = {section.category.slug: figures(RISE, FALL).of(section).text for section in parts()}
    rise = "The past makes about 1.3 papers on Vision likely in this edition; 5 are unusually many."
    fall = (
        "The past makes about 60.2 papers on Language likely in the last 10 editions with this one; "
        "31 are unusually few."
    )
    assert texts["vision"].endswith(rise) and texts["language"].endswith(fall)
    assert "unusually" not in texts["other"] and rise not in texts["language"]


def test_the_day_hears_of_what_the_report_calls_unusual_and_of_nothing_else() -> None:
    assert figures().moved(parts()) == []
    assert [d.id for d in figures(RISE).moved(parts())] == ["stat:vision"]
    gone = replace(RISE, category="gone", p=0.0)
    assert [d.id for d in figures(gone, RISE, FALL).moved(parts())] == ["stat:language", "stat:vision"]
    # What rises after a long fall may be told of twice; a document is there once.
    both = figures(RISE, replace(FALL, category="vision"))
    assert [d.id for d in both.moved(parts())] == ["stat:vision"]
