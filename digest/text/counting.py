"""Numbers with their nouns, in English."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """`1 paper`, `2 papers`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
