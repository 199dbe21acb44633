"""`digest search` and `digest doctor`."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from digest import doctor
from digest.cli.console import encodable, say
from digest.cli.sending import variables
from digest.cli.setting import keep_bills, now, open_setting, today
from digest.search import Hit, keys_in, search
from digest.text import delatex, plain, safe_url


def find_papers(workspace: Path, query: str, limit: int, as_json: bool) -> None:
    """Print the best papers for a query, as lines or as one JSON list. Raises `typer.BadParameter` for none."""
    if not query.strip():
        raise typer.BadParameter("say what to look for")
    setting = open_setting(workspace)
    embedder = setting.embedder()
    if embedder.pays:
        keep_bills(setting, today(now()))
    hits = search(setting.archive, embedder, query, limit)
    if as_json:
        fields = [_fields(hit) for hit in hits]
        say(encodable(json.dumps(fields, ensure_ascii=False, indent=1), json.dumps(fields, indent=1)))
        return
    if not hits:
        say(_nothing(query, empty=not setting.archive.history.editions))
    for hit in hits:
        say(f"{hit.edition}  {delatex(hit.paper.title)}")
        say(f"            {safe_url(hit.paper.url) or hit.paper.id}")
        if hit.reading.tldr:
            say(f"            {plain(hit.reading.tldr)}")


def _nothing(query: str, empty: bool) -> str:
    """What to say where nothing was found, with what might help."""
    if empty:
        return "The archive holds no papers yet; `digest run` fetches some."
    if keys_in(query):
        return "Nothing found: no edition of the archive has a paper of this id."
    if any(mark in query for mark in '"“”'):
        return "Nothing found: what is quoted must stand in a paper as it is; try it without the quotes."
    return "Nothing found: no paper has these words or means the same; try other words, or fewer."


def _fields(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.paper.id,
        "edition": str(hit.edition),
        "title": delatex(hit.paper.title),
        "authors": [delatex(author) for author in hit.paper.authors],
        "url": safe_url(hit.paper.url) or "",
        "tldr": plain(hit.reading.tldr),
        "category": hit.reading.primary,
        "score": round(hit.score, 4),
    }


def examine(workspace: Path) -> bool:
    """Print every finding; True if all is well."""
    mistakes: list[str] = []
    setting = open_setting(workspace, mistakes=mistakes)
    well = True
    for group in (
        doctor.told(mistakes),
        doctor.settings(setting.config, setting.assets),
        doctor.libraries(setting.config),
        doctor.provider(setting.config.provider, setting.parts, setting.archive),
        doctor.archive_findings(setting.archive),
        doctor.topic_findings(setting.archive, setting.curation),
        doctor.channels(setting.config, setting.archive, variables(), today(now())),
        doctor.reachable(setting.sources()),
    ):
        for finding in group:
            say(f"{'ok ' if finding.well else 'BAD'}  {finding.text}")
            well = well and finding.well
    return well
