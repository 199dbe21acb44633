"""Atom feeds (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from digest.text import plain

_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"
# What XML 1.0 has no place for.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the address of its page from the site's root, its HTML as it is read there, RFC 3339 times."""

    title: str
    page: str
    updated: str
    html: str


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: where it is, from the site's root, the page that it follows, and its entries, newest first."""

    path: str
    page: str
    title: str
    language: str
    author: str
    updated: str
    entries: Sequence[Entry]


def atom(feed: Feed, base: str, seed: str) -> bytes:
    """The feed as Atom.

    With `base`, the site's address, ids are the pages' own addresses. Without it they are UUIDs made of `seed` and
    the path, which hold for as long as both do, links are relative to the feed, and it does not name itself: all
    that RFC 4287 (4.2.6, 4.2.7) asks for.
    """
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    root.set(f"{{{_XML}}}lang", feed.language)
    _add(root, "id", _identity(feed.path, base, seed))
    _add(root, "title", plain(feed.title))
    _add(root, "updated", max([feed.updated, *(entry.updated for entry in feed.entries)]))
    _add(_add(root, "author"), "name", plain(feed.author) or "Digest")
    if base:
        _add(root, "link", rel="self", type="application/atom+xml", href=base + feed.path)
    up = "../" * feed.path.count("/")
    _add(root, "link", rel="alternate", type="text/html", href=(base or up) + feed.page)
    for entry in feed.entries:
        told = _add(root, "entry")
        _add(told, "id", _identity(entry.page, base, seed))
        _add(told, "title", plain(entry.title) or entry.page)
        _add(told, "updated", entry.updated)
        _add(told, "link", rel="alternate", type="text/html", href=(base or up) + entry.page)
        _add(told, "content", entry.html, type="html")
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return text + b"\n"


def _identity(path: str, base: str, seed: str) -> str:
    return base + path if base else uuid.uuid5(uuid.NAMESPACE_URL, f"{seed}/{path}").urn


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text:
        child.text = _ILLEGAL.sub("", text)
    return child
