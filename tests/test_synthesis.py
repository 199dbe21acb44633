from pathlib import Path

import numpy as np
import pytest

from digest.archive import Archive, Journal
from digest.errors import ProviderError
from digest.providers.base import Section
from digest.records import CitedSentence
from digest.synthesis import sections, synthesise, synthesise_missing
from tests.fakes import FakeReader
from tests.invented import CATEGORIES, DAY, paper, reading, vectors


class Writer(FakeReader):
    """Writes what it was given and counts what it was asked for."""

    def __init__(self, sentences: tuple[CitedSentence, ...] | None = None) -> None:
        super().__init__(CATEGORIES)
        self.sentences = sentences
        self.asked: list[str] = []

    def synthesise(self, section: Section) -> tuple[CitedSentence, ...]:
        self.asked.append(section.category.slug)
        return super().synthesise(section) if self.sentences is None else self.sentences


def parts(*primaries: str) -> list[Section]:
    papers = [paper(n) for n in range(len(primaries))]
    readings = [reading(p, primary) for p, primary in zip(papers, primaries, strict=True)]
    return sections(CATEGORIES, papers, readings, vectors(len(papers)))


def journal(folder: Path) -> Journal:
    return Archive(str(folder)).journal(DAY)


def test_sections_are_biggest_first_in_the_taxonomys_order_with_other_last() -> None:
    found = parts("other", "vision", "other", "language", "other")
    assert [s.category.slug for s in found] == ["language", "vision", "other"]
    assert [s.category.slug for s in parts("vision", "language", "vision")] == ["vision", "language"]


def test_a_section_has_its_own_papers_readings_and_vectors() -> None:
    section = parts("language", "vision", "language")[0]
    assert (
        [p.id for p in section.papers] == [e.paper_id for e in section.enrichments] == [paper(0).id, paper(2).id]
    )
    assert np.array_equal(section.vectors, vectors(3)[[0, 2]])


def test_one_paper_and_other_have_no_synthesis(tmp_path: Path) -> None:
    writer = Writer()
    texts = synthesise_missing(writer, parts("language", "vision", "vision", "other", "other"), journal(tmp_path))
    assert [t.category for t in texts] == ["vision"] == writer.asked
    assert texts[0].extractive and texts[0].sentences[0].cites == (paper(1).id,)


@pytest.mark.parametrize(
    "sentence",
    [
        CitedSentence("Nobody says so.", ()),
        CitedSentence("An older paper says so.", ("arxiv:2501.00001",)),
        CitedSentence("One of the section and one of another.", (paper(0).id, paper(2).id)),
    ],
)
def test_a_sentence_that_does_not_cite_its_section_is_rejected_and_not_kept(
    tmp_path: Path, sentence: CitedSentence
) -> None:
    good = CitedSentence("The first paper says so.", (paper(0).id,))
    found = parts("language", "language", "vision", "vision")
    with pytest.raises(ProviderError, match=r"cites no paper of its section .*; run again"):
        synthesise_missing(Writer((good, sentence)), found, journal(tmp_path))
    assert journal(tmp_path).entries("synthesis") == []


def test_what_is_journalled_is_not_asked_for_again(tmp_path: Path) -> None:
    found = parts("language", "language", "vision", "vision", "vision")
    first = synthesise_missing(Writer(), found[:1], journal(tmp_path))
    second = Writer()
    both = synthesise_missing(second, found, journal(tmp_path))
    assert second.asked == ["language"] and [t.category for t in both] == ["vision", "language"]
    assert both[0] == first[0]
    third = Writer()
    assert synthesise_missing(third, found, journal(tmp_path)) == both and not third.asked


def test_made_anew_it_is_the_same_and_journalled_nowhere(tmp_path: Path) -> None:
    found = parts("language", "language", "other", "other")
    assert synthesise(Writer(), found) == synthesise_missing(Writer(), found, journal(tmp_path))


def test_nothing_to_say_is_said_with_nothing(tmp_path: Path) -> None:
    assert synthesise_missing(Writer(()), parts("language", "language"), journal(tmp_path)) == ()
