"""Rolling topics: clusters of papers that live for years and keep their ids. Arithmetic on vectors, no I/O."""

from digest.topics.density import density
from digest.topics.folding import fold, place
from digest.topics.lineage import Move
from digest.topics.rebalancing import Rebalance, as_asked, due, rebalance
from digest.topics.respacing import respaced
from digest.topics.review import Doubt, doubts
from digest.topics.state import Assigned, Topics, centroids

__all__ = [
    "Assigned",
    "Doubt",
    "Move",
    "Rebalance",
    "Topics",
    "as_asked",
    "centroids",
    "density",
    "doubts",
    "due",
    "fold",
    "place",
    "rebalance",
    "respaced",
]
