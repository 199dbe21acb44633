"""What Cohere costs: calls and tokens of an edition, tokens of packs against single papers, and throughput.

Needs a server that answers like Cohere; with the real one it spends real money. Usage:

    python benchmarks/cohere_calls.py --data FILE --url http://127.0.0.1:8080 [--slow-url http://127.0.0.1:8081]

FILE (or BENCH_DATA) is arxiv.jsonl.gz. `--slow-url` is a server that takes 3 s for an answer and allows 500 calls
a minute, for the throughput of 600 calls. The half of the gold set that may be looked at goes through the same
code: only the figures of a real model say anything about quality.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Self

import category_corpus as corpus

from digest.archive import Archive
from digest.assets import Assets
from digest.calls import Caller, Meter, RateLimiter, as_done, total
from digest.config import Cohere, Config
from digest.http import Client
from digest.pipeline import Parts, estimate, publish
from digest.providers.base import Access
from digest.providers.cohere.embedder import CohereEmbedder
from digest.providers.cohere.reader import CohereReader
from digest.providers.local.reader import LocalReader
from digest.records import Batch, Listing, Paper, Spending
from digest.sources.base import Source
from digest.taxonomy import load_taxonomy

DAY = date(2026, 3, 18)
ASSETS = Assets(Path("nowhere"))
CATEGORIES = load_taxonomy(ASSETS.prompt("taxonomy.toml"))
EDITION, SINGLE, CALLS, PER_MINUTE = 300, 60, 600, 500


class Given(Source):
    """The papers it was given, as one edition."""

    name, dated = "arxiv", True

    def __init__(self, papers: list[Paper]) -> None:
        self.papers = papers

    @classmethod
    def open(cls, config: Config, client: Client) -> Self:
        """An empty edition."""
        return cls([])

    def fetch(self, edition: date, today: date, archive: Archive, done: Collection[str]) -> Iterator[Batch]:
        """All papers in one part."""
        if not done:
            yield Batch(self.name, "all", "a file", tuple(Listing(paper) for paper in self.papers))


def access(url: str) -> Access:
    """Access with the bills kept by the meter's sink alone."""
    limiters = {"chat": RateLimiter(PER_MINUTE), "embed": RateLimiter(2000)}
    caller = Caller(Meter(Cohere().prices), limiters, 7)
    return Access(os.environ.get("CO_API_KEY", "benchmark"), url, ASSETS, caller)


def edition(url: str, papers: list[Paper], languages: tuple[str, ...]) -> None:
    """Publish one edition and print what was foreseen and what it cost."""
    config = Config(languages=languages)
    told = access(url)
    reader, embedder = CohereReader.open(config, CATEGORIES, told), CohereEmbedder.open(config, told)
    local = LocalReader.open(config, CATEGORIES)
    parts = Parts((Given(papers),), reader, embedder, CATEGORIES, local, told.caller.meter, languages=languages)
    foreseen = total(spending for _, spending in estimate(parts, papers))
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(folder)
        with archive.writing():
            report = publish(DAY, DAY, f"{DAY}T09:00", archive, parts, lambda *step: None)
    spent = total(report.spending)
    print(f"{len(papers)} papers in {', '.join(languages)}: left to local {report.left or 'none'}")
    print(f"  foreseen {_told(foreseen)}\n  spent    {_told(spent)}")


def _told(spending: Spending) -> str:
    tokens = f"{spending.tokens_in:,} tokens in, {spending.tokens_out:,} out"
    return f"{spending.calls} calls, {tokens}, ${spending.usd:.2f}"


def packs_against_single(url: str, papers: list[Paper]) -> None:
    """Print tokens per paper in packs, and with one call for each paper and the same fields."""
    tokens = {}
    for size in (Cohere().pack, 1):
        told, bills = access(url), []  # type: ignore[var-annotated]
        told.caller.meter.begin([], [], bills.append)
        reader = CohereReader.open(Config(), CATEGORIES, told)
        reader.begin("benchmark")
        read = [e for n in range(0, len(papers), size) for e in reader.read(papers[n : n + size])]
        tokens[size] = total(bills).tokens / len(papers)
        print(f"packs of {size:>2}: {tokens[size]:.0f} tokens a paper, {len(read)} of {len(papers)} read")
    print(f"  packed / single = {tokens[Cohere().pack] / tokens[1]:.2f} (at most 0.65)")


def throughput(url: str, papers: list[Paper]) -> None:
    """Print how long 600 calls take against the time in which the limit allows them."""
    config = Config(cohere=Cohere(parallel=64, chat_per_minute=PER_MINUTE, pack=1))
    reader = CohereReader.open(config, CATEGORIES, access(url))
    reader.begin("benchmark")
    start = time.perf_counter()
    read = sum(len(e) for _, e in as_done(reader.read, [[paper] for paper in papers], reader.parallel))
    took, allowed = time.perf_counter() - start, 60 * len(papers) / PER_MINUTE
    print(f"{read} of {len(papers)} single calls in {took:.1f} s; the limit allows them in {allowed:.0f} s")
    print(f"  ratio {took / allowed:.2f} (at most 1.15)")


def gold(url: str, papers: dict[str, Paper]) -> None:
    """Print how the model's first category agrees with people's, on the half that may be looked at."""
    labels = corpus.gold("tune")
    reader = CohereReader.open(Config(), CATEGORIES, access(url))
    reader.begin("benchmark")
    sortings = reader.categorise(corpus.of(labels, papers))
    right = sum(s.primary == label.primary for s, label in zip(sortings, labels, strict=True))
    print(f"gold set: {right} of {len(labels)} first categories agree")


def main() -> None:
    """Run every part that a server was named for."""
    parser = corpus.parser(__doc__ or "")
    parser.add_argument("--url", required=True)
    parser.add_argument("--slow-url")
    told = parser.parse_args()
    known = corpus.papers(told.data)
    papers = list(known.values())[-CALLS:]
    edition(told.url, papers[:EDITION], ("en",))
    edition(told.url, papers[:EDITION], ("en", "ko"))
    packs_against_single(told.url, papers[:SINGLE])
    gold(told.url, known)
    if told.slow_url:
        throughput(told.slow_url, papers)


if __name__ == "__main__":
    main()
