"""What holds for every source in the registry."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from digest import registry
from digest.archive.tables import BATCH
from digest.errors import SourceError
from digest.records import Batch, Kind
from digest.sources.base import Source
from digest.sources.sample import SampleSource
from tests.arxiv_shapes import Invented, Shelf, rss
from tests.serving import Asked, Says, Site, client_of, serving, settings

EDITION = SampleSource.editions()[0]
NAMES = sorted(registry.SOURCES)
HOSTILE = Invented(
    "2601.00002",
    "<script>alert(1)</script> [a](javascript:b) {{ c }}",
    "Let a<b. ![x](http://evil.example) \u202e \u200b",
    ("A, Jr.", "<b>B</b>"),
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture(params=NAMES)
def source(request: pytest.FixtureRequest, site: Site, tmp_path: Path) -> Source:
    """Each source with the same two papers to list (the sample has its own)."""
    site.asked.clear()
    site.answer = lambda asked: rss(EDITION, [Invented("2601.00001"), HOSTILE])
    (tmp_path / "list.jsonl").write_text(
        '{"id": "2601.00001", "title": "A"}\n{"id": "2601.00002", "title": "\\ud800 <b>"}\n', encoding="utf-8"
    )
    return opened(request.param, site, tmp_path)


def opened(name: str, site: Site, folder: Path) -> Source:
    config = settings(
        site,
        folder,
        arxiv__categories=["cs.LG"],
        feed__urls=[f"{site.url}/journal.xml"],
        file__paths=["list.jsonl"],
    )
    found: Source = registry.load(registry.SOURCES, name).open(config, client_of(config))
    return found


def fetch(source: Source, done: tuple[str, ...] = ()) -> list[Batch]:
    return list(source.fetch(EDITION, EDITION, Shelf(), done))


@pytest.mark.parametrize("name", NAMES)
def test_the_registry_and_the_class_agree_on_the_name(name: str) -> None:
    found = registry.load(registry.SOURCES, name)
    assert issubclass(found, Source) and found.name == name


def test_opening_asks_nothing(source: Source, site: Site) -> None:
    assert not site.asked


def test_batches_name_their_source_and_have_parts_of_their_own(source: Source) -> None:
    batches = fetch(source)
    assert batches and {batch.source for batch in batches} == {source.name}
    assert len({batch.part for batch in batches}) == len(batches)
    assert all(batch.origin for batch in batches)


def test_papers_have_what_every_room_counts_on(source: Source) -> None:
    listings = [listing for batch in fetch(source) for listing in batch.listings]
    assert len(listings) >= 2
    for listing in listings:
        paper = listing.paper
        assert paper.id.startswith("arxiv:") and paper.title == " ".join(paper.title.split()) != ""
        assert paper.source == source.name and paper.version >= 1 and isinstance(listing.kind, Kind)
        for link in (paper.url, paper.pdf_url):
            assert link == "" or link.startswith("https://arxiv.org/")


def test_the_journal_gives_every_batch_back(source: Source) -> None:
    for batch in fetch(source):
        assert BATCH.validate_json(BATCH.dump_json(batch)) == batch


def test_the_same_answers_give_the_same_batches(source: Source) -> None:
    assert fetch(source) == fetch(source)


def test_parts_that_are_done_are_left_out_one_by_one(source: Source) -> None:
    parts = [batch.part for batch in fetch(source)]
    for part in parts:
        assert part not in [batch.part for batch in fetch(source, (part,))]
    assert fetch(source, tuple(parts)) == []


def test_the_check_says_something(source: Source) -> None:
    assert source.check().strip()


@pytest.mark.parametrize("name", ["arxiv", "feed"])
@pytest.mark.parametrize(
    "answer",
    [
        Says(b"gone", 404),
        Says(b"busy", 503),
        Says(b"Rate exceeded."),
        Says(b""),
        Says(b"<html><body>later</body></html>"),
        Says(rss(EDITION, [Invented("2601.00001")])[:-200]),
        Says(b"half", cut=50),
    ],
)
def test_an_answer_that_is_none_is_an_error_never_an_empty_list(
    name: str, answer: Says, site: Site, tmp_path: Path
) -> None:
    site.say(answer)
    with pytest.raises(SourceError):
        fetch(opened(name, site, tmp_path))
    with pytest.raises(SourceError):
        opened(name, site, tmp_path).check()


def test_dated_sources_are_these(site: Site, tmp_path: Path) -> None:
    assert {name for name in NAMES if opened(name, site, tmp_path).dated} == {"arxiv", "sample"}


def test_no_source_asks_beyond_what_is_set(source: Source, site: Site) -> None:
    def answer(asked: Asked) -> bytes:
        assert asked.path in ("/rss/cs.LG", "/journal.xml")
        return rss(date(2026, 1, 5), [HOSTILE])

    site.answer = answer
    fetch(source)
