"""Holds feeds against RFC 4287: its grammar in RELAX NG, and the rules that a grammar cannot tell."""

from functools import cache
from pathlib import Path

from lxml import etree

_ATOM = {"a": "http://www.w3.org/2005/Atom"}


@cache
def _grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def mistakes(feed: bytes) -> list[str]:
    """What is wrong with a feed; nothing if it is valid."""
    root = etree.fromstring(feed)
    grammar = _grammar()
    found = [] if grammar.validate(root) else [str(line) for line in grammar.error_log]
    # 4.2.6: an id is of one entry only; 4.1.1: no two alternates of one type.
    ids = root.xpath("//a:id/text()", namespaces=_ATOM)
    found += [f"id twice: {name}" for name in set(ids) if ids.count(name) > 1]
    for part in (root, *root.findall("a:entry", _ATOM)):
        alternates = part.findall("a:link[@rel='alternate']", _ATOM)
        if len({link.get("type") for link in alternates}) < len(alternates):
            found.append("two alternates of one type")
        # 4.1.2: without an alternate there must be content.
        if part is not root and not alternates and part.find("a:content", _ATOM) is None:
            found.append("an entry that leads nowhere and says nothing")
    return found
