"""The site as text: pages, feeds, search and indexes out of Markdown and records; pure."""

from digest.site.addresses import page_path, relative
from digest.site.body import Body, Section, body
from digest.site.calendar import Cell, Month, months
from digest.site.feeds import Entry, Feed, atom
from digest.site.index import INDEX, SPARKLINE, index, recent_totals
from digest.site.landing import Landing, Rising, landing_page
from digest.site.pages import Frame, Page, Static, environment, html_page, search_page, static_files
from digest.site.shards import Found, months_index, shard, version
from digest.site.sitemap import sitemap

__all__ = [
    "INDEX",
    "SPARKLINE",
    "Body",
    "Cell",
    "Entry",
    "Feed",
    "Found",
    "Frame",
    "Landing",
    "Month",
    "Page",
    "Rising",
    "Section",
    "Static",
    "atom",
    "body",
    "environment",
    "html_page",
    "index",
    "landing_page",
    "months",
    "months_index",
    "page_path",
    "recent_totals",
    "relative",
    "search_page",
    "shard",
    "sitemap",
    "static_files",
    "version",
]
