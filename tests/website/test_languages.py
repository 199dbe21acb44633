"""What stands in a further language: translations where there are any, else what the first language has."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digest.archive import Archive
from digest.archive.store import Store
from digest.assets import Assets
from digest.config import Config
from digest.records import Share, Translation
from digest.website.feeding import latest_readings
from digest.website.output import Output
from digest.website.searching import write_shards
from digest.website.workshop import Workshop
from tests.invented import paper, reading, report
from tests.rendered import language


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    archive = Archive(str(tmp_path / "archive"))
    papers = [paper(1), paper(2)]
    told = [Translation(papers[0].id, "ko", "fake", "model", title="지어낸 논문", tldr="고래가 노래한다.")]
    archive.commit(
        report(new=2, shares=(Share("language", 2),), translated={"ko": ()}),
        papers,
        [reading(p, "language") for p in papers],
        np.ones((2, 4), dtype=np.float32),
        translations={"ko": told},
    )
    languages = (language(), language("ko", first=False))
    output = Output(tmp_path / "archive/site")
    return Workshop(archive, None, Config(workspace=tmp_path), Assets(tmp_path), languages, output)


def test_the_search_knows_translations(shop: Workshop) -> None:
    write_shards(shop, lambda *_: None)
    shop.output.close()
    english, korean = (
        json.loads((shop.output.folder / f"search/2026-01{suffix}.json").read_text()) for suffix in ("", ".ko")
    )
    assert [row[6] for row in english] == ["", ""] and [row[6] for row in korean] == ["지어낸 논문", ""]
    assert (
        korean[0][3] == "고래가 노래한다." and korean[1][3] == english[1][3] == reading(paper(2), "language").tldr
    )
    months = json.loads((shop.output.folder / "search/months.ko.json").read_text())
    assert months["categories"]["language"] == "💬 언어"


def test_a_second_build_reads_no_papers(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    write_shards(shop, lambda *_: None)
    shop.output.close()
    monkeypatch.setattr(Store, "read_table", None)
    again = replace(shop, output=Output(shop.output.folder))
    write_shards(again, lambda *_: None)
    again.output.close()
    assert again.output.written == 0


def test_feeds_of_topics_know_translations(shop: Workshop) -> None:
    told = {paper_id: tldr for paper_id, (_, tldr) in latest_readings(shop, shop.languages[1]).items()}
    assert told == {paper(1).id: "고래가 노래한다.", paper(2).id: reading(paper(2), "language").tldr}


def test_what_is_not_there_is_not_linked(shop: Workshop) -> None:
    frame = shop.frame(shop.languages[1])
    assert frame.front == "index.ko.html" and not frame.map and not frame.topics and not frame.picture
    (shop.output.folder / "map").mkdir(parents=True)
    (shop.output.folder / "map/index.html").write_text("the map")
    # Better the map in another language than none.
    assert shop.frame(shop.languages[1]).map == "map/index.html"
