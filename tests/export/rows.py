"""Rows for tests of formats: an invented one, and such as are full of what a format may trip over."""

from datetime import date

from hypothesis import strategies as st

from digest.archive import Archive
from digest.export import Row, Shelves
from tests.any_text import ANY_TEXT, HOSTILE
from tests.invented import CATEGORIES, DAY, paper, reading

TEXTS = ("title", "abstract", "comment", "doi", "url", "source")
READ = ("tldr", "summary", "problem", "method", "result", "application", "eli5")


def row(number: int = 1, tldr: str = "We invent.", **fields: object) -> Row:
    """What is told of an invented paper, in no topic."""
    of = paper(number, **fields)
    shelves = Shelves(Archive("memory://rows"), None, CATEGORIES, "en")
    return shelves.row(DAY, of, reading(of, tldr=tldr))


def hostile(text: str, number: int = 1) -> Row:
    """A paper all of whose texts are `text`, as archive and reader hold them, cleaned for export."""
    told: dict[str, object] = dict.fromkeys(TEXTS, text)
    of = paper(number, authors=(text, f"{text} B"), subjects=(text,), submitted=date(2026, 1, 2), **told)
    read = reading(of, keyphrases=(text, "b"), **dict.fromkeys(READ, text))
    return Shelves(Archive("memory://rows"), None, CATEGORIES, "en").row(DAY, of, read)


ANY_ROW = st.one_of(st.sampled_from(HOSTILE), ANY_TEXT).map(hostile)
HOSTILE_ROWS = [hostile(text, number) for number, text in enumerate(HOSTILE)]
