"""Search in the archive by meaning and by words.

`query` understands what was asked, `folding` makes texts comparable and finds words in them, `scoring` says how
well a paper meets the query, `searching` goes through the editions.
"""

from digest.search.query import keys_in
from digest.search.searching import Hit, Wanted, search

__all__ = ["Hit", "Wanted", "keys_in", "search"]
