"""Imports point strictly down, and rooms on one level never import each other."""

import ast
from pathlib import Path

import digest

PACKAGE = Path(digest.__file__).parent
LEVELS = [
    {"records", "registry", "errors"},
    {"config", "taxonomy", "curation", "assets", "http", "archive", "text", "calls", "scale"},
    {"sources", "providers", "channels", "topics", "trends", "report", "charts", "map", "site", "ranking"},
    {
        *("enrich", "intake", "interests", "naming", "synthesis", "translation", "pages", "website", "delivery"),
        "starting",
    },
    {"pipeline"},
    {"schedule", "daemon", "export", "search", "doctor", "backfill"},
    {"cli"},
]
LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
# Settings are asked by whoever is set by them, and a client is made from them.
ALLOWED = {("http", "config")}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "digest":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("digest."):
            found.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("digest.")}
    return found & LEVEL.keys()


def test_every_room_has_a_level() -> None:
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__", "__main__"}
    assert rooms <= LEVEL.keys()


def test_imports_point_down() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {other}"
        for path in PACKAGE.rglob("*.py")
        for room in [room_of(path)]
        if room in LEVEL
        for other in imported_rooms(path)
        if other != room and LEVEL[other] >= LEVEL[room] and (room, other) not in ALLOWED
    ]
    assert not wrong
