"""An edition's record to the Markdown pages of its report."""

from digest.report.layout import (
    FILTERS,
    LIMITS,
    PAGE_BYTES,
    anchor,
    chart_name,
    folder,
    page_name,
    render,
    unusual,
)
from digest.report.views import Edition, Entry, Language, View

__all__ = [
    "FILTERS",
    "LIMITS",
    "PAGE_BYTES",
    "Edition",
    "Entry",
    "Language",
    "View",
    "anchor",
    "chart_name",
    "folder",
    "page_name",
    "render",
    "unusual",
]
