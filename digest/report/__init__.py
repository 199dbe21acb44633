"""An edition's record to the Markdown pages of its report, and topics to theirs."""

from digest.report.cards import PAGE_BYTES, anchor, card_address, folder
from digest.report.filters import FILTERS, LIMITS
from digest.report.layout import chart_name, page_name, render
from digest.report.reasons import why
from digest.report.topics import (
    TOPICS,
    Catalogue,
    render_topics,
    topic_chart_name,
    topic_page_name,
    topics_index_name,
)
from digest.report.views import Edition, Entry, Language, View, map_address

__all__ = [
    "FILTERS",
    "LIMITS",
    "PAGE_BYTES",
    "TOPICS",
    "Catalogue",
    "Edition",
    "Entry",
    "Language",
    "View",
    "anchor",
    "card_address",
    "chart_name",
    "folder",
    "map_address",
    "page_name",
    "render",
    "render_topics",
    "topic_chart_name",
    "topic_page_name",
    "topics_index_name",
    "why",
]
