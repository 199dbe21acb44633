"""Invented papers, readings and vectors for tests."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from digest.records import Category, EditionReport, Enrichment, Ledger, Outcome, Paper, Share

DAY = date(2026, 1, 5)
CATEGORIES = (
    Category("language", "💬", {"en": "Language", "ko": "언어"}, "Models of text and what they do."),
    Category("vision", "📷", {"en": "Vision", "ko": "비전"}, "Seeing: images, video and scenes."),
    Category("other", "📦", {"en": "Other", "ko": "기타"}, "Whatever fits nowhere else."),
)


def paper(number: int, **fields: object) -> Paper:
    told = {
        "id": f"arxiv:2601.9{number:04}",
        "title": f"An Invented Paper, Number {number}",
        "source": "arxiv",
        "abstract": f"We invent paper {number}. It shows that {number} is a number.",
        "authors": ("Ada Invented", "Bo Madeup"),
        "subjects": ("cs.CL", "cs.LG"),
        "url": f"https://arxiv.org/abs/2601.9{number:04}",
        "pdf_url": f"https://arxiv.org/pdf/2601.9{number:04}",
        "submitted": date(2026, 1, 2),
    }
    return Paper(**{**told, **fields})  # type: ignore[arg-type]


def reading(of: Paper, primary: str = "language", **fields: object) -> Enrichment:
    told = {
        "paper_id": of.id,
        "provider": "local",
        "model": "test-v1",
        "extractive": True,
        "tldr": of.abstract.split(".")[0] + ".",
        "keyphrases": ("invented paper",),
        "primary": primary,
        "confidence": 0.9,
    }
    return Enrichment(**{**told, **fields})  # type: ignore[arg-type]


def vectors(count: int, dimension: int = 4) -> NDArray[np.float32]:
    rows = np.random.default_rng(0).normal(size=(count, dimension)).astype(np.float16).astype(np.float32)
    return rows


def report(edition: date = DAY, new: int = 2, **fields: object) -> EditionReport:
    told = {
        "edition": edition,
        "outcome": Outcome.PUBLISHED if new else Outcome.QUIET,
        "ledger": Ledger(announced=new, new=new),
        "shares": (Share("language", new),) if new else (),
        "categories": CATEGORIES,
        "provider": "local",
        "model": "test-v1",
        "embedder": "test",
        "dimension": 4,
        "version": "0",
    }
    return EditionReport(**{**told, **fields})  # type: ignore[arg-type]
