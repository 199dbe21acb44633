"""Fetches the page's libraries into the user's cache, so that the browser tests themselves reach no network.

Says `fetched` if they were not there before. Without a network it says why, and the tests will be skipped.
"""

import os
import sys
from pathlib import Path

from digest.config import load_config
from digest.errors import DigestError
from digest.http import Client
from digest.map.libraries import default_cache, fetch_libraries, held_libraries

if __name__ == "__main__":
    cache = default_cache(os.environ, Path.home())
    try:
        if held_libraries(cache) is None:
            fetch_libraries(cache, Client(load_config(Path(), {}, {})))
            print("fetched")
    except DigestError as error:
        print(f"the browser tests are skipped: {error}", file=sys.stderr)
