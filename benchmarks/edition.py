"""What one edition costs: `digest run` on real papers with the local provider, time by step and peak memory.

    python benchmarks/edition.py --data FOLDER [--papers 1000] [--repeats 3]

FOLDER (or BENCH_DATA) holds arxiv.jsonl.gz; without it the bundled sample's papers are repeated. Every run
is the command itself in a fresh process, on an empty archive in a temporary folder, with reports in one language;
only the source is a list in memory. Papers are embedded twice, to be sorted and to be kept; both count as
embedding. Figures are medians of the repeats. Ratios are against scikit-learn's TfidfVectorizer, fitted on the
same texts and applied to them, also in a fresh process: they compare machines and versions where seconds cannot.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import workload

from digest.records import Listing, Paper

DAY = date(2026, 3, 31)
READ, READ_SECONDS = 500, 5.0
STEPS = (
    "loading the weights",
    "listing and ledger",
    "reading",
    "embedding",
    "categorising",
    "synthesis",
    "folding",
    "commit",
    "rendering",
    "topic pages",
    "index",
)


def published(papers: Sequence[Paper]) -> workload.Run:
    """One edition of the papers, in a workspace of its own."""
    with tempfile.TemporaryDirectory(prefix="digest-") as folder:
        found = workload.run(Path(folder), DAY, [Listing(paper) for paper in papers])
    if found.ledger.new != len(papers):
        raise SystemExit(f"{found.ledger.new} of {len(papers)} papers were published")
    return found


def tfidf(papers: Sequence[Paper]) -> float:
    """Seconds of the baseline; scikit-learn's import does not count."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{paper.title}\n{paper.abstract}" for paper in papers]
    start = time.perf_counter()
    TfidfVectorizer().fit(texts).transform(texts)
    return time.perf_counter() - start


def provider(papers: Sequence[Paper]) -> float:
    """Seconds to read, embed and categorise the papers with the local provider, once its weights are loaded."""
    from digest.assets import Assets
    from digest.config import Config
    from digest.providers.local.embedder import LocalEmbedder
    from digest.providers.local.reader import LocalReader
    from digest.taxonomy import FILE, load_taxonomy

    categories = load_taxonomy(Assets(Path(os.devnull)).prompt(FILE))
    reader, embedder = LocalReader.open(Config(), categories), LocalEmbedder.open(Config())
    start = time.perf_counter()
    for first in range(0, len(papers), reader.pack):
        reader.read(papers[first : first + reader.pack])
    embedder.embed(papers)
    return time.perf_counter() - start


def table(runs: Sequence[workload.Run], baseline: float, count: int) -> None:
    """Print the median of each step, and of the whole."""
    whole = statistics.median(run.command for run in runs)
    rows = {step: statistics.median(run.steps.get(step, 0.0) for run in runs) for step in STEPS}
    rows["everything else"] = statistics.median(run.command - sum(run.steps.values()) for run in runs)
    rows["whole command"] = whole
    rows["process, with its start"] = statistics.median(run.process for run in runs)
    print(f"\n{'step':<26}{'seconds':>9}{'share':>8}{'x TF-IDF':>10}")
    for step, seconds in rows.items():
        print(f"{step:<26}{seconds:>9.2f}{seconds / whole:>8.0%}{seconds / baseline:>10.1f}")
    print(f"{'TF-IDF, the baseline':<26}{baseline:>9.2f}{'':>8}{1:>10.1f}")
    print(f"\npapers/s, whole command    {count / whole:>8.0f}")
    print(f"CPU seconds of the process {statistics.median(run.cpu for run in runs):>8.1f}")
    print(f"peak memory, MB            {max(run.peak for run in runs):>8.0f}")


def main() -> None:
    """Measure and print."""
    parser = workload.parser(__doc__)
    parser.add_argument("--papers", type=int, default=1000)
    options = parser.parse_args()
    papers = workload.papers(options.data, options.papers, DAY)
    print(f"One edition of {len(papers)} papers, {options.repeats} runs, {os.cpu_count()} cores")
    # In turn, so that whatever else the machine does falls on both alike.
    pairs = [(published(papers), workload.fresh(tfidf, papers)) for _ in range(options.repeats)]
    table([run for run, _ in pairs], statistics.median(seconds for _, seconds in pairs), len(papers))
    few = list(itertools.islice(itertools.cycle(papers), READ))
    seconds = statistics.median(workload.fresh(provider, few) for _ in range(options.repeats))
    verdict = "under" if seconds < READ_SECONDS else "NOT under"
    print(f"\n{READ} papers read, embedded and categorised: {seconds:.2f} s, {verdict} {READ_SECONDS:g} s")


if __name__ == "__main__":
    main()
