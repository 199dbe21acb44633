from datetime import date
from pathlib import Path

from digest.website.sources import Kind, found_sources

OURS = {
    "2026/01/2026-01-05.md": Kind.EDITION,
    "2026/01/2026-01-05.ko.md": Kind.EDITION,
    "2026/01/2026-01-05.svg": Kind.PICTURE,
    "2026/01/2026-01-05/vision-2.ko.md": Kind.CARDS,
    "topics/17.md": Kind.TOPIC,
    "topics/17.svg": Kind.PICTURE,
    "topics/README.md": Kind.TOPICS,
    "map/quality.ko.md": Kind.MAP,
    "map/map.png": Kind.PICTURE,
}
OTHERS = (
    "README.md", "notes.md", "2026/01/2026-13-45.md", "2026/01/2026-01-05.fr.md", "topics/mine.md",
    "2026/01/2026-01-05/Own Notes.md", "map/secret.png", "2026/01/.2026-01-05.md.tmp", ".digest.json",
)  # fmt: skip


def test_only_what_the_program_wrote_is_shown(tmp_path: Path) -> None:
    for name in (*OURS, *OTHERS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    found = {source.path: source for source in found_sources(tmp_path, {"", ".ko"})}
    assert {path: source.kind for path, source in found.items()} == OURS
    cards = found["2026/01/2026-01-05/vision-2.ko.md"]
    assert (cards.name, cards.suffix, cards.edition) == ("vision", ".ko", date(2026, 1, 5))
    assert cards.page == "2026/01/2026-01-05/vision-2.ko.html"
    editions = [source for source in found.values() if source.kind is Kind.EDITION]
    assert len({source.stem for source in editions}) == 1


def test_a_language_that_is_not_set_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    for name in ("topics/1.md", "topics/1.ko.md"):
        (tmp_path / name).write_text("x")
    assert [source.path for source in found_sources(tmp_path, {""})] == ["topics/1.md"]
    assert found_sources(tmp_path / "nowhere", {""}) == []
