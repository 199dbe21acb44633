import shutil
from pathlib import Path

import pytest

from digest import assets as room
from digest import report as layout
from digest.assets import Assets, mistakes_told, shipped
from digest.delivery import MESSAGE_FILTERS
from digest.doctor import TEMPLATES
from digest.errors import ConfigError


def own(workspace: Path, name: str, text: str) -> Path:
    path = workspace / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(workspace: Path, language: str, old: str, new: str) -> Path:
    """The shipped strings of a language as the workspace's own, with one change."""
    text = (shipped("templates") / f"strings/{language}.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    return own(workspace, f"templates/strings/{language}.toml", text.replace(old, new))


def test_a_workspaces_file_wins_over_the_shipped_one(tmp_path: Path) -> None:
    assets = Assets(tmp_path)
    assert assets.prompt("taxonomy.toml") == shipped("prompts") / "taxonomy.toml"
    mine = own(tmp_path, "prompts/taxonomy.toml", "")
    assert assets.prompt("taxonomy.toml") == mine
    own(tmp_path, "templates/parts.md.j2", "mine")
    environment = assets.environment(layout.FILTERS)
    assert environment.get_template("parts.md.j2").render() == "mine"
    assert Path(environment.get_template("report.md.j2").filename or "").parent == shipped("templates")


def test_every_shipped_template_is_there_and_parses(tmp_path: Path) -> None:
    environment = Assets(tmp_path).environment({**layout.FILTERS, **MESSAGE_FILTERS})
    assert sorted(TEMPLATES) == sorted(path.name for path in shipped("templates").glob("*.j2"))
    for name in TEMPLATES:
        environment.get_template(name)


def test_an_installed_wheel_has_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages/digest"
    for kind in ("templates", "prompts"):
        shutil.copytree(shipped(kind), package / "_assets" / kind)
    own(tmp_path, "site-packages/templates/strings/xx.toml", "")
    monkeypatch.setattr(room, "PACKAGE", package)
    (tmp_path / "workspace").mkdir()
    assets = Assets(tmp_path / "workspace")
    assert assets.prompt("taxonomy.toml") == package / "_assets/prompts/taxonomy.toml"
    assert assets.languages() == ["en", "ko"] and assets.strings("ko")["language_name"]
    assets.environment(layout.FILTERS).get_template("report.md.j2")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"prompts/nothing\.md is missing; .*add it to the workspace"):
        Assets(tmp_path).prompt("nothing.md")


def test_an_unknown_language_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no report language 'fr'; known: en, ko"):
        Assets(tmp_path).strings("fr")


def test_a_new_language_is_one_file(tmp_path: Path) -> None:
    english = (shipped("templates") / "strings/en.toml").read_text(encoding="utf-8")
    own(tmp_path, "templates/strings/fr.toml", english.replace('"Contents"', '"Sommaire"'))
    assets = Assets(tmp_path)
    assert assets.languages() == ["en", "fr", "ko"] and assets.strings("fr")["contents"] == "Sommaire"


def test_every_mistake_in_a_strings_file_is_told(tmp_path: Path) -> None:
    text = (shipped("templates") / "strings/ko.toml").read_text(encoding="utf-8")
    lines = [
        line
        for line in text.splitlines()
        if not line.startswith(("contents =", "pdf =", "count_many =", "months ="))
    ]
    lines += ['count_many = "{number}편"', 'months = "1월 2월"']
    path = own(tmp_path, "templates/strings/ko.toml", "\n".join(lines))
    with pytest.raises(ConfigError) as caught:
        Assets(tmp_path).strings("ko")
    assert str(caught.value).splitlines() == [
        f"{path} has mistakes:",
        "  missing: contents, pdf",
        "  count_many: no such place: {number}; there are: {count}",
        "  months: 12 words are needed, not 2",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('contents = "Contents"', "", "missing: contents"),
        ('contents = "Contents"', 'contents = "{"', "contents: a brace without its other half"),
        ('contents = "Contents"', 'contents = "{x}"', "contents: no such place: {x}; there are: none"),
        (
            'count_many = "{count} papers"',
            'count_many = "{count.__class__} papers"',
            "count_many: no such place: {count.__class__}",
        ),
    ],
)
def test_own_english_is_held_to_the_shipped_one(tmp_path: Path, old: str, new: str, said: str) -> None:
    changed(tmp_path, "en", old, new)
    with pytest.raises(ConfigError) as caught:
        Assets(tmp_path).strings("en")
    assert said in str(caught.value)


def test_a_place_may_be_left_out(tmp_path: Path) -> None:
    changed(tmp_path, "en", 'count_many = "{count} papers"', 'count_many = "several papers"')
    assert Assets(tmp_path).strings("en")["count_many"] == "several papers"


@pytest.mark.parametrize("text", [b'contents = "x', b"\xff\xfe", b"contents"])
def test_a_broken_strings_file_is_not_called_unknown(tmp_path: Path, text: bytes) -> None:
    own(tmp_path, "templates/strings/ko.toml", "").write_bytes(text)
    with pytest.raises(ConfigError, match=r"strings/ko\.toml cannot be read: "):
        Assets(tmp_path).strings("ko")


def test_the_programs_own_mistakes_are_not_blamed_on_a_template(tmp_path: Path) -> None:
    own(tmp_path, "templates/parts.md.j2", "{{ 'x' | broken }}")

    def broken(text: str) -> str:
        raise ValueError("a mistake in the program")

    template = Assets(tmp_path).environment({"broken": broken}).get_template("parts.md.j2")
    with pytest.raises(ValueError, match="a mistake in the program"), mistakes_told():
        template.render()
