"""What the trends find and what they invent, on real announcement days.

    python benchmarks/trends.py --data FOLDER [--first]

FOLDER (or BENCH_DATA) has arxiv.jsonl.gz; days with fewer than 60 papers, the gaps of the corpus, are left out.
Topics: a cold k-means of the whole corpus, 100 clusters. The constants of digest/trends.py were chosen on the
first half of the days (--first); the figures are for the second.
Alarms per month (21 editions): with the papers shuffled over the days, so that nothing happens; with the days
themselves shuffled, so that nothing lasts; and as they are. Bursts are planted one by one: a topic runs at so many
times its rate of the 30 editions before, for so many editions, by Poisson-drawn papers added to the real ones.
Found: on one of these editions; delay: editions after the first; "anyway": found without any planted paper.
"""

from __future__ import annotations

import math
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import embedding_corpus
import numpy as np
from trend_days import Days, Ints, count, extra, quiet, read, weekdays

from digest.trends import BASELINE, HISTORY, fading, rising

Method = Callable[[Ints, Ints], set[int]]
Size = tuple[float, float]
MONTH, APART, PLANTS = 21, 5, 200
SIZES = ((0.5, 1.5), (1.5, 3.0), (3.0, 9.0))
TIMES, LENGTHS = (2, 3, 5), (1, 3, 5)
KEPT, FADED = (0.5, 0.33, 0.0), 25


def ours(counts: Ints, totals: Ints) -> set[int]:
    """What digest/trends.py says is rising."""
    return {shift.column for shift in rising(counts, totals)}


def ours_fading(counts: Ints, totals: Ints) -> set[int]:
    """What digest/trends.py says is fading."""
    return {shift.column for shift in fading(counts, totals)}


def naive(counts: Ints, totals: Ints) -> set[int]:
    """More than two standard deviations above the mean of the 30 editions before, whatever their size."""
    past = counts[-BASELINE - 1 : -1]
    return set(np.flatnonzero(counts[-1] - past.mean(axis=0) > 2 * past.std(axis=0, ddof=1)).tolist())


def poisson(counts: Ints, totals: Ints, below: float) -> set[int]:
    """Poisson's law at the share of the 30 editions before, each topic for itself."""
    from scipy.stats import poisson as law

    past = slice(-BASELINE - 1, -1)
    mean = counts[past].sum(axis=0) / totals[past].sum() * totals[-1]
    return set(np.flatnonzero(law.sf(counts[-1] - 1, mean) < below).tolist())


# Poisson's last line is the strictness that invents about as much as we do where nothing happens.
METHODS: dict[str, Method] = {
    "digest": ours,
    "z > 2": naive,
    "Poisson 0.01": partial(poisson, below=1e-2),
    "Poisson 0.0001": partial(poisson, below=1e-4),
}


def alarms(method: Method, days: Days) -> tuple[int, int]:
    """All alarms of the half, and those of topics without one in the five editions before."""
    every = fresh = 0
    last: dict[int, int] = {}
    for day in range(days.begin, days.end):
        for column in method(*days.until(day)):
            every += 1
            fresh += last.get(column, -APART - 1) < day - APART
            last[column] = day
    return every, fresh


def per_month(events: int, editions: int) -> str:
    """Events per month with the exact 95% interval of a Poisson count (Garwood 1936)."""
    from scipy.stats import chi2

    months = editions / MONTH
    low = chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    return f"{events / months:.2f} [{low / months:.2f}, {chi2.ppf(0.975, 2 * events + 2) / 2 / months:.2f}]"


def share(found: int, total: int) -> str:
    """A share with its 95% score interval (Wilson 1927)."""
    z, p = 1.96, found / total
    middle, half = p + z * z / (2 * total), z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return f"{p:.2f} [{(middle - half) / scale:.2f}, {(middle + half) / scale:.2f}]"


def spots(days: Days, size: Size, length: int, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """Random days and topics of a size: papers per edition in the 30 before."""
    possible = range(days.begin, days.end - length + 1)
    rates = np.array([days.counts[day - BASELINE : day].mean(axis=0) for day in possible])
    places = np.argwhere((rates >= size[0]) & (rates < size[1]))
    for place in rng.integers(len(places), size=PLANTS):
        yield days.begin + int(places[place][0]), int(places[place][1])


def planted(days: Days, day: int, column: int, length: int, times: float, rng: np.random.Generator) -> Days:
    """The days with a topic at so many times its rate from one day on; below 1, papers of it are taken away."""
    counts, totals, run = days.counts.copy(), days.totals.copy(), slice(day, day + length)
    if times > 1:
        past = slice(day - BASELINE, day)
        rate = counts[past, column].sum() / totals[past].sum()
        change = rng.poisson((times - 1) * rate * totals[run])
    else:
        change = rng.binomial(counts[run, column], times) - counts[run, column]
    counts[run, column] += change
    totals[run] += change
    return replace(days, counts=counts, totals=totals)


def delay(method: Method, days: Days, day: int, column: int, length: int) -> int | None:
    """Editions until the topic is told of; None: not on these."""
    return next((late for late in range(length) if column in method(*days.until(day + late))), None)


def trial(days: Days, methods: list[Method], size: Size, length: int, times: float) -> str:
    """One line of the table of power: of each method what it found, how late, and what it would have anyway."""
    rng = np.random.default_rng([int(10 * size[0]), length, int(100 * times)])
    late: list[list[int | None]] = [[] for _ in methods]
    anyway = [0] * len(methods)
    for day, column in spots(days, size, length, rng):
        burst = planted(days, day, column, length, times, rng)
        for number, method in enumerate(methods):
            late[number].append(delay(method, burst, day, column, length))
            anyway[number] += delay(method, days, day, column, length) is not None
    cells = []
    for delays, without in zip(late, anyway, strict=True):
        found = [each for each in delays if each is not None]
        mean = f"{np.mean(found):.1f}" if found else "-"
        cells.append(f"{share(len(found), PLANTS):<18}{mean:>4}{without / PLANTS:>6.2f}")
    return f"{size[0]} to {size[1]:<4} x{times:<5}{length:>2}   " + "   ".join(cells)


def show_alarms(name: str, method: Method, days: Days, papers: list[Days], orders: list[Days]) -> None:
    """Print a line of the table of alarms: new ones per month; of the real days also all."""
    editions = days.end - days.begin
    cells = [
        per_month(sum(alarms(method, each)[1] for each in many), editions * len(many)) for many in (papers, orders)
    ]
    every, fresh = alarms(method, days)
    cells += [per_month(fresh, editions), f"{every * MONTH / editions:.1f}"]
    print(f"{name:<27}" + "".join(f"{cell:<24}" for cell in cells))


def show_power(days: Days) -> None:
    """Print the tables of planted bursts and of topics that are thinned out."""
    print("\neach: found [95%], mean delay, found anyway")
    print(f"{'papers, burst, days':<21}" + "   ".join(f"{name:<28}" for name in METHODS))
    for size in SIZES:
        for times in TIMES:
            for length in LENGTHS:
                print(trial(days, list(METHODS.values()), size, length, times))
    print(f"\nfading: so much of a topic stays, for {FADED} editions")
    for size in SIZES:
        for kept in KEPT:
            print(trial(days, [ours_fading], size, FADED, kept))


def main() -> None:
    """Print the tables."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    embedding_corpus.add_folder(parser)
    parser.add_argument("--first", action="store_true", help="the half that the constants were chosen on")
    asked = parser.parse_args()
    dates, places, topics, categories = read(asked.data)
    middle = (len(dates) + HISTORY) // 2
    begin, end = (HISTORY, middle) if asked.first else (middle, len(dates))
    totals = np.bincount(places)
    days, shelves = (Days(count(places, labels), totals, begin, end) for labels in (topics, categories))
    papers, orders = quiet(len(dates), places, topics, days)
    print(f"{len(places)} papers, {len(dates)} days; told of: {end - begin}, {dates[begin]} to {dates[end - 1]}")
    for name, each in (("as they are", days), ("papers shuffled", papers[0]), ("days shuffled", orders[0])):
        print(f"extra variance, {name:<16}", *(f"{n} editions {extra(each, n):+.3f}  " for n in (1, 3, 5, 10)))
    spread, p = weekdays(dates, days.counts, np.random.default_rng(0))
    print(f"shares by weekday: {spread:.1%} of the share beyond chance, p = {p:.3f}\n")
    heads = ("papers shuffled", "days shuffled", "as they are", "repeated ones too")
    print(f"{'new alarms per month [95%]':<27}" + "".join(f"{head:<24}" for head in heads))
    for name, method in METHODS.items():
        show_alarms(f"rising: {name}", method, days, papers, orders)
    show_alarms("fading: digest", ours_fading, days, papers, orders)
    papers, orders = quiet(len(dates), places, categories, shelves)
    for name, method in (("rising", ours), ("fading", ours_fading)):
        show_alarms(f"categories {name}: digest", method, shelves, papers, orders)
    show_power(days)


if __name__ == "__main__":
    main()
