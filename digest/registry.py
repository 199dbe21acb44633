"""The names that settings may use for sources, providers and channels, and where their classes live.

Nothing is imported until it is asked for, so the local provider never loads an SDK.
"""

from importlib import import_module
from typing import Any

SOURCES = {
    "arxiv": "digest.sources.arxiv:ArxivSource",
    "feed": "digest.sources.feed:FeedSource",
    "file": "digest.sources.file:FileSource",
    "sample": "digest.sources.sample:SampleSource",
}

# A provider reads, and may embed as well; the archive keeps to the embedder that it began with.
READERS = {
    "local": "digest.providers.local.reader:LocalReader",
    "cohere": "digest.providers.cohere.reader:CohereReader",
}
EMBEDDERS = {
    "local": "digest.providers.local.embedder:LocalEmbedder",
    "cohere": "digest.providers.cohere.embedder:CohereEmbedder",
}

CHANNELS = {
    "mail": "digest.channels.mail:MailChannel",
    "notify": "digest.channels.notify:NotifyChannel",
    "github": "digest.channels.github:GithubChannel",
}


def load(entries: dict[str, str], name: str) -> Any:
    """The class registered under `name`; raises KeyError for an unknown name."""
    module, _, attribute = entries[name].partition(":")
    return getattr(import_module(module), attribute)
