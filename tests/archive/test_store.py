import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from digest.archive.store import Store
from digest.errors import ArchiveError

# Arrow's threads are its own: Python does not know of them, the system does.
TASKS = Path("/proc/self/task")
COUNTED = """
import sys
from pathlib import Path
import pandas, pyarrow.parquet
from digest.archive.store import Store

before = len(list(Path("/proc/self/task").iterdir()))
frame = Store(sys.argv[1]).read_table("rows.parquet")
print(len(frame), len(list(Path("/proc/self/task").iterdir())) - before)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(str(tmp_path))
    frame = pd.DataFrame({"id": ["a", "b"] * 500, "near": [b"x", b"y"] * 500, "words": [["one"], []] * 500})
    found.write_table("rows.parquet", frame)
    return found


@pytest.mark.skipif(not TASKS.exists(), reason="the system does not show its threads")
def test_reading_a_table_leaves_no_thread_behind(store: Store) -> None:
    """One that lets go of what it read while Python exits ends the process with an abort."""
    ended = subprocess.run([sys.executable, "-c", COUNTED, store.root], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["1000", "0"]


def test_columns_are_those_that_were_asked_for(store: Store) -> None:
    assert list(store.read_table("rows.parquet")) == ["id", "near", "words"]
    assert list(store.read_table("rows.parquet", ["near", "id"])) == ["near", "id"]
    with pytest.raises(ArchiveError, match=r"rows\.parquet is damaged \(KeyError\)"):
        store.read_table("rows.parquet", ["id", "far"])
