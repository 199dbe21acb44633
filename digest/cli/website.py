"""`digest site`."""

from __future__ import annotations

from pathlib import Path

from digest.cli.console import Steps, counted, say, warn
from digest.cli.setting import need_editions, open_setting
from digest.pages import languages
from digest.website import SITE, build_site

# GitHub Pages serves sites of up to 1 GB; a tenth of it is left to the map.
PAGES_BYTES = 900_000_000


def write_site(workspace: Path) -> None:
    """Build the site, and tell where it is and how much of it is new; a map that was there leads to it then."""
    setting = open_setting(workspace)
    need_editions(setting.archive)
    config, assets = setting.config, setting.assets
    folder = config.workspace / SITE
    first = not (folder / "index.html").exists()
    with setting.archive.writing(), Steps("site") as steps:
        built = build_site(setting.archive, setting.clustering, config, assets, languages(config, assets), steps)
    told = f"{counted(built.files, 'file')} ({built.size / 1e6:.0f} MB), {built.written} of them new or changed"
    say(f"{told}: {built.front}")
    if first and not config.site.url and (folder / "map/index.html").exists():
        from digest.cli.mapping import draw_map

        # It was drawn when there were no pages here for it to lead to.
        draw_map(workspace, rebuild=False)
    if built.size > PAGES_BYTES:
        warn("digest: GitHub Pages serves at most 1 GB: serve the site elsewhere, or in fewer languages")
    if not config.site.url:
        say("Its address is not set: under [site] in digest.toml, url makes feeds and previews whole.")
