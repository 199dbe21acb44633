import tomllib
from pathlib import Path

import pytest
from hypothesis import given

from digest.curation import HEADER, Curation, amended, load_curation, name_fault, strangers, topic_id
from digest.errors import ConfigError
from digest.taxonomy import FORBIDDEN
from tests.any_text import ANY_TEXT, FUZZ
from tests.invented import CATEGORIES

WRITTEN = """\
# Ours.
[t17]                       # the splats
name = "Gaussian splatting of moving scenes"   # since March

[t9]
locked = true


# merged in April
[t30]
merge_into = 17
"""


def load(path: Path) -> Curation:
    return load_curation(path, CATEGORIES, FORBIDDEN)


def write(folder: Path, text: str) -> Path:
    path = folder / "topics.toml"
    path.write_bytes(text.encode())
    return path


def test_names_locks_and_merges(tmp_path: Path) -> None:
    found = load(write(tmp_path, WRITTEN))
    assert found.names == {17: "Gaussian splatting of moving scenes"}
    assert (found.locked, found.merges) == ({9, 17}, ((30, 17),))
    assert list(strangers(found, [17, 30])) == [
        "topics.toml: there is no topic t9; `digest topics --all` lists them"
    ]


def test_no_file_is_nothing_decided(tmp_path: Path) -> None:
    assert (
        load(tmp_path / "topics.toml") == load(write(tmp_path, "")) == load(write(tmp_path, HEADER)) == Curation()
    )


def test_merges_come_in_an_order_in_which_they_can_be_done(tmp_path: Path) -> None:
    text = "[t5]\nmerge_into = 2\n[t12]\nmerge_into = 5\n[t110]\nmerge_into = 12\n"
    assert load(write(tmp_path, text)).merges == ((110, 12), (12, 5), (5, 2))


def test_a_topic_that_is_merged_away_leaves_its_name(tmp_path: Path) -> None:
    text = '[t5]\nname = "Agents"\n[t7]\nname = "Agents"\nmerge_into = 5'
    assert load(write(tmp_path, text)).names == {5: "Agents", 7: "Agents"}
    assert load(write(tmp_path, text.replace("t5", "t8").replace("= 5", "= 3"))).names == {
        7: "Agents",
        8: "Agents",
    }


MISTAKES = {
    'title = "x"': ["title: ", "like [t17]"],
    "[17]\nlocked = true": ["17: ", "like [t17]"],
    "[t0]\nlocked = true": ["t0: ", "like [t17]"],
    't4 = "Agents"': ["t4: ", "like [t17]"],
    "[t4]\nsplit = true": ["t4.split: ", "`digest topics split t4`"],
    "[t4]\nnmae = 'x'": ["t4.nmae: no such entry; known: name, locked, merge_into"],
    "[t4]\nname = 5": ["t4.name: ", "string", "got 5"],
    "[t4]\nname = ''": ["t4.name: ", "2 characters"],
    f"[t4]\nname = '{'x' * 81}'": ["t4.name: ", "80 characters"],
    "[t4]\nname = 'A <b>'": ["t4.name: ", "'<'", "got 'A <b>'"],
    '[t4]\nname = "A \\u202e b"': ["t4.name: ", "invisible"],
    "[t4]\nname = 'A  b'": ["t4.name: ", "one space"],
    "[t4]\nname = '--'": ["t4.name: ", "letters"],
    "[t4]\nname = 'UNSORTED'": ["t4.name: ", "without a topic"],
    "[t4]\nname = 'vision'": ["t4.name: ", "the category vision"],
    "[t4]\nname = '비전'": ["t4.name: ", "the category vision"],
    "[t4]\nname = 'Agents'\n[t7]\nname = 'agents'": ["t7.name: ", "the name of t4", "'agents'"],
    "[t4]\nname = 'Agents'\nlocked = false": ["t4.locked: ", "for ever"],
    "[t4]\nlocked = 'yes'": ["t4.locked: ", "boolean", "'yes'"],
    "[t4]\nmerge_into = 4": ["t4.merge_into: ", "another topic"],
    "[t4]\nmerge_into = 7": ["t4.merge_into: ", "[t7] with merge_into = 4"],
    "[t4]\nmerge_into = 0": ["t4.merge_into: ", "got 0"],
    "[t4]\nmerge_into = true": ["t4.merge_into: ", "integer", "True"],
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_with_what_is_allowed(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"topics.toml has mistakes") as caught:
        load(write(tmp_path, text))
    [line] = str(caught.value).splitlines()[1:]
    assert all(part in line for part in MISTAKES[text]), line


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = "[t1]\nname = 5\n[t2]\nname = 'Vision'\nsplit = true\n[t3]\nmerge_into = 9\n[x]\n"
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text))
    assert [line.strip().partition(": ")[0] for line in str(caught.value).splitlines()[1:]] == [
        "t1.name",
        "t2.split",
        "x",
        "t3.merge_into",
    ]


@pytest.mark.parametrize("text", ["[t1\nname", "[t1]\n[t1]", "[t1]\nname = x"])
def test_what_is_no_toml_is_named_with_the_reason(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"topics.toml cannot be read: .*line"):
        load(write(tmp_path, text))
    with pytest.raises(ConfigError, match=r"topics.toml cannot be read: .*line"):
        amended(tmp_path / "topics.toml", text, 1, "locked", True)


def test_a_mark_at_the_start_of_the_file_is_none_of_its_text(tmp_path: Path) -> None:
    assert load(write(tmp_path, '\ufeff[t1]\nname = "Moths"')).names == {1: "Moths"}


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_bytes("[t1]\nname = 'Café'".encode("latin-1"))
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "topics.toml")


def test_an_entry_is_changed_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    renamed = amended(path, WRITTEN, 17, "name", "Splatting \\ of 'moving' scenes")
    old, new = WRITTEN.splitlines(), renamed.splitlines()
    assert [n for n, (a, b) in enumerate(zip(old, new, strict=True)) if a != b] == [2]
    assert "# since March" in new[2]
    locked = amended(path, WRITTEN, 9, "name", "Owls")
    assert locked == WRITTEN.replace("locked = true\n", 'locked = true\nname = "Owls"\n')
    added = amended(path, renamed, 40, "locked", True)
    assert added.startswith(renamed) and tomllib.loads(added)["t40"] == {"locked": True}


SHAPES = [
    "",
    "[t1]\nlocked = true",
    "t1 = { locked = true }",
    "t1.locked = true",
    "[t1]\r\nlocked = true # kept\r\n\r\n\r\n[t2]\r\nlocked = true\r\n",
    "# only a comment",
    "[t2]\nlocked = true\n[t1]\n\n\n# at the end\n",
]


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("topic", [1, 2, 3])
def test_however_the_file_is_laid_out(tmp_path: Path, text: str, topic: int) -> None:
    changed = amended(tmp_path / "topics.toml", text, topic, "name", "대규모 “모델”")
    before = tomllib.loads(text)
    table = f"t{topic}"
    assert tomllib.loads(changed) == {**before, table: {**before.get(table, {}), "name": "대규모 “모델”"}}
    assert all(part in changed for part in ("# kept", "# only a comment", "# at the end") if part in text)
    assert load(write(tmp_path, changed)).names == {topic: "대규모 “모델”"}


def test_what_stands_where_a_table_belongs_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="by hand"):
        amended(tmp_path / "topics.toml", 't1 = "Agents"', 1, "name", "Agents")


def test_names_are_told_apart_whatever_their_case_and_width() -> None:
    taken = {"agents and tools": "t4"}
    assert name_fault("Ａｇｅｎｔｓ and TOOLS", taken, FORBIDDEN) == "this is already the name of t4"
    assert name_fault("Agents and-tools!", taken, FORBIDDEN) == "this is already the name of t4"
    assert name_fault("Agents or tools", taken, FORBIDDEN) == ""


def test_ids_as_they_are_printed_and_as_they_are_typed() -> None:
    assert [topic_id(text) for text in ("t17", "17", "T17", " 17 ")] == [17] * 4
    assert [topic_id(text) for text in ("0", "t", "-1", "t01", "1.5", "seventeen", "1" * 12, "1٧")] == [None] * 8


@FUZZ
@given(ANY_TEXT)
def test_any_name_that_is_fit_comes_back_as_it_was_written(name: str) -> None:
    path = Path("topics.toml")
    if not name_fault(name, {}, FORBIDDEN):
        changed = amended(path, WRITTEN, 9, "name", name)
        assert tomllib.loads(changed)["t9"] == {"locked": True, "name": name}
        assert changed.replace(changed.split("\n")[6] + "\n", "", 1) == WRITTEN
        assert changed.encode().decode() == changed
