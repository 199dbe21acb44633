"""Fetches what the browser tests need into the user's cache, so that they themselves reach no network.

Says `fetched` if they were not there before. Without a network it says why, and the tests will be skipped.
"""

import os
import sys
from pathlib import Path

from digest.config import load_config
from digest.errors import DigestError
from digest.http import Client
from digest.map.libraries import default_cache, fetch_libraries, held_libraries
from tests.browser.axe import fetch_axe

if __name__ == "__main__":
    cache = default_cache(os.environ, Path.home())
    try:
        fetched = fetch_axe(os.environ, Path.home())
        if held_libraries(cache) is None:
            fetch_libraries(cache, Client(load_config(Path(), {}, {})))
            fetched = True
        if fetched:
            print("fetched")
    except DigestError as error:
        print(f"the browser tests are skipped: {error}", file=sys.stderr)
