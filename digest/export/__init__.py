"""Papers for other programs: which, as rows, and how they are written as tables, references and notes."""

from digest.export.files import FORMATS, NOTES, format_of, whole_file
from digest.export.notes import write_notes
from digest.export.rows import Row, Selection, Shelves, rows

__all__ = [
    "FORMATS",
    "NOTES",
    "Row",
    "Selection",
    "Shelves",
    "format_of",
    "rows",
    "whole_file",
    "write_notes",
]
