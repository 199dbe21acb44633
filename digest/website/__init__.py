"""Builds the site in `archive/site/` out of reports and archive; a page is made only where something changed."""

from digest.website.building import SITE, Built, build_site

__all__ = ["SITE", "Built", "build_site"]
