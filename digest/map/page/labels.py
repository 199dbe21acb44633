"""Where an assignment's labels stand, how large they are and in which colours: datamapplot's own placing.

`datamapplot.create_interactive_plot` itself is not called: in every mode it asks a font service or writes into the
user's folders, and it knows one assignment per page. Its parts for labels and palettes are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.map.plotting import load_datamapplot
from digest.records.maps import Assignment

UNLABELLED = ""
# Labels are as large as these many pixels, by the fourth root of their papers.
SMALLEST, LARGEST = 12.0, 19.0
# Density is counted on so many cells along each side; a label stands on the half of its papers nearest its peak.
CELLS, CORE = 48, 0.5
# Going to a label shows so many of its papers; the rest lies scattered.
IN_SIGHT = 0.85
FEWEST = 4
# Places that colours are chosen by, evenly drawn.
DRAWN = 2_000


def placed_labels(assignment: Assignment, positions: NDArray[np.float32]) -> dict[str, Any]:
    """The assignment's fine labels and groups as the page wants them.

    `positions` (n, 2) are the map's own, taken where the assignment has none. Returns `labels` and `groups`, each
    a list with name, x, y, size, collision priority, bounds (x0, x1, y0, y1), papers and colour (r, g, b) in the
    order of `names` and `group_names`; x, y and bounds are None for a name without papers.
    """
    load_datamapplot()
    from datamapplot.interactive_helpers import (
        compute_collision_priority,
        compute_label_scaling,
        label_text_and_polygon_dataframes,
    )
    from pandas import concat

    places = positions if assignment.positions is None else assignment.positions
    groups = np.append(np.asarray(assignment.groups, dtype=np.int32), -1)[assignment.labels]
    levels = [(assignment.labels, len(assignment.names)), (groups, len(assignment.group_names))]
    frames, cells = [], _cells(places)
    for level, (labels, count) in enumerate(levels):
        # datamapplot takes names for keys, so each name gets a key of its own: names of both levels may be alike.
        keys = np.array([f"{level}:{i}" for i in range(count)])
        core = _cores(labels, count, places, cells)
        if core.any():
            frame = label_text_and_polygon_dataframes(keys[labels[core]], places[core], noise_label=UNLABELLED)
            frames.append(frame.assign(layerIdx=level))
    rows: dict[str, dict[str, Any]] = {}
    if frames:
        table = compute_collision_priority(compute_label_scaling(concat(frames), SMALLEST, LARGEST))
        colours = _palette(places, table[["x", "y"]].to_numpy())
        for row, colour in zip(table.to_dict("records"), colours, strict=True):
            rows[str(row["label"])] = {**row, "colour": colour}
    named = (assignment.names, assignment.group_names)
    fine, coarse = (
        [_line(rows.get(f"{level}:{i}"), name, places[labels == i]) for i, name in enumerate(named[level])]
        for level, (labels, _) in enumerate(levels)
    )
    return {"labels": fine, "groups": coarse}


def _line(row: dict[str, Any] | None, name: str, members: NDArray[np.float32]) -> list[Any]:
    if row is None:
        return [name, None, None, SMALLEST, 0, None, len(members), [153, 153, 153]]
    centre = np.array([row["x"], row["y"]])
    distances = np.linalg.norm(members - centre, axis=1)
    farthest = int(IN_SIGHT * (len(members) - 1))
    near = members[distances <= np.partition(distances, farthest)[farthest]]
    bounds = np.stack([near.min(axis=0), near.max(axis=0)], axis=1).ravel()
    priority = float(row.get("collision_priority", row["size"]))
    place = [round(float(part), 4) for part in (*centre, row["size"], priority)]
    return [name, *place, [round(float(b), 4) for b in bounds], len(members), row["colour"]]


def _palette(places: NDArray[np.float32], labels: NDArray[np.float64]) -> list[list[int]]:
    from datamapplot.palette_handling import palette_from_datamap
    from matplotlib.colors import to_rgb

    if np.ptp(places, axis=0).min() == 0:
        return [[96, 125, 139] for _ in labels]
    # It looks at every place for every label, and what it learns is how papers lie around the middle.
    drawn = places[:: max(1, len(places) // DRAWN)]
    palette = palette_from_datamap(drawn, labels, radius_weight_power=1.0, theta_range=np.pi / 16)
    return [[round(255 * part) for part in to_rgb(colour)] for colour in palette]


def _cells(places: NDArray[np.float32]) -> NDArray[np.int64]:
    """The cell (n, 2) that each paper lies in."""
    low, high = np.percentile(places, [0.5, 99.5], axis=0) if len(places) else (np.zeros(2), np.ones(2))
    return np.clip(((places - low) / np.maximum(high - low, 1e-9) * CELLS).astype(np.int64), 0, CELLS - 1)


def _cores(
    labels: NDArray[np.int32], count: int, places: NDArray[np.float32], cells: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which papers a label stands on: the nearest half to the densest place of its papers.

    The mean of all of them, as datamapplot would take it, puts a label between two islands, where none of its
    papers is.
    """
    core = np.zeros(len(places), dtype=bool)
    order = np.argsort(labels, kind="stable")
    edges = np.searchsorted(labels[order], np.arange(count + 1))
    for label in range(count):
        members = order[edges[label] : edges[label + 1]]
        if not len(members):
            continue
        peak = _peak(cells[members])
        centre = places[members][(np.abs(cells[members] - peak) <= 1).all(axis=1)].mean(axis=0)
        distances = np.linalg.norm(places[members] - centre, axis=1)
        core[members[np.argsort(distances, kind="stable")[: max(FEWEST, int(CORE * len(members)))]]] = True
    return core


def _peak(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cell with most points in and around it, among those that have any."""
    side = CELLS + 2
    numbers = (cells[:, 0] + 1) * side + cells[:, 1] + 1
    grid = np.bincount(numbers, minlength=side * side).reshape(side, side)
    across = grid[:-2] + grid[1:-1] + grid[2:]
    around = across[:, :-2] + across[:, 1:-1] + across[:, 2:]
    found: NDArray[np.int64] = cells[int(np.argmax(around[cells[:, 0], cells[:, 1]]))]
    return found
