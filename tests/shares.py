"""Which tests stay together where several workers share them, and which are begun first.

Where `-n` is given, a worker takes whole shares: what a share begins with (a browser, a server that speaks S3, the
loops of the map in machine code) is then there once, not in every worker. What takes long is begun first, so that
no worker ends long after the others.
"""

from __future__ import annotations

import re

import pytest
from xdist.scheduler import LoadScopeScheduling

# By the path of the file, the first that fits.
SHARES = {
    "map pages": r"/browser/test_map",
    "other pages": r"/browser/",
    "map": r"/map/|/test_map",
    "cluster": r"/test_cluster_backfill",
    "workflows": r"/workflows/",
    "buckets": r"/archive/|/test_buckets",
    "folding": r"/test_folding|/topics/",
    "backfill": r"/test_backfill",
    "processes": r"/test_scale|/test_daemon|/test_killed|/test_starting",
    "editions": r"/test_pipeline|/test_month|/test_replay|/test_paid",
}
# Tests of this file are long and have nothing in common: each is a share of its own, begun after the others.
APART = "/test_march.py"


def share_of(nodeid: str) -> str:
    """The name of the share, or where nothing speaks for one the test's file."""
    file = nodeid.split("::", 1)[0]
    if file.endswith(APART):
        return nodeid
    return next((name for name, files in SHARES.items() if re.search(files, file)), file)


def turn_of(item: pytest.Item) -> int:
    """When a test's share is begun: those that have names come first, in their order."""
    names = list(SHARES)
    share = share_of(item.nodeid)
    return names.index(share) if share in names else len(names) + (share != item.nodeid)


class Sharing(LoadScopeScheduling):
    """Gives each worker share after share, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)

    def schedule(self) -> None:
        """Otherwise shares of many tests come first, however short these are."""
        self.config.option.loadscopereorder = False
        super().schedule()
