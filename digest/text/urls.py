"""Links found in paper text: which are safe to print, and which is the paper's code."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_MAX_LENGTH = 2000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
# Letters that the two IDNA standards map to different domains: no reader could tell which is meant.
_AMBIGUOUS = frozenset("ßẞςΣ\u200c\u200d")
# Kept as they are. Quotes, brackets, parentheses, `\`, `|`, `$`, `*`, and the backtick are encoded:
# each of them means something to Markdown, HTML or a shell, and nothing a server would miss.
_KEPT = "/:@!,;=+~-._%"

_HOSTS = r"github\.com|gitlab\.com|huggingface\.co|bitbucket\.org|codeberg\.org"
_REPOSITORY = re.compile(
    rf"(?:https?:\s?//|(?<![\w.@/-]))(?:www\.)?(?P<host>{_HOSTS})/(?P<kind>(?:datasets|spaces)/)?"
    r"(?P<owner>[A-Za-z0-9][A-Za-z0-9_.-]{0,95})/(?P<name>[A-Za-z0-9_.-]{1,100})",
    re.IGNORECASE,
)
_LATEX_SIGN = re.compile(r"\\([_#%&~-])|\\textunderscore\b\s*(?:\{\})?|\{\\?_\}")
# First parts of addresses on these hosts that are not somebody's name.
_NOT_OWNERS = frozenset(
    (
        "about",
        "apps",
        "blog",
        "collections",
        "datasets",
        "docs",
        "explore",
        "features",
        "join",
        "login",
        "marketplace",
        "models",
        "new",
        "orgs",
        "papers",
        "search",
        "settings",
        "spaces",
        "sponsors",
        "tasks",
        "topics",
        "trending",
        "users",
    )
)


def safe_url(url: str) -> str | None:
    """The normalised http(s) URL, pure ASCII and safe inside Markdown, HTML and quotes; else None.

    None for other schemes, credentials, control characters, hosts that are no domain name or IPv4
    address, and more than 2,000 characters. International domains come out in punycode. `&` stays:
    HTML and Markdown each want it escaped in their own way.
    """
    url = url.strip()
    if len(url) > _MAX_LENGTH or _CONTROL.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    host = _ascii_host(parts.hostname or "")
    if scheme not in ("http", "https") or host is None or "@" in parts.netloc:
        return None
    standard = {"http": 80, "https": 443}[scheme]
    place = host if port in (None, standard) else f"{host}:{port}"
    path = _encoded(parts.path)
    query = "?" + _encoded(parts.query, "&?") if parts.query else ""
    fragment = "#" + _encoded(parts.fragment, "&?") if parts.fragment else ""
    whole = f"{scheme}://{place}{path}{query}{fragment}"
    return whole if len(whole) <= _MAX_LENGTH else None


def _ascii_host(host: str) -> str | None:
    host = host.lower().removesuffix(".")
    if not host.isascii():
        if _AMBIGUOUS & set(host):
            return None
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    return host if _HOST.fullmatch(host) else None


def _encoded(part: str, more: str = "") -> str:
    part = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part)
    return quote(part, safe=_KEPT + more)


def repository_url(text: str) -> str | None:
    """The https address of the first code repository that an abstract or comment names, or None.

    GitHub, GitLab, Hugging Face (models, datasets, spaces), Bitbucket and Codeberg, with or without
    a scheme, in plain text or LaTeX. Anything behind `owner/name` is left off.
    """
    text = _LATEX_SIGN.sub(lambda sign: sign[1] or "_", text)
    for found in _REPOSITORY.finditer(text):
        host, owner = found["host"].lower(), found["owner"]
        name = found["name"].rstrip(".").removesuffix(".git")
        kind = (found["kind"] or "").lower() if host == "huggingface.co" else ""
        if found["kind"] and not kind:
            continue
        if owner.lower() in _NOT_OWNERS or not name.strip(".") or ".." in owner + name:
            continue
        return f"https://{host}/{kind}{owner}/{name}"
    return None
