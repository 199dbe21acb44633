"""Digest: a daily paper digest with rolling topics, dated reports and a cumulative map."""

__version__ = "0.1.0"
