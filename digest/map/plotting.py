"""Loads datamapplot without what nobody here uses of it."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType


def load_datamapplot() -> None:
    """Import datamapplot, so that its modules can be imported after this.

    It imports datashader's edge bundling, which numba compiles at every import (6 of 8.6 s of processor time); the
    map draws no edges, so an empty module stands in for that one while datamapplot is imported.
    """
    name = "datashader.bundling"
    if "datamapplot" in sys.modules or name in sys.modules:
        return
    empty = ModuleType(name)
    empty.hammer_bundle = None  # type: ignore[attr-defined]
    sys.modules[name] = empty
    try:
        import_module("datamapplot")
    finally:
        del sys.modules[name]
