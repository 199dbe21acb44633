"""The interactive page of the map: one file up to 20,000 papers, above that a page that loads its data lazily."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digest.assets import Assets
from digest.map.libraries import SCRIPTS
from digest.map.page.contents import contents
from digest.records.maps import MapView

INLINE_LIMIT = 20_000
# The page's own scripts in the order they run; together they are one script in one scope.
OWN_SCRIPTS = (
    "store", "words", "elements", "colours", "filters", "scene", "camera", "plot", "labels", "titles", "cards",
    "panel", "tree", "search", "timeline", "legend", "choices", "links", "controls", "page", "start",
)  # fmt: skip
FIRST = ("map", "titles")
# What a page of many files may load.
OWN_FILES = {"script-src": "'self'", "style-src": "'self'", "connect-src": "'self'"}
_OPENING = re.compile(r"<(?=!--|/?script)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageFiles:
    """What was written: paths relative to the folder with their sizes in bytes, and the bytes of a first load."""

    sizes: dict[str, int]
    first_load: int
    one_file: bool


def write_page(
    view: MapView,
    folder: Path,
    libraries: Path,
    assets: Assets,
    phrases: Mapping[str, str],
    inline_limit: int = INLINE_LIMIT,
) -> PageFiles:
    """Write `index.html` and what it needs into `folder`; what an earlier page left there is replaced.

    `libraries` is the folder of `digest.map.libraries.fetch_libraries`, `phrases` the strings of the view's
    language. Same view, same bytes. Raises `ValueError` for a view whose parts do not fit together, and
    `ConfigError` for a template that is missing.
    """
    style = template(assets, "page.css")
    script = "'use strict';\n(() => {\n" + "".join(template(assets, f"{n}.js") for n in OWN_SCRIPTS) + "})();\n"
    vendor = "".join((libraries / name).read_text(encoding="utf-8") for name in SCRIPTS)
    texts = dict(contents(view, phrases))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "data", ignore_errors=True)
    one_file = len(view.papers) <= inline_limit
    if one_file:
        files = {"index.html": _one_file(view, assets, phrases, style, vendor, script, texts)}
        first = {"index.html"}
    else:
        files = _many_files(view, assets, phrases, style, vendor, script, texts)
        first = {"index.html", "page.css", "page.js", "libraries.js", *(f"data/{n}.json" for n in FIRST)}
    for name in (libraries / "licences").iterdir():
        files[f"licences/{name.name}"] = name.read_text(encoding="utf-8")
    sizes = {name: write_text(folder / name, text) for name, text in files.items() if name != "index.html"}
    for stale in {"page.css", "page.js", "libraries.js"} - files.keys():
        (folder / stale).unlink(missing_ok=True)
    # The page itself comes last, so that it never names what is not there yet.
    sizes["index.html"] = write_text(folder / "index.html", files["index.html"])
    return PageFiles(sizes, sum(sizes[name] for name in first), one_file)


def template(assets: Assets, name: str) -> str:
    """One of the page's own files."""
    return assets.find("templates", f"map/{name}").read_text(encoding="utf-8")


def _one_file(
    view: MapView, assets: Assets, phrases: Mapping[str, str], style: str, vendor: str, script: str,
    texts: Mapping[str, str],
) -> str:  # fmt: skip
    # Inside a page these would end or hide a script; both spellings mean the same in strings and patterns.
    vendor, script = (_OPENING.sub(r"\\x3C", text) for text in (vendor, script))
    policy = {
        "script-src": " ".join(_hashed(text) for text in (vendor, script)),
        "style-src": _hashed(style),
        "connect-src": "'none'",
    }
    return html(view, assets, phrases, policy, style=style, scripts=[vendor, script], data=texts)


def _many_files(
    view: MapView, assets: Assets, phrases: Mapping[str, str], style: str, vendor: str, script: str,
    texts: Mapping[str, str],
) -> dict[str, str]:  # fmt: skip
    digest = hashlib.sha256()
    for text in (style, vendor, script, *texts.values()):
        digest.update(hashlib.sha256(text.encode()).digest())
    page = html(view, assets, phrases, OWN_FILES, version=digest.hexdigest()[:12], first=FIRST)
    data = {f"data/{name}.json": text for name, text in texts.items()}
    return {"index.html": page, "page.css": style, "libraries.js": vendor, "page.js": script, **data}


def html(
    view: MapView, assets: Assets, phrases: Mapping[str, str], policy: Mapping[str, str], **parts: object
) -> str:
    """The page itself; `parts` are those of the template that this one has."""
    from jinja2 import Environment, StrictUndefined

    rules = {
        "default-src": "'none'",
        **policy,
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    shown = {"style": "", "scripts": [], "data": {}, "version": "", "first": (), **parts}
    return environment.from_string(template(assets, "index.html.j2")).render(
        view=view,
        say=lambda key: phrases[f"map_{key}"],
        policy="; ".join(f"{name} {value}" for name, value in rules.items()),
        **shown,
    )


def _hashed(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def write_text(path: Path, text: str) -> int:
    """Write a file; returns its size in bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("utf-8", "replace")
    path.write_bytes(content)
    return len(content)
