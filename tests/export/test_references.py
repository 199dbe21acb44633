"""References, read back by libraries that know their formats."""

import io
from datetime import date

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors
from hypothesis import given

from digest.export import FORMATS, Row
from digest.export.references import short_id
from digest.text import plain
from tests.any_text import FUZZ, HOSTILE
from tests.export.rows import ANY_ROW, HOSTILE_ROWS, row

# Backslashes last, by way of a character that no exported text holds.
ESCAPED = [(s, f"\\{s}") for s in "&%$#_{}"] + [
    ("{", r"\textbraceleft{}"),
    ("}", r"\textbraceright{}"),
    ("~", r"\textasciitilde{}"),
    ("^", r"\textasciicircum{}"),
    ("\x00", r"\textbackslash{}"),
]


def written(form: str, *rows: Row) -> str:
    out = io.BytesIO()
    FORMATS[form](rows, out)
    return out.getvalue().decode()


def entries(told: str, *middleware: object) -> list[dict[str, object]]:
    library = bibtexparser.parse_string(told, append_middleware=list(middleware))
    assert not library.failed_blocks and len(library.blocks) == len(library.entries)
    return [{"key": e.key, "type": e.entry_type, **{f.key: f.value for f in e.fields}} for e in library.entries]


def test_an_entry_of_bibtex() -> None:
    made = row(
        title=r"LLMs & 100% of \{sets\}: a_b",
        authors=("Ada Lovelace", "Qwen Team", "Ed and Fred"),
        doi="10.1000/x_(1)",
        comment="5 pages",
    )
    assert written("bibtex", made) == (
        "@misc{arxiv-2601.90001,\n"
        "\ttitle = {{LLMs} \\& 100\\% of \\{sets\\}: a\\_b},\n"
        "\tauthor = {Lovelace, Ada and {Qwen Team} and {Ed and Fred}},\n"
        "\tyear = {2026},\n"
        "\teprint = {2601.90001},\n"
        "\tarchiveprefix = {arXiv},\n"
        "\tprimaryclass = {cs.CL},\n"
        "\tdoi = {10.1000/x_(1)},\n"
        "\turl = {https://arxiv.org/abs/2601.90001},\n"
        "\tnote = {5 pages},\n"
        "\tabstract = {We invent paper 1. It shows that 1 is a number.},\n"
        "\tannote = {We invent.},\n"
        "\tkeywords = {invented paper}\n"
        "}\n"
    )


def test_bibtex_is_read_back_with_every_entry_and_field() -> None:
    told = entries(written("bibtex", *HOSTILE_ROWS))
    assert [entry["key"] for entry in told] == [short_id(made.id) for made in HOSTILE_ROWS]
    assert len({entry["key"] for entry in told}) == len(HOSTILE)
    for entry in told:
        assert set(entry) <= {"key", "type", "title", "author", "year", "eprint", "archiveprefix", "primaryclass",
                              "doi", "url", "note", "abstract", "annote", "keywords"}  # fmt: skip


@FUZZ
@given(ANY_ROW)
def test_bibtex_of_anything_is_one_entry_with_the_same_texts(made: Row) -> None:
    (entry,) = entries(written("bibtex", made))
    abstract = str(entry.get("abstract", ""))
    for sign, command in ESCAPED:
        abstract = abstract.replace(command, sign)
    assert abstract.replace("\x00", "\\") == made.abstract


@pytest.mark.parametrize(
    "text", ["50% & $5 #1 a_b", "a^b ~c", r"\{x\} and \{\}", "C:\\new \\input{x}", "naïve 대규모"]
)
def test_latex_reads_what_was_meant(text: str) -> None:
    made = row(abstract=text)
    (entry,) = entries(written("bibtex", made), LatexDecodingMiddleware())
    # The library's circumflex is another one.
    assert plain(str(entry["abstract"])).replace("ˆ", "^") == made.abstract


def test_authors_are_taken_apart_as_they_were() -> None:
    names = ("Ada Lovelace", "Gabriel García Márquez", "Q and A Team", "Brace} Odd{", "김 철수", "Ann & Co_")
    (entry,) = entries(written("bibtex", row(authors=names)), SeparateCoAuthors())
    assert entry["author"] == [
        "Lovelace, Ada",
        "{Gabriel García Márquez}",
        "{Q and A Team}",
        "{Brace\\textbraceright{} Odd\\textbraceleft{}}",
        "{김 철수}",
        "{Ann \\& Co\\_}",
    ]


def test_ris_is_read_back() -> None:
    made = row(doi="10.1000/x", comment="5 pages", authors=("Ada Lovelace", "Qwen Team"))
    (told,) = rispy.loads(written("ris", made))
    assert told == {
        "type_of_reference": "UNPB",
        "id": "arxiv-2601.90001",
        "title": made.title,
        "authors": ["Lovelace, Ada", "Qwen Team"],
        "year": "2026",
        "date": "2026/01/02",
        "doi": "10.1000/x",
        "urls": [made.url],
        "file_attachments1": made.pdf_url,
        "abstract": made.abstract,
        "notes": ["5 pages", "We invent."],
        "accession_number": "arxiv:2601.90001",
        "keywords": ["invented paper"],
    }


@FUZZ
@given(ANY_ROW)
def test_ris_of_anything_is_one_record_with_the_same_texts(made: Row) -> None:
    (told,) = rispy.loads(written("ris", made))
    assert told.get("abstract", "") == made.abstract
    assert len(told.get("authors", [])) == len(made.authors)
    assert told["id"] == short_id(made.id)


def test_other_works_are_of_no_certain_kind() -> None:
    made = row(id="doi:10.1/ABC", submitted=None)
    assert written("ris", made).startswith("TY  - GEN\r\nID  - doi-10.1-abc-")
    assert "eprint" not in written("bibtex", made) and "year = {2026}" in written("bibtex", made)
    assert made.submitted is None and made.edition == date(2026, 1, 5)


def test_ids_stay_apart_as_names() -> None:
    ids = [
        "arxiv:2601.90001",
        "arxiv:cs/0101001",
        "doi:10.1/a",
        "doi:10.1/A",
        "doi:10.1-a",
        "x/../../y",
        "…",
        "a" * 400,
    ]
    keys = [short_id(i) for i in ids]
    assert len({key.lower() for key in keys}) == len(ids)
    assert all(set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-") and len(key) < 80 for key in keys)
    assert not any(key.startswith((".", "-")) or "/" in key for key in keys)
