"""The settings: `digest.toml`, then `DIGEST_*` variables, then command-line flags, checked all at once."""

from digest.config.amending import with_opinion
from digest.config.ids import paper_id
from digest.config.loading import FILE, load_config
from digest.config.sections import ARXIV_CATEGORY, ARXIV_HOSTS, ARXIV_SPACING, AUTO, Cohere, Config, Interests

__all__ = [
    "ARXIV_CATEGORY",
    "ARXIV_HOSTS",
    "ARXIV_SPACING",
    "AUTO",
    "FILE",
    "Cohere",
    "Config",
    "Interests",
    "load_config",
    "paper_id",
    "with_opinion",
]
