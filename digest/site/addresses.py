"""Where things are on the site: reports' files to pages, and links that hold from wherever they are read.

While a page is being made, an address on the site begins with `/` and starts from the site's root; `placed` turns
it into one that holds from a page, or, with the site's whole address before it, from anywhere.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from urllib.parse import urljoin

# No host at all has this name (RFC 2606); it stands in for the workspace while links are resolved.
_HERE = "https://workspace.invalid/"
_REPORTS, _SITE = f"{_HERE}reports/", f"{_HERE}archive/site/"
_ADDRESS = re.compile(r'\b(href|src)="(/[^"]*)"')
_INDEX = re.compile(r"(^|/)README((?:\.[A-Za-z-]+)?)\.md$")
_WEB = re.compile(r"https?://[^/]", re.I)


def page_path(source: str) -> str:
    """The page of a Markdown file, both relative: `topics/README.ko.md` is shown by `topics/index.ko.html`."""
    return _INDEX.sub(r"\1index\2.md", source).removesuffix(".md") + ".html"


def rooted(address: str, source: str, suffix: str = "", base: str = "") -> str:
    """An address that stands in the Markdown file `source`, seen from the site's root; empty: it leads nowhere.

    Addresses of the web stay, unless they are this site's own (`base`). What leaves the reports is resolved where
    it leads to the site after all. A page in a further language (`suffix`: `.ko`) has that language's front page.
    """
    if base and address.startswith(base):
        path, mark, fragment = address.removeprefix(base).partition("#")
        return f"/{path}{'' if path and not path.endswith('/') else 'index.html'}{mark}{fragment}"
    if _WEB.match(address):
        return address
    found = urljoin(_REPORTS + source, address)
    if found.startswith(_SITE):
        return f"/{found.removeprefix(_SITE)}"
    if not found.startswith(_REPORTS):
        return ""
    path, mark, fragment = found.removeprefix(_REPORTS).partition("#")
    if path == "README.md":
        path = f"README{suffix}.md"
    return f"/{page_path(path) if path.endswith('.md') else path}{mark}{fragment}"


def placed(html: str, page: str = "", base: str = "") -> str:
    """The HTML with its addresses as they hold from `page`, or whole with `base` before them."""

    def told(match: re.Match[str]) -> str:
        name, address = match.groups()
        return f'{name}="{base + address[1:] if base else relative(address[1:], page)}"'

    return _ADDRESS.sub(told, html)


@lru_cache(maxsize=1 << 14)
def relative(address: str, page: str) -> str:
    """An address from the site's root (`topics/3.html#x`), seen from `page`."""
    path, mark, fragment = address.partition("#")
    if path == page and mark:
        return f"#{fragment}"
    return posixpath.relpath(path or ".", posixpath.dirname(page) or ".") + mark + fragment
