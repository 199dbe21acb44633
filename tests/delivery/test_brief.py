import pytest

from digest.delivery.brief import Brief, Place, brief
from digest.records import (
    DAY,
    STAT,
    CitedSentence,
    Newborn,
    Pick,
    Reason,
    Share,
    SourceLine,
    Synthesis,
    Trend,
)
from digest.report import Edition
from tests.invented import paper, reading, report
from tests.rendered import edition, language, plain_edition

SITE = Place(site="https://me.github.io/papers/", folder="https://github.com/o/r/blob/HEAD/reports")
GITHUB = Place(folder="https://github.com/o/r/blob/HEAD/reports")


def told(found: Edition, place: Place | None = None, code: str = "en") -> Brief:
    return brief(found, language(code), "Daily", place or Place())


def ids(*numbers: int) -> tuple[str, ...]:
    return tuple(f"arxiv:2601.9{number:04}" for number in numbers)


def full_edition() -> Edition:
    return edition(
        [paper(n) for n in range(1, 9)],
        syntheses=(
            Synthesis(DAY, (CitedSentence("Numbers are rising.", (*ids(8, 2), f"{STAT}day")),), written=1),
            Synthesis("language", (CitedSentence("Seven is a number.", ids(7)),), written=1),
        ),
        picks=(
            Pick(ids(3)[0], 0.4, (Reason("keyword", "number"),)),
            Pick(ids(4)[0], 0.9, (Reason("query", "four"), Reason("author", "Ada Invented"))),
        ),
        rising=(Trend(17, "Odd numbers", "language", 5, 1.2, 0.001, papers=ids(5, 1)),),
        newborn=(Newborn(18, "", "About eight.", "vision", 3, papers=ids(8)),),
    )


def test_numbers_are_those_of_the_report() -> None:
    assert told(plain_edition()).numbers == (
        "5 new papers in 2 categories, against a mean of 3 in the 30 days before.",
    )
    first = told(Edition(report(new=1, mean_total=None), (paper(1),), (reading(paper(1)),)))
    assert first.numbers[0] == "One new paper; there are no earlier editions to compare with yet."
    moved = told(edition([paper(1), paper(2)], categories_rising=(Trend(0, "vision", "vision", 9, 2.5, 0.01),)))
    assert moved.numbers[1] == "Unusually many papers: 📷 Vision (9 papers, about 2.5 expected)."


def test_the_day_s_sentences_lead_to_their_papers() -> None:
    [sentence] = told(full_edition()).day
    links = (
        ("2601.90008", "https://arxiv.org/abs/2601.90008"),
        ("2601.90002", "https://arxiv.org/abs/2601.90002"),
    )
    assert sentence.text == "Numbers are rising." and sentence.cites == links


def test_picks_come_best_first_with_their_reasons() -> None:
    first, second = told(full_edition()).picks
    assert first.title.endswith("Number 4") and second.title.endswith("Number 3")
    assert first.why == ("matches your query “four”", "by Ada Invented, whom you follow")


def test_topics_have_their_papers_and_a_name_in_any_case() -> None:
    found = told(full_edition(), SITE)
    [rising], [newborn] = found.rising, found.newborn
    assert (
        rising.told == "5 papers, about 1.2 expected"
        and rising.page == "https://me.github.io/papers/topics/17.html"
    )
    assert [title[-1] for title, _ in rising.papers] == ["5", "1"]
    assert (newborn.name, newborn.told, newborn.emoji) == ("t18", "About eight.", "📷")


def test_categories_show_the_papers_first_that_tell_most() -> None:
    groups = {group.name: group for group in told(full_edition()).groups}
    numbers = {name: [line.title[-1] for line in group.lines] for name, group in groups.items()}
    # Language: cited in its summary, in a rising topic, then as in the report; Vision: cited in the day's; 3 and 4
    # are picked, and stand there.
    assert numbers == {"Language": ["7", "5", "1"], "Vision": ["8", "2", "6"]}
    assert groups["Vision"].papers == "4 papers" and groups["Vision"].more == 1


@pytest.mark.parametrize(
    ("place", "page", "card"),
    [
        (Place(), "", ""),
        (
            GITHUB,
            "https://github.com/o/r/blob/HEAD/reports/2026/01/2026-01-05.md",
            "https://github.com/o/r/blob/HEAD/reports/2026/01/2026-01-05/language.md#arxiv-2601-90001",
        ),
        (
            SITE,
            "https://me.github.io/papers/2026/01/2026-01-05.html",
            "https://me.github.io/papers/2026/01/2026-01-05/language.html#arxiv-2601-90001",
        ),
    ],
)
def test_links_are_whole_wherever_reports_are(place: Place, page: str, card: str) -> None:
    found = told(plain_edition(), place)
    [first, *_] = found.groups[0].lines
    assert (found.page, first.card, first.url) == (page, card, "https://arxiv.org/abs/2601.90001")


def test_a_paper_that_was_not_read_shows_its_abstract_labelled() -> None:
    unread = reading(paper(1), tldr="", provider="", extractive=False)
    [line] = told(Edition(report(new=1), (paper(1),), (unread,))).groups[0].lines
    assert line.label == "Abstract (not read)" and line.says.startswith("We invent paper 1.")
    quoted = Edition(report(new=1, provider="cohere"), (paper(1),), (reading(paper(1)),))
    assert told(quoted).groups[0].lines[0].label == "(quoted)"
    bare = Edition(report(new=1), (paper(1, abstract=""),), (reading(paper(1), tldr=""),))
    assert (told(bare).groups[0].lines[0].says, told(bare).groups[0].lines[0].label) == (
        "No abstract was given.",
        "",
    )


def test_addresses_that_are_not_safe_are_left_out() -> None:
    found = edition([paper(1, url="javascript:alert(1)"), paper(2, url="https://user@evil.example/")])
    assert [line.url for group in told(found).groups for line in group.lines] == ["", ""]


def test_the_sample_says_that_it_is_invented() -> None:
    found = edition([paper(1), paper(2)], sources=(SourceLine("sample", "file", 2),))
    assert "invented" in told(found).notice and not told(plain_edition()).notice


def test_only_what_is_quoted_throughout_says_so() -> None:
    assert "quoted from titles and abstracts" in told(plain_edition()).made
    written = Edition(report(new=1), (paper(1),), (reading(paper(1), extractive=False),))
    assert told(written).made == ""


def test_categories_without_papers_are_left_out() -> None:
    shares = (Share("language", 1, 2.0), Share("vision", 0, 3.0))
    found = Edition(report(new=1, shares=shares), (paper(1),), (reading(paper(1)),))
    assert [group.name for group in told(found).groups] == ["Language"]
