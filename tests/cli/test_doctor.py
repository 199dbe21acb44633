import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from digest import registry
from tests.cli.calling import MONDAY, TUESDAY, WEDNESDAY, Command, Filling, Stage, StagedSource
from tests.fakes import FakeEmbedder

REPORT = "archive/editions/2026/2026-01-05.json"
PAPERS = "archive/papers/2026/2026-01-05.parquet"
READINGS = "archive/readings/2026/2026-01-05.parquet"
VECTORS = "archive/vectors/fake-8/2026/2026-01-05.parquet"


@pytest.fixture
def filled(digest: Command, workspace: Path, filling: Filling) -> Path:
    filling("doctor", (MONDAY, TUESDAY, WEDNESDAY))
    return workspace


def change_json(path: Path, change: Callable[[dict], object]) -> None:  # type: ignore[type-arg]
    told = json.loads(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")


def change_table(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    change(pd.read_parquet(path)).to_parquet(path, index=False)


def twice(folder: Path) -> None:
    """The first paper of Monday stands in for the first of Tuesday, everywhere."""
    for name, column in ((PAPERS, "id"), (READINGS, "paper_id"), (VECTORS, "id")):
        again = folder / name.replace("2026-01-05", "2026-01-06")
        first = pd.read_parquet(folder / name)[column][0]
        change_table(again, lambda f, c=column, i=first: f.assign(**{c: [i, *f[c][1:]]}))


def forget(folder: Path) -> None:
    [shard] = (folder / "archive/seen").iterdir()
    change_table(shard, lambda frame: frame[frame["key"] != "arxiv:2601.90002"])


def unrender(folder: Path) -> None:
    change_json(folder / "archive/HEAD.json", lambda head: head.update(pending=["2026-01-06"]))


def history(folder: Path) -> Path:
    [found] = (folder / "archive/history").iterdir()
    return folder / found


def counts(folder: Path) -> Path:
    [found] = (folder / "archive/counts").iterdir()
    return folder / found


def drop_tuesday(folder: Path) -> None:
    change_table(history(folder), lambda frame: frame[frame["edition"] != "2026-01-06"])


def begin(folder: Path) -> None:
    (folder / "archive/journal").mkdir(exist_ok=True)
    (folder / "archive/journal/2026-01-08.jsonl").write_text('{"kind": "batch", "value": {}}\n')


DAMAGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "damaged papers": (
        lambda f: (f / PAPERS).write_bytes(b"PAR1 rubbish PAR1"),
        [PAPERS, "is damaged", "restore"],
    ),
    "damaged readings": (lambda f: (f / READINGS).write_bytes(b""), [READINGS, "is damaged", "restore"]),
    "damaged record": (lambda f: (f / REPORT).write_text("{"), [REPORT, "is damaged", "restore"]),
    "missing papers": (lambda f: (f / PAPERS).unlink(), ["lacks", PAPERS, "restore"]),
    "missing vectors": (lambda f: (f / VECTORS).unlink(), ["lacks", VECTORS, "restore"]),
    "missing record": (lambda f: (f / REPORT).unlink(), ["lacks", REPORT, "restore"]),
    "damaged counts": (lambda f: counts(f).write_bytes(b""), ["counts", "is damaged", "restore"]),
    "missing counts": (lambda f: counts(f).unlink(), ["lacks", "counts", "restore"]),
    "missing history": (lambda f: history(f).unlink(), ["lacks", "history", "restore"]),
    "damaged head": (lambda f: (f / "archive/HEAD.json").write_text("[]"), ["HEAD.json is damaged", "restore"]),
    "emptied head": (lambda f: (f / "archive/HEAD.json").write_text('{"format": 2}'), ["HEAD.json is damaged"]),
    "wrong head": (
        lambda f: change_json(f / "archive/HEAD.json", lambda head: head.update(pending=["soon"], seen=7)),
        ["HEAD.json is damaged", "restore"],
    ),
    "newer format": (
        lambda f: change_json(f / "archive/HEAD.json", lambda head: head.update(format=3, further=1)),
        ["format 3", "use the version"],
    ),
    "lost head": (lambda f: (f / "archive/HEAD.json").unlink(), ["lost its HEAD.json", "restore"]),
    "lost marker's archive": (lambda f: (f / "archive").rename(f / "gone"), ["every paper would look new"]),
    "damaged marker": (lambda f: (f / "reports/.digest.json").write_text("{}"), [".digest.json is damaged"]),
    "an id twice": (twice, ["arxiv:2601.90001 is new in 2026-01-05 and again in 2026-01-06", "restore"]),
    "ledger incomplete": (forget, ["edition 2026-01-05: papers not in the ledger: 1; ", "restore"]),
    "unbalanced": (
        lambda f: change_json(f / REPORT, lambda told: told["ledger"].update(announced=9)),
        ["edition 2026-01-05: its accounting does not add up", "restore"],
    ),
    "fewer papers": (
        lambda f: change_table(f / PAPERS, lambda frame: frame[1:]),
        ["papers, readings and vectors do not agree", "restore"],
    ),
    "fewer vectors": (
        lambda f: change_table(f / VECTORS, lambda frame: frame[1:]),
        ["papers, readings and vectors do not agree", "restore"],
    ),
    "other counts": (
        lambda f: change_table(history(f), lambda frame: frame.assign(count=frame["count"] + 1)),
        ["its counts are not the history's", "restore"],
    ),
    "a gap": (drop_tuesday, ["no edition for 2026-01-06", "`digest run --edition DATE` makes one"]),
    "unfinished": (begin, ["edition 2026-01-08 was begun, not finished", "`digest run --edition 2026-01-08`"]),
    "unrendered": (unrender, ["edition 2026-01-06 is committed but not rendered", "`digest run` finishes it"]),
}


def bad(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith("BAD  ")]


def test_a_sound_archive_exits_0_and_says_what_it_holds(digest: Command, filled: Path) -> None:
    ended = digest("doctor")
    assert ended.code == 0 and not bad(ended.out)
    assert ended.out.splitlines() == [
        "ok   settings: defaults (no digest.toml)",
        "ok   own templates and prompts: none, the shipped ones hold",
        "ok   sources: arxiv; reports in: en",
        "ok   provider local: read by fake-v1, vectors by fake in 8 dimensions",
        "ok   archive archive: 3 editions from 2026-01-05 to 2026-01-07, 7 papers, "
        "vectors of fake in 8 dimensions",
        "ok   topics: none yet; the first few dozen papers found them",
        "ok   source arxiv: on stage",
    ]


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_with_its_way_out(digest: Command, filled: Path, name: str) -> None:
    damage, said = DAMAGES[name]
    damage(filled)
    ended = digest("doctor")
    assert ended.code == 1
    assert any(all(part in line for part in said) for line in bad(ended.out)), ended.out
    assert "ok   source arxiv: on stage" in ended.out, "one finding does not hide the others"


@pytest.mark.parametrize("name", ["unfinished", "unrendered", "a gap"])
def test_the_way_out_leads_out(digest: Command, filled: Path, name: str) -> None:
    DAMAGES[name][0](filled)
    if name == "unfinished":
        (filled / "archive/journal/2026-01-08.jsonl").write_text("")
    assert digest("run", "--since", "2026-01-05", at="2026-01-08T12:00Z").code == 0
    assert digest("doctor").code == 0


def test_an_empty_archive_is_well(digest: Command, workspace: Path) -> None:
    ended = digest("doctor")
    assert ended.code == 0 and "empty; `digest run` makes the first edition" in ended.out
    assert not (workspace / "archive").exists()


def test_a_first_run_cut_short_is_told(digest: Command, workspace: Path) -> None:
    (workspace / "archive").mkdir()
    begin(workspace)
    ended = digest("doctor")
    assert ended.code == 1 and "edition 2026-01-08 was begun, not finished" in ended.out


def test_foreign_files_in_the_archive_harm_nobody(digest: Command, filled: Path) -> None:
    (filled / "archive/journal").mkdir(exist_ok=True)
    for name in ("journal/.DS_Store", "journal/notes.txt", "journal/2026-01-05.jsonl", "papers/readme"):
        (filled / "archive" / name).write_text("x")
    assert digest("doctor").code == 0
    assert digest("run", at=WEDNESDAY).code == 0


def test_an_unreachable_source_is_found(digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StagedSource, "unreachable", "no answer from feed.example; try again later")
    ended = digest("doctor")
    assert ended.code == 1
    assert bad(ended.out) == ["BAD  source arxiv: no answer from feed.example; try again later"]


def test_a_provider_that_cannot_be_opened_is_found(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise FileNotFoundError(2, "No such file", "weights.npz")

    monkeypatch.setattr(FakeEmbedder, "open", fail)
    ended = digest("doctor")
    assert ended.code == 1 and "weights.npz" in bad(ended.out)[0] and "3 editions" in ended.out


def test_another_vector_space_is_found(digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEmbedder, "model", "newer")
    ended = digest("doctor")
    assert ended.code == 1 and "vectors are of fake (8 dimensions), not of newer (8)" in ended.out
    assert digest("run", at=WEDNESDAY).code == 0
    refused = digest("run", "--edition", "2026-01-02")
    assert refused.code == 1 and "not of newer" in refused.err


def test_libraries_are_looked_at(digest: Command, filled: Path) -> None:
    (filled / "digest.toml").write_text('[interests]\nbibliography = ["mine.bib"]')
    (filled / "mine.bib").write_text("@article{a, title={On the shapes of walnuts}}")
    assert "ok   interests: 1 work in the libraries" in digest("doctor").out
    (filled / "mine.bib").unlink()
    ended = digest("doctor")
    assert ended.code == 1 and "mine.bib cannot be read (No such file or directory); mend it" in ended.out


def test_own_files_are_named(digest: Command, filled: Path) -> None:
    (filled / "digest.toml").write_text('title = "Mine"')
    (filled / "prompts").mkdir()
    (filled / "prompts/taxonomy.toml").write_bytes(
        Path(registry.__file__).parents[1].joinpath("prompts/taxonomy.toml").read_bytes()
    )
    out = digest("doctor").out
    assert "ok   settings: digest.toml" in out and "own templates and prompts: prompts/taxonomy.toml" in out


def test_mistakes_in_the_settings_are_all_told(digest: Command, workspace: Path, stage: Stage) -> None:
    (workspace / "digest.toml").write_text('provider = "gpt"\nsources = ["web"]')
    ended = digest("doctor")
    assert ended.code == 1 and "'gpt'" in ended.err and "'web'" in ended.err


def test_what_a_broken_taxonomy_leaves_whole_is_looked_at(digest: Command, filled: Path) -> None:
    whole = digest("doctor").out.splitlines()
    (filled / "prompts").mkdir()
    (filled / "prompts/taxonomy.toml").write_text('[[category]]\nslug = "A"\nemoji = "x"\nname = {}\n')
    (filled / "topics.toml").write_text("[t1]\nlocked = 7\n")
    ended = digest("doctor")
    assert ended.code == 1 and not ended.err
    first, second = bad(ended.out)
    assert first == "BAD  prompts/taxonomy.toml has mistakes:" and "topics.toml has mistakes" in second
    assert "  category.0.slug: " in ended.out and "  category.0.description: Field required" in ended.out
    assert [line for line in whole if "own templates" not in line] == [
        line for line in ended.out.splitlines() if line.startswith("ok ") and "own templates" not in line
    ]
    assert digest("run", at=WEDNESDAY).code == 1, "what writes still stops"
