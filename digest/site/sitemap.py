"""The map of the site for crawlers (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lxml import etree

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# A file may not list more.
MOST = 50_000


def sitemap(pages: Iterable[tuple[str, date | None]], base: str) -> bytes:
    """The pages, each with the day it is of, as XML: the first `MOST`. `base` is the site's address."""
    root = etree.Element(f"{{{_NAMESPACE}}}urlset", nsmap={None: _NAMESPACE})
    for path, day in list(pages)[:MOST]:
        page = etree.SubElement(root, f"{{{_NAMESPACE}}}url")
        etree.SubElement(page, f"{{{_NAMESPACE}}}loc").text = base + path
        if day is not None:
            etree.SubElement(page, f"{{{_NAMESPACE}}}lastmod").text = day.isoformat()
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return text + b"\n"
