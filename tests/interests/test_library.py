import json
import logging
from pathlib import Path

import pytest

from digest.errors import ConfigError
from digest.interests.library import Entry, read_library

BIBTEX = r"""
@comment{from a reference manager}
@string{venue = "A Journal"}
@article{one,
  title = {The {BERT} of {D}eep M{\"o}ths},
  abstract = {We look at
              moths.},
  journal = venue,
  eprint = {2601.90001v2},
  archivePrefix = {arXiv},
}
@article{one, title = "The Same Key Again", doi = {https://doi.org/10.1000/ABC}}
@misc{untitled, author = {Nobody}}
"""
BROKEN = "@article{two, title = {Never Closed\n@misc{three, title = {After the Break}}\n"


def library(folder: Path, **files: str) -> tuple[Entry, ...]:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return read_library([name.replace("_", ".") for name in files], folder)


def test_bibtex(tmp_path: Path) -> None:
    assert library(tmp_path, my_bib=BIBTEX) == (
        Entry("The BERT of Deep Möths", "We look at moths.", ("arxiv:2601.90001",)),
        Entry("The Same Key Again", "", ("doi:10.1000/abc",)),
    )


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("{{StyleBench: Evaluating Thinking Styles}}", "StyleBench: Evaluating Thinking Styles"),
        ("{StyleBench:} A {(Large)} Look at {LLM}s", "StyleBench: A (Large) Look at LLMs"),
        (r"{\"U}ber {M{\"o}ths}: the set \{0, 1\} and $\{a, b\}$", "Über Möths: the set {0, 1} and {a, b}"),
    ],
)
def test_braces_of_bibtex_only_protect(tmp_path: Path, title: str, read: str) -> None:
    assert [entry.title for entry in library(tmp_path, my_bib=f"@misc{{x, title = {{{title}}}}}")] == [read]


def test_a_broken_entry_is_said_once_and_the_rest_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        entries = library(tmp_path, my_bib=BROKEN)
    assert [entry.title for entry in entries] == ["After the Break"]
    [line] = [record.getMessage() for record in caplog.records]
    assert "my.bib" in line and "1, the first on line 1" in line


def test_csl_json_of_zotero(tmp_path: Path) -> None:
    items = [
        {
            "id": "a",
            "title": "Moths at Night",
            "abstract": "Dark.",
            "DOI": "10.1000/M",
            "issued": {"date-parts": [[2025]]},
        },
        {"id": "b", "title": "On Lamps", "number": "arXiv:2601.90002", "URL": "http://arxiv.org/abs/2601.90002"},
        {"id": "c"},
    ]
    wanted = (
        Entry("Moths at Night", "Dark.", ("doi:10.1000/m",)),
        Entry("On Lamps", "", ("arxiv:2601.90002",)),
    )
    assert library(tmp_path, my_json=json.dumps(items)) == wanted
    assert library(tmp_path, my_json=json.dumps({"items": items})) == wanted


def test_csv_of_zotero(tmp_path: Path) -> None:
    text = (
        '\ufeff"Key","Item Type","Author","Title","DOI","Url","Abstract Note","Extra"\n'
        '"X1","preprint","Invented, Ada","Moths, ""at"" Night","10.48550/arXiv.2601.90003",""'
        ',"Dark\nand light.",""\n'
        '"X2","preprint","","","","","No title.",""\n'
        '"X3","preprint","","On Lamps","","","","arXiv:2601.90004 [cs]"\n'
    )
    assert library(tmp_path, my_csv=text) == (
        Entry('Moths, "at" Night', "Dark and light.", ("arxiv:2601.90003",)),
        Entry("On Lamps", "", ("arxiv:2601.90004",)),
    )


def test_the_same_work_in_two_files_counts_once(tmp_path: Path) -> None:
    csl = json.dumps([{"title": "On Lamps"}])
    assert len(library(tmp_path, my_json=csl, my_bib="@misc{x, title={On Lamps}}")) == 1


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a_bib", "", "no work with a title"),
        ("a_bib", "Dear diary, this is no BibTeX.", "no work with a title"),
        ("a_bib", "@article{one, title = {Never Closed", "the first on line 1"),
        ("a_bib", "@article{" * 2000, "no entry is BibTeX"),
        ("a_json", "{", "cannot be read"),
        ("a_json", '{"title": "x"}', "no list of CSL items"),
        ("a_json", "[1]", "no list of CSL items"),
        ("a_json", "[" * 100_000, "cannot be read"),
        ("a_csv", '"Title"\n"never closed', "cannot be read"),
        ("a_csv", "Name,Age\nAda,36\n", "no work with a title"),
    ],
)
def test_a_broken_file_is_one_clear_line(tmp_path: Path, name: str, text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        library(tmp_path, **{name: text})
    assert "\n" not in str(caught.value) and "interests.bibliography" in str(caught.value)


def test_a_missing_file_and_one_in_another_encoding_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.bib cannot be read \(No such file"):
        read_library(["none.bib"], tmp_path)
    (tmp_path / "old.bib").write_bytes("@misc{x, title={Über}}".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"old\.bib cannot be read"):
        read_library(["old.bib"], tmp_path)


def test_hostile_titles_lose_what_is_invisible(tmp_path: Path) -> None:
    [entry] = library(tmp_path, my_json=json.dumps([{"title": "On\x1b[31m Lamps\u202e", "abstract": ["no text"]}]))
    assert (entry.title, entry.abstract) == ("On Lamps", "")
