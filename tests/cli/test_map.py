"""`digest map`: the archive's map and that of a list, with tiny stand-ins for the browser's libraries."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from digest.archive import Archive
from digest.errors import ProviderError
from digest.records import Enrichment, Listing, Paper
from tests.cli.calling import MONDAY, TUESDAY, Command, Filling, Stage
from tests.cli.curating import HEAD, fill
from tests.cli.test_site import dead_links, links
from tests.fakes import FakeEmbedder, FakeReader
from tests.invented import paper, reading

PAGE = Path("archive/site/map/index.html")


@pytest.fixture(autouse=True)
def scripts(held: None) -> None:
    """Every test here draws a map."""


@pytest.fixture
def filled(workspace: Path, stage: Stage, filling: Filling) -> Path:
    fill(stage, filling)
    return workspace


def test_the_archive_is_drawn_and_stays_where_it_was(digest: Command, filled: Path) -> None:
    first = digest("map", at=MONDAY)
    assert first.code == 0, first.err
    assert str(PAGE) in first.out and "48 papers" in first.out
    page = PAGE.read_text(encoding="utf-8")
    assert all(topic.name in page for topic in Archive("archive").clustering.live.values())  # type: ignore[union-attr]
    places = Archive("archive").layout
    assert digest("map", at=TUESDAY).code == 0
    again = Archive("archive").layout
    assert places is not None and again is not None
    assert (again.positions == places.positions).all() and again.told == places.told
    assert PAGE.read_text(encoding="utf-8") == page


def test_new_papers_are_placed_and_marked_until_the_next_rebuild(
    digest: Command, filled: Path, stage: Stage
) -> None:
    assert digest("map", at=MONDAY).code == 0
    before = Archive("archive").layout
    stage[TUESDAY] = [Listing(paper(900 + n, title="moths moths moths owls on moths")) for n in range(3)]
    assert digest("run", at=TUESDAY).code == 0 and digest("map", at=TUESDAY).code == 0
    after = Archive("archive").layout
    assert before is not None and after is not None
    assert after.provisional.sum() == 3 and (after.positions[: len(before.ids)] == before.positions).all()
    assert digest("map", "--rebuild", at=TUESDAY).code == 0
    rebuilt = Archive("archive").layout
    assert rebuilt is not None and not rebuilt.provisional.any() and rebuilt.told["built"] == "2026-01-06"


def test_a_list_has_its_map_and_the_archive_is_not_touched(digest: Command, filled: Path) -> None:
    before = HEAD.read_bytes()
    rows = [{"title": f"owls owls {n} sparks", "abstract": "Owls see sparks.", "id": f"x/{n}"} for n in range(30)]
    Path("birds.jsonl").write_text("\n".join(map(json.dumps, rows)))
    ended = digest("map", "--from", "birds.jsonl")
    assert ended.code == 0, ended.err
    assert "30 papers" in ended.out and Path("archive/site/maps/birds/index.html").exists()
    assert HEAD.read_bytes() == before and not PAGE.exists()


def test_a_list_is_called_as_its_file_is_or_as_one_likes(digest: Command, workspace: Path) -> None:
    Path("birds.of.2026.csv").write_text("title\nOwls at night\nMoths by day\n")
    page = Path("archive/site/maps/birds/index.html")
    assert digest("map", "--from", "birds.of.2026.csv").code == 0
    assert "<title>birds</title>" in page.read_text(encoding="utf-8")
    assert digest("map", "--from", "birds.of.2026.csv", "--title", "Birds & Co").code == 0
    assert "<title>Birds &amp; Co</title>" in page.read_text(encoding="utf-8")
    assert page.with_name("map.svg").read_text(encoding="utf-8").startswith("<?xml")


def addresses(page: Path) -> list[str]:
    """Where the cards of a map's page lead in the reports."""
    return sorted(set(re.findall(r'"(\.\./[^"#]*)#[^"]*"', page.read_text(encoding="utf-8"))))


def test_the_page_leads_to_the_markdown_or_to_the_site_where_there_is_one(digest: Command, filled: Path) -> None:
    Path("digest.toml").write_text('languages = ["en", "ko"]\n')
    assert digest("render", "--all").code == 0
    for number, pages in enumerate((False, True)):
        if pages:
            Path("digest.toml").write_text('languages = ["en", "ko"]\n[site]\nurl = "https://me.example/"\n')
        assert digest("map", "--rebuild", at=(MONDAY, TUESDAY)[number]).code == 0
        for page, up, suffix in ((PAGE, "../", ""), (PAGE.parent / "ko/index.html", "../../", ".ko")):
            found = addresses(page)
            assert found
            for address in found:
                assert address.endswith(f"{suffix}.html" if pages else f"{suffix}.md"), address
                assert address.startswith(f"{up}2026/" if pages else f"{up}../../reports/2026/"), address
                assert pages or (page.parent / address).exists(), address
    seen = Path("reports/map/observations.md").read_text(encoding="utf-8")
    assert "(https://me.example/map/index.html)" in seen and "(https://me.example/map/map.svg)" in seen
    assert "(map/observations.md)" in Path("reports/README.md").read_text(encoding="utf-8")
    assert "](../2026/01/2026-01-05/" in seen and "reports/" not in seen and ".html#" not in seen


@pytest.mark.parametrize("url", ["", "https://me.example/x/"])
@pytest.mark.parametrize("commands", [("map", "site"), ("site", "map", "site")])
def test_map_and_site_lead_to_each_other_whichever_came_first(
    digest: Command, filled: Path, commands: Sequence[str], url: str
) -> None:
    Path("digest.toml").write_text(f'languages = ["en", "ko"]\n[site]\nurl = "{url}"\n')
    assert digest("render", "--all").code == 0
    for command in commands:
        ended = digest(command)
        assert ended.code == 0, ended.err
    assert dead_links() == set()
    for page in (PAGE, PAGE.parent / "ko/index.html"):
        found = addresses(page)
        assert found and all((page.parent / address).is_file() for address in found)
        assert not any("reports/" in address for address in found)
    maps = {link.partition("#")[0] for page, link in links() if page.startswith("2026/01/2026-01-05.")}
    assert {"../../map/index.html", "../../map/ko/index.html"} <= maps
    before = PAGE.read_bytes()
    assert "0 of them new or changed" in digest("site").out and PAGE.read_bytes() == before


def test_links_to_a_map_that_was_never_drawn_are_left_out(digest: Command, filled: Path) -> None:
    Path("digest.toml").write_text('languages = ["en", "ko"]\n[site]\nurl = "https://me.example/x/"\n')
    assert digest("render", "--all").code == 0
    assert "https://me.example/x/map/" in Path("reports/2026/01/2026-01-05.md").read_text(encoding="utf-8")
    assert digest("site").code == 0
    site = PAGE.parents[1]
    assert dead_links() == set()
    assert not any("/map/" in path.read_text(encoding="utf-8") for path in site.rglob("*.xml"))
    assert digest("map").code == 0
    (PAGE.parent / "ko/index.html").unlink()
    assert digest("site").code == 0 and dead_links() == set()
    assert "https://me.example/x/map/" in (site / "feed.xml").read_text(encoding="utf-8")


def test_a_language_set_since_the_last_rebuild_has_no_links_to_what_is_not_there(
    digest: Command, filled: Path
) -> None:
    def own() -> list[Path]:
        told = re.findall(r'href="([^"]*(?:quality|observations)[^"]*)"', korean.read_text(encoding="utf-8"))
        return [(korean.parent / address).resolve() for address in told]

    Path("digest.toml").write_text('languages = ["en"]\n')
    assert digest("map", at=MONDAY).code == 0
    Path("digest.toml").write_text('languages = ["en", "ko"]\n')
    korean = PAGE.parent / "ko/index.html"
    assert digest("map", at=MONDAY).code == 0 and own() == []
    assert "quality.md" in PAGE.read_text(encoding="utf-8")
    assert digest("map", "--rebuild", at=MONDAY).code == 0
    assert len(own()) == 2 and all(page.is_file() for page in own())


def test_a_rebuild_tells_how_good_the_names_are_and_what_it_took(digest: Command, filled: Path) -> None:
    assert digest("map", at=MONDAY).code == 0
    told = Path("reports/map/quality.md").read_text(encoding="utf-8")
    for figure in ("Names alike", "Cost | $0.00", "Time |", "Time, problems and methods |"):
        assert f"| {figure}" in told
    assert (PAGE.parent / "map.svg").exists()


def test_what_cannot_be_sorted_by_is_said_in_a_line(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(self: FakeReader, papers: Sequence[Paper]) -> list[Enrichment]:
        return [reading(of, problem=f"{of.title} are few") for of in papers]

    def fails(self: FakeEmbedder, texts: Sequence[str]) -> None:
        raise ProviderError("the service is down")

    monkeypatch.setattr(FakeReader, "read", told)
    monkeypatch.setattr(FakeEmbedder, "embed_texts", fails)
    Path("birds.csv").write_text("title\n" + "\n".join(f"Owls {n}" for n in range(30)))
    ended = digest("map", "--from", "birds.csv")
    assert ended.code == 0
    assert "digest: the map cannot be sorted by problem: the service is down" in ended.err.splitlines()
    assert "by method" not in ended.err


def test_a_list_too_short_for_topics_has_a_map_too(digest: Command, workspace: Path) -> None:
    Path("birds.csv").write_text("title\nOwls at night\nMoths by day\nOwls again\n")
    ended = digest("map", "--from", "birds.csv")
    assert ended.code == 0 and "3 papers, 0 topics" in ended.out, ended.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--from", "nowhere.csv"), 1, "there is no file nowhere.csv"),
        (("--from", "."), 1, ". is a folder; name a list of papers"),
        (("--from", "empty.jsonl"), 1, "lists no papers"),
        (("--from", "header.csv"), 1, "header.csv lists no papers"),
        (("--from", "odd.csv"), 1, "only name, sum; name the columns title and abstract)\n"),
        (("--from", "empty.jsonl", "--rebuild"), 2, "only one of"),
        (("--title", "Owls"), 2, "goes with --from"),
        ((), 1, "digest: the archive holds no edition yet; `digest run` makes the first\n"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    digest: Command, workspace: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    Path("empty.jsonl").write_text("")
    Path("header.csv").write_text("id,title,abstract\n")
    Path("odd.csv").write_text("name;sum\nOwls;2\n")
    ended = digest("map", *words)
    assert ended.code == code and said in ended.err and "file.paths" not in ended.err
    assert not Path("archive/HEAD.json").exists() and not Path("reports").exists()


def test_a_list_of_one_paper_and_many_doubled_rows_is_told_in_few_lines(digest: Command, workspace: Path) -> None:
    Path("birds.csv").write_text("id;Paper Title;Abstract\n" + "a;Owls at night;They see.\n" * 41)
    ended = digest("map", "--from", "birds.csv")
    assert ended.code == 0 and "1 paper, 0 topics" in ended.out, ended.err
    assert ended.err.count("left out: its id") == 3 and "and 37 more left out\n" in ended.err


@pytest.mark.parametrize("at", ["archive", "archive/site"])
def test_a_file_in_the_way_is_told_before_the_work(digest: Command, workspace: Path, at: str) -> None:
    Path("birds.csv").write_text("title\nOwls at night\nMoths by day\n")
    Path(at).parent.mkdir(exist_ok=True)
    Path(at).write_text("")
    ended = digest("map", "--from", "birds.csv")
    assert ended.code == 1 and f"{at} is a file, not a folder" in ended.err and "done" not in ended.err


def test_a_workspace_that_cannot_be_written_to_is_told_before_the_work(digest: Command, workspace: Path) -> None:
    Path("birds.csv").write_text("title\nOwls at night\n")
    ended = digest("map", "--from", "birds.csv", "--workspace", "/proc")
    assert ended.code == 1 and "/proc/archive/site/maps cannot be written to" in ended.err
    assert "done" not in ended.err
