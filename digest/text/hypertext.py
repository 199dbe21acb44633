"""Markdown pages to HTML that is safe to serve and to mail: the one place where that happens."""

from __future__ import annotations

from collections.abc import Callable

# What the templates write, and no more; whatever else stands in a page is dropped, scripts with their content.
_TEXT = {"a", "br", "code", "del", "em", "img", "s", "span", "strong", "sub", "sup"}
_BLOCKS = {"blockquote", "details", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "pre", "summary"}
_LISTS = {"dd", "dl", "dt", "li", "ol", "table", "tbody", "td", "th", "thead", "tr", "ul"}
_ATTRIBUTES = {
    "*": {"id"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "span": {"title"},
    "td": {"style"},
    "th": {"style"},
}
_SCHEMES = frozenset({"http", "https"})


def hypertext(markdown: str, address: Callable[[str], str] = str) -> str:
    """The sanitised HTML of a page of GitHub Flavored Markdown (tables, raw HTML as far as it is allowed).

    `address` gives every link and picture the address that it has where the HTML will be read; an empty one takes
    the attribute away. Only http(s) and relative addresses survive. Parsed by markdown-it-py (CommonMark), cleaned
    by nh3 (the Rust library Ammonia).
    """
    import nh3
    from markdown_it import MarkdownIt

    def told(tag: str, attribute: str, value: str) -> str | None:
        return (address(value) or None) if attribute in ("href", "src") else value

    return nh3.clean(
        MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown),
        tags=_TEXT | _BLOCKS | _LISTS,
        attributes=_ATTRIBUTES,
        attribute_filter=told,
        filter_style_properties={"text-align"},
        url_schemes=set(_SCHEMES),
        link_rel="noopener",
        strip_comments=True,
    )
