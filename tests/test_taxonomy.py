from pathlib import Path

import pytest

from digest.assets import Assets, shipped
from digest.errors import ConfigError
from digest.taxonomy import FILE, load_taxonomy

ONE = """[[category]]
slug = "{slug}"
emoji = "{emoji}"
name = {{ en = "{name}" }}
description = "Long enough to say."
"""


def write(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_categories() -> None:
    categories = load_taxonomy(shipped("prompts") / FILE)
    assert len(categories) == 18 and categories[-1].slug == "other"
    assert all(c.name("ko") != c.name("en") for c in categories)
    assert all(c.seeds and len(c.description) > 40 for c in categories[:-1])


def test_workspace_file_wins(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    path = write(tmp_path / "prompts", ONE.format(slug="mine", emoji="🦊", name="Mine"))
    assert Assets(tmp_path).prompt(FILE) == path
    assert [c.slug for c in load_taxonomy(path)] == ["mine", "other"]


def test_every_mistake_is_named(tmp_path: Path) -> None:
    text = ONE.format(slug="one", emoji="🦊", name="One") + ONE.format(slug="one", emoji="🦊", name="One")
    text += ONE.format(slug="bad", emoji="📦", name="A <b> c")
    with pytest.raises(ConfigError) as caught:
        load_taxonomy(write(tmp_path, text))
    for part in (
        "slug is used twice",
        "🦊 already belongs to one",
        "'One' already belongs",
        "markup",
        "📦 already",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("slug", ["t1", "t17", "t0"])
def test_a_category_is_never_called_like_a_topic(tmp_path: Path, slug: str) -> None:
    with pytest.raises(ConfigError, match=f"{slug}: a slug of t and digits is a topic's id"):
        load_taxonomy(write(tmp_path, ONE.format(slug=slug, emoji="🦊", name="One")))


@pytest.mark.parametrize("slug", ["t", "t1a", "t-17", "at17"])
def test_other_slugs_with_digits_are_fine(tmp_path: Path, slug: str) -> None:
    assert load_taxonomy(write(tmp_path, ONE.format(slug=slug, emoji="🦊", name="One")))[0].slug == slug


@pytest.mark.parametrize(
    "text",
    ["", "[[category]]\nslug = 'A b'", "no toml", ONE.format(slug="x", emoji="🦊", name="X") + "sneeds = []"],
)
def test_malformed_files(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=FILE):
        load_taxonomy(write(tmp_path, text))


@pytest.mark.parametrize("emoji", ["🗄️", "⚖️", "👩‍🔬", "🇰🇷"])
def test_emoji_of_several_characters(tmp_path: Path, emoji: str) -> None:
    path = write(tmp_path, ONE.format(slug="one", emoji=emoji, name="One"))
    assert load_taxonomy(path)[0].emoji == emoji
